// Running and launched tasks of C++ programs, on top of the core's (runtime/legion/task.h).
//
//   LaunchedTask   the description that bodies and mappers see; counted: by its launch, its children and what
//                  it created. With a pattern (launch_pattern.h) it is used again afterwards
//   Launch         what all points of one launch share; a single task is a launch with one point
//   TaskContext    the running body; on its stack
#pragma once

#include <atomic>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runtime/legion/context.h"
#include "runtime/legion/cpp/future_value.h"
#include "runtime/legion/cpp/launch_points.h"
#include "runtime/legion/cpp/output_region.h"
#include "runtime/legion/cpp/point_futures.h"
#include "runtime/legion/cpp/registry.h"

namespace Legion {

namespace Internal {

namespace api = palatine::api;
namespace core = palatine::legion;
namespace realm = palatine::realm;

class KnownLaunches;
struct Launch;
struct LaunchPattern;

class LaunchedTask final : public Task {
 public:
  LaunchedTask(const Variant& of, LaunchedTask* from);
  ~LaunchedTask() override;

  void add_reference() const { references_.fetch_add(1, std::memory_order_relaxed); }
  void drop_reference() const {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) const_cast<LaunchedTask*>(this)->end();
  }
  // Between two tasks: gives up what the last one referred to; starts over with one reference.
  void end_use();
  void begin_again(LaunchedTask* from);
  // The launch of a single task, which ends with the description.
  Launch& single_launch();
  // Whether it is this task or was launched by it, directly or not.
  bool descends_from(const LaunchedTask& other) const {
    for (const LaunchedTask* t = this; t; t = t->parent) {
      if (t == &other) return true;
    }
    return false;
  }

  UniqueID get_unique_id() const override;
  uint64_t get_context_index() const override { return context_index; }
  int get_depth() const override { return depth; }
  const Task* get_parent_task() const override { return parent; }
  const std::string_view& get_provenance_string(bool = true) const override { return provenance_view; }
  bool has_parent_task() const override { return parent != nullptr; }
  const char* get_task_name() const override { return variant.task->name.c_str(); }
  Domain get_slice_domain() const override { return index_domain; }
  ShardID get_shard_id() const override { return 0; }
  size_t get_total_shards() const override { return 1; }
  DomainPoint get_shard_point() const override { return DomainPoint(0); }
  Domain get_shard_domain() const override { return Domain(DomainPoint(0), DomainPoint(0)); }

  const Variant& variant;
  LaunchedTask* parent;  // holds a reference; null for top-level tasks
  // Where it goes when nobody refers to it; null: it ends then.
  LaunchPattern* pattern = nullptr;
  LaunchedTask* next_free = nullptr;
  // The arguments of the last task that it described, without context: to be used again.
  std::vector<PhysicalRegion> kept_regions;
  uint64_t context_index = 0;
  int depth = 0;
  // Copies of what the launcher pointed to.
  std::string argument;
  // Rarely there.
  std::unique_ptr<std::string> mapper_argument;
  std::string provenance;
  std::string_view provenance_view;

 private:
  void end();

  mutable std::atomic<uint32_t> references_{1};
  mutable std::atomic<UniqueID> unique_id_{0};
  std::unique_ptr<Launch> single_launch_;
};

// Results of an index launch. Counted.
struct FutureMapImpl {
  std::atomic<uint32_t> references{1};
  Domain domain;
  core::OwnedDomain points;
  // By the number of the point in `points`.
  PointFutures futures;

  // UINT64_MAX when the domain lacks the point.
  uint64_t number_of(const DomainPoint& point) const;
  void add_reference() { references.fetch_add(1, std::memory_order_relaxed); }
  void drop_reference() {
    if (references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }
};

// A map of futures that all exist.
FutureMap future_map_of(const std::map<DomainPoint, Future>& futures);

// A task of a must epoch that is being launched.
struct EpochTask {
  std::string name;
  std::vector<RegionRequirement> requirements;
  // By requirement.
  std::vector<LogicalRegion> regions;
};

// Owned by its points: the last one that ends deletes it. That of a single task belongs to the description.
struct Launch {
  explicit Launch(LaunchedTask* task) : description(task) {}
  ~Launch();

