// Copies of boxes of elements inside of a device, by kernels: transposes, and members of structures. What a
// driver copies row by row would be rows of one element each.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "runtime/device/device.h"

namespace palatine::device {

// Strides are in bytes and may be negative. Elements must not overlap in the destination, nor source and
// destination each other. Both lie in memory of the stream's device.
struct BoxCopy {
  struct Axis {
    uint64_t count = 1;
    int64_t dst_stride = 0, src_stride = 0;
  };
  void* dst = nullptr;
  const void* src = nullptr;
  size_t element_bytes = 0;
  std::vector<Axis> axes;
};

// Thread safe. Its kernels are loaded at the first copy; it must outlive them, and end before the device.
class BoxCopier {
 public:
  explicit BoxCopier(Device& device) : device_(device) {}
  BoxCopier(const BoxCopier&) = delete;
  BoxCopier& operator=(const BoxCopier&) = delete;

  Status copy(Stream& stream, BoxCopy copy);

 private:
  enum class Way : uint8_t { along, turn };
  Result<Kernel*> kernel(Way way, size_t unit_bytes);

  Device& device_;
  // Guards the module and its kernels, which are there or null.
  std::mutex mutex_;
  std::unique_ptr<Module> module_;
  Kernel* kernels_[2][9] = {};
};

}  // namespace palatine::device
