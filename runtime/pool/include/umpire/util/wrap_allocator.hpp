// The strategy behind an allocator.
#pragma once

#include "../Allocator.hpp"
#include "error.hpp"

namespace umpire::util {

// Throws `runtime_error` when the allocator's strategy is another.
template <typename Strategy>
Strategy* unwrap_allocator(Allocator allocator) {
  auto* strategy = dynamic_cast<Strategy*>(allocator.getAllocationStrategy());
  if (!strategy) throw runtime_error("the strategy of allocator `" + allocator.getName() + "` is another");
  return strategy;
}

inline strategy::AllocationStrategy* unwrap_allocation_strategy(Allocator allocator) {
  return allocator.getAllocationStrategy();
}

}  // namespace umpire::util
