// Processors: who runs which task when.
//
// A processor is work for a scheduler: while it is *active* one worker is running its tasks, one after the
// other, or it is queued to do so. A task that parks frees the processor for the next one and comes back to
// the ready queue when what it waits for has happened, unless it keeps the processor (scheduler lock, or it
// gave way to other work while polling). After some tasks the processor queues itself behind all other work.
//
//   idle      nothing is ready; whoever makes a task ready sets `is_active_` and queues the processor
//   active    queued or running
//
// Memory orders: who pushes a task pushes first and then looks at `is_active_`; a processor that finds
// nothing clears `is_active_` and then looks at the queues once more. Both are sequentially consistent, so
// one of the two sees the other.
#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "realm/cuda/cuda_module.h"
#include "realm/processor.h"
#include "runtime/realm/ready_queue.h"
#include "runtime/realm/work.h"

namespace palatine::realm {

class Gpu;
class Scheduler;
class Task;
class Worker;
struct GroupState;

// A registered task.
struct TaskEntry {
  // One of the two; the second one is for GPUs, and gets its stream.
  Realm::Processor::TaskFuncPtr function = nullptr;
  Realm::Cuda::StreamAwareTaskFuncPtr stream_function = nullptr;
  std::vector<char> user_data;
};

class ProcessorState : private Work {
 public:
  // `numa_node`: the one that `scheduler` runs on; -1: anywhere.
  ProcessorState(Realm::Processor handle, Realm::Processor::Kind kind, Scheduler& scheduler,
                 int numa_node = -1, Gpu* gpu = nullptr);
  ~ProcessorState();

  const Realm::Processor handle;
  const Realm::Processor::Kind kind;
  const int numa_node;
  // Whose streams its tasks use; null for processors of the host.
  Gpu* const gpu;

  // Makes a task ready.
  void push(Task& task, int priority) {
    queue.push(task, priority);
    wake();
  }
  // Starts the processor when it is idle. False when it was active.
  bool wake();
  // The task that kept the processor goes on; `is_polling` when it only gave way to other work.
  void resume_kept(Task& task, bool is_polling);
  bool is_active() const { return is_active_.load(std::memory_order_seq_cst); }

  // Null when the task is not registered. Valid until the runtime stops.
  const TaskEntry* find_task(Realm::Processor::TaskFuncID id) const;
  // False when the id is taken.
  bool register_task(Realm::Processor::TaskFuncID id, const TaskEntry& entry);

  // Groups whose tasks it runs too.
  void join(GroupState& group);
  void leave(GroupState& group);

  ReadyQueue queue;

 private:
  struct Table {
    std::unordered_map<Realm::Processor::TaskFuncID, const TaskEntry*> tasks;
  };
  using Groups = std::vector<GroupState*>;

  static void run_tasks(Work& work, Worker& worker);
  Task* take();
  Task* pop_best();

  Scheduler& scheduler_;
  std::atomic<bool> is_active_{false};
  // The task that kept the processor, when it can go on.
  std::atomic<Task*> kept_{nullptr};

  // Tables are replaced, never changed, so that finding needs no lock. `change_mutex_` guards replacing; all
  // tables stay until the end.
  std::atomic<const Table*> table_;
  std::atomic<const Groups*> groups_;
  std::mutex change_mutex_;
  std::vector<std::unique_ptr<const Table>> tables_;
  std::vector<std::unique_ptr<const Groups>> group_lists_;
  std::vector<std::unique_ptr<const TaskEntry>> entries_;
};

// A group: a queue of its own, served by all members.
struct GroupState {
  std::atomic<uint32_t> reuse{0};
  std::atomic<bool> exists{false};
  // Tasks that were spawned and have not started, calls of `push`, and 1 until it is destroyed.
  std::atomic<uint64_t> pending{0};
  uint32_t place = 0;
  std::vector<ProcessorState*> members;
  ReadyQueue queue;

  void push(Task& task, int priority);
  // One less of those `pending` counts.
  void task_left();
};

// What a handle stands for: a processor or a group, the other one null. Both null when it is neither or of
// another run.
struct Target {
  ProcessorState* processor = nullptr;
  GroupState* group = nullptr;
  explicit operator bool() const { return processor || group; }
};
Target find_target(Realm::Processor handle);
// Ends the program when there is none.
Target need_target(Realm::Processor handle, const char* call);

}  // namespace palatine::realm
