#include "runtime/realm/memory.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

namespace palatine::realm {

namespace {

// From this size on a block is a mapping of its own.
constexpr uint64_t kMappedBytes = 256 << 10;
constexpr uint64_t kHugePageBytes = 2 << 20;
constexpr uint64_t kAlignment = 64;

uint64_t rounded(uint64_t bytes, uint64_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

char* map_block(uint64_t size_bytes) {
  // Room to align: huge pages need aligned address ranges.
  uint64_t alignment = size_bytes >= kHugePageBytes ? kHugePageBytes : 0;
  uint64_t reserved = rounded(size_bytes, 4096) + alignment;
  void* mapping =
      mmap(nullptr, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping == MAP_FAILED) return nullptr;
  char* start = static_cast<char*>(mapping);
  if (alignment == 0) return start;
  char* aligned = reinterpret_cast<char*>(rounded(reinterpret_cast<uint64_t>(start), alignment));
  if (aligned > start) munmap(start, static_cast<size_t>(aligned - start));
  char* end = start + reserved;
  char* used_end = aligned + rounded(size_bytes, 4096);
  if (end > used_end) munmap(used_end, static_cast<size_t>(end - used_end));
  madvise(aligned, size_bytes, MADV_HUGEPAGE);
  return aligned;
}

}  // namespace

bool SystemMemory::try_reserve(uint64_t size_bytes) {
  uint64_t used = used_bytes_.load(std::memory_order_relaxed);
  do {
    if (size_bytes > limit_bytes_ - used) return false;
  } while (!used_bytes_.compare_exchange_weak(used, used + size_bytes, std::memory_order_relaxed));
  return true;
}

char* SystemMemory::allocate_reserved(uint64_t size_bytes) {
  if (size_bytes >= kMappedBytes) return map_block(size_bytes);
  const uint64_t bytes = rounded(size_bytes ? size_bytes : 1, kAlignment);
  char* block = static_cast<char*>(aligned_alloc(kAlignment, bytes));
  if (block) memset(block, 0, bytes);
  return block;
}

uint64_t SystemMemory::own_pages_bytes(uint64_t size_bytes) {
  return size_bytes >= kMappedBytes ? rounded(size_bytes, 4096) : 0;
}

void SystemMemory::free_reserved(char* address, uint64_t size_bytes) {
  if (size_bytes >= kMappedBytes) {
    munmap(address, rounded(size_bytes, 4096));
  } else {
    ::free(address);
  }
}

char* SystemMemory::allocate(uint64_t size_bytes) {
  if (!try_reserve(size_bytes)) return nullptr;
  char* block = allocate_reserved(size_bytes);
  if (!block) unreserve(size_bytes);
  return block;
}

void SystemMemory::free(char* address, uint64_t size_bytes) {
  free_reserved(address, size_bytes);
  unreserve(size_bytes);
}

}  // namespace palatine::realm
