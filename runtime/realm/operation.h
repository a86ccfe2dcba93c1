// Operations of the public interface: something with a precondition, a body and a finish event.
//
//   waiting    the precondition has not triggered
//   ready      queued
//   running    the body runs, or has returned after `defer_completion`
//   done       the finish event triggers, clean or poisoned
//
// From waiting or ready it can be cancelled: the body never runs and the finish event is poisoned. A poisoned
// precondition does the same. What was asked for in the profiling requests is sent before the finish event
// triggers.
//
// To make one, derive and override `execute`, or use `run_operation` for a function:
//
//   Realm::Event fill(..., const Realm::ProfilingRequestSet& requests, Realm::Event wait_on) {
//     return run_operation("IndexSpace::fill", Operation::Place::kWorker, requests, wait_on,
//                          [=](Operation& op) { ...; if (bad) op.fail(code); });
//   }
//
// Ownership: an operation is made with `new`, belongs to itself from `launch` on and is deleted when it is
// done. Thread safety: `execute` runs once, on one thread; what happens before the precondition triggers
// happens before it, and it happens before whatever waits for the finish event.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "realm/event.h"
#include "realm/profiling.h"
#include "runtime/realm/event.h"
#include "runtime/realm/profile.h"
#include "runtime/realm/work.h"

namespace palatine::realm {

class Operation : protected Work, protected Waiter {
 public:
  // Where the body runs.
  enum class Place : uint8_t {
    kInline,  // on the thread that triggers the precondition (or launches): only short bodies that never
              // block
    kWorker,  // on a worker: bodies that never wait
    kFiber,   // on a worker, on a stack of its own: bodies may wait for events
  };

  // `call` names the public call, for messages; a constant. Requests are copied.
  Operation(const char* call, Place place, const Realm::ProfilingRequestSet& requests);
  virtual ~Operation();
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  static void* operator new(size_t bytes);
  static void operator delete(void* block, size_t bytes);

  // Starts to wait for `wait_on`. The operation may be gone when this returns.
  Realm::Event launch(Realm::Event wait_on);
  Realm::Event finish_event() const { return finish_event_; }
  const char* call() const { return call_; }

  // In `execute`: the operation is not done when it returns but when `complete` or `fail` is called, from
  // any thread, once.
  void defer_completion();
  void complete();
  // In `execute` or after `defer_completion`: ends with an error; the finish event is poisoned.
  void fail(int error_code, const void* details = nullptr, size_t details_bytes = 0);

  // Null when nothing is to be measured.
  Profile* profile() { return profile_.get(); }

  // By finish event, for the public calls. Nothing happens when no such operation is pending.
  static void cancel(Realm::Event finish_event, const void* reason, size_t reason_bytes);
  static void set_priority(Realm::Event finish_event, int priority);

 protected:
  virtual void execute() = 0;
  // Called instead of `execute` when the operation is cancelled or its precondition poisoned.
  virtual void skipped() {}
  // Adds its measurements beyond status, timeline and finish event; called once when it is done.
  virtual void measure(Profile& profile) {}
  // Queues the body; called when the precondition has triggered.
  virtual void queue();
  virtual void priority_changed(int priority) {}
  // A running operation is asked to stop; it may go on.
  virtual void interrupt(const void* reason, size_t reason_bytes) {}

  // For overrides of `queue`: what to do when the turn has come. False: cancelled meanwhile, and gone.
  bool begin();
  void end();

  // Set before the operation is done; kept in the status.
  void set_result(Realm::ProfilingMeasurements::OperationStatus::Result result, int error_code,
                  const void* details, size_t details_bytes);

 private:
  struct Record;
  enum State : uint8_t { kWaiting, kReady, kRunning, kDone };

  static void on_precondition(Waiter& waiter, bool is_poisoned);
  static void run_on_worker(Work& work, Worker& worker);
  void precondition_met(bool is_poisoned);
  bool leave_as_cancelled(int error_code, const void* reason, size_t reason_bytes);
  void finish(bool is_poisoned);
  void publish();
  void unpublish();
  void release();

  const char* const call_;
  const Place place_;
  bool is_deferred_ = false;
  std::atomic<uint8_t> state_{kWaiting};
  // One for the way through waiting, queue and body, one for each canceller at work.
  std::atomic<uint32_t> references_{1};
  UserEvent finish_;
  Realm::Event finish_event_;
  std::unique_ptr<Profile> profile_;
  std::unique_ptr<Record> record_;  // with the profile, or when it failed
};

namespace detail {

template <typename Body>
class FunctionOperation final : public Operation {
 public:
  FunctionOperation(const char* call, Place place, const Realm::ProfilingRequestSet& requests, Body&& body)
      : Operation(call, place, requests), body_(std::move(body)) {}

 private:
  void execute() override { body_(static_cast<Operation&>(*this)); }
  Body body_;
};

}  // namespace detail

template <typename Body>
Realm::Event run_operation(const char* call, Operation::Place place,
                           const Realm::ProfilingRequestSet& requests, Realm::Event wait_on, Body body) {
  auto* operation = new detail::FunctionOperation<Body>(call, place, requests, std::move(body));
  return operation->launch(wait_on);
}

}  // namespace palatine::realm
