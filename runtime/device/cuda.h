// NVIDIA's GPUs through the driver, which is loaded at run time: the same program runs where there is none.
//
// Each device uses its primary context, so its memory can be shared with libraries that use the CUDA runtime.
// The context is made at the first call that needs it; calls leave the thread's current context as it was.
#pragma once

#include <memory>
#include <string>

#include "runtime/device/device.h"

namespace palatine::device {

struct CudaOptions {
  // What is given to the dynamic linker.
  std::string library = "libcuda.so.1";
};

// Never null: without a driver, or a device that it can use, the platform has no devices and says why.
std::unique_ptr<Platform> open_cuda(const CudaOptions& options = {});

// A stream that others have made (a `CUstream` or `cudaStream_t`), of the device's primary context. It stays
// theirs, and must live, or have done its work when they destroy it, as long as this is used; the end of this
// neither waits nor destroys. `invalid_argument` for a stream of another context, `not_supported` for devices
// without a driver and for drivers before 9.2.
Result<std::unique_ptr<Stream>> adopt_cuda_stream(Device& device, void* native_handle);

}  // namespace palatine::device
