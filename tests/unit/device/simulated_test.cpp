// The stepped simulation: order, determinism, time, progress under the test's control.
#include "runtime/device/simulated.h"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <random>
#include <thread>
#include <vector>

namespace palatine::device {
namespace {

// Calls that write down when they ran.
struct Log {
  struct Entry {
    Log* log;
    int value;
  };
  std::vector<int> values;
  std::deque<Entry> entries;

  void queue(Stream& stream, int value) {
    entries.push_back({this, value});
    Status status = stream.call(
        [](void* argument) {
          auto* entry = static_cast<Entry*>(argument);
          entry->log->values.push_back(entry->value);
        },
        &entries.back());
    ASSERT_TRUE(status.ok()) << status.message();
  }
};

std::unique_ptr<Stream> make_stream(Device& device) {
  return device.create_stream().take();
}

std::unique_ptr<Event> make_event(Device& device, bool has_time = false) {
  return device.create_event({has_time}).take();
}

TEST(Simulated, NothingHappensBeforeAStep) {
  SimulatedPlatform platform;
  auto stream = make_stream(platform.device(0));
  auto event = make_event(platform.device(0));
  Log log;
  log.queue(*stream, 1);
  log.queue(*stream, 2);
  ASSERT_TRUE(stream->record(*event).ok());
  EXPECT_EQ(stream->submitted(), 3u);
  EXPECT_EQ(stream->completed(), 0u);
  EXPECT_EQ(event->sequence(), 3u);
  EXPECT_EQ(event->stream_id(), stream->id());
  EXPECT_FALSE(event->query().value());
  EXPECT_FALSE(stream->query().value());

  EXPECT_TRUE(platform.step(*stream));
  EXPECT_EQ(log.values, std::vector<int>({1}));
  EXPECT_EQ(stream->completed(), 1u);
  EXPECT_TRUE(platform.step(*stream));
  EXPECT_FALSE(event->query().value());
  EXPECT_TRUE(platform.step(*stream));
  EXPECT_TRUE(event->query().value());
  EXPECT_TRUE(stream->query().value());
  EXPECT_FALSE(platform.step(*stream));
  EXPECT_EQ(log.values, std::vector<int>({1, 2}));
}

TEST(Simulated, AStreamStopsAtAnEventOfAnother) {
  SimulatedPlatform platform({.devices = 2});
  auto a = make_stream(platform.device(0)), b = make_stream(platform.device(1));
  auto event = make_event(platform.device(0));
  Log log;
  log.queue(*a, 1);
  ASSERT_TRUE(a->record(*event).ok());
  ASSERT_TRUE(b->wait(*event).ok());
  log.queue(*b, 2);
  EXPECT_FALSE(platform.step(*b));
  EXPECT_TRUE(platform.step(*a));
  EXPECT_FALSE(platform.step(*b));
  EXPECT_TRUE(platform.step(*a));
  EXPECT_TRUE(platform.step(*b));
  EXPECT_TRUE(platform.step(*b));
  EXPECT_EQ(log.values, std::vector<int>({1, 2}));
}

TEST(Simulated, AWaitKeepsThePointOfItsCallWhenTheEventIsRecordedAgain) {
  SimulatedPlatform platform;
  auto a = make_stream(platform.device(0)), b = make_stream(platform.device(0));
  auto event = make_event(platform.device(0));
  Log log;
  ASSERT_TRUE(a->record(*event).ok());
  ASSERT_TRUE(b->wait(*event).ok());
  log.queue(*a, 1);
  ASSERT_TRUE(a->record(*event).ok());
  EXPECT_TRUE(platform.step(*a));
  EXPECT_TRUE(platform.step(*b)) << "the first record is done";
  EXPECT_FALSE(event->query().value()) << "the second is not";
  platform.run_all();
  EXPECT_TRUE(event->query().value());
}

TEST(Simulated, AnEventThatWasNeverRecordedIsDone) {
  SimulatedPlatform platform;
  auto stream = make_stream(platform.device(0));
  auto event = make_event(platform.device(0));
  EXPECT_TRUE(event->query().value());
  EXPECT_TRUE(event->wait().ok());
  ASSERT_TRUE(stream->wait(*event).ok());
  EXPECT_TRUE(platform.step(*stream));
}

TEST(Simulated, AHostWaitMakesOnlyTheStepsThatItNeeds) {
  SimulatedPlatform platform;
  auto a = make_stream(platform.device(0)), b = make_stream(platform.device(0)),
       c = make_stream(platform.device(0));
  auto first = make_event(platform.device(0)), second = make_event(platform.device(0));
  Log log;
  log.queue(*a, 1);
  ASSERT_TRUE(a->record(*first).ok());
  log.queue(*a, 2);
  ASSERT_TRUE(b->wait(*first).ok());
  log.queue(*b, 3);
  ASSERT_TRUE(b->record(*second).ok());
  log.queue(*b, 4);
  log.queue(*c, 5);
  ASSERT_TRUE(platform.run_until(*second).ok());
  EXPECT_EQ(log.values, std::vector<int>({1, 3}));
  ASSERT_TRUE(platform.run_until(*c, 1).ok());
  EXPECT_EQ(log.values, std::vector<int>({1, 3, 5}));
  EXPECT_EQ(platform.run_all(), 2u);
}

TEST(Simulated, AWaitThroughAMillionStreamChangesNeedsNoStack) {
  SimulatedPlatform platform;
  auto a = make_stream(platform.device(0)), b = make_stream(platform.device(0));
  auto event = make_event(platform.device(0));
  for (int i = 0; i < 300'000; ++i) {
    ASSERT_TRUE(a->record(*event).ok());
    ASSERT_TRUE(b->wait(*event).ok());
    ASSERT_TRUE(b->record(*event).ok());
    ASSERT_TRUE(a->wait(*event).ok());
  }
  EXPECT_TRUE(a->synchronize().ok());
  EXPECT_EQ(a->completed(), 600'000u);
}

TEST(Simulated, DestroyingAStreamDoesItsWorkAndWhatItWaitsFor) {
  SimulatedPlatform platform;
  auto a = make_stream(platform.device(0)), b = make_stream(platform.device(0));
  auto event = make_event(platform.device(0));
  Log log;
  log.queue(*a, 1);
  ASSERT_TRUE(a->record(*event).ok());
  log.queue(*a, 2);
  ASSERT_TRUE(b->wait(*event).ok());
  log.queue(*b, 3);
  b.reset();
  EXPECT_EQ(log.values, std::vector<int>({1, 3}));
  uint64_t old_id = a->id();
  a.reset();
  EXPECT_TRUE(event->query().value()) << "an event outlives its stream";
  EXPECT_NE(make_stream(platform.device(0))->id(), old_id);
}

// A random program over some streams: what it gives depends on the seed only.
std::vector<int> random_order(uint64_t seed) {
  SimulatedPlatform platform({.devices = 3, .seed = seed});
  std::vector<std::unique_ptr<Stream>> streams;
  std::vector<std::unique_ptr<Event>> events;
  for (size_t i = 0; i < 9; ++i) {
    streams.push_back(make_stream(platform.device(i % 3)));
    events.push_back(make_event(platform.device(i % 3)));
  }
  std::mt19937_64 random(7);
  Log log;
  for (int i = 0; i < 500; ++i) {
    size_t s = random() % 9;
    switch (random() % 4) {
      case 0:
        EXPECT_TRUE(streams[s]->record(*events[s]).ok());
        break;
      case 1:
        EXPECT_TRUE(streams[s]->wait(*events[random() % 9]).ok());
        break;
      default:
        log.queue(*streams[s], i);
    }
    if (random() % 3 == 0) platform.run_random(random() % 4);
  }
  platform.run_random(100'000);
  EXPECT_EQ(platform.run_all(), 0u) << "random steps left something";
  return log.values;
}

TEST(Simulated, ASeedGivesOneOrderAndSeedsGiveOthers) {
  std::vector<int> order = random_order(1);
  EXPECT_EQ(order, random_order(1));
  EXPECT_NE(order, random_order(2));
  EXPECT_GT(order.size(), 200u);
}

TEST(Simulated, TimeIsThatOfTheCostModel) {
  SimulatedOptions options;
  options.copy_engines = 1;
  options.costs.copy_ns = 100;
  options.costs.copy_bytes_per_ns = 10;
  SimulatedPlatform platform(options);
  auto a = make_stream(platform.device(0)), b = make_stream(platform.device(0));
  auto start = make_event(platform.device(0), true), end = make_event(platform.device(0), true);
  auto point = make_event(platform.device(0));
  std::vector<char> from(10'000), to(10'000);
  ASSERT_TRUE(a->record(*start).ok());
  ASSERT_TRUE(a->copy(to.data(), from.data(), 10'000).ok());
  ASSERT_TRUE(a->record(*point).ok());
  ASSERT_TRUE(platform.delay(*a, 50'000).ok());
  ASSERT_TRUE(b->copy(to.data(), from.data(), 1'000).ok());
  ASSERT_TRUE(b->wait(*point).ok());
  ASSERT_TRUE(b->record(*end).ok());
  // The copy of `b` ends first, at 200, and so has the engine first; that of `a` then ends at 1300.
  EXPECT_EQ(platform.advance(1299), 2u) << "the record and the copy of `b`";
  platform.run_timed(100);
  EXPECT_EQ(platform.device(0).elapsed_ns(*start, *end).value(), 1300.0);
  EXPECT_EQ(platform.now_ns(), 51'300u);
}

TEST(Simulated, TimeOfAWaitIsThatOfItsEventWhateverWasSteppedFirst) {
  SimulatedPlatform platform;
  auto a = make_stream(platform.device(0)), b = make_stream(platform.device(0));
  auto point = make_event(platform.device(0)), start = make_event(platform.device(0), true),
       end = make_event(platform.device(0), true);
  ASSERT_TRUE(a->record(*start).ok());
  ASSERT_TRUE(platform.delay(*a, 100).ok());
  ASSERT_TRUE(a->record(*point).ok());
  ASSERT_TRUE(platform.delay(*a, 1'000'000).ok());
  ASSERT_TRUE(b->wait(*point).ok());
  ASSERT_TRUE(platform.delay(*b, 7).ok());
  ASSERT_TRUE(b->record(*end).ok());
  while (platform.step(*a)) {
  }
  while (platform.step(*b)) {
  }
  EXPECT_EQ(platform.device(0).elapsed_ns(*start, *end).value(), 107.0);
}

TEST(Simulated, ProgressCanBeHiddenUntilSomebodyAsks) {
  SimulatedPlatform platform({.hides_progress = true});
  auto stream = make_stream(platform.device(0));
  auto event = make_event(platform.device(0));
  Log log;
  log.queue(*stream, 1);
  ASSERT_TRUE(stream->record(*event).ok());
  log.queue(*stream, 2);
  platform.run_all();
  EXPECT_EQ(stream->completed(), 0u);
  EXPECT_TRUE(event->query().value());
  EXPECT_EQ(stream->completed(), 2u);
  EXPECT_TRUE(stream->query().value());
  EXPECT_EQ(stream->completed(), 3u);
}

TEST(Simulated, MemoryGivesTheSameOffsetsInEveryRun) {
  auto offsets = [] {
    SimulatedPlatform platform;
    Memory& memory = platform.device(0).main_memory();
    std::mt19937_64 random(3);
    std::vector<std::pair<char*, size_t>> blocks;
    std::vector<uint64_t> result;
    char* base = static_cast<char*>(memory.allocate(1).value());
    for (int i = 0; i < 2000; ++i) {
      if (blocks.size() > 50 || (!blocks.empty() && random() % 2)) {
        std::swap(blocks[random() % blocks.size()], blocks.back());
        EXPECT_TRUE(memory.free(blocks.back().first, blocks.back().second).ok());
        blocks.pop_back();
      } else {
        size_t size = 1 + random() % 100'000;
        char* block = static_cast<char*>(memory.allocate(size).value());
        blocks.push_back({block, size});
        result.push_back(static_cast<uint64_t>(block - base));
      }
    }
    return result;
  };
  EXPECT_EQ(offsets(), offsets());
}

TEST(Simulated, MemoryFragmentsAndHeals) {
  SimulatedOptions options;
  options.capacity_bytes[0] = 4096;
  options.alignment_bytes = 1024;
  SimulatedPlatform platform(options);
  Memory& memory = platform.device(0).main_memory();
  std::vector<void*> blocks;
  for (int i = 0; i < 4; ++i) blocks.push_back(memory.allocate(1000).value());
  ASSERT_TRUE(memory.free(blocks[0], 1000).ok());
  ASSERT_TRUE(memory.free(blocks[2], 1000).ok());
  Result<void*> large = memory.allocate(2000);
  ASSERT_EQ(large.status().code(), StatusCode::out_of_memory);
  EXPECT_NE(large.status().message().find("2000 bytes of device memory on simulated device 0"),
            std::string::npos)
      << large.status().message();
  EXPECT_NE(large.status().message().find("largest free block has 1024"), std::string::npos);
  EXPECT_EQ(memory.used_bytes(), 2000u);
  ASSERT_TRUE(memory.free(blocks[1], 1000).ok());
  EXPECT_EQ(memory.allocate(3072).value(), blocks[0]);
}

// Several threads queue, step and ask at once; ThreadSanitizer watches the plain memory that the operations
// write.
TEST(Simulated, ManyThreadsMayStep) {
  SimulatedPlatform platform({.devices = 2});
  auto a = make_stream(platform.device(0)), b = make_stream(platform.device(1));
  uint64_t shared = 0;
  auto add = [](void* argument) { ++*static_cast<uint64_t*>(argument); };
  constexpr int kThreads = 4, kRounds = 500;
  std::mutex pair;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      auto there = make_event(platform.device(0)), back = make_event(platform.device(1));
      for (int i = 0; i < kRounds; ++i) {
        {
          // All writes to `shared` are in one chain: a, b, a, b...
          std::unique_lock lock(pair);
          EXPECT_TRUE(a->call(add, &shared).ok());
          EXPECT_TRUE(a->record(*there).ok());
          EXPECT_TRUE(b->wait(*there).ok());
          EXPECT_TRUE(b->call(add, &shared).ok());
          EXPECT_TRUE(b->record(*back).ok());
          EXPECT_TRUE(a->wait(*back).ok());
        }
        if (i % 3 == 0) EXPECT_TRUE(back->wait().ok());
        platform.run_random(5);
        EXPECT_LE(b->completed(), b->submitted());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_TRUE(a->synchronize().ok());
  EXPECT_TRUE(b->synchronize().ok());
  EXPECT_EQ(shared, 2u * kThreads * kRounds);
}

}  // namespace
}  // namespace palatine::device
