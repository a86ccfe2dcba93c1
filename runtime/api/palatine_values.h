// The values of generated code: points, boxes, arrays, vectors, and the operators that the language gives
// them.
//
// Everything is inline, trivially copyable and free of C++ library headers: generated code is compiled
// without them, so that C headers mean what they mean in C.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace palatine::api {

// ---- points and boxes
// ----------------------------------------------------------------------------------------------

// The most dimensions of points, boxes and index spaces.
inline constexpr int kMaxDim = 9;

// A point of N >= 2 dimensions (`int2d`, `int3d`). One-dimensional points (`int1d`, `ptr`) are plain int64_t.
template <int N>
struct Point {
  int64_t c[N];
  friend bool operator==(const Point&, const Point&) = default;
};
namespace detail {
template <int N>
struct PointOf {
  using type = Point<N>;
};
template <>
struct PointOf<1> {
  using type = int64_t;
};
}  // namespace detail
template <int N>
using PointOf = typename detail::PointOf<N>::type;

// A dense box, both corners inclusive; empty when some hi is below its lo.
template <int N>
struct Rect {
  PointOf<N> lo;
  PointOf<N> hi;
  friend bool operator==(const Rect&, const Rect&) = default;
};

// A matrix with M rows and N columns: it leads from N to M dimensions.
template <int M, int N>
struct Transform {
  int64_t e[M][N];
  int64_t& operator[](const Point<2>& at) { return e[at.c[0]][at.c[1]]; }
  const int64_t& operator[](const Point<2>& at) const { return e[at.c[0]][at.c[1]]; }
};

// Component k of a point of any dimension.
inline int64_t& component(int64_t& p, int) {
  return p;
}
inline int64_t component(const int64_t& p, int) {
  return p;
}
template <int N>
int64_t& component(Point<N>& p, int k) {
  return p.c[k];
}
template <int N>
int64_t component(const Point<N>& p, int k) {
  return p.c[k];
}

#define PALATINE_POINT_OPERATOR(op)                             \
  template <int N>                                              \
  Point<N> operator op(const Point<N>& a, const Point<N>& b) {  \
    Point<N> result;                                            \
    for (int k = 0; k < N; ++k) result.c[k] = a.c[k] op b.c[k]; \
    return result;                                              \
  }
PALATINE_POINT_OPERATOR(+)
PALATINE_POINT_OPERATOR(-)
PALATINE_POINT_OPERATOR(*)
PALATINE_POINT_OPERATOR(/)
PALATINE_POINT_OPERATOR(%)
#undef PALATINE_POINT_OPERATOR

// `a < b` when it holds for every component; not a total order.
#define PALATINE_POINT_COMPARISON(op)                      \
  template <int N>                                         \
  bool operator op(const Point<N>& a, const Point<N>& b) { \
    for (int k = 0; k < N; ++k) {                          \
      if (!(a.c[k] op b.c[k])) return false;               \
    }                                                      \
    return true;                                           \
  }
PALATINE_POINT_COMPARISON(<)
PALATINE_POINT_COMPARISON(<=)
PALATINE_POINT_COMPARISON(>)
PALATINE_POINT_COMPARISON(>=)
#undef PALATINE_POINT_COMPARISON

// A pointer into one of several regions: which one, by its place among the type's bounds, counted from 1; 0
// for null. C programs see the two members as fields of their own (`kRegionOfPointer`).
template <int N>
struct MultiPointer {
  PointOf<N> point;
  uint8_t region;
};
inline constexpr uint32_t kMaxPointerRegions = 255;
// Added to the id of a field of such pointers: its `region` member.
inline constexpr uint32_t kRegionOfPointer = uint32_t{1} << 31;

// The null of pointers into regions of opaque index spaces, and of all others.
inline constexpr int64_t kNullPtr = -1;
template <int N>
PointOf<N> null_point() {
  PointOf<N> point{};
  for (int k = 0; k < N; ++k) component(point, k) = INT64_MIN;
  return point;
}

