// Pools whose blocks come from the runtime's memories: instances and streams share the bytes and wait for
// each other.
#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "contract/realm/support.h"
#include "palatine/realm_pool.h"
#include "runtime/device/simulated.h"
#include "runtime/pool/stream_timeline.h"

namespace palatine::test {
namespace {

using namespace Realm;

constexpr uint64_t kKiB = 1 << 10;

// The runtime with 1 MiB of memory, and a pool of it over some timelines.
struct Shared {
  explicit Shared(size_t timelines = 2, PoolOptions options = small_blocks(), int workers = 2)
      : rt({"-ll:cpu", std::to_string(workers), "-ll:csize", "1"}), streams(timelines) {
    for (EventTimeline& stream : streams) ids.push_back(order.add(stream));
    pool = std::make_unique<RealmPool>(memory(), order, options);
  }
  ~Shared() { pool.reset(); }

  static PoolOptions small_blocks() {
    PoolOptions options;
    options.first_block_bytes = options.next_block_bytes = 4 * kKiB;
    options.max_block_bytes = 64 * kKiB;
    return options;
  }
  static Memory memory() {
    return Machine::MemoryQuery(Machine::get_machine()).only_kind(Memory::SYSTEM_MEM).has_capacity(1).first();
  }
  // Failures poison the event and do not end the program.
  static Event create(RegionInstance& instance, uint64_t bytes, Event wait_on = Event::NO_EVENT) {
    ProfilingRequestSet tolerant;
    tolerant.add_request(Processor::NO_PROC, 0).add_measurement<ProfilingMeasurements::InstanceStatus>();
    InstanceLayoutOpaque layout(bytes, 16);
    return RegionInstance::create_instance(instance, memory(), layout, tolerant, wait_on);
  }

