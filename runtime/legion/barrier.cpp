#include "runtime/legion/barrier.h"

#include <algorithm>

#include "realm/event.h"
#include "runtime/legion/context.h"
#include "runtime/legion/list.h"
#include "runtime/legion/mapper/cpp_face.h"
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

void PhaseBarriers::watch() {
  // Programs of the C++ interface have a watch of their own, and two would see each other's threads.
  if (cpp_face) return;
  std::lock_guard lock(mutex_);
  if (watch_) return;
  watch_ = std::make_unique<Standstill>(kThreadsOfSimplePrograms, [] { return 0; }, [this] { bark(); });
}

void PhaseBarriers::note_wait(BarrierUser user, api::PhaseBarrier barrier, realm::Event event) {
  if (event.has_triggered()) return;
  std::lock_guard lock(mutex_);
  if (waits_.size() >= many_waits_) {
    std::erase_if(waits_, [](const Wait& wait) { return wait.event.has_triggered(); });
    many_waits_ = std::max<size_t>(64, 2 * waits_.size());
  }
  waits_.push_back({user, Realm::ID(barrier.id).barrier_generation() - 1, event});
}

std::string PhaseBarriers::describe_waits() {
  constexpr int kMostNamed = 8;
  std::string list;
  std::lock_guard lock(mutex_);
  int named = 0;
  for (const Wait& wait : waits_) {
    if (wait.event.has_triggered() || ++named > kMostNamed) continue;
    // Programs in C++ have no lines.
    list += "\n  ";
    if (wait.user.loc.line > 0)
      list += std::string(wait.user.loc.file) + ":" + std::to_string(wait.user.loc.line) + ": ";
    list += "task `" + std::string(wait.user.task) + "` waits for phase " + std::to_string(wait.phase) +
            " of a phase barrier, at which arrivals are missing";
  }
  if (named > kMostNamed) list += "\n  and " + std::to_string(named - kMostNamed) + " others wait";
  return list;
}

void PhaseBarriers::bark() {
  std::string list = describe_waits();
  if (list.empty()) list = "\n  launched tasks wait for one another, or for memory";
  realm::fatal_error("error: nothing can go on: no task runs, and nobody will do what these wait for:%s",
                     list.c_str());
}

// A phase has as many arrivals as its barrier expects.
static void arrive(api::PhaseBarrier barrier, BarrierUser user) {
  if (realm::is_barrier_phase_complete(barrier.id)) {
    realm::fatal_error(
        "%s:%u: error: task `%s` arrives at phase %llu of a phase barrier, at which all arrivals that were "
        "expected have been before",
        user.loc.file, user.loc.line, user.task,
        static_cast<unsigned long long>(Realm::ID(barrier.id).barrier_generation()));
  }
  realm_barrier(barrier).arrive(1);
}

void arrive_after(PhaseBarriers& barriers, api::PhaseBarrier barrier, realm::Event done, BarrierUser user) {
  barriers.use(barrier);
  run_after(done, [&barriers, barrier, user] {
    arrive(barrier, user);
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
  auto await = [&](api::PhaseBarrier barrier) {
    const realm::Event event = previous_phase(barrier);
    task.info.runtime->barriers.note_wait({desc.name, desc.loc}, barrier, event);
    task.add_dependence(event);
  };
  for (uint16_t k = 0; k < desc.await_count; ++k) for_each_barrier(task, desc.awaits[k], await);
  for (uint32_t k = 0; k < conditions.await_count; ++k) await(conditions.list[k]);
  return desc.await_count > 0 || conditions.await_count > 0;
}

void add_arrivals(Task& task, const api::ConditionList& conditions) {
  const api::TaskDesc& desc = *task.info.desc;
  PhaseBarriers& barriers = task.info.runtime->barriers;
  const BarrierUser user{desc.name, desc.loc};
  for (uint16_t k = 0; k < desc.arrive_count; ++k) {
    for_each_barrier(task, desc.arrives[k],
                     [&](api::PhaseBarrier barrier) { arrive_after(barriers, barrier, task.done, user); });
  }
  for (uint32_t k = 0; k < conditions.arrive_count; ++k)
    arrive_after(barriers, conditions.list[conditions.await_count + k], task.done, user);
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
  legion::Runtime& runtime = legion::ContextImpl::of(*this).runtime();
  runtime.barriers.add(barrier);
  runtime.barriers.watch();
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

PhaseBarrier Context::arrive(PhaseBarrier barrier, SourceLoc loc) {
  legion::arrive(barrier, {legion::ContextImpl::of(*this).task().info.desc->name, loc});
  return barrier;
}

void Context::await(PhaseBarrier barrier, SourceLoc loc) {
  legion::ContextImpl& context = legion::ContextImpl::of(*this);
  const realm::Event event = legion::previous_phase(barrier);
  context.runtime().barriers.note_wait({context.task().info.desc->name, loc}, barrier, event);
  realm::wait(event);
}

}  // namespace palatine::api
