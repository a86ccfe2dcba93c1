// Dense boxes of one to nine dimensions, both corners inclusive.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "runtime/api/palatine_api.h"

namespace palatine::legion {

using api::kMaxDim;

// The coordinates of a point, 0 where nothing was assigned. The first three lie inside; the others, which few
// programs have, on the heap: so that boxes of few dimensions stay small and their loops short.
class Coordinates {
 public:
  Coordinates(int64_t x = 0, int64_t y = 0, int64_t z = 0) : head_{x, y, z} {}
  Coordinates(const Coordinates& other) : head_{other.head_[0], other.head_[1], other.head_[2]} {
    if (other.tail_) [[unlikely]]
      copy_tail(other);
  }
  Coordinates(Coordinates&&) noexcept = default;
  Coordinates& operator=(const Coordinates& other) {
    for (int d = 0; d < kInside; ++d) head_[d] = other.head_[d];
    if (tail_ || other.tail_) [[unlikely]]
      copy_tail(other);
    return *this;
  }
  Coordinates& operator=(Coordinates&&) noexcept = default;
  ~Coordinates() = default;

  int64_t operator[](int d) const {
    if (d < kInside) return head_[d];
    return tail_ ? tail_[d - kInside] : 0;
  }
  int64_t& operator[](int d) {
    if (d < kInside) return head_[d];
    if (!tail_) tail_ = std::make_unique<int64_t[]>(kMaxDim - kInside);
    return tail_[d - kInside];
  }
  bool has_tail() const { return tail_ != nullptr; }

  // The last dimension first: the order of boxes' points.
  friend bool operator<(const Coordinates& a, const Coordinates& b) {
    if (a.tail_ || b.tail_) [[unlikely]] {
      for (int d = kMaxDim; d-- > kInside;) {
        if (a[d] != b[d]) return a[d] < b[d];
      }
    }
    if (a.head_[2] != b.head_[2]) return a.head_[2] < b.head_[2];
    if (a.head_[1] != b.head_[1]) return a.head_[1] < b.head_[1];
    return a.head_[0] < b.head_[0];
  }

 private:
  static constexpr int kInside = 3;

  void copy_tail(const Coordinates& other) {
    if (!other.tail_) {
      tail_.reset();
      return;
    }
    if (!tail_) tail_ = std::make_unique<int64_t[]>(kMaxDim - kInside);
    std::copy_n(other.tail_.get(), kMaxDim - kInside, tail_.get());
  }

  int64_t head_[kInside];
  std::unique_ptr<int64_t[]> tail_;
};

// Unused dimensions run from 0 to 0, so that boxes of all dimensions share their arithmetic. Arrays of
// coordinates have kMaxDim places, of which those up to the box's dimension, and at least three, are used.
struct Box {
  int dim = 1;
  Coordinates lo = {};
  Coordinates hi = {-1};

