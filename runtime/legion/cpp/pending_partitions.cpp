// Partitions whose pieces are computed one by one.
#include "runtime/legion/cpp/partitions.h"
#include "runtime/realm/fatal.h"

namespace Legion {

using namespace Internal;

IndexPartition Internal::PartitionCalls::create_pending_partition(Context, IndexSpace parent,
                                                                  IndexSpace color_space, PartitionKind kind,
                                                                  Color color, const char*) {
  const char* call = "create_pending_partition";
  const int dim = index_space_of(parent, call).domain.box.dim;
  auto domains = for_each_color(color_space, call, [&](const DomainPoint&) { return empty_domain(dim); });
  const uint64_t color_count = domains.size();
  const IndexPartition made =
      make_partition(parent, color_space, std::move(domains), LEGION_COMPUTE_KIND, color, call);
  trees().pending.add(made.get_id(), color_count, index_space_of(color_space, call).domain.volume(), kind);
  return made;
}

static IndexSpace set_piece(IndexPartition handle, const DomainPoint& color, const core::Domain& points,
                            const char* call) {
  core::Partition& partition = index_partition_of(handle, call);
  const uint64_t number = color_number(partition, color, call);
  core::Forest& forest = forest_of_run(call);
  const core::PendingPieces::Given given = trees().pending.give(handle.get_id(), number);
  if (!given.is_new)
    palatine::realm::fatal_error("error: %s: piece %s of the partition is known already", call,
                                 text_of(color).c_str());
  forest.set_piece(partition, number, core::intersect(points, partition.parent->domain));
  if (given.is_last) {
    forest.finish_pieces(partition);
    check_kind(partition, given.kind);
  }
  return index_space_handle(forest.subregion(partition, number), handle.get_type_tag());
}

// No points if there are no index spaces.
template <typename Combine>
static core::OwnedDomain combine_all(IndexPartition partition, const std::vector<IndexSpace>& spaces,
                                     const char* call, Combine combine) {
  if (spaces.empty()) return empty_domain(index_partition_of(partition, call).parent->domain.box.dim);
  core::OwnedDomain all = own(index_space_of(spaces.front(), call).domain);
  for (size_t k = 1; k < spaces.size(); k++) all = combine(all, index_space_of(spaces[k], call).domain);
  return all;
}

static std::vector<IndexSpace> pieces_of(IndexPartition handle, const char* call) {
  core::Partition& partition = index_partition_of(handle, call);
  std::vector<IndexSpace> pieces;
  for (uint64_t k = 0; k < partition.color_count; k++)
    pieces.push_back(index_space_handle(forest_of_run(call).subregion(partition, k), handle.get_type_tag()));
  return pieces;
}

static core::OwnedDomain unite_two(const core::Domain& a, const core::Domain& b) {
  return core::unite(a, b);
}
static core::OwnedDomain intersect_two(const core::Domain& a, const core::Domain& b) {
  return core::intersect(a, b);
}

IndexSpace Internal::PartitionCalls::create_index_space_union(Context, IndexPartition parent,
                                                              const DomainPoint& color,
                                                              const std::vector<IndexSpace>& handles,
                                                              const char*) {
  const char* call = "create_index_space_union";
  return set_piece(parent, color, combine_all(parent, handles, call, unite_two), call);
}

IndexSpace Internal::PartitionCalls::create_index_space_union(Context, IndexPartition parent,
                                                              const DomainPoint& color, IndexPartition handle,
                                                              const char*) {
  const char* call = "create_index_space_union";
  return set_piece(parent, color, combine_all(parent, pieces_of(handle, call), call, unite_two), call);
}

IndexSpace Internal::PartitionCalls::create_index_space_intersection(Context, IndexPartition parent,
                                                                     const DomainPoint& color,
                                                                     const std::vector<IndexSpace>& handles,
                                                                     const char*) {
  const char* call = "create_index_space_intersection";
  return set_piece(parent, color, combine_all(parent, handles, call, intersect_two), call);
}

IndexSpace Internal::PartitionCalls::create_index_space_intersection(Context, IndexPartition parent,
                                                                     const DomainPoint& color,
                                                                     IndexPartition handle, const char*) {
  const char* call = "create_index_space_intersection";
  return set_piece(parent, color, combine_all(parent, pieces_of(handle, call), call, intersect_two), call);
}

IndexSpace Internal::PartitionCalls::create_index_space_difference(Context, IndexPartition parent,
                                                                   const DomainPoint& color,
                                                                   IndexSpace initial,
                                                                   const std::vector<IndexSpace>& handles,
                                                                   const char*) {
  const char* call = "create_index_space_difference";
  core::OwnedDomain left = own(index_space_of(initial, call).domain);
  for (IndexSpace space : handles) left = core::subtract(left, index_space_of(space, call).domain);
  return set_piece(parent, color, left, call);
}

}  // namespace Legion
