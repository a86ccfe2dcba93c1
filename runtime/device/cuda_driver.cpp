#include "runtime/device/cuda_driver.h"

#include <dlfcn.h>

namespace palatine::device {

Result<std::unique_ptr<CudaDriver>> CudaDriver::load(const std::string& library) {
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    const char* why = dlerror();
    return Status::error(StatusCode::not_supported,
                         "no CUDA driver: " + std::string(why ? why : "dlopen of " + library + " failed"));
  }
  auto driver = std::make_unique<CudaDriver>();
  std::string missing;
  auto find = [&](auto& function, const char* symbol, bool is_needed) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(handle, symbol));
    if (!function && is_needed && missing.empty()) missing = symbol;
  };
#define PALATINE_CUDA_FUNCTION(name, symbol, parameters) find(driver->name, #symbol, true);
#define PALATINE_CUDA_OPTIONAL_FUNCTION(name, symbol, parameters) find(driver->name, #symbol, false);
#include "runtime/device/cuda_functions.def"
  if (!missing.empty()) {
    return Status::error(StatusCode::not_supported, "the CUDA driver " + library + " has no function `" +
                                                        missing + "`: it is too old, or no driver");
  }
  if (int code = driver->cuInit(0)) {
    return Status::error(StatusCode::not_supported,
                         "cuInit of the CUDA driver " + library + ": " + driver->describe(code), code);
  }
  return driver;
}

std::string CudaDriver::describe(int code) const {
  const char* name = nullptr;
  const char* text = nullptr;
  if (cuGetErrorName(code, &name) != cuda_result::success || !name)
    return "unknown error " + std::to_string(code);
  if (cuGetErrorString(code, &text) != cuda_result::success || !text) return name;
  return std::string(name) + " (" + text + ")";
}

StatusCode CudaDriver::status_code(int code) {
  switch (code) {
    case cuda_result::success:
      return StatusCode::ok;
    case cuda_result::invalid_value:
      return StatusCode::invalid_argument;
    case cuda_result::out_of_memory:
      return StatusCode::out_of_memory;
    case cuda_result::not_found:
      return StatusCode::not_found;
    case cuda_result::not_supported:
      return StatusCode::not_supported;
    case cuda_result::launch_out_of_resources:
      return StatusCode::launch_failed;
    // After these every later call in the context gives the same.
    case cuda_result::deinitialized:
    case cuda_result::device_unavailable:
    case cuda_result::ecc_uncorrectable:
    case cuda_result::illegal_address:
    case cuda_result::launch_timeout:
    case cuda_result::context_is_destroyed:
    case cuda_result::device_assert:
    case cuda_result::hardware_stack_error:
    case cuda_result::illegal_instruction:
    case cuda_result::misaligned_address:
    case cuda_result::invalid_address_space:
    case cuda_result::invalid_pc:
    case cuda_result::launch_failed:
      return StatusCode::device_lost;
    default:
      return StatusCode::driver_error;
  }
}

}  // namespace palatine::device
