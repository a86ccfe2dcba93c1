#include "runtime/device/software_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "runtime/device/address_range.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PALATINE_ASAN 1
#include <sanitizer/asan_interface.h>
#endif
#endif

namespace palatine::device {

// Pages of freed blocks at least this large go back to the system.
constexpr size_t kReturnedBytes = size_t{1} << 20;
constexpr size_t kMappingAlignment = size_t{2} << 20;

Status not_a_block(const Memory& memory, const void* address, size_t size_bytes) {
  char text[32];
  snprintf(text, sizeof text, "%p", address);
  return Status::error(StatusCode::invalid_argument, "free of " + std::to_string(size_bytes) + " bytes at " +
                                                         text + " in " + to_string(memory.kind()) +
                                                         " memory on " + memory.device().describe() +
                                                         ": no such block");
}

static size_t round_up(size_t size, size_t multiple) {
  return (size + multiple - 1) / multiple * multiple;
}

// What the host's memory is mapped in: enough pages that mapping is worth the call.
constexpr size_t kHostMappingBytes = size_t{64} << 10;

HostMemory::HostMemory(Device& device, size_t alignment_bytes, uint64_t limit_bytes)
    : Memory(device, MemoryKind::host, alignment_bytes, limit_bytes,
             std::max(kHostMappingBytes, alignment_bytes)) {}

HostMemory::~HostMemory() {
  free_all_growing();
  for (const auto& [address, size] : blocks_) std::free(address);
}

Result<void*> HostMemory::do_allocate(size_t size_bytes) {
  // More than the address space has: malloc of a sanitizer would end the process.
  constexpr uint64_t kAddressSpaceBytes = uint64_t{1} << 47;
  void* address = nullptr;
  if (size_bytes >= kAddressSpaceBytes || posix_memalign(&address, alignment_bytes(), size_bytes) != 0) {
    return out_of_memory("malloc", size_bytes, "the system has no more");
  }
  std::unique_lock lock(mutex_);
  blocks_[address] = size_bytes;
  return address;
}

Status HostMemory::do_free(void* address, size_t size_bytes) {
  {
    std::unique_lock lock(mutex_);
    auto found = blocks_.find(address);
    if (found == blocks_.end() || found->second != size_bytes) return not_a_block(*this, address, size_bytes);
    blocks_.erase(found);
  }
  std::free(address);
  return {};
}

Result<void*> HostMemory::do_reserve(size_t range_bytes) {
  void* range = reserve_addresses(range_bytes, mapping_bytes());
  if (!range) return out_of_memory("mmap", range_bytes, "no such range of addresses");
  return range;
}

void HostMemory::do_unreserve(void* address, size_t range_bytes) {
  release_addresses(address, range_bytes);
}

Status HostMemory::do_map(void* address, size_t size_bytes) {
  if (fill_addresses(address, size_bytes)) return {};
  return out_of_memory("mprotect", size_bytes, "the system has no more");
}

Status HostMemory::do_unmap(void* address, size_t size_bytes) {
  empty_addresses(address, size_bytes);
  return {};
}

static void poison(char* address, uint64_t size) {
#ifdef PALATINE_ASAN
  ASAN_POISON_MEMORY_REGION(address, size);
#endif
}

static void unpoison(char* address, uint64_t size) {
#ifdef PALATINE_ASAN
  ASAN_UNPOISON_MEMORY_REGION(address, size);
#endif
}

ArenaMemory::~ArenaMemory() {
  free_all_growing();
  if (!mapping_) return;
  unpoison(base_, highest_used_);
  munmap(mapping_, mapping_bytes_);
}

Status ArenaMemory::reserve() {
  if (base_) return {};
  uint64_t alignment = std::max(kMappingAlignment, alignment_bytes());
  mapping_bytes_ = capacity_bytes_ + alignment;
  void* mapping = mmap(nullptr, mapping_bytes_, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping == MAP_FAILED) {
    return out_of_memory("mmap", mapping_bytes_, strerror(errno));
  }
  mapping_ = static_cast<char*>(mapping);
  base_ = mapping_ + (alignment - reinterpret_cast<uintptr_t>(mapping_) % alignment) % alignment;
  insert_free(0, capacity_bytes_);
  return {};
}

void ArenaMemory::insert_free(uint64_t offset, uint64_t size) {
  free_[offset] = size;
  free_by_size_.insert({size, offset});
}

void ArenaMemory::erase_free(std::map<uint64_t, uint64_t>::iterator piece) {
  free_by_size_.erase({piece->second, piece->first});
  free_.erase(piece);
}

Result<void*> ArenaMemory::do_allocate(size_t size_bytes) {
  auto& software = static_cast<SoftwareDevice&>(device());
  if (Status status = software.check_allocation(kind()); !status.ok()) {
    if (status.code() != StatusCode::out_of_memory) return status;
    return out_of_memory("allocation", size_bytes, "injected fault");
  }
  std::unique_lock lock(mutex_);
  if (Status status = reserve(); !status.ok()) return status;
  uint64_t size = round_up(size_bytes, alignment_bytes());
  auto found = free_by_size_.lower_bound({size, 0});
  if (found == free_by_size_.end() || arena_bytes_ + mapped_bytes_ + size > capacity_bytes_) {
    uint64_t largest = free_by_size_.empty() ? 0 : free_by_size_.rbegin()->first;
    return out_of_memory("allocation", size_bytes,
                         "the largest free block has " + std::to_string(largest) + " bytes");
  }
  auto [piece_size, offset] = *found;
  erase_free(free_.find(offset));
  if (piece_size > size) insert_free(offset + size, piece_size - size);
  used_[offset] = size_bytes;
  arena_bytes_ += size;
  highest_used_ = std::max(highest_used_, offset + size);
  unpoison(base_ + offset, size);
  return static_cast<void*>(base_ + offset);
}

Status ArenaMemory::do_free(void* address, size_t size_bytes) {
  std::unique_lock lock(mutex_);
  uint64_t offset = static_cast<uint64_t>(static_cast<char*>(address) - base_);
  auto found = base_ ? used_.find(offset) : used_.end();
  if (found == used_.end() || found->second != size_bytes) return not_a_block(*this, address, size_bytes);
  used_.erase(found);
  uint64_t size = round_up(size_bytes, alignment_bytes());
  arena_bytes_ -= size;
  if (size >= kReturnedBytes) {
    // Only whole pages of the block; the rest keeps what was there.
    constexpr uint64_t kPage = 4096;
    uint64_t begin = round_up(offset, kPage), end = (offset + size) / kPage * kPage;
    madvise(base_ + begin, end - begin, MADV_DONTNEED);
  }
  poison(base_ + offset, size);
  auto next = free_.lower_bound(offset);
  if (next != free_.begin()) {
    auto previous = std::prev(next);
    if (previous->first + previous->second == offset) {
      offset = previous->first;
      size += previous->second;
      erase_free(previous);
    }
  }
  if (next != free_.end() && offset + size == next->first) {
    size += next->second;
    erase_free(next);
  }
  insert_free(offset, size);
  return static_cast<SoftwareDevice&>(device()).status();
}

Result<void*> ArenaMemory::do_reserve(size_t range_bytes) {
  auto& software = static_cast<SoftwareDevice&>(device());
  if (Status status = software.check(SimulatedCall::reserve); !status.ok()) return status;
  void* range = reserve_addresses(range_bytes, std::max(kMappingAlignment, mapping_bytes()));
  if (!range) return out_of_memory("mmap", range_bytes, "no such range of addresses");
  return range;
}

void ArenaMemory::do_unreserve(void* address, size_t range_bytes) {
  release_addresses(address, range_bytes);
}

Status ArenaMemory::do_map(void* address, size_t size_bytes) {
  auto& software = static_cast<SoftwareDevice&>(device());
  if (Status status = software.check_mapping(kind()); !status.ok()) {
    if (status.code() != StatusCode::out_of_memory) return status;
    return out_of_memory("mapping", size_bytes, "injected fault");
  }
  std::unique_lock lock(mutex_);
  if (arena_bytes_ + mapped_bytes_ + size_bytes > capacity_bytes_) {
    return out_of_memory("mapping", size_bytes,
                         std::to_string(capacity_bytes_ - arena_bytes_ - mapped_bytes_) + " bytes are left");
  }
  if (!fill_addresses(address, size_bytes)) {
    return out_of_memory("mprotect", size_bytes, "the system has no more");
  }
  mapped_bytes_ += size_bytes;
  return {};
}

Status ArenaMemory::do_unmap(void* address, size_t size_bytes) {
  empty_addresses(address, size_bytes);
  std::unique_lock lock(mutex_);
  mapped_bytes_ -= size_bytes;
  return static_cast<SoftwareDevice&>(device()).status();
}

}  // namespace palatine::device
