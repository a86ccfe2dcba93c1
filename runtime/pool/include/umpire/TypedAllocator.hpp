// An allocator of objects of one type, for the containers of the standard library. Memory is that of the host's
// resource. Thread safe, as its allocator.
#pragma once

#include <cstddef>

#include "Allocator.hpp"

namespace umpire {

template <typename T>
class TypedAllocator {
 public:
  using value_type = T;
  explicit TypedAllocator(Allocator allocator) : allocator_(allocator) {}
  template <typename U>
  TypedAllocator(const TypedAllocator<U>& other) : allocator_(other.allocator()) {}

  T* allocate(std::size_t count) { return static_cast<T*>(allocator_.allocate(count * sizeof(T))); }
  void deallocate(T* address, std::size_t) { allocator_.deallocate(address); }
  Allocator allocator() const { return allocator_; }

  template <typename U>
  bool operator==(const TypedAllocator<U>& other) const {
    return allocator_.getId() == other.allocator().getId();
  }

 private:
  Allocator allocator_;
};

}  // namespace umpire
