// Kernels that are host functions.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "runtime/device/software_device.h"

namespace palatine::device {

class SoftwareKernel final : public Kernel {
 public:
  SoftwareKernel(Device& device, std::string name, HostKernel function)
      : Kernel(device, std::move(name)), function_(function) {}
  HostKernel function() const { return function_; }

 private:
  const HostKernel function_;
};

class SoftwareModule final : public Module {
 public:
  SoftwareModule(Device& device, const ModuleSource& source);
  Result<Kernel*> kernel(std::string_view name) override;
  Result<Global> global(std::string_view name) override;

 private:
  Device& device_;
  const std::string name_;
  std::map<std::string, std::unique_ptr<SoftwareKernel>, std::less<>> kernels_;
};

// A launch with copies of its arguments.
Operation launch_operation(const Kernel& kernel, const LaunchShape& shape,
                           std::span<const KernelArgument> arguments);

}  // namespace palatine::device
