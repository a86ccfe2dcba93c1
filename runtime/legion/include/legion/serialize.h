// How values of tasks become bytes: types that may be copied as bytes as they are, others with
// `legion_buffer_size()`, `legion_serialize(void*)` and `legion_deserialize(const void*)`.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

namespace Legion::Internal {

template <typename T, typename = void>
struct IsSerializable : std::false_type {};
template <typename T>
struct IsSerializable<T, std::void_t<decltype(std::declval<const T&>().legion_buffer_size())>>
    : std::true_type {};

// Values that the running task holds elsewhere (legion/deferred.h).
template <typename T, typename = void>
struct IsDeferred : std::false_type {};
template <typename T>
struct IsDeferred<T, std::void_t<decltype(std::declval<const T&>().deferred_data())>> : std::true_type {};

template <typename T>
T load(const void* bytes) {
  if constexpr (IsSerializable<T>::value) {
    T value;
    value.legion_deserialize(bytes);
    return value;
  } else {
    static_assert(std::is_trivially_copyable<T>::value,
                  "a task's value is trivially copyable or serializes itself");
    alignas(T) unsigned char room[sizeof(T)];
    memcpy(room, bytes, sizeof(T));
    return *std::launder(reinterpret_cast<T*>(room));
  }
}

// The bytes of a value, for as long as this exists.
template <typename T>
class Packed {
 public:
  explicit Packed(const T& value) : value_(value) {
    if constexpr (IsSerializable<T>::value) {
      size_bytes_ = value.legion_buffer_size();
      buffer_ = malloc(size_bytes_ ? size_bytes_ : 1);
      value.legion_serialize(buffer_);
    } else if constexpr (IsDeferred<T>::value) {
      size_bytes_ = value.field_size();
    } else {
      static_assert(std::is_trivially_copyable<T>::value,
                    "a task's value is trivially copyable or serializes itself");
    }
  }
  ~Packed() { free(buffer_); }
  Packed(const Packed&) = delete;
  Packed& operator=(const Packed&) = delete;

  const void* data() const {
    if constexpr (IsDeferred<T>::value) return value_.deferred_data();
    return buffer_ ? buffer_ : static_cast<const void*>(&value_);
  }
  size_t size_bytes() const { return size_bytes_; }

 private:
  const T& value_;
  size_t size_bytes_ = sizeof(T);
  void* buffer_ = nullptr;
};

}  // namespace Legion::Internal
