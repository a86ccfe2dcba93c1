// Index spaces: making, ending and asking them.
#include "runtime/legion/cpp/privileges.h"
#include "runtime/legion/cpp/trees.h"
#include "runtime/realm/fatal.h"

namespace Legion {

using namespace Internal;

static TypeTag tag_of(const Domain& domain, TypeTag wanted) {
  if (wanted) return wanted;
  return type_tag_of(domain.dim);
}

IndexSpace Internal::IndexSpaceCalls::create_index_space(Context, const Domain& bounds, TypeTag type_tag,
                                                         const char*, const bool take_ownership) {
  core::OwnedDomain domain = to_core(bounds);
  if (take_ownership && !bounds.dense()) Domain(bounds).destroy();
  return make_index_space(std::move(domain), tag_of(bounds, type_tag));
}

IndexSpace Internal::IndexSpaceCalls::create_index_space(Context, size_t dimensions, const Future& future,
                                                         TypeTag type_tag, const char*) {
  const Domain bounds = future.get_result<Domain>();
  if (static_cast<size_t>(bounds.dim) != dimensions)
    palatine::realm::fatal_error(
        "error: create_index_space: a future holds a domain of %d dimensions, not %zu", bounds.dim,
        dimensions);
  return make_index_space(to_core(bounds), tag_of(bounds, type_tag));
}

IndexSpace Internal::IndexSpaceCalls::create_index_space(Context, const std::vector<DomainPoint>& points,
                                                         const char*) {
  if (points.empty()) palatine::realm::fatal_error("error: create_index_space: there are no points");
  const int dim = points.front().dim;
  for (const DomainPoint& point : points) {
    if (point.dim != dim)
      palatine::realm::fatal_error("error: create_index_space: points of %d and of %d dimensions", dim,
                                   point.dim);
  }
  core::OwnedDomain domain = to_core(dim, points, [](const DomainPoint& point) { return point; });
  return make_index_space(std::move(domain), type_tag_of(dim));
}

IndexSpace Internal::IndexSpaceCalls::create_index_space(Context, const std::vector<Domain>& rects,
                                                         const char*) {
  if (rects.empty()) palatine::realm::fatal_error("error: create_index_space: there are no rectangles");
  core::OwnedDomain all = to_core(rects.front());
  for (size_t k = 1; k < rects.size(); k++) {
    if (rects[k].dim != rects.front().dim)
      palatine::realm::fatal_error("error: create_index_space: rectangles of %d and of %d dimensions",
                                   rects.front().dim, rects[k].dim);
    all = core::unite(all, to_core(rects[k]));
  }
  return make_index_space(std::move(all), type_tag_of(rects.front().dim));
}

// ---- set operations

// Those that do not exist are left out; without any, the result does not exist either.
template <typename Combine>
static IndexSpace combine_spaces(const std::vector<IndexSpace>& spaces, const char* call, Combine combine) {
  core::OwnedDomain all;
  bool is_first = true;
  TypeTag tag = 0;
  for (IndexSpace space : spaces) {
    if (!space.exists()) continue;
    const core::Domain& next = index_space_of(space, call).domain;
    if (is_first) {
      // Also makes an owner of the points.
      all = core::unite(next, next);
      tag = space.get_type_tag();
    } else {
      if (next.box.dim != all.box.dim)
        palatine::realm::fatal_error("error: %s: index spaces of %d and of %d dimensions", call, all.box.dim,
                                     next.box.dim);
      all = combine(all, next);
    }
    is_first = false;
  }
  if (is_first) return IndexSpace::NO_SPACE;
  return make_index_space(std::move(all), tag);
}

IndexSpace Internal::IndexSpaceCalls::union_index_spaces(Context, const std::vector<IndexSpace>& spaces,
                                                         const char*) {
  return combine_spaces(spaces, "union_index_spaces",
                        [](const core::Domain& a, const core::Domain& b) { return core::unite(a, b); });
}

IndexSpace Internal::IndexSpaceCalls::intersect_index_spaces(Context, const std::vector<IndexSpace>& spaces,
                                                             const char*) {
  return combine_spaces(spaces, "intersect_index_spaces",
                        [](const core::Domain& a, const core::Domain& b) { return core::intersect(a, b); });
}

IndexSpace Internal::IndexSpaceCalls::subtract_index_spaces(Context, IndexSpace left, IndexSpace right,
                                                            const char*) {
  if (!left.exists()) return IndexSpace::NO_SPACE;
  return combine_spaces({left, right}, "subtract_index_spaces",
                        [](const core::Domain& a, const core::Domain& b) { return core::subtract(a, b); });
}

// ---- lifetime

void Internal::IndexSpaceCalls::create_shared_ownership(Context, IndexSpace handle) {
  const core::Region& space = index_space_of(handle, "create_shared_ownership");
  if (!space.is_root()) return;  // goes with its partition
  std::unique_lock lock(trees().mutex);
  trees().index_references[space.root->id].owned++;
}

void Internal::IndexSpaceCalls::create_shared_ownership(Context, IndexPartition handle) {
  index_partition_of(handle, "create_shared_ownership");
  std::unique_lock lock(trees().mutex);
  auto owned = trees().owned_partitions.find(handle.get_id());
  if (owned != trees().owned_partitions.end()) owned->second.references++;
}

void Internal::IndexSpaceCalls::destroy_index_space(Context ctx, IndexSpace handle, const bool, const bool,
                                                    const char*) {
  core::Region& space = index_space_of(handle, "destroy_index_space");
  if (!space.is_root()) return;  // goes with its partition
  give_up_index_tree(*ctx, *space.root, true);
}

void Internal::IndexSpaceCalls::destroy_index_partition(Context ctx, IndexPartition handle, const bool,
                                                        const bool, const char*) {
  if (!handle.exists()) index_partition_of(handle, "destroy_index_partition");
  core::Partition* found = forest_of_run("destroy_index_partition").find_partition(handle.get_id());
  // It went with its index space.
  if (!found) return;
  core::Partition& partition = *found;
  // The pieces may still be needed by regions that were made of them: they go with their index space. The
  // colour is free again.
  Trees& all = trees();
  std::unique_lock lock(all.mutex);
  auto owned = all.owned_partitions.find(partition.id);
  if (owned == all.owned_partitions.end())
    palatine::realm::fatal_error("error: %s destroys index partition %u of %s a second time",
                                 who(ctx->task).c_str(), partition.id,
                                 name_of_space(*partition.parent).c_str());
  if (--owned->second.references > 0) return;
  all.partitions[partition.parent->id].erase(owned->second.color);
  all.owned_partitions.erase(owned);
}

// ---- questions

Domain Internal::IndexSpaceCalls::get_index_space_domain(IndexSpace handle) {
  return domain_of(handle);
}

IndexSpace Internal::IndexSpaceCalls::get_index_subspace(IndexPartition p, const DomainPoint& color) {
  core::Partition& partition = index_partition_of(p, "get_index_subspace");
  const uint64_t number = color_number(partition, color, "get_index_subspace");
  return index_space_handle(forest_of_run("get_index_subspace").subregion(partition, number),
                            p.get_type_tag());
}

bool Internal::IndexSpaceCalls::has_index_subspace(IndexPartition p, const DomainPoint& color) {
  const core::Partition& partition = index_partition_of(p, "has_index_subspace");
  int64_t c[core::kMaxDim];
  coordinates_of(color, c);
  return color.dim == partition.colors.dim && partition.colors.contains_point(c);
}

static uint32_t find_partition(IndexSpace parent, const DomainPoint& color) {
  const core::Region& space = index_space_of(parent, "get_index_partition");
  Trees& all = trees();
  std::shared_lock lock(all.mutex);
  auto siblings = all.partitions.find(space.id);
  if (siblings == all.partitions.end()) return 0;
  auto found = siblings->second.find(color.get_color());
  return found == siblings->second.end() ? 0 : found->second;
}

IndexPartition Internal::IndexSpaceCalls::get_index_partition(IndexSpace parent, const DomainPoint& color) {
  const uint32_t id = find_partition(parent, color);
  if (id == 0)
    palatine::realm::fatal_error("error: get_index_partition: an index space has no partition of colour %s",
                                 text_of(color).c_str());
  return Handle::index_partition(id, 0, parent.get_type_tag());
}

bool Internal::IndexSpaceCalls::has_index_partition(IndexSpace parent, const DomainPoint& color) {
  return find_partition(parent, color) != 0;
}

Domain Internal::IndexSpaceCalls::get_index_partition_color_space(IndexPartition p) {
  return domain_of(get_index_partition_color_space_name(p));
}

IndexSpace Internal::IndexSpaceCalls::get_index_partition_color_space_name(IndexPartition p) {
  const core::Partition& partition = index_partition_of(p, "get_index_partition_color_space_name");
  Trees& all = trees();
  std::shared_lock lock(all.mutex);
  auto found = all.color_spaces.find(partition.colors_id);
  if (found == all.color_spaces.end())
    palatine::realm::fatal_error(
        "error: get_index_partition_color_space_name: the colour space is not known");
  return found->second;
}

void Internal::IndexSpaceCalls::get_index_space_partition_colors(IndexSpace handle, std::set<Color>& colors) {
  const core::Region& space = index_space_of(handle, "get_index_space_partition_colors");
  Trees& all = trees();
  std::shared_lock lock(all.mutex);
  auto found = all.partitions.find(space.id);
  if (found == all.partitions.end()) return;
  for (const auto& entry : found->second) colors.insert(entry.first);
}

bool Internal::IndexSpaceCalls::is_index_partition_disjoint(IndexPartition p) {
  return index_partition_of(p, "is_index_partition_disjoint").is_disjoint;
}

bool Internal::IndexSpaceCalls::is_index_partition_complete(IndexPartition p) {
  return index_partition_of(p, "is_index_partition_complete").is_complete();
}

DomainPoint Internal::IndexSpaceCalls::get_index_space_color_point(IndexSpace handle) {
  const core::Region& space = index_space_of(handle, "get_index_space_color_point");
  return space.is_root() ? DomainPoint(0) : color_of(*space.parent, space.color);
}

Color Internal::IndexSpaceCalls::get_index_space_color(IndexSpace handle) {
  const core::Region& space = index_space_of(handle, "get_index_space_color");
  if (space.is_root()) return 0;
  const DomainPoint point = color_of(*space.parent, space.color);
  return point.dim == 1 ? point.get_color() : static_cast<Color>(space.color);
}

Color Internal::IndexSpaceCalls::get_index_partition_color(IndexPartition p) {
  const core::Partition& partition = index_partition_of(p, "get_index_partition_color");
  Trees& all = trees();
  std::shared_lock lock(all.mutex);
  auto found = all.owned_partitions.find(partition.id);
  return found == all.owned_partitions.end() ? 0 : found->second.color;
}

IndexSpace Internal::IndexSpaceCalls::get_parent_index_space(IndexPartition p) {
  return index_space_handle(*index_partition_of(p, "get_parent_index_space").parent, p.get_type_tag());
}

bool Internal::IndexSpaceCalls::has_parent_index_partition(IndexSpace handle) {
  return !index_space_of(handle, "has_parent_index_partition").is_root();
}

IndexPartition Internal::IndexSpaceCalls::get_parent_index_partition(IndexSpace handle) {
  const core::Region& space = index_space_of(handle, "get_parent_index_partition");
  if (space.is_root())
    palatine::realm::fatal_error(
        "error: get_parent_index_partition: the index space is no part of a partition");
  return index_partition_handle(*space.parent, handle.get_type_tag());
}

unsigned Internal::IndexSpaceCalls::get_index_space_depth(IndexSpace handle) {
  unsigned depth = 0;
  for (const core::Region* r = &index_space_of(handle, "get_index_space_depth"); !r->is_root();
       r = r->parent->parent)
    depth += 2;
  return depth;
}

unsigned Internal::IndexSpaceCalls::get_index_partition_depth(IndexPartition p) {
  return get_index_space_depth(get_parent_index_space(p)) + 1;
}

DomainPoint Internal::IndexSpaceCalls::safe_cast(Context, DomainPoint point, LogicalRegion region) {
  return point_number(region_of(region).domain, point) == UINT64_MAX ? DomainPoint::nil() : point;
}

}  // namespace Legion
