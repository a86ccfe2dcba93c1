// In one dimension everything is a merge of sorted lists. In more, intersections come from a join by index,
// and differences from cutting each rectangle by those that reach into it (cut_out); a union is one list and
// the difference of the other to it.
#include "runtime/realm/space/rect_list.h"

#include <algorithm>
#include <cstring>

#include "runtime/realm/space/cut.h"
#include "runtime/realm/space/rect_index.h"

namespace palatine::realm::space {

namespace {

template <int N, typename T>
bool rect_before(const Rect<N, T>& a, const Rect<N, T>& b) {
  return point_before(a.lo, b.lo);
}

template <int N, typename T>
void sort_rects(RectList<N, T>& rects) {
  if (!std::is_sorted(rects.begin(), rects.end(), rect_before<N, T>))
    std::sort(rects.begin(), rects.end(), rect_before<N, T>);
}

// True when `b` begins right behind `a` in dimension `dim`.
template <int N, typename T>
bool follows(const Rect<N, T>& a, const Rect<N, T>& b, int dim) {
  return b.lo[dim] > a.hi[dim] && b.lo[dim] - 1 == a.hi[dim];
}

template <int N, typename T>
bool same_section(const Rect<N, T>& a, const Rect<N, T>& b, int dim) {
  for (int i = 0; i < N; i++)
    if (i != dim && (a.lo[i] != b.lo[i] || a.hi[i] != b.hi[i])) return false;
  return true;
}

// Merges rectangles that are neighbours in one dimension, with a table of where rectangles end. Rectangles
// come in order, so one that ends earlier in `dim` was seen before.
template <int N, typename T>
class Merger {
 public:
  // Returns whether anything was merged.
  bool merge(RectList<N, T>& rects, int dim) {
    size_t capacity = 16;
    while (capacity < 2 * rects.size()) capacity *= 2;
    slots_.assign(capacity, 0);
    const size_t before = rects.size();
    size_t kept = 0;
    for (size_t i = 0; i < before; i++) {
      const Rect<N, T> r = rects[i];
      if (const uint32_t found = find(rects, r, dim); found != 0) {
        rects[found - 1].hi[dim] = r.hi[dim];
        insert(rects[found - 1], found, dim);
      } else {
        rects[kept] = r;
        insert(r, static_cast<uint32_t>(++kept), dim);
      }
    }
    rects.resize(kept);
    return kept < before;
  }

 private:
  static uint64_t hash(const Rect<N, T>& r, int dim, T end) {
    uint64_t h = static_cast<uint64_t>(end) * 0x9e3779b97f4a7c15u;
    for (int i = 0; i < N; i++) {
      if (i == dim) continue;
      h = (h ^ (h >> 29) ^ static_cast<uint64_t>(r.lo[i])) * 0xbf58476d1ce4e5b9u;
      h = (h ^ (h >> 32) ^ static_cast<uint64_t>(r.hi[i])) * 0x94d049bb133111ebu;
    }
    return h ^ (h >> 31);
  }
  uint32_t find(const RectList<N, T>& rects, const Rect<N, T>& r, int dim) const {
    const size_t mask = slots_.size() - 1;
    const T end = static_cast<T>(r.lo[dim] - 1);
    for (size_t at = hash(r, dim, end) & mask; slots_[at] != 0; at = (at + 1) & mask) {
      const Rect<N, T>& other = rects[slots_[at] - 1];
      if (follows(other, r, dim) && same_section(other, r, dim)) return slots_[at];
    }
    return 0;
  }
  void insert(const Rect<N, T>& r, uint32_t number, int dim) {
    const size_t mask = slots_.size() - 1;
    size_t at = hash(r, dim, r.hi[dim]) & mask;
    while (slots_[at] != 0) at = (at + 1) & mask;
    slots_[at] = number;
  }

