// Objects as bytes: `serializer << object`, `deserializer >> object`.
//
// Numbers, enumerations and types that are marked with TYPE_IS_SERIALIZABLE(T) are copied as they are.
// Strings, pairs, arrays and the standard containers are a count and their elements. Other types have one of
// these beside them, found by argument-dependent lookup:
//
//   template <typename S> bool serialize(S& s, const T& t);  and  bool deserialize(S& s, T& t);
//   template <typename S> bool serdez(S& s, const T& t);     // both directions, with `s & member`
//
// Every call is false when the buffer is too small; nothing more may then be read or written. The bytes are
// for the same machine. Thread safety: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <list>
#include <map>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "realm/bytearray.h"
#include "realm/utils.h"

// In the global namespace, so that marks in the global namespace are found for types of any other.
struct realm_serializable_tag {};

#define TYPE_IS_SERIALIZABLE(T)                                                                         \
  [[maybe_unused]] inline std::true_type realm_is_copy_serializable(realm_serializable_tag, const T*) { \
    return {};                                                                                          \
  }
#define TEMPLATE_TYPE_IS_SERIALIZABLE(P, T)                                                             \
  template <P>                                                                                          \
  [[maybe_unused]] inline std::true_type realm_is_copy_serializable(realm_serializable_tag, const T*) { \
    return {};                                                                                          \
  }
#define TEMPLATE_TYPE_IS_SERIALIZABLE2(P1, P2, T1, T2)                                                       \
  template <P1, P2>                                                                                          \
  [[maybe_unused]] inline std::true_type realm_is_copy_serializable(realm_serializable_tag, const T1, T2*) { \
    return {};                                                                                               \
  }

namespace Realm {

class Event;
class UserEvent;
class Barrier;
class Processor;
class RegionInstance;
class Subgraph;
template <int N, typename T>
struct IndexSpace;

}  // namespace Realm

// Programs mark memories and reservations themselves.
TYPE_IS_SERIALIZABLE(Realm::Event)
TYPE_IS_SERIALIZABLE(Realm::UserEvent)
TYPE_IS_SERIALIZABLE(Realm::Barrier)
TYPE_IS_SERIALIZABLE(Realm::Processor)
TYPE_IS_SERIALIZABLE(Realm::Subgraph)
TYPE_IS_SERIALIZABLE(Realm::RegionInstance)
TEMPLATE_TYPE_IS_SERIALIZABLE2(int N, typename T, Realm::IndexSpace<N, T>)

namespace Realm {
namespace Serialization {

template <typename T, typename = void>
struct is_marked : std::false_type {};
template <typename T>
struct is_marked<T, std::void_t<decltype(realm_is_copy_serializable(
                        realm_serializable_tag(), static_cast<const T*>(nullptr)))>> : std::true_type {};

template <typename T>
struct is_copied
    : std::bool_constant<std::is_arithmetic<T>::value || std::is_enum<T>::value || is_marked<T>::value> {};

template <typename S, typename T>
bool write_value(S& s, const T& value);
template <typename S, typename T>
bool read_value(S& s, T& value);

// What serializers have in common; `S` has `append_bytes`.
template <typename S>
class SerializerBase {
 public:
  template <typename T>
  bool append_serializable(const T& data) {
    return write_value(self(), data);
  }
  template <typename T>
  bool operator<<(const T& val) {
    return write_value(self(), val);
  }
  template <typename T>
  bool operator&(const T& val) {
    return write_value(self(), val);
  }

 private:
  S& self() { return *static_cast<S*>(this); }
};

// Into a buffer of the caller.
class FixedBufferSerializer : public SerializerBase<FixedBufferSerializer> {
 public:
  FixedBufferSerializer() {}
  FixedBufferSerializer(void* buffer, size_t size) { reset(buffer, size); }
  explicit FixedBufferSerializer(ByteArray& array) { reset(array); }
  void reset(void* buffer, size_t size) {
    pos = static_cast<char*>(buffer);
    left = static_cast<ptrdiff_t>(size);
  }
  void reset(ByteArray& array) { reset(array.base(), array.size()); }
  // Negative: so many bytes were missing.
  ptrdiff_t bytes_left() const { return left; }
  bool append_bytes(const void* data, size_t datalen) {
    left -= static_cast<ptrdiff_t>(datalen);
    if (left < 0) return false;
    if (datalen) memcpy(pos, data, datalen);
    pos += datalen;
    return true;
  }

