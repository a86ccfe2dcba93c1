// A pool as a `std::pmr::memory_resource`: containers whose memory belongs to one stream.
#pragma once

#include <memory_resource>

#include "pool.h"

namespace palatine {

// Memory for work on one stream; for the host's own code take a stream with an `ImmediateTimeline`. The pool
// must outlive the resource, the resource its containers. Two are equal when they share pool and stream.
// Thread safe, as the pool.
class pool_resource final : public std::pmr::memory_resource {
 public:
  pool_resource(Pool& pool, StreamId stream) : pool_(pool), stream_(stream) {}
  Pool& pool() const { return pool_; }
  StreamId stream() const { return stream_; }

 private:
  // Throws `out_of_memory`, which is a `std::bad_alloc`.
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    return pool_.allocate(stream_, bytes, alignment);
  }
  // A pointer that the pool does not know is, as for every memory resource, undefined behaviour; here it is
  // ignored.
  void do_deallocate(void* address, std::size_t, std::size_t) override {
    (void)pool_.deallocate(address, stream_);
  }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    auto* same = dynamic_cast<const pool_resource*>(&other);
    return same && &same->pool_ == &pool_ && same->stream_ == stream_;
  }

  Pool& pool_;
  const StreamId stream_;
};

}  // namespace palatine
