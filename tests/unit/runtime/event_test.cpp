// Events: every order of few calls, and many threads with few events.
#include "runtime/realm/event.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace palatine::realm {
namespace {

struct CountingWaiter : Waiter {
  int clean = 0;
  int poisoned = 0;
  CountingWaiter() {
    fire = [](Waiter& waiter, bool is_poisoned) {
      CountingWaiter& self = static_cast<CountingWaiter&>(waiter);
      ++(is_poisoned ? self.poisoned : self.clean);
    };
  }
};

TEST(Event, NoneHasAlwaysTriggered) {
  EXPECT_TRUE(Event::none().has_triggered());
  EXPECT_FALSE(Event::none().exists());
  CountingWaiter waiter;
  bool is_poisoned;
  EXPECT_FALSE(Event::none().subscribe(waiter, is_poisoned));
  EXPECT_EQ(waiter.clean, 0);
}

// Each call is one atomic step of the event's word, so the orders of calls are the interleavings of threads.
TEST(Event, EveryOrderOfSubscribingAndTriggering) {
  enum Step { subscribe_a, subscribe_b, trigger, reuse, reuse_trigger, subscribe_late };
  for (bool poisons : {false, true}) {
    std::vector<int> steps = {subscribe_a, subscribe_b, trigger, reuse, reuse_trigger, subscribe_late};
    std::sort(steps.begin(), steps.end());
    do {
      auto at = [&](int step) { return std::find(steps.begin(), steps.end(), step) - steps.begin(); };
      if (at(reuse) > at(reuse_trigger)) continue;
      UserEvent event = UserEvent::create();
      UserEvent second;
      CountingWaiter a, b, late, other;
      bool is_triggered = false, is_poisoned, a_waits = false, b_waits = false, late_waits = false;
      for (int step : steps) {
        switch (step) {
          case subscribe_a:
            a_waits = event.subscribe(a, is_poisoned);
            EXPECT_EQ(a_waits, !is_triggered);
            break;
          case subscribe_b:
            b_waits = event.subscribe(b, is_poisoned);
            EXPECT_EQ(b_waits, !is_triggered);
            break;
          case subscribe_late:
            late_waits = event.subscribe(late, is_poisoned);
            EXPECT_EQ(late_waits, !is_triggered);
            if (is_triggered) EXPECT_EQ(is_poisoned, poisons);
            break;
          case trigger:
            poisons ? event.poison() : event.trigger();
            is_triggered = true;
            break;
          case reuse:
            // Takes the slot of `event` when that has triggered.
            second = UserEvent::create();
            EXPECT_NE(second.id(), event.id());
            EXPECT_TRUE(second.subscribe(other, is_poisoned));
            break;
          case reuse_trigger:
            second.trigger();
            break;
        }
        EXPECT_EQ(event.has_triggered(is_poisoned), is_triggered);
        EXPECT_EQ(is_poisoned, is_triggered && poisons);
        EXPECT_EQ((poisons ? a.poisoned : a.clean), a_waits && is_triggered);
        EXPECT_EQ((poisons ? b.poisoned : b.clean), b_waits && is_triggered);
        EXPECT_EQ((poisons ? late.poisoned : late.clean), late_waits && is_triggered);
      }
      EXPECT_EQ(other.clean, 1);
    } while (std::next_permutation(steps.begin(), steps.end()));
  }
}

TEST(Event, WaitersAreCalledInTheirOrder) {
  static std::vector<int> order;
  order.clear();
  struct Numbered : Waiter {
    int number;
  };
  Numbered waiters[5];
  UserEvent event = UserEvent::create();
  bool is_poisoned;
  for (int k = 0; k < 5; ++k) {
    waiters[k].number = k;
    waiters[k].fire = [](Waiter& waiter, bool) { order.push_back(static_cast<Numbered&>(waiter).number); };
    ASSERT_TRUE(event.subscribe(waiters[k], is_poisoned));
  }
  event.trigger();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST(Event, LongChainsTakeConstantStack) {
  for (bool poisons : {false, true}) {
    UserEvent first = UserEvent::create(), last = first;
    for (int k = 0; k < 1000000; ++k) {
      UserEvent next = UserEvent::create();
      next.trigger_after(last);
      last = next;
    }
    EXPECT_FALSE(last.has_triggered());
    poisons ? first.poison() : first.trigger();
    bool is_poisoned;
    EXPECT_TRUE(last.has_triggered(is_poisoned));
    EXPECT_EQ(is_poisoned, poisons);
    if (poisons) break;
  }
}

TEST(Event, MergeTriggersWithItsLastInput) {
  UserEvent inputs[4];
  for (UserEvent& input : inputs) input = UserEvent::create();
  std::vector<Event> events(inputs, inputs + 4);
  events.push_back(Event::none());
  Event merged = Event::merge(events.data(), events.size());
  for (int k : {2, 0, 3}) {
    inputs[k].trigger();
    EXPECT_FALSE(merged.has_triggered());
  }
  inputs[1].trigger();
  EXPECT_TRUE(merged.has_triggered());
  EXPECT_FALSE(Event::merge(events.data(), events.size()).exists());
}

TEST(Event, MergePassesPoisonOn) {
  UserEvent a = UserEvent::create(), b = UserEvent::create();
  Event both[] = {a, b};
  Event merged = Event::merge(both, 2);
  a.poison();
  b.trigger();
  bool is_poisoned;
  EXPECT_TRUE(merged.has_triggered(is_poisoned));
  EXPECT_TRUE(is_poisoned);
  EXPECT_TRUE(Event::merge(both, 2).has_triggered(is_poisoned));
  EXPECT_TRUE(is_poisoned);
}

TEST(Event, SlotsAreUsedAgain) {
  for (int k = 0; k < 1000; ++k) UserEvent::create().trigger();
  uint64_t before = event_slots_used();
  Event old = UserEvent::create();
  static_cast<UserEvent&>(old).trigger();
  // More than the generations of one slot: handles stay valid when a slot is retired.
  for (int k = 0; k < 2000000; ++k) {
    UserEvent event = UserEvent::create();
    EXPECT_FALSE(event.has_triggered());
    event.trigger();
  }
  EXPECT_TRUE(old.has_triggered());
  EXPECT_LE(event_slots_used(), before + 256);
}

// A waiter that is counted by whoever calls it, without a lock: the sanitizer sees missing order.
TEST(Event, ManyThreadsSubscribeWhileOneTriggers) {
  constexpr int kRounds = 300, kThreads = 3, kWaiters = 20;
  for (int round = 0; round < kRounds; ++round) {
    UserEvent event = UserEvent::create();
    int payload = 0;
    struct Reader : Waiter {
      int* payload;
      int seen = 0;
    };
    std::vector<Reader> readers(kThreads * kWaiters);
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int k = 0; k < kWaiters; ++k) {
          Reader& reader = readers[static_cast<size_t>(t * kWaiters + k)];
          reader.payload = &payload;
          reader.fire = [](Waiter& waiter, bool) {
            Reader& self = static_cast<Reader&>(waiter);
            self.seen += *self.payload;
          };
          bool is_poisoned;
          if (!event.subscribe(reader, is_poisoned)) reader.seen += payload;
        }
      });
    }
    payload = 1;
    event.trigger();
    for (std::thread& thread : threads) thread.join();
    for (const Reader& reader : readers) ASSERT_EQ(reader.seen, 1);
  }
}

}  // namespace
}  // namespace palatine::realm
