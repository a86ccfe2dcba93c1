// Ids to objects.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "runtime/realm/fatal.h"

namespace palatine::legion {

// Does not own the objects; T has a member `uint32_t id`, which `add` sets. Id 0 is never given. Places of
// removed objects are used again with another generation in the upper bits of the id, so that the id of a
// destroyed object is found out.
//
// Thread safety: reading takes no lock; adding and removing lock. Whoever looks up an id got it from the
// thread that added it, directly or through a launch, so that a released pointer is visible.
template <typename T>
class HandleTable {
 public:
  ~HandleTable() {
    for (auto& chunk : chunks_) delete[] chunk.load(std::memory_order_relaxed);
  }

  // Null for ids that name nothing.
  T* find(uint32_t id) const {
    const std::atomic<T*>* chunk = chunks_[(id & kPlaceMask) >> kChunkBits].load(std::memory_order_acquire);
    T* object = chunk ? chunk[id & kChunkMask].load(std::memory_order_acquire) : nullptr;
    return object && object->id == id ? object : nullptr;
  }

  void add(T* object) {
    std::lock_guard lock(mutex_);
    uint32_t id;
    if (!free_.empty()) {
      id = free_.back() + (1u << kPlaceBits);
      free_.pop_back();
    } else {
      id = next_++;
      if (id > kPlaceMask) realm::fatal_error("too many regions, partitions or index spaces");
      auto& chunk = chunks_[id >> kChunkBits];
      if (!chunk.load(std::memory_order_relaxed)) {
        chunk.store(new std::atomic<T*>[size_t{1} << kChunkBits](), std::memory_order_release);
      }
    }
    object->id = id;
    place_of(id).store(object, std::memory_order_release);
  }

  void remove(uint32_t id) {
    std::lock_guard lock(mutex_);
    place_of(id).store(nullptr, std::memory_order_relaxed);
    free_.push_back(id);
  }

  // For tearing down when nothing runs any more.
  template <typename Visit>
  void for_each(Visit visit) {
    for (uint32_t place = 1; place < next_; ++place) {
      if (T* object = place_of(place).load(std::memory_order_relaxed)) visit(object);
    }
  }

 private:
  static constexpr int kChunkBits = 14;
  static constexpr uint32_t kChunkMask = (1u << kChunkBits) - 1;
  static constexpr int kPlaceBits = 26;
  static constexpr uint32_t kPlaceMask = (1u << kPlaceBits) - 1;
  static constexpr uint32_t kChunkCount = 1u << (kPlaceBits - kChunkBits);

  std::atomic<T*>& place_of(uint32_t id) {
    return chunks_[(id & kPlaceMask) >> kChunkBits].load(std::memory_order_relaxed)[id & kChunkMask];
  }

  std::atomic<std::atomic<T*>*> chunks_[kChunkCount] = {};
  // Guards `next_`, `free_` and the creation of chunks. Nothing else is locked under it.
  std::mutex mutex_;
  uint32_t next_ = 1;
  std::vector<uint32_t> free_;
};

}  // namespace palatine::legion
