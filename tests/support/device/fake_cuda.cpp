#include "support/device/fake_cuda.h"

#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <set>

#include "runtime/device/cuda_driver.h"

using palatine::device::CudaAddress;
using palatine::device::CudaContext;
using palatine::device::CudaCopy2D;
using palatine::device::CudaCopy3D;
using palatine::device::CudaCopy3DPeer;
using palatine::device::CudaDeviceId;
using palatine::device::CudaEventHandle;
using palatine::device::CudaFunctionHandle;
using palatine::device::CudaModuleHandle;
using palatine::device::CudaStreamHandle;
using namespace palatine::device;
using namespace palatine::device::testing;

namespace palatine::device {

struct CudaContextTag {
  int ordinal = 0;
  int uses = 0;
  std::set<CudaContext> peers;
};

struct CudaStreamTag {
  struct Work {
    std::function<void()> run;
    // A wait: not done before that point.
    CudaStreamHandle target = nullptr;
    uint64_t position = 0;
  };
  CudaContext context = nullptr;
  std::deque<Work> queue;
  uint64_t submitted = 0;
  uint64_t done = 0;
  bool is_destroyed = false;
};

struct CudaEventTag {
  CudaContext context = nullptr;
  CudaStreamHandle stream = nullptr;
  uint64_t position = 0;
  bool has_time = false;
  std::shared_ptr<uint64_t> time = std::make_shared<uint64_t>(0);
};

struct CudaModuleTag {
  std::vector<std::unique_ptr<CudaFunctionTag>> functions;
};

struct CudaFunctionTag {
  std::string name;
  FakeKernel kernel;
  int max_dynamic = 48 * 1024;
};

}  // namespace palatine::device

namespace {

constexpr int kInvalidContext = 201;
constexpr int kInvalidHandle = 400;
constexpr int kInvalidImage = 218;

struct Block {
  size_t bytes;
  int type;
  int ordinal;
};

struct State {
  FakeCuda control;
  bool is_initialised = false;
  std::vector<CudaContextTag> contexts{16};
  std::map<CudaAddress, Block> blocks;
  // Kept, so that events of destroyed streams stay valid.
  std::vector<std::unique_ptr<CudaStreamTag>> streams;
  std::map<int, uint64_t> used_bytes;
  uint64_t clock = 0;
};

State& state() {
  static State* the_state = new State;
  return *the_state;
}

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
  std::string line = name;
  ((line += " " + text(values)), ...);
  fake.log.push_back(line);
  if (fake.sticky_code != 0) return fake.sticky_code;
  auto fault = fake.faults.find(name);
  if (fault != fake.faults.end() && fault->second.calls_left > 0 && --fault->second.calls_left == 0) {
    return fault->second.code;
  }
  if (!state().is_initialised && std::string_view(name) != "cuInit") return 3;
  return 0;
}

CudaContext current() {
  return context_stack.empty() ? nullptr : context_stack.back();
}

// Does the next operation; false when it waits or there is none.
bool advance(CudaStreamHandle stream) {
  if (stream->queue.empty()) return false;
  CudaStreamTag::Work work = stream->queue.front();
  if (work.target && work.target->done < work.position) return false;
  stream->queue.pop_front();
  if (work.run) work.run();
  ++stream->done;
  ++state().clock;
  return true;
}

void finish(CudaStreamHandle stream, uint64_t position) {
  while (stream->done < position && !stream->queue.empty()) {
    CudaStreamTag::Work& head = stream->queue.front();
    if (head.target) finish(head.target, head.position);
    if (!advance(stream)) return;
  }
}

