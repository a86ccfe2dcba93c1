#include "runtime/legion/domain.h"

namespace palatine::legion {

namespace space = realm::space;

template <>
const space::RectIndex<2, long long>& PointSet::index<2>() const {
  std::call_once(index_once_, [&] { index_2_ = std::make_unique<space::RectIndex<2, long long>>(rects_2_); });
  return *index_2_;
}
template <>
const space::RectIndex<3, long long>& PointSet::index<3>() const {
  std::call_once(index_once_, [&] { index_3_ = std::make_unique<space::RectIndex<3, long long>>(rects_3_); });
  return *index_3_;
}

template <>
const space::RectIndex<kMaxDim, long long>& PointSet::index<kMaxDim>() const {
  std::call_once(index_once_,
                 [&] { index_9_ = std::make_unique<space::RectIndex<kMaxDim, long long>>(rects_9_); });
  return *index_9_;
}

const std::vector<int64_t>& PointSet::corners(int dim) const {
  std::call_once(corners_once_, [&] {
    corners_.reserve(rects_9_.size() * 2 * static_cast<size_t>(dim));
    for (const SpaceRect<kMaxDim>& rect : rects_9_) {
      for (int d = 0; d < dim; ++d) corners_.push_back(rect.lo[d]);
      for (int d = 0; d < dim; ++d) corners_.push_back(rect.hi[d]);
    }
  });
  return corners_;
}

bool PointSet::contains(int dim, const int64_t* p) const {
  switch (dim) {
    case 1:
      return space::contains(rects_1_, SpacePoint<1>(p[0]));
    case 2:
      return index<2>().find(SpacePoint<2>(p)) >= 0;
    case 3:
      return index<3>().find(SpacePoint<3>(p)) >= 0;
    default: {
      SpacePoint<kMaxDim> point;
      for (int d = 0; d < kMaxDim; ++d) point[d] = d < dim ? p[d] : 0;
      return index<kMaxDim>().find(point) >= 0;
    }
  }
}

template <int N>
OwnedDomain to_domain(SpaceRects<N> rects, int dim) {
  Box box;
  box.dim = dim;
  if (rects.empty()) return OwnedDomain(box);
  if (rects.size() == 1) return OwnedDomain(to_box<N>(rects[0], dim));
  box = to_box<N>(space::bounds(rects), dim);
  return OwnedDomain(box, std::make_shared<const PointSet>(std::move(rects)));
}
template OwnedDomain to_domain<1>(SpaceRects<1>, int);
template OwnedDomain to_domain<2>(SpaceRects<2>, int);
template OwnedDomain to_domain<3>(SpaceRects<3>, int);
template OwnedDomain to_domain<kMaxDim>(SpaceRects<kMaxDim>, int);

OwnedDomain unite(const Domain& a, const Domain& b) {
  return with_dimension(a.box.dim, [&](auto n) {
    return to_domain<n()>(space::unite(rects_of<n()>(a), rects_of<n()>(b)), a.box.dim);
  });
}

OwnedDomain intersect(const Domain& a, const Domain& b) {
  if (!a.box.overlaps(b.box)) {
    Box none;
    none.dim = a.box.dim;
    return OwnedDomain(none);
  }
  if (a.is_dense() && b.is_dense()) return OwnedDomain(intersection(a.box, b.box));
  return with_dimension(a.box.dim, [&](auto n) {
    return to_domain<n()>(space::intersect(rects_of<n()>(a), rects_of<n()>(b)), a.box.dim);
  });
}

OwnedDomain subtract(const Domain& a, const Domain& b) {
  return with_dimension(a.box.dim, [&](auto n) {
    return to_domain<n()>(space::subtract(rects_of<n()>(a), rects_of<n()>(b)), a.box.dim);
  });
}

bool overlaps(const Domain& a, const Domain& b) {
  if (!a.box.overlaps(b.box)) return false;
  if (a.points == b.points) return true;
  return with_dimension(a.box.dim, [&](auto n) {
    if (!b.points) return space::overlaps(a.points->rects<n()>(), to_space_rect<n()>(b.box));
    if (!a.points) return space::overlaps(b.points->rects<n()>(), to_space_rect<n()>(a.box));
    return space::overlaps(a.points->rects<n()>(), b.points->rects<n()>());
  });
}

bool surely_contains(const Domain& a, const Domain& b) {
  if (!a.box.contains(b.box)) return false;
  return !a.points || a.points == b.points || b.is_empty();
}

bool contains(const Domain& a, const Domain& b) {
  if (!a.box.contains(b.box)) return false;
  if (surely_contains(a, b)) return true;
  return with_dimension(a.box.dim,
                        [&](auto n) { return space::is_subset(rects_of<n()>(b), a.points->rects<n()>()); });
}

OwnedDomain slice(const Domain& domain, uint64_t first, uint64_t last) {
  return with_dimension(domain.box.dim, [&](auto n) {
    return to_domain<n()>(space::slice(rects_of<n()>(domain), first, last), domain.box.dim);
  });
}

}  // namespace palatine::legion
