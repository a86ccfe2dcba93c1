// DefaultMapper: tasks. The rest is in default_mapper_policies.cpp and default_mapper_operations.cpp.
#include "mappers/default_mapper.h"

#include <cstring>

#include "runtime/legion/mapper/mapper_error.h"

namespace Legion {
namespace Mapping {

namespace {

bool is_flag(const char* argument, const char* name) {
  return strcmp(argument, name) == 0;
}

// Mixes a word into a hash (splitmix64's finalizer, Steele, Lea and Flood 2014).
uint64_t mixed(uint64_t hash, uint64_t word) {
  uint64_t z = hash + 0x9E3779B97F4A7C15ull + word;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

}  // namespace

DefaultMapper::DefaultMapper(MapperRuntime* rt, Machine machine_in, Processor local, const char* name,
                             bool own_name)
    : Mapper(rt),
      local_proc(local),
      local_kind(local.kind()),
      node_id(local.address_space()),
      machine(machine_in),
      mapper_name(name ? name : create_default_name(local)),
      owns_name_(name == nullptr || own_name) {
  for (int k = 0; k < 3; ++k) {
    random_number_generator[k] = static_cast<unsigned short>(mixed(local.id, static_cast<uint64_t>(k)));
  }
  Machine::ProcessorQuery all(machine);
  for (Processor proc : all) {
    switch (proc.kind()) {
      case Processor::TOC_PROC:
        local_gpus.push_back(proc);
        break;
      case Processor::LOC_PROC:
        local_cpus.push_back(proc);
        break;
      case Processor::IO_PROC:
        local_ios.push_back(proc);
        break;
      case Processor::PROC_SET:
        local_procsets.push_back(proc);
        break;
      case Processor::OMP_PROC:
        local_omps.push_back(proc);
        break;
      case Processor::PY_PROC:
        local_pys.push_back(proc);
        break;
      default:
        break;
    }
  }
  // One processor of each kind for every address space; there is one.
  const auto first_of = [](const std::vector<Processor>& procs) {
    return std::vector<Processor>(procs.begin(), procs.begin() + (procs.empty() ? 0 : 1));
  };
  remote_gpus = first_of(local_gpus);
  remote_cpus = first_of(local_cpus);
  remote_ios = first_of(local_ios);
  remote_procsets = first_of(local_procsets);
  remote_omps = first_of(local_omps);
  remote_pys = first_of(local_pys);
  parse_flags();
}

DefaultMapper::~DefaultMapper() {
  if (owns_name_) free(const_cast<char*>(mapper_name));
}

void DefaultMapper::parse_flags() {
  // Tasks see the arguments without these flags.
  int argc = 0;
  char** argv = nullptr;
  palatine::legion::command_line(argc, argv);
  auto number = [&](int& k, unsigned& value) {
    if (k + 1 < argc) value = static_cast<unsigned>(atoi(argv[++k]));
  };
  for (int k = 1; k < argc; ++k) {
    if (is_flag(argv[k], "-dm:thefts")) {
      number(k, max_steals_per_theft);
    } else if (is_flag(argv[k], "-dm:count")) {
      number(k, max_steal_count);
    } else if (is_flag(argv[k], "-dm:sched")) {
      number(k, max_schedule_count);
    } else if (is_flag(argv[k], "-dm:steal")) {
      stealing_enabled = true;
    } else if (is_flag(argv[k], "-dm:bft")) {
      breadth_first_traversal = true;
    } else if (is_flag(argv[k], "-dm:memoize")) {
      memoize = true;
    } else if (is_flag(argv[k], "-dm:no-memoize")) {
      memoize = false;
    } else if (is_flag(argv[k], "-dm:map_locally")) {
      map_locally = true;
    } else if (is_flag(argv[k], "-dm:exact_region")) {
      exact_region = true;
    } else if (is_flag(argv[k], "-dm:same_address_space")) {
      same_address_space = true;
    } else if (is_flag(argv[k], "-dm:replicate")) {
      unsigned enabled = 1;
      if (k + 1 < argc && (is_flag(argv[k + 1], "0") || is_flag(argv[k + 1], "1"))) number(k, enabled);
      replication_enabled = enabled != 0;
    }
  }
}

/*static*/ const char* DefaultMapper::create_default_name(Processor p) {
  char name[64];
  snprintf(name, sizeof name, "Default Mapper on Processor %llx", static_cast<unsigned long long>(p.id));
  return strdup(name);
}

// ---- where and how a launch goes on

void DefaultMapper::select_task_options(const MapperContext ctx, const Task& task, TaskOptions& output) {
  output.initial_proc = default_policy_select_initial_processor(ctx, task);
  output.inline_task = false;
  output.stealable = stealing_enabled;
  output.map_locally = map_locally;
  output.valid_instances = true;
  output.replicate = replication_enabled && task.get_depth() == 0;
}

void DefaultMapper::premap_task(const MapperContext, const Task& task, const PremapTaskInput&,
                                PremapTaskOutput& output) {
  output.new_target_proc = task.target_proc;
}

void DefaultMapper::slice_task(const MapperContext, const Task& task, const SliceTaskInput& input,
                               SliceTaskOutput& output) {
  Processor::Kind kind = task.target_proc.exists() ? task.target_proc.kind() : local_kind;
  const std::vector<Processor>& local = local_procs_by_kind(kind);
  const std::vector<Processor>& remote = remote_procs_by_kind(kind);
  std::map<Domain, std::vector<TaskSlice>>* cache = &cpu_slices_cache;
  switch (kind) {
    case Processor::TOC_PROC:
      cache = &gpu_slices_cache;
      break;
    case Processor::IO_PROC:
      cache = &io_slices_cache;
      break;
    case Processor::PROC_SET:
      cache = &procset_slices_cache;
      break;
    case Processor::OMP_PROC:
      cache = &omp_slices_cache;
      break;
    case Processor::PY_PROC:
      cache = &py_slices_cache;
      break;
    default:
      break;
  }
  default_slice_task(task, local, remote, input, output, *cache);
}

void DefaultMapper::default_slice_task(const Task&, const std::vector<Processor>& local_procs,
                                       const std::vector<Processor>& remote_procs,
                                       const SliceTaskInput& input, SliceTaskOutput& output,
                                       std::map<Domain, std::vector<TaskSlice>>& cached_slices) const {
  auto known = cached_slices.find(input.domain);
  if (known != cached_slices.end()) {
    output.slices = known->second;
    return;
  }
  const std::vector<Processor>& targets = local_procs.empty() ? remote_procs : local_procs;
  switch (input.domain.get_dim()) {
#define PALATINE_SLICE(DIM)                                                                         \
  case DIM: {                                                                                       \
    DomainT<DIM, coord_t> points = input.domain;                                                    \
    Point<DIM, coord_t> blocks =                                                                    \
        default_select_num_blocks<DIM>(static_cast<long long>(targets.size()), points.bounds);      \
    default_decompose_points<DIM>(points, targets, blocks, false, stealing_enabled, output.slices); \
    break;                                                                                          \
  }
    LEGION_FOREACH_N(PALATINE_SLICE)
#undef PALATINE_SLICE
    default:
      break;
  }
  cached_slices[input.domain] = output.slices;
}

void DefaultMapper::select_tasks_to_map(const MapperContext, const SelectMappingInput& input,
                                        SelectMappingOutput& output) {
  // Depth first takes the deepest tasks; breadth first the oldest ones.
  std::multimap<int, const Task*> by_depth;
  for (const Task* task : input.ready_tasks) {
    by_depth.insert({breadth_first_traversal ? 0 : -task->get_depth(), task});
  }
  for (const auto& entry : by_depth) {
    if (output.map_tasks.size() >= std::max(1u, max_schedule_count)) break;
    output.map_tasks.insert(entry.second);
  }
}

void DefaultMapper::select_steal_targets(const MapperContext, const SelectStealingInput& input,
                                         SelectStealingOutput& output) {
  if (!stealing_enabled) return;
  std::vector<Processor> victims;
  for (Processor proc : local_procs_by_kind(local_kind)) {
    if (proc != local_proc && !input.blacklist.count(proc)) victims.push_back(proc);
  }
  for (unsigned k = 0; k < max_steal_count && !victims.empty(); ++k) {
    output.targets.insert(default_select_random_processor(victims));
  }
}

void DefaultMapper::permit_steal_request(const MapperContext, const StealRequestInput& input,
                                         StealRequestOutput& output) {
  for (const Task* task : input.stealable_tasks) {
    if (output.stolen_tasks.size() >= max_steals_per_theft) break;
    if (task->steal_count < max_steal_count) output.stolen_tasks.insert(task);
  }
}

void DefaultMapper::configure_context(const MapperContext, const Task&, ContextConfigOutput&) {
  // The defaults, with the window of the command line.
}

void DefaultMapper::memoize_operation(const MapperContext, const Mappable&, const MemoizeInput&,
                                      MemoizeOutput& output) {
  output.memoize = memoize;
}

// ---- variants

DefaultMapper::VariantInfo DefaultMapper::default_find_preferred_variant(const Task& task, MapperContext ctx,
                                                                         bool needs_tight_bound, bool cache,
                                                                         Processor::Kind specific) {
  std::vector<Processor::Kind> ranking;
  if (specific == Processor::NO_KIND) {
    auto known = preferred_variants.find({task.task_id, specific});
    if (cache && known != preferred_variants.end()) return known->second;
    default_policy_rank_processor_kinds(ctx, task, ranking);
  } else {
    auto known = preferred_variants.find({task.task_id, specific});
    if (cache && known != preferred_variants.end()) return known->second;
    ranking.push_back(specific);
  }
  VariantInfo result;
  for (Processor::Kind kind : ranking) {
    if (local_procs_by_kind(kind).empty() && specific == Processor::NO_KIND) continue;
    std::vector<VariantID> variants;
    runtime->find_valid_variants(ctx, task.task_id, variants, kind);
    if (variants.empty()) continue;
    VariantID best = variants.front();
    for (size_t k = 1; k < variants.size(); ++k) {
      best = default_policy_select_best_variant(
          ctx, task, kind, best, variants[k], runtime->find_execution_constraints(ctx, task.task_id, best),
          runtime->find_execution_constraints(ctx, task.task_id, variants[k]),
          runtime->find_task_layout_constraints(ctx, task.task_id, best),
          runtime->find_task_layout_constraints(ctx, task.task_id, variants[k]));
    }
    result.variant = best;
    result.proc_kind = kind;
    result.tight_bound = needs_tight_bound;
    result.is_inner = runtime->is_inner_variant(ctx, task.task_id, best);
    result.is_leaf = runtime->is_leaf_variant(ctx, task.task_id, best);
    result.is_replicable = runtime->is_replicable_variant(ctx, task.task_id, best);
    if (cache) preferred_variants[{task.task_id, specific}] = result;
    return result;
  }
  palatine::legion::mapping_error(
      "mapper `%s` finds no variant of task `%s` (id %u) for the processors that it considers",
      get_mapper_name(), task.get_task_name(), task.task_id);
}

bool DefaultMapper::have_proc_kind_variant(const MapperContext ctx, TaskID id, Processor::Kind kind) {
  std::vector<VariantID> variants;
  runtime->find_valid_variants(ctx, id, variants, kind);
  return !variants.empty();
}

void DefaultMapper::select_task_variant(const MapperContext ctx, const Task& task,
                                        const SelectVariantInput& input, SelectVariantOutput& output) {
  VariantInfo info = default_find_preferred_variant(task, ctx, false, true, input.processor.kind());
  output.chosen_variant = info.variant;
}

// ---- mapping

/*static*/ unsigned long long DefaultMapper::compute_task_hash(const Task& task) {
  uint64_t hash = mixed(task.task_id, task.tag);
  for (const RegionRequirement& req : task.regions) {
    hash = mixed(hash, req.region.get_tree_id());
    hash = mixed(hash, req.region.get_index_space().get_id());
    hash = mixed(hash, Internal::Handle::core_region(req.region));
    for (FieldID field : req.privilege_fields) hash = mixed(hash, field);
    for (FieldID field : req.instance_fields) hash = mixed(hash, field);
    hash = mixed(hash, static_cast<uint64_t>(req.privilege) << 32 | static_cast<uint64_t>(req.prop));
    hash = mixed(hash, static_cast<uint64_t>(req.redop) << 32 | static_cast<uint64_t>(req.tag));
  }
  return hash;
}

bool DefaultMapper::map_requirement(MapperContext ctx, const Task&, unsigned index,
                                    const RegionRequirement& req, const MapTaskInput& input,
                                    const TaskLayoutConstraintSet& layouts, Processor target,
                                    std::vector<PhysicalInstance>& instances) {
  std::set<FieldID> missing = req.privilege_fields;
  const std::vector<PhysicalInstance>* valid =
      index < input.valid_instances.size() ? &input.valid_instances[index] : nullptr;
  if (req.is_restricted() && valid) {
    instances = *valid;
    runtime->acquire_and_filter_instances(ctx, instances);
    for (const PhysicalInstance& instance : instances) instance.remove_space_fields(missing);
    if (missing.empty()) return true;
  }
  MemoryConstraint constraint;
  auto layout = layouts.layouts.find(index);
  if (layout != layouts.layouts.end()) {
    constraint = runtime->find_layout_constraints(ctx, layout->second).memory_constraint;
  }
  Memory memory = default_policy_select_target_memory(ctx, target, req, constraint);
  bool reuses = req.privilege != LEGION_REDUCE || default_policy_select_reduction_instance_reuse(ctx);
  if (reuses && valid) {
    // Valid instances in the right memory are used again.
    for (const PhysicalInstance& instance : *valid) {
      if (missing.empty()) break;
      if (instance.get_location() != memory) continue;
      std::set<FieldID> before = missing;
      instance.remove_space_fields(missing);
      if (missing.size() == before.size()) continue;
      if (!runtime->acquire_instance(ctx, instance)) {
        missing = before;
        continue;
      }
      instances.push_back(instance);
    }
    if (missing.empty()) return true;
  }
  return default_create_custom_instances(ctx, target, memory, req, index, missing, layouts, true, instances);
}

void DefaultMapper::map_task(const MapperContext ctx, const Task& task, const MapTaskInput& input,
                             MapTaskOutput& output) {
  VariantInfo chosen = default_find_preferred_variant(task, ctx, true, true, task.target_proc.kind());
  output.chosen_variant = chosen.variant;
  output.task_priority = default_policy_select_task_priority(ctx, task);
  output.postmap_task = false;
  default_policy_select_target_processors(ctx, task, output.target_procs);
  if (output.target_procs.empty()) output.target_procs.push_back(task.target_proc);
  Processor target = output.target_procs.front();
  output.chosen_instances.resize(task.regions.size());

  bool caches = default_policy_select_task_cache_policy(ctx, task) == DEFAULT_CACHE_POLICY_ENABLE;
  unsigned long long hash = 0;
  std::pair<TaskID, Processor> key(task.task_id, target);
  if (caches) {
    hash = compute_task_hash(task);
    auto known = cached_task_mappings.find(key);
    if (known != cached_task_mappings.end()) {
      for (const CachedTaskMapping& mapping : known->second) {
        if (mapping.task_hash != hash || mapping.variant != chosen.variant) continue;
        std::vector<std::vector<PhysicalInstance>> instances = mapping.mapping;
        if (runtime->acquire_and_filter_instances(ctx, instances)) {
          output.chosen_instances = std::move(instances);
          output.output_targets = mapping.output_targets;
          output.output_constraints = mapping.output_constraints;
          return;
        }
        default_remove_cached_task(ctx, chosen.variant, hash, key, instances);
        break;
      }
    }
  }

  const TaskLayoutConstraintSet& layouts =
      runtime->find_task_layout_constraints(ctx, task.task_id, chosen.variant);
  bool has_reductions = false;
  for (unsigned index = 0; index < task.regions.size(); ++index) {
    const RegionRequirement& req = task.regions[index];
    std::vector<PhysicalInstance>& instances = output.chosen_instances[index];
    if (req.privilege == LEGION_NO_ACCESS || req.privilege_fields.empty()) continue;
    has_reductions = has_reductions || req.privilege == LEGION_REDUCE;
    bool is_virtual = (req.tag & VIRTUAL_MAP) ||
                      (chosen.is_inner && req.prop == LEGION_EXCLUSIVE && req.privilege != LEGION_REDUCE);
    if (is_virtual && !req.is_restricted()) {
      instances.push_back(PhysicalInstance::get_virtual_instance());
      continue;
    }
    if (!map_requirement(ctx, task, index, req, input, layouts, target, instances)) {
      default_report_failed_instance_creation(task, index, target,
                                              default_policy_select_target_memory(ctx, target, req));
    }
  }
  output.output_targets.resize(task.output_regions.size());
  output.output_constraints.resize(task.output_regions.size());
  for (unsigned index = 0; index < task.output_regions.size(); ++index) {
    output.output_targets[index] = default_policy_select_output_target(ctx, target);
    default_policy_select_output_constraints(task, output.output_constraints[index],
                                             task.output_regions[index]);
  }
  // Reductions get new instances each time.
  if (!caches || has_reductions) return;
  CachedTaskMapping mapping;
  mapping.task_hash = hash;
  mapping.variant = chosen.variant;
  mapping.mapping = output.chosen_instances;
  mapping.output_targets = output.output_targets;
  mapping.output_constraints = output.output_constraints;
  std::list<CachedTaskMapping>& list = cached_task_mappings[key];
  list.push_front(std::move(mapping));
  // Programs that map ever new regions must not make the list grow for ever.
  if (list.size() > 1024) list.pop_back();
}

void DefaultMapper::default_remove_cached_task(MapperContext, VariantID variant, unsigned long long task_hash,
                                               const std::pair<TaskID, Processor>& cache_key,
                                               const std::vector<std::vector<PhysicalInstance>>&) {
  auto known = cached_task_mappings.find(cache_key);
  if (known == cached_task_mappings.end()) return;
  known->second.remove_if([&](const CachedTaskMapping& mapping) {
    return mapping.variant == variant && mapping.task_hash == task_hash;
  });
}

void DefaultMapper::default_report_failed_instance_creation(const Task& task, unsigned index,
                                                            Processor target_proc, Memory target_memory,
                                                            size_t footprint) const {
  palatine::legion::mapping_error(
      "mapper `%s` cannot make an instance for region requirement %u of task `%s` (id %llu) on processor "
      "%llx in "
      "memory %llx (%zu bytes of %zu are needed): ask for more memory with -ll:csize, or map less at a time",
      mapper_name, index, task.get_task_name(), static_cast<unsigned long long>(task.get_unique_id()),
      static_cast<unsigned long long>(target_proc.id), static_cast<unsigned long long>(target_memory.id),
      footprint, target_memory.capacity());
}

void DefaultMapper::postmap_task(const MapperContext, const Task& task, const PostMapInput&,
                                 PostMapOutput& output) {
  output.chosen_instances.resize(task.regions.size());
}

void DefaultMapper::replicate_task(MapperContext ctx, const Task& task, const ReplicateTaskInput&,
                                   ReplicateTaskOutput& output) {
  // One process: one shard, which is no replication.
  output.chosen_variant = default_find_preferred_variant(task, ctx, false).variant;
}

}  // namespace Mapping
}  // namespace Legion
