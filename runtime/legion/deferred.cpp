// Computations on futures: done as soon as the operands are there, without a task.
#include <atomic>
#include <cstring>
#include <new>

#include "runtime/legion/context.h"
#include "runtime/legion/future.h"
#include "runtime/realm/block_pool.h"

namespace palatine::legion {

namespace {

// One block: the computation, an edge for each operand that is not there yet, the operands' states, and what
// the function captured.
struct Deferred {
  struct Edge : realm::Waiter {
    Deferred* deferred;
  };

  api::Context::Compute compute;
  api::FutureState* result;
  realm::UserEvent done;
  uint32_t operand_count;
  size_t block_bytes;
  // Operands that are not there, and one while the waiters are subscribed.
  std::atomic<uint32_t> pending;
  Edge* edges;
  api::FutureState** operands;
  char* captured;

  static void on_event(realm::Waiter& waiter, bool) { static_cast<Edge&>(waiter).deferred->arrive(1); }

  // Acquire-release: the last one sees what all operands' tasks wrote.
  void arrive(uint32_t count) {
    if (pending.fetch_sub(count, std::memory_order_acq_rel) == count) finish();
  }

  void finish() {
    const void* inline_values[8];
    const void** values = operand_count <= 8 ? inline_values : new const void*[operand_count];
    for (uint32_t k = 0; k < operand_count; ++k) values[k] = operands[k]->value();
    compute(result->value(), values, captured);
    if (values != inline_values) delete[] values;
    for (uint32_t k = 0; k < operand_count; ++k) operands[k]->drop_reference();
    realm::UserEvent event = done;
    api::FutureState* state = result;
    realm::free_block(this, block_bytes);
    event.trigger();
    state->drop_reference();
  }
};

size_t aligned(size_t bytes) {
  return (bytes + 15) / 16 * 16;
}

}  // namespace

}  // namespace palatine::legion

namespace palatine::api {

Future Context::defer(Compute compute, uint32_t result_size_bytes, const Future* const* operands,
                      uint32_t count, const void* captured, uint32_t captured_size_bytes) {
  using legion::Deferred;
  bool is_ready = true;
  for (uint32_t k = 0; k < count; ++k) is_ready = is_ready && operands[k]->state()->ready.has_triggered();
  if (is_ready) {
    const void** values = static_cast<const void**>(__builtin_alloca(sizeof(void*) * (count + 1)));
    for (uint32_t k = 0; k < count; ++k) values[k] = operands[k]->state()->value();
    FutureState* state = FutureState::create(result_size_bytes, realm::Event::none());
    compute(state->value(), values, captured);
    return Future(state);
  }
  const size_t edges_at = legion::aligned(sizeof(Deferred));
  const size_t operands_at = edges_at + count * sizeof(Deferred::Edge);
  const size_t captured_at = operands_at + legion::aligned(count * sizeof(FutureState*));
  const size_t block_bytes = captured_at + captured_size_bytes;
  char* block = static_cast<char*>(realm::allocate_block(block_bytes));
  Deferred* deferred = new (block) Deferred;
  deferred->compute = compute;
  deferred->done = realm::UserEvent::create();
  deferred->result = FutureState::create(result_size_bytes, deferred->done);
  deferred->operand_count = count;
  deferred->block_bytes = block_bytes;
  deferred->edges = reinterpret_cast<Deferred::Edge*>(block + edges_at);
  deferred->operands = reinterpret_cast<FutureState**>(block + operands_at);
  deferred->captured = block + captured_at;
  deferred->pending.store(count + 1, std::memory_order_relaxed);
  memcpy(deferred->captured, captured, captured_size_bytes);
  deferred->result->add_reference();
  const Future result(deferred->result);
  for (uint32_t k = 0; k < count; ++k) {
    deferred->operands[k] = operands[k]->state();
    deferred->operands[k]->add_reference();
  }
  uint32_t there = 1;
  for (uint32_t k = 0; k < count; ++k) {
    Deferred::Edge* edge = new (&deferred->edges[k]) Deferred::Edge;
    edge->deferred = deferred;
    edge->fire = &Deferred::on_event;
    bool is_poisoned;
    if (!deferred->operands[k]->ready.subscribe(*edge, is_poisoned)) ++there;
  }
  deferred->arrive(there);
  return result;
}

Future Future::from_raw(void* handle) {
  FutureState* state = static_cast<FutureState*>(handle);
  if (state) state->add_reference();
  return Future(state);
}

}  // namespace palatine::api
