// Trees of regions.
#include <algorithm>

#include "runtime/legion/cpp/launch_pattern.h"
#include "runtime/legion/cpp/physical_region.h"
#include "runtime/legion/cpp/privileges.h"
#include "runtime/legion/cpp/trees.h"
#include "runtime/realm/fatal.h"

namespace Legion {

using namespace Internal;

LogicalRegion Internal::RegionCalls::create_logical_region(Context ctx, IndexSpace index, FieldSpace fields,
                                                           bool, const char*) {
  core::Forest& forest = forest_of_run("create_logical_region");
  core::Region& space = index_space_of(index, "create_logical_region");
  FieldSpaceImpl& field_space = field_space_of(fields, "create_logical_region");
  // All slots from the start: fields may be allocated later.
  std::vector<api::FieldDesc> descs(kFieldSlots, {nullptr, 0, 1});
  std::unique_lock fields_lock(field_space.mutex);
  if (field_space.references == 0)
    palatine::realm::fatal_error("error: %s makes a region of field space %u, which it has destroyed",
                                 who(ctx->task).c_str(), fields.get_id());
  for (const auto& [id, field] : field_space.fields)
    descs[field.slot] = {interned(field.name), std::max(field.size_bytes, 1u), 1};
  core::RootRegion& root =
      forest.create_root(forest.ispace_of(space), {field_space.name.c_str(), descs.data(), kFieldSlots},
                         {nullptr, {nullptr, 0}});
  field_space.roots.push_back(root.id);
  fields_lock.unlock();
  auto tree = std::make_unique<RegionTree>();
  tree->fields = fields;
  tree->root_space = space.id;
  tree->index_root = space.root->id;
  tree->owner = &ctx->task;
  ctx->task.add_reference();
  Trees& all = trees();
  std::unique_lock lock(all.mutex);
  all.regions[root.id] = std::move(tree);
  all.index_references[space.root->id].used++;
  return Handle::region(root.id, Handle::index_space(space.id, root.id, index.get_type_tag()), fields);
}

void Internal::IndexSpaceCalls::create_shared_ownership(Context, LogicalRegion handle) {
  region_of(handle);
  std::unique_lock lock(trees().mutex);
  auto tree = trees().regions.find(handle.get_tree_id());
  if (tree != trees().regions.end()) tree->second->references++;
}

void Internal::RegionCalls::destroy_logical_region(Context ctx, LogicalRegion handle, const bool,
                                                   const char*) {
  core::Region& region = region_of(handle);
  end_names_epoch();
  if (!region.is_root())
    palatine::realm::fatal_error("error: task `%s` destroys %s: only whole regions can be destroyed",
                                 ctx->task.get_task_name(), name_of(handle).c_str());
  for (PhysicalRegion& mapped : ctx->inline_regions) {
    if (mapped.get_logical_region().get_tree_id() == handle.get_tree_id()) unmap(*ctx, mapped);
  }
  std::unique_ptr<RegionTree> tree;
  core::RootRegion* index_root = nullptr;
  {
    Trees& all = trees();
    std::unique_lock lock(all.mutex);
    auto found = all.regions.find(region.id);
    if (found != all.regions.end()) {
      if (--found->second->references > 0) return;
      tree = std::move(found->second);
      all.regions.erase(found);
    }
  }
  if (!tree)
    palatine::realm::fatal_error("error: %s destroys %s a second time", who(ctx->task).c_str(),
                                 name_of(handle).c_str());
  {
    FieldSpaceImpl& fields = field_space_of(tree->fields, "destroy_logical_region");
    std::unique_lock lock(fields.mutex);
    std::erase(fields.roots, region.id);
    if (core::Region* index = forest_of_run("destroy_logical_region").find_region(tree->index_root))
      index_root = index->root;
  }
  ctx->core.destroy(*region.root);
  if (index_root) give_up_index_tree(*ctx, *index_root, false);
}

LogicalPartition Internal::RegionCalls::get_logical_partition(LogicalRegion parent, IndexPartition handle) {
  return partition_handle(parent, handle);
}

LogicalPartition Internal::RegionCalls::get_logical_partition_by_color(LogicalRegion parent,
                                                                       const DomainPoint& color) {
  return partition_handle(parent, get_index_partition(parent.get_index_space(), color));
}

// The region of a tree whose index space is `space`.
static LogicalRegion region_in_tree(const core::Region& space, FieldSpace fields, RegionTreeID tree,
                                    TypeTag tag) {
  core::Forest& forest = forest_of_run("get_logical_subregion_by_tree");
  core::Region& root = forest.region(tree);
  uint32_t root_space = 0;
  {
    Trees& all = trees();
    std::shared_lock lock(all.mutex);
    auto found = all.regions.find(tree);
    if (found != all.regions.end()) root_space = found->second->root_space;
  }
  if (space.id == root_space)
    return Handle::region(tree, Handle::index_space(space.id, root.id, tag), fields);
  if (space.is_root())
    palatine::realm::fatal_error(
        "error: get_logical_subregion_by_tree: the tree has no region for the index space");
  const LogicalRegion above = region_in_tree(*space.parent->parent, fields, tree, tag);
  return subregion_handle(partition_handle(above, index_partition_handle(*space.parent, tag)), space.color);
}

LogicalPartition Internal::RegionCalls::get_logical_partition_by_tree(IndexPartition handle,
                                                                      FieldSpace fspace, RegionTreeID tid) {
  const core::Partition& partition = index_partition_of(handle, "get_logical_partition_by_tree");
  return partition_handle(region_in_tree(*partition.parent, fspace, tid, handle.get_type_tag()), handle);
}

LogicalRegion Internal::RegionCalls::get_logical_subregion(LogicalPartition parent, IndexSpace handle) {
  const core::Region& space = index_space_of(handle, "get_logical_subregion");
  if (!space.parent || space.parent->id != parent.get_index_partition().get_id())
    palatine::realm::fatal_error("error: get_logical_subregion: the index space is not one of %s",
                                 name_of(parent).c_str());
  return subregion_handle(parent, space.color);
}

LogicalRegion Internal::RegionCalls::get_logical_subregion_by_color(LogicalPartition parent,
                                                                    const DomainPoint& color) {
  const core::Partition& partition = partition_of(parent);
  return subregion_handle(parent, color_number(partition, color, "get_logical_subregion_by_color"));
}

LogicalRegion Internal::RegionCalls::get_logical_subregion_by_tree(IndexSpace handle, FieldSpace fspace,
                                                                   RegionTreeID tid) {
  return region_in_tree(index_space_of(handle, "get_logical_subregion_by_tree"), fspace, tid,
                        handle.get_type_tag());
}

LogicalRegion Internal::RegionCalls::get_parent_logical_region(LogicalPartition handle) {
  const core::Region& region = *partition_of(handle).parent;
  const core::Region& space =
      *index_partition_of(handle.get_index_partition(), "get_parent_logical_region").parent;
  return Handle::region(handle.get_tree_id(), Handle::index_space(space.id, region.id, handle.get_type_tag()),
                        handle.get_field_space());
}

bool Internal::RegionCalls::has_parent_logical_partition(LogicalRegion handle) {
  return !region_of(handle).is_root();
}

LogicalPartition Internal::RegionCalls::get_parent_logical_partition(LogicalRegion handle) {
  const core::Region& region = region_of(handle);
  if (region.is_root())
    palatine::realm::fatal_error("error: get_parent_logical_partition: %s is no part of a partition",
                                 name_of(handle).c_str());
  const core::Region& space = index_space_of(handle.get_index_space(), "get_parent_logical_partition");
  return Handle::partition(
      handle.get_tree_id(),
      Handle::index_partition(space.parent->id, region.parent->id, handle.get_type_tag()),
      handle.get_field_space());
}

}  // namespace Legion
