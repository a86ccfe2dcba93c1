// What stands behind an allocator: a memory, or something that gives out another's memory.
// Thread safety: those of these headers may be called by any thread. Addresses that several threads use are the
// program's business.
#pragma once

#include <atomic>
#include <cstddef>
#include <string>

#include "../../camp/resource.hpp"
#include "../util/MemoryResourceTraits.hpp"
#include "../util/Platform.hpp"

namespace umpire::strategy {

class AllocationStrategy {
 public:
  AllocationStrategy(std::string name, int id, AllocationStrategy* parent, std::string strategy_name);
  virtual ~AllocationStrategy();
  AllocationStrategy(const AllocationStrategy&) = delete;

  virtual void* allocate(std::size_t bytes) = 0;
  // Strategies that know no streams ignore the resource.
  virtual void* allocate_resource(std::size_t bytes, camp::resources::Resource resource);
  virtual void deallocate(void* address, std::size_t bytes) = 0;
  virtual void deallocate_resource(void* address, camp::resources::Resource resource, std::size_t bytes);
  virtual void release() {}

  // Bytes that callers asked for and have, their highest sum and number; kept by the allocators.
  std::size_t getCurrentSize() const noexcept { return current_bytes_.load(std::memory_order_relaxed); }
  std::size_t getHighWatermark() const noexcept { return high_bytes_.load(std::memory_order_relaxed); }
  std::size_t getAllocationCount() const noexcept { return count_.load(std::memory_order_relaxed); }
  virtual std::size_t getActualSize() const noexcept {
    return current_bytes_.load(std::memory_order_relaxed);
  }
  virtual Platform getPlatform() noexcept = 0;
  virtual MemoryResourceTraits getTraits() const noexcept;
  virtual bool tracksMemoryUse() const noexcept { return false; }

  const std::string& getName() const noexcept { return name_; }
  int getId() const noexcept { return id_; }
  AllocationStrategy* getParent() const noexcept { return parent_; }
  const std::string& getStrategyName() const noexcept { return strategy_name_; }

  // For the table of allocations, with its lock held.
  void count(std::size_t bytes) {
    current_bytes_ += bytes;
    ++count_;
    if (current_bytes_ > high_bytes_) high_bytes_ = current_bytes_.load();
  }
  void uncount(std::size_t bytes) {
    current_bytes_ -= bytes;
    --count_;
  }

 protected:
  const std::string name_;
  const int id_;
  AllocationStrategy* const parent_;
  const std::string strategy_name_;

 private:
  // Written with the table's lock held, read without.
  std::atomic<std::size_t> current_bytes_{0};
  std::atomic<std::size_t> high_bytes_{0};
  std::atomic<std::size_t> count_{0};
};

}  // namespace umpire::strategy
