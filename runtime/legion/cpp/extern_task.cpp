// Tasks of programs in Regent that are implemented in C++ (runtime/api/palatine_extern.h).
//
// Their code sees the region trees of the program under handles of C++: a region is its own index space, and
// its fields have the numbers that Regent gives them, from kFirstField on.
#include "runtime/api/palatine_extern.h"

#include <cstring>
#include <memory>
#include <vector>

#include "runtime/legion/cpp/trees.h"
#include "runtime/legion/mapper/descriptions.h"
#include "runtime/legion/mapper/startup.h"
#include "runtime/realm/fatal.h"

namespace Legion::Internal {

namespace {

constexpr FieldID kFirstField = 101;

// While a program runs. The regions that are left end behind that.
bool has_trees = false;

// The numbers of regions are given again.
void forget_region(uint32_t id) {
  if (!has_trees) return;
  Trees& all = trees();
  std::unique_lock lock(all.mutex);
  auto domain = all.sparse_domains.find(id);
  if (domain != all.sparse_domains.end()) {
    domain->second.destroy();
    all.sparse_domains.erase(domain);
  }
  auto tree = all.regions.find(id);
  if (tree == all.regions.end()) return;
  const uint32_t space = tree->second->fields.get_id();
  all.regions.erase(tree);
  delete all.field_spaces.find(space);
  all.field_spaces.remove(space);
}

// Programs that call such tasks link this file, and begin with it.
[[maybe_unused]] const bool is_watching = [] {
  core::add_start_callback([](Realm::Machine, const std::set<Realm::Processor>&) {
    begin_trees();
    has_trees = true;
    forest_of_run("the start").tell_of_freed_regions(&forget_region);
  });
  core::add_stop_callback([] {
    has_trees = false;
    end_trees();
  });
  return true;
}();

FieldSpace field_space_of_root(const core::RootRegion& root) {
  Trees& all = trees();
  {
    std::shared_lock lock(all.mutex);
    auto known = all.regions.find(root.id);
    if (known != all.regions.end()) return known->second->fields;
  }
  std::unique_lock lock(all.mutex);
  std::unique_ptr<RegionTree>& tree = all.regions[root.id];
  if (tree) return tree->fields;
  auto* space = new FieldSpaceImpl;
  all.field_spaces.add(space);
  space->name = root.field_space_name;
  for (const api::FieldDesc& field : root.fields) {
    const auto slot = static_cast<uint16_t>(space->next_slot++);
    space->fields[kFirstField + slot] = {slot, field.size_bytes, field.name ? field.name : "", 0};
  }
  tree = std::make_unique<RegionTree>();
  tree->fields = Handle::field_space(space->id);
  tree->root_space = tree->index_root = root.id;
  return tree->fields;
}

// Of at most LEGION_MAX_DIM dimensions.
TypeTag tag_of(const core::Region& region) {
  return type_tag_of(region.domain.box.dim);
}

IndexSpace index_space_of_region(const core::Region& region) {
  return Handle::index_space(region.id, region.id, tag_of(region));
}

LogicalRegion handle_of(const core::Region& region) {
  return Handle::region(region.root->id, index_space_of_region(region), field_space_of_root(*region.root));
}

// An index space that is no region's: a tree of its own.
IndexSpace index_space_of_ispace(core::Forest& forest, uint32_t ispace) {
  static std::mutex mutex;
  // Guarded by it: by the number of the index space.
  static auto* const known = new std::unordered_map<uint32_t, uint32_t>;
  std::lock_guard lock(mutex);
  uint32_t& id = (*known)[ispace];
  const core::OwnedDomain& domain = forest.ispace(ispace).domain;
  const core::Region* region = id ? forest.find_region(id) : nullptr;
  const core::Box& box = domain.box;
  const bool is_same = region && region->domain.points == domain.points &&
                       region->domain.box.dim == box.dim && region->domain.box.contains(box) &&
                       box.contains(region->domain.box);
  if (!is_same) id = forest.create_root(ispace, {nullptr, nullptr, 0}, {nullptr, {nullptr, 0}}).id;
  return index_space_of_region(forest.region(id));
}

void add_requirements(core::ContextImpl& context, const api::TaskDesc& desc, const char* own,
                      LaunchedTask& task) {
  for (uint16_t k = 0; k < desc.requirement_count; ++k) {
    const api::RequirementDesc& wanted = desc.requirements[k];
    const auto& handle = *reinterpret_cast<const api::Region*>(own + desc.params[wanted.param].offset);
    RegionRequirement requirement;
    requirement.region = requirement.parent = handle_of(context.region(handle.id, desc.loc));
    requirement.privilege = palatine::legion::mode_of(wanted.privilege);
    requirement.prop = wanted.is_shared ? LEGION_SIMULTANEOUS : LEGION_EXCLUSIVE;
    requirement.handle_type = LEGION_SINGULAR_PROJECTION;
    for (uint16_t f = 0; f < wanted.field_count; ++f)
      requirement.add_field(kFirstField + context.forest().views().field(handle.view, wanted.fields[f]));
    task.regions.push_back(std::move(requirement));
  }
}

Variant& variant_for(const api::TaskDesc& desc) {
  const TaskEntry* entry = Registry::get().find_task(desc.given_id);
  if (!entry || entry->variants.empty())
    realm::fatal_error(
        "%s:%u: error: task `%s` is implemented elsewhere, under the number %u, but no code is registered "
        "with this number",
        desc.loc.file, desc.loc.line, desc.name, desc.given_id);
  return variant_of(desc.given_id);
}

}  // namespace

}  // namespace Legion::Internal

