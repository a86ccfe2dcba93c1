// The kinds of nodes of a graph.
#include "stress/realm_graph.h"

namespace palatine::stress {

using namespace Realm;

namespace {

constexpr FieldID kInt = 1;

void add(std::vector<int>& sorted, int k) {
  sorted.insert(std::lower_bound(sorted.begin(), sorted.end(), k), k);
}

std::vector<CopySrcDstField> one_field(RegionInstance instance) {
  return {CopySrcDstField().set_field(instance, kInt, sizeof(int))};
}

}  // namespace

// ---- tasks

void Graph::check_values(const std::vector<int>& before, const char* who, int k) {
  for (int b : before) {
    if (values_[b] != b + 1) report("%s %d came before node %d had written its value", who, k, b);
  }
}

void Graph::note_start(int k) {
  Stamps& stamps = stamps_[static_cast<size_t>(k)];
  if (stamps.start.exchange(clock_.fetch_add(1, std::memory_order_relaxed), std::memory_order_relaxed) != 0) {
    report("task %d ran twice", k);
  }
  check_values(stamps.before, "task", k);
}

void Graph::note_end(int k) {
  values_[k] = k + 1;
  stamps_[static_cast<size_t>(k)].end.store(clock_.fetch_add(1, std::memory_order_relaxed),
                                            std::memory_order_relaxed);
}

std::function<void(Processor)> Graph::body(int k, std::vector<int> before, bool spawns) {
  stamps_[static_cast<size_t>(k)].before = std::move(before);
  return [this, k, spawns](Processor p) {
    note_start(k);
    if (spawns) p.spawn(Processor::TASK_ID_PROCESSOR_NOP, nullptr, 0).wait();
    note_end(k);
  };
}

// Counts the runs of a task that must run exactly once.
Event Graph::spawn(Random& random, std::function<void(Processor)> body, Event wait_on,
                   const ProfilingRequestSet& requests) {
  expected_runs_.fetch_add(1, std::memory_order_relaxed);
  return rt_.spawn(
      some_processor(random),
      [this, body = std::move(body)](Processor p) {
        runs_.fetch_add(1, std::memory_order_relaxed);
        body(p);
      },
      wait_on, static_cast<int>(random() % 5), requests);
}

void Graph::ask_for_status(ProfilingRequestSet& requests) {
  expected_replies_.fetch_add(1, std::memory_order_relaxed);
  requests.add_request(cpus_[0], kReply)
      .add_measurement<ProfilingMeasurements::OperationStatus>()
      .add_measurement<ProfilingMeasurements::OperationTimeline>();
}

Node Graph::task(Random& random, int k) {
  Node node = precondition(random);
  node.kind = "task";
  ProfilingRequestSet requests;
  if (chance(random, 8)) ask_for_status(requests);
  switch (node.poison) {
    case Poison::kNo:
      node.event = spawn(random, body(k, node.before, chance(random, 8)), node.event, requests);
      break;
    case Poison::kMaybe:
      node.event = rt_.spawn(some_processor(random), body(k, node.before, false), node.event, 0, requests);
      break;
    case Poison::kYes:
      node.event = rt_.spawn(
          some_processor(random), [](Processor) { report("a task ran after poison"); }, node.event, 1,
          requests);
      node.before.clear();
      return node;
  }
  add(node.before, k);
  return node;
}

Node Graph::cancelled_task(Random& random, int k) {
  Node node = precondition(random);
  if (node.poison == Poison::kYes) return node;
  node.kind = "cancelled task";
  node.poison = Poison::kMaybe;
  // Only with a request for the status a fault ends a task that runs, and not the program.
  ProfilingRequestSet requests;
  ask_for_status(requests);
  node.event =
      rt_.spawn(some_processor(random), body(k, node.before, chance(random, 2)), node.event, 0, requests);
  node.event.cancel_operation(nullptr, 0);
  add(node.before, k);
  return node;
}

// A task that waits for another node while it runs.
Node Graph::waiting_task(Random& random, int k) {
  Node node = precondition(random);
  if (node.poison != Poison::kNo) return node;
  node.kind = "waiting task";
  Node awaited = some_node(random);
  stamps_[static_cast<size_t>(k)].before = node.before;
  node.event = spawn(
      random,
      [this, awaited, k](Processor) {
        note_start(k);
        bool is_poisoned;
        awaited.event.wait_faultaware(is_poisoned);
        if (is_poisoned ? awaited.poison == Poison::kNo : awaited.poison == Poison::kYes) {
          report("task %d found a %s %s", k, awaited.kind, is_poisoned ? "poisoned" : "clean");
        }
        if (!is_poisoned) check_values(awaited.before, "waiting task", k);
        note_end(k);
      },
      node.event);
  if (awaited.poison == Poison::kNo) {
    for (int b : awaited.before) {
      if (!std::binary_search(node.before.begin(), node.before.end(), b)) add(node.before, b);
    }
  }
  add(node.before, k);
  return node;
}

// ---- reservations

// Mode 0 is exclusive.
void Graph::hold(Lock& lock, int mode, bool begins) {
  if (!begins) {
    lock.holders[mode].fetch_sub(1, std::memory_order_relaxed);
    return;
  }
  lock.holders[mode].fetch_add(1, std::memory_order_relaxed);
  if (mode == 0) ++lock.writes;
  for (int other = 0; other < 3; ++other) {
    const int allowed = other == mode ? (mode == 0 ? 1 : 1 << 30) : 0;
    if (lock.holders[other].load(std::memory_order_relaxed) > allowed) {
      report("a reservation is held in mode %d and in mode %d", mode, other);
    }
  }
}

Node Graph::locked_task(Random& random, int k) {
  Lock& lock = locks_[random() % locks_.size()];
  Node node = precondition(random);
  const int mode = chance(random, 2) ? 0 : static_cast<int>(random() % 2) + 1;
  if (node.poison == Poison::kYes) {
    node.kind = "acquisition after poison";
    node.event = lock.reservation.acquire(static_cast<unsigned>(mode), mode == 0, node.event);
    return node;
  }
  node = without_faults(node);
  node.kind = "task in a reservation";
  if (mode == 0) lock.expected_writes.fetch_add(1, std::memory_order_relaxed);
  const Event granted = lock.reservation.acquire(static_cast<unsigned>(mode), mode == 0, node.event);
  auto work = body(k, node.before, false);
  const bool releases_itself = chance(random, 3);
  node.event = spawn(
      random,
      [this, &lock, mode, releases_itself, work](Processor p) {
        hold(lock, mode, true);
        work(p);
        hold(lock, mode, false);
        if (releases_itself) lock.reservation.release();
      },
      granted);
  if (!releases_itself) lock.reservation.release(node.event);
  add(node.before, k);
  return node;
}

// A task that tries to get a reservation until it has it.
Node Graph::trying_task(Random& random, int k) {
  Lock& lock = locks_[random() % locks_.size()];
  Node node = without_faults(precondition(random));
  node.kind = "task that tries to get a reservation";
  const int mode = chance(random, 2) ? 0 : static_cast<int>(random() % 2) + 1;
  if (mode == 0) lock.expected_writes.fetch_add(1, std::memory_order_relaxed);
  auto work = body(k, node.before, false);
  node.event = spawn(
      random,
      [this, &lock, mode, work](Processor p) {
        Event retry = lock.reservation.try_acquire(false, static_cast<unsigned>(mode), mode == 0);
        while (retry.exists()) {
          retry.wait();
          retry = lock.reservation.try_acquire(true, static_cast<unsigned>(mode), mode == 0);
        }
        hold(lock, mode, true);
        work(p);
        hold(lock, mode, false);
        lock.reservation.release();
      },
      node.event);
  add(node.before, k);
  return node;
}

// ---- user events and barriers

// An event that is triggered later, by something that comes before it in the graph.
Node Graph::user_event(Random& random) {
  const Node pre = precondition(random);
  const Untriggered later = {UserEvent::create_user_event(), pre.event, chance(random, 2),
                             chance(random, 12)};
  Node node;
  node.kind = "user event";
  node.event = later.event;
  if (later.cancels) {
    node.poison = Poison::kYes;
  } else {
    if (!later.ignores_faults) node.poison = pre.poison;
    if (!later.ignores_faults || pre.poison == Poison::kNo) node.before = pre.before;
  }
  std::lock_guard lock(mutex_);
  untriggered_.push_back(later);
  return node;
}

// The last of some phases, whose arrivals come in any order and from tasks, too. Values are reduced in half
// of them.
Node Graph::barrier(Random& random) {
  const int phases = static_cast<int>(random() % 3) + 1;
  unsigned arrivals = random() % 4 + 1;
  const bool reduces = chance(random, 2);
  const long initial = 1000;
  Barrier made = reduces ? Barrier::create_barrier(arrivals, kSum, &initial, sizeof initial)
                         : Barrier::create_barrier(arrivals);
  {
    std::lock_guard lock(mutex_);
    barriers_.push_back(made);
  }
  if (chance(random, 3)) {
    const int change = chance(random, 2) && arrivals > 1 ? -1 : 2;
    made = made.alter_arrival_count(change);
    arrivals = static_cast<unsigned>(static_cast<int>(arrivals) + change);
  }
  std::vector<Barrier> all = {made};
  while (static_cast<int>(all.size()) < phases) all.push_back(all.back().advance_barrier());
  std::vector<long> expected(all.size(), initial);
  std::vector<size_t> order;
  for (size_t p = 0; p < all.size(); ++p) order.insert(order.end(), arrivals, p);
  std::shuffle(order.begin(), order.end(), random);
  Node node;
  node.kind = "phase of a barrier";
  for (size_t p : order) {
    const Node input = without_faults(precondition(random));
    const Barrier phase = all[p];
    const int value = static_cast<int>(random() % 100);
    expected[p] += value;
    if (chance(random, 3)) {
      spawn(
          random,
          [phase, value, reduces](Processor) {
            phase.arrive(1, Event::NO_EVENT, reduces ? &value : nullptr, reduces ? sizeof value : 0);
          },
          input.event);
    } else {
      phase.arrive(1, input.event, reduces ? &value : nullptr, reduces ? sizeof value : 0);
    }
    for (int b : input.before) {
      if (!std::binary_search(node.before.begin(), node.before.end(), b)) add(node.before, b);
    }
  }
  node.event = all.back();
  if (reduces) {
    node.event = spawn(
        random,
        [all, expected](Processor) {
          for (size_t p = 0; p < all.size(); ++p) {
            long value = 0;
            if (!all[p].get_result(&value, sizeof value) || value != expected[p]) {
              report("phase %zu of a barrier gave %ld, not %ld", p + 1, value, expected[p]);
            }
          }
        },
        node.event);
  }
  return node;
}

// ---- data

// A fill or a copy that writes the node's value.
Node Graph::transfer(Random& random, int k) {
  Node node = precondition(random);
  node.kind = "transfer";
  const IndexSpace<1> point(Rect<1>(k, k));
  ProfilingRequestSet requests;
  if (chance(random, 4)) ask_for_status(requests);
  const int value = k + 1;
  if (chance(random, 2)) {
    node.event = point.fill(one_field(values_instance_), requests, &value, sizeof value, node.event);
  } else {
    node.event = point.copy(one_field(numbers_instance_), one_field(values_instance_), requests, node.event);
  }
  add(node.before, k);
  return node;
}

// Two tasks, one after the other, with the node's precondition before the first.
Node Graph::subgraph(Random& random, int k) {
  Node node = without_faults(precondition(random));
  node.kind = "subgraph";
  stamps_[static_cast<size_t>(k)].before = node.before;
  expected_runs_.fetch_add(2, std::memory_order_relaxed);
  auto first = [this, k](Processor) {
    runs_.fetch_add(1, std::memory_order_relaxed);
    note_start(k);
    values_[k] = -1;
  };
  auto second = [this, k](Processor) {
    runs_.fetch_add(1, std::memory_order_relaxed);
    if (values_[k] != -1) report("subgraph %d: the second task ran before the first", k);
    note_end(k);
  };
  SubgraphDefinition definition;
  definition.tasks.resize(2);
  const std::function<void(Processor)>* bodies[2] = {rt_.keep(first), rt_.keep(second)};
  for (size_t t = 0; t < 2; ++t) {
    definition.tasks[t].proc = cpus_[random() % cpus_.size()];
    definition.tasks[t].task_id = test::RunningRuntime::kCall;
    definition.tasks[t].args.set(&bodies[t], sizeof bodies[t]);
  }
  using D = SubgraphDefinition;
  definition.dependencies.resize(3);
  definition.dependencies[0] = {D::OPKIND_EXT_PRECOND, 0, 0, D::OPKIND_TASK, 0, 0};
  definition.dependencies[1] = {D::OPKIND_TASK, 0, 0, D::OPKIND_TASK, 1, 0};
  definition.dependencies[2] = {D::OPKIND_TASK, 1, 0, D::OPKIND_EXT_POSTCOND, 0, 0};
  Subgraph made;
  Subgraph::create_subgraph(made, definition, ProfilingRequestSet());
  std::vector<Event> postconditions;
  const Event all =
      made.instantiate(nullptr, 0, ProfilingRequestSet(), std::vector<Event>{node.event}, postconditions);
  made.destroy(all);
  node.event = chance(random, 2) ? all : postconditions.at(0);
  add(node.before, k);
  return node;
}

// An instance that a task has for itself.
Node Graph::instance(Random& random, int k) {
  Node node = precondition(random);
  node.kind = "task with an instance";
  const int count = static_cast<int>(random() % 1000) + 1;
  ProfilingRequestSet requests;
  expected_replies_.fetch_add(1, std::memory_order_relaxed);
  requests.add_request(cpus_[0], kReply).add_measurement<ProfilingMeasurements::InstanceStatus>();
  RegionInstance made;
  const std::map<FieldID, size_t> fields = {{kInt, sizeof(int)}};
  const Event ready =
      RegionInstance::create_instance(made, memory_, Rect<1>(0, count - 1), fields, 0, requests, node.event);
  if (node.poison != Poison::kNo) {
    node.kind = "instance";
    node.event = ready;
    made.destroy(Event::ignorefaults(ready));
    return node;
  }
  auto work = body(k, node.before, chance(random, 4));
  node.event = spawn(
      random,
      [made, count, k, work](Processor p) {
        AffineAccessor<int, 1> ints(made, kInt);
        for (int i = 0; i < count; ++i) ints[i] = k;
        work(p);
        for (int i = 0; i < count; ++i) {
          if (ints[i] != k) {
            report("the instance of task %d was written by somebody else", k);
            break;
          }
        }
      },
      ready);
  made.destroy(node.event);
  add(node.before, k);
  return node;
}

}  // namespace palatine::stress
