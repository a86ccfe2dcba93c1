// Covering a set with few rectangles.
#pragma once

#include "runtime/realm/space/rect_list.h"

namespace palatine::realm::space {

// At most `max_rects` > 0 rectangles that do not overlap and contain the list's points; with fewer points
// added than with most other choices, and in one dimension with the fewest. Unless `may_cut`, each rectangle
// of the list stays in one of the result, which then may have fewer rectangles and more points than could be.
// O(n log n) for each rectangle of the result.
template <int N, typename T>
RectList<N, T> cover(const RectList<N, T>& list, size_t max_rects, bool may_cut);

}  // namespace palatine::realm::space
