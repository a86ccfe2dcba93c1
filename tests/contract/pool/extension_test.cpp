// Blocks that grow where they lie: memory is mapped behind the last one, on the simulated device and on the
// host's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "contract/pool/manual_streams.h"
#include "contract/pool/random_program.h"
#include "runtime/device/host.h"
#include "runtime/pool/chunk.h"

namespace palatine::test {
namespace {

using device::MemoryKind;
using device::SimulatedCall;

constexpr uint64_t kStep = 4096;
constexpr uint64_t kBlock = 16 * kStep;

PoolOptions blocks(uint64_t limit = ~uint64_t{0}) {
  PoolOptions options;
  options.first_block_bytes = options.next_block_bytes = kBlock;
  options.limit_bytes = limit;
  return options;
}

// Streams moved by hand over memory of a simulated device that the host may touch.
struct Mapped {
  explicit Mapped(size_t streams, const PoolOptions& options = blocks(), size_t mapping_bytes = kStep)
      : platform(simulated(mapping_bytes)),
        source(*platform.device(0).memory(MemoryKind::managed)),
        s(streams, options, source) {}
  static device::SimulatedOptions simulated(size_t mapping_bytes) {
    device::SimulatedOptions options;
    options.mapping_bytes = mapping_bytes;
    return options;
  }
  PoolStatistics counts() const {
    EXPECT_EQ(s.pool->check(), "");
    EXPECT_EQ(source.memory().used_bytes(), s.pool->statistics().reserved_bytes);
    return s.pool->statistics();
  }
  char* allocate(size_t k, uint64_t bytes, uint64_t alignment = 16) {
    char* address = static_cast<char*>(s.allocate(k, bytes, alignment));
    std::memset(address, 1, bytes);
    return address;
  }
  char* try_allocate(uint64_t bytes) { return static_cast<char*>(s.pool->try_allocate(s.ids[0], bytes)); }
  // After work that is not over.
  void free(size_t k, void* address) { EXPECT_EQ(s.use_and_free(k, address), PoolError::none); }

