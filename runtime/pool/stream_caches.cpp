// The ways through the streams' caches (stream_cache.h), and out of them.
#include <algorithm>

#include "runtime/pool/core.h"

namespace palatine::pool {

StreamCache* Core::cache_of(StreamId id) const {
  size_t k = static_cast<size_t>(id);
  return caches_ && k < caches_->size() ? (*caches_)[k].load(std::memory_order_acquire) : nullptr;
}

void Core::make_cache(StreamId id) {
  size_t k = static_cast<size_t>(id);
  if (!caches_ || k >= caches_->size()) return;
  all_caches_.push_back(
      std::make_unique<StreamCache>(id, options_.granule_bytes, options_.stream_cache_bytes));
  (*caches_)[k].store(all_caches_.back().get(), std::memory_order_release);
}

void* Core::allocate_cached(StreamId id, const Request& request) {
  StreamCache* cache = cache_of(id);
  if (!cache) {
    Guard guard(lock_);
    stream(id);
    cache = cache_of(id);
    if (!cache) return nullptr;
  }
  std::lock_guard cache_guard(cache->lock);
  take_in(*cache);
  StreamCache::Bin& bin = cache->bin_of(request.size);
  if (bin.count > 0) {
    ++cache->hits;
  } else {
    Request whole = request;
    whole.requested = request.size;
    Guard guard(lock_);
    Stream& by = stream(id);
    maintain();
    while (bin.count < StreamCache::kBatch) {
      Chunk* chunk = take(by, whole);
      if (!chunk) break;
      chunk->requested = chunk->size;
      counts_.requested_bytes += chunk->size - request.size;
      cache->add(bin, chunk);
    }
    if (bin.count == 0) return nullptr;
  }
  Chunk* chunk = cache->take(bin);
  unpoison(chunk);
  cache->hand_out(chunk, request.requested);
  return chunk->address;
}

bool Core::deallocate_cached(void* address, StreamId id) {
  StreamCache* cache = cache_of(id);
  if (!cache) return false;
  if (!cache->lock.try_lock()) {
    const StreamCache::Elsewhere done = cache->free_elsewhere(address);
    if (done != StreamCache::Elsewhere::unclear) return done == StreamCache::Elsewhere::freed;
    cache->lock.lock();
  }
  std::lock_guard cache_guard(cache->lock, std::adopt_lock);
  take_in(*cache);
  Chunk* chunk = cache->take_back(address);
  if (!chunk) return false;
  keep_in_cache(*cache, chunk);
  return true;
}

// The cache's lock is held, and the chunk is in no list.
void Core::keep_in_cache(StreamCache& cache, Chunk* chunk) {
  StreamCache::Bin& bin = cache.bin_of(chunk->size);
  if (bin.count == StreamCache::kDepth) {
    Guard guard(lock_);
    // The oldest go.
    for (uint32_t k = 0; k < StreamCache::kBatch; ++k) {
      cache.kept_bytes -= bin.chunks[k]->size;
      --cache.kept_chunks;
      leave_cache(cache, bin.chunks[k]);
    }
    std::copy(bin.chunks.begin() + StreamCache::kBatch, bin.chunks.end(), bin.chunks.begin());
    bin.count -= StreamCache::kBatch;
    maintain();
  }
  cache.keep(bin, chunk);
}

// What others have freed without the cache's lock, which is held, is kept like any other.
void Core::take_in(StreamCache& cache) {
  for (Chunk* chunk = cache.take_freed_elsewhere(); chunk;) {
    Chunk* next = chunk->bin_next;
    chunk->bin_next = nullptr;
    chunk->set_in_cache(InCache::kept);
    cache.count_back(chunk);
    keep_in_cache(cache, chunk);
    chunk = next;
  }
}

// A kept chunk becomes a free like any other. Both locks are held.
void Core::leave_cache(StreamCache& cache, Chunk* chunk) {
  cache.remove(chunk);
  Stream& owner = stream(cache.id);
  begin_free(owner, chunk);
  free_on(owner, chunk, owner.is_immediate ? 0 : owner.timeline->position());
}

// Makes a chunk that was handed out through a cache one that was not. False: it is not handed out.
bool Core::withdraw_from_cache(const void* address, StreamId id) {
  StreamCache* cache = cache_of(id);
  std::lock_guard cache_guard(cache->lock);
  Chunk* chunk = cache->take_back(address);
  if (!chunk) return false;
  Guard guard(lock_);
  cache->remove(chunk);
  counts_.requested_bytes -= chunk->requested;
  chunk->requested = chunk->cache_requested();
  counts_.requested_bytes += chunk->requested;
  return true;
}

// A used chunk that no cache knows, for calls that need one; null when there is none. Expects the pool's lock
// and holds it again when it returns.
Chunk* Core::find_used(const void* address, Guard& guard) {
  for (;;) {
    Chunk* chunk = address ? used_.find(address) : nullptr;
    if (!chunk || !chunk->is_in_cache) return chunk;
    StreamId owner = chunk->mark.stream;
    guard.unlock();
    bool is_out = withdraw_from_cache(address, owner);
    guard.lock();
    if (!is_out) return nullptr;
  }
}

void Core::empty_caches() {
  if (!caches_) return;
  for (size_t k = 0; k < caches_->size() && k < order_.size(); ++k) {
    StreamCache* cache = cache_of(static_cast<StreamId>(k));
    if (!cache) continue;
    std::lock_guard cache_guard(cache->lock);
    take_in(*cache);
    if (cache->kept_chunks == 0) continue;
    Guard guard(lock_);
    for (StreamCache::Bin& bin : cache->bins) {
      while (bin.count > 0) leave_cache(*cache, cache->take(bin));
    }
  }
}

// The same, where the pool's lock is held; it is let go meanwhile.
void Core::empty_caches(Guard& guard) {
  if (!caches_) return;
  guard.unlock();
  empty_caches();
  guard.lock();
}

// What the caches keep is pending, and callers asked for what the caches say. The caches' locks are held.
void Core::add_caches(const std::vector<StreamCache*>& caches, PoolStatistics& result) {
  for (const StreamCache* cache : caches) {
    const StreamCache::Counts elsewhere = cache->counts_elsewhere();
    const uint64_t pending_bytes = cache->kept_bytes + elsewhere.bytes;
    const uint64_t pending_chunks = cache->kept_chunks + elsewhere.chunks;
    result.used_bytes -= pending_bytes;
    result.pending_bytes += pending_bytes;
    result.used_chunks -= pending_chunks;
    result.pending_chunks += pending_chunks;
    result.pending_frees += pending_chunks;
    result.requested_bytes -=
        cache->kept_bytes + cache->out_bytes - cache->requested_bytes + elsewhere.requested_bytes;
    result.from_own_pending += cache->hits;
  }
}

}  // namespace palatine::pool
