// What happens when memory is short: growth, limits, waits, errors, and giving back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

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

TEST(PoolGrowth, BlocksGrowWithWhatIsReservedUpToTheCap) {
  TestSource source;
  PoolOptions options;
  options.first_block_bytes = 8192;
  options.next_block_bytes = 1024;
  options.max_block_bytes = 2048;
  Streams s(1, options, source);
  std::vector<uint64_t> steps;
  uint64_t before = 0;
  while (source.out_bytes < 17000) {
    s.allocate(0, 16);
    if (source.out_bytes != before) steps.push_back(source.out_bytes - before);
    before = source.out_bytes;
  }
  // The first is capped too; then the least size, an eighth of what is reserved, the cap.
  EXPECT_EQ(steps.front(), 2048u);
  EXPECT_EQ(steps[1], 1024u);
  EXPECT_EQ(steps[7], 1024u);
  EXPECT_EQ(steps[8], (2048u + 7 * 1024) / 8);
  EXPECT_LE(*std::max_element(steps.begin(), steps.end()), 2048u);
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

TEST(PoolShortage, TheErrorHasAllNumbers) {
  PoolOptions options = limited(kBlock);
  options.may_wait = false;
  Streams s(2, options);
  void* a = s.allocate(0, 16384);
  s.allocate(0, 8192);
  void* b = s.allocate(0, 4096);
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  EXPECT_EQ(s.pool->deallocate(b, s.ids[0]), PoolError::none);
  try {
    s.allocate(1, 50000, 64);
    FAIL();
  } catch (const std::bad_alloc& error) {
    EXPECT_STREQ(error.what(),
                 "out of memory: asked for 50000 bytes aligned to 64; free 36864, largest free block 36864, "
                 "pending 20480, used 8192, reserved 65536, limit 65536");
  }
  // Without a limit it is the source that has no more.
  TestSource source;
  source.limit = 10000;
  Streams t(1, {}, source);
  MemoryShortage why;
  EXPECT_EQ(t.pool->try_allocate(t.ids[0], 20000, 16, &why), nullptr);
  EXPECT_EQ(
      why.text(),
      "out of memory: asked for 20000 bytes; free 0, largest free block 0, pending 0, used 0, reserved 0; "
      "the source has no more");
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

TEST(PoolRelease, WhatIsNotKeptGoesBackWhenTheProgramWaits) {
  TestSource source;
  PoolOptions options;
  options.first_block_bytes = options.next_block_bytes = options.max_block_bytes = kBlock;
  options.keep_bytes = 2 * kBlock;
  Streams s(1, options, source);
  std::vector<void*> parts;
  for (int k = 0; k < 5; ++k) parts.push_back(s.allocate(0, kBlock));
  for (void* part : parts) EXPECT_EQ(s.use_and_free(0, part), PoolError::none);
  // Nothing inside a free, and nothing that is pending.
  EXPECT_EQ(source.out_blocks, 5u);
  s.pool->poll();
  EXPECT_EQ(source.out_blocks, 5u);
  s[0].finish(1);
  s.pool->poll();
  EXPECT_EQ(source.out_blocks, 4u);
  s[0].finish_all();
  s.pool->synchronized(s.ids[0]);
  EXPECT_EQ(source.out_blocks, 2u);
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolRelease, TheRecentPeakIsKept) {
  TestSource source;
  PoolOptions options;
  options.first_block_bytes = options.next_block_bytes = options.max_block_bytes = kBlock;
  options.keeps_recent_peak = true;
  Streams s(1, options, source);
  const auto use_at_once = [&](int blocks) {
    std::vector<void*> parts;
    for (int k = 0; k < blocks; ++k) parts.push_back(s.allocate(0, kBlock));
    for (void* part : parts) EXPECT_EQ(s.use_and_free(0, part), PoolError::none);
    s[0].finish_all();
    s.pool->synchronized(s.ids[0]);
  };
  use_at_once(8);
  EXPECT_EQ(source.out_blocks, 8u);
  // A program whose steps need as much again keeps it.
  for (int step = 0; step < 20; ++step) use_at_once(8);
  EXPECT_EQ(source.out_blocks, 8u);
  EXPECT_EQ(s.pool->statistics().from_source, 8u);
  // One that needs less gives back, by and by.
  use_at_once(2);
  EXPECT_GT(source.out_blocks, 4u);
  for (int step = 0; step < 20; ++step) use_at_once(2);
  EXPECT_LE(source.out_blocks, 2u);
  for (int step = 0; step < 200; ++step) s.pool->poll();
  EXPECT_EQ(source.out_blocks, 0u);
  EXPECT_EQ(s.pool->check(), "");
}

// A source that others share: it takes blocks back later, and has more when it is waited for.
class SharedSource final : public MemorySource {
 public:
  void* allocate(uint64_t bytes, uint64_t alignment) override {
    return is_short ? nullptr : inner.allocate(bytes, alignment);
  }
  void free(void* address, uint64_t bytes, uint64_t alignment) override {
    inner.free(address, bytes, alignment);
    ++unsettled;
  }
  bool free_after(void* address, uint64_t bytes, uint64_t alignment,
                  const std::vector<PendingWork>& work) override {
    if (!takes_pending) return false;
    waits = work;
    free(address, bytes, alignment);
    return true;
  }
  void* allocate_later(uint64_t bytes, uint64_t alignment) override {
    EXPECT_EQ(unsettled, 0u);
    // The pool can be used meanwhile.
    EXPECT_EQ(pool->check(), "");
    return has_more ? inner.allocate(bytes, alignment) : nullptr;
  }
  void settle() override {
    if (pool) EXPECT_EQ(pool->check(), "");
    unsettled = 0;
  }

  TestSource inner;
  Pool* pool = nullptr;
  bool is_short = false, has_more = false, takes_pending = true;
  uint64_t unsettled = 0;
  std::vector<PendingWork> waits;
};

TEST(PoolSharedSource, IsWaitedForLast) {
  SharedSource source;
  Streams s(2, limited(kBlock), source);
  source.pool = s.pool.get();
  source.is_short = true;
  EXPECT_EQ(s.pool->try_allocate(s.ids[0], 1000), nullptr);
  source.has_more = true;
  void* a = s.pool->try_allocate(s.ids[0], 1000);
  EXPECT_NE(a, nullptr);
  // Never beyond the limit.
  EXPECT_EQ(s.pool->try_allocate(s.ids[0], kBlock), nullptr);
  EXPECT_EQ(s.pool->deallocate(a), PoolError::none);
  s.pool->trim();
  EXPECT_EQ(source.unsettled, 0u);
  EXPECT_EQ(s.pool->statistics().reserved_bytes, 0u);
  source.pool = nullptr;
  PoolOptions impatient = limited(kBlock);
  impatient.may_wait = false;
  Streams t(1, impatient, source);
  source.pool = t.pool.get();
  EXPECT_EQ(t.pool->try_allocate(t.ids[0], 1000), nullptr);
  source.pool = nullptr;
}

TEST(PoolSharedSource, TakesBlocksWithWhatTheyWaitFor) {
  SharedSource source;
  PoolOptions options;
  options.first_block_bytes = options.next_block_bytes = options.max_block_bytes = kBlock;
  Streams s(3, options, source);
  source.pool = s.pool.get();
  void* a = s.allocate(0, kBlock / 2);
  void* b = s.allocate(1, kBlock / 4);
  void* kept = s.allocate(2, kBlock);
  EXPECT_EQ(s.pool->record_use(b, s.ids[2]), PoolError::none);
  s[0].queue(3);
  s[1].queue(1);
  s[2].queue(7);
  EXPECT_EQ(s.pool->deallocate(a), PoolError::none);
  EXPECT_EQ(s.pool->deallocate(b), PoolError::none);
  source.takes_pending = false;
  EXPECT_EQ(s.pool->surrender(), 0u);
  EXPECT_EQ(s.pool->check(), "");
  source.takes_pending = true;
  EXPECT_EQ(s.pool->surrender(), kBlock);
  EXPECT_EQ(source.inner.out_blocks, 1u);
  std::vector<std::pair<Timeline*, uint64_t>> waits;
  for (PendingWork& work : source.waits) waits.emplace_back(work.timeline, work.number);
  EXPECT_THAT(waits, testing::UnorderedElementsAre(testing::Pair(&s[0], 3), testing::Pair(&s[1], 1),
                                                   testing::Pair(&s[2], 7)));
  EXPECT_EQ(s.pool->statistics().pending_bytes, 0u);
  EXPECT_EQ(s.pool->check(), "");
  EXPECT_EQ(s.use_and_free(2, kept), PoolError::none);
  s[2].finish_all();
  EXPECT_EQ(s.pool->surrender(), kBlock);
  EXPECT_EQ(source.inner.out_blocks, 0u);
  source.pool = nullptr;
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
  EXPECT_EQ(s.pool->statistics(s.ids[0]).used_high_bytes, 1008u);
  EXPECT_EQ(s.pool->statistics(s.ids[0]).pending_high_bytes, 1008u);
  EXPECT_EQ(s.pool->statistics(s.ids[1]).used_high_bytes, 0u);
  s.pool->reset_high_water();
  EXPECT_EQ(s.pool->statistics().used_high_bytes, 0u);
  EXPECT_EQ(s.pool->statistics(s.ids[0]).used_high_bytes, 0u);
  EXPECT_EQ(s.pool->statistics(s.ids[0]).pending_high_bytes, 1008u);
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
#if __has_feature(address_sanitizer)
constexpr bool kPoisons = true;

TEST(PoolPatterns, TheAddressSanitizerSeesWritesBehindTheEnd) {
  Streams s(1);
  auto* a = static_cast<volatile unsigned char*>(s.allocate(0, 100));
  a[99] = 1;
  EXPECT_DEATH(a[100] = 1, "use-after-poison");
  // In flight, and with it reused by its own stream, everything may still be written by earlier work.
  EXPECT_EQ(s.use_and_free(0, const_cast<unsigned char*>(a)), PoolError::none);
  a[111] = 1;
  auto* b = static_cast<volatile unsigned char*>(s.allocate(0, 112));
  EXPECT_EQ(b, a);
  b[111] = 1;
}
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
