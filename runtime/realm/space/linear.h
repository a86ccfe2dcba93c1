// Numbers for the points of a rectangle: 0, 1, ... in memory order of a Fortran array.
#pragma once

#include <cstdint>

#include "runtime/realm/space/rect_list.h"

namespace palatine::realm::space {

template <int N, typename T>
class Linear {
 public:
  Linear() = default;
  // `box` must not be empty, and have less than 2^63 points.
  explicit Linear(const Rect<N, T>& box) : lo_(box.lo) {
    for (int i = 0; i < N; i++)
      extent_[i] = static_cast<uint64_t>(box.hi[i]) - static_cast<uint64_t>(box.lo[i]) + 1;
  }

  uint64_t size() const {
    uint64_t product = 1;
    for (int i = 0; i < N; i++) product *= extent_[i];
    return product;
  }
  uint64_t row_length() const { return extent_[0]; }

  // False when `p` is outside the box.
  bool number(const Point<N, T>& p, uint64_t& out) const {
    uint64_t result = 0;
    bool is_inside = true;
    for (int i = N - 1; i >= 0; i--) {
      const uint64_t offset = static_cast<uint64_t>(p[i]) - static_cast<uint64_t>(lo_[i]);
      is_inside &= offset < extent_[i];
      result = result * extent_[i] + offset;
    }
    out = result;
    return is_inside;
  }
  Point<N, T> point(uint64_t number) const {
    Point<N, T> p;
    for (int i = 0; i < N - 1; i++) {
      p[i] = static_cast<T>(lo_[i] + static_cast<T>(number % extent_[i]));
      number /= extent_[i];
    }
    p[N - 1] = static_cast<T>(lo_[N - 1] + static_cast<T>(number));
    return p;
  }
  // Appends points number `first` to `last`, a run of neighbours.
  void append_run(uint64_t first, uint64_t last, RectBuilder<N, T>& out) const {
    if constexpr (N == 1) {
      out.append_run(point(first), last - first + 1);
    } else {
      while (true) {
        const uint64_t row_end = first - first % extent_[0] + extent_[0] - 1;
        const uint64_t end = last < row_end ? last : row_end;
        out.append_run(point(first), end - first + 1);
        if (end == last) return;
        first = end + 1;
      }
    }
  }

 private:
  Point<N, T> lo_ = Point<N, T>(T(0));
  uint64_t extent_[N] = {};
};

}  // namespace palatine::realm::space
