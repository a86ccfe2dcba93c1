// An array of fixed length that lies in huge pages when it is large: chunk records are reached in random
// order, and with small pages half of that time goes to finding the page.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>

namespace palatine::pool {

template <class T>
class PagedArray {
 public:
  PagedArray() = default;
  explicit PagedArray(size_t size) : size_(size) {
    constexpr size_t kHugePage = 2 << 20;
    size_t bytes = size * sizeof(T);
    size_t alignment = bytes >= kHugePage ? kHugePage : 64;
    bytes = (bytes + alignment - 1) / alignment * alignment;
    void* memory = std::aligned_alloc(alignment, bytes);
    if (!memory) throw std::bad_alloc();
    // Only a wish; without it all is as right and slower.
    if (alignment == kHugePage) madvise(memory, bytes, MADV_HUGEPAGE);
    data_ = static_cast<T*>(memory);
    std::uninitialized_value_construct_n(data_, size);
  }
  PagedArray(PagedArray&& other) noexcept { *this = std::move(other); }
  PagedArray& operator=(PagedArray&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~PagedArray() {
    std::destroy_n(data_, size_);
    std::free(data_);
  }
  T& operator[](size_t k) { return data_[k]; }
  const T& operator[](size_t k) const { return data_[k]; }
  size_t size() const { return size_; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }

 private:
  T* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace palatine::pool
