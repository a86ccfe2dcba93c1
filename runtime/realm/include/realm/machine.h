// The machine model: which processors and memories there are, and how well they reach each other.
//
// Queries describe the machine at the time of the call. Bandwidths are in MB/s and latencies in nanoseconds:
// nominal numbers that order the choices, not measurements. Thread safety: `Machine` may be used from any
// thread; a query object from one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <set>
#include <vector>

#include "realm/memory.h"
#include "realm/processor.h"

namespace Realm {

class Runtime;

template <typename QT, typename RT>
class MachineQueryIterator;

class REALM_PUBLIC_API Machine {
 protected:
  friend class Runtime;
  explicit Machine(void* _impl) : impl(_impl) {}

 public:
  static Machine get_machine();

  class ProcessorQuery;
  class MemoryQuery;

  struct AffinityDetails {
    unsigned bandwidth;
    unsigned latency;
  };
  bool has_affinity(Processor p, Memory m, AffinityDetails* details = nullptr) const;
  bool has_affinity(Memory m1, Memory m2, AffinityDetails* details = nullptr) const;

  // These add to the set that they are given.
  void get_all_memories(std::set<Memory>& mset) const;
  void get_all_processors(std::set<Processor>& pset) const;
  void get_local_processors(std::set<Processor>& pset) const;
  void get_local_processors_by_kind(std::set<Processor>& pset, Processor::Kind kind) const;
  void get_visible_memories(Processor p, std::set<Memory>& mset, bool local_only = true) const;
  void get_visible_memories(Memory m, std::set<Memory>& mset, bool local_only = true) const;
  void get_shared_processors(Memory m, std::set<Processor>& pset, bool local_only = true) const;
  size_t get_address_space_count() const;

  struct ProcessInfo {
    static const size_t MAX_HOSTNAME_LENGTH = 256;
    char hostname[MAX_HOSTNAME_LENGTH];  // ends with a null character
    uint64_t hostid;
    uint32_t processid;
  };
  bool get_process_info(Processor p, ProcessInfo* info) const;

  struct ProcessorMemoryAffinity {
    Processor p;
    Memory m;
    unsigned bandwidth;
    unsigned latency;
  };
  struct MemoryMemoryAffinity {
    Memory m1;
    Memory m2;
    unsigned bandwidth;
    unsigned latency;
  };
  // Add to `result` and return how many were added.
  int get_proc_mem_affinity(std::vector<ProcessorMemoryAffinity>& result,
                            Processor restrict_proc = Processor::NO_PROC,
                            Memory restrict_memory = Memory::NO_MEMORY, bool local_only = true) const;
  int get_mem_mem_affinity(std::vector<MemoryMemoryAffinity>& result,
                           Memory restrict_mem1 = Memory::NO_MEMORY, Memory restrict_mem2 = Memory::NO_MEMORY,
                           bool local_only = true) const;

  // Hears of processors and memories that change. The machine is fixed while the runtime runs, except that
  // parts may fail: `report_processor_fault` and `report_memory_fault` call subscribers with THING_UPDATED
  // and the details of the fault, on the thread that reports. A fault that nobody subscribed to ends the
  // program.
  class MachineUpdateSubscriber {
   public:
    virtual ~MachineUpdateSubscriber() {}
    enum UpdateType { THING_ADDED, THING_REMOVED, THING_UPDATED };
    virtual void processor_updated(Processor p, UpdateType update_type, const void* payload,
                                   size_t payload_size) = 0;
    virtual void memory_updated(Memory m, UpdateType update_type, const void* payload,
                                size_t payload_size) = 0;
  };
  void add_subscription(MachineUpdateSubscriber* subscriber);
  void add_subscription(MachineUpdateSubscriber* subscriber, const ProcessorQuery& query);
  void add_subscription(MachineUpdateSubscriber* subscriber, const MemoryQuery& query);
  void remove_subscription(MachineUpdateSubscriber* subscriber);

  void* impl;
};

// Processors that meet all conditions, in the order of their ids.
class REALM_PUBLIC_API Machine::ProcessorQuery {
 public:
  explicit ProcessorQuery(const Machine& m);
  bool operator==(const ProcessorQuery& compare_to) const;
  bool operator!=(const ProcessorQuery& compare_to) const { return !(*this == compare_to); }

