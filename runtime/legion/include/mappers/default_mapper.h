// DefaultMapper: the decisions that the runtime takes when a program brings none, as a class to derive from.
//
// The functions `default_policy_...` are the places to change one decision; the others are helpers. Names,
// tags, tunables and flags (`-dm:...`) are Legion's (API reference, section 8.1).
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <cstdlib>

#include "legion/legion_mapping.h"
#include "mappers/mapping_utilities.h"

namespace Legion {
namespace Mapping {

class DefaultMapper : public Mapper {
 public:
  enum DefaultTunables {
    DEFAULT_TUNABLE_NODE_COUNT = 0,
    DEFAULT_TUNABLE_LOCAL_CPUS = 1,
    DEFAULT_TUNABLE_LOCAL_GPUS = 2,
    DEFAULT_TUNABLE_LOCAL_IOS = 3,
    DEFAULT_TUNABLE_LOCAL_OMPS = 4,
    DEFAULT_TUNABLE_LOCAL_PYS = 5,
    DEFAULT_TUNABLE_GLOBAL_CPUS = 6,
    DEFAULT_TUNABLE_GLOBAL_GPUS = 7,
    DEFAULT_TUNABLE_GLOBAL_IOS = 8,
    DEFAULT_TUNABLE_GLOBAL_OMPS = 9,
    DEFAULT_TUNABLE_GLOBAL_PYS = 10,
    DEFAULT_TUNABLE_LAST = 11,
  };
  enum MappingKind {
    TASK_MAPPING,
    INLINE_MAPPING,
    COPY_MAPPING,
    CLOSE_MAPPING,
    ACQUIRE_MAPPING,
    RELEASE_MAPPING,
    PARTITION_MAPPING,
  };
  // Tags of launches and of region requirements.
  enum MappingTags {
    VIRTUAL_MAP = (1 << 0),
    EXACT_REGION = (1 << 1),
    SAME_ADDRESS_SPACE = (1 << 2),
    PREFER_RDMA_MEMORY = (1 << 3),
    PREFER_CPU_VARIANT = (1 << 4),
  };

 protected:
  struct VariantInfo {
    VariantID variant = 0;
    Processor::Kind proc_kind = Processor::NO_KIND;
    bool tight_bound = false;
    bool is_inner = false;
    bool is_leaf = false;
    bool is_replicable = false;
  };
  enum CachedMappingPolicy {
    DEFAULT_CACHE_POLICY_ENABLE,
    DEFAULT_CACHE_POLICY_DISABLE,
  };
  struct CachedTaskMapping {
    unsigned long long task_hash = 0;
    VariantID variant = 0;
    std::vector<std::vector<PhysicalInstance>> mapping;
    std::vector<Memory> output_targets;
    std::vector<LayoutConstraintSet> output_constraints;
  };

 public:
  // With `own_name` the mapper frees the name.
  DefaultMapper(MapperRuntime* rt, Machine machine, Processor local, const char* mapper_name = nullptr,
                bool own_name = false);
  DefaultMapper(const DefaultMapper&) = delete;
  DefaultMapper& operator=(const DefaultMapper&) = delete;
  ~DefaultMapper() override;

  const char* get_mapper_name() const override { return mapper_name; }
  MapperSyncModel get_mapper_sync_model() const override { return SERIALIZED_REENTRANT_MAPPER_MODEL; }

