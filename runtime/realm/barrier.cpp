#include "runtime/realm/barrier.h"

#include <cstring>
#include <map>
#include <vector>

#include "realm/event.h"
#include "realm/id.h"
#include "realm/redop.h"
#include "runtime/realm/handle_slots.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/reductions.h"
#include "runtime/realm/task.h"

namespace palatine::realm {

namespace {

struct BarrierState {
  std::atomic<uint32_t> reuse{0};
  std::atomic<bool> exists{false};
  // The last phase that is complete. Written under `mutex` with release, before the phase's event triggers.
  std::atomic<uint32_t> completed{0};
  // Of the use before this one.
  std::atomic<uint32_t> completed_before{0};

  // What a phase that is not open yet already got.
  struct Later {
    int64_t arrivals = 0;
    int64_t change = 0;
  };

  std::mutex mutex;  // guards what follows
  uint64_t handle = 0;
  int64_t expected = 0;  // of the open phase
  int64_t missing = 0;   // of the open phase
  std::map<uint32_t, Later> later;
  std::map<uint32_t, UserEvent> events;
  uint64_t changes = 0;

  const Realm::ReductionOpUntyped* redop = nullptr;
  std::vector<char> initial;
  std::map<uint32_t, std::vector<char>> open_values;
  std::vector<char> final_values;  // of the complete phases, one after the other

  uint32_t open() const { return completed.load(std::memory_order_relaxed) + 1; }

  void apply(uint32_t phase, const void* value) {
    std::vector<char>& target = open_values.try_emplace(phase, initial).first->second;
    redop->cpu_apply_excl_fn(target.data(), 0, value, 0, 1, redop->userdata);
  }

  void complete_open(std::vector<UserEvent>& triggered) {
    uint32_t phase = open();
    if (redop) {
      auto value = open_values.find(phase);
      const std::vector<char>& bytes = value == open_values.end() ? initial : value->second;
      final_values.insert(final_values.end(), bytes.begin(), bytes.end());
      if (value != open_values.end()) open_values.erase(value);
    }
    if (auto event = events.find(phase); event != events.end()) {
      triggered.push_back(event->second);
      events.erase(event);
    }
    completed.store(phase, std::memory_order_release);
  }

