// Points, rectangles and matrices: the coordinates of Realm's index spaces.
//
// Source: Realm's public interface, chapter "Points, rectangles, index spaces". Everything here is a plain
// value without an invariant that a program could break; nothing allocates, blocks or fails. Bounds of
// rectangles are inclusive. A rectangle is empty when lo > hi in any dimension.
//
// `N` is the dimension, `T` an integer type: int, unsigned or long long. Arithmetic wraps as that of `T`
// does.
#pragma once

#include <cstddef>
#include <functional>
#include <ostream>
#include <type_traits>
#include <vector>

#include "realm/realm_config.h"

namespace Realm {

class Event;
class ProfilingRequestSet;
struct CopySrcDstField;
template <int N, typename T = int>
struct IndexSpace;
template <int M, int N, typename T = int>
struct Matrix;

template <int N, typename T = int>
struct Point {
  static_assert(N >= 1, "a point has at least one dimension");
  static_assert(std::is_integral<T>::value, "coordinates are integers");
  typedef T value_type;

  T values[N];

  // Values are not set.
  Point() = default;
  // The same value in every dimension. Points of one dimension are made from numbers without being asked.
  template <int M = N, std::enable_if_t<M == 1, bool> = true>
  REALM_CUDA_HD constexpr Point(T value) : values() {
    values[0] = value;
  }
  template <int M = N, std::enable_if_t<M != 1, bool> = true>
  REALM_CUDA_HD explicit constexpr Point(T value) : values() {
    for (int i = 0; i < N; i++) values[i] = value;
  }
  template <typename T2, std::enable_if_t<std::is_integral<T2>::value, bool> = true>
  REALM_CUDA_HD explicit constexpr Point(T2 value) : values() {
    for (int i = 0; i < N; i++) values[i] = static_cast<T>(value);
  }
  template <typename T2, std::enable_if_t<std::is_integral<T2>::value, bool> = true>
  REALM_CUDA_HD explicit constexpr Point(const T2* from) : values() {
    for (int i = 0; i < N; i++) values[i] = static_cast<T>(from[i]);
  }
  template <typename A0, typename A1, typename... A>
  REALM_CUDA_HD constexpr Point(A0 value0, A1 value1, A... more)
      : values{static_cast<T>(value0), static_cast<T>(value1), static_cast<T>(more)...} {
    static_assert(sizeof...(A) + 2 == N, "a point needs one value for each dimension");
  }
  template <typename T2>
  REALM_CUDA_HD constexpr Point(const Point<N, T2>& other) : values() {
    for (int i = 0; i < N; i++) values[i] = static_cast<T>(other.values[i]);
  }
  template <typename T2>
  REALM_CUDA_HD constexpr Point& operator=(const Point<N, T2>& other) {
    for (int i = 0; i < N; i++) values[i] = static_cast<T>(other.values[i]);
    return *this;
  }

  REALM_CUDA_HD constexpr T& operator[](int index) { return values[index]; }
  REALM_CUDA_HD constexpr const T& operator[](int index) const { return values[index]; }

  template <typename T2>
  REALM_CUDA_HD constexpr T dot(const Point<N, T2>& other) const {
    T sum = static_cast<T>(values[0] * other.values[0]);
    for (int i = 1; i < N; i++) sum = static_cast<T>(sum + values[i] * other.values[i]);
    return sum;
  }

  REALM_CUDA_HD constexpr T& x() { return at<0>(); }
  REALM_CUDA_HD constexpr T& y() { return at<1>(); }
  REALM_CUDA_HD constexpr T& z() { return at<2>(); }
  REALM_CUDA_HD constexpr T& w() { return at<3>(); }
  REALM_CUDA_HD constexpr const T& x() const { return at<0>(); }
  REALM_CUDA_HD constexpr const T& y() const { return at<1>(); }
  REALM_CUDA_HD constexpr const T& z() const { return at<2>(); }
  REALM_CUDA_HD constexpr const T& w() const { return at<3>(); }

