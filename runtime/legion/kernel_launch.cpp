#include "runtime/legion/kernel_launch.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>
#include <map>
#include <string>

#include "runtime/legion/context.h"
#include "runtime/legion/gpu/gpu_context.h"
#include "runtime/legion/gpu/gpus.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion {

namespace {

struct Registry {
  std::mutex mutex;
  std::map<device::Device*, std::unique_ptr<DeviceKernels>> devices;
};
Registry& registry() {
  static auto* instance = new Registry;
  return *instance;
}

// Small pieces come from blocks of this size.
constexpr uint64_t kBlockBytes = 64 << 10;

// The newest that the device can run; null when it needs PTX.
const api::NativeKernels* native_for(const api::KernelImages& images,
                                     const device::DeviceProperties& properties) {
  const auto major = static_cast<uint32_t>(properties.capability_major);
  const auto capability = 10 * major + static_cast<uint32_t>(properties.capability_minor);
  const api::NativeKernels* best = nullptr;
  for (uint64_t k = 0; k < images.native_count; ++k) {
    const api::NativeKernels& native = images.native[k];
    const bool fits = native.is_exact ? native.capability == capability
                                      : native.capability / 10 == major && native.capability <= capability;
    if (fits && (!best || native.capability > best->capability)) best = &native;
  }
  return best;
}

}  // namespace

DeviceKernels::DeviceKernels(device::Device& device)
    : device_(device), runs_host_functions_(device.platform().name() != "cuda") {
  memory_ = device.memory(device::MemoryKind::pinned);
  if (!memory_) memory_ = device.memory(device::MemoryKind::host);
}

DeviceKernels::~DeviceKernels() {
  for (auto& used : used_) used.clear();
  for (const auto& [memory, size_bytes] : blocks_) memory_->free(memory, size_bytes).ignore();
}

device::Result<std::unique_ptr<device::Module>> DeviceKernels::load(const api::KernelDesc& desc) {
  const std::string name = desc.module->name;
  const api::KernelImages& images = *desc.module->images;
  if (runs_host_functions_) {
    const device::HostKernelEntry entry{desc.name, desc.host};
    return device_.load_module({name, {}, {&entry, 1}});
  }
  if (const api::NativeKernels* native = native_for(images, device_.properties())) {
    auto loaded = device_.load_module({name, {native->bytes, native->size_bytes}, {}});
    // A driver that is older than the toolkit may not know the format.
    if (loaded.ok()) return loaded;
  }
  const std::string_view ptx = images.ptx;
  if (ptx.empty()) return device::Status::error(device::StatusCode::not_supported, images.problem);
  return device_.load_module({name, ptx, {}});
}

device::Result<device::Kernel*> DeviceKernels::kernel(const api::KernelDesc& desc) {
  std::lock_guard lock(mutex_);
  const auto known = kernels_.find(&desc);
  if (known != kernels_.end()) return known->second;
  // On devices of the process each kernel is a module of its own.
  const void* key = runs_host_functions_ ? static_cast<const void*>(&desc) : desc.module;
  std::unique_ptr<device::Module>& module = modules_[key];
  if (!module) {
    device::Result<std::unique_ptr<device::Module>> loaded = load(desc);
    if (!loaded.ok()) return loaded.status();
    module = loaded.take();
  }
  device::Result<device::Kernel*> kernel = module->kernel(desc.name);
  if (kernel.ok()) kernels_[&desc] = kernel.value();
  return kernel;
}

int DeviceKernels::class_of(uint64_t size_bytes) {
  return size_bytes <= 64 ? 0 : std::bit_width(size_bytes - 1) - 6;
}

