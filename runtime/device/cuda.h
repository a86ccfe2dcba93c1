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

}  // namespace palatine::device