  REALM_CUDA_HD static constexpr Point ZEROES() { return Point(T(0)); }
  REALM_CUDA_HD static constexpr Point ONES() { return Point(T(1)); }

 private:
  template <int I>
  REALM_CUDA_HD constexpr T& at() {
    static_assert(I < N, "the point has fewer dimensions");
    return values[I];
  }
  template <int I>
  REALM_CUDA_HD constexpr const T& at() const {
    static_assert(I < N, "the point has fewer dimensions");
    return values[I];
  }
};

// In one dimension points and numbers convert to each other.
template <typename T>
struct Point<1, T> {
  static_assert(std::is_integral<T>::value, "coordinates are integers");
  typedef T value_type;

  T value;

  // The value is not set.
  Point() = default;
  REALM_CUDA_HD constexpr Point(T value_in) : value(value_in) {}
  template <typename T2, std::enable_if_t<std::is_integral<T2>::value, bool> = true>
  REALM_CUDA_HD explicit constexpr Point(T2 value_in) : value(static_cast<T>(value_in)) {}
  template <typename T2, std::enable_if_t<std::is_integral<T2>::value, bool> = true>
  REALM_CUDA_HD explicit constexpr Point(const T2* from) : value(static_cast<T>(from[0])) {}
  template <typename T2>
  REALM_CUDA_HD constexpr Point(const Point<1, T2>& other) : value(static_cast<T>(other.value)) {}
  template <typename T2>
  REALM_CUDA_HD constexpr Point& operator=(const Point<1, T2>& other) {
    value = static_cast<T>(other.value);
    return *this;
  }
  REALM_CUDA_HD constexpr operator T() const { return value; }

  // The only index is 0.
  REALM_CUDA_HD constexpr T& operator[](int) { return value; }
  REALM_CUDA_HD constexpr const T& operator[](int) const { return value; }

  template <typename T2>
  REALM_CUDA_HD constexpr T dot(const Point<1, T2>& other) const {
    return static_cast<T>(value * other.value);
  }

  REALM_CUDA_HD constexpr T& x() { return value; }
  REALM_CUDA_HD constexpr const T& x() const { return value; }

  REALM_CUDA_HD static constexpr Point ZEROES() { return Point(T(0)); }
  REALM_CUDA_HD static constexpr Point ONES() { return Point(T(1)); }
};

// A point from its coordinates: make_point(1, 2) is a Point<2, int>.
template <typename T = int, typename... U>
[[nodiscard]] constexpr auto make_point(const U&... rest) -> Point<sizeof...(rest), T> {
  return Point<sizeof...(rest), T>(rest...);
}

// Prints `<1,2>`.
template <int N, typename T>
std::ostream& operator<<(std::ostream& out, const Point<N, T>& p) {
  out << '<' << p[0];
  for (int i = 1; i < N; i++) out << ',' << p[i];
  return out << '>';
}

template <int N, typename T, typename T2>
REALM_CUDA_HD constexpr bool operator==(const Point<N, T>& lhs, const Point<N, T2>& rhs) {
  for (int i = 0; i < N; i++)
    if (lhs[i] != static_cast<T>(rhs[i])) return false;
  return true;
}
template <int N, typename T, typename T2>
REALM_CUDA_HD constexpr bool operator!=(const Point<N, T>& lhs, const Point<N, T2>& rhs) {
  return !(lhs == rhs);
}

// Componentwise arithmetic; the result has the left side's coordinate type.
#define REALM_POINT_OPERATOR(op, assign)                                                             \
  template <int N, typename T, typename T2>                                                          \
  REALM_CUDA_HD constexpr Point<N, T>& operator assign(Point<N, T>& lhs, const Point<N, T2>& rhs) {  \
    for (int i = 0; i < N; i++) lhs[i] = static_cast<T>(lhs[i] op static_cast<T>(rhs[i]));           \
    return lhs;                                                                                      \
  }                                                                                                  \
  template <int N, typename T, typename T2>                                                          \
  REALM_CUDA_HD constexpr Point<N, T> operator op(const Point<N, T>& lhs, const Point<N, T2>& rhs) { \
    Point<N, T> out = lhs;                                                                           \
    out assign rhs;                                                                                  \
    return out;                                                                                      \
  }
REALM_POINT_OPERATOR(+, +=)
REALM_POINT_OPERATOR(-, -=)
REALM_POINT_OPERATOR(*, *=)
REALM_POINT_OPERATOR(/, /=)
REALM_POINT_OPERATOR(%, %=)
#undef REALM_POINT_OPERATOR

template <int N, typename T = int>
struct Rect {
  Point<N, T> lo, hi;

