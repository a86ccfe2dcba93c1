// Sets of points as lists of rectangles, and the algebra over them.
//
// A *normal* list is sorted by the rectangles' lower corners (the highest dimension first, so in memory order
// of a Fortran array), its rectangles are not empty, do not overlap, and neighbours that make up one
// rectangle are merged. In one dimension a set has exactly one normal list; in more dimensions several, so
// compare sets with `same_points`, not lists.
//
// All functions are pure: they keep no state, may run at once on any threads, and only fail when memory runs
// out. Lists passed in are normal unless a function says otherwise; results are normal. With n rectangles
// going in and k coming out, everything takes O((n + k) log n); unions of overlapping rectangles of more than
// one dimension may have many more rectangles than went in, because their shape has.
//
// Provided for 1 to 4 dimensions and coordinates int, unsigned and long long, and for 9 and long long.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/realm/include/realm/point.h"

namespace palatine::realm::space {

using Realm::Point;
using Realm::Rect;

template <int N, typename T>
using RectList = std::vector<Rect<N, T>>;

// The order of normal lists.
template <int N, typename T>
inline bool point_before(const Point<N, T>& a, const Point<N, T>& b) {
  for (int i = N - 1; i > 0; i--)
    if (a[i] != b[i]) return a[i] < b[i];
  return a[0] < b[0];
}

// From any rectangles: empty, overlapping, in any order.
template <int N, typename T>
RectList<N, T> normalise(RectList<N, T> rects);

// From rectangles that are not empty and do not overlap, in any order.
template <int N, typename T>
RectList<N, T> coalesce(RectList<N, T> rects);

// From points in any order; a point may be there several times.
template <int N, typename T>
RectList<N, T> from_points(std::vector<Point<N, T>> points);

template <int N, typename T>
RectList<N, T> unite(const RectList<N, T>& a, const RectList<N, T>& b);
template <int N, typename T>
RectList<N, T> unite_all(const std::vector<const RectList<N, T>*>& lists);

template <int N, typename T>
RectList<N, T> intersect(const RectList<N, T>& a, const RectList<N, T>& b);
template <int N, typename T>
RectList<N, T> intersect(const RectList<N, T>& a, const Rect<N, T>& b);

template <int N, typename T>
RectList<N, T> subtract(const RectList<N, T>& a, const RectList<N, T>& b);

// The number of points.
template <int N, typename T>
uint64_t volume(const RectList<N, T>& a);

// The smallest rectangle around all, or an empty one.
template <int N, typename T>
Rect<N, T> bounds(const RectList<N, T>& a);

// One point or rectangle: O(log n) in one dimension, O(n) in more; use a RectIndex for many.
template <int N, typename T>
bool contains(const RectList<N, T>& a, const Point<N, T>& p);
template <int N, typename T>
bool contains_all(const RectList<N, T>& a, const Rect<N, T>& r);
template <int N, typename T>
bool overlaps(const RectList<N, T>& a, const Rect<N, T>& r);

template <int N, typename T>
bool overlaps(const RectList<N, T>& a, const RectList<N, T>& b);
// True when every point of `a` is in `b`.
template <int N, typename T>
bool is_subset(const RectList<N, T>& a, const RectList<N, T>& b);
template <int N, typename T>
bool same_points(const RectList<N, T>& a, const RectList<N, T>& b);

// Points number `first` to `last` - 1 of the list, counted in its order and inside each rectangle in memory
// order: what equal and weighted pieces of a sparse set are made of.
template <int N, typename T>
RectList<N, T> slice(const RectList<N, T>& a, uint64_t first, uint64_t last);

// Appends `box` without the points of `cuts`, as rectangles that do not overlap; not normal. `cuts` may
// overlap and reach over the box; its contents are used up.
template <int N, typename T>
void cut_out(const Rect<N, T>& box, RectList<N, T>& cuts, RectList<N, T>& out);

// Collects rectangles that do not overlap, and merges those that continue the last one at once: rows of one
// width become one rectangle.
template <int N, typename T>
class RectBuilder {
 public:
  void append(const Rect<N, T>& r) {
    if (!rects_.empty() && extend(rects_.back(), r)) return;
    rects_.push_back(r);
  }
  // `count` > 0 points along dimension 0.
  void append_run(const Point<N, T>& first, uint64_t count) {
    Rect<N, T> run(first, first);
    run.hi[0] = static_cast<T>(run.hi[0] + static_cast<T>(count - 1));
    append(run);
  }
  bool empty() const { return rects_.empty(); }
  // The normal list; the builder is empty afterwards.
  RectList<N, T> take();

 private:
  static bool extend(Rect<N, T>& last, const Rect<N, T>& r) {
    // All dimensions but one agree, and there `r` begins where `last` ends.
    int differing = -1;
    for (int i = 0; i < N; i++) {
      if (last.lo[i] == r.lo[i] && last.hi[i] == r.hi[i]) continue;
      if (differing >= 0) return false;
      differing = i;
    }
    if (differing < 0 || r.lo[differing] <= last.hi[differing] || r.lo[differing] - 1 != last.hi[differing])
      return false;
    last.hi[differing] = r.hi[differing];
    return true;
  }

  RectList<N, T> rects_;
};

// X(N, T) for every combination that the library provides.
#define PALATINE_FOR_EACH_SPACE(X) \
  X(1, int)                        \
  X(2, int)                        \
  X(3, int)                        \
  X(4, int)                        \
  X(1, unsigned)                   \
  X(2, unsigned)                   \
  X(3, unsigned)                   \
  X(4, unsigned)                   \
  X(1, long long)                  \
  X(2, long long)                  \
  X(3, long long)                  \
  X(4, long long)
// The same, and what the regions above need of spaces with more dimensions.
#define PALATINE_FOR_EACH_LIST(X) \
  PALATINE_FOR_EACH_SPACE(X)      \
  X(9, long long)

}  // namespace palatine::realm::space
