// Workers: threads that run work, and the scheduler that owns them.
//
// Each worker takes its own latest work first (depth first, warm caches) and steals the oldest work of
// others. The first successor that finishing work makes ready is handed over directly, without a queue. No
// thread does anything else: analysis, completion and memory management happen on the worker that needs them
// next.
//
// Sleeping. `idle_` counts sleeping and searching workers in one word. Who pushes work looks at it after the
// push (both sequentially consistent) and wakes one sleeper when nobody searches. Who goes to sleep counts
// itself first and then looks at all queues once more; so either the push is seen or the sleeper is. A
// searcher that finds work and was the last one wakes another, because what it found need not be what was
// pushed last.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/realm/deque.h"
#include "runtime/realm/event.h"
#include "runtime/realm/fiber.h"
#include "runtime/realm/spin_lock.h"
#include "runtime/realm/work.h"

namespace palatine::realm {

class Scheduler;
class Task;

class Worker {
 public:
  // The worker that runs this thread, or null. Never keep it over a call that may block: a fiber can go on
  // on another thread.
  static Worker* current();

  Scheduler& scheduler() { return scheduler_; }
  int index() const { return index_; }

  // Runs `fiber` now, on top of the scheduler's loop, until it parks or ends.
  void run_fiber(Fiber& fiber);
  // The same without handing work over directly: for code that does not return to the loop at once.
  void resume_fiber(Fiber& fiber);
  Fiber* fiber() { return fiber_; }

  // Whether thieves would find nothing here.
  bool queue_looks_empty() const { return deque_.looks_empty(); }

  // Whether the worker has nothing else to do than what it runs, and a processor for it.
  bool may_look() const;
  // For running work that is going to wait: whether something happens while the worker, which has nothing
  // else to do, looks for about as long as parking and waking a fiber takes.
  template <typename Happens>
  bool sees_soon(Happens happens);

  // Between `begin_finish` and `end_finish` the first work that becomes ready is handed over directly. Only
  // for code that returns to the scheduler's loop soon.
  void begin_finish() { hands_over_ = true; }
  void end_finish() { hands_over_ = false; }

  // What the worker runs now, for messages about crashes. Anything that the owner of the work likes.
  const void* note = nullptr;
  // The task of the public interface that the worker runs now, or null. Set by processors.
  Task* task = nullptr;
  // Set when that task parked and its processor must not run another one.
  bool keeps_processor = false;

 private:
  friend class Scheduler;
  Worker(Scheduler& scheduler, int index)
      : scheduler_(scheduler), index_(index), random_(index * 7919u + 1) {}
  void loop();
  Work* find();
  Work* search();
  Work* steal();

  Scheduler& scheduler_;
  const int index_;
  uint32_t random_;
  bool hands_over_ = false;
  Work* handed_over_ = nullptr;
  Fiber* fiber_ = nullptr;
  uint32_t turns_ = 0;
  Deque<Work> deque_;
};

class Scheduler {
 public:
  explicit Scheduler(int worker_count);
  ~Scheduler();

  // Runs the workers, the calling thread as the first of them, until `stop`.
  void run() {
    run([](auto loop) { loop(); });
  }
  // On each worker's thread `around(loop)` is called, which must call `loop()`.
  template <typename Around>
  void run(Around around) {
    for (size_t k = 1; k < workers_.size(); ++k) {
      threads_.emplace_back([this, k, around] { around([&] { workers_[k]->loop(); }); });
    }
    around([&] { workers_[0]->loop(); });
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  // From any thread. Work that is queued then is not run any more.
  void stop();

  // Queues work, from any thread.
  void submit(Work& work);
  // The same behind all work that is queued so far: for work that queues itself again and again.
  void submit_last(Work& work) { inject(work); }
  // Whether no work is queued and no worker runs any. May change at once.
  bool is_idle() { return rests(0); }
  // The same when `blocked` workers wait inside of their work.
  bool rests(uint32_t blocked);

  // Called by a worker when no worker runs anything and nothing is queued, before it sleeps. It may submit
  // work. Set before `run`.
  void set_idle_hook(void (*hook)(void* argument), void* argument) {
    idle_hook_ = hook;
    idle_argument_ = argument;
  }

  int worker_count() const { return static_cast<int>(workers_.size()); }
  // More workers than processors: who spins takes time from those that work.
  bool is_oversubscribed() const { return is_oversubscribed_; }
  // Whether work from outside, or that was put behind everything, waits.
  bool has_injected() const { return injected_.load(std::memory_order_relaxed); }

 private:
  friend class Worker;
  static constexpr uint64_t kSleeper = 1;
  static constexpr uint64_t kSearcher = uint64_t{1} << 32;

  void inject(Work& work);
  Work* take_injected();
  bool has_work();
  void wake_one_if_needed();
  void wake(int count);

  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::thread> threads_;
  bool is_oversubscribed_ = false;
  void (*idle_hook_)(void* argument) = nullptr;
  void* idle_argument_ = nullptr;

  alignas(64) std::atomic<uint64_t> idle_{0};
  // Sleepers wait on this word; every wake-up changes it.
  std::atomic<uint32_t> wake_epoch_{0};
  std::atomic<bool> stops_{false};

  // Work from threads that are no workers. `inject_mutex_` guards the list; `injected_` says whether it is
  // empty.
  std::mutex inject_mutex_;
  Work* inject_head_ = nullptr;
  Work* inject_tail_ = nullptr;
  std::atomic<bool> injected_{false};
};

inline bool Worker::may_look() const {
  return scheduler_.worker_count() > 1 && !scheduler_.is_oversubscribed() && !handed_over_ &&
         deque_.looks_empty();
}

template <typename Happens>
bool Worker::sees_soon(Happens happens) {
  // A pause takes as long as many looks.
  constexpr int kLooks = 256, kPauses = 16;
  if (!may_look()) return false;
  for (int turn = 0; turn < kLooks + kPauses && !scheduler_.has_injected(); ++turn) {
    if (happens()) return true;
    if (turn >= kLooks) pause_processor();
  }
  return false;
}

// Waits for an event. On a fiber the fiber parks and its worker goes on with other work; a thread that is no
// worker blocks. On a worker without a fiber this is an internal error: work that can wait must run on a
// fiber. Returns whether the event is poisoned.
bool wait(Event event);
// Blocks the thread, whatever runs on it.
bool wait_on_thread(Event event);
// False when `max_ns` nanoseconds passed first.
bool wait_on_thread(Event event, int64_t max_ns, bool& is_poisoned);

}  // namespace palatine::realm
