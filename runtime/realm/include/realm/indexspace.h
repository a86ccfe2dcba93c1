// Index spaces: sets of points of 1 to 4 dimensions, and the operations on them.
//
// A space is a plain value: its bounds and, when it is not a rectangle, a sparsity map; its points are those
// of the map that are in the bounds. Operations return at once. Their results may be named in other
// operations and destroyed at once, but the points of a sparse result are known only when the operation has
// finished: until then `bounds` contains them all and may be larger, and asking for points ends the program
// with a message. `tighten` then gives the smallest bounds.
//
// An operation waits for `wait_on` and for the points of its inputs. A poisoned `wait_on` poisons its finish
// event and makes its results invalid for ever. Simple cases (nothing to do, rectangles only) are answered in
// the call, and the returned event is `wait_on`. Vectors of results must be empty when passed in.
//
// Every sparse result owns one reference of its map, also one that shares the map of an input; `destroy`
// gives it back. Dense spaces need no destroy. Thread safety: every call may be made from any thread, and
// from tasks. Source: Realm's public interface, chapters "Points, rectangles, index spaces" and "Copy, fill,
// reduce".
#pragma once

#include <cstddef>
#include <functional>
#include <ostream>
#include <vector>

#include "realm/copy.h"
#include "realm/deppart.h"
#include "realm/event.h"
#include "realm/instance.h"
#include "realm/point.h"
#include "realm/realm_config.h"
#include "realm/sparsity.h"
#include "realm/transform.h"

namespace Realm {

class CodeDescriptor;

template <int N, typename T>
struct REALM_PUBLIC_API IndexSpace {
  Rect<N, T> bounds;
  SparsityMap<N, T> sparsity;

  // Empty.
  REALM_CUDA_HD IndexSpace() : bounds(Rect<N, T>::make_empty()) { sparsity.id = 0; }
  REALM_CUDA_HD IndexSpace(const Rect<N, T>& _bounds) : bounds(_bounds) { sparsity.id = 0; }
  IndexSpace(const Rect<N, T>& _bounds, SparsityMap<N, T> _sparsity) : bounds(_bounds), sparsity(_sparsity) {}
  // `disjoint` promises that nothing is there twice. Sparse unless the points make up a rectangle; valid at
  // once.
  explicit IndexSpace(const std::vector<Point<N, T>>& points, bool disjoint = false);
  explicit IndexSpace(const std::vector<Rect<N, T>>& rects, bool disjoint = false);

  REALM_CUDA_HD static IndexSpace make_empty() { return IndexSpace(); }

  // Gives back the reference of the map, if there is one, when `wait_on` triggers.
  void destroy(Event wait_on = Event::NO_EVENT);

  // These look at bounds and map only: a space that is not `empty` may have no points.
  REALM_CUDA_HD bool empty() const { return bounds.empty(); }
  REALM_CUDA_HD bool dense() const { return !sparsity.exists(); }

  // Triggers when the points are known.
  Event make_valid(bool precise = true) const;
  bool is_valid(bool precise = true) const;

  // All below need a valid space. The forms with `_approx` give the same answers.

  // The same points with the smallest bounds, without a map when they are a rectangle. Shares the map,
  // without a reference of its own.
  IndexSpace tighten(bool precise = true) const;

  bool contains(const Point<N, T>& p) const;
  bool contains_all(const Rect<N, T>& r) const;
  bool contains_any(const Rect<N, T>& r) const;
  bool overlaps(const IndexSpace& other) const;
  size_t volume() const;
  bool contains_approx(const Point<N, T>& p) const { return contains(p); }
  bool contains_all_approx(const Rect<N, T>& r) const { return contains_all(r); }
  bool contains_any_approx(const Rect<N, T>& r) const { return contains_any(r); }
  bool overlaps_approx(const IndexSpace& other) const { return overlaps(other); }
  size_t volume_approx() const { return volume(); }

