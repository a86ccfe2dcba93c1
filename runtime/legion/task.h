// Tasks as operations: starting them on workers, and completing them when they and all their sub-tasks are
// done.
//
//   waiting, ready   as every operation
//   running          on a worker's stack (leaf) or on a fiber
//   ended            the body has returned, sub-tasks are still running
//   complete         `children` is 0
//
// `children_` counts the outstanding sub-operations, plus a large number for the body. The task itself counts
// what it launches in a plain number and adds that before it waits and at its end, so that launching does not
// touch the word that completing children change. A task that waits for its sub-tasks puts the number that it
// waits for and a flag into the same word, so that exactly one decrement sees the count cross that number and
// wakes the task; only that one touches the task after its decrement.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdlib>

#include "runtime/legion/future.h"
#include "runtime/legion/operation.h"
#include "runtime/legion/runtime.h"

namespace palatine::legion {

struct Batch;
namespace gpu {
class Gpus;
struct GpuTask;
}  // namespace gpu
struct MappedTask;
class PointsAtHand;
struct RecordedLaunch;

// An argument that is copied from a future when the task starts. Holds a reference to it.
struct PendingArgument {
  uint32_t offset;
  uint32_t size_bytes;
  api::FutureState* future;
};

// Aligned so that its edges can follow it.
class alignas(Operation::Edge) Task final : public Operation {
 public:
  Task(const TaskInfo& info, Edge* edges, uint32_t edge_capacity);
  // Of points of a block, see `run_block`, and of what is run at once (at_once.h).
  explicit Task(const TaskInfo& info) : Operation(info.runtime->scheduler), info(info) {}
  ~Task() { free(lists); }

  const TaskInfo& info;
  char* args = nullptr;
  void* result = nullptr;
  Task* parent = nullptr;              // null for the main task
  Batch* batch = nullptr;              // of an index launch, else null
  api::FutureState* future = nullptr;  // of a single task with a result; holds a reference
  PendingArgument* pending_arguments = nullptr;
  uint32_t pending_argument_count = 0;
  uint32_t block_bytes = 0;  // of the block that a single task is in
  uint32_t launch_line = 0;
  void* lists = nullptr;  // the elements of its list arguments, to be freed
  uint32_t sequence = 0;  // among what its parent launched
  // Of a grain (grain.h) of an index launch: it runs so many points, whose arguments and results follow.
  uint32_t point_count = 1;
  bool is_measured = false;
  bool is_at_once = false;
  // The host may use its data (gpu_face.h): it need not be asked again.
  bool has_its_data = false;
  gpu::GpuTask* gpu = nullptr;  // while it runs on a GPU
  // What mappers decided about it; null when they were not asked.
  std::atomic<MappedTask*> mapped{nullptr};

  // By the task's own thread only.
  void add_children(uint64_t count) {
    uncounted_ += static_cast<uint32_t>(count);
    may_be_outstanding_ += static_cast<uint32_t>(count);
    if (uncounted_ > kMaxUncounted) count_children();
  }
  // Whether there may be `limit` outstanding sub-operations, for `throttle`.
  bool may_be_too_far(uint32_t limit) const { return may_be_outstanding_ >= limit; }
  // Suspends the running task until at most `wait_until` sub-operations are outstanding, if there are
  // `limit`.
  void throttle(uint32_t limit, uint32_t wait_until);
  // Suspends the running task until at most `count` sub-operations are outstanding.
  void wait_for_children(uint32_t count);

  // A sub-operation of `parent`, or `count` of them, are complete; completes the parent if it was the last.
  static void child_done(Task* parent, uint64_t count);
  // Runs the task's body now, on this worker, for all its points; queues nothing.
  void execute(realm::Worker& worker);
  // Whether it is one of those that `run_block` runs: without an event, and complete when the body returns.
  bool is_in_block() const { return !done.exists() && !is_at_once; }
  bool is_point() const { return batch || is_in_block(); }
  // Runs the body of a leaf on the stack of its parent, where what it accesses has memory.
  void run_at_once() { run_body(true); }
  // Consecutive points of a launch.
  struct Block {
    const RecordedLaunch& launch;
    uint64_t first, count;
    uint32_t first_sequence;
    char* args;                        // of the first point
    size_t args_stride;                // 0: of all points, but for their regions, which the launch knows
    const api::RegionAtHand* at_hand;  // so many for each point; may be null
    uint32_t at_hand_per_point;
  };
  // Runs the body of a leaf for these points; nothing else happens.
  void run_block(const Block& block);
  // The one that the calling thread runs, or null. Threads that are no workers run none.
  static Task* running();
  // Of a task that runs and is no leaf; leaves have one each time that somebody asks.
  api::Context* context() const { return context_; }
  // The body has returned, and the device has done its work.
  void device_done() { body_done(); }

 private:
  friend class gpu::Gpus;
  static constexpr uint64_t kWaits = uint64_t{1} << 63;
  static constexpr uint32_t kBody = 1u << 30;
  static constexpr uint32_t kMaxUncounted = 1u << 20;

  // `is_mapped`: what the parameters name has its memory, as an earlier point has seen.
  void run_body(bool is_mapped = false);
  void run_points();
  void count_children() {
    if (uncounted_ == 0) return;
    children_.fetch_add(uncounted_, std::memory_order_relaxed);
    uncounted_ = 0;
  }
  void body_done();
  static void complete(Task* task);
  static bool register_wait(realm::Fiber& fiber, void* argument);

  // flag (1) | number waited for (31) | count (32)
  std::atomic<uint64_t> children_{kBody};
  // Launched by the running body and not yet added to `children_`.
  uint32_t uncounted_ = 0;
  // At least the number of outstanding sub-operations.
  uint32_t may_be_outstanding_ = 0;
  realm::Fiber* waiting_ = nullptr;
  api::Context* context_ = nullptr;
  uint32_t waited_count_ = 0;
};

// The common part of an index launch: one allocation with all points, arguments and results.
struct Batch {
  Task* parent;
  uint64_t count;  // of points
  uint32_t grain_shift;
  // What one point's arguments name has memory when another one's has: each of its accesses is of one tree.
  bool maps_once;
  // Tasks that are not complete.
  std::atomic<uint64_t> remaining;
  char* tasks;  // Task and its edges, `task_stride` apart
  size_t task_stride;
  size_t args_stride;
  char* results;
  size_t result_stride;
  api::FutureState* future;  // of the fold, or null; holds what the fold starts from
  void (*fold)(void* accumulator, const void* value);
  realm::UserEvent all;
  api::FutureState* initial;  // what the fold starts from, where that need not be there yet; else null
  PendingArgument* pending_arguments;
  uint32_t pending_argument_count;
  size_t block_bytes;

  // Each is a grain of 2^`grain_shift` points, the last one of what is left.
  uint64_t task_count() const { return (count + (uint64_t{1} << grain_shift) - 1) >> grain_shift; }
  Task& task(uint64_t k) { return *reinterpret_cast<Task*>(tasks + k * task_stride); }
  // After the last point, when `initial` is there: folds, triggers `all`, frees everything, and tells the
  // parent.
  void finish();
};

}  // namespace palatine::legion
