// How many chunks the pool looks at when memory is short: a logarithm of how many there are for each call,
// counted over all, however they lie.
#include <gtest/gtest.h>

#include <bit>
#include <functional>

#include "contract/pool/manual_streams.h"

namespace palatine::test {
namespace {

// Of one class of sizes each: what is asked for, and what is too small for it.
constexpr uint64_t kAsked = 4208, kTooSmall = 4112;

// A pool that gets no more memory, with `count` chunks that are too small and one that fits, in the middle,
// all used.
struct Shortage {
  explicit Shortage(size_t count) : streams(2, options(), source) {
    for (size_t k = 0; k < count; ++k) {
      if (k == count / 2) fitting = allocate(kAsked);
      small.push_back(allocate(kTooSmall));
    }
    source.limit = source.out_bytes;
    while (streams.pool->largest_free_bytes() >= 64) streams.allocate(0, streams.pool->largest_free_bytes());
  }
  static PoolOptions options() {
    PoolOptions options;
    options.may_wait = false;
    // One block, so that what is allocated in turn lies in turn.
    options.first_block_bytes = 128 << 20;
    return options;
  }
  // Between used chunks, so that nothing merges.
  void* allocate(uint64_t bytes) {
    void* address = streams.allocate(0, bytes);
    EXPECT_NE(streams.allocate(0, 64), nullptr);
    return address;
  }
  void free_all(size_t stream) {
    for (void* address : small) EXPECT_EQ(streams.use_and_free(stream, address), PoolError::none);
    EXPECT_EQ(streams.use_and_free(stream, fitting), PoolError::none);
  }
  void finish_all() {
    for (auto& timeline : streams.timelines) timeline->finish_all();
    streams.pool->poll();
  }

