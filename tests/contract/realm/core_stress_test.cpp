// Random graphs of tasks, merges, user events, poison, barriers, reservations and queues, with a checker of
// happens-before.
//
// Each node knows whether it must end poisoned, and the tasks that must have ended before anything after it
// runs. A task checks that all of those have written their (not atomic) value, so that the thread sanitizer
// sees a missing order too. Some seconds by default; PALATINE_STRESS_SECONDS asks for more.
#include <cstdlib>
#include <random>

#include "contract/realm/support.h"

namespace palatine::test {
namespace {

using namespace Realm;

struct Node {
  Event event;
  bool is_poisoned = false;
  // Tasks that have ended when the event triggers clean: numbers of values.
  std::vector<int> before;
};

class RandomGraph {
 public:
  RandomGraph(RunningRuntime& rt, unsigned seed, int size) : rt_(rt), random_(seed), values_(size) {
    cpus_ = rt.processors();
    group_ = ProcessorGroup::create_group(cpus_);
    for (int k = 0; k < 3; ++k) locks_.push_back({Reservation::create_reservation()});
    queue_ = CompletionQueue::create_completion_queue(0);
  }

  void run() {
    for (size_t k = 0; k < values_.size(); ++k) {
      add_node(static_cast<int>(k));
      if (chance(3)) trigger_one();
    }
    while (!untriggered_.empty()) trigger_one();
    for (Node& node : nodes_) {
      EXPECT_EQ(ends_poisoned(node.event), node.is_poisoned);
    }
    EXPECT_EQ(started_, expected_runs_);
    // Everything that was added to the queue comes out once.
    size_t popped = 0;
    while (popped < queued_) {
      Event events[32];
      size_t count = queue_.pop_events(events, 32);
      if (count == 0) queue_.get_nonempty_event().external_wait();
      popped += count;
    }
    EXPECT_EQ(queue_.pop_events(nullptr, 1), 0u);
    queue_.destroy();
    for (Lock& lock : locks_) {
      Event held = lock.reservation.acquire();
      held.external_wait();
      EXPECT_EQ(lock.writes, lock.expected_writes);
      lock.reservation.release();
      lock.reservation.destroy_reservation();
    }
    group_.destroy();
    for (Barrier barrier : barriers_) barrier.destroy_barrier();
  }

 private:
  struct Lock {
    Reservation reservation;
    long writes = 0;  // by holders; not atomic
    long expected_writes = 0;
    std::atomic<int> readers{0};
    std::atomic<int> writers{0};
    Lock(Reservation r) : reservation(r) {}
    Lock(Lock&& other) : reservation(other.reservation) {}
  };
  struct Untriggered {
    UserEvent event;
    Event wait_on;
    bool ignores_faults;
    bool cancels;
  };

  bool chance(unsigned one_in) { return random_() % one_in == 0; }
  const Node& any_node() { return nodes_[random_() % nodes_.size()]; }
  // Recent ones more often, so that much is pending.
  const Node& near_node() {
    size_t back = random_() % std::min<size_t>(nodes_.size(), 20);
    return chance(4) ? any_node() : nodes_[nodes_.size() - 1 - back];
  }

  static void unite(std::vector<int>& into, const std::vector<int>& from) {
    into.insert(into.end(), from.begin(), from.end());
    std::sort(into.begin(), into.end());
    into.erase(std::unique(into.begin(), into.end()), into.end());
    // The latest are the ones that may be missed.
    if (into.size() > 40) into.erase(into.begin(), into.end() - 40);
  }

  // What `inputs` guarantee together.
  Node merged(const std::vector<Node>& inputs, bool ignores_faults) {
    Node node;
    std::vector<Event> events;
    for (const Node& input : inputs) {
      events.push_back(input.event);
      node.is_poisoned = node.is_poisoned || (input.is_poisoned && !ignores_faults);
      if (!input.is_poisoned) unite(node.before, input.before);
    }
    if (node.is_poisoned) node.before.clear();
    node.event = ignores_faults ? Event::merge_events_ignorefaults(events) : Event::merge_events(events);
    return node;
  }

  Node precondition() {
    if (nodes_.empty() || chance(10)) return Node();
    std::vector<Node> inputs;
    for (unsigned k = random_() % 4 + 1; k-- > 0;) inputs.push_back(near_node());
    return inputs.size() == 1 ? inputs[0] : merged(inputs, chance(4));
  }

  // The body of a task that writes value `k` after it has checked those before it.
  std::function<void(Processor)> body(int k, std::vector<int> before) {
    ++expected_runs_;
    bool spawns = chance(8);
    return [this, k, spawns, before = std::move(before)](Processor p) {
      for (int b : before)
        EXPECT_EQ(values_[static_cast<size_t>(b)], b + 1) << "task " << k << " was too early";
      ++started_;
      if (spawns) rt_.spawn(cpus_[static_cast<size_t>(k) % cpus_.size()], [](Processor) {}).wait();
      values_[static_cast<size_t>(k)] = k + 1;
      (void)p;
    };
  }

  Processor any_processor() {
    if (chance(6)) return group_;
    return cpus_[random_() % cpus_.size()];
  }

