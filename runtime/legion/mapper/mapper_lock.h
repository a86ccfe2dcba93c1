// Locks that tasks may hold while they wait: waiting parks the task, not its worker.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>

#include "runtime/realm/event.h"
#include "runtime/realm/worker.h"

namespace palatine::legion {

// First come, first served. May be unlocked on another thread than it was locked on.
class TaskLock {
 public:
  void lock() {
    uint32_t before = kFree;
    if (state_.compare_exchange_strong(before, kHeld, std::memory_order_acquire)) return;
    realm::UserEvent turn;
    {
      std::lock_guard guard(mutex_);
      if (state_.exchange(kAwaited, std::memory_order_acquire) == kFree) return;
      turn = realm::UserEvent::create();
      waiting_.push_back(turn);
    }
    realm::wait(turn);
  }
  void unlock() {
    uint32_t before = kHeld;
    if (state_.compare_exchange_strong(before, kFree, std::memory_order_release)) return;
    realm::UserEvent next;
    {
      std::lock_guard guard(mutex_);
      if (waiting_.empty()) {
        state_.store(kFree, std::memory_order_release);
        return;
      }
      // It is held by the next one without having been free.
      next = waiting_.front();
      waiting_.pop_front();
    }
    next.trigger();
  }

 private:
  // Awaited: held, and there may be others in `waiting_`, which only the mutex tells.
  static constexpr uint32_t kFree = 0, kHeld = 1, kAwaited = 2;

  std::atomic<uint32_t> state_{kFree};
  std::mutex mutex_;
  std::deque<realm::UserEvent> waiting_;
};

}  // namespace palatine::legion