  void select_task_options(const MapperContext ctx, const Task& task, TaskOptions& output) override;
  void premap_task(const MapperContext ctx, const Task& task, const PremapTaskInput& input,
                   PremapTaskOutput& output) override;
  void slice_task(const MapperContext ctx, const Task& task, const SliceTaskInput& input,
                  SliceTaskOutput& output) override;
  void map_task(const MapperContext ctx, const Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override;
  void replicate_task(MapperContext ctx, const Task& task, const ReplicateTaskInput& input,
                      ReplicateTaskOutput& output) override;
  void select_task_variant(const MapperContext ctx, const Task& task, const SelectVariantInput& input,
                           SelectVariantOutput& output) override;
  void postmap_task(const MapperContext ctx, const Task& task, const PostMapInput& input,
                    PostMapOutput& output) override;
  void select_task_sources(const MapperContext ctx, const Task& task, const SelectTaskSrcInput& input,
                           SelectTaskSrcOutput& output) override;
  void report_profiling(const MapperContext ctx, const Task& task, const TaskProfilingInfo& input) override;
  void select_sharding_functor(const MapperContext ctx, const Task& task,
                               const SelectShardingFunctorInput& input,
                               SelectShardingFunctorOutput& output) override;

  void map_inline(const MapperContext ctx, const InlineMapping& inline_op, const MapInlineInput& input,
                  MapInlineOutput& output) override;
  void select_inline_sources(const MapperContext ctx, const InlineMapping& inline_op,
                             const SelectInlineSrcInput& input, SelectInlineSrcOutput& output) override;
  void report_profiling(const MapperContext ctx, const InlineMapping& inline_op,
                        const InlineProfilingInfo& input) override;

  void map_copy(const MapperContext ctx, const Copy& copy, const MapCopyInput& input,
                MapCopyOutput& output) override;
  void select_copy_sources(const MapperContext ctx, const Copy& copy, const SelectCopySrcInput& input,
                           SelectCopySrcOutput& output) override;
  void report_profiling(const MapperContext ctx, const Copy& copy, const CopyProfilingInfo& input) override;
  void select_sharding_functor(const MapperContext ctx, const Copy& copy,
                               const SelectShardingFunctorInput& input,
                               SelectShardingFunctorOutput& output) override;

  void select_close_sources(const MapperContext ctx, const Close& close, const SelectCloseSrcInput& input,
                            SelectCloseSrcOutput& output) override;
  void report_profiling(const MapperContext ctx, const Close& close,
                        const CloseProfilingInfo& input) override;
  void select_sharding_functor(const MapperContext ctx, const Close& close,
                               const SelectShardingFunctorInput& input,
                               SelectShardingFunctorOutput& output) override;

  void map_acquire(const MapperContext ctx, const Acquire& acquire, const MapAcquireInput& input,
                   MapAcquireOutput& output) override;
  void report_profiling(const MapperContext ctx, const Acquire& acquire,
                        const AcquireProfilingInfo& input) override;
  void select_sharding_functor(const MapperContext ctx, const Acquire& acquire,
                               const SelectShardingFunctorInput& input,
                               SelectShardingFunctorOutput& output) override;

  void map_release(const MapperContext ctx, const Release& release, const MapReleaseInput& input,
                   MapReleaseOutput& output) override;
  void select_release_sources(const MapperContext ctx, const Release& release,
                              const SelectReleaseSrcInput& input, SelectReleaseSrcOutput& output) override;
  void report_profiling(const MapperContext ctx, const Release& release,
                        const ReleaseProfilingInfo& input) override;
  void select_sharding_functor(const MapperContext ctx, const Release& release,
                               const SelectShardingFunctorInput& input,
                               SelectShardingFunctorOutput& output) override;

  void select_partition_projection(const MapperContext ctx, const Partition& partition,
                                   const SelectPartitionProjectionInput& input,
                                   SelectPartitionProjectionOutput& output) override;
  void map_partition(const MapperContext ctx, const Partition& partition, const MapPartitionInput& input,
                     MapPartitionOutput& output) override;
  void select_partition_sources(const MapperContext ctx, const Partition& partition,
                                const SelectPartitionSrcInput& input,
                                SelectPartitionSrcOutput& output) override;
  void report_profiling(const MapperContext ctx, const Partition& partition,
                        const PartitionProfilingInfo& input) override;
  void select_sharding_functor(const MapperContext ctx, const Partition& partition,
                               const SelectShardingFunctorInput& input,
                               SelectShardingFunctorOutput& output) override;

  void select_sharding_functor(const MapperContext ctx, const Fill& fill,
                               const SelectShardingFunctorInput& input,
                               SelectShardingFunctorOutput& output) override;

  void configure_context(const MapperContext ctx, const Task& task, ContextConfigOutput& output) override;
  void select_tunable_value(const MapperContext ctx, const Task& task, const SelectTunableInput& input,
                            SelectTunableOutput& output) override;
  void select_sharding_functor(const MapperContext ctx, const MustEpoch& epoch,
                               const SelectShardingFunctorInput& input,
                               MustEpochShardingFunctorOutput& output) override;
  void map_must_epoch(const MapperContext ctx, const MapMustEpochInput& input,
                      MapMustEpochOutput& output) override;
  void map_dataflow_graph(const MapperContext ctx, const MapDataflowGraphInput& input,
                          MapDataflowGraphOutput& output) override;
  void memoize_operation(const MapperContext ctx, const Mappable& mappable, const MemoizeInput& input,
                         MemoizeOutput& output) override;
  void select_tasks_to_map(const MapperContext ctx, const SelectMappingInput& input,
                           SelectMappingOutput& output) override;
  void select_steal_targets(const MapperContext ctx, const SelectStealingInput& input,
                            SelectStealingOutput& output) override;
  void permit_steal_request(const MapperContext ctx, const StealRequestInput& input,
                            StealRequestOutput& output) override;
  void handle_message(const MapperContext ctx, const MapperMessage& message) override;
  void handle_task_result(const MapperContext ctx, const MapperTaskResult& result) override;

  // ---- policies

  virtual Processor default_policy_select_initial_processor(MapperContext ctx, const Task& task);
  virtual void default_policy_select_target_processors(MapperContext ctx, const Task& task,
                                                       std::vector<Processor>& target_procs);
  virtual TaskPriority default_policy_select_task_priority(MapperContext ctx, const Task& task);
  virtual CachedMappingPolicy default_policy_select_task_cache_policy(MapperContext ctx, const Task& task);
  // False when there are not enough processors.
  virtual bool default_policy_select_must_epoch_processors(MapperContext ctx,
                                                           const std::vector<std::set<const Task*>>& tasks,
                                                           Processor::Kind proc_kind,
                                                           std::map<const Task*, Processor>& target_procs);
  virtual void default_policy_rank_processor_kinds(MapperContext ctx, const Task& task,
                                                   std::vector<Processor::Kind>& ranking);
  virtual VariantID default_policy_select_best_variant(MapperContext ctx, const Task& task,
                                                       Processor::Kind kind, VariantID vid1, VariantID vid2,
                                                       const ExecutionConstraintSet& execution1,
                                                       const ExecutionConstraintSet& execution2,
                                                       const TaskLayoutConstraintSet& layout1,
                                                       const TaskLayoutConstraintSet& layout2);
  virtual Memory default_policy_select_target_memory(MapperContext ctx, Processor target_proc,
                                                     const RegionRequirement& req,
                                                     MemoryConstraint mc = MemoryConstraint());
  virtual Memory default_policy_select_output_target(MapperContext ctx, Processor target_proc);
  virtual LayoutConstraintID default_policy_select_layout_constraints(MapperContext ctx, Memory target_memory,
                                                                      const RegionRequirement& req,
                                                                      MappingKind mapping_kind,
                                                                      bool needs_field_constraint_check,
                                                                      bool& force_new_instances);
  virtual void default_policy_select_constraints(MapperContext ctx, LayoutConstraintSet& constraints,
                                                 Memory target_memory, const RegionRequirement& req);
  virtual void default_policy_select_output_constraints(const Task& task, LayoutConstraintSet& constraints,
                                                        const RegionRequirement& req);
  virtual Memory default_policy_select_constrained_instance_constraints(
      MapperContext ctx, const std::vector<const Task*>& tasks, const std::vector<unsigned>& req_indexes,
      const std::vector<Processor>& target_procs, const std::set<LogicalRegion>& needed_regions,
      const std::set<FieldID>& needed_fields, LayoutConstraintSet& constraints);
  virtual void default_policy_select_constraint_fields(MapperContext ctx, const RegionRequirement& req,
                                                       std::vector<FieldID>& fields);
  virtual LogicalRegion default_policy_select_instance_region(MapperContext ctx, Memory target_memory,
                                                              const RegionRequirement& req,
                                                              const LayoutConstraintSet& constraints,
                                                              bool force_new_instances,
                                                              bool meets_constraints);
  virtual void default_policy_select_instance_fields(MapperContext ctx, const RegionRequirement& req,
                                                     const std::set<FieldID>& needed_fields,
                                                     std::vector<FieldID>& fields);
  virtual int default_policy_select_garbage_collection_priority(MapperContext ctx, MappingKind kind,
                                                                Memory memory,
                                                                const PhysicalInstance& instance,
                                                                bool meets_fill_constraints, bool reduction);
  virtual void default_policy_select_sources(MapperContext ctx, const PhysicalInstance& target,
                                             const std::vector<PhysicalInstance>& sources,
                                             std::deque<PhysicalInstance>& ranking);
  virtual bool default_policy_select_close_virtual(const MapperContext ctx, const Close& close);
  virtual bool default_policy_select_reduction_instance_reuse(const MapperContext ctx);

 protected:
  // ---- helpers

  long default_generate_random_integer() const;
  // From 0 to 1.
  double default_generate_random_real() const;
  Processor default_select_random_processor(const std::vector<Processor>& procs) const;

  // Round robin; NO_PROC when there is none.
  Processor default_get_next_local_cpu() { return next_of(local_cpus, next_local_cpu); }
  Processor default_get_next_local_gpu() { return next_of(local_gpus, next_local_gpu); }
  Processor default_get_next_local_io() { return next_of(local_ios, next_local_io); }
  Processor default_get_next_local_procset() { return next_of(local_procsets, next_local_procset); }
  Processor default_get_next_local_omp() { return next_of(local_omps, next_local_omp); }
  Processor default_get_next_local_py() { return next_of(local_pys, next_local_py); }
  // One process: the same processors.
  Processor default_get_next_global_cpu() { return default_get_next_local_cpu(); }
  Processor default_get_next_global_gpu() { return default_get_next_local_gpu(); }
  Processor default_get_next_global_io() { return default_get_next_local_io(); }
  Processor default_get_next_global_procset() { return default_get_next_local_procset(); }
  Processor default_get_next_global_omp() { return default_get_next_local_omp(); }
  Processor default_get_next_global_py() { return default_get_next_local_py(); }

  // The best variant on a kind, or on the best kind that has one; ends the program when there is none.
  VariantInfo default_find_preferred_variant(const Task& task, MapperContext ctx, bool needs_tight_bound,
                                             bool cache = true, Processor::Kind kind = Processor::NO_KIND);
  void default_slice_task(const Task& task, const std::vector<Processor>& local_procs,
                          const std::vector<Processor>& remote_procs, const SliceTaskInput& input,
                          SliceTaskOutput& output,
                          std::map<Domain, std::vector<TaskSlice>>& cached_slices) const;
  // Adds instances until no field is needed any more. False when memory is short.
  bool default_create_custom_instances(MapperContext ctx, Processor target, Memory target_memory,
                                       const RegionRequirement& req, unsigned index,
                                       std::set<FieldID>& needed_fields,
                                       const TaskLayoutConstraintSet& layout_constraints,
                                       bool needs_field_constraint_check,
                                       std::vector<PhysicalInstance>& instances, size_t* footprint = nullptr);
  bool default_make_instance(MapperContext ctx, Memory target_memory, const LayoutConstraintSet& constraints,
                             PhysicalInstance& result, MappingKind kind, bool force_new, bool meets,
                             const RegionRequirement& req, size_t* footprint = nullptr);
  // Ends the program with a message.
  void default_report_failed_instance_creation(const Task& task, unsigned index, Processor target_proc,
                                               Memory target_memory, size_t footprint = 0) const;
  void default_remove_cached_task(MapperContext ctx, VariantID variant, unsigned long long task_hash,
                                  const std::pair<TaskID, Processor>& cache_key,
                                  const std::vector<std::vector<PhysicalInstance>>& post_filter);
  template <bool IS_SRC>
  void default_create_copy_instance(MapperContext ctx, const Copy& copy, const RegionRequirement& req,
                                    unsigned index, std::vector<PhysicalInstance>& instances) {
    create_copy_instance(ctx, copy, req, index, IS_SRC, instances);
  }
  LogicalRegion default_find_common_ancestor(MapperContext ctx, const std::set<LogicalRegion>& regions);
  bool have_proc_kind_variant(const MapperContext ctx, TaskID id, Processor::Kind kind);
  const std::vector<Processor>& local_procs_by_kind(Processor::Kind kind);
  const std::vector<Processor>& remote_procs_by_kind(Processor::Kind kind);
  MemoryConstraint find_memory_constraint(const MapperContext ctx, const Task& task, VariantID vid,
                                          unsigned index);

  // For `own_name`.
  static const char* create_default_name(Processor p);
  // Cuts a space into `blocking` blocks in each dimension and deals them out to the targets.
  template <int DIM>
  static void default_decompose_points(const DomainT<DIM, coord_t>& point_space,
                                       const std::vector<Processor>& targets,
                                       const Point<DIM, coord_t>& blocking, bool recurse, bool stealable,
                                       std::vector<TaskSlice>& slices);
  // `factor` blocks, close to cubes.
  template <int DIM>
  static Point<DIM, coord_t> default_select_num_blocks(long long int factor,
                                                       const Rect<DIM, coord_t>& rect_to_factor);
  static unsigned long long compute_task_hash(const Task& task);
  static inline bool physical_sort_func(const std::pair<PhysicalInstance, unsigned>& left,
                                        const std::pair<PhysicalInstance, unsigned>& right) {
    return left.second < right.second;
  }
  static inline bool point_sort_func(const Task* t1, const Task* t2) {
    return t1->index_point < t2->index_point;
  }

  const Processor local_proc;
  const Processor::Kind local_kind;
  const AddressSpace node_id;
  const Machine machine;
  const char* const mapper_name;

  mutable unsigned short random_number_generator[3];
  unsigned total_nodes = 1;
  std::vector<Processor> local_gpus, local_cpus, local_ios, local_procsets, local_omps, local_pys;
  // One process: the same as the local ones.
  std::vector<Processor> remote_gpus, remote_cpus, remote_ios, remote_procsets, remote_omps, remote_pys;
  bool multipleNumaDomainsPresent = false;

  unsigned next_local_gpu = 0, next_local_cpu = 0, next_local_io = 0;
  unsigned next_local_procset = 0, next_local_omp = 0, next_local_py = 0;

  std::map<Domain, std::vector<TaskSlice>> gpu_slices_cache, cpu_slices_cache, io_slices_cache,
      procset_slices_cache, omp_slices_cache, py_slices_cache;
  std::map<std::pair<TaskID, Processor::Kind>, VariantInfo> preferred_variants;
  std::map<std::pair<TaskID, Processor>, std::list<CachedTaskMapping>> cached_task_mappings;
  std::map<std::pair<Memory::Kind, FieldSpace>, LayoutConstraintID> layout_constraint_cache;
  std::map<std::pair<Memory::Kind, ReductionOpID>, LayoutConstraintID> reduction_constraint_cache;
  std::map<Processor, Memory> cached_target_memory, cached_rdma_target_memory;

  // From the command line.
  unsigned max_steals_per_theft = 4;
  unsigned max_steal_count = 2;
  bool breadth_first_traversal = false;
  bool stealing_enabled = false;
  unsigned max_schedule_count = 8;
  bool memoize = true;
  bool map_locally = false;
  bool exact_region = false;
  bool replication_enabled = true;
  bool same_address_space = false;

 private:
  static Processor next_of(const std::vector<Processor>& procs, unsigned& next) {
    if (procs.empty()) return Processor::NO_PROC;
    return procs[next++ % procs.size()];
  }
  void parse_flags();
  void create_copy_instance(MapperContext ctx, const Copy& copy, const RegionRequirement& req, unsigned index,
                            bool is_source, std::vector<PhysicalInstance>& instances);
  // False when memory is short; then `output` is not complete.
  bool map_requirement(MapperContext ctx, const Task& task, unsigned index, const RegionRequirement& req,
                       const MapTaskInput& input, const TaskLayoutConstraintSet& layouts, Processor target,
                       std::vector<PhysicalInstance>& instances);
  void map_one_region(MapperContext ctx, const RegionRequirement& req, MappingKind kind, Processor target,
                      const std::vector<PhysicalInstance>& valid, std::vector<PhysicalInstance>& instances,
                      const Mappable& mappable);

  const bool owns_name_;
};

}  // namespace Mapping
}  // namespace Legion

namespace LegionRuntime {
namespace HighLevel {
typedef Legion::Mapping::DefaultMapper DefaultMapper;
}
}  // namespace LegionRuntime

#include "mappers/default_mapper.inl"
