#include "runtime/realm/worker.h"

#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <climits>
#include <ctime>

#include "runtime/realm/fatal.h"
#include "runtime/realm/machine.h"
#include "runtime/realm/spin_lock.h"

namespace palatine::realm {

namespace {

thread_local Worker* current_worker = nullptr;

void futex_wait(std::atomic<uint32_t>& word, uint32_t expected) {
  syscall(SYS_futex, reinterpret_cast<uint32_t*>(&word), FUTEX_WAIT_PRIVATE, expected, nullptr, nullptr, 0);
}

void futex_wake(std::atomic<uint32_t>& word, int count) {
  syscall(SYS_futex, reinterpret_cast<uint32_t*>(&word), FUTEX_WAKE_PRIVATE, count, nullptr, nullptr, 0);
}

}  // namespace

// Not inlined: on a fiber the thread may change between two calls, and the address of a thread-local variable
// must not be kept over a switch.
__attribute__((noinline)) Worker* Worker::current() {
  return current_worker;
}

void Worker::run_fiber(Fiber& fiber) {
  fiber_ = &fiber;
  bool has_ended = fiber.resume();
  fiber_ = nullptr;
  note = nullptr;
  if (!has_ended) return;
  begin_finish();
  fiber.end(*this);
  end_finish();
}

void Worker::resume_fiber(Fiber& fiber) {
  fiber_ = &fiber;
  bool has_ended = fiber.resume();
  fiber_ = nullptr;
  if (has_ended) fiber.end(*this);
}

Work* Worker::find() {
  if (Work* work = handed_over_) {
    handed_over_ = nullptr;
    return work;
  }
  // Now and then work from outside goes first, so that it cannot starve.
  if ((++turns_ & 63) == 0) {
    if (Work* work = scheduler_.take_injected()) return work;
  }
  if (Work* work = deque_.pop()) return work;
  if (Work* work = scheduler_.take_injected()) return work;
  return nullptr;
}

Work* Worker::steal() {
  auto& workers = scheduler_.workers_;
  uint32_t count = static_cast<uint32_t>(workers.size());
  random_ = random_ * 1664525u + 1013904223u;
  uint32_t first = (random_ >> 16) % count;
  for (uint32_t k = 0; k < count; ++k) {
    uint32_t victim = first + k < count ? first + k : first + k - count;
    if (static_cast<int>(victim) == index_) continue;
    if (Work* work = workers[victim]->deque_.steal()) return work;
  }
  return scheduler_.take_injected();
}

// Looks for work of others: spins for a while, then sleeps. Null when the scheduler stops.
Work* Worker::search() {
  Scheduler& s = scheduler_;
  // About twice the time of waking a sleeper, which is worth spinning for. With more workers than processors
  // spinning takes time from those that work.
  const int rounds = s.is_oversubscribed_ ? 4 : 400;
  for (;;) {
    s.idle_.fetch_add(Scheduler::kSearcher, std::memory_order_seq_cst);
    for (int round = 0; round < rounds; ++round) {
      if (s.stops_.load(std::memory_order_acquire)) break;
      if (Work* work = steal()) {
        uint64_t before = s.idle_.fetch_sub(Scheduler::kSearcher, std::memory_order_seq_cst);
        if (before >> 32 == 1 && static_cast<uint32_t>(before) > 0) s.wake(1);
        return work;
      }
      if (s.is_oversubscribed_) {
        sched_yield();
      } else {
        for (int k = 0; k < 8; ++k) pause_processor();
      }
    }
    uint32_t epoch = s.wake_epoch_.load(std::memory_order_seq_cst);
    const uint64_t before =
        s.idle_.fetch_add(Scheduler::kSleeper - Scheduler::kSearcher, std::memory_order_seq_cst);
    if (s.stops_.load(std::memory_order_seq_cst)) return nullptr;
    // The last one to lie down: sleepers hold no work, so nothing runs.
    if (before == Scheduler::kSearcher + (s.workers_.size() - 1) * Scheduler::kSleeper && s.idle_hook_ &&
        !s.has_work()) {
      s.idle_hook_(s.idle_argument_);
    }
    if (!s.has_work()) futex_wait(s.wake_epoch_, epoch);
    s.idle_.fetch_sub(Scheduler::kSleeper, std::memory_order_seq_cst);
    if (s.stops_.load(std::memory_order_seq_cst)) return nullptr;
  }
}

void Worker::loop() {
  current_worker = this;
  for (;;) {
    Work* work = find();
    if (!work) work = search();
    if (!work || scheduler_.stops_.load(std::memory_order_relaxed)) break;
    work->run(*work, *this);
  }
  current_worker = nullptr;
}

Scheduler::Scheduler(int worker_count) {
  for (int k = 0; k < worker_count; ++k) workers_.emplace_back(new Worker(*this, k));
  is_oversubscribed_ = worker_count > allowed_cpus();
}

Scheduler::~Scheduler() = default;

void Scheduler::stop() {
  stops_.store(true, std::memory_order_seq_cst);
  wake(INT_MAX);
}

void Scheduler::wake(int count) {
  wake_epoch_.fetch_add(1, std::memory_order_seq_cst);
  futex_wake(wake_epoch_, count);
}

void Scheduler::wake_one_if_needed() {
  uint64_t idle = idle_.load(std::memory_order_seq_cst);
  if (static_cast<uint32_t>(idle) > 0 && idle >> 32 == 0) wake(1);
}

void Scheduler::submit(Work& work) {
  Worker* worker = Worker::current();
  if (!worker || &worker->scheduler_ != this) {
    inject(work);
    return;
  }
  if (worker->hands_over_ && !worker->handed_over_) {
    worker->handed_over_ = &work;
    return;
  }
  worker->deque_.push(&work);
  if (workers_.size() > 1) wake_one_if_needed();
}

void Scheduler::inject(Work& work) {
  {
    std::lock_guard lock(inject_mutex_);
    work.next = nullptr;
    (inject_tail_ ? inject_tail_->next : inject_head_) = &work;
    inject_tail_ = &work;
    injected_.store(true, std::memory_order_seq_cst);
  }
  wake_one_if_needed();
}

Work* Scheduler::take_injected() {
  if (!injected_.load(std::memory_order_relaxed)) return nullptr;
  std::lock_guard lock(inject_mutex_);
  Work* work = inject_head_;
  if (!work) return nullptr;
  inject_head_ = work->next;
  if (!inject_head_) {
    inject_tail_ = nullptr;
    injected_.store(false, std::memory_order_relaxed);
  }
  return work;
}

bool Scheduler::rests(uint32_t blocked) {
  // Then nobody takes what is queued.
  if (blocked > 0 && blocked == workers_.size()) return true;
  uint64_t idle = idle_.load(std::memory_order_seq_cst);
  return (idle >> 32) + static_cast<uint32_t>(idle) + blocked == workers_.size() && !has_work();
}

bool Scheduler::has_work() {
  if (injected_.load(std::memory_order_seq_cst)) return true;
  for (auto& worker : workers_) {
    if (!worker->deque_.looks_empty()) return true;
  }
  return false;
}

// ---- waiting

namespace {

// A parked fiber that waits for an event. Lives on the fiber's stack.
struct FiberWait : Waiter {
  Fiber* fiber;
  Scheduler* scheduler;
  Event event;
  bool is_poisoned = false;
};

void on_awaited_event(Waiter& waiter, bool is_poisoned) {
  FiberWait& waiting = static_cast<FiberWait&>(waiter);
  waiting.is_poisoned = is_poisoned;
  waiting.scheduler->submit(waiting.fiber->work());
}

bool register_wait(Fiber&, void* argument) {
  FiberWait& waiting = *static_cast<FiberWait*>(argument);
  bool is_poisoned;
  if (waiting.event.subscribe(waiting, is_poisoned)) return true;
  waiting.is_poisoned = is_poisoned;
  return false;
}

struct ThreadWait : Waiter {
  std::atomic<uint32_t> state{0};
  bool is_poisoned = false;
};

// A wait that may be given up: the waiter must then stay until the event triggers. Two owners.
struct TimedWait : Waiter {
  std::atomic<uint32_t> state{0};
  std::atomic<int> owners{2};
  bool is_poisoned = false;

