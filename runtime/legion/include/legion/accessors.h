// Typed access to the fields of mapped regions. Source: Legion's API, section 5.
//
// Accessors are values: base address and strides. Making one checks privileges, field and dimension; with
// CHECK_BOUNDS (or LEGION_BOUNDS_CHECKS defined) each access checks its point as well. Reads and writes are
// not ordered by the accessor.
#pragma once

#include <iterator>
#include <type_traits>
#include <vector>

#include "legion/physical_region.h"
#include "realm/accessor.h"

namespace Legion {

template <typename T, int DIM, typename COORD_T, bool CHECK_BOUNDS>
class DeferredBuffer;
class UntypedDeferredValue;
template <typename COORD_T>
class UntypedDeferredBuffer;

#ifdef LEGION_BOUNDS_CHECKS
inline constexpr bool kChecksBounds = true;
#else
inline constexpr bool kChecksBounds = false;
#endif

namespace Internal {

[[noreturn]] void fail_not_dense(const char* accessor);
[[noreturn]] void fail_several_places(const char* accessor);

// What all accessors share. Coordinates are those of COORD_T, in N dimensions.
template <typename FT, int N, typename COORD_T>
class AccessorBase : public Realm::AffineAccessor<FT, N, COORD_T> {
 public:
  AccessorBase() = default;
  // Of data in one piece.
  AccessorBase(const FieldPlacement& placement, size_t subfield_offset) {
    if (placement.pieces) fail_several_places("an accessor");
    this->base = placement.base + subfield_offset;
    for (int d = 0; d < N; d++) this->strides[d] = placement.strides[d];
  }
  // Of points that are mapped by `transform` first.
  template <int M>
  AccessorBase(const FieldPlacement& placement, size_t subfield_offset,
               const AffineTransform<M, N, COORD_T>& transform) {
    if (placement.pieces) fail_several_places("an accessor");
    this->base = placement.base + subfield_offset;
    for (int m = 0; m < M; m++) {
      this->base += static_cast<uintptr_t>(transform.offset[m]) * placement.strides[m];
      for (int d = 0; d < N; d++)
        this->strides[d] += static_cast<size_t>(transform.transform[m][d]) * placement.strides[m];
    }
  }

  FT* address(const Point<N, COORD_T>& point) const {
    uintptr_t at = this->base;
    for (int d = 0; d < N; d++) at += static_cast<uintptr_t>(point[d]) * this->strides[d];
    return reinterpret_cast<FT*>(at);
  }
  // Whether the elements of the rectangle lie side by side, one dimension after the other.
  bool is_dense(const Rect<N, COORD_T>& rect, size_t element_bytes) const {
    size_t expected = element_bytes;
    bool used[N] = {};
    for (int k = 0; k < N; k++) {
      int next = -1;
      for (int d = 0; d < N; d++) {
        if (!used[d] && (rect.lo[d] == rect.hi[d] || this->strides[d] == expected)) {
          next = d;
          if (this->strides[d] == expected) break;
        }
      }
      if (next < 0) return rect.empty();
      used[next] = true;
      if (rect.lo[next] != rect.hi[next]) expected *= static_cast<size_t>(rect.hi[next] - rect.lo[next]) + 1;
    }
    return true;
  }
};

// Values that no region has. They end the program with a message when the sizes do not fit.
FieldPlacement placement_of_value(const Future& future, PrivilegeMode mode, size_t element_bytes,
                                  const Domain& bounds = Domain());
FieldPlacement placement_of_value(const UntypedDeferredValue& value, size_t element_bytes, int dim);
template <typename COORD_T>
FieldPlacement placement_of_buffer(const UntypedDeferredBuffer<COORD_T>& buffer, size_t element_bytes,
                                   int dim);

// Whether an accessor is asked for that finds the piece of each point.
template <typename A>
struct FindsPieces : std::false_type {};
template <typename FT, int N, typename T>
struct FindsPieces<Realm::MultiAffineAccessor<FT, N, T>> : std::true_type {};

// The pieces of data that does not lie in one.
template <typename FT, int N, typename COORD_T>
class PieceTable {
 public:
  void set(const FieldPlacement& placement, size_t subfield_offset) {
    pieces_ = placement.pieces;
    subfield_offset_ = subfield_offset;
  }
  bool empty() const { return !pieces_; }
  FT* address(const Point<N, COORD_T>& point) const {
    for (const FieldPlacement::Piece& piece : *pieces_) {
      bool is_inside = true;
      uintptr_t at = piece.base + subfield_offset_;
      for (int d = 0; d < N; d++) {
        is_inside = is_inside && piece.lo[d] <= point[d] && point[d] <= piece.hi[d];
        at += static_cast<uintptr_t>(point[d]) * piece.strides[d];
      }
      if (is_inside) return reinterpret_cast<FT*>(at);
    }
    fail_several_places("an access to a point outside of its region");
  }

