// DefaultMapper: the policies, and the instances that follow from them.
#include <cstdlib>

#include "mappers/default_mapper.h"
#include "runtime/legion/mapper/mapper_error.h"

namespace Legion {
namespace Mapping {

// ---- processors

Processor DefaultMapper::default_policy_select_initial_processor(MapperContext ctx, const Task& task) {
  VariantInfo info = default_find_preferred_variant(task, ctx, false);
  // Index launches are distributed by their slices, the top-level task stays.
  if (task.is_index_space || task.get_depth() == 0) {
    return info.proc_kind == local_kind || local_procs_by_kind(info.proc_kind).empty()
               ? local_proc
               : local_procs_by_kind(info.proc_kind).front();
  }
  switch (info.proc_kind) {
    case Processor::LOC_PROC:
      return default_get_next_local_cpu();
    case Processor::TOC_PROC:
      return default_get_next_local_gpu();
    case Processor::IO_PROC:
      return default_get_next_local_io();
    case Processor::PROC_SET:
      return default_get_next_local_procset();
    case Processor::OMP_PROC:
      return default_get_next_local_omp();
    case Processor::PY_PROC:
      return default_get_next_local_py();
    default:
      return local_proc;
  }
}

void DefaultMapper::default_policy_select_target_processors(MapperContext, const Task& task,
                                                            std::vector<Processor>& target_procs) {
  // CPUs share their memory: any of them may run the task.
  Processor::Kind kind = task.target_proc.kind();
  if (kind == Processor::LOC_PROC || kind == Processor::IO_PROC) {
    target_procs = local_procs_by_kind(kind);
  } else {
    target_procs.push_back(task.target_proc);
  }
}

TaskPriority DefaultMapper::default_policy_select_task_priority(MapperContext, const Task&) {
  return 0;
}

DefaultMapper::CachedMappingPolicy DefaultMapper::default_policy_select_task_cache_policy(MapperContext,
                                                                                          const Task& task) {
  return task.regions.empty() ? DEFAULT_CACHE_POLICY_DISABLE : DEFAULT_CACHE_POLICY_ENABLE;
}

void DefaultMapper::default_policy_rank_processor_kinds(MapperContext, const Task& task,
                                                        std::vector<Processor::Kind>& ranking) {
  bool prefers_cpus = (task.tag & PREFER_CPU_VARIANT) != 0;
  ranking.clear();
  if (!prefers_cpus) ranking.push_back(Processor::TOC_PROC);
  ranking.insert(ranking.end(), {Processor::OMP_PROC, Processor::PROC_SET, Processor::LOC_PROC,
                                 Processor::IO_PROC, Processor::PY_PROC});
  if (prefers_cpus) ranking.push_back(Processor::TOC_PROC);
}

VariantID DefaultMapper::default_policy_select_best_variant(MapperContext ctx, const Task& task,
                                                            Processor::Kind, VariantID vid1, VariantID vid2,
                                                            const ExecutionConstraintSet&,
                                                            const ExecutionConstraintSet&,
                                                            const TaskLayoutConstraintSet& layout1,
                                                            const TaskLayoutConstraintSet& layout2) {
  // A leaf costs less than another variant; then the one that asks for less.
  bool leaf1 = runtime->is_leaf_variant(ctx, task.task_id, vid1);
  bool leaf2 = runtime->is_leaf_variant(ctx, task.task_id, vid2);
  if (leaf1 != leaf2) return leaf1 ? vid1 : vid2;
  return layout2.layouts.size() < layout1.layouts.size() ? vid2 : vid1;
}

const std::vector<Processor>& DefaultMapper::local_procs_by_kind(Processor::Kind kind) {
  static const std::vector<Processor> none;
  switch (kind) {
    case Processor::TOC_PROC:
      return local_gpus;
    case Processor::LOC_PROC:
      return local_cpus;
    case Processor::IO_PROC:
      return local_ios;
    case Processor::PROC_SET:
      return local_procsets;
    case Processor::OMP_PROC:
      return local_omps;
    case Processor::PY_PROC:
      return local_pys;
    default:
      return none;
  }
}

const std::vector<Processor>& DefaultMapper::remote_procs_by_kind(Processor::Kind kind) {
  return local_procs_by_kind(kind);
}

bool DefaultMapper::default_policy_select_must_epoch_processors(
    MapperContext, const std::vector<std::set<const Task*>>& tasks, Processor::Kind proc_kind,
    std::map<const Task*, Processor>& target_procs) {
  const std::vector<Processor>& procs = local_procs_by_kind(proc_kind);
  if (procs.empty()) return false;
  // More tasks than processors share them: one that waits for another gives way to it.
  size_t next = 0;
  for (const std::set<const Task*>& group : tasks) {
    for (const Task* task : group) target_procs[task] = procs[next++ % procs.size()];
  }
  return true;
}

long DefaultMapper::default_generate_random_integer() const {
  return nrand48(random_number_generator);
}

double DefaultMapper::default_generate_random_real() const {
  return erand48(random_number_generator);
}

Processor DefaultMapper::default_select_random_processor(const std::vector<Processor>& procs) const {
  if (procs.empty()) return Processor::NO_PROC;
  return procs[static_cast<size_t>(default_generate_random_integer()) % procs.size()];
}

// ---- memories and layouts

Memory DefaultMapper::default_policy_select_target_memory(MapperContext, Processor target_proc,
                                                          const RegionRequirement& req, MemoryConstraint mc) {
  bool prefers_rdma = (req.tag & PREFER_RDMA_MEMORY) != 0;
  auto& cache = prefers_rdma ? cached_rdma_target_memory : cached_target_memory;
  if (!mc.is_valid()) {
    auto known = cache.find(target_proc);
    if (known != cache.end()) return known->second;
  }
  Machine::MemoryQuery visible(machine);
  visible.has_affinity_to(target_proc);
  if (mc.is_valid()) visible.only_kind(mc.get_kind());
  Memory best = Memory::NO_MEMORY, best_rdma = Memory::NO_MEMORY;
  unsigned best_bandwidth = 0, best_rdma_bandwidth = 0;
  for (Memory memory : visible) {
    if (memory.capacity() == 0) continue;
    Machine::AffinityDetails details{0, 0};
    if (!machine.has_affinity(target_proc, memory, &details)) continue;
    if (!best.exists() || details.bandwidth > best_bandwidth) {
      best = memory;
      best_bandwidth = details.bandwidth;
    }
    if (memory.kind() == Memory::REGDMA_MEM &&
        (!best_rdma.exists() || details.bandwidth > best_rdma_bandwidth)) {
      best_rdma = memory;
      best_rdma_bandwidth = details.bandwidth;
    }
  }
  if (!best.exists()) {
    palatine::legion::mapping_error("mapper `%s` finds no memory%s that processor %llx can use", mapper_name,
                                    mc.is_valid() ? " of the kind that a layout asks for" : "",
                                    static_cast<unsigned long long>(target_proc.id));
  }
  if (prefers_rdma && best_rdma.exists()) best = best_rdma;
  if (!mc.is_valid()) cache[target_proc] = best;
  return best;
}

Memory DefaultMapper::default_policy_select_output_target(MapperContext ctx, Processor target_proc) {
  return default_policy_select_target_memory(ctx, target_proc, RegionRequirement());
}

MemoryConstraint DefaultMapper::find_memory_constraint(const MapperContext ctx, const Task& task,
                                                       VariantID vid, unsigned index) {
  const TaskLayoutConstraintSet& layouts = runtime->find_task_layout_constraints(ctx, task.task_id, vid);
  auto found = layouts.layouts.find(index);
  if (found == layouts.layouts.end()) return MemoryConstraint();
  return runtime->find_layout_constraints(ctx, found->second).memory_constraint;
}

void DefaultMapper::default_policy_select_constraint_fields(MapperContext ctx, const RegionRequirement& req,
                                                            std::vector<FieldID>& fields) {
  LogicalRegion region = req.region.exists() ? req.region : req.parent;
  runtime->get_field_space_fields(ctx, region.get_field_space(), fields);
}

void DefaultMapper::default_policy_select_instance_fields(MapperContext ctx, const RegionRequirement& req,
                                                          const std::set<FieldID>& needed_fields,
                                                          std::vector<FieldID>& fields) {
  if (req.privilege == LEGION_REDUCE) {
    fields.assign(needed_fields.begin(), needed_fields.end());
  } else {
    default_policy_select_constraint_fields(ctx, req, fields);
  }
}

void DefaultMapper::default_policy_select_constraints(MapperContext ctx, LayoutConstraintSet& constraints,
                                                      Memory target_memory, const RegionRequirement& req) {
  if (req.privilege == LEGION_REDUCE) {
    constraints.add_constraint(SpecializedConstraint(LEGION_AFFINE_REDUCTION_SPECIALIZE, req.redop));
  } else {
    if (constraints.specialized_constraint.kind == LEGION_NO_SPECIALIZE) {
      constraints.add_constraint(SpecializedConstraint());
    }
    if (constraints.field_constraint.field_set.empty()) {
      std::vector<FieldID> fields;
      default_policy_select_constraint_fields(ctx, req, fields);
      constraints.add_constraint(FieldConstraint(fields, false, false));
    }
  }
  constraints.add_constraint(MemoryConstraint(target_memory.kind()));
  if (constraints.ordering_constraint.ordering.empty()) {
    // Field by field, the first dimension contiguous.
    int dim = (req.region.exists() ? req.region : req.parent).get_dim();
    std::vector<DimensionKind> ordering;
    for (int d = 0; d < dim; ++d) ordering.push_back(static_cast<DimensionKind>(LEGION_DIM_X + d));
    ordering.push_back(LEGION_DIM_F);
    constraints.add_constraint(OrderingConstraint(ordering, false));
  }
}

void DefaultMapper::default_policy_select_output_constraints(const Task&, LayoutConstraintSet& constraints,
                                                             const RegionRequirement& req) {
  std::vector<DimensionKind> ordering;
  for (int d = 0; d < req.region.get_dim(); ++d) {
    ordering.push_back(static_cast<DimensionKind>(LEGION_DIM_X + d));
  }
  ordering.push_back(LEGION_DIM_F);
  constraints.add_constraint(OrderingConstraint(ordering, false));
}

LayoutConstraintID DefaultMapper::default_policy_select_layout_constraints(
    MapperContext ctx, Memory target_memory, const RegionRequirement& req, MappingKind,
    bool /*needs_field_constraint_check*/, bool& force_new_instances) {
  force_new_instances = false;
  Memory::Kind kind = target_memory.kind();
  if (req.privilege == LEGION_REDUCE) {
    force_new_instances = !default_policy_select_reduction_instance_reuse(ctx);
    LayoutConstraintID& id = reduction_constraint_cache[{kind, req.redop}];
    if (id == 0) {
      LayoutConstraintSet constraints;
      default_policy_select_constraints(ctx, constraints, target_memory, req);
      id = runtime->register_layout(ctx, constraints);
    }
    return id;
  }
  FieldSpace fields = (req.region.exists() ? req.region : req.parent).get_field_space();
  LayoutConstraintID& id = layout_constraint_cache[{kind, fields}];
  if (id == 0) {
    LayoutConstraintSet constraints;
    default_policy_select_constraints(ctx, constraints, target_memory, req);
    id = runtime->register_layout(ctx, constraints, fields);
  }
  return id;
}

Memory DefaultMapper::default_policy_select_constrained_instance_constraints(
    MapperContext ctx, const std::vector<const Task*>& tasks, const std::vector<unsigned>& req_indexes,
    const std::vector<Processor>& target_procs, const std::set<LogicalRegion>&,
    const std::set<FieldID>& needed_fields, LayoutConstraintSet& constraints) {
  const RegionRequirement& req = tasks.front()->regions[req_indexes.front()];
  Memory memory = default_policy_select_target_memory(ctx, target_procs.front(), req);
  default_policy_select_constraints(ctx, constraints, memory, req);
  constraints.add_constraint(
      FieldConstraint(std::vector<FieldID>(needed_fields.begin(), needed_fields.end()), false, false));
  return memory;
}

LogicalRegion DefaultMapper::default_policy_select_instance_region(MapperContext ctx, Memory target_memory,
                                                                   const RegionRequirement& req,
                                                                   const LayoutConstraintSet&, bool,
                                                                   bool meets_constraints) {
  if (!meets_constraints || exact_region || (req.tag & EXACT_REGION)) return req.region;
  Memory::Kind kind = target_memory.kind();
  if (kind == Memory::GPU_FB_MEM || kind == Memory::Z_COPY_MEM) return req.region;
  // One instance for the whole tree, which every piece of it then shares.
  LogicalRegion region = req.region;
  while (runtime->has_parent_logical_partition(ctx, region)) {
    region = runtime->get_parent_logical_region(ctx, runtime->get_parent_logical_partition(ctx, region));
  }
  return region;
}

int DefaultMapper::default_policy_select_garbage_collection_priority(MapperContext, MappingKind, Memory,
                                                                     const PhysicalInstance&,
                                                                     bool meets_fill_constraints,
                                                                     bool reduction) {
  if (reduction) return LEGION_GC_FIRST_PRIORITY;
  return meets_fill_constraints ? LEGION_GC_LAST_PRIORITY : LEGION_GC_DEFAULT_PRIORITY;
}

void DefaultMapper::default_policy_select_sources(MapperContext, const PhysicalInstance& target,
                                                  const std::vector<PhysicalInstance>& sources,
                                                  std::deque<PhysicalInstance>& ranking) {
  Memory to = target.get_location();
  // Higher bandwidths first; equal ones in the order given.
  std::multimap<unsigned, PhysicalInstance, std::greater<unsigned>> by_bandwidth;
  for (const PhysicalInstance& source : sources) {
    Machine::AffinityDetails details{0, 0};
    Memory from = source.get_location();
    if (from != to) machine.has_affinity(from, to, &details);
    by_bandwidth.insert({from == to ? UINT32_MAX : details.bandwidth, source});
  }
  for (const auto& entry : by_bandwidth) ranking.push_back(entry.second);
}

bool DefaultMapper::default_policy_select_close_virtual(const MapperContext, const Close&) {
  return true;
}

bool DefaultMapper::default_policy_select_reduction_instance_reuse(const MapperContext) {
  return false;
}

// ---- instances

bool DefaultMapper::default_create_custom_instances(
    MapperContext ctx, Processor, Memory target_memory, const RegionRequirement& req, unsigned index,
    std::set<FieldID>& needed_fields, const TaskLayoutConstraintSet& layout_constraints,
    bool needs_field_constraint_check, std::vector<PhysicalInstance>& instances, size_t* footprint) {
  bool force_new = false;
  // Those layouts that the variant asks for.
  auto range = layout_constraints.layouts.equal_range(index);
  for (auto it = range.first; it != range.second && !needed_fields.empty(); ++it) {
    LayoutConstraintSet constraints = runtime->find_layout_constraints(ctx, it->second);
    std::vector<FieldID> fields;
    const std::vector<FieldID>& asked = constraints.field_constraint.field_set;
    for (FieldID field : needed_fields) {
      if (asked.empty() || std::find(asked.begin(), asked.end(), field) != asked.end())
        fields.push_back(field);
    }
    if (fields.empty()) continue;
    if (asked.empty()) {
      if (req.privilege == LEGION_REDUCE) {
        constraints.add_constraint(FieldConstraint(fields, false, false));
      } else {
        std::vector<FieldID> all;
        default_policy_select_instance_fields(ctx, req, needed_fields, all);
        constraints.add_constraint(FieldConstraint(all, false, false));
      }
    }
    default_policy_select_constraints(ctx, constraints, target_memory, req);
    PhysicalInstance instance;
    force_new = req.privilege == LEGION_REDUCE && !default_policy_select_reduction_instance_reuse(ctx);
    if (!default_make_instance(ctx, target_memory, constraints, instance, TASK_MAPPING, force_new, true, req,
                               footprint)) {
      return false;
    }
    instance.remove_space_fields(needed_fields);
    instances.push_back(instance);
  }
  if (needed_fields.empty()) return true;
  LayoutConstraintID layout = default_policy_select_layout_constraints(
      ctx, target_memory, req, TASK_MAPPING, needs_field_constraint_check, force_new);
  LayoutConstraintSet constraints = runtime->find_layout_constraints(ctx, layout);
  std::vector<FieldID> fields;
  default_policy_select_instance_fields(ctx, req, needed_fields, fields);
  for (FieldID field : needed_fields) {
    if (std::find(fields.begin(), fields.end(), field) == fields.end()) fields.push_back(field);
  }
  constraints.add_constraint(FieldConstraint(fields, false, false));
  PhysicalInstance instance;
  if (!default_make_instance(ctx, target_memory, constraints, instance, TASK_MAPPING, force_new, true, req,
                             footprint)) {
    return false;
  }
  instance.remove_space_fields(needed_fields);
  instances.push_back(instance);
  return needed_fields.empty();
}

bool DefaultMapper::default_make_instance(MapperContext ctx, Memory target_memory,
                                          const LayoutConstraintSet& constraints, PhysicalInstance& result,
                                          MappingKind kind, bool force_new, bool meets,
                                          const RegionRequirement& req, size_t* footprint) {
  LogicalRegion region =
      default_policy_select_instance_region(ctx, target_memory, req, constraints, force_new, meets);
  std::vector<LogicalRegion> regions(1, region);
  bool is_tight = (req.tag & EXACT_REGION) || exact_region;
  bool created = true;
  bool is_made;
  if (force_new) {
    is_made = runtime->create_physical_instance(ctx, target_memory, constraints, regions, result, true, 0,
                                                is_tight, footprint);
  } else {
    is_made = runtime->find_or_create_physical_instance(ctx, target_memory, constraints, regions, result,
                                                        created, true, 0, is_tight, footprint);
  }
  if (!is_made) return false;
  if (created) {
    int priority = default_policy_select_garbage_collection_priority(ctx, kind, target_memory, result, meets,
                                                                     req.privilege == LEGION_REDUCE);
    if (priority != 0) runtime->set_garbage_collection_priority(ctx, result, priority);
  }
  return true;
}

LogicalRegion DefaultMapper::default_find_common_ancestor(MapperContext ctx,
                                                          const std::set<LogicalRegion>& regions) {
  // The paths to the root, compared from there.
  std::vector<LogicalRegion> common;
  bool is_first = true;
  for (LogicalRegion region : regions) {
    std::vector<LogicalRegion> path(1, region);
    while (runtime->has_parent_logical_partition(ctx, region)) {
      region = runtime->get_parent_logical_region(ctx, runtime->get_parent_logical_partition(ctx, region));
      path.push_back(region);
    }
    std::reverse(path.begin(), path.end());
    if (is_first) {
      common = path;
    } else {
      size_t k = 0;
      while (k < common.size() && k < path.size() && common[k] == path[k]) ++k;
      common.resize(k);
    }
    is_first = false;
  }
  return common.empty() ? LogicalRegion() : common.back();
}

}  // namespace Mapping
}  // namespace Legion
