#include "mappers/test_mapper.h"

#include <cstring>

#include "runtime/legion/mapper/mapper_error.h"

namespace Legion {
namespace Mapping {

TestMapper::TestMapper(MapperRuntime* rt, Machine machine_in, Processor local, const char* name)
    : DefaultMapper(rt, machine_in, local, name ? name : create_test_name(local), name == nullptr) {}

/*static*/ const char* TestMapper::create_test_name(Processor p) {
  char name[64];
  snprintf(name, sizeof name, "Test Mapper on Processor %llx", static_cast<unsigned long long>(p.id));
  return strdup(name);
}

const std::map<VariantID, Processor::Kind>& TestMapper::find_task_variants(MapperContext ctx,
                                                                           TaskID task_id) {
  auto known = variant_processor_kinds.find(task_id);
  if (known != variant_processor_kinds.end()) return known->second;
  std::vector<VariantID> variants;
  runtime->find_valid_variants(ctx, task_id, variants);
  std::map<VariantID, Processor::Kind>& kinds = variant_processor_kinds[task_id];
  for (VariantID variant : variants) {
    const ExecutionConstraintSet& constraints = runtime->find_execution_constraints(ctx, task_id, variant);
    Processor::Kind kind = Processor::LOC_PROC;
    if (constraints.processor_constraint.is_valid()) {
      kind = constraints.processor_constraint.valid_kinds.front();
    }
    kinds[variant] = kind;
  }
  return kinds;
}

void TestMapper::find_task_processor_kinds(MapperContext ctx, TaskID task_id,
                                           std::set<Processor::Kind>& kinds) {
  for (const auto& entry : find_task_variants(ctx, task_id)) kinds.insert(entry.second);
}

Processor::Kind TestMapper::select_random_processor_kind(MapperContext ctx, TaskID task_id) {
  std::set<Processor::Kind> kinds;
  find_task_processor_kinds(ctx, task_id, kinds);
  std::vector<Processor::Kind> available;
  for (Processor::Kind kind : kinds) {
    if (!local_procs_by_kind(kind).empty()) available.push_back(kind);
  }
  if (available.empty()) {
    palatine::legion::mapping_error("mapper `%s` finds no processor that can run task %u", get_mapper_name(),
                                    task_id);
  }
  return available[static_cast<size_t>(generate_random_integer()) % available.size()];
}

Processor TestMapper::select_random_processor(Processor::Kind kind) {
  return default_select_random_processor(local_procs_by_kind(kind));
}

void TestMapper::select_task_options(const MapperContext ctx, const Task& task, TaskOptions& output) {
  output.initial_proc = select_random_processor(select_random_processor_kind(ctx, task.task_id));
  output.inline_task = false;
  output.stealable = false;
  output.map_locally = generate_random_integer() % 2 == 0;
}

void TestMapper::slice_task(const MapperContext, const Task& task, const SliceTaskInput& input,
                            SliceTaskOutput& output) {
  // Every point goes its own way.
  for (Domain::DomainPointIterator it(input.domain); it; it++) {
    output.slices.push_back(
        TaskSlice(Domain(*it, *it), select_random_processor(task.target_proc.kind()), false, true));
  }
}

void TestMapper::select_random_source_order(const std::vector<PhysicalInstance>& sources,
                                            std::deque<PhysicalInstance>& ranking) {
  std::vector<PhysicalInstance> left = sources;
  while (!left.empty()) {
    size_t k = static_cast<size_t>(generate_random_integer()) % left.size();
    ranking.push_back(left[k]);
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(k));
  }
}

void TestMapper::map_constrained_requirement(MapperContext ctx, const RegionRequirement& req,
                                             MappingKind kind, const std::vector<LayoutConstraintID>& layouts,
                                             std::vector<PhysicalInstance>& chosen, Processor target) {
  if (!target.exists()) target = local_proc;
  std::set<FieldID> missing = req.privilege_fields;
  for (LayoutConstraintID id : layouts) {
    LayoutConstraintSet constraints = runtime->find_layout_constraints(ctx, id);
    Memory memory = default_policy_select_target_memory(ctx, target, req, constraints.memory_constraint);
    default_policy_select_constraints(ctx, constraints, memory, req);
    PhysicalInstance instance;
    if (!default_make_instance(ctx, memory, constraints, instance, kind, generate_random_integer() % 2 == 0,
                               true, req)) {
      continue;
    }
    chosen.push_back(instance);
    instance.remove_space_fields(missing);
    if (missing.empty()) return;
  }
  map_random_requirement(ctx, req, chosen, target);
}

void TestMapper::map_random_requirement(MapperContext ctx, const RegionRequirement& req,
                                        std::vector<PhysicalInstance>& chosen, Processor target) {
  if (req.privilege_fields.empty() || req.privilege == LEGION_NO_ACCESS) return;
  if (!target.exists()) target = local_proc;
  std::set<FieldID> missing = req.privilege_fields;
  for (const PhysicalInstance& instance : chosen) instance.remove_space_fields(missing);
  Memory memory = default_policy_select_target_memory(ctx, target, req);
  // Each field by itself, or all together.
  bool splits = generate_random_integer() % 2 == 0;
  while (!missing.empty()) {
    std::vector<FieldID> fields;
    if (splits) {
      fields.push_back(*missing.begin());
    } else {
      fields.assign(missing.begin(), missing.end());
    }
    LayoutConstraintSet constraints;
    constraints.add_constraint(FieldConstraint(fields, false, false));
    default_policy_select_constraints(ctx, constraints, memory, req);
    PhysicalInstance instance;
    bool is_new = generate_random_integer() % 2 == 0;
    if (!default_make_instance(ctx, memory, constraints, instance, TASK_MAPPING, is_new, true, req)) {
      palatine::legion::mapping_error(
          "mapper `%s` cannot make an instance in memory %llx: ask for more memory "
          "with -ll:csize",
          get_mapper_name(), static_cast<unsigned long long>(memory.id));
    }
    chosen.push_back(instance);
    for (FieldID field : fields) missing.erase(field);
  }
}

void TestMapper::map_task(const MapperContext ctx, const Task& task, const MapTaskInput& input,
                          MapTaskOutput& output) {
  std::vector<VariantID> variants;
  runtime->find_valid_variants(ctx, task.task_id, variants, task.target_proc.kind());
  if (variants.empty()) {
    palatine::legion::mapping_error("mapper `%s` finds no variant of task `%s` for its processor",
                                    get_mapper_name(), task.get_task_name());
  }
  output.chosen_variant = variants[static_cast<size_t>(generate_random_integer()) % variants.size()];
  output.target_procs.push_back(task.target_proc);
  const TaskLayoutConstraintSet& layouts =
      runtime->find_task_layout_constraints(ctx, task.task_id, output.chosen_variant);
  for (unsigned k = 0; k < task.regions.size(); ++k) {
    if (task.regions[k].is_restricted() && k < input.valid_instances.size()) {
      output.chosen_instances[k] = input.valid_instances[k];
      continue;
    }
    std::vector<LayoutConstraintID> constraints;
    auto range = layouts.layouts.equal_range(k);
    for (auto it = range.first; it != range.second; ++it) constraints.push_back(it->second);
    if (constraints.empty()) {
      map_random_requirement(ctx, task.regions[k], output.chosen_instances[k], task.target_proc);
    } else {
      map_constrained_requirement(ctx, task.regions[k], TASK_MAPPING, constraints, output.chosen_instances[k],
                                  task.target_proc);
    }
  }
  output.task_priority = static_cast<TaskPriority>(generate_random_integer() % 1000);
}

void TestMapper::select_task_variant(const MapperContext ctx, const Task& task,
                                     const SelectVariantInput& input, SelectVariantOutput& output) {
  std::vector<VariantID> variants;
  runtime->find_valid_variants(ctx, task.task_id, variants, input.processor.kind());
  runtime->filter_variants(ctx, task, input.chosen_instances, variants);
  if (!variants.empty()) {
    output.chosen_variant = variants[static_cast<size_t>(generate_random_integer()) % variants.size()];
  }
}

void TestMapper::select_task_sources(const MapperContext, const Task&, const SelectTaskSrcInput& input,
                                     SelectTaskSrcOutput& output) {
  select_random_source_order(input.source_instances, output.chosen_ranking);
}
void TestMapper::select_inline_sources(const MapperContext, const InlineMapping&,
                                       const SelectInlineSrcInput& input, SelectInlineSrcOutput& output) {
  select_random_source_order(input.source_instances, output.chosen_ranking);
}
void TestMapper::select_copy_sources(const MapperContext, const Copy&, const SelectCopySrcInput& input,
                                     SelectCopySrcOutput& output) {
  select_random_source_order(input.source_instances, output.chosen_ranking);
}

void TestMapper::map_inline(const MapperContext ctx, const InlineMapping& inline_op,
                            const MapInlineInput& input, MapInlineOutput& output) {
  if (inline_op.requirement.is_restricted()) {
    output.chosen_instances = input.valid_instances;
    return;
  }
  map_random_requirement(ctx, inline_op.requirement, output.chosen_instances);
}

void TestMapper::map_copy(const MapperContext ctx, const Copy& copy, const MapCopyInput& input,
                          MapCopyOutput& output) {
  for (unsigned k = 0; k < copy.src_requirements.size(); ++k) {
    if (copy.src_requirements[k].is_restricted()) {
      output.src_instances[k] = input.src_instances[k];
    } else {
      map_random_requirement(ctx, copy.src_requirements[k], output.src_instances[k]);
    }
    if (copy.dst_requirements[k].is_restricted()) {
      output.dst_instances[k] = input.dst_instances[k];
    } else {
      map_random_requirement(ctx, copy.dst_requirements[k], output.dst_instances[k]);
    }
  }
  for (unsigned k = 0; k < copy.src_indirect_requirements.size(); ++k) {
    std::vector<PhysicalInstance> chosen;
    map_random_requirement(ctx, copy.src_indirect_requirements[k], chosen);
    if (!chosen.empty()) output.src_indirect_instances[k] = chosen.front();
  }
  for (unsigned k = 0; k < copy.dst_indirect_requirements.size(); ++k) {
    std::vector<PhysicalInstance> chosen;
    map_random_requirement(ctx, copy.dst_indirect_requirements[k], chosen);
    if (!chosen.empty()) output.dst_indirect_instances[k] = chosen.front();
  }
}

void TestMapper::select_tasks_to_map(const MapperContext, const SelectMappingInput& input,
                                     SelectMappingOutput& output) {
  output.map_tasks.insert(input.ready_tasks.begin(), input.ready_tasks.end());
}

}  // namespace Mapping
}  // namespace Legion
