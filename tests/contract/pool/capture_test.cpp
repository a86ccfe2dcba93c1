// Memory of work that is captured and replayed.
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

#include "contract/pool/manual_streams.h"
#include "runtime/pool/include/palatine/pool_capture.h"

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