  // Bounds are not set.
  Rect() = default;
  REALM_CUDA_HD constexpr Rect(const Point<N, T>& lo_in, const Point<N, T>& hi_in) : lo(lo_in), hi(hi_in) {}
  template <typename T2>
  REALM_CUDA_HD constexpr Rect(const Rect<N, T2>& other) : lo(other.lo), hi(other.hi) {}
  template <typename T2>
  REALM_CUDA_HD constexpr Rect& operator=(const Rect<N, T2>& other) {
    lo = other.lo;
    hi = other.hi;
    return *this;
  }

  REALM_CUDA_HD static constexpr Rect make_empty() { return Rect(Point<N, T>(T(1)), Point<N, T>(T(0))); }

  REALM_CUDA_HD constexpr bool empty() const {
    for (int i = 0; i < N; i++)
      if (lo[i] > hi[i]) return true;
    return false;
  }
  REALM_CUDA_HD constexpr size_t volume() const {
    size_t product = 1;
    for (int i = 0; i < N; i++) {
      if (lo[i] > hi[i]) return 0;
      product *= static_cast<size_t>(hi[i]) - static_cast<size_t>(lo[i]) + 1;
    }
    return product;
  }
  REALM_CUDA_HD constexpr bool contains(const Point<N, T>& p) const {
    for (int i = 0; i < N; i++)
      if (p[i] < lo[i] || p[i] > hi[i]) return false;
    return true;
  }
  // True when every point of `other` is in this rectangle, so also when `other` is empty.
  REALM_CUDA_HD constexpr bool contains(const Rect& other) const {
    if (other.empty()) return true;
    for (int i = 0; i < N; i++)
      if (other.lo[i] < lo[i] || other.hi[i] > hi[i]) return false;
    return true;
  }
  // Needs a valid sparsity map when the space's bounds are not in this rectangle.
  bool contains(const IndexSpace<N, T>& space) const;
  REALM_CUDA_HD constexpr bool overlaps(const Rect& other) const {
    for (int i = 0; i < N; i++)
      if (lo[i] > hi[i] || other.lo[i] > other.hi[i] || lo[i] > other.hi[i] || other.lo[i] > hi[i])
        return false;
    return true;
  }
  REALM_CUDA_HD constexpr Rect intersection(const Rect& other) const {
    Rect out = *this;
    for (int i = 0; i < N; i++) {
      if (other.lo[i] > out.lo[i]) out.lo[i] = other.lo[i];
      if (other.hi[i] < out.hi[i]) out.hi[i] = other.hi[i];
    }
    return out;
  }
  // The smallest rectangle that contains both.
  REALM_CUDA_HD constexpr Rect union_bbox(const Rect& other) const {
    if (empty()) return other;
    if (other.empty()) return *this;
    Rect out = *this;
    for (int i = 0; i < N; i++) {
      if (other.lo[i] < out.lo[i]) out.lo[i] = other.lo[i];
      if (other.hi[i] > out.hi[i]) out.hi[i] = other.hi[i];
    }
    return out;
  }
  // The smallest rectangle around { transform * p + offset : p in this }.
  template <int N2, typename T2>
  REALM_CUDA_HD Rect<N2, T2> apply_transform(const Matrix<N2, N, T2>& transform,
                                             const Point<N2, T2>& offset) const;

