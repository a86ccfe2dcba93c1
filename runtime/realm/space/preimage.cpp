#include "runtime/realm/space/preimage.h"

#include <algorithm>
#include <utility>

#include "runtime/realm/space/cut.h"

namespace palatine::realm::space {

uint32_t Combinations::with(uint32_t combination, uint32_t target) {
  auto [it, is_new] = with_.try_emplace({combination, target}, 0);
  if (!is_new) return it->second;
  std::vector<uint32_t> set = sets_[combination];
  auto at = std::lower_bound(set.begin(), set.end(), target);
  if (at == set.end() || *at != target) set.insert(at, target);
  return it->second = of(std::move(set));
}

uint32_t Combinations::of(std::vector<uint32_t> sorted_targets) {
  if (sorted_targets.empty()) return 0;
  auto [it, is_new] = numbers_.try_emplace(sorted_targets, static_cast<uint32_t>(sets_.size()));
  if (is_new) sets_.push_back(std::move(sorted_targets));
  return it->second;
}

namespace {

// A table of combinations is made when it has at most so many points for each pointer that is looked up.
constexpr uint64_t kMaxTablePerPointer = 4;
constexpr uint64_t kAlwaysTable = uint64_t{1} << 16;
constexpr uint64_t kNeverTable = uint64_t{1} << 26;
// Fit into the first cache.
constexpr uint64_t kFewBuckets = uint64_t{1} << 13;

// Rectangles of several sets, each with the number of its set.
template <int N, typename T>
struct Owned {
  RectList<N, T> rects;
  std::vector<uint32_t> owners;

