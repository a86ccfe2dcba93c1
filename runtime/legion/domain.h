// Sets of points: a dense box, or a list of boxes inside one.
//
// A Domain is a view of two words more than its box, and free to copy; who keeps one for longer keeps an
// OwnedDomain. Domains never change and may be read by any thread.
//
// The lists and their algebra are runtime/realm/space's. Those of more than three dimensions are lists of
// kMaxDim dimensions, of which the unused ones run from 0 to 0.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "runtime/legion/box.h"
#include "runtime/realm/space/rect_index.h"
#include "runtime/realm/space/rect_list.h"

namespace palatine::legion {

template <int N>
using SpacePoint = realm::space::Point<N, long long>;
template <int N>
using SpaceRect = realm::space::Rect<N, long long>;
template <int N>
using SpaceRects = realm::space::RectList<N, long long>;

// At least two boxes of one dimension, normal (rect_list.h).
class PointSet {
 public:
  template <int N>
  explicit PointSet(SpaceRects<N> rects) : volume_(realm::space::volume(rects)) {
    rects_of<N>() = std::move(rects);
  }

  template <int N>
  const SpaceRects<N>& rects() const {
    return const_cast<PointSet*>(this)->rects_of<N>();
  }
  uint64_t volume() const { return volume_; }
  bool contains(int dim, const int64_t* p) const;
  // Of more than three dimensions: the boxes as api::Rect of their dimension, one after the other.
  const std::vector<int64_t>& corners(int dim) const;

 private:
  template <int N>
  SpaceRects<N>& rects_of() {
    if constexpr (N == 1) {
      return rects_1_;
    } else if constexpr (N == 2) {
      return rects_2_;
    } else if constexpr (N == 3) {
      return rects_3_;
    } else {
      static_assert(N == kMaxDim);
      return rects_9_;
    }
  }
  template <int N>
  const realm::space::RectIndex<N, long long>& index() const;

  // The one of its dimension; the others stay empty.
  SpaceRects<1> rects_1_;
  SpaceRects<2> rects_2_;
  SpaceRects<3> rects_3_;
  SpaceRects<kMaxDim> rects_9_;
  uint64_t volume_;
  // Made when a point is looked for in more than one dimension.
  mutable std::once_flag index_once_;
  mutable std::unique_ptr<realm::space::RectIndex<2, long long>> index_2_;
  mutable std::unique_ptr<realm::space::RectIndex<3, long long>> index_3_;
  mutable std::unique_ptr<realm::space::RectIndex<kMaxDim, long long>> index_9_;
  mutable std::once_flag corners_once_;
  mutable std::vector<int64_t> corners_;
};

struct Domain {
  // The smallest box around all points.
  Box box;
  // Null: all points of the box.
  const PointSet* points = nullptr;

  bool is_dense() const { return points == nullptr; }
  bool is_empty() const { return box.is_empty(); }
  uint64_t volume() const { return points ? points->volume() : box.volume(); }
  bool contains_point(const int64_t* p) const {
    return box.contains_point(p) && (!points || points->contains(box.dim, p));
  }
};

struct OwnedDomain : Domain {
  OwnedDomain() = default;
  explicit OwnedDomain(const Box& dense) : Domain{dense, nullptr} {}
  OwnedDomain(const Box& bounds, std::shared_ptr<const PointSet> set)
      : Domain{bounds, set.get()}, owner(std::move(set)) {}
  std::shared_ptr<const PointSet> owner;
};

// Calls visit(std::integral_constant<int, N>) with the number of dimensions of a domain's lists: 1 to 3, or
// kMaxDim.
template <typename Visit>
decltype(auto) with_dimension(int dim, Visit&& visit) {
  switch (dim) {
    case 1:
      return visit(std::integral_constant<int, 1>());
    case 2:
      return visit(std::integral_constant<int, 2>());
    case 3:
      return visit(std::integral_constant<int, 3>());
    default:
      return visit(std::integral_constant<int, kMaxDim>());
  }
}

template <int N>
SpaceRect<N> to_space_rect(const Box& box) {
  SpaceRect<N> rect;
  for (int d = 0; d < N; ++d) {
    rect.lo[d] = box.lo[d];
    rect.hi[d] = box.hi[d];
  }
  return rect;
}
template <int N>
Box to_box(const SpaceRect<N>& rect, int dim) {
  Box box;
  box.dim = N > 3 ? dim : N;
  for (int d = 0; d < box.dim; ++d) {
    box.lo[d] = rect.lo[d];
    box.hi[d] = rect.hi[d];
  }
  return box;
}

// The boxes of a domain; nothing when it is empty.
template <int N>
SpaceRects<N> rects_of(const Domain& domain) {
  if (domain.points) return domain.points->rects<N>();
  if (domain.is_empty()) return {};
  return {to_space_rect<N>(domain.box)};
}
// From a normal list; `dim` is the number of dimensions that are in use.
template <int N>
OwnedDomain to_domain(SpaceRects<N> rects, int dim = N);

// Calls visit(box) for the boxes of a domain, in order.
template <typename Visit>
void for_each_box(const Domain& domain, Visit visit) {
  if (!domain.points) {
    if (!domain.is_empty()) visit(domain.box);
    return;
  }
  with_dimension(domain.box.dim, [&](auto n) {
    for (const auto& rect : domain.points->rects<n()>()) visit(to_box<n()>(rect, domain.box.dim));
  });
}

// Domains of one dimension.
OwnedDomain unite(const Domain& a, const Domain& b);
OwnedDomain intersect(const Domain& a, const Domain& b);
OwnedDomain subtract(const Domain& a, const Domain& b);
// Whether they have a point in common.
bool overlaps(const Domain& a, const Domain& b);
// Whether all points of `b` are known to be in `a`; false also when that would take long to find out.
bool surely_contains(const Domain& a, const Domain& b);
// Whether all points of `b` are in `a`.
bool contains(const Domain& a, const Domain& b);
// Points number `first` to `last` - 1, in the order of iteration.
OwnedDomain slice(const Domain& domain, uint64_t first, uint64_t last);

}  // namespace palatine::legion