  std::atomic<uint64_t> points_left{1};
  // Of a single task the one that runs; of an index launch what all points have.
  LaunchedTask* description;
  // Of index launches.
  bool is_index = false;
  LaunchPoints points;
  std::vector<std::string> point_arguments;
  std::vector<std::vector<Future>> point_futures;
  // By point and requirement.
  std::vector<LogicalRegion> point_regions;
  // Where the results go, with a reference; null: they are folded.
  FutureMapImpl* results = nullptr;
  const ReductionOp* fold = nullptr;
  // Of output regions, or null.
  std::shared_ptr<OutputStore> outputs;
  // Where the points of a concurrent launch meet.
  Realm::Barrier barrier;
};

// The argument struct of a core task.
struct LaunchArguments {
  Launch* launch;
  TaskContext* context;  // while the body runs
  uint64_t point;        // its number
  // What a mapper chose; null: the launch's.
  const Variant* variant = nullptr;
  // Requirements that a mapper did not map, one bit for each of the first 64.
  uint64_t virtual_regions = 0;
  // Of a mapper, or null. Owned; the body deletes it.
  ChosenLayouts* layouts = nullptr;
  // Regions, one for each requirement.
  api::Region* regions() { return reinterpret_cast<api::Region*>(this + 1); }
};

// The description of one point of an index launch, with a reference.
LaunchedTask* describe_point(const Launch& launch, uint64_t point);
// The body of every core task of a C++ program.
void run_task_body(api::Context& context, const void* arguments, void* result);
// Runs a variant's body. `arguments` are null for tasks that this interface has not launched. `running`:
// where the body's context is found while it runs. `value` has `capacity_bytes` bytes behind it; null:
// results are dropped.
void run_variant(core::ContextImpl& context, LaunchedTask& task, LaunchArguments* arguments,
                 TaskContext*& running, FutureValue* value, size_t capacity_bytes);

// The running body of the calling thread, or null.
TaskContext* running_context();
TaskContext& need_context(const char* call);

// Waits for an event that is called `what` in messages; a body without a fiber (a leaf task's) blocks its
// thread.
void wait_for(realm::Event event, const char* what);

}  // namespace Internal

class TaskContext {
 public:
  TaskContext(palatine::legion::ContextImpl& of, Internal::LaunchedTask& running);
  ~TaskContext();
  TaskContext(const TaskContext&) = delete;
  TaskContext& operator=(const TaskContext&) = delete;

  palatine::legion::ContextImpl& core;
  Internal::LaunchedTask& task;
  // The mapped arguments.
  std::vector<PhysicalRegion> regions;
  // Mapped by the task itself; see `unmap_all_regions`.
  std::vector<PhysicalRegion> inline_regions;
  // Whether some of them ever had memory of their own.
  bool has_layouts = false;
  Internal::FutureValue* result = nullptr;
  size_t result_capacity_bytes = 0;
  bool has_result = false;
  uint64_t launched = 0;
  std::vector<void*> buffers;
  // Over those.
  std::vector<Realm::RegionInstance> instances;
  std::vector<Internal::OutputSlot> outputs;
  // By number: a value of the program, and what ends it.
  struct Variable {
    void* value = nullptr;
    void (*destroy)(void*) = nullptr;
  };
  std::map<LocalVariableID, Variable> variables;
  std::vector<TraceID> traces;
  int epochs = 0;
  // Null until the first launch.
  std::unique_ptr<Internal::KnownLaunches> known;
  // Those of the open must epoch.
  std::vector<Internal::EpochTask> epoch_tasks;
  // The next phase of a concurrent launch's barrier.
  Realm::Barrier barrier;
};

}  // namespace Legion
