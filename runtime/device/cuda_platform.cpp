#include "runtime/device/cuda.h"

#include "runtime/device/cuda_device.h"

namespace palatine::device {

CudaPlatform::CudaPlatform(const CudaOptions& options) : Platform("cuda") {
  Result<std::unique_ptr<CudaDriver>> driver = CudaDriver::load(options.library);
  if (!driver.ok()) {
    absent_reason_ = driver.status().message();
    return;
  }
  driver_ = driver.take();
  int count = 0;
  if (int code = driver_->cuDeviceGetCount(&count)) {
    absent_reason_ =
        "cuDeviceGetCount of the CUDA driver " + options.library + ": " + driver_->describe(code);
    return;
  }
  for (int ordinal = 0; ordinal < count; ++ordinal) {
    std::string why;
    auto device = CudaDevice::open(*this, *driver_, devices_.size(), ordinal, why);
    if (device) {
      devices_.push_back(std::move(device));
    } else {
      absent_reason_ += (absent_reason_.empty() ? "" : "; ") + why;
    }
  }
  if (!devices_.empty()) {
    absent_reason_.clear();
  } else if (absent_reason_.empty()) {
    absent_reason_ = "the CUDA driver " + options.library + " knows no device";
  }
}

CudaPlatform::~CudaPlatform() = default;

Device& CudaPlatform::device(size_t index) {
  return *devices_[index];
}

CudaDevice* CudaPlatform::device_of(int ordinal) const {
  for (const auto& device : devices_) {
    if (device->ordinal() == ordinal) return device.get();
  }
  return nullptr;
}

std::unique_ptr<Platform> open_cuda(const CudaOptions& options) {
  return std::make_unique<CudaPlatform>(options);
}

}  // namespace palatine::device
