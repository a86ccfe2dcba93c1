// Operations: what a task launches, with a counter of what each still waits for.
//
//   analysing   `pending_` holds a bias; the launching thread adds dependences
//   waiting     `pending_` counts events that have not triggered
//   ready       `pending_` is 0: queued, then run
//   complete    it and everything that it launched is done: its event triggers
//
// Successors are not stored in the predecessor: a dependence is a waiter on the predecessor's event, and the
// waiter is part of the successor. So a predecessor can be freed as soon as it is complete, and histories of
// users (dependence.h) hold events, never operations.
//
// Memory orders: each arriving dependence decrements `pending_` with acquire-release; the last one thereby
// sees all that the predecessors did and passes it on through the queue of work.
#pragma once

#include <atomic>
#include <cstdint>

#include "runtime/realm/event.h"
#include "runtime/realm/worker.h"

namespace palatine::legion {

class Operation : public realm::Work {
 public:
  // A dependence: 32 bytes.
  struct Edge : realm::Waiter {
    Operation* operation;
    realm::Event event;
  };

  // `edges` is room for the first dependences, owned by the derived object; more are allocated.
  Operation(realm::Scheduler& scheduler, Run run_when_ready, Edge* edges, uint32_t edge_capacity);
  // Of one that is neither queued nor waited for: `done` does not exist.
  explicit Operation(realm::Scheduler& scheduler)
      : scheduler_(&scheduler), edges_(nullptr), edge_capacity_(0) {}
  // Frees the room for further dependences.
  ~Operation();
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  // Triggers when the operation is complete.
  realm::UserEvent done;

  // While analysing only. Nothing happens when the event has triggered or is known already.
  void add_dependence(realm::Event event);
  // Ends the analysis. True when the operation is ready; then the caller queues or runs it. Otherwise it may
  // be running on another thread by the time this returns.
  bool finish_analysis();
  // While analysing: what it depends on and had not triggered when that was added.
  template <typename Visit>
  void for_each_dependence(Visit visit) const {
    const Edge* edges = edges_;
    uint32_t count = edge_count_;
    for (const Overflow* overflow = overflow_;; overflow = overflow->next) {
      for (uint32_t k = 0; k < count; ++k) visit(edges[k].event);
      if (!overflow) return;
      edges = overflow->edges_before;
      count = overflow->count_before;
    }
  }

  realm::Scheduler& scheduler() { return *scheduler_; }
  // Who runs it; while it waits or is analysed only.
  void set_scheduler(realm::Scheduler& scheduler) { scheduler_ = &scheduler; }

 private:
  static constexpr uint32_t kBias = 1u << 31;
  static constexpr uint32_t kOverflowEdges = 15;
  // Room for more dependences, and where those are that came before.
  struct Overflow {
    Edge edges[kOverflowEdges];
    const Edge* edges_before;
    uint32_t count_before;
    Overflow* next;
  };

  static void on_event(realm::Waiter& waiter, bool is_poisoned);
  Edge& next_edge();

  realm::Scheduler* scheduler_;
  std::atomic<uint32_t> pending_{kBias};
  uint32_t registered_ = 0;  // dependences on events that had not triggered
  Edge* edges_;
  uint32_t edge_count_ = 0;
  uint32_t edge_capacity_;
  Overflow* overflow_ = nullptr;
};

// For tests of what checks the analysis: when this comes down to 0, one dependence is left out. 0: never.
extern std::atomic<uint64_t> dependences_until_omission;
// Counts a dependence: whether it is to be left out.
bool omits_dependence();

}  // namespace palatine::legion
