// Getting memory back from streams: finished frees, merging, waits on the device, and what happens when all
// is short.
#include <algorithm>

#include "runtime/pool/core.h"

namespace palatine::pool {

namespace {

// One stream is asked every so many calls, and so many of its finished frees become free then: more than can
// have been added meanwhile when all streams free equally often.
constexpr uint32_t kCallsPerQuery = 32;
constexpr uint64_t kDrainedPerQuery = 64;
constexpr uint32_t kLookedAtPerQuery = 8;

bool accept_any(const Chunk&) {
  return true;
}

}  // namespace

void Core::maintain() {
  if (++calls_ % kCallsPerQuery != 0 || options_.is_deterministic || counts_.pending_chunks == 0) return;
  // A stream that is alone reuses its own memory without asking.
  if (stream_count_ < 2) return;
  for (uint32_t k = 0; k < kLookedAtPerQuery; ++k) {
    next_polled_ = next_polled_ + 1 < streams_.size() ? next_polled_ + 1 : 0;
    Stream* next = streams_[next_polled_].get();
    if (!next || !next->oldest) continue;
    if (next->oldest->number > next->completed) query(*next, next->oldest->number);
    drain(*next, kDrainedPerQuery);
    return;
  }
}

void Core::query(Stream& by, uint64_t number) {
  by.timeline->publish(number);
  by.unpublished = 0;
  by.completed = std::max(by.completed, by.timeline->completed());
  ++counts_.queries;
}

void Core::drain(Stream& by, uint64_t count) {
  while (count-- > 0 && by.oldest && by.oldest->number <= by.completed) settle(by.oldest);
}

// The work before the mark is over.
void Core::settle(Mark* mark) {
  Stream& by = *streams_[static_cast<size_t>(mark->stream)];
  Chunk* chunk = mark->chunk;
  ++visited_;
  if (chunk->state == ChunkState::pending) {
    remove_pending(by, chunk);
    unlink(by, mark);
    make_free(chunk);
    return;
  }
  unlink(by, mark);
  mark->chunk = nullptr;
  if (--chunk->uses->unfinished > 1) return;
  // One stream is left: from now on an ordinary pending chunk of that stream, at the same place of its queue.
  Mark* last = nullptr;
  for (Mark& other : chunk->uses->marks) {
    if (other.chunk) last = &other;
  }
  Stream& rest = *streams_[static_cast<size_t>(last->stream)];
  chunk->mark.number = last->number;
  chunk->mark.stream = last->stream;
  chunk->mark.chunk = chunk;
  insert_before(rest, &chunk->mark, last);
  unlink(rest, last);
  chunk->uses.reset();
  counts_.pending_bytes -= chunk->size;
  --counts_.pending_chunks;
  counts_.pending_frees -= chunk->frees;
  chunk->state = ChunkState::pending;
  insert_pending(rest, chunk);
}

void Core::drain_everything() {
  for (auto& known : streams_) {
    if (!known || !known->oldest) continue;
    if (known->newest->number > known->completed) query(*known, known->newest->number);
    drain(*known, ~uint64_t{0});
  }
}

void Core::poll() {
  empty_caches();
  Guard guard(lock_);
  if (!options_.is_deterministic) drain_everything();
  release_what_is_not_kept();
  if (must_settle_) settle_source(guard);
}

void Core::synchronized(StreamId id) {
  empty_caches();
  Guard guard(lock_);
  Stream& by = stream(id);
  if (by.newest) by.completed = std::max(by.completed, by.newest->number);
  drain(by, ~uint64_t{0});
  release_what_is_not_kept();
  if (must_settle_) settle_source(guard);
}

// Merges pending chunks of the stream that are neighbours. A merged chunk has the later number: merging is
// put off until the stream misses a large chunk, so that what finishes first becomes free first. Every free
// is looked at once, so the cost is a constant for each.
void Core::consolidate(Stream& by) {
  for (Mark* mark = by.newest; mark && mark->chunk->freed_at > by.consolidated_at; mark = mark->older) {
    Chunk* chunk = mark->chunk;
    ++visited_;
    if (chunk->state != ChunkState::pending) continue;
    auto is_mergeable = [&](const Chunk* other) {
      return other && other->state == ChunkState::pending && other->mark.stream == by.id;
    };
    // Newer neighbours have merged with this one when it was their turn, so those that are left are older.
    if (!is_mergeable(chunk->previous) && !is_mergeable(chunk->next)) continue;
    remove_pending(by, chunk);
    while (is_mergeable(chunk->next)) {
      Chunk* next = chunk->next;
      remove_pending(by, next);
      unlink(by, &next->mark);
      chunk->frees += next->frees;
      merge_with_next(chunk);
    }
    while (is_mergeable(chunk->previous)) {
      Chunk* previous = chunk->previous;
      remove_pending(by, previous);
      unlink(by, &previous->mark);
      chunk->frees += previous->frees;
      merge_with_previous(chunk);
    }
    insert_pending(by, chunk);
  }
}

// A pending chunk of the stream that is large enough together with the free chunks at its sides, which then
// are pending with it. Only frees after `freed_after` are looked at.
Chunk* Core::find_with_free_neighbours(Stream& by, const Request& request, uint64_t freed_after) {
  auto is_free = [](const Chunk* other) { return other && other->state == ChunkState::free; };
  for (Mark* mark = by.newest; mark && mark->chunk->freed_at > freed_after; mark = mark->older) {
    Chunk* chunk = mark->chunk;
    ++visited_;
    if (chunk->state != ChunkState::pending || chunk->block->is_small != request.is_small) continue;
    Chunk* previous = is_free(chunk->previous) ? chunk->previous : nullptr;
    Chunk* next = is_free(chunk->next) ? chunk->next : nullptr;
    Chunk whole;
    whole.address = previous ? previous->address : chunk->address;
    whole.size = chunk->size + (previous ? previous->size : 0) + (next ? next->size : 0);
    if ((!previous && !next) || !fits(whole, request)) continue;
    lend_neighbours(by, chunk);
    return chunk;
  }
  return nullptr;
}

// The free chunks at both sides of a pending one become part of it.
void Core::lend_neighbours(Stream& by, Chunk* chunk) {
  remove_pending(by, chunk);
  if (chunk->next && chunk->next->state == ChunkState::free) {
    remove_free(chunk->next);
    unpoison(chunk->next);
    merge_with_next(chunk);
  }
  if (Chunk* previous = chunk->previous; previous && previous->state == ChunkState::free) {
    remove_free(previous);
    unpoison(previous);
    merge_with_previous(chunk);
  }
  insert_pending(by, chunk);
}

// Whatever the stream may have that is large enough: its own pending memory with what is free beside it, then
// what is free.
Chunk* Core::take_fitting(Stream& by, const Request& request) {
  if (Chunk* chunk = index_.find_pending(by.id, request)) {
    if (!fits(*chunk, request)) lend_neighbours(by, chunk);
    ++counts_.from_own_pending;
    return hand_out(by, chunk, request);
  }
  if (Chunk* chunk = index_.find_free(request)) {
    ++counts_.from_free;
    return hand_out(by, chunk, request);
  }
  return nullptr;
}

// Memory that another stream's work may still use, the oldest free first, with a wait on the device.
Chunk* Core::take_with_wait(Stream& by, const Request& request, bool is_thorough) {
  if (by.is_immediate) return nullptr;
  std::vector<Chunk*> found;
  for (auto& other : streams_) {
    if (!other || other.get() == &by || !other->pending[request.is_small]) continue;
    Chunk* chunk = other->pending[request.is_small]->find(request, SizeClasses::Order::oldest, accept_any);
    if (!chunk && is_thorough) chunk = index_.find_pending(other->id, request);
    if (chunk) found.push_back(chunk);
  }
  std::sort(found.begin(), found.end(), [](auto* a, auto* b) { return a->freed_at < b->freed_at; });
  for (Chunk* chunk : found) {
    Stream& other = *streams_[static_cast<size_t>(chunk->mark.stream)];
    if (!by.timeline->wait_for(*other.timeline, chunk->mark.number)) continue;
    order_.wait(by.id, {other.id, chunk->mark.number, nullptr});
    if (!fits(*chunk, request)) lend_neighbours(other, chunk);
    ++counts_.from_stream_wait;
    return hand_out(by, chunk, request);
  }
  return nullptr;
}

// Everything that gives memory without waiting on the host, now that it is known to be short.
Chunk* Core::take_what_there_is(Stream& by, const Request& request) {
  if (Chunk* chunk = take(by, request)) return chunk;
  for (auto& other : streams_) {
    if (!other || !other->newest) continue;
    consolidate(*other);
    other->consolidated_at = frees_;
  }
  if (Chunk* chunk = take(by, request)) return chunk;
  if (Chunk* chunk = take_fitting(by, request)) return chunk;
  if (options_.stream_waits != StreamWaits::never) {
    if (Chunk* chunk = take_with_wait(by, request, true)) return chunk;
  }
  return nullptr;
}

// Blocks until the oldest free is over, without the lock. False when nothing is pending.
bool Core::wait_for_oldest(Guard& guard) {
  Mark* oldest = nullptr;
  for (auto& known : streams_) {
    if (known && known->oldest && (!oldest || known->oldest->chunk->freed_at < oldest->chunk->freed_at)) {
      oldest = known->oldest;
    }
  }
  if (!oldest) return false;
  Stream& by = *streams_[static_cast<size_t>(oldest->stream)];
  uint64_t number = oldest->number;
  if (number > by.completed) {
    by.timeline->publish(number);
    by.unpublished = 0;
    ++counts_.host_waits;
    guard.unlock();
    bool is_over = by.timeline->wait(number);
    guard.lock();
    // The work of a lost stream never touches memory again.
    by.completed = std::max(by.completed, is_over ? number : ~uint64_t{0});
  }
  drain(by, ~uint64_t{0});
  return true;
}

Chunk* Core::take_slowly(Stream& by, const Request& request, Guard& guard) {
  if (caches_) {
    empty_caches(guard);
    if (Chunk* chunk = take(by, request)) return chunk;
  }
  if (counts_.pending_chunks > 0) {
    if (!options_.is_deterministic) {
      drain_everything();
      if (Chunk* chunk = take(by, request)) return chunk;
    }
    if (by.newest && by.newest->chunk->freed_at > by.consolidated_at) {
      uint64_t since = by.consolidated_at;
      consolidate(by);
      by.consolidated_at = frees_;
      if (Chunk* chunk = take(by, request)) return chunk;
      if (Chunk* chunk = find_with_free_neighbours(by, request, since)) {
        ++counts_.from_own_pending;
        return hand_out(by, chunk, request);
      }
    }
    if (options_.stream_waits == StreamWaits::always) {
      if (Chunk* chunk = take_with_wait(by, request, false)) return chunk;
    }
  }
  if (Chunk* chunk = grow(by, request)) return chunk;

  // Memory is short.
  for (;;) {
    empty_caches(guard);
    if (Chunk* chunk = take_what_there_is(by, request)) return chunk;
    if (release(0) > 0) {
      settle_source(guard);
      guard.lock();
      if (Chunk* chunk = grow(by, request)) return chunk;
    }
    if (options_.may_wait) {
      if (wait_for_oldest(guard)) continue;
      if (Chunk* chunk = grow_later(by, request, guard)) return chunk;
    }
    if (!callback_) return nullptr;
    auto callback = callback_;
    MemoryShortage report = shortage(request, request.requested);
    guard.unlock();
    bool has_freed = callback(report);
    guard.lock();
    if (!has_freed) return nullptr;
    if (!options_.is_deterministic) drain_everything();
    if (Chunk* chunk = grow(by, request)) return chunk;
  }
}

void Core::on_shortage(std::function<bool(const MemoryShortage&)> callback) {
  Guard guard(lock_);
  callback_ = std::move(callback);
}

MemoryShortage Core::shortage(const Request& request, uint64_t asked) const {
  MemoryShortage report;
  report.asked_bytes = asked;
  report.alignment = request.alignment;
  report.pending_bytes = counts_.pending_bytes;
  report.used_bytes = counts_.used_bytes;
  report.reserved_bytes = counts_.reserved_bytes;
  report.free_bytes = counts_.reserved_bytes - counts_.used_bytes - counts_.pending_bytes;
  report.largest_free_bytes = index_.largest_free();
  report.limit_bytes = options_.limit_bytes;
  report.is_limit_reached = request.size > options_.limit_bytes - counts_.reserved_bytes;
  if (!report.is_limit_reached) report.source_says = source_.refusal();
  return report;
}

}  // namespace palatine::pool
