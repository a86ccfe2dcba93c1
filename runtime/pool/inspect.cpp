// What the pool says about itself, and whether that is true.
#include <map>
#include <sstream>

#include "runtime/pool/core.h"

namespace palatine::pool {

struct Core::Everything {
  explicit Everything(const Core& core) : core_(core) {
    for (;;) {
      // Their order is that of the streams' numbers.
      for (size_t k = 0; core.caches_ && k < core.caches_->size() && k < core.order_.size(); ++k) {
        StreamCache* cache = core.cache_of(static_cast<StreamId>(k));
        if (!cache) continue;
        cache->lock.lock();
        locked_.push_back(cache);
      }
      core.lock_.lock();
      // Unless one was made meanwhile.
      if (locked_.size() == core.all_caches_.size()) return;
      unlock();
    }
  }
  ~Everything() { unlock(); }
  void unlock() {
    core_.lock_.unlock();
    for (StreamCache* cache : locked_) cache->lock.unlock();
    locked_.clear();
  }
  const Core& core_;
  std::vector<StreamCache*> locked_;
};

// Of a pending chunk; of a joined one that of the free that is oldest and not over.
static StreamId stream_of(const Chunk& chunk) {
  if (chunk.state == ChunkState::pending) return chunk.mark.stream;
  const Mark* oldest = nullptr;
  for (const Mark& mark : chunk.uses->marks) {
    if (mark.chunk && (!oldest || mark.stream < oldest->stream)) oldest = &mark;
  }
  return oldest->stream;
}

Pool::Location Core::find(const void* address) const {
  Everything everything(*this);
  if (const Chunk* chunk = address ? used_.find(address) : nullptr) {
    if (chunk->is_in_cache) {
      const bool is_out = chunk->is_in_cache_as(InCache::out);
      return {is_out ? Pool::State::used : Pool::State::pending, chunk->mark.stream, chunk->size,
              is_out ? chunk->mark.number : 0};
    }
    return {Pool::State::used, chunk->mark.stream, chunk->size, chunk->requested};
  }
  if (const Chunk* chunk = index_.at(address)) {
    return {Pool::State::pending, stream_of(*chunk), chunk->size, 0};
  }
  return {};
}

PoolStatistics Core::statistics() const {
  Everything everything(*this);
  PoolStatistics result = counts_;
  result.used_chunks = used_.count();
  add_caches(everything.locked_, result);
  result.cached_bytes = result.reserved_bytes - result.used_bytes - result.pending_bytes;
  result.visited_chunks = visited_ + free_[0].visited() + free_[1].visited() + index_.visited();
  result.padding_bytes = result.used_bytes - result.requested_bytes;
  if (reuse_check_) result.checked_reuses = reuse_check_->checked();
  for (auto& known : streams_) {
    if (!known) continue;
    for (auto& classes : known->pending) {
      if (classes) result.visited_chunks += classes->visited();
    }
    for (const Mark* mark = known->oldest; mark && mark->number <= known->completed; mark = mark->newer) {
      if (mark->chunk->state == ChunkState::pending) result.pending_finished_bytes += mark->chunk->size;
    }
  }
  return result;
}

StreamStatistics Core::statistics(StreamId id) const {
  Everything everything(*this);
  size_t k = static_cast<size_t>(id);
  StreamStatistics result = k < streams_.size() && streams_[k] ? streams_[k]->statistics : StreamStatistics{};
  if (const StreamCache* cache = cache_of(id)) {
    const StreamCache::Counts elsewhere = cache->counts_elsewhere();
    result.used_bytes -= cache->kept_bytes + elsewhere.bytes;
    result.pending_bytes += cache->kept_bytes + elsewhere.bytes;
    result.pending_chunks += cache->kept_chunks + elsewhere.chunks;
  }
  return result;
}

void Core::reset_high_water() {
  Guard guard(lock_);
  counts_.reserved_high_bytes = counts_.reserved_bytes;
  counts_.used_high_bytes = counts_.used_bytes;
  counts_.pending_high_bytes = counts_.pending_bytes;
  counts_.requested_high_bytes = counts_.requested_bytes;
  for (auto& known : streams_) {
    if (!known) continue;
    known->statistics.used_high_bytes = known->statistics.used_bytes;
    known->statistics.pending_high_bytes = known->statistics.pending_bytes;
  }
}

uint64_t Core::largest_free_bytes() const {
  Guard guard(lock_);
  return index_.largest_free();
}

std::string Core::check() const {
  Everything everything(*this);
  std::ostringstream wrong;
  auto expect = [&](bool holds, const char* what, const void* address = nullptr) {
    if (holds || wrong.tellp() > 2000) return;
    wrong << what;
    if (address) wrong << " at " << address;
    wrong << "\n";
  };
  PoolStatistics seen;
  std::map<const Chunk*, int> free_seen, pending_seen;
  std::vector<StreamStatistics> by_stream(streams_.size());
  uint64_t used_in_block = 0;
  uint64_t used_bytes = 0, free_bytes = 0, joined_marks = 0, marks = 0, marked_for_caches = 0;
  const Block* previous_block = nullptr;
  for (const Block* block = blocks_; block; previous_block = block, block = block->next) {
    expect(block->previous == previous_block, "blocks are linked wrongly", block->address);
    ++seen.blocks;
    seen.reserved_bytes += block->size;
    const char* end = block->address;
    const Chunk* previous = nullptr;
    used_in_block = 0;
    for (const Chunk* chunk = block->first; chunk; previous = chunk, chunk = chunk->next) {
      expect(chunk->address == end, "a gap or an overlap between chunks", chunk->address);
      expect(chunk->previous == previous, "chunks are linked wrongly", chunk->address);
      expect(chunk->block == block, "a chunk of another block", chunk->address);
      expect(chunk->size > 0 && chunk->size % options_.granule_bytes == 0, "an odd size", chunk->address);
      end = chunk->address + chunk->size;
      size_t k = static_cast<size_t>(chunk->mark.stream);
      switch (chunk->state) {
        case ChunkState::free:
          ++free_seen[chunk];
          ++seen.cached_chunks;
          free_bytes += chunk->size;
          expect(!previous || previous->state != ChunkState::free, "neighbours are both free",
                 chunk->address);
          if (!chunk->previous && !chunk->next) {
            seen.releasable_bytes += block->size;
            ++seen.releasable_blocks;
          }
          if (chunk->has_free_pattern) {
            bool is_whole = true;
            for (uint64_t i = 0; i < chunk->size && is_whole; ++i) {
              is_whole = static_cast<unsigned char>(chunk->address[i]) == 0xDD;
            }
            expect(is_whole, "free memory was written", chunk->address);
          }
          break;
        case ChunkState::used:
          ++seen.used_chunks;
          ++used_in_block;
          marked_for_caches += chunk->is_in_cache;
          used_bytes += chunk->size;
          seen.requested_bytes += chunk->requested;
          expect(used_.find(chunk->address) == chunk, "used memory is not in the table", chunk->address);
          expect(chunk->requested <= chunk->size, "more requested than there is", chunk->address);
          by_stream[k].used_bytes += chunk->size;
          break;
        case ChunkState::pending:
          ++pending_seen[chunk];
          ++seen.pending_chunks;
          seen.pending_bytes += chunk->size;
          seen.pending_frees += chunk->frees;
          expect(chunk->frees > 0, "a pending chunk without frees", chunk->address);
          expect(chunk->mark.chunk == chunk, "a mark of another chunk", chunk->address);
          by_stream[k].pending_bytes += chunk->size;
          ++by_stream[k].pending_chunks;
          ++marks;
          break;
        case ChunkState::joined:
          ++seen.pending_chunks;
          seen.pending_bytes += chunk->size;
          seen.pending_frees += chunk->frees;
          expect(chunk->uses && chunk->uses->unfinished > 1, "a joined chunk with one stream",
                 chunk->address);
          if (chunk->uses) joined_marks += chunk->uses->unfinished;
          break;
      }
    }
    expect(used_in_block == block->used_chunks, "the used chunks of a block do not add up", block->address);
    expect(end == block->address + block->size, "chunks do not fill the block", block->address);
    expect(block->last == previous, "the last chunk of a block is another", block->address);
    expect(block->range == 0 || block->size <= block->range, "a block is larger than its range",
           block->address);
  }
  for (int kind = 0; kind < 2; ++kind) {
    free_[kind].visit([&](const Chunk* chunk, bool is_in_place) {
      expect(is_in_place, "a free chunk in a wrong class", chunk->address);
      expect(chunk->block->is_small == (kind == 1), "a free chunk of the other kind of block",
             chunk->address);
      --free_seen[chunk];
    });
  }
  uint64_t queued = 0;
  for (auto& known : streams_) {
    if (!known) continue;
    for (int kind = 0; kind < 2; ++kind) {
      if (!known->pending[kind]) continue;
      known->pending[kind]->visit([&](const Chunk* chunk, bool is_in_place) {
        expect(is_in_place && chunk->mark.stream == known->id && chunk->block->is_small == (kind == 1),
               "a pending chunk in a wrong class", chunk->address);
        --pending_seen[chunk];
      });
    }
    uint64_t number = 0;
    const Mark* older = nullptr;
    for (const Mark* mark = known->oldest; mark; older = mark, mark = mark->newer) {
      ++queued;
      expect(mark->older == older, "marks are linked wrongly");
      expect(mark->number >= number, "numbers fall in a queue of frees");
      expect(mark->stream == known->id, "a mark in the queue of another stream");
      number = mark->number;
    }
    expect(known->newest == older, "the newest mark is another");
    const StreamStatistics& sum = by_stream[static_cast<size_t>(known->id)];
    expect(sum.used_bytes == known->statistics.used_bytes &&
               sum.pending_bytes == known->statistics.pending_bytes &&
               sum.pending_chunks == known->statistics.pending_chunks,
           "the counts of a stream do not add up");
  }
  for (auto& [chunk, count] : free_seen)
    expect(count == 0, "a free chunk is not in its class once", chunk->address);
  for (auto& [chunk, count] : pending_seen) {
    expect(count == 0, "a pending chunk is not in its class once", chunk->address);
  }
  uint64_t in_caches = 0;
  for (const StreamCache* cache : everything.locked_) {
    uint64_t kept_bytes = 0, kept_chunks = 0, out_bytes = 0, requested_bytes = 0;
    auto expect_here = [&](const Chunk* chunk) {
      expect(chunk->is_in_cache && chunk->state == ChunkState::used && chunk->mark.stream == cache->id,
             "a chunk that is not of its cache", chunk->address);
      expect(chunk->requested == chunk->size, "a chunk of a cache with padding", chunk->address);
      ++in_caches;
    };
    for (const StreamCache::Bin& bin : cache->bins) {
      for (uint32_t k = 0; k < bin.count; ++k) {
        expect(bin.chunks[k]->is_in_cache_as(InCache::kept), "kept and handed out", bin.chunks[k]->address);
        kept_bytes += bin.chunks[k]->size;
        ++kept_chunks;
      }
    }
    uint64_t kept_in_table = 0;
    cache->chunks.visit([&](const Chunk* chunk) {
      expect_here(chunk);
      if (chunk->is_in_cache_as(InCache::kept)) {
        ++kept_in_table;
        return;
      }
      out_bytes += chunk->size;
      requested_bytes += chunk->mark.number;
    });
    expect(kept_bytes == cache->kept_bytes && kept_chunks == cache->kept_chunks &&
               kept_in_table == kept_chunks && out_bytes == cache->out_bytes &&
               requested_bytes == cache->requested_bytes,
           "the counts of a cache do not add up");
  }
  expect(in_caches == marked_for_caches, "a chunk is in no cache or in two");
  uint64_t free_blocks = 0;
  for (const Block* block = free_blocks_; block; block = block->free_next) ++free_blocks;
  expect(queued == marks + joined_marks, "the queues have not all marks");
  expect(free_blocks == seen.releasable_blocks, "a free block is not listed");
  expect(used_bytes == counts_.used_bytes, "used bytes do not add up");
  expect(seen.used_chunks == used_.count(), "used chunks do not add up");
  expect(seen.requested_bytes == counts_.requested_bytes, "requested bytes do not add up");
  expect(seen.pending_bytes == counts_.pending_bytes, "pending bytes do not add up");
  expect(seen.pending_chunks == counts_.pending_chunks, "pending chunks do not add up");
  expect(seen.pending_frees == counts_.pending_frees, "pending frees do not add up");
  expect(seen.cached_chunks == counts_.cached_chunks, "free chunks do not add up");
  expect(seen.reserved_bytes == counts_.reserved_bytes, "reserved bytes do not add up");
  expect(seen.blocks == counts_.blocks, "blocks do not add up");
  expect(seen.releasable_bytes == counts_.releasable_bytes, "releasable bytes do not add up");
  expect(seen.releasable_blocks == counts_.releasable_blocks, "releasable blocks do not add up");
  expect(used_bytes + seen.pending_bytes + free_bytes == seen.reserved_bytes, "states do not add up");
  expect(late_writes_ == 0, "free memory was written before it was handed out");
  expect(overruns_ == 0, "memory was written behind its end");
  if (reuse_check_) wrong << reuse_check_->wrong();
  return wrong.str();
}

}  // namespace palatine::pool
