// What the runtime knows about an instance, and the heaps that instances live in.
//
// States of the creation; the first three are passed in order, the last two are ends:
//
//   kAwaiting    the precondition has not triggered, or the instance will be cut out of one that lives
//   kDeferred    success is certain, the bytes are not free yet
//   kAllocated   has its bytes
//   kFailed      never had them, or was cancelled; the handle stays until it is destroyed
//
// Beside it, the state of the destruction: none, asked for (its event is pending), ready. An instance is gone
// when its destruction is ready and its creation has ended; then its record is used again.
//
// Locks: one mutex for each heap guards its planner and the states of its instances. Under it nothing is
// triggered and nobody is called: effects are collected and carried out after it was left (`Effects`).
// `base` is atomic because accessors read it without the lock; it is set before the ready event triggers.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "realm/inst_layout.h"
#include "realm/instance.h"
#include "realm/profiling.h"
#include "runtime/realm/event.h"
#include "runtime/realm/instance/allocation_planner.h"
#include "runtime/realm/process.h"
#include "runtime/realm/profile.h"

namespace palatine::realm {

class InstanceHeap;
struct InstanceRecord;

// The pieces of each list of a layout, for copies. Null lists are not affine.
struct PieceTables {
  struct List {
    bool is_affine = false;
    std::vector<Realm::detail::AffinePieceData> pieces;
    // Of lists with many pieces: the pieces ordered by their lower bound in the last dimension, and the
    // largest upper bound among the first ones.
    std::vector<uint32_t> order;
    std::vector<int64_t> reach;

    // How many pieces begin at or below `coordinate` in the last dimension `d`.
    size_t first_above(int d, int64_t coordinate) const {
      auto end = std::partition_point(order.begin(), order.end(),
                                      [&](uint32_t piece) { return pieces[piece].lo[d] <= coordinate; });
      return static_cast<size_t>(end - order.begin());
    }
    void make_order(int dimension);
  };
  std::vector<List> lists;
};

struct InstanceRecord {
  enum class Creation : uint8_t { kUnused, kAwaiting, kDeferred, kAllocated, kFailed };
  enum class Destruction : uint8_t { kNone, kAsked, kReady };

  struct OwnedWaiter : Waiter {
    InstanceRecord* owner = nullptr;
  };

  Realm::RegionInstance handle;
  InstanceHeap* heap = nullptr;
  // Instances may share one.
  std::shared_ptr<const Realm::InstanceLayoutGeneric> layout;
  // Of an external instance. A piece of one has none of its own.
  std::unique_ptr<Realm::ExternalInstanceResource> resource;
  // Null while there are no bytes. Released when set, acquired by users.
  std::atomic<char*> base{nullptr};
  // Made when first asked for; owned.
  std::atomic<PieceTables*> tables{nullptr};

  // Changed under the heap's mutex; read without it to find out whether the record is used.
  std::atomic<Creation> creation{Creation::kUnused};

  // Guarded by the heap's mutex from here on.
  Destruction destruction = Destruction::kNone;
  bool is_cancelled = false;
  bool is_status_wanted = false;        // failures are reported, not fatal
  bool is_alloc_result_wanted = false;  // the same, when the request is made
  AllocationPlanner::Ticket ticket = AllocationPlanner::kNoTicket;
  UserEvent ready;  // none: nobody can be waiting
  std::unique_ptr<Profile> profile;
  Realm::ProfilingMeasurements::InstanceTimeline timeline;
  // Of a redistricting: what the bytes will be cut into. Not empty: the destruction is a split.
  std::vector<InstanceRecord*> pieces;
  bool is_announced = false;  // to the planner
  bool is_external = false;   // the heap's planner knows nothing of it
  // Keeps a mapping of a file until the last instance in it is gone.
  std::shared_ptr<void> mapping;

  OwnedWaiter creation_waiter;
  OwnedWaiter destruction_waiter;
  std::vector<Realm::RegionInstance::DestroyedField> destroyed_fields;

  const PieceTables& piece_tables();
};

// The record behind a handle; a message that names `call` when there is none. Lock-free.
InstanceRecord& find_instance(Realm::RegionInstance instance, const char* call);
// The same, and the bytes must be there.
InstanceRecord& find_allocated_instance(Realm::RegionInstance instance, const char* call, char*& base);

// The most bytes of a memory that were in use at once since the runtime started; for tests.
uint64_t peak_instance_bytes(Realm::Memory memory);

}  // namespace palatine::realm
