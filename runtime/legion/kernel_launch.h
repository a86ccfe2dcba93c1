// The kernels of generated code on the devices of a run (runtime/api/palatine_launch.h).
//
// Each device keeps the program's modules, loaded when a kernel of theirs is first launched, and pieces of
// host memory that it copies from and to at full speed. A piece that was given back is used again when the
// device has passed the event behind its last use.
//
// Thread safety: all calls, from any thread.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "runtime/api/palatine_kernel.h"
#include "runtime/device/device.h"

namespace palatine::legion {

class DeviceKernels {
 public:
  explicit DeviceKernels(device::Device& device);
  ~DeviceKernels();

  // Loaded when it is asked for the first time.
  device::Result<device::Kernel*> kernel(const api::KernelDesc& desc);
  // Host memory for copies, at least `size_bytes` bytes, and it back when the work that is queued on the
  // stream does not use it any more.
  device::Result<void*> take(uint64_t size_bytes);
  void give_back(void* memory, uint64_t size_bytes, device::Stream& stream);
  // The same when no work uses it.
  void give_back(void* memory, uint64_t size_bytes);
  // Kernels are host functions, which compute a whole block at each call.
  bool runs_host_functions() const { return runs_host_functions_; }

 private:
  struct Used {
    void* memory;
    std::unique_ptr<device::Event> passed;
  };
  // 64 bytes, 128 bytes ...
  static constexpr int kClasses = 40;
  device::Result<std::unique_ptr<device::Module>> load(const api::KernelDesc& desc);
  static int class_of(uint64_t size_bytes);
  static uint64_t class_bytes(int size_class) { return uint64_t{64} << size_class; }

  device::Device& device_;
  const bool runs_host_functions_;
  device::Memory* memory_;
  std::mutex mutex_;
  std::unordered_map<const api::KernelDesc*, device::Kernel*> kernels_;
  std::unordered_map<const void*, std::unique_ptr<device::Module>> modules_;
  std::array<std::vector<void*>, kClasses> free_;
  std::array<std::vector<Used>, kClasses> used_;
  std::vector<std::pair<void*, uint64_t>> blocks_;
};

// Made when a device is used for the first time.
DeviceKernels& kernels_of(device::Device& device);
// Before the device goes; nothing uses its kernels any more.
void forget_kernels(device::Device& device);

}  // namespace palatine::legion
