// Small helpers that the public headers share: spans, bit fields, printing of containers.
#pragma once

// Programs rely on these being there.
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <map>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include "realm/realm_config.h"

namespace Realm {

static const size_t dynamic_extent = static_cast<size_t>(-1);

template <typename T, size_t Extent = dynamic_extent>
class span;

// A view of `size()` elements from `data()` on. Owns nothing; valid as long as what it was made from.
template <typename T>
class span<T, dynamic_extent> {
 public:
  typedef typename std::remove_const<T>::type value_type;
  static const size_t extent = dynamic_extent;

  span() : base(nullptr), length(0) {}
  span(T* _base, size_t _length) : base(_base), length(_length) {}
  template <size_t Extent2>
  span(span<T, Extent2> copy_from) : base(copy_from.data()), length(copy_from.size()) {}
  span(std::vector<value_type>& v) : base(v.data()), length(v.size()) {}
  span(const std::vector<value_type>& v) : base(v.data()), length(v.size()) {}
  // One element.
  span(T& v) : base(&v), length(1) {}

  T& operator[](size_t idx) const { return base[idx]; }
  T* data() const { return base; }
  size_t size() const { return length; }
  bool empty() const { return length == 0; }
  T* begin() const { return base; }
  T* end() const { return base + length; }

 protected:
  T* base;
  size_t length;
};

// Converts to an empty span of any type.
class empty_span {
 public:
  template <typename T>
  operator span<T, dynamic_extent>() const {
    return span<T, dynamic_extent>();
  }
};

template <typename T>
span<T, dynamic_extent> make_span(T* base, size_t length) {
  return span<T, dynamic_extent>(base, length);
}

// Builds a string in one expression: `std::string s = stringbuilder() << a << b;`.
class stringbuilder {
 public:
  operator std::string() const { return text.str(); }
  template <typename T>
  stringbuilder& operator<<(T data) {
    text << data;
    return *this;
  }

 protected:
  std::ostringstream text;
};

class noncopyable {
 protected:
  noncopyable() {}
  ~noncopyable() {}

 private:
  noncopyable(const noncopyable&);
  noncopyable& operator=(const noncopyable&);
};

// `BITS` bits of an integer from bit `SHIFT` on. `insert` cuts what does not fit.
template <unsigned _BITS, unsigned _SHIFT>
struct bitfield {
  static const unsigned BITS = _BITS;
  static const unsigned SHIFT = _SHIFT;
  template <typename T>
  static constexpr T mask() {
    return BITS == 8 * sizeof(T) ? ~T(0) : (T(1) << (BITS % (8 * sizeof(T)))) - 1;
  }
  template <typename T>
  static constexpr T extract(T source) {
    return (source >> SHIFT) & mask<T>();
  }
  template <typename T>
  static constexpr T insert(T target, T field) {
    return (target & ~(mask<T>() << SHIFT)) | ((field & mask<T>()) << SHIFT);
  }
  template <typename T>
  static constexpr T bit_or(T target, T field) {
    return target | ((field & mask<T>()) << SHIFT);
  }
};

// An integer with bit fields.
template <typename T>
class bitpack {
 public:
  bitpack() {}
  bitpack(const bitpack& copy_from) = default;
  bitpack(T init_val) : value(init_val) {}
  bitpack& operator=(const bitpack& copy_from) = default;
  bitpack& operator=(T new_val) {
    value = new_val;
    return *this;
  }
  operator T() const { return value; }

  template <typename BITFIELD>
  class bitsliceref {
   public:
    explicit bitsliceref(T& _target) : target(_target) {}
    operator T() const { return BITFIELD::extract(target); }
    bitsliceref& operator=(T field) {
      target = BITFIELD::insert(target, field);
      return *this;
    }
    bitsliceref& operator|=(T field) {
      target = BITFIELD::bit_or(target, field);
      return *this;
    }
    static const T MAXVAL = ~(~T(0) << BITFIELD::BITS);

   protected:
    T& target;
  };
  template <typename BITFIELD>
  class constbitsliceref {
   public:
    explicit constbitsliceref(const T& _target) : target(_target) {}
    operator T() const { return BITFIELD::extract(target); }
    static const T MAXVAL = ~(~T(0) << BITFIELD::BITS);

   protected:
    const T& target;
  };
  template <typename BITFIELD>
  bitsliceref<BITFIELD> slice() {
    return bitsliceref<BITFIELD>(value);
  }
  template <typename BITFIELD>
  constbitsliceref<BITFIELD> slice() const {
    return constbitsliceref<BITFIELD>(value);
  }
  template <typename BITFIELD>
  bitsliceref<BITFIELD> operator[](const BITFIELD&) {
    return slice<BITFIELD>();
  }
  template <typename BITFIELD>
  constbitsliceref<BITFIELD> operator[](const BITFIELD&) const {
    return slice<BITFIELD>();
  }

 protected:
  T value;
};

// Prints the elements of a container between brackets: `os << PrettyVector<int>(v)`.
template <typename T>
class PrettyVector {
 public:
  explicit PrettyVector(const T* _data, size_t _size, const char* _delim = ", ", const char* _pfx = "[",
                        const char* _sfx = "]")
      : data(_data), size(_size), delim(_delim), pfx(_pfx), sfx(_sfx) {}
  template <typename Container = std::vector<T>>
  explicit PrettyVector(const Container& _v, const char* _delim = ", ", const char* _pfx = "[",
                        const char* _sfx = "]")
      : data(_v.data()), size(_v.size()), delim(_delim), pfx(_pfx), sfx(_sfx) {}
  void print(std::ostream& os) const {
    os << pfx;
    for (size_t k = 0; k < size; ++k) {
      if (k) os << delim;
      os << data[k];
    }
    os << sfx;
  }

 protected:
  const T* data;
  size_t size;
  const char* delim;
  const char* pfx;
  const char* sfx;
};

template <typename T>
std::ostream& operator<<(std::ostream& os, const PrettyVector<T>& pv) {
  pv.print(os);
  return os;
}

// Adds `len` bytes to a CRC-32C sum. Starting value and final inversion are the caller's.
REALM_PUBLIC_API uint32_t crc32c_accumulate(uint32_t accum_in, const void* data, size_t len);

}  // namespace Realm

// Handles hash by their id.
#define REALM_HASH_HANDLE(type)                                           \
  template <>                                                             \
  struct std::hash<type> {                                                \
    size_t operator()(const type& handle) const noexcept {                \
      return static_cast<size_t>(handle.id * 0x9e3779b97f4a7c15ull >> 7); \
    }                                                                     \
  };
