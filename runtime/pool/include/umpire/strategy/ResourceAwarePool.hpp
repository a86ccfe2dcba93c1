// The stream-aware pool: memory that one resource has freed is pending for others until its work is over.
#pragma once

#include <ostream>

#include "StreamPool.hpp"

namespace umpire {
namespace strategy {

class ResourceAwarePool : public NamedPool<ResourceAwarePool> {
 public:
  ResourceAwarePool(const std::string& name, int id, Allocator parent,
                    std::size_t first_minimum_pool_allocation_size = s_default_first_block_size,
                    std::size_t next_minimum_pool_allocation_size = s_default_next_block_size,
                    std::size_t alignment = s_default_alignment,
                    PoolCoalesceHeuristic<ResourceAwarePool> should_coalesce = percent_releasable_hwm(100))
      : NamedPool(name, id, parent, first_minimum_pool_allocation_size, next_minimum_pool_allocation_size,
                  alignment, std::move(should_coalesce), "ResourceAwarePool") {}
};

inline std::string to_string(const PoolCoalesceHeuristic<ResourceAwarePool>&) {
  return "PoolCoalesceHeuristic<ResourceAwarePool>";
}
inline std::ostream& operator<<(std::ostream& out,
                                const PoolCoalesceHeuristic<ResourceAwarePool>& heuristic) {
  return out << to_string(heuristic);
}

}  // namespace strategy

// Both throw `runtime_error` when the allocator is not a `ResourceAwarePool`.
camp::resources::Resource get_resource(Allocator allocator, void* address);
std::size_t get_num_pending(Allocator allocator);
// As they were called first.
inline camp::resources::Resource getResource(Allocator allocator, void* address) {
  return get_resource(allocator, address);
}
inline std::size_t getNumPending(Allocator allocator) {
  return get_num_pending(allocator);
}
// Also a number of frees, not of bytes.
inline std::size_t getPendingSize(Allocator allocator) {
  return get_num_pending(allocator);
}

}  // namespace umpire
