// Events, user events, merging and poison.
#include <chrono>

#include "contract/realm/support.h"
#include "runtime/realm/operation.h"

namespace palatine::test {
namespace {

using namespace Realm;

TEST(RealmEvent, NoEventHasTriggered) {
  RunningRuntime rt;
  EXPECT_FALSE(Event::NO_EVENT.exists());
  EXPECT_TRUE(Event::NO_EVENT.has_triggered());
  Event::NO_EVENT.wait();
  Event::NO_EVENT.external_wait();
  EXPECT_TRUE(Event::NO_EVENT.external_timedwait(0));
  Event::NO_EVENT.cancel_operation(nullptr, 0);
  EXPECT_EQ(Event::merge_events(nullptr, 0), Event::NO_EVENT);
  EXPECT_EQ(Event::ignorefaults(Event::NO_EVENT), Event::NO_EVENT);
}

TEST(RealmEvent, UserEventTriggersOnceAndForEver) {
  RunningRuntime rt;
  UserEvent event = UserEvent::create_user_event();
  EXPECT_TRUE(event.exists());
  EXPECT_FALSE(event.has_triggered());
  event.trigger();
  EXPECT_TRUE(event.has_triggered());
  for (int k = 0; k < 1000; ++k) UserEvent::create_user_event().trigger();
  EXPECT_TRUE(event.has_triggered());
  event.wait();
}

TEST(RealmEvent, TriggerWaitsForItsPrecondition) {
  RunningRuntime rt;
  UserEvent first = UserEvent::create_user_event();
  UserEvent second = UserEvent::create_user_event();
  second.trigger(first);
  EXPECT_FALSE(second.has_triggered());
  first.trigger();
  EXPECT_TRUE(second.has_triggered());
}

TEST(RealmEvent, MergeTriggersWithTheLast) {
  RunningRuntime rt;
  for (size_t count : {1, 2, 3, 6, 17, 100}) {
    std::vector<UserEvent> inputs;
    std::vector<Event> events;
    for (size_t k = 0; k < count; ++k) {
      inputs.push_back(UserEvent::create_user_event());
      events.push_back(inputs.back());
    }
    Event merged = Event::merge_events(events);
    Event from_set = Event::merge_events(std::set<Event>(events.begin(), events.end()));
    Event lenient = Event::merge_events_ignorefaults(events);
    for (size_t k = 0; k < count; ++k) {
      EXPECT_FALSE(merged.has_triggered());
      EXPECT_FALSE(from_set.has_triggered());
      EXPECT_FALSE(lenient.has_triggered());
      inputs[(k * 7 + 3) % count].trigger();
    }
    EXPECT_TRUE(merged.has_triggered());
    EXPECT_TRUE(from_set.has_triggered());
    EXPECT_TRUE(lenient.has_triggered());
  }
}

TEST(RealmEvent, PoisonSpreadsAndCanBeIgnored) {
  RunningRuntime rt;
  UserEvent source = UserEvent::create_user_event();
  UserEvent other = UserEvent::create_user_event();
  UserEvent chained = UserEvent::create_user_event();
  UserEvent cleaned = UserEvent::create_user_event();
  Event merged = Event::merge_events(source, other);
  Event lenient = Event::merge_events_ignorefaults(std::vector<Event>{source, other});
  Event ignored = Event::ignorefaults(source);
  chained.trigger(source);
  cleaned.trigger(source, true);
  bool is_poisoned;
  EXPECT_FALSE(merged.has_triggered_faultaware(is_poisoned));
  source.cancel();
  EXPECT_TRUE(source.has_triggered_faultaware(is_poisoned));
  EXPECT_TRUE(is_poisoned);
  // Without waiting for the other one.
  EXPECT_TRUE(merged.has_triggered_faultaware(is_poisoned));
  EXPECT_TRUE(is_poisoned);
  EXPECT_TRUE(chained.has_triggered_faultaware(is_poisoned));
  EXPECT_TRUE(is_poisoned);
  EXPECT_TRUE(cleaned.has_triggered());
  EXPECT_TRUE(ignored.has_triggered());
  EXPECT_FALSE(lenient.has_triggered());
  other.trigger();
  EXPECT_TRUE(lenient.has_triggered());
  EXPECT_TRUE(ends_poisoned(Event::merge_events(Event::NO_EVENT, source)));
  EXPECT_FALSE(ends_poisoned(Event::ignorefaults(merged)));
}

TEST(RealmEvent, ATaskWithAPoisonedPreconditionDoesNotRun) {
  RunningRuntime rt;
  UserEvent source = UserEvent::create_user_event();
  std::atomic<int> runs{0};
  Event first = rt.spawn(rt.cpu(), [&](Processor) { ++runs; }, source);
  Event second = rt.spawn(rt.cpu(1), [&](Processor) { ++runs; }, first);
  Event rescued = rt.spawn(rt.cpu(), [&](Processor) { ++runs; }, Event::ignorefaults(second));
  source.cancel();
  EXPECT_TRUE(ends_poisoned(first));
  EXPECT_TRUE(ends_poisoned(second));
  EXPECT_FALSE(ends_poisoned(rescued));
  EXPECT_EQ(runs, 1);
  // The poison is also seen by what is spawned later.
  EXPECT_TRUE(ends_poisoned(rt.spawn(rt.cpu(), [&](Processor) { ++runs; }, second)));
  EXPECT_EQ(runs, 1);
}

TEST(RealmEvent, WaitingWorksOnEveryKindOfThread) {
  RunningRuntime rt;
  UserEvent event = UserEvent::create_user_event();
  std::atomic<int> woken{0};
  std::vector<Event> tasks;
  for (int k = 0; k < 4; ++k) {
    tasks.push_back(rt.spawn(rt.cpu(k % 2), [&](Processor) {
      event.wait();
      ++woken;
    }));
  }
  std::thread outside([&] {
    event.wait();
    ++woken;
  });
  EXPECT_FALSE(event.external_timedwait(2000000));
  EXPECT_EQ(woken, 0);
  rt.spawn(rt.cpu(), [&](Processor) { event.trigger(); });
  outside.join();
  Event::merge_events(tasks).external_wait();
  EXPECT_EQ(woken, 5);
  EXPECT_TRUE(event.external_timedwait(0));
}

TEST(RealmEvent, TimedWaitsMayBeGivenUpWhileTheEventTriggers) {
  RunningRuntime rt;
  for (int k = 0; k < 200; ++k) {
    UserEvent event = UserEvent::create_user_event();
    Event done = rt.spawn(rt.cpu(), [&](Processor) { event.trigger(); });
    event.external_timedwait(k * 100);
    bool is_poisoned;
    EXPECT_TRUE(event.external_timedwait_faultaware(is_poisoned, 10000000000));
    EXPECT_FALSE(is_poisoned);
    done.external_wait();
  }
}

TEST(RealmEvent, ExternalWaitInATaskHoldsTheThread) {
  RunningRuntime rt;
  UserEvent event = UserEvent::create_user_event();
  Event task = rt.spawn(rt.cpu(), [&](Processor) { event.external_wait(); });
  event.trigger();
  task.external_wait();
}

TEST(RealmEvent, ATaskThatPollsLetsOtherWorkRun) {
  // One worker: what is polled for can only happen when the polling task gives way.
  RunningRuntime rt({"-ll:cpu", "1", "-ll:csize", "8"});
  CompletionQueue queue = CompletionQueue::create_completion_queue(0);
  Event poller = rt.spawn(rt.cpu(), [&](Processor) {
    Event event = realm::run_operation("test", realm::Operation::Place::kWorker, ProfilingRequestSet(),
                                       Event::NO_EVENT, [](realm::Operation&) {});
    while (!event.has_triggered()) {
    }
    event = realm::run_operation("test", realm::Operation::Place::kWorker, ProfilingRequestSet(),
                                 Event::NO_EVENT, [](realm::Operation&) {});
    queue.add_event(event);
    Event popped;
    while (queue.pop_events(&popped, 1) == 0) {
    }
    EXPECT_EQ(popped, event);
  });
  poller.external_wait();
  queue.destroy();
}

TEST(RealmEvent, LongChainsTakeConstantStack) {
  RunningRuntime rt;
  constexpr int kLength = 200000;
  UserEvent first = UserEvent::create_user_event();
  Event last = first;
  for (int k = 0; k < kLength; ++k) {
    UserEvent next = UserEvent::create_user_event();
    next.trigger(last);
    last = next;
  }
  first.trigger();
  last.external_wait();
}

}  // namespace
}  // namespace palatine::test
