// The pool's unit: a contiguous range inside a block, in exactly one state.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/pool/include/palatine/stream_order.h"
#include "runtime/pool/paged_array.h"

// Free memory that the host can touch is poisoned then, so no patterns are kept in it.
#if defined(__SANITIZE_ADDRESS__)
#define PALATINE_POOL_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PALATINE_POOL_POISONS 1
#endif
#endif

namespace palatine::pool {

struct Block;
struct Chunk;

// What free memory is filled with where patterns are written.
constexpr unsigned char kFreePattern = 0xDD;

enum class ChunkState : uint8_t {
  free,
  used,
  // Freed on one stream, whose work up to `mark.number` may touch it.
  pending,
  // Freed with several streams still using it; nobody may take it before all but one have finished.
  joined,
};

// A chunk's place in the queue of frees of one stream; numbers never fall from the oldest to the newest.
struct Mark {
  Mark* older = nullptr;
  Mark* newer = nullptr;
  uint64_t number = 0;
  Chunk* chunk = nullptr;
  StreamId stream{};
};

// Where a chunk is that its stream's cache has.
enum class InCache : uint64_t {
  kept = 1,
  out = 2,
  // Freed by a thread that did not get the cache's lock; it is in the cache's list of these.
  freed_elsewhere = 3,
};

// The streams of a chunk that has several.
struct Uses {
  // While used: who uses it beside the owner.
  std::vector<StreamId> streams;
  // While joined: one for each stream that has not finished, the others are unlinked.
  std::vector<Mark> marks;
  uint32_t unfinished = 0;
};

struct alignas(64) Chunk {
  char* address = nullptr;
  uint64_t size = 0;
  // Neighbours in the block, by address.
  Chunk* previous = nullptr;
  Chunk* next = nullptr;
  // Neighbours in a list of a size class (free or pending).
  Chunk* bin_previous = nullptr;
  Chunk* bin_next = nullptr;
  Block* block = nullptr;
  // What the caller asked for, while used.
  uint64_t requested = 0;
  // While pending. `mark.stream` is also the owner while used.
  Mark mark;
  // The pool's count of frees at the free that made it pending; remainders inherit it.
  uint64_t freed_at = 0;
  // How many frees its memory comes from, while pending or joined.
  uint32_t frees = 0;
  ChunkState state = ChunkState::free;
  // The whole chunk carries the pattern of free memory.
  bool has_free_pattern = false;
  // While used: what lies behind the end of what was asked for carries the pattern of red zones.
  bool has_red_zone = false;
  // While used: its stream's cache has it, or has handed it out; then `in_cache` says which.
  bool is_in_cache = false;
  std::unique_ptr<Uses> uses;

  // What was asked for, while handed out through a cache: guarded by that cache. A used chunk has no number.
  uint64_t& cache_requested() { return mark.number; }

  // The next three are for chunks that a cache has. What is changed by who has not got the cache's lock: the
  // address, so that nobody mistakes another life of the record for this one, and where the chunk is. Only
  // pending memory has a count of frees.
  void set_in_cache(InCache where) { cache_tag().store(tag(address, where), std::memory_order_release); }
  bool is_in_cache_as(InCache where) const {
    return const_cast<Chunk*>(this)->cache_tag().load(std::memory_order_acquire) == tag(address, where);
  }
  // False: it was not `from` any more.
  bool move_in_cache(const void* at, InCache from, InCache to) {
    uint64_t expected = tag(at, from);
    return cache_tag().compare_exchange_strong(expected, tag(at, to), std::memory_order_acq_rel);
  }

 private:
  // Addresses are multiples of 16.
  static uint64_t tag(const void* at, InCache where) {
    return reinterpret_cast<uint64_t>(at) | static_cast<uint64_t>(where);
  }
  std::atomic_ref<uint64_t> cache_tag() { return std::atomic_ref<uint64_t>(freed_at); }
};

// One allocation from the source.
struct Block {
  char* address = nullptr;
  uint64_t size = 0;
  uint64_t alignment = 0;
  // What the block can grow to where it lies; 0 for blocks that cannot.
  uint64_t range = 0;
  Chunk* first = nullptr;
  Chunk* last = nullptr;
  Block* previous = nullptr;
  Block* next = nullptr;
  // Neighbours among the blocks that are one free chunk.
  Block* free_previous = nullptr;
  Block* free_next = nullptr;
  // Chunks that are used.
  uint64_t used_chunks = 0;
  // Only for small requests.
  bool is_small = false;
};

// Chunk records, taken from slabs and used again.
class ChunkRecords {
 public:
  Chunk* make() {
    if (!unused_) grow();
    Chunk* chunk = unused_;
    unused_ = chunk->next;
    chunk->next = nullptr;
    return chunk;
  }
  void drop(Chunk* chunk) {
    *chunk = Chunk{};
    chunk->next = unused_;
    unused_ = chunk;
  }

 private:
  void grow() {
    size_t count = slabs_.empty() ? 256 : std::min(2 * slabs_.back().size(), size_t{1} << 16);
    slabs_.emplace_back(count);
    for (size_t k = count; k-- > 0;) {
      slabs_.back()[k].next = unused_;
      unused_ = &slabs_.back()[k];
    }
  }

  std::vector<PagedArray<Chunk>> slabs_;
  Chunk* unused_ = nullptr;
};

}  // namespace palatine::pool
