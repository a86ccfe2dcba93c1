#include "runtime/device/software_kernel.h"

#include <cstring>

namespace palatine::device {

SoftwareModule::SoftwareModule(Device& device, const ModuleSource& source)
    : device_(device), name_(source.name) {
  for (const HostKernelEntry& entry : source.host_kernels) {
    kernels_[entry.name] = std::make_unique<SoftwareKernel>(device, entry.name, entry.function);
  }
}

Result<Kernel*> SoftwareModule::kernel(std::string_view name) {
  auto found = kernels_.find(name);
  if (found != kernels_.end()) return static_cast<Kernel*>(found->second.get());
  return Status::error(StatusCode::not_found, "module `" + name_ + "` on " + device_.describe() +
                                                  " has no kernel `" + std::string(name) + "`");
}

Result<Module::Global> SoftwareModule::global(std::string_view name) {
  return Status::error(StatusCode::not_found, "module `" + name_ + "` on " + device_.describe() +
                                                  " has no global `" + std::string(name) + "`");
}

Result<std::unique_ptr<Module>> SoftwareDevice::load_module(const ModuleSource& source) {
  if (Status status = check(SimulatedCall::load_module); !status.ok()) return status;
  if (source.host_kernels.empty()) {
    return Status::error(
        StatusCode::not_supported,
        "module `" + source.name + "` has no host functions, which " + describe() + " needs");
  }
  for (const HostKernelEntry& entry : source.host_kernels) {
    if (!entry.function) {
      return Status::error(StatusCode::invalid_argument,
                           "kernel `" + entry.name + "` of module `" + source.name + "` is null");
    }
  }
  return std::unique_ptr<Module>(std::make_unique<SoftwareModule>(*this, source));
}

namespace {

constexpr size_t kArgumentAlignment = 16;

struct alignas(kArgumentAlignment) ArgumentUnit {
  char bytes[kArgumentAlignment];
};

struct LaunchPayload final : Payload {
  HostKernel function;
  LaunchShape shape;
  std::vector<ArgumentUnit> storage;
  std::vector<void*> arguments;

  void run() override {
    std::vector<ArgumentUnit> shared((shape.shared_bytes + kArgumentAlignment - 1) / kArgumentAlignment);
    HostKernelPoint point;
    point.grid = shape.grid;
    point.block = shape.block;
    point.shared = shared.data();
    Dim3& block = point.block_index;
    for (block.z = 0; block.z < shape.grid.z; ++block.z) {
      for (block.y = 0; block.y < shape.grid.y; ++block.y) {
        for (block.x = 0; block.x < shape.grid.x; ++block.x) {
          if (!shared.empty()) std::memset(shared.data(), 0, shared.size() * sizeof(ArgumentUnit));
          run_block(point);
        }
      }
    }
  }

  void run_block(HostKernelPoint& point) {
    Dim3& thread = point.thread_index;
    for (thread.z = 0; thread.z < shape.block.z; ++thread.z) {
      for (thread.y = 0; thread.y < shape.block.y; ++thread.y) {
        for (thread.x = 0; thread.x < shape.block.x; ++thread.x) function(point, arguments.data());
      }
    }
  }
};

}  // namespace

Operation launch_operation(const Kernel& kernel, const LaunchShape& shape,
                           std::span<const KernelArgument> arguments) {
  auto launch = std::make_unique<LaunchPayload>();
  launch->function = static_cast<const SoftwareKernel&>(kernel).function();
  launch->shape = shape;
  size_t units = 0;
  for (const KernelArgument& argument : arguments) {
    units += (argument.size_bytes + kArgumentAlignment - 1) / kArgumentAlignment;
  }
  launch->storage.resize(units);
  units = 0;
  for (const KernelArgument& argument : arguments) {
    launch->arguments.push_back(launch->storage.data() + units);
    if (argument.size_bytes > 0) std::memcpy(launch->arguments.back(), argument.data, argument.size_bytes);
    units += (argument.size_bytes + kArgumentAlignment - 1) / kArgumentAlignment;
  }
  Operation operation;
  operation.kind = OperationKind::launch;
  operation.size =
      uint64_t{shape.grid.x} * shape.grid.y * shape.grid.z * shape.block.x * shape.block.y * shape.block.z;
  operation.payload = std::move(launch);
  return operation;
}

}  // namespace palatine::device