 private:
  std::shared_ptr<const std::vector<FieldPlacement::Piece>> pieces_;
  size_t subfield_offset_ = 0;
};

// `accessor[i][j]`: coordinates one after the other.
template <typename Accessor, int N, typename COORD_T, int K>
class AccessorRow {
 public:
  AccessorRow(const Accessor& accessor, const Point<N, COORD_T>& point)
      : accessor_(accessor), point_(point) {}
  decltype(auto) operator[](COORD_T value) const {
    Point<N, COORD_T> next = point_;
    next[K] = value;
    if constexpr (K + 1 == N) {
      return accessor_[next];
    } else {
      return AccessorRow<Accessor, N, COORD_T, K + 1>(accessor_, next);
    }
  }

 private:
  const Accessor& accessor_;
  Point<N, COORD_T> point_;
};

// `accessor[p] <<= value` reduces.
template <typename Accessor, typename Point>
class ReductionReference {
 public:
  ReductionReference(const Accessor& accessor, const Point& point) : accessor_(accessor), point_(point) {}
  template <typename Value>
  void operator<<=(const Value& value) const {
    accessor_.reduce(point_, value);
  }

 private:
  const Accessor& accessor_;
  Point point_;
};

}  // namespace Internal

// READ_ONLY: `read`, `operator[]` const. READ_WRITE and WRITE_DISCARD: also `write`. WRITE_ONLY: `write`.
template <PrivilegeMode MODE, typename FT, int N, typename COORD_T = coord_t,
          typename A = Realm::GenericAccessor<FT, N, COORD_T>, bool CHECK_BOUNDS = kChecksBounds>
class FieldAccessor {
  static_assert(N > 0 && std::is_integral<COORD_T>::value);
  static constexpr bool kReads = MODE & LEGION_READ_PRIV;
  static constexpr bool kWrites = MODE & LEGION_WRITE_PRIV;
  static constexpr bool kFindsPieces = Internal::FindsPieces<A>::value;
  typedef std::conditional_t<kWrites, FT, const FT> Element;

 public:
  typedef FT value_type;
  typedef FT& reference;
  typedef const FT& const_reference;
  static const int dim = N;

  // Where the elements are.
  Internal::AccessorBase<FT, N, COORD_T> accessor;

