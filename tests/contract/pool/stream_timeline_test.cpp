// The pool over device streams that are moved by hand: which numbers prove what, and how many events that
// takes.
#include <gtest/gtest.h>

#include "runtime/device/simulated.h"
#include "runtime/pool/stream_timeline.h"

namespace palatine::test {
namespace {

using pool::StreamTimeline;

void nothing(void*) {}

struct HiddenDevice {
  explicit HiddenDevice(size_t count, StreamTimeline::Work work) {
    device::SimulatedOptions options;
    options.hides_progress = true;
    platform = std::make_unique<device::SimulatedPlatform>(options);
    for (size_t k = 0; k < count; ++k) {
      streams.push_back(platform->device(0).create_stream().take());
      timelines.push_back(std::make_unique<StreamTimeline>(*streams[k], work));
      ids.push_back(order.add(*timelines[k]));
    }
  }
  void queue(size_t k) { EXPECT_TRUE(streams[k]->call(nothing, nullptr).ok()); }

  std::unique_ptr<device::SimulatedPlatform> platform;
  std::vector<std::unique_ptr<device::Stream>> streams;
  std::vector<std::unique_ptr<StreamTimeline>> timelines;
  StreamOrder order;
  std::vector<StreamId> ids;
};

TEST(PoolTimeline, CountedWorkHasTheNumbersOfItsOperations) {
  HiddenDevice d(1, StreamTimeline::Work::counted);
  StreamTimeline& timeline = *d.timelines[0];
  EXPECT_EQ(timeline.position(), 0u);
  d.queue(0);
  d.queue(0);
  uint64_t number = timeline.position();
  EXPECT_EQ(number, 2u);
  timeline.publish(number);
  EXPECT_LT(timeline.completed(), number);
  d.platform->run_all();
  EXPECT_GE(timeline.completed(), number);
}

TEST(PoolTimeline, ForeignWorkIsOnlyCoveredByALaterEvent) {
  HiddenDevice d(1, StreamTimeline::Work::foreign);
  StreamTimeline& timeline = *d.timelines[0];
  d.queue(0);
  d.platform->run_all();
  uint64_t number = timeline.position();
  // Somebody may have queued work that nobody counted: not over before an event says so.
  EXPECT_LT(timeline.completed(), number);
  timeline.publish(number);
  d.platform->run_all();
  EXPECT_GE(timeline.completed(), number);
  uint64_t mark = timeline.mark();
  EXPECT_GT(timeline.position(), mark);
}

TEST(PoolTimeline, AFewEventsServeManyFrees) {
  HiddenDevice d(2, StreamTimeline::Work::counted);
  pool::DeviceSource source(d.platform->device(0).main_memory());
  Pool pool(source, d.order);
  for (int round = 0; round < 200; ++round) {
    for (int k = 0; k < 50; ++k) {
      void* a = pool.allocate(d.ids[k % 2], 256);
      d.queue(k % 2);
      ASSERT_EQ(pool.deallocate(a, d.ids[k % 2]), PoolError::none);
    }
    d.platform->run_all();
  }
  EXPECT_LE(d.timelines[0]->events_made() + d.timelines[1]->events_made(), 16u);
  EXPECT_LE(pool.statistics().queries, 200u * 50 * 2 / 32 + 2);
  pool.poll();
  d.platform->run_all();
  pool.poll();
  EXPECT_EQ(pool.statistics().pending_bytes, 0u);
  EXPECT_EQ(pool.check(), "");
}

TEST(PoolTimeline, APoolOfOneStreamMakesNoEvents) {
  HiddenDevice d(1, StreamTimeline::Work::foreign);
  pool::DeviceSource source(d.platform->device(0).main_memory());
  Pool pool(source, d.order);
  for (int k = 0; k < 1000; ++k) {
    void* a = pool.allocate(d.ids[0], 256);
    d.queue(0);
    ASSERT_EQ(pool.deallocate(a, d.ids[0]), PoolError::none);
  }
  EXPECT_EQ(d.timelines[0]->events_made(), 0u);
  EXPECT_EQ(pool.statistics().blocks, 1u);
}

TEST(PoolTimeline, LostDevicesGiveTheirMemoryBack) {
  HiddenDevice d(2, StreamTimeline::Work::counted);
  pool::DeviceSource source(d.platform->device(0).main_memory());
  {
    PoolOptions options;
    options.first_block_bytes = options.limit_bytes = 4096;
    Pool pool(source, d.order, options);
    void* a = pool.allocate(d.ids[0], 4096);
    d.queue(0);
    ASSERT_EQ(pool.deallocate(a, d.ids[0]), PoolError::none);
    d.platform->lose(0);
    EXPECT_EQ(pool.try_allocate(d.ids[1], 4096), a);
    EXPECT_EQ(pool.check(), "");
  }
  EXPECT_EQ(d.platform->device(0).main_memory().used_bytes(), 0u);
}

TEST(PoolTimeline, BlocksMayBeMoreAlignedThanTheMemory) {
  HiddenDevice d(1, StreamTimeline::Work::counted);
  pool::DeviceSource source(d.platform->device(0).main_memory());
  {
    PoolOptions options;
    options.first_block_bytes = 256;
    Pool pool(source, d.order, options);
    for (uint64_t alignment : {256, 4096, 65536}) {
      EXPECT_EQ(reinterpret_cast<uint64_t>(pool.allocate(d.ids[0], 300, alignment)) % alignment, 0u);
    }
  }
  EXPECT_EQ(d.platform->device(0).main_memory().used_bytes(), 0u);
}

}  // namespace
}  // namespace palatine::test
