#include "runtime/realm/block_pool.h"

#include <cstdlib>
#include <mutex>

#include "runtime/realm/fatal.h"
#include "runtime/realm/sanitizers.h"

namespace palatine::realm {

namespace {

constexpr size_t kGranuleBytes = 32;
constexpr size_t kClassCount = 32;  // up to 1 KiB
constexpr size_t kSlabBytes = 64 << 10;
constexpr int kBatchBlocks = 64;

struct Free {
  Free* next;
  // In the first block of a shared batch: the next batch.
  Free* next_batch;
};

struct List {
  Free* head = nullptr;
  int count = 0;
};

// The batches that all threads share, by size class. `mutex` guards `batches`; nothing else is locked under
// it.
struct Shared {
  std::mutex mutex;
  Free* batches[kClassCount] = {};
};

// Never destroyed: threads that end late still give their blocks back.
Shared& shared() {
  static Shared* instance = new Shared;
  return *instance;
}

// A thread keeps up to two batches: one to allocate from, one full one in reserve. Without a constructor and
// a destructor, so that using it costs no check whether it exists: `BlocksGoBack` gives what is left back.
struct Cache {
  List active[kClassCount];
  List reserve[kClassCount];

  static void give(size_t k, List& list) {
    if (!list.head) return;
    Shared& all = shared();
    std::lock_guard lock(all.mutex);
    list.head->next_batch = all.batches[k];
    all.batches[k] = list.head;
    list = List();
  }

  void give_all() {
    for (size_t k = 0; k < kClassCount; ++k) {
      give(k, active[k]);
      give(k, reserve[k]);
    }
  }

  void refill(size_t k);
};

constinit thread_local Cache cache = {};

struct BlocksGoBack {
  ~BlocksGoBack() { cache.give_all(); }
  void need() {}
};
thread_local BlocksGoBack blocks_go_back;

void Cache::refill(size_t k) {
  blocks_go_back.need();
  List& list = active[k];
  if (reserve[k].head) {
    list = reserve[k];
    reserve[k] = List();
    return;
  }
  Shared& all = shared();
  {
    std::lock_guard lock(all.mutex);
    if (Free* batch = all.batches[k]) {
      all.batches[k] = batch->next_batch;
      list.head = batch;
      // A batch from a thread that ended may be short; the count only decides when to give blocks away.
      list.count = kBatchBlocks;
      return;
    }
  }
  size_t size = (k + 1) * kGranuleBytes;
  char* slab = static_cast<char*>(aligned_alloc(64, kSlabBytes));
  if (!slab) fatal_error("out of memory for the runtime's own data");
  for (size_t offset = 0; offset + size <= kSlabBytes; offset += size) {
    Free* block = reinterpret_cast<Free*>(slab + offset);
    block->next = list.head;
    list.head = block;
    ++list.count;
  }
}

}  // namespace

#if defined(PALATINE_ASAN) || defined(PALATINE_TSAN)
constexpr bool kUseMalloc = true;
#else
constexpr bool kUseMalloc = false;
#endif

void* allocate_block(size_t size_bytes) {
  size_t k = (size_bytes - 1) / kGranuleBytes;
  if (kUseMalloc || k >= kClassCount) {
    void* block = malloc(size_bytes);
    if (!block) fatal_error("out of memory for the runtime's own data (asked for %zu bytes)", size_bytes);
    return block;
  }
  List& list = cache.active[k];
  if (!list.head) cache.refill(k);
  Free* block = list.head;
  list.head = block->next;
  --list.count;
  return block;
}

void free_block(void* block, size_t size_bytes) {
  size_t k = (size_bytes - 1) / kGranuleBytes;
  if (kUseMalloc || k >= kClassCount) {
    free(block);
    return;
  }
  List& list = cache.active[k];
  if (!list.head) blocks_go_back.need();
  if (list.count >= kBatchBlocks) {
    Cache::give(k, cache.reserve[k]);
    cache.reserve[k] = list;
    list = List();
  }
  Free* freed = static_cast<Free*>(block);
  freed->next = list.head;
  list.head = freed;
  ++list.count;
}

}  // namespace palatine::realm
