#include "runtime/legion/cpp/trees.h"

#include <algorithm>

#include "runtime/legion/cpp/launch_pattern.h"
#include "runtime/legion/cpp/privileges.h"
#include "runtime/legion/cpp/semantic_info.h"
#include "runtime/legion/process.h"
#include "runtime/legion/run_after.h"
#include "runtime/realm/fatal.h"

namespace Legion {

namespace Internal {

namespace {
std::unique_ptr<Trees> current;
}  // namespace

RegionTree::~RegionTree() {
  if (owner) owner->drop_reference();
}

Trees::~Trees() {
  field_spaces.for_each([](FieldSpaceImpl* space) { delete space; });
  for (auto& entry : sparse_domains) entry.second.destroy();
}

Trees& trees() {
  if (!current) realm::fatal_error("error: regions are used while the runtime does not run");
  return *current;
}

void begin_trees() {
  end_names_epoch();
  current = std::make_unique<Trees>();
}

void end_trees() {
  current.reset();
  SemanticInfo::get().forget_handles();
}

core::Forest& forest_of_run(const char* call) {
  core::Runtime* runtime = core::runtime_of_process();
  if (!runtime) realm::fatal_error("error: %s is called while the runtime does not run", call);
  return runtime->forest;
}

static const char* running_task_name() {
  TaskContext* context = running_context();
  return context ? context->task.get_task_name() : "(none)";
}

core::Region& index_space_of(IndexSpace handle, const char* call) {
  core::Region* region = handle.exists() ? forest_of_run(call).find_region(handle.get_id()) : nullptr;
  if (!region)
    realm::fatal_error(
        "error: %s: task `%s` uses an index space (%u) that does not exist: it was destroyed, or "
        "never made",
        call, running_task_name(), handle.get_id());
  return *region;
}

core::Partition& index_partition_of(IndexPartition handle, const char* call) {
  core::Partition* partition =
      handle.exists() ? forest_of_run(call).find_partition(handle.get_id()) : nullptr;
  if (!partition)
    realm::fatal_error(
        "error: %s: task `%s` uses an index partition (%u) that does not exist: it was destroyed, "
        "or never made",
        call, running_task_name(), handle.get_id());
  return *partition;
}

FieldSpaceImpl& field_space_of(FieldSpace handle, const char* call) {
  FieldSpaceImpl* space = handle.exists() ? trees().field_spaces.find(handle.get_id()) : nullptr;
  if (!space)
    realm::fatal_error(
        "error: %s: task `%s` uses a field space (%u) that does not exist: it was destroyed, or "
        "never made",
        call, running_task_name(), handle.get_id());
  return *space;
}

core::Region& region_of(const LogicalRegion& handle) {
  core::Region* region =
      handle.exists() ? forest_of_run("a region").find_region(Handle::core_region(handle)) : nullptr;
  if (!region)
    realm::fatal_error(
        "error: task `%s` uses a region (%u) that does not exist: it was destroyed, or never made",
        running_task_name(), handle.get_tree_id());
  return *region;
}

core::Partition& partition_of(const LogicalPartition& handle) {
  core::Partition* partition =
      handle.exists() ? forest_of_run("a partition").find_partition(Handle::core_partition(handle)) : nullptr;
  if (!partition)
    realm::fatal_error(
        "error: task `%s` uses a partition (%u) that does not exist: it was destroyed, or never "
        "made",
        running_task_name(), handle.get_tree_id());
  return *partition;
}

uint64_t color_number(const core::Partition& partition, const DomainPoint& color, const char* call) {
  int64_t c[core::kMaxDim];
  coordinates_of(color, c);
  if (color.dim != partition.colors.dim || !partition.colors.contains_point(c))
    realm::fatal_error("error: %s: a partition has no colour %s; its colours are %s", call,
                       text_of(color).c_str(), text_of(to_domain(partition.colors)).c_str());
  return partition.colors.linear_index(c);
}

DomainPoint color_of(const core::Partition& partition, uint64_t number) {
  int64_t c[core::kMaxDim];
  partition.colors.point_at(number, c);
  return to_point(partition.colors.dim, c);
}

// ---- handles

IndexSpace index_space_handle(const core::Region& region, TypeTag tag) {
  return Handle::index_space(region.id, region.root->id, tag);
}

IndexPartition index_partition_handle(const core::Partition& partition, TypeTag tag) {
  return Handle::index_partition(partition.id, partition.parent->root->id, tag);
}

LogicalRegion subregion_handle(const LogicalPartition& handle, uint64_t color) {
  core::Forest& forest = forest_of_run("a subregion");
  const core::Region& region = forest.subregion(partition_of(handle), color);
  const IndexPartition index = handle.get_index_partition();
  const core::Region& space = forest.subregion(index_partition_of(index, "a subregion"), color);
  return Handle::region(handle.get_tree_id(), Handle::index_space(space.id, region.id, index.get_type_tag()),
                        handle.get_field_space());
}

LogicalPartition partition_handle(const LogicalRegion& handle, IndexPartition index) {
  const core::Partition& model = index_partition_of(index, "get_logical_partition");
  core::Region& region = region_of(handle);
  const uint64_t key = uint64_t{region.id} << 32 | index.get_id();
  auto made = [&](uint32_t id) {
    return Handle::partition(handle.get_tree_id(),
                             Handle::index_partition(index.get_id(), id, handle.get_type_tag()),
                             handle.get_field_space());
  };
  Trees& all = trees();
  {
    std::shared_lock lock(all.mutex);
    auto tree = all.regions.find(handle.get_tree_id());
    if (tree != all.regions.end()) {
      auto known = tree->second->partitions.find(key);
      if (known != tree->second->partitions.end()) return made(known->second);
    }
  }
  if (model.parent->id != handle.get_index_space().get_id())
    realm::fatal_error("error: get_logical_partition: the index partition is not one of %s",
                       name_of(handle).c_str());
  std::unique_lock lock(all.mutex);
  if (all.pending.has(index.get_id()))
    realm::fatal_error("error: get_logical_partition: the pieces of a pending partition are not all known");
  auto tree = all.regions.find(handle.get_tree_id());
  if (tree == all.regions.end())
    realm::fatal_error("error: task `%s` uses %s, which was destroyed", running_task_name(),
                       name_of(handle).c_str());
  uint32_t& id = tree->second->partitions[key];
  if (id == 0) id = forest_of_run("get_logical_partition").create_partition_like(region, model).id;
  return made(id);
}

Domain domain_of(IndexSpace space) {
  const core::Region& region = index_space_of(space, "get_index_space_domain");
  if (region.domain.is_dense()) return to_domain(region.domain.box);
  Trees& all = trees();
  {
    std::shared_lock lock(all.mutex);
    auto known = all.sparse_domains.find(space.get_id());
    if (known != all.sparse_domains.end()) return known->second;
  }
  Domain made = to_domain(region.domain);
  std::unique_lock lock(all.mutex);
  auto [entry, is_new] = all.sparse_domains.try_emplace(space.get_id(), made);
  if (!is_new) made.destroy();
  return entry->second;
}

IndexSpace make_index_space(core::OwnedDomain domain, TypeTag tag) {
  core::Forest& forest = forest_of_run("create_index_space");
  const uint32_t ispace = forest.create_ispace(std::move(domain));
  const core::RootRegion& root = forest.create_root(ispace, {nullptr, nullptr, 0}, {nullptr, {nullptr, 0}});
  std::unique_lock lock(trees().mutex);
  trees().index_references[root.id].owned = 1;
  return index_space_handle(root, tag);
}

IndexPartition name_partition(core::Partition& partition, Color color, TypeTag tag) {
  Trees& all = trees();
  std::unique_lock lock(all.mutex);
  std::map<Color, uint32_t>& siblings = all.partitions[partition.parent->id];
  if (color == LEGION_AUTO_GENERATE_ID) {
    color = siblings.empty() ? 0 : siblings.rbegin()->first + 1;
  } else if (siblings.count(color)) {
    realm::fatal_error("error: task `%s` makes two partitions of colour %u of one index space",
                       running_task_name(), color);
  }
  siblings[color] = partition.id;
  all.owned_partitions[partition.id] = {color};
  return index_partition_handle(partition, tag);
}

// Calls visit(region) and visit(partition) for everything in a tree.
template <typename Visit>
static void visit_tree(const core::Region& region, Visit& visit) {
  visit(region);
  for (const core::Partition* partition : region.partitions) {
    visit(*partition);
    for (uint64_t k = 0; k < partition->color_count; k++) {
      if (const core::Region* child = partition->children[k].load(std::memory_order_acquire))
        visit_tree(*child, visit);
    }
  }
}

// Numbers are given again when a tree has ended: what is known about them must be gone.
static void forget_names(std::vector<uint32_t> regions, std::vector<uint32_t> partitions) {
  if (!current) return;
  Trees& all = *current;
  std::vector<Domain> domains;
  {
    std::unique_lock lock(all.mutex);
    for (uint32_t id : regions) {
      all.partitions.erase(id);
      auto domain = all.sparse_domains.find(id);
      if (domain == all.sparse_domains.end()) continue;
      domains.push_back(domain->second);
      all.sparse_domains.erase(domain);
    }
    for (uint32_t id : partitions) all.owned_partitions.erase(id);
  }
  for (Domain& domain : domains) domain.destroy();
}

void give_up_index_tree(TaskContext& context, core::RootRegion& root, bool is_owner) {
  end_names_epoch();
  {
    Trees& all = trees();
    std::unique_lock lock(all.mutex);
    auto found = all.index_references.find(root.id);
    if (is_owner && (found == all.index_references.end() || found->second.owned == 0))
      realm::fatal_error("error: %s destroys %s a second time", who(context.task).c_str(),
                         name_of_space(root).c_str());
    if (found == all.index_references.end()) return;
    Trees::IndexReferences& references = found->second;
    (is_owner ? references.owned : references.used)--;
    if (references.owned > 0 || references.used > 0) return;
    all.index_references.erase(found);
  }
  std::vector<uint32_t> regions, partitions;
  {
    struct {
      std::vector<uint32_t>&regions, &partitions;
      void operator()(const core::Region& region) { regions.push_back(region.id); }
      void operator()(const core::Partition& partition) { partitions.push_back(partition.id); }
    } collect{regions, partitions};
    std::lock_guard lock(root.mutex);
    visit_tree(root, collect);
  }
  // Tasks that were launched may still ask for them.
  core::run_after(context.core.all_launched(),
                  [regions = std::move(regions), partitions = std::move(partitions)]() mutable {
                    forget_names(std::move(regions), std::move(partitions));
                  });
  context.core.destroy(root);
}

uint32_t color_space_of(IndexSpace colors, const char* call) {
  core::Region& space = index_space_of(colors, call);
  const uint32_t id = forest_of_run(call).ispace_of(space);
  Trees& all = trees();
  std::unique_lock lock(all.mutex);
  // Partitions name their colour space as long as they live.
  if (all.color_spaces.try_emplace(id, colors).second) all.index_references[space.root->id].used++;
  return id;
}

Maker maker_of(uint32_t root, const LaunchedTask& task) {
  Trees& all = trees();
  std::shared_lock lock(all.mutex);
  auto tree = all.regions.find(root);
  if (tree == all.regions.end()) return Maker::destroyed;
  return !tree->second->owner || tree->second->owner->descends_from(task) ? Maker::task : Maker::other;
}

std::string name_of(const LogicalRegion& handle) {
  core::Region* region = forest_of_run("a region").find_region(Handle::core_region(handle));
  if (region && !region->root->name.empty())
    return (region->is_root() ? "region `" : "a subregion of `") + region->root->name + "`";
  return "region (" + std::to_string(handle.get_index_space().get_id()) + "," +
         std::to_string(handle.get_field_space().get_id()) + "," + std::to_string(handle.get_tree_id()) + ")";
}

std::string name_of(const LogicalPartition& handle) {
  core::Partition* partition = forest_of_run("a partition").find_partition(Handle::core_partition(handle));
  if (partition && !partition->parent->root->name.empty())
    return "a partition of `" + partition->parent->root->name + "`";
  return "partition (" + std::to_string(handle.get_index_partition().get_id()) + "," +
         std::to_string(handle.get_field_space().get_id()) + "," + std::to_string(handle.get_tree_id()) + ")";
}

std::string name_of_space(const core::Region& space) {
  const void* name = nullptr;
  size_t size = 0;
  SemanticInfo::get().retrieve({SemanticKind::index_space, space.id, 0}, LEGION_NAME_SEMANTIC_TAG, name, size,
                               true);
  if (name) return std::string("index space `") + static_cast<const char*>(name) + "`";
  return "index space " + std::to_string(space.id);
}

std::string field_name(FieldSpace handle, FieldID field) {
  FieldSpaceImpl* space = handle.exists() ? trees().field_spaces.find(handle.get_id()) : nullptr;
  if (space) {
    std::shared_lock lock(space->mutex);
    auto found = space->fields.find(field);
    if (found != space->fields.end() && !found->second.name.empty()) return "`" + found->second.name + "`";
  }
  return std::to_string(field);
}

static uint16_t slot_in(const std::map<FieldID, FieldSpaceImpl::Field>& fields, FieldID field) {
  auto found = fields.find(field);
  if (found == fields.end())
    realm::fatal_error("error: task `%s` uses field %u of a field space that has no such field",
                       running_task_name(), field);
  return found->second.slot;
}

uint16_t FieldSpaceImpl::slot_of(FieldID field) const {
  std::shared_lock lock(mutex);
  return slot_in(fields, field);
}

std::vector<uint16_t> FieldSpaceImpl::slots_of(const std::set<FieldID>& wanted) const {
  std::vector<uint16_t> slots;
  slots.reserve(wanted.size());
  {
    std::shared_lock lock(mutex);
    for (FieldID field : wanted) slots.push_back(slot_in(fields, field));
  }
  std::sort(slots.begin(), slots.end());
  return slots;
}

size_t FieldSpaceImpl::size_of(FieldID field) const {
  std::shared_lock lock(mutex);
  auto found = fields.find(field);
  if (found == fields.end())
    realm::fatal_error("error: task `%s` asks for field %u of a field space that has no such field",
                       running_task_name(), field);
  return found->second.size_bytes;
}

}  // namespace Internal

IndexTreeID IndexSpace::get_tree_id() const {
  const auto* region = exists() ? Internal::forest_of_run("get_tree_id").find_region(id) : nullptr;
  return region ? region->root->id : 0;
}

IndexTreeID IndexPartition::get_tree_id() const {
  const auto* partition = exists() ? Internal::forest_of_run("get_tree_id").find_partition(id) : nullptr;
  return partition ? partition->parent->root->id : 0;
}

}  // namespace Legion
