// Points and sets of points without a dimension in their type, and the iterators over sets.
//
// Source: Legion's API, section 1. Plain values; a sparse Domain names a sparsity map of Realm and does not
// own it. `DIM` is 1 to LEGION_MAX_DIM; coordinates of untyped values are coord_t.
#pragma once

#include <cassert>
#include <functional>
#include <iosfwd>

#include "legion/type_tag.h"
#include "legion/types.h"

namespace Legion {

template <int DIM, typename T = coord_t>
using Point = Realm::Point<DIM, T>;
template <int DIM, typename T = coord_t>
using Rect = Realm::Rect<DIM, T>;
template <int M, int N, typename T = coord_t>
using Transform = Realm::Matrix<M, N, T>;
template <int DIM, typename T = coord_t>
using DomainT = Realm::IndexSpace<DIM, T>;

// p becomes transform * p + offset. Without arguments the identity.
template <int M, int N, typename T = coord_t>
struct AffineTransform {
  Transform<M, N, T> transform;
  Point<M, T> offset;

  AffineTransform() : offset(Point<M, T>::ZEROES()) {
    for (int i = 0; i < M; i++)
      for (int j = 0; j < N; j++) transform[i][j] = i == j ? 1 : 0;
  }
  template <typename T2, typename T3>
  AffineTransform(const Transform<M, N, T2>& transform_in, const Point<M, T3>& offset_in)
      : transform(transform_in), offset(offset_in) {}
  template <typename T2>
  AffineTransform(const AffineTransform<M, N, T2>& other)
      : transform(other.transform), offset(other.offset) {}

  template <typename T2>
  Point<M, T> operator[](const Point<N, T2>& point) const {
    return transform * Point<N, T>(point) + offset;
  }
  // First `rhs`, then this one.
  template <int P>
  AffineTransform<M, P, T> operator()(const AffineTransform<N, P, T>& rhs) const {
    return AffineTransform<M, P, T>(transform * rhs.transform, transform * rhs.offset + offset);
  }
  bool is_identity() const {
    if (M != N) return false;
    for (int i = 0; i < M; i++) {
      if (offset[i] != 0) return false;
      for (int j = 0; j < N; j++)
        if (transform[i][j] != (i == j ? 1 : 0)) return false;
    }
    return true;
  }
};

// p becomes the rectangle (transform * p + extent) / divisor.
template <int M, int N, typename T = coord_t>
struct ScaleTransform {
  Transform<M, N, T> transform;
  Rect<M, T> extent;
  Point<M, T> divisor;

  ScaleTransform()
      : transform(AffineTransform<M, N, T>().transform),
        extent(Point<M, T>::ZEROES(), Point<M, T>::ZEROES()),
        divisor(Point<M, T>::ONES()) {}
  ScaleTransform(const Transform<M, N, T>& transform_in, const Rect<M, T>& extent_in,
                 const Point<M, T>& divisor_in)
      : transform(transform_in), extent(extent_in), divisor(divisor_in) {}
  Rect<M, T> operator[](const Point<N, T>& point) const {
    const Point<M, T> base = transform * point;
    return Rect<M, T>((base + extent.lo) / divisor, (base + extent.hi) / divisor);
  }
};

// A point of any dimension. Dimension 0: no point.
class DomainPoint {
 public:
  static constexpr int MAX_POINT_DIM = LEGION_MAX_DIM;

  int dim = 0;
  coord_t point_data[MAX_POINT_DIM] = {};

  DomainPoint() = default;
  DomainPoint(coord_t index) : dim(1) { point_data[0] = index; }
  template <int DIM, typename T>
  DomainPoint(const Point<DIM, T>& point) : dim(DIM) {
    static_assert(DIM <= MAX_POINT_DIM);
    for (int i = 0; i < DIM; i++) point_data[i] = static_cast<coord_t>(point[i]);
  }
  // The dimensions must agree.
  template <int DIM, typename T>
  operator Point<DIM, T>() const {
    assert(dim == DIM);
    Point<DIM, T> point;
    for (int i = 0; i < DIM; i++) point[i] = static_cast<T>(point_data[i]);
    return point;
  }
  template <int DIM, typename T>
  DomainPoint& operator=(const Point<DIM, T>& point) {
    return *this = DomainPoint(point);
  }