  std::vector<uint32_t> slots_;
};

// Neighbours in the list, in dimension 0.
template <int N, typename T>
bool merge_adjacent(RectList<N, T>& rects) {
  if (rects.empty()) return false;
  size_t kept = 0;
  for (size_t i = 1; i < rects.size(); i++) {
    if (follows(rects[kept], rects[i], 0) && same_section(rects[kept], rects[i], 0))
      rects[kept].hi[0] = rects[i].hi[0];
    else
      rects[++kept] = rects[i];
  }
  const bool is_merged = kept + 1 < rects.size();
  rects.resize(kept + 1);
  return is_merged;
}

template <typename T>
RectList<1, T> unite_sorted(RectList<1, T> rects) {
  if (rects.empty()) return rects;
  size_t kept = 0;
  for (size_t i = 1; i < rects.size(); i++) {
    Rect<1, T>& last = rects[kept];
    const Rect<1, T>& r = rects[i];
    if (r.lo[0] <= last.hi[0] || r.lo[0] - 1 == last.hi[0])
      last.hi[0] = std::max(last.hi[0], r.hi[0]);
    else
      rects[++kept] = r;
  }
  rects.resize(kept + 1);
  return rects;
}

// Sorts pairs into groups and calls each(i, cuts) for every rectangle of `a`, with those of `b` that reach
// into it.
template <int N, typename T, typename Each>
void for_each_with_overlaps(const RectList<N, T>& a, const RectList<N, T>& b, Each each) {
  const auto pairs = overlapping_rects(a, b);
  RectList<N, T> cuts;
  size_t at = 0;
  for (uint32_t i = 0; i < a.size(); i++) {
    cuts.clear();
    for (; at < pairs.size() && pairs[at].first == i; at++) cuts.push_back(b[pairs[at].second]);
    if (!each(a[i], cuts)) return;
  }
}

}  // namespace

template <int N, typename T>
RectList<N, T> coalesce(RectList<N, T> rects) {
  sort_rects(rects);
  merge_adjacent(rects);
  if constexpr (N > 1) {
    Merger<N, T> merger;
    // Merging in one dimension may let rectangles fit in another; each round makes the list shorter.
    bool is_merged = rects.size() > 1;
    for (int dim = 1; is_merged; dim = 0) {
      is_merged = false;
      for (; dim < N; dim++) is_merged |= merger.merge(rects, dim);
    }
  }
  return rects;
}

template <int N, typename T>
RectList<N, T> RectBuilder<N, T>::take() {
  RectList<N, T> rects = std::move(rects_);
  rects_.clear();
  return coalesce(std::move(rects));
}

template <int N, typename T>
RectList<N, T> normalise(RectList<N, T> rects) {
  std::erase_if(rects, [](const Rect<N, T>& r) { return r.empty(); });
  sort_rects(rects);
  if constexpr (N == 1) {
    return unite_sorted(std::move(rects));
  } else {
    rects.erase(std::unique(rects.begin(), rects.end(),
                            [](const Rect<N, T>& a, const Rect<N, T>& b) { return a == b; }),
                rects.end());
    if (rects.size() < 2) return rects;
    RectList<N, T> out;
    make_disjoint(bounds(rects), rects, out);
    return coalesce(std::move(out));
  }
}

template <int N, typename T>
RectList<N, T> from_points(std::vector<Point<N, T>> points) {
  if (!std::is_sorted(points.begin(), points.end(), point_before<N, T>))
    std::sort(points.begin(), points.end(), point_before<N, T>);
  RectBuilder<N, T> builder;
  for (size_t i = 0; i < points.size(); i++)
    if (i == 0 || points[i] != points[i - 1]) builder.append(Rect<N, T>(points[i], points[i]));
  return builder.take();
}

template <int N, typename T>
RectList<N, T> unite(const RectList<N, T>& a, const RectList<N, T>& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  if constexpr (N == 1) {
    RectList<N, T> all(a.size() + b.size());
    std::merge(a.begin(), a.end(), b.begin(), b.end(), all.begin(), rect_before<N, T>);
    return unite_sorted(std::move(all));
  } else {
    const bool is_a_first = a.size() >= b.size();
    RectList<N, T> all = is_a_first ? a : b;
    for_each_with_overlaps(is_a_first ? b : a, is_a_first ? a : b,
                           [&](const Rect<N, T>& r, RectList<N, T>& cuts) {
                             cut_out(r, cuts, all);
                             return true;
                           });
    return coalesce(std::move(all));
  }
}

template <int N, typename T>
RectList<N, T> unite_all(const std::vector<const RectList<N, T>*>& lists) {
  if (lists.empty()) return {};
  if (lists.size() == 1) return *lists[0];
  if (lists.size() == 2) return unite(*lists[0], *lists[1]);
  RectList<N, T> all;
  size_t count = 0;
  for (const RectList<N, T>* list : lists) count += list->size();
  all.reserve(count);
  for (const RectList<N, T>* list : lists) all.insert(all.end(), list->begin(), list->end());
  return normalise(std::move(all));
}

template <int N, typename T>
RectList<N, T> intersect(const RectList<N, T>& a, const RectList<N, T>& b) {
  RectList<N, T> out;
  if constexpr (N == 1) {
    size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
      const T lo = std::max(a[i].lo[0], b[j].lo[0]), hi = std::min(a[i].hi[0], b[j].hi[0]);
      if (lo <= hi) out.emplace_back(Point<N, T>(lo), Point<N, T>(hi));
      a[i].hi[0] < b[j].hi[0] ? ++i : ++j;
    }
    return out;
  } else {
    for (auto [i, j] : overlapping_rects(a, b)) out.push_back(a[i].intersection(b[j]));
    return coalesce(std::move(out));
  }
}

