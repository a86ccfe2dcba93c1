// Functions of a program that the runtime calls: which region a point of a launch uses, and so on. Registered
// objects belong to the runtime. Source: Legion's API, section 3.1.
#pragma once

#include <vector>

#include "legion/mappable.h"

namespace Legion {

namespace Internal {
class RegistrationCalls;
}  // namespace Internal

// Results must depend on the arguments only and lie inside the upper bound, `get_depth()` levels of regions
// below it. Functional functors override the forms with a launch domain, others those with a Mappable.
class ProjectionFunctor {
 public:
  ProjectionFunctor() = default;
  explicit ProjectionFunctor(Runtime* rt) : runtime(rt) {}
  virtual ~ProjectionFunctor() = default;

  virtual LogicalRegion project(const Mappable* mappable, unsigned index, LogicalRegion upper_bound,
                                const DomainPoint& point);
  virtual LogicalRegion project(const Mappable* mappable, unsigned index, LogicalPartition upper_bound,
                                const DomainPoint& point);
  virtual LogicalRegion project(LogicalRegion upper_bound, const DomainPoint& point,
                                const Domain& launch_domain);
  virtual LogicalRegion project(LogicalPartition upper_bound, const DomainPoint& point,
                                const Domain& launch_domain);
  virtual LogicalRegion project(LogicalRegion upper_bound, const DomainPoint& point,
                                const Domain& launch_domain, const void* args, size_t size);
  virtual LogicalRegion project(LogicalPartition upper_bound, const DomainPoint& point,
                                const Domain& launch_domain, const void* args, size_t size);
  virtual void invert(LogicalRegion region, LogicalRegion upper_bound, const Domain& launch_domain,
                      std::vector<DomainPoint>& ordered_points);
  virtual void invert(LogicalRegion region, LogicalPartition upper_bound, const Domain& launch_domain,
                      std::vector<DomainPoint>& ordered_points);
  virtual bool is_complete(LogicalRegion upper_bound, const Domain& launch_domain);
  virtual bool is_complete(LogicalPartition upper_bound, const Domain& launch_domain);
  virtual bool is_functional() const { return false; }
  virtual bool is_exclusive() const { return false; }
  virtual bool is_invertible() const { return false; }
  virtual unsigned get_depth() const = 0;

 protected:
  friend class Internal::RegistrationCalls;
  // Set when the functor is registered.
  Runtime* runtime = nullptr;
};

// Which part of a replicated task does a point.
class ShardingFunctor {
 public:
  virtual ~ShardingFunctor() = default;
  virtual ShardID shard(const DomainPoint& point, const Domain& full_space, size_t total_shards);
  virtual bool use_points() const { return false; }
  virtual DomainPoint shard_points(const DomainPoint& point, const Domain& full_space,
                                   const std::vector<DomainPoint>& shard_points, const Domain& shard_domain);
  virtual bool is_invertible() const { return false; }
  virtual void invert(ShardID shard, const Domain& sharding_domain, const Domain& full_domain,
                      size_t total_shards, std::vector<DomainPoint>& points);
  virtual void invert_points(const DomainPoint& shard_point, const std::vector<DomainPoint>& shard_points,
                             const Domain& shard_domain, const Domain& sharding_domain,
                             const Domain& full_domain, std::vector<DomainPoint>& points);
};

// Points of one colour run at the same time.
class ConcurrentColoringFunctor {
 public:
  virtual ~ConcurrentColoringFunctor() = default;
  virtual Color color(const DomainPoint& point, const Domain& index_domain) = 0;
  virtual bool supports_max_color() { return false; }
  virtual Color max_color(const Domain&) { return UINT_MAX; }
};

// For `transform_future_map`: the point of the old map whose future a point of the new one has.
class PointTransformFunctor {
 public:
  virtual ~PointTransformFunctor() = default;
  virtual bool is_invertible() const { return false; }
  virtual DomainPoint transform_point(const DomainPoint& point, const Domain& domain,
                                      const Domain& range) = 0;
  virtual DomainPoint invert_point(const DomainPoint&, const Domain&, const Domain&) { return DomainPoint(); }
};
typedef DomainPoint (*PointTransformFnptr)(const DomainPoint& point, const Domain& domain,
                                           const Domain& range);

// Values that serialize themselves are folded with these. `state` was allocated with malloc, has `size`
// bytes, and is replaced by what comes out: first the neutral value, then each result in turn.
typedef void (*SerdezInitFnptr)(const ReductionOp* op, void*& state, size_t& size);
typedef void (*SerdezFoldFnptr)(const ReductionOp* op, void*& state, size_t& size, const void* result);

// A task's result that is written where it is wanted.
class FutureFunctor {
 public:
  virtual ~FutureFunctor() = default;
  virtual const void* callback_get_future(size_t& size, bool& owned,
                                          const Realm::ExternalInstanceResource*& resource,
                                          void (*&freefunc)(const Realm::ExternalInstanceResource&),
                                          const void*& metadata, size_t& metadata_size) = 0;
  virtual void callback_release_future() = 0;
};

}  // namespace Legion
