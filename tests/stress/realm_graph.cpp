#include "stress/realm_graph.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <thread>

namespace palatine::stress {

using namespace Realm;

namespace {

constexpr FieldID kInt = 1;

std::atomic<uint64_t> errors{0};
std::atomic<uint32_t> current_seed{0};
std::atomic<uint64_t> replies{0};

void unite(std::vector<int>& into, const std::vector<int>& from) {
  std::vector<int> all;
  std::set_union(into.begin(), into.end(), from.begin(), from.end(), std::back_inserter(all));
  into = std::move(all);
}

}  // namespace

void report(const char* format, ...) {
  if (errors.fetch_add(1, std::memory_order_relaxed) >= 20) return;
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  fprintf(stderr, "stress: seed %u: %s\n", current_seed.load(std::memory_order_relaxed), text);
}

uint64_t error_count() {
  return errors.load(std::memory_order_relaxed);
}

void Graph::prepare(test::RunningRuntime& rt) {
  rt.runtime.register_reduction<SumOperator>(kSum);
  rt.runtime.register_task(kReply, [](const void*, size_t, const void*, size_t, Processor) {
    replies.fetch_add(1, std::memory_order_relaxed);
  });
}

Graph::Graph(test::RunningRuntime& rt, uint32_t seed, int size, int builders)
    : rt_(rt), seed_(seed), size_(size), builders_(builders), stamps_(static_cast<size_t>(size)) {
  current_seed.store(seed, std::memory_order_relaxed);
  replies.store(0, std::memory_order_relaxed);
  cpus_ = rt.processors();
  group_ = ProcessorGroup::create_group(cpus_);
  memory_ = Machine::MemoryQuery(Machine::get_machine()).only_kind(Memory::SYSTEM_MEM).first();
  const Rect<1> all(0, size - 1);
  const std::map<FieldID, size_t> fields = {{kInt, sizeof(int)}};
  for (RegionInstance* made : {&values_instance_, &numbers_instance_}) {
    RegionInstance::create_instance(*made, memory_, all, fields, 0, ProfilingRequestSet()).external_wait();
  }
  AffineAccessor<int, 1> numbers(numbers_instance_, kInt), values(values_instance_, kInt);
  for (int k = 0; k < size; ++k) {
    numbers[k] = k + 1;
    values[k] = 0;
  }
  values_ = values.ptr(Point<1>(0));
  for (int k = 0; k < 3; ++k) locks_.emplace_back().reservation = Reservation::create_reservation();
  queue_ = CompletionQueue::create_completion_queue(0);
}

Graph::~Graph() {
  values_instance_.destroy();
  numbers_instance_.destroy();
}

// ---- choosing

Node Graph::some_node(Random& random) {
  std::lock_guard lock(mutex_);
  if (nodes_.empty()) return Node();
  // Recent ones more often, so that much is pending.
  size_t back = random() % std::min<size_t>(nodes_.size(), chance(random, 4) ? nodes_.size() : 20);
  return nodes_[nodes_.size() - 1 - back];
}

Node Graph::merged(const std::vector<Node>& inputs, bool ignores_faults) {
  Node node;
  node.kind = ignores_faults ? "merge that ignores faults" : "merge";
  std::vector<Event> events;
  for (const Node& input : inputs) {
    events.push_back(input.event);
    if (!ignores_faults) node.poison = std::max(node.poison, input.poison);
    if (!ignores_faults || input.poison == Poison::kNo) unite(node.before, input.before);
  }
  node.event = ignores_faults ? Event::merge_events_ignorefaults(events) : Event::merge_events(events);
  return node;
}

Node Graph::without_faults(const Node& node) {
  if (node.poison == Poison::kNo) return node;
  Node clean;
  clean.kind = "event without its faults";
  clean.event = Event::ignorefaults(node.event);
  return clean;
}

Node Graph::precondition(Random& random) {
  if (chance(random, 10)) return Node();
  std::vector<Node> inputs;
  for (unsigned k = random() % 4 + 1; k-- > 0;) inputs.push_back(some_node(random));
  return inputs.size() == 1 ? inputs[0] : merged(inputs, chance(random, 4));
}

Processor Graph::some_processor(Random& random) {
  if (chance(random, 6)) return group_;
  return cpus_[random() % cpus_.size()];
}

// ---- running

void Graph::build(uint32_t seed, int count) {
  Random random(seed);
  for (int made = 0; made < count; ++made) {
    const int k = next_.fetch_add(1, std::memory_order_relaxed);
    Node node;
    switch (random() % 16) {
      case 0:
      case 1:
        node = user_event(random);
        break;
      case 2:
        node = precondition(random);
        break;
      case 3:
        node = barrier(random);
        break;
      case 4:
      case 5:
        node = locked_task(random, k);
        break;
      case 6:
        node = trying_task(random, k);
        break;
      case 7:
      case 8:
        node = waiting_task(random, k);
        break;
      case 9:
        node = transfer(random, k);
        break;
      case 10:
        node = subgraph(random, k);
        break;
      case 11:
        node = instance(random, k);
        break;
      case 12:
        node = chance(random, 3) ? cancelled_task(random, k) : task(random, k);
        break;
      default:
        node = task(random, k);
    }
    const bool is_queued = chance(random, 5);
    if (is_queued) queue_.add_event_faultaware(node.event);
    {
      std::lock_guard lock(mutex_);
      queued_ += is_queued;
      nodes_.push_back(std::move(node));
    }
    if (chance(random, 3)) trigger_one(random);
  }
}

void Graph::trigger_one(Random& random) {
  Untriggered one;
  {
    std::lock_guard lock(mutex_);
    if (untriggered_.empty()) return;
    std::swap(untriggered_[random() % untriggered_.size()], untriggered_.back());
    one = untriggered_.back();
    untriggered_.pop_back();
  }
  auto trigger = [one](Processor) {
    one.cancels ? one.event.cancel() : one.event.trigger(one.wait_on, one.ignores_faults);
  };
  if (chance(random, 2)) {
    trigger(Processor::NO_PROC);
  } else {
    rt_.spawn(some_processor(random), trigger);
  }
}

// Looks at events from outside of the runtime while they trigger.
void Graph::poll() {
  Random random(seed_ ^ 0x5bd1e995);
  while (!is_over_.load(std::memory_order_relaxed)) {
    const Node node = some_node(random);
    bool is_poisoned = false, has;
    if (chance(random, 4)) {
      has = node.event.external_timedwait_faultaware(is_poisoned, 200000);
    } else {
      has = node.event.has_triggered_faultaware(is_poisoned);
    }
    if (!has) continue;
    if (is_poisoned ? node.poison == Poison::kNo : node.poison == Poison::kYes) {
      report("a %s was seen %s", node.kind, is_poisoned ? "poisoned" : "clean");
    }
    if (!is_poisoned) check_values(node.before, "the poller", -1);
  }
}

void Graph::run() {
  std::thread poller([this] { poll(); });
  std::vector<std::thread> builders;
  for (int b = 1; b < builders_; ++b) {
    builders.emplace_back([this, b] { build(seed_ * 7919u + static_cast<uint32_t>(b), size_ / builders_); });
  }
  build(seed_, size_ - (builders_ - 1) * (size_ / builders_));
  for (std::thread& builder : builders) builder.join();
  Random random(seed_ + 1);
  for (;;) {
    {
      std::lock_guard lock(mutex_);
      if (untriggered_.empty()) break;
    }
    trigger_one(random);
  }
  check_ends();
  is_over_.store(true, std::memory_order_relaxed);
  poller.join();
  check_stamps();
  clean_up();
}

// ---- the end

void Graph::check_ends() {
  for (const Node& node : nodes_) {
    const bool is_poisoned = test::ends_poisoned(node.event);
    if (is_poisoned ? node.poison == Poison::kNo : node.poison == Poison::kYes) {
      report("a %s ended %s", node.kind, is_poisoned ? "poisoned" : "clean");
    }
    if (!is_poisoned) check_values(node.before, "the end", -1);
  }
  while (replies.load(std::memory_order_relaxed) < expected_replies_.load(std::memory_order_relaxed)) {
    std::this_thread::yield();
  }
  if (runs_.load(std::memory_order_relaxed) != expected_runs_.load(std::memory_order_relaxed)) {
    report("%llu tasks ran, %llu should have", static_cast<unsigned long long>(runs_.load()),
           static_cast<unsigned long long>(expected_runs_.load()));
  }
}

void Graph::check_stamps() {
  for (size_t k = 0; k < stamps_.size(); ++k) {
    const uint64_t start = stamps_[k].start.load(std::memory_order_relaxed);
    if (start == 0) continue;
    for (int b : stamps_[k].before) {
      const Stamps& earlier = stamps_[static_cast<size_t>(b)];
      const uint64_t end = earlier.end.load(std::memory_order_relaxed);
      // What wrote its value without being a task has no stamps.
      if (earlier.start.load(std::memory_order_relaxed) == 0) continue;
      if (end == 0 || end > start) report("task %zu started before task %d had ended", k, b);
    }
  }
}

void Graph::clean_up() {
  // Everything that was added to the queue comes out once.
  size_t popped = 0;
  while (popped < queued_) {
    Event events[32];
    const size_t count = queue_.pop_events(events, 32);
    if (count == 0) queue_.get_nonempty_event().external_wait();
    popped += count;
  }
  if (queue_.pop_events(nullptr, 1) != 0) report("the queue has more events than were added");
  queue_.destroy();
  for (Lock& lock : locks_) {
    lock.reservation.acquire().external_wait();
    if (lock.writes != lock.expected_writes.load(std::memory_order_relaxed)) {
      report("a reservation had %ld exclusive holders, %ld were expected", lock.writes,
             lock.expected_writes.load());
    }
    lock.reservation.release();
    lock.reservation.destroy_reservation();
  }
  group_.destroy();
  for (Barrier& made : barriers_) made.destroy_barrier();
}

void Graph::describe_pending() {
  std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return;
  int shown = 0;
  for (size_t k = 0; k < nodes_.size() && shown < 10; ++k) {
    bool is_poisoned;
    if (nodes_[k].event.has_triggered_faultaware(is_poisoned)) continue;
    fprintf(stderr, "stress: seed %u: place %zu, a %s, has not triggered\n", seed_, k, nodes_[k].kind);
    ++shown;
  }
}

}  // namespace palatine::stress
