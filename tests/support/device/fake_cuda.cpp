#include "support/device/fake_cuda.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <string_view>

#include "support/device/fake_cuda_state.h"

using namespace palatine::device;
using namespace palatine::device::testing;

namespace {

thread_local std::vector<CudaContext> context_stack;

std::string text(const char* value) {
  return value ? value : "null";
}
template <typename T>
std::string text(T value) {
  if constexpr (std::is_pointer_v<T>) {
    return value ? "ptr" : "null";
  } else {
    return std::to_string(value);
  }
}

template <typename... Values>
int enter(const char* name, Values... values) {
  FakeCuda& fake = state().control;
  ++fake.calls[name];
  if (!state().has_thread) {
    std::string line = name;
    ((line += " " + text(values)), ...);
    fake.log.push_back(line);
  }
  if (fake.sticky_code != 0) return fake.sticky_code;
  auto fault = fake.faults.find(name);
  if (fault != fake.faults.end() && fault->second.calls_left > 0 && --fault->second.calls_left == 0) {
    return fault->second.code;
  }
  if (!state().is_initialised && std::string_view(name) != "cuInit") return cuda_result::not_initialized;
  return 0;
}

CudaContext current() {
  return context_stack.empty() ? nullptr : context_stack.back();
}

// Of a call that queues work on a stream: the stream's context must be the current one.
int check_stream(CudaStreamHandle stream) {
  if (!current()) return cuda_result::invalid_context;
  if (!state().live_streams.contains(stream)) return cuda_result::invalid_handle;
  return stream->context == current() ? 0 : cuda_result::invalid_context;
}

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

void clear(FakeCuda& fake) {
  std::unique_lock lock(fake.mutex);
  fake.log.clear();
  fake.calls.clear();
  fake.faults.clear();
  fake.attributes.clear();
  fake.kernels.clear();
  fake.globals.clear();
  fake.sticky_code = 0;
  fake.kernel_fault.clear();
  fake.device_count = 2;
  fake.memory_bytes = 64 << 20;
  fake.has_peer_access = true;
  fake.misalignment = 0;
  fake.contexts = fake.streams = fake.events = fake.modules = fake.graphs = 0;
  FakeState& all = state();
  for (auto& [address, block] : all.blocks) {
    if (!block.is_mapped) std::free(reinterpret_cast<void*>(address / 256 * 256));
  }
  for (auto& [address, range] : all.ranges) munmap(reinterpret_cast<void*>(address), range.bytes);
  all.ranges.clear();
  all.memories.clear();
  fake.blocks = fake.ranges = fake.mapped_bytes = 0;
  fake.can_map = true;
  all.blocks.clear();
  all.used_bytes.clear();
  all.live_streams.clear();
  all.live_events.clear();
  all.live_modules.clear();
  for (CudaContextTag& context : all.contexts) context = {};
}

uint64_t number_of(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

}  // namespace

constexpr size_t kMappingBytes = size_t{2} << 20;

// Locks, writes the call down and returns the code that was ordered, if any.
#define FAKE_CALL(...)                               \
  std::unique_lock fake_lock(state().control.mutex); \
  if (int fake_code = enter(__VA_ARGS__)) return fake_code
#define FAKE_NEEDS_CONTEXT() \
  if (!current()) return cuda_result::invalid_context
#define FAKE_NEEDS_STREAM(stream) \
  if (int fake_code = check_stream(stream)) return fake_code
#define FAKE_NEEDS(set, handle) \
  if (!state().set.contains(handle)) return cuda_result::invalid_handle

extern "C" {

FakeCuda* fake_cuda_control() {
  state().control.clear = clear;
  return &state().control;
}

int cuInit(unsigned flags) {
  FAKE_CALL("cuInit", flags);
  if (!state().is_initialised && std::getenv("PALATINE_FAKE_CUDA_THREAD")) {
    state().seed = number_of("PALATINE_FAKE_CUDA_THREAD", 1);
    state().control.device_count = static_cast<int>(number_of("PALATINE_FAKE_CUDA_DEVICES", 1));
    state().control.memory_bytes = number_of("PALATINE_FAKE_CUDA_MEMORY", 1 << 30);
    start_thread();
  }
  state().is_initialised = true;
  return 0;
}

int cuDriverGetVersion(int* version) {
  FAKE_CALL("cuDriverGetVersion");
  *version = 12040;
  return 0;
}

int cuGetErrorName(int code, const char** name) {
  switch (code) {
    case 1:
      *name = "CUDA_ERROR_INVALID_VALUE";
      return 0;
    case 2:
      *name = "CUDA_ERROR_OUT_OF_MEMORY";
      return 0;
    case 100:
      *name = "CUDA_ERROR_NO_DEVICE";
      return 0;
    case 218:
      *name = "CUDA_ERROR_INVALID_PTX";
      return 0;
    case 500:
      *name = "CUDA_ERROR_NOT_FOUND";
      return 0;
    case 700:
      *name = "CUDA_ERROR_ILLEGAL_ADDRESS";
      return 0;
    case 701:
      *name = "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES";
      return 0;
    case 999:
      *name = "CUDA_ERROR_UNKNOWN";
      return 0;
    default:
      *name = nullptr;
      return 1;
  }
}

int cuGetErrorString(int code, const char** text) {
  if (code == 999) return 1;
  *text = "fake text";
  return 0;
}

int cuDeviceGetCount(int* count) {
  FAKE_CALL("cuDeviceGetCount");
  *count = state().control.device_count;
  return 0;
}

int cuDeviceGet(CudaDeviceId* device, int ordinal) {
  FAKE_CALL("cuDeviceGet", ordinal);
  if (ordinal < 0 || ordinal >= state().control.device_count) return 101;
  // Not the ordinal itself, so that who mixes them up is seen.
  *device = 70 + ordinal;
  return 0;
}

int cuDeviceGetName(char* name, int size, CudaDeviceId device) {
  FAKE_CALL("cuDeviceGetName", device);
  snprintf(name, static_cast<size_t>(size), "Fake %d", device);
  return 0;
}

int cuDeviceTotalMem_v2(size_t* bytes, CudaDeviceId device) {
  FAKE_CALL("cuDeviceTotalMem", device);
  *bytes = state().control.memory_bytes;
  return 0;
}

int cuDeviceGetAttribute(int* value, int attribute, CudaDeviceId device) {
  FAKE_CALL("cuDeviceGetAttribute", attribute, device);
  if (attribute == 102 && !state().control.can_map) return 1;
  static const std::map<int, int> kValues = {{1, 1024}, {8, 49152},   {10, 32}, {11, 2147483647}, {16, 132},
                                             {40, 3},   {41, 1},      {75, 9},  {76, 0},          {83, 1},
                                             {89, 1},   {97, 232448}, {102, 1}};
  auto own = state().control.attributes.find(attribute);
  if (own != state().control.attributes.end()) {
    *value = own->second;
    return 0;
  }
  auto found = kValues.find(attribute);
  if (found == kValues.end()) return 1;
  *value = found->second;
  return 0;
}

int cuDeviceCanAccessPeer(int* can, CudaDeviceId device, CudaDeviceId peer) {
  FAKE_CALL("cuDeviceCanAccessPeer", device, peer);
  *can = state().control.has_peer_access;
  return 0;
}

int cuDevicePrimaryCtxRetain(CudaContext* context, CudaDeviceId device) {
  FAKE_CALL("cuDevicePrimaryCtxRetain", device);
  *context = &state().contexts[static_cast<size_t>(device - 70)];
  (*context)->ordinal = device - 70;
  if ((*context)->uses++ == 0) ++state().control.contexts;
  return 0;
}

int cuDevicePrimaryCtxRelease_v2(CudaDeviceId device) {
  FAKE_CALL("cuDevicePrimaryCtxRelease", device);
  CudaContextTag& context = state().contexts[static_cast<size_t>(device - 70)];
  if (context.uses == 0) return cuda_result::invalid_context;
  if (--context.uses == 0 && --state().control.contexts == 0) write_report();
  return 0;
}

int cuCtxGetCurrent(CudaContext* context) {
  *context = current();
  return 0;
}

int cuCtxPushCurrent_v2(CudaContext context) {
  FAKE_CALL("cuCtxPushCurrent");
  if (!context || context->uses == 0) return cuda_result::invalid_context;
  context_stack.push_back(context);
  return 0;
}

int cuCtxPopCurrent_v2(CudaContext* context) {
  if (context_stack.empty()) return cuda_result::invalid_context;
  *context = context_stack.back();
  context_stack.pop_back();
  return 0;
}

int cuCtxSynchronize() {
  FAKE_CALL("cuCtxSynchronize");
  FAKE_NEEDS_CONTEXT();
  for (size_t i = 0; i < state().streams.size(); ++i) {
    CudaStreamHandle stream = state().streams[i].get();
    if (stream->context == current()) finish(fake_lock, stream, stream->submitted);
  }
  return state().control.sticky_code;
}

int cuCtxEnablePeerAccess(CudaContext peer, unsigned flags) {
  FAKE_CALL("cuCtxEnablePeerAccess", peer->ordinal, flags);
  FAKE_NEEDS_CONTEXT();
  return current()->peers.insert(peer).second ? 0 : 704;
}

int cuCtxGetStreamPriorityRange(int* least, int* greatest) {
  FAKE_CALL("cuCtxGetStreamPriorityRange");
  FAKE_NEEDS_CONTEXT();
  *least = 0;
  *greatest = -5;
  return 0;
}

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

int cuStreamCreateWithPriority(CudaStreamHandle* stream, unsigned flags, int priority) {
  FAKE_CALL("cuStreamCreateWithPriority", flags, priority);
  FAKE_NEEDS_CONTEXT();
  state().streams.push_back(std::make_unique<CudaStreamTag>());
  *stream = state().streams.back().get();
  (*stream)->context = current();
  state().live_streams.insert(*stream);
  ++state().control.streams;
  return 0;
}

int cuStreamDestroy_v2(CudaStreamHandle stream) {
  FAKE_CALL("cuStreamDestroy");
  FAKE_NEEDS_CONTEXT();
  FAKE_NEEDS(live_streams, stream);
  state().live_streams.erase(stream);
  stream->is_destroyed = true;
  --state().control.streams;
  return 0;
}

int cuStreamQuery(CudaStreamHandle stream) {
  FAKE_CALL("cuStreamQuery");
  FAKE_NEEDS(live_streams, stream);
  if (stream->capture) return cuda_result::capture_unsupported;
  advance(stream);
  if (state().control.sticky_code != 0) return state().control.sticky_code;
  return stream->done == stream->submitted ? 0 : 600;
}

int cuStreamSynchronize(CudaStreamHandle stream) {
  FAKE_CALL("cuStreamSynchronize");
  FAKE_NEEDS(live_streams, stream);
  if (stream->capture) return cuda_result::capture_unsupported;
  finish(fake_lock, stream, stream->submitted);
  return state().control.sticky_code;
}

int cuStreamWaitEvent(CudaStreamHandle stream, CudaEventHandle event, unsigned flags) {
  FAKE_CALL("cuStreamWaitEvent", flags);
  FAKE_NEEDS_STREAM(stream);
  FAKE_NEEDS(live_events, event);
  if (event->capture) {
    if (stream->capture && stream->capture != event->capture) return cuda_result::capture_unsupported;
    stream->capture = event->capture;
    for (const auto& [other, number] : event->knows) {
      uint64_t& known = stream->capture->knows[stream][other];
      known = std::max(known, number);
    }
    return 0;
  }
  if (stream->capture) return cuda_result::capture_unsupported;
  if (event->stream) push_wait(stream, event->stream, event->position);
  return 0;
}

int cuEventCreate(CudaEventHandle* event, unsigned flags) {
  FAKE_CALL("cuEventCreate", flags);
  FAKE_NEEDS_CONTEXT();
  *event = new CudaEventTag;
  state().live_events.insert(*event);
  (*event)->context = current();
  (*event)->has_time = !(flags & kCudaEventDisableTiming);
  ++state().control.events;
  return 0;
}

int cuEventDestroy_v2(CudaEventHandle event) {
  FAKE_CALL("cuEventDestroy");
  FAKE_NEEDS(live_events, event);
  state().live_events.erase(event);
  delete event;
  --state().control.events;
  return 0;
}

int cuEventRecord(CudaEventHandle event, CudaStreamHandle stream) {
  FAKE_CALL("cuEventRecord");
  FAKE_NEEDS_STREAM(stream);
  FAKE_NEEDS(live_events, event);
  if (event->context != stream->context) return cuda_result::invalid_handle;
  event->capture = stream->capture;
  if (event->capture) {
    event->knows = event->capture->knows[stream];
    return 0;
  }
  event->time = std::make_shared<uint64_t>(0);
  push(stream, [time = event->time] { *time = state().clock + 1; });
  event->stream = stream;
  event->position = stream->submitted;
  return 0;
}

int cuEventQuery(CudaEventHandle event) {
  FAKE_CALL("cuEventQuery");
  FAKE_NEEDS(live_events, event);
  if (event->capture) return cuda_result::capture_unsupported;
  if (!event->stream || event->stream->done >= event->position) return 0;
  advance(event->stream);
  if (state().control.sticky_code != 0) return state().control.sticky_code;
  return event->stream->done >= event->position ? 0 : 600;
}

int cuEventSynchronize(CudaEventHandle event) {
  FAKE_CALL("cuEventSynchronize");
  FAKE_NEEDS(live_events, event);
  if (event->capture) return cuda_result::capture_unsupported;
  if (event->stream) finish(fake_lock, event->stream, event->position);
  return state().control.sticky_code;
}

int cuEventElapsedTime(float* milliseconds, CudaEventHandle from, CudaEventHandle to) {
  FAKE_CALL("cuEventElapsedTime");
  FAKE_NEEDS(live_events, from);
  FAKE_NEEDS(live_events, to);
  if (!from->has_time || !to->has_time) return cuda_result::invalid_handle;
  if (*from->time == 0 || *to->time == 0) return 600;
  *milliseconds = static_cast<float>(*to->time - *from->time) / 1000;
  return 0;
}

int cuModuleLoadDataEx(CudaModuleHandle* module, const void* image, unsigned options, int* names,
                       void** values) {
  if (options == 2) {
    FAKE_CALL("cuModuleLoadDataEx", options, names[0], names[1], reinterpret_cast<size_t>(values[1]));
  } else {
    FAKE_CALL("cuModuleLoadDataEx", options);
  }
  std::unique_lock lock(state().control.mutex);
  FAKE_NEEDS_CONTEXT();
  const std::string text = static_cast<const char*>(image);
  const auto reject = [&](const std::string& why) {
    for (unsigned k = 0; k + 1 < options; ++k) {
      if (names[k] != kCudaJitErrorLog) continue;
      snprintf(static_cast<char*>(values[k]), reinterpret_cast<size_t>(values[k + 1]), "%s", why.c_str());
    }
    return static_cast<int>(cuda_result::invalid_ptx);
  };
  if (text.find("syntax error") != std::string::npos) return reject(state().control.error_log);
  auto made = std::make_unique<CudaModuleTag>();
  made->context = current();
  // Other images are taken for binaries, without kernels of their own.
  if (text.find(".version") != std::string::npos) {
    std::string why;
    made->ptx = PtxModule::load(text, why);
    if (!made->ptx) return reject(why);
  }
  *module = made.release();
  state().live_modules.insert(*module);
  ++state().control.modules;
  return 0;
}

int cuModuleUnload(CudaModuleHandle module) {
  FAKE_CALL("cuModuleUnload");
  FAKE_NEEDS_CONTEXT();
  FAKE_NEEDS(live_modules, module);
  state().live_modules.erase(module);
  delete module;
  --state().control.modules;
  return 0;
}

int cuModuleGetFunction(CudaFunctionHandle* function, CudaModuleHandle module, const char* name) {
  FAKE_CALL("cuModuleGetFunction", name);
  FAKE_NEEDS(live_modules, module);
  auto made = std::make_unique<CudaFunctionTag>();
  made->name = name;
  auto found = state().control.kernels.find(name);
  if (found != state().control.kernels.end()) {
    made->kernel = found->second;
  } else {
    made->module = module->ptx.get();
    made->ptx = made->module ? made->module->kernel(name) : nullptr;
    if (!made->ptx) return cuda_result::not_found;
  }
  module->functions.push_back(std::move(made));
  *function = module->functions.back().get();
  return 0;
}

int cuModuleGetGlobal_v2(CudaAddress* address, size_t* bytes, CudaModuleHandle module, const char* name) {
  FAKE_CALL("cuModuleGetGlobal", name);
  FAKE_NEEDS(live_modules, module);
  auto found = state().control.globals.find(name);
  std::vector<char>* value = found != state().control.globals.end() ? &found->second
                             : module->ptx                          ? module->ptx->global(name)
                                                                    : nullptr;
  if (!value) return cuda_result::not_found;
  *address = reinterpret_cast<CudaAddress>(value->data());
  *bytes = value->size();
  return 0;
}

int cuFuncGetAttribute(int* value, int attribute, CudaFunctionHandle function) {
  FAKE_CALL("cuFuncGetAttribute", attribute);
  *value = function->ptx ? static_cast<int>(function->module->program().shared_bytes)
                         : function->kernel.static_shared_bytes;
  return 0;
}

int cuFuncSetAttribute(CudaFunctionHandle function, int attribute, int value) {
  FAKE_CALL("cuFuncSetAttribute", attribute, value);
  function->max_dynamic = value;
  return 0;
}

int cuFuncGetParamInfo(CudaFunctionHandle function, size_t index, size_t* offset, size_t* bytes) {
  FAKE_CALL("cuFuncGetParamInfo", index);
  const std::vector<size_t> sizes = function->argument_bytes();
  if (index >= sizes.size()) return cuda_result::invalid_value;
  *offset = 0;
  *bytes = sizes[index];
  return 0;
}

int cuLaunchKernel(CudaFunctionHandle function, unsigned gx, unsigned gy, unsigned gz, unsigned bx,
                   unsigned by, unsigned bz, unsigned shared_bytes, CudaStreamHandle stream, void** arguments,
                   void** extra) {
  FAKE_CALL("cuLaunchKernel", function->name.c_str(), gx, gy, gz, bx, by, bz, shared_bytes, extra);
  FAKE_NEEDS_STREAM(stream);
  if (static_cast<int>(shared_bytes) > function->max_dynamic) return cuda_result::invalid_value;
  if (gx == 0 || gy == 0 || gz == 0 || bx == 0 || by == 0 || bz == 0) return cuda_result::invalid_value;
  if (gx > 0x7fffffff || gy > 65535 || gz > 65535 || bz > 64 || uint64_t{bx} * by * bz > 1024)
    return cuda_result::invalid_value;
  std::vector<std::vector<char>> copies;
  const std::vector<size_t> sizes = function->argument_bytes();
  for (size_t i = 0; i < sizes.size(); ++i) {
    const char* from = static_cast<const char*>(arguments[i]);
    copies.emplace_back(from, from + sizes[i]);
  }
  push(stream, kernel_work(current(), *function, {gx, gy, gz, bx, by, bz}, shared_bytes, std::move(copies)));
  return 0;
}

int cuLaunchHostFunc(CudaStreamHandle stream, void (*function)(void*), void* argument) {
  FAKE_CALL("cuLaunchHostFunc");
  FAKE_NEEDS_STREAM(stream);
  push(stream, [=] { function(argument); });
  return 0;
}

// ---- only for the hand-written programs of the benchmarks

int cuMemAllocAsync(CudaAddress* address, size_t bytes, CudaStreamHandle stream) {
  FAKE_CALL("cuMemAllocAsync", bytes);
  FAKE_NEEDS_STREAM(stream);
  if (stream->capture) return cuda_result::capture_unsupported;
  return allocate(address, bytes, kCudaMemoryDevice, current()->ordinal);
}

int cuMemFreeAsync(CudaAddress address, CudaStreamHandle stream) {
  FAKE_CALL("cuMemFreeAsync");
  FAKE_NEEDS_STREAM(stream);
  if (stream->capture) return cuda_result::capture_unsupported;
  if (!state().blocks.contains(address)) return cuda_result::invalid_value;
  push(stream, [address] {
    std::unique_lock lock(state().control.mutex);
    release(address, false);
  });
  return 0;
}

int cuStreamBeginCapture_v2(CudaStreamHandle stream, int mode) {
  FAKE_CALL("cuStreamBeginCapture", mode);
  FAKE_NEEDS_STREAM(stream);
  if (stream->capture) return cuda_result::capture_unsupported;
  stream->capture = std::make_shared<FakeCapture>();
  stream->capture->origin = stream;
  return 0;
}

int cuStreamEndCapture(CudaStreamHandle stream, FakeGraph** graph) {
  FAKE_CALL("cuStreamEndCapture");
  FAKE_NEEDS_STREAM(stream);
  const std::shared_ptr<FakeCapture> capture = stream->capture;
  if (!capture || capture->origin != stream) return cuda_result::capture_unsupported;
  bool is_joined = true;
  for (const auto& [other, number] : capture->submitted)
    is_joined = is_joined && (other == stream || capture->knows[stream][other] == number);
  for (CudaStreamHandle other : state().live_streams) {
    if (other->capture == capture) other->capture = nullptr;
  }
  if (!is_joined) return cuda_result::capture_unjoined;
  *graph = new FakeGraph{capture->work};
  state().live_graphs.insert(*graph);
  ++state().control.graphs;
  return 0;
}

int cuGraphInstantiateWithFlags(FakeGraph** instance, FakeGraph* graph, unsigned long long flags) {
  FAKE_CALL("cuGraphInstantiate", flags);
  FAKE_NEEDS(live_graphs, graph);
  *instance = new FakeGraph(*graph);
  state().live_graphs.insert(*instance);
  ++state().control.graphs;
  return 0;
}

int cuGraphLaunch(FakeGraph* instance, CudaStreamHandle stream) {
  FAKE_CALL("cuGraphLaunch");
  FAKE_NEEDS_STREAM(stream);
  FAKE_NEEDS(live_graphs, instance);
  push(stream, [work = instance->work] {
    for (const auto& run : work) {
      if (state().control.sticky_code == 0) run();
    }
  });
  return 0;
}

static int destroy_graph(FakeGraph* graph) {
  FAKE_NEEDS(live_graphs, graph);
  state().live_graphs.erase(graph);
  delete graph;
  --state().control.graphs;
  return 0;
}

int cuGraphDestroy(FakeGraph* graph) {
  FAKE_CALL("cuGraphDestroy");
  return destroy_graph(graph);
}

int cuGraphExecDestroy(FakeGraph* instance) {
  FAKE_CALL("cuGraphExecDestroy");
  return destroy_graph(instance);
}

}  // extern "C"
