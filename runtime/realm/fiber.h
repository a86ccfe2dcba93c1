// Fibers: stacks of their own for tasks that may block.
//
// A worker runs a fiber with `Fiber::resume`; the fiber gives the worker back with `Fiber::park`, or by
// returning from its function. What a parked fiber waits for is registered by the worker *after* the switch,
// so whoever wakes the fiber always finds it completely stopped.
//
//   idle      in a pool, no function
//   running   on exactly one worker
//   parked    switched out; whoever was registered by the park function resumes it, on any worker
//
// Stacks are reserved with a guard page below and pooled; switches are announced to the sanitizers.
#pragma once

#include <cstddef>

#include "runtime/realm/sanitizers.h"
#include "runtime/realm/work.h"

namespace palatine::realm {

class Worker;

class Fiber {
 public:
  using Function = void (*)(void* argument);
  // Called on the worker's stack when the function has returned and the fiber is back in the pool.
  using Finished = void (*)(void* argument, Worker& worker);
  // Called by the worker after the switch. Registers the fiber somewhere and returns true (from then on the
  // fiber may already run elsewhere: nothing of it may be touched), or returns false: it goes on at once.
  using Register = bool (*)(Fiber& fiber, void* argument);

  // From the pool. Ends the process with a message when there is no memory for another stack.
  static Fiber& acquire(Function function, Finished finished, void* argument);
  // Bytes of the stacks of fibers that are made from now on.
  static void set_stack_bytes(size_t bytes);

  // Worker only: runs the fiber until it parks or ends. True when its function has returned.
  bool resume();
  // After that: gives the fiber back to the pool and calls `finished`.
  void end(Worker& worker);
  // What is queued to resume the parked fiber.
  Work& work() { return work_; }
  // On the fiber only.
  void park(Register registration, void* argument);

  // Whether an address is in the guard page, that is: the stack overflowed.
  bool is_guard_address(const void* address) const;

 private:
  Fiber() = default;
  static void make_stack(Fiber& fiber);
  static void run(Fiber& fiber);
  static void release(Fiber& fiber);
  struct Entry;
  struct Cache;
  struct ResumeWork : Work {
    Fiber* fiber;
  };
  void switch_in();
  void switch_out();

  ResumeWork work_;
  Function function_ = nullptr;
  Finished finished_ = nullptr;
  void* argument_ = nullptr;
  Register register_ = nullptr;
  void* register_argument_ = nullptr;
  bool is_finished_ = false;
  Fiber* next_free_ = nullptr;
  char* mapping_ = nullptr;  // the guard page, then the stack
  size_t mapping_bytes_ = 0;
  // The saved context of the side that is switched out.
  void* context_ = nullptr;
  void* worker_context_ = nullptr;
#ifdef PALATINE_ASAN
  void* fake_stack_ = nullptr;
  const void* worker_stack_ = nullptr;
  size_t worker_stack_bytes_ = 0;
#endif
#ifdef PALATINE_TSAN
  void* tsan_fiber_ = nullptr;
  void* tsan_worker_ = nullptr;
#endif
};

}  // namespace palatine::realm
