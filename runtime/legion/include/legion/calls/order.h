// The calls that order operations, and what operations measure. Source: Legion's API, section 6.
#pragma once

#include <cstdio>
#include <set>
#include <vector>

#include "legion/launchers.h"
#include "legion/sync.h"

namespace Legion::Internal {

#define LEGION_PROVENANCE const char* provenance = nullptr

class OrderCalls {
 public:
  // ---- predicates, barriers, collectives, locks

  Predicate create_predicate(Context ctx, const Future& value, LEGION_PROVENANCE);
  Predicate predicate_not(Context ctx, const Predicate& p, LEGION_PROVENANCE);
  Predicate predicate_and(Context ctx, const Predicate& a, const Predicate& b, LEGION_PROVENANCE);
  Predicate predicate_or(Context ctx, const Predicate& a, const Predicate& b, LEGION_PROVENANCE);
  Predicate create_predicate(Context ctx, const PredicateLauncher& launcher);
  Future get_predicate_future(Context ctx, const Predicate& p, LEGION_PROVENANCE);
  PhaseBarrier create_phase_barrier(Context ctx, unsigned arrivals);
  void destroy_phase_barrier(Context ctx, PhaseBarrier barrier);
  PhaseBarrier advance_phase_barrier(Context ctx, PhaseBarrier barrier);
  DynamicCollective create_dynamic_collective(Context ctx, unsigned arrivals, ReductionOpID redop,
                                              const void* init_value, size_t init_size);
  void destroy_dynamic_collective(Context ctx, DynamicCollective dc);
  void arrive_dynamic_collective(Context ctx, DynamicCollective dc, const void* buffer, size_t size,
                                 unsigned count = 1);
  void defer_dynamic_collective_arrival(Context ctx, DynamicCollective dc, const Future& value,
                                        unsigned count = 1);
  Future get_dynamic_collective_result(Context ctx, DynamicCollective dc, LEGION_PROVENANCE);
  DynamicCollective advance_dynamic_collective(Context ctx, DynamicCollective dc);
  Lock create_lock(Context ctx);
  void destroy_lock(Context ctx, Lock lock);
  // For launchers. Misuse ends the program: using a grant after its release, releasing it twice.
  Grant acquire_grant(Context ctx, const std::vector<LockRequest>& requests);
  void release_grant(Context ctx, Grant grant);

  // ---- order

  Future issue_mapping_fence(Context ctx, LEGION_PROVENANCE);
  Future issue_execution_fence(Context ctx, LEGION_PROVENANCE);
  // A promise that repetitions launch the same operations. Mismatched calls are errors.
  void begin_trace(Context ctx, TraceID tid, bool logical_only = false, bool static_trace = false,
                   const std::set<RegionTreeID>* managed = nullptr, LEGION_PROVENANCE);
  void end_trace(Context ctx, TraceID tid, LEGION_PROVENANCE);
  // Without a number nothing is repeated: a hint that is not taken.
  void begin_static_trace(Context, const std::set<RegionTreeID>* managed = nullptr) { (void)managed; }
  void end_static_trace(Context) {}
  void complete_frame(Context ctx, LEGION_PROVENANCE);
  void yield(Context ctx);
  void concurrent_task_barrier(Context ctx);
  // The elements that all shards have: those of the one that there is. Gives their number, a size_t.
  Future consensus_match(Context ctx, const void* input, void* output, size_t num_elements,
                         size_t element_size, LEGION_PROVENANCE);

  // ---- measurements and tunables

  Future issue_timing_measurement(Context ctx, const TimingLauncher& launcher);
  Future get_current_time(Context ctx, Future precondition = Future());                  // double, seconds
  Future get_current_time_in_microseconds(Context ctx, Future precondition = Future());  // long long
  Future get_current_time_in_nanoseconds(Context ctx, Future precondition = Future());
  static long long get_zero_time();
  Future select_tunable_value(Context ctx, const TunableLauncher& launcher);
  Future select_tunable_value(Context ctx, TunableID tid, MapperID mapper = 0, MappingTagID tag = 0,
                              const void* args = nullptr, size_t argsize = 0);
  int get_tunable_value(Context ctx, TunableID tid, MapperID mapper = 0, MappingTagID tag = 0);
  size_t query_available_memory(Context ctx, Memory target);
  void print_once(Context ctx, FILE* f, const char* message);
  void log_once(Context ctx, Realm::LoggerMessage& message);
};

#undef LEGION_PROVENANCE

}  // namespace Legion::Internal
