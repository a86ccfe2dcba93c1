// A random graph of deferred operations of the low-level runtime, with a checker of happens-before.
//
// Each node knows what its event must end as, and the nodes that must have written their value before it
// triggers clean. Three things are compared with that:
//   - values: whoever comes after a node reads its value, which is not atomic, so that the thread sanitizer
//   sees a
//     missing order even where the value happens to be there;
//   - stamps: tasks take numbers from one counter when they start and end; a task that starts after another
//   one
//     must have the greater number. The counter is relaxed: it orders nothing by itself;
//   - the end: every event triggers, poisoned or not as it should be, and every task that should run has run
//   once.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "contract/realm/support.h"

namespace palatine::stress {

// Whether an event ends poisoned. An operation that is cancelled while it may already run ends either way.
enum class Poison : uint8_t { kNo, kMaybe, kYes };

struct Node {
  Realm::Event event;
  Poison poison = Poison::kNo;
  const char* kind = "nothing";
  // Numbers of nodes that have written their value when the event triggers clean, ascending.
  std::vector<int> before;
};

// Prints what is wrong, with the graph that it was found in.
void report(const char* format, ...) __attribute__((format(printf, 1, 2)));
uint64_t error_count();

// Sums of ints in longs.
struct SumOperator {
  typedef long LHS;
  typedef int RHS;
  static const RHS identity = 0;
  template <bool EXCLUSIVE>
  static void apply(LHS& lhs, RHS rhs) {
    if (EXCLUSIVE) {
      lhs += rhs;
    } else {
      __atomic_fetch_add(&lhs, rhs, __ATOMIC_RELAXED);
    }
  }
  template <bool EXCLUSIVE>
  static void fold(RHS& rhs1, RHS rhs2) {
    if (EXCLUSIVE) {
      rhs1 += rhs2;
    } else {
      __atomic_fetch_add(&rhs1, rhs2, __ATOMIC_RELAXED);
    }
  }
};
constexpr Realm::ReductionOpID kSum = 1;
// The task that answers profiling requests.
constexpr Realm::Processor::TaskFuncID kReply = Realm::Processor::TASK_ID_FIRST_AVAILABLE + 1;

class Graph {
 public:
  // `rt` has registered `kSum` and `kReply` (see `prepare`). `builders` threads make `size` nodes together.
  Graph(test::RunningRuntime& rt, uint32_t seed, int size, int builders);
  ~Graph();

  static void prepare(test::RunningRuntime& rt);

  // Builds the graph, triggers what is left to trigger, waits for everything and compares.
  void run();

  uint64_t tasks_run() const { return runs_.load(std::memory_order_relaxed); }
  // What has not triggered, for the report of a hang.
  void describe_pending();

 private:
  using Random = std::mt19937;

  struct Lock {
    Realm::Reservation reservation;
    long writes = 0;  // by exclusive holders; not atomic
    std::atomic<long> expected_writes{0};
    std::atomic<int> holders[3] = {};  // exclusive ones, and shared ones of modes 1 and 2
  };
  struct Untriggered {
    Realm::UserEvent event;
    Realm::Event wait_on;
    bool ignores_faults;
    bool cancels;
  };
  // When a task started and ended; 0: it did not.
  struct Stamps {
    std::atomic<uint64_t> start{0};
    std::atomic<uint64_t> end{0};
    std::vector<int> before;  // those that must have ended when it starts
  };

  // ---- choosing
  static bool chance(Random& random, unsigned one_in) { return random() % one_in == 0; }
  Node some_node(Random& random);
  Node precondition(Random& random);
  Node merged(const std::vector<Node>& inputs, bool ignores_faults);
  // An event that triggers with `node` and is never poisoned, and what it guarantees.
  Node without_faults(const Node& node);
  Realm::Processor some_processor(Random& random);

  // ---- tasks
  // Before the body of task `k` and after it. `before`: as in `Stamps`.
  void note_start(int k);
  void note_end(int k);
  void check_values(const std::vector<int>& before, const char* who, int k);
  std::function<void(Realm::Processor)> body(int k, std::vector<int> before, bool spawns);
  Realm::Event spawn(Random& random, std::function<void(Realm::Processor)> body, Realm::Event wait_on,
                     const Realm::ProfilingRequestSet& requests = Realm::ProfilingRequestSet());
  void ask_for_status(Realm::ProfilingRequestSet& requests);

  // ---- kinds of nodes
  void build(uint32_t seed, int count);
  Node task(Random& random, int k);
  Node cancelled_task(Random& random, int k);
  Node waiting_task(Random& random, int k);
  Node locked_task(Random& random, int k);
  Node trying_task(Random& random, int k);
  Node user_event(Random& random);
  Node barrier(Random& random);
  Node transfer(Random& random, int k);
  Node subgraph(Random& random, int k);
  Node instance(Random& random, int k);
  void hold(Lock& lock, int mode, bool begins);

  void trigger_one(Random& random);
  void poll();

  // ---- the end
  void check_ends();
  void check_stamps();
  void clean_up();

  test::RunningRuntime& rt_;
  const uint32_t seed_;
  const int size_;
  const int builders_;
  std::vector<Realm::Processor> cpus_;
  Realm::ProcessorGroup group_;
  Realm::Memory memory_;
  // Both hold one int for each node: the value that it writes, and the constant that copies read.
  Realm::RegionInstance values_instance_, numbers_instance_;
  int* values_ = nullptr;
  std::vector<Stamps> stamps_;
  std::deque<Lock> locks_;
  Realm::CompletionQueue queue_;

  std::mutex mutex_;  // guards what follows; tasks never take it
  std::vector<Node> nodes_;
  std::vector<Untriggered> untriggered_;
  std::vector<Realm::Barrier> barriers_;
  size_t queued_ = 0;

  std::atomic<int> next_{0};
  std::atomic<uint64_t> clock_{1};
  std::atomic<uint64_t> runs_{0};
  std::atomic<uint64_t> expected_runs_{0};
  std::atomic<uint64_t> expected_replies_{0};
  std::atomic<bool> is_over_{false};
};

}  // namespace palatine::stress
