// Mapper: the calls that the runtime makes.
//
// Every call gets a context for the calls of MapperRuntime. Calls of a serialized mapper never overlap; one
// that is reentrant may be called while another call waits inside the runtime. The runtime owns the mappers
// that are registered. Structures of inputs and outputs are valid during the call only.
#pragma once

#include <deque>
#include <list>

#include "legion/mapping/physical_instance.h"
#include "legion/mapping/profiling.h"

namespace Legion {
namespace Mapping {

class MapperRuntime;

class Mapper {
 public:
  explicit Mapper(MapperRuntime* rt) : runtime(rt) {}
  virtual ~Mapper() {}

  MapperRuntime* const runtime;

  virtual const char* get_mapper_name() const = 0;
  enum MapperSyncModel {
    CONCURRENT_MAPPER_MODEL,
    SERIALIZED_REENTRANT_MAPPER_MODEL,
    SERIALIZED_NON_REENTRANT_MAPPER_MODEL,
  };
  virtual MapperSyncModel get_mapper_sync_model() const = 0;
  // Whether inputs shall list the valid instances.
  virtual bool request_valid_instances() const { return true; }

  typedef std::vector<PhysicalInstance> Instances;
  typedef std::vector<CollectiveView> Collectives;

  // ---- tasks

  struct TaskOptions {
    Processor initial_proc;
    bool inline_task = false;
    bool stealable = false;
    bool map_locally = false;
    bool valid_instances = true;
    bool memoize = false;
    bool replicate = false;
    TaskPriority parent_priority = 0;
    std::set<unsigned> check_collective_regions;
  };
  virtual void select_task_options(MapperContext ctx, const Task& task, TaskOptions& output) = 0;

  struct PremapTaskInput {
    std::map<unsigned, std::vector<PhysicalInstance>> valid_instances;
  };
  struct PremapTaskOutput {
    Processor new_target_proc;
    std::vector<Memory> reduction_futures;
    std::map<unsigned, std::vector<PhysicalInstance>> premapped_instances;
    std::map<unsigned, std::vector<PhysicalInstance>> premapped_sources;
    ProfilingRequest copy_prof_requests;
    TaskPriority profiling_priority = 0;
  };
  virtual void premap_task(MapperContext ctx, const Task& task, const PremapTaskInput& input,
                           PremapTaskOutput& output) = 0;

  struct TaskSlice {
    TaskSlice() = default;
    TaskSlice(const Domain& d, Processor p, bool r, bool s, bool own = false)
        : domain(d), proc(p), recurse(r), stealable(s), take_ownership(own) {}
    TaskSlice(IndexSpace is, Processor p, bool r, bool s)
        : domain_is(is), proc(p), recurse(r), stealable(s) {}
    IndexSpace domain_is;
    Domain domain;
    Processor proc;
    bool recurse = false;
    bool stealable = false;
    bool take_ownership = false;
  };
  struct SliceTaskInput {
    IndexSpace domain_is;
    Domain domain;
    IndexSpace sharding_is;
  };
  struct SliceTaskOutput {
    std::vector<TaskSlice> slices;
    bool verify_correctness = false;
  };
  virtual void slice_task(MapperContext ctx, const Task& task, const SliceTaskInput& input,
                          SliceTaskOutput& output) = 0;

  struct MapTaskInput {
    std::vector<Instances> valid_instances;
    std::vector<Collectives> valid_collectives;
    std::vector<unsigned> premapped_regions;
    DomainPoint shard;
    Domain shard_domain;
    Processor shard_processor;
    VariantID shard_variant = 0;
  };
  struct MapTaskOutput {
    std::vector<Instances> chosen_instances;
    std::vector<Instances> source_instances;
    std::vector<Memory> output_targets;
    std::vector<LayoutConstraintSet> output_constraints;
    std::set<unsigned> untracked_valid_regions;
    std::vector<Memory> future_locations;
    std::vector<Processor> target_procs;
    std::map<Memory, PoolBounds> leaf_pool_bounds;
    VariantID chosen_variant = 0;
    TaskPriority task_priority = 0;
    RealmPriority copy_fill_priority = 0;
    RealmPriority profiling_priority = 0;
    ProfilingRequest task_prof_requests;
    ProfilingRequest copy_prof_requests;
    bool postmap_task = false;
    bool abort_mapping = false;
  };
  virtual void map_task(MapperContext ctx, const Task& task, const MapTaskInput& input,
                        MapTaskOutput& output) = 0;

