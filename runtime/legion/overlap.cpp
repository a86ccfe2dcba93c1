#include "runtime/legion/overlap.h"

#include "runtime/legion/region_tree.h"

namespace palatine::legion {

namespace {

// The boxes of all colours, and pointers to them. Regular partitions have theirs made in `made`.
template <int N>
std::vector<const SpaceRects<N>*> rect_lists(const Partition& partition, std::vector<SpaceRects<N>>& made) {
  std::vector<const SpaceRects<N>*> lists;
  made.reserve(partition.color_count);
  for (uint64_t color = 0; color < partition.color_count; ++color) {
    Domain domain = partition.domain_of(color);
    if (domain.points) {
      lists.push_back(&domain.points->rects<N>());
    } else {
      made.push_back(rects_of<N>(domain));
      lists.push_back(&made.back());
    }
  }
  return lists;
}

}  // namespace

OverlapTable::OverlapTable(const Partition& source, const Partition& target) {
  first_.resize(source.color_count + 1, 0);
  with_dimension(source.parent->domain.box.dim, [&](auto n) {
    std::vector<SpaceRects<n()>> made_source, made_target;
    auto a = rect_lists<n()>(source, made_source);
    auto b = rect_lists<n()>(target, made_target);
    auto pairs = realm::space::overlapping_sets(a, b);
    colors_.reserve(pairs.size());
    for (auto [from, to] : pairs) {
      ++first_[from + 1];
      colors_.push_back(to);
    }
  });
  for (uint64_t color = 0; color < source.color_count; ++color) first_[color + 1] += first_[color];
}

}  // namespace palatine::legion
