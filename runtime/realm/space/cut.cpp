// Both functions halve a box at a plane along an edge of some rectangle, hand each half its rectangles, cut
// at the plane, and go on until none or one is left. A plane is good when it halves the rectangles and cuts
// few of them; for rectangles that a plane can separate this takes O(n log n).
#include "runtime/realm/space/cut.h"

#include <algorithm>

#include "runtime/realm/space/rect_index.h"

namespace palatine::realm::space {

namespace {

// Below so many rectangles all edges are tried, else the middle one of each dimension.
constexpr size_t kFewRects = 12;
constexpr size_t kSamples = 255;

template <int N, typename T>
class Planes {
 public:
  Planes(const Rect<N, T>& box, const RectList<N, T>& rects) : rects_(rects) {
    std::vector<T> edges;
    for (int dim = 0; dim < N; dim++) {
      edges.clear();
      const size_t step = std::max<size_t>(1, rects.size() / kSamples);
      collect(box, dim, step, edges);
      if (edges.empty() && step > 1) collect(box, dim, 1, edges);
      if (edges.empty()) continue;
      if (rects.size() <= kFewRects) {
        for (T at : edges) consider(dim, at);
      } else {
        auto middle = edges.begin() + static_cast<ptrdiff_t>(edges.size() / 2);
        std::nth_element(edges.begin(), middle, edges.end());
        consider(dim, *middle);
      }
    }
  }
  Plane<T> best() const { return best_; }

 private:
  void collect(const Rect<N, T>& box, int dim, size_t step, std::vector<T>& edges) const {
    for (size_t i = 0; i < rects_.size(); i += step) {
      const Rect<N, T>& r = rects_[i];
      if (r.lo[dim] > box.lo[dim]) edges.push_back(r.lo[dim]);
      if (r.hi[dim] < box.hi[dim]) edges.push_back(static_cast<T>(r.hi[dim] + 1));
    }
  }
  void consider(int dim, T at) {
    size_t below = 0, above = 0, cut = 0;
    for (const Rect<N, T>& r : rects_) {
      if (r.hi[dim] < at)
        ++below;
      else if (r.lo[dim] >= at)
        ++above;
      else
        ++cut;
    }
    const size_t cost = std::max(below, above) + 2 * cut;
    if (best_.dim >= 0 && cost >= best_cost_) return;
    best_ = {dim, at};
    best_cost_ = cost;
  }

  const RectList<N, T>& rects_;
  Plane<T> best_;
  size_t best_cost_ = 0;
};

}  // namespace

template <int N, typename T>
Plane<T> best_plane(const Rect<N, T>& box, const RectList<N, T>& rects) {
  return Planes<N, T>(box, rects).best();
}

namespace {

template <int N, typename T>
void split(const RectList<N, T>& rects, Plane<T> plane, RectList<N, T>& below, RectList<N, T>& above) {
  for (const Rect<N, T>& r : rects) {
    if (r.hi[plane.dim] < plane.at) {
      below.push_back(r);
    } else if (r.lo[plane.dim] >= plane.at) {
      above.push_back(r);
    } else {
      below.push_back(r);
      below.back().hi[plane.dim] = static_cast<T>(plane.at - 1);
      above.push_back(r);
      above.back().lo[plane.dim] = plane.at;
    }
  }
}

template <int N, typename T>
bool are_few_and_disjoint(const RectList<N, T>& rects) {
  if (rects.size() > kFewRects) return false;
  for (size_t i = 1; i < rects.size(); i++)
    for (size_t j = 0; j < i; j++)
      if (rects[i].overlaps(rects[j])) return false;
  return true;
}

// The box around one hole, as slabs from the highest dimension to the lowest.
template <int N, typename T>
void peel(Rect<N, T> box, const Rect<N, T>& hole, RectList<N, T>& out) {
  for (int dim = N - 1; dim >= 0; dim--) {
    if (hole.lo[dim] > box.lo[dim]) {
      out.push_back(box);
      out.back().hi[dim] = static_cast<T>(hole.lo[dim] - 1);
    }
    if (hole.hi[dim] < box.hi[dim]) {
      out.push_back(box);
      out.back().lo[dim] = static_cast<T>(hole.hi[dim] + 1);
    }
    box.lo[dim] = hole.lo[dim];
    box.hi[dim] = hole.hi[dim];
  }
}

// `cuts` lie in the box and are not empty.
template <int N, typename T>
void cut_inside(const Rect<N, T>& box, RectList<N, T>& cuts, RectList<N, T>& out) {
  if (cuts.empty()) {
    out.push_back(box);
    return;
  }
  for (const Rect<N, T>& cut : cuts)
    if (cut == box) return;
  if (cuts.size() == 1) {
    peel(box, cuts[0], out);
    return;
  }
  const Plane<T> plane = best_plane(box, cuts);
  RectList<N, T> below, above;
  split(cuts, plane, below, above);
  RectList<N, T>().swap(cuts);
  Rect<N, T> low = box, high = box;
  low.hi[plane.dim] = static_cast<T>(plane.at - 1);
  high.lo[plane.dim] = plane.at;
  cut_inside(low, below, out);
  cut_inside(high, above, out);
}

template <int N, typename T>
void disjoint_inside(const Rect<N, T>& box, RectList<N, T>& rects, RectList<N, T>& out) {
  for (const Rect<N, T>& r : rects)
    if (r == box) {
      out.push_back(box);
      return;
    }
  if (are_few_and_disjoint(rects)) {
    out.insert(out.end(), rects.begin(), rects.end());
    return;
  }
  const Plane<T> plane = best_plane(box, rects);
  RectList<N, T> below, above;
  split(rects, plane, below, above);
  RectList<N, T>().swap(rects);
  Rect<N, T> low = box, high = box;
  low.hi[plane.dim] = static_cast<T>(plane.at - 1);
  high.lo[plane.dim] = plane.at;
  disjoint_inside(low, below, out);
  disjoint_inside(high, above, out);
}

}  // namespace

template <int N, typename T>
void cut_out(const Rect<N, T>& box, RectList<N, T>& cuts, RectList<N, T>& out) {
  if (box.empty()) return;
  size_t kept = 0;
  for (const Rect<N, T>& cut : cuts) {
    const Rect<N, T> inside = cut.intersection(box);
    if (!inside.empty()) cuts[kept++] = inside;
  }
  cuts.resize(kept);
  cut_inside(box, cuts, out);
}

template <int N, typename T>
void make_disjoint(const Rect<N, T>& box, RectList<N, T>& rects, RectList<N, T>& out) {
  // Often they do not overlap to begin with; then nothing needs to be cut.
  if (rects.size() > kFewRects) {
    const RectIndex<N, T> index(rects);
    bool is_disjoint = true;
    for (uint32_t i = 0; i < rects.size() && is_disjoint; i++)
      is_disjoint = index.query(rects[i], [i](uint32_t j) { return i == j; });
    if (is_disjoint) {
      out.insert(out.end(), rects.begin(), rects.end());
      return;
    }
  }
  disjoint_inside(box, rects, out);
}

#define X(N, T)                                                               \
  template Plane<T> best_plane(const Rect<N, T>&, const RectList<N, T>&);     \
  template void cut_out(const Rect<N, T>&, RectList<N, T>&, RectList<N, T>&); \
  template void make_disjoint(const Rect<N, T>&, RectList<N, T>&, RectList<N, T>&);
PALATINE_FOR_EACH_LIST(X)
#undef X

}  // namespace palatine::realm::space
