#include "runtime/device/software_stream.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

#include "runtime/device/software_device.h"

namespace palatine::device {

// A power of two. A wait for an older record takes the oldest that is kept.
constexpr size_t kRecordTimes = 64;

void OperationQueue::push(Operation&& operation) {
  if (tail_ - head_ == slots_.size()) {
    std::vector<Operation> larger(slots_.empty() ? 8 : 2 * slots_.size());
    for (uint64_t i = head_; i != tail_; ++i) {
      larger[i & (larger.size() - 1)] = std::move(slots_[i & (slots_.size() - 1)]);
    }
    slots_ = std::move(larger);
  }
  slots_[tail_++ & (slots_.size() - 1)] = std::move(operation);
}

void OperationQueue::pop() {
  Operation& operation = front();
  operation.target.reset();
  operation.stamp.reset();
  operation.payload.reset();
  ++head_;
}

LostCalls OperationQueue::clear() {
  LostCalls lost;
  for (; !empty(); pop()) {
    const Operation& operation = front();
    if (operation.kind != OperationKind::call || operation.size == 0) continue;
    lost.emplace_back(reinterpret_cast<HostFunction>(operation.size), operation.dst);
  }
  return lost;
}

void tell(const LostCalls& lost) {
  for (const auto& [function, argument] : lost) function(argument);
}

Result<Sequence> StreamState::submit(Operation&& operation) {
  operation.queued_ns = device.core().now_ns();
  std::unique_lock lock(mutex);
  if (failed.load(std::memory_order_relaxed)) return failure_reason;
  queue.push(std::move(operation));
  Sequence sequence = submitted.load(std::memory_order_relaxed) + 1;
  submitted.store(sequence, std::memory_order_release);
  lock.unlock();
  work.notify_one();
  return sequence;
}

void perform(Operation& operation) {
  switch (operation.kind) {
    case OperationKind::copy:
      std::memmove(operation.dst, reinterpret_cast<const void*>(operation.src), operation.size);
      break;
    case OperationKind::fill:
      if (operation.payload) {
        operation.payload->run();
      } else if (operation.pattern_bytes == 1) {
        std::memset(operation.dst, static_cast<int>(operation.src), operation.size);
      } else {
        char* to = static_cast<char*>(operation.dst);
        for (uint64_t i = 0; i < operation.size; i += operation.pattern_bytes) {
          std::memcpy(to + i, &operation.src, operation.pattern_bytes);
        }
      }
      break;
    case OperationKind::call:
      reinterpret_cast<HostFunction>(operation.src)(operation.dst);
      break;
    case OperationKind::copy_strided:
    case OperationKind::launch:
    case OperationKind::graph:
      operation.payload->run();
      break;
    case OperationKind::record:
    case OperationKind::wait:
    case OperationKind::delay:
      break;
  }
}

uint64_t StreamState::duration_ns(const Operation& operation) const {
  const SimulatedCosts& costs = device.core().options().costs;
  auto bytes_ns = [&](double rate) {
    return static_cast<uint64_t>(static_cast<double>(operation.size) / rate);
  };
  switch (operation.kind) {
    case OperationKind::record:
    case OperationKind::wait:
      return 0;
    case OperationKind::copy:
    case OperationKind::copy_strided: {
      double ns = static_cast<double>(costs.copy_ns + bytes_ns(costs.copy_bytes_per_ns));
      return static_cast<uint64_t>(ns * device.copy_factor());
    }
    case OperationKind::fill:
      return costs.fill_ns + bytes_ns(costs.fill_bytes_per_ns);
    case OperationKind::launch:
      return costs.launch_ns + static_cast<uint64_t>(static_cast<double>(operation.size) * costs.thread_ns);
    case OperationKind::call:
      return costs.call_ns;
    case OperationKind::delay:
      return operation.src;
    case OperationKind::graph:
      return operation.size;
  }
  return 0;
}

uint64_t StreamState::end_ns(const Operation& operation, uint64_t wait_ns, bool takes_engine) {
  uint64_t start = std::max({time_ns, operation.queued_ns, wait_ns});
  uint64_t duration = duration_ns(operation);
  if (operation.kind == OperationKind::copy || operation.kind == OperationKind::copy_strided) {
    start = device.engine_start_ns(start, duration, takes_engine);
  }
  return start + duration;
}

void StreamState::finish(Operation& operation, uint64_t wait_ns) {
  time_ns = end_ns(operation, wait_ns, true);
  SoftwareCore& core = device.core();
  core.note_time(time_ns);
  core.note_operation();
  Sequence sequence = done.load(std::memory_order_relaxed) + 1;
  if (operation.kind == OperationKind::record) {
    if (record_times.empty()) record_times.resize(kRecordTimes);
    record_times[record_count++ & (kRecordTimes - 1)] = {sequence, time_ns};
    if (operation.stamp) {
      operation.stamp->time_plus_one_ns.store(core.stamp_ns(time_ns) + 1, std::memory_order_release);
    }
  }
  done.store(sequence, std::memory_order_release);
  notify_waiters();
}

StreamState::Progress StreamState::perform_head(std::unique_lock<std::mutex>& lock, bool may_block) {
  if (is_executing) return Progress::busy;
  if (queue.empty()) return Progress::empty;
  Operation& head = queue.front();
  if (head.kind == OperationKind::record) {
    finish(head, 0);
    queue.pop();
    return Progress::advanced;
  }
  is_executing = true;
  if (head.kind == OperationKind::wait) {
    // The operation stays at the head until it is done; the queue may move meanwhile, so what is needed is
    // copied.
    std::shared_ptr<StreamState> target = head.target;
    Sequence sequence = head.src;
    uint64_t wait_ns = 0;
    Status reason;
    if (may_block) waits_for = target;
    lock.unlock();
    if (may_block) target->block_until(sequence, this).ignore();
    bool is_ready = target->is_done(sequence);
    if (is_ready) {
      wait_ns = target->record_time_ns(sequence);
    } else {
      reason = target->failure();
    }
    lock.lock();
    is_executing = false;
    waits_for.reset();
    if (failed.load(std::memory_order_relaxed)) {
      notify_waiters();
      return Progress::advanced;
    }
    if (!is_ready) {
      if (reason.ok()) {
        notify_waiters();
        return Progress::waits;
      }
      const LostCalls lost = fail_locked(Status::error(
          StatusCode::device_lost,
          "a stream of " + device.describe() + " waits for an event that never comes: " + reason.message()));
      lock.unlock();
      tell(lost);
      lock.lock();
      return Progress::advanced;
    }
    finish(queue.front(), wait_ns);
    queue.pop();
    return Progress::advanced;
  }
  Operation operation = std::move(head);
  queue.pop();
  lock.unlock();
  if (operation.kind != OperationKind::launch || device.begin_kernel()) perform(operation);
  lock.lock();
  if (double factor = device.core().options().real_time_factor; factor > 0 && may_block) {
    auto duration =
        std::chrono::nanoseconds(static_cast<int64_t>(factor * static_cast<double>(duration_ns(operation))));
    progress.wait_for(lock, duration, [&] { return failed.load(std::memory_order_relaxed); });
  }
  is_executing = false;
  if (failed.load(std::memory_order_relaxed)) {
    notify_waiters();
  } else {
    finish(operation, 0);
  }
  return Progress::advanced;
}

bool StreamState::preview_end_ns(std::unique_lock<std::mutex>& lock, uint64_t& end) {
  if (is_executing || queue.empty()) return false;
  uint64_t wait_ns = 0;
  if (queue.front().kind == OperationKind::wait) {
    std::shared_ptr<StreamState> target = queue.front().target;
    Sequence sequence = queue.front().src;
    is_executing = true;
    lock.unlock();
    bool is_done = target->is_done(sequence), has_failed = target->has_failed();
    if (is_done) wait_ns = target->record_time_ns(sequence);
    lock.lock();
    is_executing = false;
    notify_waiters();
    if (queue.empty() || (!is_done && !has_failed)) return false;
  }
  end = end_ns(queue.front(), wait_ns, false);
  return true;
}

Status StreamState::block_until(Sequence sequence, const StreamState* waiter) {
  if (is_done(sequence)) return {};
  std::unique_lock lock(mutex);
  ++waiters;
  progress.wait(lock, [&] {
    return is_done(sequence) || failed.load(std::memory_order_relaxed) || (waiter && waiter->has_failed());
  });
  --waiters;
  if (is_done(sequence)) return {};
  return failure_reason;
}

void StreamState::fail(const Status& reason) {
  std::shared_ptr<StreamState> target;
  LostCalls lost;
  {
    std::unique_lock lock(mutex);
    lost = fail_locked(reason);
    target = waits_for;
  }
  if (target && target.get() != this) {
    // With the lock, so that the thread is either before its test or asleep.
    std::unique_lock lock(target->mutex);
    target->progress.notify_all();
  }
  tell(lost);
}

LostCalls StreamState::fail_locked(const Status& reason) {
  if (failed.load(std::memory_order_relaxed)) return {};
  failure_reason = reason;
  failed.store(true, std::memory_order_release);
  LostCalls lost = queue.clear();
  // Also for the sleep of an operation that takes real time, which counts as no waiter.
  progress.notify_all();
  return lost;
}

Status StreamState::failure() {
  if (!has_failed()) return {};
  std::unique_lock lock(mutex);
  return failure_reason;
}

void StreamState::note_known(Sequence sequence) {
  Sequence value = known.load(std::memory_order_relaxed);
  while (value < sequence && !known.compare_exchange_weak(value, sequence, std::memory_order_release)) {
  }
}

uint64_t StreamState::record_time_ns(Sequence sequence) {
  std::unique_lock lock(mutex);
  size_t kept = std::min(record_count, kRecordTimes);
  uint64_t time = time_ns;
  for (size_t i = 1; i <= kept; ++i) {
    const RecordTime& record = record_times[(record_count - i) & (kRecordTimes - 1)];
    if (record.sequence < sequence) break;
    time = record.time_ns;
    if (record.sequence == sequence) break;
  }
  return time;
}

}  // namespace palatine::device