  // The operations of IndexSpace, for a dense space of these bounds; `mask` restricts the copy to its points.
  Event fill(const std::vector<CopySrcDstField>& dsts, const ProfilingRequestSet& requests,
             const void* fill_value, size_t fill_value_size) const;
  Event fill(const std::vector<CopySrcDstField>& dsts, const ProfilingRequestSet& requests,
             const void* fill_value, size_t fill_value_size, Event wait_on, int priority = 0) const;
  Event copy(const std::vector<CopySrcDstField>& srcs, const std::vector<CopySrcDstField>& dsts,
             const ProfilingRequestSet& requests) const;
  Event copy(const std::vector<CopySrcDstField>& srcs, const std::vector<CopySrcDstField>& dsts,
             const ProfilingRequestSet& requests, Event wait_on, int priority = 0) const;
  Event copy(const std::vector<CopySrcDstField>& srcs, const std::vector<CopySrcDstField>& dsts,
             const IndexSpace<N, T>& mask, const ProfilingRequestSet& requests) const;
  Event copy(const std::vector<CopySrcDstField>& srcs, const std::vector<CopySrcDstField>& dsts,
             const IndexSpace<N, T>& mask, const ProfilingRequestSet& requests, Event wait_on,
             int priority = 0) const;
};

// Prints `<0,0>..<3,4>`.
template <int N, typename T>
std::ostream& operator<<(std::ostream& out, const Rect<N, T>& r) {
  return out << r.lo << ".." << r.hi;
}

// Equality of bounds: two empty rectangles may differ.
template <int N, typename T, typename T2>
REALM_CUDA_HD constexpr bool operator==(const Rect<N, T>& lhs, const Rect<N, T2>& rhs) {
  return lhs.lo == rhs.lo && lhs.hi == rhs.hi;
}
template <int N, typename T, typename T2>
REALM_CUDA_HD constexpr bool operator!=(const Rect<N, T>& lhs, const Rect<N, T2>& rhs) {
  return !(lhs == rhs);
}

// Rectangles move by points.
template <int N, typename T, typename T2>
REALM_CUDA_HD constexpr Rect<N, T> operator+(const Rect<N, T>& lhs, const Point<N, T2>& rhs) {
  return Rect<N, T>(lhs.lo + rhs, lhs.hi + rhs);
}
template <int N, typename T, typename T2>
REALM_CUDA_HD constexpr Rect<N, T>& operator+=(Rect<N, T>& lhs, const Point<N, T2>& rhs) {
  return lhs = lhs + rhs;
}
template <int N, typename T, typename T2>
REALM_CUDA_HD constexpr Rect<N, T> operator-(const Rect<N, T>& lhs, const Point<N, T2>& rhs) {
  return Rect<N, T>(lhs.lo - rhs, lhs.hi - rhs);
}
template <int N, typename T, typename T2>
REALM_CUDA_HD constexpr Rect<N, T>& operator-=(Rect<N, T>& lhs, const Point<N, T2>& rhs) {
  return lhs = lhs - rhs;
}

// M rows, N columns.
template <int M, int N, typename T>
struct Matrix {
  Point<N, T> rows[M];

  // Values are not set.
  Matrix() = default;
  template <typename T2>
  REALM_CUDA_HD constexpr Matrix(const Matrix<M, N, T2>& other) : rows() {
    for (int i = 0; i < M; i++) rows[i] = other.rows[i];
  }
  template <typename T2>
  REALM_CUDA_HD constexpr Matrix& operator=(const Matrix<M, N, T2>& other) {
    for (int i = 0; i < M; i++) rows[i] = other.rows[i];
    return *this;
  }

