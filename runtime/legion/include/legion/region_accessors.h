// Accessors that look at regions in other ways than point by point, and at several regions. Source: Legion's
// API, section 5.
#pragma once

#include <vector>

#include "legion/accessors.h"
#include "legion/span.h"

namespace Legion {

// The elements of a field as spans at equal distances, as long as they can be: one for each box of the region
// whose elements are dense, else one for each row of it.
template <PrivilegeMode PM, typename FT, int DIM, typename COORD_T = coord_t>
class SpanIterator {
 public:
  SpanIterator() = default;
  SpanIterator(const PhysicalRegion& region, FieldID field, size_t actual_field_size = sizeof(FT),
               bool = false, bool privilege_only = true, bool = false, const char* = nullptr) {
    for (PieceIteratorT<DIM, COORD_T> piece(region, field, privilege_only); piece.valid(); piece.step())
      add_piece(region.placement(field, PM, actual_field_size, DIM, 0, false, Domain(*piece)), *piece);
  }

  bool valid() const { return at_ < spans_.size(); }
  bool step() {
    if (valid()) ++at_;
    return valid();
  }
  operator bool() const { return valid(); }
  bool operator()() const { return valid(); }
  const Span<FT, PM>& operator*() const { return spans_[at_]; }
  const Span<FT, PM>* operator->() const { return &spans_[at_]; }
  SpanIterator& operator++() {
    step();
    return *this;
  }
  SpanIterator operator++(int) {
    SpanIterator old = *this;
    step();
    return old;
  }

 private:
  template <typename, int, typename>
  friend class UnsafeSpanIterator;
  void add_piece(const Internal::FieldPlacement& place, const Rect<DIM, COORD_T>& rect) {
    // The first dimensions that are one row: each begins where the one before it ends.
    size_t count = static_cast<size_t>(rect.hi[0] - rect.lo[0]) + 1;
    int joined = 1;
    while (joined < DIM && place.strides[joined] == place.strides[0] * count) {
      count *= static_cast<size_t>(rect.hi[joined] - rect.lo[joined]) + 1;
      ++joined;
    }
    Rect<DIM, COORD_T> starts = rect;
    for (int d = 0; d < joined; ++d) starts.hi[d] = starts.lo[d];
    for (PointInRectIterator<DIM, COORD_T> start(starts); start(); start++) {
      uintptr_t base = place.base;
      for (int d = 0; d < DIM; ++d) base += static_cast<uintptr_t>((*start)[d]) * place.strides[d];
      spans_.emplace_back(reinterpret_cast<FT*>(base), count, place.strides[0]);
    }
  }

  std::vector<Span<FT, PM>> spans_;
  size_t at_ = 0;
};

// The same without a check of privileges.
template <typename FT, int DIM, typename COORD_T = coord_t>
class UnsafeSpanIterator : public SpanIterator<LEGION_READ_WRITE, FT, DIM, COORD_T> {
 public:
  UnsafeSpanIterator() = default;
  UnsafeSpanIterator(const PhysicalRegion& region, FieldID field, bool privileges_only = true, bool = false,
                     const char* = nullptr, size_t subfield_offset = 0) {
    for (PieceIteratorT<DIM, COORD_T> piece(region, field, privileges_only); piece.valid(); piece.step()) {
      Internal::FieldPlacement place =
          region.placement(field, LEGION_NO_ACCESS, sizeof(FT), DIM, 0, false, Domain(*piece));
      place.base += subfield_offset;
      this->add_piece(place, *piece);
    }
  }
};

// The elements of one field in several regions, which may lie in several places. A point belongs to the first
// region that has it.
template <typename FT, int N, typename COORD_T = coord_t, typename A = Realm::GenericAccessor<FT, N, COORD_T>,
          bool CHECK_BOUNDS = kChecksBounds, bool CHECK_PRIVILEGES = false, int MAX_REGIONS = 4>
class MultiRegionAccessor {
 public:
  typedef FT value_type;
  typedef FT& reference;
  typedef const FT& const_reference;
  static const int dim = N;

  MultiRegionAccessor() = default;
  template <typename Iterator, typename = typename std::iterator_traits<Iterator>::iterator_category>
  MultiRegionAccessor(Iterator start, Iterator stop, FieldID field, size_t actual_field_size = sizeof(FT),
                      bool = false, bool = false, const char* = nullptr, size_t subfield_offset = 0)
      : field_(field) {
    for (Iterator it = start; it != stop; ++it) add(*it, actual_field_size, subfield_offset);
  }
  MultiRegionAccessor(const std::vector<PhysicalRegion>& regions, FieldID field,
                      size_t actual_field_size = sizeof(FT), bool = false, bool = false,
                      const char* = nullptr, size_t subfield_offset = 0)
      : MultiRegionAccessor(regions.begin(), regions.end(), field, actual_field_size, false, false, nullptr,
                            subfield_offset) {}

  FT read(const Point<N, COORD_T>& point) const { return *at(point, LEGION_READ_PRIV); }
  void write(const Point<N, COORD_T>& point, FT value) const { *at(point, LEGION_WRITE_PRIV) = value; }
  const FT* read_ptr(const Point<N, COORD_T>& point) const { return at(point, LEGION_READ_PRIV); }
  FT* ptr(const Point<N, COORD_T>& point) const { return at(point, LEGION_NO_ACCESS); }
  FT& operator[](const Point<N, COORD_T>& point) const { return *at(point, LEGION_NO_ACCESS); }
  template <typename REDOP, bool EXCLUSIVE>
  void reduce(const Point<N, COORD_T>& point, typename REDOP::RHS value) const {
    REDOP::template apply<EXCLUSIVE>(*at(point, LEGION_REDUCE), value);
  }

 private:
  struct Part {
    Domain space;
    Internal::AccessorBase<FT, N, COORD_T> access;
    PhysicalRegion region;
  };
  void add(const PhysicalRegion& region, size_t field_size, size_t subfield_offset) {
    const Internal::FieldPlacement place = region.placement(field_, LEGION_NO_ACCESS, field_size, N);
    parts_.push_back({place.space, {place, subfield_offset}, region});
  }
  FT* at(const Point<N, COORD_T>& point, PrivilegeMode mode) const {
    for (const Part& part : parts_) {
      if (!part.space.contains(DomainPoint(point))) continue;
      // Says what is wrong when the privilege is missing.
      if (CHECK_PRIVILEGES && mode != LEGION_NO_ACCESS) part.region.placement(field_, mode, 0, N);
      return part.access.address(point);
    }
    if (parts_.empty()) Internal::fail_several_places("MultiRegionAccessor");
    parts_.front().region.fail_bounds(field_, DomainPoint(point));
  }

  FieldID field_ = 0;
  std::vector<Part> parts_;
};

}  // namespace Legion
