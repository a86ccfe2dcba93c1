// What a stream keeps of its own small frees, so that its next requests need not take the pool's lock.
//
// A chunk that is handed out through a cache, or kept in one, is used memory of the stream for the rest of
// the pool, of exactly the chunk's size; what callers asked for is known to the cache alone. Keeping a freed
// chunk for the same stream needs no proof (docs/memory.md, P1). Whatever looks at all memory empties the
// caches first, with a free at the position that the stream has then.
//
// Who frees memory of a stream while another thread is in its cache does not wait: the chunk is found and
// marked without the lock, and put into a list (`free_elsewhere`) that whoever has the lock next takes in.
//
// Thread safety: everything else is guarded by `lock`, which is taken before the pool's.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/pool/address_table.h"
#include "runtime/pool/chunk.h"
#include "runtime/pool/lock.h"

namespace palatine::pool {

struct alignas(64) StreamCache {
  // Chunks of one size, and how many are fetched or given back at a time.
  static constexpr uint32_t kDepth = 16;
  static constexpr uint32_t kBatch = 8;

  struct Bin {
    uint32_t count = 0;
    std::array<Chunk*, kDepth> chunks;
  };

  StreamCache(StreamId stream, uint64_t granule_bytes, uint64_t largest_bytes)
      : id(stream), granule(granule_bytes), bins(largest_bytes / granule_bytes + 1) {}

  // Chunks that are larger than any bin's are in the last: all in a bin are at least of its size.
  Bin& bin_of(uint64_t size) { return bins[std::min<uint64_t>(size / granule, bins.size() - 1)]; }

  // Chunks come and go with the pool's lock held too.
  void add(Bin& bin, Chunk* chunk) {
    chunk->is_in_cache = true;
    chunk->has_red_zone = false;
    chunk->set_in_cache(InCache::kept);
    chunks.insert(chunk);
    keep(bin, chunk);
  }
  void remove(Chunk* chunk) {
    chunk->is_in_cache = false;
    chunks.remove(chunk->address);
  }

  // The bin is not full, and for no larger chunks.
  void keep(Bin& bin, Chunk* chunk) {
    bin.chunks[bin.count++] = chunk;
    kept_bytes += chunk->size;
    ++kept_chunks;
  }
  Chunk* take(Bin& bin) {
    Chunk* chunk = bin.chunks[--bin.count];
    kept_bytes -= chunk->size;
    --kept_chunks;
    return chunk;
  }
  void hand_out(Chunk* chunk, uint64_t requested) {
    chunk->cache_requested() = requested;
    out_bytes += chunk->size;
    requested_bytes += requested;
    chunk->set_in_cache(InCache::out);
  }
  // Null when the address is not handed out.
  Chunk* take_back(const void* address) {
    Chunk* chunk = address ? chunks.find(address) : nullptr;
    if (!chunk || !chunk->move_in_cache(address, InCache::out, InCache::kept)) return nullptr;
    count_back(chunk);
    return chunk;
  }

  enum class Elsewhere : uint8_t {
    freed,
    not_handed_out,
    // The table was being changed.
    unclear,
  };
  // `take_back` without the lock, by any thread.
  Elsewhere free_elsewhere(const void* address) {
    const std::optional<Chunk*> seen = chunks.glimpse(address);
    if (!seen) return Elsewhere::unclear;
    Chunk* chunk = *seen;
    if (!chunk || !chunk->move_in_cache(address, InCache::out, InCache::freed_elsewhere))
      return Elsewhere::not_handed_out;
    Chunk* first = freed_elsewhere.load(std::memory_order_relaxed);
    do chunk->bin_next = first;
    while (!freed_elsewhere.compare_exchange_weak(first, chunk, std::memory_order_release));
    return Elsewhere::freed;
  }
  // What was freed so, linked by `bin_next`; the caller keeps it.
  Chunk* take_freed_elsewhere() {
    if (!freed_elsewhere.load(std::memory_order_relaxed)) return nullptr;
    return freed_elsewhere.exchange(nullptr, std::memory_order_acquire);
  }
  void count_back(Chunk* chunk) {
    out_bytes -= chunk->size;
    requested_bytes -= chunk->cache_requested();
  }

  struct Counts {
    uint64_t chunks = 0, bytes = 0, requested_bytes = 0;
  };
  // Of what was freed elsewhere and is not taken in yet; `lock` is held.
  Counts counts_elsewhere() const {
    Counts counts;
    for (Chunk* chunk = freed_elsewhere.load(std::memory_order_acquire); chunk; chunk = chunk->bin_next) {
      ++counts.chunks;
      counts.bytes += chunk->size;
      counts.requested_bytes += chunk->cache_requested();
    }
    return counts;
  }

  Lock lock;
  const StreamId id;
  const uint64_t granule;
  std::vector<Bin> bins;
  // Kept, handed out and freed elsewhere.
  GlimpsedTable chunks;
  std::atomic<Chunk*> freed_elsewhere{nullptr};
  // Of those that are not kept.
  uint64_t out_bytes = 0;
  uint64_t requested_bytes = 0;
  uint64_t kept_bytes = 0;
  uint64_t kept_chunks = 0;
  uint64_t hits = 0;
};

}  // namespace palatine::pool
