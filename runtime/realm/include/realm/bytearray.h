// Bytes without a type: `ByteArrayRef` looks at them, `ByteArray` owns them.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "realm/realm_config.h"

namespace Realm {

// Does not own; valid as long as the bytes are.
class ByteArrayRef {
 public:
  ByteArrayRef() : array_base(nullptr), array_size(0) {}
  ByteArrayRef(const void* ref_base, size_t ref_size)
      : array_base(const_cast<void*>(ref_base)), array_size(ref_size) {}

  ByteArrayRef& changeref(const void* ref_base, size_t ref_size) {
    array_base = const_cast<void*>(ref_base);
    array_size = ref_size;
    return *this;
  }
  const void* base() const { return array_base; }
  size_t size() const { return array_size; }
  // The object at a byte offset.
  template <typename T>
  const T& at(size_t offset) const {
    return *reinterpret_cast<const T*>(static_cast<const char*>(array_base) + offset);
  }

 protected:
  void* array_base;
  size_t array_size;
};

class ByteArray : public ByteArrayRef {
 public:
  ByteArray() {}
  ByteArray(const void* copy_base, size_t copy_size) { set(copy_base, copy_size); }
  ByteArray(const ByteArrayRef& copy_from) { set(copy_from.base(), copy_from.size()); }
  ByteArray(const ByteArray& copy_from) : ByteArrayRef() { set(copy_from.base(), copy_from.size()); }
  ByteArray(ByteArray&& from) noexcept : ByteArrayRef(from) { from.changeref(nullptr, 0); }
  ~ByteArray() { clear(); }

  ByteArray& operator=(const ByteArrayRef& copy_from) { return set(copy_from.base(), copy_from.size()); }
  ByteArray& operator=(const ByteArray& copy_from) { return set(copy_from.base(), copy_from.size()); }
  ByteArray& operator=(ByteArray&& from) noexcept {
    if (this != &from) {
      clear();
      changeref(from.array_base, from.array_size);
      from.changeref(nullptr, 0);
    }
    return *this;
  }
  void swap(ByteArray& other) {
    ByteArrayRef mine = *this;
    changeref(other.array_base, other.array_size);
    other.changeref(mine.base(), mine.size());
  }

  void* base() { return array_base; }
  const void* base() const { return array_base; }
  template <typename T>
  T& at(size_t offset) {
    return *reinterpret_cast<T*>(static_cast<char*>(array_base) + offset);
  }
  template <typename T>
  const T& at(size_t offset) const {
    return ByteArrayRef::at<T>(offset);
  }

  // A copy of the bytes, which may be part of this array.
  ByteArray& set(const void* copy_base, size_t copy_size) {
    if (copy_base == array_base && copy_size == array_size) return *this;
    void* made = nullptr;
    if (copy_size) {
      made = malloc(copy_size);
      if (!made) abort();
      if (copy_base) memcpy(made, copy_base, copy_size);
    }
    clear();
    changeref(made, copy_size);
    return *this;
  }
  // Takes memory from malloc over.
  ByteArray& attach(void* new_base, size_t new_size) {
    clear();
    changeref(new_base, new_size);
    return *this;
  }
  // Gives the memory to the caller, who frees it.
  void* detach() {
    void* given = array_base;
    changeref(nullptr, 0);
    return given;
  }
  void clear() {
    free(array_base);
    changeref(nullptr, 0);
  }
};

}  // namespace Realm