  void add(const Rect<N, T>& r, uint32_t owner) {
    rects.push_back(r);
    owners.push_back(owner);
  }
};

// Sweeps over the places where sets begin and end.
template <typename T>
void arrange_line(const Owned<1, T>& sets, RectList<1, T>& cells, std::vector<uint32_t>& combination_of,
                  Combinations& combinations) {
  std::vector<uint32_t> by_start(sets.rects.size());
  for (uint32_t i = 0; i < by_start.size(); i++) by_start[i] = i;
  std::sort(by_start.begin(), by_start.end(),
            [&](uint32_t a, uint32_t b) { return sets.rects[a].lo[0] < sets.rects[b].lo[0]; });
  // The open sets, as (last point, owner); a set's own rectangles do not overlap.
  std::vector<std::pair<T, uint32_t>> open;
  std::vector<uint32_t> owners;
  size_t next = 0;
  T at = 0;
  while (next < by_start.size() || !open.empty()) {
    if (open.empty()) at = sets.rects[by_start[next]].lo[0];
    for (; next < by_start.size() && sets.rects[by_start[next]].lo[0] == at; next++)
      open.emplace_back(sets.rects[by_start[next]].hi[0], sets.owners[by_start[next]]);
    T last = open[0].first;
    for (const auto& [end, owner] : open) last = std::min(last, end);
    if (next < by_start.size() && sets.rects[by_start[next]].lo[0] <= last)
      last = static_cast<T>(sets.rects[by_start[next]].lo[0] - 1);
    owners.clear();
    for (const auto& [end, owner] : open) owners.push_back(owner);
    std::sort(owners.begin(), owners.end());
    owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
    cells.emplace_back(Point<1, T>(at), Point<1, T>(last));
    combination_of.push_back(owners.size() == 1 ? combinations.with(0, owners[0]) : combinations.of(owners));
    std::erase_if(open, [&](const auto& set) { return set.first == last; });
    if (!open.empty()) at = static_cast<T>(last + 1);
  }
}

// Cuts a box until in each part every set is everywhere or nowhere.
template <int N, typename T>
void arrange_box(const Rect<N, T>& box, Owned<N, T>& sets, RectList<N, T>& cells,
                 std::vector<uint32_t>& combination_of, Combinations& combinations) {
  if (sets.rects.empty()) return;
  bool is_filled = true;
  for (const Rect<N, T>& r : sets.rects) is_filled &= r == box;
  if (is_filled || sets.rects.size() == 1) {
    cells.push_back(sets.rects[0]);
    std::vector<uint32_t> owners = sets.owners;
    std::sort(owners.begin(), owners.end());
    owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
    combination_of.push_back(combinations.of(std::move(owners)));
    return;
  }
  const Plane<T> plane = best_plane(box, sets.rects);
  Owned<N, T> below, above;
  for (size_t i = 0; i < sets.rects.size(); i++) {
    Rect<N, T> low = sets.rects[i], high = low;
    if (low.lo[plane.dim] < plane.at) {
      low.hi[plane.dim] = std::min(low.hi[plane.dim], static_cast<T>(plane.at - 1));
      below.add(low, sets.owners[i]);
    }
    if (high.hi[plane.dim] >= plane.at) {
      high.lo[plane.dim] = std::max(high.lo[plane.dim], plane.at);
      above.add(high, sets.owners[i]);
    }
  }
  sets = {};
  Rect<N, T> low = box, high = box;
  low.hi[plane.dim] = static_cast<T>(plane.at - 1);
  high.lo[plane.dim] = plane.at;
  arrange_box(low, below, cells, combination_of, combinations);
  arrange_box(high, above, cells, combination_of, combinations);
}

}  // namespace

template <int N, typename T>
void Locator<N, T>::make_cells(const std::vector<const RectList<N, T>*>& targets) {
  Owned<N, T> sets;
  for (uint32_t i = 0; i < targets.size(); i++)
    for (const Rect<N, T>& r : *targets[i])
      if (!r.empty()) sets.add(r, i);
  if constexpr (N == 1) {
    arrange_line(sets, cells_, cell_combination_, combinations_);
  } else if (are_disjoint(targets)) {
    cells_ = std::move(sets.rects);
    cell_combination_.reserve(cells_.size());
    for (uint32_t owner : sets.owners) cell_combination_.push_back(combinations_.with(0, owner));
  } else {
    const Rect<N, T> box = bounds(sets.rects);
    arrange_box(box, sets, cells_, cell_combination_, combinations_);
  }
}

template <int N, typename T>
void Locator<N, T>::make_buckets(uint64_t pointers) {
  const uint64_t extent = line_.size(), cells = cells_.size();
  origin_ = cells_[0].lo[0];
  bucket_shift_ = 0;
  // Most buckets should lie in one cell; but they should stay in the cache, and making them must pay.
  const uint64_t wanted =
      std::max(2 * cells + 1, std::min(pointers, std::max(std::min(64 * cells, kFewBuckets), 8 * cells)));
  while ((extent - 1) >> bucket_shift_ > wanted) bucket_shift_++;
  const uint64_t count = ((extent - 1) >> bucket_shift_) + 1;
  buckets_.reserve(count + 1);
  bucket_combination_.reserve(count);
  auto place = [&](T at) { return static_cast<uint64_t>(at) - static_cast<uint64_t>(origin_); };
  uint32_t cell = 0;
  for (uint64_t bucket = 0; bucket < count; bucket++) {
    const uint64_t start = bucket << bucket_shift_;
    const uint64_t end = std::min(start + (uint64_t{1} << bucket_shift_), extent) - 1;
    while (place(cells_[cell].hi[0]) < start) ++cell;
    buckets_.push_back(cell);
    const uint64_t lo = place(cells_[cell].lo[0]);
    bucket_combination_.push_back(lo > end                                          ? 0
                                  : lo <= start && end <= place(cells_[cell].hi[0]) ? cell_combination_[cell]
                                                                                    : kSeveral);
  }
  buckets_.push_back(static_cast<uint32_t>(cells_.size() - 1));
}

template <int N, typename T>
Locator<N, T>::Locator(const std::vector<const RectList<N, T>*>& targets, uint64_t pointers) {
  make_cells(targets);
  if (cells_.empty()) return;
  const Rect<N, T> box = bounds(cells_);
  line_ = Linear<N, T>(box);
  if constexpr (N == 1) {
    make_buckets(pointers);
  } else {
    unsigned __int128 size = 1;
    for (int i = 0; i < N; i++)
      size *= static_cast<uint64_t>(box.hi[i]) - static_cast<uint64_t>(box.lo[i]) +
              static_cast<unsigned __int128>(1);
    // Ranges are looked up in the index.
    index_ = RectIndex<N, T>(cells_);
    if (size > kNeverTable || (size > kAlwaysTable && size / kMaxTablePerPointer > pointers)) return;
    table_.assign(static_cast<size_t>(size), 0);
    for (size_t i = 0; i < cells_.size(); i++)
      for_each_row(cells_[i], [&](const Point<N, T>& first, uint64_t count) {
        uint64_t number = 0;
        line_.number(first, number);
        std::fill_n(table_.begin() + static_cast<ptrdiff_t>(number), count, cell_combination_[i]);
      });
  }
}

template <int N, typename T>
void Locator<N, T>::locate_rect(const Rect<N, T>& r, std::vector<uint32_t>& found) const {
  if (cells_.empty() || r.empty()) return;
  const size_t before = found.size();
  uint32_t previous = 0;
  auto add = [&](size_t cell) {
    const uint32_t combination = cell_combination_[cell];
    if (combination == previous) return;
    previous = combination;
    const auto set = targets(combination);
    found.insert(found.end(), set.begin(), set.end());
  };
  if constexpr (N == 1) {
    if (r.hi[0] < origin_ || r.lo[0] > cells_.back().hi[0]) return;
    for (size_t cell = first_cell(std::max(r.lo[0], origin_));
         cell < cells_.size() && cells_[cell].lo[0] <= r.hi[0]; cell++)
      add(cell);
  } else {
    index_.query(r, [&](uint32_t cell) {
      add(cell);
      return true;
    });
  }
  const auto start = found.begin() + static_cast<ptrdiff_t>(before);
  std::sort(start, found.end());
  found.erase(std::unique(start, found.end()), found.end());
}

#define X(N, T) template class Locator<N, T>;
PALATINE_FOR_EACH_LIST(X)
#undef X

}  // namespace palatine::realm::space
