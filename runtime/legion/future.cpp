#include "runtime/legion/future.h"

#include <cstring>
#include <new>

#include "runtime/realm/block_pool.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/worker.h"

namespace palatine::api {

FutureState* FutureState::create(uint32_t size_bytes, realm::Event ready) {
  FutureState* state = new (realm::allocate_block(sizeof(FutureState) + size_bytes)) FutureState;
  state->references.store(1, std::memory_order_relaxed);
  state->size_bytes = size_bytes;
  state->ready = ready;
  return state;
}

void FutureState::drop_reference() {
  if (references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  size_t bytes = sizeof(FutureState) + size_bytes;
  if (destroy) destroy(value());
  this->~FutureState();
  realm::free_block(this, bytes);
}

Future::Future(const Future& other) : state_(other.state_) {
  if (state_) state_->add_reference();
}

Future::~Future() {
  if (state_) state_->drop_reference();
}

const void* Future::wait(Context&) const {
  if (!state_) realm::internal_error("an empty future is read");
  realm::wait(state_->ready);
  return state_->value();
}

Future Future::from_bytes(const void* value, uint32_t size_bytes) {
  FutureState* state = FutureState::create(size_bytes, realm::Event::none());
  memcpy(state->value(), value, size_bytes);
  return Future(state);
}

}  // namespace palatine::api
