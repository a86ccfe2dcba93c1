// Descriptions of copies, fills, reductions, gathers and scatters.
//
// The operations themselves are IndexSpace<N,T>::fill and ::copy and Rect<N,T>::fill and ::copy, which are
// declared with their classes and call `detail::fill_space` and `detail::copy_space`. All arguments are
// copied when the operation is launched.
//
// Source: Realm's public interface, chapter "Copy, fill, reduce".
#pragma once

#include <cstring>
#include <memory>
#include <ostream>
#include <type_traits>
#include <utility>
#include <vector>

#include "realm/instance.h"

namespace Realm {

// One end of the copy of one field: a field of an instance, or of the targets of an indirection, or (for a
// source) a constant.
struct REALM_PUBLIC_API CopySrcDstField {
  CopySrcDstField() = default;
  CopySrcDstField(const CopySrcDstField& copy_from);
  CopySrcDstField& operator=(const CopySrcDstField& copy_from);
  ~CopySrcDstField();

  CopySrcDstField& set_field(RegionInstance _inst, FieldID _field_id, size_t _size,
                             size_t _subfield_offset = 0);
  // Gathers (or, for a destination, scatters) through the copy's `indirects[_indirect_index]`.
  CopySrcDstField& set_indirect(int _indirect_index, FieldID _field_id, size_t _size,
                                size_t _subfield_offset = 0);
  // For a destination: fold combines RHS values, else RHS values are applied to LHS elements. `exclusive`
  // promises that nothing else reduces to the elements meanwhile.
  CopySrcDstField& set_redop(ReductionOpID _redop_id, bool _is_fold, bool exclusive = false);
  CopySrcDstField& set_serdez(CustomSerdezID _serdez_id);
  // A source that is this value everywhere.
  CopySrcDstField& set_fill(const void* _data, size_t _size);
  template <typename T>
  CopySrcDstField& set_fill(T value) {
    return set_fill(&value, sizeof(T));
  }

  static const size_t MAX_DIRECT_SIZE = 8;
  union FillData {
    char direct[MAX_DIRECT_SIZE];
    void* indirect;
  };

  RegionInstance inst = RegionInstance::NO_INST;
  FieldID field_id = FieldID(-1);
  size_t size = 0;
  ReductionOpID redop_id = 0;
  bool red_fold = false;
  bool red_exclusive = false;
  CustomSerdezID serdez_id = 0;
  size_t subfield_offset = 0;
  int indirect_index = -1;
  // Of a constant: its bytes, or for more than MAX_DIRECT_SIZE bytes where they are (owned). A source without
  // instance and indirection is a constant.
  FillData fill_data = {};

 private:
  bool owns_fill_data() const {
    return !inst.exists() && indirect_index < 0 && size > MAX_DIRECT_SIZE && fill_data.indirect;
  }
};

REALM_PUBLIC_API std::ostream& operator<<(std::ostream& os, const CopySrcDstField& sd);

namespace detail {

// A set of points with its types forgotten. Asked for when the operation starts, so a sparse space must be
// valid only then.
class REALM_PUBLIC_API PointSet {
 public:
  virtual ~PointSet() {}
  virtual int dimension() const = 0;
  // An upper bound of the number of points.
  virtual uint64_t volume_at_most() const = 0;
  // Triggers when the points are known.
  virtual Event known() const = 0;
  // Appends the set's rectangles: REALM_MAX_DIM lower bounds, then as many upper ones.
  virtual void list_rects(std::vector<int64_t>& rects) const = 0;
};

template <int N, typename T>
class SpacePoints;

// An indirection with its types forgotten.
struct IndirectionData {
  // Of the field with the targets.
  RegionInstance inst;
  FieldID field_id = 0;
  size_t subfield_offset = 0;
  // What an element of it is: a point of `target_dimension` integers of `coordinate_bytes` bytes, or a
  // rectangle of two such points.
  int target_dimension = 0;
  size_t coordinate_bytes = 0;
  bool is_signed = true;
  bool is_ranges = false;
  // Instead of a field: target = wrap(floor((rows * point + offset) / divisor)).
  bool is_affine = false;
  int64_t rows[REALM_MAX_DIM][REALM_MAX_DIM] = {};
  int64_t offset[REALM_MAX_DIM] = {};
  int64_t divisor[REALM_MAX_DIM] = {};
  bool is_wrapped = false;
  int64_t wrap_lo[REALM_MAX_DIM] = {};
  int64_t wrap_hi[REALM_MAX_DIM] = {};
  // Which targets are in which instance.
  std::vector<std::shared_ptr<PointSet>> spaces;
  std::vector<RegionInstance> insts;
  bool oor_possible = false;
  // Null, or why the runtime cannot carry this indirection out.
  const char* unsupported = nullptr;
};

}  // namespace detail

// How the points of a copy (of dimension N) are turned into points of its indirect ends.
template <int N, typename T = int>
class CopyIndirection {
 public:
  class Base {
   public:
    virtual ~Base() {}
    // For the runtime.
    virtual std::shared_ptr<detail::IndirectionData> describe() const = 0;
  };

