// The same pool for programs with one stream: freed memory is everybody's at once.
#pragma once

#include <ostream>

#include "StreamPool.hpp"

namespace umpire {
namespace strategy {

class DynamicPoolList : public NamedPool<DynamicPoolList> {
 public:
  DynamicPoolList(const std::string& name, int id, Allocator parent,
                  std::size_t first_minimum_pool_allocation_size = s_default_first_block_size,
                  std::size_t next_minimum_pool_allocation_size = s_default_next_block_size,
                  std::size_t alignment = s_default_alignment,
                  PoolCoalesceHeuristic<DynamicPoolList> should_coalesce = percent_releasable_hwm(100))
      : NamedPool(name, id, parent, first_minimum_pool_allocation_size, next_minimum_pool_allocation_size,
                  alignment, std::move(should_coalesce), "DynamicPoolList") {}
};

inline std::string to_string(const PoolCoalesceHeuristic<DynamicPoolList>&) {
  return "PoolCoalesceHeuristic<DynamicPoolList>";
}
inline std::ostream& operator<<(std::ostream& out, const PoolCoalesceHeuristic<DynamicPoolList>& heuristic) {
  return out << to_string(heuristic);
}

}  // namespace strategy

}  // namespace umpire
