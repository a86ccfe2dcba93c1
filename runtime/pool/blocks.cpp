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

Chunk* Core::grow(Stream& by, const Request& request) {
  uint64_t want = counts_.blocks == 0 ? options_.first_block_bytes : next_block_bytes_;
  if (request.is_small) want = kSmallBlockBytes;
  want = std::min(want, options_.max_block_bytes);
  bool is_first = counts_.blocks == 0;
  Block* block = make_block(want, request.size, request.alignment, request.is_small);
  if (!block) return nullptr;
  if (!is_first && !request.is_small) {
    next_block_bytes_ =
        std::min(next_block_bytes_ * 2, std::max(options_.max_block_bytes, next_block_bytes_));
  }
  ++counts_.from_source;
  return hand_out(by, block->first, request);
}

Block* Core::make_block(uint64_t want, uint64_t needed, uint64_t alignment, bool is_small) {
  uint64_t room = options_.limit_bytes - counts_.reserved_bytes;
  room -= room % options_.granule_bytes;
  if (needed > room) return nullptr;
  want = std::clamp(aligned_up(want, options_.granule_bytes), needed, room);
  void* address = source_.allocate(want, alignment);
  while (!address && want > needed) {
    want = std::max(needed, aligned_up(want / 2, options_.granule_bytes));
    address = source_.allocate(want, alignment);
  }
  if (!address) return nullptr;
  Block* block = new Block;
  block->address = static_cast<char*>(address);
  block->size = want;
  block->alignment = alignment;
  block->is_small = is_small;
  block->next = blocks_;
  if (blocks_) blocks_->previous = block;
  blocks_ = block;
  ++counts_.blocks;
  counts_.reserved_bytes += want;
  counts_.reserved_high_bytes = std::max(counts_.reserved_high_bytes, counts_.reserved_bytes);
  Chunk* chunk = records_.make();
  chunk->address = block->address;
  chunk->size = want;
  chunk->block = block;
  block->first = chunk;
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
  (block->previous ? block->previous->next : blocks_) = block->next;
  if (block->next) block->next->previous = block->previous;
  --counts_.blocks;
  counts_.reserved_bytes -= block->size;
  source_.free(block->address, block->size, block->alignment);
  delete block;
}

uint64_t Core::release(uint64_t reserved_bytes) {
  uint64_t released = 0;
  while (free_blocks_ && counts_.reserved_bytes > reserved_bytes) {
    Block* block = free_blocks_;
    released += block->size;
    remove_free(block->first);
    drop_block(block);
  }
  if (counts_.blocks == 0) next_block_bytes_ = options_.next_block_bytes;
  return released;
}

uint64_t Core::trim(uint64_t reserved_bytes) {
  Guard guard(lock_);
  if (!options_.is_deterministic) drain_everything();
  return release(reserved_bytes);
}

void Core::coalesce(uint64_t reserved_bytes) {
  Guard guard(lock_);
  if (!options_.is_deterministic) drain_everything();
  // One block that is free, or none, is as whole as it gets.
  if (counts_.cached_chunks > 1) release(0);
  if (counts_.reserved_bytes < reserved_bytes && counts_.cached_chunks == 0) {
    uint64_t missing = aligned_up(reserved_bytes - counts_.reserved_bytes, options_.granule_bytes);
    make_block(missing, missing, options_.granule_bytes, false);
  }
}

}  // namespace palatine::pool
