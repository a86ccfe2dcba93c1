// Boxes of points with the dimension as a run-time number: what copies work on.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "realm/realm_config.h"

namespace palatine::realm::transfer {

// Inclusive bounds; only the first `dimension` entries count.
struct Box {
  int64_t lo[REALM_MAX_DIM];
  int64_t hi[REALM_MAX_DIM];

  uint64_t extent(int d) const { return static_cast<uint64_t>(hi[d]) - static_cast<uint64_t>(lo[d]) + 1; }
  uint64_t volume(int dimension) const {
    uint64_t product = 1;
    for (int d = 0; d < dimension; ++d) product *= extent(d);
    return product;
  }
  // False when they have no point in common; then `result` is not set.
  template <typename Other>
  bool intersect(const Other& other, int dimension, Box& result) const {
    for (int d = 0; d < dimension; ++d) {
      result.lo[d] = std::max(lo[d], other.lo[d]);
      result.hi[d] = std::min(hi[d], other.hi[d]);
      if (result.lo[d] > result.hi[d]) return false;
    }
    return true;
  }
};

// Appends parts of `box` of at most `max_points` points, cut along the dimensions in `slow_first`, as few and
// as large as that allows.
inline void cut_box(const Box& box, int dimension, const int* slow_first, uint64_t max_points,
                    std::vector<Box>& parts) {
  const uint64_t volume = box.volume(dimension);
  if (volume <= max_points || dimension == 0) {
    parts.push_back(box);
    return;
  }
  int k = 0;
  while (box.extent(slow_first[k]) == 1) ++k;
  const int d = slow_first[k];
  const uint64_t slab = volume / box.extent(d);
  const uint64_t rows = std::max<uint64_t>(1, max_points / slab);
  for (uint64_t row = 0; row < box.extent(d); row += rows) {
    Box part = box;
    part.lo[d] = box.lo[d] + static_cast<int64_t>(row);
    part.hi[d] = std::min(box.hi[d], part.lo[d] + static_cast<int64_t>(rows) - 1);
    cut_box(part, dimension, slow_first, max_points, parts);
  }
}

}  // namespace palatine::realm::transfer
