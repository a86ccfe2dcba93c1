// What orders tasks besides regions and futures: predicates, phase barriers, collectives, locks. Source:
// Legion's API, section 6. All are values that may be passed to any task.
#pragma once

#include <iosfwd>
#include <vector>

#include "legion/future.h"
#include "realm/event.h"
#include "realm/reservation.h"

namespace Legion {

namespace Internal {
struct GrantImpl;
}

// Whether an operation happens. Known at once, or the value of a future.
class Predicate {
 public:
  static const Predicate TRUE_PRED;
  static const Predicate FALSE_PRED;

  Predicate() = default;
  explicit Predicate(bool value) : const_value_(value) {}
  // Of a future of bool.
  explicit Predicate(const Future& value) : value_(value) {}

  bool operator==(const Predicate& other) const {
    return value_ == other.value_ && const_value_ == other.const_value_;
  }
  bool operator!=(const Predicate& other) const { return !(*this == other); }
  bool operator<(const Predicate& other) const {
    return value_ == other.value_ ? const_value_ < other.const_value_ : value_ < other.value_;
  }
  bool exists() const { return value_.exists(); }

  // For the runtime: the future, or none when `const_value` is all.
  const Future& value() const { return value_; }
  bool const_value() const { return const_value_; }

 private:
  Future value_;
  bool const_value_ = true;
};

// One phase of a barrier.
class PhaseBarrier {
 public:
  PhaseBarrier() = default;
  explicit PhaseBarrier(Realm::Barrier barrier) : phase_barrier(barrier) {}

  bool operator==(const PhaseBarrier& other) const { return phase_barrier == other.phase_barrier; }
  bool operator!=(const PhaseBarrier& other) const { return !(*this == other); }
  bool operator<(const PhaseBarrier& other) const { return phase_barrier.id < other.phase_barrier.id; }

  void arrive(unsigned count = 1);
  // Blocks the task until the phase is complete.
  void wait();
  void alter_arrival_count(int delta);
  Realm::Barrier get_barrier() const { return phase_barrier; }
  bool exists() const { return phase_barrier.exists(); }
  friend std::ostream& operator<<(std::ostream& out, const PhaseBarrier& barrier);

 protected:
  Realm::Barrier phase_barrier;
};

// A phase barrier that also folds a value of each arrival.
class DynamicCollective : public PhaseBarrier {
 public:
  DynamicCollective() = default;
  DynamicCollective(Realm::Barrier barrier, ReductionOpID redop_in)
      : PhaseBarrier(barrier), redop(redop_in) {}
  void arrive(const void* value, size_t size, unsigned count = 1);
  ReductionOpID get_redop() const { return redop; }

 protected:
  ReductionOpID redop = 0;
};

class Lock {
 public:
  Lock() = default;
  explicit Lock(Realm::Reservation reservation) : reservation_lock(reservation) {}
  bool operator==(const Lock& other) const { return reservation_lock.id == other.reservation_lock.id; }
  bool operator<(const Lock& other) const { return reservation_lock.id < other.reservation_lock.id; }
  // Blocks the task.
  void acquire(unsigned mode = 0, bool exclusive = true);
  void release();
  Realm::Reservation get_reservation() const { return reservation_lock; }

 private:
  Realm::Reservation reservation_lock;
};

struct LockRequest {
  LockRequest(Lock lock_in, unsigned mode_in = 0, bool exclusive_in = true)
      : lock(lock_in), mode(mode_in), exclusive(exclusive_in) {}
  Lock lock;
  unsigned mode;
  bool exclusive;
};

// Locks that are held from the first operation that was given the grant until it is released and all those
// operations are complete.
class Grant {
 public:
  Grant() = default;
  Grant(const Grant& other);
  Grant& operator=(const Grant& other);
  ~Grant();
  bool operator==(const Grant& other) const { return impl_ == other.impl_; }
  bool operator<(const Grant& other) const { return impl_ < other.impl_; }

  // For the runtime. Takes over a reference.
  explicit Grant(Internal::GrantImpl* adopted) : impl_(adopted) {}
  Internal::GrantImpl* impl() const { return impl_; }

 private:
  Internal::GrantImpl* impl_ = nullptr;
};

}  // namespace Legion