  REALM_CUDA_HD constexpr Point<N, T>& operator[](int row) { return rows[row]; }
  REALM_CUDA_HD constexpr const Point<N, T>& operator[](int row) const { return rows[row]; }
};

template <int M, int N, typename T>
std::ostream& operator<<(std::ostream& out, const Matrix<M, N, T>& m) {
  out << '[' << m[0];
  for (int i = 1; i < M; i++) out << ',' << m[i];
  return out << ']';
}

template <int M, int N, typename T, typename T2>
REALM_CUDA_HD constexpr Point<M, T> operator*(const Matrix<M, N, T>& m, const Point<N, T2>& p) {
  Point<M, T> out(T(0));
  for (int i = 0; i < M; i++) out[i] = m[i].dot(p);
  return out;
}
template <int M, int P, int N, typename T, typename T2>
REALM_CUDA_HD constexpr Matrix<M, N, T> operator*(const Matrix<M, P, T>& m, const Matrix<P, N, T2>& n) {
  Matrix<M, N, T> out;
  for (int i = 0; i < M; i++)
    for (int j = 0; j < N; j++) {
      out[i][j] = static_cast<T>(m[i][0] * n[0][j]);
      for (int k = 1; k < P; k++) out[i][j] = static_cast<T>(out[i][j] + m[i][k] * n[k][j]);
    }
  return out;
}

template <int N, typename T>
template <int N2, typename T2>
REALM_CUDA_HD Rect<N2, T2> Rect<N, T>::apply_transform(const Matrix<N2, N, T2>& transform,
                                                       const Point<N2, T2>& offset) const {
  Rect<N2, T2> out(offset, offset);
  for (int i = 0; i < N2; i++)
    for (int j = 0; j < N; j++) {
      const T2 coefficient = transform[i][j];
      const bool is_negative = coefficient < T2(0);
      out.lo[i] = static_cast<T2>(out.lo[i] + coefficient * static_cast<T2>(is_negative ? hi[j] : lo[j]));
      out.hi[i] = static_cast<T2>(out.hi[i] + coefficient * static_cast<T2>(is_negative ? lo[j] : hi[j]));
    }
  // The bounds of an empty rectangle are mapped as well; it must stay empty.
  return empty() && !out.empty() ? Rect<N2, T2>::make_empty() : out;
}

// The points of a rectangle, one after the other; in Fortran order dimension 0 runs fastest.
//
//   for (PointInRectIterator<2> it(rect); it.valid; it.step()) use(it.p);
template <int N, typename T = int>
class PointInRectIterator {
 public:
  Point<N, T> p;
  bool valid = false;
  Rect<N, T> rect;
  bool fortran_order = true;

  // Not valid before `reset`. Set all the same: compilers warn about copies of what is not.
  REALM_CUDA_HD PointInRectIterator() : p(), rect() {}
  REALM_CUDA_HD PointInRectIterator(const Rect<N, T>& rect_in, bool fortran_order_in = true) {
    reset(rect_in, fortran_order_in);
  }
  REALM_CUDA_HD void reset(const Rect<N, T>& rect_in, bool fortran_order_in = true) {
    rect = rect_in;
    p = rect_in.lo;
    valid = !rect_in.empty();
    fortran_order = fortran_order_in;
  }
  // Goes to the next point; false when there is none.
  REALM_CUDA_HD bool step() {
    if (!valid) return false;
    for (int k = 0; k < N; k++) {
      const int i = fortran_order ? k : N - 1 - k;
      if (p[i] < rect.hi[i]) {
        ++p[i];
        return true;
      }
      p[i] = rect.lo[i];
    }
    valid = false;
    return false;
  }
};

}  // namespace Realm

namespace std {

// Lexicographic orders, dimension 0 first, for ordered containers.
template <int N, typename T>
struct less<Realm::Point<N, T>> {
  bool operator()(const Realm::Point<N, T>& a, const Realm::Point<N, T>& b) const {
    for (int i = 0; i < N; i++) {
      if (a[i] < b[i]) return true;
      if (b[i] < a[i]) return false;
    }
    return false;
  }
};

template <int N, typename T>
struct less<Realm::Rect<N, T>> {
  bool operator()(const Realm::Rect<N, T>& a, const Realm::Rect<N, T>& b) const {
    const less<Realm::Point<N, T>> before;
    return before(a.lo, b.lo) || (!before(b.lo, a.lo) && before(a.hi, b.hi));
  }
};

}  // namespace std