  // Accesses nothing.
  FieldAccessor() = default;
  FieldAccessor(const PhysicalRegion& region, FieldID field, size_t actual_field_size = sizeof(FT),
                bool check_field_size = false, bool silence_warnings = false,
                const char* warning_string = nullptr, size_t subfield_offset = 0) {
    (void)silence_warnings;
    (void)warning_string;
    (void)check_field_size;
    init(region, field, actual_field_size, subfield_offset);
  }
  template <bool CHECKS>
  explicit FieldAccessor(const DeferredBuffer<FT, N, COORD_T, CHECKS>& buffer) {
    place(buffer.placement(), 0);
  }
  // Only points of `bounds` will be accessed.
  FieldAccessor(const PhysicalRegion& region, FieldID field, const Rect<N, COORD_T> bounds,
                size_t actual_field_size = sizeof(FT), bool = false, bool = false, const char* = nullptr,
                size_t subfield_offset = 0) {
    init(region, field, actual_field_size, subfield_offset, Domain(bounds));
  }
  // Of a future's value: its elements lie side by side, the first at point 0 (at the first one of `bounds`).
  FieldAccessor(const Future& future, Memory::Kind kind = Memory::NO_MEMKIND,
                size_t actual_field_size = sizeof(FT), bool = false, bool = false, const char* = nullptr,
                size_t subfield_offset = 0) {
    static_assert(N == 1, "the value of a future has one dimension");
    (void)kind;
    place(Internal::placement_of_value(future, MODE, actual_field_size), subfield_offset);
  }
  FieldAccessor(const Future& future, const Rect<N, COORD_T> bounds, Memory::Kind kind = Memory::NO_MEMKIND,
                size_t actual_field_size = sizeof(FT), bool = false, bool = false, const char* = nullptr,
                size_t subfield_offset = 0) {
    (void)kind;
    place(Internal::placement_of_value(future, MODE, actual_field_size, Domain(bounds)), subfield_offset);
  }
  FieldAccessor(const UntypedDeferredValue& value, size_t actual_field_size = sizeof(FT), bool = false,
                bool = false, const char* = nullptr, size_t subfield_offset = 0) {
    place(Internal::placement_of_value(value, actual_field_size, N), subfield_offset);
  }
  FieldAccessor(const UntypedDeferredValue& value, const Rect<N, COORD_T>& bounds,
                size_t actual_field_size = sizeof(FT), bool = false, bool = false, const char* = nullptr,
                size_t subfield_offset = 0) {
    (void)bounds;
    place(Internal::placement_of_value(value, actual_field_size, N), subfield_offset);
  }
  FieldAccessor(const UntypedDeferredBuffer<COORD_T>& buffer, size_t actual_field_size = sizeof(FT),
                bool = false, bool = false, const char* = nullptr, size_t subfield_offset = 0) {
    place(Internal::placement_of_buffer(buffer, actual_field_size, N), subfield_offset);
  }
  FieldAccessor(const UntypedDeferredBuffer<COORD_T>& buffer, const Rect<N, COORD_T>& bounds,
                size_t actual_field_size = sizeof(FT), bool = false, bool = false, const char* = nullptr,
                size_t subfield_offset = 0) {
    place(Internal::placement_of_buffer(buffer, actual_field_size, N), subfield_offset);
    if constexpr (CHECK_BOUNDS) bounds_.space = Domain(bounds);
    (void)bounds;
  }
  template <int M>
  FieldAccessor(const UntypedDeferredBuffer<COORD_T>& buffer, const AffineTransform<M, N, COORD_T>& transform,
                size_t actual_field_size = sizeof(FT), bool = false, bool = false, const char* = nullptr,
                size_t subfield_offset = 0) {
    accessor =
        Access(Internal::placement_of_buffer(buffer, actual_field_size, M), subfield_offset, transform);
  }
  // For the points of several regions of one tree, whose data lies in one place.
  template <typename Iterator, typename = typename std::iterator_traits<Iterator>::iterator_category>
  FieldAccessor(Iterator start, Iterator stop, FieldID field, size_t actual_field_size = sizeof(FT),
                bool = false, bool = false, const char* = nullptr, size_t subfield_offset = 0) {
    init_several(start, stop, field, actual_field_size, subfield_offset, Domain());
  }
  template <typename Iterator, typename = typename std::iterator_traits<Iterator>::iterator_category>
  FieldAccessor(Iterator start, Iterator stop, FieldID field, const Rect<N, COORD_T> bounds,
                size_t actual_field_size = sizeof(FT), bool = false, bool = false, const char* = nullptr,
                size_t subfield_offset = 0) {
    init_several(start, stop, field, actual_field_size, subfield_offset, Domain(bounds));
  }
  template <int M>
  FieldAccessor(const PhysicalRegion& region, FieldID field, const AffineTransform<M, N, COORD_T> transform,
                size_t actual_field_size = sizeof(FT), bool = false, bool = false, const char* = nullptr,
                size_t subfield_offset = 0) {
    accessor = Access(region.placement(field, MODE, actual_field_size, M), subfield_offset, transform);
  }
  // Only points of `bounds` will be accessed.
  template <int M>
  FieldAccessor(const PhysicalRegion& region, FieldID field, const AffineTransform<M, N, COORD_T> transform,
                const Rect<N, COORD_T> bounds, size_t actual_field_size = sizeof(FT), bool = false,
                bool = false, const char* = nullptr, size_t subfield_offset = 0) {
    accessor = Access(region.placement(field, MODE, actual_field_size, M), subfield_offset, transform);
    if constexpr (CHECK_BOUNDS) bounds_ = Bounds{Domain(bounds), region, field, {}};
    (void)bounds;
  }

