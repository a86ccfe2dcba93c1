#include "runtime/realm/fiber.h"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <boost/context/detail/fcontext.hpp>
#include <mutex>

#include "runtime/realm/fatal.h"
#include "runtime/realm/worker.h"

#ifdef PALATINE_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef PALATINE_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace palatine::realm {

namespace context = boost::context::detail;

namespace {

std::atomic<size_t> stack_bytes{2 << 20};

size_t page_bytes() {
  static const size_t bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

// Free fibers of all threads. `mutex` guards `head`.
struct SharedFibers {
  std::mutex mutex;
  Fiber* head = nullptr;
};

SharedFibers& shared_fibers() {
  static SharedFibers* instance = new SharedFibers;
  return *instance;
}

}  // namespace

// A few free fibers of this thread, so that most tasks take one without a lock.
struct Fiber::Cache {
  static constexpr int kCapacity = 32;
  Fiber* fibers[kCapacity];
  int count = 0;

  ~Cache() {
    SharedFibers& shared = shared_fibers();
    std::lock_guard lock(shared.mutex);
    while (count > 0) {
      Fiber* fiber = fibers[--count];
      fiber->next_free_ = shared.head;
      shared.head = fiber;
    }
  }

  static thread_local Cache of_thread;
};
thread_local Fiber::Cache Fiber::Cache::of_thread;

// The first function on a fiber's stack.
struct Fiber::Entry {
  static void enter(context::transfer_t from) {
    Fiber& fiber = *static_cast<Fiber*>(from.data);
    fiber.worker_context_ = from.fctx;
    Fiber::run(fiber);
  }
};

void Fiber::make_stack(Fiber& fiber) {
  size_t bytes = stack_bytes.load(std::memory_order_relaxed);
  fiber.mapping_bytes_ = page_bytes() + (bytes + page_bytes() - 1) / page_bytes() * page_bytes();
  void* mapping = mmap(nullptr, fiber.mapping_bytes_, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (mapping == MAP_FAILED || mprotect(mapping, page_bytes(), PROT_NONE) != 0) {
    fatal_error("out of memory for the stacks of blocked tasks: too many tasks wait for their sub-tasks");
  }
  fiber.mapping_ = static_cast<char*>(mapping);
  size_t usable = fiber.mapping_bytes_ - page_bytes();
  fiber.context_ = context::make_fcontext(fiber.mapping_ + fiber.mapping_bytes_, usable, &Entry::enter);
#ifdef PALATINE_TSAN
  fiber.tsan_fiber_ = __tsan_create_fiber(0);
#endif
}

Fiber& Fiber::acquire(Function function, Finished finished, void* argument) {
  Cache& cache = Cache::of_thread;
  Fiber* fiber = nullptr;
  if (cache.count > 0) {
    fiber = cache.fibers[--cache.count];
  } else {
    SharedFibers& shared = shared_fibers();
    std::lock_guard lock(shared.mutex);
    fiber = shared.head;
    if (fiber) shared.head = fiber->next_free_;
  }
  if (!fiber) {
    fiber = new Fiber;
    fiber->work_.fiber = fiber;
    fiber->work_.run = [](Work& work, Worker& worker) {
      worker.run_fiber(*static_cast<ResumeWork&>(work).fiber);
    };
    make_stack(*fiber);
  }
  fiber->function_ = function;
  fiber->finished_ = finished;
  fiber->argument_ = argument;
  fiber->is_finished_ = false;
  return *fiber;
}

void Fiber::release(Fiber& fiber) {
  Cache& cache = Cache::of_thread;
  if (cache.count < Cache::kCapacity) {
    cache.fibers[cache.count++] = &fiber;
    return;
  }
  SharedFibers& shared = shared_fibers();
  std::lock_guard lock(shared.mutex);
  fiber.next_free_ = shared.head;
  shared.head = &fiber;
}

void Fiber::set_stack_bytes(size_t bytes) {
  stack_bytes.store(bytes, std::memory_order_relaxed);
}

// A fiber's loop: one turn for each use of the fiber.
void Fiber::run(Fiber& fiber) {
#ifdef PALATINE_ASAN
  __sanitizer_finish_switch_fiber(nullptr, &fiber.worker_stack_, &fiber.worker_stack_bytes_);
#endif
  for (;;) {
    fiber.function_(fiber.argument_);
    fiber.is_finished_ = true;
    fiber.switch_out();
  }
}

void Fiber::switch_in() {
#ifdef PALATINE_ASAN
  void* fake_stack = nullptr;
  __sanitizer_start_switch_fiber(&fake_stack, mapping_ + page_bytes(), mapping_bytes_ - page_bytes());
#endif
#ifdef PALATINE_TSAN
  tsan_worker_ = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(tsan_fiber_, 0);
#endif
  context_ = context::jump_fcontext(context_, this).fctx;
#ifdef PALATINE_ASAN
  __sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
#endif
}

void Fiber::switch_out() {
#ifdef PALATINE_ASAN
  __sanitizer_start_switch_fiber(&fake_stack_, worker_stack_, worker_stack_bytes_);
#endif
#ifdef PALATINE_TSAN
  __tsan_switch_to_fiber(tsan_worker_, 0);
#endif
  worker_context_ = context::jump_fcontext(worker_context_, this).fctx;
#ifdef PALATINE_ASAN
  __sanitizer_finish_switch_fiber(fake_stack_, &worker_stack_, &worker_stack_bytes_);
#endif
}

bool Fiber::resume() {
  for (;;) {
    switch_in();
    if (is_finished_) return true;
    if (register_(*this, register_argument_)) return false;
  }
}

void Fiber::end(Worker& worker) {
  Finished finished = finished_;
  void* argument = argument_;
  release(*this);
  finished(argument, worker);
}

void Fiber::park(Register registration, void* argument) {
  register_ = registration;
  register_argument_ = argument;
  switch_out();
}

bool Fiber::is_guard_address(const void* address) const {
  const char* p = static_cast<const char*>(address);
  return p >= mapping_ && p < mapping_ + page_bytes();
}

}  // namespace palatine::realm
