// Reservations: locks that are granted by events.
//
// Thread safety: every call may be made from any thread, and from tasks. Wrong uses end the program with a
// message and code 1.
#pragma once

#include <atomic>
#include <functional>
#include <ostream>

#include "realm/event.h"

namespace Realm {

// A lock that is held by whoever was granted it, not by a thread. Exclusive holds exclude all others; shared
// holds go together when their modes are equal. A waiting exclusive request, or one of a lower mode, stops
// new shared grants.
class REALM_PUBLIC_API Reservation {
 public:
  typedef ::realm_id_t id_t;
  id_t id{0};

  bool operator<(const Reservation& rhs) const { return id < rhs.id; }
  bool operator==(const Reservation& rhs) const { return id == rhs.id; }
  bool operator!=(const Reservation& rhs) const { return id != rhs.id; }
  static const Reservation NO_RESERVATION;
  bool exists() const { return id != 0; }

  // Asks when `wait_on` triggers; the result triggers when the lock is granted. Poison in `wait_on`: no
  // request, and the result is poisoned.
  Event acquire(unsigned mode = 0, bool exclusive = true, Event wait_on = Event::NO_EVENT) const;
  // NO_EVENT: granted. Else not granted; the caller must wait for the result and call again with `retry`,
  // until it is granted.
  Event try_acquire(bool retry, unsigned mode = 0, bool exclusive = true,
                    Event wait_on = Event::NO_EVENT) const;
  // Gives up one hold when `wait_on` triggers. Poison in `wait_on`: the hold stays, with a warning.
  void release(Event wait_on = Event::NO_EVENT) const;

  static Reservation create_reservation();
  // Takes the lock exclusively when `wait_on` triggers, then frees it.
  void destroy_reservation(Event wait_on = Event::NO_EVENT);
};

inline constexpr Reservation Reservation::NO_RESERVATION = Reservation();

inline std::ostream& operator<<(std::ostream& os, Reservation r) {
  return os << std::hex << r.id << std::dec;
}

// A reader and writer lock within the process, cheap while nobody waits. With a base reservation that is
// held exclusively while the lock is.
//
// Locking returns NO_EVENT when the lock was taken, else an event to wait for before calling again.
class REALM_PUBLIC_API FastReservation {
 public:
  FastReservation(Reservation _rsrv = Reservation::NO_RESERVATION);
  ~FastReservation();

  enum WaitMode {
    SPIN,           // try until the lock is free or its holder sleeps
    ALWAYS_SPIN,    // try until the lock is free, also while its holder sleeps
    WAIT,           // return an event when the lock is taken
    EXTERNAL_WAIT,  // block the thread
  };

  Event lock(WaitMode mode = SPIN) { return wrlock(mode); }
  Event wrlock(WaitMode mode = SPIN);
  Event rdlock(WaitMode mode = SPIN);
  void unlock();
  bool trylock() { return trywrlock(); }
  bool trywrlock();
  bool tryrdlock();

  // A holder that is going to sleep until `guard_event` says so: those who spin get the event instead.
  void advise_sleep_entry(UserEvent guard_event);
  void advise_sleep_exit();

 private:
  FastReservation(const FastReservation&) = delete;
  FastReservation& operator=(const FastReservation&) = delete;
  Event lock_as(bool is_writer, WaitMode mode);
  // False: `blocker` is what to wait for, or NO_EVENT when nothing is known.
  bool try_lock_as(bool is_writer, bool wants_blocker, Event& blocker);

  // Bit 31: a writer holds the lock; bit 30: somebody waits for an unlock; below: the number of readers.
  std::atomic<uint32_t> state{0};
  std::atomic<bool> holder_sleeps{false};
  // A spin lock of the members below.
  std::atomic<bool> guard{false};
  UserEvent unlocked;  // triggered by the next unlock, if it exists
  Event sleeping_holder;
  // Whether the base is held, or was asked for.
  bool base_is_held{false};
  bool base_was_refused{false};
  Reservation base;
};

}  // namespace Realm

REALM_HASH_HANDLE(Realm::Reservation)
