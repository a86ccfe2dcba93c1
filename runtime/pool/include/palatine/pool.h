// A stream-aware memory pool: memory that one stream has freed is reused by the same stream at once, and by
// others only when it is proven that the work that used it is over or comes before theirs.
//
// Every byte that the pool holds is *free* (anybody's), *used* (handed out) or *pending* (freed, but work
// queued before the free may still touch it). docs/memory.md draws the transitions and states the proofs.
//
// Every operation takes constant time, and a logarithm of the number of chunks when memory is short, counted
// over all operations, apart from what it does for the first time with memory from the source and from
// waiting where the policy allows it; nothing ever walks over the pending chunks to find one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "stream_order.h"

namespace palatine {

// Work that was queued on a stream: up to this number.
struct PendingWork {
  Timeline* timeline = nullptr;
  uint64_t number = 0;
};

// Where a pool gets its blocks from. Called with the pool's lock held unless said otherwise, so never back
// into the same pool.
class MemorySource {
 public:
  virtual ~MemorySource() = default;
  // At least `size_bytes` aligned to `alignment`; null when there is no more.
  virtual void* allocate(uint64_t size_bytes, uint64_t alignment) = 0;
  virtual void free(void* address, uint64_t size_bytes, uint64_t alignment) = 0;

  // The next three are for memory that others take from too, and that promises bytes before they are free.

  // As `free`, for a block that must not be used again before all of `work` is over. False: the source cannot
  // wait, and nothing has happened.
  virtual bool free_after(void* address, uint64_t size_bytes, uint64_t alignment,
                          const std::vector<PendingWork>& work) {
    (void)address;
    (void)size_bytes;
    (void)alignment;
    (void)work;
    return false;
  }
  // Called without the lock when nothing else has helped: memory that others are giving back. May block; null
  // when no more is coming.
  virtual void* allocate_later(uint64_t size_bytes, uint64_t alignment) {
    (void)size_bytes;
    (void)alignment;
    return nullptr;
  }
  // Called without the lock soon after blocks were freed: for what must not be done under it.
  virtual void settle() {}

  // The next four are for sources that can put memory behind a block, where it lies.

  // What the sizes of such blocks are multiples of, a power of two; 0: there are none.
  virtual uint64_t extension_bytes() const { return 0; }
  // As `allocate`, with addresses behind the block for up to `range_bytes` in all, which is set to what it
  // has. Freed with `free` and the size that it has then.
  virtual void* allocate_extensible(uint64_t size_bytes, uint64_t alignment, uint64_t& range_bytes) {
    (void)size_bytes;
    (void)alignment;
    (void)range_bytes;
    return nullptr;
  }
  // Makes such a block larger; within its range. False when there is no more, and nothing has changed.
  virtual bool extend(void* address, uint64_t size_bytes, uint64_t more_bytes) {
    (void)address;
    (void)size_bytes;
    (void)more_bytes;
    return false;
  }
  // Takes back what was added last, the whole of it, if at least `keep_bytes` are left then; what is left.
  virtual uint64_t shrink(void* address, uint64_t size_bytes, uint64_t keep_bytes) {
    (void)address;
    (void)keep_bytes;
    return size_bytes;
  }

  // Why the last allocation was refused, for messages; empty when there is nothing to say.
  virtual std::string refusal() const { return {}; }