  TestSource source;
  Streams streams;
  std::vector<void*> small;
  void* fitting = nullptr;
};

// `step` is called as often as there are chunks; what is looked at for each call must not depend on their
// number by more than a logarithm.
void expect_few_visits(const std::function<void(Shortage&)>& prepare,
                       const std::function<void(Shortage&)>& step) {
  for (const size_t count : {100, 1000, 20000}) {
    Shortage shortage(count);
    prepare(shortage);
    const uint64_t before = shortage.streams.pool->statistics().visited_chunks;
    for (size_t k = 0; k < count; ++k) step(shortage);
    const uint64_t visited = shortage.streams.pool->statistics().visited_chunks - before;
    EXPECT_LE(visited / count, 60 + 15 * std::bit_width(count)) << count << " chunks";
    EXPECT_EQ(shortage.streams.pool->check(), "");
  }
}

TEST(PoolVisits, OwnPendingMemoryOfTheRequestedClass) {
  expect_few_visits([](Shortage& s) { s.free_all(0); },
                    [](Shortage& s) {
                      void* address = s.streams.allocate(0, kAsked);
                      EXPECT_EQ(address, s.fitting);
                      EXPECT_EQ(s.streams.use_and_free(0, address), PoolError::none);
                    });
}

TEST(PoolVisits, FreeMemoryOfTheRequestedClass) {
  expect_few_visits(
      [](Shortage& s) {
        s.free_all(0);
        s.finish_all();
      },
      [](Shortage& s) {
        void* address = s.streams.allocate(1, kAsked);
        EXPECT_EQ(address, s.fitting);
        EXPECT_EQ(s.streams.use_and_free(1, address), PoolError::none);
        s.finish_all();
      });
}

TEST(PoolVisits, RequestsThatNothingSatisfies) {
  expect_few_visits([](Shortage& s) { s.free_all(0); },
                    [](Shortage& s) {
                      EXPECT_EQ(s.streams.pool->try_allocate(s.streams.ids[0], kAsked + 200), nullptr);
                      EXPECT_EQ(s.streams.pool->try_allocate(s.streams.ids[1], kAsked), nullptr);
                    });
}

TEST(PoolVisits, AlignedRequests) {
  // Larger than all of the class, but only by less than the alignment.
  expect_few_visits([](Shortage& s) { s.free_all(0); },
                    [](Shortage& s) {
                      void* address = s.streams.pool->try_allocate(s.streams.ids[0], 2048, 2048);
                      if (!address) return;
                      EXPECT_EQ(reinterpret_cast<uintptr_t>(address) % 2048, 0u);
                      EXPECT_EQ(s.streams.use_and_free(0, address), PoolError::none);
                    });
}

TEST(PoolVisits, PendingMemoryBesideFreeMemory) {
  // Each pending chunk has a free one at its side, and only one of them is large enough with it.
  for (const size_t count : {100, 1000, 20000}) {
    TestSource source;
    Streams s(2, Shortage::options(), source);
    std::vector<void*> pending, free;
    for (size_t k = 0; k < count; ++k) {
      pending.push_back(s.allocate(0, k == count / 2 ? 1536 : 1024));
      free.push_back(s.allocate(1, 512));
      s.allocate(0, 64);
    }
    source.limit = source.out_bytes;
    while (s.pool->largest_free_bytes() >= 64) s.allocate(0, s.pool->largest_free_bytes());
    for (size_t k = 0; k < count; ++k) {
      EXPECT_EQ(s.use_and_free(0, pending[k]), PoolError::none);
      EXPECT_EQ(s.use_and_free(1, free[k]), PoolError::none);
    }
    s[1].finish_all();
    s.pool->poll();
    const uint64_t before = s.pool->statistics().visited_chunks;
    for (size_t k = 0; k < count; ++k) {
      void* address = s.pool->try_allocate(s.ids[0], 2048);
      ASSERT_EQ(address, pending[count / 2]);
      ASSERT_EQ(s.use_and_free(0, address), PoolError::none);
      EXPECT_EQ(s.pool->try_allocate(s.ids[0], 2064), nullptr);
    }
    const uint64_t visited = s.pool->statistics().visited_chunks - before;
    EXPECT_LE(visited / count, 60 + 15 * std::bit_width(count)) << count << " chunks";
    EXPECT_EQ(s.pool->check(), "");
  }
}

TEST(PoolVisits, StreamWaitsUnderPressure) {
  for (const size_t count : {100, 1000, 20000}) {
    PoolOptions options = Shortage::options();
    options.stream_waits = StreamWaits::under_pressure;
    TestSource source;
    Streams s(3, options, source);
    std::vector<void*> small;
    void* fitting = nullptr;
    for (size_t k = 0; k < count; ++k) {
      if (k == count / 2) fitting = s.allocate(0, kAsked);
      small.push_back(s.allocate(0, kTooSmall));
      s.allocate(0, 64);
    }
    source.limit = source.out_bytes;
    while (s.pool->largest_free_bytes() >= 64) s.allocate(0, s.pool->largest_free_bytes());
    EXPECT_EQ(s.use_and_free(0, fitting), PoolError::none);
    for (void* address : small) EXPECT_EQ(s.use_and_free(0, address), PoolError::none);
    const uint64_t before = s.pool->statistics().visited_chunks;
    for (size_t k = 0; k < count; ++k) {
      // Each takes it from the other with a wait.
      const size_t by = 1 + k % 2;
      ASSERT_EQ(s.pool->try_allocate(s.ids[by], kAsked), fitting);
      ASSERT_EQ(s.use_and_free(by, fitting), PoolError::none);
    }
    EXPECT_LE((s.pool->statistics().visited_chunks - before) / count, 60 + 15 * std::bit_width(count));
    EXPECT_EQ(s.pool->check(), "");
  }
}

TEST(PoolVisits, QuestionsAboutTheWholePool) {
  expect_few_visits([](Shortage& s) { s.free_all(0); },
                    [](Shortage& s) {
                      EXPECT_EQ(s.streams.pool->find(s.fitting).state, Pool::State::pending);
                      EXPECT_LT(s.streams.pool->largest_free_bytes(), 64u);
                      EXPECT_EQ(s.streams.pool->surrender(), 0u);
                    });
}

}  // namespace
}  // namespace palatine::test