void push(CudaStreamHandle stream, std::function<void()> run) {
  stream->queue.push_back({std::move(run)});
  ++stream->submitted;
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
// be anything.
bool knows(int type, CudaAddress address) {
  if (type == kCudaMemoryHost) return true;
  auto block = state().blocks.upper_bound(address);
  if (block == state().blocks.begin()) return false;
  --block;
  return address < block->first + block->second.bytes &&
         (type != kCudaMemoryDevice || block->second.type == kCudaMemoryDevice);
}

int copy_3d(const auto& copy, CudaStreamHandle stream) {
  if (!knows(copy.src_type, copy.src_address) || !knows(copy.dst_type, copy.dst_address)) return 1;
  if (copy.height > 1 && (copy.src_pitch < copy.width_bytes || copy.dst_pitch < copy.width_bytes)) return 1;
  if (copy.depth > 1 && (copy.src_height < copy.height || copy.dst_height < copy.height)) return 1;
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
  if (dst % sizeof(T) != 0 || !knows(kCudaMemoryUnified, dst)) return 1;
  push(stream, [=] {
    for (size_t i = 0; i < count; ++i)
      std::memcpy(reinterpret_cast<void*>(dst + i * sizeof(T)), &value, sizeof(T));
  });
  return 0;
}

int allocate(CudaAddress* address, size_t bytes, int type, int ordinal) {
  if (bytes == 0) return 1;
  if (type == kCudaMemoryDevice && state().used_bytes[ordinal] + bytes > state().control.memory_bytes)
    return 2;
  uint64_t shift = type == kCudaMemoryDevice ? state().control.misalignment : 0;
  void* block = nullptr;
  if (posix_memalign(&block, 256, bytes + shift) != 0) return 2;
  *address = reinterpret_cast<CudaAddress>(block) + shift;
  state().blocks[*address] = {bytes, type, ordinal};
  if (type == kCudaMemoryDevice) state().used_bytes[ordinal] += bytes;
  ++state().control.blocks;
  return 0;
}

int release(CudaAddress address, bool is_pinned) {
  auto block = state().blocks.find(address);
  if (block == state().blocks.end() || (block->second.type == kCudaMemoryHost) != is_pinned) return 1;
  if (block->second.type == kCudaMemoryDevice)
    state().used_bytes[block->second.ordinal] -= block->second.bytes;
  std::free(reinterpret_cast<void*>(address / 256 * 256));
  state().blocks.erase(block);
  --state().control.blocks;
  return 0;
}

}  // namespace

namespace {

void clear(FakeCuda& fake) {
  std::unique_lock lock(fake.mutex);
  fake.log.clear();
  fake.faults.clear();
  fake.attributes.clear();
  fake.kernels.clear();
  fake.globals.clear();
  fake.sticky_code = 0;
  fake.device_count = 2;
  fake.memory_bytes = 64 << 20;
  fake.has_peer_access = true;
  fake.misalignment = 0;
  fake.contexts = fake.streams = fake.events = fake.modules = 0;
  for (auto& [address, block] : state().blocks) std::free(reinterpret_cast<void*>(address / 256 * 256));
  fake.blocks = 0;
  state().blocks.clear();
  state().used_bytes.clear();
  for (CudaContextTag& context : state().contexts) context = {};
}

}  // namespace

// Locks, writes the call down and returns the code that was ordered, if any.
#define FAKE_CALL(...)                               \
  std::unique_lock fake_lock(state().control.mutex); \
  if (int fake_code = enter(__VA_ARGS__)) return fake_code
#define FAKE_NEEDS_CONTEXT() \
  if (!current()) return kInvalidContext

