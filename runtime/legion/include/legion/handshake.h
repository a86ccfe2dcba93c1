// Taking turns between a thread of the program outside of the runtime ("ext", as of an MPI process) and its
// tasks. Source: Legion's API, sections 2 and 6.
//
// Each side hands off to the other and waits for it; hand-off k of one side ends wait k of the other. Values
// that may be copied to any thread and task; a side must be used by one thread or task at a time. Made before
// or after the start of the runtime; calls of the outside wait for that.
#pragma once

#include <memory>

#include "legion/sync.h"

namespace Legion {

namespace Internal {
struct HandshakeImpl;
}

class LegionHandshake {
 public:
  LegionHandshake() = default;
  bool exists() const { return impl_ != nullptr; }
  bool operator==(const LegionHandshake& other) const { return impl_ == other.impl_; }
  bool operator<(const LegionHandshake& other) const { return impl_ < other.impl_; }

  // ---- outside

  void ext_handoff_to_legion() const;
  // Blocks the thread.
  void ext_wait_on_legion() const;

  // ---- in a task

  void legion_handoff_to_ext() const;
  void legion_wait_on_ext() const;
  // For launchers, in the place of both calls: what is launched waits for the outside, and hands off when it
  // is complete. Then `advance_legion_handshake` goes on to the next turn.
  PhaseBarrier get_legion_wait_phase_barrier() const;
  PhaseBarrier get_legion_arrive_phase_barrier() const;
  void advance_legion_handshake() const;

  // For the runtime.
  explicit LegionHandshake(std::shared_ptr<Internal::HandshakeImpl> made) : impl_(std::move(made)) {}

 private:
  Internal::HandshakeImpl& impl() const;
  std::shared_ptr<Internal::HandshakeImpl> impl_;
};

// The same with the names of its most frequent use.
class MPILegionHandshake : public LegionHandshake {
 public:
  MPILegionHandshake() = default;
  void mpi_handoff_to_legion() const { ext_handoff_to_legion(); }
  void mpi_wait_on_legion() const { ext_wait_on_legion(); }
  void legion_handoff_to_mpi() const { legion_handoff_to_ext(); }
  void legion_wait_on_mpi() const { legion_wait_on_ext(); }

  // For the runtime.
  explicit MPILegionHandshake(const LegionHandshake& made) : LegionHandshake(made) {}
};

}  // namespace Legion
