// A lock for a few instructions: nothing that may block or call others is done under it.
#pragma once

#include <sched.h>

#include <atomic>

namespace palatine::realm {

// Between two looks at something that another processor will change.
inline void pause_processor() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

class SpinLock {
 public:
  void lock() {
    for (int turns = 0; is_locked_.exchange(true, std::memory_order_acquire); ++turns) {
      while (is_locked_.load(std::memory_order_relaxed)) {
        // The holder may have lost its processor.
        if (++turns > 64) sched_yield();
      }
    }
  }
  void unlock() { is_locked_.store(false, std::memory_order_release); }

 private:
  std::atomic<bool> is_locked_{false};
};

}  // namespace palatine::realm
