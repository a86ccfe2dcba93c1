#include "runtime/legion/mapper/startup.h"

#include <string>
#include <vector>

#include "realm/logging.h"
#include "runtime/legion/mapper/manager.h"
#include "runtime/legion/mapper/mapper_error.h"
#include "runtime/legion/process.h"
#include "runtime/legion/start_hooks.h"
#include "runtime/realm/process_state.h"

namespace palatine::legion {

namespace {

// Filled before programs start, by one thread.
std::vector<StartCallback>& callbacks() {
  static auto* list = new std::vector<StartCallback>;
  return *list;
}

std::vector<void (*)()>& stop_callbacks() {
  static auto* list = new std::vector<void (*)()>;
  return *list;
}

std::unique_ptr<MapperManager> manager;
bool has_started_machine = false;

void start(Runtime& runtime, const api::ProgramDesc& program) {
  if (!realm::is_runtime_running()) {
    // The machine as the program sees it. Its own workers have nothing to do unless the program uses Realm.
    realm::CoreConfig config;
    config.cpu = runtime.scheduler.worker_count();
    config.util = 0;
    config.io = runtime.options.io_workers;
    config.sysmem = runtime.memory.limit_bytes();
    config.stack_size = runtime.options.stack_bytes;
    std::vector<std::string> words(runtime.command_line, runtime.command_line + runtime.command_line_count);
    Realm::Logger::configure_from_cmdline(words);
    realm::start_process(config, {}, {}, {});
    has_started_machine = true;
  }
  manager = std::make_unique<MapperManager>(runtime, program);
  std::set<Realm::Processor> processors;
  for (auto& processor : manager->processors().all()) processors.insert(processor->handle);
  const Realm::Machine machine = Realm::Machine::get_machine();
  // A callback may add more.
  for (size_t k = 0; k < callbacks().size(); k++) {
    const StartCallback callback = callbacks()[k];
    callback(machine, processors);
  }
  if (manager->has_mappers()) {
    manager->add_default_mappers();
    runtime.mapper = manager.get();
  }
  manager->end_registration();
}

void stop(Runtime& runtime) {
  for (void (*callback)() : stop_callbacks()) callback();
  runtime.mapper = nullptr;
  manager.reset();
  if (has_started_machine) realm::stop_process();
  has_started_machine = false;
}

constexpr StartHooks kHooks = {&start, &stop};

}  // namespace

void add_start_callback(StartCallback callback) {
  start_hooks = &kHooks;
  callbacks().push_back(std::move(callback));
}

void add_stop_callback(void (*callback)()) {
  stop_callbacks().push_back(callback);
}

MapperManager* find_mappers_of_process() {
  return manager.get();
}

MapperManager& mappers_of_process(const char* call) {
  if (manager) return *manager;
  if (!runtime_of_process()) mapping_error("%s is called while no program runs", call);
  mapping_error("%s is called by a program that had no registration callback when it started", call);
}

}  // namespace palatine::legion
