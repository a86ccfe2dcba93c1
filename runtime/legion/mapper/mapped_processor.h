// Processors for tasks that a mapper sent to them: each runs its tasks one at a time, those of higher
// priority first. While a task waits, the next one runs.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

#include "realm/machine.h"
#include "runtime/realm/worker.h"

namespace palatine::legion {

class Task;

class MappedProcessor : public realm::Work {
 public:
  MappedProcessor(Realm::Processor processor, realm::Scheduler& runs_on);

  const Realm::Processor handle;
  const Realm::Processor::Kind kind;
  realm::Scheduler& scheduler;

  // Queues a task that is ready.
  void push(Task& task, int priority);
  // Tasks that are queued or running. May change at once.
  size_t load() const { return load_.load(std::memory_order_relaxed); }

 private:
  struct Entry {
    int priority;
    uint64_t number;
    Task* task;
    bool operator<(const Entry& other) const {
      return priority != other.priority ? priority < other.priority : number > other.number;
    }
  };
  static void run_next(realm::Work& work, realm::Worker& worker);

  std::atomic<size_t> load_{0};
  std::mutex mutex_;
  std::priority_queue<Entry> queue_;
  uint64_t next_number_ = 0;
  bool is_active_ = false;
};

// The processors of the machine. CPU processors share the program's workers; I/O processors have threads of
// their own, so that tasks that block there hold up no others.
class MappedProcessors {
 public:
  explicit MappedProcessors(realm::Scheduler& cpu_workers);
  // Ends the threads of I/O processors.
  ~MappedProcessors();

  // Null when the processor runs no tasks.
  MappedProcessor* find(Realm::Processor processor);
  const std::vector<std::unique_ptr<MappedProcessor>>& all() const { return processors_; }
  const std::vector<MappedProcessor*>& cpus() const { return cpus_; }

 private:
  std::unique_ptr<realm::Scheduler> io_workers_;
  std::thread io_thread_;
  std::vector<std::unique_ptr<MappedProcessor>> processors_;
  std::vector<MappedProcessor*> cpus_;
};

}  // namespace palatine::legion
