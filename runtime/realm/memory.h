// The system memory: a limit, and address space that is filled as it is touched.
//
// Thread safety: any thread may allocate and free.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace palatine::realm {

class SystemMemory {
 public:
  explicit SystemMemory(uint64_t limit_bytes) : limit_bytes_(limit_bytes) {}

  // Zeroed memory, aligned to 64 bytes and large blocks to huge pages; null when the limit or the address
  // space does not allow it. Large blocks cost physical memory only where they are touched.
  char* allocate(uint64_t size_bytes);
  void free(char* address, uint64_t size_bytes);

  // The two halves of `allocate` and `free`: counting bytes against the limit, and having memory for bytes
  // that are counted already.
  bool try_reserve(uint64_t size_bytes);
  void unreserve(uint64_t size_bytes) { used_bytes_.fetch_sub(size_bytes, std::memory_order_relaxed); }
  char* allocate_reserved(uint64_t size_bytes);
  // How many bytes of a block are whole pages of its own, from its address on; 0: it shares pages.
  static uint64_t own_pages_bytes(uint64_t size_bytes);
  void free_reserved(char* address, uint64_t size_bytes);

  uint64_t limit_bytes() const { return limit_bytes_; }
  uint64_t used_bytes() const { return used_bytes_.load(std::memory_order_relaxed); }
  uint64_t free_bytes() const { return limit_bytes_ - used_bytes(); }
  // The memory is virtual and does not fragment: everything that is free can be one block.
  uint64_t largest_block_bytes() const { return free_bytes(); }

 private:
  const uint64_t limit_bytes_;
  // Never above the limit. Relaxed: it is only a count, the blocks themselves are handed over by events.
  std::atomic<uint64_t> used_bytes_{0};
};

}  // namespace palatine::realm
