#include "runtime/realm/operation.h"

#include <sys/mman.h>

#include "realm/faults.h"
#include "realm/timers.h"
#include "runtime/realm/block_pool.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/fiber.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/process.h"
#include "runtime/realm/worker.h"

namespace palatine::realm {

using Realm::ProfilingMeasurements::OperationAbnormalStatus;
using Realm::ProfilingMeasurements::OperationFinishEvent;
using Realm::ProfilingMeasurements::OperationStatus;
using Realm::ProfilingMeasurements::OperationTimeline;

// What is known about an operation that somebody wants to know about.
struct Operation::Record {
  OperationStatus status;
  OperationTimeline timeline;
  // Atomic: a canceller may read it while it is written.
  std::atomic<long long> ready_time{OperationTimeline::INVALID_TIMESTAMP};
  bool has_result = false;
};

namespace {

// Which operation triggers an event, by the event's slot: the address, or 0. Bit 0 is set while somebody
// looks at the operation ("pinned"); an operation that is done waits for that before it goes away.
//
// Memory orders: publishing releases the operation's contents to who pins it (acquire); unpinning releases
// what was done to it to `unpublish` (acquire).
std::atomic<uintptr_t>* reserve_owners() {
  void* address = mmap(nullptr, event_slot_limit() * sizeof(uintptr_t), PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (address == MAP_FAILED) fatal_error("cannot reserve address space for operations");
  return static_cast<std::atomic<uintptr_t>*>(address);
}

// Reserved by the first operation: the event core alone does not need it.
std::atomic<uintptr_t>& owner_of(Event event) {
  static std::atomic<uintptr_t>* const owners = reserve_owners();
  return owners[event.id() >> detail::kGenerationBits];
}

constexpr uintptr_t kPinned = 1;

// The operation that triggers `event`, pinned; null when there is none.
uintptr_t pin(std::atomic<uintptr_t>& owner) {
  uintptr_t address = owner.load(std::memory_order_acquire);
  for (;;) {
    if (address == 0) return 0;
    if (address & kPinned) {
      address = owner.load(std::memory_order_acquire);
      continue;
    }
    if (owner.compare_exchange_weak(address, address | kPinned, std::memory_order_acquire)) return address;
  }
}

long long now() {
  return Realm::Clock::current_time_in_nanoseconds();
}

}  // namespace

void* Operation::operator new(size_t bytes) {
  return allocate_block(bytes);
}

void Operation::operator delete(void* block, size_t bytes) {
  free_block(block, bytes);
}

Operation::Operation(const char* call, Place place, const Realm::ProfilingRequestSet& requests)
    : call_(call),
      place_(place),
      finish_(UserEvent::create()),
      finish_event_(public_event(finish_)),
      profile_(make_profile(requests)) {
  if (!profile_) return;
  record_ = std::make_unique<Record>();
  record_->timeline.create_time = now();
}

Operation::~Operation() = default;

void Operation::publish() {
  owner_of(finish_).store(reinterpret_cast<uintptr_t>(this), std::memory_order_release);
}

void Operation::unpublish() {
  std::atomic<uintptr_t>& owner = owner_of(finish_);
  uintptr_t self = reinterpret_cast<uintptr_t>(this);
  while (!owner.compare_exchange_weak(self, 0, std::memory_order_acq_rel)) {
    self = reinterpret_cast<uintptr_t>(this);
  }
}

void Operation::release() {
  if (references_.load(std::memory_order_acquire) == 1 ||
      references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    delete this;
  }
}

Realm::Event Operation::launch(Realm::Event wait_on) {
  Realm::Event finish_event = finish_event_;
  Event precondition = core_event(wait_on, call_);
  publish();
  fire = &on_precondition;
  bool is_poisoned = false;
  if (precondition.exists() && precondition.subscribe(*this, is_poisoned)) return finish_event;
  precondition_met(is_poisoned);
  return finish_event;
}

void Operation::on_precondition(Waiter& waiter, bool is_poisoned) {
  static_cast<Operation&>(waiter).precondition_met(is_poisoned);
}

void Operation::precondition_met(bool is_poisoned) {
  if (is_poisoned) {
    if (leave_as_cancelled(Realm::Faults::ERROR_POISONED_PRECONDITION, nullptr, 0)) finish(true);
    release();
    return;
  }
  if (profile_) record_->ready_time.store(now(), std::memory_order_relaxed);
  uint8_t state = kWaiting;
  if (!state_.compare_exchange_strong(state, kReady, std::memory_order_acq_rel)) {
    release();
    return;
  }
  queue();
}

void Operation::queue() {
  if (place_ == Place::kInline) {
    if (begin()) {
      execute();
      end();
    }
    return;
  }
  Work::run = &run_on_worker;
  submit_background(*this);
}

void Operation::run_on_worker(Work& work, Worker& worker) {
  Operation& operation = static_cast<Operation&>(work);
  if (!operation.begin()) return;
  if (operation.place_ == Place::kWorker) {
    operation.execute();
    operation.end();
    return;
  }
  Fiber& fiber =
      Fiber::acquire([](void* argument) { static_cast<Operation*>(argument)->execute(); },
                     [](void* argument, Worker&) { static_cast<Operation*>(argument)->end(); }, &operation);
  worker.run_fiber(fiber);
}

bool Operation::begin() {
  uint8_t state = kReady;
  if (!state_.compare_exchange_strong(state, kRunning, std::memory_order_acq_rel)) {
    release();
    return false;
  }
  if (profile_) record_->timeline.start_time = now();
  return true;
}

void Operation::defer_completion() {
  // The body's own reference: the operation may be completed before the body returns.
  references_.fetch_add(1, std::memory_order_relaxed);
  is_deferred_ = true;
}

void Operation::end() {
  is_deferred_ ? release() : complete();
}

void Operation::complete() {
  // What was terminated has no end of its own.
  const bool is_terminated =
      record_ && record_->has_result && record_->status.result == OperationStatus::TERMINATED_EARLY;
  if (profile_ && !is_terminated) record_->timeline.end_time = now();
  bool is_poisoned =
      record_ && record_->has_result && record_->status.result != OperationStatus::COMPLETED_SUCCESSFULLY;
  state_.store(kDone, std::memory_order_release);
  finish(is_poisoned);
  release();
}

void Operation::fail(int error_code, const void* details, size_t details_bytes) {
  set_result(OperationStatus::COMPLETED_WITH_ERRORS, error_code, details, details_bytes);
  if (is_deferred_) complete();
}

void Operation::set_result(OperationStatus::Result result, int error_code, const void* details,
                           size_t details_bytes) {
  if (!record_) record_ = std::make_unique<Record>();
  record_->status.result = result;
  record_->status.error_code = error_code;
  record_->status.error_details.set(details, details_bytes);
  record_->has_result = true;
}

// True when it was still waiting or ready: the caller finishes it then.
bool Operation::leave_as_cancelled(int error_code, const void* reason, size_t reason_bytes) {
  uint8_t state = state_.load(std::memory_order_relaxed);
  do {
    if (state == kRunning || state == kDone) return false;
  } while (!state_.compare_exchange_weak(state, kDone, std::memory_order_acq_rel));
  set_result(OperationStatus::CANCELLED, error_code, reason, reason_bytes);
  skipped();
  return true;
}

// Reports and triggers. Only the thread that made the operation done comes here.
void Operation::finish(bool is_poisoned) {
  unpublish();
  if (profile_) {
    record_->timeline.ready_time = record_->ready_time.load(std::memory_order_relaxed);
    record_->timeline.complete_time = now();
    if (!record_->has_result) record_->status.result = OperationStatus::COMPLETED_SUCCESSFULLY;
    profile_->add(record_->status);
    if (record_->status.result != OperationStatus::COMPLETED_SUCCESSFULLY) {
      OperationAbnormalStatus abnormal;
      static_cast<OperationStatus&>(abnormal) = record_->status;
      profile_->add(abnormal);
    }
    profile_->add(record_->timeline);
    OperationFinishEvent finish;
    finish.finish_event = finish_event_;
    profile_->add(finish);
    measure(*profile_);
    profile_->finish();
  }
  is_poisoned ? finish_.poison() : finish_.trigger();
}

void Operation::cancel(Realm::Event finish_event, const void* reason, size_t reason_bytes) {
  Event event = core_event(finish_event, "Event::cancel_operation");
  if (!event.exists()) return;
  std::atomic<uintptr_t>& owner = owner_of(event);
  uintptr_t address = pin(owner);
  if (address == 0) return;
  Operation* operation = reinterpret_cast<Operation*>(address);
  bool is_cancelled = false;
  bool is_same = operation->finish_ == event;
  if (is_same) {
    // Before the state changes: from then on the operation's own way may end.
    operation->references_.fetch_add(1, std::memory_order_relaxed);
    is_cancelled = operation->leave_as_cancelled(Realm::Faults::ERROR_CANCELLED, reason, reason_bytes);
    if (!is_cancelled && operation->state_.load(std::memory_order_acquire) == kRunning) {
      operation->interrupt(reason, reason_bytes);
    }
  }
  owner.store(address, std::memory_order_release);
  if (is_cancelled) operation->finish(true);
  if (is_same) operation->release();
}

void Operation::set_priority(Realm::Event finish_event, int priority) {
  Event event = core_event(finish_event, "Event::set_operation_priority");
  if (!event.exists()) return;
  std::atomic<uintptr_t>& owner = owner_of(event);
  uintptr_t address = pin(owner);
  if (address == 0) return;
  Operation* operation = reinterpret_cast<Operation*>(address);
  if (operation->finish_ == event) operation->priority_changed(priority);
  owner.store(address, std::memory_order_release);
}

}  // namespace palatine::realm
