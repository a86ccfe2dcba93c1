// What a future of a C++ program holds: the value of api::FutureState begins with this.
#pragma once

#include <cstddef>

#include "legion/future.h"
#include "runtime/legion/future.h"

namespace Legion::Internal {

struct alignas(16) FutureValue {
  size_t size_bytes = 0;  // 0: no value
  // Where it lies; null: right behind this.
  void* elsewhere = nullptr;
  // Gives `elsewhere` back.
  void (*release)(FutureValue&) = nullptr;
  // For `release`; while results are folded the operator.
  const void* owner = nullptr;

  const void* data() const { return elsewhere ? elsewhere : this + 1; }
  void* data() { return elsewhere ? elsewhere : this + 1; }
  // Copies; to room of its own when there are more than `capacity_bytes`.
  void set(const void* value, size_t size, size_t capacity_bytes);
  // For FutureState::destroy.
  static void destroy(void* value);
};

inline FutureValue& value_of(palatine::api::FutureState& state) {
  return *static_cast<FutureValue*>(state.value());
}

// With one reference, empty, and room for a value of `capacity_bytes`.
palatine::api::FutureState* make_future(size_t capacity_bytes, palatine::realm::Event ready);

}  // namespace Legion::Internal
