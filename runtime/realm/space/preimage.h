// Preimages: the points whose pointer leads into a target.
//
// A Locator is made once from all targets, which may overlap; it finds for a pointer the *combination* of
// targets that contain it. Combinations are numbered, 0 is "none", so that runs of points with one
// combination are handled at once. It never changes after it was made and may be read by any threads at once.
//
//   Locator<N2, T2> locator(targets, pointers);
//   RunLists<N, T> preimages(targets.size());
//   for_each_row(domain, view, [&](first, count, values, stride) {
//     locator.locate_points(values, stride, count,
//         [&](uint32_t combination, uint64_t start, uint64_t length) {
//           add_preimage(preimages, first, start, length, locator.targets(combination));
//         });
//   });
#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>
#include <span>
#include <vector>

#include "runtime/realm/space/changes.h"
#include "runtime/realm/space/field_rows.h"
#include "runtime/realm/space/linear.h"
#include "runtime/realm/space/rect_index.h"
#include "runtime/realm/space/rect_list.h"
#include "runtime/realm/space/run_lists.h"

namespace palatine::realm::space {

// Sets of targets, each set with a number.
class Combinations {
 public:
  Combinations() : sets_(1) {}
  std::span<const uint32_t> targets(uint32_t combination) const { return sets_[combination]; }
  // The set with `target` added.
  uint32_t with(uint32_t combination, uint32_t target);
  uint32_t of(std::vector<uint32_t> sorted_targets);

 private:
  std::vector<std::vector<uint32_t>> sets_;
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> with_;
  std::map<std::vector<uint32_t>, uint32_t> numbers_;
};

template <int N, typename T>
class Locator {
 public:
  // `pointers`: how many points will be looked up, roughly; decides whether a table of all points pays.
  Locator(const std::vector<const RectList<N, T>*>& targets, uint64_t pointers);

  std::span<const uint32_t> targets(uint32_t combination) const { return combinations_.targets(combination); }

  // The combination of the targets that contain `p`.
  uint32_t locate(const Point<N, T>& p) const {
    uint64_t number;
    if (!line_.number(p, number)) return 0;
    if constexpr (N == 1) {
      const uint32_t combination = bucket_combination_[number >> bucket_shift_];
      return combination != kSeveral ? combination : locate_in_bucket(p[0]);
    } else {
      if (!table_.empty()) return table_[number];
      const int64_t cell = index_.find(p);
      return cell < 0 ? 0 : cell_combination_[static_cast<size_t>(cell)];
    }
  }

  // Calls run(combination, start, length) for runs of values with one combination other than 0, in order.
  template <typename Run>
  void locate_points(const std::byte* values, ptrdiff_t stride, uint64_t count, Run&& run) const {
    // In parts: first the combinations of some pointers, then where these change.
    constexpr uint64_t kPart = 512;
    uint32_t combinations[kPart + 1];
    uint32_t& current = combinations[0] = 0;
    uint64_t start = 0;
    for (uint64_t at = 0; at < count; at += kPart) {
      const uint64_t part = std::min(kPart, count - at);
      for (uint64_t k = 1; k <= part; ++k, values += stride) {
        Point<N, T> p;
        std::memcpy(&p, values, sizeof(p));
        combinations[k] = locate(p);
      }
      uint32_t open = current;
      auto change = [&](uint64_t k) {
        if (open != 0) run(open, start, at + k - start);
        open = combinations[k + 1];
        start = at + k;
      };
      uint64_t k = 0;
      for (; k + 64 <= part; k += 64) {
        uint64_t changes =
            changes_of_64(reinterpret_cast<const std::byte*>(&combinations[k + 1]), sizeof(uint32_t));
        for (; changes != 0; changes &= changes - 1)
          change(k + static_cast<uint64_t>(std::countr_zero(changes)));
      }
      for (; k < part; ++k)
        if (combinations[k + 1] != combinations[k]) change(k);
      current = open;
    }
    if (current != 0) run(current, start, count - start);
  }

  // Appends the targets that overlap `r`, sorted.
  void locate_rect(const Rect<N, T>& r, std::vector<uint32_t>& found) const;

 private:
  // The first cell that ends at or behind `at`, which is in the bounds.
  size_t first_cell(T at) const {
    const uint64_t bucket = (static_cast<uint64_t>(at) - static_cast<uint64_t>(origin_)) >> bucket_shift_;
    size_t cell = buckets_[bucket], end = buckets_[bucket + 1];
    while (end - cell > 8) {
      const size_t middle = cell + (end - cell) / 2;
      if (cells_[middle].hi[0] < at)
        cell = middle + 1;
      else
        end = middle;
    }
    while (cells_[cell].hi[0] < at) ++cell;
    return cell;
  }
  // The same for a point in a bucket with several combinations.
  uint32_t locate_in_bucket(T at) const {
    const size_t cell = first_cell(at);
    return cells_[cell].lo[0] <= at ? cell_combination_[cell] : 0;
  }
  void make_cells(const std::vector<const RectList<N, T>*>& targets);
  void make_buckets(uint64_t pointers);

  // Rectangles that do not overlap, each with the combination of targets that contain it. Sorted in one
  // dimension.
  RectList<N, T> cells_;
  std::vector<uint32_t> cell_combination_;
  Combinations combinations_;
  // Around all targets.
  Linear<N, T> line_;

  // One dimension: the first cell that ends at or behind the beginning of each bucket of 2^shift points, and
  // the combination of all points of the bucket, or kSeveral.
  static constexpr uint32_t kSeveral = UINT32_MAX;
  T origin_ = 0;
  int bucket_shift_ = 0;
  std::vector<uint32_t> buckets_, bucket_combination_;

  // More dimensions: the combination of every point in the bounds when there are few, else an index of
  // cells_.
  std::vector<uint32_t> table_;
  RectIndex<N, T> index_;
};

// Adds `length` points of a row from number `start` on to the preimage of each target, of which no point must
// have been added before.
template <int N, typename T>
void add_preimage(RunLists<N, T>& preimages, Point<N, T> first, uint64_t start, uint64_t length,
                  std::span<const uint32_t> targets) {
  first[0] = static_cast<T>(first[0] + static_cast<T>(start));
  for (uint32_t target : targets) preimages.append_run(target, first, length);
}

}  // namespace palatine::realm::space