  uint64_t extent(int d) const {
    return hi[d] < lo[d] ? 0 : static_cast<uint64_t>(hi[d]) - static_cast<uint64_t>(lo[d]) + 1;
  }
  bool is_empty() const {
    if (hi[0] < lo[0] || hi[1] < lo[1] || hi[2] < lo[2]) return true;
    for (int d = 3; d < dim; ++d) {
      if (hi[d] < lo[d]) return true;
    }
    return false;
  }
  // Saturates at the largest value.
  uint64_t volume() const {
    unsigned __int128 n = static_cast<unsigned __int128>(extent(0)) * extent(1);
    if (n > UINT64_MAX) n = UINT64_MAX;
    n *= extent(2);
    for (int d = 3; d < dim; ++d) {
      if (n > UINT64_MAX) n = UINT64_MAX;
      n *= extent(d);
    }
    return n > UINT64_MAX ? UINT64_MAX : static_cast<uint64_t>(n);
  }
  bool overlaps(const Box& other) const {
    if (is_empty() || other.is_empty() || lo[0] > other.hi[0] || other.lo[0] > hi[0] || lo[1] > other.hi[1] ||
        other.lo[1] > hi[1] || lo[2] > other.hi[2] || other.lo[2] > hi[2])
      return false;
    for (int d = 3; d < dim; ++d) {
      if (lo[d] > other.hi[d] || other.lo[d] > hi[d]) return false;
    }
    return true;
  }
  // Every box contains the empty ones.
  bool contains(const Box& other) const {
    if (other.is_empty()) return true;
    if (lo[0] > other.lo[0] || other.hi[0] > hi[0] || lo[1] > other.lo[1] || other.hi[1] > hi[1] ||
        lo[2] > other.lo[2] || other.hi[2] > hi[2])
      return false;
    for (int d = 3; d < dim; ++d) {
      if (lo[d] > other.lo[d] || other.hi[d] > hi[d]) return false;
    }
    return true;
  }
  bool contains_point(const int64_t* p) const {
    for (int d = 0; d < 3; ++d) {
      if (p[d] < lo[d] || p[d] > hi[d]) return false;
    }
    for (int d = 3; d < dim; ++d) {
      if (p[d] < lo[d] || p[d] > hi[d]) return false;
    }
    return true;
  }
  // Position of a point inside, the first dimension fastest.
  uint64_t linear_index(const int64_t* p) const {
    uint64_t outer = 0;
    for (int d = dim; d-- > 3;) outer = outer * extent(d) + static_cast<uint64_t>(p[d] - lo[d]);
    return ((outer * extent(2) + static_cast<uint64_t>(p[2] - lo[2])) * extent(1) +
            static_cast<uint64_t>(p[1] - lo[1])) *
               extent(0) +
           static_cast<uint64_t>(p[0] - lo[0]);
  }
  void point_at(uint64_t index, int64_t* p) const {
    p[0] = lo[0] + static_cast<int64_t>(index % extent(0));
    index /= extent(0);
    p[1] = lo[1] + static_cast<int64_t>(index % extent(1));
    index /= extent(1);
    if (dim <= 3) {
      p[2] = lo[2] + static_cast<int64_t>(index);
      return;
    }
    for (int d = 2; d < dim; ++d) {
      p[d] = lo[d] + static_cast<int64_t>(index % extent(d));
      index /= extent(d);
    }
  }
};

inline Box intersection(const Box& a, const Box& b) {
  Box result = a;
  for (int d = 0; d < 3; ++d) {
    result.lo[d] = std::max(a.lo[d], b.lo[d]);
    result.hi[d] = std::min(a.hi[d], b.hi[d]);
  }
  for (int d = 3; d < a.dim; ++d) {
    result.lo[d] = std::max(a.lo[d], b.lo[d]);
    result.hi[d] = std::min(a.hi[d], b.hi[d]);
  }
  return result;
}

// Calls visit(p) for the first point of each row of a box, a row being the points that differ in the first
// dimension only.
template <typename Visit>
void for_each_row(const Box& box, Visit visit) {
  if (box.is_empty()) return;
  int64_t p[kMaxDim];
  for (int d = 0; d < std::max(box.dim, 3); ++d) p[d] = box.lo[d];
  while (true) {
    visit(static_cast<const int64_t*>(p));
    int d = 1;
    for (; d < box.dim; ++d) {
      if (++p[d] <= box.hi[d]) break;
      p[d] = box.lo[d];
    }
    if (d >= box.dim) return;
  }
}

// Calls visit(p) for each point.
template <typename Visit>
void for_each_point(const Box& box, Visit visit) {
  for_each_row(box, [&](const int64_t* first) {
    int64_t p[kMaxDim];
    for (int d = 0; d < std::max(box.dim, 3); ++d) p[d] = first[d];
    for (; p[0] <= box.hi[0]; ++p[0]) visit(static_cast<const int64_t*>(p));
  });
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
