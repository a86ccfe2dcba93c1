// Subgraphs: operations and their dependences, defined once and launched many times.
//
// A definition lists operations by kind and names each by its kind and its place in the list. Dependences
// order them; external preconditions come from the instantiation, external postconditions go to it.
// Interpolations put bytes of an instantiation's arguments into the arguments of its operations.
//
// A wrong definition (an index out of range, a cycle) ends the program with a message. Thread safety: any
// thread, any task. Source: Realm's public interface, chapter "Subgraph".
#pragma once

#include <functional>
#include <ostream>
#include <vector>

#include "realm/bytearray.h"
#include "realm/copy.h"
#include "realm/event.h"
#include "realm/indexspace.h"
#include "realm/processor.h"
#include "realm/profiling.h"
#include "realm/reservation.h"

namespace Realm {

struct SubgraphDefinition;

class REALM_PUBLIC_API Subgraph {
 public:
  typedef ::realm_id_t id_t;
  id_t id{0};

  bool operator<(const Subgraph& rhs) const { return id < rhs.id; }
  bool operator==(const Subgraph& rhs) const { return id == rhs.id; }
  bool operator!=(const Subgraph& rhs) const { return id != rhs.id; }
  static const Subgraph NO_SUBGRAPH;
  bool exists() const { return id != 0; }

  // Copies the definition. It may be instantiated when the result has triggered.
  static Event create_subgraph(Subgraph& subgraph, const SubgraphDefinition& defn,
                               const ProfilingRequestSet& prs, Event wait_on = Event::NO_EVENT);
  // Instantiations that were launched before go on.
  void destroy(Event wait_on = Event::NO_EVENT) const;

  // Launches all operations. `wait_on` holds back those without predecessors. The result triggers when all
  // are done.
  Event instantiate(const void* args, size_t arglen, const ProfilingRequestSet& prs,
                    Event wait_on = Event::NO_EVENT, int priority_adjust = 0) const;
  // `preconditions[i]` is external precondition i; `postconditions[i]` becomes external postcondition i. The
  // vector grows to the definition's number of postconditions.
  Event instantiate(const void* args, size_t arglen, const ProfilingRequestSet& prs,
                    const std::vector<Event>& preconditions, std::vector<Event>& postconditions,
                    Event wait_on = Event::NO_EVENT, int priority_adjust = 0) const;
};

inline constexpr Subgraph Subgraph::NO_SUBGRAPH = Subgraph();

inline std::ostream& operator<<(std::ostream& os, Subgraph s) {
  return os << std::hex << s.id << std::dec;
}

struct REALM_PUBLIC_API SubgraphDefinition {
  struct TaskDesc {
    Processor proc = Processor::NO_PROC;
    Processor::TaskFuncID task_id = 0;
    ByteArray args;
    int priority = 0;
    ProfilingRequestSet prs;
  };
  struct CopyDesc {
    IndexSpaceGeneric space;
    std::vector<CopySrcDstField> srcs;
    std::vector<CopySrcDstField> dsts;
    ProfilingRequestSet prs;
    ReductionOpID redop_id = 0;  // not 0: for all destinations
    bool red_fold = false;
    int priority = 0;
  };
  struct ArrivalDesc {
    Barrier barrier = Barrier::NO_BARRIER;
    unsigned count = 1;
    ByteArray reduce_value;
  };
  struct InstantiationDesc {
    Subgraph subgraph = Subgraph::NO_SUBGRAPH;
    ByteArray args;
    ProfilingRequestSet prs;
    int priority_adjust = 0;
  };
  struct AcquireDesc {
    Reservation rsrv = Reservation::NO_RESERVATION;
    unsigned mode = 0;
    bool exclusive = true;
  };
  struct ReleaseDesc {
    Reservation rsrv = Reservation::NO_RESERVATION;
  };

  std::vector<TaskDesc> tasks;
  std::vector<CopyDesc> copies;
  std::vector<ArrivalDesc> arrivals;
  std::vector<InstantiationDesc> instantiations;
  std::vector<AcquireDesc> acquires;
  std::vector<ReleaseDesc> releases;

  enum OpKind {
    OPKIND_INVALID,
    OPKIND_TASK,
    OPKIND_COPY,
    OPKIND_ARRIVAL,
    OPKIND_INSTANTIATION,
    OPKIND_ACQUIRE,
    OPKIND_RELEASE,
    OPKIND_EXT_PRECOND,
    OPKIND_EXT_POSTCOND,
    // For definitions by several processes: not supported.
    OPKIND_COLL_PRECOND,
    OPKIND_COLL_POSTCOND,
  };

  // Every operation has port 0, its start or its end. An instantiation also has a port i + 1 for each of its
  // external pre- and postconditions i.
  struct Dependency {
    OpKind src_op_kind = OPKIND_INVALID;
    unsigned src_op_index = 0;
    unsigned src_op_port = 0;
    OpKind tgt_op_kind = OPKIND_INVALID;
    unsigned tgt_op_index = 0;
    unsigned tgt_op_port = 0;
  };
  std::vector<Dependency> dependencies;

  struct Interpolation {
    enum TargetKind {
      TARGET_INVALID,
      TARGET_TASK_BASE = OPKIND_TASK << 8,
      TARGET_TASK_ARGS,
      TARGET_COPY_BASE = OPKIND_COPY << 8,
      TARGET_ARRIVAL_BASE = OPKIND_ARRIVAL << 8,
      TARGET_ARRIVAL_BARRIER,
      TARGET_ARRIVAL_VALUE,
      TARGET_INSTANCE_BASE = OPKIND_INSTANTIATION << 8,
      TARGET_INSTANCE_ARGS,
      TARGET_ACQUIRE_BASE = OPKIND_ACQUIRE << 8,
      TARGET_RELEASE_BASE = OPKIND_RELEASE << 8,
    };

    // `bytes` bytes from `offset` on of the instantiation's arguments.
    size_t offset = 0;
    size_t bytes = 0;
    TargetKind target_kind = TARGET_INVALID;
    unsigned target_index = 0;
    size_t target_offset = 0;
    // Not 0: they are applied to what is there instead of replacing it.
    ReductionOpID redop_id = 0;
  };
  std::vector<Interpolation> interpolations;

  // What the program promises about instantiations. The runtime runs them as their events allow.
  enum ConcurrencyMode {
    ONE_SHOT,             // there is only one
    INSTANTIATION_ORDER,  // they may be run one after the other
    SERIALIZABLE,         // the same, in any order
    CONCURRENT,           // they must be able to run at once
  };
  ConcurrencyMode concurrency_mode = CONCURRENT;
};

}  // namespace Realm

REALM_HASH_HANDLE(Realm::Subgraph)