  // Rectangles that do not overlap and cover the space: at most `max_rects` (0: any number), with at most
  // `max_overhead` per cent more points than the space has (negative: any). False when none was found.
  bool compute_covering(size_t max_rects, int max_overhead, std::vector<Rect<N, T>>& covering) const;

  // Calls lambda(rect) for rectangles that do not overlap and make up the space.
  template <typename LAMBDA>
  void foreach_subrect(LAMBDA lambda);
  template <typename LAMBDA>
  void foreach_subrect(LAMBDA lambda, const Rect<N, T>& restriction);

  Event fill(const std::vector<CopySrcDstField>& dsts, const ProfilingRequestSet& requests,
             const void* fill_value, size_t fill_value_size, Event wait_on = Event::NO_EVENT,
             int priority = 0) const;
  Event copy(const std::vector<CopySrcDstField>& srcs, const std::vector<CopySrcDstField>& dsts,
             const ProfilingRequestSet& requests, Event wait_on = Event::NO_EVENT, int priority = 0) const;
  Event copy(const std::vector<CopySrcDstField>& srcs, const std::vector<CopySrcDstField>& dsts,
             const std::vector<const typename CopyIndirection<N, T>::Base*>& indirects,
             const ProfilingRequestSet& requests, Event wait_on = Event::NO_EVENT, int priority = 0) const;

  // Pieces of near-equal size: a rectangle is cut along its longest dimension, a sparse space by number of
  // points. Cuts are at multiples of `granularity` (0 counts as 1).
  Event create_equal_subspace(size_t count, size_t granularity, unsigned index, IndexSpace& subspace,
                              const ProfilingRequestSet& reqs, Event wait_on = Event::NO_EVENT) const;
  Event create_equal_subspaces(size_t count, size_t granularity, std::vector<IndexSpace>& subspaces,
                               const ProfilingRequestSet& reqs, Event wait_on = Event::NO_EVENT) const;
  // Sizes proportional to the weights, which must not be negative; a rectangle is cut along dimension 0.
  Event create_weighted_subspaces(size_t count, size_t granularity, const std::vector<int>& weights,
                                  std::vector<IndexSpace>& subspaces, const ProfilingRequestSet& reqs,
                                  Event wait_on = Event::NO_EVENT) const;
  Event create_weighted_subspaces(size_t count, size_t granularity, const std::vector<size_t>& weights,
                                  std::vector<IndexSpace>& subspaces, const ProfilingRequestSet& reqs,
                                  Event wait_on = Event::NO_EVENT) const;

  // The points whose field has the colour. Colours are integers, booleans, points or rectangles. The
  // instances must hold the field until the returned event triggers; they may be created and written by what
  // `wait_on` stands for.
  template <typename FT>
  Event create_subspace_by_field(const std::vector<FieldDataDescriptor<IndexSpace, FT>>& field_data, FT color,
                                 IndexSpace& subspace, const ProfilingRequestSet& reqs,
                                 Event wait_on = Event::NO_EVENT) const;
  template <typename FT>
  Event create_subspaces_by_field(const std::vector<FieldDataDescriptor<IndexSpace, FT>>& field_data,
                                  const std::vector<FT>& colors, std::vector<IndexSpace>& subspaces,
                                  const ProfilingRequestSet& reqs, Event wait_on = Event::NO_EVENT) const;
  // Fields that a function maps to colours first are not supported; these forms end the program.
  template <typename FT, typename FT2>
  Event create_subspace_by_field(const std::vector<FieldDataDescriptor<IndexSpace, FT>>& field_data,
                                 const CodeDescriptor& codedesc, FT2 color, IndexSpace& subspace,
                                 const ProfilingRequestSet& reqs, Event wait_on = Event::NO_EVENT) const;
  template <typename FT, typename FT2>
  Event create_subspaces_by_field(const std::vector<FieldDataDescriptor<IndexSpace, FT>>& field_data,
                                  const CodeDescriptor& codedesc, const std::vector<FT2>& colors,
                                  std::vector<IndexSpace>& subspaces, const ProfilingRequestSet& reqs,
                                  Event wait_on = Event::NO_EVENT) const;

