// Subgraphs: the definition as a schedule, and its instantiation.
#include "realm/subgraph.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>

#include "realm/id.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/operation.h"
#include "runtime/realm/process.h"
#include "runtime/realm/reductions.h"

namespace palatine::realm {

namespace {

using Definition = Realm::SubgraphDefinition;
using Interpolation = Definition::Interpolation;

constexpr int kKinds = Definition::OPKIND_RELEASE + 1;

// An operation at its place in the schedule.
struct Step {
  Definition::OpKind kind;
  unsigned index;
  // Events that it waits for at each port: those of earlier steps (by their number in the list of events) and
  // external preconditions.
  struct Input {
    unsigned port;
    bool is_external;
    size_t number;
  };
  std::vector<Input> inputs;
  // Its events: its own, then those of its ports.
  size_t first_event = 0;
  size_t event_count = 1;
  bool is_last = true;  // no other step waits for its own event
  std::vector<Interpolation> interpolations;
};

// A definition whose steps are in an order that respects the dependences. Never changes.
struct Schedule {
  Definition definition;
  std::vector<Step> steps;
  size_t event_count = 0;
  size_t precondition_count = 0;
  std::vector<std::vector<size_t>> postconditions;  // the events that each waits for
};

// Subgraphs by their place in the table; a handle's number is never used twice.
struct Table {
  std::mutex mutex;
  std::vector<std::shared_ptr<const Schedule>> schedules;
};

Table& table() {
  static Table all;
  return all;
}

std::shared_ptr<const Schedule> find(Realm::Subgraph subgraph, const char* call) {
  const Realm::ID id(subgraph);
  if (id.is_subgraph()) {
    std::lock_guard lock(table().mutex);
    const size_t place = id.subgraph_subgraph_idx();
    if (place < table().schedules.size() && table().schedules[place]) return table().schedules[place];
  }
  bad_use(call, "%llx is no subgraph", static_cast<unsigned long long>(subgraph.id));
}

const char* name_of(int kind) {
  static const char* const names[] = {"operation",     "task",    "copy",   "arrival",
                                      "instantiation", "acquire", "release"};
  return kind > 0 && kind < kKinds ? names[kind] : names[0];
}

// ---- definition

class Scheduling {
 public:
  Scheduling(Schedule& schedule, const char* call) : schedule_(schedule), call_(call) {
    const Definition& definition = schedule.definition;
    const size_t counts[kKinds] = {0,
                                   definition.tasks.size(),
                                   definition.copies.size(),
                                   definition.arrivals.size(),
                                   definition.instantiations.size(),
                                   definition.acquires.size(),
                                   definition.releases.size()};
    for (int kind = 1; kind < kKinds; ++kind) {
      first_[kind] = steps_.size();
      counts_[kind] = counts[kind];
      for (unsigned k = 0; k < counts[kind]; ++k) {
        Step step;
        step.kind = static_cast<Definition::OpKind>(kind);
        step.index = k;
        steps_.push_back(step);
      }
    }
  }

  void run() {
    count_ports();
    add_dependencies();
    add_interpolations();
    sort();
  }

 private:
  size_t step_of(Definition::OpKind kind, unsigned index) const {
    if (kind <= Definition::OPKIND_INVALID || kind >= kKinds) {
      bad_use(call_, "a dependence names operations of kind %d, which is not supported", kind);
    }
    if (index >= counts_[kind]) {
      bad_use(call_, "a dependence names %s %u of %zu", name_of(kind), index, counts_[kind]);
    }
    return first_[kind] + index;
  }

  void count_ports() {
    for (const Definition::Dependency& dependency : schedule_.definition.dependencies) {
      if (dependency.src_op_kind == Definition::OPKIND_EXT_PRECOND) continue;
      Step& step = steps_[step_of(dependency.src_op_kind, dependency.src_op_index)];
      if (dependency.src_op_port != 0 && step.kind != Definition::OPKIND_INSTANTIATION) {
        bad_use(call_, "%s %u has no port %u", name_of(step.kind), step.index, dependency.src_op_port);
      }
      step.event_count = std::max<size_t>(step.event_count, dependency.src_op_port + 1);
    }
    for (Step& step : steps_) {
      step.first_event = schedule_.event_count;
      schedule_.event_count += step.event_count;
    }
  }