device::Result<void*> DeviceKernels::take(uint64_t size_bytes) {
  const int size_class = class_of(size_bytes);
  const uint64_t bytes = class_bytes(size_class);
  std::lock_guard lock(mutex_);
  auto& free = free_[static_cast<size_t>(size_class)];
  auto& used = used_[static_cast<size_t>(size_class)];
  for (size_t k = 0; free.empty() && k < used.size(); ++k) {
    const device::Result<bool> passed = used[k].passed->query();
    if (!passed.ok()) return passed.status();
    if (!passed.value()) continue;
    free.push_back(used[k].memory);
    used[k] = std::move(used.back());
    used.pop_back();
  }
  if (free.empty()) {
    const uint64_t block_bytes = std::max(bytes, kBlockBytes);
    device::Result<void*> block = memory_->allocate(block_bytes);
    if (!block.ok()) return block.status();
    blocks_.emplace_back(block.value(), block_bytes);
    for (uint64_t at = 0; at + bytes <= block_bytes; at += bytes)
      free.push_back(static_cast<char*>(block.value()) + at);
  }
  void* memory = free.back();
  free.pop_back();
  return memory;
}

void DeviceKernels::give_back(void* memory, uint64_t size_bytes, device::Stream& stream) {
  auto event = device_.create_event();
  // A lost device uses nothing any more; what it was is found out elsewhere.
  if (!event.ok() || !stream.record(*event.value()).ok()) return;
  std::lock_guard lock(mutex_);
  used_[static_cast<size_t>(class_of(size_bytes))].push_back({memory, event.take()});
}

void DeviceKernels::give_back(void* memory, uint64_t size_bytes) {
  std::lock_guard lock(mutex_);
  free_[static_cast<size_t>(class_of(size_bytes))].push_back(memory);
}

DeviceKernels& kernels_of(device::Device& device) {
  Registry& all = registry();
  std::lock_guard lock(all.mutex);
  std::unique_ptr<DeviceKernels>& kernels = all.devices[&device];
  if (!kernels) kernels = std::make_unique<DeviceKernels>(device);
  return *kernels;
}

// Programs with kernels link this file, and tell the devices of the run.
[[maybe_unused]] static const bool is_told = [] {
  gpu::device_ends = &forget_kernels;
  return true;
}();

void forget_kernels(device::Device& device) {
  Registry& all = registry();
  std::lock_guard lock(all.mutex);
  all.devices.erase(&device);
}

}  // namespace palatine::legion

