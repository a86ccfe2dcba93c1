// Reservations and fast reservations.
#include "contract/realm/support.h"

namespace palatine::test {
namespace {

using namespace Realm;

TEST(RealmReservation, ExclusiveHoldsExcludeEachOther) {
  RunningRuntime rt({"-ll:cpu", "3", "-ll:csize", "8"});
  Reservation lock = Reservation::create_reservation();
  int value = 0;  // not atomic: the lock orders the accesses
  std::vector<Event> all;
  for (int k = 0; k < 600; ++k) {
    Event granted = lock.acquire();
    Event done = rt.spawn(rt.cpu(k % 3), [&](Processor) { ++value; }, granted);
    lock.release(done);
    all.push_back(done);
  }
  Event::merge_events(all).external_wait();
  EXPECT_EQ(value, 600);
  lock.destroy_reservation();
}

// Requests of tasks that look for it, of a thread that never does, shared ones and such that are tried again
// meet.
TEST(RealmReservation, TasksThatTakeTurnsExcludeEachOther) {
  constexpr int kTurns = 20000, kOthers = 500;
  RunningRuntime rt;
  Reservation lock = Reservation::create_reservation();
  int value = 0;  // not atomic: the lock orders the accesses
  std::atomic<int> started{0};
  std::vector<Event> all;
  for (int k = 0; k < 2; ++k) {
    all.push_back(rt.spawn(rt.cpu(k), [&](Processor) {
      ++started;
      while (started.load() < 2) {
      }
      for (int turn = 0; turn < kTurns; ++turn) {
        lock.acquire().wait();
        ++value;
        lock.release();
      }
    }));
  }
  int sum_of_seen = 0;
  for (int k = 0; k < kOthers; ++k) {
    lock.acquire().external_wait();
    ++value;
    lock.release();
    lock.acquire(3, false).external_wait();
    sum_of_seen += value > 0;
    lock.release();
    bool retries = false;
    for (Event again; (again = lock.try_acquire(retries)).exists(); retries = true) again.external_wait();
    ++value;
    lock.release();
  }
  Event::merge_events(all).external_wait();
  EXPECT_EQ(sum_of_seen, kOthers);
  EXPECT_EQ(value, 2 * kTurns + 2 * kOthers);
  lock.destroy_reservation();
}

TEST(RealmReservation, ARequestOfTheHolderItselfIsQueued) {
  RunningRuntime rt;
  Reservation lock = Reservation::create_reservation();
  bool was_granted = true;
  rt.spawn(rt.cpu(0), [&](Processor) {
      for (int k = 0; k < 20; ++k) {
        lock.acquire().wait();
        Event second = lock.acquire();
        was_granted = second.has_triggered();
        lock.release();
        second.wait();
        lock.release();
      }
    }).external_wait();
  EXPECT_FALSE(was_granted);
  lock.destroy_reservation();
}

TEST(RealmReservation, SharedHoldsOfOneModeGoTogether) {
  RunningRuntime rt;
  Reservation lock = Reservation::create_reservation();
  EXPECT_TRUE(lock.acquire(1, false).has_triggered());
  EXPECT_TRUE(lock.acquire(1, false).has_triggered());
  Event other_mode = lock.acquire(2, false);
  EXPECT_FALSE(other_mode.has_triggered());
  // A request of a higher mode stops nobody.
  EXPECT_TRUE(lock.acquire(1, false).has_triggered());
  Event exclusive = lock.acquire();
  EXPECT_FALSE(exclusive.has_triggered());
  // A waiting exclusive request stops new shared holds.
  Event late = lock.acquire(1, false);
  EXPECT_FALSE(late.has_triggered());
  for (int k = 0; k < 3; ++k) lock.release();
  // The oldest request is next.
  EXPECT_TRUE(other_mode.has_triggered());
  EXPECT_FALSE(exclusive.has_triggered());
  EXPECT_FALSE(late.has_triggered());
  lock.release();
  EXPECT_TRUE(exclusive.has_triggered());
  EXPECT_FALSE(late.has_triggered());
  lock.release();
  EXPECT_TRUE(late.has_triggered());
  lock.release();
  lock.destroy_reservation();
}

TEST(RealmReservation, AWaitingLowerModeStopsNewHoldsOfAHigherOne) {
  RunningRuntime rt;
  Reservation lock = Reservation::create_reservation();
  EXPECT_TRUE(lock.acquire(5, false).has_triggered());
  Event lower = lock.acquire(3, false);
  Event same = lock.acquire(5, false);
  EXPECT_FALSE(lower.has_triggered());
  EXPECT_FALSE(same.has_triggered());
  lock.release();
  EXPECT_TRUE(lower.has_triggered());
  EXPECT_FALSE(same.has_triggered());
  lock.release();
  EXPECT_TRUE(same.has_triggered());
  lock.release();
  lock.destroy_reservation();
}

TEST(RealmReservation, RequestsAndReleasesWaitForTheirPreconditions) {
  RunningRuntime rt;
  Reservation lock = Reservation::create_reservation();
  UserEvent ask = UserEvent::create_user_event();
  UserEvent give_up = UserEvent::create_user_event();
  Event deferred = lock.acquire(0, true, ask);
  EXPECT_TRUE(lock.acquire().has_triggered());
  ask.trigger();
  EXPECT_FALSE(deferred.has_triggered());
  lock.release(give_up);
  EXPECT_FALSE(deferred.has_triggered());
  give_up.trigger();
  EXPECT_TRUE(deferred.has_triggered());
  lock.release();
  lock.destroy_reservation();
}

TEST(RealmReservation, PoisonLeavesTheLockAlone) {
  RunningRuntime rt;
  Reservation lock = Reservation::create_reservation();
  UserEvent early = UserEvent::create_user_event();
  UserEvent late = UserEvent::create_user_event();
  early.cancel();
  EXPECT_TRUE(ends_poisoned(lock.acquire(0, true, early)));
  Event deferred = lock.acquire(0, true, late);
  late.cancel();
  EXPECT_TRUE(ends_poisoned(deferred));
  EXPECT_EQ(lock.try_acquire(false), Event::NO_EVENT);
  // The hold stays.
  lock.release(early);
  Event next = lock.acquire();
  EXPECT_FALSE(next.has_triggered());
  lock.release();
  EXPECT_TRUE(next.has_triggered());
  lock.release();
  lock.destroy_reservation();
}

TEST(RealmReservation, TryAcquireIsRepeatedUntilItIsGranted) {
  RunningRuntime rt({"-ll:cpu", "3", "-ll:csize", "8"});
  Reservation lock = Reservation::create_reservation();
  EXPECT_EQ(lock.try_acquire(false, 1, false), Event::NO_EVENT);
  EXPECT_EQ(lock.try_acquire(false, 1, false), Event::NO_EVENT);
  Event refused = lock.try_acquire(false);
  ASSERT_TRUE(refused.exists());
  lock.release();
  EXPECT_FALSE(refused.has_triggered());
  lock.release();
  EXPECT_TRUE(refused.has_triggered());
  EXPECT_EQ(lock.try_acquire(true), Event::NO_EVENT);
  EXPECT_TRUE(lock.try_acquire(false).exists());
  lock.release();
  EXPECT_EQ(lock.try_acquire(true), Event::NO_EVENT);
  lock.release();

  int value = 0;
  std::vector<Event> tasks;
  for (int each = 0; each < 6; ++each) {
    tasks.push_back(rt.spawn(rt.cpu(each % 3), [&](Processor) {
      for (int k = 0; k < 100; ++k) {
        Event wait_for = lock.try_acquire(false);
        while (wait_for.exists()) {
          wait_for.wait();
          wait_for = lock.try_acquire(true);
        }
        ++value;
        lock.release();
      }
    }));
  }
  Event::merge_events(tasks).external_wait();
  EXPECT_EQ(value, 600);
  lock.destroy_reservation();
}

TEST(RealmReservation, DestroyingWaitsForTheHolder) {
  RunningRuntime rt;
  Reservation lock = Reservation::create_reservation();
  lock.acquire().wait();
  UserEvent now = UserEvent::create_user_event();
  Reservation copy = lock;
  copy.destroy_reservation(now);
  now.trigger();
  lock.release();
  Reservation next = Reservation::create_reservation();
  EXPECT_NE(next, lock);
  next.destroy_reservation();
}

TEST(RealmFastReservation, LocksInEveryMode) {
  RunningRuntime rt({"-ll:cpu", "3", "-ll:csize", "8"});
  Reservation base = Reservation::create_reservation();
  for (bool has_base : {false, true}) {
    FastReservation lock(has_base ? base : Reservation::NO_RESERVATION);
    EXPECT_TRUE(lock.tryrdlock());
    EXPECT_TRUE(lock.tryrdlock());
    EXPECT_FALSE(lock.trywrlock());
    lock.unlock();
    lock.unlock();
    EXPECT_TRUE(lock.trywrlock());
    EXPECT_FALSE(lock.tryrdlock());
    EXPECT_TRUE(lock.rdlock(FastReservation::WAIT).exists());
    lock.unlock();
    long value = 0;
    std::vector<Event> tasks;
    for (int each = 0; each < 6; ++each) {
      tasks.push_back(rt.spawn(rt.cpu(each % 3), [&, each](Processor) {
        for (int k = 0; k < 200; ++k) {
          bool reads = k % 4 == 0;
          auto mode = each < 3 ? FastReservation::WAIT : FastReservation::SPIN;
          for (;;) {
            Event wait_for = reads ? lock.rdlock(mode) : lock.wrlock(mode);
            if (!wait_for.exists()) break;
            wait_for.wait();
          }
          if (reads) {
            EXPECT_GE(value, 0);
          } else {
            ++value;
          }
          lock.unlock();
        }
      }));
    }
    Event::merge_events(tasks).external_wait();
    EXPECT_EQ(value, 6 * 150);
    std::thread outside([&] {
      EXPECT_EQ(lock.wrlock(FastReservation::EXTERNAL_WAIT), Event::NO_EVENT);
      ++value;
      lock.unlock();
    });
    outside.join();
    EXPECT_EQ(value, 6 * 150 + 1);
  }
  base.destroy_reservation();
}

TEST(RealmFastReservation, SpinningGivesUpWhenTheHolderSleeps) {
  RunningRuntime rt;
  FastReservation lock;
  UserEvent awake = UserEvent::create_user_event();
  ASSERT_EQ(lock.wrlock(), Event::NO_EVENT);
  lock.advise_sleep_entry(awake);
  EXPECT_EQ(lock.wrlock(FastReservation::SPIN), awake);
  lock.advise_sleep_exit();
  lock.unlock();
  awake.trigger();
  EXPECT_EQ(lock.wrlock(FastReservation::SPIN), Event::NO_EVENT);
  lock.unlock();
}

}  // namespace
}  // namespace palatine::test
