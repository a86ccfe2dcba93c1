#include "runtime/legion/cpp/mapper_face.h"

#include <mutex>

#include "runtime/legion/cpp/argument_layout.h"
#include "runtime/legion/cpp/copy_task.h"
#include "runtime/legion/cpp/launch_shape.h"
#include "runtime/legion/cpp/program.h"
#include "runtime/legion/cpp/running_task.h"
#include "runtime/legion/cpp/trees.h"
#include "runtime/legion/mapper/descriptions.h"
#include "runtime/legion/mapper/task_catalog.h"
#include "runtime/legion/tunable.h"
#include "runtime/realm/fatal.h"

namespace Legion {

namespace Internal {

namespace {

LaunchArguments& arguments_of(const core::Task& task) {
  return *reinterpret_cast<LaunchArguments*>(task.args);
}

void copy_description(core::DescribedTask& description, const Task& task, const Launch& launch) {
  if (launch.outputs) description.output_regions = launch.outputs->requirements;
  description.map_id = task.map_id;
  description.tag = task.tag;
  description.task_id = task.task_id;
  description.name = task.get_task_name();
  description.indexes = task.indexes;
  description.regions = task.regions;
  description.futures = task.futures;
  description.wait_barriers = task.wait_barriers;
  description.arrive_barriers = task.arrive_barriers;
  description.args = task.args;
  description.arglen = task.arglen;
  description.is_index_space = task.is_index_space;
  description.concurrent_task = task.concurrent_task;
  description.must_epoch_task = task.must_epoch_task;
  description.index_domain = task.index_domain;
  description.index_point = task.index_point;
  description.slice_domain = task.index_domain;
  description.sharding_space = task.sharding_space;
  description.local_args = task.local_args;
  description.local_arglen = task.local_arglen;
  description.local_function = task.local_function;
  description.context_index = task.get_context_index();
  description.provenance = task.get_provenance_string();
  description.mapper_argument.assign(static_cast<const char*>(task.mapper_data), task.mapper_data_size);
  if (task.mapper_data_size > 0) description.mapper_data = description.mapper_argument.data();
  description.mapper_data_size = task.mapper_data_size;
}

// A thread of the program as the top-level task has no registered task.
constexpr TaskID kThread = UINT32_MAX;

class Face final : public core::CppFace {
 public:
  bool is_shown(const core::Task& task) const override {
    if (task.info.desc->body != &run_task_body) return true;
    const TaskID id = arguments_of(task).launch->description->task_id;
    return id != copy_task() && id != seat_task();
  }

  void describe(core::DescribedTask& description, const core::Task& task) const override {
    if (task.info.desc->body != &run_task_body) {
      description.name = "top level";
      description.task_id = has_top_level_task() ? top_level_task() : kThread;
      if (const TaskEntry* entry = Registry::get().find_task(description.task_id))
        description.name = entry->name.c_str();
      return;
    }
    const LaunchArguments& arguments = arguments_of(task);
    if (!arguments.launch->is_index) {
      copy_description(description, *arguments.launch->description, *arguments.launch);
      description.unique_id = arguments.launch->description->get_unique_id();
      return;
    }
    LaunchedTask* point = describe_point(*arguments.launch, arguments.point);
    copy_description(description, *point, *arguments.launch);
    point->drop_reference();
  }

  void describe_launch(core::DescribedTask& description, const core::Task& point) const override {
    const Launch& launch = *arguments_of(point).launch;
    copy_description(description, *launch.description, launch);
  }

  // A task that got variants since it was asked for is made again.
  const core::CatalogTask* find_task(TaskID id) const override {
    TaskEntry* entry = Registry::get().find_task(id);
    if (!entry && id != kThread) return nullptr;
    std::lock_guard lock(mutex_);
    std::vector<std::unique_ptr<core::CatalogTask>>& made = catalog_[id];
    if (!entry) {
      if (!made.empty()) return made.back().get();
      auto thread = std::make_unique<core::CatalogTask>();
      thread->id = id;
      thread->name = "top level";
      thread->variants.push_back(std::make_unique<core::CatalogVariant>());
      thread->variants.back()->id = 1;
      return made.emplace_back(std::move(thread)).get();
    }
    std::shared_lock registry_lock(Registry::get().mutex);
    if (!made.empty() && made.back()->variants.size() == entry->variants.size()) return made.back().get();
    auto task = std::make_unique<core::CatalogTask>();
    task->id = id;
    task->name = entry->name;
    for (const auto& own : entry->variants) {
      auto variant = std::make_unique<core::CatalogVariant>();
      variant->id = own->id;
      variant->name = own->name;
      variant->is_leaf = own->registrar.leaf_variant;
      variant->is_inner = own->registrar.inner_variant;
      variant->is_idempotent = own->registrar.idempotent_variant;
      variant->is_replicable = own->registrar.replicable_variant;
      variant->execution = own->registrar.execution_constraints;
      variant->layouts = own->registrar.layout_constraints;
      task->variants.push_back(std::move(variant));
    }
    made.push_back(std::move(task));
    return made.back().get();
  }

  VariantID launched_variant(const core::Task& task) const override {
    if (task.info.desc->body != &run_task_body)
      return has_top_level_task() ? variant_of(top_level_task()).id : 0;
    return arguments_of(task).launch->description->variant.id;
  }

