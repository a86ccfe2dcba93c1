#include "mappers/mapping_utilities.h"

#include <algorithm>
#include <sstream>

namespace Legion {
namespace Mapping {
namespace Utilities {

namespace {

// Best first; equal ones in the order of their ids.
template <typename From>
void rank(Machine machine, From from, std::vector<Memory>& stack, bool latency) {
  std::multimap<long long, Memory> ranked;
  Machine::MemoryQuery reached(machine);
  reached.has_affinity_to(from);
  for (Memory memory : reached) {
    Machine::AffinityDetails details{0, 0};
    machine.has_affinity(from, memory, &details);
    ranked.insert(
        {latency ? static_cast<long long>(details.latency) : -static_cast<long long>(details.bandwidth),
         memory});
  }
  for (const auto& entry : ranked) stack.push_back(entry.second);
}

template <typename From>
Memory first_of_kind(Machine machine, From from, Memory::Kind kind) {
  Machine::MemoryQuery query(machine);
  query.has_affinity_to(from);
  query.only_kind(kind);
  return query.first();
}

}  // namespace

MachineQueryInterface::MachineQueryInterface(Machine m) : machine(m) {}

void MappingProfiler::clear_samples(TaskID task_id) {
  task_profiles.erase(task_id);
}

Memory MachineQueryInterface::find_global_memory(Machine machine) {
  Machine::MemoryQuery query(machine);
  return query.only_kind(Memory::GLOBAL_MEM).first();
}
void MachineQueryInterface::find_memory_stack(Machine machine, Processor proc, std::vector<Memory>& stack,
                                              bool latency) {
  rank(machine, proc, stack, latency);
}
void MachineQueryInterface::find_memory_stack(Machine machine, Memory mem, std::vector<Memory>& stack,
                                              bool latency) {
  rank(machine, mem, stack, latency);
}
void MachineQueryInterface::find_memory_stack(Processor proc, std::vector<Memory>& stack, bool latency) {
  std::vector<Memory>& known = proc_mem_stacks[proc];
  if (known.empty()) rank(machine, proc, known, true);
  if (latency) {
    stack = known;
  } else {
    rank(machine, proc, stack, false);
  }
}
void MachineQueryInterface::find_memory_stack(Memory mem, std::vector<Memory>& stack, bool latency) {
  std::vector<Memory>& known = mem_mem_stacks[mem];
  if (known.empty()) rank(machine, mem, known, true);
  if (latency) {
    stack = known;
  } else {
    rank(machine, mem, stack, false);
  }
}
Memory MachineQueryInterface::find_memory_kind(Machine machine, Processor proc, Memory::Kind kind) {
  return first_of_kind(machine, proc, kind);
}
Memory MachineQueryInterface::find_memory_kind(Processor proc, Memory::Kind kind) {
  return first_of_kind(machine, proc, kind);
}
Memory MachineQueryInterface::find_memory_kind(Machine machine, Memory mem, Memory::Kind kind) {
  return first_of_kind(machine, mem, kind);
}
Memory MachineQueryInterface::find_memory_kind(Memory mem, Memory::Kind kind) {
  return first_of_kind(machine, mem, kind);
}
Processor MachineQueryInterface::find_processor_kind(Machine machine, Memory mem, Processor::Kind kind) {
  Machine::ProcessorQuery query(machine);
  query.has_affinity_to(mem);
  query.only_kind(kind);
  return query.first();
}
Processor MachineQueryInterface::find_processor_kind(Memory mem, Processor::Kind kind) {
  return find_processor_kind(machine, mem, kind);
}
void MachineQueryInterface::filter_processors(Machine machine, Processor::Kind kind,
                                              std::set<Processor>& procs) {
  std::set<Processor> kept;
  for (Processor proc : procs) {
    if (proc.kind() == kind) kept.insert(proc);
  }
  procs.swap(kept);
  (void)machine;
}
const std::set<Processor>& MachineQueryInterface::filter_processors(Processor::Kind kind) {
  std::set<Processor>& known = proc_kinds[kind];
  if (known.empty()) {
    Machine::ProcessorQuery query(machine);
    query.only_kind(kind);
    for (Processor proc : query) known.insert(proc);
  }
  return known;
}
void MachineQueryInterface::filter_memories(Machine machine, Memory::Kind kind, std::set<Memory>& mems) {
  std::set<Memory> kept;
  for (Memory memory : mems) {
    if (memory.kind() == kind) kept.insert(memory);
  }
  mems.swap(kept);
  (void)machine;
}
const std::set<Memory>& MachineQueryInterface::filter_memories(Memory::Kind kind) {
  std::set<Memory>& known = mem_kinds[kind];
  if (known.empty()) {
    Machine::MemoryQuery query(machine);
    query.only_kind(kind);
    for (Memory memory : query) known.insert(memory);
  }
  return known;
}

// ---- samples

bool MappingProfiler::profiling_complete(const Task* task) const {
  auto found = task_profiles.find(task->task_id);
  if (found == task_profiles.end()) return false;
  for (const auto& entry : found->second) {
    if (entry.second.samples.size() < needed_samples) return false;
  }
  return true;
}
bool MappingProfiler::profiling_complete(const Task* task, Processor::Kind kind) const {
  return get_variant_profile(task->task_id, kind).samples.size() >= needed_samples;
}
Processor::Kind MappingProfiler::best_processor_kind(const Task* task) const {
  Processor::Kind best = Processor::NO_KIND;
  double best_time = 0;
  for (const auto& entry : get_variant_profiles(task->task_id)) {
    if (entry.second.samples.empty()) continue;
    double time =
        static_cast<double>(entry.second.total_time) / static_cast<double>(entry.second.samples.size());
    if (best == Processor::NO_KIND || time < best_time) {
      best = entry.first;
      best_time = time;
    }
  }
  return best;
}
void MappingProfiler::add_profiling_sample(TaskID task_id, const Profile& sample) {
  VariantProfile& profile = task_profiles[task_id][sample.target_processor.kind()];
  profile.samples.push_back(sample);
  profile.total_time += sample.execution_time;
  if (profile.samples.size() <= max_samples) return;
  profile.total_time -= profile.samples.front().execution_time;
  profile.samples.pop_front();
}
MappingProfiler::VariantMap MappingProfiler::get_variant_profiles(TaskID task_id) const {
  auto found = task_profiles.find(task_id);
  return found == task_profiles.end() ? VariantMap() : found->second;
}
MappingProfiler::VariantProfile MappingProfiler::get_variant_profile(TaskID task_id,
                                                                     Processor::Kind kind) const {
  VariantMap profiles = get_variant_profiles(task_id);
  auto found = profiles.find(kind);
  return found == profiles.end() ? VariantProfile() : found->second;
}

// ---- texts

const char* to_string(Processor::Kind kind) {
  return Processor::get_kind_name(kind);
}
const char* to_string(Memory::Kind kind) {
  switch (kind) {
#define PALATINE_NAME(name, desc) \
  case Memory::name:              \
    return #name;
    REALM_MEMORY_KINDS(PALATINE_NAME)
#undef PALATINE_NAME
  }
  return "?";
}
const char* to_string(PrivilegeMode privilege) {
  switch (privilege) {
    case LEGION_NO_ACCESS:
      return "NO_ACCESS";
    case LEGION_READ_ONLY:
      return "READ_ONLY";
    case LEGION_READ_WRITE:
      return "READ_WRITE";
    case LEGION_WRITE_ONLY:
      return "WRITE_ONLY";
    case LEGION_WRITE_DISCARD:
      return "WRITE_DISCARD";
    case LEGION_REDUCE:
      return "REDUCE";
    default:
      return "?";
  }
}
const char* to_string(CoherenceProperty coherence) {
  switch (coherence & ~LEGION_COLLECTIVE_MASK) {
    case LEGION_EXCLUSIVE:
      return "EXCLUSIVE";
    case LEGION_ATOMIC:
      return "ATOMIC";
    case LEGION_SIMULTANEOUS:
      return "SIMULTANEOUS";
    case LEGION_RELAXED:
      return "RELAXED";
    default:
      return "?";
  }
}

std::string to_string(MapperRuntime*, MapperContext, const Domain& domain) {
  std::ostringstream out;
  out << domain;
  return out.str();
}
std::string to_string(MapperRuntime* runtime, MapperContext ctx, IndexSpace space) {
  return to_string(runtime, ctx, runtime->get_index_space_domain(ctx, space));
}
std::string to_string(MapperRuntime* runtime, MapperContext ctx, LogicalRegion region) {
  const char* name;
  runtime->retrieve_name(ctx, region, name);
  std::ostringstream out;
  out << (*name ? name : "region") << " " << to_string(runtime, ctx, region.get_index_space());
  return out.str();
}
std::string to_string(MapperRuntime* runtime, MapperContext ctx, FieldSpace space,
                      const std::set<FieldID>& fields) {
  std::string text;
  for (FieldID field : fields) {
    const char* name;
    runtime->retrieve_name(ctx, space, field, name);
    text += (text.empty() ? "" : ",") + (*name ? std::string(name) : std::to_string(field));
  }
  return "{" + text + "}";
}
std::string to_string(MapperRuntime*, MapperContext, const LayoutConstraintSet& constraints) {
  std::ostringstream out;
  if (constraints.memory_constraint.is_valid()) {
    out << "memory " << to_string(constraints.memory_constraint.get_kind()) << " ";
  }
  out << "order [";
  for (DimensionKind kind : constraints.ordering_constraint.ordering) {
    if (kind == LEGION_DIM_F) {
      out << "F";
    } else {
      out << static_cast<int>(kind);
    }
  }
  out << "] fields {";
  for (size_t k = 0; k < constraints.field_constraint.field_set.size(); ++k) {
    out << (k ? "," : "") << constraints.field_constraint.field_set[k];
  }
  out << "}";
  return out.str();
}
std::string to_string(MapperRuntime* runtime, MapperContext ctx, PhysicalInstance instance) {
  if (!instance.exists()) return "no instance";
  if (instance.is_virtual_instance()) return "virtual instance";
  std::ostringstream out;
  out << (instance.is_reduction_instance() ? "reduction instance " : "instance ") << std::hex
      << instance.get_instance_id() << " in memory " << instance.get_location().id << std::dec << " of "
      << to_string(runtime, ctx, instance.get_instance_domain());
  return out.str();
}
std::string to_string(MapperRuntime* runtime, MapperContext ctx, const RegionRequirement& req,
                      unsigned req_idx) {
  std::ostringstream out;
  out << "[" << req_idx << "] " << to_string(req.privilege) << " " << to_string(req.prop) << " ";
  LogicalRegion region = req.region.exists() ? req.region : req.parent;
  if (region.exists()) {
    out << to_string(runtime, ctx, region) << " "
        << to_string(runtime, ctx, region.get_field_space(), req.privilege_fields);
  }
  return out.str();
}
std::string to_string(MapperRuntime*, MapperContext, const Task& task, bool include_index_point) {
  std::ostringstream out;
  out << task.get_task_name() << "<" << task.get_unique_id();
  if (include_index_point && task.is_index_space) out << "," << task.index_point;
  out << ">";
  return out.str();
}
std::string to_string(MapperRuntime*, MapperContext, const InlineMapping& inline_op) {
  return "InlineMapping<" + std::to_string(inline_op.get_unique_id()) + ">";
}
std::string to_string(MapperRuntime*, MapperContext, const Copy& copy, bool include_index_point) {
  std::ostringstream out;
  out << "Copy<" << copy.get_unique_id();
  if (include_index_point && copy.is_index_space) out << "," << copy.index_point;
  out << ">";
  return out.str();
}

}  // namespace Utilities
}  // namespace Mapping
}  // namespace Legion
