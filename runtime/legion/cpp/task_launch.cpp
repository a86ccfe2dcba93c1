// Launching single tasks.
#include "runtime/legion/cpp/task_launch.h"

#include <utility>

#include "runtime/legion/cpp/grants.h"
#include "runtime/legion/cpp/launch_shape.h"
#include "runtime/legion/cpp/physical_region.h"
#include "runtime/legion/cpp/trees.h"
#include "runtime/realm/fatal.h"

namespace Legion {

namespace Internal {

LaunchedTask* describe(TaskContext& context, const KnownLaunch& known, const TaskLauncherBase& launcher) {
  LaunchedTask* task;
  if (known.pattern) {
    task = known.pattern->take(&context.task);
    for (size_t k = 0; k < task->regions.size(); k++) {
      RegionRequirement& own = task->regions[k];
      const RegionRequirement& wanted = launcher.region_requirements[k];
      own.region = wanted.region;
      own.partition = wanted.partition;
      own.parent = wanted.parent;
      own.handle_type = wanted.handle_type;
    }
  } else {
    task = new LaunchedTask(*known.variant, &context.task);
    task->regions = launcher.region_requirements;
  }
  task->map_id = launcher.map_id;
  task->tag = launcher.tag;
  // Most of these are empty, in the launcher as in the description.
  if (!launcher.index_requirements.empty()) task->indexes = launcher.index_requirements;
  if (!launcher.futures.empty()) task->futures = launcher.futures;
  if (!launcher.wait_barriers.empty()) task->wait_barriers = launcher.wait_barriers;
  if (!launcher.arrive_barriers.empty()) task->arrive_barriers = launcher.arrive_barriers;
  task->sharding_space = launcher.sharding_space;
  if (launcher.map_arg.get_size() > 0) {
    task->mapper_argument = std::make_unique<std::string>(
        static_cast<const char*>(launcher.map_arg.get_ptr()), launcher.map_arg.get_size());
    task->mapper_data = task->mapper_argument->data();
    task->mapper_data_size = task->mapper_argument->size();
  }
  if (!launcher.provenance.empty()) task->provenance = launcher.provenance;
  task->provenance_view = task->provenance;
  task->context_index = context.launched++;
  return task;
}

Variant& variant_for(const TaskContext& context, const TaskLauncherBase& launcher) {
  const TaskEntry* entry = Registry::get().find_task(launcher.task_id);
  if (!entry || entry->variants.empty()) {
    const std::string from = launcher.provenance.empty() ? "" : " (" + launcher.provenance + ")";
    realm::fatal_error("error: %s launches task %u%s, but no task with this id is registered",
                       who(context.task).c_str(), launcher.task_id, from.c_str());
  }
  return variant_of(launcher.task_id);
}

KnownLaunch& check_launch(TaskContext& context, const TaskLauncherBase& launcher) {
  if (!context.known) context.known = std::make_unique<KnownLaunches>();
  KnownLaunch& known = context.known->find(context, launcher);
  const Variant& variant = *known.variant;
  const char* name = variant.task->name.c_str();
  if (context.task.variant.registrar.leaf_variant && !launcher.enable_inlining)
    realm::fatal_error("error: %s launches task `%s`, but its variant is registered as a leaf",
                       who(context.task).c_str(), name);
  if (!launcher.region_requirements.empty())
    context.known->check(context, known, launcher.region_requirements,
                         Asking("launches", name, launcher.provenance));
  return known;
}

bool happens(const Predicate& predicate) {
  return predicate.exists() ? predicate.value().get_result<bool>() : predicate.const_value();
}

Future result_without_launch(const TaskLauncherBase& launcher) {
  if (launcher.predicate_false_future.exists()) return launcher.predicate_false_future;
  const UntypedBuffer& value = launcher.predicate_false_result;
  return Future::from_untyped_pointer(value.get_ptr(), value.get_size());
}

std::vector<api::Future> wait_list(const std::vector<Future>& futures) {
  std::vector<api::Future> list;
  list.reserve(futures.size());
  for (const Future& future : futures) {
    if (!future.impl()) continue;
    future.impl()->add_reference();
    list.emplace_back(future.impl());
  }
  return list;
}

// All that the launch waits for. A grant is a future without a value.
std::vector<api::Future> wait_list(const TaskLauncherBase& launcher) {
  std::vector<api::Future> list = wait_list(launcher.futures);
  if (!launcher.grants.empty()) list.emplace_back(make_future(0, take_grants(launcher.grants)));
  return list;
}

std::vector<api::PhaseBarrier> barrier_list(const Launcher& launcher) {
  std::vector<api::PhaseBarrier> list;
  for (const PhaseBarrier& barrier : launcher.wait_barriers) list.push_back({barrier.get_barrier().id});
  for (const PhaseBarrier& barrier : launcher.arrive_barriers) list.push_back({barrier.get_barrier().id});
  return list;
}

Future adopt(api::Future future) {
  api::FutureState* state = future.state();
  state->add_reference();
  return Future(state);
}

// Of a single task of a must epoch, which may wait for the others.
static Shape& shape_of_epoch(Variant& variant, const std::vector<RegionRequirement>& requirements,
                             bool has_futures) {
  ShapeRequest request;
  request.requirements = &requirements;
  request.has_futures = has_futures;
  request.is_concurrent = true;
  return shape_of(variant, request);
}

// The body runs at once in place of a launch: leaves may have leaves inlined. The data that it uses is mapped
// because the leaf's is.
static Future run_inline(TaskContext& context, Variant& variant, LaunchedTask* task,
                         std::vector<OutputRequirement>* outputs) {
  const char* name = task->get_task_name();
  if (!variant.registrar.leaf_variant || context.core.task().info.desc->body != &run_task_body ||
      !task->wait_barriers.empty() || !task->arrive_barriers.empty())
    realm::fatal_error(
        "error: leaf task `%s` launches task `%s`: only leaves without phase barriers can be inlined into it",
        context.task.get_task_name(), name);
  const size_t capacity_bytes = variant.result_bytes == kSelfSized ? 0 : variant.result_bytes;
  std::vector<FutureValue> room(1 + (capacity_bytes + sizeof(FutureValue) - 1) / sizeof(FutureValue));
  const std::shared_ptr<OutputStore> store = make_output_store(context, name, outputs, 1);
  Launch& launch = task->single_launch();
  launch.outputs = store;
  LaunchArguments arguments{&launch, nullptr, 0, &variant};
  // Where the running context is found.
  TaskContext*& running = reinterpret_cast<LaunchArguments*>(context.core.task().args)->context;
  run_variant(context.core, *task, &arguments, running, room.data(), capacity_bytes);
  running = &context;
  const Future result = Future::from_untyped_pointer(room[0].data(), room[0].size_bytes);
  FutureValue::destroy(room.data());
  task->drop_reference();
  if (store) make_output_regions(context, *store, Domain(), *outputs);
  return result;
}

}  // namespace Internal

Future Internal::LaunchCalls::execute_task(Context ctx, const TaskLauncher& launcher,
                                           std::vector<OutputRequirement>* outputs) {
  using namespace Internal;
  KnownLaunch& known = check_launch(*ctx, launcher);
  Variant& variant = *known.variant;
  if (!happens(launcher.predicate)) return result_without_launch(launcher);
  const LayoutsAside aside(*ctx);

  LaunchedTask* task = describe(*ctx, known, launcher);
  task->argument.assign(static_cast<const char*>(launcher.argument.get_ptr()), launcher.argument.get_size());
  task->args = task->argument.data();
  task->arglen = task->argument.size();
  task->index_point = launcher.point;
  task->index_domain = launcher.point.exists() ? Domain(launcher.point, launcher.point) : Domain();
  task->local_function = launcher.local_function_task;
  if (ctx->task.variant.registrar.leaf_variant) return run_inline(*ctx, variant, task, outputs);
  const Asking asking("launches", task->get_task_name(), launcher.provenance);
  if (task->regions.size() > 1) check_interference(task->regions, nullptr, asking);
  if (ctx->epochs > 0) join_epoch(*ctx, *task, {});
  Launch& launch = task->single_launch();
  std::shared_ptr<OutputStore> store;
  if (outputs && !outputs->empty()) {
    store = make_output_store(*ctx, task->get_task_name(), outputs, 1);
    launch.outputs = store;
  }

  std::vector<api::Future> futures;
  if (!launcher.futures.empty() || !launcher.grants.empty()) futures = wait_list(launcher);
  Shape& shape = ctx->epochs > 0 ? shape_of_epoch(variant, task->regions, !futures.empty())
                                 : known.single_shape(task->regions, !futures.empty());
  static_assert(alignof(LaunchArguments) <= 16);
  auto* arguments =
      new (__builtin_alloca_with_align(shape.task.args_size_bytes, 128)) LaunchArguments{&launch, nullptr, 0};
  for (size_t k = 0; k < task->regions.size(); k++)
    arguments->regions()[k] = api::Region{region_of(task->regions[k].region).id};
  for (size_t k = 0; k < task->regions.size(); k++) note_use(*ctx, task->regions[k], shape.fields[k], asking);
  std::vector<api::FutureArg> future_arguments;
  for (const api::Future& future : futures) future_arguments.push_back({shape.future_param, &future});
  std::vector<api::PhaseBarrier> barriers;
  if (!launcher.wait_barriers.empty() || !launcher.arrive_barriers.empty()) barriers = barrier_list(launcher);
  api::ConditionList conditions;
  if (!barriers.empty())
    conditions = {barriers.data(), static_cast<uint32_t>(launcher.wait_barriers.size()),
                  static_cast<uint32_t>(launcher.arrive_barriers.size())};
  api::Future result = ctx->core.launch(shape.site, arguments, conditions, future_arguments.data(),
                                        static_cast<uint32_t>(future_arguments.size()));
  if (variant.result_bytes == kSelfSized) result.state()->destroy = &FutureValue::destroy;
  Future future = adopt(std::move(result));
  if (!launcher.grants.empty()) use_grants(launcher.grants, future.impl()->ready);
  if (store) {
    future.get_void_result();
    make_output_regions(*ctx, *store, Domain(), *outputs);
  }
  return future;
}

}  // namespace Legion
