// Asked after each free: 0, or how large a pool should be that gives back its free blocks now.
#pragma once

#include <cstddef>
#include <functional>

namespace umpire::strategy {

template <typename Pool>
using PoolCoalesceHeuristic = std::function<std::size_t(const Pool&)>;

}  // namespace umpire::strategy
