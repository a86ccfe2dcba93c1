// The pool's inside: chunks in their states, the streams' queues of frees, the ways to memory.
//
// The calls of `Pool` map one to one; see palatine/pool.h for what they promise. Functions below `private`
// are called with `lock_` held.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/pool/address_table.h"
#include "runtime/pool/chunk.h"
#include "runtime/pool/fit_index.h"
#include "runtime/pool/include/palatine/pool.h"
#include "runtime/pool/lock.h"
#include "runtime/pool/reuse_check.h"
#include "runtime/pool/size_classes.h"
#include "runtime/pool/stream_cache.h"

namespace palatine::pool {

// A stream as one pool sees it.
struct Stream {
  StreamId id{};
  Timeline* timeline = nullptr;
  bool is_immediate = false;
  // All work up to this number is known to be over.
  uint64_t completed = 0;
  // Its pending chunks by size, in large and in small blocks; made with the first.
  std::array<std::unique_ptr<SizeClasses>, 2> pending;
  // Its frees in order; joined chunks have a mark in the queue of each of their streams.
  Mark* oldest = nullptr;
  Mark* newest = nullptr;
  // Frees up to this count have been merged with their neighbours, where these were pending on the same
  // stream.
  uint64_t consolidated_at = 0;
  // Frees since the timeline was last asked to make a number visible.
  uint32_t unpublished = 0;
  // What the order knows, and the version of that knowledge; the streams that may have frees it covers.
  const std::atomic<uint64_t>* version = nullptr;
  uint64_t known_version = 0;
  std::shared_ptr<const std::vector<uint64_t>> clock;
  std::vector<uint32_t> candidates;
  StreamStatistics statistics;
  // The newest block that can grow where it lies, of those that only this stream has (`keeps_streams_apart`).
  Block* growing = nullptr;
};

class Core {
 public:
  Core(MemorySource& source, StreamOrder& order, const PoolOptions& options);
  ~Core();

  void* allocate(StreamId stream, uint64_t bytes, uint64_t alignment, MemoryShortage* shortage);
  PoolError deallocate(void* address, const StreamId* stream);
  PoolError record_use(void* address, StreamId stream);
  void poll();
  void synchronized(StreamId stream);
  uint64_t trim(uint64_t reserved_bytes);
  uint64_t surrender();
  void coalesce(uint64_t reserved_bytes);
  void on_shortage(std::function<bool(const MemoryShortage&)> callback);
  Pool::Location find(const void* address) const;
  PoolStatistics statistics() const;
  StreamStatistics statistics(StreamId stream) const;
  void reset_high_water();
  uint64_t largest_free_bytes() const;
  std::string check() const;

 private:
  using Guard = std::unique_lock<Lock>;

  // ---- core.cpp
  Stream& stream(StreamId id) {
    size_t k = static_cast<size_t>(id);
    if (k < streams_.size() && streams_[k]) return *streams_[k];
    return make_stream(id);
  }
  Stream& make_stream(StreamId id);
  Chunk* take(Stream& stream, const Request& request);
  Chunk* take_own(Stream& stream, const Request& request);
  Chunk* take_known(Stream& stream, const Request& request);
  Chunk* hand_out(Stream& stream, Chunk* chunk, const Request& request);
  // Cuts `chunk`, which is free or pending and in no list of classes, and returns the part from `offset` on.
  Chunk* split(Chunk* chunk, uint64_t offset);
  void free_on(Stream& stream, Chunk* chunk, uint64_t number);
  void free_alone(Stream& stream, Chunk* chunk, uint64_t number);
  void free_on_several(Stream& from, Chunk* chunk);
  // `chunk` is in no list.
  void make_free(Chunk* chunk);

  // The bookkeeping of all ways to free: `chunk` is not used any more.
  void begin_free(Stream& owner, Chunk* chunk);

  // ---- stream_caches.cpp: called without `lock_` where not said otherwise
  StreamCache* cache_of(StreamId stream) const;
  // With `lock_`.
  void make_cache(StreamId stream);
  void* allocate_cached(StreamId stream, const Request& request);
  bool deallocate_cached(void* address, StreamId stream);
  void keep_in_cache(StreamCache& cache, Chunk* chunk);
  void take_in(StreamCache& cache);
  void leave_cache(StreamCache& cache, Chunk* chunk);
  bool withdraw_from_cache(const void* address, StreamId stream);
  Chunk* find_used(const void* address, Guard& guard);
  void empty_caches();
  void empty_caches(Guard& guard);
  static void add_caches(const std::vector<StreamCache*>& caches, PoolStatistics& result);
  // All caches' locks, then `lock_`: for counts of one moment.
  struct Everything;

