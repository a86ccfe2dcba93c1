#include "runtime/legion/cpp/running_task.h"
#include "runtime/legion/schedule_log.h"

#include <cstdlib>
#include <utility>

#include "runtime/legion/c_calls.h"
#include "runtime/legion/cpp/launch_pattern.h"
#include "runtime/legion/cpp/physical_region.h"
#include "runtime/legion/cpp/program.h"
#include "runtime/legion/cpp/trees.h"
#include "runtime/legion/cpp/watchdog.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/worker.h"

namespace Legion {

namespace Internal {

const core::CppTaskCalls* c_calls();

// Tasks in C++ call functions of the C API, too, and these are to know them.
[[maybe_unused]] static const bool is_known = [] {
  core::cpp_task_calls = c_calls();
  return true;
}();

// DefaultMapper::VIRTUAL_MAP.
constexpr MappingTagID kVirtualMapTag = 1;

LaunchedTask::LaunchedTask(const Variant& of, LaunchedTask* from) : variant(of), parent(from) {
  task_id = of.task->id;
  if (!parent) return;
  parent->add_reference();
  parent_task = parent;
  depth = parent->depth + 1;
}

LaunchedTask::~LaunchedTask() {
  if (single_launch_) single_launch_->description = nullptr;
  if (parent) parent->drop_reference();
}

void LaunchedTask::end() {
  if (pattern) {
    pattern->give_back(this);
  } else {
    delete this;
  }
}

void LaunchedTask::end_use() {
  if (parent) parent->drop_reference();
  parent = nullptr;
  parent_task = nullptr;
  indexes.clear();
  futures.clear();
  wait_barriers.clear();
  arrive_barriers.clear();
  output_regions.clear();
  provenance.clear();
  if (single_launch_) single_launch_->outputs.reset();
}

void LaunchedTask::begin_again(LaunchedTask* from) {
  references_.store(1, std::memory_order_relaxed);
  unique_id_.store(0, std::memory_order_relaxed);
  parent = from;
  parent_task = from;
  if (from) from->add_reference();
  depth = from ? from->depth + 1 : 0;
  args = local_args = nullptr;
  arglen = local_arglen = 0;
  is_index_space = concurrent_task = must_epoch_task = local_function = false;
  index_domain = Domain();
  index_point = DomainPoint();
  orig_proc = Processor::NO_PROC;
  mapper_data = nullptr;
  mapper_data_size = 0;
}

Launch& LaunchedTask::single_launch() {
  if (!single_launch_) single_launch_ = std::make_unique<Launch>(nullptr);
  single_launch_->description = this;
  return *single_launch_;
}

UniqueID LaunchedTask::get_unique_id() const {
  static std::atomic<UniqueID> last{0};
  UniqueID id = unique_id_.load(std::memory_order_relaxed);
  if (id != 0) return id;
  const UniqueID fresh = last.fetch_add(1, std::memory_order_relaxed) + 1;
  return unique_id_.compare_exchange_strong(id, fresh, std::memory_order_relaxed) ? fresh : id;
}

Launch::~Launch() {
  if (description) description->drop_reference();
  if (results) results->drop_reference();
}

TaskContext* running_context() {
  realm::Worker* worker = realm::Worker::current();
  if (!worker) return implicit_context();
  if (!worker->note) return nullptr;
  const auto* task = static_cast<const core::Task*>(worker->note);
  if (task->info.desc->body == &run_task_body) return reinterpret_cast<LaunchArguments*>(task->args)->context;
  // An ExternState begins with it.
  if (const uint32_t state = task->info.desc->extern_state)
    return *reinterpret_cast<TaskContext**>(task->args + state - 1);
  return task->info.desc->body == &run_top_level_body ? top_level_context() : nullptr;
}

TaskContext& need_context(const char* call) {
  TaskContext* context = running_context();
  if (!context) realm::fatal_error("error: %s is called outside of a task", call);
  return *context;
}

void wait_for(realm::Event event, const char* what) {
  if (event.has_triggered()) return;
  realm::Worker* worker = realm::Worker::current();
  const TaskContext* context = running_context();
  const Waiting waiting(context ? &context->task : nullptr, what, worker && !worker->fiber());
  if (worker && !worker->fiber()) {
    realm::wait_on_thread(event);
  } else {
    realm::wait(event);
  }
}

LaunchedTask* describe_point(const Launch& launch, uint64_t k) {
  const LaunchedTask& all = *launch.description;
  LaunchedTask* task;
  if (all.pattern) {
    task = all.pattern->take(all.parent);
  } else {
    task = new LaunchedTask(all.variant, all.parent);
    task->regions = all.regions;
  }
  task->map_id = all.map_id;
  task->tag = all.tag;
  task->mapper_data = all.mapper_data;
  task->mapper_data_size = all.mapper_data_size;
  if (!all.indexes.empty()) task->indexes = all.indexes;
  if (!all.futures.empty()) task->futures = all.futures;
  for (const std::vector<Future>& futures : launch.point_futures) task->futures.push_back(futures[k]);
  if (!all.wait_barriers.empty()) task->wait_barriers = all.wait_barriers;
  if (!all.arrive_barriers.empty()) task->arrive_barriers = all.arrive_barriers;
  task->args = all.args;
  task->arglen = all.arglen;
  task->is_index_space = true;
  task->concurrent_task = all.concurrent_task;
  task->must_epoch_task = all.must_epoch_task;
  task->index_domain = all.index_domain;
  task->index_point = launch.points[k];
  task->sharding_space = all.sharding_space;
  if (k < launch.point_arguments.size()) {
    task->local_args = const_cast<char*>(launch.point_arguments[k].data());
    task->local_arglen = launch.point_arguments[k].size();
  }
  task->context_index = all.context_index;
  task->provenance_view = all.provenance_view;
  const size_t count = task->regions.size();
  for (size_t r = 0; r < count; r++) {
    task->regions[r].region = launch.point_regions[k * count + r];
    task->regions[r].partition = LogicalPartition();
    task->regions[r].parent = all.regions[r].parent;
    task->regions[r].handle_type = LEGION_SINGULAR_PROJECTION;
  }
  return task;
}

// What the mapper, or for programs without one the default mapper's tag, leaves to the task.
static void unmap_virtual_arguments(TaskContext& context, const LaunchArguments* arguments) {
  const bool has_mapper = context.core.runtime().mapper != nullptr;
  for (size_t k = 0; k < context.regions.size(); k++) {
    const bool is_chosen = arguments && k < 64 && (arguments->virtual_regions >> k & 1);
    const bool is_tagged = !has_mapper && (context.task.regions[k].tag & kVirtualMapTag);
    if (is_chosen || is_tagged) unmap(context, context.regions[k]);
  }
}

void run_variant(core::ContextImpl& core, LaunchedTask& task, LaunchArguments* arguments,
                 TaskContext*& running, FutureValue* value, size_t capacity_bytes) {
  const Variant& variant = arguments && arguments->variant ? *arguments->variant : task.variant;
  TaskContext context(core, task);
  running = &context;
  if (arguments) context.barrier = arguments->launch->barrier;
  OutputStore* outputs = arguments ? arguments->launch->outputs.get() : nullptr;
  if (outputs) {
    task.output_regions = outputs->requirements;
    context.outputs = open_outputs(context, *outputs, arguments->layouts);
  }
  context.result = value;
  context.result_capacity_bytes = capacity_bytes;
  task.current_proc = task.target_proc = current_processor(core);
  if (!task.orig_proc.exists()) task.orig_proc = task.current_proc;
  context.regions.swap(task.kept_regions);
  context.regions.resize(task.regions.size());
  for (size_t k = 0; k < task.regions.size(); k++)
    map_argument(context, static_cast<unsigned>(k), variant, arguments ? arguments->layouts : nullptr,
                 context.regions[k]);
  if (!variant.registrar.leaf_variant) unmap_virtual_arguments(context, arguments);
  if (variant.code) {
    TaskContext* self = &context;
    variant.code(&self, sizeof(self), variant.user_data.data(), variant.user_data.size(), task.current_proc);
  } else {
    TaskCall call{&task,
                  &context.regions,
                  &context,
                  Runtime::get_runtime(),
                  variant.user_data.data(),
                  variant.user_data.size(),
                  &context};
    variant.body(call);
  }
  if (outputs) keep_outputs(context.outputs, *outputs, arguments->point);
  running = nullptr;
}

void TaskCall::set_result(const void* value, size_t size_bytes) {
  auto& running = *static_cast<TaskContext*>(record);
  running.has_result = true;
  if (running.result) running.result->set(value, size_bytes, running.result_capacity_bytes);
}

void run_task_body(api::Context& context, const void* args, void* result) {
  auto& arguments = *static_cast<LaunchArguments*>(const_cast<void*>(args));
  Launch& launch = *arguments.launch;
  core::ContextImpl& core = core::ContextImpl::of(context);
  LaunchedTask* task = launch.is_index ? describe_point(launch, arguments.point) : launch.description;
  FutureValue nothing;
  FutureValue* value = &nothing;
  // A point that has no event of its own is complete when the body has returned.
  bool ends_here = false;
  size_t capacity_bytes = task->variant.result_bytes == kSelfSized ? 0 : task->variant.result_bytes;
  if (launch.results) {
    PointFutures& futures = launch.results->futures;
    // What is checked later has to see that the future follows from the task.
    ends_here = core.task().is_in_block() ||
                (core.task().info.desc->is_leaf && !core.task().gpu && !core::schedule_log);
    if (!ends_here) futures.complete_after(arguments.point, core.task().done);
    if (futures.have_results()) value = &value_of(*futures.at(arguments.point));
  } else {
    value = new (result) FutureValue;
    if (launch.fold) {
      value->owner = launch.fold;
      capacity_bytes = launch.fold->sizeof_rhs;
    }
  }
  run_variant(core, *task, &arguments, arguments.context, value, capacity_bytes);
  delete arguments.layouts;
  if (launch.fold && value->size_bytes != launch.fold->sizeof_rhs)
    realm::fatal_error("error: task `%s` returns %zu bytes, but the reduction of its results needs %zu",
                       task->get_task_name(), value->size_bytes, launch.fold->sizeof_rhs);
  if (!launch.is_index) {
    task->drop_reference();
    return;
  }
  task->drop_reference();
  if (ends_here) launch.results->futures.complete(arguments.point);
  if (launch.points_left.fetch_sub(1, std::memory_order_acq_rel) == 1) delete &launch;
}

}  // namespace Internal

TaskContext::TaskContext(palatine::legion::ContextImpl& of, Internal::LaunchedTask& running)
    : core(of), task(running) {}

TaskContext::~TaskContext() {
  for (PhysicalRegion& region : regions) Internal::forget_context(region);
  if (task.pattern) task.kept_regions.swap(regions);
  for (PhysicalRegion& region : inline_regions) Internal::forget_context(region);
  for (Realm::RegionInstance instance : instances) instance.destroy();
  for (void* buffer : buffers) free(buffer);
  for (auto& [id, variable] : variables) {
    if (variable.destroy) variable.destroy(variable.value);
  }
  if (!traces.empty())
    palatine::realm::fatal_error("error: task `%s` ends inside trace %u", task.get_task_name(),
                                 traces.back());
}

}  // namespace Legion