 protected:
  char* pos = nullptr;
  ptrdiff_t left = 0;
};

// Into a buffer that grows.
class DynamicBufferSerializer : public SerializerBase<DynamicBufferSerializer> {
 public:
  explicit DynamicBufferSerializer(size_t initial_size) { reserve(initial_size); }
  ~DynamicBufferSerializer() { free(base); }
  DynamicBufferSerializer(const DynamicBufferSerializer&) = delete;
  DynamicBufferSerializer& operator=(const DynamicBufferSerializer&) = delete;
  void reset() { used = 0; }
  size_t bytes_used() const { return used; }
  const void* get_buffer() const { return base; }
  // The caller frees it.
  void* detach_buffer(ptrdiff_t max_wasted_bytes = 0) {
    if (max_wasted_bytes >= 0 && capacity - used > static_cast<size_t>(max_wasted_bytes)) {
      if (void* smaller = realloc(base, used ? used : 1)) base = static_cast<char*>(smaller);
    }
    void* given = base;
    base = nullptr;
    used = capacity = 0;
    return given;
  }
  ByteArray detach_bytearray(ptrdiff_t max_wasted_bytes = 0) {
    ByteArray given;
    size_t size = used;
    given.attach(detach_buffer(max_wasted_bytes), size);
    return given;
  }
  bool append_bytes(const void* data, size_t datalen) {
    if (datalen > capacity - used) reserve(std::max(2 * capacity, used + datalen));
    if (datalen) memcpy(base + used, data, datalen);
    used += datalen;
    return true;
  }

 protected:
  void reserve(size_t bytes) {
    char* larger = static_cast<char*>(realloc(base, bytes ? bytes : 1));
    if (!larger) abort();
    base = larger;
    capacity = bytes;
  }
  char* base = nullptr;
  size_t used = 0;
  size_t capacity = 0;
};

// Only counts.
class ByteCountSerializer : public SerializerBase<ByteCountSerializer> {
 public:
  size_t bytes_used() const { return count; }
  bool append_bytes(const void*, size_t datalen) {
    count += datalen;
    return true;
  }

 protected:
  size_t count = 0;
};

class FixedBufferDeserializer {
 public:
  FixedBufferDeserializer(const void* buffer, size_t size)
      : pos(static_cast<const char*>(buffer)), left(static_cast<ptrdiff_t>(size)) {}
  explicit FixedBufferDeserializer(const ByteArrayRef& array)
      : FixedBufferDeserializer(array.base(), array.size()) {}
  ptrdiff_t bytes_left() const { return left; }
  bool extract_bytes(void* data, size_t datalen) {
    const void* from = peek_bytes(datalen);
    if (!from) return false;
    if (data && datalen) memcpy(data, from, datalen);
    pos += datalen;
    left -= static_cast<ptrdiff_t>(datalen);
    return true;
  }
  // Null when there are not so many.
  const void* peek_bytes(size_t datalen) const {
    return left >= 0 && datalen <= static_cast<size_t>(left) ? pos : nullptr;
  }
  template <typename T>
  bool extract_serializable(T& data) {
    return read_value(*this, data);
  }
  template <typename T>
  bool operator>>(T& val) {
    return read_value(*this, val);
  }
  template <typename T>
  bool operator&(const T& val) {
    return read_value(*this, const_cast<T&>(val));
  }

