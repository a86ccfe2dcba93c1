// Memories of the devices whose work the host does.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <unordered_map>

#include "runtime/device/software_device.h"

namespace palatine::device {

// Blocks from malloc. Knows its blocks, so that a wrong free is an error.
class HostMemory final : public Memory {
 public:
  HostMemory(Device& device, size_t alignment_bytes, uint64_t limit_bytes);
  ~HostMemory() override;

 protected:
  Result<void*> do_allocate(size_t size_bytes) override;
  Status do_free(void* address, size_t size_bytes) override;
  Result<void*> do_reserve(size_t range_bytes) override;
  void do_unreserve(void* address, size_t range_bytes) override;
  Status do_map(void* address, size_t size_bytes) override;
  Status do_unmap(void* address, size_t size_bytes) override;

 private:
  // Guards the map; no other lock is taken under it.
  std::mutex mutex_;
  std::unordered_map<void*, size_t> blocks_;
};

// A range of address space from which the smallest free piece that fits is taken, the lowest of equal ones:
// the same calls give the same offsets in every run, and fragmentation is as on a device. Freed memory is
// poisoned for the address sanitizer. Blocks that grow lie outside of the range and count against its size:
// their memory may come from any place.
class ArenaMemory final : public Memory {
 public:
  ArenaMemory(SoftwareDevice& device, MemoryKind kind, size_t alignment_bytes, uint64_t capacity_bytes,
              size_t mapping_bytes)
      : Memory(device, kind, alignment_bytes, capacity_bytes, mapping_bytes),
        capacity_bytes_(capacity_bytes) {}
  ~ArenaMemory() override;

 protected:
  Result<void*> do_allocate(size_t size_bytes) override;
  Status do_free(void* address, size_t size_bytes) override;
  Result<void*> do_reserve(size_t range_bytes) override;
  void do_unreserve(void* address, size_t range_bytes) override;
  Status do_map(void* address, size_t size_bytes) override;
  Status do_unmap(void* address, size_t size_bytes) override;

 private:
  Status reserve();
  void insert_free(uint64_t offset, uint64_t size);
  void erase_free(std::map<uint64_t, uint64_t>::iterator piece);

  const uint64_t capacity_bytes_;
  // Guards all below.
  std::mutex mutex_;
  char* base_ = nullptr;
  // Start of the address space, of `capacity_bytes_` and what aligning the base needs.
  char* mapping_ = nullptr;
  uint64_t mapping_bytes_ = 0;
  // In blocks, and mapped behind blocks that grow.
  uint64_t arena_bytes_ = 0;
  uint64_t mapped_bytes_ = 0;
  // Above it nothing was ever used.
  uint64_t highest_used_ = 0;
  // Offset to size; neighbours are merged. By size then offset, the same pieces.
  std::map<uint64_t, uint64_t> free_;
  std::set<std::pair<uint64_t, uint64_t>> free_by_size_;
  // Offset to the size that was asked for.
  std::unordered_map<uint64_t, uint64_t> used_;
};

// The error of a free of `address`, which is no block of that size.
Status not_a_block(const Memory& memory, const void* address, size_t size_bytes);

}  // namespace palatine::device