  // After `missing` has become smaller or an arrival was counted.
  void advance(const char* call, std::vector<UserEvent>& triggered) {
    while (missing <= 0) {
      if (missing < 0) {
        bad_use(call, "phase %u of barrier %llx got %lld arrivals more than expected", open(),
                static_cast<unsigned long long>(handle), static_cast<long long>(-missing));
      }
      complete_open(triggered);
      Later next;
      if (auto found = later.find(open()); found != later.end()) {
        next = found->second;
        later.erase(found);
      }
      expected += next.change;
      missing = expected - next.arrivals;
      // A phase that expects nothing waits for a change of its count.
      if (expected == 0 && next.arrivals == 0) break;
    }
  }
};

HandleSlots<BarrierState>& barriers() {
  static auto* instance = new HandleSlots<BarrierState>(1u << 24, 1u << 16);
  return *instance;
}

struct BarrierRef {
  BarrierState* state;
  uint32_t place;
  uint32_t phase;
  bool is_current;
};

BarrierRef look_up(uint64_t id, const char* call) {
  Realm::ID handle(id);
  BarrierRef ref;
  ref.place = static_cast<uint32_t>(handle.barrier_barrier_idx());
  ref.phase = static_cast<uint32_t>(handle.barrier_generation());
  ref.state = handle.is_barrier() ? barriers().find(ref.place) : nullptr;
  uint32_t reuse = static_cast<uint32_t>(handle.barrier_reuse());
  uint32_t now = ref.state ? ref.state->reuse.load(std::memory_order_acquire) : 0;
  if (!ref.state || reuse > now || (reuse == now && !ref.state->exists.load(std::memory_order_acquire))) {
    bad_use(call, "%llx is no barrier", static_cast<unsigned long long>(id));
  }
  ref.is_current = reuse == now;
  return ref;
}

BarrierRef look_up_current(uint64_t id, const char* call) {
  BarrierRef ref = look_up(id, call);
  if (!ref.is_current) {
    bad_use(call, "barrier %llx has been destroyed", static_cast<unsigned long long>(id));
  }
  return ref;
}

void trigger_all(const std::vector<UserEvent>& events) {
  for (UserEvent event : events) event.trigger();
}

void arrive_now(Realm::Barrier barrier, unsigned count, const void* value, size_t value_bytes) {
  const char* call = "Barrier::arrive";
  BarrierRef ref = look_up_current(barrier.id, call);
  BarrierState& state = *ref.state;
  std::vector<UserEvent> triggered;
  {
    std::lock_guard lock(state.mutex);
    if (ref.phase < state.open()) {
      bad_use(call, "phase %u of barrier %llx is already complete", ref.phase, barrier.id);
    }
    if (value_bytes > 0) {
      if (!state.redop) bad_use(call, "barrier %llx has no reduction", barrier.id);
      if (value_bytes != state.redop->sizeof_rhs) {
        bad_use(call, "barrier %llx reduces values of %zu bytes, got %zu", barrier.id,
                state.redop->sizeof_rhs, value_bytes);
      }
      state.apply(ref.phase, value);
    }
    if (ref.phase == state.open()) {
      state.missing -= count;
      state.advance(call, triggered);
    } else {
      state.later[ref.phase].arrivals += count;
    }
  }
  trigger_all(triggered);
}

// Arrivals that wait for their precondition.
struct DeferredArrival : Waiter {
  Realm::Barrier barrier;
  unsigned count;
  std::vector<char> value;
};

[[noreturn]] void poisoned_arrival(Realm::Barrier barrier) {
  bad_use("Barrier::arrive", "the precondition of an arrival at barrier %llx is poisoned", barrier.id);
}

}  // namespace

bool is_barrier_phase_complete(uint64_t id) {
  const BarrierRef ref = look_up(id, "Barrier::arrive");
  return ref.is_current && ref.phase <= ref.state->completed.load(std::memory_order_acquire);
}

Event barrier_phase_event(uint64_t id, const char* call) {
  BarrierRef ref = look_up(id, call);
  BarrierState& state = *ref.state;
  if (!ref.is_current) {
    // Complete phases of a barrier that was destroyed stay triggered. What older uses completed is not kept.
    if (ref.state->reuse.load(std::memory_order_relaxed) ==
            static_cast<uint32_t>(Realm::ID(id).barrier_reuse()) + 1 &&
        ref.phase > state.completed_before.load(std::memory_order_acquire)) {
      bad_use(call, "barrier %llx has been destroyed", static_cast<unsigned long long>(id));
    }
    return Event::none();
  }
  if (ref.phase <= state.completed.load(std::memory_order_acquire)) return Event::none();
  std::lock_guard lock(state.mutex);
  if (ref.phase < state.open()) return Event::none();
  UserEvent& event = state.events[ref.phase];
  if (!event.exists()) event = UserEvent::create();
  return event;
}

}  // namespace palatine::realm

