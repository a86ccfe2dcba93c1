// Cutting rectangles of more than one dimension by planes until the pieces are simple.
#pragma once

#include "runtime/realm/space/rect_list.h"

namespace palatine::realm::space {

// Points below `at` in dimension `dim` are on the one side, the others on the other.
template <typename T>
struct Plane {
  int dim = -1;
  T at = 0;
};

// A plane inside `box` along an edge of one of the rectangles, which lie in it. There is one as long as some
// rectangle does not fill the box.
template <int N, typename T>
Plane<T> best_plane(const Rect<N, T>& box, const RectList<N, T>& rects);

// Appends rectangles that do not overlap and have the points of `rects`; not normal. `rects` may overlap, all
// lie in `box`, and are used up.
template <int N, typename T>
void make_disjoint(const Rect<N, T>& box, RectList<N, T>& rects, RectList<N, T>& out);

}  // namespace palatine::realm::space
