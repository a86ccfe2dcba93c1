#include <cstdarg>
#include <cstdio>
#include <string>

#include "realm/event.h"
#include "runtime/realm/barrier.h"
#include "runtime/realm/block_pool.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/faults.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/operation.h"
#include "runtime/realm/task.h"
#include "runtime/realm/worker.h"

namespace palatine::realm {

namespace {

// Reports the poison of an event that was tested without regard to faults.
void check_poison(bool is_poisoned, Realm::Event event, const char* call) {
  if (is_poisoned) poisoned_event_fault(event, call);
}

void wait_for(Realm::Event event, bool& is_poisoned, const char* call) {
  Event core = core_event(event, call);
  if (Task* task = Task::current()) {
    task->wait(core, event, is_poisoned);
  } else if (Worker* worker = Worker::current(); worker && worker->fiber()) {
    is_poisoned = wait(core);
  } else {
    is_poisoned = wait_on_thread(core);
  }
}

}  // namespace

Event other_core_event(Realm::Event event, const char* call) {
  if (is_barrier(event.id)) return barrier_phase_event(event.id, call);
  bad_use(call, "%llx is no event", event.id);
}

void bad_use(const char* call, const char* format, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  fatal_error("error: %s: %s", call, text);
}

}  // namespace palatine::realm

namespace Realm {

using palatine::realm::core_event;
using palatine::realm::public_event;
using palatine::realm::Task;
namespace core = palatine::realm;

bool Event::has_triggered_faultaware(bool& poisoned) const {
  poisoned = false;
  if (id == 0) return true;
  bool has = core_event(*this, "Event::has_triggered").has_triggered(poisoned);
  if (!has) Task::polled();
  return has;
}

bool Event::has_triggered() const {
  bool poisoned;
  bool has = has_triggered_faultaware(poisoned);
  core::check_poison(poisoned, *this, "Event::has_triggered");
  return has;
}

void Event::wait_faultaware(bool& poisoned) const {
  poisoned = false;
  if (id) core::wait_for(*this, poisoned, "Event::wait");
}

void Event::wait() const {
  bool poisoned;
  wait_faultaware(poisoned);
  core::check_poison(poisoned, *this, "Event::wait");
}

void Event::external_wait_faultaware(bool& poisoned) const {
  poisoned = id && core::wait_on_thread(core_event(*this, "Event::external_wait"));
}

void Event::external_wait() const {
  bool poisoned;
  external_wait_faultaware(poisoned);
  core::check_poison(poisoned, *this, "Event::external_wait");
}

bool Event::external_timedwait_faultaware(bool& poisoned, long long max_ns) const {
  poisoned = false;
  return core::wait_on_thread(core_event(*this, "Event::external_timedwait"), max_ns, poisoned);
}

bool Event::external_timedwait(long long max_ns) const {
  bool poisoned;
  bool has = external_timedwait_faultaware(poisoned, max_ns);
  core::check_poison(poisoned, *this, "Event::external_timedwait");
  return has;
}

void Event::subscribe() const {
  core_event(*this, "Event::subscribe");
}

void Event::cancel_operation(const void* reason_data, size_t reason_size) const {
  core::Operation::cancel(*this, reason_data, reason_size);
}

void Event::set_operation_priority(int new_priority) const {
  core::Operation::set_priority(*this, new_priority);
}

namespace {

Event merge(const Event* events, size_t count, bool ignores_faults) {
  const char* call = ignores_faults ? "Event::merge_events_ignorefaults" : "Event::merge_events";
  if (!events && count > 0) core::bad_use(call, "the list of %zu events is null", count);
  constexpr size_t kFew = 16;
  core::Event few[kFew];
  std::vector<core::Event> many;
  core::Event* inputs = few;
  if (count > kFew) {
    many.resize(count);
    inputs = many.data();
  }
  size_t given = 0;
  for (size_t k = 0; k < count; ++k) {
    if (events[k].id) inputs[given++] = core_event(events[k], call);
  }
  return public_event(core::Event::merge(inputs, given, ignores_faults));
}

}  // namespace

Event Event::merge_events(const Event* wait_for, size_t num_events) {
  return merge(wait_for, num_events, false);
}

Event Event::merge_events(Event ev1, Event ev2, Event ev3, Event ev4, Event ev5, Event ev6) {
  Event all[] = {ev1, ev2, ev3, ev4, ev5, ev6};
  return merge(all, 6, false);
}

Event Event::merge_events(const std::set<Event>& wait_for) {
  std::vector<Event> all(wait_for.begin(), wait_for.end());
  return merge(all.data(), all.size(), false);
}

Event Event::merge_events(const span<const Event>& wait_for) {
  return merge(wait_for.data(), wait_for.size(), false);
}

Event Event::merge_events_ignorefaults(const Event* wait_for, size_t num_events) {
  return merge(wait_for, num_events, true);
}

Event Event::merge_events_ignorefaults(const span<const Event>& wait_for) {
  return merge(wait_for.data(), wait_for.size(), true);
}

Event Event::merge_events_ignorefaults(const std::set<Event>& wait_for) {
  std::vector<Event> all(wait_for.begin(), wait_for.end());
  return merge(all.data(), all.size(), true);
}

Event Event::ignorefaults(Event wait_for) {
  return merge(&wait_for, 1, true);
}

void Event::advise_event_ordering(Event happens_before, Event happens_after) {
  core_event(happens_before, "Event::advise_event_ordering");
  core_event(happens_after, "Event::advise_event_ordering");
}

void Event::advise_event_ordering(const Event* happens_before, size_t num_events, Event happens_after,
                                  bool all_must_trigger) {
  for (size_t k = 0; k < num_events; ++k) advise_event_ordering(happens_before[k], happens_after);
}

void Event::advise_event_ordering(const span<Event>& happens_before, Event happens_after,
                                  bool all_must_trigger) {
  advise_event_ordering(happens_before.data(), happens_before.size(), happens_after, all_must_trigger);
}

UserEvent UserEvent::create_user_event() {
  return UserEvent(public_event(core::UserEvent::create_of_program()).id);
}

namespace {

// The event behind a handle that the program may trigger now.
core::UserEvent triggerable(const UserEvent& event, const char* call) {
  if (event.id == 0) core::bad_use(call, "the handle is NO_USER_EVENT");
  if (!(event.id >> 63)) core::bad_use(call, "%llx is no user event", event.id);
  const uint64_t id = event.id ^ core::kEventTag;
  switch (core::Event::kind_of(id)) {
    case core::Event::Kind::kPendingOfProgram:
      return core::UserEvent::from_id(id);
    case core::Event::Kind::kPending:
      core::bad_use(call, "event %llx belongs to an operation, only user events can be triggered", event.id);
    case core::Event::Kind::kTriggered:
    case core::Event::Kind::kPoisoned:
      core::bad_use(call, "event %llx has already triggered", event.id);
    case core::Event::Kind::kNoEvent:
      break;
  }
  core::bad_use(call, "%llx is no event", event.id);
}

// A trigger that waits for its precondition.
struct DeferredTrigger : core::Waiter {
  core::UserEvent target;
  bool ignores_faults;

