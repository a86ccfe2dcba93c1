// Events, user events, barriers and completion queues.
//
// Handles are plain values; copying one copies nothing else. An event stays usable for ever after it
// triggered. A wrong use (a handle that never was one, triggering twice, a destroyed queue) prints a message
// that names the call and the handle and ends the program with code 1.
//
// Thread safety: every call may be made from any thread, and from tasks.
#pragma once

#include <functional>
#include <ostream>
#include <set>
#include <vector>

#include "realm/realm_c.h"
#include "realm/realm_config.h"
#include "realm/utils.h"

namespace Realm {

typedef ::realm_address_space_t AddressSpace;
typedef ::realm_reduction_op_id_t ReductionOpID;

// Something that happens once: untriggered, then triggered or triggered with poison.
class REALM_PUBLIC_API Event {
 public:
  typedef ::realm_id_t id_t;

  id_t id{REALM_NO_EVENT};
  Event() = default;
  constexpr explicit Event(id_t id) : id(id) {}
  constexpr operator id_t() const { return id; }

  bool operator<(const Event& rhs) const { return id < rhs.id; }
  bool operator==(const Event& rhs) const { return id == rhs.id; }
  bool operator!=(const Event& rhs) const { return id != rhs.id; }

  // Counts as triggered.
  static const Event NO_EVENT;

  bool exists() const { return id != 0; }

  // Never true too early. A poisoned event ends the task (or the program, see faults.h) unless the
  // fault-aware form is used.
  bool has_triggered() const;
  bool has_triggered_faultaware(bool& poisoned) const;
  // In a task: suspends the task, its processor runs others meanwhile. Elsewhere: blocks the thread.
  void wait() const;
  void wait_faultaware(bool& poisoned) const;
  // Always blocks the thread.
  void external_wait() const;
  void external_wait_faultaware(bool& poisoned) const;
  // False when `max_ns` nanoseconds passed first.
  bool external_timedwait(long long max_ns) const;
  bool external_timedwait_faultaware(bool& poisoned, long long max_ns) const;

  // Asks for news about the event. Nothing to do within one process.
  void subscribe() const;
  // Cancels the operation whose finish event this is, when it has not started; asks a running task to stop.
  // `reason_data` becomes the details of its status. Operations that have finished ignore it.
  void cancel_operation(const void* reason_data, size_t reason_size) const;
  // Changes the priority of the task whose finish event this is.
  void set_operation_priority(int new_priority) const;

  // Triggers when all have; poisoned as soon as one is poisoned.
  static Event merge_events(const Event* wait_for, size_t num_events);
  static Event merge_events(Event ev1, Event ev2, Event ev3 = NO_EVENT, Event ev4 = NO_EVENT,
                            Event ev5 = NO_EVENT, Event ev6 = NO_EVENT);
  static Event merge_events(const std::set<Event>& wait_for);
  static Event merge_events(const span<const Event>& wait_for);
  // Triggers when all have, never poisoned.
  static Event merge_events_ignorefaults(const Event* wait_for, size_t num_events);
  static Event merge_events_ignorefaults(const span<const Event>& wait_for);
  static Event merge_events_ignorefaults(const std::set<Event>& wait_for);
  static Event ignorefaults(Event wait_for);

  // Hints without effect on what programs compute.
  static void advise_event_ordering(Event happens_before, Event happens_after);
  static void advise_event_ordering(const Event* happens_before, size_t num_events, Event happens_after,
                                    bool all_must_trigger = true);
  static void advise_event_ordering(const span<Event>& happens_before, Event happens_after,
                                    bool all_must_trigger = true);
};

// An event that the program triggers, exactly once.
class REALM_PUBLIC_API UserEvent : public Event {
 public:
  UserEvent() = default;
  constexpr UserEvent(id_t id) : Event(id) {}

  static UserEvent create_user_event();
  // Triggers when `wait_on` does; poisoned if that is, unless `ignore_faults`.
  void trigger(Event wait_on = Event::NO_EVENT, bool ignore_faults = false) const;
  // Triggers with poison.
  void cancel() const;

  static const UserEvent NO_USER_EVENT;
};

// One phase of a barrier. As an event it triggers when the phase has its expected number of arrivals; phases
// trigger in order.
class REALM_PUBLIC_API Barrier : public Event {
 public:
  typedef ::realm_barrier_timestamp_t timestamp_t;
  // Orders changes of the arrival count against arrivals through this handle.
  timestamp_t timestamp{0};

