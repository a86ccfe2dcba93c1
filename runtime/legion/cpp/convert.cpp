#include "runtime/legion/cpp/convert.h"

#include <sstream>

#include "runtime/realm/fatal.h"

namespace Legion::Internal {

core::Box to_box(const Domain& domain) {
  if (domain.dim < 1 || domain.dim > LEGION_MAX_DIM)
    palatine::realm::fatal_error("error: a domain of %d dimensions is used; 1 to %d are supported",
                                 domain.dim, LEGION_MAX_DIM);
  core::Box box;
  box.dim = domain.dim;
  for (int d = 0; d < domain.dim; d++) {
    box.lo[d] = domain.rect_data[d];
    box.hi[d] = domain.rect_data[domain.dim + d];
  }
  return box;
}

Domain to_domain(const core::Box& box) {
  if (box.dim > LEGION_MAX_DIM)
    palatine::realm::fatal_error(
        "error: an index space of %d dimensions is seen through the C++ interface; 1 to %d are supported",
        box.dim, LEGION_MAX_DIM);
  Domain domain;
  domain.dim = box.dim;
  for (int d = 0; d < box.dim; d++) {
    domain.rect_data[d] = box.lo[d];
    domain.rect_data[box.dim + d] = box.hi[d];
  }
  return domain;
}

namespace {

template <int N, typename T>
core::OwnedDomain from_space(const Domain& domain) {
  DomainT<N, T> space = domain;
  const Realm::Event valid = space.make_valid();
  if (valid.exists()) valid.wait();
  // Lists of the core have these numbers of dimensions.
  constexpr int kDims = N > 3 ? core::kMaxDim : N;
  core::SpaceRects<kDims> rects;
  for (Realm::IndexSpaceIterator<N, T> it(space); it.valid; it.step()) {
    core::SpaceRect<kDims> rect;
    for (int d = N; d < kDims; d++) rect.lo[d] = rect.hi[d] = 0;
    for (int d = 0; d < N; d++) {
      rect.lo[d] = it.rect.lo[d];
      rect.hi[d] = it.rect.hi[d];
    }
    rects.push_back(rect);
  }
  return core::to_domain<kDims>(palatine::realm::space::normalise(std::move(rects)), N);
}

}  // namespace

core::OwnedDomain to_core(const Domain& domain) {
  const core::Box box = to_box(domain);
  if (domain.dense()) return core::OwnedDomain(box);
  return with_legion_dimension(domain.dim, [&](auto n) {
    const Coordinates kind = coordinates_of(domain.is_type);
    if (kind == Coordinates::of_int) return from_space<n(), int>(domain);
    if (kind == Coordinates::of_unsigned) return from_space<n(), unsigned>(domain);
    return from_space<n(), coord_t>(domain);
  });
}

Domain to_domain(const core::Domain& domain) {
  if (domain.is_dense()) return to_domain(domain.box);
  return with_legion_dimension(domain.box.dim, [&](auto n) {
    std::vector<Rect<n()>> rects;
    core::for_each_box(domain, [&](const core::Box& box) {
      Rect<n()> rect;
      for (int d = 0; d < n(); d++) {
        rect.lo[d] = box.lo[d];
        rect.hi[d] = box.hi[d];
      }
      rects.push_back(rect);
    });
    return Domain(DomainT<n()>(rects, true));
  });
}

DomainPoint to_point(int dim, const int64_t* c) {
  DomainPoint point;
  point.dim = dim;
  for (int d = 0; d < dim; d++) point[d] = c[d];
  return point;
}

uint64_t point_number(const core::Domain& domain, const DomainPoint& point) {
  int64_t c[core::kMaxDim];
  coordinates_of(point, c);
  if (point.dim != domain.box.dim || !domain.contains_point(c)) return UINT64_MAX;
  if (domain.is_dense()) return domain.box.linear_index(c);
  uint64_t before = 0, found = UINT64_MAX;
  core::for_each_box(domain, [&](const core::Box& box) {
    if (found != UINT64_MAX) return;
    if (box.contains_point(c)) {
      found = before + box.linear_index(c);
    } else {
      before += box.volume();
    }
  });
  return found;
}

std::string text_of(const DomainPoint& point) {
  std::ostringstream out;
  out << point;
  return out.str();
}

std::string text_of(const Domain& domain) {
  std::ostringstream out;
  out << domain;
  return out.str();
}

}  // namespace Legion::Internal
