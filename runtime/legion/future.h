// The state behind api::Future: a counted block with the value at its end.
#pragma once

#include <atomic>
#include <cstdint>

#include "runtime/api/palatine_api.h"
#include "runtime/realm/event.h"

namespace palatine::api {

// The value is written by the task before `ready` triggers and never changes afterwards.
struct alignas(16) FutureState {
  std::atomic<uint32_t> references;
  uint32_t size_bytes;
  realm::Event ready;
  // Ends the life of the value; null: nothing is to do.
  void (*destroy)(void* value) = nullptr;

  void* value() { return this + 1; }

  // With one reference.
  static FutureState* create(uint32_t size_bytes, realm::Event ready);
  void add_reference() { references.fetch_add(1, std::memory_order_relaxed); }
  void drop_reference();
};

}  // namespace palatine::api
