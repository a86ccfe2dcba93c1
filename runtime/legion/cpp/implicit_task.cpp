// Top-level tasks of programs that start the runtime in the background: threads of the program, and tasks
// that they launch. The core's main task waits on a worker until the program waits for the end, and launches
// what it is asked for. For a thread it launches a task that waits until the thread is done; the thread
// launches, maps and waits in its place.
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

#include "runtime/legion/cpp/program.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/worker.h"

namespace Legion {

namespace Internal {

namespace {

using palatine::realm::fatal_error;

// A thread that wants to be a task. It lives on the thread's stack until it has a context, and the rest until
// the task is done.
struct Seat {
  core::ContextImpl* core = nullptr;
  realm::UserEvent done;
};

// What a thread of the program wants of the main task: one of both.
struct Request {
  Seat* seat = nullptr;
  const TaskLauncher* launcher = nullptr;
  Future result;
  bool is_done = false;
};

struct Desk {
  std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  std::deque<Request*> requests;
  // What the main task waits for; triggered once.
  realm::UserEvent wake;
  bool ends = false;
  // The main task takes no more requests.
  bool is_closed = false;
  // What sub-tasks name as their parent's, also those that still run when the implicit task is over.
  std::map<TaskEntry*, Variant> variants;
  std::map<const TaskContext*, realm::UserEvent> seats;
};

Desk& desk() {
  static auto* instance = new Desk;
  return *instance;
}

thread_local TaskContext* this_thread_context = nullptr;

// With the lock held.
void wake_up(Desk& d) {
  if (!d.wake.exists()) return;
  d.wake.trigger();
  d.wake = realm::UserEvent();
}

// Blocks the thread until the main task has done it.
void ask(Request& request) {
  Desk& d = desk();
  std::unique_lock lock(d.mutex);
  if (d.is_closed) fatal_error("error: a top-level task begins while the runtime shuts down");
  d.requests.push_back(&request);
  wake_up(d);
  d.changed.wait(lock, [&] { return request.is_done; });
}

void finish(Request& request) {
  Desk& d = desk();
  {
    std::lock_guard lock(d.mutex);
    request.is_done = true;
  }
  d.changed.notify_all();
}

// Waits for a thread that is the task.
void sit(const Task* task, const std::vector<PhysicalRegion>&, Context ctx, Runtime*) {
  Request& request = **static_cast<Request* const*>(task->args);
  const realm::UserEvent done = request.seat->done;
  request.seat->core = &ctx->core;
  finish(request);
  realm::wait(done);
}

const Variant& variant_for_thread(TaskID id, const char* name) {
  // There need not be such a task: it is only a name.
  TaskEntry& entry = Registry::get().task(id);
  Desk& d = desk();
  std::lock_guard lock(d.mutex);
  const auto [place, is_new] = d.variants.try_emplace(&entry);
  // Only once: threads that are such tasks read both without a lock.
  if (is_new) {
    place->second.task = &entry;
    if (name && entry.variants.empty()) entry.name = name;
  }
  return place->second;
}

}  // namespace

TaskID seat_task() {
  static const TaskID id = [] {
    const TaskID made = Runtime::generate_static_task_id();
    TaskVariantRegistrar registrar(made, "thread");
    Runtime::preregister_task_variant<sit>(registrar, "thread");
    return made;
  }();
  return id;
}

TaskContext* implicit_context() {
  return this_thread_context;
}

void run_implicit_tasks(core::ContextImpl& core) {
  Runtime* runtime = Runtime::get_runtime();
  auto* task = new LaunchedTask(variant_for_thread(UINT32_MAX, "top level"), nullptr);
  {
    TaskContext context(core, *task);
    set_top_level_context(&context);
    Desk& d = desk();
    while (true) {
      Request* request = nullptr;
      realm::UserEvent wake;
      {
        std::lock_guard lock(d.mutex);
        if (!d.requests.empty()) {
          request = d.requests.front();
          d.requests.pop_front();
        } else if (d.ends) {
          d.is_closed = true;
          break;
        } else {
          wake = d.wake = realm::UserEvent::create();
        }
      }
      if (!request) {
        realm::wait(wake);
      } else if (request->seat) {
        runtime->execute_task(&context, TaskLauncher(seat_task(), TaskArgument(&request, sizeof(request))));
      } else {
        request->result = runtime->execute_task(&context, *request->launcher);
        finish(*request);
      }
    }
  }
  set_top_level_context(nullptr);
  task->drop_reference();
}

void end_implicit_tasks() {
  Desk& d = desk();
  std::lock_guard lock(d.mutex);
  d.ends = true;
  wake_up(d);
}

void reset_implicit_tasks() {
  Desk& d = desk();
  std::lock_guard lock(d.mutex);
  d.ends = d.is_closed = false;
}

}  // namespace Internal

using namespace Internal;

static void need_background(const char* call) {
  if (!is_running_in_background() || has_top_level_task())
    palatine::realm::fatal_error(
        "error: %s needs a program that starts the runtime in the background without a top-level task", call);
}

Context Runtime::begin_implicit_task(TaskID top_task_id, MapperID, Processor::Kind, const char* task_name,
                                     bool, unsigned, int, DomainPoint) {
  need_background("begin_implicit_task");
  if (implicit_context() || palatine::realm::Worker::current())
    palatine::realm::fatal_error("error: begin_implicit_task is called by a thread that runs a task");
  Seat seat;
  seat.done = palatine::realm::UserEvent::create();
  Request request;
  request.seat = &seat;
  ask(request);
  const Variant& variant = variant_for_thread(top_task_id, task_name);
  this_thread_context = new TaskContext(*seat.core, *new LaunchedTask(variant, nullptr));
  Desk& d = desk();
  std::lock_guard lock(d.mutex);
  d.seats[this_thread_context] = seat.done;
  return this_thread_context;
}

void Runtime::unbind_implicit_task_from_external_thread(Context ctx) {
  if (!ctx || ctx != this_thread_context)
    palatine::realm::fatal_error(
        "error: unbind_implicit_task_from_external_thread is called by a thread that is not the task");
  this_thread_context = nullptr;
}

void Runtime::bind_implicit_task_to_external_thread(Context ctx) {
  Desk& d = desk();
  std::lock_guard lock(d.mutex);
  if (implicit_context() || palatine::realm::Worker::current() || !d.seats.count(ctx))
    palatine::realm::fatal_error(
        "error: bind_implicit_task_to_external_thread needs a thread that runs no task, and the context of "
        "an "
        "implicit task");
  this_thread_context = ctx;
}

void Runtime::finish_implicit_task(Context ctx, Realm::Event effects) {
  if (!ctx || ctx != this_thread_context)
    palatine::realm::fatal_error("error: finish_implicit_task is called by a thread that is not the task");
  if (effects.exists()) effects.external_wait();
  palatine::realm::UserEvent done;
  {
    Desk& d = desk();
    std::lock_guard lock(d.mutex);
    auto found = d.seats.find(ctx);
    done = found->second;
    d.seats.erase(found);
  }
  LaunchedTask* task = &ctx->task;
  delete ctx;
  this_thread_context = nullptr;
  task->drop_reference();
  done.trigger();
}

Future Runtime::launch_top_level_task(const TaskLauncher& launcher) {
  need_background("launch_top_level_task");
  if (palatine::realm::Worker::current())
    palatine::realm::fatal_error("error: launch_top_level_task is called by a task");
  if (!launcher.region_requirements.empty())
    palatine::realm::fatal_error(
        "error: launch_top_level_task: a top-level task has no regions, but task %u is launched with some",
        launcher.task_id);
  Request request;
  request.launcher = &launcher;
  ask(request);
  return request.result;
}

}  // namespace Legion
