// The captures of one pool: which streams are captured, and whose an address is.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "runtime/pool/include/palatine/pool.h"

namespace palatine::pool {

// The memory of one capture: a pool of its own over streams that stand for the captured ones.
class CaptureSet {
 public:
  CaptureSet(MemorySource& source, const PoolOptions& options, const std::vector<StreamId>& streams);

  bool captures(StreamId stream) const;
  // The stream that stands for `stream`.
  StreamId inner(StreamId stream) const;
  void wait(StreamId stream, StreamId other);
  Pool& pool() { return *pool_; }

 private:
  // Captured work runs nobody knows when: nothing of it is ever over.
  class CapturedTimeline final : public Timeline {
   public:
    uint64_t position() override { return position_.fetch_add(1, std::memory_order_relaxed) + 1; }
    uint64_t completed() override { return 0; }
    bool wait(uint64_t) override { return false; }

   private:
    std::atomic<uint64_t> position_{0};
  };

  const std::vector<StreamId> streams_;
  std::vector<std::unique_ptr<CapturedTimeline>> timelines_;
  StreamOrder order_;
  std::vector<StreamId> inner_;
  std::unique_ptr<Pool> pool_;
};

// Thread safe.
class Captures {
 public:
  // Two cheap tests that are false for pools without captures.
  bool are_running() const { return running_.load(std::memory_order_acquire) != 0; }
  bool have_memory() const { return sets_count_.load(std::memory_order_acquire) != 0; }

  void begin(std::shared_ptr<CaptureSet> set);
  void end(const CaptureSet& set);
  void forget(const CaptureSet& set);
  // The one that captures the stream now, or null.
  std::shared_ptr<CaptureSet> capturing(StreamId stream) const;
  // The one that the address is used in, or null.
  std::shared_ptr<CaptureSet> owner(const void* address) const;

 private:
  std::atomic<uint32_t> running_{0}, sets_count_{0};
  mutable std::mutex mutex_;  // guards what follows
  std::vector<std::shared_ptr<CaptureSet>> sets_;
  std::vector<const CaptureSet*> capturing_;
};

}  // namespace palatine::pool
