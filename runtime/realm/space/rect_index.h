// Finding rectangles by place.
//
// A RectIndex is a tree of bounding boxes over any rectangles (overlapping or not): built once by halving at
// the median of the widest dimension, O(n log n); a query takes O(log n + k) for rectangles of moderate
// overlap. It keeps a copy of the rectangles, never changes, and may be read by any threads at once.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "runtime/realm/space/rect_list.h"

namespace palatine::realm::space {

template <int N, typename T>
class RectIndex {
 public:
  RectIndex() = default;
  // Empty rectangles are never found.
  explicit RectIndex(const RectList<N, T>& rects);

  bool empty() const { return rects_.empty(); }

  // Calls `found(index)` for every rectangle that overlaps `r`, until it returns false. Returns false when it
  // did. `index` counts in the list that the index was made from.
  template <typename Found>
  bool query(const Rect<N, T>& r, Found&& found) const {
    if (nodes_.empty()) return true;
    uint32_t stack[64];
    int depth = 0;
    stack[depth++] = 0;
    while (depth > 0) {
      const Node& node = nodes_[stack[--depth]];
      if (!touches(node.box, r)) continue;
      if (node.count > 0) {
        for (uint32_t i = node.first; i < node.first + node.count; i++)
          if (touches(rects_[i], r) && !found(ids_[i])) return false;
      } else {
        stack[depth++] = node.first + 1;
        stack[depth++] = node.first;
      }
    }
    return true;
  }

  // The index of a rectangle that contains `p`, or -1.
  int64_t find(const Point<N, T>& p) const {
    int64_t result = -1;
    query(Rect<N, T>(p, p), [&](uint32_t index) {
      result = index;
      return false;
    });
    return result;
  }

 private:
  // A leaf has `count` rectangles from `first` on; an inner node its children at `first` and `first` + 1.
  struct Node {
    Rect<N, T> box;
    uint32_t first;
    uint32_t count;
  };

  static bool touches(const Rect<N, T>& a, const Rect<N, T>& b) {
    for (int i = 0; i < N; i++)
      if (a.lo[i] > b.hi[i] || b.lo[i] > a.hi[i]) return false;
    return true;
  }
  void build(uint32_t node, uint32_t first, uint32_t last);

  std::vector<Node> nodes_;
  RectList<N, T> rects_;
  std::vector<uint32_t> ids_;
};

// The pairs (i, j) where a[i] overlaps b[j], ordered by i. Neither list needs to be normal.
template <int N, typename T>
std::vector<std::pair<uint32_t, uint32_t>> overlapping_rects(const RectList<N, T>& a,
                                                             const RectList<N, T>& b);

// The pairs (i, j) where the sets *a[i] and *b[j] have a point in common, sorted. No test of all pairs.
template <int N, typename T>
std::vector<std::pair<uint32_t, uint32_t>> overlapping_sets(const std::vector<const RectList<N, T>*>& a,
                                                            const std::vector<const RectList<N, T>*>& b);

// True when no two of the sets have a point in common.
template <int N, typename T>
bool are_disjoint(const std::vector<const RectList<N, T>*>& sets);

}  // namespace palatine::realm::space
