// Covering a set with few rectangles.
#pragma once

#include "runtime/realm/space/rect_list.h"

namespace palatine::realm::space {

// At most `max_rects` > 0 rectangles that do not overlap and contain the list's points; with fewer points
// added than with most other choices, and in one dimension with the fewest. O(n log n) for each rectangle of
// the result.
template <int N, typename T>
RectList<N, T> cover(const RectList<N, T>& list, size_t max_rects);

}  // namespace palatine::realm::space
