// Blocks that grow where they lie: memory is mapped behind the last block, so that what is free or pending at
// its end is part of the next large request.
#include <algorithm>
#include <cstring>

#include "runtime/pool/core.h"

namespace palatine::pool {

// Null when the source has no such blocks, or no memory for one of these.
Block* Core::make_extensible_block(uint64_t want, uint64_t needed, uint64_t alignment, uint64_t room) {
  const uint64_t step = source_.extension_bytes();
  if (step == 0 || options_.range_bytes == 0 || alignment > step) return nullptr;
  const uint64_t least = aligned_up(needed, step), most = room - room % step;
  if (least > most) return nullptr;
  uint64_t size = std::clamp(aligned_up(want, step), least, most), range = 0;
  void* address = nullptr;
  for (;;) {
    range = std::max(aligned_up(options_.range_bytes, step), size);
    address = source_.allocate_extensible(size, alignment, range);
    if (address || size == least) break;
    size = std::max(least, aligned_up(size / 2, step));
  }
  if (!address) return nullptr;
  Block* block = add_block(address, size, alignment, false);
  block->range = range;
  extensible_.push_back(block);
  return block;
}

// Maps memory behind the block: `want`, or less, but at least `needed`. It joins the free end of the block.
bool Core::extend(Block* block, uint64_t want, uint64_t needed) {
  const uint64_t step = source_.extension_bytes();
  uint64_t room = std::min(options_.limit_bytes - counts_.reserved_bytes, block->range - block->size);
  room -= room % step;
  const uint64_t least = aligned_up(needed, step);
  if (least > room) return false;
  uint64_t more = std::clamp(aligned_up(want, step), least, room);
  while (!source_.extend(block->address, block->size, more)) {
    if (more == least) return false;
    more = std::max(least, aligned_up(more / 2, step));
  }
  char* const from = block->address + block->size;
  Chunk* last = block->last;
  const bool is_free = last->state == ChunkState::free;
  // A block that is one free chunk is listed with its size.
  if (is_free) remove_free(last);
  block->size += more;
  counts_.reserved_bytes += more;
  counts_.reserved_high_bytes = std::max(counts_.reserved_high_bytes, counts_.reserved_bytes);
  if (is_free) {
    if (last->has_free_pattern) std::memset(from, kFreePattern, more);
    last->size += more;
    poison(last);
    insert_free(last);
    return true;
  }
  Chunk* fresh = records_.make();
  fresh->address = from;
  fresh->size = more;
  fresh->block = block;
  fresh->previous = last;
  last->next = fresh;
  block->last = fresh;
  make_free(fresh);
  return true;
}

Chunk* Core::grow_in_place(Stream& by, Block* block, const Request& request, uint64_t want) {
  if (request.alignment > source_.extension_bytes()) return nullptr;
  // What lies at the end and the stream may have: free memory, before it its own pending memory, and free
  // memory again. More of it there cannot be, as neighbours of one kind are one chunk by now.
  const auto is_free = [](const Chunk* chunk) { return chunk && chunk->state == ChunkState::free; };
  char* const end = block->address + block->size;
  char* start = end;
  Chunk* before = block->last;
  if (is_free(before)) {
    start = before->address;
    before = before->previous;
  }
  Chunk* own = nullptr;
  if (before && before->state == ChunkState::pending && before->mark.stream == by.id) {
    own = before;
    start = is_free(own->previous) ? own->previous->address : own->address;
  }
  char* const needed_end =
      reinterpret_cast<char*>(aligned_up(reinterpret_cast<uint64_t>(start), request.alignment)) +
      request.size;
  if (needed_end > end && !extend(block, want, static_cast<uint64_t>(needed_end - end))) return nullptr;
  if (!own) {
    // The class of the request may hold what its search did not come to; then nothing was added.
    if (needed_end > end) {
      ++counts_.from_source;
      ++counts_.from_extension;
    } else {
      ++counts_.from_free;
    }
    return hand_out(by, block->last, request);
  }
  // Only what is needed of the free memory becomes pending with it.
  if (Chunk* next = own->next;
      next && needed_end < next->address + next->size && needed_end > next->address) {
    remove_free(next);
    Chunk* rest = split(next, static_cast<uint64_t>(needed_end - next->address));
    insert_free(next);
    insert_free(rest);
  }
  if (needed_end > end) {
    ++counts_.from_source;
    ++counts_.from_extension;
  } else {
    ++counts_.from_own_pending;
  }
  lend_neighbours(by, own);
  return hand_out(by, own, request);
}

// In a block that is the stream's alone.
Chunk* Core::grow_own_block(Stream& by, const Request& request) {
  Chunk* chunk = by.growing ? grow_in_place(by, by.growing, request, 0) : nullptr;
  if (!chunk) {
    Block* block = make_extensible_block(0, request.size, request.alignment,
                                         options_.limit_bytes - counts_.reserved_bytes);
    if (!block) return nullptr;
    by.growing = block;
    ++counts_.from_source;
    chunk = hand_out(by, block->first, request);
  }
  // What the last step has given beyond that.
  Chunk* rest = chunk->next;
  if (rest && rest->state == ChunkState::free) {
    remove_free(rest);
    unpoison(rest);
    rest->freed_at = ++frees_;
    free_on(by, rest, by.is_immediate ? 0 : by.timeline->position());
  }
  return chunk;
}

// Gives back what was mapped last as long as it is free and more than `reserved_bytes` are held; what the
// block began with stays.
uint64_t Core::cut_free_end(Block* block, uint64_t reserved_bytes) {
  Chunk* last = block->last;
  if (last->state != ChunkState::free) return 0;
  const auto kept = static_cast<uint64_t>(last->address - block->address);
  remove_free(last);
  // What the source takes back must not stay poisoned.
  unpoison(last);
  uint64_t released = 0;
  while (counts_.reserved_bytes > reserved_bytes) {
    const uint64_t size = source_.shrink(block->address, block->size, kept);
    if (size == block->size) break;
    if (reuse_check_) reuse_check_->returned(block->address + size, block->size - size);
    released += block->size - size;
    counts_.reserved_bytes -= block->size - size;
    block->size = size;
  }
  last->size = block->size - kept;
  if (last->size > 0) {
    poison(last);
    insert_free(last);
  } else {
    block->last = last->previous;
    block->last->next = nullptr;
    records_.drop(last);
  }
  must_settle_ = must_settle_ || released > 0;
  return released;
}

}  // namespace palatine::pool
