// A handle of a memory or a pool, as `ResourceManager` gives it. Copies stand for the same one.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>

#include "../camp/resource.hpp"
#include "strategy/AllocationStrategy.hpp"

namespace umpire {

class ResourceManager;

// Every call may be made by any thread when the strategy allows it; the pools do.
class Allocator {
 public:
  // Stands for nothing until it is assigned.
  Allocator() = default;

  // Never null. 0 bytes give an address of its own that no strategy sees. Throws `out_of_memory_error`. Pools
  // take the host's resource: right for memory that only the calling thread uses.
  void* allocate(std::size_t bytes);
  // With a name, for people who debug; it is not kept.
  void* allocate(const std::string& name, std::size_t bytes);
  // For work on a resource, in the order of the released interface and in that of the first.
  void* allocate(std::size_t bytes, const camp::resources::Resource& resource);
  void* allocate(const camp::resources::Resource& resource, std::size_t bytes);

  // Throws `runtime_error` for memory of another allocator, or of another resource; nothing has changed then.
  // Null is ignored. Without a resource: on that which allocated it.
  void deallocate(void* address);
  void deallocate(void* address, const camp::resources::Resource& resource);
  void deallocate(const camp::resources::Resource& resource, void* address);

  void release();
  // What was asked for. Throws for memory of no allocator.
  std::size_t getSize(void* address) const;
  std::size_t getHighWatermark() const noexcept { return strategy_->getHighWatermark(); }
  std::size_t getCurrentSize() const noexcept { return strategy_->getCurrentSize(); }
  std::size_t getActualSize() const noexcept { return strategy_->getActualSize(); }
  std::size_t getAllocationCount() const noexcept { return strategy_->getAllocationCount(); }
  const std::string& getName() const noexcept { return strategy_->getName(); }
  int getId() const noexcept { return strategy_->getId(); }
  const std::string& getStrategyName() const noexcept { return strategy_->getStrategyName(); }
  Platform getPlatform() noexcept { return strategy_->getPlatform(); }
  bool isTracked() const noexcept { return true; }
  strategy::AllocationStrategy* getParent() const noexcept { return strategy_->getParent(); }
  strategy::AllocationStrategy* getAllocationStrategy() const noexcept { return strategy_; }

  explicit Allocator(strategy::AllocationStrategy* strategy) noexcept : strategy_(strategy) {}

 private:
  void* track(void* address, std::size_t bytes);

  strategy::AllocationStrategy* strategy_ = nullptr;
};

inline std::string to_string(const Allocator& allocator) {
  return allocator.getName();
}
inline std::ostream& operator<<(std::ostream& out, const Allocator& allocator) {
  return out << allocator.getName();
}

}  // namespace umpire
