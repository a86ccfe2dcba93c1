#include "runtime/device/address_range.h"

#include <sys/mman.h>

#include <cstdint>

namespace palatine::device {

constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

void* reserve_addresses(size_t size_bytes, size_t alignment) {
  const size_t mapped_bytes = size_bytes + alignment;
  if (mapped_bytes < size_bytes) return nullptr;
  void* mapping = mmap(nullptr, mapped_bytes, PROT_NONE, kFlags, -1, 0);
  if (mapping == MAP_FAILED) return nullptr;
  char* const first = static_cast<char*>(mapping);
  const size_t front = (alignment - reinterpret_cast<uintptr_t>(first) % alignment) % alignment;
  // What is too much at both ends goes back at once, so that the range is all there is to release.
  if (front > 0) munmap(first, front);
  munmap(first + front + size_bytes, alignment - front);
  return first + front;
}

void release_addresses(void* address, size_t size_bytes) {
  munmap(address, size_bytes);
}

bool fill_addresses(void* address, size_t size_bytes) {
  return mprotect(address, size_bytes, PROT_READ | PROT_WRITE) == 0;
}

void empty_addresses(void* address, size_t size_bytes) {
  mmap(address, size_bytes, PROT_NONE, kFlags | MAP_FIXED, -1, 0);
}

}  // namespace palatine::device
