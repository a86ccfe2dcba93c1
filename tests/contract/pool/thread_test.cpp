// Several threads on one pool, and streams that are threads: what is wrong here is seen by the thread
// sanitizer, because the memory itself is written without any synchronisation but that of streams and pool.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <random>
#include <thread>

#include "contract/pool/manual_streams.h"
#include "runtime/device/host.h"
#include "runtime/device/simulated.h"
#include "runtime/pool/stream_timeline.h"

namespace palatine::test {
namespace {

std::atomic<uint64_t> wrong_tags{0};

struct Write {
  char* address;
  size_t bytes;
  uint64_t before;
  uint64_t after;
};

// Runs on the thread of the stream. `before` 0: whatever was there.
void write(void* argument) {
  auto* work = static_cast<Write*>(argument);
  uint64_t seen;
  for (size_t k = 0; k + 8 <= work->bytes; k += 64) {
    std::memcpy(&seen, work->address + k, 8);
    if (work->before != 0 && seen != work->before) wrong_tags.fetch_add(1, std::memory_order_relaxed);
    std::memcpy(work->address + k, &work->after, 8);
  }
}

void run_threads(device::Device& device, device::Memory& memory, const PoolOptions& options, int threads,
                 int steps) {
  wrong_tags = 0;
  StreamOrder order;
  std::vector<std::unique_ptr<device::Stream>> streams;
  std::vector<std::unique_ptr<pool::StreamTimeline>> timelines;
  std::vector<StreamId> ids;
  for (int k = 0; k < threads; ++k) {
    streams.push_back(device.create_stream().take());
    timelines.push_back(
        std::make_unique<pool::StreamTimeline>(*streams.back(), pool::StreamTimeline::Work::counted));
    ids.push_back(order.add(*timelines.back()));
  }
  pool::DeviceSource source(memory);
  {
    Pool pool(source, order, options);
    std::vector<std::deque<Write>> writes(threads);
    auto program = [&](int self) {
      std::mt19937 random(static_cast<unsigned>(self) + 1);
      struct Live {
        char* address;
        size_t bytes;
        uint64_t tag;
      };
      std::vector<Live> live;
      uint64_t tag = static_cast<uint64_t>(self) << 32;
      for (int step = 0; step < steps; ++step) {
        if (live.size() < 16 && random() % 2) {
          size_t bytes = 64 + random() % 2000;
          auto* address = static_cast<char*>(pool.try_allocate(ids[self], bytes));
          if (!address) continue;
          live.push_back({address, bytes, ++tag});
          writes[self].push_back({address, bytes, 0, tag});
          ASSERT_TRUE(streams[self]->call(write, &writes[self].back()).ok());
        } else if (!live.empty()) {
          size_t which = random() % live.size();
          Live& block = live[which];
          writes[self].push_back({block.address, block.bytes, block.tag, block.tag + (uint64_t{1} << 60)});
          ASSERT_TRUE(streams[self]->call(write, &writes[self].back()).ok());
          // Now and then another thread's stream is named too, which must only make the pool more careful.
          size_t on = random() % 16 ? static_cast<size_t>(self) : random() % ids.size();
          ASSERT_EQ(pool.deallocate(block.address, ids[on]), PoolError::none);
          live[which] = live.back();
          live.pop_back();
        }
        if (random() % 64 == 0) pool.poll();
        if (random() % 256 == 0) pool.trim(64 << 10);
        if (random() % 128 == 0) {
          PoolStatistics now = pool.statistics();
          ASSERT_EQ(now.used_bytes + now.pending_bytes + now.cached_bytes, now.reserved_bytes);
        }
      }
      for (Live& block : live) ASSERT_EQ(pool.deallocate(block.address), PoolError::none);
    };
    std::vector<std::thread> running;
    for (int k = 0; k < threads; ++k) running.emplace_back(program, k);
    for (std::thread& thread : running) thread.join();
    EXPECT_EQ(pool.check(), "");
    for (auto& stream : streams) EXPECT_TRUE(stream->synchronize().ok());
    pool.poll();
    PoolStatistics end = pool.statistics();
    EXPECT_EQ(end.used_bytes, 0u);
    EXPECT_EQ(end.pending_bytes, 0u);
    EXPECT_EQ(pool.check(), "");
  }
  EXPECT_EQ(wrong_tags, 0u);
  EXPECT_EQ(memory.used_bytes(), 0u);
}

PoolOptions little() {
  PoolOptions options;
  options.first_block_bytes = options.next_block_bytes = 16 << 10;
  options.max_block_bytes = 64 << 10;
  options.limit_bytes = 256 << 10;
  return options;
}

device::SimulatedOptions threaded() {
  device::SimulatedOptions options;
  options.is_stepped = false;
  return options;
}

// PALATINE_POOL_OPERATIONS sets how many operations all threads of a test make together.
int steps_of_each(int threads, int usual) {
  const char* wanted = std::getenv("PALATINE_POOL_OPERATIONS");
  return wanted ? std::atoi(wanted) / threads : usual;
}

TEST(PoolThreads, EightThreadsWithStreamsOfTheirOwn) {
  device::SimulatedPlatform platform(threaded());
  run_threads(platform.device(0), *platform.device(0).memory(device::MemoryKind::managed), little(), 8,
              steps_of_each(8, 3000));
}

TEST(PoolThreads, WithCachesOfStreams) {
  PoolOptions options = little();
  options.stream_cache_bytes = 1024;
  device::SimulatedPlatform platform(threaded());
  run_threads(platform.device(0), *platform.device(0).memory(device::MemoryKind::managed), options, 8,
              steps_of_each(8, 3000));
}

TEST(PoolThreads, WithCachesOfStreamsAndWaits) {
  PoolOptions options = little();
  options.stream_cache_bytes = 4096;
  options.stream_waits = StreamWaits::always;
  device::SimulatedPlatform platform(threaded());
  run_threads(platform.device(0), *platform.device(0).memory(device::MemoryKind::managed), options, 8,
              steps_of_each(8, 2000));
}

TEST(PoolThreads, WithStreamWaits) {
  PoolOptions options = little();
  options.stream_waits = StreamWaits::always;
  device::SimulatedPlatform platform(threaded());
  run_threads(platform.device(0), *platform.device(0).memory(device::MemoryKind::managed), options, 8,
              steps_of_each(8, 3000));
}

TEST(PoolThreads, WithHiddenProgress) {
  device::SimulatedOptions hidden = threaded();
  hidden.hides_progress = true;
  device::SimulatedPlatform platform(hidden);
  run_threads(platform.device(0), *platform.device(0).memory(device::MemoryKind::managed), little(), 8,
              steps_of_each(8, 2000));
}

TEST(PoolThreads, OnTheHostsOwnStreams) {
  auto platform = device::open_host();
  run_threads(platform->device(0), platform->device(0).main_memory(), little(), 4, 2000);
}

// Memory freed by one thread on its stream reaches another thread through the program's own order.
TEST(PoolThreads, HandOverThroughAnEvent) {
  device::SimulatedPlatform platform(threaded());
  device::Device& device = platform.device(0);
  auto producer = device.create_stream().take();
  auto consumer = device.create_stream().take();
  pool::StreamTimeline from(*producer, pool::StreamTimeline::Work::counted);
  pool::StreamTimeline to(*consumer, pool::StreamTimeline::Work::counted);
  StreamOrder order;
  StreamId first = order.add(from), second = order.add(to);
  pool::DeviceSource source(*device.memory(device::MemoryKind::managed));
  PoolOptions options = little();
  options.limit_bytes = options.first_block_bytes = 4096;
  options.may_wait = false;
  wrong_tags = 0;
  {
    Pool pool(source, order, options);
    std::deque<Write> writes;
    auto event = device.create_event().take();
    for (int k = 0; k < 200; ++k) {
      auto* a = static_cast<char*>(pool.try_allocate(first, 4096));
      ASSERT_NE(a, nullptr);
      writes.push_back({a, 4096, 0, 1});
      ASSERT_TRUE(producer->call(write, &writes.back()).ok());
      StreamPoint point = order.point(first);
      ASSERT_TRUE(producer->record(*event).ok());
      ASSERT_TRUE(consumer->wait(*event).ok());
      order.wait(second, point);
      ASSERT_EQ(pool.deallocate(a, first), PoolError::none);
      // `record` was queued after the point: the free has a later number and needs a point of its own.
      char* b = static_cast<char*>(pool.try_allocate(second, 4096));
      if (!b) {
        StreamPoint later = order.point(first);
        ASSERT_TRUE(producer->record(*event).ok());
        ASSERT_TRUE(consumer->wait(*event).ok());
        order.wait(second, later);
        b = static_cast<char*>(pool.try_allocate(second, 4096));
      }
      ASSERT_EQ(b, a);
      writes.push_back({b, 4096, 0, 2});
      ASSERT_TRUE(consumer->call(write, &writes.back()).ok());
      ASSERT_EQ(pool.deallocate(b, second), PoolError::none);
      ASSERT_TRUE(consumer->synchronize().ok());
      pool.synchronized(second);
    }
    ASSERT_TRUE(producer->synchronize().ok());
  }
  EXPECT_EQ(wrong_tags, 0u);
}

}  // namespace
}  // namespace palatine::test