  FT read(const Point<N, COORD_T>& point) const {
    static_assert(kReads, "reading needs a privilege to read");
    return *at(point);
  }
  void write(const Point<N, COORD_T>& point, FT value) const {
    static_assert(kWrites, "writing needs a privilege to write");
    *at(point) = value;
  }
  Element* ptr(const Point<N, COORD_T>& point) const { return at(point); }
  // The elements must be dense.
  Element* ptr(const Rect<N, COORD_T>& rect, size_t field_size = sizeof(FT)) const {
    if (!piece_of(rect).is_dense(rect, field_size)) Internal::fail_not_dense("FieldAccessor::ptr");
    return at(rect.lo);
  }
  // `strides` are in elements.
  Element* ptr(const Rect<N, COORD_T>& rect, size_t strides[N], size_t field_size = sizeof(FT)) const {
    for (int d = 0; d < N; d++) strides[d] = accessor.strides[d] / field_size;
    return at(rect.lo);
  }
  Element& operator[](const Point<N, COORD_T>& point) const { return *at(point); }
  // The first of N coordinates; the others follow in brackets of their own.
  template <int D = N, std::enable_if_t<(D > 1), bool> = true>
  Internal::AccessorRow<FieldAccessor, N, COORD_T, 1> operator[](COORD_T value) const {
    Point<N, COORD_T> point = Point<N, COORD_T>::ZEROES();
    point[0] = value;
    return {*this, point};
  }
  template <typename REDOP, bool EXCLUSIVE>
  void reduce(const Point<N, COORD_T>& point, typename REDOP::RHS value) const {
    static_assert(kReads && kWrites, "reducing in place needs READ_WRITE");
    REDOP::template apply<EXCLUSIVE>(*at(point), value);
  }

 private:
  typedef Internal::AccessorBase<FT, N, COORD_T> Access;
  struct Bounds {
    Domain space;
    PhysicalRegion region;
    FieldID field = 0;
    // Of the regions after the first one.
    std::vector<Domain> more;

    bool contain(const DomainPoint& point) const {
      if (space.contains(point)) return true;
      for (const Domain& other : more) {
        if (other.contains(point)) return true;
      }
      return false;
    }
  };
  struct Nothing {};

  void init(const PhysicalRegion& region, FieldID field, size_t field_size, size_t subfield_offset,
            const Domain& within = Domain()) {
    place(region.placement(field, MODE, field_size, N, 0, false, within), subfield_offset);
    if constexpr (CHECK_BOUNDS) {
      bounds_.region = region;
      bounds_.field = field;
      if (within.exists()) bounds_.space = within;
    }
  }
  template <typename Iterator>
  void init_several(Iterator start, Iterator stop, FieldID field, size_t field_size, size_t subfield_offset,
                    const Domain& within) {
    if (start == stop) return;
    init(*start, field, field_size, subfield_offset, within);
    const uintptr_t base = start->placement(field, MODE, field_size, N, 0, false, within).base;
    for (Iterator it = std::next(start); it != stop; ++it) {
      const Internal::FieldPlacement placement = it->placement(field, MODE, field_size, N);
      if (placement.pieces || placement.base != base) Internal::fail_several_places("FieldAccessor");
      if constexpr (CHECK_BOUNDS) {
        if (!within.exists()) bounds_.more.push_back(placement.space);
      }
    }
  }
  void place(const Internal::FieldPlacement& placement, size_t subfield_offset) {
    if constexpr (kFindsPieces) {
      if (placement.pieces) {
        pieces_.set(placement, subfield_offset);
      } else {
        accessor = Access(placement, subfield_offset);
      }
    } else {
      accessor = Access(placement, subfield_offset);
    }
    if constexpr (CHECK_BOUNDS) bounds_ = Bounds{placement.space, PhysicalRegion(), 0, {}};
  }
  // For pointers to several elements.
  const Access& piece_of(const Rect<N, COORD_T>&) const {
    if constexpr (kFindsPieces) {
      if (!pieces_.empty()) Internal::fail_several_places("FieldAccessor::ptr");
    }
    return accessor;
  }
  Element* at(const Point<N, COORD_T>& point) const {
    if constexpr (CHECK_BOUNDS) {
      if (!bounds_.contain(DomainPoint(point))) bounds_.region.fail_bounds(bounds_.field, DomainPoint(point));
    }
    if constexpr (kFindsPieces) {
      if (!pieces_.empty()) return pieces_.address(point);
    }
    return accessor.address(point);
  }

