// Memory of work that is captured and replayed.
#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <set>
#include <stdexcept>

#include "contract/pool/manual_streams.h"
#include "runtime/device/simulated.h"
#include "runtime/pool/include/palatine/pool_capture.h"
#include "runtime/pool/stream_timeline.h"

namespace palatine::test {
namespace {

// A timeline that must not be asked while it is captured.
class SilentTimeline final : public Timeline {
 public:
  uint64_t position() override { return 1 + asked(); }
  uint64_t completed() override { return asked(); }
  bool wait(uint64_t) override { return asked() == 0; }
  bool is_captured = false;

 private:
  uint64_t asked() {
    EXPECT_FALSE(is_captured);
    return 0;
  }
};

TEST(PoolCapture, MemoryOfACaptureIsNobodyElses) {
  Streams s(2);
  std::set<void*> captured;
  void* kept = nullptr;
  {
    PoolCapture capture(*s.pool, {s.ids[0]});
    void* a = s.allocate(0, 1000);
    captured.insert(a);
    EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
    // In the captured order it can be used again.
    EXPECT_EQ(s.allocate(0, 1000), a);
    kept = s.allocate(0, 5000);
    captured.insert(kept);
    EXPECT_EQ(s.pool->deallocate(a), PoolError::none);
    // Others, also when the device has done everything, get other memory.
    s[0].finish_all();
    s.pool->poll();
    for (int k = 0; k < 100; ++k) EXPECT_FALSE(captured.count(s.allocate(1, 1000)));
    EXPECT_EQ(s.pool->statistics().used_bytes, 100u * 1008);
    EXPECT_EQ(capture.statistics().used_bytes, 5008u);
    capture.end();
    // The stream is the pool's again, and the memory stays where it is.
    for (int k = 0; k < 100; ++k) EXPECT_FALSE(captured.count(s.allocate(0, 1000)));
    EXPECT_EQ(s.pool->deallocate(kept, s.ids[1]), PoolError::none);
    EXPECT_EQ(s.pool->deallocate(kept, s.ids[1]), PoolError::unknown_address);
    for (int k = 0; k < 100; ++k) EXPECT_FALSE(captured.count(s.allocate(0, 5000)));
  }
  EXPECT_EQ(s.pool->deallocate(kept), PoolError::unknown_address);
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolCapture, StreamsOfACaptureKeepTheirOrder) {
  Streams s(3);
  PoolCapture capture(*s.pool, {s.ids[0], s.ids[1]});
  void* a = s.allocate(0, 1 << 20);
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  void* other = s.allocate(1, 1 << 20);
  EXPECT_NE(other, a);
  EXPECT_EQ(s.use_and_free(1, other), PoolError::none);
  capture.wait(s.ids[1], s.ids[0]);
  void* first = s.allocate(1, 1 << 20);
  void* second = s.allocate(1, 1 << 20);
  EXPECT_EQ((std::set<void*>{first, second}), (std::set<void*>{a, other}));
  EXPECT_THROW(capture.wait(s.ids[2], s.ids[0]), std::invalid_argument);
  EXPECT_THROW(PoolCapture(*s.pool, {s.ids[1]}), std::invalid_argument);
}

TEST(PoolCapture, AsksTheCapturedStreamNothing) {
  SilentTimeline timeline;
  StreamOrder order;
  const StreamId stream = order.add(timeline);
  Pool pool(heap_source(), order);
  {
    timeline.is_captured = true;
    PoolCapture capture(pool, {stream});
    for (int k = 0; k < 1000; ++k) {
      void* a = pool.allocate(stream, static_cast<uint64_t>(64 * (k % 7 + 1)));
      EXPECT_EQ(pool.deallocate(a, stream), PoolError::none);
    }
    EXPECT_LE(capture.statistics().blocks, 1u);
    timeline.is_captured = false;
  }
  EXPECT_EQ(pool.deallocate(pool.allocate(stream, 10), stream), PoolError::none);
}

// A graph whose streams hardly wait for each other: each operation takes memory for its result and gives back
// that of some operations before. What one stream has freed is of no use to others, and nothing is ever over.
double reserved_over_used(MemorySource& source, size_t operations, unsigned seed, uint64_t scale) {
  constexpr size_t kStreams = 8, kLive = 32;
  Streams s(kStreams, {}, source);
  PoolCapture capture(*s.pool, s.ids);
  std::mt19937 random(seed);
  std::vector<void*> live(kLive, nullptr);
  for (size_t step = 0; step < operations; ++step) {
    const size_t stream = step % kStreams;
    void*& slot = live[step % kLive];
    if (slot) EXPECT_EQ(s.use_and_free(stream, slot), PoolError::none);
    slot = s.allocate(stream, (256 + random() % 65536) * scale);
    if (step % 32 == 31) capture.wait(s.ids[stream], s.ids[(stream + 3) % kStreams]);
  }
  const PoolStatistics now = capture.statistics();
  return static_cast<double>(now.reserved_high_bytes) / static_cast<double>(now.used_high_bytes);
}

TEST(PoolCapture, ReservesLessThanTwiceWhatIsLive) {
  for (const unsigned seed : {1, 2, 3}) {
    for (const size_t operations : {100, 1000, 10000, 50000}) {
      EXPECT_LT(reserved_over_used(heap_source(), operations, seed, 1), 2.0) << operations << " " << seed;
    }
  }
  // Memory that is mapped in larger steps, as that of devices.
  device::SimulatedPlatform simulated;
  pool::DeviceSource source(*simulated.device(0).memory(device::MemoryKind::device));
  EXPECT_LT(reserved_over_used(source, 10000, 1, 64), 2.0);
}

TEST(PoolCapture, StreamsThatJoinShareTheirMemory) {
  // Of a graph that forks and joins again and again, each part uses what the one before has freed.
  constexpr size_t kStreams = 4;
  Streams s(kStreams);
  PoolCapture capture(*s.pool, s.ids);
  for (int round = 0; round < 200; ++round) {
    for (size_t k = 1; k < kStreams; ++k) capture.wait(s.ids[k], s.ids[0]);
    const auto first = static_cast<size_t>(round) % kStreams;
    std::vector<void*> blocks;
    for (int k = 0; k < 16; ++k) blocks.push_back(s.allocate(first, 4096 + 16 * static_cast<uint64_t>(k)));
    for (void* block : blocks) EXPECT_EQ(s.use_and_free(first, block), PoolError::none);
    for (size_t k = 1; k < kStreams; ++k) capture.wait(s.ids[0], s.ids[k]);
  }
  const PoolStatistics now = capture.statistics();
  EXPECT_LT(now.reserved_high_bytes, 2 * now.used_high_bytes);
}

TEST(PoolCapture, AddressesOfCapturesThatAreOverAreUsedAgain) {
  MemorySource& source = growing_heap_source();
  constexpr uint64_t kRange = 64 << 20, kStep = 4096;
  const auto allocate = [&](uint64_t bytes) {
    uint64_t range = kRange;
    auto* address = static_cast<char*>(source.allocate_extensible(bytes, 16, range));
    EXPECT_NE(address, nullptr);
    EXPECT_EQ(range, kRange);
    std::memset(address, 1, bytes);
    return address;
  };
  // More than are kept, and more memory than each keeps.
  std::set<char*> blocks;
  for (int k = 0; k < 40; ++k) {
    char* block = allocate(kStep);
    for (uint64_t size = kStep; size < (4 << 20); size += 64 * kStep) {
      ASSERT_TRUE(source.extend(block, size, 64 * kStep));
      std::memset(block + size, 2, 64 * kStep);
    }
    EXPECT_TRUE(blocks.insert(block).second);
  }
  for (char* block : blocks) source.free(block, (4 << 20) + kStep, 16);
  char* again = allocate(kStep);
  EXPECT_TRUE(blocks.count(again));
  // All of the range can be filled, emptied and filled again, and nothing beyond it.
  ASSERT_TRUE(source.extend(again, kStep, kRange - kStep));
  again[kRange - 1] = 3;
  EXPECT_EQ(source.shrink(again, kRange, kStep), kStep);
  ASSERT_TRUE(source.extend(again, kStep, kRange - kStep));
  // What was given back is the system's again.
  EXPECT_EQ(again[kRange - 1], 0);
  EXPECT_EQ(again[0], 1);
  source.free(again, kRange, 16);
}

TEST(PoolCapture, KeepsTheLimitAndGivesEverythingBack) {
  TestSource source;
  PoolOptions options;
  options.first_block_bytes = options.next_block_bytes = 4096;
  options.limit_bytes = 16384;
  Streams s(1, options, source);
  s.allocate(0, 4000);
  {
    PoolCapture capture(*s.pool, {s.ids[0]});
    s.allocate(0, 12000);
    MemoryShortage shortage;
    EXPECT_EQ(s.pool->try_allocate(s.ids[0], 4000, 16, &shortage), nullptr);
    EXPECT_EQ(shortage.asked_bytes, 4000u);
    EXPECT_EQ(source.out_blocks, 2u);
  }
  EXPECT_EQ(source.out_blocks, 1u);
}

TEST(PoolPatterns, WritesBehindTheEndAreReported) {
#if __has_feature(address_sanitizer)
  constexpr bool is_written = false;
#else
  constexpr bool is_written = true;
#endif
  PoolOptions options;
  options.fresh_memory = FreshMemory::patterns;
  options.red_zone_bytes = 16;
  Streams s(1, options);
  auto* a = static_cast<unsigned char*>(s.allocate(0, 32));
  auto* b = static_cast<unsigned char*>(s.allocate(0, 32));
  a[31] = 1;
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  EXPECT_EQ(s.pool->check(), "");
  // The address sanitizer stops the program at the write itself.
  if (is_written) b[33] = 1;
  EXPECT_EQ(s.use_and_free(0, b), PoolError::none);
  EXPECT_EQ(s.pool->check().find("memory was written behind its end") != std::string::npos, is_written);
}

}  // namespace
}  // namespace palatine::test
