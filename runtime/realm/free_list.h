// Objects that are not in use, for threads that take them and others that give them back.
//
// Who gives back pushes onto a list that is only ever taken as a whole (Treiber's stack without its pop, so
// that no object can be taken and come back in between). Takers have a list of their own and look at that one
// when theirs is empty: the two sides seldom touch the same cache line.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <mutex>

#include "runtime/realm/spin_lock.h"

namespace palatine::realm {

// Of objects that have a member `T* next_free`, which is the list's while they are in it, and were made with
// `new`. Any thread may use it.
template <typename T>
class FreeList {
 public:
  FreeList() = default;
  // Deletes what is in it.
  ~FreeList() {
    for (T* list : {free_, returned_.load(std::memory_order_acquire)}) {
      while (list) {
        T* next = list->next_free;
        delete list;
        list = next;
      }
    }
  }
  FreeList(const FreeList&) = delete;
  FreeList& operator=(const FreeList&) = delete;

  // Null when there is none.
  T* take() {
    std::lock_guard lock(lock_);
    if (!free_) free_ = returned_.exchange(nullptr, std::memory_order_acquire);
    T* const taken = free_;
    if (!taken) return nullptr;
    free_ = taken->next_free;
    // Another core has used the next one.
    if (free_) prefetch(free_);
    return taken;
  }
  void give_back(T* object) {
    object->next_free = returned_.load(std::memory_order_relaxed);
    while (!returned_.compare_exchange_weak(object->next_free, object, std::memory_order_release,
                                            std::memory_order_relaxed)) {
    }
  }

 private:
  static constexpr size_t kLineBytes = 64, kMostPrefetchedBytes = 16 * kLineBytes;

  static void prefetch(T* object) {
    for (size_t at = 0; at < std::min(sizeof(T), kMostPrefetchedBytes); at += kLineBytes)
      __builtin_prefetch(reinterpret_cast<char*>(object) + at, 1);
  }

  SpinLock lock_;  // guards `free_`
  T* free_ = nullptr;
  alignas(kLineBytes) std::atomic<T*> returned_{nullptr};
};

}  // namespace palatine::realm
