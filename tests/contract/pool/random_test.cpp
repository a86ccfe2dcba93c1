// Random programs against the oracle of random_program.h. PALATINE_POOL_OPERATIONS sets how many operations
// there are in all; the default takes a few seconds.
#include <gtest/gtest.h>

#include <cstdlib>

#include "contract/pool/random_program.h"

namespace palatine::test {
namespace {

uint64_t total_operations() {
  const char* wanted = std::getenv("PALATINE_POOL_OPERATIONS");
  if (wanted) return std::strtoull(wanted, nullptr, 10);
#if defined(__SANITIZE_THREAD__) || \
    (defined(__has_feature) && (__has_feature(thread_sanitizer) || __has_feature(address_sanitizer)))
  return 200000;
#else
  return 1000000;
#endif
}

constexpr int kPrograms = 10;

ProgramOptions program(uint64_t seed) {
  ProgramOptions options;
  options.seed = seed;
  options.operations = total_operations() / kPrograms;
  options.pool.first_block_bytes = 64 << 10;
  options.pool.next_block_bytes = 64 << 10;
  options.pool.max_block_bytes = 1 << 20;
  return options;
}

TEST(PoolRandom, FewStreams) {
  ProgramOptions options = program(101);
  options.streams = 3;
  // A slow device and little memory: much of it is in flight, and the order that is known is needed.
  options.device_steps = 2;
  options.max_live = 60;
  options.pool.limit_bytes = 160 << 10;
  RandomProgram random(options);
  EXPECT_EQ(random.run(), "");
  EXPECT_GT(random.handed_over(), 0u);
}

TEST(PoolRandom, ManyStreams) {
  ProgramOptions options = program(102);
  options.streams = 64;
  options.device_steps = 2;
  options.pool.limit_bytes = 400 << 10;
  RandomProgram random(options);
  EXPECT_EQ(random.run(), "");
  EXPECT_GT(random.last_statistics().from_known_order, 0u);
  EXPECT_GT(random.last_statistics().from_own_pending, 0u);
  EXPECT_GT(random.last_statistics().from_free, 0u);
}

TEST(PoolRandom, LittleMemory) {
  ProgramOptions options = program(103);
  options.streams = 16;
  options.pool.limit_bytes = 256 << 10;
  RandomProgram random(options);
  EXPECT_EQ(random.run(), "");
  EXPECT_GT(random.last_statistics().host_waits, 0u);
}

TEST(PoolRandom, LittleMemoryWithStreamWaitsUnderPressure) {
  ProgramOptions options = program(104);
  options.streams = 16;
  options.pool.limit_bytes = 256 << 10;
  options.pool.stream_waits = StreamWaits::under_pressure;
  options.pool.may_wait = false;
  RandomProgram random(options);
  EXPECT_EQ(random.run(), "");
  EXPECT_GT(random.last_statistics().from_stream_wait, 0u);
  EXPECT_EQ(random.last_statistics().host_waits, 0u);
}

TEST(PoolRandom, StreamWaitsAlways) {
  ProgramOptions options = program(105);
  options.streams = 24;
  options.pool.max_block_bytes = 64 << 10;
  // Blocks of their own.
  options.mapping_bytes = 0;
  options.pool.stream_waits = StreamWaits::always;
  RandomProgram random(options);
  EXPECT_EQ(random.run(), "");
  EXPECT_GT(random.last_statistics().from_stream_wait, 0u);
}

TEST(PoolRandom, StreamsThatKeepToMemoryOfTheirOwn) {
  for (const bool is_mapped : {false, true}) {
    ProgramOptions options = program(is_mapped ? 115 : 114);
    options.operations /= 2;
    options.streams = 12;
    if (!is_mapped) options.mapping_bytes = 0;
    options.pool.keeps_streams_apart = true;
    options.pool.limit_bytes = 512 << 10;
    RandomProgram random(options);
    EXPECT_EQ(random.run(), "");
  }
}

TEST(PoolRandom, ProgressIsOnlySeenWhenAskedFor) {
  ProgramOptions options = program(106);
  options.hides_progress = true;
  RandomProgram random(options);
  EXPECT_EQ(random.run(), "");
  EXPECT_GT(random.last_statistics().queries, 0u);
}

TEST(PoolRandom, OthersQueueWorkOnTheStreamsToo) {
  ProgramOptions options = program(107);
  options.hides_progress = true;
  options.work = pool::StreamTimeline::Work::foreign;
  options.pool.stream_waits = StreamWaits::under_pressure;
  options.pool.limit_bytes = 512 << 10;
  RandomProgram random(options);
  EXPECT_EQ(random.run(), "");
}

TEST(PoolRandom, DeterministicPools) {
  ProgramOptions options = program(108);
  options.pool.is_deterministic = true;
  options.pool.limit_bytes = 512 << 10;
  RandomProgram random(options);
  EXPECT_EQ(random.run(), "");
}

TEST(PoolRandom, EverythingIsCheckedAfterEveryOperation) {
  for (uint64_t seed = 201; seed < 205; ++seed) {
    ProgramOptions options = program(seed);
    options.operations /= 100;
    options.check_every = 1;
    options.streams = seed % 2 ? 3 : 64;
    options.device_steps = 4;
    options.has_faults = seed >= 203;
    options.pool.stream_waits = seed >= 203 ? StreamWaits::under_pressure : StreamWaits::never;
    options.pool.limit_bytes = 400 << 10;
    options.pool.keep_bytes = 128 << 10;
    options.pool.stream_cache_bytes = seed % 2 ? 0 : 256;
    RandomProgram random(options);
    EXPECT_EQ(random.run(), "");
  }
}

TEST(PoolRandom, CachesOfStreams) {
  ProgramOptions options = program(111);
  options.streams = 64;
  options.device_steps = 4;
  options.pool.stream_cache_bytes = 512;
  options.pool.limit_bytes = 400 << 10;
  RandomProgram random(options);
  EXPECT_EQ(random.run(), "");
  EXPECT_GT(random.last_statistics().from_known_order, 0u);
}

TEST(PoolRandom, CachesOfFewStreamsWithStreamWaitsAndFaults) {
  for (uint64_t seed = 112; seed < 114; ++seed) {
    ProgramOptions options = program(seed);
    options.operations /= 2;
    options.streams = 3;
    options.has_faults = options.hides_progress = true;
    options.check_every = 500;
    options.pool.stream_cache_bytes = 4096;
    options.pool.small_bytes = seed % 2 ? 256 : 0;
    options.pool.stream_waits = StreamWaits::under_pressure;
    options.pool.limit_bytes = 512 << 10;
    RandomProgram random(options);
    EXPECT_EQ(random.run(), "");
  }
}

TEST(PoolRandom, SmallBlocksAndPatterns) {
  ProgramOptions options = program(109);
  options.pool.small_bytes = 256;
  options.pool.fresh_memory = FreshMemory::patterns;
  RandomProgram random(options);
  EXPECT_EQ(random.run(), "");
}

TEST(PoolRandom, FaultsLoseNoBlock) {
  ProgramOptions options = program(110);
  options.has_faults = true;
  options.hides_progress = true;
  options.pool.stream_waits = StreamWaits::under_pressure;
  options.pool.limit_bytes = 512 << 10;
  RandomProgram random(options);
  EXPECT_EQ(random.run(), "");
}

}  // namespace
}  // namespace palatine::test
