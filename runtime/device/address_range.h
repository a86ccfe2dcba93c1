// Ranges of this process's addresses: set aside at no cost, and given memory piece by piece.
#pragma once

#include <cstddef>

namespace palatine::device {

// `size_bytes` of addresses, a multiple of `alignment`, that nobody may touch yet. Null when the address
// space has no such range.
void* reserve_addresses(size_t size_bytes, size_t alignment);
// The whole range, whatever is in it.
void release_addresses(void* address, size_t size_bytes);
// Whole pages of a range: zeroed memory, which costs what of it is touched. False when the system refuses.
bool fill_addresses(void* address, size_t size_bytes);
// Its memory goes back to the system; the addresses stay set aside.
void empty_addresses(void* address, size_t size_bytes);

}  // namespace palatine::device