  void add_dependencies() {
    successors_.resize(steps_.size());
    missing_.resize(steps_.size());
    for (const Definition::Dependency& dependency : schedule_.definition.dependencies) {
      const bool is_external = dependency.src_op_kind == Definition::OPKIND_EXT_PRECOND;
      size_t event = dependency.src_op_index, source = 0;
      if (is_external) {
        schedule_.precondition_count = std::max<size_t>(schedule_.precondition_count, event + 1);
      } else {
        source = step_of(dependency.src_op_kind, dependency.src_op_index);
        event = steps_[source].first_event + dependency.src_op_port;
      }
      if (dependency.tgt_op_kind == Definition::OPKIND_EXT_POSTCOND) {
        if (is_external) bad_use(call_, "an external postcondition depends on an external precondition");
        auto& postconditions = schedule_.postconditions;
        if (postconditions.size() <= dependency.tgt_op_index)
          postconditions.resize(dependency.tgt_op_index + 1);
        postconditions[dependency.tgt_op_index].push_back(event);
        continue;
      }
      const size_t target = step_of(dependency.tgt_op_kind, dependency.tgt_op_index);
      if (dependency.tgt_op_port != 0 && steps_[target].kind != Definition::OPKIND_INSTANTIATION) {
        bad_use(call_, "%s %u has no port %u", name_of(steps_[target].kind), steps_[target].index,
                dependency.tgt_op_port);
      }
      steps_[target].inputs.push_back({dependency.tgt_op_port, is_external, event});
      if (is_external) continue;
      if (dependency.src_op_port == 0) steps_[source].is_last = false;
      successors_[source].push_back(target);
      ++missing_[target];
    }
  }

  void add_interpolations() {
    const Definition& definition = schedule_.definition;
    for (const Interpolation& interpolation : definition.interpolations) {
      const auto kind = static_cast<Definition::OpKind>(interpolation.target_kind >> 8);
      const unsigned index = interpolation.target_index;
      if (kind <= 0 || kind >= kKinds || index >= counts_[kind]) {
        bad_use(call_, "an interpolation names %s %u, which does not exist", name_of(kind), index);
      }
      size_t room = 0;
      switch (interpolation.target_kind) {
        case Interpolation::TARGET_TASK_ARGS:
          room = definition.tasks[index].args.size();
          break;
        case Interpolation::TARGET_ARRIVAL_BARRIER:
          room = sizeof(Realm::Barrier);
          break;
        case Interpolation::TARGET_ARRIVAL_VALUE:
          room = definition.arrivals[index].reduce_value.size();
          break;
        case Interpolation::TARGET_INSTANCE_ARGS:
          room = definition.instantiations[index].args.size();
          break;
        default:
          bad_use(call_, "interpolations into %s operations are not supported", name_of(kind));
      }
      size_t written = interpolation.bytes;
      if (interpolation.redop_id != 0) {
        const Realm::ReductionOpUntyped* redop = find_reduction(interpolation.redop_id);
        if (!redop) bad_use(call_, "reduction operator %d is not registered", interpolation.redop_id);
        written = redop->sizeof_lhs;
      }
      if (interpolation.target_offset > room || room - interpolation.target_offset < written) {
        bad_use(call_, "an interpolation writes bytes %zu to %zu of %s %u, which has %zu",
                interpolation.target_offset, interpolation.target_offset + written, name_of(kind), index,
                room);
      }
      steps_[first_[kind] + index].interpolations.push_back(interpolation);
    }
  }

  void sort() {
    std::vector<size_t> ready;
    for (size_t k = steps_.size(); k-- > 0;) {
      if (missing_[k] == 0) ready.push_back(k);
    }
    while (!ready.empty()) {
      const size_t here = ready.back();
      ready.pop_back();
      for (size_t successor : successors_[here]) {
        if (--missing_[successor] == 0) ready.push_back(successor);
      }
      schedule_.steps.push_back(std::move(steps_[here]));
    }
    if (schedule_.steps.size() != steps_.size()) bad_use(call_, "the dependences have a cycle");
  }

  Schedule& schedule_;
  const char* const call_;
  std::vector<Step> steps_;
  size_t first_[kKinds] = {}, counts_[kKinds] = {};
  std::vector<std::vector<size_t>> successors_;
  std::vector<size_t> missing_;
};

// ---- instantiation

class Instantiation {
 public:
  Instantiation(const Schedule& schedule, const void* args, size_t arglen,
                const std::vector<Realm::Event>& preconditions, Realm::Event wait_on, int priority_adjust,
                const char* call)
      : schedule_(schedule),
        args_(static_cast<const char*>(args)),
        arglen_(arglen),
        preconditions_(preconditions),
        wait_on_(wait_on),
        priority_adjust_(priority_adjust),
        call_(call),
        events_(schedule.event_count) {}

