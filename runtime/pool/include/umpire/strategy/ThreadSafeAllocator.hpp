// An allocator with a lock. The pools here need none; the name is there for programs that ask for one, and
// unlike its namesake it hands the resource on.
#pragma once

#include <mutex>

#include "../Allocator.hpp"
#include "AllocationStrategy.hpp"

namespace umpire::strategy {

class ThreadSafeAllocator : public AllocationStrategy {
 public:
  ThreadSafeAllocator(const std::string& name, int id, Allocator parent)
      : AllocationStrategy(name, id, parent.getAllocationStrategy(), "ThreadSafeAllocator") {}

  void* allocate(std::size_t bytes) override {
    std::lock_guard lock(mutex_);
    return parent_->allocate(bytes);
  }
  void* allocate_resource(std::size_t bytes, camp::resources::Resource resource) override {
    std::lock_guard lock(mutex_);
    return parent_->allocate_resource(bytes, resource);
  }
  void deallocate(void* address, std::size_t bytes) override {
    std::lock_guard lock(mutex_);
    parent_->deallocate(address, bytes);
  }
  void deallocate_resource(void* address, camp::resources::Resource resource, std::size_t bytes) override {
    std::lock_guard lock(mutex_);
    parent_->deallocate_resource(address, resource, bytes);
  }
  void release() override {
    std::lock_guard lock(mutex_);
    parent_->release();
  }
  std::size_t getActualSize() const noexcept override { return parent_->getActualSize(); }
  Platform getPlatform() noexcept override { return parent_->getPlatform(); }
  MemoryResourceTraits getTraits() const noexcept override { return parent_->getTraits(); }

 private:
  std::mutex mutex_;
};

}  // namespace umpire::strategy
