// Caches of streams: what they hold is the stream's own at once and everybody's when it is needed.
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "contract/pool/manual_streams.h"
#include "runtime/pool/stream_cache.h"

namespace palatine::test {
namespace {

PoolOptions cached(uint64_t limit = ~uint64_t{0}) {
  PoolOptions options;
  options.stream_cache_bytes = 1024;
  options.first_block_bytes = options.next_block_bytes = 64 << 10;
  options.limit_bytes = limit;
  return options;
}

TEST(PoolCache, GivesTheLastFreeBack) {
  Streams s(2, cached());
  // What the pool grows for does not come through the cache.
  s.allocate(0, 100);
  void* a = s.allocate(0, 100);
  s.allocate(0, 100);
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  EXPECT_EQ(s.allocate(0, 110), a);
  EXPECT_NE(s.allocate(1, 100), a);
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolCache, CountsWhatItHoldsAsPending) {
  Streams s(2, cached());
  // The pool grows for the first, which does not come through the cache.
  EXPECT_EQ(s.use_and_free(0, s.allocate(0, 2000)), PoolError::none);
  s[0].finish_all();
  s.pool->poll();
  s.pool->reset_high_water();
  void* a = s.allocate(0, 100);
  PoolStatistics now = s.pool->statistics();
  EXPECT_EQ(now.used_bytes, 112u);
  EXPECT_EQ(now.used_chunks, 1u);
  EXPECT_EQ(now.requested_bytes, 100u);
  EXPECT_EQ(now.padding_bytes, 12u);
  EXPECT_EQ(s.pool->statistics(s.ids[0]).used_bytes, 112u);
  uint64_t fetched = now.pending_bytes;
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  now = s.pool->statistics();
  EXPECT_EQ(now.used_bytes, 0u);
  EXPECT_EQ(now.used_chunks, 0u);
  EXPECT_EQ(now.requested_bytes, 0u);
  EXPECT_EQ(now.pending_bytes, fetched + 112);
  EXPECT_EQ(now.used_bytes + now.pending_bytes + now.cached_bytes, now.reserved_bytes);
  EXPECT_EQ(s.pool->statistics(s.ids[0]).pending_bytes, now.pending_bytes);
  EXPECT_EQ(s.pool->find(a).state, Pool::State::pending);
  s[0].finish_all();
  s.pool->poll();
  EXPECT_EQ(s.pool->statistics().pending_bytes, 0u);
  s.pool->trim();
  EXPECT_EQ(s.pool->statistics().reserved_bytes, 0u);
}

TEST(PoolCache, MistakesAreSeen) {
  for (bool on_owner_only : {false, true}) {
    PoolOptions options = cached();
    options.frees_on_owner_only = on_owner_only;
    Streams s(2, options);
    s.allocate(0, 2000);
    void* a = s.allocate(0, 100);
    EXPECT_EQ(s.pool->deallocate(static_cast<char*>(a) + 16, s.ids[0]), PoolError::unknown_address);
    if (on_owner_only) EXPECT_EQ(s.pool->deallocate(a, s.ids[1]), PoolError::wrong_stream);
    EXPECT_EQ(s.pool->find(a).requested_bytes, 100u);
    EXPECT_EQ(s.pool->deallocate(a, s.ids[0]), PoolError::none);
    EXPECT_EQ(s.pool->deallocate(a, s.ids[0]), PoolError::unknown_address);
    EXPECT_EQ(s.pool->deallocate(a), PoolError::unknown_address);
    EXPECT_EQ(s.pool->record_use(a, s.ids[1]), PoolError::unknown_address);
    EXPECT_EQ(s.pool->deallocate(nullptr, s.ids[0]), PoolError::unknown_address);
    EXPECT_EQ(s.pool->check(), "");
  }
}

TEST(PoolCache, OtherStreamsUsesAreKnown) {
  Streams s(2, cached());
  s.allocate(0, 2000);
  void* a = s.allocate(0, 100);
  EXPECT_EQ(s.pool->record_use(a, s.ids[1]), PoolError::none);
  s[0].queue();
  s[1].queue();
  EXPECT_EQ(s.pool->deallocate(a, s.ids[0]), PoolError::none);
  EXPECT_EQ(s.pool->check(), "");
  std::set<void*> others;
  for (int k = 0; k < 64; ++k) others.insert(s.allocate(0, 100));
  EXPECT_EQ(others.count(a), 0u);
  // Freed on another stream.
  void* b = *others.begin();
  EXPECT_EQ(s.use_and_free(1, b), PoolError::none);
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolCache, IsEmptiedBeforeThePoolGrows) {
  Streams s(2, cached());
  std::vector<void*> all;
  while (s.pool->statistics().blocks < 2) all.push_back(s.allocate(0, 1000));
  all.pop_back();
  for (void* a : all) EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  s[0].finish_all();
  uint64_t reserved = s.pool->statistics().reserved_bytes;
  // All that the first has freed, what its cache holds too.
  for (size_t k = 0; k + 1 < all.size(); ++k) s.allocate(1, 1000);
  EXPECT_EQ(s.pool->statistics().reserved_bytes, reserved);
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolCache, IsEmptiedBeforeACallFails) {
  Streams s(2, cached(64 << 10));
  std::vector<void*> all;
  while (void* a = s.pool->try_allocate(s.ids[0], 1024)) all.push_back(a);
  EXPECT_EQ(all.size(), 64u);
  for (void* a : all) EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  EXPECT_EQ(s.allocate(1, 64 << 10), all[0]);
}

TEST(PoolCache, SizesThatAreNotSplitStayUsable) {
  PoolOptions options = cached();
  options.stream_cache_bytes = 4096;
  Streams s(1, options);
  // Chunks a little larger than what is asked for next.
  std::vector<void*> all;
  for (int k = 0; k < 20; ++k) all.push_back(s.allocate(0, 4096));
  for (void* a : all) EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  for (int k = 0; k < 40; ++k) {
    void* a = s.allocate(0, 4000 + k);
    EXPECT_EQ(s.pool->check(), "");
    if (k % 2) EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  }
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolCache, TheHostsOwnMemoryIsFreeAtOnce) {
  ImmediateTimeline host;
  StreamOrder order;
  StreamId id = order.add(host);
  Pool pool(heap_source(), order, cached());
  void* first = pool.allocate(id, 100);
  void* a = pool.allocate(id, 100);
  EXPECT_EQ(pool.deallocate(a, id), PoolError::none);
  EXPECT_EQ(pool.allocate(id, 100), a);
  EXPECT_EQ(pool.deallocate(a, id), PoolError::none);
  EXPECT_EQ(pool.deallocate(first, id), PoolError::none);
  pool.poll();
  EXPECT_EQ(pool.statistics().pending_bytes, 0u);
  EXPECT_EQ(pool.check(), "");
}

// Who has not got the cache's lock frees all the same, and is told of mistakes at once.
TEST(PoolCache, FreesWithoutTheLock) {
  alignas(16) char memory[3][16];
  pool::Chunk chunks[3];
  pool::StreamCache cache(StreamId{0}, 16, 64);
  for (int k = 0; k < 3; ++k) {
    chunks[k].address = memory[k];
    chunks[k].size = 16;
    cache.add(cache.bin_of(16), &chunks[k]);
  }
  for (int k = 0; k < 2; ++k) cache.hand_out(cache.take(cache.bin_of(16)), 10);
  // Chunk 0 is kept, 1 and 2 are out.
  using Elsewhere = pool::StreamCache::Elsewhere;
  EXPECT_EQ(cache.free_elsewhere(memory[0]), Elsewhere::not_handed_out);
  EXPECT_EQ(cache.free_elsewhere(memory[1]), Elsewhere::freed);
  EXPECT_EQ(cache.free_elsewhere(memory[1]), Elsewhere::not_handed_out);
  EXPECT_EQ(cache.free_elsewhere(memory[1] + 1), Elsewhere::not_handed_out);
  EXPECT_EQ(cache.take_back(memory[1]), nullptr);
  EXPECT_EQ(cache.free_elsewhere(memory[2]), Elsewhere::freed);
  EXPECT_EQ(cache.counts_elsewhere().chunks, 2u);
  EXPECT_EQ(cache.counts_elsewhere().bytes, 32u);
  EXPECT_EQ(cache.counts_elsewhere().requested_bytes, 20u);
  pool::Chunk* freed = cache.take_freed_elsewhere();
  EXPECT_EQ(freed, &chunks[2]);
  EXPECT_EQ(freed->bin_next, &chunks[1]);
  EXPECT_EQ(cache.take_freed_elsewhere(), nullptr);
}

// One thread changes the table, which grows meanwhile, and another looks for what is always in it.
TEST(PoolCache, AGlimpseIsRightOrNothing) {
  constexpr int kChunks = 4000;
  std::vector<pool::Chunk> chunks(kChunks);
  for (int k = 0; k < kChunks; ++k) chunks[k].address = reinterpret_cast<char*>(uint64_t{16} * (k + 1));
  pool::GlimpsedTable table;
  for (int k = 0; k < kChunks; k += 4) table.insert(&chunks[k]);
  std::atomic<bool> is_over{false};
  std::thread changes([&] {
    for (int round = 0; round < 20; ++round) {
      for (int k = 1; k < kChunks; k += 2) table.insert(&chunks[k]);
      for (int k = 1; k < kChunks; k += 2) table.remove(chunks[k].address);
    }
    is_over = true;
  });
  uint64_t wrong = 0;
  for (int k = 0; !is_over; k = (k + 4) % kChunks) {
    const std::optional<pool::Chunk*> stays = table.glimpse(chunks[k].address);
    wrong += stays && *stays != &chunks[k];
    const std::optional<pool::Chunk*> never = table.glimpse(chunks[k + 2].address);
    wrong += never && *never != nullptr;
  }
  changes.join();
  EXPECT_EQ(wrong, 0u);
  for (int k = 0; k < kChunks; k += 4) EXPECT_EQ(table.glimpse(chunks[k].address), &chunks[k]);
}

// Threads free the memory of each other's streams while these allocate.
TEST(PoolCache, MemoryIsFreedByOtherThreads) {
  constexpr int kThreads = 4, kSteps = 4000;
  Streams s(kThreads, cached());
  struct Mail {
    std::mutex mutex;
    std::deque<void*> blocks;
  };
  std::vector<Mail> mail(kThreads);
  std::atomic<uint64_t> wrong{0};
  auto program = [&](int self) {
    const int other = (self + 1) % kThreads;
    for (int step = 0; step < kSteps; ++step) {
      auto* block = static_cast<uint64_t*>(s.pool->allocate(s.ids[self], 64));
      block[0] = block[7] = static_cast<uint64_t>(self);
      {
        std::lock_guard lock(mail[self].mutex);
        mail[self].blocks.push_back(block);
      }
      std::deque<void*> arrived;
      if (step % 8 == 7) {
        std::lock_guard lock(mail[other].mutex);
        arrived.swap(mail[other].blocks);
      }
      for (void* address : arrived) {
        auto* words = static_cast<uint64_t*>(address);
        wrong += words[0] != static_cast<uint64_t>(other) || words[7] != words[0];
        wrong += s.pool->deallocate(address, s.ids[other]) != PoolError::none;
      }
    }
  };
  std::vector<std::thread> threads;
  for (int k = 0; k < kThreads; ++k) threads.emplace_back(program, k);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_EQ(s.pool->check(), "");
  for (int k = 0; k < kThreads; ++k) {
    for (void* address : mail[k].blocks) {
      EXPECT_EQ(s.pool->deallocate(address, s.ids[k]), PoolError::none);
      EXPECT_EQ(s.pool->deallocate(address, s.ids[k]), PoolError::unknown_address);
    }
    s[k].finish_all();
  }
  EXPECT_EQ(s.pool->statistics().used_bytes, 0u);
  s.pool->poll();
  EXPECT_EQ(s.pool->statistics().pending_bytes, 0u);
  EXPECT_EQ(s.pool->check(), "");
}

}  // namespace
}  // namespace palatine::test