  bool choose_variant(core::Task& task, VariantID id) const override {
    if (task.info.desc->body != &run_task_body) return !has_top_level_task() || launched_variant(task) == id;
    LaunchArguments& arguments = arguments_of(task);
    const Variant& launched = arguments.launch->description->variant;
    arguments.variant = &launched;
    if (launched.id == id) return true;
    std::shared_lock lock(Registry::get().mutex);
    for (const auto& other : launched.task->variants) {
      if (other->id != id) continue;
      const TaskVariantRegistrar &a = launched.registrar, &b = other->registrar;
      if (a.leaf_variant != b.leaf_variant || a.inner_variant != b.inner_variant ||
          launched.result_bytes != other->result_bytes)
        return false;
      arguments.variant = other.get();
    }
    return arguments.variant->id == id;
  }

  void map_virtually(core::Task& task, unsigned requirement) const override {
    if (task.info.desc->body == &run_task_body && requirement < 64)
      arguments_of(task).virtual_regions |= uint64_t{1} << requirement;
  }

  void choose_layout(core::Task& task, unsigned requirement,
                     const LayoutConstraintSet& layout) const override {
    if (task.info.desc->body != &run_task_body) return;
    LaunchArguments& arguments = arguments_of(task);
    if (!arguments.layouts) arguments.layouts = new ChosenLayouts;
    (*arguments.layouts)[requirement].push_back(layout);
  }
  const LayoutConstraint* impossible(const LayoutConstraintSet& layout, int dim) const override {
    return impossible_constraint(layout, dim);
  }
  bool has_output(RegionTreeID tree) const override {
    Trees& all = trees();
    std::shared_lock lock(all.mutex);
    auto found = all.regions.find(tree);
    return found != all.regions.end() && found->second->is_output;
  }
  bool needs_own_memory(const LayoutConstraintSet& layout, int dim, size_t fields) const override {
    LayoutWish wish;
    wish.add(layout);
    return !wish.is_natural(dim, fields);
  }

  int slot_of(FieldSpace fields, FieldID field) const override {
    const FieldSpaceImpl& space = field_space_of(fields, "a mapper");
    std::shared_lock lock(space.mutex);
    auto found = space.fields.find(field);
    return found == space.fields.end() ? -1 : found->second.slot;
  }
  std::vector<FieldID> fields_of(FieldSpace fields) const override {
    const FieldSpaceImpl& space = field_space_of(fields, "a mapper");
    std::shared_lock lock(space.mutex);
    std::vector<FieldID> all;
    for (const auto& entry : space.fields) all.push_back(entry.first);
    return all;
  }
  std::string name_of(FieldSpace fields, FieldID field) const override { return field_name(fields, field); }

  const LayoutConstraintSet* find_layout(LayoutConstraintID id) const override {
    Registry& registry = Registry::get();
    std::shared_lock lock(registry.mutex);
    auto found = registry.layouts.find(id);
    return found == registry.layouts.end() ? nullptr : &found->second.constraints;
  }
  LayoutConstraintID add_layout(const LayoutConstraintSet& constraints) const override {
    LayoutConstraintRegistrar registrar;
    registrar.layout_constraints = constraints;
    return Runtime::preregister_layout(registrar);
  }

 private:
  mutable std::mutex mutex_;  // guards what follows; taken before the registry's
  // Old ones stay: mappers hold references.
  mutable std::unordered_map<TaskID, std::vector<std::unique_ptr<core::CatalogTask>>> catalog_;
};

}  // namespace

const core::CppFace& mapper_face() {
  static const auto* face = new Face;
  return *face;
}

}  // namespace Internal

using namespace Internal;

// ---- tunables

static Future tunable_future(Context ctx, TunableID tunable, MapperID mapper, MappingTagID tag,
                             const void* arguments, size_t bytes) {
  const std::vector<char> value = core::tunable_value(ctx->core, tunable, mapper, tag, arguments, bytes);
  return Future::from_untyped_pointer(value.data(), value.size());
}

Future Internal::OrderCalls::select_tunable_value(Context ctx, const TunableLauncher& launcher) {
  const Future value = tunable_future(ctx, launcher.tunable, launcher.mapper, launcher.tag,
                                      launcher.arg.get_ptr(), launcher.arg.get_size());
  if (launcher.return_type_size != SIZE_MAX && value.get_untyped_size() != launcher.return_type_size)
    palatine::realm::fatal_error(
        "error: task `%s` expects %zu bytes for tunable %u, but the mapper gives %zu",
        ctx->task.get_task_name(), launcher.return_type_size, launcher.tunable, value.get_untyped_size());
  return value;
}

Future Internal::OrderCalls::select_tunable_value(Context ctx, TunableID tunable, MapperID mapper,
                                                  MappingTagID tag, const void* arguments, size_t bytes) {
  return tunable_future(ctx, tunable, mapper, tag, arguments, bytes);
}

int Internal::OrderCalls::get_tunable_value(Context ctx, TunableID tunable, MapperID mapper,
                                            MappingTagID tag) {
  // The default mapper's values are wider.
  const Future value = tunable_future(ctx, tunable, mapper, tag, nullptr, 0);
  return value.get_untyped_size() == sizeof(size_t) ? static_cast<int>(value.get_result<size_t>())
                                                    : value.get_result<int>();
}

}  // namespace Legion