namespace palatine::api {

using legion::DeviceKernels;
using legion::kernels_of;

static_assert(sizeof(KernelPoint) == sizeof(device::HostKernelPoint) &&
              offsetof(KernelPoint, block_index) == offsetof(device::HostKernelPoint, block_index) &&
              offsetof(KernelPoint, shared) == offsetof(device::HostKernelPoint, shared));

namespace {

// Host memory for copies, or the end of the program.
void* take(Context& context, DeviceKernels& kernels, uint64_t size_bytes) {
  device::Result<void*> memory = kernels.take(size_bytes);
  legion::gpu::check(context, memory.status(), "cannot take host memory for copies");
  return memory.value();
}

device::Dim3 dimensions(const KernelDim& dim) {
  return {dim.x, dim.y, dim.z};
}

}  // namespace

void launch_kernel(Context& context, const KernelDesc& desc, const KernelDim& grid, const KernelDim& block,
                   const void* arguments, uint32_t size_bytes, uint32_t shared_bytes) {
  DeviceKernels& kernels = kernels_of(legion::gpu::stream_of(context).device());
  const auto check = [&](const device::Status& status, const char* what) {
    if (status.ok()) [[likely]]
      return;
    const std::string text = std::string(what) + " the kernel of the loop at " +
                             (desc.loc.file ? desc.loc.file : "?") + ":" + std::to_string(desc.loc.line);
    legion::gpu::check(context, status, text.c_str());
  };
  const device::Result<device::Kernel*> kernel = kernels.kernel(desc);
  check(kernel.status(), "cannot load");
  device::LaunchShape shape{dimensions(grid), dimensions(block), shared_bytes};
  if (kernels.runs_host_functions()) shape.block = {};
  device::KernelArgument argument{arguments, size_bytes};
  const void* address = nullptr;
  if (desc.takes_address) {
    address = kernel_upload(context, arguments, size_bytes);
    argument = device::argument(address);
  }
  check(legion::gpu::stream_of(context).launch(*kernel.value(), shape, {&argument, 1}), "cannot launch");
}

void* kernel_memory(Context& context, uint64_t size_bytes) {
  return legion::gpu::scratch(context, size_bytes);
}

void kernel_clear(Context& context, void* memory, uint64_t size_bytes) {
  const char zero = 0;
  legion::gpu::check(context, legion::gpu::stream_of(context).fill(memory, &zero, 1, size_bytes),
                     "cannot clear memory");
}

const void* kernel_upload(Context& context, const void* bytes, uint64_t size_bytes) {
  if (size_bytes == 0) return nullptr;
  void* const memory = kernel_memory(context, size_bytes);
  device::Stream& stream = legion::gpu::stream_of(context);
  DeviceKernels& kernels = kernels_of(stream.device());
  void* const staged = take(context, kernels, size_bytes);
  memcpy(staged, bytes, size_bytes);
  legion::gpu::check(context, stream.copy(memory, staged, size_bytes), "cannot copy to the device");
  // A graph copies again each time.
  if (!legion::gpu::keep(context, [&kernels, staged, size_bytes] { kernels.give_back(staged, size_bytes); }))
    kernels.give_back(staged, size_bytes, stream);
  return memory;
}

const void* kernel_download(Context& context, const void* device_bytes, uint64_t size_bytes) {
  device::Stream& stream = legion::gpu::stream_of(context);
  void* const staged = take(context, kernels_of(stream.device()), size_bytes);
  legion::gpu::check(context, stream.copy(staged, device_bytes, size_bytes), "cannot copy from the device");
  return staged;
}

void kernel_release(Context& context, const void* downloaded, uint64_t size_bytes) {
  device::Stream& stream = legion::gpu::stream_of(context);
  kernels_of(stream.device()).give_back(const_cast<void*>(downloaded), size_bytes, stream);
}

void kernel_wait(Context& context) {
  legion::gpu::wait_for_stream(context);
}

namespace {

// Looks at what kernels report, behind them on the stream.
struct FaultWatch {
  const KernelDesc* kernel;
  KernelFault* fault;
};

}  // namespace

KernelFault* kernel_fault_of(Context& context) {
  device::Stream& stream = legion::gpu::stream_of(context);
  DeviceKernels& kernels = kernels_of(stream.device());
  auto* const fault = static_cast<KernelFault*>(take(context, kernels, sizeof(KernelFault)));
  *fault = {};
  return fault;
}

void kernel_check(Context& context, const KernelDesc& desc, KernelFault* fault) {
  device::Stream& stream = legion::gpu::stream_of(context);
  DeviceKernels& kernels = kernels_of(stream.device());
  const auto look = [](void* argument) {
    const std::unique_ptr<FaultWatch> watch(static_cast<FaultWatch*>(argument));
    if (watch->fault->state != 0) kernel_failed(*watch->kernel, *watch->fault);
  };
  legion::gpu::check(context, stream.call(look, new FaultWatch{&desc, fault}),
                     "cannot check what kernels report");
  kernels.give_back(fault, sizeof(KernelFault), stream);
}

void kernel_failed(const KernelDesc& kernel, const KernelFault& fault) {
  std::string index;
  for (int d = 0; d < fault.dim; ++d) index += (d == 0 ? "" : ", ") + std::to_string(fault.index[d]);
  if (fault.dim > 1) index = "{" + index + "}";
  const KernelSite& site = kernel.sites[fault.site];
  realm::fatal_error("%s:%u: %s (task `%s`, index %s)", site.loc.file, site.loc.line, site.message,
                     kernel.task_name, index.c_str());
}

}  // namespace palatine::api
