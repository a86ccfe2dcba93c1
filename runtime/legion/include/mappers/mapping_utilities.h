// Helpers of mappers: queries of the machine that remember, samples of tasks' times, and texts for messages.
#pragma once

#include <cassert>
#include <list>
#include <string>

#include "legion/legion_mapping.h"

namespace Legion {
namespace Mapping {
namespace Utilities {

// Answers about the machine, remembered. For one thread at a time.
class MachineQueryInterface {
 public:
  explicit MachineQueryInterface(Machine m);

  Memory find_global_memory() { return find_global_memory(machine); }
  static Memory find_global_memory(Machine machine);
  // The memories that a processor or memory reaches, best first: by latency or by bandwidth.
  void find_memory_stack(Processor proc, std::vector<Memory>& stack, bool latency);
  static void find_memory_stack(Machine machine, Processor proc, std::vector<Memory>& stack, bool latency);
  void find_memory_stack(Memory mem, std::vector<Memory>& stack, bool latency);
  static void find_memory_stack(Machine machine, Memory mem, std::vector<Memory>& stack, bool latency);
  // The first of a kind that is reached; NO_MEMORY or NO_PROC when there is none.
  Memory find_memory_kind(Processor proc, Memory::Kind kind);
  static Memory find_memory_kind(Machine machine, Processor proc, Memory::Kind kind);
  Memory find_memory_kind(Memory mem, Memory::Kind kind);
  static Memory find_memory_kind(Machine machine, Memory mem, Memory::Kind kind);
  Processor find_processor_kind(Memory mem, Processor::Kind kind);
  static Processor find_processor_kind(Machine machine, Memory mem, Processor::Kind kind);
  const std::set<Processor>& filter_processors(Processor::Kind kind);
  static void filter_processors(Machine machine, Processor::Kind kind, std::set<Processor>& procs);
  const std::set<Memory>& filter_memories(Memory::Kind kind);
  static void filter_memories(Machine machine, Memory::Kind kind, std::set<Memory>& mems);

 protected:
  const Machine machine;
  std::map<Processor, std::vector<Memory>> proc_mem_stacks;
  std::map<Memory, std::vector<Memory>> mem_mem_stacks;
  std::map<Processor::Kind, std::set<Processor>> proc_kinds;
  std::map<Memory::Kind, std::set<Memory>> mem_kinds;
};

// Times of tasks by the kind of processor that ran them.
class MappingProfiler {
 public:
  struct Profile {
    long long execution_time;
    Processor target_processor;
    DomainPoint index_point;
  };
  struct VariantProfile {
    long long total_time = 0;
    std::list<Profile> samples;
  };
  typedef std::map<Processor::Kind, VariantProfile> VariantMap;
  typedef std::map<TaskID, VariantMap> TaskMap;

  void set_needed_profiling_samples(unsigned num_samples) { needed_samples = num_samples; }
  void set_max_profiling_samples(unsigned samples) { max_samples = samples; }
  // Whether every kind that was sampled, or the given one, has the needed number of samples.
  bool profiling_complete(const Task* task) const;
  bool profiling_complete(const Task* task, Processor::Kind kind) const;
  // The kind with the shortest average; NO_KIND without samples.
  Processor::Kind best_processor_kind(const Task* task) const;
  void add_profiling_sample(TaskID task_id, const Profile& sample);
  const TaskMap& get_task_profiles() const { return task_profiles; }
  VariantMap get_variant_profiles(TaskID task_id) const;
  VariantProfile get_variant_profile(TaskID task_id, Processor::Kind kind) const;
  void clear_samples(TaskID task_id);

 protected:
  unsigned needed_samples = 1;
  unsigned max_samples = 32;
  TaskMap task_profiles;
};

const char* to_string(Processor::Kind kind);
const char* to_string(Memory::Kind kind);
const char* to_string(PrivilegeMode privilege);
const char* to_string(CoherenceProperty coherence);
std::string to_string(MapperRuntime* runtime, MapperContext ctx, const Domain& domain);
std::string to_string(MapperRuntime* runtime, MapperContext ctx, IndexSpace space);
std::string to_string(MapperRuntime* runtime, MapperContext ctx, LogicalRegion region);
std::string to_string(MapperRuntime* runtime, MapperContext ctx, FieldSpace space,
                      const std::set<FieldID>& fields);
std::string to_string(MapperRuntime* runtime, MapperContext ctx, const LayoutConstraintSet& constraints);
std::string to_string(MapperRuntime* runtime, MapperContext ctx, PhysicalInstance instance);
std::string to_string(MapperRuntime* runtime, MapperContext ctx, const RegionRequirement& req,
                      unsigned req_idx);
std::string to_string(MapperRuntime* runtime, MapperContext ctx, const Task& task,
                      bool include_index_point = true);
std::string to_string(MapperRuntime* runtime, MapperContext ctx, const InlineMapping& inline_op);
std::string to_string(MapperRuntime* runtime, MapperContext ctx, const Copy& copy,
                      bool include_index_point = true);

}  // namespace Utilities
}  // namespace Mapping
}  // namespace Legion
