#include "runtime/realm/task.h"

#include <cstring>
#include <mutex>

#include "realm/faults.h"
#include "realm/timers.h"
#include "runtime/realm/block_pool.h"
#include "runtime/realm/fiber.h"
#include "runtime/realm/gpu/gpu.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/worker.h"

namespace palatine::realm {

namespace measured = Realm::ProfilingMeasurements;
using measured::OperationStatus;

Task::Task(const char* call, Target target, Realm::Processor::TaskFuncID id, const void* args, size_t arglen,
           const Realm::ProfilingRequestSet& requests, int priority)
    : Operation(call, Place::kFiber, requests),
      id_(id),
      processor_(target.processor),
      group_(target.group),
      priority_(priority),
      arglen_(arglen) {
  args_ = arglen <= kInlineArgs ? inline_args_ : allocate_block(arglen);
  if (arglen) memcpy(args_, args, arglen);
  if (group_) group_->pending.fetch_add(1, std::memory_order_relaxed);
  Profile* wanted = profile();
  handles_faults_ =
      wanted && (wanted->wants<OperationStatus>() || wanted->wants<measured::OperationAbnormalStatus>());
  measures_waits_ = wanted && wanted->wants<measured::OperationEventWaits>();
}

Task::~Task() {
  if (args_ != inline_args_) free_block(args_, arglen_);
}

Task* Task::current() {
  Worker* worker = Worker::current();
  return worker ? worker->task : nullptr;
}

void Task::queue() {
  int priority = priority_.load(std::memory_order_relaxed);
  group_ ? group_->push(*this, priority) : processor_->push(*this, priority);
}

void Task::skipped() {
  if (group_) group_->task_left();
}

void Task::run_on(ProcessorState& processor, Worker& worker) {
  if (!fiber_) {
    if (!begin()) return;
    processor_ = &processor;
    has_started_ = true;
    if (group_) group_->task_left();
    fiber_ = &Fiber::acquire([](void* argument) { static_cast<Task*>(argument)->execute(); },
                             [](void* argument, Worker& ended_on) {
                               ended_on.task = nullptr;
                               static_cast<Task*>(argument)->end();
                             },
                             this);
  }
  worker.task = this;
  worker.keeps_processor = false;
  worker.resume_fiber(*fiber_);
  worker.task = nullptr;
}

void Task::execute() {
  if (processor_->gpu) gpu_stream_ = &processor_->gpu->next_task_stream();
  if (handles_faults_) {
    run_and_catch();
  } else {
    run_function();
  }
  if (gpu_stream_) end_on_gpu();
}

// The task is over when its work on the device is.
void Task::end_on_gpu() {
  Gpu& gpu = *processor_->gpu;
  if (syncs_gpu_) gpu.check(gpu.device().synchronize(), "work of a task failed");
  defer_completion();
  gpu_done_.task = this;
  gpu_done_.run = [](Work& work, Worker&) { static_cast<GpuDone&>(work).task->complete(); };
  gpu.when_done(*gpu_stream_, gpu_done_);
}

void Task::run_and_catch() {
  try {
    run_function();
  } catch (const Realm::ExecutionException& fault) {
    backtrace_ = fault.backtrace;
    set_result(OperationStatus::TERMINATED_EARLY, fault.error_code, fault.details.base(),
               fault.details.size());
  }
}

void Task::run_function() {
  if (id_ == Realm::Processor::TASK_ID_PROCESSOR_NOP) return;
  const TaskEntry* entry = processor_->find_task(id_);
  if (!entry) {
    bad_use(call(), "task %u is not registered on processor %llx (%s)", id_, processor_->handle.id,
            Realm::Processor::get_kind_name(processor_->kind));
  }
  if (entry->stream_function) {
    syncs_gpu_ = false;
    entry->stream_function(args_, arglen_, entry->user_data.data(), entry->user_data.size(),
                           processor_->handle, static_cast<CUstream_st*>(gpu_stream_->native_handle()));
    return;
  }
  entry->function(args_, arglen_, entry->user_data.data(), entry->user_data.size(), processor_->handle);
}

void Task::measure(Profile& profile) {
  if (processor_ && has_started_) {
    measured::OperationProcessorUsage usage;
    usage.proc = processor_->handle;
    profile.add(usage);
  }
  if (measures_waits_) {
    measured::OperationEventWaits waits;
    waits.intervals = waits_;
    profile.add(waits);
  }
  if (!backtrace_.empty() && profile.wants<measured::OperationBacktrace>()) {
    measured::OperationBacktrace trace;
    trace.pcs = backtrace_.get_pcs();
    backtrace_.print_symbols(trace.symbols);
    profile.add(trace);
  }
}

void Task::priority_changed(int priority) {
  priority_.store(priority, std::memory_order_relaxed);
  // Queues live as long as the runtime. When the task changes queues meanwhile it takes the new priority with
  // it.
  if (ReadyQueue* queue = ready_link.queue.load(std::memory_order_acquire)) {
    queue->change_priority(*this, priority);
  }
}

void Task::interrupt(const void* reason, size_t reason_bytes) {
  std::lock_guard lock(interrupt_lock_);
  interrupt_reason_.set(reason, reason_bytes);
  is_interrupted_.store(true, std::memory_order_release);
}

void Task::check_interrupt() {
  if (!is_interrupted_.load(std::memory_order_acquire)) return;
  if (!handles_faults_) {
    bad_use("Event::cancel_operation",
            "task %u (event %llx) runs and was spawned without a request for its status", id_,
            finish_event().id);
  }
  Realm::CancellationException fault;
  {
    std::lock_guard lock(interrupt_lock_);
    fault.details = interrupt_reason_;
    is_interrupted_.store(false, std::memory_order_relaxed);
  }
  throw fault;
}

// ---- waiting

// On the stack of the task that waits.
struct Task::Wait : Waiter {
  Task* task;
  Event event;
  bool is_poisoned = false;
  long long ready_time = 0;