  void release() {
    if (owners.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }
};

}  // namespace

bool wait_on_thread(Event event) {
  ThreadWait waiting;
  waiting.fire = [](Waiter& waiter, bool poisoned) {
    ThreadWait& self = static_cast<ThreadWait&>(waiter);
    self.is_poisoned = poisoned;
    // The waiting thread may be gone as soon as it sees 1: waking an address that nobody waits on is
    // harmless.
    std::atomic<uint32_t>& state = self.state;
    state.store(1, std::memory_order_release);
    futex_wake(state, 1);
  };
  bool is_poisoned;
  if (!event.subscribe(waiting, is_poisoned)) return is_poisoned;
  while (waiting.state.load(std::memory_order_acquire) == 0) futex_wait(waiting.state, 0);
  return waiting.is_poisoned;
}

bool wait_on_thread(Event event, int64_t max_ns, bool& is_poisoned) {
  auto end = std::chrono::steady_clock::now() + std::chrono::nanoseconds(max_ns);
  TimedWait* waiting = new TimedWait;
  waiting->fire = [](Waiter& waiter, bool poisoned) {
    TimedWait& self = static_cast<TimedWait&>(waiter);
    self.is_poisoned = poisoned;
    self.state.store(1, std::memory_order_release);
    futex_wake(self.state, 1);
    self.release();
  };
  if (!event.subscribe(*waiting, is_poisoned)) {
    delete waiting;
    return true;
  }
  bool has_triggered = false;
  while (!(has_triggered = waiting->state.load(std::memory_order_acquire) != 0)) {
    auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) break;
    timespec timeout = {static_cast<time_t>(left.count() / 1000000000),
                        static_cast<long>(left.count() % 1000000000)};
    syscall(SYS_futex, reinterpret_cast<uint32_t*>(&waiting->state), FUTEX_WAIT_PRIVATE, 0, &timeout, nullptr,
            0);
  }
  is_poisoned = has_triggered && waiting->is_poisoned;
  waiting->release();
  return has_triggered;
}

bool wait(Event event) {
  bool is_poisoned;
  if (event.has_triggered(is_poisoned)) return is_poisoned;
  Worker* worker = Worker::current();
  if (!worker) return wait_on_thread(event);
  Fiber* fiber = worker->fiber();
  if (!fiber) internal_error("work without a fiber of its own waits for an event");
  if (worker->sees_soon([&] { return event.has_triggered(is_poisoned); })) return is_poisoned;
  const void* note = worker->note;
  FiberWait waiting;
  waiting.fire = &on_awaited_event;
  waiting.fiber = fiber;
  waiting.scheduler = &worker->scheduler();
  waiting.event = event;
  fiber->park(&register_wait, &waiting);
  Worker::current()->note = note;
  return waiting.is_poisoned;
}

}  // namespace palatine::realm
