// Projection functors in C (legion/legion_c_tasks.h, legion/legion_c_mapping.h).
#include "runtime/legion/cpp/c_handles.h"

using namespace Legion;
using namespace Legion::Internal;

namespace {

// Of functors that have a function for regions or for partitions only, the other ends the program.
template <typename RegionFunction, typename PartitionFunction>
class CProjection : public ProjectionFunctor {
 public:
  CProjection(ProjectionID id, bool is_exclusive, unsigned depth, RegionFunction* of_region,
              PartitionFunction* of_partition)
      : id_(id),
        is_exclusive_(is_exclusive),
        depth_(depth),
        of_region_(of_region),
        of_partition_(of_partition) {}
  using ProjectionFunctor::project;
  bool is_exclusive() const override { return is_exclusive_; }
  unsigned get_depth() const override { return depth_; }

 protected:
  // `arguments` as C has them.
  template <typename... Arguments>
  LogicalRegion call(const LogicalRegion&, Arguments... arguments) const {
    if (!of_region_) fail("regions");
    return from_c(of_region_({runtime}, arguments...));
  }
  template <typename... Arguments>
  LogicalRegion call(const LogicalPartition&, Arguments... arguments) const {
    if (!of_partition_) fail("partitions");
    return from_c(of_partition_({runtime}, arguments...));
  }

 private:
  [[noreturn]] void fail(const char* what) const {
    palatine::realm::fatal_error("error: projection functor %u was registered without a function for %s", id_,
                                 what);
  }

  const ProjectionID id_;
  const bool is_exclusive_;
  const unsigned depth_;
  RegionFunction* const of_region_;
  PartitionFunction* const of_partition_;
};

template <typename Pointer>
using Function = std::remove_pointer_t<Pointer>;

using ByDomain = CProjection<Function<legion_projection_functor_logical_region_t>,
                             Function<legion_projection_functor_logical_partition_t>>;
struct DomainProjection : ByDomain {
  using ByDomain::ByDomain;
  using ByDomain::project;
  LogicalRegion project(LogicalRegion bound, const DomainPoint& point, const Domain& domain) override {
    return call(bound, to_c(bound), to_c(point), to_c(domain));
  }
  LogicalRegion project(LogicalPartition bound, const DomainPoint& point, const Domain& domain) override {
    return call(bound, to_c(bound), to_c(point), to_c(domain));
  }
  bool is_functional() const override { return true; }
};

using ByArguments = CProjection<Function<legion_projection_functor_logical_region_args_t>,
                                Function<legion_projection_functor_logical_partition_args_t>>;
struct ArgumentProjection : ByArguments {
  using ByArguments::ByArguments;
  using ByArguments::project;
  LogicalRegion project(LogicalRegion bound, const DomainPoint& point, const Domain& domain, const void* args,
                        size_t size) override {
    return call(bound, to_c(bound), to_c(point), to_c(domain), args, size);
  }
  LogicalRegion project(LogicalPartition bound, const DomainPoint& point, const Domain& domain,
                        const void* args, size_t size) override {
    return call(bound, to_c(bound), to_c(point), to_c(domain), args, size);
  }
  bool is_functional() const override { return true; }
};

using ByOperation = CProjection<Function<legion_projection_functor_logical_region_mappable_t>,
                                Function<legion_projection_functor_logical_partition_mappable_t>>;
struct OperationProjection : ByOperation {
  using ByOperation::ByOperation;
  using ByOperation::project;
  LogicalRegion project(const Mappable* operation, unsigned index, LogicalRegion bound,
                        const DomainPoint& point) override {
    return call(bound, handle(operation), index, to_c(bound), to_c(point));
  }
  LogicalRegion project(const Mappable* operation, unsigned index, LogicalPartition bound,
                        const DomainPoint& point) override {
    return call(bound, handle(operation), index, to_c(bound), to_c(point));
  }

 private:
  static legion_mappable_t handle(const Mappable* operation) { return {const_cast<Mappable*>(operation)}; }
};

}  // namespace

#define PALATINE_C_PROJECTION(before, after, Functor, kind)                        \
  void legion_runtime_preregister_projection_functor##before(                      \
      legion_projection_id_t id, bool exclusive, unsigned depth,                   \
      legion_projection_functor_logical_region##kind region_functor,               \
      legion_projection_functor_logical_partition##kind partition_functor) {       \
    Runtime::preregister_projection_functor(                                       \
        id, new Functor(id, exclusive, depth, region_functor, partition_functor)); \
  }                                                                                \
  void legion_runtime_register_projection_functor##after(                          \
      legion_runtime_t, legion_projection_id_t id, bool exclusive, unsigned depth, \
      legion_projection_functor_logical_region##kind region_functor,               \
      legion_projection_functor_logical_partition##kind partition_functor) {       \
    the_runtime()->register_projection_functor(                                    \
        id, new Functor(id, exclusive, depth, region_functor, partition_functor)); \
  }
// Legion's header has the names of two of those that register exchanged.
PALATINE_C_PROJECTION(, _args, DomainProjection, _t)
PALATINE_C_PROJECTION(_args, , ArgumentProjection, _args_t)
PALATINE_C_PROJECTION(_mappable, _mappable, OperationProjection, _mappable_t)
#undef PALATINE_C_PROJECTION