 protected:
  const char* pos;
  ptrdiff_t left;
};

// ---- strings and containers

template <typename S, typename C>
bool write_elements(S& s, const C& container) {
  if (!(s << container.size())) return false;
  for (const auto& element : container) {
    if (!(s << element)) return false;
  }
  return true;
}

// The count of a string has 32 bits.
template <typename S>
bool serialize(S& s, const std::string& text) {
  unsigned size = static_cast<unsigned>(text.size());
  return size == text.size() && (s << size) && s.append_bytes(text.data(), size);
}
template <typename S>
bool deserialize(S& s, std::string& text) {
  unsigned size;
  if (!(s >> size)) return false;
  const char* from = static_cast<const char*>(s.peek_bytes(size));
  if (!from) return false;
  text.assign(from, size);
  return s.extract_bytes(nullptr, size);
}

template <typename S, typename T, size_t N>
bool serialize(S& s, const T (&array)[N]) {
  for (const T& element : array) {
    if (!(s << element)) return false;
  }
  return true;
}
template <typename S, typename T, size_t N>
bool deserialize(S& s, T (&array)[N]) {
  for (T& element : array) {
    if (!(s >> element)) return false;
  }
  return true;
}

template <typename S, typename T1, typename T2>
bool serialize(S& s, const std::pair<T1, T2>& pair) {
  return (s << pair.first) && (s << pair.second);
}
template <typename S, typename T1, typename T2>
bool deserialize(S& s, std::pair<T1, T2>& pair) {
  return (s >> pair.first) && (s >> pair.second);
}

template <typename S, typename T>
bool serialize(S& s, const std::vector<T>& v) {
  return write_elements(s, v);
}
template <typename S, typename T>
bool serialize(S& s, const std::list<T>& l) {
  return write_elements(s, l);
}
template <typename S, typename T>
bool serialize(S& s, const std::set<T>& set) {
  return write_elements(s, set);
}
template <typename S, typename T1, typename T2>
bool serialize(S& s, const std::map<T1, T2>& map) {
  return write_elements(s, map);
}
template <typename S, typename T, size_t Extent>
bool serialize(S& s, const span<T, Extent>& elements) {
  if (!(s << elements.size())) return false;
  for (size_t k = 0; k < elements.size(); ++k) {
    if (!(s << elements[k])) return false;
  }
  return true;
}

// `add` puts an element into the container.
template <typename T, typename S, typename Add>
bool read_elements(S& s, Add add) {
  size_t size;
  if (!(s >> size)) return false;
  for (size_t k = 0; k < size; ++k) {
    T element = T();
    if (!(s >> element)) return false;
    add(std::move(element));
  }
  return true;
}
template <typename S, typename T>
bool deserialize(S& s, std::vector<T>& v) {
  v.clear();
  return read_elements<T>(s, [&v](T&& element) { v.push_back(std::move(element)); });
}
template <typename S, typename T>
bool deserialize(S& s, std::list<T>& l) {
  l.clear();
  return read_elements<T>(s, [&l](T&& element) { l.push_back(std::move(element)); });
}
template <typename S, typename T>
bool deserialize(S& s, std::set<T>& set) {
  set.clear();
  return read_elements<T>(s, [&set](T&& element) { set.insert(std::move(element)); });
}
template <typename S, typename T1, typename T2>
bool deserialize(S& s, std::map<T1, T2>& map) {
  map.clear();
  return read_elements<std::pair<T1, T2>>(
      s, [&map](std::pair<T1, T2>&& element) { map.insert(std::move(element)); });
}

template <typename S>
bool serialize(S& s, const ByteArrayRef& bytes) {
  return (s << bytes.size()) && s.append_bytes(bytes.base(), bytes.size());
}
template <typename S>
bool deserialize(S& s, ByteArray& bytes) {
  size_t size;
  if (!(s >> size)) return false;
  const void* from = s.peek_bytes(size);
  if (!from) return false;
  bytes.set(from, size);
  return s.extract_bytes(nullptr, size);
}

// ---- the choice

template <typename S, typename T, typename = void>
struct has_serialize : std::false_type {};
template <typename S, typename T>
struct has_serialize<S, T, std::void_t<decltype(serialize(std::declval<S&>(), std::declval<const T&>()))>>
    : std::true_type {};
template <typename S, typename T, typename = void>
struct has_deserialize : std::false_type {};
template <typename S, typename T>
struct has_deserialize<S, T, std::void_t<decltype(deserialize(std::declval<S&>(), std::declval<T&>()))>>
    : std::true_type {};

template <typename S, typename T>
bool write_value(S& s, const T& value) {
  if constexpr (is_copied<T>::value) {
    return s.append_bytes(&value, sizeof(T));
  } else if constexpr (has_serialize<S, T>::value) {
    return serialize(s, value);
  } else {
    return serdez(s, value);
  }
}

template <typename S, typename T>
bool read_value(S& s, T& value) {
  if constexpr (is_copied<T>::value) {
    return s.extract_bytes(&value, sizeof(T));
  } else if constexpr (has_deserialize<S, T>::value) {
    return deserialize(s, value);
  } else {
    return serdez(s, static_cast<const T&>(value));
  }
}

}  // namespace Serialization
}  // namespace Realm