template <int N, typename T>
RectList<N, T> intersect(const RectList<N, T>& a, const Rect<N, T>& b) {
  RectList<N, T> out;
  bool is_cut = false;
  for (const Rect<N, T>& r : a) {
    const Rect<N, T> part = r.intersection(b);
    is_cut |= part != r;
    if (!part.empty()) out.push_back(part);
  }
  return N > 1 && is_cut ? coalesce(std::move(out)) : out;
}

template <int N, typename T>
RectList<N, T> subtract(const RectList<N, T>& a, const RectList<N, T>& b) {
  if (b.empty()) return a;
  RectList<N, T> out;
  if constexpr (N == 1) {
    size_t j = 0;
    for (const Rect<N, T>& r : a) {
      while (j < b.size() && b[j].hi[0] < r.lo[0]) ++j;
      T lo = r.lo[0];
      bool is_done = false;
      for (; j < b.size() && b[j].lo[0] <= r.hi[0]; ++j) {
        if (b[j].lo[0] > lo) out.emplace_back(Point<N, T>(lo), Point<N, T>(static_cast<T>(b[j].lo[0] - 1)));
        if (b[j].hi[0] >= r.hi[0]) {
          is_done = true;
          break;
        }
        lo = static_cast<T>(b[j].hi[0] + 1);
      }
      if (!is_done) out.emplace_back(Point<N, T>(lo), r.hi);
    }
    return out;
  } else {
    for_each_with_overlaps(a, b, [&](const Rect<N, T>& r, RectList<N, T>& cuts) {
      cut_out(r, cuts, out);
      return true;
    });
    return coalesce(std::move(out));
  }
}

template <int N, typename T>
uint64_t volume(const RectList<N, T>& a) {
  uint64_t sum = 0;
  for (const Rect<N, T>& r : a) sum += r.volume();
  return sum;
}

template <int N, typename T>
Rect<N, T> bounds(const RectList<N, T>& a) {
  Rect<N, T> box = Rect<N, T>::make_empty();
  for (const Rect<N, T>& r : a) box = box.union_bbox(r);
  return box;
}

// The first rectangle of a one-dimensional list that ends at `at` or behind.
template <typename T>
static auto first_ending_at(const RectList<1, T>& a, T at) {
  return std::partition_point(a.begin(), a.end(), [&](const Rect<1, T>& r) { return r.hi[0] < at; });
}

template <int N, typename T>
bool contains(const RectList<N, T>& a, const Point<N, T>& p) {
  if constexpr (N == 1) {
    auto it = first_ending_at(a, p[0]);
    return it != a.end() && it->lo[0] <= p[0];
  } else {
    for (const Rect<N, T>& r : a) {
      if (r.lo[N - 1] > p[N - 1]) return false;
      if (r.contains(p)) return true;
    }
    return false;
  }
}

template <int N, typename T>
bool contains_all(const RectList<N, T>& a, const Rect<N, T>& r) {
  if (r.empty()) return true;
  uint64_t missing = r.volume();
  for (const Rect<N, T>& part : intersect(a, r)) missing -= part.volume();
  return missing == 0;
}

template <int N, typename T>
bool overlaps(const RectList<N, T>& a, const Rect<N, T>& r) {
  if (r.empty()) return false;
  if constexpr (N == 1) {
    auto it = first_ending_at(a, r.lo[0]);
    return it != a.end() && it->lo[0] <= r.hi[0];
  } else {
    for (const Rect<N, T>& other : a) {
      if (other.lo[N - 1] > r.hi[N - 1]) return false;
      if (other.overlaps(r)) return true;
    }
    return false;
  }
}

template <int N, typename T>
bool overlaps(const RectList<N, T>& a, const RectList<N, T>& b) {
  if constexpr (N == 1) {
    size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
      if (a[i].lo[0] <= b[j].hi[0] && b[j].lo[0] <= a[i].hi[0]) return true;
      a[i].hi[0] < b[j].hi[0] ? ++i : ++j;
    }
    return false;
  } else {
    const bool is_a_smaller = a.size() < b.size();
    const RectList<N, T>& small = is_a_smaller ? a : b;
    const RectList<N, T>& large = is_a_smaller ? b : a;
    if (small.size() <= 8) {
      for (const Rect<N, T>& r : small)
        if (overlaps(large, r)) return true;
      return false;
    }
    const RectIndex<N, T> index(small);
    for (const Rect<N, T>& r : large)
      if (!index.query(r, [](uint32_t) { return false; })) return true;
    return false;
  }
}

