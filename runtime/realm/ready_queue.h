// Tasks that are ready to run: by priority, highest first, and then in the order in which they came.
//
// Thread safety: any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "runtime/realm/spin_lock.h"

namespace palatine::realm {

class Task;

class ReadyQueue {
 public:
  static constexpr int64_t kEmpty = INT64_MIN;

  void push(Task& task, int priority);
  // Null when it is empty.
  Task* pop();
  // Puts a queued task at the end of another priority. Nothing happens when it is not queued here.
  void change_priority(Task& task, int priority);
  // The priority of the next task, or `kEmpty`. Sequentially consistent, see ProcessorState.
  int64_t best() const { return best_.load(std::memory_order_seq_cst); }

 private:
  struct Bucket {
    int priority;
    Task* head;
    Task* tail;
  };
  void insert(Task& task, int priority);
  void remove(Task& task);
  void update_best();

  SpinLock lock_;
  std::vector<Bucket> buckets_;  // not empty, by falling priority
  std::atomic<int64_t> best_{kEmpty};
};

}  // namespace palatine::realm
