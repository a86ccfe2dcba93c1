// Maps between index spaces: by a formula, or by a field of pointers.
//
// Plain values. Source: Realm's public interface, chapter "Points, rectangles, index spaces".
#pragma once

#include <vector>

#include "realm/instance.h"
#include "realm/point.h"

namespace Realm {

// Field `field_offset` of `inst` at the points of `index_space`, values of type `FT`. (The name of the
// field's number comes from instances whose fields are numbered by offset.)
template <typename IS, typename FT>
struct FieldDataDescriptor {
  IS index_space;
  RegionInstance inst;
  size_t field_offset;
};

// p becomes p + offset.
template <int N, typename T = int>
class TranslationTransform {
 public:
  TranslationTransform() = default;
  TranslationTransform(const Point<N, T>& offset_in) : offset(offset_in) {}

  template <typename T2>
  Point<N, T> operator[](const Point<N, T2>& point) const {
    return Point<N, T>(point) + offset;
  }

  Point<N, T> offset;
};

// p (of N dimensions) becomes transform * p + offset (of M).
template <int M, int N, typename T = int>
class AffineTransform {
 public:
  AffineTransform() = default;
  AffineTransform(const Matrix<M, N, T>& transform_in, const Point<M, T>& offset_in)
      : transform(transform_in), offset(offset_in) {}

  template <typename T2>
  Point<M, T> operator[](const Point<N, T2>& point) const {
    return transform * Point<N, T>(point) + offset;
  }

  Matrix<M, N, T> transform;
  Point<M, T> offset;
};

// Either of them, from points of <N2, T2> to points of <N, T>.
template <int N, typename T, int N2, typename T2>
class StructuredTransform {
 public:
  enum StructuredTransformType { NONE = 0, AFFINE = 1, TRANSLATION = 2 };

  StructuredTransform() = default;
  StructuredTransform(const AffineTransform<N, N2, T2>& from)
      : transform_matrix(from.transform), offset(from.offset), type(AFFINE) {}
  StructuredTransform(const TranslationTransform<N, T2>& from) : offset(from.offset), type(TRANSLATION) {
    for (int i = 0; i < N; i++)
      for (int j = 0; j < N2; j++) transform_matrix[i][j] = T2(i == j ? 1 : 0);
  }

  Point<N, T> operator[](const Point<N2, T>& point) const {
    return Point<N, T>(transform_matrix * Point<N2, T2>(point) + offset);
  }

  Matrix<N, N2, T2> transform_matrix;
  Point<N, T2> offset;
  StructuredTransformType type = NONE;
};

// Any map from points of <N2, T2> to points, or rectangles, of <N, T>.
template <int N, typename T, int N2, typename T2>
class DomainTransform {
 public:
  enum DomainTransformType { NONE = 0, STRUCTURED = 1, UNSTRUCTURED_PTR = 2, UNSTRUCTURED_RANGE = 3 };
  typedef std::vector<FieldDataDescriptor<IndexSpace<N2, T2>, Point<N, T>>> PtrData;
  typedef std::vector<FieldDataDescriptor<IndexSpace<N2, T2>, Rect<N, T>>> RangeData;

  DomainTransform() = default;
  DomainTransform(const StructuredTransform<N, T, N2, T2>& from)
      : structured_transform(from), type(STRUCTURED) {}
  DomainTransform(const PtrData& field_data) : ptr_data(field_data), type(UNSTRUCTURED_PTR) {}
  DomainTransform(const RangeData& field_data) : range_data(field_data), type(UNSTRUCTURED_RANGE) {}

  StructuredTransform<N, T, N2, T2> structured_transform;
  PtrData ptr_data;
  RangeData range_data;
  DomainTransformType type = NONE;
};

}  // namespace Realm