namespace palatine::api {

using namespace Legion::Internal;

static_assert(sizeof(RawIspace) == sizeof(Legion::IndexSpace));
static_assert(sizeof(RawRegion) == sizeof(Legion::LogicalRegion));
static_assert(sizeof(RawPartition) == sizeof(Legion::LogicalPartition));

RawIspace extern_handle(Context& context, Ispace ispace) {
  core::ContextImpl& core = core::ContextImpl::of(context);
  return __builtin_bit_cast(RawIspace, index_space_of_ispace(core.forest(), ispace.id));
}

RawRegion extern_handle(Context& context, Region region) {
  core::ContextImpl& core = core::ContextImpl::of(context);
  return __builtin_bit_cast(RawRegion, handle_of(core.forest().region(region.id)));
}

RawPartition extern_handle(Context& context, Partition handle) {
  core::ContextImpl& core = core::ContextImpl::of(context);
  const core::Partition& partition = core.forest().partition(handle.id);
  const core::Region& parent = *partition.parent;
  return __builtin_bit_cast(
      RawPartition,
      Handle::partition(parent.root->id, Handle::index_partition(partition.id, partition.id, tag_of(parent)),
                        field_space_of_root(*parent.root)));
}

uint32_t extern_field(Context& context, Region region, uint16_t field) {
  return kFirstField + context.field_id(region, field);
}

void call_extern(Context& context, const uint64_t* futures, const void* arguments, uint64_t size_bytes,
                 const void* own, void* result) {
  core::ContextImpl& core = core::ContextImpl::of(context);
  const TaskDesc& desc = *core.task().info.desc;
  Variant& variant = variant_for(desc);
  auto* task = new LaunchedTask(variant, nullptr);
  task->args = const_cast<void*>(arguments);
  task->arglen = size_bytes;
  add_requirements(core, desc, static_cast<const char*>(own), *task);
  for (uint16_t k = 0; k < desc.param_count; ++k) {
    if (!(futures[k / 64] >> k % 64 & 1)) continue;
    const ParamDesc& param = desc.params[k];
    task->futures.push_back(
        Legion::Future::from_untyped_pointer(static_cast<const char*>(own) + param.offset, param.size_bytes));
  }
  if (desc.loop_point) {
    const auto& point =
        *reinterpret_cast<const LoopPoint*>(static_cast<const char*>(own) + desc.loop_point - 1);
    if (point.dim >= 1 && point.dim <= LEGION_MAX_DIM) task->index_point = to_point(point.dim, point.c);
  }
  task->is_index_space = core.task().batch != nullptr;
  auto& state =
      *reinterpret_cast<ExternState<1>*>(static_cast<char*>(const_cast<void*>(own)) + desc.extern_state - 1);
  const size_t capacity_bytes = desc.result_size_bytes;
  std::vector<FutureValue> value(1 + (capacity_bytes + sizeof(FutureValue) - 1) / sizeof(FutureValue));
  run_variant(core, *task, nullptr, *reinterpret_cast<Legion::TaskContext**>(&state.running), value.data(),
              capacity_bytes);
  if (value[0].size_bytes != capacity_bytes)
    realm::fatal_error(
        "%s:%u: error: task `%s` has a result of %u bytes, but the code registered for it "
        "(number %u) returns %zu",
        desc.loc.file, desc.loc.line, desc.name, desc.result_size_bytes, desc.given_id, value[0].size_bytes);
  if (capacity_bytes) memcpy(result, value[0].data(), capacity_bytes);
  FutureValue::destroy(value.data());
  task->drop_reference();
}

}  // namespace palatine::api
