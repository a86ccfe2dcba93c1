#include "runtime/device/software_memory.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PALATINE_ASAN 1
#include <sanitizer/asan_interface.h>
#endif
#endif

namespace palatine::device {

// Pages of freed blocks at least this large go back to the system.
constexpr size_t kReturnedBytes = size_t{1} << 20;
constexpr uint64_t kMappingAlignment = uint64_t{2} << 20;

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

HostMemory::~HostMemory() {
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
  if (!mapping_) return;
  unpoison(base_, highest_used_);
  munmap(mapping_, mapping_bytes_);
}

Status ArenaMemory::reserve() {
  if (base_) return {};
  uint64_t alignment = std::max<uint64_t>(kMappingAlignment, alignment_bytes());
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
  if (found == free_by_size_.end()) {
    uint64_t largest = free_by_size_.empty() ? 0 : free_by_size_.rbegin()->first;
    return out_of_memory("allocation", size_bytes,
                         "the largest free block has " + std::to_string(largest) + " bytes");
  }
  auto [piece_size, offset] = *found;
  erase_free(free_.find(offset));
  if (piece_size > size) insert_free(offset + size, piece_size - size);
  used_[offset] = size_bytes;
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

}  // namespace palatine::device
