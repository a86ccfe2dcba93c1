// Free, used, pending: who gets what when. Section numbers are those of docs/memory.md.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "contract/pool/manual_streams.h"

namespace palatine::test {
namespace {

PoolOptions small_blocks() {
  PoolOptions options;
  options.first_block_bytes = 4096;
  options.next_block_bytes = 4096;
  return options;
}

// Every block is full with one chunk of 1000 bytes, so there is no free memory unless something was proven.
PoolOptions one_chunk_blocks() {
  PoolOptions options;
  options.first_block_bytes = options.next_block_bytes = options.max_block_bytes = 1008;
  return options;
}

TEST(PoolStates, SameStreamReusesAtOnce) {
  Streams s(2);
  void* a = s.allocate(0, 1000);
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  EXPECT_EQ(s.pool->statistics().pending_frees, 1u);
  EXPECT_EQ(s.allocate(0, 1000), a);
  EXPECT_EQ(s.pool->statistics().pending_frees, 0u);
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolStates, AnotherStreamGetsOtherMemoryWhileWorkIsQueued) {
  Streams s(2);
  void* a = s.allocate(0, 1000);
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  void* b = s.allocate(1, 1000);
  EXPECT_NE(a, b);
  EXPECT_EQ(s.pool->find(a).state, Pool::State::pending);
  EXPECT_EQ(s.pool->find(a).stream, s.ids[0]);
  EXPECT_EQ(s.pool->find(b).stream, s.ids[1]);
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolStates, IdleStreamsFreeAtOnce) {
  Streams s(2);
  s[0].queue();
  s[0].finish();
  void* a = s.allocate(0, 1000);
  s.pool->poll();
  EXPECT_EQ(s.pool->deallocate(a, s.ids[0]), PoolError::none);
  s.pool->poll();
  EXPECT_EQ(s.pool->statistics().pending_bytes, 0u);
  EXPECT_EQ(s.allocate(1, 1000), a);
}

TEST(PoolStates, FinishedFreesBecomeEverybodysWithoutBeingAskedFor) {
  PoolOptions options;
  options.first_block_bytes = 1 << 20;
  options.limit_bytes = 1 << 20;
  options.may_wait = false;
  Streams s(2, options);
  void* a = s.allocate(0, 1 << 20);
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  MemoryShortage shortage;
  EXPECT_EQ(s.pool->try_allocate(s.ids[1], 1 << 20, 16, &shortage), nullptr);
  EXPECT_EQ(shortage.pending_bytes, uint64_t{1} << 20);
  s[0].finish_all();
  EXPECT_EQ(s.pool->try_allocate(s.ids[1], 1 << 20), a);
}

TEST(PoolStates, PendingChunksSplitAndBothPartsKeepTheirStream) {
  Streams s(2, small_blocks());
  char* a = static_cast<char*>(s.allocate(0, 4096));
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  char* first = static_cast<char*>(s.allocate(0, 1024));
  EXPECT_EQ(first, a);
  PoolStatistics now = s.pool->statistics();
  EXPECT_EQ(now.pending_bytes, 3072u);
  EXPECT_EQ(now.pending_frees, 1u);
  // The remainder is still in use by queued work of stream 0: not for stream 1.
  char* other = static_cast<char*>(s.allocate(1, 1024));
  EXPECT_TRUE(other < a || other >= a + 4096);
  EXPECT_EQ(s.allocate(0, 3072), a + 1024);
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolStates, PendingNeighboursMergeWhenTheStreamNeedsThem) {
  PoolOptions options = small_blocks();
  options.limit_bytes = 4096;
  options.may_wait = false;
  Streams s(2, options);
  std::vector<void*> parts;
  for (int k = 0; k < 4; ++k) parts.push_back(s.allocate(0, 1024));
  for (int k : {2, 0, 3, 1}) EXPECT_EQ(s.use_and_free(0, parts[k]), PoolError::none);
  EXPECT_EQ(s.pool->statistics().pending_frees, 4u);
  EXPECT_EQ(s.allocate(0, 4096), parts[0]);
  EXPECT_EQ(s.pool->statistics().pending_frees, 0u);
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolStates, PendingAndFreeNeighboursServeTheStreamTogether) {
  PoolOptions options = small_blocks();
  options.limit_bytes = 4096;
  options.may_wait = false;
  Streams s(2, options);
  void* a = s.allocate(0, 2048);
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  EXPECT_EQ(s.allocate(0, 4096), a);
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolStates, MergingDoesNotHoldBackWhatFinishesFirst) {
  Streams s(2, small_blocks());
  void* a = s.allocate(0, 1024);
  void* b = s.allocate(0, 1024);
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  EXPECT_EQ(s.use_and_free(0, b), PoolError::none);
  s[0].finish(1);
  s.pool->poll();
  EXPECT_EQ(s.pool->find(a).state, Pool::State::none);
  EXPECT_EQ(s.pool->find(b).state, Pool::State::pending);
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolOrder, AWaitProvesFreesBeforeIt) {
  Streams s(3, one_chunk_blocks());
  void* a = s.allocate(0, 1000);
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  s.wait(1, 0);
  EXPECT_EQ(s.allocate(1, 1000), a);
  EXPECT_EQ(s.pool->statistics().from_known_order, 1u);
}

TEST(PoolOrder, AWaitDoesNotProveLaterFrees) {
  Streams s(2, one_chunk_blocks());
  void* a = s.allocate(0, 1000);
  s.wait(1, 0);
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  EXPECT_NE(s.allocate(1, 1000), a);
}

TEST(PoolOrder, AFreeAfterTheWaitOfWorkBeforeItIsProven) {
  Streams s(2, one_chunk_blocks());
  void* a = s.allocate(0, 1000);
  s[0].queue();
  s.wait(1, 0);
  EXPECT_EQ(s.pool->deallocate(a, s.ids[0]), PoolError::none);
  EXPECT_EQ(s.allocate(1, 1000), a);
}

TEST(PoolOrder, OrderIsTransitiveAtTheTimeOfThePoint) {
  Streams s(3, one_chunk_blocks());
  void* a = s.allocate(0, 1000);
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  // 2 waits for a point of 1 that lies before 1 waits for 0: no order between 0 and 2.
  StreamPoint early = s.order.point(s.ids[1]);
  s.wait(1, 0);
  s.order.wait(s.ids[2], early);
  EXPECT_EQ(s.order.known(s.ids[2], s.ids[0]), 0u);
  EXPECT_NE(s.allocate(2, 1000), a);
  s.wait(2, 1);
  EXPECT_EQ(s.allocate(2, 1000), a);
}

TEST(PoolUses, MemoryOfSeveralStreamsIsHeldUntilAllHaveFinished) {
  PoolOptions options;
  options.first_block_bytes = options.limit_bytes = 4096;
  options.may_wait = false;
  Streams s(3, options);
  void* a = s.allocate(0, 4096);
  EXPECT_EQ(s.pool->record_use(a, s.ids[1]), PoolError::none);
  EXPECT_EQ(s.pool->record_use(a, s.ids[2]), PoolError::none);
  for (int k = 0; k < 3; ++k) s[k].queue();
  EXPECT_EQ(s.pool->deallocate(a), PoolError::none);
  EXPECT_EQ(s.pool->check(), "");
  EXPECT_EQ(s.pool->try_allocate(s.ids[0], 4096), nullptr);
  s[0].finish();
  s.pool->poll();
  EXPECT_EQ(s.pool->try_allocate(s.ids[0], 4096), nullptr);
  EXPECT_EQ(s.pool->try_allocate(s.ids[1], 4096), nullptr);
  s[2].finish();
  s.pool->poll();
  // Only stream 1 is left, so it may have the memory at once, and nobody else.
  EXPECT_EQ(s.pool->check(), "");
  EXPECT_EQ(s.pool->try_allocate(s.ids[0], 4096), nullptr);
  EXPECT_EQ(s.pool->try_allocate(s.ids[1], 4096), a);
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolUses, FreeingOnAnotherStreamWaitsForBoth) {
  Streams s(3);
  void* a = s.allocate(0, 1000);
  s[0].queue();
  s[1].queue();
  EXPECT_EQ(s.pool->deallocate(a, s.ids[1]), PoolError::none);
  EXPECT_NE(s.allocate(0, 1000), a);
  EXPECT_NE(s.allocate(1, 1000), a);
  s[0].finish_all();
  s.pool->poll();
  EXPECT_EQ(s.allocate(1, 1000), a);
}

TEST(PoolUses, FreeingOnAStreamThatComesAfterTheOwnerWaitsForThatOne) {
  Streams s(2);
  void* a = s.allocate(0, 1000);
  s[0].queue();
  s.wait(1, 0);
  EXPECT_EQ(s.pool->deallocate(a, s.ids[1]), PoolError::none);
  EXPECT_EQ(s.pool->find(a).stream, s.ids[1]);
  EXPECT_EQ(s.allocate(1, 1000), a);
}

TEST(PoolErrors, AMistakeChangesNothing) {
  PoolOptions options;
  options.frees_on_owner_only = true;
  Streams s(2, options);
  void* a = s.allocate(0, 1000);
  int local = 0;
  EXPECT_EQ(s.pool->deallocate(&local, s.ids[0]), PoolError::unknown_address);
  EXPECT_EQ(s.pool->deallocate(nullptr, s.ids[0]), PoolError::unknown_address);
  EXPECT_EQ(s.pool->record_use(&local, s.ids[0]), PoolError::unknown_address);
  EXPECT_EQ(s.pool->deallocate(static_cast<char*>(a) + 16, s.ids[0]), PoolError::unknown_address);
  EXPECT_EQ(s.pool->deallocate(a, s.ids[1]), PoolError::wrong_stream);
  EXPECT_EQ(s.pool->find(a).state, Pool::State::used);
  EXPECT_EQ(s.pool->deallocate(a, s.ids[0]), PoolError::none);
  EXPECT_EQ(s.pool->deallocate(a, s.ids[0]), PoolError::unknown_address);
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolAlignment, EveryRequestMayHaveItsOwn) {
  Streams s(1);
  std::set<void*> seen;
  for (uint64_t alignment : {16, 64, 256, 4096, 16, 65536, 128}) {
    for (uint64_t bytes : {0, 1, 17, 1000, 5000}) {
      void* a = s.allocate(0, bytes, alignment);
      EXPECT_EQ(reinterpret_cast<uint64_t>(a) % alignment, 0u);
      EXPECT_TRUE(seen.insert(a).second);
      EXPECT_EQ(s.pool->check(), "");
    }
  }
  for (void* a : seen) EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  EXPECT_EQ(s.pool->check(), "");
  // Aligned places are found in pending memory too.
  void* b = s.allocate(0, 100, 4096);
  EXPECT_EQ(reinterpret_cast<uint64_t>(b) % 4096, 0u);
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolHost, TheHostsOwnMemoryIsNeverPending) {
  ImmediateTimeline host;
  StreamOrder order;
  StreamId id = order.add(host);
  Pool pool(heap_source(), order);
  void* a = pool.allocate(id, 1024);
  std::memset(a, 1, 1024);
  EXPECT_EQ(pool.deallocate(a, id), PoolError::none);
  EXPECT_EQ(pool.statistics().pending_frees, 0u);
  EXPECT_EQ(pool.allocate(id, 1024), a);
}

TEST(PoolEvents, OneStreamAloneAsksNothing) {
  Streams s(1);
  for (int k = 0; k < 1000; ++k) EXPECT_EQ(s.use_and_free(0, s.allocate(0, 64 + k % 512)), PoolError::none);
  EXPECT_EQ(s.pool->statistics().queries, 0u);
  EXPECT_EQ(s[0].published(), 0u);
}

TEST(PoolEvents, SeveralStreamsAskOnceForMany) {
  Streams s(4);
  for (int k = 0; k < 4096; ++k) {
    EXPECT_EQ(s.use_and_free(k % 4, s.allocate(k % 4, 64)), PoolError::none);
    s[k % 4].finish_all();
  }
  EXPECT_LE(s.pool->statistics().queries, 4096u * 2 / 32);
  uint64_t published = 0;
  for (int k = 0; k < 4; ++k) published += s[k].published();
  EXPECT_LE(published, 4096u * 3 / 32 + 4);
}

TEST(PoolDeterminism, AddressesDoNotDependOnTheDevice) {
  PoolOptions options = small_blocks();
  options.is_deterministic = true;
  std::vector<std::vector<uint64_t>> offsets(2);
  for (int fast = 0; fast < 2; ++fast) {
    Streams s(3, options);
    std::vector<void*> live;
    std::vector<void*> bases;
    uint64_t random = 1;
    // Addresses are compared by when they were seen first.
    std::vector<void*> seen;
    for (int k = 0; k < 3000; ++k) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      size_t stream = (random >> 33) % 3;
      if (live.size() > 40 || (random >> 60) < 6) {
        if (live.empty()) continue;
        size_t which = (random >> 40) % live.size();
        ASSERT_EQ(s.use_and_free(stream, live[which]), PoolError::none);
        live.erase(live.begin() + static_cast<long>(which));
      } else {
        void* a = s.allocate(stream, 16 + (random >> 45) % 600);
        live.push_back(a);
        auto place = std::find(seen.begin(), seen.end(), a);
        offsets[fast].push_back(static_cast<uint64_t>(place - seen.begin()));
        if (place == seen.end()) seen.push_back(a);
      }
      if (fast) s[stream].finish_all();
      if (k % 500 == 499) {
        for (int t = 0; t < 3; ++t) {
          s[t].finish_all();
          s.pool->synchronized(s.ids[t]);
        }
      }
    }
  }
  EXPECT_EQ(offsets[0], offsets[1]);
}

}  // namespace
}  // namespace palatine::test