  std::conditional_t<CHECK_BOUNDS, Bounds, Nothing> bounds_;
  std::conditional_t<kFindsPieces, Internal::PieceTable<FT, N, COORD_T>, Nothing> pieces_;
};

// Applies reductions. A region with one instance has no buffer for partial results: each value is applied to
// the element at once, in the order that the runtime gives to reductions.
template <typename REDOP, bool EXCLUSIVE, int N, typename COORD_T = coord_t,
          typename A = Realm::GenericAccessor<typename REDOP::RHS, N, COORD_T>,
          bool CHECK_BOUNDS = kChecksBounds>
class ReductionAccessor {
  typedef typename REDOP::LHS LHS;
  typedef typename REDOP::RHS RHS;

 public:
  typedef RHS value_type;
  typedef RHS& reference;
  typedef const RHS& const_reference;
  static const int dim = N;

  // Where the elements are.
  Internal::AccessorBase<LHS, N, COORD_T> accessor;

  ReductionAccessor() = default;
  ReductionAccessor(const PhysicalRegion& region, FieldID field, ReductionOpID redop, bool = false,
                    const char* = nullptr, size_t subfield_offset = 0, size_t = sizeof(RHS), bool = false)
      : accessor(region.placement(field, LEGION_REDUCE, sizeof(LHS), N, redop), subfield_offset) {
    if constexpr (CHECK_BOUNDS) init_bounds(region, field);
  }
  ReductionAccessor(const PhysicalRegion& region, FieldID field, ReductionOpID redop,
                    const Rect<N, COORD_T> bounds, bool = false, const char* = nullptr,
                    size_t subfield_offset = 0, size_t = sizeof(RHS), bool = false)
      : accessor(region.placement(field, LEGION_REDUCE, sizeof(LHS), N, redop, false, Domain(bounds)),
                 subfield_offset) {
    if constexpr (CHECK_BOUNDS) init_bounds(region, field);
  }
  // Of points that are mapped by `transform` first.
  template <int M>
  ReductionAccessor(const PhysicalRegion& region, FieldID field, ReductionOpID redop,
                    const AffineTransform<M, N, COORD_T> transform, bool = false, const char* = nullptr,
                    size_t subfield_offset = 0, size_t = sizeof(RHS), bool = false)
      : accessor(region.placement(field, LEGION_REDUCE, sizeof(LHS), M, redop), subfield_offset, transform) {}
  template <int M>
  ReductionAccessor(const PhysicalRegion& region, FieldID field, ReductionOpID redop,
                    const AffineTransform<M, N, COORD_T> transform, const Rect<N, COORD_T>, bool = false,
                    const char* = nullptr, size_t subfield_offset = 0, size_t = sizeof(RHS), bool = false)
      : accessor(region.placement(field, LEGION_REDUCE, sizeof(LHS), M, redop), subfield_offset, transform) {}
  // For the points of several regions of one tree, whose data lies in one place.
  template <typename Iterator, typename = typename std::iterator_traits<Iterator>::iterator_category>
  ReductionAccessor(Iterator start, Iterator stop, FieldID field, ReductionOpID redop, bool = false,
                    const char* = nullptr, size_t subfield_offset = 0, size_t = sizeof(RHS), bool = false) {
    for (Iterator it = start; it != stop; ++it) {
      const Access next(it->placement(field, LEGION_REDUCE, sizeof(LHS), N, redop), subfield_offset);
      if (it != start && next.base != accessor.base) Internal::fail_several_places("ReductionAccessor");
      accessor = next;
      if constexpr (CHECK_BOUNDS) init_bounds(*it, field);
    }
  }
  // Values that a task allocated; they are folded into.
  ReductionAccessor(const UntypedDeferredValue& value, bool = false, const char* = nullptr,
                    size_t subfield_offset = 0, size_t actual_field_size = sizeof(RHS), bool = false)
      : accessor(Internal::placement_of_value(value, actual_field_size, N), subfield_offset) {}
  ReductionAccessor(const UntypedDeferredValue& value, const Rect<N, COORD_T>&, bool = false,
                    const char* = nullptr, size_t subfield_offset = 0, size_t actual_field_size = sizeof(RHS),
                    bool = false)
      : accessor(Internal::placement_of_value(value, actual_field_size, N), subfield_offset) {}
  ReductionAccessor(const UntypedDeferredBuffer<COORD_T>& buffer, bool = false, const char* = nullptr,
                    size_t subfield_offset = 0, size_t actual_field_size = sizeof(RHS), bool = false)
      : accessor(Internal::placement_of_buffer(buffer, actual_field_size, N), subfield_offset) {}