  // Images: the points of this space that a map leads to from a source. A map is a DomainTransform, an
  // AffineTransform, a TranslationTransform, or a field of points or of rectangles.
  template <int N2, typename T2, typename TRANSFORM>
  Event create_subspace_by_image(const TRANSFORM& transform, const IndexSpace<N2, T2>& source,
                                 IndexSpace& image, const ProfilingRequestSet& reqs,
                                 Event wait_on = Event::NO_EVENT) const;
  template <int N2, typename T2, typename TRANSFORM>
  Event create_subspaces_by_image(const TRANSFORM& transform, const std::vector<IndexSpace<N2, T2>>& sources,
                                  std::vector<IndexSpace>& images, const ProfilingRequestSet& reqs,
                                  Event wait_on = Event::NO_EVENT) const;
  template <int N2, typename T2>
  Event create_subspaces_by_image(const DomainTransform<N, T, N2, T2>& domain_transform,
                                  const std::vector<IndexSpace<N2, T2>>& sources,
                                  std::vector<IndexSpace>& images, const ProfilingRequestSet& reqs,
                                  Event wait_on = Event::NO_EVENT) const;
  template <int N2, typename T2>
  Event create_subspace_by_image(
      const std::vector<FieldDataDescriptor<IndexSpace<N2, T2>, Point<N, T>>>& field_data,
      const IndexSpace<N2, T2>& source, IndexSpace& image, const ProfilingRequestSet& reqs,
      Event wait_on = Event::NO_EVENT) const;
  template <int N2, typename T2>
  Event create_subspaces_by_image(
      const std::vector<FieldDataDescriptor<IndexSpace<N2, T2>, Point<N, T>>>& field_data,
      const std::vector<IndexSpace<N2, T2>>& sources, std::vector<IndexSpace>& images,
      const ProfilingRequestSet& reqs, Event wait_on = Event::NO_EVENT) const;
  template <int N2, typename T2>
  Event create_subspace_by_image(
      const std::vector<FieldDataDescriptor<IndexSpace<N2, T2>, Rect<N, T>>>& field_data,
      const IndexSpace<N2, T2>& source, IndexSpace& image, const ProfilingRequestSet& reqs,
      Event wait_on = Event::NO_EVENT) const;
  template <int N2, typename T2>
  Event create_subspaces_by_image(
      const std::vector<FieldDataDescriptor<IndexSpace<N2, T2>, Rect<N, T>>>& field_data,
      const std::vector<IndexSpace<N2, T2>>& sources, std::vector<IndexSpace>& images,
      const ProfilingRequestSet& reqs, Event wait_on = Event::NO_EVENT) const;
  // images[i] without the points of diff_rhs[i].
  template <int N2, typename T2>
  Event create_subspaces_by_image_with_difference(
      const std::vector<FieldDataDescriptor<IndexSpace<N2, T2>, Point<N, T>>>& field_data,
      const std::vector<IndexSpace<N2, T2>>& sources, const std::vector<IndexSpace>& diff_rhs,
      std::vector<IndexSpace>& images, const ProfilingRequestSet& reqs,
      Event wait_on = Event::NO_EVENT) const;
  template <int N2, typename T2>
  Event create_subspaces_by_image_with_difference(const DomainTransform<N, T, N2, T2>& domain_transform,
                                                  const std::vector<IndexSpace<N2, T2>>& sources,
                                                  const std::vector<IndexSpace>& diff_rhs,
                                                  std::vector<IndexSpace>& images,
                                                  const ProfilingRequestSet& reqs,
                                                  Event wait_on = Event::NO_EVENT) const;