  void add_node(int k) {
    Node node;
    switch (random_() % 10) {
      case 0:
        node = user_event();
        break;
      case 1:
        node = precondition();
        break;
      case 2:
        node = barrier();
        break;
      case 3:
      case 4:
        node = locked_task(k);
        break;
      case 5:
        node = waiting_task(k);
        break;
      default: {
        Node pre = precondition();
        node.is_poisoned = pre.is_poisoned;
        node.before = pre.before;
        if (node.is_poisoned) {
          node.event = rt_.spawn(
              any_processor(), [](Processor) { ADD_FAILURE() << "ran after poison"; }, pre.event,
              static_cast<int>(random_() % 5));
        } else {
          node.event =
              rt_.spawn(any_processor(), body(k, pre.before), pre.event, static_cast<int>(random_() % 5));
          unite(node.before, {k});
        }
      }
    }
    if (chance(5)) {
      queue_.add_event_faultaware(node.event);
      ++queued_;
    }
    nodes_.push_back(node);
  }

  // An event that is triggered later, by something that comes before it in the graph.
  Node user_event() {
    UserEvent event = UserEvent::create_user_event();
    Node pre = precondition();
    Untriggered later = {event, pre.event, chance(2), chance(12)};
    untriggered_.push_back(later);
    Node node;
    node.event = event;
    node.is_poisoned = later.cancels || (pre.is_poisoned && !later.ignores_faults);
    if (!node.is_poisoned && !pre.is_poisoned) node.before = pre.before;
    return node;
  }

  void trigger_one() {
    if (untriggered_.empty()) return;
    std::swap(untriggered_[random_() % untriggered_.size()], untriggered_.back());
    Untriggered one = untriggered_.back();
    untriggered_.pop_back();
    auto trigger = [one](Processor) {
      one.cancels ? one.event.cancel() : one.event.trigger(one.wait_on, one.ignores_faults);
    };
    chance(2) ? trigger(Processor::NO_PROC) : void(rt_.spawn(any_processor(), trigger));
  }

  // A phase of a barrier with some arrivals.
  Node barrier() {
    int phases = static_cast<int>(random_() % 3) + 1;
    unsigned arrivals = random_() % 4 + 1;
    Barrier made = Barrier::create_barrier(arrivals);
    barriers_.push_back(made);
    Node node;
    Barrier phase = made;
    for (int p = 0; p < phases; ++p) {
      if (p > 0) phase = phase.advance_barrier();
      for (unsigned k = 0; k < arrivals; ++k) {
        Node input = precondition();
        phase.arrive(1, Event::ignorefaults(input.event));
        if (!input.is_poisoned) unite(node.before, input.before);
      }
    }
    node.event = phase;
    return node;
  }

  // A task in a reservation.
  Node locked_task(int k) {
    Lock& lock = locks_[random_() % locks_.size()];
    Node pre = precondition();
    bool is_exclusive = chance(2);
    Node node;
    Event granted = lock.reservation.acquire(is_exclusive ? 0 : 1, is_exclusive, pre.event);
    if (pre.is_poisoned) {
      node.event = granted;
      node.is_poisoned = true;
      return node;
    }
    auto inner = body(k, pre.before);
    if (is_exclusive) ++lock.expected_writes;
    node.event = rt_.spawn(
        any_processor(),
        [&lock, is_exclusive, inner](Processor p) {
          if (is_exclusive) {
            EXPECT_EQ(lock.writers.fetch_add(1), 0);
            EXPECT_EQ(lock.readers, 0);
            ++lock.writes;
          } else {
            ++lock.readers;
            EXPECT_EQ(lock.writers, 0);
          }
          inner(p);
          is_exclusive ? --lock.writers : --lock.readers;
        },
        granted, static_cast<int>(random_() % 3));
    lock.reservation.release(node.event);
    node.before = pre.before;
    unite(node.before, {k});
    return node;
  }

  // A task that waits for another node while it runs.
  Node waiting_task(int k) {
    Node pre = precondition();
    if (pre.is_poisoned || nodes_.empty()) return pre;
    Node awaited = near_node();
    auto inner = body(k, pre.before);
    std::vector<int> more = awaited.is_poisoned ? std::vector<int>() : awaited.before;
    Node node;
    node.event = rt_.spawn(
        any_processor(),
        [this, awaited, inner, more](Processor p) {
          bool is_poisoned;
          awaited.event.wait_faultaware(is_poisoned);
          EXPECT_EQ(is_poisoned, awaited.is_poisoned);
          for (int b : more) EXPECT_EQ(values_[static_cast<size_t>(b)], b + 1);
          inner(p);
        },
        pre.event, static_cast<int>(random_() % 3));
    node.before = pre.before;
    unite(node.before, more);
    unite(node.before, {k});
    return node;
  }

  RunningRuntime& rt_;
  std::mt19937 random_;
  std::vector<Processor> cpus_;
  ProcessorGroup group_;
  std::vector<int> values_;  // of each task: its number plus 1 when it has ended
  std::vector<Node> nodes_;
  std::vector<Untriggered> untriggered_;
  std::vector<Lock> locks_;
  std::vector<Barrier> barriers_;
  CompletionQueue queue_;
  size_t queued_ = 0;
  std::atomic<int> started_{0};
  int expected_runs_ = 0;
};

TEST(RealmStress, RandomGraphsHappenInOrder) {
  const char* asked = getenv("PALATINE_STRESS_SECONDS");
  double seconds = asked ? atof(asked) : 2;
  double end = Clock::current_time(true) + seconds;
  unsigned seed = 1;
  for (; Clock::current_time(true) < end && !testing::Test::HasFailure(); ++seed) {
    RunningRuntime rt({"-ll:cpu", std::to_string(seed % 4 + 1), "-ll:csize", "8"});
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomGraph(rt, seed, 600).run();
  }
  RecordProperty("graphs", static_cast<int>(seed - 1));
}

}  // namespace
}  // namespace palatine::test
