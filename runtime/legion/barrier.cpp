#include "runtime/legion/barrier.h"

#include <algorithm>

#include "realm/event.h"
#include "runtime/legion/context.h"
#include "runtime/legion/list.h"
#include "runtime/legion/run_after.h"
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

PhaseBarriers::~PhaseBarriers() {
  for (const auto& entry : states_) Realm::Barrier(entry.first, 0).destroy_barrier();
}

void PhaseBarriers::add(api::PhaseBarrier barrier) {
  std::lock_guard lock(mutex_);
  states_[realm::first_barrier_phase(barrier.id)];
}

bool PhaseBarriers::end(api::PhaseBarrier barrier) {
  std::lock_guard lock(mutex_);
  auto found = states_.find(realm::first_barrier_phase(barrier.id));
  if (found == states_.end() || found->second.has_ended) return false;
  found->second.has_ended = true;
  return true;
}

void PhaseBarriers::change(api::PhaseBarrier barrier, int64_t uses) {
  std::lock_guard lock(mutex_);
  // Barriers of Realm are not known here.
  auto found = states_.find(realm::first_barrier_phase(barrier.id));
  if (found == states_.end()) return;
  found->second.uses += uses;
  if (found->second.uses > 0) return;
  states_.erase(found);
  realm_barrier(barrier).destroy_barrier();
}

void arrive_after(PhaseBarriers& barriers, api::PhaseBarrier barrier, realm::Event done) {
  barriers.use(barrier);
  run_after(done, [&barriers, barrier] {
    realm_barrier(barrier).arrive(1);
    barriers.drop(barrier);
  });
}

namespace {

// Calls visit(api::PhaseBarrier) for a parameter that is a barrier or a list of barriers.
template <typename Visit>
void for_each_barrier(const Task& task, uint16_t number, Visit visit) {
  const api::ParamDesc& param = task.info.desc->params[number];
  auto visit_at = [&](const char* place) { visit(*reinterpret_cast<const api::PhaseBarrier*>(place)); };
  const char* place = task.args + param.offset;
  if (param.kind == api::ParamKind::list) {
    for_each_leaf(*reinterpret_cast<const ListImage*>(place), *param.list, visit_at);
  } else {
    visit_at(place);
  }
}

}  // namespace

bool add_awaits(Task& task, const api::ConditionList& conditions) {
  const api::TaskDesc& desc = *task.info.desc;
  for (uint16_t k = 0; k < desc.await_count; ++k) {
    for_each_barrier(task, desc.awaits[k],
                     [&](api::PhaseBarrier barrier) { task.add_dependence(previous_phase(barrier)); });
  }
  for (uint32_t k = 0; k < conditions.await_count; ++k)
    task.add_dependence(previous_phase(conditions.list[k]));
  return desc.await_count > 0 || conditions.await_count > 0;
}

void add_arrivals(Task& task, const api::ConditionList& conditions) {
  const api::TaskDesc& desc = *task.info.desc;
  PhaseBarriers& barriers = task.info.runtime->barriers;
  for (uint16_t k = 0; k < desc.arrive_count; ++k) {
    for_each_barrier(task, desc.arrives[k],
                     [&](api::PhaseBarrier barrier) { arrive_after(barriers, barrier, task.done); });
  }
  for (uint32_t k = 0; k < conditions.arrive_count; ++k)
    arrive_after(barriers, conditions.list[conditions.await_count + k], task.done);
}

void collect_arrivals(const Task& task, std::vector<api::PhaseBarrier>& all) {
  const api::TaskDesc& desc = *task.info.desc;
  for (uint16_t k = 0; k < desc.arrive_count; ++k) {
    for_each_barrier(task, desc.arrives[k], [&](api::PhaseBarrier barrier) {
      auto is_same = [&](api::PhaseBarrier known) { return known.id == barrier.id; };
      if (std::none_of(all.begin(), all.end(), is_same)) all.push_back(barrier);
    });
  }
}

}  // namespace palatine::legion

namespace palatine::api {

PhaseBarrier Context::create_phase_barrier(int32_t arrivals) {
  if (arrivals < 0) realm::fatal_error("a phase barrier cannot expect %d arrivals", arrivals);
  const PhaseBarrier barrier{Realm::Barrier::create_barrier(static_cast<unsigned>(arrivals)).id};
  legion::ContextImpl::of(*this).runtime().barriers.add(barrier);
  return barrier;
}

void Context::destroy_phase_barrier(PhaseBarrier barrier) {
  legion::ContextImpl::of(*this).destroy(barrier);
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
