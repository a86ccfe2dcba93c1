// Events: things that happen once, clean or poisoned.
//
// An event is a 64-bit handle: the number of a slot and the generation that the slot had when the event was
// created. A slot is one atomic word with three parts:
//
//   generation (18 bits) | a program's | poisoned | head of the list of waiters (44 bits, 16-byte aligned)
//
//   pending    the slot's generation is the handle's and the slot is not poisoned
//   triggered  the slot's generation is greater than the handle's
//   poisoned   the slot's generation is the handle's and the poisoned bit is set
//
// Triggering is one exchange: it puts the next generation and takes the list. A slot is then used again; it
// is retired when its generations are used up (8 bytes in 2^18 events) or when its event was poisoned,
// because the poison must stay visible. So a handle is valid for ever, and old handles never alias new
// events.
//
// Memory orders: the exchange of a trigger is acquire-release. It releases what the triggering thread did to
// everyone who sees the event triggered (`has_triggered` and a refused `subscribe` load with acquire) and to
// the waiters that it calls; it acquires the contents of the waiters, which `subscribe` publishes with
// release. Waiters are only pushed one by one and taken all at once, so the list has no ABA problem.
//
// Thread safety: everything here may be called from any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "runtime/realm/event_slot.h"

namespace palatine::realm {

// What wants to be called when an event triggers. It is part of the waiting operation, which owns it; it must
// stay in place until it was called.
struct alignas(16) Waiter {
  // Called once, by the triggering thread. Must not block: it may only count, trigger and queue.
  using Fire = void (*)(Waiter& waiter, bool is_poisoned);

  Waiter* next = nullptr;
  Fire fire = nullptr;
};

class Event {
 public:
  constexpr Event() = default;

  // The event that has always been triggered.
  static constexpr Event none() { return Event(); }

  bool exists() const { return id_ != 0; }
  // True also for a poisoned event. Never true too early.
  bool has_triggered() const;
  bool has_triggered(bool& is_poisoned) const;
  // Adds `waiter`, or returns false because the event has triggered; then the waiter is not touched and
  // `is_poisoned` tells how.
  bool subscribe(Waiter& waiter, bool& is_poisoned) const;

  // Triggers when all of them have; poisoned when one of them is, and then without waiting for the others.
  // With `ignores_faults` it waits for all of them and is never poisoned.
  static Event merge(const Event* events, size_t count, bool ignores_faults = false);

  uint64_t id() const { return id_; }
  // The event of a handle's number, which must be one: see `is_event`.
  static Event from_id(uint64_t id) { return Event(id); }
  // What a number is the handle of.
  enum class Kind : uint8_t {
    kNoEvent,           // nothing that was created
    kPending,           // an event that the runtime triggers
    kPendingOfProgram,  // an event that the program triggers
    kTriggered,
    kPoisoned,
  };
  static Kind kind_of(uint64_t id);
  static bool is_event(uint64_t id) { return kind_of(id) != Kind::kNoEvent; }
  friend bool operator==(Event, Event) = default;

 protected:
  explicit constexpr Event(uint64_t id) : id_(id) {}
  uint64_t id_ = 0;
};

// An event that is triggered by its owner.
class UserEvent : public Event {
 public:
  constexpr UserEvent() = default;
  static UserEvent create();
  // The same, marked as one that the program may trigger.
  static UserEvent create_of_program();
  // Calls the waiters in the order in which they came. Waiters that trigger further events do not nest: a
  // chain of any length takes constant stack.
  void trigger() const { trigger_as(false); }
  void poison() const { trigger_as(true); }
  // Triggers as `precondition` does; clean in any case with `ignores_faults`.
  void trigger_after(Event precondition, bool ignores_faults = false) const;
  // False when it has been triggered before. Then the event's slot is spoilt and the program must end.
  bool try_trigger(bool is_poisoned) const;
  static UserEvent from_id(uint64_t id) { return UserEvent(id); }

 private:
  explicit constexpr UserEvent(uint64_t id) : Event(id) {}
  void trigger_as(bool is_poisoned) const;
};

// The number of slots that were ever used: constant when the number of pending events is.
uint64_t event_slots_used();
// No slot has this number or a greater one.
uint64_t event_slot_limit();

namespace detail {

extern std::atomic<uint64_t>* const event_slots;
// The first slot that was never used. Relaxed: read only to tell handles from other numbers.
extern std::atomic<uint64_t> fresh_event_slot;

inline std::atomic<uint64_t>& slot_of(uint64_t id) {
  return event_slots[id >> kGenerationBits];
}

}  // namespace detail

inline bool Event::has_triggered(bool& is_poisoned) const {
  is_poisoned = false;
  if (id_ == 0) return true;
  return detail::slot_has_triggered(detail::slot_of(id_), id_ & detail::kMaxGeneration, is_poisoned);
}

inline Event::Kind Event::kind_of(uint64_t id) {
  const uint64_t slot = id >> detail::kGenerationBits;
  if (slot == 0 || slot >= detail::fresh_event_slot.load(std::memory_order_relaxed)) return Kind::kNoEvent;
  const uint64_t word = detail::event_slots[slot].load(std::memory_order_acquire);
  const uint64_t now = word >> detail::kGenerationShift, then = id & detail::kMaxGeneration;
  if (now != then) return now > then ? Kind::kTriggered : Kind::kNoEvent;
  if (word & detail::kPoisonedBit) return Kind::kPoisoned;
  return word & detail::kProgramBit ? Kind::kPendingOfProgram : Kind::kPending;
}

inline bool Event::has_triggered() const {
  bool is_poisoned;
  return has_triggered(is_poisoned);
}

}  // namespace palatine::realm
