// Memory that is handed out too early is found, whoever's mistake it is, and nothing else is reported.
#include "runtime/pool/reuse_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "contract/pool/manual_streams.h"
#include "contract/pool/random_program.h"

namespace palatine::test {
namespace {

PoolOptions checked() {
  PoolOptions options;
  options.checks_reuse = true;
  return options;
}

size_t lines(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

// What the check alone says, with a pool that makes every mistake.
struct Alone {
  Alone() {
    for (ManualTimeline& timeline : timelines) ids.push_back(order.add(timeline));
  }
  void free(uint64_t from, uint64_t to, size_t stream) {
    check.freed(memory + from, to - from, {{ids[stream], timelines[stream].position()}});
  }
  // How many mistakes that was.
  size_t hand_out(uint64_t from, uint64_t to, size_t stream) {
    const size_t before = lines(check.wrong());
    check.handed_out(memory + from, to - from, ids[stream]);
    return lines(check.wrong()) - before;
  }
  void wait(size_t to, size_t from) {
    const StreamPoint point = order.point(ids[from]);
    timelines[to].queue();
    order.wait(ids[to], point);
  }

  char memory[4096];
  std::array<ManualTimeline, 4> timelines;
  StreamOrder order;
  std::vector<StreamId> ids;
  pool::ReuseCheck check{order};
};

TEST(PoolReuseCheck, WorkThatIsNotOverIsReported) {
  Alone a;
  a.timelines[1].queue(17);
  a.free(0, 96, 1);
  EXPECT_EQ(a.hand_out(0, 96, 2), 1u);
  EXPECT_NE(a.check.wrong().find("96 bytes"), std::string::npos);
  EXPECT_NE(
      a.check.wrong().find("were handed to stream 2 while work of stream 1 up to number 17 may use them"),
      std::string::npos);
  // Once it is handed out, what was before is the new owner's business.
  EXPECT_EQ(a.hand_out(0, 96, 3), 0u);
  a.free(0, 96, 1);
  a.timelines[1].finish(16);
  EXPECT_EQ(a.hand_out(0, 96, 2), 1u);
  a.free(0, 96, 1);
  a.timelines[1].finish(1);
  EXPECT_EQ(a.hand_out(0, 96, 2), 0u);
  a.timelines[1].queue();
  a.free(0, 96, 1);
  EXPECT_EQ(a.hand_out(0, 96, 1), 0u);
}

TEST(PoolReuseCheck, OnlyAPathOfWaitsCounts) {
  Alone a;
  a.timelines[0].queue(3);
  a.free(0, 64, 0);
  a.wait(1, 0);
  a.wait(2, 1);
  EXPECT_EQ(a.hand_out(0, 16, 1), 0u);
  EXPECT_EQ(a.hand_out(16, 32, 2), 0u);
  EXPECT_EQ(a.hand_out(32, 48, 3), 1u);
  // What is queued after the wait is not covered.
  a.timelines[0].queue();
  a.free(64, 128, 0);
  EXPECT_EQ(a.hand_out(64, 80, 1), 1u);
  // Nor what a stream waited for after the point.
  a.wait(3, 1);
  a.wait(1, 0);
  EXPECT_EQ(a.hand_out(80, 96, 1), 0u);
  EXPECT_EQ(a.hand_out(96, 112, 3), 1u);
}

TEST(PoolReuseCheck, EveryByteHasItsOwnUses) {
  Alone a;
  a.timelines[0].queue();
  a.timelines[1].queue();
  a.free(0, 64, 0);
  a.free(64, 128, 1);
  // Merged by the pool; one half is the stream's own.
  EXPECT_EQ(a.hand_out(0, 128, 0), 1u);
  a.free(0, 256, 0);
  EXPECT_EQ(a.hand_out(64, 128, 0), 0u);
  EXPECT_EQ(a.hand_out(0, 256, 1), 2u);
  // Several users, one of them over.
  a.timelines[2].queue();
  a.check.freed(a.memory, 64, {{a.ids[0], 1}, {a.ids[1], 1}, {a.ids[2], 1}});
  a.timelines[0].finish_all();
  EXPECT_EQ(a.hand_out(0, 64, 1), 1u);
}

TEST(PoolReuseCheck, GivingBackTooEarlyIsReported) {
  Alone a;
  a.timelines[0].queue();
  a.free(0, 64, 0);
  a.check.returned(a.memory, 32);
  EXPECT_NE(a.check.wrong().find("given back to the source"), std::string::npos);
  a.check.surrendered(a.memory + 32, 32);
  a.timelines[0].finish_all();
  EXPECT_EQ(lines(a.check.wrong()), 1u);
}

TEST(PoolReuseCheck, SaysThatTheProgramHasNotWaited) {
  Streams s(2, checked());
  void* a = s.allocate(0, 1000);
  EXPECT_EQ(s.use_and_free(0, a), PoolError::none);
  EXPECT_EQ(s.pool->check(), "");
  s.pool->synchronized(s.ids[0]);
  EXPECT_EQ(s.allocate(1, 1000), a);
  EXPECT_NE(
      s.pool->check().find("were handed to stream 1 while work of stream 0 up to number 1 may use them"),
      std::string::npos);
}

TEST(PoolReuseCheck, WaitsFromBeforeThePoolCount) {
  Streams s(2);
  s[0].queue();
  s.wait(1, 0);
  PoolOptions options = checked();
  options.first_block_bytes = options.limit_bytes = 1008;
  Pool pool(heap_source(), s.order, options);
  void* a = pool.allocate(s.ids[0], 1000);
  EXPECT_EQ(pool.deallocate(a, s.ids[0]), PoolError::none);
  EXPECT_EQ(pool.allocate(s.ids[1], 1000), a);
  EXPECT_EQ(pool.check(), "");
  EXPECT_EQ(pool.statistics().checked_reuses, 1u);
}

TEST(PoolReuseCheck, RandomProgramsAreRight) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    ProgramOptions options;
    options.seed = seed;
    options.operations = 4000;
    options.hides_progress = seed % 2 == 0;
    options.has_faults = seed % 3 == 0;
    options.pool = checked();
    options.pool.first_block_bytes = options.pool.next_block_bytes = 64 << 10;
    options.pool.stream_waits = seed % 4 == 1 ? StreamWaits::always : StreamWaits::never;
    options.pool.stream_cache_bytes = seed % 4 == 3 ? 1024 : 0;
    options.pool.is_deterministic = seed % 5 == 4;
    RandomProgram program(options);
    EXPECT_EQ(program.run(), "") << "seed " << seed;
    EXPECT_GT(program.last_statistics().checked_reuses, 100u) << "seed " << seed;
  }
}

}  // namespace
}  // namespace palatine::test