template <int N, typename T>
bool is_subset(const RectList<N, T>& a, const RectList<N, T>& b) {
  if (a.empty()) return true;
  if (b.size() == 1) return b[0].contains(bounds(a));
  if constexpr (N == 1) {
    size_t j = 0;
    for (const Rect<N, T>& r : a) {
      while (j < b.size() && b[j].hi[0] < r.lo[0]) ++j;
      if (j == b.size() || b[j].lo[0] > r.lo[0] || b[j].hi[0] < r.hi[0]) return false;
    }
    return true;
  } else {
    uint64_t common = 0;
    for (auto [i, j] : overlapping_rects(a, b)) common += a[i].intersection(b[j]).volume();
    return common == volume(a);
  }
}

template <int N, typename T>
bool same_points(const RectList<N, T>& a, const RectList<N, T>& b) {
  if (a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                         [](const Rect<N, T>& x, const Rect<N, T>& y) { return x == y; }))
    return true;
  return N > 1 && volume(a) == volume(b) && is_subset(a, b);
}

// Appends points number `first` to `last` - 1 of `r` in memory order, cut along dimension `dim` and below.
template <int N, typename T>
static void slice_rect(Rect<N, T> r, int dim, uint64_t first, uint64_t last, RectList<N, T>& out) {
  if (first >= last) return;
  uint64_t layer = 1;
  for (int i = 0; i < dim; i++) layer *= static_cast<uint64_t>(r.hi[i]) - static_cast<uint64_t>(r.lo[i]) + 1;
  const T origin = r.lo[dim];
  auto layers = [&](uint64_t from, uint64_t to) {
    Rect<N, T> part = r;
    part.lo[dim] = static_cast<T>(origin + static_cast<T>(from));
    part.hi[dim] = static_cast<T>(origin + static_cast<T>(to - 1));
    return part;
  };
  uint64_t from = first / layer, to = last / layer;
  if (from == to) {  // within one layer
    slice_rect(layers(from, from + 1), dim - 1, first - from * layer, last - from * layer, out);
    return;
  }
  if (first % layer != 0) {
    slice_rect(layers(from, from + 1), dim - 1, first % layer, layer, out);
    ++from;
  }
  if (from < to) out.push_back(layers(from, to));
  if (last % layer != 0) slice_rect(layers(to, to + 1), dim - 1, 0, last % layer, out);
}

template <int N, typename T>
RectList<N, T> slice(const RectList<N, T>& a, uint64_t first, uint64_t last) {
  RectList<N, T> out;
  uint64_t before = 0;
  for (const Rect<N, T>& r : a) {
    if (before >= last) break;
    const uint64_t count = r.volume();
    if (before + count > first)
      slice_rect(r, N - 1, std::max(first, before) - before, std::min(last, before + count) - before, out);
    before += count;
  }
  return coalesce(std::move(out));
}

#define X(N, T)                                                                    \
  template RectList<N, T> normalise(RectList<N, T>);                               \
  template RectList<N, T> coalesce(RectList<N, T>);                                \
  template RectList<N, T> from_points(std::vector<Point<N, T>>);                   \
  template RectList<N, T> unite(const RectList<N, T>&, const RectList<N, T>&);     \
  template RectList<N, T> unite_all(const std::vector<const RectList<N, T>*>&);    \
  template RectList<N, T> intersect(const RectList<N, T>&, const RectList<N, T>&); \
  template RectList<N, T> intersect(const RectList<N, T>&, const Rect<N, T>&);     \
  template RectList<N, T> subtract(const RectList<N, T>&, const RectList<N, T>&);  \
  template uint64_t volume(const RectList<N, T>&);                                 \
  template Rect<N, T> bounds(const RectList<N, T>&);                               \
  template bool contains(const RectList<N, T>&, const Point<N, T>&);               \
  template bool contains_all(const RectList<N, T>&, const Rect<N, T>&);            \
  template bool overlaps(const RectList<N, T>&, const Rect<N, T>&);                \
  template bool overlaps(const RectList<N, T>&, const RectList<N, T>&);            \
  template bool is_subset(const RectList<N, T>&, const RectList<N, T>&);           \
  template bool same_points(const RectList<N, T>&, const RectList<N, T>&);         \
  template RectList<N, T> slice(const RectList<N, T>&, uint64_t, uint64_t);        \
  template class RectBuilder<N, T>;
PALATINE_FOR_EACH_LIST(X)
#undef X

}  // namespace palatine::realm::space