  void reduce(const Point<N, COORD_T>& point, RHS value) const {
    REDOP::template apply<EXCLUSIVE>(*at(point), value);
  }
  // For operators whose `apply` and `fold` do the same.
  LHS* ptr(const Point<N, COORD_T>& point) const { return at(point); }
  LHS* ptr(const Rect<N, COORD_T>& rect, size_t field_size = sizeof(LHS)) const {
    if (!accessor.is_dense(rect, field_size)) Internal::fail_not_dense("ReductionAccessor::ptr");
    return at(rect.lo);
  }
  LHS* ptr(const Rect<N, COORD_T>& rect, size_t strides[N], size_t field_size = sizeof(LHS)) const {
    for (int d = 0; d < N; d++) strides[d] = accessor.strides[d] / field_size;
    return at(rect.lo);
  }
  Internal::ReductionReference<ReductionAccessor, Point<N, COORD_T>> operator[](
      const Point<N, COORD_T>& point) const {
    return {*this, point};
  }
  template <int D = N, std::enable_if_t<(D > 1), bool> = true>
  Internal::AccessorRow<ReductionAccessor, N, COORD_T, 1> operator[](COORD_T value) const {
    Point<N, COORD_T> point = Point<N, COORD_T>::ZEROES();
    point[0] = value;
    return {*this, point};
  }

 private:
  struct Bounds {
    Domain space;
    PhysicalRegion region;
    FieldID field = 0;
  };
  struct Nothing {};
  typedef Internal::AccessorBase<LHS, N, COORD_T> Access;
  void init_bounds(const PhysicalRegion& region, FieldID field) {
    bounds_ = Bounds{region.placement(field, LEGION_REDUCE, 0, N).space, region, field};
  }
  LHS* at(const Point<N, COORD_T>& point) const {
    if constexpr (CHECK_BOUNDS) {
      if (bounds_.region.exists() && !bounds_.space.contains(DomainPoint(point)))
        bounds_.region.fail_bounds(bounds_.field, DomainPoint(point));
    }
    return accessor.address(point);
  }

  std::conditional_t<CHECK_BOUNDS, Bounds, Nothing> bounds_;
};

// Without a check of privileges.
template <typename FT, int N, typename COORD_T = coord_t, typename A = Realm::GenericAccessor<FT, N, COORD_T>>
class UnsafeFieldAccessor {
 public:
  typedef FT value_type;
  static const int dim = N;

  // Where the elements are.
  Internal::AccessorBase<FT, N, COORD_T> accessor;