  // Each adds a condition.
  ProcessorQuery& only_kind(Processor::Kind kind);
  ProcessorQuery& local_address_space();
  ProcessorQuery& same_address_space_as(Processor p);
  ProcessorQuery& same_address_space_as(Memory m);
  // A latency of 0 allows any.
  ProcessorQuery& has_affinity_to(Memory m, unsigned min_bandwidth = 0, unsigned max_latency = 0);
  // Those that have `m` among their best memories.
  ProcessorQuery& best_affinity_to(Memory m, int bandwidth_weight = 1, int latency_weight = 0);

  size_t count() const;
  // NO_PROC when there is none.
  Processor first() const;
  Processor next(Processor after) const;
  Processor random() const;

  typedef MachineQueryIterator<ProcessorQuery, Processor> iterator;
  iterator begin() const;
  iterator end() const;

 protected:
  struct Condition {
    enum What { kKind, kAddressSpace, kAffinity, kBest } what;
    int64_t a, b;
    Memory memory;
    bool operator==(const Condition& other) const {
      return what == other.what && a == other.a && b == other.b && memory == other.memory;
    }
  };
  bool matches(Processor p) const;
  std::vector<Condition> conditions;
};

// Memories that meet all conditions, in the order of their ids.
class REALM_PUBLIC_API Machine::MemoryQuery {
 public:
  explicit MemoryQuery(const Machine& m);
  bool operator==(const MemoryQuery& compare_to) const;
  bool operator!=(const MemoryQuery& compare_to) const { return !(*this == compare_to); }

  MemoryQuery& only_kind(Memory::Kind kind);
  MemoryQuery& local_address_space();
  MemoryQuery& same_address_space_as(Processor p);
  MemoryQuery& same_address_space_as(Memory m);
  MemoryQuery& has_affinity_to(Processor p, unsigned min_bandwidth = 0, unsigned max_latency = 0);
  MemoryQuery& has_affinity_to(Memory m, unsigned min_bandwidth = 0, unsigned max_latency = 0);
  // Those that have the argument among their best processors or memories.
  MemoryQuery& best_affinity_to(Processor p, int bandwidth_weight = 1, int latency_weight = 0);
  MemoryQuery& best_affinity_to(Memory m, int bandwidth_weight = 1, int latency_weight = 0);
  MemoryQuery& has_capacity(size_t min_bytes);

  size_t count() const;
  Memory first() const;
  Memory next(Memory after) const;
  Memory random() const;

  typedef MachineQueryIterator<MemoryQuery, Memory> iterator;
  iterator begin() const;
  iterator end() const;

 protected:
  struct Condition {
    enum What { kKind, kAddressSpace, kProcAffinity, kMemAffinity, kBestProc, kBestMem, kCapacity } what;
    int64_t a, b;
    ::realm_id_t partner;
    bool operator==(const Condition& other) const {
      return what == other.what && a == other.a && b == other.b && partner == other.partner;
    }
  };
  bool matches(Memory m) const;
  std::vector<Condition> conditions;
};

// Goes over the results of a query; true while it points at one.
template <typename QT, typename RT>
class MachineQueryIterator {
 public:
  typedef std::input_iterator_tag iterator_category;
  typedef RT value_type;
  typedef std::ptrdiff_t difference_type;
  typedef RT* pointer;
  typedef RT& reference;

  MachineQueryIterator(const QT& _query, RT _result) : query(_query), result(_result) {}

  bool operator==(const MachineQueryIterator& compare_to) const {
    return result == compare_to.result && query == compare_to.query;
  }
  bool operator!=(const MachineQueryIterator& compare_to) const { return !(*this == compare_to); }
  RT operator*() { return result; }
  const RT* operator->() { return &result; }
  MachineQueryIterator& operator++() {
    result = query.next(result);
    return *this;
  }
  MachineQueryIterator operator++(int) {
    MachineQueryIterator before = *this;
    ++*this;
    return before;
  }
  operator bool() const { return result.exists(); }

 protected:
  QT query;
  RT result;
};

}  // namespace Realm
