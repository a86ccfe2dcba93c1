// The life of a program: api::run, and the errors that end it.
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <mutex>

#include "runtime/legion/context.h"
#include "runtime/legion/crash.h"
#include "runtime/legion/flags.h"
#include "runtime/legion/mapper/cpp_face.h"
#include "runtime/legion/mapper/launch_mapper.h"
#include "runtime/legion/process.h"
#include "runtime/legion/schedule_check.h"
#include "runtime/legion/start_hooks.h"
#include "runtime/realm/block_pool.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion {

namespace {

// Guards changes of `process_runtime`.
std::mutex process_mutex;
Runtime* process_runtime = nullptr;

}  // namespace

const StartHooks* start_hooks = nullptr;
const CppFace* cpp_face = nullptr;
// Says on standard error what is wrong with the schedule; false when something is.
static bool is_schedule_right(const ScheduleLog& log) {
  const ScheduleReport report = check_schedule(log);
  if (report.failure_count == 0) return true;
  fflush(stdout);
  fprintf(stderr,
          "error: the schedule of this run is wrong in %llu places; this is an error of the runtime\n",
          static_cast<unsigned long long>(report.failure_count));
  for (const std::string& failure : report.failures) fprintf(stderr, "  %s\n", failure.c_str());
  return false;
}

Runtime* runtime_of_process() {
  return process_runtime;
}

bool visit_runtime_of_process(const std::function<void(Runtime&)>& visit) {
  std::lock_guard lock(process_mutex);
  if (!process_runtime) return false;
  visit(*process_runtime);
  return true;
}

// What the program runs is started after this and has ended before it is called again.
static void set_runtime_of_process(Runtime* runtime) {
  std::lock_guard lock(process_mutex);
  process_runtime = runtime;
}

}  // namespace palatine::legion

namespace palatine::api {

int run(const ProgramDesc& program, int argc, char** argv) {
  std::vector<char*> arguments;
  legion::Options options = legion::parse_flags(argc, argv, arguments);
  legion::Runtime runtime(options, program);
  std::unique_ptr<legion::ScheduleLog> log;
  if (options.checks_schedule) log = std::make_unique<legion::ScheduleLog>();
  legion::schedule_log = log.get();
  runtime.arguments = std::move(arguments);
  runtime.command_line_count = argc;
  runtime.command_line = argv;
  legion::set_runtime_of_process(&runtime);
  legion::install_crash_handler();

  if (legion::start_hooks) legion::start_hooks->start(runtime, program);
  const TaskDesc& main = *program.main;
  constexpr uint32_t kEdges = 1;
  size_t args_at = sizeof(legion::Task) + kEdges * sizeof(legion::Operation::Edge);
  size_t args_bytes = (main.args_size_bytes + size_t{15}) / 16 * 16;
  size_t block_bytes = args_at + args_bytes + main.result_size_bytes;
  char* block = static_cast<char*>(realm::allocate_block(block_bytes));
  auto* task = new (block)
      legion::Task(runtime.task_info(main),
                   reinterpret_cast<legion::Operation::Edge*>(block + sizeof(legion::Task)), kEdges);
  task->args = block + args_at;
  task->result = block + args_at + args_bytes;
  task->block_bytes = static_cast<uint32_t>(block_bytes);
  if (runtime.mapper) runtime.mapper->main_task(*task);
  if (task->finish_analysis()) task->scheduler().submit(*task);
  runtime.scheduler.run([](auto loop) {
    legion::CrashStack stack;
    loop();
  });
  if (legion::start_hooks) legion::start_hooks->stop(runtime);
  legion::set_runtime_of_process(nullptr);
  legion::schedule_log = nullptr;
  fflush(stdout);
  return log && !legion::is_schedule_right(*log) ? 1 : 0;
}

void assertion_failed(const char* message, SourceLoc loc) {
  fflush(stdout);
  // The message has a line of its own, as upstream's: scripts look for it.
  fprintf(stderr, "assertion failed: %s\n  at %s:%u\n", message, loc.file, loc.line);
  fflush(stderr);
  abort();
}

void runtime_error(const char* message, SourceLoc loc) {
  realm::fatal_error("%s:%u: %s", loc.file, loc.line, message);
}

}  // namespace palatine::api