// `static_cast` of pointers: `Places` are, for each region of the operand's type, the place of the region of
// the result's type that contains it; -1 where there is none, which makes the pointer null.
template <int N, int Place>
MultiPointer<N> one_to_many(const PointOf<N>& point, const PointOf<N>& null) {
  if (Place < 0) return {null, 0};
  return {point, uint8_t(Place + 1)};
}
template <int N, int... Places>
MultiPointer<N> many_to_many(const MultiPointer<N>& pointer, const PointOf<N>& null) {
  constexpr int places[] = {Places...};
  if (pointer.region == 0 || places[pointer.region - 1] < 0) return {null, 0};
  return {pointer.point, uint8_t(places[pointer.region - 1] + 1)};
}
template <int N, int... Places>
PointOf<N> many_to_one(const MultiPointer<N>& pointer, const PointOf<N>& null) {
  return many_to_many<N, Places...>(pointer, null).point;
}

// `index % box`: every component modulo the box's size, counted from its lower corner. Only what is further
// from the box than its size needs a division.
inline int64_t wrap_offset(int64_t offset, int64_t size) {
  // In unsigned numbers, which may overflow.
  const uint64_t from_lo = uint64_t(offset), extent = uint64_t(size);
  if (from_lo < extent) return offset;
  if (from_lo + extent < extent) return offset + size;
  if (from_lo - extent < extent) return offset - size;
  return (offset + size) % size;
}
template <int N>
PointOf<N> wrap(const PointOf<N>& index, const Rect<N>& box) {
  PointOf<N> result{};
  for (int k = 0; k < N; ++k) {
    const int64_t lo = component(box.lo, k);
    component(result, k) = lo + wrap_offset(component(index, k) - lo, component(box.hi, k) - lo + 1);
  }
  return result;
}

// The box of `extent` points from `start`.
template <int N>
Rect<N> box_of(const PointOf<N>& extent, const PointOf<N>& start = PointOf<N>{}) {
  Rect<N> box;
  for (int k = 0; k < N; ++k) {
    component(box.lo, k) = component(start, k);
    component(box.hi, k) = component(start, k) + component(extent, k) - 1;
  }
  return box;
}

template <int N>
uint64_t volume_of(const Rect<N>& box) {
  uint64_t volume = 1;
  for (int k = 0; k < N; ++k) {
    const int64_t lo = component(box.lo, k);
    const int64_t hi = component(box.hi, k);
    volume *= hi < lo ? 0 : uint64_t(hi) - uint64_t(lo) + 1;
  }
  return volume;
}

// Point number k of a box, the first dimension fastest.
template <int N>
PointOf<N> point_of(const Rect<N>& box, uint64_t k) {
  PointOf<N> point{};
  for (int d = 0; d < N; ++d) {
    const uint64_t extent = uint64_t(component(box.hi, d)) - uint64_t(component(box.lo, d)) + 1;
    component(point, d) = component(box.lo, d) + int64_t(k % extent);
    k /= extent;
  }
  return point;
}

// ---- the C interface's points and rects
// --------------------------------------------------------------------------------
//
// Templates, because generated code includes the C interface only where a program uses it.

template <typename T, int N>
T to_domain_point(const PointOf<N>& point) {
  T result{};
  result.dim = N;
  for (int d = 0; d < N; ++d) result.point_data[d] = component(point, d);
  return result;
}
template <typename T, int N>
T to_c_point(const PointOf<N>& point) {
  T result{};
  for (int d = 0; d < N; ++d) result.x[d] = component(point, d);
  return result;
}
template <typename T, int>
T to_c_ptr(int64_t point) {
  T result{};
  result.value = point;
  return result;
}
template <typename T, int N>
T to_c_rect(const Rect<N>& rect) {
  T result{};
  for (int d = 0; d < N; ++d) {
    result.lo.x[d] = component(rect.lo, d);
    result.hi.x[d] = component(rect.hi, d);
  }
  return result;
}
template <typename T, int N>
T to_domain(const Rect<N>& rect) {
  T result{};
  result.dim = N;
  for (int d = 0; d < N; ++d) {
    result.rect_data[d] = component(rect.lo, d);
    result.rect_data[N + d] = component(rect.hi, d);
  }
  return result;
}
template <int N, typename T>
PointOf<N> from_domain_point(const T& point) {
  PointOf<N> result{};
  for (int d = 0; d < N; ++d) component(result, d) = point.point_data[d];
  return result;
}
template <int N, typename T>
PointOf<N> from_c_point(const T& point) {
  PointOf<N> result{};
  for (int d = 0; d < N; ++d) component(result, d) = point.x[d];
  return result;
}
template <int N, typename T>
int64_t from_c_ptr(const T& pointer) {
  return pointer.value;
}
template <int N, typename T>
Rect<N> from_c_rect(const T& rect) {
  return {from_c_point<N>(rect.lo), from_c_point<N>(rect.hi)};
}
template <int N, typename T>
Rect<N> from_domain(const T& domain) {
  Rect<N> result{};
  for (int d = 0; d < N; ++d) {
    component(result.lo, d) = domain.rect_data[d];
    component(result.hi, d) = domain.rect_data[N + d];
  }
  return result;
}