extern "C" {

FakeCuda* fake_cuda_control() {
  state().control.clear = clear;
  return &state().control;
}

int cuInit(unsigned flags) {
  FAKE_CALL("cuInit", flags);
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
  static const std::map<int, int> kValues = {{1, 1024}, {8, 49152}, {10, 32}, {11, 2147483647},
                                             {16, 132}, {40, 3},    {41, 1},  {75, 9},
                                             {76, 0},   {83, 1},    {89, 1},  {97, 232448}};
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
  if (--state().contexts[static_cast<size_t>(device - 70)].uses == 0) --state().control.contexts;
  return 0;
}

int cuCtxGetCurrent(CudaContext* context) {
  *context = current();
  return 0;
}

int cuCtxPushCurrent_v2(CudaContext context) {
  FAKE_CALL("cuCtxPushCurrent");
  context_stack.push_back(context);
  return 0;
}

int cuCtxPopCurrent_v2(CudaContext* context) {
  if (context_stack.empty()) return kInvalidContext;
  *context = context_stack.back();
  context_stack.pop_back();
  return 0;
}

int cuCtxSynchronize() {
  FAKE_CALL("cuCtxSynchronize");
  FAKE_NEEDS_CONTEXT();
  for (size_t i = 0; i < state().streams.size(); ++i) {
    CudaStreamHandle stream = state().streams[i].get();
    if (stream->context == current()) finish(stream, stream->submitted);
  }
  return 0;
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

int cuPointerGetAttribute(void* value, int attribute, CudaAddress address) {
  FAKE_CALL("cuPointerGetAttribute", attribute);
  auto block = state().blocks.upper_bound(address);
  if (block == state().blocks.begin()) return 1;
  --block;
  if (address >= block->first + block->second.bytes) return 1;
  // Managed memory counts as the device's.
  int type = block->second.type == kCudaMemoryHost ? kCudaMemoryHost : kCudaMemoryDevice;
  int result = attribute == 2 ? type : block->second.ordinal;
  std::memcpy(value, &result, sizeof result);
  return 0;
}

int cuMemcpyAsync(CudaAddress dst, CudaAddress src, size_t bytes, CudaStreamHandle stream) {
  FAKE_CALL("cuMemcpyAsync", bytes);
  push(stream,
       [=] { std::memmove(reinterpret_cast<void*>(dst), reinterpret_cast<const void*>(src), bytes); });
  return 0;
}

int cuMemcpy2DAsync_v2(const CudaCopy2D* copy, CudaStreamHandle stream) {
  FAKE_CALL("cuMemcpy2DAsync", copy->src_type, copy->src_pitch, copy->dst_type, copy->dst_pitch,
            copy->width_bytes, copy->height);
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
  return copy_3d(*copy, stream);
}

int cuMemcpy3DPeerAsync(const CudaCopy3DPeer* copy, CudaStreamHandle stream) {
  FAKE_CALL("cuMemcpy3DPeerAsync", copy->src_context->ordinal, copy->src_pitch, copy->src_height,
            copy->dst_context->ordinal, copy->dst_pitch, copy->dst_height, copy->width_bytes, copy->height,
            copy->depth);
  return copy_3d(*copy, stream);
}

int cuMemsetD8Async(CudaAddress dst, unsigned char value, size_t count, CudaStreamHandle stream) {
  FAKE_CALL("cuMemsetD8Async", static_cast<int>(value), count);
  return set(dst, value, count, stream);
}

int cuMemsetD16Async(CudaAddress dst, unsigned short value, size_t count, CudaStreamHandle stream) {
  FAKE_CALL("cuMemsetD16Async", static_cast<int>(value), count);
  return set(dst, value, count, stream);
}

int cuMemsetD32Async(CudaAddress dst, unsigned value, size_t count, CudaStreamHandle stream) {
  FAKE_CALL("cuMemsetD32Async", value, count);
  return set(dst, value, count, stream);
}

int cuStreamCreateWithPriority(CudaStreamHandle* stream, unsigned flags, int priority) {
  FAKE_CALL("cuStreamCreateWithPriority", flags, priority);
  FAKE_NEEDS_CONTEXT();
  state().streams.push_back(std::make_unique<CudaStreamTag>());
  *stream = state().streams.back().get();
  (*stream)->context = current();
  ++state().control.streams;
  return 0;
}

int cuStreamDestroy_v2(CudaStreamHandle stream) {
  FAKE_CALL("cuStreamDestroy");
  if (stream->is_destroyed) return kInvalidHandle;
  stream->is_destroyed = true;
  --state().control.streams;
  return 0;
}

int cuStreamQuery(CudaStreamHandle stream) {
  FAKE_CALL("cuStreamQuery");
  advance(stream);
  return stream->done == stream->submitted ? 0 : 600;
}

int cuStreamSynchronize(CudaStreamHandle stream) {
  FAKE_CALL("cuStreamSynchronize");
  finish(stream, stream->submitted);
  return 0;
}

int cuStreamWaitEvent(CudaStreamHandle stream, CudaEventHandle event, unsigned flags) {
  FAKE_CALL("cuStreamWaitEvent", flags);
  stream->queue.push_back({nullptr, event->stream, event->position});
  ++stream->submitted;
  return 0;
}

int cuEventCreate(CudaEventHandle* event, unsigned flags) {
  FAKE_CALL("cuEventCreate", flags);
  FAKE_NEEDS_CONTEXT();
  *event = new CudaEventTag;
  (*event)->context = current();
  (*event)->has_time = !(flags & kCudaEventDisableTiming);
  ++state().control.events;
  return 0;
}

int cuEventDestroy_v2(CudaEventHandle event) {
  FAKE_CALL("cuEventDestroy");
  delete event;
  --state().control.events;
  return 0;
}

int cuEventRecord(CudaEventHandle event, CudaStreamHandle stream) {
  FAKE_CALL("cuEventRecord");
  if (event->context != stream->context) return kInvalidHandle;
  event->time = std::make_shared<uint64_t>(0);
  push(stream, [time = event->time] { *time = state().clock + 1; });
  event->stream = stream;
  event->position = stream->submitted;
  return 0;
}

int cuEventQuery(CudaEventHandle event) {
  FAKE_CALL("cuEventQuery");
  if (!event->stream || event->stream->done >= event->position) return 0;
  advance(event->stream);
  return event->stream->done >= event->position ? 0 : 600;
}

int cuEventSynchronize(CudaEventHandle event) {
  FAKE_CALL("cuEventSynchronize");
  if (event->stream) finish(event->stream, event->position);
  return 0;
}

int cuEventElapsedTime(float* milliseconds, CudaEventHandle from, CudaEventHandle to) {
  FAKE_CALL("cuEventElapsedTime");
  if (!from->has_time || !to->has_time) return kInvalidHandle;
  if (*from->time == 0 || *to->time == 0) return 600;
  *milliseconds = static_cast<float>(*to->time - *from->time) / 1000;
  return 0;
}

int cuModuleLoadDataEx(CudaModuleHandle* module, const void* image, unsigned options, int* names,
                       void** values) {
  FAKE_CALL("cuModuleLoadDataEx", options, names[0], names[1], reinterpret_cast<size_t>(values[1]));
  FAKE_NEEDS_CONTEXT();
  if (std::string_view(static_cast<const char*>(image)).find("syntax error") != std::string_view::npos) {
    snprintf(static_cast<char*>(values[0]), reinterpret_cast<size_t>(values[1]), "%s",
             state().control.error_log.c_str());
    return kInvalidImage;
  }
  *module = new CudaModuleTag;
  ++state().control.modules;
  return 0;
}

int cuModuleUnload(CudaModuleHandle module) {
  FAKE_CALL("cuModuleUnload");
  delete module;
  --state().control.modules;
  return 0;
}

int cuModuleGetFunction(CudaFunctionHandle* function, CudaModuleHandle module, const char* name) {
  FAKE_CALL("cuModuleGetFunction", name);
  auto found = state().control.kernels.find(name);
  if (found == state().control.kernels.end()) return 500;
  module->functions.push_back(std::make_unique<CudaFunctionTag>(CudaFunctionTag{name, found->second}));
  *function = module->functions.back().get();
  return 0;
}

int cuModuleGetGlobal_v2(CudaAddress* address, size_t* bytes, CudaModuleHandle module, const char* name) {
  FAKE_CALL("cuModuleGetGlobal", name);
  auto found = state().control.globals.find(name);
  if (found == state().control.globals.end()) return 500;
  *address = reinterpret_cast<CudaAddress>(found->second.data());
  *bytes = found->second.size();
  return 0;
}

int cuFuncGetAttribute(int* value, int attribute, CudaFunctionHandle function) {
  FAKE_CALL("cuFuncGetAttribute", attribute);
  *value = function->kernel.static_shared_bytes;
  return 0;
}

int cuFuncSetAttribute(CudaFunctionHandle function, int attribute, int value) {
  FAKE_CALL("cuFuncSetAttribute", attribute, value);
  function->max_dynamic = value;
  return 0;
}

int cuFuncGetParamInfo(CudaFunctionHandle function, size_t index, size_t* offset, size_t* bytes) {
  FAKE_CALL("cuFuncGetParamInfo", index);
  if (index >= function->kernel.argument_bytes.size()) return 1;
  *offset = 0;
  *bytes = function->kernel.argument_bytes[index];
  return 0;
}

int cuLaunchKernel(CudaFunctionHandle function, unsigned gx, unsigned gy, unsigned gz, unsigned bx,
                   unsigned by, unsigned bz, unsigned shared_bytes, CudaStreamHandle stream, void** arguments,
                   void** extra) {
  FAKE_CALL("cuLaunchKernel", function->name.c_str(), gx, gy, gz, bx, by, bz, shared_bytes, extra);
  if (static_cast<int>(shared_bytes) > function->max_dynamic) return 1;
  std::vector<std::vector<char>> copies;
  for (size_t i = 0; i < function->kernel.argument_bytes.size(); ++i) {
    const char* from = static_cast<const char*>(arguments[i]);
    copies.emplace_back(from, from + function->kernel.argument_bytes[i]);
  }
  push(stream, [=, kernel = function->kernel]() mutable {
    std::vector<void*> pointers;
    for (auto& copy : copies) pointers.push_back(copy.data());
    uint32_t w[12] = {gx, gy, gz, bx, by, bz, 0, 0, 0, 0, 0, 0};
    for (w[8] = 0; w[8] < gz; ++w[8]) {
      for (w[7] = 0; w[7] < gy; ++w[7]) {
        for (w[6] = 0; w[6] < gx; ++w[6]) {
          std::vector<char> shared(shared_bytes);
          for (w[11] = 0; w[11] < bz; ++w[11]) {
            for (w[10] = 0; w[10] < by; ++w[10]) {
              for (w[9] = 0; w[9] < bx; ++w[9]) kernel.run(w, shared.data(), pointers.data());
            }
          }
        }
      }
    }
  });
  return 0;
}

int cuLaunchHostFunc(CudaStreamHandle stream, void (*function)(void*), void* argument) {
  FAKE_CALL("cuLaunchHostFunc");
  push(stream, [=] { function(argument); });
  return 0;
}

}  // extern "C"