  RunningRuntime rt;
  std::vector<EventTimeline> streams;
  StreamOrder order;
  std::vector<StreamId> ids;
  std::unique_ptr<RealmPool> pool;
};

bool has_failed(Event event) {
  bool is_poisoned = false;
  return event.has_triggered_faultaware(is_poisoned) && is_poisoned;
}

bool has_bytes(Event event) {
  bool is_poisoned = false;
  return event.has_triggered_faultaware(is_poisoned) && !is_poisoned;
}
bool is_deferred(Event event) {
  bool is_poisoned = false;
  return !event.has_triggered_faultaware(is_poisoned);
}

TEST(RealmPool, BlocksCountAgainstTheMemory) {
  Shared s;
  auto& pool = *s.pool;
  void* used = pool->allocate(s.ids[0], 512 * kKiB);
  RegionInstance instance;
  EXPECT_TRUE(has_failed(s.create(instance, 768 * kKiB)));
  instance.destroy();
  EXPECT_TRUE(has_bytes(s.create(instance, 256 * kKiB)));
  instance.destroy();
  // Larger than the memory: the message has the pool's numbers.
  MemoryShortage why;
  EXPECT_EQ(pool->try_allocate(s.ids[1], 768 * kKiB, 16, &why), nullptr);
  EXPECT_EQ(why.used_bytes, 512 * kKiB);
  EXPECT_EQ(pool->deallocate(used), PoolError::none);
  EXPECT_EQ(pool->check(), "");
}

TEST(RealmPool, LargeAlignmentsAreKept) {
  Shared s;
  for (uint64_t alignment : {16, 256, 4096, 65536}) {
    void* a = (*s.pool)->allocate(s.ids[0], 1000, alignment);
    EXPECT_EQ(reinterpret_cast<uint64_t>(a) % alignment, 0u) << alignment;
    EXPECT_EQ((*s.pool)->deallocate(a), PoolError::none);
    (*s.pool)->trim();
  }
}

TEST(RealmPool, InstancesGetWhatPoolsDoNotNeed) {
  Shared s;
  void* a = (*s.pool)->allocate(s.ids[0], 700 * kKiB);
  EXPECT_EQ((*s.pool)->deallocate(a), PoolError::none);
  EXPECT_GE((*s.pool)->statistics().cached_bytes, 700 * kKiB);
  RegionInstance instance;
  Event ready = s.create(instance, 900 * kKiB);
  EXPECT_TRUE(has_bytes(ready));
  EXPECT_EQ((*s.pool)->statistics().reserved_bytes, 0u);
  instance.destroy();
}

TEST(RealmPool, InstancesWaitForPendingMemoryOfPools) {
  Shared s;
  void* kept = (*s.pool)->allocate(s.ids[1], 16);
  void* a = (*s.pool)->allocate(s.ids[0], 700 * kKiB);
  UserEvent work = UserEvent::create_user_event();
  s.streams[0].queue(work);
  EXPECT_EQ((*s.pool)->deallocate(a), PoolError::none);
  EXPECT_EQ((*s.pool)->statistics().pending_bytes, 700 * kKiB);
  RegionInstance instance, after;
  Event ready = s.create(instance, 900 * kKiB);
  EXPECT_TRUE(is_deferred(ready));
  // And those behind it, in turn.
  Event ready_after = s.create(after, 800 * kKiB, Event::NO_EVENT);
  EXPECT_TRUE(has_failed(ready_after)) << "the memory is promised";
  EXPECT_EQ((*s.pool)->statistics().pending_bytes, 0u);
  EXPECT_EQ((*s.pool)->check(), "");
  work.trigger();
  ready.external_wait();
  instance.destroy();
  after.destroy();
  EXPECT_EQ((*s.pool)->deallocate(kept), PoolError::none);
}

TEST(RealmPool, APreconditionMayBringTheRequest) {
  Shared s;
  void* a = (*s.pool)->allocate(s.ids[0], 700 * kKiB);
  UserEvent work = UserEvent::create_user_event(), start = UserEvent::create_user_event();
  s.streams[0].queue(work);
  EXPECT_EQ((*s.pool)->deallocate(a), PoolError::none);
  RegionInstance instance;
  Event ready = s.create(instance, 900 * kKiB, start);
  EXPECT_EQ((*s.pool)->statistics().pending_bytes, 700 * kKiB);
  start.trigger();
  EXPECT_EQ((*s.pool)->statistics().pending_bytes, 0u);
  EXPECT_TRUE(is_deferred(ready));
  work.trigger();
  ready.external_wait();
  instance.destroy();
}

TEST(RealmPool, PoolsWaitForInstancesThatWillBeDestroyed) {
  Shared s;
  RegionInstance instance;
  EXPECT_TRUE(has_bytes(s.create(instance, 800 * kKiB)));
  UserEvent end = UserEvent::create_user_event();
  instance.destroy(end);
  std::thread later([end] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    end.trigger();
  });
  void* a = (*s.pool)->allocate(s.ids[0], 600 * kKiB);
  EXPECT_TRUE(end.has_triggered());
  later.join();
  EXPECT_EQ((*s.pool)->deallocate(a), PoolError::none);
}

TEST(RealmPool, SmallBlocksPassInstancesThatWait) {
  Shared s;
  RegionInstance first, second;
  EXPECT_TRUE(has_bytes(s.create(first, 500 * kKiB)));
  UserEvent end = UserEvent::create_user_event();
  first.destroy(end);
  Event ready = s.create(second, 900 * kKiB);
  EXPECT_TRUE(is_deferred(ready));
  // 124 KiB are promised to nobody.
  void* a = (*s.pool)->allocate(s.ids[0], 100 * kKiB);
  EXPECT_TRUE(is_deferred(ready));
  end.trigger();
  EXPECT_TRUE(has_bytes(ready));
  second.destroy();
  EXPECT_EQ((*s.pool)->deallocate(a), PoolError::none);
}

TEST(RealmPool, ATaskThatWaitsForMemoryLeavesItsProcessor) {
  Shared s(2, Shared::small_blocks(), 1);
  RegionInstance instance;
  EXPECT_TRUE(has_bytes(s.create(instance, 800 * kKiB)));
  UserEvent end = UserEvent::create_user_event();
  instance.destroy(end);
  std::atomic<bool> has_begun{false};
  Event waiting = s.rt.spawn(s.rt.cpu(), [&](Processor) {
    has_begun = true;
    void* a = (*s.pool)->allocate(s.ids[0], 600 * kKiB);
    EXPECT_EQ((*s.pool)->deallocate(a), PoolError::none);
  });
  while (!has_begun) std::this_thread::yield();
  // On the same, only processor.
  s.rt.spawn(s.rt.cpu(), [&](Processor) { end.trigger(); }).external_wait();
  waiting.external_wait();
}

TEST(RealmPool, PendingMemoryOfTasksIsWaitedFor) {
  PoolOptions options = Shared::small_blocks();
  options.limit_bytes = 64 * kKiB;
  Shared s(2, options);
  UserEvent work = UserEvent::create_user_event();
  void* a = (*s.pool)->allocate(s.ids[0], 64 * kKiB);
  s.streams[0].queue(work);
  EXPECT_EQ((*s.pool)->deallocate(a), PoolError::none);
  std::thread later([work] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    work.trigger();
  });
  EXPECT_EQ((*s.pool)->allocate(s.ids[1], 64 * kKiB), a);
  later.join();
  EXPECT_EQ((*s.pool)->statistics().host_waits, 1u);
}

