// Dense boxes of one to three dimensions, both corners inclusive.
#pragma once

#include <algorithm>
#include <cstdint>

#include "runtime/api/palatine_api.h"

namespace palatine::legion {

// Unused dimensions run from 0 to 0, so that boxes of all dimensions share their arithmetic.
struct Box {
  int dim = 1;
  int64_t lo[3] = {0, 0, 0};
  int64_t hi[3] = {-1, 0, 0};

  uint64_t extent(int d) const {
    return hi[d] < lo[d] ? 0 : static_cast<uint64_t>(hi[d]) - static_cast<uint64_t>(lo[d]) + 1;
  }
  bool is_empty() const { return hi[0] < lo[0] || hi[1] < lo[1] || hi[2] < lo[2]; }
  // Saturates at the largest value.
  uint64_t volume() const {
    unsigned __int128 n = static_cast<unsigned __int128>(extent(0)) * extent(1);
    if (n > UINT64_MAX) return UINT64_MAX;
    n *= extent(2);
    return n > UINT64_MAX ? UINT64_MAX : static_cast<uint64_t>(n);
  }
  bool overlaps(const Box& other) const {
    return !is_empty() && !other.is_empty() && lo[0] <= other.hi[0] && other.lo[0] <= hi[0] &&
           lo[1] <= other.hi[1] && other.lo[1] <= hi[1] && lo[2] <= other.hi[2] && other.lo[2] <= hi[2];
  }
  // Every box contains the empty ones.
  bool contains(const Box& other) const {
    return other.is_empty() || (lo[0] <= other.lo[0] && other.hi[0] <= hi[0] && lo[1] <= other.lo[1] &&
                                other.hi[1] <= hi[1] && lo[2] <= other.lo[2] && other.hi[2] <= hi[2]);
  }
  bool contains_point(const int64_t* p) const {
    for (int d = 0; d < 3; ++d) {
      if (p[d] < lo[d] || p[d] > hi[d]) return false;
    }
    return true;
  }
  // Position of a point inside, the first dimension fastest.
  uint64_t linear_index(const int64_t* p) const {
    return (static_cast<uint64_t>(p[2] - lo[2]) * extent(1) + static_cast<uint64_t>(p[1] - lo[1])) *
               extent(0) +
           static_cast<uint64_t>(p[0] - lo[0]);
  }
  void point_at(uint64_t index, int64_t* p) const {
    p[0] = lo[0] + static_cast<int64_t>(index % extent(0));
    index /= extent(0);
    p[1] = lo[1] + static_cast<int64_t>(index % extent(1));
    p[2] = lo[2] + static_cast<int64_t>(index / extent(1));
  }
};

inline Box intersection(const Box& a, const Box& b) {
  Box result = a;
  for (int d = 0; d < 3; ++d) {
    result.lo[d] = std::max(a.lo[d], b.lo[d]);
    result.hi[d] = std::min(a.hi[d], b.hi[d]);
  }
  return result;
}

template <int N>
void to_coordinates(const api::PointOf<N>& point, int64_t* c) {
  c[0] = c[1] = c[2] = 0;
  for (int d = 0; d < N; ++d) c[d] = api::component(point, d);
}

template <int N>
Box to_box(const api::Rect<N>& rect) {
  Box box;
  box.dim = N;
  for (int d = 0; d < N; ++d) {
    box.lo[d] = api::component(rect.lo, d);
    box.hi[d] = api::component(rect.hi, d);
  }
  return box;
}

template <int N>
api::Rect<N> to_rect(const Box& box) {
  api::Rect<N> rect;
  for (int d = 0; d < N; ++d) {
    api::component(rect.lo, d) = box.lo[d];
    api::component(rect.hi, d) = box.hi[d];
  }
  return rect;
}

}  // namespace palatine::legion
