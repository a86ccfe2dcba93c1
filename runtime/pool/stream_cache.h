// What a stream keeps of its own small frees, so that its next requests need not take the pool's lock.
//
// A chunk that is handed out through a cache, or kept in one, is used memory of the stream for the rest of
// the pool, of exactly the chunk's size; what callers asked for is known to the cache alone. Keeping a freed
// chunk for the same stream needs no proof (docs/memory.md, P1). Whatever looks at all memory empties the
// caches first, with a free at the position that the stream has then.
//
// Thread safety: everything is guarded by `lock`, which is taken before the pool's.
#pragma once

#include <array>
#include <cstdint>
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

  void keep(Chunk* chunk) {
    Bin& bin = bin_of(chunk->size);
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
    out.insert(chunk);
    out_bytes += chunk->size;
    requested_bytes += requested;
  }
  // Null when the address is not handed out.
  Chunk* take_back(const void* address) {
    Chunk* chunk = out.find(address);
    if (!chunk || !address) return nullptr;
    out.remove(address);
    out_bytes -= chunk->size;
    requested_bytes -= chunk->cache_requested();
    return chunk;
  }

  Lock lock;
  const StreamId id;
  const uint64_t granule;
  std::vector<Bin> bins;
  AddressTable out;
  uint64_t out_bytes = 0;
  uint64_t requested_bytes = 0;
  uint64_t kept_bytes = 0;
  uint64_t kept_chunks = 0;
  uint64_t hits = 0;
};

}  // namespace palatine::pool
