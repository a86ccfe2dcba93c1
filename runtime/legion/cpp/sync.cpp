// Predicates, barriers, collectives and locks.
#include "legion/sync.h"

#include <cstring>
#include <ostream>

#include "runtime/legion/barrier.h"
#include "runtime/legion/cpp/running_task.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/handles.h"

namespace Legion {

using namespace Internal;
using palatine::realm::fatal_error;

const Predicate Predicate::TRUE_PRED = Predicate(true);
const Predicate Predicate::FALSE_PRED = Predicate(false);

// ---- predicates. A combination waits for the values of its parts.

static bool is_true(const Predicate& predicate) {
  return predicate.exists() ? predicate.value().get_result<bool>() : predicate.const_value();
}

Predicate Internal::OrderCalls::create_predicate(Context, const Future& value, const char*) {
  return Predicate(value);
}

Predicate Internal::OrderCalls::predicate_not(Context, const Predicate& p, const char*) {
  return Predicate(!is_true(p));
}

Predicate Internal::OrderCalls::predicate_and(Context, const Predicate& a, const Predicate& b, const char*) {
  return Predicate(is_true(a) && is_true(b));
}

Predicate Internal::OrderCalls::predicate_or(Context, const Predicate& a, const Predicate& b, const char*) {
  return Predicate(is_true(a) || is_true(b));
}

Predicate Internal::OrderCalls::create_predicate(Context, const PredicateLauncher& launcher) {
  bool result = launcher.and_op;
  for (const Predicate& predicate : launcher.predicates)
    result = launcher.and_op ? result && is_true(predicate) : result || is_true(predicate);
  return Predicate(result);
}

Future Internal::OrderCalls::get_predicate_future(Context, const Predicate& p, const char*) {
  return p.exists() ? p.value() : Future::from_value<bool>(p.const_value());
}

// ---- phase barriers

// As in Legion who waits at a phase waits for the one before it.
static void wait_for_phase_before(const Realm::Barrier& phase) {
  wait_for(core::previous_phase({phase.id}), "a phase barrier");
}

void PhaseBarrier::arrive(unsigned count) {
  phase_barrier.arrive(count);
}

void PhaseBarrier::wait() {
  wait_for_phase_before(phase_barrier);
}

void PhaseBarrier::alter_arrival_count(int delta) {
  phase_barrier.alter_arrival_count(delta);
}

std::ostream& operator<<(std::ostream& out, const PhaseBarrier& barrier) {
  return out << "PhaseBarrier(" << std::hex << barrier.phase_barrier.id << std::dec << ")";
}

PhaseBarrier Internal::OrderCalls::create_phase_barrier(Context ctx, unsigned arrivals) {
  return PhaseBarrier(Realm::Barrier(ctx->core.create_phase_barrier(static_cast<int32_t>(arrivals)).id, 0));
}

void Internal::OrderCalls::destroy_phase_barrier(Context ctx, PhaseBarrier barrier) {
  ctx->core.destroy_phase_barrier({barrier.get_barrier().id});
}

PhaseBarrier Internal::OrderCalls::advance_phase_barrier(Context, PhaseBarrier barrier) {
  return PhaseBarrier(barrier.get_barrier().advance_barrier());
}

// ---- dynamic collectives

static void register_for_barriers(ReductionOpID redop) {
  const ReductionOp* op = Runtime::get_reduction_op(redop);
  Realm::Runtime::get_runtime().register_reduction(redop, op);
}

DynamicCollective Internal::OrderCalls::create_dynamic_collective(Context ctx, unsigned arrivals,
                                                                  ReductionOpID redop, const void* init_value,
                                                                  size_t init_size) {
  register_for_barriers(redop);
  const Realm::Barrier barrier = Realm::Barrier::create_barrier(arrivals, redop, init_value, init_size);
  ctx->core.runtime().barriers.add({barrier.id});
  return DynamicCollective(barrier, redop);
}

void Internal::OrderCalls::destroy_dynamic_collective(Context ctx, DynamicCollective dc) {
  ctx->core.destroy_phase_barrier({dc.get_barrier().id});
}

void DynamicCollective::arrive(const void* value, size_t size, unsigned count) {
  phase_barrier.arrive(count, Realm::Event::NO_EVENT, value, size);
}

void Internal::OrderCalls::arrive_dynamic_collective(Context, DynamicCollective dc, const void* buffer,
                                                     size_t size, unsigned count) {
  dc.arrive(buffer, size, count);
}

void Internal::OrderCalls::defer_dynamic_collective_arrival(Context, DynamicCollective dc,
                                                            const Future& value, unsigned count) {
  dc.arrive(value.get_untyped_pointer(), value.get_untyped_size(), count);
}

Future Internal::OrderCalls::get_dynamic_collective_result(Context, DynamicCollective dc, const char*) {
  const ReductionOp& op = *Runtime::get_reduction_op(dc.get_redop());
  wait_for_phase_before(dc.get_barrier());
  std::string value(op.sizeof_lhs, 0);
  if (!dc.get_barrier().get_previous_phase().get_result(value.data(), value.size()))
    fatal_error("error: the result of a dynamic collective is not known");
  return Future::from_untyped_pointer(value.data(), value.size());
}

DynamicCollective Internal::OrderCalls::advance_dynamic_collective(Context, DynamicCollective dc) {
  return DynamicCollective(dc.get_barrier().advance_barrier(), dc.get_redop());
}

// ---- locks

Lock Internal::OrderCalls::create_lock(Context) {
  return Lock(Realm::Reservation::create_reservation());
}

void Internal::OrderCalls::destroy_lock(Context, Lock lock) {
  lock.get_reservation().destroy_reservation();
}

void Lock::acquire(unsigned mode, bool exclusive) {
  const Realm::Event held = reservation_lock.acquire(mode, exclusive);
  if (held.exists()) wait_for(palatine::realm::core_event(held, "Lock::acquire"), "a lock");
}

void Lock::release() {
  reservation_lock.release();
}

// ---- fences, traces and frames

static Future fence_future(palatine::realm::Event done) {
  return Future(make_future(0, done));
}

Future Internal::OrderCalls::issue_mapping_fence(Context ctx, const char*) {
  ctx->core.mapping_fence(false);
  return fence_future(palatine::realm::Event());
}

Future Internal::OrderCalls::issue_execution_fence(Context ctx, const char*) {
  const palatine::realm::Event done = ctx->core.all_launched();
  ctx->core.execution_fence(false);
  return fence_future(done);
}

void Internal::OrderCalls::begin_trace(Context ctx, TraceID tid, bool, bool, const std::set<RegionTreeID>*,
                                       const char*) {
  if (!ctx->traces.empty())
    fatal_error("error: task `%s` begins trace %u inside trace %u", ctx->task.get_task_name(), tid,
                ctx->traces.back());
  ctx->traces.push_back(tid);
  ctx->core.begin_trace(tid);
}

void Internal::OrderCalls::end_trace(Context ctx, TraceID tid, const char*) {
  if (ctx->traces.empty() || ctx->traces.back() != tid)
    fatal_error("error: task `%s` ends trace %u, which it has not begun", ctx->task.get_task_name(), tid);
  ctx->core.end_trace(tid);
  ctx->traces.pop_back();
}

void Internal::OrderCalls::complete_frame(Context, const char*) {}

void Internal::OrderCalls::yield(Context) {}

void Internal::OrderCalls::concurrent_task_barrier(Context ctx) {
  if (!ctx->barrier.exists())
    fatal_error(
        "error: task `%s` calls concurrent_task_barrier, but is no point of a concurrent index launch",
        ctx->task.get_task_name());
  ctx->barrier.arrive(1);
  wait_for(palatine::realm::core_event(ctx->barrier, "concurrent_task_barrier"),
           "the other points in concurrent_task_barrier");
  ctx->barrier = ctx->barrier.advance_barrier();
}

Future Internal::OrderCalls::consensus_match(Context, const void* input, void* output, size_t count,
                                             size_t element_size, const char*) {
  memmove(output, input, count * element_size);
  return Future::from_value(count);
}

FutureMap Internal::LaunchCalls::execute_must_epoch(Context ctx, const MustEpochLauncher& launcher) {
  ctx->core.begin_epoch();
  ctx->epochs++;
  std::map<DomainPoint, Future> futures;
  for (const TaskLauncher& task : launcher.single_tasks) futures[task.point] = execute_task(ctx, task);
  for (const IndexTaskLauncher& tasks : launcher.index_tasks) {
    const FutureMap map = execute_index_space(ctx, tasks);
    for (Domain::DomainPointIterator it(map.get_future_map_domain()); it; it++)
      futures[*it] = map.get_future(*it);
  }
  if (--ctx->epochs == 0) ctx->epoch_tasks.clear();
  ctx->core.end_epoch();
  return future_map_of(futures);
}

}  // namespace Legion
