// Images: the set of all points that a field of points, or of rectangles, leads to.
//
// An ImageBuilder is made once for the space that the pointers lead into, and used for one source after the
// other: add its rows, take its image. Pointers to points outside the bounds are left out. With bounds that
// are not huge against the number of pointers the points are marked in a bit set, else they are sorted; so an
// image costs O(n) or O(n log n) and the size of its result, however many sources there are. A builder
// belongs to one thread at a time.
#pragma once

#include <cstring>
#include <vector>

#include "runtime/realm/space/bits.h"
#include "runtime/realm/space/field_rows.h"
#include "runtime/realm/space/linear.h"
#include "runtime/realm/space/rect_list.h"

namespace palatine::realm::space {

template <int N, typename T>
class ImageBuilder {
 public:
  // `pointers`: how many will be added before all is done, roughly. For points, not for rectangles, it
  // decides between marking and sorting.
  ImageBuilder(const Rect<N, T>& bounds, uint64_t pointers);

  // `count` values of type Point<N, T>, `stride` bytes apart.
  void add_points(const std::byte* values, ptrdiff_t stride, uint64_t count);
  void add_point(const Point<N, T>& p) {
    uint64_t number;
    if (is_marking_) {
      if (line_.number(p, number)) bits_.mark(number);
      ++marks_;
    } else if (bounds_.contains(p)) {
      points_.push_back(p);
    }
  }
  // `count` values of type Rect<N, T>.
  void add_rects(const std::byte* values, ptrdiff_t stride, uint64_t count);
  void add_rect(const Rect<N, T>& r) {
    const Rect<N, T> part = r.intersection(bounds_);
    if (part.empty()) return;
    // Runs of ranges that continue or repeat each other are common: rows of a sparse matrix.
    if (!rects_.empty() && rects_.back().contains(part)) return;
    rects_.push_back(part);
  }

  // The set of all that was added since the last call, within the bounds.
  RectList<N, T> take();

 private:
  Rect<N, T> bounds_;
  bool is_marking_ = false;
  Linear<N, T> line_;
  Bits bits_;
  // How many points were marked, or outside, since the last `take`.
  uint64_t marks_ = 0;
  std::vector<Point<N, T>> points_;
  RectList<N, T> rects_;
};

}  // namespace palatine::realm::space
