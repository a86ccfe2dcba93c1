// From the handles of the public interface to the runtime's own, and back.
//
// A public event is either an event of the core (bit 63 set, the core's handle below) or a phase of a
// barrier.
#pragma once

#include "realm/event.h"
#include "runtime/realm/event.h"

namespace palatine::realm {

// The core event behind a public one; for a phase of a barrier an event that triggers with it. `call` names
// the public call for the message when the handle is none.
inline Event core_event(Realm::Event event, const char* call);

constexpr uint64_t kEventTag = uint64_t{1} << 63;

inline Realm::Event public_event(Event event) {
  return Realm::Event(event.exists() ? event.id() | kEventTag : 0);
}

// For what is no handle of an event of the core: a phase of a barrier, or a message.
Event other_core_event(Realm::Event event, const char* call);

inline Event core_event(Realm::Event event, const char* call) {
  if (event.id == 0) return Event::none();
  const uint64_t id = event.id ^ kEventTag;
  if (!(id & kEventTag) && Event::is_event(id)) return Event::from_id(id);
  return other_core_event(event, call);
}

// Ends the program with code 1: "error: CALL: message". For wrong uses of the public interface.
[[noreturn]] void bad_use(const char* call, const char* format, ...) __attribute__((format(printf, 2, 3)));

}  // namespace palatine::realm