  static void on_event(Waiter& waiter, bool is_poisoned) {
    Wait& self = static_cast<Wait&>(waiter);
    self.is_poisoned = is_poisoned;
    if (self.task->measures_waits_) self.ready_time = Realm::Clock::current_time_in_nanoseconds();
    self.task->make_ready();
  }

  static bool on_parked(Fiber&, void* argument) {
    Wait& self = *static_cast<Wait*>(argument);
    Worker& worker = *Worker::current();
    // Before subscribing: afterwards the task may run elsewhere.
    worker.keeps_processor = self.task->lock_depth_ > 0;
    if (self.event.subscribe(self, self.is_poisoned)) return true;
    worker.keeps_processor = false;
    return false;
  }
};

void Task::make_ready() {
  if (lock_depth_ > 0) {
    processor_->resume_kept(*this, false);
  } else {
    processor_->push(*this, priority_.load(std::memory_order_relaxed));
  }
}

void Task::wait(Event event, Realm::Event handle, bool& is_poisoned) {
  check_interrupt();
  if (event.has_triggered(is_poisoned)) return;
  Wait waiting;
  waiting.fire = &Wait::on_event;
  waiting.task = this;
  waiting.event = event;
  long long start = measures_waits_ ? Realm::Clock::current_time_in_nanoseconds() : 0;
  fiber_->park(&Wait::on_parked, &waiting);
  is_poisoned = waiting.is_poisoned;
  if (measures_waits_) {
    long long end = Realm::Clock::current_time_in_nanoseconds();
    waits_.push_back({start, waiting.ready_time ? waiting.ready_time : end, end, handle});
  }
  check_interrupt();
}

void Task::polled() {
  Task* task = current();
  if (!task) return;
  task->check_interrupt();
  constexpr uint32_t kPollsBetween = 32;
  if (++task->polls_ % kPollsBetween == 0) task->give_way();
}

void Task::give_way() {
  fiber_->park(
      [](Fiber&, void* argument) {
        Task& task = *static_cast<Task*>(argument);
        Worker::current()->keeps_processor = true;
        task.processor_->resume_kept(task, true);
        return true;
      },
      this);
}

bool Task::unlock_processor() {
  if (lock_depth_ == 0) return false;
  --lock_depth_;
  return true;
}

}  // namespace palatine::realm
