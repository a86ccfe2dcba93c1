// A thread of the program as the top-level task. The core's main task waits on a worker until the thread is
// done; the thread launches, maps and waits in its place.
#include <condition_variable>
#include <map>
#include <mutex>

#include "runtime/legion/cpp/program.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/worker.h"

namespace Legion {

namespace Internal {

namespace {

struct Implicit {
  std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  core::ContextImpl* core = nullptr;  // while the main task waits
  bool is_taken = false;
  realm::UserEvent done;
  // What sub-tasks name as their parent's, also those that still run when the implicit task is over.
  std::map<TaskEntry*, Variant> variants;
};

Implicit& implicit() {
  static auto* instance = new Implicit;
  return *instance;
}

thread_local TaskContext* this_thread_context = nullptr;

}  // namespace

TaskContext* implicit_context() {
  return this_thread_context;
}

void run_implicit_task(core::ContextImpl& core) {
  Implicit& i = implicit();
  realm::UserEvent done = realm::UserEvent::create();
  {
    std::lock_guard lock(i.mutex);
    i.done = done;
    i.is_taken = false;
    i.core = &core;
  }
  i.changed.notify_all();
  realm::wait(done);
}

}  // namespace Internal

using namespace Internal;

Context Runtime::begin_implicit_task(TaskID top_task_id, MapperID, Processor::Kind, const char* task_name,
                                     bool, unsigned, int, DomainPoint) {
  if (implicit_context() || palatine::realm::Worker::current())
    palatine::realm::fatal_error("error: begin_implicit_task is called by a thread that runs a task");
  Implicit& i = implicit();
  core::ContextImpl* core = nullptr;
  Variant* variant = nullptr;
  {
    std::unique_lock lock(i.mutex);
    if (i.is_taken)
      palatine::realm::fatal_error("error: begin_implicit_task: a second implicit task is not supported");
    i.is_taken = true;
    i.changed.wait(lock, [&] { return i.core != nullptr; });
    core = i.core;
    // There need not be such a task: it is only a name.
    TaskEntry& entry = Registry::get().task(top_task_id);
    if (task_name && entry.variants.empty()) entry.name = task_name;
    variant = &i.variants[&entry];
    variant->task = &entry;
  }
  this_thread_context = new TaskContext(*core, *new LaunchedTask(*variant, nullptr));
  return this_thread_context;
}

void Runtime::finish_implicit_task(Context ctx, Realm::Event effects) {
  if (!ctx || ctx != this_thread_context)
    palatine::realm::fatal_error("error: finish_implicit_task is called by a thread that is not the task");
  if (effects.exists()) effects.external_wait();
  LaunchedTask* task = &ctx->task;
  delete ctx;
  this_thread_context = nullptr;
  task->drop_reference();
  palatine::realm::UserEvent done;
  {
    Implicit& i = implicit();
    std::lock_guard lock(i.mutex);
    i.core = nullptr;
    done = i.done;
  }
  done.trigger();
}

}  // namespace Legion