  bool operator==(const DomainPoint& other) const {
    if (dim != other.dim) return false;
    for (int i = 0; i < dim; i++)
      if (point_data[i] != other.point_data[i]) return false;
    return true;
  }
  bool operator!=(const DomainPoint& other) const { return !(*this == other); }
  // By dimension, then by coordinates.
  bool operator<(const DomainPoint& other) const {
    if (dim != other.dim) return dim < other.dim;
    for (int i = 0; i < dim; i++)
      if (point_data[i] != other.point_data[i]) return point_data[i] < other.point_data[i];
    return false;
  }

#define LEGION_POINT_OPERATOR(op)                                                            \
  DomainPoint& operator op##=(coord_t scalar) {                                              \
    for (int i = 0; i < dim; i++) point_data[i] op## = scalar;                               \
    return *this;                                                                            \
  }                                                                                          \
  DomainPoint& operator op##=(const DomainPoint & other) {                                   \
    assert(dim == other.dim);                                                                \
    for (int i = 0; i < dim; i++) point_data[i] op## = other.point_data[i];                  \
    return *this;                                                                            \
  }                                                                                          \
  DomainPoint operator op(coord_t scalar) const { return DomainPoint(*this) op## = scalar; } \
  DomainPoint operator op(const DomainPoint& other) const { return DomainPoint(*this) op## = other; }
  LEGION_POINT_OPERATOR(+)
  LEGION_POINT_OPERATOR(-)
  LEGION_POINT_OPERATOR(*)
  LEGION_POINT_OPERATOR(/)
  LEGION_POINT_OPERATOR(%)
#undef LEGION_POINT_OPERATOR

  coord_t& operator[](unsigned index) { return point_data[index]; }
  const coord_t& operator[](unsigned index) const { return point_data[index]; }

  struct STLComparator {
    bool operator()(const DomainPoint& a, const DomainPoint& b) const { return a < b; }
  };

  int get_dim() const { return dim; }
  bool exists() const { return dim > 0; }
  // Of points of one dimension.
  Color get_color() const {
    assert(dim == 1);
    return static_cast<Color>(point_data[0]);
  }
  coord_t get_index() const {
    assert(dim == 1);
    return point_data[0];
  }
  bool is_null() const { return dim == 0; }
  static DomainPoint nil() { return DomainPoint(); }

  template <int DIM>
  Point<DIM> get_point() const {
    return *this;
  }
  template <int DIM>
  static DomainPoint from_point(const Point<DIM>& point) {
    return DomainPoint(point);
  }

  friend std::ostream& operator<<(std::ostream& out, const DomainPoint& point);
};

// A rectangle of any dimension, or part of one (sparse). Dimension 0: no domain.
class Domain {
 public:
  typedef ::realm_id_t IDType;
  static constexpr int MAX_RECT_DIM = LEGION_MAX_DIM;
  static const Domain NO_DOMAIN;

  IDType is_id = 0;     // the sparsity map, 0: all points of the rectangle
  TypeTag is_type = 0;  // the type of the map's coordinates
  int dim = 0;
  coord_t rect_data[2 * MAX_RECT_DIM] = {};  // lo, then hi, `dim` numbers each

  Domain() = default;
  Domain(const DomainPoint& lo, const DomainPoint& hi) : dim(lo.dim) {
    assert(lo.dim == hi.dim);
    for (int i = 0; i < dim; i++) {
      rect_data[i] = lo[i];
      rect_data[dim + i] = hi[i];
    }
  }
  template <int DIM, typename T>
  Domain(const Rect<DIM, T>& rect) : dim(DIM) {
    static_assert(DIM <= MAX_RECT_DIM);
    for (int i = 0; i < DIM; i++) {
      rect_data[i] = static_cast<coord_t>(rect.lo[i]);
      rect_data[DIM + i] = static_cast<coord_t>(rect.hi[i]);
    }
  }
  template <int DIM, typename T>
  Domain(const DomainT<DIM, T>& space) : Domain(space.bounds) {
    if (space.dense()) return;
    static_assert(sizeof(T) > 0);
    is_id = space.sparsity.id;
    is_type = type_tag<DIM, T>();
  }
  template <int DIM, typename T>
  Domain& operator=(const Rect<DIM, T>& rect) {
    return *this = Domain(rect);
  }
  template <int DIM, typename T>
  Domain& operator=(const DomainT<DIM, T>& space) {
    return *this = Domain(space);
  }

  // The same dimension, rectangle and map.
  bool operator==(const Domain& other) const {
    if (dim != other.dim || is_id != other.is_id) return false;
    for (int i = 0; i < 2 * dim; i++)
      if (rect_data[i] != other.rect_data[i]) return false;
    return true;
  }
  bool operator!=(const Domain& other) const { return !(*this == other); }
  bool operator<(const Domain& other) const {
    if (is_id != other.is_id) return is_id < other.is_id;
    if (dim != other.dim) return dim < other.dim;
    for (int i = 0; i < 2 * dim; i++)
      if (rect_data[i] != other.rect_data[i]) return rect_data[i] < other.rect_data[i];
    return false;
  }
  // Moved by a point. Of dense domains.
  Domain operator+(const DomainPoint& point) const { return moved(point, 1); }
  Domain& operator+=(const DomainPoint& point) { return *this = moved(point, 1); }
  Domain operator-(const DomainPoint& point) const { return moved(point, -1); }
  Domain& operator-=(const DomainPoint& point) { return *this = moved(point, -1); }

  bool exists() const { return dim > 0; }
  bool is_valid() const { return dim > 0; }
  bool dense() const { return is_id == 0; }
  int get_dim() const { return dim; }
  template <int DIM, typename T>
  Rect<DIM, T> bounds() const {
    assert(dim == DIM);
    Rect<DIM, T> rect;
    for (int i = 0; i < DIM; i++) {
      rect.lo[i] = static_cast<T>(rect_data[i]);
      rect.hi[i] = static_cast<T>(rect_data[DIM + i]);
    }
    return rect;
  }
  // Of dense domains.
  template <int DIM, typename T>
  operator Rect<DIM, T>() const {
    assert(dense());
    return bounds<DIM, T>();
  }
  template <int DIM, typename T>
  operator DomainT<DIM, T>() const {
    DomainT<DIM, T> space(bounds<DIM, T>());
    if (!dense()) {
      assert((is_type == type_tag<DIM, T>()));
      space.sparsity.id = is_id;
    }
    return space;
  }
  template <int DIM>
  Rect<DIM> get_rect() const {
    return *this;
  }
  template <int DIM>
  static Domain from_rect(const Rect<DIM>& rect) {
    return Domain(rect);
  }
  static Domain from_domain_point(const DomainPoint& point) { return Domain(point, point); }
  static Domain from_point(const DomainPoint& point) { return Domain(point, point); }

  // Sparse domains may wait until their points are known.
  bool contains(const DomainPoint& point) const;
  bool contains_bounds_only(const DomainPoint& point) const;
  bool empty() const;
  size_t get_volume() const;
  DomainPoint lo() const {
    DomainPoint point;
    point.dim = dim;
    for (int i = 0; i < dim; i++) point[i] = rect_data[i];
    return point;
  }
  DomainPoint hi() const {
    DomainPoint point;
    point.dim = dim;
    for (int i = 0; i < dim; i++) point[i] = rect_data[dim + i];
    return point;
  }
  // At least one of both is dense.
  Domain intersection(const Domain& other) const;
  // The smallest rectangle with this one's and the point.
  Domain convex_hull(const DomainPoint& point) const;
  // Gives the sparsity map back.
  void destroy(Realm::Event wait_on = Realm::Event::NO_EVENT);

  class DomainPointIterator;

  // Stands for a dimension and a coordinate type; type_tag.h.
  template <int DIM, typename T>
  static constexpr TypeTag type_tag() {
    return Internal::type_tag_of(DIM, Internal::coordinates<T>());
  }

  friend std::ostream& operator<<(std::ostream& out, const Domain& domain);

 private:
  Domain moved(const DomainPoint& point, coord_t sign) const {
    assert(dim == point.dim && dense());
    Domain result = *this;
    for (int i = 0; i < dim; i++) {
      result.rect_data[i] += sign * point[i];
      result.rect_data[dim + i] += sign * point[i];
    }
    return result;
  }
};

// The points, the first dimension fastest:
//   for (Domain::DomainPointIterator it(d); it; it++) use(*it);
class Domain::DomainPointIterator {
 public:
  DomainPoint p;

  DomainPointIterator(const Domain& domain);
  bool step();
  operator bool() const { return is_valid_; }
  DomainPoint& operator*() { return p; }
  DomainPointIterator& operator++() {
    step();
    return *this;
  }
  DomainPointIterator operator++(int) {
    DomainPointIterator old = *this;
    step();
    return old;
  }

 private:
  void enter(size_t rect);

  Domain domain_;
  Domain rect_;  // the rectangle that `p` is in
  size_t next_rect_ = 0;
  bool is_valid_ = false;
};

// The points of a rectangle; in column-major order the first dimension is the fastest.
//   for (PointInRectIterator<2> it(rect); it(); it++) use(*it);
template <int DIM, typename COORD_T = coord_t>
class PointInRectIterator {
 public:
  PointInRectIterator() = default;
  PointInRectIterator(const Rect<DIM, COORD_T>& rect, bool column_major_order = true)
      : it_(rect, column_major_order) {}
  bool valid() const { return it_.valid; }
  bool step() { return it_.step(); }
  bool operator()() const { return it_.valid; }
  Point<DIM, COORD_T> operator*() const { return it_.p; }
  COORD_T operator[](unsigned index) const { return it_.p[static_cast<int>(index)]; }
  const Point<DIM, COORD_T>* operator->() const { return &it_.p; }
  PointInRectIterator& operator++() {
    it_.step();
    return *this;
  }
  PointInRectIterator operator++(int) {
    PointInRectIterator old = *this;
    it_.step();
    return old;
  }

 private:
  Realm::PointInRectIterator<DIM, COORD_T> it_;
};

// The rectangles of a domain; they do not overlap.
template <int DIM, typename COORD_T = coord_t>
class RectInDomainIterator {
 public:
  RectInDomainIterator() = default;
  RectInDomainIterator(const DomainT<DIM, COORD_T>& domain) : it_(domain) {}
  bool valid() const { return it_.valid; }
  bool step() { return it_.step(); }
  bool operator()() const { return it_.valid; }
  Rect<DIM, COORD_T> operator*() const { return it_.rect; }
  const Rect<DIM, COORD_T>* operator->() const { return &it_.rect; }
  RectInDomainIterator& operator++() {
    it_.step();
    return *this;
  }
  RectInDomainIterator operator++(int) {
    RectInDomainIterator old = *this;
    it_.step();
    return old;
  }

 private:
  Realm::IndexSpaceIterator<DIM, COORD_T> it_;
};

// The points of a domain, rectangle by rectangle.
template <int DIM, typename COORD_T = coord_t>
class PointInDomainIterator {
 public:
  PointInDomainIterator() = default;
  PointInDomainIterator(const DomainT<DIM, COORD_T>& domain, bool column_major_order = true)
      : rects_(domain), column_major_(column_major_order) {
    if (rects_()) points_ = PointInRectIterator<DIM, COORD_T>(*rects_, column_major_);
  }
  bool valid() const { return points_.valid(); }
  bool step() {
    if (!points_.valid()) return false;
    points_.step();
    if (!points_.valid()) {
      rects_.step();
      if (rects_()) points_ = PointInRectIterator<DIM, COORD_T>(*rects_, column_major_);
    }
    return points_.valid();
  }
  bool operator()() const { return valid(); }
  Point<DIM, COORD_T> operator*() const { return *points_; }
  COORD_T operator[](unsigned index) const { return points_[index]; }
  const Point<DIM, COORD_T>* operator->() const { return points_.operator->(); }
  PointInDomainIterator& operator++() {
    step();
    return *this;
  }
  PointInDomainIterator operator++(int) {
    PointInDomainIterator old = *this;
    step();
    return old;
  }

 private:
  RectInDomainIterator<DIM, COORD_T> rects_;
  PointInRectIterator<DIM, COORD_T> points_;
  bool column_major_ = true;
};

// A matrix of m rows and n columns, without its shape in the type.
class DomainTransform {
 public:
  int m = 0, n = 0;
  coord_t matrix[LEGION_MAX_DIM * LEGION_MAX_DIM] = {};  // row after row, `n` numbers each

  DomainTransform() = default;
  template <int M, int N, typename T>
  DomainTransform(const Transform<M, N, T>& transform) : m(M), n(N) {
    for (int i = 0; i < M; i++)
      for (int j = 0; j < N; j++) matrix[i * N + j] = static_cast<coord_t>(transform[i][j]);
  }
  template <int M, int N, typename T>
  operator Transform<M, N, T>() const {
    assert(m == M && n == N);
    Transform<M, N, T> transform;
    for (int i = 0; i < M; i++)
      for (int j = 0; j < N; j++) transform[i][j] = static_cast<T>(matrix[i * N + j]);
    return transform;
  }
  bool operator==(const DomainTransform& other) const {
    if (m != other.m || n != other.n) return false;
    for (int i = 0; i < m * n; i++)
      if (matrix[i] != other.matrix[i]) return false;
    return true;
  }
  bool operator!=(const DomainTransform& other) const { return !(*this == other); }
  DomainPoint operator*(const DomainPoint& point) const {
    assert(point.dim == n);
    DomainPoint result;
    result.dim = m;
    for (int i = 0; i < m; i++)
      for (int j = 0; j < n; j++) result[i] += matrix[i * n + j] * point[j];
    return result;
  }
  bool is_identity() const {
    if (m != n) return false;
    for (int i = 0; i < m; i++)
      for (int j = 0; j < n; j++)
        if (matrix[i * n + j] != (i == j ? 1 : 0)) return false;
    return true;
  }
};

class DomainAffineTransform {
 public:
  DomainTransform transform;
  DomainPoint offset;

  DomainAffineTransform() = default;
  DomainAffineTransform(const DomainTransform& transform_in, const DomainPoint& offset_in)
      : transform(transform_in), offset(offset_in) {}
  template <int M, int N, typename T>
  DomainAffineTransform(const AffineTransform<M, N, T>& other)
      : transform(other.transform), offset(other.offset) {}
  bool operator==(const DomainAffineTransform& other) const {
    return transform == other.transform && offset == other.offset;
  }
  DomainPoint operator[](const DomainPoint& point) const { return transform * point + offset; }
  bool is_identity() const {
    if (!transform.is_identity()) return false;
    for (int i = 0; i < offset.dim; i++)
      if (offset[i] != 0) return false;
    return true;
  }
};

// Points to rectangles: `transform` gives the first point, `extent` is what lies around it, and the result is
// divided by `divisor`.
class DomainScaleTransform {
 public:
  DomainTransform transform;
  Domain extent;
  DomainPoint divisor;

  DomainScaleTransform() = default;
  DomainScaleTransform(const DomainTransform& transform_in)
      : DomainScaleTransform(transform_in, zeros(transform_in.m), ones(transform_in.m)) {}
  DomainScaleTransform(const DomainTransform& transform_in, const Domain& extent_in,
                       const DomainPoint& divisor_in)
      : transform(transform_in), extent(extent_in), divisor(divisor_in) {}
  template <int M, int N, typename T>
  DomainScaleTransform(const ScaleTransform<M, N, T>& other)
      : transform(other.transform), extent(Domain(other.extent)), divisor(DomainPoint(other.divisor)) {}
  bool operator==(const DomainScaleTransform& other) const {
    return transform == other.transform && extent == other.extent && divisor == other.divisor;
  }
  Domain operator[](const DomainPoint& point) const {
    const DomainPoint at = transform * point;
    return Domain((at + extent.lo()) / divisor, (at + extent.hi()) / divisor);
  }
  bool is_identity() const {
    return transform.is_identity() && extent == zeros(transform.m) && divisor == ones(transform.m);
  }

 private:
  static DomainPoint ones(int dim) {
    DomainPoint point;
    point.dim = dim;
    for (int d = 0; d < dim; d++) point[d] = 1;
    return point;
  }
  static Domain zeros(int dim) {
    DomainPoint point;
    point.dim = dim;
    return Domain(point, point);
  }
};

namespace Internal {

// A DomainT that converts to its rectangle when it is dense.
template <int DIM, typename COORD_T>
struct TypedDomain : DomainT<DIM, COORD_T> {
  explicit TypedDomain(const DomainT<DIM, COORD_T>& domain) : DomainT<DIM, COORD_T>(domain) {}
  operator Rect<DIM, COORD_T>() const {
    assert(this->dense());
    return this->bounds;
  }
};

}  // namespace Internal

}  // namespace Legion

namespace std {
template <>
struct hash<Legion::DomainPoint> {
  size_t operator()(const Legion::DomainPoint& point) const {
    size_t value = static_cast<size_t>(point.dim);
    for (int i = 0; i < point.dim; i++)
      value = (value ^ static_cast<size_t>(point.point_data[i])) * size_t(0x9E3779B97F4A7C15);
    return value;
  }
};
}  // namespace std