  UnsafeFieldAccessor() = default;
  UnsafeFieldAccessor(const PhysicalRegion& region, FieldID field, bool = false, const char* = nullptr,
                      size_t subfield_offset = 0)
      : accessor(region.placement(field, LEGION_NO_ACCESS, sizeof(FT), N), subfield_offset) {}
  FT read(const Point<N, COORD_T>& point) const { return *accessor.address(point); }
  void write(const Point<N, COORD_T>& point, FT value) const { *accessor.address(point) = value; }
  FT* ptr(const Point<N, COORD_T>& point) const { return accessor.address(point); }
  FT& operator[](const Point<N, COORD_T>& point) const { return *accessor.address(point); }
};

// Also the points around the region that an instance with padding has (PaddingConstraint).
template <typename FT, int N, typename COORD_T = coord_t, typename A = Realm::GenericAccessor<FT, N, COORD_T>,
          bool CHECK_BOUNDS = kChecksBounds>
class PaddingAccessor {
 public:
  typedef FT value_type;
  typedef FT& reference;
  typedef const FT& const_reference;
  static const int dim = N;

  // Where the elements are.
  Internal::AccessorBase<FT, N, COORD_T> accessor;

  PaddingAccessor() = default;
  PaddingAccessor(const PhysicalRegion& region, FieldID field, size_t actual_field_size = sizeof(FT),
                  bool = false, bool = false, const char* = nullptr, size_t subfield_offset = 0) {
    const Internal::FieldPlacement placement =
        region.placement(field, LEGION_NO_ACCESS, actual_field_size, N, 0, true);
    accessor = {placement, subfield_offset};
    if constexpr (CHECK_BOUNDS) bounds_ = Bounds{placement.space, region, field};
  }
  FT read(const Point<N, COORD_T>& point) const { return *ptr(point); }
  void write(const Point<N, COORD_T>& point, FT value) const { *ptr(point) = value; }
  FT* ptr(const Point<N, COORD_T>& point) const {
    if constexpr (CHECK_BOUNDS) {
      if (!bounds_.space.contains(DomainPoint(point)))
        bounds_.region.fail_bounds(bounds_.field, DomainPoint(point));
    }
    return accessor.address(point);
  }
  FT* ptr(const Rect<N, COORD_T>& rect, size_t field_size = sizeof(FT)) const {
    if (!accessor.is_dense(rect, field_size)) Internal::fail_not_dense("PaddingAccessor::ptr");
    return ptr(rect.lo);
  }
  // `strides` are in elements.
  FT* ptr(const Rect<N, COORD_T>& rect, size_t strides[N], size_t field_size = sizeof(FT)) const {
    for (int d = 0; d < N; d++) strides[d] = accessor.strides[d] / field_size;
    return ptr(rect.lo);
  }
  FT& operator[](const Point<N, COORD_T>& point) const { return *ptr(point); }

 private:
  struct Bounds {
    Domain space;
    PhysicalRegion region;
    FieldID field = 0;
  };
  struct Nothing {};
  std::conditional_t<CHECK_BOUNDS, Bounds, Nothing> bounds_;
};

// The pieces of a region's space that lie in one piece of an instance each.
class PieceIterator {
 public:
  PieceIterator() = default;
  PieceIterator(const PhysicalRegion& region, FieldID field, bool privilege_only = true, bool = false,
                const char* = nullptr);
  bool valid() const { return at_ < pieces_.size(); }
  bool step() {
    if (valid()) ++at_;
    return valid();
  }
  operator bool() const { return valid(); }
  bool operator()() const { return valid(); }
  const Domain& operator*() const { return pieces_[at_]; }
  const Domain* operator->() const { return &pieces_[at_]; }
  PieceIterator& operator++() {
    step();
    return *this;
  }
  PieceIterator operator++(int) {
    PieceIterator old = *this;
    step();
    return old;
  }

 protected:
  std::vector<Domain> pieces_;
  size_t at_ = 0;
};

template <int DIM, typename COORD_T = coord_t>
class PieceIteratorT : public PieceIterator {
 public:
  using PieceIterator::PieceIterator;
  const Rect<DIM, COORD_T>& operator*() const {
    rect_ = pieces_[at_].template bounds<DIM, COORD_T>();
    return rect_;
  }
  const Rect<DIM, COORD_T>* operator->() const { return &**this; }
  PieceIteratorT& operator++() {
    step();
    return *this;
  }
  PieceIteratorT operator++(int) {
    PieceIteratorT old = *this;
    step();
    return old;
  }

 private:
  mutable Rect<DIM, COORD_T> rect_;
};

}  // namespace Legion