// ---- arrays and vectors
// --------------------------------------------------------------------------------------------

// `T[N]`: an array that is a value, laid out as in C.
template <typename T, size_t N>
struct Array {
  T e[N];
};

// `vector(T, N)`: laid out as an array, so that it may lie wherever its elements may.
template <typename T, size_t N>
struct Vector {
  T e[N];
  T& operator[](int64_t k) { return e[k]; }
  const T& operator[](int64_t k) const { return e[k]; }
};
template <typename T, size_t N>
Vector<T, N> splat(T value) {
  Vector<T, N> result;
  for (size_t k = 0; k < N; ++k) result.e[k] = value;
  return result;
}

// The remainder of C: it has the sign of the dividend.
inline double remainder_of(double a, double b) {
  return __builtin_fmod(a, b);
}
inline float remainder_of(float a, float b) {
  return __builtin_fmodf(a, b);
}

// What comparing two elements gives: bool, or an array of these.
template <typename T>
using Compared = decltype(*static_cast<const T*>(nullptr) == *static_cast<const T*>(nullptr));

#define PALATINE_ARRAY_OPERATOR(Container, op)                                      \
  template <typename T, size_t N>                                                   \
  Container<T, N> operator op(const Container<T, N>& a, const Container<T, N>& b) { \
    Container<T, N> result;                                                         \
    for (size_t k = 0; k < N; ++k) result.e[k] = T(a.e[k] op b.e[k]);               \
    return result;                                                                  \
  }
#define PALATINE_ARRAY_COMPARISON(Container, op)                                              \
  template <typename T, size_t N>                                                             \
  Container<Compared<T>, N> operator op(const Container<T, N>& a, const Container<T, N>& b) { \
    Container<Compared<T>, N> result;                                                         \
    for (size_t k = 0; k < N; ++k) result.e[k] = a.e[k] op b.e[k];                            \
    return result;                                                                            \
  }
#define PALATINE_ARRAY_UNARY_OPERATOR(Container, op)           \
  template <typename T, size_t N>                              \
  Container<T, N> operator op(const Container<T, N>& a) {      \
    Container<T, N> result;                                    \
    for (size_t k = 0; k < N; ++k) result.e[k] = T(op a.e[k]); \
    return result;                                             \
  }
