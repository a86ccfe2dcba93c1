// Allocating and freeing where memory is at hand: the paths that are taken almost always.
#include "runtime/pool/core.h"

#include <algorithm>
#include <cstring>

namespace palatine::pool {

namespace {

// A remainder smaller than this part of the chunk stays with it as padding: of pending memory, where it joins
// its neighbours only later, and of free memory when it is small besides.
constexpr uint64_t kWorthSplitting = 32;
constexpr uint64_t kAlwaysWorthSplitting = 1024;
// How many streams that the requester comes after are looked at.
constexpr size_t kKnownStreams = 8;
// After that many frees of one stream its timeline is asked to make them visible, when others could use them.
constexpr uint32_t kBatch = 32;

constexpr unsigned char kFresh = 0xCD;
constexpr unsigned char kRedZone = 0xBD;

bool has_pattern(const char* from, uint64_t bytes, unsigned char pattern) {
  return std::all_of(from, from + bytes, [=](char c) { return static_cast<unsigned char>(c) == pattern; });
}

}  // namespace

Core::Core(MemorySource& source, StreamOrder& order, const PoolOptions& options)
    : source_(source),
      order_(order),
      options_(options),
#ifdef PALATINE_POOL_POISONS
      writes_patterns_(false)
#else
      writes_patterns_(options.fresh_memory == FreshMemory::patterns && source.is_host_accessible())
#endif
{
  // Caches keep no red zones.
  if (options_.stream_cache_bytes > 0 && options_.red_zone_bytes == 0) {
    caches_ = std::make_unique<std::array<std::atomic<StreamCache*>, kMostCaches>>();
  }
  if (options_.checks_reuse) reuse_check_ = std::make_unique<ReuseCheck>(order_);
}

Core::~Core() {
  empty_caches();
  Guard guard(lock_);
  for (auto& known : streams_) {
    if (!known || !known->newest) continue;
    known->timeline->publish(known->newest->number);
    known->timeline->wait(known->newest->number);
  }
  while (blocks_) drop_block(blocks_);
  settle_source(guard);
}

Stream& Core::make_stream(StreamId id) {
  size_t k = static_cast<size_t>(id);
  if (k >= streams_.size()) streams_.resize(k + 1);
  streams_[k] = std::make_unique<Stream>();
  Stream& made = *streams_[k];
  made.id = id;
  made.timeline = &order_.timeline(id);
  made.is_immediate = made.timeline->is_immediate();
  made.version = &order_.version(id);
  ++stream_count_;
  make_cache(id);
  return made;
}

void* Core::allocate(StreamId id, uint64_t bytes, uint64_t alignment, MemoryShortage* shortage_out) {
  alignment = std::max(alignment, options_.granule_bytes);
  const uint64_t size = std::max<uint64_t>(bytes, 1) + options_.red_zone_bytes;
  Request request{aligned_up(size, options_.granule_bytes), alignment, bytes,
                  bytes <= options_.small_bytes && alignment <= 4096};
  if (bytes <= options_.stream_cache_bytes && alignment == options_.granule_bytes && caches_) {
    if (void* address = allocate_cached(id, request)) return address;
  }
  Guard guard(lock_);
  Stream& by = stream(id);
  maintain();
  Chunk* chunk = nullptr;
  // Sizes that no address space holds must not overflow below.
  if (bytes < (uint64_t{1} << 52) && alignment < (uint64_t{1} << 40)) {
    if (options_.keeps_streams_apart) chunk = take_own(by, request);
    if (!chunk) chunk = take(by, request);
    if (!chunk) chunk = take_slowly(by, request, guard);
  }
  if (chunk) {
    void* address = chunk->address;
    if (must_settle_) settle_source(guard);
    return address;
  }
  if (shortage_out) *shortage_out = shortage(request, bytes);
  settle_source(guard);
  return nullptr;
}

Chunk* Core::take(Stream& by, const Request& request) {
  auto any = [](const Chunk&) { return true; };
  // Memory that the stream itself has freed: its order is the stream's own. What is close in size goes first,
  // so that large chunks stay whole.
  SizeClasses* own = by.pending[request.is_small].get();
  SizeClasses& all = free_[request.is_small];
  if (own) {
    if (Chunk* chunk = own->find_close(request, SizeClasses::Order::newest)) {
      ++counts_.from_own_pending;
      return hand_out(by, chunk, request);
    }
    if (Chunk* chunk = all.find_close(request, SizeClasses::Order::newest)) {
      ++counts_.from_free;
      return hand_out(by, chunk, request);
    }
    if (Chunk* chunk = own->find(request, SizeClasses::Order::newest, any)) {
      ++counts_.from_own_pending;
      return hand_out(by, chunk, request);
    }
  }
  if (Chunk* chunk = all.find(request, SizeClasses::Order::newest, any)) {
    ++counts_.from_free;
    return hand_out(by, chunk, request);
  }
  return take_known(by, request);
}

// Nothing of the stream's own that would do is missed.
Chunk* Core::take_own(Stream& by, const Request& request) {
  largest_request_ = std::max(largest_request_, request.size);
  SizeClasses* own = by.pending[request.is_small].get();
  if (!own || own->is_empty()) return nullptr;
  consolidate(by);
  by.consolidated_at = frees_;
  Chunk* chunk = own->find(request, SizeClasses::Order::newest, [](const Chunk&) { return true; });
  if (!chunk && own->may_miss(request)) chunk = index_.find_pending(by.id, request);
  if (!chunk || !fits(*chunk, request)) return nullptr;
  ++counts_.from_own_pending;
  return hand_out(by, chunk, request);
}

Chunk* Core::take_known(Stream& by, const Request& request) {
  uint64_t version = by.version->load(std::memory_order_acquire);
  if (version != by.known_version) {
    // A clock newer than the version is found again with the next version.
    by.known_version = version;
    by.clock = order_.clock(by.id);
    by.candidates.clear();
    for (size_t k = 0; k < by.clock->size(); ++k) {
      if ((*by.clock)[k] > 0 && k != static_cast<size_t>(by.id))
        by.candidates.push_back(static_cast<uint32_t>(k));
    }
  }
  size_t looked_at = 0;
  for (size_t k = 0; k < by.candidates.size() && looked_at < kKnownStreams; ++looked_at) {
    uint32_t other_id = by.candidates[k];
    Stream* other = other_id < streams_.size() ? streams_[other_id].get() : nullptr;
    uint64_t known = (*by.clock)[other_id];
    if (other && other->oldest && other->oldest->number > known) {
      // Numbers do not fall: nothing of that stream is covered before the next wait.
      by.candidates[k] = by.candidates.back();
      by.candidates.pop_back();
      continue;
    }
    if (other && other->pending[request.is_small]) {
      auto is_before = [known](const Chunk& chunk) { return chunk.mark.number <= known; };
      if (Chunk* chunk =
              other->pending[request.is_small]->find(request, SizeClasses::Order::oldest, is_before)) {
        ++counts_.from_known_order;
        return hand_out(by, chunk, request);
      }
    }
    ++k;
  }
  // Those not looked at have their turn next time.
  if (looked_at == kKnownStreams && by.candidates.size() > kKnownStreams) {
    std::rotate(by.candidates.begin(), by.candidates.begin() + kKnownStreams, by.candidates.end());
  }
  return nullptr;
}

Chunk* Core::split(Chunk* chunk, uint64_t offset) {
  Chunk* rest = records_.make();
  rest->address = chunk->address + offset;
  rest->size = chunk->size - offset;
  chunk->size = offset;
  rest->block = chunk->block;
  rest->state = chunk->state;
  rest->has_free_pattern = chunk->has_free_pattern;
  rest->freed_at = chunk->freed_at;
  rest->previous = chunk;
  rest->next = chunk->next;
  (rest->next ? rest->next->previous : rest->block->last) = rest;
  chunk->next = rest;
  return rest;
}

Chunk* Core::hand_out(Stream& by, Chunk* chunk, const Request& request) {
  bool was_free = chunk->state == ChunkState::free;
  Stream* freed_by = nullptr;
  uint32_t frees = chunk->frees;
  if (was_free) {
    remove_free(chunk);
  } else {
    freed_by = streams_[static_cast<size_t>(chunk->mark.stream)].get();
    remove_pending(*freed_by, chunk);
    // The queue is left last: the parts that stay pending take the place of the whole.
  }
  auto keep = [&](Chunk* part) {
    if (was_free) {
      insert_free(part);
      return;
    }
    part->mark.number = chunk->mark.number;
    part->mark.stream = chunk->mark.stream;
    part->mark.chunk = part;
    // One of the frees is what is handed out now, the first remainder stands for the others.
    part->frees = std::max<uint32_t>(frees, 2) - 1;
    frees = 1;
    insert_before(*freed_by, &part->mark, &chunk->mark);
    insert_pending(*freed_by, part);
  };

  uint64_t start = reinterpret_cast<uint64_t>(chunk->address);
  uint64_t front = aligned_up(start, request.alignment) - start;
  if (front > 0) {
    // The record in the queue must be that of the part handed out, which is the second here.
    Chunk* part = split(chunk, front);
    std::swap(chunk->address, part->address);
    std::swap(chunk->size, part->size);
    // `part` is now the front: put it before `chunk`.
    Chunk* after = part->next;
    part->previous = chunk->previous;
    (part->previous ? part->previous->next : part->block->first) = part;
    part->next = chunk;
    chunk->previous = part;
    chunk->next = after;
    (after ? after->previous : chunk->block->last) = chunk;
    keep(part);
  }
  uint64_t rest = chunk->size - request.size;
  uint64_t least = chunk->size / kWorthSplitting;
  if (was_free) least = std::min(least, kAlwaysWorthSplitting);
  if (rest >= options_.granule_bytes && rest >= least) keep(split(chunk, request.size));

  if (was_free) {
    unpoison(chunk);
    if (writes_patterns_) {
      if (chunk->has_free_pattern && !has_pattern(chunk->address, chunk->size, kFreePattern)) ++late_writes_;
      std::memset(chunk->address, kFresh, request.requested);
      std::memset(chunk->address + request.requested, kRedZone, chunk->size - request.requested);
      chunk->has_red_zone = true;
    }
    chunk->has_free_pattern = false;
  } else {
    unlink(*freed_by, &chunk->mark);
  }
  chunk->state = ChunkState::used;
  chunk->frees = 0;
  chunk->requested = request.requested;
  if (was_free) poison_rest(chunk);
  chunk->mark.stream = by.id;
  if (reuse_check_) reuse_check_->handed_out(chunk->address, chunk->size, by.id);
  used_.insert(chunk);
  ++chunk->block->used_chunks;
  counts_.used_bytes += chunk->size;
  counts_.requested_bytes += chunk->requested;
  by.statistics.used_bytes += chunk->size;
  by.statistics.used_high_bytes = std::max(by.statistics.used_high_bytes, by.statistics.used_bytes);
  note_high_water();
  return chunk;
}

PoolError Core::deallocate(void* address, const StreamId* on) {
  if (on && caches_ && deallocate_cached(address, *on)) return PoolError::none;
  Guard guard(lock_);
  Chunk* chunk = find_used(address, guard);
  if (!chunk) return PoolError::unknown_address;
  Stream& owner = stream(chunk->mark.stream);
  if (on && *on != owner.id && options_.frees_on_owner_only) return PoolError::wrong_stream;
  begin_free(owner, chunk);
  if (!chunk->uses && (!on || *on == owner.id)) {
    free_on(owner, chunk, owner.is_immediate ? 0 : owner.timeline->position());
  } else {
    free_on_several(on ? stream(*on) : owner, chunk);
  }
  maintain();
  return PoolError::none;
}

void Core::begin_free(Stream& owner, Chunk* chunk) {
  used_.remove(chunk->address);
  --chunk->block->used_chunks;
  counts_.used_bytes -= chunk->size;
  counts_.requested_bytes -= chunk->requested;
  owner.statistics.used_bytes -= chunk->size;
  chunk->freed_at = ++frees_;
  if (chunk->has_red_zone) {
    chunk->has_red_zone = false;
    const uint64_t rest = chunk->size - chunk->requested;
    if (!has_pattern(chunk->address + chunk->requested, rest, kRedZone)) ++overruns_;
  }
  unpoison(chunk);
}

void Core::free_on(Stream& by, Chunk* chunk, uint64_t number) {
  if (reuse_check_) reuse_check_->freed(chunk->address, chunk->size, {{by.id, number}});
  free_alone(by, chunk, number);
}

void Core::free_alone(Stream& by, Chunk* chunk, uint64_t number) {
  if (by.is_immediate || number <= by.completed) {
    make_free(chunk);
    return;
  }
  chunk->state = ChunkState::pending;
  chunk->frees = 1;
  chunk->mark.number = number;
  chunk->mark.stream = by.id;
  chunk->mark.chunk = chunk;
  append(by, &chunk->mark);
  insert_pending(by, chunk);
  note_high_water();
  if (++by.unpublished >= kBatch && stream_count_ > 1) {
    by.unpublished = 0;
    by.timeline->publish(number);
  }
}

void Core::free_on_several(Stream& from, Chunk* chunk) {
  std::unique_ptr<Uses> uses = chunk->uses ? std::move(chunk->uses) : std::make_unique<Uses>();
  uses->streams.push_back(chunk->mark.stream);
  uses->streams.push_back(from.id);
  std::sort(uses->streams.begin(), uses->streams.end());
  uses->streams.erase(std::unique(uses->streams.begin(), uses->streams.end()), uses->streams.end());
  if (reuse_check_) {
    std::vector<ReuseCheck::Use> all;
    for (StreamId id : uses->streams) all.push_back({id, stream(id).timeline->position()});
    reuse_check_->freed(chunk->address, chunk->size, std::move(all));
  }
  // What the freeing stream is known to come after is covered by its own position.
  auto clock = order_.clock(from.id);
  for (StreamId id : uses->streams) {
    Stream& user = stream(id);
    if (user.is_immediate) continue;
    uint64_t number = user.timeline->position();
    size_t k = static_cast<size_t>(id);
    bool is_covered =
        &user != &from && !from.is_immediate && clock && k < clock->size() && (*clock)[k] >= number;
    if (number <= user.completed || is_covered) continue;
    Mark mark;
    mark.number = number;
    mark.chunk = chunk;
    mark.stream = id;
    uses->marks.push_back(mark);
  }
  if (uses->marks.size() <= 1) {
    if (uses->marks.empty())
      make_free(chunk);
    else
      free_alone(stream(uses->marks[0].stream), chunk, uses->marks[0].number);
    return;
  }
  uses->unfinished = static_cast<uint32_t>(uses->marks.size());
  for (Mark& mark : uses->marks) append(stream(mark.stream), &mark);
  chunk->state = ChunkState::joined;
  index_.touch(chunk);
  chunk->frees = 1;
  chunk->uses = std::move(uses);
  counts_.pending_bytes += chunk->size;
  ++counts_.pending_chunks;
  ++counts_.pending_frees;
  note_high_water();
}

PoolError Core::record_use(void* address, StreamId id) {
  Guard guard(lock_);
  Chunk* chunk = find_used(address, guard);
  if (!chunk) return PoolError::unknown_address;
  if (id == chunk->mark.stream) return PoolError::none;
  stream(id);
  if (!chunk->uses) chunk->uses = std::make_unique<Uses>();
  auto& streams = chunk->uses->streams;
  if (std::find(streams.begin(), streams.end(), id) == streams.end()) streams.push_back(id);
  return PoolError::none;
}

void Core::make_free(Chunk* chunk) {
  chunk->state = ChunkState::free;
  chunk->frees = 0;
  if (writes_patterns_) std::memset(chunk->address, kFreePattern, chunk->size);
  chunk->has_free_pattern = writes_patterns_;
  poison(chunk);
  if (chunk->next && chunk->next->state == ChunkState::free) {
    remove_free(chunk->next);
    merge_with_next(chunk);
  }
  if (chunk->previous && chunk->previous->state == ChunkState::free) {
    remove_free(chunk->previous);
    chunk = merge_with_next(chunk->previous);
  }
  insert_free(chunk);
}

Chunk* Core::merge_with_next(Chunk* chunk) {
  Chunk* next = chunk->next;
  chunk->size += next->size;
  chunk->next = next->next;
  (chunk->next ? chunk->next->previous : chunk->block->last) = chunk;
  chunk->has_free_pattern = chunk->has_free_pattern && next->has_free_pattern;
  records_.drop(next);
  return chunk;
}

// The one before becomes part of the chunk.
void Core::merge_with_previous(Chunk* chunk) {
  Chunk* previous = chunk->previous;
  chunk->address = previous->address;
  chunk->size += previous->size;
  chunk->previous = previous->previous;
  (chunk->previous ? chunk->previous->next : chunk->block->first) = chunk;
  records_.drop(previous);
}

// ---- lists and what is counted with them

void Core::insert_free(Chunk* chunk) {
  free_[chunk->block->is_small].insert_newest(chunk);
  index_.touch(chunk);
  ++counts_.cached_chunks;
  if (chunk->previous || chunk->next) return;
  Block* block = chunk->block;
  block->free_previous = nullptr;
  block->free_next = free_blocks_;
  if (free_blocks_) free_blocks_->free_previous = block;
  free_blocks_ = block;
  counts_.releasable_bytes += block->size;
  ++counts_.releasable_blocks;
}

void Core::remove_free(Chunk* chunk) {
  free_[chunk->block->is_small].remove(chunk);
  index_.touch(chunk);
  --counts_.cached_chunks;
  if (chunk->previous || chunk->next) return;
  Block* block = chunk->block;
  (block->free_previous ? block->free_previous->free_next : free_blocks_) = block->free_next;
  if (block->free_next) block->free_next->free_previous = block->free_previous;
  counts_.releasable_bytes -= block->size;
  --counts_.releasable_blocks;
}

void Core::insert_pending(Stream& by, Chunk* chunk) {
  auto& classes = by.pending[chunk->block->is_small];
  if (!classes) classes = std::make_unique<SizeClasses>();
  classes->insert_newest(chunk);
  index_.touch(chunk);
  counts_.pending_bytes += chunk->size;
  ++counts_.pending_chunks;
  counts_.pending_frees += chunk->frees;
  by.statistics.pending_bytes += chunk->size;
  by.statistics.pending_high_bytes = std::max(by.statistics.pending_high_bytes, by.statistics.pending_bytes);
  ++by.statistics.pending_chunks;
}

void Core::remove_pending(Stream& by, Chunk* chunk) {
  by.pending[chunk->block->is_small]->remove(chunk);
  index_.touch(chunk);
  counts_.pending_bytes -= chunk->size;
  --counts_.pending_chunks;
  counts_.pending_frees -= chunk->frees;
  by.statistics.pending_bytes -= chunk->size;
  --by.statistics.pending_chunks;
}

void Core::append(Stream& by, Mark* mark) {
  mark->older = by.newest;
  mark->newer = nullptr;
  (by.newest ? by.newest->newer : by.oldest) = mark;
  by.newest = mark;
}

void Core::insert_before(Stream& by, Mark* mark, Mark* newer) {
  mark->newer = newer;
  mark->older = newer->older;
  (newer->older ? newer->older->newer : by.oldest) = mark;
  newer->older = mark;
}

void Core::unlink(Stream& by, Mark* mark) {
  (mark->older ? mark->older->newer : by.oldest) = mark->newer;
  (mark->newer ? mark->newer->older : by.newest) = mark->older;
  mark->older = mark->newer = nullptr;
}

void Core::note_high_water() {
  counts_.used_high_bytes = std::max(counts_.used_high_bytes, counts_.used_bytes);
  counts_.requested_high_bytes = std::max(counts_.requested_high_bytes, counts_.requested_bytes);
  counts_.pending_high_bytes = std::max(counts_.pending_high_bytes, counts_.pending_bytes);
  recent_peak_bytes_ = std::max(recent_peak_bytes_, counts_.used_bytes + counts_.pending_bytes);
}

}  // namespace palatine::pool