  // p becomes floor((transform * p + offset_lo) / divisor), brought into `wrap` by whole multiples of its
  // extents unless that is empty. A divisor of 0 counts as 1. Ranges of targets (another `offset_hi`) are not
  // supported.
  template <int N2, typename T2 = int>
  class Affine : public Base {
   public:
    typename CopyIndirection<N2, T2>::Base* next_indirection = nullptr;
    Matrix<N2, N, T2> transform;
    Point<N2, T2> offset_lo = Point<N2, T2>::ZEROES(), offset_hi = Point<N2, T2>::ZEROES();
    Point<N2, T2> divisor = Point<N2, T2>::ONES();
    Rect<N2, T2> wrap = Rect<N2, T2>::make_empty();
    std::vector<IndexSpace<N2, T2>> spaces;
    std::vector<RegionInstance> insts;

    std::shared_ptr<detail::IndirectionData> describe() const override {
      auto data = std::make_shared<detail::IndirectionData>();
      data->is_affine = true;
      data->target_dimension = N2;
      data->is_wrapped = !wrap.empty();
      for (int i = 0; i < N2; i++) {
        for (int j = 0; j < N; j++) data->rows[i][j] = static_cast<int64_t>(transform.rows[i][j]);
        data->offset[i] = static_cast<int64_t>(offset_lo[i]);
        data->divisor[i] = divisor[i] == 0 ? 1 : static_cast<int64_t>(divisor[i]);
        data->wrap_lo[i] = static_cast<int64_t>(wrap.lo[i]);
        data->wrap_hi[i] = static_cast<int64_t>(wrap.hi[i]);
      }
      for (const IndexSpace<N2, T2>& space : spaces) {
        data->spaces.push_back(std::make_shared<detail::SpacePoints<N2, T2>>(space));
      }
      data->insts = insts;
      if (offset_lo != offset_hi) data->unsupported = "affine indirections to ranges of targets";
      if (next_indirection) data->unsupported = "indirections of indirections";
      return data;
    }
  };

  // A field of `inst`, indexed by the copy's points, holds the target points. With `is_ranges` it holds
  // rectangles; then both ends of a copy are such indirections, and the rectangles of a point, which have as
  // many points on both ends, are copied in the order of their points (dimension 0 fastest).
  template <int N2, typename T2 = int>
  class Unstructured : public Base {
   public:
    Unstructured() {}
    Unstructured(RegionInstance _ind_inst, const std::vector<IndexSpace<N2, T2>>& _spaces,
                 const std::vector<RegionInstance>& _insts, FieldID _field_id, size_t _subfield_offset = 0,
                 bool _is_ranges = false, bool _oor_possible = false, bool _aliasing_possible = false)
        : inst(_ind_inst),
          spaces(_spaces),
          insts(_insts),
          field_id(_field_id),
          subfield_offset(_subfield_offset),
          is_ranges(_is_ranges),
          oor_possible(_oor_possible),
          aliasing_possible(_aliasing_possible) {}