  // ---- reclaim.cpp
  void maintain();
  // Asks how far the stream has come, and sees to it that `number` will be known one day.
  void query(Stream& stream, uint64_t number);
  // Makes up to `count` finished frees free.
  void drain(Stream& stream, uint64_t count);
  void drain_everything();
  void settle(Mark* mark);
  void consolidate(Stream& stream);
  Chunk* find_with_free_neighbours(Stream& stream, const Request& request, uint64_t freed_after);
  Chunk* take_fitting(Stream& stream, const Request& request);
  void lend_neighbours(Stream& stream, Chunk* chunk);
  // With `is_thorough` nothing that would do is missed.
  Chunk* take_with_wait(Stream& stream, const Request& request, bool is_thorough);
  Chunk* take_slowly(Stream& stream, const Request& request, Guard& guard);
  Chunk* take_what_there_is(Stream& stream, const Request& request);
  bool wait_for_oldest(Guard& guard);
  MemoryShortage shortage(const Request& request, uint64_t asked) const;

  // ---- blocks.cpp
  Chunk* grow(Stream& stream, const Request& request);
  Chunk* grow_apart(Stream& stream, const Request& request);
  Chunk* grow_shared(Stream& stream, const Request& request, uint64_t want);
  Block* make_block(uint64_t want, uint64_t needed, uint64_t alignment, bool is_small);
  Block* add_block(void* address, uint64_t size, uint64_t alignment, bool is_small);
  Chunk* grow_later(Stream& stream, const Request& request, Guard& guard);
  void drop_block(Block* block);
  void forget_block(Block* block);
  bool find_pending_work(const Block* block, std::vector<PendingWork>& work);
  void forget_pending(Block* block);
  // Lets the lock go and the source do what waits for that.
  void settle_source(Guard& guard);
  uint64_t release(uint64_t reserved_bytes);
  void release_what_is_not_kept();
  void poison(const Chunk* chunk);
  // Poisons what the chunk has beyond what was asked for.
  void poison_rest(const Chunk* chunk);
  void unpoison(const Chunk* chunk);

  // ---- extension.cpp
  Block* make_extensible_block(uint64_t want, uint64_t needed, uint64_t alignment, uint64_t room);
  Chunk* grow_in_place(Stream& stream, Block* block, const Request& request, uint64_t want);
  Chunk* grow_own_block(Stream& stream, const Request& request);
  bool extend(Block* block, uint64_t want, uint64_t needed);
  uint64_t cut_free_end(Block* block, uint64_t reserved_bytes);

  // ---- lists
  void insert_free(Chunk* chunk);
  void remove_free(Chunk* chunk);
  void insert_pending(Stream& stream, Chunk* chunk);
  void remove_pending(Stream& stream, Chunk* chunk);
  static void append(Stream& stream, Mark* mark);
  static void insert_before(Stream& stream, Mark* mark, Mark* newer);
  static void unlink(Stream& stream, Mark* mark);
  Chunk* merge_with_next(Chunk* chunk);
  void merge_with_previous(Chunk* chunk);
  void note_high_water();

  MemorySource& source_;
  StreamOrder& order_;
  const PoolOptions options_;
  const bool writes_patterns_;

  // By the number of the stream; null without caches. Streams with larger numbers have none. Entries are set
  // once, with `lock_`, and read without.
  static constexpr size_t kMostCaches = 1024;
  std::unique_ptr<std::array<std::atomic<StreamCache*>, kMostCaches>> caches_;

  // Guards everything below. Timelines' and the order's locks may be taken while it is held, and the source
  // is called.
  mutable Lock lock_;
  std::vector<std::unique_ptr<Stream>> streams_;
  std::vector<std::unique_ptr<StreamCache>> all_caches_;
  uint32_t stream_count_ = 0;
  AddressTable used_;
  // In large and in small blocks.
  std::array<SizeClasses, 2> free_;
  ChunkRecords records_;
  Block* blocks_ = nullptr;
  Block* free_blocks_ = nullptr;
  // Those that can grow where they lie: few, as each has many addresses.
  std::vector<Block*> extensible_;
  // Of all chunks; questions change it.
  mutable FitIndex index_{blocks_};
  // The newest block that can grow where it lies.
  Block* growing_ = nullptr;
  // For `keeps_streams_apart`.
  uint64_t largest_request_ = 0;
  // Blocks have been given back since the source was last called without the lock.
  bool must_settle_ = false;
  // The peak of used and pending bytes, falling; for `keeps_recent_peak`.
  uint64_t recent_peak_bytes_ = 0;
  uint64_t frees_ = 0;
  uint32_t calls_ = 0;
  uint32_t next_polled_ = 0;
  // Chunks looked at apart from those that the size classes and the index count.
  uint64_t visited_ = 0;
  // With `checks_reuse`.
  std::unique_ptr<ReuseCheck> reuse_check_;
  uint64_t late_writes_ = 0;
  uint64_t overruns_ = 0;
  std::function<bool(const MemoryShortage&)> callback_;
  // `cached_bytes`, `padding_bytes` and `pending_finished_bytes` are computed when read.
  PoolStatistics counts_;
};

}  // namespace palatine::pool