TEST(RealmPool, InstancesWaitForStreamsOfDevices) {
  Shared s(0);
  device::SimulatedPlatform platform({});
  auto stream = platform.device(0).create_stream().take();
  pool::StreamTimeline timeline(*stream, pool::StreamTimeline::Work::counted);
  StreamId id = s.order.add(timeline);
  void* a = (*s.pool)->allocate(id, 700 * kKiB);
  ASSERT_TRUE(stream->call([](void*) {}, nullptr).ok());
  EXPECT_EQ((*s.pool)->deallocate(a), PoolError::none);
  RegionInstance instance;
  Event ready = s.create(instance, 900 * kKiB);
  EXPECT_TRUE(is_deferred(ready));
  platform.run_all();
  ready.external_wait();
  instance.destroy();
}

// ---- streams of a device that is lost: their work is over, and nobody waits for it

// A pool with memory pending on a stream of a simulated device, which does nothing by itself.
struct OnDevice {
  explicit OnDevice(device::SimulatedOptions options = {}) : platform(options) {
    stream = platform.device(0).create_stream().take();
    timeline = std::make_unique<pool::StreamTimeline>(*stream, pool::StreamTimeline::Work::counted);
    id = s.order.add(*timeline);
  }
  // The pool must not outlive the timelines.
  ~OnDevice() { s.pool.reset(); }
  void use_and_free(uint64_t bytes) {
    void* a = (*s.pool)->allocate(id, bytes);
    ASSERT_TRUE(stream->call([](void*) {}, nullptr).ok());
    EXPECT_EQ((*s.pool)->deallocate(a), PoolError::none);
    EXPECT_EQ((*s.pool)->statistics().pending_bytes, bytes);
  }

  device::SimulatedPlatform platform;
  std::unique_ptr<device::Stream> stream;
  std::unique_ptr<pool::StreamTimeline> timeline;
  Shared s{0};
  StreamId id{};
};

TEST(RealmPool, InstancesGetTheMemoryOfStreamsThatAreLost) {
  OnDevice d;
  d.use_and_free(700 * kKiB);
  RegionInstance instance;
  Event ready = d.s.create(instance, 900 * kKiB);
  EXPECT_TRUE(is_deferred(ready));
  d.platform.lose(0);
  ready.external_wait();
  EXPECT_TRUE(has_bytes(ready));
  EXPECT_EQ((*d.s.pool)->check(), "");
  instance.destroy();
}

