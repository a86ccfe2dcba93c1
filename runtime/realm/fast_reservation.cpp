#include <mutex>

#include "realm/reservation.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/task.h"
#include "runtime/realm/worker.h"

namespace Realm {

namespace core = palatine::realm;

namespace {

constexpr uint32_t kWriter = 1u << 31;
constexpr uint32_t kWaited = 1u << 30;
constexpr uint32_t kReaders = kWaited - 1;

class Guard {
 public:
  explicit Guard(std::atomic<bool>& flag) : flag_(flag) {
    while (flag_.exchange(true, std::memory_order_acquire)) sched_yield();
  }
  ~Guard() { flag_.store(false, std::memory_order_release); }

 private:
  std::atomic<bool>& flag_;
};

}  // namespace

FastReservation::FastReservation(Reservation _rsrv) : base(_rsrv) {}

FastReservation::~FastReservation() {
  if (state.load(std::memory_order_relaxed) & ~kWaited) {
    core::bad_use("FastReservation::~FastReservation", "the lock is held");
  }
}

bool FastReservation::try_lock_as(bool is_writer, bool wants_blocker, Event& blocker) {
  blocker = Event::NO_EVENT;
  if (!base.exists() && !wants_blocker) {
    uint32_t seen = state.load(std::memory_order_relaxed);
    do {
      if (is_writer ? seen & (kWriter | kReaders) : seen & kWriter) return false;
    } while (!state.compare_exchange_weak(seen, is_writer ? seen | kWriter : seen + 1,
                                          std::memory_order_acquire, std::memory_order_relaxed));
    return true;
  }
  Guard lock(guard);
  uint32_t seen = state.load(std::memory_order_relaxed);
  for (;;) {
    if (is_writer ? seen & (kWriter | kReaders) : seen & kWriter) {
      if (!wants_blocker) return false;
      // Only now can an unlock not miss the mark.
      if (!state.compare_exchange_weak(seen, seen | kWaited, std::memory_order_relaxed)) continue;
      if (!unlocked.exists()) unlocked = UserEvent::create_user_event();
      blocker = unlocked;
      return false;
    }
    if (base.exists() && !base_is_held) {
      blocker = base.try_acquire(base_was_refused, 0, true);
      base_was_refused = blocker.exists();
      if (base_was_refused) return false;
      base_is_held = true;
    }
    if (state.compare_exchange_weak(seen, is_writer ? seen | kWriter : seen + 1, std::memory_order_acquire,
                                    std::memory_order_relaxed)) {
      return true;
    }
  }
}

Event FastReservation::lock_as(bool is_writer, WaitMode mode) {
  for (;;) {
    Event blocker;
    if (try_lock_as(is_writer, mode == WAIT || mode == EXTERNAL_WAIT, blocker)) return Event::NO_EVENT;
    switch (mode) {
      case WAIT:
        return blocker;
      case EXTERNAL_WAIT:
        blocker.external_wait();
        break;
      case SPIN:
        if (blocker.exists()) return blocker;
        if (holder_sleeps.load(std::memory_order_acquire)) {
          Guard lock(guard);
          if (sleeping_holder.exists()) return sleeping_holder;
        }
        core::Task::polled();
        break;
      case ALWAYS_SPIN:
        core::Task::polled();
        break;
    }
  }
}

Event FastReservation::wrlock(WaitMode mode) {
  return lock_as(true, mode);
}

Event FastReservation::rdlock(WaitMode mode) {
  return lock_as(false, mode);
}

bool FastReservation::trywrlock() {
  Event blocker;
  return try_lock_as(true, false, blocker);
}

bool FastReservation::tryrdlock() {
  Event blocker;
  return try_lock_as(false, false, blocker);
}

void FastReservation::unlock() {
  if (!base.exists()) {
    uint32_t seen = state.load(std::memory_order_relaxed);
    for (;;) {
      if (!(seen & (kWriter | kReaders))) {
        core::bad_use("FastReservation::unlock", "the lock is not held");
      }
      if (seen & kWaited) break;
      if (state.compare_exchange_weak(seen, seen & kWriter ? seen & ~kWriter : seen - 1,
                                      std::memory_order_release, std::memory_order_relaxed)) {
        return;
      }
    }
  }
  UserEvent waited;
  {
    Guard lock(guard);
    uint32_t seen = state.load(std::memory_order_relaxed);
    uint32_t left;
    do {
      if (!(seen & (kWriter | kReaders))) {
        core::bad_use("FastReservation::unlock", "the lock is not held");
      }
      left = seen & kWriter ? seen & ~kWriter : seen - 1;
      // Those who wait may go on when nobody holds the lock; a reader among them also earlier, but tries
      // again.
      if ((left & ~kWaited) == 0) left = 0;
    } while (!state.compare_exchange_weak(seen, left, std::memory_order_release, std::memory_order_relaxed));
    if (left == 0) {
      waited = unlocked;
      unlocked = UserEvent::NO_USER_EVENT;
      if (base_is_held) {
        base_is_held = false;
        base.release();
      }
    }
  }
  if (waited.exists()) waited.trigger();
}

void FastReservation::advise_sleep_entry(UserEvent guard_event) {
  Guard lock(guard);
  sleeping_holder = guard_event;
  holder_sleeps.store(true, std::memory_order_release);
}

void FastReservation::advise_sleep_exit() {
  Guard lock(guard);
  sleeping_holder = Event::NO_EVENT;
  holder_sleeps.store(false, std::memory_order_release);
}

}  // namespace Realm
