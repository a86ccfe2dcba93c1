// Profiling: which facts about an operation or instance are wanted, and the response with them.
//
// Each request of a set causes one response task on `response_proc`, whose arguments are the response's
// bytes, when all its facts are known: an operation's after it completed, an instance's status and size when
// it was allocated, its timeline when it was destroyed. A request of which no fact exists is answered only
// with `report_if_empty`. Response tasks are not part of the operation's finish event.
#pragma once

#include <climits>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "realm/bytearray.h"
#include "realm/event.h"
#include "realm/faults.h"
#include "realm/instance.h"
#include "realm/memory.h"
#include "realm/processor.h"

namespace Realm {

enum ProfilingMeasurementID {
  PMID_OP_STATUS,
  PMID_OP_STATUS_ABNORMAL,
  PMID_OP_BACKTRACE,
  PMID_OP_TIMELINE,
  PMID_OP_EVENT_WAITS,
  PMID_OP_PROC_USAGE,
  PMID_OP_MEM_USAGE,
  PMID_INST_STATUS,
  PMID_INST_STATUS_ABNORMAL,
  PMID_INST_ALLOCRESULT,
  PMID_INST_TIMELINE,
  PMID_INST_MEM_USAGE,
  PMID_PCTRS_CACHE_L1I,
  PMID_PCTRS_CACHE_L1D,
  PMID_PCTRS_CACHE_L2,
  PMID_PCTRS_CACHE_L3,
  PMID_PCTRS_IPC,
  PMID_PCTRS_TLB,
  PMID_PCTRS_BP,
  PMID_OP_TIMELINE_GPU,
  PMID_OP_SUBGRAPH_INFO,
  PMID_OP_FINISH_EVENT,
  PMID_OP_COPY_INFO,
  // Programs may use numbers from here on.
  PMID_REALM_LAST = 10000,
};

namespace ProfilingMeasurements {

struct OperationStatus {
  static const ProfilingMeasurementID ID = PMID_OP_STATUS;
  enum Result {
    COMPLETED_SUCCESSFULLY,
    COMPLETED_WITH_ERRORS,
    RUNNING,
    INTERRUPT_REQUESTED,  // running, and asked to stop
    TERMINATED_EARLY,     // ended by a fault
    WAITING,
    READY,
    CANCELLED,  // never started
  };
  Result result = WAITING;
  int error_code = 0;
  ByteArray error_details;
};

// The same, sent only when the operation did not complete successfully.
struct OperationAbnormalStatus : public OperationStatus {
  static const ProfilingMeasurementID ID = PMID_OP_STATUS_ABNORMAL;
};

// Where the fault that ended the operation came from.
struct OperationBacktrace {
  static const ProfilingMeasurementID ID = PMID_OP_BACKTRACE;
  std::vector<uintptr_t> pcs;
  std::vector<std::string> symbols;
};

// Nanoseconds on `Clock`.
struct OperationTimeline {
  static const ProfilingMeasurementID ID = PMID_OP_TIMELINE;
  typedef long long timestamp_t;
  static const timestamp_t INVALID_TIMESTAMP = LLONG_MIN;
  timestamp_t create_time = INVALID_TIMESTAMP;
  timestamp_t ready_time = INVALID_TIMESTAMP;  // the precondition has triggered
  timestamp_t start_time = INVALID_TIMESTAMP;
  timestamp_t end_time = INVALID_TIMESTAMP;       // the function has returned
  timestamp_t complete_time = INVALID_TIMESTAMP;  // all work that it started is done
  bool is_valid() const {
    return create_time != INVALID_TIMESTAMP && ready_time != INVALID_TIMESTAMP &&
           start_time != INVALID_TIMESTAMP && end_time != INVALID_TIMESTAMP &&
           complete_time != INVALID_TIMESTAMP;
  }
};

struct OperationTimelineGPU {
  static const ProfilingMeasurementID ID = PMID_OP_TIMELINE_GPU;
  typedef long long timestamp_t;
  static const timestamp_t INVALID_TIMESTAMP = LLONG_MIN;
  timestamp_t start_time = INVALID_TIMESTAMP;
  timestamp_t end_time = INVALID_TIMESTAMP;
  bool is_valid() const { return start_time != INVALID_TIMESTAMP && end_time != INVALID_TIMESTAMP; }
};

// The times in which the task waited.
struct OperationEventWaits {
  static const ProfilingMeasurementID ID = PMID_OP_EVENT_WAITS;
  typedef long long timestamp_t;
  static const timestamp_t INVALID_TIMESTAMP = LLONG_MIN;
  struct WaitInterval {
    timestamp_t wait_start;
    timestamp_t wait_ready;  // the event triggered
    timestamp_t wait_end;    // the task went on
    Event wait_event;
  };
  std::vector<WaitInterval> intervals;
};

struct OperationProcessorUsage {
  static const ProfilingMeasurementID ID = PMID_OP_PROC_USAGE;
  Processor proc;
};

// The memories of a copy; a fill has no source.
struct OperationMemoryUsage {
  static const ProfilingMeasurementID ID = PMID_OP_MEM_USAGE;
  Memory source;
  Memory target;
  size_t size = 0;
};

struct OperationCopyInfo {
  static const ProfilingMeasurementID ID = PMID_OP_COPY_INFO;
  enum RequestType { FILL, REDUCE, COPY };
  struct InstInfo {
    std::vector<RegionInstance> src_insts;
    std::vector<RegionInstance> dst_insts;
    RegionInstance src_indirection_inst;
    RegionInstance dst_indirection_inst;
    std::vector<FieldID> src_fields;
    std::vector<FieldID> dst_fields;
    FieldID src_indirection_field = 0;
    FieldID dst_indirection_field = 0;
    RequestType request_type = COPY;
    unsigned int num_hops = 0;
  };
  std::vector<InstInfo> inst_info;
};

struct OperationFinishEvent {
  static const ProfilingMeasurementID ID = PMID_OP_FINISH_EVENT;
  Event finish_event;
};

struct OperationSubgraphInfo {
  static const ProfilingMeasurementID ID = PMID_OP_SUBGRAPH_INFO;
  std::vector<Event> subgraph_finish_events;
};

struct InstanceStatus {
  static const ProfilingMeasurementID ID = PMID_INST_STATUS;
  enum Result {
    AWAITING_ALLOCATION,
    FAILED_ALLOCATION,
    CANCELLED_ALLOCATION,
    ALLOCATED,
    DESTROYED_SUCCESSFULLY,
    CORRUPTED,
    MEMORY_LOST,
    INSTANCE_COUNT_EXCEEDED,
  };
  Result result = AWAITING_ALLOCATION;
  int error_code = 0;
  ByteArray error_details;
};

struct InstanceAbnormalStatus : public InstanceStatus {
  static const ProfilingMeasurementID ID = PMID_INST_STATUS_ABNORMAL;
};

struct InstanceAllocResult {
  static const ProfilingMeasurementID ID = PMID_INST_ALLOCRESULT;
  bool success = false;
};

// Nanoseconds on `Clock`; 0 is no time.
struct InstanceTimeline {
  static const ProfilingMeasurementID ID = PMID_INST_TIMELINE;
  typedef unsigned long long timestamp_t;
  static const timestamp_t INVALID_TIMESTAMP = 0;
  RegionInstance instance;
  timestamp_t create_time = INVALID_TIMESTAMP;
  timestamp_t ready_time = INVALID_TIMESTAMP;
  timestamp_t delete_time = INVALID_TIMESTAMP;
};

struct InstanceMemoryUsage {
  static const ProfilingMeasurementID ID = PMID_INST_MEM_USAGE;
  RegionInstance instance;
  Memory memory;
  size_t bytes = 0;
};

// Hardware counters. Absent from responses where the machine gives none.
template <ProfilingMeasurementID _ID>
struct CachePerfCounters {
  static const ProfilingMeasurementID ID = _ID;
  long long accesses;
  long long misses;
};
typedef CachePerfCounters<PMID_PCTRS_CACHE_L1I> L1ICachePerfCounters;
typedef CachePerfCounters<PMID_PCTRS_CACHE_L1D> L1DCachePerfCounters;
typedef CachePerfCounters<PMID_PCTRS_CACHE_L2> L2CachePerfCounters;
typedef CachePerfCounters<PMID_PCTRS_CACHE_L3> L3CachePerfCounters;

struct IPCPerfCounters {
  static const ProfilingMeasurementID ID = PMID_PCTRS_IPC;
  long long total_insts;
  long long total_cycles;
  long long fp_insts;
  long long ld_insts;
  long long st_insts;
  long long br_insts;
};

struct TLBPerfCounters {
  static const ProfilingMeasurementID ID = PMID_PCTRS_TLB;
  long long inst_misses;
  long long data_misses;
};

struct BranchPredictionPerfCounters {
  static const ProfilingMeasurementID ID = PMID_PCTRS_BP;
  long long total_branches;
  long long taken_branches;
  long long mispredictions;
};

}  // namespace ProfilingMeasurements

class REALM_PUBLIC_API ProfilingRequest {
 public:
  ProfilingRequest(Processor _response_proc, Processor::TaskFuncID _response_task_id, int _priority = 0,
                   bool _report_if_empty = false)
      : response_proc(_response_proc),
        response_task_id(_response_task_id),
        priority(_priority),
        report_if_empty(_report_if_empty) {}

