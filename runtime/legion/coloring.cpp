#include "runtime/legion/coloring.h"

namespace palatine::legion {

void Coloring::add(const Color& color, const Box& box) {
  std::vector<Box>& boxes = pieces_[color];
  if (box.is_empty()) return;
  // Points are often given one after the other.
  if (box.dim == 1 && !boxes.empty() && boxes.back().dim == 1 && boxes.back().hi[0] + 1 == box.lo[0]) {
    boxes.back().hi[0] = box.hi[0];
    return;
  }
  boxes.push_back(box);
}

void Coloring::set(const Color& color, const Box& box) {
  pieces_[color].clear();
  add(color, box);
}

void Coloring::remove_point(const Color& color, int64_t point) {
  auto found = pieces_.find(color);
  if (found == pieces_.end()) return;
  std::vector<Box> kept;
  for (const Box& box : found->second) {
    if (point < box.lo[0] || point > box.hi[0]) {
      kept.push_back(box);
      continue;
    }
    Box below = box, above = box;
    below.hi[0] = point - 1;
    above.lo[0] = point + 1;
    if (!below.is_empty()) kept.push_back(below);
    if (!above.is_empty()) kept.push_back(above);
  }
  found->second = std::move(kept);
}

bool Coloring::has_point(const Color& color, int64_t point) const {
  auto found = pieces_.find(color);
  if (found == pieces_.end()) return false;
  for (const Box& box : found->second) {
    if (point >= box.lo[0] && point <= box.hi[0]) return true;
  }
  return false;
}

Box Coloring::colors(int dim) const {
  Box box;
  box.dim = dim;
  if (pieces_.empty()) return box;
  for (int d = 0; d < dim; ++d) {
    box.lo[d] = INT64_MAX;
    box.hi[d] = INT64_MIN;
    for (const auto& [color, boxes] : pieces_) {
      const int64_t c = color[d];
      box.lo[d] = std::min(box.lo[d], c);
      box.hi[d] = std::max(box.hi[d], c);
    }
  }
  return box;
}

OwnedDomain Coloring::domain_of(const Color& color, const Domain& whole) const {
  Box none;
  none.dim = whole.box.dim;
  auto found = pieces_.find(color);
  if (found == pieces_.end()) return OwnedDomain(none);
  return with_dimension(whole.box.dim, [&](auto n) {
    SpaceRects<n()> rects;
    for (const Box& box : found->second) {
      Box part = intersection(box, whole.box);
      if (!part.is_empty()) rects.push_back(to_space_rect<n()>(part));
    }
    OwnedDomain domain = to_domain<n()>(realm::space::normalise(std::move(rects)), whole.box.dim);
    return whole.is_dense() ? domain : intersect(domain, whole);
  });
}

}  // namespace palatine::legion
