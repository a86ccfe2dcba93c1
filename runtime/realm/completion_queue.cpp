// Completion queues: triggered events in the order in which the queue saw them.
//
// One lock guards a queue; events are triggered after it was released. An added event that has not triggered
// is a waiter of its own that keeps the queue alive.
#include <deque>

#include "realm/event.h"
#include "realm/id.h"
#include "runtime/realm/handle_slots.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/task.h"

namespace palatine::realm {

namespace {

struct QueueState {
  std::atomic<uint32_t> reuse{0};
  std::atomic<bool> exists{false};

  std::mutex mutex;     // guards what follows
  size_t capacity = 0;  // 0: no limit
  size_t pending = 0;   // added and not triggered
  bool is_closing = false;
  std::deque<Realm::Event> events;
  UserEvent nonempty;  // triggered when the next event comes, if it exists
};

HandleSlots<QueueState>& queues() {
  static auto* instance = new HandleSlots<QueueState>(1u << 16, 1u << 24);
  return *instance;
}

QueueState& look_up(Realm::CompletionQueue queue, const char* call) {
  Realm::ID handle(queue.id);
  uint64_t place = handle.compqueue_cq_idx();
  QueueState* state = handle.is_compqueue() ? queues().find(place) : nullptr;
  uint64_t reuse = handle.compqueue_reuse();
  uint32_t now = state ? state->reuse.load(std::memory_order_acquire) : 0;
  if (!state || reuse > now || (reuse == now && !state->exists.load(std::memory_order_acquire))) {
    bad_use(call, "%llx is no completion queue", queue.id);
  }
  if (reuse < now) bad_use(call, "completion queue %llx has been destroyed", queue.id);
  return *state;
}

void push(QueueState& state, Realm::CompletionQueue queue, Realm::Event event, bool was_pending) {
  UserEvent nonempty;
  {
    std::lock_guard lock(state.mutex);
    if (was_pending) --state.pending;
    if (state.capacity > 0 && state.events.size() == state.capacity) {
      bad_use("CompletionQueue::add_event", "completion queue %llx is full: %zu events were not taken",
              queue.id, state.capacity);
    }
    state.events.push_back(event);
    nonempty = state.nonempty;
    state.nonempty = UserEvent();
  }
  if (nonempty.exists()) nonempty.trigger();
}

[[noreturn]] void poisoned_event(Realm::CompletionQueue queue, Realm::Event event) {
  bad_use("CompletionQueue::add_event", "event %llx in completion queue %llx is poisoned", event.id,
          queue.id);
}

struct Pending : Waiter {
  Realm::CompletionQueue queue;
  Realm::Event event;
  QueueState* state;
  bool is_faultaware;
};

void add(Realm::CompletionQueue queue, Realm::Event event, bool is_faultaware) {
  const char* call = is_faultaware ? "CompletionQueue::add_event_faultaware" : "CompletionQueue::add_event";
  QueueState& state = look_up(queue, call);
  Event source = core_event(event, call);
  bool is_poisoned;
  bool is_pending = false;
  if (!source.has_triggered(is_poisoned)) {
    {
      std::lock_guard lock(state.mutex);
      if (state.is_closing) bad_use(call, "completion queue %llx is being destroyed", queue.id);
      ++state.pending;
    }
    is_pending = true;
    Pending* pending = new Pending;
    pending->queue = queue;
    pending->event = event;
    pending->state = &state;
    pending->is_faultaware = is_faultaware;
    pending->fire = [](Waiter& waiter, bool poisoned) {
      std::unique_ptr<Pending> self(static_cast<Pending*>(&waiter));
      if (poisoned && !self->is_faultaware) poisoned_event(self->queue, self->event);
      push(*self->state, self->queue, self->event, true);
    };
    if (source.subscribe(*pending, is_poisoned)) return;
    delete pending;
  }
  if (is_poisoned && !is_faultaware) poisoned_event(queue, event);
  push(state, queue, event, is_pending);
}

void destroy_now(Realm::CompletionQueue queue) {
  QueueState& state = look_up(queue, "CompletionQueue::destroy");
  {
    std::lock_guard lock(state.mutex);
    if (state.pending > 0) {
      bad_use("CompletionQueue::destroy", "%zu events of completion queue %llx have not triggered",
              state.pending, queue.id);
    }
    state.events = {};
    state.nonempty = UserEvent();
    state.is_closing = false;
    state.exists.store(false, std::memory_order_release);
  }
  queues().give_back(static_cast<uint32_t>(Realm::ID(queue.id).compqueue_cq_idx()));
}

struct DeferredDestroy : Waiter {
  Realm::CompletionQueue queue;
};

}  // namespace

}  // namespace palatine::realm

namespace Realm {

namespace core = palatine::realm;

CompletionQueue CompletionQueue::create_completion_queue(size_t max_size) {
  uint32_t place;
  core::QueueState* state = core::queues().take(place);
  if (!state) core::bad_use("CompletionQueue::create_completion_queue", "too many completion queues exist");
  state->capacity = 0;
  if (max_size > 0) {
    state->capacity = 1;
    while (state->capacity < max_size && state->capacity << 1) state->capacity <<= 1;
  }
  ID id = ID::make_compqueue(0, place);
  id.compqueue_reuse() = state->reuse.load(std::memory_order_relaxed);
  state->exists.store(true, std::memory_order_release);
  CompletionQueue made;
  made.id = id.id;
  return made;
}

void CompletionQueue::destroy(Event wait_on) {
  const char* call = "CompletionQueue::destroy";
  core::QueueState& state = core::look_up(*this, call);
  {
    std::lock_guard lock(state.mutex);
    if (state.is_closing) core::bad_use(call, "completion queue %llx is being destroyed", id);
    state.is_closing = wait_on.exists();
  }
  core::Event precondition = core::core_event(wait_on, call);
  bool is_poisoned;
  if (!precondition.has_triggered(is_poisoned)) {
    auto* deferred = new core::DeferredDestroy;
    deferred->queue = *this;
    deferred->fire = [](core::Waiter& waiter, bool) {
      std::unique_ptr<core::DeferredDestroy> self(static_cast<core::DeferredDestroy*>(&waiter));
      core::destroy_now(self->queue);
    };
    if (precondition.subscribe(*deferred, is_poisoned)) return;
    delete deferred;
  }
  core::destroy_now(*this);
}

void CompletionQueue::add_event(Event event) {
  core::add(*this, event, false);
}

void CompletionQueue::add_event_faultaware(Event event) {
  core::add(*this, event, true);
}

size_t CompletionQueue::pop_events(Event* events, size_t max_events) {
  core::QueueState& state = core::look_up(*this, "CompletionQueue::pop_events");
  size_t taken = 0;
  {
    std::lock_guard lock(state.mutex);
    taken = std::min(max_events, state.events.size());
    auto end = state.events.begin() + static_cast<std::ptrdiff_t>(taken);
    if (events) std::copy(state.events.begin(), end, events);
    state.events.erase(state.events.begin(), end);
  }
  if (taken == 0) core::Task::polled();
  return taken;
}

Event CompletionQueue::get_nonempty_event() {
  core::QueueState& state = core::look_up(*this, "CompletionQueue::get_nonempty_event");
  std::lock_guard lock(state.mutex);
  if (!state.events.empty()) return Event::NO_EVENT;
  if (!state.nonempty.exists()) state.nonempty = core::UserEvent::create();
  return core::public_event(state.nonempty);
}

}  // namespace Realm
