// Partitions of the Legion C API whose pieces are given one by one.
#include <vector>

#include "runtime/legion/partition_kind.h"
#include "runtime/legion/pending_pieces.h"
#include "runtime/legion/raw_handles.h"
#include "runtime/realm/fatal.h"

namespace legion = palatine::legion;
namespace realm = palatine::realm;

using legion::forest_of_process;
using legion::OwnedDomain;

namespace {

using Combine = OwnedDomain (*)(const legion::Domain&, const legion::Domain&);

// Of the partitions that C code makes; those of C++ programs have their own.
legion::PendingPieces& pending() {
  static legion::PendingPieces pieces;
  return pieces;
}

OwnedDomain no_points(int dim) {
  legion::Box none;
  none.dim = dim;
  return OwnedDomain(none);
}

// The points of a region's index space, or of one that belongs to none.
const legion::Domain& points_of(legion_index_space_t handle) {
  legion::Forest& forest = forest_of_process();
  if (handle.tid != 0) return forest.region(handle.tid).domain;
  return forest.ispace(handle.id).domain;
}

std::vector<legion::Domain> points_of(const legion_index_space_t* spaces, size_t count) {
  std::vector<legion::Domain> points;
  for (size_t k = 0; k < count; ++k) points.push_back(points_of(spaces[k]));
  return points;
}

std::vector<legion::Domain> pieces_of(legion_index_partition_t handle) {
  const legion::Partition& partition = forest_of_process().partition(handle.id);
  std::vector<legion::Domain> pieces;
  for (uint64_t k = 0; k < partition.color_count; ++k) pieces.push_back(partition.domain_of(k));
  return pieces;
}

// `first`, if there is one, with each of `others` in turn.
OwnedDomain combined(const legion::Domain* first, const std::vector<legion::Domain>& others, Combine combine,
                     int dim) {
  size_t next = 0;
  if (!first && !others.empty()) first = &others[next++];
  if (!first) return no_points(dim);
  OwnedDomain all = legion::intersect(*first, *first);
  for (; next < others.size(); ++next) all = combine(all, others[next]);
  return all;
}

legion_index_space_t give(legion_index_partition_t handle, legion_domain_point_t color,
                          const legion::Domain* first, const std::vector<legion::Domain>& others,
                          Combine combine, const char* call) {
  legion::Forest& forest = forest_of_process();
  legion::Partition& partition = forest.partition(handle.id);
  const uint64_t number = legion::number_of_color(partition, color, call);
  const legion::PendingPieces::Given given = pending().give(handle.id, number);
  if (!given.is_new) {
    realm::fatal_error("error: %s: a piece of a partition of `%s` is known already", call,
                       partition.parent->root->name.c_str());
  }
  const legion::Domain& parent = partition.parent->domain;
  forest.set_piece(partition, number,
                   legion::intersect(combined(first, others, combine, parent.box.dim), parent));
  if (given.is_last) {
    forest.finish_pieces(partition);
    const std::string wrong = legion::false_claim(partition, given.kind);
    if (!wrong.empty()) {
      realm::fatal_error("error: %s: the program declares a partition of `%s` %s", call,
                         partition.parent->root->name.c_str(), wrong.c_str());
    }
  }
  return legion::handle_of(forest.subregion(partition, number)).index_space;
}

}  // namespace

legion_index_partition_t legion_index_partition_create_pending_partition(legion_runtime_t, legion_context_t,
                                                                         legion_index_space_t parent,
                                                                         legion_index_space_t color_space,
                                                                         legion_partition_kind_t kind,
                                                                         legion_color_t) {
  // The pieces come later, and regions would not get those of a tree that has no fields.
  if (parent.tid == 0)
    realm::fatal_error("%s: only the index space of a region can be partitioned", __func__);
  legion::Forest& forest = forest_of_process();
  legion::Region& region = legion::region_to_partition(parent);
  const legion::Domain& colors = forest.ispace(color_space.id).domain;
  const uint64_t color_count = colors.box.volume();
  std::vector<OwnedDomain> pieces(color_count, no_points(region.domain.box.dim));
  legion::Partition& partition = forest.create_partition(region, color_space.id, std::move(pieces));
  pending().add(partition.id, color_count, colors.volume(), kind);
  return legion::handle_of(partition);
}

legion_index_space_t legion_index_partition_create_index_space_union_spaces(
    legion_runtime_t, legion_context_t, legion_index_partition_t parent, legion_domain_point_t color,
    const legion_index_space_t* spaces, size_t count) {
  return give(parent, color, nullptr, points_of(spaces, count), legion::unite, __func__);
}
legion_index_space_t legion_index_partition_create_index_space_union_partition(
    legion_runtime_t, legion_context_t, legion_index_partition_t parent, legion_domain_point_t color,
    legion_index_partition_t handle) {
  return give(parent, color, nullptr, pieces_of(handle), legion::unite, __func__);
}
legion_index_space_t legion_index_partition_create_index_space_intersection_spaces(
    legion_runtime_t, legion_context_t, legion_index_partition_t parent, legion_domain_point_t color,
    const legion_index_space_t* spaces, size_t count) {
  return give(parent, color, nullptr, points_of(spaces, count), legion::intersect, __func__);
}
legion_index_space_t legion_index_partition_create_index_space_intersection_partition(
    legion_runtime_t, legion_context_t, legion_index_partition_t parent, legion_domain_point_t color,
    legion_index_partition_t handle) {
  return give(parent, color, nullptr, pieces_of(handle), legion::intersect, __func__);
}
legion_index_space_t legion_index_partition_create_index_space_difference(
    legion_runtime_t, legion_context_t, legion_index_partition_t parent, legion_domain_point_t color,
    legion_index_space_t initial, const legion_index_space_t* spaces, size_t count) {
  return give(parent, color, &points_of(initial), points_of(spaces, count), legion::subtract, __func__);
}
