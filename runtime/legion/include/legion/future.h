// Values that may not have been computed yet. Source: Legion's API, section 6.
//
// Handles share the value, which never changes. They may be copied to and read in any task; reading blocks
// the task, not its processor.
#pragma once

#include <set>

#include "legion/domain.h"
#include "legion/serialize.h"
#include "legion/span.h"

namespace palatine::api {
struct FutureState;
}

namespace Legion {

namespace Internal {
struct FutureMapImpl;
}

class Future {
 public:
  // No value.
  Future() = default;
  Future(const Future& other);
  Future(Future&& other) noexcept : impl_(other.impl_) { other.impl_ = nullptr; }
  Future& operator=(const Future& other);
  Future& operator=(Future&& other) noexcept;
  ~Future();

  bool exists() const { return impl_ != nullptr; }
  bool operator==(const Future& other) const { return impl_ == other.impl_; }
  bool operator<(const Future& other) const { return impl_ < other.impl_; }
  size_t hash() const { return reinterpret_cast<size_t>(impl_) >> 4; }

  // Blocks until the producer and all that it launched are complete. The size must be that of T, except for
  // types that serialize themselves.
  template <typename T>
  T get_result(bool silence_warnings = false, const char* warning_string = nullptr) const {
    (void)silence_warnings;
    (void)warning_string;
    size_t size_bytes = 0;
    const void* value = wait_value(Internal::IsSerializable<T>::value ? SIZE_MAX : sizeof(T), &size_bytes);
    return Internal::load<T>(value);
  }
  void get_void_result(bool silence_warnings = false, const char* warning_string = nullptr) const;
  // Without `block`: whether it is known that there is no value.
  bool is_empty(bool block = false, bool silence_warnings = false,
                const char* warning_string = nullptr) const;
  bool is_ready(bool subscribe = false) const;

  // The value where it lies; valid while a handle exists.
  template <typename T, PrivilegeMode PM = LEGION_READ_ONLY>
  Span<T, PM> get_span(Memory::Kind memory, bool silence_warnings = false,
                       const char* warning_string = nullptr) const {
    size_t bytes = 0;
    const void* value = get_buffer(memory, &bytes, false, silence_warnings, warning_string);
    return Span<T, PM>(static_cast<T*>(const_cast<void*>(value)), bytes / sizeof(T));
  }
  const void* get_buffer(Memory::Kind memory, size_t* extent_in_bytes = nullptr, bool check_extent = false,
                         bool silence_warnings = false, const char* warning_string = nullptr) const;
  void get_memories(std::set<Memory>& memories, bool silence_warnings = false,
                    const char* warning_string = nullptr) const;
  template <typename T>
  const T& get_reference(bool = false, const char* = nullptr) const {
    return *static_cast<const T*>(wait_value(sizeof(T), nullptr));
  }
  const void* get_untyped_pointer(bool = false, const char* = nullptr) const {
    return wait_value(SIZE_MAX, nullptr);
  }
  size_t get_untyped_size() const;
  const void* get_metadata(size_t* size = nullptr) const;

  template <typename T>
  T get() {
    return get_result<T>();
  }
  bool valid() const { return exists(); }
  void wait() const { get_void_result(); }

  template <typename T>
  static Future from_value(Runtime*, const T& value) {
    return from_value<T>(value);
  }
  template <typename T>
  static Future from_value(const T& value) {
    Internal::Packed<T> packed(value);
    return from_untyped_pointer(packed.data(), packed.size_bytes());
  }
  static Future from_domain(const Domain& domain, bool take_ownership, const char* provenance = nullptr,
                            bool shard_local = false);
  // Copies, or takes what was allocated with malloc.
  static Future from_untyped_pointer(Runtime*, const void* buffer, size_t bytes,
                                     bool take_ownership = false) {
    return from_untyped_pointer(buffer, bytes, take_ownership);
  }
  static Future from_untyped_pointer(const void* buffer, size_t bytes, bool take_ownership = false,
                                     const char* provenance = nullptr, bool shard_local = false);
  // The value is where `resource` says; `free` is called with the last handle.
  static Future from_value(const void* buffer, size_t bytes, bool owned,
                           const Realm::ExternalInstanceResource& resource,
                           void (*freefunc)(const Realm::ExternalInstanceResource&) = nullptr,
                           const char* provenance = nullptr, bool shard_local = false);

  // For the runtime. Takes over a reference.
  explicit Future(palatine::api::FutureState* adopted) : impl_(adopted) {}
  palatine::api::FutureState* impl() const { return impl_; }

 private:
  // Waits, checks the size unless it is SIZE_MAX, and gives the value's address.
  const void* wait_value(size_t wanted_bytes, size_t* size_bytes) const;

  palatine::api::FutureState* impl_ = nullptr;
};

// A future for each point of a domain.
class FutureMap {
 public:
  FutureMap() = default;
  FutureMap(const FutureMap& other);
  FutureMap(FutureMap&& other) noexcept : impl_(other.impl_) { other.impl_ = nullptr; }
  FutureMap& operator=(const FutureMap& other);
  FutureMap& operator=(FutureMap&& other) noexcept;
  ~FutureMap();

  bool exists() const { return impl_ != nullptr; }
  bool operator==(const FutureMap& other) const { return impl_ == other.impl_; }
  bool operator<(const FutureMap& other) const { return impl_ < other.impl_; }
  size_t hash() const { return reinterpret_cast<size_t>(impl_) >> 4; }
  Future operator[](const DomainPoint& point) const { return get_future(point); }

  template <typename T>
  T get_result(const DomainPoint& point, bool silence_warnings = false,
               const char* warning_string = nullptr) const {
    return get_future(point).get_result<T>(silence_warnings, warning_string);
  }
  // A point outside the domain ends the program with a message.
  Future get_future(const DomainPoint& point) const;
  void get_void_result(const DomainPoint& point, bool silence_warnings = false,
                       const char* warning_string = nullptr) const;
  // Blocks until all are ready.
  void wait_all_results(bool silence_warnings = false, const char* warning_string = nullptr) const;
  Domain get_future_map_domain() const;

  // For the runtime. Takes over a reference.
  explicit FutureMap(Internal::FutureMapImpl* adopted) : impl_(adopted) {}
  Internal::FutureMapImpl* impl() const { return impl_; }

 private:
  Internal::FutureMapImpl* impl_ = nullptr;
};

}  // namespace Legion
