// The fake driver's memory: blocks, ranges of addresses and what is mapped there, copies and fills.
#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

#include "support/device/fake_cuda_call.h"

using namespace palatine::device;
using namespace palatine::device::testing;

namespace {

constexpr size_t kMappingBytes = size_t{2} << 20;

const char* source_of(const auto& copy) {
  return copy.src_type == kCudaMemoryHost ? static_cast<const char*>(copy.src_host)
                                          : reinterpret_cast<const char*>(copy.src_address);
}

char* target_of(const auto& copy) {
  return copy.dst_type == kCudaMemoryHost ? static_cast<char*>(copy.dst_host)
                                          : reinterpret_cast<char*>(copy.dst_address);
}

// Whether the type that was given fits the address: unified and device memory must be known, the host's may
// be anything but memory of a device.
bool knows(int type, const void* host, CudaAddress address, size_t bytes) {
  if (type == kCudaMemoryHost) {
    const auto* block = block_around(reinterpret_cast<CudaAddress>(host));
    return !block || block->second.type != kCudaMemoryDevice;
  }
  const auto* block = block_around(address, bytes);
  return block && (type != kCudaMemoryDevice || block->second.type == kCudaMemoryDevice);
}

int copy_3d(const auto& copy, CudaStreamHandle stream) {
  const size_t src_bytes =
      ((copy.depth - 1) * copy.src_height + copy.height - 1) * copy.src_pitch + copy.width_bytes;
  const size_t dst_bytes =
      ((copy.depth - 1) * copy.dst_height + copy.height - 1) * copy.dst_pitch + copy.width_bytes;
  if (!knows(copy.src_type, copy.src_host, copy.src_address, src_bytes) ||
      !knows(copy.dst_type, copy.dst_host, copy.dst_address, dst_bytes))
    return cuda_result::invalid_value;
  if (copy.height > 1 && (copy.src_pitch < copy.width_bytes || copy.dst_pitch < copy.width_bytes))
    return cuda_result::invalid_value;
  if (copy.depth > 1 && (copy.src_height < copy.height || copy.dst_height < copy.height))
    return cuda_result::invalid_value;
  push(stream, [copy] {
    for (size_t z = 0; z < copy.depth; ++z) {
      for (size_t y = 0; y < copy.height; ++y) {
        std::memcpy(target_of(copy) + (z * copy.dst_height + y) * copy.dst_pitch,
                    source_of(copy) + (z * copy.src_height + y) * copy.src_pitch, copy.width_bytes);
      }
    }
  });
  return 0;
}

template <typename T>
int set(CudaAddress dst, T value, size_t count, CudaStreamHandle stream) {
  if (dst % sizeof(T) != 0 || !block_around(dst, count * sizeof(T))) return cuda_result::invalid_value;
  push(stream, [=] {
    for (size_t i = 0; i < count; ++i)
      std::memcpy(reinterpret_cast<void*>(dst + i * sizeof(T)), &value, sizeof(T));
  });
  return 0;
}

// Either all of the bytes are memory of the driver, or none.
bool is_whole(CudaAddress address, size_t bytes) {
  const auto* block = block_around(address);
  return !block || address + bytes <= block->first + block->second.bytes;
}

}  // namespace

