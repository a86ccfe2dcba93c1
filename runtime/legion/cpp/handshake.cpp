#include "legion/handshake.h"

#include <condition_variable>
#include <mutex>
#include <vector>

#include "legion/runtime.h"
#include "runtime/legion/barrier.h"
#include "runtime/legion/cpp/handshake.h"
#include "runtime/legion/runtime.h"
#include "runtime/realm/fatal.h"

namespace Legion {

namespace Internal {

namespace core = palatine::legion;

namespace {

// All handshakes, and what they wait for.
struct Table {
  std::mutex mutex;  // guards what follows, and the members of handshakes
  std::condition_variable changed;
  core::Runtime* runtime = nullptr;  // while it runs
  std::vector<std::weak_ptr<HandshakeImpl>> handshakes;
  int rank = -1;
};

Table& table() {
  static auto* instance = new Table;
  return *instance;
}

}  // namespace

// Phases that are next. Without barriers before the runtime starts.
struct HandshakeImpl {
  unsigned ext_participants = 1, legion_participants = 1;
  Realm::Barrier ext_arrive, ext_wait, legion_arrive, legion_wait;

  // With the lock held.
  void begin(core::Runtime& runtime) {
    ext_arrive = legion_wait = Realm::Barrier::create_barrier(ext_participants);
    legion_arrive = ext_wait = Realm::Barrier::create_barrier(legion_participants);
    runtime.barriers.add({ext_arrive.id});
    runtime.barriers.add({legion_arrive.id});
  }
};

void begin_handshakes(core::ContextImpl& context) {
  Table& t = table();
  {
    std::lock_guard lock(t.mutex);
    t.runtime = &context.runtime();
    for (const std::weak_ptr<HandshakeImpl>& weak : t.handshakes) {
      if (const std::shared_ptr<HandshakeImpl> handshake = weak.lock()) handshake->begin(*t.runtime);
    }
  }
  t.changed.notify_all();
}

void end_handshakes() {
  Table& t = table();
  std::lock_guard lock(t.mutex);
  t.runtime = nullptr;
  t.handshakes.clear();
}

// Gives the phase that is next and goes on to the one behind it.
static Realm::Barrier next_phase(HandshakeImpl& handshake, Realm::Barrier HandshakeImpl::* phase) {
  Table& t = table();
  std::unique_lock lock(t.mutex);
  t.changed.wait(lock, [&] { return (handshake.*phase).exists(); });
  const Realm::Barrier now = handshake.*phase;
  handshake.*phase = now.advance_barrier();
  return now;
}

static LegionHandshake make_handshake(int ext_participants, int legion_participants) {
  if (ext_participants < 1 || legion_participants < 1)
    palatine::realm::fatal_error("error: a handshake needs participants on both sides, not %d and %d",
                                 ext_participants, legion_participants);
  auto made = std::make_shared<HandshakeImpl>();
  made->ext_participants = static_cast<unsigned>(ext_participants);
  made->legion_participants = static_cast<unsigned>(legion_participants);
  Table& t = table();
  std::lock_guard lock(t.mutex);
  if (t.runtime) made->begin(*t.runtime);
  t.handshakes.push_back(made);
  return LegionHandshake(std::move(made));
}

}  // namespace Internal

using namespace Internal;

HandshakeImpl& LegionHandshake::impl() const {
  if (!impl_) palatine::realm::fatal_error("error: a handshake is used that does not exist");
  return *impl_;
}

void LegionHandshake::ext_handoff_to_legion() const {
  next_phase(impl(), &HandshakeImpl::ext_arrive).arrive(1);
}

void LegionHandshake::ext_wait_on_legion() const {
  next_phase(impl(), &HandshakeImpl::ext_wait).external_wait();
}

void LegionHandshake::legion_handoff_to_ext() const {
  next_phase(impl(), &HandshakeImpl::legion_arrive).arrive(1);
}

void LegionHandshake::legion_wait_on_ext() const {
  PhaseBarrier(next_phase(impl(), &HandshakeImpl::legion_wait).advance_barrier()).wait();
}

PhaseBarrier LegionHandshake::get_legion_wait_phase_barrier() const {
  std::lock_guard lock(table().mutex);
  // Who waits at a phase waits for the one before it.
  return PhaseBarrier(impl().legion_wait.advance_barrier());
}

PhaseBarrier LegionHandshake::get_legion_arrive_phase_barrier() const {
  std::lock_guard lock(table().mutex);
  return PhaseBarrier(impl().legion_arrive);
}

void LegionHandshake::advance_legion_handshake() const {
  next_phase(impl(), &HandshakeImpl::legion_wait);
  next_phase(impl(), &HandshakeImpl::legion_arrive);
}

LegionHandshake Runtime::create_external_handshake(bool, int ext_participants, int legion_participants) {
  return make_handshake(ext_participants, legion_participants);
}

MPILegionHandshake Runtime::create_handshake(bool, int mpi_participants, int legion_participants) {
  return MPILegionHandshake(make_handshake(mpi_participants, legion_participants));
}

// ---- ranks. One process is one rank and one address space.

void Runtime::configure_MPI_interoperability(int rank) {
  std::lock_guard lock(table().mutex);
  table().rank = rank;
}

bool Runtime::is_MPI_interop_configured() {
  return find_local_MPI_rank() >= 0;
}

int Runtime::find_local_MPI_rank() {
  std::lock_guard lock(table().mutex);
  return table().rank;
}

const std::map<int, AddressSpace>& Runtime::find_forward_MPI_mapping() {
  static const std::map<int, AddressSpace> mapping{{find_local_MPI_rank(), 0}};
  return mapping;
}

const std::map<AddressSpace, int>& Runtime::find_reverse_MPI_mapping() {
  static const std::map<AddressSpace, int> mapping{{0, find_local_MPI_rank()}};
  return mapping;
}

}  // namespace Legion