  struct ReplicateTaskInput {};
  struct ReplicateTaskOutput {
    VariantID chosen_variant = 0;
    std::vector<Processor> target_processors;
    std::vector<VariantID> leaf_variants;
    std::vector<DomainPoint> shard_points;
    Domain shard_domain;
  };
  virtual void replicate_task(MapperContext ctx, const Task& task, const ReplicateTaskInput& input,
                              ReplicateTaskOutput& output) = 0;
  struct MapReplicateTaskOutput {
    std::vector<MapTaskOutput> task_mappings;
    std::vector<Processor> control_replication_map;
    std::vector<DomainPoint> shard_points;
    Domain shard_domain;
  };
  // What `replicate_task` was in earlier versions; nobody calls it.
  virtual void map_replicate_task(MapperContext, const Task&, const MapTaskInput&, const MapTaskOutput&,
                                  MapReplicateTaskOutput&) {}

  struct SelectVariantInput {
    Processor processor;
    std::vector<Instances> chosen_instances;
  };
  struct SelectVariantOutput {
    VariantID chosen_variant = 0;
  };
  virtual void select_task_variant(MapperContext ctx, const Task& task, const SelectVariantInput& input,
                                   SelectVariantOutput& output) = 0;

  struct PostMapInput {
    std::vector<Instances> mapped_regions;
    std::vector<Instances> valid_instances;
    std::vector<Collectives> valid_collectives;
  };
  struct PostMapOutput {
    std::vector<Instances> chosen_instances;
    std::vector<Instances> source_instances;
  };
  virtual void postmap_task(MapperContext ctx, const Task& task, const PostMapInput& input,
                            PostMapOutput& output) = 0;

  struct SelectSourcesInput {
    PhysicalInstance target;
    Instances source_instances;
    Collectives collective_views;
  };
  struct SelectSourcesOutput {
    std::deque<PhysicalInstance> chosen_ranking;
  };
  struct SelectTaskSrcInput : SelectSourcesInput {
    unsigned region_req_index = 0;
  };
  struct SelectTaskSrcOutput : SelectSourcesOutput {};
  virtual void select_task_sources(MapperContext ctx, const Task& task, const SelectTaskSrcInput& input,
                                   SelectTaskSrcOutput& output) = 0;

  struct TaskProfilingInfo {
    ProfilingResponse profiling_responses;
    unsigned region_requirement_index = 0;
    unsigned total_reports = 0;
    bool task_response = true;
    bool fill_response = false;
  };
  virtual void report_profiling(MapperContext ctx, const Task& task, const TaskProfilingInfo& input) = 0;

  struct SelectShardingFunctorInput {
    std::vector<Processor> shard_mapping;
  };
  struct SelectShardingFunctorOutput {
    ShardingID chosen_functor = 0;
    bool slice_recurse = true;
  };
  virtual void select_sharding_functor(MapperContext ctx, const Task& task,
                                       const SelectShardingFunctorInput& input,
                                       SelectShardingFunctorOutput& output) = 0;

  // ---- inline mappings

  struct MapInlineInput {
    Instances valid_instances;
    Collectives valid_collectives;
  };
  struct MapInlineOutput {
    Instances chosen_instances;
    Instances source_instances;
    RealmPriority copy_fill_priority = 0;
    ProfilingRequest profiling_requests;
    RealmPriority profiling_priority = 0;
    bool track_valid_region = true;
  };
  virtual void map_inline(MapperContext ctx, const InlineMapping& inline_op, const MapInlineInput& input,
                          MapInlineOutput& output) = 0;
  struct SelectInlineSrcInput : SelectSourcesInput {};
  struct SelectInlineSrcOutput : SelectSourcesOutput {};
  virtual void select_inline_sources(MapperContext ctx, const InlineMapping& inline_op,
                                     const SelectInlineSrcInput& input, SelectInlineSrcOutput& output) = 0;
  // What is reported of an operation that is no task.
  struct OperationProfilingInfo {
    ProfilingResponse profiling_responses;
    unsigned total_reports = 0;
    bool fill_response = false;
  };
  struct InlineProfilingInfo : OperationProfilingInfo {};
  virtual void report_profiling(MapperContext ctx, const InlineMapping& inline_op,
                                const InlineProfilingInfo& input) = 0;