  Barrier() = default;
  constexpr Barrier(id_t id, timestamp_t timestamp) : Event(id), timestamp(timestamp) {}

  static const Barrier NO_BARRIER;
  static const ::realm_event_gen_t MAX_PHASES;

  // With a reduction each phase's value starts from `initial_value`, which is an LHS of the operator.
  static Barrier create_barrier(unsigned expected_arrivals, ReductionOpID redop_id = 0,
                                const void* initial_value = nullptr, size_t initial_value_size = 0);
  struct ParticipantInfo {
    AddressSpace address_space;
    unsigned count;
  };
  // Expects the sum of the participants' counts.
  static Barrier create_barrier(const Barrier::ParticipantInfo* expected_arrivals, size_t num_participants,
                                ReductionOpID redop_id = 0, const void* initial_value = nullptr,
                                size_t initial_value_size = 0);
  // Changes the count of this and all following phases to the sum of the participants' counts.
  Barrier set_arrival_pattern(const Barrier::ParticipantInfo* expected_arrivals, size_t num_participants);
  void destroy_barrier();

  // The next phase's handle; NO_BARRIER after the last. Neither waits nor arrives.
  Barrier advance_barrier() const;
  Barrier get_previous_phase() const;
  // Changes the count of this and all following phases; go on with the returned handle.
  Barrier alter_arrival_count(int delta) const;
  // Counts `count` arrivals when `wait_on` triggers and applies `reduce_value` (an RHS) once.
  void arrive(unsigned count = 1, Event wait_on = Event::NO_EVENT, const void* reduce_value = nullptr,
              size_t reduce_value_size = 0) const;
  // Copies the value of this phase and returns true; false while the phase has not triggered.
  bool get_result(void* value, size_t value_size) const;
};

// Collects events as they trigger.
class REALM_PUBLIC_API CompletionQueue {
 public:
  typedef ::realm_id_t id_t;
  id_t id{0};

  bool operator<(const CompletionQueue& rhs) const { return id < rhs.id; }
  bool operator==(const CompletionQueue& rhs) const { return id == rhs.id; }
  bool operator!=(const CompletionQueue& rhs) const { return id != rhs.id; }
  static const CompletionQueue NO_QUEUE;
  bool exists() const { return id != 0; }

  // Room for `max_size` triggered events, rounded up to a power of two; more end the program. 0: grows.
  static CompletionQueue create_completion_queue(size_t max_size);
  // When `wait_on` triggers; no event may then be pending.
  void destroy(Event wait_on = Event::NO_EVENT);
  // The event appears after it triggered. A poisoned one ends the program unless added by the fault-aware
  // form.
  void add_event(Event event);
  void add_event_faultaware(Event event);
  // Takes up to `max_events` triggered events, which are thrown away when `events` is null. Never blocks.
  size_t pop_events(Event* events, size_t max_events);
  // NO_EVENT when something is there, else an event that triggers when something may be.
  Event get_nonempty_event();
};

inline constexpr Event Event::NO_EVENT = Event();
inline constexpr UserEvent UserEvent::NO_USER_EVENT = UserEvent();
inline constexpr Barrier Barrier::NO_BARRIER = Barrier();
inline constexpr ::realm_event_gen_t Barrier::MAX_PHASES = (1u << REALM_EVENT_GENERATION_BITS) - 1;
inline constexpr CompletionQueue CompletionQueue::NO_QUEUE = CompletionQueue();

inline std::ostream& operator<<(std::ostream& os, Event e) {
  return os << std::hex << e.id << std::dec;
}
inline std::ostream& operator<<(std::ostream& os, UserEvent e) {
  return os << std::hex << e.id << std::dec;
}
inline std::ostream& operator<<(std::ostream& os, Barrier b) {
  return os << std::hex << b.id << std::dec << '/' << b.timestamp;
}
inline std::ostream& operator<<(std::ostream& os, CompletionQueue q) {
  return os << std::hex << q.id << std::dec;
}

}  // namespace Realm

REALM_HASH_HANDLE(Realm::Event)
REALM_HASH_HANDLE(Realm::UserEvent)
REALM_HASH_HANDLE(Realm::Barrier)
REALM_HASH_HANDLE(Realm::CompletionQueue)