  // True when the host may read and write the memory at any time: only then are the debugging patterns
  // written.
  virtual bool is_host_accessible() const { return false; }
};

// Memory of the C++ heap.
MemorySource& heap_source();
// The host's memory in blocks that grow where they lie, page by page, in addresses that are set aside; so
// large requests find room that blocks of the heap leave unused between them. Of blocks that are given back
// up to 1 MiB each stays for the next ones, of the last 32. What no range has addresses for comes from the
// heap.
MemorySource& growing_heap_source();

// When may the pool make one stream wait for another on the device, to take memory that is still in use?
enum class StreamWaits : uint8_t {
  never,
  // Rather than fail, or trim, or block the calling thread.
  under_pressure,
  // Rather than take new memory from the source.
  always,
};

enum class FreshMemory : uint8_t {
  untouched,
  // Handed out memory is filled with 0xCD and free memory with 0xDD, where the host can and no work may race.
  // Free memory that has lost the pattern was written after the work that used it was over: `check` reports
  // it. What lies behind the end of an allocation (`red_zone_bytes`, and what rounding adds) is filled with
  // 0xBD when the memory was free before; a free that finds it changed is a write behind the end, which
  // `check` reports too.
  patterns,
};

struct PoolOptions {
  uint64_t first_block_bytes = 1 << 20;
  // Later blocks: this size or an eighth of what is reserved, whichever is larger, up to the cap; halved when
  // the source has no more.
  uint64_t next_block_bytes = 1 << 20;
  uint64_t max_block_bytes = 1 << 30;
  // Where the source can put memory behind a block, blocks are given addresses for so much, and the last one
  // grows until they are full, so that a large request needs no block of its own. 0: blocks stay as they are.
  uint64_t range_bytes = uint64_t{64} << 30;
  // The most that is taken from the source.
  uint64_t limit_bytes = ~uint64_t{0};
  // Sizes are rounded up to a multiple, addresses are multiples. A power of two, at least 16.
  uint64_t granule_bytes = 16;
  // What is free beyond so many reserved bytes goes back to the source when the program waits
  // (`synchronized`, `poll`), whole blocks at a time. The default keeps everything until it is asked for.
  uint64_t keep_bytes = ~uint64_t{0};
  // What is free beyond the recent peak of used and pending bytes goes back then too; the peak counts an
  // eighth less with every such call.
  bool keeps_recent_peak = false;
  // Requests up to this size are kept in blocks of their own, so that small lasting objects do not hold on to
  // large blocks. 0: one kind of block.
  uint64_t small_bytes = 0;
  // Requests up to this size that need no special alignment go through a cache of their stream, with a lock
  // of its own: threads with streams of their own do not disturb each other. A cache keeps up to 16 frees of
  // each size, which count as pending; they become everybody's before the pool grows and whenever it looks at
  // all its memory. With caches, the high-water marks count what they hold as used. 0: no caches.
  uint64_t stream_cache_bytes = 0;
  StreamWaits stream_waits = StreamWaits::never;
  // Streams keep to memory of their own, taken as it is needed and used again as tightly as can be, and take
  // that of others only where the order allows it and their own does not do: for work of which nothing is
  // ever over, where what one stream has got does not come back to the others.
  bool keeps_streams_apart = false;
  // Whether a call may block until pending memory is over when there is no other memory left.
  bool may_wait = true;
  // Addresses depend only on the order of calls and waits, not on when devices finish: what has finished is
  // noticed only where the program waits for it (`synchronized`) and when memory is short.
  bool is_deterministic = false;
  // Freeing on another stream than the one that allocated is refused.
  bool frees_on_owner_only = false;
  FreshMemory fresh_memory = FreshMemory::untouched;
  // Bytes behind each allocation that nobody may write; they count as padding. Without caches then.
  uint64_t red_zone_bytes = 0;
  // Each time that memory is handed out again, what proves that nobody uses it any more is tested against all
  // waits of the program and against the devices, apart from what the pool knows: `check` reports memory that
  // was handed out too early, by a mistake of the pool or because `synchronized` was called without having
  // waited. Each free is made visible to its device, and waits are kept for ever: for debugging.
  bool checks_reuse = false;
};

struct PoolStatistics {
  // used + pending + cached == reserved, always.
  uint64_t reserved_bytes = 0;
  uint64_t used_bytes = 0;
  uint64_t pending_bytes = 0;
  uint64_t cached_bytes = 0;
  // The part of `pending_bytes` that the last query of its stream has seen finished; the next calls make it
  // free.
  uint64_t pending_finished_bytes = 0;
  // What callers asked for, and what rounding and unsplit remainders add to it: requested + padding == used.
  uint64_t requested_bytes = 0;
  uint64_t padding_bytes = 0;
  // Blocks that are free as a whole, and their number.
  uint64_t releasable_bytes = 0;
  uint64_t releasable_blocks = 0;
  uint64_t blocks = 0;
  uint64_t used_chunks = 0;
  uint64_t pending_chunks = 0;
  uint64_t cached_chunks = 0;
  // Frees whose memory is pending; adjacent ones may share a chunk.
  uint64_t pending_frees = 0;
  // Highest values since the pool was made or since `reset_high_water`.
  uint64_t reserved_high_bytes = 0;
  uint64_t used_high_bytes = 0;
  uint64_t pending_high_bytes = 0;
  uint64_t requested_high_bytes = 0;
  // How often each way of getting memory was taken.
  uint64_t from_own_pending = 0;
  uint64_t from_free = 0;
  uint64_t from_known_order = 0;
  uint64_t from_stream_wait = 0;
  // A new block, or more memory behind the last one.
  uint64_t from_source = 0;
  uint64_t from_extension = 0;
  // Questions to timelines, and calls that blocked.
  uint64_t queries = 0;
  uint64_t host_waits = 0;
  // How many chunks were looked at in order to find memory, all calls together.
  uint64_t visited_chunks = 0;
  // Uses of memory before it was handed out again that were tested (`checks_reuse`).
  uint64_t checked_reuses = 0;
};

struct StreamStatistics {
  uint64_t used_bytes = 0;
  uint64_t pending_bytes = 0;
  uint64_t pending_chunks = 0;
  // Highest values since the stream was first used or since `reset_high_water`.
  uint64_t used_high_bytes = 0;
  uint64_t pending_high_bytes = 0;
};

// Why an allocation failed.
struct MemoryShortage {
  uint64_t asked_bytes = 0;
  uint64_t alignment = 0;
  uint64_t free_bytes = 0;
  uint64_t largest_free_bytes = 0;
  uint64_t pending_bytes = 0;
  uint64_t used_bytes = 0;
  uint64_t reserved_bytes = 0;
  uint64_t limit_bytes = 0;
  // False: the source refused a block although the limit allows it.
  bool is_limit_reached = false;
  // Why it did (`MemorySource::refusal`).
  std::string source_says;

