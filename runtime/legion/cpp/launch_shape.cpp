#include "runtime/legion/cpp/launch_shape.h"

#include <algorithm>
#include <mutex>

#include "runtime/legion/cpp/launch_pattern.h"
#include "runtime/legion/cpp/trees.h"
#include "runtime/realm/fatal.h"

namespace Legion::Internal {

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

}  // namespace Legion::Internal
