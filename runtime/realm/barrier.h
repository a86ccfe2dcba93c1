// Barriers: a row of phases, each of which triggers when its arrivals are complete.
//
// A handle names a place in the table of barriers, how often the place was used before, and a phase:
//
//   tag 2 (4 bits) | reuse (16) | place (24) | phase (20, from 1)
//
// Of each barrier one lock guards all; nothing else is locked under it, and events are triggered after it was
// released. Phases complete in order: the open phase is the first that has not, `missing` is what it still
// expects, and what later phases got or had changed is kept by phase until they become the open one. A phase
// has an event only once somebody waits for it.
#pragma once

#include <cstdint>

#include "realm/id.h"
#include "runtime/realm/event.h"

namespace palatine::realm {

inline bool is_barrier(uint64_t id) {
  return id >> 60 == 2;
}

// A handle of the same barrier's first phase: the same for all its phases.
inline uint64_t first_barrier_phase(uint64_t id) {
  Realm::ID handle(id);
  handle.barrier_generation() = 1;
  return handle.id;
}

bool is_barrier_phase_complete(uint64_t id);

// An event that triggers with the phase.
Event barrier_phase_event(uint64_t id, const char* call);

}  // namespace palatine::realm