  Realm::Event run() {
    std::vector<Realm::Event> last;
    for (const Step& step : schedule_.steps) {
      launch(step);
      if (step.is_last) last.push_back(events_[step.first_event]);
    }
    return Realm::Event::merge_events(last);
  }

  Realm::Event postcondition(size_t number) const {
    std::vector<Realm::Event> sources;
    for (size_t event : schedule_.postconditions[number]) sources.push_back(events_[event]);
    return Realm::Event::merge_events(sources);
  }

 private:
  // What a step waits for at a port. Without internal predecessors its start waits for `wait_on`, too.
  Realm::Event input(const Step& step, unsigned port) const {
    Realm::Event waits[8];
    size_t count = 0;
    bool has_predecessor = false;
    std::vector<Realm::Event> more;
    auto add = [&](Realm::Event event) {
      if (!event.exists()) return;
      if (count == std::size(waits)) more.insert(more.end(), waits, waits + count), count = 0;
      waits[count++] = event;
    };
    for (const Step::Input& input : step.inputs) {
      has_predecessor |= !input.is_external;
      if (input.port != port) continue;
      if (!input.is_external) {
        add(events_[input.number]);
      } else if (input.number < preconditions_.size()) {
        add(preconditions_[input.number]);
      }
    }
    if (port == 0 && !has_predecessor) add(wait_on_);
    if (!more.empty()) {
      more.insert(more.end(), waits, waits + count);
      return Realm::Event::merge_events(more);
    }
    return count == 0   ? Realm::Event::NO_EVENT
           : count == 1 ? waits[0]
                        : Realm::Event::merge_events(waits, count);
  }

  // `bytes` with the interpolations of `kind`; points to `bytes` itself when there are none.
  const void* interpolate(const Step& step, Interpolation::TargetKind kind, const void* bytes, size_t size,
                          std::vector<char>& changed) const {
    for (const Interpolation& interpolation : step.interpolations) {
      if (interpolation.target_kind != kind) continue;
      if (interpolation.offset > arglen_ || arglen_ - interpolation.offset < interpolation.bytes) {
        bad_use(call_, "an interpolation reads bytes %zu to %zu of %zu bytes of arguments",
                interpolation.offset, interpolation.offset + interpolation.bytes, arglen_);
      }
      if (changed.empty())
        changed.assign(static_cast<const char*>(bytes), static_cast<const char*>(bytes) + size);
      char* target = changed.data() + interpolation.target_offset;
      const char* source = args_ + interpolation.offset;
      if (interpolation.redop_id == 0) {
        std::memcpy(target, source, interpolation.bytes);
      } else {
        const Realm::ReductionOpUntyped* redop = find_reduction(interpolation.redop_id);
        redop->cpu_apply_excl_fn(target, 0, source, 0, 1, redop->userdata);
      }
    }
    return changed.empty() ? bytes : changed.data();
  }

  void launch(const Step& step) {
    const Definition& definition = schedule_.definition;
    const Realm::Event start = input(step, 0);
    Realm::Event* events = &events_[step.first_event];
    std::vector<char> changed;
    switch (step.kind) {
      case Definition::OPKIND_TASK: {
        const auto& task = definition.tasks[step.index];
        const void* args =
            interpolate(step, Interpolation::TARGET_TASK_ARGS, task.args.base(), task.args.size(), changed);
        events[0] = task.proc.spawn(task.task_id, args, task.args.size(), task.prs, start,
                                    task.priority + priority_adjust_);
        break;
      }
      case Definition::OPKIND_COPY: {
        const auto& copy = definition.copies[step.index];
        events[0] = copy.space.copy(copy.srcs, copy.dsts, copy.prs, start, copy.priority + priority_adjust_);
        break;
      }
      case Definition::OPKIND_ARRIVAL: {
        const auto& arrival = definition.arrivals[step.index];
        std::vector<char> changed_barrier;
        Realm::Barrier barrier;
        std::memcpy(static_cast<void*>(&barrier),
                    interpolate(step, Interpolation::TARGET_ARRIVAL_BARRIER, &arrival.barrier,
                                sizeof(arrival.barrier), changed_barrier),
                    sizeof(barrier));
        const void* value = interpolate(step, Interpolation::TARGET_ARRIVAL_VALUE,
                                        arrival.reduce_value.base(), arrival.reduce_value.size(), changed);
        barrier.arrive(arrival.count, start, value, arrival.reduce_value.size());
        events[0] = start;
        break;
      }
      case Definition::OPKIND_INSTANTIATION: {
        const auto& nested = definition.instantiations[step.index];
        const void* args = interpolate(step, Interpolation::TARGET_INSTANCE_ARGS, nested.args.base(),
                                       nested.args.size(), changed);
        std::vector<Realm::Event> preconditions, postconditions(step.event_count - 1);
        for (const Step::Input& port : step.inputs) {
          if (port.port > preconditions.size()) preconditions.resize(port.port);
        }
        for (size_t k = 0; k < preconditions.size(); ++k)
          preconditions[k] = input(step, static_cast<unsigned>(k + 1));
        events[0] =
            nested.subgraph.instantiate(args, nested.args.size(), nested.prs, preconditions, postconditions,
                                        start, nested.priority_adjust + priority_adjust_);
        for (size_t k = 1; k < step.event_count; ++k) events[k] = postconditions[k - 1];
        break;
      }
      case Definition::OPKIND_ACQUIRE: {
        const auto& acquire = definition.acquires[step.index];
        events[0] = acquire.rsrv.acquire(acquire.mode, acquire.exclusive, start);
        break;
      }
      default: {
        definition.releases[step.index].rsrv.release(start);
        events[0] = start;
        break;
      }
    }
  }