  // Bytes that come with the response.
  ProfilingRequest& add_user_data(const void* payload, size_t payload_size) {
    user_data.set(payload, payload_size);
    return *this;
  }
  template <typename T>
  ProfilingRequest& add_measurement() {
    return add_measurement(T::ID);
  }
  ProfilingRequest& add_measurement(ProfilingMeasurementID measurement_id);
  ProfilingRequest& add_measurements(const std::set<ProfilingMeasurementID>& measurement_ids);

 protected:
  friend class ProfilingMeasurementCollection;
  Processor response_proc;
  Processor::TaskFuncID response_task_id;
  int priority;
  bool report_if_empty;
  ByteArray user_data;
  std::set<ProfilingMeasurementID> requested_measurements;
};

// Copied by the operation that it is given to.
class REALM_PUBLIC_API ProfilingRequestSet {
 public:
  ProfilingRequestSet();
  ProfilingRequestSet(const ProfilingRequestSet& to_copy);
  ~ProfilingRequestSet();
  ProfilingRequestSet& operator=(const ProfilingRequestSet& rhs);

  // The result stays valid until the set is cleared or destroyed.
  ProfilingRequest& add_request(Processor response_proc, Processor::TaskFuncID response_task_id,
                                const void* payload = nullptr, size_t payload_size = 0, int priority = 0,
                                bool report_if_empty = false);
  size_t request_count() const { return requests.size(); }
  bool empty() const { return requests.empty(); }
  void clear();

 protected:
  friend class ProfilingMeasurementCollection;
  std::vector<ProfilingRequest*> requests;
};

// Reads the arguments of a response task, which must stay in place meanwhile.
class REALM_PUBLIC_API ProfilingResponse {
 public:
  ProfilingResponse(const void* _data, size_t _data_size);

  const void* user_data() const;
  size_t user_data_size() const;

  template <typename T>
  bool has_measurement() const {
    const void* bytes;
    size_t size;
    return find(T::ID, bytes, size);
  }
  // Null when there is none; the caller deletes it.
  template <typename T>
  T* get_measurement() const {
    T* result = new T;
    if (get_measurement(*result)) return result;
    delete result;
    return nullptr;
  }
  template <typename T>
  bool get_measurement(T& result) const;

 protected:
  bool find(int id, const void*& bytes, size_t& size) const;
  const char* data;
  size_t data_size;
};

}  // namespace Realm

#include "realm/profiling.inl"