  // ---- copies

  struct MapCopyInput {
    std::vector<Instances> src_instances;
    std::vector<Instances> dst_instances;
    std::vector<Instances> src_indirect_instances;
    std::vector<Instances> dst_indirect_instances;
    std::vector<Collectives> src_collectives;
    std::vector<Collectives> dst_collectives;
    std::vector<Collectives> src_indirect_collectives;
    std::vector<Collectives> dst_indirect_collectives;
  };
  struct MapCopyOutput {
    std::vector<Instances> src_instances;
    std::vector<Instances> dst_instances;
    std::vector<PhysicalInstance> src_indirect_instances;
    std::vector<PhysicalInstance> dst_indirect_instances;
    std::vector<Instances> src_source_instances;
    std::vector<Instances> dst_source_instances;
    std::vector<Instances> src_indirect_source_instances;
    std::vector<Instances> dst_indirect_source_instances;
    std::set<unsigned> untracked_valid_srcs;
    std::set<unsigned> untracked_valid_ind_srcs;
    std::set<unsigned> untracked_valid_ind_dsts;
    ProfilingRequest profiling_requests;
    RealmPriority profiling_priority = 0;
    RealmPriority copy_fill_priority = 0;
    bool compute_preimages = false;
    bool shadow_indirections = false;
  };
  virtual void map_copy(MapperContext ctx, const Copy& copy, const MapCopyInput& input,
                        MapCopyOutput& output) = 0;
  struct SelectCopySrcInput : SelectSourcesInput {
    bool is_src = false;
    bool is_dst = false;
    bool is_src_indirect = false;
    bool is_dst_indirect = false;
    unsigned region_req_index = 0;
  };
  struct SelectCopySrcOutput : SelectSourcesOutput {};
  virtual void select_copy_sources(MapperContext ctx, const Copy& copy, const SelectCopySrcInput& input,
                                   SelectCopySrcOutput& output) = 0;
  struct CopyProfilingInfo : OperationProfilingInfo {
    unsigned src_index = 0;
    unsigned dst_index = 0;
  };
  virtual void report_profiling(MapperContext ctx, const Copy& copy, const CopyProfilingInfo& input) = 0;
  virtual void select_sharding_functor(MapperContext ctx, const Copy& copy,
                                       const SelectShardingFunctorInput& input,
                                       SelectShardingFunctorOutput& output) = 0;

  // ---- closes of regions (this runtime has no such operations: these are never called)

  struct SelectCloseSrcInput : SelectSourcesInput {};
  struct SelectCloseSrcOutput : SelectSourcesOutput {};
  virtual void select_close_sources(MapperContext ctx, const Close& close, const SelectCloseSrcInput& input,
                                    SelectCloseSrcOutput& output) = 0;
  struct CloseProfilingInfo : OperationProfilingInfo {};
  virtual void report_profiling(MapperContext ctx, const Close& close, const CloseProfilingInfo& input) = 0;
  virtual void select_sharding_functor(MapperContext ctx, const Close& close,
                                       const SelectShardingFunctorInput& input,
                                       SelectShardingFunctorOutput& output) = 0;

  // ---- acquires and releases

  struct MapAcquireInput {};
  struct MapAcquireOutput {
    ProfilingRequest profiling_requests;
    RealmPriority profiling_priority = 0;
    RealmPriority copy_fill_priority = 0;
  };
  virtual void map_acquire(MapperContext ctx, const Acquire& acquire, const MapAcquireInput& input,
                           MapAcquireOutput& output) = 0;
  struct AcquireProfilingInfo : OperationProfilingInfo {};
  virtual void report_profiling(MapperContext ctx, const Acquire& acquire,
                                const AcquireProfilingInfo& input) = 0;
  virtual void select_sharding_functor(MapperContext ctx, const Acquire& acquire,
                                       const SelectShardingFunctorInput& input,
                                       SelectShardingFunctorOutput& output) = 0;

