// ForwardingMapper: hands every call on to another mapper, which it owns. To derive from.
#pragma once

#include "legion/legion_mapping.h"

namespace Legion {
namespace Mapping {

class ForwardingMapper : public Mapper {
 public:
  explicit ForwardingMapper(Mapper* wrapped) : Mapper(wrapped->runtime), mapper(wrapped) {}
  ~ForwardingMapper() override { delete mapper; }
  ForwardingMapper(const ForwardingMapper&) = delete;
  ForwardingMapper& operator=(const ForwardingMapper&) = delete;

  const char* get_mapper_name() const override { return mapper->get_mapper_name(); }
  MapperSyncModel get_mapper_sync_model() const override { return mapper->get_mapper_sync_model(); }
  bool request_valid_instances() const override { return mapper->request_valid_instances(); }

  void select_task_options(const MapperContext ctx, const Task& task, TaskOptions& output) override {
    mapper->select_task_options(ctx, task, output);
  }
  void premap_task(const MapperContext ctx, const Task& task, const PremapTaskInput& input,
                   PremapTaskOutput& output) override {
    mapper->premap_task(ctx, task, input, output);
  }
  void slice_task(const MapperContext ctx, const Task& task, const SliceTaskInput& input,
                  SliceTaskOutput& output) override {
    mapper->slice_task(ctx, task, input, output);
  }
  void map_task(const MapperContext ctx, const Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    mapper->map_task(ctx, task, input, output);
  }
  void replicate_task(const MapperContext ctx, const Task& task, const ReplicateTaskInput& input,
                      ReplicateTaskOutput& output) override {
    mapper->replicate_task(ctx, task, input, output);
  }
  void select_task_variant(const MapperContext ctx, const Task& task, const SelectVariantInput& input,
                           SelectVariantOutput& output) override {
    mapper->select_task_variant(ctx, task, input, output);
  }
  void postmap_task(const MapperContext ctx, const Task& task, const PostMapInput& input,
                    PostMapOutput& output) override {
    mapper->postmap_task(ctx, task, input, output);
  }
  void select_task_sources(const MapperContext ctx, const Task& task, const SelectTaskSrcInput& input,
                           SelectTaskSrcOutput& output) override {
    mapper->select_task_sources(ctx, task, input, output);
  }
  void report_profiling(const MapperContext ctx, const Task& task, const TaskProfilingInfo& input) override {
    mapper->report_profiling(ctx, task, input);
  }
  void select_sharding_functor(const MapperContext ctx, const Task& task,
                               const SelectShardingFunctorInput& input,
                               SelectShardingFunctorOutput& output) override {
    mapper->select_sharding_functor(ctx, task, input, output);
  }
  void map_inline(const MapperContext ctx, const InlineMapping& inline_op, const MapInlineInput& input,
                  MapInlineOutput& output) override {
    mapper->map_inline(ctx, inline_op, input, output);
  }
  void select_inline_sources(const MapperContext ctx, const InlineMapping& inline_op,
                             const SelectInlineSrcInput& input, SelectInlineSrcOutput& output) override {
    mapper->select_inline_sources(ctx, inline_op, input, output);
  }
  void report_profiling(const MapperContext ctx, const InlineMapping& inline_op,
                        const InlineProfilingInfo& input) override {
    mapper->report_profiling(ctx, inline_op, input);
  }
  void map_copy(const MapperContext ctx, const Copy& copy, const MapCopyInput& input,
                MapCopyOutput& output) override {
    mapper->map_copy(ctx, copy, input, output);
  }
  void select_copy_sources(const MapperContext ctx, const Copy& copy, const SelectCopySrcInput& input,
                           SelectCopySrcOutput& output) override {
    mapper->select_copy_sources(ctx, copy, input, output);
  }
  void report_profiling(const MapperContext ctx, const Copy& copy, const CopyProfilingInfo& input) override {
    mapper->report_profiling(ctx, copy, input);
  }
  void select_sharding_functor(const MapperContext ctx, const Copy& copy,
                               const SelectShardingFunctorInput& input,
                               SelectShardingFunctorOutput& output) override {
    mapper->select_sharding_functor(ctx, copy, input, output);
  }
  void select_close_sources(const MapperContext ctx, const Close& close, const SelectCloseSrcInput& input,
                            SelectCloseSrcOutput& output) override {
    mapper->select_close_sources(ctx, close, input, output);
  }
  void report_profiling(const MapperContext ctx, const Close& close,
                        const CloseProfilingInfo& input) override {
    mapper->report_profiling(ctx, close, input);
  }
  void select_sharding_functor(const MapperContext ctx, const Close& close,
                               const SelectShardingFunctorInput& input,
                               SelectShardingFunctorOutput& output) override {
    mapper->select_sharding_functor(ctx, close, input, output);
  }
  void map_acquire(const MapperContext ctx, const Acquire& acquire, const MapAcquireInput& input,
                   MapAcquireOutput& output) override {
    mapper->map_acquire(ctx, acquire, input, output);
  }
  void report_profiling(const MapperContext ctx, const Acquire& acquire,
                        const AcquireProfilingInfo& input) override {
    mapper->report_profiling(ctx, acquire, input);
  }
  void select_sharding_functor(const MapperContext ctx, const Acquire& acquire,
                               const SelectShardingFunctorInput& input,
                               SelectShardingFunctorOutput& output) override {
    mapper->select_sharding_functor(ctx, acquire, input, output);
  }
  void map_release(const MapperContext ctx, const Release& release, const MapReleaseInput& input,
                   MapReleaseOutput& output) override {
    mapper->map_release(ctx, release, input, output);
  }
  void select_release_sources(const MapperContext ctx, const Release& release,
                              const SelectReleaseSrcInput& input, SelectReleaseSrcOutput& output) override {
    mapper->select_release_sources(ctx, release, input, output);
  }
  void report_profiling(const MapperContext ctx, const Release& release,
                        const ReleaseProfilingInfo& input) override {
    mapper->report_profiling(ctx, release, input);
  }
  void select_sharding_functor(const MapperContext ctx, const Release& release,
                               const SelectShardingFunctorInput& input,
                               SelectShardingFunctorOutput& output) override {
    mapper->select_sharding_functor(ctx, release, input, output);
  }
  void select_partition_projection(const MapperContext ctx, const Partition& partition,
                                   const SelectPartitionProjectionInput& input,
                                   SelectPartitionProjectionOutput& output) override {
    mapper->select_partition_projection(ctx, partition, input, output);
  }
  void map_partition(const MapperContext ctx, const Partition& partition, const MapPartitionInput& input,
                     MapPartitionOutput& output) override {
    mapper->map_partition(ctx, partition, input, output);
  }
  void select_partition_sources(const MapperContext ctx, const Partition& partition,
                                const SelectPartitionSrcInput& input,
                                SelectPartitionSrcOutput& output) override {
    mapper->select_partition_sources(ctx, partition, input, output);
  }
  void report_profiling(const MapperContext ctx, const Partition& partition,
                        const PartitionProfilingInfo& input) override {
    mapper->report_profiling(ctx, partition, input);
  }
  void select_sharding_functor(const MapperContext ctx, const Partition& partition,
                               const SelectShardingFunctorInput& input,
                               SelectShardingFunctorOutput& output) override {
    mapper->select_sharding_functor(ctx, partition, input, output);
  }
  void select_sharding_functor(const MapperContext ctx, const Fill& fill,
                               const SelectShardingFunctorInput& input,
                               SelectShardingFunctorOutput& output) override {
    mapper->select_sharding_functor(ctx, fill, input, output);
  }
  void map_future_map_reduction(const MapperContext ctx, const FutureMapReductionInput& input,
                                FutureMapReductionOutput& output) override {
    mapper->map_future_map_reduction(ctx, input, output);
  }
  void configure_context(const MapperContext ctx, const Task& task, ContextConfigOutput& output) override {
    mapper->configure_context(ctx, task, output);
  }
  void select_tunable_value(const MapperContext ctx, const Task& task, const SelectTunableInput& input,
                            SelectTunableOutput& output) override {
    mapper->select_tunable_value(ctx, task, input, output);
  }
  void select_sharding_functor(const MapperContext ctx, const MustEpoch& epoch,
                               const SelectShardingFunctorInput& input,
                               MustEpochShardingFunctorOutput& output) override {
    mapper->select_sharding_functor(ctx, epoch, input, output);
  }
  void map_must_epoch(const MapperContext ctx, const MapMustEpochInput& input,
                      MapMustEpochOutput& output) override {
    mapper->map_must_epoch(ctx, input, output);
  }
  void map_dataflow_graph(const MapperContext ctx, const MapDataflowGraphInput& input,
                          MapDataflowGraphOutput& output) override {
    mapper->map_dataflow_graph(ctx, input, output);
  }
  void memoize_operation(const MapperContext ctx, const Mappable& mappable, const MemoizeInput& input,
                         MemoizeOutput& output) override {
    mapper->memoize_operation(ctx, mappable, input, output);
  }
  void select_tasks_to_map(const MapperContext ctx, const SelectMappingInput& input,
                           SelectMappingOutput& output) override {
    mapper->select_tasks_to_map(ctx, input, output);
  }
  void select_steal_targets(const MapperContext ctx, const SelectStealingInput& input,
                            SelectStealingOutput& output) override {
    mapper->select_steal_targets(ctx, input, output);
  }
  void permit_steal_request(const MapperContext ctx, const StealRequestInput& input,
                            StealRequestOutput& output) override {
    mapper->permit_steal_request(ctx, input, output);
  }
  void handle_message(const MapperContext ctx, const MapperMessage& message) override {
    mapper->handle_message(ctx, message);
  }
  void handle_task_result(const MapperContext ctx, const MapperTaskResult& result) override {
    mapper->handle_task_result(ctx, result);
  }
  void handle_instance_collection(const MapperContext ctx, const PhysicalInstance& instance) override {
    mapper->handle_instance_collection(ctx, instance);
  }

 protected:
  Mapper* const mapper;
};

}  // namespace Mapping
}  // namespace Legion
