#include "runtime/legion/partition_kind.h"

namespace palatine::legion {

namespace {

bool says_disjoint(legion_partition_kind_t kind) {
  return kind == LEGION_DISJOINT_KIND || kind == LEGION_DISJOINT_COMPLETE_KIND ||
         kind == LEGION_DISJOINT_INCOMPLETE_KIND;
}

bool says_complete(legion_partition_kind_t kind) {
  return kind == LEGION_DISJOINT_COMPLETE_KIND || kind == LEGION_ALIASED_COMPLETE_KIND ||
         kind == LEGION_COMPUTE_COMPLETE_KIND;
}

// `Point` gives its coordinates by [].
template <typename Point>
std::string text_of_point(int dim, const Point& point) {
  std::string text = "(";
  for (int d = 0; d < dim; ++d) text += (d ? "," : "") + std::to_string(point[d]);
  return text + ")";
}

std::string first_point(const Domain& domain) {
  std::string first;
  for_each_box(domain, [&](const Box& box) {
    if (first.empty()) first = text_of_point(box.dim, box.lo);
  });
  return first;
}

std::string text_of_color(const Partition& partition, uint64_t color) {
  int64_t point[kMaxDim];
  partition.colors.point_at(color, point);
  return text_of_point(partition.colors.dim, point);
}

std::string overlap(const Partition& partition) {
  for (uint64_t j = 1; j < partition.color_count; ++j) {
    for (uint64_t i = 0; i < j; ++i) {
      const Domain a = partition.domain_of(i), b = partition.domain_of(j);
      if (!overlaps(a, b)) continue;
      return "disjoint, but some of its pieces overlap: those of colours " + text_of_color(partition, i) +
             " and " + text_of_color(partition, j) + " have point " + first_point(intersect(a, b)) +
             " in common";
    }
  }
  return "disjoint, but some of its pieces overlap";
}

std::string gap(const Partition& partition) {
  OwnedDomain left = intersect(partition.parent->domain, partition.parent->domain);
  for (uint64_t k = 0; k < partition.color_count; ++k) left = subtract(left, partition.domain_of(k));
  return "complete, but its pieces lack some points, the first one is " + first_point(left);
}

}  // namespace

std::string false_claim(const Partition& partition, legion_partition_kind_t kind) {
  if (says_disjoint(kind) && !partition.is_disjoint) return overlap(partition);
  if (says_complete(kind) && !partition.is_complete()) return gap(partition);
  return {};
}

}  // namespace palatine::legion