  struct MapReleaseInput {};
  struct MapReleaseOutput {
    Instances source_instances;
    ProfilingRequest profiling_requests;
    RealmPriority profiling_priority = 0;
    RealmPriority copy_fill_priority = 0;
  };
  virtual void map_release(MapperContext ctx, const Release& release, const MapReleaseInput& input,
                           MapReleaseOutput& output) = 0;
  struct SelectReleaseSrcInput : SelectSourcesInput {};
  struct SelectReleaseSrcOutput : SelectSourcesOutput {};
  virtual void select_release_sources(MapperContext ctx, const Release& release,
                                      const SelectReleaseSrcInput& input, SelectReleaseSrcOutput& output) = 0;
  struct ReleaseProfilingInfo : OperationProfilingInfo {};
  virtual void report_profiling(MapperContext ctx, const Release& release,
                                const ReleaseProfilingInfo& input) = 0;
  virtual void select_sharding_functor(MapperContext ctx, const Release& release,
                                       const SelectShardingFunctorInput& input,
                                       SelectShardingFunctorOutput& output) = 0;

  // ---- partitions by fields

  struct SelectPartitionProjectionInput {
    std::vector<LogicalPartition> open_complete_partitions;
  };
  struct SelectPartitionProjectionOutput {
    LogicalPartition chosen_partition;
  };
  virtual void select_partition_projection(MapperContext ctx, const Partition& partition,
                                           const SelectPartitionProjectionInput& input,
                                           SelectPartitionProjectionOutput& output) = 0;
  struct MapPartitionInput {
    Instances valid_instances;
    Collectives valid_collectives;
  };
  struct MapPartitionOutput {
    Instances chosen_instances;
    Instances source_instances;
    ProfilingRequest profiling_requests;
    RealmPriority profiling_priority = 0;
    RealmPriority copy_fill_priority = 0;
    bool track_valid_region = true;
  };
  virtual void map_partition(MapperContext ctx, const Partition& partition, const MapPartitionInput& input,
                             MapPartitionOutput& output) = 0;
  struct SelectPartitionSrcInput : SelectSourcesInput {};
  struct SelectPartitionSrcOutput : SelectSourcesOutput {};
  virtual void select_partition_sources(MapperContext ctx, const Partition& partition,
                                        const SelectPartitionSrcInput& input,
                                        SelectPartitionSrcOutput& output) = 0;
  struct PartitionProfilingInfo : OperationProfilingInfo {};
  virtual void report_profiling(MapperContext ctx, const Partition& partition,
                                const PartitionProfilingInfo& input) = 0;
  virtual void select_sharding_functor(MapperContext ctx, const Partition& partition,
                                       const SelectShardingFunctorInput& input,
                                       SelectShardingFunctorOutput& output) = 0;

  virtual void select_sharding_functor(MapperContext ctx, const Fill& fill,
                                       const SelectShardingFunctorInput& input,
                                       SelectShardingFunctorOutput& output) = 0;

  struct FutureMapReductionInput {
    MappingTagID tag = 0;
  };
  struct FutureMapReductionOutput {
    std::vector<Memory> destination_memories;
    size_t serdez_upper_bound = SIZE_MAX;
  };
  virtual void map_future_map_reduction(MapperContext, const FutureMapReductionInput&,
                                        FutureMapReductionOutput&) {}

  // ---- contexts

  struct ContextConfigOutput {
    unsigned max_window_size = LEGION_DEFAULT_MAX_TASK_WINDOW;
    unsigned hysteresis_percentage = LEGION_DEFAULT_TASK_WINDOW_HYSTERESIS;
    unsigned max_outstanding_frames = 0;
    unsigned min_tasks_to_schedule = LEGION_DEFAULT_MIN_TASKS_TO_SCHEDULE;
    unsigned min_frames_to_schedule = 0;
    unsigned meta_task_vector_width = LEGION_DEFAULT_META_TASK_VECTOR_WIDTH;
    unsigned max_templates_per_trace = LEGION_DEFAULT_MAX_TEMPLATES_PER_TRACE;
    bool mutable_priority = false;
    bool auto_tracing_enabled = false;
    unsigned auto_tracing_window_size = 0;
    unsigned auto_tracing_ruler_function = 0;
    unsigned auto_tracing_min_trace_length = 0;
    unsigned auto_tracing_max_trace_length = 0;
    unsigned auto_tracing_visit_threshold = 0;
  };
  virtual void configure_context(MapperContext ctx, const Task& task, ContextConfigOutput& output) = 0;

