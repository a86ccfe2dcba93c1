// What happens when memory is short: growth, limits, waits, errors, and giving back.
#include <gtest/gtest.h>

#include "contract/pool/manual_streams.h"

namespace palatine::test {
namespace {

constexpr uint64_t kBlock = 64 << 10;

PoolOptions limited(uint64_t limit) {
  PoolOptions options;
  options.first_block_bytes = kBlock;
  options.next_block_bytes = kBlock;
  options.limit_bytes = limit;
  return options;
}

TEST(PoolGrowth, BlocksDoubleUpToTheCap) {
  TestSource source;
  PoolOptions options;
  options.first_block_bytes = 4096;
  options.next_block_bytes = 1024;
  options.max_block_bytes = 4096;
  Streams s(1, options, source);
  std::vector<uint64_t> steps;
  uint64_t before = 0;
  while (source.out_blocks < 6) {
    s.allocate(0, 512);
    if (source.out_bytes != before) steps.push_back(source.out_bytes - before);
    before = source.out_bytes;
  }
  EXPECT_EQ(steps, (std::vector<uint64_t>{4096, 1024, 2048, 4096, 4096, 4096}));
  // More than the cap when that is asked for.
  s.allocate(0, 100000);
  EXPECT_GE(source.out_bytes - before, 100000u);
}

TEST(PoolGrowth, SmallerBlocksAreTriedWhenTheSourceRefuses) {
  TestSource source;
  source.limit = 10000;
  PoolOptions options;
  options.first_block_bytes = 1 << 20;
  Streams s(1, options, source);
  EXPECT_NE(s.pool->try_allocate(s.ids[0], 4000), nullptr);
  EXPECT_LE(source.out_bytes, 10000u);
  EXPECT_GE(source.out_bytes, 4000u);
}

TEST(PoolShortage, TheErrorSaysWhy) {
  Streams s(2, limited(kBlock));
  s.allocate(0, 40000);
  try {
    s.allocate(1, 30000);
    FAIL();
  } catch (const out_of_memory& error) {
    const MemoryShortage& why = error.shortage();
    EXPECT_EQ(why.asked_bytes, 30000u);
    EXPECT_EQ(why.limit_bytes, kBlock);
    EXPECT_EQ(why.used_bytes, 40000u);
    EXPECT_EQ(why.free_bytes, kBlock - 40000);
    EXPECT_EQ(why.largest_free_bytes, kBlock - 40000);
    EXPECT_EQ(why.pending_bytes, 0u);
    EXPECT_TRUE(why.is_limit_reached);
    EXPECT_NE(std::string(error.what()).find("asked for 30000 bytes"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("limit 65536"), std::string::npos);
  }
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolShortage, ImpossibleSizesFailWithoutOverflow) {
  Streams s(1);
  for (uint64_t bytes : {~uint64_t{0}, ~uint64_t{0} - 15, uint64_t{1} << 63, uint64_t{1} << 52}) {
    EXPECT_EQ(s.pool->try_allocate(s.ids[0], bytes), nullptr);
  }
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolShortage, PendingMemoryIsWaitedForBeforeFailing) {
  Streams s(2, limited(kBlock));
  void* a = s.allocate(0, kBlock);
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  EXPECT_EQ(s.allocate(1, kBlock), a);
  EXPECT_EQ(s.pool->statistics().host_waits, 1u);
}

TEST(PoolShortage, TheOldestFreeIsWaitedForFirst) {
  Streams s(3, limited(kBlock));
  void* a = s.allocate(0, kBlock / 2);
  void* b = s.allocate(1, kBlock / 2);
  EXPECT_EQ(s.use_and_free(1, b), PoolError::none);
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  EXPECT_EQ(s.allocate(2, kBlock / 2), b);
  EXPECT_EQ(s[0].completed(), 0u);
}

TEST(PoolShortage, FragmentsOfSeveralStreamsAreWaitedForUntilTheyJoin) {
  Streams s(4, limited(kBlock));
  std::vector<void*> parts;
  for (int k = 0; k < 8; ++k) parts.push_back(s.allocate(k % 4, kBlock / 8));
  for (int k = 0; k < 8; ++k) EXPECT_EQ(s.use_and_free(k % 4, parts[k]), PoolError::none);
  EXPECT_EQ(s.allocate(0, kBlock), parts[0]);
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolShortage, LostStreamsGiveTheirMemoryBack) {
  Streams s(2, limited(kBlock));
  void* a = s.allocate(0, kBlock);
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  s[0].is_lost = true;
  EXPECT_EQ(s.allocate(1, kBlock), a);
}

TEST(PoolShortage, FreeBlocksAreGivenBackForALargerOne) {
  TestSource source;
  source.limit = 4 * kBlock;
  PoolOptions options;
  options.first_block_bytes = options.next_block_bytes = options.max_block_bytes = kBlock;
  Streams s(1, options, source);
  std::vector<void*> parts;
  for (int k = 0; k < 4; ++k) parts.push_back(s.allocate(0, kBlock));
  for (void* part : parts) EXPECT_EQ(s.use_and_free(0, part), PoolError::none);
  EXPECT_NE(s.pool->try_allocate(s.ids[0], 3 * kBlock), nullptr);
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolShortage, TheCallbackIsAskedLast) {
  Streams s(1, limited(kBlock));
  void* kept = s.allocate(0, kBlock);
  int asked = 0;
  s.pool->on_shortage([&](const MemoryShortage& why) {
    EXPECT_EQ(why.asked_bytes, kBlock);
    if (++asked > 1) return false;
    EXPECT_EQ(s.pool->deallocate(kept), PoolError::none);
    return true;
  });
  EXPECT_EQ(s.pool->try_allocate(s.ids[0], kBlock), kept);
  EXPECT_EQ(s.pool->try_allocate(s.ids[0], kBlock), nullptr);
  EXPECT_EQ(asked, 2);
}

TEST(PoolWaits, NeverByDefault) {
  Streams s(2);
  EXPECT_EQ(s.use_and_free(0, s.allocate(0, 1000)), PoolError::none);
  s.allocate(1, 1000);
  EXPECT_EQ(s[1].waits(), 0u);
}

TEST(PoolWaits, AlwaysTakesMemoryInFlightRatherThanGrow) {
  PoolOptions options = limited(~uint64_t{0});
  options.stream_waits = StreamWaits::always;
  Streams s(2, options);
  void* a = s.allocate(0, kBlock);
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  EXPECT_EQ(s.allocate(1, kBlock), a);
  EXPECT_EQ(s[1].waits(), 1u);
  EXPECT_EQ(s[1].waited_on, &s[0]);
  EXPECT_GE(s[1].waited_for, 1u);
  EXPECT_EQ(s.pool->statistics().blocks, 1u);
}

TEST(PoolWaits, UnderPressureGrowsFirst) {
  PoolOptions options = limited(2 * kBlock);
  options.stream_waits = StreamWaits::under_pressure;
  options.max_block_bytes = kBlock;
  Streams s(2, options);
  void* a = s.allocate(0, kBlock);
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  void* b = s.allocate(1, kBlock);
  EXPECT_NE(a, b);
  EXPECT_EQ(s[1].waits(), 0u);
  EXPECT_EQ(s.allocate(1, kBlock), a);
  EXPECT_EQ(s[1].waits(), 1u);
  EXPECT_EQ(s.pool->statistics().host_waits, 0u);
}

TEST(PoolWaits, StreamsThatCannotWaitGetOtherMemory) {
  PoolOptions options = limited(~uint64_t{0});
  options.stream_waits = StreamWaits::always;
  Streams s(2, options);
  void* a = s.allocate(0, kBlock);
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  s[1].can_wait = false;
  EXPECT_NE(s.allocate(1, kBlock), a);
}

TEST(PoolRelease, TrimGivesBackWholeFreeBlocksOnly) {
  TestSource source;
  PoolOptions options;
  options.first_block_bytes = options.next_block_bytes = options.max_block_bytes = kBlock;
  {
    Streams s(2, options, source);
    std::vector<void*> parts;
    for (int k = 0; k < 5; ++k) parts.push_back(s.allocate(0, kBlock));
    EXPECT_EQ(s.pool->trim(), 0u);
    for (void* part : parts) EXPECT_EQ(s.use_and_free(0, part), PoolError::none);
    EXPECT_EQ(s.pool->trim(), 0u);
    s[0].finish(4);
    EXPECT_EQ(s.pool->trim(3 * kBlock), 2 * kBlock);
    EXPECT_EQ(source.out_blocks, 3u);
    EXPECT_EQ(s.pool->trim(), 2 * kBlock);
    EXPECT_EQ(s.pool->check(), "");
    s[0].finish(1);
    EXPECT_EQ(s.pool->trim(), kBlock);
    EXPECT_EQ(s.pool->statistics().reserved_bytes, 0u);
  }
  EXPECT_EQ(source.out_bytes, 0u);
}

TEST(PoolRelease, CoalesceLeavesOneBlock) {
  PoolOptions options;
  options.first_block_bytes = options.next_block_bytes = options.max_block_bytes = kBlock;
  Streams s(1, options);
  std::vector<void*> parts;
  for (int k = 0; k < 5; ++k) parts.push_back(s.allocate(0, kBlock));
  for (void* part : parts) EXPECT_EQ(s.use_and_free(0, part), PoolError::none);
  s[0].finish_all();
  s.pool->coalesce(5 * kBlock);
  PoolStatistics now = s.pool->statistics();
  EXPECT_EQ(now.blocks, 1u);
  EXPECT_EQ(now.reserved_bytes, 5 * kBlock);
  EXPECT_EQ(now.releasable_bytes, 5 * kBlock);
  EXPECT_EQ(s.pool->largest_free_bytes(), 5 * kBlock);
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolRelease, TheDestructorWaitsAndReturnsEverything) {
  TestSource source;
  auto s = std::make_unique<Streams>(2, PoolOptions{}, source);
  EXPECT_EQ(s->use_and_free(0, s->allocate(0, 1000)), PoolError::none);
  s->allocate(1, 1000);
  s->pool.reset();
  EXPECT_EQ((*s)[0].completed(), 1u);
  EXPECT_EQ(source.out_blocks, 0u);
}

TEST(PoolStatistics, AddUpAndNeverUnderflow) {
  Streams s(2);
  void* a = s.allocate(0, 1000);
  PoolStatistics now = s.pool->statistics();
  EXPECT_EQ(now.requested_bytes, 1000u);
  EXPECT_EQ(now.used_bytes, 1008u);
  EXPECT_EQ(now.padding_bytes, 8u);
  EXPECT_EQ(now.used_bytes + now.pending_bytes + now.cached_bytes, now.reserved_bytes);
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  // A large pending chunk reused for something small, the accounting hole of others.
  void* b = s.allocate(0, 16);
  EXPECT_EQ(s.use_and_free(0, b), PoolError::none);
  now = s.pool->statistics();
  EXPECT_EQ(now.used_bytes, 0u);
  EXPECT_EQ(now.requested_bytes, 0u);
  EXPECT_EQ(now.used_high_bytes, 1008u);
  EXPECT_EQ(now.requested_high_bytes, 1000u);
  EXPECT_EQ(now.pending_bytes, 1008u);
  EXPECT_EQ(s.pool->statistics(s.ids[0]).pending_bytes, 1008u);
  s.pool->reset_high_water();
  EXPECT_EQ(s.pool->statistics().used_high_bytes, 0u);
  s[0].finish_all();
  s.pool->poll();
  now = s.pool->statistics();
  EXPECT_EQ(now.cached_bytes, now.reserved_bytes);
  EXPECT_EQ(now.releasable_bytes, now.reserved_bytes);
}

TEST(PoolSmall, SmallObjectsDoNotPinLargeBlocks) {
  PoolOptions options;
  options.first_block_bytes = options.next_block_bytes = options.max_block_bytes = 1 << 20;
  options.small_bytes = 256;
  Streams s(1, options);
  std::vector<void*> large;
  for (int k = 0; k < 8; ++k) {
    large.push_back(s.allocate(0, 1 << 19));
    s.allocate(0, 100);
  }
  for (void* a : large) EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  s[0].finish_all();
  s.pool->trim();
  EXPECT_LE(s.pool->statistics().reserved_bytes, 64u << 10);
  EXPECT_EQ(s.pool->check(), "");
}

// With the address sanitizer free memory is poisoned instead of filled, and the write itself stops the
// program.
#if defined(__SANITIZE_ADDRESS__) || (defined(__has_feature) && __has_feature(address_sanitizer))
constexpr bool kPoisons = true;
#else
constexpr bool kPoisons = false;
#endif

TEST(PoolPatterns, WritesAfterTheEndOfAllWorkAreSeen) {
  PoolOptions options;
  options.fresh_memory = FreshMemory::patterns;
  Streams s(1, options);
  auto* a = static_cast<unsigned char*>(s.allocate(0, 100));
  if (!kPoisons) EXPECT_EQ(a[0], 0xCD);
  a[3] = 1;
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  // Queued work may still write.
  a[3] = 2;
  EXPECT_EQ(s.pool->check(), "");
  s[0].finish_all();
  s.pool->poll();
  EXPECT_EQ(s.pool->check(), "");
  if (kPoisons) {
    EXPECT_DEATH(a[3] = 3, "use-after-poison");
  } else {
    EXPECT_EQ(a[3], 0xDD);
    a[3] = 3;
    EXPECT_NE(s.pool->check(), "");
  }
}

}  // namespace
}  // namespace palatine::test
