// DefaultMapper: operations other than tasks, must epochs, tunables and messages.
#include "mappers/default_mapper.h"
#include "runtime/legion/mapper/mapper_error.h"

namespace Legion {
namespace Mapping {

void DefaultMapper::select_task_sources(const MapperContext ctx, const Task&, const SelectTaskSrcInput& input,
                                        SelectTaskSrcOutput& output) {
  default_policy_select_sources(ctx, input.target, input.source_instances, output.chosen_ranking);
}
void DefaultMapper::select_inline_sources(const MapperContext ctx, const InlineMapping&,
                                          const SelectInlineSrcInput& input, SelectInlineSrcOutput& output) {
  default_policy_select_sources(ctx, input.target, input.source_instances, output.chosen_ranking);
}
void DefaultMapper::select_copy_sources(const MapperContext ctx, const Copy&, const SelectCopySrcInput& input,
                                        SelectCopySrcOutput& output) {
  default_policy_select_sources(ctx, input.target, input.source_instances, output.chosen_ranking);
}
void DefaultMapper::select_close_sources(const MapperContext ctx, const Close&,
                                         const SelectCloseSrcInput& input, SelectCloseSrcOutput& output) {
  default_policy_select_sources(ctx, input.target, input.source_instances, output.chosen_ranking);
}
void DefaultMapper::select_release_sources(const MapperContext ctx, const Release&,
                                           const SelectReleaseSrcInput& input,
                                           SelectReleaseSrcOutput& output) {
  default_policy_select_sources(ctx, input.target, input.source_instances, output.chosen_ranking);
}
void DefaultMapper::select_partition_sources(const MapperContext ctx, const Partition&,
                                             const SelectPartitionSrcInput& input,
                                             SelectPartitionSrcOutput& output) {
  default_policy_select_sources(ctx, input.target, input.source_instances, output.chosen_ranking);
}

// The default mapper asks for no measurements, so nothing is reported to it; who asks overrides these.
void DefaultMapper::report_profiling(const MapperContext, const Task&, const TaskProfilingInfo&) {}
void DefaultMapper::report_profiling(const MapperContext, const InlineMapping&, const InlineProfilingInfo&) {}
void DefaultMapper::report_profiling(const MapperContext, const Copy&, const CopyProfilingInfo&) {}
void DefaultMapper::report_profiling(const MapperContext, const Close&, const CloseProfilingInfo&) {}
void DefaultMapper::report_profiling(const MapperContext, const Acquire&, const AcquireProfilingInfo&) {}
void DefaultMapper::report_profiling(const MapperContext, const Release&, const ReleaseProfilingInfo&) {}
void DefaultMapper::report_profiling(const MapperContext, const Partition&, const PartitionProfilingInfo&) {}

// One shard: the functor 0 of the defaults is right.
void DefaultMapper::select_sharding_functor(const MapperContext, const Task&,
                                            const SelectShardingFunctorInput&, SelectShardingFunctorOutput&) {
}
void DefaultMapper::select_sharding_functor(const MapperContext, const Copy&,
                                            const SelectShardingFunctorInput&, SelectShardingFunctorOutput&) {
}
void DefaultMapper::select_sharding_functor(const MapperContext, const Close&,
                                            const SelectShardingFunctorInput&, SelectShardingFunctorOutput&) {
}
void DefaultMapper::select_sharding_functor(const MapperContext, const Acquire&,
                                            const SelectShardingFunctorInput&, SelectShardingFunctorOutput&) {
}
void DefaultMapper::select_sharding_functor(const MapperContext, const Release&,
                                            const SelectShardingFunctorInput&, SelectShardingFunctorOutput&) {
}
void DefaultMapper::select_sharding_functor(const MapperContext, const Partition&,
                                            const SelectShardingFunctorInput&, SelectShardingFunctorOutput&) {
}
void DefaultMapper::select_sharding_functor(const MapperContext, const Fill&,
                                            const SelectShardingFunctorInput&, SelectShardingFunctorOutput&) {
}
void DefaultMapper::select_sharding_functor(const MapperContext, const MustEpoch&,
                                            const SelectShardingFunctorInput&,
                                            MustEpochShardingFunctorOutput&) {}

void DefaultMapper::map_one_region(MapperContext ctx, const RegionRequirement& req, MappingKind kind,
                                   Processor target, const std::vector<PhysicalInstance>& valid,
                                   std::vector<PhysicalInstance>& instances, const Mappable& mappable) {
  std::set<FieldID> missing = req.privilege_fields;
  instances = valid;
  runtime->acquire_and_filter_instances(ctx, instances);
  for (const PhysicalInstance& instance : instances) instance.remove_space_fields(missing);
  if (missing.empty()) return;
  Memory memory = default_policy_select_target_memory(ctx, target, req);
  bool force_new = false;
  LayoutConstraintID layout =
      default_policy_select_layout_constraints(ctx, memory, req, kind, true, force_new);
  LayoutConstraintSet constraints = runtime->find_layout_constraints(ctx, layout);
  constraints.add_constraint(
      FieldConstraint(std::vector<FieldID>(missing.begin(), missing.end()), false, false));
  PhysicalInstance instance;
  if (!default_make_instance(ctx, memory, constraints, instance, kind, force_new, true, req)) {
    palatine::legion::mapping_error(
        "mapper `%s` cannot make an instance for an operation of task `%s` in memory %llx: ask for more "
        "memory "
        "with -ll:csize, or map less at a time",
        mapper_name, mappable.parent_task ? mappable.parent_task->get_task_name() : "?",
        static_cast<unsigned long long>(memory.id));
  }
  instances.push_back(instance);
}

void DefaultMapper::map_inline(const MapperContext ctx, const InlineMapping& inline_op,
                               const MapInlineInput& input, MapInlineOutput& output) {
  Processor target = inline_op.parent_task ? inline_op.parent_task->current_proc : local_proc;
  if (!target.exists()) target = local_proc;
  map_one_region(ctx, inline_op.requirement, INLINE_MAPPING, target, input.valid_instances,
                 output.chosen_instances, inline_op);
}

void DefaultMapper::create_copy_instance(MapperContext ctx, const Copy& copy, const RegionRequirement& req,
                                         unsigned, bool, std::vector<PhysicalInstance>& instances) {
  Processor target = copy.parent_task ? copy.parent_task->current_proc : local_proc;
  if (!target.exists()) target = local_proc;
  std::vector<PhysicalInstance> valid = instances;
  map_one_region(ctx, req, COPY_MAPPING, target, valid, instances, copy);
}

void DefaultMapper::map_copy(const MapperContext ctx, const Copy& copy, const MapCopyInput& input,
                             MapCopyOutput& output) {
  for (unsigned k = 0; k < copy.src_requirements.size(); ++k) {
    if (k < input.src_instances.size()) output.src_instances[k] = input.src_instances[k];
    runtime->acquire_and_filter_instances(ctx, output.src_instances[k]);
    bool needs_instance =
        copy.src_requirements[k].is_restricted() || k < copy.src_indirect_requirements.size() ||
        k < copy.dst_indirect_requirements.size() || copy.dst_requirements[k].privilege == LEGION_REDUCE;
    if (needs_instance) {
      default_create_copy_instance<true>(ctx, copy, copy.src_requirements[k], k, output.src_instances[k]);
    } else {
      // The values may come from wherever they are.
      output.src_instances[k].assign(1, PhysicalInstance::get_virtual_instance());
    }
    if (k < input.dst_instances.size()) output.dst_instances[k] = input.dst_instances[k];
    runtime->acquire_and_filter_instances(ctx, output.dst_instances[k]);
    if (!copy.dst_requirements[k].is_restricted()) {
      default_create_copy_instance<false>(ctx, copy, copy.dst_requirements[k], k, output.dst_instances[k]);
    }
  }
  auto indirect = [&](const std::vector<RegionRequirement>& requirements, const std::vector<Instances>& valid,
                      std::vector<PhysicalInstance>& chosen) {
    for (unsigned k = 0; k < requirements.size(); ++k) {
      std::vector<PhysicalInstance> instances;
      if (k < valid.size()) instances = valid[k];
      default_create_copy_instance<true>(ctx, copy, requirements[k], k, instances);
      if (k < chosen.size() && !instances.empty()) chosen[k] = instances.front();
    }
  };
  indirect(copy.src_indirect_requirements, input.src_indirect_instances, output.src_indirect_instances);
  indirect(copy.dst_indirect_requirements, input.dst_indirect_instances, output.dst_indirect_instances);
}

void DefaultMapper::map_acquire(const MapperContext, const Acquire&, const MapAcquireInput&,
                                MapAcquireOutput&) {
  // Nothing is chosen: the attached instance is the one.
}
void DefaultMapper::map_release(const MapperContext, const Release&, const MapReleaseInput&,
                                MapReleaseOutput&) {
  // Likewise.
}

void DefaultMapper::select_partition_projection(const MapperContext, const Partition&,
                                                const SelectPartitionProjectionInput& input,
                                                SelectPartitionProjectionOutput& output) {
  // The data is read where it was written last.
  if (!input.open_complete_partitions.empty()) {
    output.chosen_partition = input.open_complete_partitions.front();
  }
}

void DefaultMapper::map_partition(const MapperContext ctx, const Partition& partition,
                                  const MapPartitionInput& input, MapPartitionOutput& output) {
  map_one_region(ctx, partition.requirement, PARTITION_MAPPING, local_proc, input.valid_instances,
                 output.chosen_instances, partition);
}

void DefaultMapper::map_must_epoch(const MapperContext ctx, const MapMustEpochInput& input,
                                   MapMustEpochOutput& output) {
  if (input.tasks.empty()) return;
  std::vector<std::set<const Task*>> groups;
  for (const Task* task : input.tasks) groups.push_back({task});
  VariantInfo info = default_find_preferred_variant(*input.tasks.front(), ctx, true);
  std::map<const Task*, Processor> chosen;
  if (!default_policy_select_must_epoch_processors(ctx, groups, info.proc_kind, chosen)) {
    palatine::legion::mapping_error(
        "mapper `%s`: the tasks of a must epoch need processors of a kind that the machine does not have",
        mapper_name);
  }
  output.task_processors.resize(input.tasks.size());
  for (size_t k = 0; k < input.tasks.size(); ++k) output.task_processors[k] = chosen[input.tasks[k]];
  output.constraint_mappings.resize(input.constraints.size());
  for (size_t k = 0; k < input.constraints.size(); ++k) {
    const MappingConstraint& constraint = input.constraints[k];
    std::set<LogicalRegion> regions;
    std::set<FieldID> fields;
    std::vector<Processor> procs;
    for (size_t t = 0; t < constraint.constrained_tasks.size(); ++t) {
      const Task* task = constraint.constrained_tasks[t];
      const RegionRequirement& req = task->regions[constraint.requirement_indexes[t]];
      procs.push_back(chosen[task]);
      if (req.is_no_access()) continue;
      regions.insert(req.region);
      fields.insert(req.privilege_fields.begin(), req.privilege_fields.end());
    }
    if (regions.empty()) continue;
    LayoutConstraintSet layout;
    Memory memory = default_policy_select_constrained_instance_constraints(
        ctx, constraint.constrained_tasks, constraint.requirement_indexes, procs, regions, fields, layout);
    LogicalRegion whole = default_find_common_ancestor(ctx, regions);
    PhysicalInstance instance;
    bool created;
    if (!runtime->find_or_create_physical_instance(ctx, memory, layout, {whole}, instance, created)) {
      palatine::legion::mapping_error(
          "mapper `%s` cannot make an instance that the tasks of a must epoch share", mapper_name);
    }
    output.constraint_mappings[k].push_back(instance);
  }
}

void DefaultMapper::map_dataflow_graph(const MapperContext, const MapDataflowGraphInput&,
                                       MapDataflowGraphOutput&) {
  palatine::legion::mapping_error("mapper `%s`: map_dataflow_graph is not supported", mapper_name);
}

void DefaultMapper::select_tunable_value(const MapperContext, const Task& task,
                                         const SelectTunableInput& input, SelectTunableOutput& output) {
  const std::vector<Processor>* procs = nullptr;
  switch (input.tunable_id) {
    case DEFAULT_TUNABLE_NODE_COUNT:
      runtime->pack_tunable<size_t>(total_nodes, output);
      return;
    case DEFAULT_TUNABLE_LOCAL_CPUS:
    case DEFAULT_TUNABLE_GLOBAL_CPUS:
      procs = &local_cpus;
      break;
    case DEFAULT_TUNABLE_LOCAL_GPUS:
    case DEFAULT_TUNABLE_GLOBAL_GPUS:
      procs = &local_gpus;
      break;
    case DEFAULT_TUNABLE_LOCAL_IOS:
    case DEFAULT_TUNABLE_GLOBAL_IOS:
      procs = &local_ios;
      break;
    case DEFAULT_TUNABLE_LOCAL_OMPS:
    case DEFAULT_TUNABLE_GLOBAL_OMPS:
      procs = &local_omps;
      break;
    case DEFAULT_TUNABLE_LOCAL_PYS:
    case DEFAULT_TUNABLE_GLOBAL_PYS:
      procs = &local_pys;
      break;
    default:
      palatine::legion::mapping_error(
          "mapper `%s` does not know the tunable %u that task `%s` asks for: override select_tunable_value",
          mapper_name, input.tunable_id, task.get_task_name());
  }
  runtime->pack_tunable<size_t>(procs->size(), output);
}

void DefaultMapper::handle_message(const MapperContext, const MapperMessage&) {
  // The default mapper sends none; mappers that send override this.
}
void DefaultMapper::handle_task_result(const MapperContext, const MapperTaskResult&) {}

}  // namespace Mapping
}  // namespace Legion
