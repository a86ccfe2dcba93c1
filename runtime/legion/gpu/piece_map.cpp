#include "runtime/legion/gpu/piece_map.h"

#include <algorithm>
#include <utility>

namespace palatine::legion::gpu {

void subtract(const Box& box, const Box& cut, std::vector<Box>& parts) {
  if (!box.overlaps(cut)) {
    parts.push_back(box);
    return;
  }
  Box rest = box;
  for (int d = std::max(box.dim, 3); d-- > 0;) {
    if (rest.lo[d] < cut.lo[d]) {
      Box below = rest;
      below.hi[d] = cut.lo[d] - 1;
      parts.push_back(std::move(below));
      rest.lo[d] = cut.lo[d];
    }
    if (cut.hi[d] < rest.hi[d]) {
      Box above = rest;
      above.lo[d] = cut.hi[d] + 1;
      parts.push_back(std::move(above));
      rest.hi[d] = cut.hi[d];
    }
  }
}

bool join(Box& a, const Box& b) {
  int different = -1;
  for (int d = 0; d < std::max(a.dim, 3); ++d) {
    if (a.lo[d] == b.lo[d] && a.hi[d] == b.hi[d]) continue;
    if (different >= 0) return false;
    different = d;
  }
  if (different < 0) return true;
  const int d = different;
  if (b.hi[d] < a.lo[d] && b.hi[d] + 1 == a.lo[d]) {
    a.lo[d] = b.lo[d];
  } else if (a.hi[d] < b.lo[d] && a.hi[d] + 1 == b.lo[d]) {
    a.hi[d] = b.hi[d];
  } else {
    return false;
  }
  return true;
}

Box bounds_of(const Box& a, const Box& b) {
  if (a.is_empty()) return b;
  if (b.is_empty()) return a;
  Box result = a;
  for (int d = 0; d < std::max(a.dim, 3); ++d) {
    result.lo[d] = std::min(a.lo[d], b.lo[d]);
    result.hi[d] = std::max(a.hi[d], b.hi[d]);
  }
  return result;
}

void PieceMap::add(Piece piece) {
  for (size_t k = 0; k < pieces_.size();) {
    if (pieces_[k].places == piece.places && join(piece.box, pieces_[k].box)) {
      pieces_[k] = pieces_.back();
      pieces_.pop_back();
      // The larger piece may have other neighbours.
      k = 0;
      continue;
    }
    ++k;
  }
  pieces_.push_back(std::move(piece));
}

void PieceMap::remove(PlaceSet place) {
  std::vector<Piece> changed;
  for (size_t k = 0; k < pieces_.size();) {
    if (!(pieces_[k].places & place)) {
      ++k;
      continue;
    }
    changed.push_back({pieces_[k].box, pieces_[k].places & ~place});
    pieces_[k] = pieces_.back();
    pieces_.pop_back();
  }
  for (Piece& piece : changed) add(std::move(piece));
}

}  // namespace palatine::legion::gpu