  std::string text() const;
};

class out_of_memory : public std::bad_alloc {
 public:
  explicit out_of_memory(const MemoryShortage& shortage) : shortage_(shortage), text_(shortage.text()) {}
  const char* what() const noexcept override { return text_.c_str(); }
  const MemoryShortage& shortage() const { return shortage_; }

 private:
  MemoryShortage shortage_;
  std::string text_;
};

// What a call did not accept. Nothing has changed then, and the call may be made again rightly.
enum class PoolError : uint8_t {
  none,
  // The address is not that of a used chunk: never allocated here, or already freed.
  unknown_address,
  // `frees_on_owner_only`, and another stream.
  wrong_stream,
};

const char* text_of(PoolError error);

namespace pool {
class Captures;
class CaptureSet;
class Core;
}  // namespace pool

// Thread safe: every call may be made by any thread at any time, for any stream. One lock (and one for each
// stream's cache), held for well
// under a microsecond except while the source is called; never held while waiting for a stream, while the
// source waits, or while the callback of `on_shortage` runs. Using memory of one address from several threads
// is the program's business, as with any allocator.
class Pool {
 public:
  // `source` and the timelines of `order` must outlive the pool.
  Pool(MemorySource& source, StreamOrder& order, const PoolOptions& options = {});
  // Waits for pending memory and returns everything to the source, what is still used too.
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Memory for work that is queued on `stream` from now on; never null. `alignment` is a power of two. A size
  // of 0 gives a distinct address. Throws `out_of_memory` after all of this has not helped: finished frees,
  // waits on the device (by policy), trimming, waiting for pending frees, the callback.
  void* allocate(StreamId stream, uint64_t size_bytes, uint64_t alignment = 16);
  // Null instead of an exception.
  void* try_allocate(StreamId stream, uint64_t size_bytes, uint64_t alignment = 16,
                     MemoryShortage* shortage = nullptr);

  // Gives memory back. The work that uses it has been queued, on the stream that allocated it, on those named
  // by `record_use`, and on `stream`.
  [[nodiscard]] PoolError deallocate(void* address, StreamId stream);
  // On the stream that allocated it.
  [[nodiscard]] PoolError deallocate(void* address);

  // `stream` uses the memory too: freeing it waits for what is queued there at that time.
  [[nodiscard]] PoolError record_use(void* address, StreamId stream);

  // Finished frees become free, all of them; asks each stream with pending memory once.
  void poll();
  // The program has waited until all work queued on `stream` was over: its frees become free. The only way,
  // next to a shortage, in which a deterministic pool notices.
  void synchronized(StreamId stream);
  // Returns free blocks to the source, then what is free at the end of blocks that have grown, until no more
  // than `reserved_bytes` are held. Returns what was given back.
  uint64_t trim(uint64_t reserved_bytes = 0);
  // Gives every block back that no used memory is in: those with pending memory, too, when the source can
  // wait for it (`MemorySource::free_after`). Never blocks. Returns what was given back.
  uint64_t surrender();
  // Makes finished frees free, returns free blocks, and, when the pool then holds less than `reserved_bytes`,
  // takes one block for the difference: the cure for many small blocks.
  void coalesce(uint64_t reserved_bytes);
  // Called, without the lock, when nothing else has helped; returns true when it has freed something.
  void on_shortage(std::function<bool(const MemoryShortage&)> callback);

  // Where an address is. `size_bytes` is 0 for `none`.
  enum class State : uint8_t { none, used, pending };
  struct Location {
    State state = State::none;
    StreamId stream{};
    uint64_t size_bytes = 0;
    uint64_t requested_bytes = 0;
  };
  // Of used memory the address that was given out; of pending memory any.
  Location find(const void* address) const;

  // Both in constant time, but for the part of the pending memory that was seen to be finished and is not
  // free yet.
  PoolStatistics statistics() const;
  StreamStatistics statistics(StreamId stream) const;
  void reset_high_water();
  uint64_t largest_free_bytes() const;

  // Verifies every structure against every other; takes time. Empty when all is well, else what is wrong.
  std::string check() const;

 private:
  friend class PoolCapture;
  std::shared_ptr<pool::CaptureSet> begin_capture(const std::vector<StreamId>& streams);
  pool::Captures& captures() { return *captures_; }

  MemorySource& source_;
  const PoolOptions options_;
  std::unique_ptr<pool::Core> core_;
  std::unique_ptr<pool::Captures> captures_;
};

}  // namespace palatine