TEST(RealmPool, TheDestructorDoesNotWaitForStreamsThatAreLost) {
  // Lost before memory is given back, in between, and after somebody has seen it.
  for (int when = 0; when < 4; ++when) {
    OnDevice d;
    d.use_and_free(700 * kKiB);
    if (when == 0) d.platform.lose(0);
    if (when >= 1) (*d.s.pool)->surrender();
    if (when >= 2) d.platform.lose(0);
    if (when == 3) EXPECT_EQ(d.stream->synchronize().code(), device::StatusCode::device_lost);
    d.s.pool.reset();
    // Nothing is lost with it.
    RegionInstance all;
    Event ready = d.s.create(all, 1 << 20);
    ready.external_wait();
    EXPECT_TRUE(has_bytes(ready)) << when;
    all.destroy();
  }
}

TEST(RealmPool, TheDestructorHearsOfALossWhileItWaits) {
  device::SimulatedOptions options;
  options.is_stepped = false;
  for (bool is_given_back : {false, true}) {
    std::atomic<bool> may_end{false};
    OnDevice d(options);
    void* a = (*d.s.pool)->allocate(d.id, 700 * kKiB);
    const auto wait = [](void* flag) { static_cast<std::atomic<bool>*>(flag)->wait(false); };
    ASSERT_TRUE(d.stream->call(wait, &may_end).ok());
    EXPECT_EQ((*d.s.pool)->deallocate(a), PoolError::none);
    if (is_given_back) (*d.s.pool)->surrender();
    std::thread later([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      d.platform.lose(0);
    });
    d.s.pool.reset();
    later.join();
    EXPECT_FALSE(d.platform.device(0).status().ok());
    may_end = true;
    may_end.notify_all();
    RegionInstance all;
    Event ready = d.s.create(all, 1 << 20);
    ready.external_wait();
    all.destroy();
  }
}

TEST(RealmPool, AStreamOfAnotherDeviceIsLostWithTheOneItWaitsFor) {
  device::SimulatedOptions options;
  options.devices = 2;
  OnDevice d(options);
  auto first = d.platform.device(1).create_stream().take();
  auto event = d.platform.device(1).create_event().take();
  ASSERT_TRUE(first->call([](void*) {}, nullptr).ok());
  ASSERT_TRUE(first->record(*event).ok());
  ASSERT_TRUE(d.stream->wait(*event).ok());
  d.use_and_free(700 * kKiB);
  RegionInstance instance;
  Event ready = d.s.create(instance, 900 * kKiB);
  d.platform.lose(1);
  EXPECT_EQ(d.stream->synchronize().code(), device::StatusCode::device_lost);
  EXPECT_TRUE(d.platform.device(0).status().ok());
  ready.external_wait();
  EXPECT_TRUE(has_bytes(ready));
  instance.destroy();
}

TEST(EventTimeline, ComesAfterAStreamThatIsLost) {
  OnDevice d;
  ASSERT_TRUE(d.stream->call([](void*) {}, nullptr).ok());
  EventTimeline events;
  EXPECT_TRUE(events.wait_for(*d.timeline, d.timeline->position()));
  EXPECT_FALSE(events.after().has_triggered());
  d.platform.lose(0);
  EXPECT_TRUE(events.after().has_triggered());
  EXPECT_EQ(events.completed(), events.position());
}

TEST(RealmPool, TheDestructorWaitsForBlocksThatWereGivenBack) {
  Shared s;
  void* a = (*s.pool)->allocate(s.ids[0], 700 * kKiB);
  UserEvent work = UserEvent::create_user_event();
  s.streams[0].queue(work);
  EXPECT_EQ((*s.pool)->deallocate(a), PoolError::none);
  RegionInstance instance;
  Event ready = s.create(instance, 900 * kKiB);
  std::atomic<bool> is_over{false};
  std::thread later([&, work] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    is_over = true;
    work.trigger();
  });
  s.pool.reset();
  EXPECT_TRUE(is_over);
  later.join();
  ready.external_wait();
  instance.destroy();
}

// ---- timelines of events