  const Schedule& schedule_;
  const char* const args_;
  const size_t arglen_;
  const std::vector<Realm::Event>& preconditions_;
  const Realm::Event wait_on_;
  const int priority_adjust_;
  const char* const call_;
  std::vector<Realm::Event> events_;
};

const Component component([] {}, [] { table().schedules.clear(); });

}  // namespace

}  // namespace palatine::realm

namespace Realm {

namespace core = palatine::realm;

Event Subgraph::create_subgraph(Subgraph& subgraph, const SubgraphDefinition& defn,
                                const ProfilingRequestSet& prs, Event wait_on) {
  const char* call = "Subgraph::create_subgraph";
  core::need_runtime(call);
  auto schedule = std::make_shared<core::Schedule>();
  schedule->definition = defn;
  for (SubgraphDefinition::CopyDesc& copy : schedule->definition.copies) {
    if (copy.redop_id == 0) continue;
    for (CopySrcDstField& dst : copy.dsts) dst.set_redop(copy.redop_id, copy.red_fold);
  }
  core::Scheduling(*schedule, call).run();
  {
    std::lock_guard lock(core::table().mutex);
    const size_t place = core::table().schedules.size();
    if (place >> 24 != 0) core::bad_use(call, "there are no handles left");
    core::table().schedules.push_back(std::move(schedule));
    subgraph.id = ID::make_subgraph(0, 0, static_cast<unsigned>(place)).id;
  }
  if (prs.empty()) return wait_on;
  return core::run_operation(call, core::Operation::Place::kInline, prs, wait_on, [](core::Operation&) {});
}

void Subgraph::destroy(Event wait_on) const {
  const char* call = "Subgraph::destroy";
  core::find(*this, call);
  const size_t place = ID(*this).subgraph_subgraph_idx();
  core::run_operation(call, core::Operation::Place::kInline, ProfilingRequestSet(), wait_on,
                      [place](core::Operation&) {
                        std::shared_ptr<const core::Schedule> last;
                        std::lock_guard lock(core::table().mutex);
                        last.swap(core::table().schedules[place]);
                      });
}

Event Subgraph::instantiate(const void* args, size_t arglen, const ProfilingRequestSet& prs, Event wait_on,
                            int priority_adjust) const {
  std::vector<Event> postconditions;
  return instantiate(args, arglen, prs, {}, postconditions, wait_on, priority_adjust);
}

Event Subgraph::instantiate(const void* args, size_t arglen, const ProfilingRequestSet& prs,
                            const std::vector<Event>& preconditions, std::vector<Event>& postconditions,
                            Event wait_on, int priority_adjust) const {
  const char* call = "Subgraph::instantiate";
  std::shared_ptr<const core::Schedule> schedule = core::find(*this, call);
  core::Instantiation instantiation(*schedule, args, arglen, preconditions, wait_on, priority_adjust, call);
  Event finished = instantiation.run();
  if (postconditions.size() < schedule->postconditions.size()) {
    postconditions.resize(schedule->postconditions.size());
  }
  for (size_t k = 0; k < schedule->postconditions.size(); ++k)
    postconditions[k] = instantiation.postcondition(k);
  if (prs.empty()) return finished;
  return core::run_operation(call, core::Operation::Place::kInline, prs, finished, [](core::Operation&) {});
}

}  // namespace Realm
