// Where a row of values changes: the first step from values to runs of equal ones.
#pragma once

#include <cstddef>
#include <cstdint>

namespace palatine::realm::space {

// Bit k of the result says whether value k differs from value k - 1, for k from 0 to 63: the value before the
// first is read too. Values have `value_bytes` bytes, 4 or 8, and follow each other; any alignment.
uint64_t changes_of_64(const std::byte* values, size_t value_bytes);

}  // namespace palatine::realm::space
