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
  // What CUDA allows along y and z of a grid. Boxes may have more: a block goes on with what lies beyond.
  static constexpr uint32_t kMostBlocks = 65535;
  // Tests have fewer blocks.
  explicit BoxCopier(Device& device, uint32_t most_blocks = kMostBlocks)
      : device_(device), most_blocks_(most_blocks) {}
  BoxCopier(const BoxCopier&) = delete;
  BoxCopier& operator=(const BoxCopier&) = delete;

  Status copy(Stream& stream, BoxCopy copy);

 private:
  enum class Way : uint8_t { along, turn };
  Result<Kernel*> kernel(Way way, size_t unit_bytes);

  Device& device_;
  const uint32_t most_blocks_;
  // Guards the module and its kernels, which are there or null.
  std::mutex mutex_;
  std::unique_ptr<Module> module_;
  Kernel* kernels_[2][9] = {};
};

}  // namespace palatine::device
