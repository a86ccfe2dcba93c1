#include "runtime/legion/collective.h"

#include <cstring>

#include "realm/id.h"
#include "runtime/legion/barrier.h"
#include "runtime/legion/context.h"
#include "runtime/legion/future.h"
#include "runtime/legion/run_after.h"
#include "runtime/realm/handles.h"

namespace palatine::legion {

namespace {

uint64_t phase_of(api::PhaseBarrier barrier) {
  return Realm::ID(barrier.id).barrier_generation();
}

}  // namespace

void Collective::fold(uint64_t phase, const void* value) {
  std::lock_guard lock(mutex);
  desc.fold(values.try_emplace(phase, initial).first->second.data(), value);
}

void Collective::result(uint64_t phase, void* value) {
  std::lock_guard lock(mutex);
  const auto known = values.find(phase);
  memcpy(value, (known == values.end() ? initial : known->second).data(), desc.size_bytes);
}

uint32_t Collectives::add(const api::CollectiveDesc& desc, const void* initial) {
  auto made = std::make_unique<Collective>();
  made->desc = desc;
  const char* bytes = static_cast<const char*>(initial);
  made->initial.assign(bytes, bytes + desc.size_bytes);
  std::lock_guard lock(mutex_);
  all_.push_back(std::move(made));
  return static_cast<uint32_t>(all_.size() - 1);
}

Collective& Collectives::at(uint32_t number) {
  std::lock_guard lock(mutex_);
  return *all_.at(number);
}

}  // namespace palatine::legion

namespace palatine::api {

using legion::Collective;
using legion::ContextImpl;

DynamicCollective Context::create_collective(int32_t arrivals, const CollectiveDesc& desc,
                                             const void* initial) {
  const PhaseBarrier barrier = create_phase_barrier(arrivals);
  return {barrier, ContextImpl::of(*this).runtime().collectives.add(desc, initial)};
}

DynamicCollective Context::advance(DynamicCollective collective) {
  return {advance(collective.barrier), collective.number};
}

DynamicCollective Context::arrive(DynamicCollective collective, const Future& value) {
  legion::Runtime& runtime = ContextImpl::of(*this).runtime();
  Collective& state = runtime.collectives.at(collective.number);
  FutureState* brought = value.state();
  brought->add_reference();
  const PhaseBarrier barrier = collective.barrier;
  const TaskDesc& desc = *ContextImpl::of(*this).task().info.desc;
  const legion::BarrierUser user{desc.name, desc.loc};
  runtime.barriers.use(barrier);
  legion::run_after(brought->ready, [&state, &runtime, brought, barrier, user] {
    state.fold(legion::phase_of(barrier), brought->value());
    brought->drop_reference();
    legion::arrive_after(runtime.barriers, barrier, realm::Event(), user);
    runtime.barriers.drop(barrier);
  });
  return collective;
}

Future Context::collective_result(DynamicCollective collective) {
  Collective& state = ContextImpl::of(*this).runtime().collectives.at(collective.number);
  const realm::UserEvent done = realm::UserEvent::create();
  FutureState* result = FutureState::create(state.desc.size_bytes, done);
  result->add_reference();
  const uint64_t phase = legion::phase_of(collective.barrier) - 1;
  legion::run_after(legion::previous_phase(collective.barrier), [&state, result, done, phase] {
    state.result(phase, result->value());
    done.trigger();
    result->drop_reference();
  });
  return Future(result);
}

}  // namespace palatine::api