#define PALATINE_ARRAY_OPERATORS(Container)                                       \
  PALATINE_ARRAY_OPERATOR(Container, +)                                           \
  PALATINE_ARRAY_OPERATOR(Container, -)                                           \
  PALATINE_ARRAY_OPERATOR(Container, *)                                           \
  PALATINE_ARRAY_OPERATOR(Container, /)                                           \
  PALATINE_ARRAY_OPERATOR(Container, &)                                           \
  PALATINE_ARRAY_OPERATOR(Container, |)                                           \
  PALATINE_ARRAY_OPERATOR(Container, ^)                                           \
  PALATINE_ARRAY_OPERATOR(Container, <<)                                          \
  PALATINE_ARRAY_OPERATOR(Container, >>)                                          \
  PALATINE_ARRAY_COMPARISON(Container, ==)                                        \
  PALATINE_ARRAY_COMPARISON(Container, !=)                                        \
  PALATINE_ARRAY_COMPARISON(Container, <)                                         \
  PALATINE_ARRAY_COMPARISON(Container, <=)                                        \
  PALATINE_ARRAY_COMPARISON(Container, >)                                         \
  PALATINE_ARRAY_COMPARISON(Container, >=)                                        \
  PALATINE_ARRAY_UNARY_OPERATOR(Container, -)                                     \
  PALATINE_ARRAY_UNARY_OPERATOR(Container, ~)                                     \
  PALATINE_ARRAY_UNARY_OPERATOR(Container, !)                                     \
  template <typename T, size_t N>                                                 \
  Container<T, N> operator%(const Container<T, N>& a, const Container<T, N>& b) { \
    Container<T, N> result;                                                       \
    for (size_t k = 0; k < N; ++k) {                                              \
      if constexpr (requires { a.e[k] % b.e[k]; }) {                              \
        result.e[k] = T(a.e[k] % b.e[k]);                                         \
      } else {                                                                    \
        result.e[k] = remainder_of(a.e[k], b.e[k]);                               \
      }                                                                           \
    }                                                                             \
    return result;                                                                \
  }
PALATINE_ARRAY_OPERATORS(Array)
PALATINE_ARRAY_OPERATORS(Vector)
#undef PALATINE_ARRAY_OPERATORS
#undef PALATINE_ARRAY_UNARY_OPERATOR
#undef PALATINE_ARRAY_COMPARISON
#undef PALATINE_ARRAY_OPERATOR

// A type that C++ can only write around a name, `Type<int(double)>*`.
template <typename T>
using Type = T;

// The empty result, `{}`.
struct Unit {};

// ---- scalars
// -------------------------------------------------------------------------------------------------------

// max and min ignore a NaN operand.
template <typename T>
T max_of(T a, T b) {
  return a < b ? b : a;
}
template <typename T>
T min_of(T a, T b) {
  return b < a ? b : a;
}
// Of points, the first when it is beyond the second in every component.
template <int N>
Point<N> max_of(const Point<N>& a, const Point<N>& b) {
  return a > b ? a : b;
}
template <int N>
Point<N> min_of(const Point<N>& a, const Point<N>& b) {
  return a < b ? a : b;
}
inline double max_of(double a, double b) {
  return __builtin_fmax(a, b);
}
inline double min_of(double a, double b) {
  return __builtin_fmin(a, b);
}
inline float max_of(float a, float b) {
  return __builtin_fmaxf(a, b);
}
inline float min_of(float a, float b) {
  return __builtin_fminf(a, b);
}
// Eight at a time, which do not wait for each other.
template <typename T, typename F>
T extreme_of(T first, const T* numbers, int64_t count, F pick) {
  constexpr int kLanes = 8;
  T lanes[kLanes] = {first, first, first, first, first, first, first, first};
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (int k = 0; k < kLanes; ++k) lanes[k] = pick(lanes[k], numbers[i + k]);
  }
  for (; i < count; ++i) lanes[0] = pick(lanes[0], numbers[i]);
  for (int k = 1; k < kLanes; ++k) lanes[0] = pick(lanes[0], lanes[k]);
  return lanes[0];
}
// Of `first` and of numbers in an array.
template <typename T>
T max_of(T first, const T* numbers, int64_t count) {
  return extreme_of(first, numbers, count, [](T a, T b) { return max_of(a, b); });
}
template <typename T>
T min_of(T first, const T* numbers, int64_t count) {
  return extreme_of(first, numbers, count, [](T a, T b) { return min_of(a, b); });
}

// ---- arguments of C functions
// --------------------------------------------------------------------------------------

// Becomes whatever pointer the function wants: the language knows neither `const` nor the names of C's
// integers.
struct AnyPointer {
  const void* address;
  template <typename T>
  operator T*() const {
    return (T*)address;
  }
};
// Likewise for enumerations, which are integers in the language.
struct AnyEnum {
  int64_t value;
  template <typename T>
  operator T() const {
    return static_cast<T>(value);
  }
};

}  // namespace palatine::api
