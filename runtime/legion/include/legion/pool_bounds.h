// How much memory a leaf variant takes from a memory for its own buffers.
#pragma once

#include "legion/types.h"

namespace Legion {

struct PoolBounds {
  size_t size;  // bytes
  uint32_t alignment;
  UnboundPoolScope scope;

  PoolBounds(UnboundPoolScope unbound, size_t size_in = 0) : size(size_in), alignment(0), scope(unbound) {}
  PoolBounds(size_t size_in = 0, uint32_t alignment_in = 16)
      : size(size_in), alignment(alignment_in), scope(LEGION_BOUNDED_POOL) {}
  bool is_bounded() const { return scope == LEGION_BOUNDED_POOL; }
};

}  // namespace Legion
