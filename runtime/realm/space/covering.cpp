// In one dimension the widest gaps stay open. In more, clusters are split: first the one whose box has the
// most points too many, at the plane between two rectangles that saves most; a plane that would cut
// rectangles is taken only when there is no other and that is allowed.
#include "runtime/realm/space/covering.h"

#include <algorithm>
#include <queue>

#include "runtime/realm/space/cut.h"

namespace palatine::realm::space {

namespace {

template <typename T>
RectList<1, T> cover_line(const RectList<1, T>& list, size_t max_rects) {
  // Gap number i lies behind rectangle number i.
  auto gap = [&](size_t i) {
    return static_cast<uint64_t>(list[i + 1].lo[0]) - static_cast<uint64_t>(list[i].hi[0]);
  };
  std::vector<size_t> gaps(list.size() - 1);
  for (size_t i = 0; i < gaps.size(); i++) gaps[i] = i;
  std::nth_element(gaps.begin(), gaps.begin() + static_cast<ptrdiff_t>(max_rects - 1), gaps.end(),
                   [&](size_t a, size_t b) { return gap(a) > gap(b); });
  gaps.resize(max_rects - 1);
  std::sort(gaps.begin(), gaps.end());
  RectList<1, T> out;
  size_t first = 0;
  for (size_t i : gaps) {
    out.emplace_back(list[first].lo, list[i].hi);
    first = i + 1;
  }
  out.emplace_back(list[first].lo, list.back().hi);
  return out;
}

template <int N, typename T>
struct Cluster {
  RectList<N, T> rects;
  Rect<N, T> box;
  uint64_t waste;

  explicit Cluster(RectList<N, T> rects_in)
      : rects(std::move(rects_in)), box(bounds(rects)), waste(box.volume() - volume(rects)) {}
};

template <int N, typename T>
bool less_waste(const Cluster<N, T>& a, const Cluster<N, T>& b) {
  return a.waste < b.waste;
}

// The plane between rectangles that leaves the smallest boxes; none (dim < 0) when every plane cuts one.
template <int N, typename T>
Plane<T> clean_plane(const Cluster<N, T>& cluster) {
  Plane<T> best;
  uint64_t best_volume = UINT64_MAX;
  RectList<N, T> sorted = cluster.rects;
  std::vector<uint64_t> behind(sorted.size());
  for (int dim = 0; dim < N; dim++) {
    std::sort(sorted.begin(), sorted.end(),
              [&](const Rect<N, T>& a, const Rect<N, T>& b) { return a.lo[dim] < b.lo[dim]; });
    Rect<N, T> box = Rect<N, T>::make_empty();
    for (size_t i = sorted.size(); i-- > 0;) {
      box = box.union_bbox(sorted[i]);
      behind[i] = box.volume();
    }
    box = sorted[0];
    for (size_t i = 1; i < sorted.size(); i++) {
      if (box.hi[dim] < sorted[i].lo[dim] && box.volume() + behind[i] < best_volume) {
        best_volume = box.volume() + behind[i];
        best = {dim, sorted[i].lo[dim]};
      }
      box = box.union_bbox(sorted[i]);
    }
  }
  return best;
}

}  // namespace

template <int N, typename T>
RectList<N, T> cover(const RectList<N, T>& list, size_t max_rects, bool may_cut) {
  if (list.size() <= max_rects) return list;
  if (max_rects == 1) return {bounds(list)};
  if constexpr (N == 1) {
    return cover_line(list, max_rects);
  } else {
    std::vector<Cluster<N, T>> heap;
    heap.emplace_back(list);
    RectList<N, T> out;
    while (!heap.empty() && heap.size() + out.size() < max_rects) {
      std::pop_heap(heap.begin(), heap.end(), less_waste<N, T>);
      Cluster<N, T> cluster = std::move(heap.back());
      heap.pop_back();
      if (cluster.waste == 0) {
        out.push_back(cluster.box);
        continue;
      }
      Plane<T> plane = clean_plane(cluster);
      if (plane.dim < 0) {
        if (!may_cut) {
          out.push_back(cluster.box);
          continue;
        }
        plane = best_plane(cluster.box, cluster.rects);
      }
      RectList<N, T> sides[2];
      for (const Rect<N, T>& r : cluster.rects) {
        Rect<N, T> low = r, high = r;
        if (low.hi[plane.dim] >= plane.at) low.hi[plane.dim] = static_cast<T>(plane.at - 1);
        if (high.lo[plane.dim] < plane.at) high.lo[plane.dim] = plane.at;
        if (!low.empty()) sides[0].push_back(low);
        if (!high.empty()) sides[1].push_back(high);
      }
      for (RectList<N, T>& side : sides) {
        heap.emplace_back(std::move(side));
        std::push_heap(heap.begin(), heap.end(), less_waste<N, T>);
      }
    }
    for (const Cluster<N, T>& cluster : heap) out.push_back(cluster.box);
    return may_cut ? coalesce(std::move(out)) : out;
  }
}

#define X(N, T) template RectList<N, T> cover(const RectList<N, T>&, size_t, bool);
PALATINE_FOR_EACH_SPACE(X)
#undef X

}  // namespace palatine::realm::space