  // Preimages: the points of this space that a map leads into a target; with a field of rectangles, those
  // whose rectangle has a point of the target.
  template <int N2, typename T2, typename TRANSFORM>
  Event create_subspace_by_preimage(const TRANSFORM& transform, const IndexSpace<N2, T2>& target,
                                    IndexSpace& preimage, const ProfilingRequestSet& reqs,
                                    Event wait_on = Event::NO_EVENT) const;
  template <int N2, typename T2, typename TRANSFORM>
  Event create_subspaces_by_preimage(const TRANSFORM& transform,
                                     const std::vector<IndexSpace<N2, T2>>& targets,
                                     std::vector<IndexSpace>& preimages, const ProfilingRequestSet& reqs,
                                     Event wait_on = Event::NO_EVENT) const;
  template <int N2, typename T2>
  Event create_subspaces_by_preimage(const DomainTransform<N2, T2, N, T>& domain_transform,
                                     const std::vector<IndexSpace<N2, T2>>& targets,
                                     std::vector<IndexSpace>& preimages, const ProfilingRequestSet& reqs,
                                     Event wait_on = Event::NO_EVENT) const;
  template <int N2, typename T2>
  Event create_subspace_by_preimage(
      const std::vector<FieldDataDescriptor<IndexSpace, Point<N2, T2>>>& field_data,
      const IndexSpace<N2, T2>& target, IndexSpace& preimage, const ProfilingRequestSet& reqs,
      Event wait_on = Event::NO_EVENT) const;
  template <int N2, typename T2>
  Event create_subspaces_by_preimage(
      const std::vector<FieldDataDescriptor<IndexSpace, Point<N2, T2>>>& field_data,
      const std::vector<IndexSpace<N2, T2>>& targets, std::vector<IndexSpace>& preimages,
      const ProfilingRequestSet& reqs, Event wait_on = Event::NO_EVENT) const;
  template <int N2, typename T2>
  Event create_subspace_by_preimage(
      const std::vector<FieldDataDescriptor<IndexSpace, Rect<N2, T2>>>& field_data,
      const IndexSpace<N2, T2>& target, IndexSpace& preimage, const ProfilingRequestSet& reqs,
      Event wait_on = Event::NO_EVENT) const;
  template <int N2, typename T2>
  Event create_subspaces_by_preimage(
      const std::vector<FieldDataDescriptor<IndexSpace, Rect<N2, T2>>>& field_data,
      const std::vector<IndexSpace<N2, T2>>& targets, std::vector<IndexSpace>& preimages,
      const ProfilingRequestSet& reqs, Event wait_on = Event::NO_EVENT) const;

  // Writes the points of `range`, in the order of iteration, into the fields of this space's points in their
  // order; stops at the end of the shorter one.
  template <int N2, typename T2>
  Event create_association(const std::vector<FieldDataDescriptor<IndexSpace, Point<N2, T2>>>& field_data,
                           const IndexSpace<N2, T2>& range, const ProfilingRequestSet& reqs,
                           Event wait_on = Event::NO_EVENT) const;

  // Set operations: of two spaces, of two lists of the same length, and of one space with each of a list. A
  // list of one space stands for that space.
#define REALM_SET_OPERATION(one, many)                                                        \
  static Event one(const IndexSpace& lhs, const IndexSpace& rhs, IndexSpace& result,          \
                   const ProfilingRequestSet& reqs, Event wait_on = Event::NO_EVENT);         \
  static Event many(const std::vector<IndexSpace>& lhss, const std::vector<IndexSpace>& rhss, \
                    std::vector<IndexSpace>& results, const ProfilingRequestSet& reqs,        \
                    Event wait_on = Event::NO_EVENT);                                         \
  static Event many(const IndexSpace& lhs, const std::vector<IndexSpace>& rhss,               \
                    std::vector<IndexSpace>& results, const ProfilingRequestSet& reqs,        \
                    Event wait_on = Event::NO_EVENT);                                         \
  static Event many(const std::vector<IndexSpace>& lhss, const IndexSpace& rhs,               \
                    std::vector<IndexSpace>& results, const ProfilingRequestSet& reqs,        \
                    Event wait_on = Event::NO_EVENT);
  REALM_SET_OPERATION(compute_union, compute_unions)
  REALM_SET_OPERATION(compute_intersection, compute_intersections)
  REALM_SET_OPERATION(compute_difference, compute_differences)
#undef REALM_SET_OPERATION