  static void* operator new(size_t bytes) { return core::allocate_block(bytes); }
  static void operator delete(void* block, size_t bytes) { core::free_block(block, bytes); }
};

void trigger_now(core::UserEvent target, bool poisons, const char* call) {
  if (!target.try_trigger(poisons)) {
    core::bad_use(call, "event %llx has already triggered", public_event(target).id);
  }
}

}  // namespace

void UserEvent::trigger(Event wait_on, bool ignore_faults) const {
  const char* call = "UserEvent::trigger";
  core::UserEvent target = triggerable(*this, call);
  if (!wait_on.exists()) {
    trigger_now(target, false, call);
    return;
  }
  core::Event precondition = core_event(wait_on, call);
  bool is_poisoned;
  if (!precondition.has_triggered(is_poisoned)) {
    DeferredTrigger* deferred = new DeferredTrigger;
    deferred->target = target;
    deferred->ignores_faults = ignore_faults;
    deferred->fire = [](core::Waiter& waiter, bool poisoned) {
      DeferredTrigger* self = static_cast<DeferredTrigger*>(&waiter);
      core::UserEvent event = self->target;
      bool poisons = poisoned && !self->ignores_faults;
      delete self;
      trigger_now(event, poisons, "UserEvent::trigger");
    };
    if (precondition.subscribe(*deferred, is_poisoned)) return;
    delete deferred;
  }
  trigger_now(target, is_poisoned && !ignore_faults, call);
}

void UserEvent::cancel() const {
  trigger_now(triggerable(*this, "UserEvent::cancel"), true, "UserEvent::cancel");
}

}  // namespace Realm
