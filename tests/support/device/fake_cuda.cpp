// The fake driver's start, devices and contexts.
#include "support/device/fake_cuda.h"

#include <sys/mman.h>

#include <cstdlib>

#include "support/device/fake_cuda_call.h"

using namespace palatine::device;
using namespace palatine::device::testing;

std::vector<CudaContext>& palatine::device::testing::context_stack() {
  thread_local std::vector<CudaContext> stack;
  return stack;
}

namespace {

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

// `NAME:NUMBER[:CODE]`, separated by commas.
void order_faults(const char* orders) {
  std::string rest = orders ? orders : "";
  while (!rest.empty()) {
    const std::string order = rest.substr(0, rest.find(','));
    rest.erase(0, order.size() + 1);
    const size_t number = order.find(':'), code = order.find(':', number + 1);
    if (number == std::string::npos) continue;
    FakeFault& fault = state().control.faults[order.substr(0, number)];
    fault.calls_left = std::atoi(order.c_str() + number + 1);
    fault.code = code == std::string::npos ? 999 : std::atoi(order.c_str() + code + 1);
  }
}

}  // namespace

extern "C" {

FakeCuda* fake_cuda_control() {
  state().control.clear = clear;
  return &state().control;
}

int cuInit(unsigned flags) {
  if (const char* orders = std::getenv("PALATINE_FAKE_CUDA_FAIL")) {
    std::unique_lock lock(state().control.mutex);
    if (state().control.calls.empty()) order_faults(orders);
  }
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

int cuDeviceGetUuid_v2(char* uuid, CudaDeviceId device) {
  FAKE_CALL("cuDeviceGetUuid", device);
  for (int k = 0; k < 16; ++k) uuid[k] = static_cast<char>(device + k);
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
  static const std::map<int, int> kValues = {{1, 1024}, {8, 49152}, {10, 32},     {11, 2147483647}, {16, 132},
                                             {40, 3},   {41, 1},    {75, 9},      {76, 0},          {83, 1},
                                             {88, 0},   {89, 1},    {97, 232448}, {102, 1}};
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

int cuCtxSetCurrent(CudaContext context) {
  FAKE_CALL("cuCtxSetCurrent");
  if (!context || context->uses == 0) return cuda_result::invalid_context;
  if (!context_stack().empty()) context_stack().pop_back();
  context_stack().push_back(context);
  return 0;
}

int cuCtxPushCurrent_v2(CudaContext context) {
  FAKE_CALL("cuCtxPushCurrent");
  if (!context || context->uses == 0) return cuda_result::invalid_context;
  // Nobody nests that deep: what is pushed is not popped.
  if (context_stack().size() > 8) return cuda_result::invalid_context;
  context_stack().push_back(context);
  return 0;
}

int cuCtxPopCurrent_v2(CudaContext* context) {
  if (context_stack().empty()) return cuda_result::invalid_context;
  *context = context_stack().back();
  context_stack().pop_back();
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

}  // extern "C"