extern "C" {

int cuMemGetInfo_v2(size_t* free, size_t* total) {
  FAKE_CALL("cuMemGetInfo");
  FAKE_NEEDS_CONTEXT();
  *total = state().control.memory_bytes;
  *free = *total - state().used_bytes[current()->ordinal];
  return 0;
}

int cuMemAlloc_v2(CudaAddress* address, size_t bytes) {
  FAKE_CALL("cuMemAlloc", bytes);
  FAKE_NEEDS_CONTEXT();
  return allocate(address, bytes, kCudaMemoryDevice, current()->ordinal);
}

int cuMemFree_v2(CudaAddress address) {
  FAKE_CALL("cuMemFree");
  FAKE_NEEDS_CONTEXT();
  return release(address, false);
}

int cuMemAllocManaged(CudaAddress* address, size_t bytes, unsigned flags) {
  FAKE_CALL("cuMemAllocManaged", bytes, flags);
  FAKE_NEEDS_CONTEXT();
  return allocate(address, bytes, kCudaMemoryUnified, current()->ordinal);
}

int cuMemHostAlloc(void** address, size_t bytes, unsigned flags) {
  FAKE_CALL("cuMemHostAlloc", bytes, flags);
  FAKE_NEEDS_CONTEXT();
  CudaAddress result = 0;
  int code = allocate(&result, bytes, kCudaMemoryHost, current()->ordinal);
  *address = reinterpret_cast<void*>(result);
  return code;
}

int cuMemFreeHost(void* address) {
  FAKE_CALL("cuMemFreeHost");
  FAKE_NEEDS_CONTEXT();
  return release(reinterpret_cast<CudaAddress>(address), true);
}

// Of the program's own memory, in whole pages; no page twice.
int cuMemHostRegister_v2(void* address, size_t bytes, unsigned flags) {
  FAKE_CALL("cuMemHostRegister", bytes, flags);
  FAKE_NEEDS_CONTEXT();
  const auto first = reinterpret_cast<CudaAddress>(address);
  if (bytes == 0 || first % 4096 != 0 || bytes % 4096 != 0) return cuda_result::invalid_value;
  const auto behind = state().blocks.lower_bound(first);
  if (block_around(first) || (behind != state().blocks.end() && behind->first < first + bytes))
    return cuda_result::host_memory_already_registered;
  state().blocks[first] = {bytes, kCudaMemoryHost, current()->ordinal, false, true};
  ++state().control.blocks;
  return 0;
}

int cuMemHostUnregister(void* address) {
  FAKE_CALL("cuMemHostUnregister");
  FAKE_NEEDS_CONTEXT();
  const auto block = state().blocks.find(reinterpret_cast<CudaAddress>(address));
  if (block == state().blocks.end() || !block->second.is_registered)
    return cuda_result::host_memory_not_registered;
  state().blocks.erase(block);
  --state().control.blocks;
  return 0;
}

// Memory is mapped in whole steps. A mapping may be used once access to it was given; here that is when its
// pages can be touched.
int cuMemGetAllocationGranularity(size_t* bytes, const CudaMemoryKind* kind, int which) {
  FAKE_CALL("cuMemGetAllocationGranularity", kind->type, kind->location.type, kind->location.id, which);
  *bytes = kMappingBytes;
  return 0;
}

int cuMemAddressReserve(CudaAddress* address, size_t bytes, size_t alignment, CudaAddress wanted,
                        unsigned long long flags) {
  FAKE_CALL("cuMemAddressReserve", bytes, alignment, wanted, flags);
  if (bytes == 0 || bytes % kMappingBytes != 0) return cuda_result::invalid_value;
  void* found =
      mmap(nullptr, bytes + kMappingBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (found == MAP_FAILED) return cuda_result::out_of_memory;
  auto first = reinterpret_cast<CudaAddress>(found);
  *address = (first + kMappingBytes - 1) / kMappingBytes * kMappingBytes;
  munmap(found, *address - first);
  munmap(reinterpret_cast<void*>(*address + bytes), first + kMappingBytes - *address);
  state().ranges[*address] = {bytes, {}};
  ++state().control.ranges;
  return 0;
}

int cuMemAddressFree(CudaAddress address, size_t bytes) {
  FAKE_CALL("cuMemAddressFree", bytes);
  auto range = state().ranges.find(address);
  if (range == state().ranges.end() || range->second.bytes != bytes || !range->second.mappings.empty())
    return cuda_result::invalid_value;
  munmap(reinterpret_cast<void*>(address), bytes);
  state().ranges.erase(range);
  --state().control.ranges;
  return 0;
}

int cuMemCreate(CudaMemoryHandle* memory, size_t bytes, const CudaMemoryKind* kind,
                unsigned long long flags) {
  FAKE_CALL("cuMemCreate", bytes, kind->type, kind->location.type, kind->location.id, flags);
  const int ordinal = kind->location.id;
  if (bytes == 0 || bytes % kMappingBytes != 0 || ordinal < 0 || ordinal >= state().control.device_count)
    return cuda_result::invalid_value;
  if (state().used_bytes[ordinal] + bytes > state().control.memory_bytes) return cuda_result::out_of_memory;
  state().used_bytes[ordinal] += bytes;
  state().control.mapped_bytes += bytes;
  *memory = ++state().last_memory;
  state().memories[*memory] = {bytes, ordinal};
  return 0;
}

int cuMemRelease(CudaMemoryHandle memory) {
  FAKE_CALL("cuMemRelease");
  auto found = state().memories.find(memory);
  if (found == state().memories.end()) return cuda_result::invalid_value;
  if (!found->second.is_mapped) {
    state().used_bytes[found->second.ordinal] -= found->second.bytes;
    state().control.mapped_bytes -= found->second.bytes;
  }
  state().memories.erase(found);
  return 0;
}

// What is mapped side by side may be used as one block.
static void add_block(CudaAddress address, size_t bytes, int ordinal) {
  auto& blocks = state().blocks;
  auto next = blocks.find(address + bytes);
  if (next != blocks.end() && next->second.is_mapped && next->second.ordinal == ordinal) {
    bytes += next->second.bytes;
    blocks.erase(next);
  }
  auto at = blocks.upper_bound(address);
  if (at != blocks.begin()) {
    auto& [start, before] = *std::prev(at);
    if (before.is_mapped && before.ordinal == ordinal && start + before.bytes == address) {
      before.bytes += bytes;
      return;
    }
  }
  blocks[address] = {bytes, kCudaMemoryDevice, ordinal, true};
}

static void take_block(CudaAddress address, size_t bytes) {
  auto& blocks = state().blocks;
  auto at = std::prev(blocks.upper_bound(address));
  const CudaAddress start = at->first, end = at->first + at->second.bytes;
  const FakeBlock block = at->second;
  blocks.erase(at);
  if (start < address) blocks[start] = {address - start, block.type, block.ordinal, true};
  if (address + bytes < end)
    blocks[address + bytes] = {end - address - bytes, block.type, block.ordinal, true};
}

static FakeRange* range_of(CudaAddress address, size_t bytes) {
  auto range = state().ranges.upper_bound(address);
  if (range == state().ranges.begin()) return nullptr;
  --range;
  return address + bytes <= range->first + range->second.bytes ? &range->second : nullptr;
}

int cuMemMap(CudaAddress address, size_t bytes, size_t offset, CudaMemoryHandle memory,
             unsigned long long flags) {
  FAKE_CALL("cuMemMap", bytes, offset, flags);
  auto found = state().memories.find(memory);
  FakeRange* range = range_of(address, bytes);
  if (!range || found == state().memories.end() || found->second.bytes != bytes || offset != 0)
    return cuda_result::invalid_value;
  for (const auto& [start, mapping] : range->mappings) {
    if (address < start + mapping.bytes && start < address + bytes) return cuda_result::invalid_value;
  }
  found->second.is_mapped = true;
  range->mappings[address] = {bytes, found->second.ordinal};
  return 0;
}

int cuMemUnmap(CudaAddress address, size_t bytes) {
  FAKE_CALL("cuMemUnmap", bytes);
  FakeRange* range = range_of(address, bytes);
  if (!range) return cuda_result::invalid_value;
  auto mapping = range->mappings.find(address);
  if (mapping == range->mappings.end() || mapping->second.bytes != bytes) return cuda_result::invalid_value;
  state().used_bytes[mapping->second.ordinal] -= bytes;
  state().control.mapped_bytes -= bytes;
  if (mapping->second.has_access) take_block(address, bytes);
  range->mappings.erase(mapping);
  mmap(reinterpret_cast<void*>(address), bytes, PROT_NONE,
       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
  return 0;
}

int cuMemSetAccess(CudaAddress address, size_t bytes, const CudaAccess* accesses, size_t count) {
  std::string who;
  for (size_t k = 0; k < count; ++k) who += (k ? "," : "") + std::to_string(accesses[k].location.id);
  FAKE_CALL("cuMemSetAccess", bytes, who.c_str());
  FakeRange* range = range_of(address, bytes);
  if (!range || !range->mappings.contains(address) || range->mappings.at(address).bytes != bytes)
    return cuda_result::invalid_value;
  if (mprotect(reinterpret_cast<void*>(address), bytes, PROT_READ | PROT_WRITE) != 0) return 999;
  FakeRange::Mapping& mapping = range->mappings.at(address);
  if (!mapping.has_access) add_block(address, bytes, mapping.ordinal);
  mapping.has_access = true;
  return 0;
}

int cuPointerGetAttribute(void* value, int attribute, CudaAddress address) {
  FAKE_CALL("cuPointerGetAttribute", attribute);
  FAKE_NEEDS_CONTEXT();
  const auto* block = block_around(address);
  if (!block) return cuda_result::invalid_value;
  // Managed memory counts as the device's.
  int type = block->second.type == kCudaMemoryHost ? kCudaMemoryHost : kCudaMemoryDevice;
  int result = attribute == 2 ? type : block->second.ordinal;
  std::memcpy(value, &result, sizeof result);
  return 0;
}

int cuMemcpyAsync(CudaAddress dst, CudaAddress src, size_t bytes, CudaStreamHandle stream) {
  FAKE_CALL("cuMemcpyAsync", bytes);
  FAKE_NEEDS_STREAM(stream);
  if (!is_whole(dst, bytes) || !is_whole(src, bytes)) return cuda_result::invalid_value;
  push(stream,
       [=] { std::memmove(reinterpret_cast<void*>(dst), reinterpret_cast<const void*>(src), bytes); });
  return 0;
}

int cuMemcpy2DAsync_v2(const CudaCopy2D* copy, CudaStreamHandle stream) {
  FAKE_CALL("cuMemcpy2DAsync", copy->src_type, copy->src_pitch, copy->dst_type, copy->dst_pitch,
            copy->width_bytes, copy->height);
  FAKE_NEEDS_STREAM(stream);
  CudaCopy3D full = {};
  full.src_type = copy->src_type;
  full.src_host = copy->src_host;
  full.src_address = copy->src_address;
  full.src_pitch = copy->src_pitch;
  full.dst_type = copy->dst_type;
  full.dst_host = copy->dst_host;
  full.dst_address = copy->dst_address;
  full.dst_pitch = copy->dst_pitch;
  full.width_bytes = copy->width_bytes;
  full.height = copy->height;
  full.depth = 1;
  return copy_3d(full, stream);
}

int cuMemcpy3DAsync_v2(const CudaCopy3D* copy, CudaStreamHandle stream) {
  FAKE_CALL("cuMemcpy3DAsync", copy->src_type, copy->src_pitch, copy->src_height, copy->dst_type,
            copy->dst_pitch, copy->dst_height, copy->width_bytes, copy->height, copy->depth);
  FAKE_NEEDS_STREAM(stream);
  return copy_3d(*copy, stream);
}

int cuMemcpy3DPeerAsync(const CudaCopy3DPeer* copy, CudaStreamHandle stream) {
  FAKE_CALL("cuMemcpy3DPeerAsync", copy->src_context->ordinal, copy->src_pitch, copy->src_height,
            copy->dst_context->ordinal, copy->dst_pitch, copy->dst_height, copy->width_bytes, copy->height,
            copy->depth);
  FAKE_NEEDS_STREAM(stream);
  return copy_3d(*copy, stream);
}

int cuMemsetD8Async(CudaAddress dst, unsigned char value, size_t count, CudaStreamHandle stream) {
  FAKE_CALL("cuMemsetD8Async", static_cast<int>(value), count);
  FAKE_NEEDS_STREAM(stream);
  return set(dst, value, count, stream);
}

int cuMemsetD16Async(CudaAddress dst, unsigned short value, size_t count, CudaStreamHandle stream) {
  FAKE_CALL("cuMemsetD16Async", static_cast<int>(value), count);
  FAKE_NEEDS_STREAM(stream);
  return set(dst, value, count, stream);
}

int cuMemsetD32Async(CudaAddress dst, unsigned value, size_t count, CudaStreamHandle stream) {
  FAKE_CALL("cuMemsetD32Async", value, count);
  FAKE_NEEDS_STREAM(stream);
  return set(dst, value, count, stream);
}

}  // extern "C"
