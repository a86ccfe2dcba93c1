// Tasks of the public interface.
//
// A task waits for its precondition as any operation does, then in the ready queue of its processor or group,
// and runs on a fiber. It may park and go on, on any worker, but always for the same processor.
#pragma once

#include <atomic>
#include <vector>

#include "realm/processor.h"
#include "runtime/realm/event.h"
#include "runtime/realm/operation.h"
#include "runtime/realm/processor.h"
#include "runtime/realm/ready_queue.h"

namespace palatine::device {
class Stream;
}

namespace palatine::realm {

class Fiber;

class Task final : public Operation {
 public:
  Task(const char* call, Target target, Realm::Processor::TaskFuncID id, const void* args, size_t arglen,
       const Realm::ProfilingRequestSet& requests, int priority);
  ~Task() override;

  // The task that runs on this thread, or null.
  static Task* current();
  // Called where a program tests for something that has not happened: now and then the calling task gives way
  // to other work, so that what it polls for can happen.
  static void polled();

  Realm::Processor processor() const { return processor_->handle; }
  // Whether faults end the task and not the program.
  bool handles_faults() const { return handles_faults_; }

  // On the task's own fiber. `handle` is what is told in profiling.
  void wait(Event event, Realm::Event handle, bool& is_poisoned);
  void set_own_priority(int priority) { priority_.store(priority, std::memory_order_relaxed); }
  void lock_processor() { ++lock_depth_; }
  bool unlock_processor();

  // On processors of GPUs: where the task's work on the device belongs. Null on others.
  device::Stream* gpu_stream() const { return gpu_stream_; }
  // Whether the task's end waits for all work on the device, and not only for what is on `gpu_stream`.
  void set_syncs_gpu(bool syncs) { syncs_gpu_ = syncs; }

  // By a processor: runs the task until it ends or parks. The task may be gone afterwards.
  void run_on(ProcessorState& processor, Worker& worker);

  // Its place in a ready queue, which guards it. Null `queue`: it is in none.
  struct ReadyLink {
    std::atomic<ReadyQueue*> queue{nullptr};
    Task* previous = nullptr;
    Task* next = nullptr;
    int priority = 0;
  };
  ReadyLink ready_link;

 private:
  struct Wait;
  static constexpr size_t kInlineArgs = 64;

  void queue() override;
  void execute() override;
  void skipped() override;
  void measure(Profile& profile) override;
  void priority_changed(int priority) override;
  void interrupt(const void* reason, size_t reason_bytes) override;
  void run_function();
  void run_and_catch();
  void end_on_gpu();
  void check_interrupt();
  void make_ready();
  void give_way();

  const Realm::Processor::TaskFuncID id_;
  // Null until it starts, when it was spawned on a group.
  ProcessorState* processor_;
  GroupState* group_;
  std::atomic<int> priority_;
  std::atomic<bool> is_interrupted_{false};
  bool handles_faults_;
  bool measures_waits_;
  bool has_started_ = false;
  int lock_depth_ = 0;
  uint32_t polls_ = 0;
  Fiber* fiber_ = nullptr;
  device::Stream* gpu_stream_ = nullptr;
  bool syncs_gpu_ = true;
  struct GpuDone : Work {
    Task* task = nullptr;
  };
  GpuDone gpu_done_;
  void* args_;
  size_t arglen_;
  alignas(16) char inline_args_[kInlineArgs];
  std::vector<Realm::ProfilingMeasurements::OperationEventWaits::WaitInterval> waits_;
  SpinLock interrupt_lock_;  // guards `interrupt_reason_`
  Realm::ByteArray interrupt_reason_;
  Realm::Backtrace backtrace_;
};

}  // namespace palatine::realm