  struct SelectTunableInput {
    TunableID tunable_id = 0;
    MappingTagID mapping_tag = 0;
    std::vector<Future> futures;
    const void* args = nullptr;
    size_t size = 0;
  };
  struct SelectTunableOutput {
    // From malloc when `take_ownership`: the runtime frees it.
    void* value = nullptr;
    size_t size = 0;
    bool take_ownership = true;
  };
  virtual void select_tunable_value(MapperContext ctx, const Task& task, const SelectTunableInput& input,
                                    SelectTunableOutput& output) = 0;

  // ---- must epochs

  struct MustEpochShardingFunctorOutput : public SelectShardingFunctorOutput {
    bool collective_map_must_epoch_call = false;
  };
  virtual void select_sharding_functor(MapperContext ctx, const MustEpoch& epoch,
                                       const SelectShardingFunctorInput& input,
                                       MustEpochShardingFunctorOutput& output) = 0;
  struct MappingConstraint {
    std::vector<const Task*> constrained_tasks;
    std::vector<unsigned> requirement_indexes;
  };
  struct MapMustEpochInput {
    std::vector<const Task*> tasks;
    std::vector<MappingConstraint> constraints;
    MappingTagID mapping_tag = 0;
    std::vector<Processor> shard_mapping;
    ShardID local_shard = 0;
  };
  struct MapMustEpochOutput {
    std::vector<Processor> task_processors;
    std::vector<Instances> constraint_mappings;
    std::vector<int> weights;
  };
  virtual void map_must_epoch(MapperContext ctx, const MapMustEpochInput& input,
                              MapMustEpochOutput& output) = 0;

  struct MapDataflowGraphInput {};
  struct MapDataflowGraphOutput {};
  virtual void map_dataflow_graph(MapperContext ctx, const MapDataflowGraphInput& input,
                                  MapDataflowGraphOutput& output) = 0;

  // ---- scheduling

  struct MemoizeInput {
    TraceID trace_id = 0;
  };
  struct MemoizeOutput {
    bool memoize = true;
  };
  virtual void memoize_operation(MapperContext ctx, const Mappable& mappable, const MemoizeInput& input,
                                 MemoizeOutput& output) = 0;

  struct SelectMappingInput {
    std::list<const Task*> ready_tasks;
  };
  struct SelectMappingOutput {
    std::set<const Task*> map_tasks;
    std::map<const Task*, Processor> relocate_tasks;
    MapperEvent deferral_event;
  };
  virtual void select_tasks_to_map(MapperContext ctx, const SelectMappingInput& input,
                                   SelectMappingOutput& output) = 0;

  struct SelectStealingInput {
    std::set<Processor> blacklist;
  };
  struct SelectStealingOutput {
    std::set<Processor> targets;
  };
  virtual void select_steal_targets(MapperContext ctx, const SelectStealingInput& input,
                                    SelectStealingOutput& output) = 0;
  struct StealRequestInput {
    Processor thief_proc;
    std::vector<const Task*> stealable_tasks;
  };
  struct StealRequestOutput {
    std::set<const Task*> stolen_tasks;
  };
  virtual void permit_steal_request(MapperContext ctx, const StealRequestInput& input,
                                    StealRequestOutput& output) = 0;

  // ---- messages between mappers

  struct MapperMessage {
    Processor sender;
    unsigned kind = 0;
    const void* message = nullptr;
    size_t size = 0;
    bool broadcast = false;
  };
  virtual void handle_message(MapperContext ctx, const MapperMessage& message) = 0;
  struct MapperTaskResult {
    MapperEvent mapper_event;
    const void* result = nullptr;
    size_t result_size = 0;
  };
  virtual void handle_task_result(MapperContext ctx, const MapperTaskResult& result) = 0;
  virtual void handle_instance_collection(MapperContext, const PhysicalInstance&) {}
};

}  // namespace Mapping
}  // namespace Legion