  // Of all spaces of a list; empty when the list is.
  static Event compute_union(const std::vector<IndexSpace>& subspaces, IndexSpace& result,
                             const ProfilingRequestSet& reqs, Event wait_on = Event::NO_EVENT);
  static Event compute_intersection(const std::vector<IndexSpace>& subspaces, IndexSpace& result,
                                    const ProfilingRequestSet& reqs, Event wait_on = Event::NO_EVENT);
};

// The same bounds and the same map.
template <int N, typename T>
bool operator==(const IndexSpace<N, T>& lhs, const IndexSpace<N, T>& rhs) {
  return lhs.bounds == rhs.bounds && lhs.sparsity == rhs.sparsity;
}
template <int N, typename T>
bool operator!=(const IndexSpace<N, T>& lhs, const IndexSpace<N, T>& rhs) {
  return !(lhs == rhs);
}

template <int N, typename T>
std::ostream& operator<<(std::ostream& out, const IndexSpace<N, T>& space) {
  out << "IS:" << space.bounds;
  return space.dense() ? out << ",dense" : out << ",sparse(" << space.sparsity << ")";
}

// The rectangles of a space, one after the other; they do not overlap. The space must be valid and stay so.
//
//   for (IndexSpaceIterator<2> it(space); it.valid; it.step()) use(it.rect);
template <int N, typename T = int>
struct REALM_PUBLIC_API IndexSpaceIterator {
  Rect<N, T> rect = Rect<N, T>::make_empty();
  IndexSpace<N, T> space;
  Rect<N, T> restriction = Rect<N, T>::make_empty();
  bool valid = false;
  SparsityMapPublicImpl<N, T>* s_impl = nullptr;
  size_t cur_entry = 0;

  // Not valid before `reset`.
  IndexSpaceIterator() = default;
  IndexSpaceIterator(const IndexSpace<N, T>& _space) { reset(_space); }
  // Only what is in `_restrict`.
  IndexSpaceIterator(const IndexSpace<N, T>& _space, const Rect<N, T>& _restrict) {
    reset(_space, _restrict);
  }
  IndexSpaceIterator(const Rect<N, T>& _bounds, const Rect<N, T>& _restrict,
                     SparsityMapPublicImpl<N, T>* _s_impl) {
    reset(_bounds, _restrict, _s_impl);
  }

  void reset(const IndexSpace<N, T>& _space);
  void reset(const IndexSpace<N, T>& _space, const Rect<N, T>& _restrict);
  // `_s_impl` may be null: a dense space.
  void reset(const Rect<N, T>& _bounds, const Rect<N, T>& _restrict, SparsityMapPublicImpl<N, T>* _s_impl);
  // Goes to the next rectangle; false when there is none.
  bool step();

 private:
  bool next_from(size_t entry);

  const std::vector<Rect<N, T>>* rects_ = nullptr;
};

class IndexSpaceGenericImpl;

// An index space of any kind.
class REALM_PUBLIC_API IndexSpaceGeneric {
 public:
  // Holds nothing.
  IndexSpaceGeneric() = default;
  IndexSpaceGeneric(const IndexSpaceGeneric& other);
  template <int N, typename T>
  IndexSpaceGeneric(const IndexSpace<N, T>& space);
  template <int N, typename T>
  IndexSpaceGeneric(const Rect<N, T>& rect);
  ~IndexSpaceGeneric();

