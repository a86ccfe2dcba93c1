#include "runtime/realm/ready_queue.h"

#include <algorithm>
#include <mutex>

#include "runtime/realm/task.h"

namespace palatine::realm {

void ReadyQueue::insert(Task& task, int priority) {
  task.ready_link.priority = priority;
  task.ready_link.queue.store(this, std::memory_order_release);
  task.ready_link.next = nullptr;
  auto at = std::find_if(buckets_.begin(), buckets_.end(),
                         [&](const Bucket& bucket) { return bucket.priority <= priority; });
  if (at == buckets_.end() || at->priority != priority) {
    task.ready_link.previous = nullptr;
    buckets_.insert(at, Bucket{priority, &task, &task});
    return;
  }
  task.ready_link.previous = at->tail;
  at->tail->ready_link.next = &task;
  at->tail = &task;
}

void ReadyQueue::remove(Task& task) {
  auto at = std::find_if(buckets_.begin(), buckets_.end(),
                         [&](const Bucket& bucket) { return bucket.priority == task.ready_link.priority; });
  Task* previous = task.ready_link.previous;
  Task* next = task.ready_link.next;
  (previous ? previous->ready_link.next : at->head) = next;
  (next ? next->ready_link.previous : at->tail) = previous;
  if (!at->head) buckets_.erase(at);
  task.ready_link.queue.store(nullptr, std::memory_order_release);
}

void ReadyQueue::update_best() {
  best_.store(buckets_.empty() ? kEmpty : buckets_.front().priority, std::memory_order_seq_cst);
}

void ReadyQueue::push(Task& task, int priority) {
  std::lock_guard lock(lock_);
  insert(task, priority);
  update_best();
}

Task* ReadyQueue::pop() {
  if (best_.load(std::memory_order_relaxed) == kEmpty) return nullptr;
  std::lock_guard lock(lock_);
  if (buckets_.empty()) return nullptr;
  Task* task = buckets_.front().head;
  remove(*task);
  update_best();
  return task;
}

void ReadyQueue::change_priority(Task& task, int priority) {
  std::lock_guard lock(lock_);
  if (task.ready_link.queue.load(std::memory_order_relaxed) != this) return;
  if (task.ready_link.priority == priority) return;
  remove(task);
  insert(task, priority);
  update_best();
}

}  // namespace palatine::realm