namespace Realm {

namespace core = palatine::realm;

Barrier Barrier::create_barrier(unsigned expected_arrivals, ReductionOpID redop_id, const void* initial_value,
                                size_t initial_value_size) {
  const char* call = "Barrier::create_barrier";
  const ReductionOpUntyped* redop = nullptr;
  if (redop_id != 0) {
    redop = core::find_reduction(redop_id);
    if (!redop) core::bad_use(call, "reduction operator %d is not registered", redop_id);
    if (initial_value_size != redop->sizeof_lhs || !initial_value) {
      core::bad_use(call, "the initial value has %zu bytes, operator %d needs %zu", initial_value_size,
                    redop_id, redop->sizeof_lhs);
    }
  }
  uint32_t place;
  core::BarrierState* state = core::barriers().take(place);
  if (!state) core::bad_use(call, "too many barriers exist");
  std::lock_guard lock(state->mutex);
  ID id = ID::make_barrier(state->reuse.load(std::memory_order_relaxed), place, 1);
  state->handle = id.id;
  state->completed.store(0, std::memory_order_relaxed);
  state->expected = state->missing = expected_arrivals;
  state->changes = 0;
  state->redop = redop;
  if (redop) {
    const char* bytes = static_cast<const char*>(initial_value);
    state->initial.assign(bytes, bytes + initial_value_size);
  }
  state->exists.store(true, std::memory_order_release);
  return Barrier(id.id, 0);
}

Barrier Barrier::create_barrier(const ParticipantInfo* expected_arrivals, size_t num_participants,
                                ReductionOpID redop_id, const void* initial_value,
                                size_t initial_value_size) {
  unsigned sum = 0;
  for (size_t k = 0; k < num_participants; ++k) sum += expected_arrivals[k].count;
  return create_barrier(sum, redop_id, initial_value, initial_value_size);
}

void Barrier::destroy_barrier() {
  core::BarrierRef ref = core::look_up_current(id, "Barrier::destroy_barrier");
  core::BarrierState& state = *ref.state;
  {
    std::lock_guard lock(state.mutex);
    if (!state.exists.exchange(false)) {
      core::bad_use("Barrier::destroy_barrier", "barrier %llx has been destroyed", id);
    }
    state.completed_before.store(state.completed.load(std::memory_order_relaxed), std::memory_order_release);
    state.later.clear();
    state.events.clear();
    state.open_values.clear();
    state.final_values = {};
    state.initial = {};
    state.redop = nullptr;
  }
  core::barriers().give_back(ref.place);
}

Barrier Barrier::advance_barrier() const {
  ID next(id);
  if (!next.is_barrier()) core::bad_use("Barrier::advance_barrier", "%llx is no barrier", id);
  uint64_t phase = next.barrier_generation();
  if (phase >= MAX_PHASES) return NO_BARRIER;
  next.barrier_generation() = phase + 1;
  return Barrier(next.id, timestamp);
}

Barrier Barrier::get_previous_phase() const {
  ID previous(id);
  if (!previous.is_barrier()) core::bad_use("Barrier::get_previous_phase", "%llx is no barrier", id);
  uint64_t phase = previous.barrier_generation();
  if (phase > 0) previous.barrier_generation() = phase - 1;
  return Barrier(previous.id, timestamp);
}

Barrier Barrier::alter_arrival_count(int delta) const {
  const char* call = "Barrier::alter_arrival_count";
  core::BarrierRef ref = core::look_up_current(id, call);
  core::BarrierState& state = *ref.state;
  std::vector<core::UserEvent> triggered;
  Barrier changed = *this;
  {
    std::lock_guard lock(state.mutex);
    if (ref.phase < state.open()) {
      core::bad_use(call, "phase %u of barrier %llx is already complete", ref.phase, id);
    }
    changed.timestamp = ++state.changes;
    if (ref.phase == state.open()) {
      state.expected += delta;
      state.missing += delta;
      if (delta < 0) state.advance(call, triggered);
    } else {
      state.later[ref.phase].change += delta;
    }
  }
  core::trigger_all(triggered);
  return changed;
}

Barrier Barrier::set_arrival_pattern(const ParticipantInfo* expected_arrivals, size_t num_participants) {
  core::BarrierRef ref = core::look_up_current(id, "Barrier::set_arrival_pattern");
  int64_t sum = 0;
  for (size_t k = 0; k < num_participants; ++k) sum += expected_arrivals[k].count;
  int64_t expected;
  {
    std::lock_guard lock(ref.state->mutex);
    expected = ref.state->expected;
    for (auto& [phase, later] : ref.state->later) {
      if (phase <= ref.phase) expected += later.change;
    }
  }
  return alter_arrival_count(static_cast<int>(sum - expected));
}

void Barrier::arrive(unsigned count, Event wait_on, const void* reduce_value,
                     size_t reduce_value_size) const {
  const char* call = "Barrier::arrive";
  core::look_up_current(id, call);
  core::Event precondition = core::core_event(wait_on, call);
  bool is_poisoned;
  if (!precondition.has_triggered(is_poisoned)) {
    auto* deferred = new core::DeferredArrival;
    deferred->barrier = *this;
    deferred->count = count;
    const char* bytes = static_cast<const char*>(reduce_value);
    deferred->value.assign(bytes, bytes + reduce_value_size);
    deferred->fire = [](core::Waiter& waiter, bool poisoned) {
      std::unique_ptr<core::DeferredArrival> self(static_cast<core::DeferredArrival*>(&waiter));
      if (poisoned) core::poisoned_arrival(self->barrier);
      core::arrive_now(self->barrier, self->count, self->value.data(), self->value.size());
    };
    if (precondition.subscribe(*deferred, is_poisoned)) return;
    delete deferred;
  }
  if (is_poisoned) core::poisoned_arrival(*this);
  core::arrive_now(*this, count, reduce_value, reduce_value_size);
}

bool Barrier::get_result(void* value, size_t value_size) const {
  const char* call = "Barrier::get_result";
  core::BarrierRef ref = core::look_up_current(id, call);
  core::BarrierState& state = *ref.state;
  {
    std::lock_guard lock(state.mutex);
    if (!state.redop) core::bad_use(call, "barrier %llx has no reduction", id);
    if (value_size != state.initial.size()) {
      core::bad_use(call, "barrier %llx has values of %zu bytes, asked for %zu", id, state.initial.size(),
                    value_size);
    }
    if (ref.phase < state.open() && ref.phase > 0) {
      memcpy(value, state.final_values.data() + (ref.phase - 1) * value_size, value_size);
      return true;
    }
  }
  core::Task::polled();
  return false;
}

}  // namespace Realm
