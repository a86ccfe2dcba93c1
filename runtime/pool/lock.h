// A lock for very short sections: one exchange to take and one to release, sleeping when it stays taken.
#pragma once

#include <atomic>
#include <cstdint>

namespace palatine::pool {

class Lock {
 public:
  void lock() {
    if (!try_lock()) lock_slowly();
  }
  bool try_lock() {
    uint32_t expected = kOpen;
    return state_.compare_exchange_strong(expected, kTaken, std::memory_order_acquire);
  }
  void unlock() {
    // Release pairs with the acquire of the next owner.
    if (state_.exchange(kOpen, std::memory_order_release) == kAwaited) state_.notify_one();
  }

 private:
  static constexpr uint32_t kOpen = 0, kTaken = 1;
  // Taken, and somebody may sleep.
  static constexpr uint32_t kAwaited = 2;

  void lock_slowly() {
    for (int spin = 0; spin < 64; ++spin) {
      if (state_.load(std::memory_order_relaxed) == kOpen && try_lock()) return;
    }
    while (state_.exchange(kAwaited, std::memory_order_acquire) != kOpen) {
      state_.wait(kAwaited, std::memory_order_relaxed);
    }
  }

  std::atomic<uint32_t> state_{kOpen};
};

}  // namespace palatine::pool
