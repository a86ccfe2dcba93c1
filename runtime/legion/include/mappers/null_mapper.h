// NullMapper: every call is an error. To derive from, for mappers that decide everything themselves.
#pragma once

#include "legion/legion_mapping.h"

namespace Legion {
namespace Mapping {

class NullMapper : public Mapper {
 public:
  NullMapper(MapperRuntime* rt, Machine machine_in) : Mapper(rt), machine(machine_in) {}

  const char* get_mapper_name() const override { report_unimplemented("get_mapper_name"); }
  MapperSyncModel get_mapper_sync_model() const override { report_unimplemented("get_mapper_sync_model"); }

  void select_task_options(const MapperContext, const Task&, TaskOptions&) override {
    report_unimplemented("select_task_options");
  }
  void premap_task(const MapperContext, const Task&, const PremapTaskInput&, PremapTaskOutput&) override {
    report_unimplemented("premap_task");
  }
  void slice_task(const MapperContext, const Task&, const SliceTaskInput&, SliceTaskOutput&) override {
    report_unimplemented("slice_task");
  }
  void map_task(const MapperContext, const Task&, const MapTaskInput&, MapTaskOutput&) override {
    report_unimplemented("map_task");
  }
  void replicate_task(const MapperContext, const Task&, const ReplicateTaskInput&,
                      ReplicateTaskOutput&) override {
    report_unimplemented("replicate_task");
  }
  void select_task_variant(const MapperContext, const Task&, const SelectVariantInput&,
                           SelectVariantOutput&) override {
    report_unimplemented("select_task_variant");
  }
  void postmap_task(const MapperContext, const Task&, const PostMapInput&, PostMapOutput&) override {
    report_unimplemented("postmap_task");
  }
  void select_task_sources(const MapperContext, const Task&, const SelectTaskSrcInput&,
                           SelectTaskSrcOutput&) override {
    report_unimplemented("select_task_sources");
  }
  void report_profiling(const MapperContext, const Task&, const TaskProfilingInfo&) override {
    report_unimplemented("report_profiling");
  }
  void select_sharding_functor(const MapperContext, const Task&, const SelectShardingFunctorInput&,
                               SelectShardingFunctorOutput&) override {
    report_unimplemented("select_sharding_functor");
  }
  void map_inline(const MapperContext, const InlineMapping&, const MapInlineInput&,
                  MapInlineOutput&) override {
    report_unimplemented("map_inline");
  }
  void select_inline_sources(const MapperContext, const InlineMapping&, const SelectInlineSrcInput&,
                             SelectInlineSrcOutput&) override {
    report_unimplemented("select_inline_sources");
  }
  void report_profiling(const MapperContext, const InlineMapping&, const InlineProfilingInfo&) override {
    report_unimplemented("report_profiling");
  }
  void map_copy(const MapperContext, const Copy&, const MapCopyInput&, MapCopyOutput&) override {
    report_unimplemented("map_copy");
  }
  void select_copy_sources(const MapperContext, const Copy&, const SelectCopySrcInput&,
                           SelectCopySrcOutput&) override {
    report_unimplemented("select_copy_sources");
  }
  void report_profiling(const MapperContext, const Copy&, const CopyProfilingInfo&) override {
    report_unimplemented("report_profiling");
  }
  void select_sharding_functor(const MapperContext, const Copy&, const SelectShardingFunctorInput&,
                               SelectShardingFunctorOutput&) override {
    report_unimplemented("select_sharding_functor");
  }
  void select_close_sources(const MapperContext, const Close&, const SelectCloseSrcInput&,
                            SelectCloseSrcOutput&) override {
    report_unimplemented("select_close_sources");
  }
  void report_profiling(const MapperContext, const Close&, const CloseProfilingInfo&) override {
    report_unimplemented("report_profiling");
  }
  void select_sharding_functor(const MapperContext, const Close&, const SelectShardingFunctorInput&,
                               SelectShardingFunctorOutput&) override {
    report_unimplemented("select_sharding_functor");
  }
  void map_acquire(const MapperContext, const Acquire&, const MapAcquireInput&, MapAcquireOutput&) override {
    report_unimplemented("map_acquire");
  }
  void report_profiling(const MapperContext, const Acquire&, const AcquireProfilingInfo&) override {
    report_unimplemented("report_profiling");
  }
  void select_sharding_functor(const MapperContext, const Acquire&, const SelectShardingFunctorInput&,
                               SelectShardingFunctorOutput&) override {
    report_unimplemented("select_sharding_functor");
  }
  void map_release(const MapperContext, const Release&, const MapReleaseInput&, MapReleaseOutput&) override {
    report_unimplemented("map_release");
  }
  void select_release_sources(const MapperContext, const Release&, const SelectReleaseSrcInput&,
                              SelectReleaseSrcOutput&) override {
    report_unimplemented("select_release_sources");
  }
  void report_profiling(const MapperContext, const Release&, const ReleaseProfilingInfo&) override {
    report_unimplemented("report_profiling");
  }
  void select_sharding_functor(const MapperContext, const Release&, const SelectShardingFunctorInput&,
                               SelectShardingFunctorOutput&) override {
    report_unimplemented("select_sharding_functor");
  }
  void select_partition_projection(const MapperContext, const Partition&,
                                   const SelectPartitionProjectionInput&,
                                   SelectPartitionProjectionOutput&) override {
    report_unimplemented("select_partition_projection");
  }
  void map_partition(const MapperContext, const Partition&, const MapPartitionInput&,
                     MapPartitionOutput&) override {
    report_unimplemented("map_partition");
  }
  void select_partition_sources(const MapperContext, const Partition&, const SelectPartitionSrcInput&,
                                SelectPartitionSrcOutput&) override {
    report_unimplemented("select_partition_sources");
  }
  void report_profiling(const MapperContext, const Partition&, const PartitionProfilingInfo&) override {
    report_unimplemented("report_profiling");
  }
  void select_sharding_functor(const MapperContext, const Partition&, const SelectShardingFunctorInput&,
                               SelectShardingFunctorOutput&) override {
    report_unimplemented("select_sharding_functor");
  }
  void select_sharding_functor(const MapperContext, const Fill&, const SelectShardingFunctorInput&,
                               SelectShardingFunctorOutput&) override {
    report_unimplemented("select_sharding_functor");
  }
  void map_future_map_reduction(const MapperContext, const FutureMapReductionInput&,
                                FutureMapReductionOutput&) override {
    report_unimplemented("map_future_map_reduction");
  }
  void configure_context(const MapperContext, const Task&, ContextConfigOutput&) override {
    report_unimplemented("configure_context");
  }
  void select_tunable_value(const MapperContext, const Task&, const SelectTunableInput&,
                            SelectTunableOutput&) override {
    report_unimplemented("select_tunable_value");
  }
  void select_sharding_functor(const MapperContext, const MustEpoch&, const SelectShardingFunctorInput&,
                               MustEpochShardingFunctorOutput&) override {
    report_unimplemented("select_sharding_functor");
  }
  void map_must_epoch(const MapperContext, const MapMustEpochInput&, MapMustEpochOutput&) override {
    report_unimplemented("map_must_epoch");
  }
  void map_dataflow_graph(const MapperContext, const MapDataflowGraphInput&,
                          MapDataflowGraphOutput&) override {
    report_unimplemented("map_dataflow_graph");
  }
  void memoize_operation(const MapperContext, const Mappable&, const MemoizeInput&, MemoizeOutput&) override {
    report_unimplemented("memoize_operation");
  }
  void select_tasks_to_map(const MapperContext, const SelectMappingInput&, SelectMappingOutput&) override {
    report_unimplemented("select_tasks_to_map");
  }
  void select_steal_targets(const MapperContext, const SelectStealingInput&, SelectStealingOutput&) override {
    report_unimplemented("select_steal_targets");
  }
  void permit_steal_request(const MapperContext, const StealRequestInput&, StealRequestOutput&) override {
    report_unimplemented("permit_steal_request");
  }
  void handle_message(const MapperContext, const MapperMessage&) override {
    report_unimplemented("handle_message");
  }
  void handle_task_result(const MapperContext, const MapperTaskResult&) override {
    report_unimplemented("handle_task_result");
  }
  void handle_instance_collection(const MapperContext, const PhysicalInstance&) override {
    report_unimplemented("handle_instance_collection");
  }

 protected:
  const Machine machine;

 private:
  // Ends the program with a message.
  [[noreturn]] void report_unimplemented(const char* function) const;
};

}  // namespace Mapping
}  // namespace Legion
