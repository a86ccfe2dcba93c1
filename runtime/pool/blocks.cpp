// Blocks: taken from the source in growing sizes, given back when they are one free chunk.
#include <algorithm>

#include "runtime/pool/core.h"

#ifdef PALATINE_POOL_POISONS
#include <sanitizer/asan_interface.h>
#endif

namespace palatine::pool {

namespace {

// Blocks of small requests.
constexpr uint64_t kSmallBlockBytes = 64 << 10;
// A new block is at least this part of what is reserved: so there are few blocks, and little that nobody
// needs.
constexpr uint64_t kGrowth = 8;
// What a stream must have, in the steps in which blocks grow, to be given blocks of its own: so that little
// of a step is lost.
constexpr uint64_t kStepsForOwnBlock = 2;

}  // namespace

// Free memory is poisoned; pending memory is not, for the work that was queued before the free may touch it.
void Core::poison([[maybe_unused]] const Chunk* chunk) {
#ifdef PALATINE_POOL_POISONS
  if (source_.is_host_accessible()) __asan_poison_memory_region(chunk->address, chunk->size);
#endif
}

void Core::unpoison([[maybe_unused]] const Chunk* chunk) {
#ifdef PALATINE_POOL_POISONS
  if (source_.is_host_accessible()) __asan_unpoison_memory_region(chunk->address, chunk->size);
#endif
}

// Only of chunks that were free: where queued work may still write, it must not be taken for a mistake.
void Core::poison_rest([[maybe_unused]] const Chunk* chunk) {
#ifdef PALATINE_POOL_POISONS
  if (source_.is_host_accessible()) {
    __asan_poison_memory_region(chunk->address + chunk->requested, chunk->size - chunk->requested);
  }
#endif
}

Chunk* Core::grow(Stream& by, const Request& request) {
  if (options_.keeps_streams_apart && !request.is_small) return grow_apart(by, request);
  uint64_t want = counts_.blocks == 0 ? options_.first_block_bytes
                                      : std::max(options_.next_block_bytes, counts_.reserved_bytes / kGrowth);
  if (request.is_small) want = kSmallBlockBytes;
  return grow_shared(by, request, std::min(want, options_.max_block_bytes));
}

Chunk* Core::grow_shared(Stream& by, const Request& request, uint64_t want) {
  if (growing_ && !request.is_small) {
    if (Chunk* chunk = grow_in_place(by, growing_, request, want)) return chunk;
  }
  Block* block = make_block(want, request.size, request.alignment, request.is_small);
  if (!block) return nullptr;
  if (block->range > 0) growing_ = block;
  ++counts_.from_source;
  return hand_out(by, block->first, request);
}

// Memory that the stream keeps. A block of its own, which grows by what is missing, fits best; a stream that
// has little gets a piece that will do for other requests too.
Chunk* Core::grow_apart(Stream& by, const Request& request) {
  const uint64_t step = source_.extension_bytes();
  const uint64_t held = by.statistics.used_bytes + by.statistics.pending_bytes + request.size;
  if (step > 0 && options_.range_bytes > 0 && held >= kStepsForOwnBlock * step) {
    if (Chunk* chunk = grow_own_block(by, request)) return chunk;
  }
  Request piece = request;
  piece.size = std::max(request.size, std::min(largest_request_, counts_.reserved_bytes / kGrowth));
  piece.size = aligned_up(piece.size, options_.granule_bytes);
  Chunk* chunk = free_[0].find(piece, SizeClasses::Order::newest, [](const Chunk&) { return true; });
  chunk = chunk ? hand_out(by, chunk, piece) : grow_shared(by, piece, piece.size);
  if (!chunk) return piece.size > request.size ? grow_shared(by, request, request.size) : nullptr;
  if (chunk->size == request.size) return chunk;
  // All of it is the stream's, and what is not needed now is for its next requests.
  begin_free(by, chunk);
  free_on(by, chunk, by.is_immediate ? 0 : by.timeline->position());
  return take(by, request);
}

Block* Core::make_block(uint64_t want, uint64_t needed, uint64_t alignment, bool is_small) {
  uint64_t room = options_.limit_bytes - counts_.reserved_bytes;
  room -= room % options_.granule_bytes;
  if (needed > room) return nullptr;
  if (!is_small) {
    if (Block* block = make_extensible_block(want, needed, alignment, room)) return block;
  }
  want = std::clamp(aligned_up(want, options_.granule_bytes), needed, room);
  void* address = source_.allocate(want, alignment);
  while (!address && want > needed) {
    want = std::max(needed, aligned_up(want / 2, options_.granule_bytes));
    address = source_.allocate(want, alignment);
  }
  if (!address) return nullptr;
  return add_block(address, want, alignment, is_small);
}

Block* Core::add_block(void* address, uint64_t size, uint64_t alignment, bool is_small) {
  Block* block = new Block;
  block->address = static_cast<char*>(address);
  block->size = size;
  block->alignment = alignment;
  block->is_small = is_small;
  block->next = blocks_;
  if (blocks_) blocks_->previous = block;
  blocks_ = block;
  ++counts_.blocks;
  counts_.reserved_bytes += size;
  counts_.reserved_high_bytes = std::max(counts_.reserved_high_bytes, counts_.reserved_bytes);
  Chunk* chunk = records_.make();
  chunk->address = block->address;
  chunk->size = size;
  chunk->block = block;
  block->first = block->last = chunk;
  make_free(chunk);
  return block;
}

// Gives the block back whatever its chunks are; they must be in no list of other blocks' chunks that is used
// again.
void Core::drop_block(Block* block) {
  for (Chunk* chunk = block->first; chunk;) {
    Chunk* next = chunk->next;
    unpoison(chunk);
    records_.drop(chunk);
    chunk = next;
  }
  if (reuse_check_) reuse_check_->returned(block->address, block->size);
  source_.free(block->address, block->size, block->alignment);
  forget_block(block);
}

void Core::forget_block(Block* block) {
  (block->previous ? block->previous->next : blocks_) = block->next;
  if (block->next) block->next->previous = block->previous;
  if (growing_ == block) growing_ = nullptr;
  if (block->range > 0) {
    std::erase(extensible_, block);
    for (auto& known : streams_) {
      if (known && known->growing == block) known->growing = nullptr;
    }
  }
  --counts_.blocks;
  counts_.reserved_bytes -= block->size;
  must_settle_ = true;
  delete block;
}

void Core::settle_source(Guard& guard) {
  must_settle_ = false;
  guard.unlock();
  source_.settle();
}

// When the source is short because others give back later: waits for them without the lock.
Chunk* Core::grow_later(Stream& by, const Request& request, Guard& guard) {
  if (request.size > options_.limit_bytes - counts_.reserved_bytes) return nullptr;
  settle_source(guard);
  void* address = source_.allocate_later(request.size, request.alignment);
  guard.lock();
  if (!address) return nullptr;
  if (request.size > options_.limit_bytes - counts_.reserved_bytes) {
    // Others have grown the pool up to its limit meanwhile.
    source_.free(address, request.size, request.alignment);
    must_settle_ = true;
    return nullptr;
  }
  ++counts_.from_source;
  return hand_out(by, add_block(address, request.size, request.alignment, request.is_small)->first, request);
}

uint64_t Core::release(uint64_t reserved_bytes) {
  uint64_t released = 0;
  while (free_blocks_ && counts_.reserved_bytes > reserved_bytes) {
    Block* block = free_blocks_;
    if (block->range > 0 && reserved_bytes > 0) {
      released += cut_free_end(block, reserved_bytes);
      if (counts_.reserved_bytes <= reserved_bytes) break;
    }
    released += block->size;
    remove_free(block->first);
    drop_block(block);
  }
  for (Block* block : extensible_) {
    if (counts_.reserved_bytes > reserved_bytes) released += cut_free_end(block, reserved_bytes);
  }
  return released;
}

void Core::release_what_is_not_kept() {
  uint64_t keep = options_.keep_bytes;
  if (options_.keeps_recent_peak) {
    constexpr uint64_t kDecay = 8;
    keep = std::min(keep, recent_peak_bytes_);
    recent_peak_bytes_ -= (recent_peak_bytes_ + kDecay - 1) / kDecay;
  }
  if (counts_.reserved_bytes > keep) release(keep);
}

uint64_t Core::trim(uint64_t reserved_bytes) {
  empty_caches();
  Guard guard(lock_);
  if (!options_.is_deterministic) drain_everything();
  uint64_t released = release(reserved_bytes);
  settle_source(guard);
  return released;
}

// False when memory of the block is used. Otherwise the work that its pending memory waits for, one entry for
// each stream.
bool Core::find_pending_work(const Block* block, std::vector<PendingWork>& work) {
  if (block->used_chunks > 0) return false;
  work.clear();
  auto add = [&](const Mark& mark) {
    Timeline* timeline = streams_[static_cast<size_t>(mark.stream)]->timeline;
    for (PendingWork& known : work) {
      if (known.timeline != timeline) continue;
      known.number = std::max(known.number, mark.number);
      return;
    }
    work.push_back({timeline, mark.number});
  };
  for (const Chunk* chunk = block->first; chunk; chunk = chunk->next) {
    ++visited_;
    if (chunk->state == ChunkState::pending) add(chunk->mark);
    if (chunk->state != ChunkState::joined) continue;
    for (const Mark& mark : chunk->uses->marks) {
      if (mark.chunk) add(mark);
    }
  }
  return true;
}

// Takes the block's chunks, none of which is used, out of all lists.
void Core::forget_pending(Block* block) {
  for (Chunk* chunk = block->first; chunk; chunk = chunk->next) {
    if (chunk->state == ChunkState::free) remove_free(chunk);
    if (chunk->state == ChunkState::pending) {
      Stream& by = *streams_[static_cast<size_t>(chunk->mark.stream)];
      remove_pending(by, chunk);
      unlink(by, &chunk->mark);
    }
    if (chunk->state != ChunkState::joined) continue;
    for (Mark& mark : chunk->uses->marks) {
      if (mark.chunk) unlink(*streams_[static_cast<size_t>(mark.stream)], &mark);
    }
    chunk->uses.reset();
    index_.touch(chunk);
    counts_.pending_bytes -= chunk->size;
    --counts_.pending_chunks;
    counts_.pending_frees -= chunk->frees;
  }
}

uint64_t Core::surrender() {
  empty_caches();
  Guard guard(lock_);
  if (!options_.is_deterministic) drain_everything();
  uint64_t released = release(0);
  std::vector<PendingWork> work;
  for (Block *block = blocks_, *next; block; block = next) {
    next = block->next;
    if (!find_pending_work(block, work)) continue;
    if (!source_.free_after(block->address, block->size, block->alignment, work)) continue;
    if (reuse_check_) reuse_check_->surrendered(block->address, block->size);
    released += block->size;
    forget_pending(block);
    for (Chunk* chunk = block->first; chunk;) {
      Chunk* after = chunk->next;
      unpoison(chunk);
      records_.drop(chunk);
      chunk = after;
    }
    forget_block(block);
  }
  settle_source(guard);
  return released;
}

void Core::coalesce(uint64_t reserved_bytes) {
  empty_caches();
  Guard guard(lock_);
  if (!options_.is_deterministic) drain_everything();
  // One block that is free, or none, is as whole as it gets.
  if (counts_.cached_chunks > 1) release(0);
  if (counts_.reserved_bytes < reserved_bytes && counts_.cached_chunks == 0) {
    uint64_t missing = aligned_up(reserved_bytes - counts_.reserved_bytes, options_.granule_bytes);
    Block* block = make_block(missing, missing, options_.granule_bytes, false);
    if (block && block->range > 0) growing_ = block;
  }
  settle_source(guard);
}

}  // namespace palatine::pool
