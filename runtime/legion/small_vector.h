// A vector of a few plain values that stay inside of it, so that most need no memory of their own.
#pragma once

#include <cstddef>
#include <cstring>
#include <type_traits>

#include "runtime/realm/block_pool.h"

namespace palatine::legion {

// Beyond `kInside` elements they lie in a block of realm/block_pool.h.
template <typename T, size_t kInside>
class SmallVector {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
  static_assert(alignof(T) <= 16);

 public:
  SmallVector() = default;
  ~SmallVector() { release(); }
  SmallVector(const SmallVector&) = delete;
  SmallVector& operator=(const SmallVector&) = delete;

  void reserve(size_t count) {
    if (count <= capacity_) return;
    T* place = static_cast<T*>(realm::allocate_block(count * sizeof(T)));
    memcpy(static_cast<void*>(place), data(), size_ * sizeof(T));
    release();
    outside_ = place;
    capacity_ = count;
  }
  void clear() { size_ = 0; }
  // New elements have any value.
  void resize(size_t count) {
    reserve(count);
    size_ = count;
  }
  void push_back(const T& value) {
    const T copy = value;
    if (size_ == capacity_) reserve(2 * capacity_);
    new (data() + size_++) T(copy);
  }
  template <typename Iterator>
  void assign(Iterator first, Iterator last) {
    size_ = 0;
    reserve(static_cast<size_t>(last - first));
    for (; first != last; ++first) push_back(*first);
  }
  // Keeps those for which `is_out` is false.
  template <typename IsOut>
  void remove_if(IsOut is_out) {
    size_t kept = 0;
    for (size_t k = 0; k < size_; ++k) {
      if (!is_out(data()[k])) data()[kept++] = data()[k];
    }
    size_ = kept;
  }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* data() { return outside_ ? outside_ : reinterpret_cast<T*>(inside_); }
  const T* data() const { return outside_ ? outside_ : reinterpret_cast<const T*>(inside_); }
  T* begin() { return data(); }
  T* end() { return data() + size_; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size_; }
  T& operator[](size_t k) { return data()[k]; }
  const T& operator[](size_t k) const { return data()[k]; }

 private:
  void release() {
    if (outside_) realm::free_block(outside_, capacity_ * sizeof(T));
  }

  T* outside_ = nullptr;
  size_t size_ = 0, capacity_ = kInside;
  alignas(T) unsigned char inside_[kInside * sizeof(T)];
};

}  // namespace palatine::legion