  device::SimulatedPlatform platform;
  pool::DeviceSource source;
  Streams s;
};

TEST(PoolExtension, ALargeRequestTakesTheFreeEndAndWhatIsMissing) {
  Mapped m(1);
  char* a = m.allocate(0, 10 * kStep);
  // Six steps are free.
  char* b = m.allocate(0, 30 * kStep);
  EXPECT_EQ(b, a + 10 * kStep);
  PoolStatistics now = m.counts();
  EXPECT_EQ(now.blocks, 1u);
  EXPECT_EQ(now.from_extension, 1u);
  EXPECT_EQ(now.from_source, 2u);
  EXPECT_EQ(now.reserved_bytes, 40 * kStep);
  EXPECT_EQ(now.used_bytes, 40 * kStep);
  // Nothing is free at the end; at least as much as a block is added.
  char* c = m.allocate(0, kStep);
  EXPECT_EQ(c, b + 30 * kStep);
  EXPECT_EQ(m.counts().reserved_bytes, 40 * kStep + kBlock);
  EXPECT_EQ(m.counts().blocks, 1u);
}

TEST(PoolExtension, TheStreamsOwnPendingMemoryAtTheEndCounts) {
  Mapped m(2);
  char* a = m.allocate(0, 8 * kStep);
  char* b = m.allocate(0, 6 * kStep);
  m.free(0, b);
  // Pending, then free: two steps at the end.
  char* c = m.allocate(0, 20 * kStep);
  EXPECT_EQ(c, b);
  PoolStatistics now = m.counts();
  EXPECT_EQ(now.blocks, 1u);
  // What is mapped beyond the need is free for all, not pending.
  EXPECT_EQ(now.reserved_bytes, 2 * kBlock);
  EXPECT_EQ(now.pending_bytes, 0u);
  EXPECT_EQ(now.cached_bytes, 4 * kStep);
  EXPECT_EQ(m.allocate(1, 4 * kStep), c + 20 * kStep);
  EXPECT_EQ(m.s.pool->deallocate(a), PoolError::none);
}

TEST(PoolExtension, FreeMemoryBeforeThePendingCountsToo) {
  Mapped m(2);
  char* a = m.allocate(0, 4 * kStep);
  char* b = m.allocate(1, 4 * kStep);
  char* c = m.allocate(0, 8 * kStep);
  m.free(1, b);
  m.s[1].finish_all();
  m.s.pool->poll();
  m.free(0, c);
  EXPECT_EQ(m.allocate(0, 30 * kStep), b);
  EXPECT_EQ(m.counts().reserved_bytes, 34 * kStep);
  m.free(0, a);
}

TEST(PoolExtension, OthersPendingMemoryAtTheEndStaysTheirs) {
  Mapped m(2);
  char* a = m.allocate(0, kBlock);
  m.free(0, a);
  char* b = m.allocate(1, 2 * kBlock);
  EXPECT_EQ(b, a + kBlock);
  EXPECT_EQ(m.counts().pending_bytes, kBlock);
  EXPECT_EQ(m.counts().blocks, 1u);
}

TEST(PoolExtension, AlignmentsAreKept) {
  Mapped m(1);
  m.allocate(0, kBlock - 16);
  for (uint64_t alignment : {32, 256, 4096}) {
    char* a = m.allocate(0, 3 * kBlock, alignment);
    EXPECT_EQ(reinterpret_cast<uint64_t>(a) % alignment, 0u);
    EXPECT_EQ(m.counts().blocks, 1u) << alignment;
  }
  // Larger than what is mapped at once: a block of its own.
  char* a = m.allocate(0, 3 * kBlock, 2 * kStep);
  EXPECT_EQ(reinterpret_cast<uint64_t>(a) % (2 * kStep), 0u);
  EXPECT_EQ(m.s.pool->check(), "");
  EXPECT_EQ(m.s.pool->statistics().blocks, 2u);
}

TEST(PoolExtension, ARangeThatIsFullIsFollowedByAnother) {
  PoolOptions options = blocks();
  options.range_bytes = 3 * kBlock;
  Mapped m(1, options);
  std::vector<char*> parts;
  for (int k = 0; k < 7; ++k) parts.push_back(m.allocate(0, kBlock));
  EXPECT_EQ(m.counts().blocks, 3u);
  EXPECT_EQ(m.counts().from_extension, 4u);
  EXPECT_EQ(parts[2], parts[0] + 2 * kBlock);
  EXPECT_EQ(parts[5], parts[3] + 2 * kBlock);
  // More than a range.
  m.allocate(0, 5 * kBlock);
  EXPECT_EQ(m.counts().blocks, 4u);
  for (char* part : parts) m.free(0, part);
  m.s[0].finish_all();
  EXPECT_EQ(m.s.pool->trim(), 7 * kBlock);
  EXPECT_EQ(m.counts().blocks, 1u);
}

TEST(PoolExtension, NeverBeyondTheLimit) {
  Mapped m(1, blocks(40 * kStep + 100));
  m.allocate(0, 10 * kStep);
  // 6 free, and 24 may be mapped.
  EXPECT_EQ(m.try_allocate(30 * kStep + 16), nullptr);
  EXPECT_NE(m.try_allocate(30 * kStep), nullptr);
  EXPECT_EQ(m.counts().reserved_bytes, 40 * kStep);
}

TEST(PoolExtension, LimitsBelowAStepAreKeptWithBlocks) {
  Mapped m(1, blocks(1000));
  EXPECT_NE(m.try_allocate(900), nullptr);
  EXPECT_LE(m.counts().reserved_bytes, 1000u);
}

TEST(PoolExtension, WithoutMappingEachGrowthIsABlock) {
  for (bool is_wanted : {false, true}) {
    PoolOptions options = blocks();
    if (!is_wanted) options.range_bytes = 0;
    Mapped m(1, options, is_wanted ? 0 : kStep);
    m.allocate(0, 10 * kStep);
    m.allocate(0, 30 * kStep);
    EXPECT_EQ(m.counts().blocks, 2u);
    EXPECT_EQ(m.counts().from_extension, 0u);
    EXPECT_EQ(m.counts().reserved_bytes, 46 * kStep);
  }
}

TEST(PoolExtension, TrimGivesBackTheFreeEnd) {
  Mapped m(1);
  char* a = m.allocate(0, kBlock);
  std::vector<char*> more;
  for (int k = 0; k < 4; ++k) more.push_back(m.allocate(0, kBlock));
  for (int k = 1; k < 4; ++k) m.free(0, more[static_cast<size_t>(k)]);
  EXPECT_EQ(m.s.pool->trim(), 0u) << "pending";
  m.s[0].finish(1);
  EXPECT_EQ(m.s.pool->trim(), 0u) << "pending memory lies behind it";
  m.s[0].finish_all();
  EXPECT_EQ(m.s.pool->trim(4 * kBlock), kBlock);
  EXPECT_EQ(m.counts().reserved_bytes, 4 * kBlock);
  EXPECT_EQ(m.s.pool->trim(), 2 * kBlock);
  EXPECT_EQ(m.counts().reserved_bytes, 2 * kBlock);
  EXPECT_EQ(m.counts().cached_bytes, 0u);
  // It grows again, and what is used was not touched.
  EXPECT_EQ(m.allocate(0, 3 * kBlock), a + 2 * kBlock);
  EXPECT_EQ(m.counts().blocks, 1u);
  EXPECT_EQ(a[kBlock - 1], 1);
}

TEST(PoolExtension, TrimGivesBackPartsOfAFreeBlock) {
  Mapped m(1);
  std::vector<char*> parts;
  for (int k = 0; k < 4; ++k) parts.push_back(m.allocate(0, kBlock));
  for (char* part : parts) m.free(0, part);
  m.s[0].finish_all();
  EXPECT_EQ(m.s.pool->trim(2 * kBlock), 2 * kBlock);
  EXPECT_EQ(m.counts().releasable_bytes, 2 * kBlock);
  EXPECT_EQ(m.counts().releasable_blocks, 1u);
  EXPECT_EQ(m.s.pool->trim(), 2 * kBlock);
  EXPECT_EQ(m.counts().blocks, 0u);
}

TEST(PoolExtension, AFullMemoryLendsTheEndsOfBlocksToEachOther) {
  // Two blocks, both with free ends; one request needs both.
  PoolOptions options = blocks(8 * kBlock);
  options.range_bytes = 4 * kBlock;
  Mapped m(1, options);
  std::vector<char*> parts;
  for (int k = 0; k < 8; ++k) parts.push_back(m.allocate(0, kBlock));
  EXPECT_EQ(m.counts().blocks, 2u);
  for (size_t k : {2u, 3u, 6u, 7u, 5u}) m.free(0, parts[k]);
  char* whole = m.allocate(0, 3 * kBlock);
  EXPECT_EQ(whole, parts[5]);
  EXPECT_EQ(m.counts().blocks, 2u);
  m.free(0, parts[4]);
  m.free(0, whole);
  m.free(0, parts[1]);
  m.s[0].finish_all();
  // The first block keeps one part, so seven can be had in no range; but a block of its own.
  EXPECT_NE(m.try_allocate(7 * kBlock), nullptr);
  EXPECT_EQ(m.counts().reserved_bytes, 8 * kBlock);
}

// ---- faults

TEST(PoolExtension, SmallerExtensionsAreTriedWhenMemoryIsShort) {
  PoolOptions options = blocks();
  options.next_block_bytes = 64 * kStep;
  Mapped m(1, options);
  char* a = m.allocate(0, kBlock);
  m.platform.fail(0, SimulatedCall::map, 1, 3);
  EXPECT_EQ(m.allocate(0, kStep), a + kBlock);
  EXPECT_EQ(m.counts().reserved_bytes, kBlock + 8 * kStep);
}

TEST(PoolExtension, WhatCannotBeMappedIsABlock) {
  Mapped m(1);
  char* a = m.allocate(0, kBlock);
  m.platform.fail(0, SimulatedCall::map, 1, 100);
  EXPECT_NE(m.allocate(0, kStep), nullptr);
  EXPECT_EQ(m.counts().blocks, 2u);
  m.platform.fail(0, SimulatedCall::map, 0, 0);
  // The block that can grow is still the first.
  EXPECT_EQ(m.allocate(0, kBlock), a + kBlock);
  EXPECT_EQ(m.counts().blocks, 2u);
}

TEST(PoolExtension, NoAddressesNoMemoryNothingIsLost) {
  Mapped m(1);
  m.platform.fail(0, SimulatedCall::reserve, 1, 100);
  char* a = m.allocate(0, kBlock);
  EXPECT_EQ(m.counts().from_extension, 0u);
  m.platform.fail(0, SimulatedCall::reserve, 0, 0);
  m.platform.fail_allocation(0, MemoryKind::managed, 1, 1000);
  MemoryShortage why;
  EXPECT_EQ(m.s.pool->try_allocate(m.s.ids[0], kBlock, 16, &why), nullptr);
  EXPECT_THAT(why.text(),
              testing::HasSubstr("the source has no more: allocation of 65536 bytes of managed memory "
                                 "on simulated device 0 (simulated): injected fault"));
  m.platform.fail_allocation(0, MemoryKind::managed, 0, 0);
  EXPECT_NE(m.try_allocate(kBlock), nullptr);
  m.free(0, a);
  EXPECT_EQ(m.counts().blocks, 2u);
}

TEST(PoolExtension, EveryCallOfAProgramMayFailOnce) {
  for (auto call : {SimulatedCall::map, SimulatedCall::reserve, SimulatedCall::allocate}) {
    for (uint64_t nth = 1; nth < 12; ++nth) {
      Mapped m(2, blocks(20 * kBlock));
      m.platform.fail(0, call, nth);
      std::vector<char*> live;
      for (uint64_t k = 0; k < 12; ++k) {
        live.push_back(m.allocate(k % 2, (1 + k * 7 % 5) * kStep * 5));
        if (k % 3 == 2) {
          m.free((k - 1) % 2, live[live.size() - 2]);
          live.erase(live.end() - 2);
        }
        m.counts();
      }
      m.s[0].finish_all();
      m.s.pool->trim();
      m.counts();
    }
  }
}

TEST(PoolExtension, ALostDeviceSaysSo) {
  Mapped m(2);
  char* a = m.allocate(0, kBlock);
  m.free(0, a);
  m.s[0].is_lost = true;
  m.platform.lose(0);
  // What it has can be handed out; more there is not.
  EXPECT_EQ(m.s.pool->try_allocate(m.s.ids[1], kBlock), a);
  MemoryShortage why;
  EXPECT_EQ(m.s.pool->try_allocate(m.s.ids[1], kBlock, 16, &why), nullptr);
  EXPECT_THAT(why.text(), testing::HasSubstr("is lost: injected fault"));
  m.s.pool.reset();
  EXPECT_EQ(m.source.memory().used_bytes(), 0u);
}

TEST(PoolExtension, PatternsReachWhatIsMappedLater) {
  PoolOptions options = blocks();
  options.fresh_memory = FreshMemory::patterns;
  Mapped m(1, options);
  m.allocate(0, 4 * kStep);
  char* a = m.allocate(0, 20 * kStep);
  EXPECT_EQ(m.counts().cached_bytes, 8 * kStep);
#ifndef PALATINE_POOL_POISONS
  a[24 * kStep] = 7;
  EXPECT_THAT(m.s.pool->check(), testing::HasSubstr("free memory was written"));
#else
  (void)a;
#endif
}

TEST(PoolExtension, OnTheHostsOwnMemory) {
  auto platform = device::open_host();
  pool::DeviceSource source(platform->device(0).main_memory());
  Streams s(1, blocks(), source);
  char* a = static_cast<char*>(s.allocate(0, 1 << 20));
  char* b = static_cast<char*>(s.allocate(0, 4 << 20));
  std::memset(b, 3, 4 << 20);
  EXPECT_EQ(b, a + (1 << 20));
  EXPECT_EQ(s.pool->statistics().blocks, 1u);
  EXPECT_EQ(s.pool->check(), "");
  EXPECT_EQ(s.use_and_free(0, b), PoolError::none);
  s[0].finish_all();
  EXPECT_EQ(s.pool->trim(), uint64_t{4} << 20);
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolExtension, RandomProgramsWithAndWithoutFaults) {
  for (uint64_t seed = 301; seed < 309; ++seed) {
    ProgramOptions options;
    options.seed = seed;
    options.operations = 8000;
    options.check_every = 50;
    options.streams = seed % 2 ? 3 : 24;
    options.max_bytes = 32768;
    options.device_steps = 5;
    options.mapping_bytes = seed % 4 < 2 ? 4096 : 32768;
    options.has_faults = seed % 3 == 0;
    options.pool.first_block_bytes = options.pool.next_block_bytes = 16 << 10;
    options.pool.range_bytes = seed % 5 == 0 ? 256 << 10 : uint64_t{1} << 30;
    options.pool.limit_bytes = 3 << 20;
    options.pool.keep_bytes = 512 << 10;
    options.pool.keep_bytes = 512 << 10;
    options.pool.keeps_recent_peak = seed == 306;
    options.pool.is_deterministic = seed == 307;
    options.pool.stream_cache_bytes = seed == 308 ? 256 : 0;
    RandomProgram random(options);
    EXPECT_EQ(random.run(), "");
    EXPECT_GT(random.last_statistics().from_extension, 10u) << seed;
  }
}

}  // namespace
}  // namespace palatine::test
