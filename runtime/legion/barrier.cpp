#include "runtime/legion/barrier.h"

#include "realm/event.h"
#include "runtime/legion/context.h"
#include "runtime/legion/list.h"
#include "runtime/realm/barrier.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/handles.h"

namespace palatine::legion {

static Realm::Barrier realm_barrier(api::PhaseBarrier barrier) {
  return Realm::Barrier(barrier.id, 0);
}

realm::Event previous_phase(api::PhaseBarrier barrier) {
  return realm::barrier_phase_event(realm_barrier(barrier).get_previous_phase().id, "await");
}

void arrive_after(api::PhaseBarrier barrier, realm::Event done) {
  realm_barrier(barrier).arrive(1, realm::public_event(done));
}

bool add_conditions(Task& task, const api::ConditionList& conditions) {
  const api::TaskDesc& desc = *task.info.desc;
  // A parameter is a barrier or a list of barriers.
  auto for_each_barrier = [&](uint16_t number, auto visit) {
    const api::ParamDesc& param = desc.params[number];
    auto visit_at = [&](const char* place) { visit(*reinterpret_cast<const api::PhaseBarrier*>(place)); };
    const char* place = task.args + param.offset;
    if (param.kind == api::ParamKind::list) {
      for_each_leaf(*reinterpret_cast<const ListImage*>(place), *param.list, visit_at);
    } else {
      visit_at(place);
    }
  };
  for (uint16_t k = 0; k < desc.await_count; ++k) {
    for_each_barrier(desc.awaits[k],
                     [&](api::PhaseBarrier barrier) { task.add_dependence(previous_phase(barrier)); });
  }
  for (uint32_t k = 0; k < conditions.await_count; ++k)
    task.add_dependence(previous_phase(conditions.list[k]));
  for (uint16_t k = 0; k < desc.arrive_count; ++k) {
    for_each_barrier(desc.arrives[k], [&](api::PhaseBarrier barrier) { arrive_after(barrier, task.done); });
  }
  for (uint32_t k = 0; k < conditions.arrive_count; ++k)
    arrive_after(conditions.list[conditions.await_count + k], task.done);
  return desc.await_count > 0 || conditions.await_count > 0;
}

}  // namespace palatine::legion

namespace palatine::api {

PhaseBarrier Context::create_phase_barrier(int32_t arrivals) {
  if (arrivals < 0) realm::fatal_error("a phase barrier cannot expect %d arrivals", arrivals);
  return {Realm::Barrier::create_barrier(static_cast<unsigned>(arrivals)).id};
}

PhaseBarrier Context::advance(PhaseBarrier barrier) {
  return {legion::realm_barrier(barrier).advance_barrier().id};
}

PhaseBarrier Context::adjust(PhaseBarrier barrier, int32_t change) {
  return {legion::realm_barrier(barrier).alter_arrival_count(change).id};
}

PhaseBarrier Context::arrive(PhaseBarrier barrier) {
  legion::realm_barrier(barrier).arrive(1);
  return barrier;
}

void Context::await(PhaseBarrier barrier) {
  realm::wait(legion::previous_phase(barrier));
}

}  // namespace palatine::api
