// Streams whose work is a number that the test moves by hand.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "runtime/pool/include/palatine/pool.h"

namespace palatine::test {

class ManualTimeline final : public Timeline {
 public:
  // The test's side.
  void queue(uint64_t operations = 1) { submitted_ += operations; }
  void finish(uint64_t operations = 1) { done_ += operations; }
  void finish_all() { done_ = submitted_.load(); }
  uint64_t waits() const { return waits_; }
  uint64_t published() const { return published_; }

  uint64_t position() override { return submitted_; }
  void publish(uint64_t) override { ++published_; }
  uint64_t completed() override { return done_; }
  // What a host that blocks does: the work gets done.
  bool wait(uint64_t number) override {
    if (is_lost) return false;
    if (done_ < number) done_ = number;
    return true;
  }
  bool wait_for(Timeline& other, uint64_t number) override {
    if (!can_wait) return false;
    ++waits_;
    waited_for = number;
    waited_on = &other;
    ++submitted_;
    return true;
  }

  bool can_wait = true;
  bool is_lost = false;
  uint64_t waited_for = 0;
  Timeline* waited_on = nullptr;

 private:
  std::atomic<uint64_t> submitted_{0}, done_{0}, waits_{0}, published_{0};
};

// Some streams, an order over them, and a pool over the heap.
struct Streams {
  explicit Streams(size_t count, const PoolOptions& options = {}, MemorySource& source = heap_source()) {
    for (size_t k = 0; k < count; ++k) {
      timelines.push_back(std::make_unique<ManualTimeline>());
      ids.push_back(order.add(*timelines.back()));
    }
    pool = std::make_unique<Pool>(source, order, options);
  }
  ManualTimeline& operator[](size_t k) { return *timelines[k]; }
  // Stream `to` comes after what is queued on `from` now.
  void wait(size_t to, size_t from) {
    StreamPoint point = order.point(ids[from]);
    timelines[to]->queue();
    order.wait(ids[to], point);
  }
  void* allocate(size_t k, uint64_t bytes, uint64_t alignment = 16) {
    return pool->allocate(ids[k], bytes, alignment);
  }
  // Queues work that uses the memory, then frees it.
  PoolError use_and_free(size_t k, void* address) {
    timelines[k]->queue();
    return pool->deallocate(address, ids[k]);
  }

  std::vector<std::unique_ptr<ManualTimeline>> timelines;
  StreamOrder order;
  std::vector<StreamId> ids;
  std::unique_ptr<Pool> pool;
};

// The heap with a limit and failures that the test asks for; counts what is out.
class TestSource final : public MemorySource {
 public:
  void* allocate(uint64_t size_bytes, uint64_t alignment) override {
    ++calls;
    if (fail_next > 0) {
      --fail_next;
      return nullptr;
    }
    if (size_bytes > limit - out_bytes) return nullptr;
    void* address = heap_source().allocate(size_bytes, alignment);
    if (address) {
      out_bytes += size_bytes;
      ++out_blocks;
    }
    return address;
  }
  void free(void* address, uint64_t size_bytes, uint64_t alignment) override {
    out_bytes -= size_bytes;
    --out_blocks;
    heap_source().free(address, size_bytes, alignment);
  }
  bool is_host_accessible() const override { return true; }

  uint64_t limit = ~uint64_t{0};
  uint64_t out_bytes = 0;
  uint64_t out_blocks = 0;
  uint64_t calls = 0;
  uint64_t fail_next = 0;
};

}  // namespace palatine::test
