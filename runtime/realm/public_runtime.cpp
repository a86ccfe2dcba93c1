#include <condition_variable>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>

#include "realm/codedesc.h"
#include "realm/logging.h"
#include "realm/module.h"
#include "realm/numa/numa_module.h"
#include "realm/profiling.h"
#include "realm/runtime.h"
#include "realm/timers.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/numa.h"
#include "runtime/realm/openmp.h"
#include "runtime/realm/process_state.h"
#include "runtime/realm/task.h"
#include "runtime/realm/worker.h"

namespace Realm {

namespace core = palatine::realm;

namespace {

// What lives from the first `Runtime` on. One start and stop after the other.
struct RuntimeState {
  std::unique_ptr<core::CoreConfig> config;
  std::unique_ptr<core::NumaConfig> numa_config;
  std::unique_ptr<core::OpenMpConfig> openmp_config;
  std::unique_ptr<core::GpuConfig> gpu_config;
  std::unique_ptr<Numa::NumaModule> numa_module;
  bool is_configured = false;

  std::mutex mutex;  // guards what follows
  std::condition_variable asked;
  bool is_shutdown_asked = false;
  Event asked_event;
  int result_code = 0;
  Event stop_event;  // with the finish event of the task that asked
};

RuntimeState& state() {
  static auto* instance = new RuntimeState;
  return *instance;
}

core::CoreConfig& need_config(const char* call) {
  if (!state().config) core::bad_use(call, "`Runtime::create_configs` comes first");
  return *state().config;
}

}  // namespace

Runtime::Runtime() : impl(&state()) {}

Runtime Runtime::get_runtime() {
  return Runtime();
}

const char* Runtime::get_library_version() {
  return REALM_VERSION;
}

bool Runtime::network_init(int*, char***) {
  if (core::is_runtime_running()) core::bad_use("Runtime::network_init", "the runtime has been started");
  Clock::set_zero_time();
  return true;
}

bool Runtime::create_configs(int, char**) {
  if (core::is_runtime_running()) core::bad_use("Runtime::create_configs", "the runtime has been started");
  if (!state().config) state().config = std::make_unique<core::CoreConfig>();
  if (!state().numa_config) state().numa_config = std::make_unique<core::NumaConfig>();
  if (!state().openmp_config) state().openmp_config = std::make_unique<core::OpenMpConfig>();
  if (!state().gpu_config) state().gpu_config = std::make_unique<core::GpuConfig>();
  return true;
}

ModuleConfig* Runtime::get_module_config(const std::string& name) const {
  if (name == "core") return state().config.get();
  if (name == "numa") return state().numa_config.get();
  if (name == "openmp") return state().openmp_config.get();
  if (name == "cuda" && state().gpu_config && state().gpu_config->is_present())
    return state().gpu_config.get();
  return nullptr;
}

void Runtime::parse_command_line(std::vector<std::string>& cmdline, bool remove_realm_args) {
  core::CoreConfig& config = need_config("Runtime::parse_command_line");
  std::vector<std::string> copy;
  std::vector<std::string>& words = remove_realm_args ? cmdline : (copy = cmdline);
  Logger::configure_from_cmdline(words);
  config.configure_from_cmdline(words);
  state().numa_config->configure_from_cmdline(words);
  state().openmp_config->configure_from_cmdline(words);
  state().gpu_config->configure_from_cmdline(words);
  core::refuse_other_flags(words);
}

void Runtime::parse_command_line(int argc, char** argv) {
  std::vector<std::string> words;
  for (int k = 1; k < argc; ++k) words.push_back(argv[k]);
  parse_command_line(words);
}

void Runtime::finish_configure() {
  need_config("Runtime::finish_configure").finish_configure();
  state().numa_config->finish_configure();
  state().openmp_config->finish_configure();
  state().gpu_config->finish_configure();
}

bool Runtime::configure_from_command_line(int argc, char** argv) {
  parse_command_line(argc, argv);
  finish_configure();
  return true;
}

bool Runtime::configure_from_command_line(std::vector<std::string>& cmdline, bool remove_realm_args) {
  parse_command_line(cmdline, remove_realm_args);
  finish_configure();
  return true;
}

void Runtime::start() {
  if (core::is_runtime_running()) core::bad_use("Runtime::start", "the runtime has been started");
  core::CoreConfig& config = need_config("Runtime::start");
  config.finish_configure();
  state().numa_config->finish_configure();
  state().openmp_config->finish_configure();
  state().gpu_config->finish_configure();
  state().is_shutdown_asked = false;
  state().numa_module = core::make_numa_module(*state().numa_config);
  core::start_process(config, *state().numa_config, *state().openmp_config, *state().gpu_config);
}

bool Runtime::init(int* argc, char*** argv) {
  int no_words = 0;
  char** nothing = nullptr;
  if (!argc || !argv) {
    argc = &no_words;
    argv = &nothing;
  }
  if (!network_init(argc, argv) || !create_configs(*argc, *argv)) return false;
  if (!configure_from_command_line(*argc, *argv)) return false;
  start();
  return true;
}

bool Runtime::register_task(Processor::TaskFuncID taskid, Processor::TaskFuncPtr taskptr) {
  core::need_runtime("Runtime::register_task");
  if (!taskptr) core::bad_use("Runtime::register_task", "the function of task %u is null", taskid);
  bool is_new = true;
  for (auto& processor : core::processors()) {
    is_new = processor->register_task(taskid, core::TaskEntry{taskptr, nullptr, {}}) && is_new;
  }
  return is_new;
}

Event Runtime::collective_spawn(Processor target_proc, Processor::TaskFuncID task_id, const void* args,
                                size_t arglen, Event wait_on, int priority) {
  core::need_target(target_proc, "Runtime::collective_spawn");
  return target_proc.spawn(task_id, args, arglen, wait_on, priority);
}

Event Runtime::collective_spawn_by_kind(Processor::Kind target_kind, Processor::TaskFuncID task_id,
                                        const void* args, size_t arglen, bool one_per_node, Event wait_on,
                                        int priority) {
  core::need_runtime("Runtime::collective_spawn_by_kind");
  std::vector<Event> spawned;
  for (auto& processor : core::processors()) {
    if (target_kind != Processor::NO_KIND && processor->kind != target_kind) continue;
    spawned.push_back(processor->handle.spawn(task_id, args, arglen, wait_on, priority));
    if (one_per_node) break;
  }
  if (spawned.empty()) {
    core::bad_use("Runtime::collective_spawn_by_kind", "there is no processor of kind %s",
                  Processor::get_kind_name(target_kind));
  }
  return Event::merge_events(spawned);
}

void Runtime::run(Processor::TaskFuncID task_id, RunStyle style, const void* args, size_t arglen,
                  bool background) {
  core::need_runtime("Runtime::run");
  // Processors that have a task for their start run it before anything else.
  std::vector<Event> started;
  for (auto& processor : core::processors()) {
    if (!processor->find_task(Processor::TASK_ID_PROCESSOR_INIT)) continue;
    started.push_back(processor->handle.spawn(Processor::TASK_ID_PROCESSOR_INIT, nullptr, 0, Event::NO_EVENT,
                                              std::numeric_limits<int>::max()));
  }
  const Event start = Event::merge_events(started);
  if (task_id != 0) {
    if (style == ONE_TASK_PER_PROC) {
      collective_spawn_by_kind(Processor::NO_KIND, task_id, args, arglen, false, start);
    } else {
      collective_spawn(core::processors().front()->handle, task_id, args, arglen, start);
    }
  }
  if (!background) wait_for_shutdown();
}

void Runtime::shutdown(Event wait_on, int result_code) {
  const char* call = "Runtime::shutdown";
  core::need_runtime(call);
  core::core_event(wait_on, call);
  RuntimeState& s = state();
  std::lock_guard lock(s.mutex);
  if (s.is_shutdown_asked) {
    if (wait_on != s.asked_event || result_code != s.result_code) {
      core::bad_use(call, "it was asked for with event %llx and code %d, now with event %llx and code %d",
                    s.asked_event.id, s.result_code, wait_on.id, result_code);
    }
    return;
  }
  s.is_shutdown_asked = true;
  s.asked_event = wait_on;
  s.result_code = result_code;
  core::Task* task = core::Task::current();
  s.stop_event = task ? Event::merge_events(wait_on, Event::ignorefaults(task->finish_event())) : wait_on;
  s.asked.notify_all();
}

int Runtime::wait_for_shutdown() {
  const char* call = "Runtime::wait_for_shutdown";
  core::need_runtime(call);
  if (core::Worker::current()) core::bad_use(call, "a task cannot wait for the end");
  RuntimeState& s = state();
  Event stop_event;
  int result_code;
  {
    std::unique_lock lock(s.mutex);
    s.asked.wait(lock, [&] { return s.is_shutdown_asked; });
    stop_event = s.stop_event;
    result_code = s.result_code;
  }
  bool is_poisoned;
  stop_event.external_wait_faultaware(is_poisoned);
  if (is_poisoned) core::bad_use("Runtime::shutdown", "event %llx is poisoned", stop_event.id);
  std::vector<Event> last;
  for (auto& processor : core::processors()) {
    if (!processor->find_task(Processor::TASK_ID_PROCESSOR_SHUTDOWN)) continue;
    last.push_back(processor->handle.spawn(Processor::TASK_ID_PROCESSOR_SHUTDOWN, nullptr, 0));
  }
  Event::merge_events_ignorefaults(last).external_wait();
  core::stop_process();
  s.config.reset();
  s.numa_config.reset();
  s.openmp_config.reset();
  s.gpu_config.reset();
  s.numa_module.reset();
  fflush(stdout);
  return result_code;
}

Module* Runtime::get_module_untyped(const char* name) {
  return std::string_view(name) == "numa" ? state().numa_module.get() : nullptr;
}

}  // namespace Realm
