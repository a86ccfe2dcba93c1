#include "runtime/legion/cpp/launch_shape.h"

#include <algorithm>
#include <mutex>

#include "runtime/legion/cpp/trees.h"
#include "runtime/realm/fatal.h"

namespace Legion::Internal {

api::Privilege privilege_of(const RegionRequirement& requirement) {
  if (requirement.is_no_access()) return api::Privilege::none;
  if (requirement.privilege == LEGION_REDUCE) return api::Privilege::reduce;
  if (requirement.privilege & LEGION_DISCARD_MASK) return api::Privilege::write_discard;
  if (requirement.privilege & LEGION_WRITE_PRIV) return api::Privilege::read_write;
  if (requirement.privilege & LEGION_READ_PRIV) return api::Privilege::read;
  return api::Privilege::none;
}

bool is_shared(const RegionRequirement& requirement) {
  const unsigned coherence = requirement.prop & ~LEGION_COLLECTIVE_MASK;
  return coherence == LEGION_SIMULTANEOUS || coherence == LEGION_RELAXED;
}

static FieldSpace fields_of(const RegionRequirement& requirement) {
  return requirement.handle_type == LEGION_PARTITION_PROJECTION ? requirement.partition.get_field_space()
                                                                : requirement.region.get_field_space();
}

std::vector<uint16_t> slots_of(const RegionRequirement& requirement) {
  std::vector<uint16_t> slots;
  FieldSpaceImpl& space = field_space_of(fields_of(requirement), "a region requirement");
  slots.reserve(requirement.privilege_fields.size());
  for (FieldID field : requirement.privilege_fields) slots.push_back(space.slot_of(field));
  std::sort(slots.begin(), slots.end());
  return slots;
}

// ---- shapes

Variant::Variant() = default;
Variant::~Variant() = default;

namespace {

template <typename T>
void append(std::string& key, T value) {
  key.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

api::Projection projection_of_requirement(const RegionRequirement& requirement) {
  if (requirement.handle_type == LEGION_PARTITION_PROJECTION)
    return requirement.projection == 0 ? api::Projection::identity : api::Projection::computed;
  return requirement.handle_type == LEGION_SINGULAR_PROJECTION || requirement.projection == 0
             ? api::Projection::invariant_region
             : api::Projection::computed;
}

void fold_values(void* accumulator, const void* value) {
  auto& into = *static_cast<FutureValue*>(accumulator);
  const auto& from = *static_cast<const FutureValue*>(value);
  const auto& op = *static_cast<const ReductionOp*>(into.owner);
  op.cpu_fold_excl_fn(into.data(), op.sizeof_rhs, from.data(), op.sizeof_rhs, 1, op.userdata);
}

std::unique_ptr<Shape> make_shape(Variant& variant, const ShapeRequest& request) {
  auto shape = std::make_unique<Shape>();
  const auto& requirements = *request.requirements;
  const auto region_count = static_cast<uint16_t>(requirements.size());
  auto offset = static_cast<uint32_t>(sizeof(LaunchArguments));
  for (const RegionRequirement& requirement : requirements) {
    shape->params.push_back({"region", api::ParamKind::region, offset, sizeof(api::Region)});
    shape->projections.push_back(projection_of_requirement(requirement));
    shape->fields.push_back(slots_of(requirement));
    offset += sizeof(api::Region);
  }
  offset = (offset + 7) / 8 * 8;
  for (uint16_t k = 0; k < request.await_count + request.arrive_count; ++k) {
    (k < request.await_count ? shape->awaits : shape->arrives)
        .push_back(static_cast<uint16_t>(shape->params.size()));
    shape->params.push_back({"barrier", api::ParamKind::value, offset, sizeof(api::PhaseBarrier)});
    shape->projections.push_back(api::Projection::value);
    offset += sizeof(api::PhaseBarrier);
  }
  shape->future_param = static_cast<uint16_t>(shape->params.size());
  if (request.has_futures) {
    // Only waited for: the body finds the futures in its description.
    shape->params.push_back({"future", api::ParamKind::value, 0, 0});
    shape->projections.push_back(api::Projection::value);
  }
  for (uint16_t k = 0; k < region_count; ++k) {
    const RegionRequirement& requirement = requirements[k];
    shape->requirements.push_back({k, privilege_of(requirement), api::ReductionOp::add,
                                   shape->fields[k].data(), static_cast<uint16_t>(shape->fields[k].size()),
                                   is_shared(requirement)});
  }

  const size_t bytes = variant.result_bytes;
  shape->result_capacity_bytes = request.form == LaunchForm::fold ? request.fold_bytes
                                 : bytes == kSelfSized            ? 0
                                                                  : bytes;
  api::TaskDesc& task = shape->task;
  task = {};
  task.name = variant.task->name.c_str();
  task.loc = {"C++", 0};
  task.args_size_bytes = offset;
  task.args_align_bytes = 16;
  task.result_size_bytes =
      request.form == LaunchForm::index
          ? 0
          : static_cast<uint32_t>(sizeof(FutureValue) + (shape->result_capacity_bytes + 15) / 16 * 16);
  task.params = shape->params.data();
  task.param_count = static_cast<uint16_t>(shape->params.size());
  task.requirements = shape->requirements.data();
  task.requirement_count = region_count;
  task.is_leaf = variant.registrar.leaf_variant && !request.is_concurrent;
  task.is_inner = variant.registrar.inner_variant;
  task.is_idempotent = variant.registrar.idempotent_variant;
  task.is_replicable = variant.registrar.replicable_variant;
  task.body = &run_task_body;
  task.awaits = shape->awaits.data();
  task.await_count = request.await_count;
  task.arrives = shape->arrives.data();
  task.arrive_count = request.arrive_count;
  shape->site = {&task, task.loc};
  shape->index_site = {
      &task, task.loc, shape->projections.data(), request.form == LaunchForm::fold ? &fold_values : nullptr,
      true,  false};
  return shape;
}

}  // namespace

Shape& shape_of(Variant& variant, const ShapeRequest& request) {
  std::string key;
  append(key, request.form);
  append(key, request.has_futures);
  append(key, request.is_concurrent);
  append(key, request.await_count);
  append(key, request.arrive_count);
  append(key, request.fold_bytes);
  for (const RegionRequirement& requirement : *request.requirements) {
    append(key, privilege_of(requirement));
    append(key, is_shared(requirement));
    append(key, projection_of_requirement(requirement));
    append(key, requirement.privilege_fields.size());
    for (uint16_t slot : slots_of(requirement)) append(key, slot);
  }
  {
    std::shared_lock lock(variant.mutex);
    auto known = variant.shapes.find(key);
    if (known != variant.shapes.end()) return *known->second;
  }
  std::unique_ptr<Shape> made = make_shape(variant, request);
  std::unique_lock lock(variant.mutex);
  return *variant.shapes.try_emplace(std::move(key), std::move(made)).first->second;
}

// ---- privileges

namespace {

// Whether `region` is `top` or lies in one of its partitions.
bool is_below(const core::Region* region, const core::Region& top) {
  for (; region; region = region->parent ? region->parent->parent : nullptr) {
    if (region == &top) return true;
  }
  return false;
}

std::string privilege_name(PrivilegeMode privilege) {
  if (privilege == LEGION_REDUCE) return "reduces";
  if ((privilege & LEGION_READ_WRITE) == LEGION_READ_WRITE) return "reads and writes";
  if (privilege & LEGION_WRITE_PRIV) return "writes";
  return privilege & LEGION_READ_PRIV ? "reads" : "no privilege";
}

bool covers(const RegionRequirement& have, const RegionRequirement& wanted) {
  const unsigned need = wanted.privilege & LEGION_READ_WRITE, own = have.privilege & LEGION_READ_WRITE;
  if (need & ~own) return false;
  return have.privilege != LEGION_REDUCE || wanted.redop == 0 || have.redop == wanted.redop;
}

}  // namespace

void check_requirement(TaskContext& context, const RegionRequirement& wanted, const std::string& what) {
  const char* name = context.task.get_task_name();
  const bool is_partition = wanted.handle_type == LEGION_PARTITION_PROJECTION;
  const std::string handle = is_partition ? name_of(wanted.partition) : name_of(wanted.region);
  if (is_partition ? !wanted.partition.exists() : !wanted.region.exists())
    realm::fatal_error("error: task `%s` %s with a requirement that names no region", name, what.c_str());
  if (!wanted.parent.exists())
    realm::fatal_error("error: task `%s` %s with a requirement on %s without a parent region", name,
                       what.c_str(), handle.c_str());
  core::Forest& forest = context.core.forest();
  const core::Region& parent = region_of(wanted.parent);
  const core::Region& used = is_partition ? *partition_of(wanted.partition).parent : region_of(wanted.region);
  if (!is_below(&used, parent))
    realm::fatal_error("error: task `%s` %s with a requirement on %s, which does not lie in its parent %s",
                       name, what.c_str(), handle.c_str(), name_of(wanted.parent).c_str());
  if (privilege_of(wanted) == api::Privilege::none) return;
  bool has_tree = false;
  std::set<FieldID> missing = wanted.privilege_fields;
  for (const RegionRequirement& own : context.task.regions) {
    if (own.region.get_tree_id() != wanted.parent.get_tree_id()) continue;
    has_tree = true;
    const core::Region* top = forest.find_region(Handle::core_region(own.region));
    if (!top || !is_below(&parent, *top) || !covers(own, wanted)) continue;
    for (FieldID field : own.privilege_fields) missing.erase(field);
  }
  if (missing.empty() || (!has_tree && was_made_by(parent.root->id, context.task))) return;
  if (!has_tree)
    realm::fatal_error(
        "error: task `%s` %s with a requirement on %s, but it has no privilege for that region and has not "
        "made it",
        name, what.c_str(), handle.c_str());
  realm::fatal_error(
      "error: task `%s` %s with a requirement that %s field %s of %s, which exceeds its own "
      "privileges",
      name, what.c_str(), privilege_name(wanted.privilege).c_str(),
      field_name(wanted.parent.get_field_space(), *missing.begin()).c_str(), handle.c_str());
}

RegionRequirement requirement_for(LogicalRegion region, LogicalRegion parent, const std::set<FieldID>& fields,
                                  PrivilegeMode privilege) {
  RegionRequirement requirement(region, privilege, LEGION_EXCLUSIVE, parent);
  for (FieldID field : fields) requirement.add_field(field);
  return requirement;
}

}  // namespace Legion::Internal
