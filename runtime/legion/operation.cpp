#include "runtime/legion/operation.h"

#include <new>

#include "runtime/realm/block_pool.h"

namespace palatine::legion {

std::atomic<uint64_t> dependences_until_omission{0};

bool omits_dependence() {
  return dependences_until_omission.load(std::memory_order_relaxed) != 0 &&
         dependences_until_omission.fetch_sub(1, std::memory_order_relaxed) == 1;
}

Operation::Operation(realm::Scheduler& scheduler, Run run_when_ready, Edge* edges, uint32_t edge_capacity)
    : done(realm::UserEvent::create()), scheduler_(&scheduler), edges_(edges), edge_capacity_(edge_capacity) {
  run = run_when_ready;
}

Operation::~Operation() {
  while (Overflow* overflow = overflow_) {
    overflow_ = overflow->next;
    realm::free_block(overflow, sizeof(Overflow));
  }
}

Operation::Edge& Operation::next_edge() {
  if (edge_count_ == edge_capacity_) {
    Overflow* overflow = new (realm::allocate_block(sizeof(Overflow))) Overflow;
    overflow->edges_before = edges_;
    overflow->count_before = edge_count_;
    overflow->next = overflow_;
    overflow_ = overflow;
    edges_ = overflow->edges;
    edge_count_ = 0;
    edge_capacity_ = kOverflowEdges;
  }
  return edges_[edge_count_++];
}

void Operation::add_dependence(realm::Event event) {
  if (event == done || event.has_triggered()) return;
  // Two arguments often depend on the same predecessor.
  for (uint32_t k = 0; k < edge_count_; ++k) {
    if (edges_[k].event == event) return;
  }
  if (omits_dependence()) [[unlikely]]
    return;
  Edge& edge = next_edge();
  edge.fire = &on_event;
  edge.operation = this;
  edge.event = event;
  bool is_poisoned;
  if (event.subscribe(edge, is_poisoned)) {
    ++registered_;
  } else {
    --edge_count_;
  }
}

bool Operation::finish_analysis() {
  // Then nobody else knows of it.
  if (registered_ == 0) return true;
  // Nothing of the operation may be touched after the subtraction, unless it is ready.
  uint32_t remove = kBias - registered_;
  return pending_.fetch_sub(remove, std::memory_order_acq_rel) == remove;
}

void Operation::on_event(realm::Waiter& waiter, bool) {
  Operation& operation = *static_cast<Edge&>(waiter).operation;
  if (operation.pending_.fetch_sub(1, std::memory_order_acq_rel) == 1)
    operation.scheduler_->submit(operation);
}

}  // namespace palatine::legion
