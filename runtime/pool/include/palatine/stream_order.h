// Streams as the pool sees them: how far each has come, and which waits for which.
//
// A *timeline* numbers the work of one stream of execution. A *stream order* knows several timelines and
// keeps, for each stream, a vector clock: up to which number of every other stream its next work is known to
// come after. The clocks hold what the program says (`point`, `wait`), nothing is asked of a device for them.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace palatine {

// The work of one stream, in numbers that never fall. Implementations are safe to call from any thread.
class Timeline {
 public:
  virtual ~Timeline() = default;

  // A number that covers all work queued so far, waits for other streams included.
  virtual uint64_t position() = 0;

  // Like `position`, and work that is queued from now on with effects on memory is not covered by the number.
  virtual uint64_t mark() { return position(); }

  // Sees to it that `completed` reaches `number` once the work has run, without more being queued by the
  // caller. A timeline over events records one here; one that counts the work itself has nothing to do.
  virtual void publish(uint64_t number) { (void)number; }

  // All work that this number covers has run. Asks the device once, and once more for each published number
  // that is over.
  virtual uint64_t completed() = 0;

  // Blocks the calling thread until `completed() >= number`; `number` is published. False when the stream is
  // lost: its work will never run, nor touch memory again.
  virtual bool wait(uint64_t number) = 0;

  // Makes the work queued here from now on come after the work of `other` up to `number`, on the device.
  // False when these two streams have no such wait; then nothing was queued.
  virtual bool wait_for(Timeline& other, uint64_t number) {
    (void)other;
    (void)number;
    return false;
  }

  // Calls `call(argument)` once, from any thread, when the work that `number` covers is over, or soon after;
  // also when it never will be because the stream is lost. `call` must not block and not use the stream.
  // False when the stream cannot; then it is never called.
  virtual bool call_when_over(uint64_t number, void (*call)(void*), void* argument) {
    (void)number;
    (void)call;
    (void)argument;
    return false;
  }

  // True for the thread of the host itself: its work is over when the call that does it returns.
  virtual bool is_immediate() const { return false; }
};

// The timeline of code that runs on the host before the next call: all work is over at once.
class ImmediateTimeline final : public Timeline {
 public:
  uint64_t position() override { return 0; }
  uint64_t completed() override { return ~uint64_t{0}; }
  bool wait(uint64_t) override { return true; }
  bool is_immediate() const override { return true; }
};

enum class StreamId : uint32_t {};

// A place in a stream's work and what was known there to come before it.
struct StreamPoint {
  StreamId stream{};
  uint64_t number = 0;
  // Up to which number of stream k the work at this point comes after; null or short: nothing known.
  std::shared_ptr<const std::vector<uint64_t>> clock;
  // How many waits of the stream come before the point, where they are kept (`StreamOrder::keep_waits`).
  uint64_t waits = 0;
};

// The streams that share memory. Several pools may use one order. Thread safe.
class StreamOrder {
 public:
  // The timeline must live as long as any pool that uses the order. Numbers of streams are never used again.
  StreamId add(Timeline& timeline);
  Timeline& timeline(StreamId stream) const;
  uint32_t size() const { return count_.load(std::memory_order_acquire); }

  // The end of what is queued on `stream` now. Costs no copy.
  StreamPoint point(StreamId stream);

  // Says that the work queued on `stream` from now on comes after `point`, because the program queued such a
  // wait.
  void wait(StreamId stream, const StreamPoint& point);

  // Up to which number of `other` the next work of `stream` comes after.
  uint64_t known(StreamId stream, StreamId other) const;

  // Grows with every `wait` of the stream; see `clock`.
  const std::atomic<uint64_t>& version(StreamId stream) const;
  std::shared_ptr<const std::vector<uint64_t>> clock(StreamId stream) const;

  // From now on every wait is kept, for `comes_after`; for debugging, as they are never forgotten.
  void keep_waits();
  // Whether the next work of `later` comes after what `number` covers on `earlier`: a search through the
  // waits that are kept, one by one, which the clocks have no part in. What was known when `keep_waits` was
  // first called counts as a wait.
  bool comes_after(StreamId later, StreamId earlier, uint64_t number) const;

 private:
  // What the stream's work after it comes after: the work that `number` covers on `stream`, and so what that
  // stream's first `waits` waits say.
  struct Wait {
    StreamId stream{};
    uint64_t number = 0;
    uint64_t waits = 0;
  };
  struct Stream {
    Timeline* timeline = nullptr;
    // Replaced, never changed, so that points share it.
    std::shared_ptr<const std::vector<uint64_t>> clock;
    std::atomic<uint64_t> version{0};
    std::vector<Wait> waits;
  };
  const Stream& stream(StreamId id) const { return streams_[static_cast<uint32_t>(id)]; }

  // Guards everything; taken after the lock of a pool, and no other lock is taken below it but a timeline's.
  mutable std::mutex mutex_;
  bool keeps_waits_ = false;
  std::deque<Stream> streams_;
  std::atomic<uint32_t> count_{0};
};

}  // namespace palatine