    typename CopyIndirection<N2, T2>::Base* next_indirection = nullptr;
    RegionInstance inst = RegionInstance::NO_INST;
    std::vector<IndexSpace<N2, T2>> spaces;
    std::vector<RegionInstance> insts;
    FieldID field_id = 0;
    size_t subfield_offset = 0;
    bool is_ranges = false;
    bool oor_possible = false;       // pointers may be outside of all spaces; they are skipped
    bool aliasing_possible = false;  // several pointers may be equal

    std::shared_ptr<detail::IndirectionData> describe() const override {
      auto data = std::make_shared<detail::IndirectionData>();
      data->inst = inst;
      data->field_id = field_id;
      data->subfield_offset = subfield_offset;
      data->target_dimension = N2;
      data->coordinate_bytes = sizeof(T2);
      data->is_signed = std::is_signed<T2>::value;
      for (const IndexSpace<N2, T2>& space : spaces) {
        data->spaces.push_back(std::make_shared<detail::SpacePoints<N2, T2>>(space));
      }
      data->insts = insts;
      data->oor_possible = oor_possible;
      data->is_ranges = is_ranges;
      if (next_indirection) data->unsupported = "indirections of indirections";
      return data;
    }
  };
};

namespace detail {

REALM_PUBLIC_API Event launch_fill(std::unique_ptr<PointSet> points, const std::vector<CopySrcDstField>& dsts,
                                   const ProfilingRequestSet& requests, const void* fill_value,
                                   size_t fill_value_size, Event wait_on, int priority);
REALM_PUBLIC_API Event launch_copy(std::unique_ptr<PointSet> points, const std::vector<CopySrcDstField>& srcs,
                                   const std::vector<CopySrcDstField>& dsts,
                                   std::vector<std::shared_ptr<IndirectionData>> indirects,
                                   const ProfilingRequestSet& requests, Event wait_on, int priority);

template <int N, typename T>
class SpacePoints : public PointSet {
 public:
  explicit SpacePoints(const IndexSpace<N, T>& space) : space_(space) {}
  int dimension() const override { return N; }
  uint64_t volume_at_most() const override { return space_.bounds.volume(); }
  Event known() const override { return space_.dense() ? Event::NO_EVENT : space_.make_valid(); }
  void list_rects(std::vector<int64_t>& rects) const override {
    for (IndexSpaceIterator<N, T> it(space_); it.valid; it.step()) {
      for (int i = 0; i < REALM_MAX_DIM; i++)
        rects.push_back(i < N ? static_cast<int64_t>(it.rect.lo[i]) : 0);
      for (int i = 0; i < REALM_MAX_DIM; i++)
        rects.push_back(i < N ? static_cast<int64_t>(it.rect.hi[i]) : 0);
    }
  }

 private:
  IndexSpace<N, T> space_;
};

template <int N, typename T>
Event fill_space(const IndexSpace<N, T>& space, const std::vector<CopySrcDstField>& dsts,
                 const ProfilingRequestSet& requests, const void* fill_value, size_t fill_value_size,
                 Event wait_on, int priority) {
  return launch_fill(std::make_unique<SpacePoints<N, T>>(space), dsts, requests, fill_value, fill_value_size,
                     wait_on, priority);
}

template <int N, typename T>
Event copy_space(const IndexSpace<N, T>& space, const std::vector<CopySrcDstField>& srcs,
                 const std::vector<CopySrcDstField>& dsts,
                 const std::vector<const typename CopyIndirection<N, T>::Base*>& indirects,
                 const ProfilingRequestSet& requests, Event wait_on, int priority) {
  std::vector<std::shared_ptr<IndirectionData>> described;
  for (const auto* indirect : indirects) described.push_back(indirect ? indirect->describe() : nullptr);
  return launch_copy(std::make_unique<SpacePoints<N, T>>(space), srcs, dsts, std::move(described), requests,
                     wait_on, priority);
}

}  // namespace detail

}  // namespace Realm
