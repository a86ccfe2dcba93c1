// The queue of a stream whose work is done by the host, for the simulated devices and the host's own.
//
// Work is done by the stream's thread (threaded) or by whoever makes a step (stepped); both go through
// `perform_head`. One operation of a stream is done at a time, with the lock released while it runs.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "runtime/device/device.h"

namespace palatine::device {

class SoftwareDevice;
class StreamState;

enum class OperationKind : uint8_t { record, wait, copy, copy_strided, fill, launch, call, delay, graph };

// What an operation needs beyond the fields that all have.
struct Payload {
  virtual ~Payload() = default;
  virtual void run() {}
};

// When a record with time was done. 0: not yet.
struct TimeStamp {
  std::atomic<uint64_t> time_plus_one_ns{0};
};

struct Operation {
  OperationKind kind = OperationKind::record;
  // `fill`: the size of the pattern, which is in `src` itself when no payload is there.
  uint16_t pattern_bytes = 0;
  // Virtual time at which it was queued.
  uint64_t queued_ns = 0;
  // `copy`, `fill`: destination. `call`: the argument.
  void* dst = nullptr;
  // `copy`: source. `call`: the function. `wait`: the sequence number. `delay`: the duration.
  uint64_t src = 0;
  // Bytes to be written; `launch`: threads of the grid; `graph`: the time that all of it takes; `call`: what
  // is called when the stream is lost, or 0.
  uint64_t size = 0;
  // `wait`: the stream waited for.
  std::shared_ptr<StreamState> target;
  // `record`: where the time is asked for.
  std::shared_ptr<TimeStamp> stamp;
  std::unique_ptr<Payload> payload;
};

// What a copy, a fill, a launch or a call does.
void perform(Operation& operation);

// Calls that were queued when a stream was lost, to be told so without any lock.
using LostCalls = std::vector<std::pair<HostFunction, void*>>;
void tell(const LostCalls& lost);

// First in, first out, in one block of memory that doubles when full.
class OperationQueue {
 public:
  bool empty() const { return head_ == tail_; }
  Operation& front() { return slots_[head_ & (slots_.size() - 1)]; }
  void push(Operation&& operation);
  void pop();
  // Gives those that want to hear of it.
  LostCalls clear();

 private:
  std::vector<Operation> slots_;
  uint64_t head_ = 0;
  uint64_t tail_ = 0;
};

class StreamState {
 public:
  enum class Progress {
    // One operation was done, or dropped because the stream failed.
    advanced,
    // Nothing is queued.
    empty,
    // The next operation waits for an event (stepped only).
    waits,
    // Another thread does the stream's next operation.
    busy,
  };

  explicit StreamState(SoftwareDevice& stream_device) : device(stream_device) {}

  // Queues; an error when the stream failed. Gives the operation's number.
  Result<Sequence> submit(Operation&& operation);
  // `lock` holds `mutex`, is released meanwhile and held again afterwards.
  Progress perform_head(std::unique_lock<std::mutex>& lock, bool may_block);
  // Blocks until operations up to `sequence` are done, or the stream has failed, or `waiter`, if there is
  // one. Threaded only.
  Status block_until(Sequence sequence, const StreamState* waiter = nullptr);
  // Drops what is queued; `reason` is given to every later call.
  void fail(const Status& reason);
  [[nodiscard]] LostCalls fail_locked(const Status& reason);
  // Ok when operations up to `sequence` are done, the reason when they never will be, nothing when they may
  // be.
  bool is_done(Sequence sequence) const { return done.load(std::memory_order_acquire) >= sequence; }
  bool has_failed() const { return failed.load(std::memory_order_acquire); }
  Status failure();
  // Somebody learned that operations up to `sequence` are done.
  void note_known(Sequence sequence);
  // When the record with that number was done. Exact for the last records of the stream, else a little late.
  uint64_t record_time_ns(Sequence sequence);
  // How long it takes by the cost model.
  uint64_t duration_ns(const Operation& operation) const;
  // Whether the next operation can be done, and when it would end. `lock` as in `perform_head`.
  bool preview_end_ns(std::unique_lock<std::mutex>& lock, uint64_t& end_ns);

  SoftwareDevice& device;
  // Guards everything below but the atomics. No other lock is taken while it is held, except the device's for
  // its copy engines.
  std::mutex mutex;
  // Something was done, or failed. Only notified when `waiters` is not 0.
  std::condition_variable progress;
  // Something was queued, or the stream is to stop. Threaded only.
  std::condition_variable work;
  OperationQueue queue;
  int waiters = 0;
  bool is_executing = false;
  bool is_stopping = false;
  // The stream for whose event this one's thread waits now; its waiters are woken when this one fails.
  std::shared_ptr<StreamState> waits_for;
  Status failure_reason;
  // When the last operation was done.
  uint64_t time_ns = 0;
  // The last records and their times, a ring.
  struct RecordTime {
    Sequence sequence = 0;
    uint64_t time_ns = 0;
  };
  std::vector<RecordTime> record_times;
  size_t record_count = 0;

  // Release, so that who sees a number sees what the operations wrote.
  std::atomic<Sequence> submitted{0};
  std::atomic<Sequence> done{0};
  // What somebody was told of `done`.
  std::atomic<Sequence> known{0};
  std::atomic<bool> failed{false};

 private:
  uint64_t end_ns(const Operation& operation, uint64_t wait_ns, bool takes_engine);
  void finish(Operation& operation, uint64_t wait_ns);
  void notify_waiters() {
    if (waiters > 0) progress.notify_all();
  }
};

}  // namespace palatine::device