  IndexSpaceGeneric& operator=(const IndexSpaceGeneric& other);
  template <int N, typename T>
  IndexSpaceGeneric& operator=(const IndexSpace<N, T>& space);
  template <int N, typename T>
  IndexSpaceGeneric& operator=(const Rect<N, T>& rect);

  // Ends the program when the space has another dimension or other coordinates.
  template <int N, typename T>
  const IndexSpace<N, T>& as_index_space() const;

  // The calls of IndexSpace.
  void destroy(Event wait_on = Event::NO_EVENT);
  Event copy(const std::vector<CopySrcDstField>& srcs, const std::vector<CopySrcDstField>& dsts,
             const ProfilingRequestSet& requests, Event wait_on = Event::NO_EVENT, int priority = 0) const;
  template <int N, typename T>
  Event copy(const std::vector<CopySrcDstField>& srcs, const std::vector<CopySrcDstField>& dsts,
             const std::vector<const typename CopyIndirection<N, T>::Base*>& indirects,
             const ProfilingRequestSet& requests, Event wait_on = Event::NO_EVENT, int priority = 0) const;

  // Owned; null when nothing is held.
  IndexSpaceGenericImpl* impl = nullptr;
};

// Numbers of the points of an index space: `linearize` counts through the bounds. API:
// AffineLinearizedIndexSpace.
class LinearizedIndexSpaceIntfc {
 public:
  virtual ~LinearizedIndexSpaceIntfc() = default;
  virtual LinearizedIndexSpaceIntfc* clone() const = 0;
  virtual size_t size() const = 0;
};

template <int N, typename T>
class LinearizedIndexSpace : public LinearizedIndexSpaceIntfc {
 public:
  virtual size_t linearize(const Point<N, T>& point) const = 0;

  IndexSpace<N, T> indexspace;

 protected:
  explicit LinearizedIndexSpace(const IndexSpace<N, T>& space) : indexspace(space) {}
};

// The first dimension is the fastest, or with `fortran_order` off the last.
template <int N, typename T>
class AffineLinearizedIndexSpace : public LinearizedIndexSpace<N, T> {
 public:
  explicit AffineLinearizedIndexSpace(const IndexSpace<N, T>& space, bool fortran_order = true)
      : LinearizedIndexSpace<N, T>(space), volume(space.bounds.volume()), offset(0) {
    ptrdiff_t stride = volume > 0 ? 1 : 0;
    for (int i = 0; i < N; ++i) {
      const int d = fortran_order ? i : N - 1 - i;
      strides[d] = stride;
      offset += static_cast<size_t>(space.bounds.lo[d]) * static_cast<size_t>(stride);
      stride *= static_cast<ptrdiff_t>(space.bounds.hi[d] - space.bounds.lo[d] + 1);
    }
  }
  LinearizedIndexSpaceIntfc* clone() const override { return new AffineLinearizedIndexSpace(*this); }
  size_t size() const override { return volume; }
  size_t linearize(const Point<N, T>& point) const override {
    size_t number = 0;
    for (int d = 0; d < N; ++d) number += static_cast<size_t>(point[d]) * static_cast<size_t>(strides[d]);
    return number - offset;
  }

  size_t volume, offset;
  Point<N, ptrdiff_t> strides;
};

}  // namespace Realm

namespace std {

// By bounds, then by map, for ordered containers.
template <int N, typename T>
struct less<Realm::IndexSpace<N, T>> {
  bool operator()(const Realm::IndexSpace<N, T>& a, const Realm::IndexSpace<N, T>& b) const {
    const less<Realm::Rect<N, T>> before;
    return before(a.bounds, b.bounds) || (!before(b.bounds, a.bounds) && a.sparsity < b.sparsity);
  }
};

}  // namespace std

#include "realm/indexspace.inl"
