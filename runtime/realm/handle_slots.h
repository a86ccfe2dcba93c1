// A table of objects behind handles, which tells handles of destroyed objects from those of living ones.
//
// A place counts how often it was used; the count is part of the handle. When the count is used up the place
// is retired. Places never move and are never freed, so a lookup needs no lock; the objects have locks of
// their own. Thread safety: any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace palatine::realm {

// `Object` has `std::atomic<uint32_t> reuse{0}`, `std::atomic<bool> exists{false}`.
template <typename Object>
class HandleSlots {
 public:
  HandleSlots(uint32_t place_limit, uint32_t reuse_limit)
      : place_limit_(place_limit), reuse_limit_(reuse_limit), chunks_(place_limit / kChunk + 1) {}

  // A place whose object is not in use; null when there are too many. The caller sets `exists` when the
  // object is ready.
  Object* take(uint32_t& place) {
    std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      place = free_.back();
      free_.pop_back();
    } else {
      if (used_ == place_limit_) return nullptr;
      place = used_;
      if (place % kChunk == 0) {
        chunks_[place / kChunk].store(new Object[kChunk], std::memory_order_release);
      }
      ++used_;
    }
    return at(place);
  }

  // After the object was reset: handles of the present use are no longer good.
  void give_back(uint32_t place) {
    Object* object = at(place);
    uint32_t reuse = object->reuse.load(std::memory_order_relaxed) + 1;
    object->reuse.store(reuse, std::memory_order_release);
    if (reuse == reuse_limit_) return;
    std::lock_guard lock(mutex_);
    free_.push_back(place);
  }

  // Null when the place was never used. Which use the handle means is the caller's to compare.
  Object* find(uint64_t place) {
    if (place >= place_limit_) return nullptr;
    Object* chunk = chunks_[place / kChunk].load(std::memory_order_acquire);
    return chunk ? &chunk[place % kChunk] : nullptr;
  }

 private:
  static constexpr uint32_t kChunk = 256;
  Object* at(uint32_t place) {
    return &chunks_[place / kChunk].load(std::memory_order_acquire)[place % kChunk];
  }

  const uint32_t place_limit_;
  const uint32_t reuse_limit_;
  std::mutex mutex_;  // guards `free_` and `used_`
  std::vector<uint32_t> free_;
  uint32_t used_ = 0;
  std::vector<std::atomic<Object*>> chunks_;
};

}  // namespace palatine::realm
