// What a C++ program registers: tasks with their variants, reductions, projections, layouts. It belongs to
// the process and outlives runs of the runtime.
//
// Thread safety: everything locks; entries never go and never change after they were added, except that tasks
// get more variants.
#pragma once

#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "legion/runtime.h"

namespace Legion::Internal {

struct LaunchPattern;
struct Shape;
struct TaskEntry;

struct Variant {
  Variant();
  ~Variant();

  VariantID id = 0;
  TaskEntry* task = nullptr;
  std::string name;
  TaskBody body = nullptr;
  // Of the result; kSelfSized when it depends on the value.
  size_t result_bytes = 0;
  std::string user_data;
  TaskVariantRegistrar registrar;
  // Of registered code: called as Realm calls tasks.
  Realm::Processor::TaskFuncPtr code = nullptr;

  // Descriptors for the core, by what launches need of them (launch_shape.h).
  std::shared_mutex mutex;  // guards what follows
  std::unordered_map<std::string, std::unique_ptr<Shape>> shapes;
  // The kinds of requirements that it was launched with (launch_pattern.h).
  std::vector<std::unique_ptr<LaunchPattern>> patterns;

  bool runs_on(Processor::Kind kind) const;
};

struct TaskEntry {
  TaskID id = 0;
  std::string name;
  std::vector<std::unique_ptr<Variant>> variants;
  // The one that launches use; null when no variant runs on a CPU processor.
  Variant* chosen = nullptr;
};

class Registry {
 public:
  static Registry& get();

  TaskEntry& task(TaskID id);
  // Null when there is none.
  TaskEntry* find_task(TaskID id);
  Variant& add_variant(std::unique_ptr<Variant> variant, TaskID task, const char* task_name);

  std::shared_mutex mutex;
  std::unordered_map<TaskID, std::unique_ptr<TaskEntry>> tasks;
  std::unordered_map<ReductionOpID, const ReductionOp*> reductions;
  // Of operators for values that serialize themselves.
  struct SerializedReduction {
    SerdezInitFnptr init;
    SerdezFoldFnptr fold;
  };
  std::unordered_map<ReductionOpID, SerializedReduction> serialized_reductions;
  std::unordered_map<CustomSerdezID, const SerdezOp*> serdez;
  std::unordered_map<ProjectionID, ProjectionFunctor*> projections;
  std::unordered_map<ShardingID, ShardingFunctor*> shardings;
  std::unordered_map<ConcurrentID, ConcurrentColoringFunctor*> colorings;
  struct Layout {
    LayoutConstraintSet constraints;
    FieldSpace fields;
    std::string name;
  };
  std::map<LayoutConstraintID, Layout> layouts;
  // The next ids to give out, by kind, and what libraries got.
  std::map<std::string, unsigned> next_ids;
  std::map<std::string, unsigned> library_ids;
};

// The variant that a launch uses. Ends the program with a message when the task is not registered or runs on
// no processor of this machine.
Variant& variant_of(TaskID task);
// Ends the program with a message when it is not registered.
const ReductionOp& reduction_of(ReductionOpID id);
// Null when the operator's values are bytes.
const Registry::SerializedReduction* serialized_reduction_of(ReductionOpID id);
ProjectionFunctor& projection_of(ProjectionID id);

}  // namespace Legion::Internal
