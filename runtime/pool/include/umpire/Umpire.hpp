// Calls that belong to no class.
#pragma once

#include <cstddef>

#include "Allocator.hpp"
#include "ResourceManager.hpp"
#include "config.hpp"
#include "strategy/AllocationStrategy.hpp"
#include "util/Macros.hpp"
#include "util/Platform.hpp"
#include "util/error.hpp"

namespace umpire {

// Memory of "HOST".
void* malloc(std::size_t bytes);
void free(void* address);

inline Allocator get_allocator(const std::string& name) {
  return ResourceManager::getInstance().getAllocator(name);
}

// For `QuickPool` and `DynamicPoolList`; the first throws `runtime_error` for other strategies, the second
// does nothing and returns false.
void coalesce(Allocator allocator);
bool try_coalesce(Allocator allocator);

}  // namespace umpire
