// Barriers and completion queues.
#include "contract/realm/support.h"

namespace palatine::test {
namespace {

using namespace Realm;

struct SumOp {
  typedef long LHS;
  typedef int RHS;
  static const RHS identity;
  template <bool EXCLUSIVE>
  static void apply(LHS& lhs, RHS rhs) {
    EXCLUSIVE ? void(lhs += rhs) : void(__atomic_fetch_add(&lhs, long(rhs), __ATOMIC_RELAXED));
  }
  template <bool EXCLUSIVE>
  static void fold(RHS& rhs1, RHS rhs2) {
    EXCLUSIVE ? void(rhs1 += rhs2) : void(__atomic_fetch_add(&rhs1, rhs2, __ATOMIC_RELAXED));
  }
};
const int SumOp::identity = 0;
constexpr ReductionOpID kSum = 7;

TEST(RealmBarrier, PhasesTriggerInOrder) {
  RunningRuntime rt;
  Barrier first = Barrier::create_barrier(2);
  Barrier second = first.advance_barrier();
  Barrier third = second.advance_barrier();
  EXPECT_EQ(second.get_previous_phase(), first);
  second.arrive(2);
  third.arrive();
  EXPECT_FALSE(first.has_triggered());
  EXPECT_FALSE(second.has_triggered());
  first.arrive();
  EXPECT_FALSE(first.has_triggered());
  first.arrive();
  EXPECT_TRUE(first.has_triggered());
  EXPECT_TRUE(second.has_triggered());
  EXPECT_FALSE(third.has_triggered());
  third.arrive();
  EXPECT_TRUE(third.has_triggered());
  third.destroy_barrier();
}

TEST(RealmBarrier, IsAnEventForEverything) {
  RunningRuntime rt;
  Barrier barrier = Barrier::create_barrier(1);
  Barrier next = barrier.advance_barrier();
  UserEvent chained = UserEvent::create_user_event();
  chained.trigger(barrier);
  Event merged = Event::merge_events(barrier, next);
  std::atomic<bool> has_run{false};
  Event task = rt.spawn(rt.cpu(), [&](Processor) { has_run = true; }, barrier);
  Event waiting = rt.spawn(rt.cpu(1), [&](Processor) {
    next.wait();
    EXPECT_TRUE(barrier.has_triggered());
  });
  EXPECT_FALSE(has_run);
  barrier.arrive();
  task.external_wait();
  EXPECT_TRUE(chained.has_triggered());
  EXPECT_FALSE(merged.has_triggered());
  next.arrive();
  merged.external_wait();
  waiting.external_wait();
  EXPECT_TRUE(has_run);
  barrier.destroy_barrier();
}

TEST(RealmBarrier, ArrivalsWaitForTheirPreconditions) {
  RunningRuntime rt;
  Barrier barrier = Barrier::create_barrier(3);
  UserEvent event = UserEvent::create_user_event();
  barrier.arrive(2, event);
  barrier.arrive();
  EXPECT_FALSE(barrier.has_triggered());
  event.trigger();
  EXPECT_TRUE(barrier.has_triggered());
  barrier.destroy_barrier();
}

TEST(RealmBarrier, TheCountCanChange) {
  RunningRuntime rt;
  Barrier barrier = Barrier::create_barrier(1);
  barrier = barrier.alter_arrival_count(2);
  barrier.arrive(2);
  EXPECT_FALSE(barrier.has_triggered());
  Barrier next = barrier.advance_barrier();
  // For the next phase and those after it.
  next = next.alter_arrival_count(-1);
  barrier.arrive();
  EXPECT_TRUE(barrier.has_triggered());
  next.arrive(2);
  EXPECT_TRUE(next.has_triggered());
  Barrier after = next.advance_barrier();
  after.arrive();
  EXPECT_FALSE(after.has_triggered());
  after = after.alter_arrival_count(-1);
  EXPECT_TRUE(after.has_triggered());
  Barrier::ParticipantInfo participants[] = {{0, 2}, {0, 3}};
  Barrier last = after.advance_barrier().set_arrival_pattern(participants, 2);
  last.arrive(4);
  EXPECT_FALSE(last.has_triggered());
  last.arrive();
  EXPECT_TRUE(last.has_triggered());
  last.destroy_barrier();
}

TEST(RealmBarrier, EachPhaseHasItsOwnReduction) {
  RunningRuntime rt;
  ASSERT_TRUE(rt.runtime.register_reduction<SumOp>(kSum));
  EXPECT_FALSE(rt.runtime.register_reduction<SumOp>(kSum));
  long initial = 1000;
  Barrier barrier = Barrier::create_barrier(4, kSum, &initial, sizeof initial);
  Barrier phase = barrier;
  for (int k = 0; k < 5; ++k) {
    long result = -1;
    EXPECT_FALSE(phase.get_result(&result, sizeof result));
    std::vector<Event> tasks;
    for (int each = 0; each < 4; ++each) {
      tasks.push_back(rt.spawn(rt.cpu(each % 2), [phase, k, each](Processor) {
        int value = 10 * k + each;
        phase.arrive(1, Event::NO_EVENT, &value, sizeof value);
      }));
    }
    phase.external_wait();
    EXPECT_TRUE(phase.get_result(&result, sizeof result));
    EXPECT_EQ(result, 1000 + 40 * k + 6);
    Event::merge_events(tasks).external_wait();
    phase = phase.advance_barrier();
  }
  // Values of earlier phases stay.
  long first = 0;
  EXPECT_TRUE(barrier.get_result(&first, sizeof first));
  EXPECT_EQ(first, 1006);
  // A value that comes before its phase is open.
  int value = 5;
  Barrier later = phase.advance_barrier();
  UserEvent event = UserEvent::create_user_event();
  later.arrive(4, event, &value, sizeof value);
  value = 77;
  event.trigger();
  phase.arrive(4);
  long result = 0;
  EXPECT_TRUE(later.get_result(&result, sizeof result));
  EXPECT_EQ(result, 1005);
  EXPECT_TRUE(phase.get_result(&result, sizeof result));
  EXPECT_EQ(result, 1000);
  barrier.destroy_barrier();
}

TEST(RealmBarrier, PlacesAreUsedAgain) {
  RunningRuntime rt;
  std::set<Event::id_t> seen;
  for (int k = 0; k < 1000; ++k) {
    Barrier barrier = Barrier::create_barrier(1);
    EXPECT_TRUE(seen.insert(barrier.id).second);
    barrier.arrive();
    barrier.destroy_barrier();
    EXPECT_TRUE(barrier.has_triggered());
  }
}

TEST(RealmBarrier, SynchronizesManyTasksForManyPhases) {
  RunningRuntime rt({"-ll:cpu", "3", "-ll:csize", "8"});
  constexpr int kTasks = 6;
  constexpr int kPhases = 200;
  Barrier barrier = Barrier::create_barrier(kTasks);
  int values[kTasks] = {};
  std::vector<Event> tasks;
  for (int each = 0; each < kTasks; ++each) {
    tasks.push_back(rt.spawn(rt.cpu(each % 3), [&, each](Processor) {
      Barrier phase = barrier;
      for (int k = 0; k < kPhases; ++k) {
        // Not atomic: the barrier orders the phases.
        values[each] = k;
        phase.arrive();
        phase.wait();
        for (int other : values) EXPECT_EQ(other, k);
        phase = phase.advance_barrier();
        phase.arrive();
        phase.wait();
        phase = phase.advance_barrier();
      }
    }));
  }
  Event::merge_events(tasks).external_wait();
  barrier.destroy_barrier();
}

TEST(RealmCompletionQueue, GivesEventsAsTheyTrigger) {
  RunningRuntime rt;
  for (size_t size : {size_t{0}, size_t{3}}) {
    CompletionQueue queue = CompletionQueue::create_completion_queue(size);
    Event popped[8];
    EXPECT_EQ(queue.pop_events(popped, 8), 0u);
    UserEvent a = UserEvent::create_user_event();
    UserEvent b = UserEvent::create_user_event();
    UserEvent c = UserEvent::create_user_event();
    queue.add_event(a);
    queue.add_event(b);
    queue.add_event_faultaware(c);
    Event nonempty = queue.get_nonempty_event();
    EXPECT_FALSE(nonempty.has_triggered());
    b.trigger();
    EXPECT_TRUE(nonempty.has_triggered());
    EXPECT_EQ(queue.get_nonempty_event(), Event::NO_EVENT);
    c.cancel();
    a.trigger();
    EXPECT_EQ(queue.pop_events(popped, 2), 2u);
    EXPECT_EQ(popped[0], b);
    EXPECT_EQ(popped[1], c);
    EXPECT_EQ(queue.pop_events(nullptr, 8), 1u);
    EXPECT_EQ(queue.pop_events(popped, 8), 0u);
    // An event that has triggered is there at once.
    queue.add_event(a);
    EXPECT_EQ(queue.pop_events(popped, 8), 1u);
    UserEvent gone = UserEvent::create_user_event();
    queue.destroy(gone);
    gone.trigger();
  }
}

TEST(RealmCompletionQueue, WakesATakerThatWaits) {
  RunningRuntime rt;
  constexpr int kEvents = 2000;
  CompletionQueue queue = CompletionQueue::create_completion_queue(0);
  int taken = 0;
  Event taker = rt.spawn(rt.cpu(0), [&](Processor) {
    while (taken < kEvents) {
      queue.get_nonempty_event().wait();
      Event events[16];
      taken += static_cast<int>(queue.pop_events(events, 16));
    }
  });
  Event adder = rt.spawn(rt.cpu(1), [&](Processor) {
    for (int k = 0; k < kEvents; ++k) {
      UserEvent event = UserEvent::create_user_event();
      queue.add_event(event);
      event.trigger();
    }
  });
  Event::merge_events(taker, adder).external_wait();
  EXPECT_EQ(taken, kEvents);
  queue.destroy();
}

TEST(RealmCompletionQueue, ServesManyAddersAndTakers) {
  RunningRuntime rt({"-ll:cpu", "3", "-ll:csize", "8"});
  constexpr int kEvents = 1000;
  CompletionQueue queue = CompletionQueue::create_completion_queue(0);
  std::mutex mutex;
  std::set<Event> taken;
  std::atomic<int> count{0};
  std::vector<Event> tasks;
  for (int each = 0; each < 3; ++each) {
    tasks.push_back(rt.spawn(rt.cpu(each), [&](Processor) {
      for (int k = 0; k < kEvents; ++k) {
        UserEvent event = UserEvent::create_user_event();
        queue.add_event(event);
        event.trigger();
      }
    }));
    tasks.push_back(rt.spawn(rt.cpu(each), [&](Processor) {
      Event events[16];
      while (count < 3 * kEvents) {
        size_t popped = queue.pop_events(events, 16);
        std::lock_guard lock(mutex);
        taken.insert(events, events + popped);
        count = static_cast<int>(taken.size());
      }
    }));
  }
  Event::merge_events(tasks).external_wait();
  EXPECT_EQ(taken.size(), 3u * kEvents);
  queue.destroy();
}

}  // namespace
}  // namespace palatine::test