TEST(EventTimeline, IsOverWhenAllBeforeIsOver) {
  Shared s;
  EventTimeline timeline;
  EXPECT_EQ(timeline.completed(), timeline.position());
  UserEvent a = UserEvent::create_user_event(), b = UserEvent::create_user_event();
  timeline.queue(a);
  uint64_t first = timeline.position();
  timeline.queue(b);
  uint64_t second = timeline.position();
  EXPECT_LT(first, second);
  // What comes behind it does not count before what is in front of it, even when it is poisoned.
  b.cancel();
  EXPECT_LT(timeline.completed(), first);
  bool was_called = false;
  EXPECT_TRUE(
      timeline.call_when_over(second, [](void* flag) { *static_cast<bool*>(flag) = true; }, &was_called));
  EXPECT_FALSE(was_called);
  a.trigger();
  EXPECT_TRUE(was_called);
  EXPECT_EQ(timeline.completed(), second);
  EXPECT_TRUE(timeline.wait(second));
}

TEST(EventTimeline, WaitsAreWorkOfTheirOwn) {
  Shared s;
  UserEvent work = UserEvent::create_user_event();
  s.streams[0].queue(work);
  StreamPoint point = s.order.point(s.ids[0]);
  EXPECT_TRUE(s.streams[1].wait_for(s.streams[0], point.number));
  s.order.wait(s.ids[1], point);
  EXPECT_FALSE(s.streams[1].after().has_triggered());
  EXPECT_LT(s.streams[1].completed(), s.streams[1].position());
  // Memory that the first has freed before the point is the second's, which cannot begin before.
  void* a = (*s.pool)->allocate(s.ids[0], 4 * kKiB);
  EXPECT_EQ((*s.pool)->deallocate(a), PoolError::none);
  EXPECT_EQ((*s.pool)->allocate(s.ids[1], 4 * kKiB), a);
  // Freed without any other work of the second: still not everybody's.
  EXPECT_EQ((*s.pool)->deallocate(a), PoolError::none);
  EXPECT_EQ((*s.pool)->statistics().pending_chunks, 1u);
  work.trigger();
  EXPECT_TRUE(s.streams[1].after().has_triggered());
  (*s.pool)->poll();
  EXPECT_EQ((*s.pool)->statistics().pending_chunks, 0u);
}

// ---- everything at once: tasks that use memory of pools and instances, all in one small memory

struct Use {
  char* address;
  RegionInstance instance;
  uint64_t bytes;
  uint64_t stamp;
  std::atomic<uint64_t>* errors;
};

constexpr Processor::TaskFuncID kUse = RunningRuntime::kFree;

// Writes its stamp everywhere, lets others run, and looks whether it is still there.
void use(const void* args, size_t, const void*, size_t, Processor) {
  const Use& self = *static_cast<const Use*>(args);
  void* bytes = self.address ? self.address : self.instance.pointer_untyped(0, self.bytes);
  auto* words = static_cast<uint64_t*>(bytes);
  const size_t count = self.bytes / sizeof(uint64_t);
  std::fill(words, words + count, self.stamp);
  if (self.stamp % 16 == 0) std::this_thread::yield();
  *self.errors += std::count(words, words + count, self.stamp) != static_cast<std::ptrdiff_t>(count);
}

struct Counts {
  std::atomic<uint64_t> errors{0}, instances{0}, failures{0};
};

// Uses memory of the pool on `count` streams from `first` on, and instances, in random order; nobody else
// uses these streams. Returns what ends when all is over.
Event run_steps(Shared& s, unsigned seed, int steps, size_t first, size_t count, Counts& counts) {
  std::mt19937 random(seed);
  std::vector<Event> ends;
  for (int step = 0; step < steps; ++step) {
    Use argument{nullptr, RegionInstance::NO_INST, 8 * (1 + random() % 2000),
                 (uint64_t{seed} << 32) + static_cast<uint64_t>(step), &counts.errors};
    if (random() % 3 != 0) {
      size_t k = first + random() % count;
      argument.address = static_cast<char*>((*s.pool)->try_allocate(s.ids[k], argument.bytes));
      if (!argument.address) continue;
      Event used = s.rt.cpu(random() % 3).spawn(kUse, &argument, sizeof argument, s.streams[k].after());
      s.streams[k].queue(used);
      counts.errors += (*s.pool)->deallocate(argument.address) != PoolError::none;
      ends.push_back(used);
    } else {
      argument.bytes *= 1 + random() % 32;
      Event ready = s.create(argument.instance, argument.bytes);
      ++counts.instances;
      counts.failures += has_failed(ready);
      // Skipped when there is no memory.
      Event used = s.rt.cpu(random() % 3).spawn(kUse, &argument, sizeof argument, ready);
      argument.instance.destroy(Event::ignorefaults(used));
      ends.push_back(Event::ignorefaults(used));
    }
    if (random() % 64 == 0) {
      size_t to = first + random() % count, from = random() % s.ids.size();
      StreamPoint point = s.order.point(s.ids[from]);
      if (to != from && s.streams[to].wait_for(s.streams[from], point.number)) {
        s.order.wait(s.ids[to], point);
      }
    }
    if (random() % 256 == 0) counts.errors += !(*s.pool)->check().empty();
    if (random() % 256 == 0) (*s.pool)->trim(64 * kKiB);
  }
  return Event::merge_events_ignorefaults(ends.data(), ends.size());
}

