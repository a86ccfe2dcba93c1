#include <cstring>

#include "runtime/device/arguments.h"
#include "runtime/device/cuda_device.h"

namespace palatine::device {

// Of the compiler's messages about PTX that it rejects.
constexpr size_t kErrorLogBytes = 4096;

Result<std::unique_ptr<Module>> CudaDevice::load_module(const ModuleSource& source) {
  if (source.image.empty()) {
    return Status::error(StatusCode::not_supported,
                         "module `" + source.name + "` has no PTX or cubin, which " + describe() + " needs");
  }
  CudaScope scope(*this);
  if (!scope.status().ok()) return scope.status();
  // PTX ends with a zero byte, which the caller may not have; binary images know their size.
  std::string image(source.image);
  std::string log(kErrorLogBytes, '\0');
  int names[] = {kCudaJitErrorLog, kCudaJitErrorLogBytes};
  void* values[] = {log.data(), reinterpret_cast<void*>(log.size())};
  CudaModuleHandle handle = nullptr;
  int code = driver_.cuModuleLoadDataEx(&handle, image.c_str(), 2, names, values);
  if (code == 0) {
    return std::unique_ptr<Module>(std::make_unique<CudaModule>(*this, source.name, handle));
  }
  log.resize(strnlen(log.data(), log.size()));
  Status status =
      error("cuModuleLoadDataEx",
            "of module `" + source.name + "` (" + std::to_string(source.image.size()) + " bytes)", code);
  if (log.empty()) return status;
  return Status::error(status.code(), status.message() + "\n" + log, code);
}

CudaModule::~CudaModule() {
  CudaScope scope(device_);
  // Of a lost device nothing is left to unload, and nobody can do anything about another error.
  if (scope.status().ok()) device_.driver().cuModuleUnload(handle_);
}

Result<Kernel*> CudaModule::kernel(std::string_view name) {
  std::unique_lock lock(mutex_);
  auto found = kernels_.find(name);
  if (found != kernels_.end()) return static_cast<Kernel*>(found->second.get());
  CudaScope scope(device_);
  if (!scope.status().ok()) return scope.status();
  std::string text(name);
  CudaFunctionHandle handle = nullptr;
  PALATINE_CUDA_TRY(device_, cuModuleGetFunction, "of kernel `" + text + "` of module `" + name_ + "`",
                    &handle, handle_, text.c_str());
  int shared_bytes = 0;
  PALATINE_CUDA_TRY(device_, cuFuncGetAttribute, "of kernel `" + text + "`", &shared_bytes,
                    kCudaFunctionSharedBytes, handle);
  std::vector<size_t> argument_bytes;
  bool knows_arguments = device_.driver().cuFuncGetParamInfo != nullptr;
  while (knows_arguments) {
    size_t offset = 0, bytes = 0;
    int code = device_.driver().cuFuncGetParamInfo(handle, argument_bytes.size(), &offset, &bytes);
    // What comes after the last argument.
    if (code == cuda_result::invalid_value) break;
    // Not told; the launch then checks nothing.
    if (code != 0) knows_arguments = false;
    argument_bytes.push_back(bytes);
  }
  auto kernel = std::make_unique<CudaKernel>(device_, text, handle, shared_bytes, std::move(argument_bytes),
                                             knows_arguments);
  return static_cast<Kernel*>((kernels_[text] = std::move(kernel)).get());
}

Result<Module::Global> CudaModule::global(std::string_view name) {
  CudaScope scope(device_);
  if (!scope.status().ok()) return scope.status();
  std::string text(name);
  CudaAddress address = 0;
  size_t size = 0;
  PALATINE_CUDA_TRY(device_, cuModuleGetGlobal, "of global `" + text + "` of module `" + name_ + "`",
                    &address, &size, handle_, text.c_str());
  return Global{reinterpret_cast<void*>(address), size};
}

Status CudaKernel::check_arguments(std::span<const KernelArgument> arguments) const {
  if (!knows_arguments_) return {};
  std::string why;
  if (arguments.size() != argument_bytes_.size()) {
    why =
        std::to_string(arguments.size()) + " arguments instead of " + std::to_string(argument_bytes_.size());
  }
  for (size_t i = 0; i < arguments.size() && why.empty(); ++i) {
    if (arguments[i].size_bytes == argument_bytes_[i]) continue;
    why = "argument " + std::to_string(i) + " has " + std::to_string(arguments[i].size_bytes) +
          " bytes instead of " + std::to_string(argument_bytes_[i]);
  }
  if (why.empty()) return {};
  return Status::error(StatusCode::invalid_argument,
                       "launch of kernel `" + name() + "` on " + device().describe() + ": " + why);
}

Status CudaKernel::prepare(const CudaDevice& device, const LaunchShape& shape,
                           std::span<const KernelArgument> arguments) {
  if (Status status = check_shape(device, *this, shape); !status.ok()) return status;
  if (Status status = check_arguments(arguments); !status.ok()) return status;
  return allow_shared(device, shape.shared_bytes);
}

Status CudaKernel::allow_shared(const CudaDevice& device, uint32_t shared_bytes) {
  // Without further ado the driver allows 48 KiB.
  constexpr uint32_t kAlwaysAllowed = 48 * 1024;
  if (shared_bytes + static_cast<uint32_t>(static_shared_bytes_) <= kAlwaysAllowed) return {};
  std::unique_lock lock(mutex_);
  if (shared_bytes <= allowed_shared_bytes_) return {};
  PALATINE_CUDA_TRY(
      device, cuFuncSetAttribute,
      "of kernel `" + name() + "` to " + std::to_string(shared_bytes) + " bytes of shared memory", handle_,
      kCudaFunctionMaxDynamicSharedBytes, static_cast<int>(shared_bytes));
  allowed_shared_bytes_ = shared_bytes;
  return {};
}

}  // namespace palatine::device
