// Brute force for sets of points: every point of a small box, one by one.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <type_traits>
#include <vector>

#include "runtime/realm/space/rect_list.h"

namespace palatine::realm::space {

template <int N_, typename T_>
struct Shape {
  static constexpr int N = N_;
  using T = T_;
};
using Shapes = testing::Types<Shape<1, int>, Shape<2, int>, Shape<3, int>, Shape<4, int>, Shape<1, unsigned>,
                              Shape<2, unsigned>, Shape<3, unsigned>, Shape<4, unsigned>, Shape<1, long long>,
                              Shape<2, long long>, Shape<3, long long>, Shape<4, long long>>;

struct PointLess {
  template <int N, typename T>
  bool operator()(const Point<N, T>& a, const Point<N, T>& b) const {
    return point_before(a, b);
  }
};
template <int N, typename T>
using PointSet = std::set<Point<N, T>, PointLess>;

template <int N, typename T>
PointSet<N, T> points_of(const std::vector<Rect<N, T>>& rects) {
  PointSet<N, T> out;
  for (const auto& r : rects)
    for (Realm::PointInRectIterator<N, T> it(r); it.valid; it.step()) out.insert(it.p);
  return out;
}

// Sorted, without overlap or empty rectangles, and with nothing left to merge with a neighbour in the list.
template <int N, typename T>
testing::AssertionResult is_normal(const RectList<N, T>& list) {
  uint64_t sum = 0;
  for (size_t i = 0; i < list.size(); i++) {
    if (list[i].empty()) return testing::AssertionFailure() << "empty " << list[i];
    if (i > 0 && !point_before(list[i - 1].lo, list[i].lo))
      return testing::AssertionFailure() << "not sorted at " << i;
    if (N == 1 && i > 0 && list[i].lo[0] - 1 == list[i - 1].hi[0])
      return testing::AssertionFailure() << "not merged at " << i;
    sum += list[i].volume();
  }
  if (sum != points_of(list).size()) return testing::AssertionFailure() << "rectangles overlap";
  return testing::AssertionSuccess();
}

template <int N, typename T>
class RandomSets {
 public:
  explicit RandomSets(unsigned seed) : random_(seed) {}

  // Boxes of some hundred points, around zero where coordinates are signed.
  static Rect<N, T> universe() {
    constexpr int kExtent[4] = {120, 14, 7, 5};
    const T lo = std::is_signed_v<T> ? static_cast<T>(-kExtent[N - 1] / 2) : T(0);
    return Rect<N, T>(Point<N, T>(lo), Point<N, T>(static_cast<T>(lo + kExtent[N - 1] - 1)));
  }
  int number(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  Point<N, T> point(const Rect<N, T>& box = universe()) {
    Point<N, T> p;
    for (int i = 0; i < N; i++)
      p[i] = static_cast<T>(box.lo[i] + number(static_cast<int>(box.hi[i] - box.lo[i] + 1)));
    return p;
  }
  // May be empty; sizes from points to almost everything.
  Rect<N, T> rect(const Rect<N, T>& box = universe()) {
    Rect<N, T> r(point(box), point(box));
    const int kind = number(6);
    for (int i = 0; i < N; i++) {
      if (r.lo[i] > r.hi[i] && kind != 0) std::swap(r.lo[i], r.hi[i]);
      if (kind >= 3 && r.hi[i] - r.lo[i] > 2) r.hi[i] = static_cast<T>(r.lo[i] + number(3));
    }
    return r;
  }
  std::vector<Rect<N, T>> rects() {
    static constexpr int kCounts[] = {0, 1, 2, 5, 20, 60};
    std::vector<Rect<N, T>> out;
    for (int n = kCounts[number(6)]; n > 0; n--) out.push_back(rect());
    return out;
  }
  RectList<N, T> list() { return normalise(rects()); }

 private:
  std::mt19937 random_;
};

}  // namespace palatine::realm::space