void expect_all_is_well(Shared& s, Counts& counts) {
  EXPECT_EQ(counts.errors, 0u);
  EXPECT_LT(counts.failures, counts.instances / 4);
  EXPECT_EQ((*s.pool)->check(), "");
  s.pool.reset();
  // Nothing is lost.
  RegionInstance all;
  s.create(all, 1 << 20).external_wait();
  all.destroy();
}

PoolOptions half_of_the_memory() {
  PoolOptions options = Shared::small_blocks();
  options.limit_bytes = 512 * kKiB;
  return options;
}

void run_mixed_program(unsigned seed, int steps, StreamWaits waits) {
  PoolOptions options = half_of_the_memory();
  options.stream_waits = waits;
  Shared s(4, options, 3);
  s.rt.runtime.register_task(kUse, use);
  Counts counts;
  run_steps(s, seed, steps, 0, 4, counts).external_wait();
  expect_all_is_well(s, counts);
}

TEST(RealmPool, StreamsAndInstancesInOneSmallMemory) {
  for (unsigned seed = 1; seed <= 3; ++seed) run_mixed_program(seed, 2000, StreamWaits::never);
}

TEST(RealmPool, StreamsAndInstancesInOneSmallMemoryWithStreamWaits) {
  for (unsigned seed = 11; seed <= 12; ++seed) run_mixed_program(seed, 2000, StreamWaits::always);
}

// From tasks on all processors, which wait for memory and leave their processors meanwhile.
TEST(RealmPool, TasksShareAPoolAndAMemory) {
  for (unsigned seed = 21; seed <= 22; ++seed) {
    PoolOptions options = half_of_the_memory();
    options.stream_waits = seed % 2 ? StreamWaits::never : StreamWaits::under_pressure;
    Shared s(6, options, 3);
    s.rt.runtime.register_task(kUse, use);
    Counts counts;
    std::vector<Event> drivers;
    for (unsigned k = 0; k < 3; ++k) {
      drivers.push_back(s.rt.spawn(s.rt.cpu(k), [&s, &counts, seed, k](Processor) {
        run_steps(s, 100 * seed + k, 700, 2 * k, 2, counts).wait();
      }));
    }
    Event::merge_events(drivers.data(), drivers.size()).external_wait();
    expect_all_is_well(s, counts);
  }
}

TEST(RealmPoolDeathTest, TheMessageOfAnInstanceThatNeverFits) {
  auto ask_for_too_much = [] {
    Shared s;
    void* used = (*s.pool)->allocate(s.ids[0], 512 * kKiB);
    EXPECT_NE(used, nullptr);
    RegionInstance instance;
    RegionInstance::create_instance(instance, s.memory(), InstanceLayoutOpaque(768 * kKiB, 16),
                                    ProfilingRequestSet())
        .external_wait();
  };
  EXPECT_EXIT(
      ask_for_too_much(), testing::ExitedWithCode(1),
      "out of memory: an instance needs 786432 bytes .* 524288 bytes are free, the largest free block "
      "has 524288, the limit is 1048576");
}

}  // namespace
}  // namespace palatine::test
