#include "runtime/legion/cpp/program.h"

#include <atomic>
#include <cstdlib>
#include <thread>

#include "realm/runtime.h"
#include "runtime/legion/cpp/handshake.h"
#include "runtime/legion/cpp/launch_shape.h"
#include "runtime/legion/cpp/mapper_face.h"
#include "runtime/legion/cpp/trees.h"
#include "runtime/legion/cpp/watchdog.h"
#include "runtime/legion/flags.h"
#include "runtime/legion/mapper/launch_mapper.h"
#include "runtime/legion/process.h"
#include "runtime/realm/core_config.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/machine.h"
#include "runtime/realm/process_state.h"
#include "runtime/realm/sanitizers.h"
#include "runtime/realm/worker.h"

namespace Legion {

namespace Internal {

namespace {

struct Program {
  bool has_top_level_task = false;
  TaskID top_level_task = 0;
  std::atomic<int> return_code{0};
  std::thread background;
  std::atomic<bool> is_running{false};
  // The command line that programs ask for.
  std::vector<char*> arguments;
  InputArgs input{nullptr, 0};
  TaskContext* top_level = nullptr;
};

Program& program() {
  static auto* instance = new Program;
  return *instance;
}

Runtime* the_runtime() {
  static Runtime runtime;
  return &runtime;
}

void run_program(std::vector<char*> arguments) {
  std::vector<char*> rest;
  const core::Options options = core::parse_flags(static_cast<int>(arguments.size()), arguments.data(), rest);
  // The machine as programs ask about it; the workers that run tasks are the core's.
  Realm::Runtime machine;
  auto* config = dynamic_cast<realm::CoreConfig*>(machine.get_module_config("core"));
  const bool is_initialized = config != nullptr;
  if (!is_initialized) {
    machine.network_init(nullptr, nullptr);
    machine.create_configs(0, nullptr);
    config = dynamic_cast<realm::CoreConfig*>(machine.get_module_config("core"));
    config->util = 0;
  }
  // What the program changed after `initialize` stays.
  if (!is_initialized || config->cpu == realm::CoreConfig().cpu)
    config->cpu = options.workers > 0 ? options.workers : realm::allowed_cpus();
  if (!is_initialized || options.memory_bytes)
    config->sysmem = options.memory_bytes ? options.memory_bytes : realm::allowed_memory_bytes();
  if (!is_initialized || options.io_workers) config->io = options.io_workers;
  config->stack_size = options.stack_bytes;
  const int workers = config->cpu;
  const int outside_threads = core::count_threads();
  machine.start();
  begin_trees();
  core::cpp_face = &mapper_face();
  api::TaskDesc main = {};
  const TaskEntry* top_task =
      program().has_top_level_task ? Registry::get().find_task(program().top_level_task) : nullptr;
  main.name = top_task ? top_task->name.c_str() : "top level";
  main.loc = {"C++", 0};
  main.body = &run_top_level_body;
  const api::TaskDesc* tasks[] = {&main};
  std::string flag = "-ll:cpu", count = std::to_string(workers);
  if (arguments.empty()) arguments.push_back(flag.data());
  arguments.insert(arguments.begin() + 1, {flag.data(), count.data()});
  arguments.push_back(nullptr);
  // Who starts in the background, or has threads, may do something at any time.
  std::unique_ptr<Watchdog> watchdog;
  if (program().has_top_level_task && outside_threads == core::kThreadsOfSimplePrograms)
    watchdog = std::make_unique<Watchdog>(outside_threads);
  // The schedule checker's verdict is the program's, too.
  if (const int code = api::run({tasks, 1, &main}, static_cast<int>(arguments.size()) - 1, arguments.data()))
    Runtime::set_return_code(code);
  watchdog.reset();
  core::cpp_face = nullptr;
  end_handshakes();
  end_trees();
  machine.shutdown();
  machine.wait_for_shutdown();
  for (auto& entry : Registry::get().tasks) {
    for (auto& variant : entry.second->variants) variant->shapes.clear();
  }
}

}  // namespace

void run_top_level_body(api::Context& context, const void*, void*) {
  begin_handshakes(core::ContextImpl::of(context));
  if (!program().has_top_level_task) {
    run_implicit_tasks(core::ContextImpl::of(context));
    return;
  }
  Variant& variant = variant_of(program().top_level_task);
  auto* task = new LaunchedTask(variant, nullptr);
  run_variant(core::ContextImpl::of(context), *task, nullptr, program().top_level, nullptr, 0);
  task->drop_reference();
}

bool is_running_in_background() {
  return program().background.joinable();
}

bool has_top_level_task() {
  return program().has_top_level_task;
}

TaskID top_level_task() {
  return program().top_level_task;
}

TaskContext* top_level_context() {
  return program().top_level;
}

void set_top_level_context(TaskContext* context) {
  program().top_level = context;
}

Processor current_processor(const core::ContextImpl& context) {
  if (core::LaunchMapper* mapper = context.runtime().mapper)
    return Processor{mapper->processor_id(context.task())};
  const realm::Worker* worker = realm::Worker::current();
  const auto& all = realm::processors();
  const size_t index = worker ? static_cast<size_t>(const_cast<realm::Worker*>(worker)->index()) : 0;
  return index < all.size() ? all[index]->handle : all.front()->handle;
}

}  // namespace Internal

using Internal::program;

int Runtime::start(int argc, char** argv, bool background, bool, bool filter) {
  Internal::Program& p = program();
  if (p.is_running.exchange(true))
    palatine::realm::fatal_error("error: Runtime::start is called while the runtime runs");
  if (!p.has_top_level_task && !background)
    palatine::realm::fatal_error("error: Runtime::start is called before Runtime::set_top_level_task_id");
  std::vector<char*> arguments(argv, argv + argc);
  if (filter) {
    palatine::legion::parse_flags(argc, argv, p.arguments);
  } else {
    p.arguments = arguments;
    p.arguments.push_back(nullptr);
  }
  p.input = {p.arguments.data(), static_cast<int>(p.arguments.size()) - 1};
  p.return_code = 0;
  if (background) {
    p.background = std::thread([arguments] { Internal::run_program(arguments); });
    return 0;
  }
  Internal::run_program(std::move(arguments));
  p.is_running = false;
  return p.return_code;
}

int Runtime::wait_for_shutdown() {
  Internal::Program& p = program();
  if (!p.background.joinable())
    palatine::realm::fatal_error("error: Runtime::wait_for_shutdown needs a start in the background");
  if (!p.has_top_level_task) Internal::end_implicit_tasks();
  p.background.join();
  Internal::reset_implicit_tasks();
  p.is_running = false;
  return p.return_code;
}

void Runtime::initialize(int* argc, char*** argv, bool filter, bool parse) {
  Realm::Runtime realm;
  realm.network_init(argc, argv);
  realm.create_configs(*argc, *argv);
  if (parse) realm.parse_command_line(*argc, *argv);
  if (!filter) return;
  std::vector<char*> rest;
  palatine::legion::parse_flags(*argc, *argv, rest);
  for (size_t k = 0; k < rest.size(); k++) (*argv)[k] = rest[k];
  *argc = static_cast<int>(rest.size()) - 1;
}

void Runtime::set_return_code(int return_code) {
  // The first failure stays.
  int none = 0;
  program().return_code.compare_exchange_strong(none, return_code);
}

void Runtime::set_top_level_task_id(TaskID top_id) {
  program().has_top_level_task = top_id != LEGION_AUTO_GENERATE_ID;
  program().top_level_task = top_id;
}

void Runtime::set_top_level_task_mapper_id(MapperID) {}

const InputArgs& Runtime::get_input_args() {
  InputArgs& input = program().input;
  // Not started here: a program of the language runs, and its mappers or C++ functions ask.
  if (auto* runtime = input.argv ? nullptr : palatine::legion::runtime_of_process())
    input = {runtime->arguments.data(), static_cast<int>(runtime->arguments.size()) - 1};
  return input;
}

bool Runtime::has_runtime() {
  return palatine::legion::runtime_of_process() != nullptr;
}

Runtime* Runtime::get_runtime(Processor) {
  return Internal::the_runtime();
}

bool Runtime::has_context() {
  return Internal::running_context() != nullptr;
}

Context Runtime::get_context() {
  return &Internal::need_context("Runtime::get_context");
}

const Task* Runtime::get_context_task(Context ctx) {
  return &ctx->task;
}

const Task* Runtime::get_current_task(Context ctx) {
  return &ctx->task;
}

Processor Runtime::get_executing_processor(Context ctx) {
  return Internal::current_processor(ctx->core);
}

void* Runtime::get_local_task_variable_untyped(Context ctx, LocalVariableID id) {
  auto found = ctx->variables.find(id);
  if (found == ctx->variables.end())
    palatine::realm::fatal_error("error: task `%s` reads local variable %u, which it has not set",
                                 ctx->task.get_task_name(), id);
  return found->second.value;
}

void Runtime::set_local_task_variable_untyped(Context ctx, LocalVariableID id, const void* value,
                                              void (*destructor)(void*)) {
  TaskContext::Variable& variable = ctx->variables[id];
  if (variable.destroy) variable.destroy(variable.value);
  variable = {const_cast<void*>(value), destructor};
}

void Runtime::legion_task_preamble(const void* data, size_t, Processor, const Task*& task,
                                   const std::vector<PhysicalRegion>*& regions, Context& ctx,
                                   Runtime*& runtime) {
  ctx = *static_cast<TaskContext* const*>(data);
  task = &ctx->task;
  regions = &ctx->regions;
  runtime = get_runtime();
}

void Runtime::legion_task_postamble(Context ctx, const void* value, size_t size, bool owned,
                                    Realm::RegionInstance, const void*, size_t) {
  ctx->has_result = true;
  if (ctx->result && size) ctx->result->set(value, size, ctx->result_capacity_bytes);
  if (owned) free(const_cast<void*>(value));
}

void Runtime::legion_task_postamble(Context ctx, const void* value, size_t size, bool owned,
                                    const Realm::ExternalInstanceResource& resource,
                                    void (*freefunc)(const Realm::ExternalInstanceResource&), const void*,
                                    size_t) {
  legion_task_postamble(ctx, value, size, false);
  if (owned && freefunc) freefunc(resource);
}

void Runtime::legion_task_postamble(Context ctx, FutureFunctor* functor, bool owned) {
  size_t size = 0, metadata_bytes = 0;
  bool owns_value = false;
  const Realm::ExternalInstanceResource* resource = nullptr;
  void (*freefunc)(const Realm::ExternalInstanceResource&) = nullptr;
  const void* metadata = nullptr;
  const void* value =
      functor->callback_get_future(size, owns_value, resource, freefunc, metadata, metadata_bytes);
  legion_task_postamble(ctx, value, size, owns_value && !freefunc);
  if (owns_value && freefunc && resource) freefunc(*resource);
  functor->callback_release_future();
  if (owned) delete functor;
}

void Runtime::legion_task_postamble(Context ctx, const Domain& domain, bool, const void*, size_t) {
  legion_task_postamble(ctx, &domain, sizeof(domain));
}

const char* Runtime::get_legion_version() {
  return "palatine";
}

}  // namespace Legion
