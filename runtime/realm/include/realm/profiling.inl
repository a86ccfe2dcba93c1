// How measurements become bytes. Those without members of variable size are copied as they are.
#pragma once

#include <cstring>
#include <type_traits>

namespace Realm {
namespace ProfilingBytes {

class Writer {
 public:
  void bytes(const void *from, size_t size);
  std::vector<char> buffer;
};

// Reading past the end gives zeros and clears `is_good`.
class Reader {
 public:
  Reader(const void *from, size_t size) : at(static_cast<const char *>(from)), left(size) {}
  void bytes(void *to, size_t size) {
    if (size > left) {
      memset(to, 0, size);
      is_good = false;
      return;
    }
    if (size) memcpy(to, at, size);
    at += size;
    left -= size;
  }
  const char *at;
  size_t left;
  bool is_good = true;
};

template <typename T>
void put(Writer &w, const T &value);
template <typename T>
void get(Reader &r, T &value);

// Types that hold others of variable size list their members once, for both directions.
template <typename V, typename Visit>
void members(V &v, Visit visit, const ProfilingMeasurements::OperationStatus *) {
  visit(v.result), visit(v.error_code), visit(v.error_details);
}
template <typename V, typename Visit>
void members(V &v, Visit visit, const ProfilingMeasurements::InstanceStatus *) {
  visit(v.result), visit(v.error_code), visit(v.error_details);
}
template <typename V, typename Visit>
void members(V &v, Visit visit, const ProfilingMeasurements::OperationBacktrace *) {
  visit(v.pcs), visit(v.symbols);
}
template <typename V, typename Visit>
void members(V &v, Visit visit, const ProfilingMeasurements::OperationEventWaits *) {
  visit(v.intervals);
}
template <typename V, typename Visit>
void members(V &v, Visit visit, const ProfilingMeasurements::OperationCopyInfo *) {
  visit(v.inst_info);
}
template <typename V, typename Visit>
void members(V &v, Visit visit, const ProfilingMeasurements::OperationCopyInfo::InstInfo *) {
  visit(v.src_insts), visit(v.dst_insts), visit(v.src_indirection_inst), visit(v.dst_indirection_inst);
  visit(v.src_fields), visit(v.dst_fields), visit(v.src_indirection_field), visit(v.dst_indirection_field);
  visit(v.request_type), visit(v.num_hops);
}
template <typename V, typename Visit>
void members(V &v, Visit visit, const ProfilingMeasurements::OperationSubgraphInfo *) {
  visit(v.subgraph_finish_events);
}

struct Ignore {
  template <typename T>
  void operator()(T &) const {}
};

inline void put_value(Writer &w, const ByteArray &value) {
  uint64_t size = value.size();
  w.bytes(&size, sizeof size);
  w.bytes(value.base(), value.size());
}
inline void get_value(Reader &r, ByteArray &value) {
  uint64_t size = 0;
  r.bytes(&size, sizeof size);
  if (size > r.left) {
    r.is_good = false;
    return;
  }
  value.set(r.at, static_cast<size_t>(size));
  r.at += size;
  r.left -= static_cast<size_t>(size);
}
inline void put_value(Writer &w, const std::string &value) {
  put_value(w, ByteArray(value.data(), value.size()));
}
inline void get_value(Reader &r, std::string &value) {
  ByteArray bytes;
  get_value(r, bytes);
  value.assign(static_cast<const char *>(bytes.base()), bytes.size());
}
template <typename T>
void put_value(Writer &w, const std::vector<T> &value) {
  uint64_t size = value.size();
  w.bytes(&size, sizeof size);
  for (const T &element : value) put(w, element);
}
template <typename T>
void get_value(Reader &r, std::vector<T> &value) {
  uint64_t size = 0;
  r.bytes(&size, sizeof size);
  value.clear();
  for (uint64_t k = 0; k < size && r.is_good; ++k) {
    value.emplace_back();
    get(r, value.back());
  }
}
template <typename T>
auto put_value(Writer &w, const T &value)
    -> decltype(members(value, Ignore(), static_cast<const T *>(nullptr))) {
  members(value, [&w](const auto &member) { put(w, member); }, static_cast<const T *>(nullptr));
}
template <typename T>
auto get_value(Reader &r, T &value)
    -> decltype(members(value, Ignore(), static_cast<const T *>(nullptr))) {
  members(value, [&r](auto &member) { get(r, member); }, static_cast<const T *>(nullptr));
}

template <typename T>
void put(Writer &w, const T &value) {
  if constexpr (std::is_trivially_copyable<T>::value) {
    w.bytes(&value, sizeof(T));
  } else {
    put_value(w, value);
  }
}
template <typename T>
void get(Reader &r, T &value) {
  if constexpr (std::is_trivially_copyable<T>::value) {
    r.bytes(&value, sizeof(T));
  } else {
    get_value(r, value);
  }
}

}  // namespace ProfilingBytes

template <typename T>
bool ProfilingResponse::get_measurement(T &result) const {
  const void *bytes;
  size_t size;
  if (!find(T::ID, bytes, size)) return false;
  ProfilingBytes::Reader reader(bytes, size);
  ProfilingBytes::get(reader, result);
  return reader.is_good;
}

}  // namespace Realm
