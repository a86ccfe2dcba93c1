// A work-stealing deque: its owner pushes and pops at the bottom, other workers steal at the top.
//
// After Chase and Lev, "Dynamic Circular Work-Stealing Deque" (SPAA 2005). Where published versions use
// fences, `bottom_` and `top_` are sequentially consistent here: the thread sanitizer understands that, and
// the store of `push` is what orders it against workers that go to sleep (see worker.h).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace palatine::realm {

template <typename T>
class Deque {
 public:
  Deque() : ring_(new Ring(kInitialCapacity)) { rings_.emplace_back(ring_.load(std::memory_order_relaxed)); }

  // Owner only.
  void push(T* item) {
    int64_t bottom = bottom_.load(std::memory_order_relaxed);
    int64_t top = top_.load(std::memory_order_acquire);
    Ring* ring = ring_.load(std::memory_order_relaxed);
    if (bottom - top >= ring->capacity) ring = grow(*ring, top, bottom);
    ring->at(bottom).store(item, std::memory_order_release);
    bottom_.store(bottom + 1, std::memory_order_seq_cst);
  }

  // Owner only; null when empty. The latest item.
  T* pop() {
    int64_t bottom = bottom_.load(std::memory_order_relaxed) - 1;
    // Thieves only make the deque emptier: what looks empty to its owner is empty.
    if (top_.load(std::memory_order_relaxed) > bottom) return nullptr;
    Ring* ring = ring_.load(std::memory_order_relaxed);
    bottom_.store(bottom, std::memory_order_seq_cst);
    int64_t top = top_.load(std::memory_order_seq_cst);
    if (top < bottom) return ring->at(bottom).load(std::memory_order_relaxed);
    T* item = nullptr;
    if (top == bottom) {
      item = ring->at(bottom).load(std::memory_order_relaxed);
      if (!top_.compare_exchange_strong(top, top + 1, std::memory_order_seq_cst)) item = nullptr;
    }
    bottom_.store(bottom + 1, std::memory_order_relaxed);
    return item;
  }

  // Any thread; null when empty or when another thread was faster. The oldest item.
  T* steal() {
    int64_t top = top_.load(std::memory_order_seq_cst);
    int64_t bottom = bottom_.load(std::memory_order_seq_cst);
    if (top >= bottom) return nullptr;
    T* item = ring_.load(std::memory_order_acquire)->at(top).load(std::memory_order_acquire);
    if (!top_.compare_exchange_strong(top, top + 1, std::memory_order_seq_cst)) return nullptr;
    return item;
  }

  bool looks_empty() const {
    return top_.load(std::memory_order_seq_cst) >= bottom_.load(std::memory_order_seq_cst);
  }

 private:
  static constexpr int64_t kInitialCapacity = 1024;

  struct Ring {
    explicit Ring(int64_t n) : capacity(n), items(new std::atomic<T*>[n]) {}
    std::atomic<T*>& at(int64_t k) { return items[k & (capacity - 1)]; }
    const int64_t capacity;
    std::unique_ptr<std::atomic<T*>[]> items;
  };

  Ring* grow(Ring& old, int64_t top, int64_t bottom) {
    Ring* ring = new Ring(old.capacity * 2);
    for (int64_t k = top; k < bottom; ++k) {
      ring->at(k).store(old.at(k).load(std::memory_order_relaxed), std::memory_order_relaxed);
    }
    rings_.emplace_back(ring);
    ring_.store(ring, std::memory_order_release);
    return ring;
  }

  alignas(64) std::atomic<int64_t> top_{0};
  alignas(64) std::atomic<int64_t> bottom_{0};
  std::atomic<Ring*> ring_;
  // All rings ever used: a thief may still read an old one. Together they are at most twice the last one.
  std::vector<std::unique_ptr<Ring>> rings_;
};

}  // namespace palatine::realm
