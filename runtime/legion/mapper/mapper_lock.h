// Locks that tasks may hold while they wait: waiting parks the task, not its worker.
#pragma once

#include <deque>
#include <mutex>

#include "runtime/realm/event.h"
#include "runtime/realm/worker.h"

namespace palatine::legion {

// First come, first served. May be unlocked on another thread than it was locked on.
class TaskLock {
 public:
  void lock() {
    realm::UserEvent turn;
    {
      std::lock_guard guard(mutex_);
      if (!is_held_) {
        is_held_ = true;
        return;
      }
      turn = realm::UserEvent::create();
      waiting_.push_back(turn);
    }
    realm::wait(turn);
  }
  void unlock() {
    realm::UserEvent next;
    {
      std::lock_guard guard(mutex_);
      if (waiting_.empty()) {
        is_held_ = false;
        return;
      }
      next = waiting_.front();
      waiting_.pop_front();
    }
    next.trigger();
  }

 private:
  std::mutex mutex_;
  bool is_held_ = false;
  std::deque<realm::UserEvent> waiting_;
};

}  // namespace palatine::legion
