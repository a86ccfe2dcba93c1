#include "runtime/realm/space/rect_index.h"

#include <algorithm>
#include <type_traits>

namespace palatine::realm::space {

namespace {

constexpr uint32_t kLeafRects = 8;

// Twice the distance of the middle from zero: only compared, so that wrapping at the ends of the range of
// coordinates costs speed, not correctness.
template <int N, typename T>
std::make_unsigned_t<T> middle(const Rect<N, T>& r, int dim, T origin) {
  using U = std::make_unsigned_t<T>;
  return static_cast<U>((static_cast<U>(r.lo[dim]) - static_cast<U>(origin)) / 2 +
                        (static_cast<U>(r.hi[dim]) - static_cast<U>(origin)) / 2);
}

}  // namespace

template <int N, typename T>
RectIndex<N, T>::RectIndex(const RectList<N, T>& rects) {
  ids_.reserve(rects.size());
  for (uint32_t i = 0; i < rects.size(); i++)
    if (!rects[i].empty()) ids_.push_back(i);
  if (ids_.empty()) return;
  rects_ = rects;
  nodes_.reserve(2 * ids_.size() / kLeafRects + 2);
  nodes_.push_back({});
  build(0, 0, static_cast<uint32_t>(ids_.size()));
  RectList<N, T> ordered;
  ordered.reserve(ids_.size());
  for (uint32_t id : ids_) ordered.push_back(rects[id]);
  rects_ = std::move(ordered);
}

template <int N, typename T>
void RectIndex<N, T>::build(uint32_t node, uint32_t first, uint32_t last) {
  Rect<N, T> box = rects_[ids_[first]];
  for (uint32_t i = first + 1; i < last; i++) {
    const Rect<N, T>& r = rects_[ids_[i]];
    for (int d = 0; d < N; d++) {
      if (r.lo[d] < box.lo[d]) box.lo[d] = r.lo[d];
      if (r.hi[d] > box.hi[d]) box.hi[d] = r.hi[d];
    }
  }
  nodes_[node].box = box;
  if (last - first <= kLeafRects) {
    nodes_[node].first = first;
    nodes_[node].count = last - first;
    return;
  }
  // The dimension in which the middles are spread widest.
  int dim = 0;
  std::make_unsigned_t<T> widest = 0;
  for (int d = 0; d < N; d++) {
    auto low = middle(rects_[ids_[first]], d, box.lo[d]), high = low;
    for (uint32_t i = first + 1; i < last; i++) {
      auto m = middle(rects_[ids_[i]], d, box.lo[d]);
      low = std::min(low, m);
      high = std::max(high, m);
    }
    if (high - low >= widest) {
      widest = high - low;
      dim = d;
    }
  }
  const uint32_t half = first + (last - first) / 2;
  std::nth_element(ids_.begin() + first, ids_.begin() + half, ids_.begin() + last,
                   [&](uint32_t a, uint32_t b) {
                     return middle(rects_[a], dim, box.lo[dim]) < middle(rects_[b], dim, box.lo[dim]);
                   });
  const uint32_t children = static_cast<uint32_t>(nodes_.size());
  nodes_[node].first = children;
  nodes_[node].count = 0;
  nodes_.push_back({});
  nodes_.push_back({});
  build(children, first, half);
  build(children + 1, half, last);
}

template <int N, typename T>
std::vector<std::pair<uint32_t, uint32_t>> overlapping_rects(const RectList<N, T>& a,
                                                             const RectList<N, T>& b) {
  std::vector<std::pair<uint32_t, uint32_t>> pairs;
  const bool is_few = a.size() <= kLeafRects || b.size() <= kLeafRects;
  if (is_few) {
    for (uint32_t i = 0; i < a.size(); i++)
      for (uint32_t j = 0; j < b.size(); j++)
        if (a[i].overlaps(b[j])) pairs.emplace_back(i, j);
    return pairs;
  }
  const bool is_b_indexed = b.size() <= a.size();
  const RectIndex<N, T> index(is_b_indexed ? b : a);
  const RectList<N, T>& asking = is_b_indexed ? a : b;
  for (uint32_t i = 0; i < asking.size(); i++) {
    if (asking[i].empty()) continue;
    index.query(asking[i], [&](uint32_t j) {
      is_b_indexed ? pairs.emplace_back(i, j) : pairs.emplace_back(j, i);
      return true;
    });
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

template <int N, typename T>
std::vector<std::pair<uint32_t, uint32_t>> overlapping_sets(const std::vector<const RectList<N, T>*>& a,
                                                            const std::vector<const RectList<N, T>*>& b) {
  RectList<N, T> all;
  std::vector<uint32_t> owner;
  for (uint32_t j = 0; j < b.size(); j++)
    for (const Rect<N, T>& r : *b[j]) {
      all.push_back(r);
      owner.push_back(j);
    }
  const RectIndex<N, T> index(all);
  std::vector<std::pair<uint32_t, uint32_t>> pairs;
  std::vector<uint32_t> seen(b.size(), UINT32_MAX);
  for (uint32_t i = 0; i < a.size(); i++) {
    const size_t first = pairs.size();
    for (const Rect<N, T>& r : *a[i]) {
      if (r.empty()) continue;
      index.query(r, [&](uint32_t k) {
        const uint32_t j = owner[k];
        if (seen[j] != i) {
          seen[j] = i;
          pairs.emplace_back(i, j);
        }
        return true;
      });
    }
    std::sort(pairs.begin() + static_cast<ptrdiff_t>(first), pairs.end());
  }
  return pairs;
}

template <int N, typename T>
bool are_disjoint(const std::vector<const RectList<N, T>*>& sets) {
  RectList<N, T> all;
  std::vector<uint32_t> owner;
  for (uint32_t j = 0; j < sets.size(); j++)
    for (const Rect<N, T>& r : *sets[j]) {
      if (r.empty()) continue;
      all.push_back(r);
      owner.push_back(j);
    }
  if constexpr (N == 1) {
    std::sort(all.begin(), all.end(),
              [](const Rect<N, T>& x, const Rect<N, T>& y) { return x.lo[0] < y.lo[0]; });
    for (size_t i = 1; i < all.size(); i++)
      if (all[i].lo[0] <= all[i - 1].hi[0]) return false;
    return true;
  } else {
    const RectIndex<N, T> index(all);
    for (uint32_t i = 0; i < all.size(); i++)
      if (!index.query(all[i], [&](uint32_t k) { return owner[k] == owner[i]; })) return false;
    return true;
  }
}

#define X(N, T)                                                                                 \
  template class RectIndex<N, T>;                                                               \
  template std::vector<std::pair<uint32_t, uint32_t>> overlapping_rects(const RectList<N, T>&,  \
                                                                        const RectList<N, T>&); \
  template std::vector<std::pair<uint32_t, uint32_t>> overlapping_sets(                         \
      const std::vector<const RectList<N, T>*>&, const std::vector<const RectList<N, T>*>&);    \
  template bool are_disjoint(const std::vector<const RectList<N, T>*>&);
PALATINE_FOR_EACH_LIST(X)
#undef X

}  // namespace palatine::realm::space
