// The parts of a CUDA device.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/device/cuda.h"
#include "runtime/device/cuda_calls.h"
#include "runtime/device/cuda_driver.h"
#include "runtime/device/device.h"

namespace palatine::device {

class CudaDevice;

// Returns from the calling function with an error when the driver's function does. `detail` says of what and
// with which sizes; it is only evaluated then.
#define PALATINE_CUDA_TRY(device, name, detail, ...)                           \
  do {                                                                         \
    if (int cuda_code_ = (device).driver().name(__VA_ARGS__); cuda_code_ != 0) \
      return (device).error(#name, detail, cuda_code_);                        \
  } while (false)

class CudaPlatform final : public Platform {
 public:
  explicit CudaPlatform(const CudaOptions& options);
  ~CudaPlatform() override;
  size_t device_count() const override { return devices_.size(); }
  Device& device(size_t index) override;
  const std::string& absent_reason() const override { return absent_reason_; }

  // The device with the driver's number, null when the platform does not have it.
  CudaDevice* device_of(int ordinal) const;

 private:
  std::unique_ptr<CudaDriver> driver_;
  std::vector<std::unique_ptr<CudaDevice>> devices_;
  std::string absent_reason_;
};

class CudaDevice final : public Device {
 public:
  // Null, and the reason is in `why`, when the device cannot be used.
  static std::unique_ptr<CudaDevice> open(CudaPlatform& platform, const CudaDriver& driver, size_t index,
                                          int ordinal, std::string& why);
  ~CudaDevice() override;

  Memory* memory(MemoryKind kind) override { return memories_[static_cast<size_t>(kind)].get(); }
  Memory& main_memory() override { return *memories_[static_cast<size_t>(MemoryKind::device)]; }
  Result<std::unique_ptr<Stream>> create_stream(const StreamOptions& options) override;
  Result<std::unique_ptr<Event>> create_event(const EventOptions& options) override;
  Result<std::unique_ptr<Module>> load_module(const ModuleSource& source) override;
  bool can_access(const Device& other) const override;
  Status enable_access(Device& other) override;
  Status lock_host(void* address, size_t size_bytes) override;
  Status unlock_host(void* address) override;
  Status use_on_this_thread() override;
  Result<double> elapsed_ns(const Event& from, const Event& to) override;
  Status synchronize() override;
  Status status() const override;

  const CudaDriver& driver() const { return driver_; }
  CudaPlatform& cuda_platform() const;
  CudaCalls& calls() { return calls_; }
  int ordinal() const { return ordinal_; }
  size_t max_pitch_bytes() const { return max_pitch_bytes_; }
  // In what steps memory is mapped; 0: the driver or the device cannot.
  size_t mapping_bytes() const { return mapping_bytes_; }
  // The devices whose kernels and copies may touch memory that is mapped here: this one, and those that can.
  std::vector<CudaAccess> accesses() const;
  CudaMemoryKind mapped_memory() const;
  // The primary context, made now if need be.
  Result<CudaContext> context() const;
  // The error of a call, e.g. `cuMemcpyAsync of 8 bytes on cuda device 0 (NVIDIA H200):
  // CUDA_ERROR_ILLEGAL_ADDRESS (...)`. Remembers when the device is lost.
  Status error(const char* call, const std::string& detail, int code) const;

 private:
  CudaDevice(CudaPlatform& platform, const CudaDriver& driver, size_t index, int ordinal);
  Status read_properties();
  void read_mapping();
  void make_memories();

  const CudaDriver& driver_;
  const int ordinal_;
  CudaDeviceId id_ = 0;
  size_t max_pitch_bytes_ = 0;
  size_t mapping_bytes_ = 0;
  std::array<std::unique_ptr<Memory>, kMemoryKinds> memories_;

  mutable std::atomic<bool> is_lost_{false};
  // What the driver said about access to devices, by their index; the first of them.
  mutable std::array<std::atomic<uint8_t>, 32> can_access_{};
  // Set once, read without the lock.
  mutable std::atomic<CudaContext> context_{nullptr};
  // Guards the making of the context and the reason.
  mutable std::mutex mutex_;
  mutable Status lost_reason_;
  // Last: its thread uses the rest.
  CudaCalls calls_{*this};
};

// Makes a device's context the thread's current one, and takes it away again. Use `status` first.
class CudaScope {
 public:
  explicit CudaScope(const CudaDevice& device);
  ~CudaScope();
  CudaScope(const CudaScope&) = delete;
  CudaScope& operator=(const CudaScope&) = delete;
  const Status& status() const { return status_; }

 private:
  const CudaDevice& device_;
  bool is_pushed_ = false;
  Status status_;
};

// What is known of a stream's progress, shared with the events that were recorded on it.
struct CudaProgress {
  std::atomic<Sequence> known{0};
  void note(Sequence sequence);
};

class CudaEvent final : public Event {
 public:
  CudaEvent(CudaDevice& device, CudaEventHandle handle) : Event(device), handle_(handle) {}
  ~CudaEvent() override;
  Result<bool> query() const override;
  Status wait() const override;
  CudaEventHandle handle() const { return handle_; }

 private:
  friend class CudaStream;
  CudaDevice& cuda_device() const { return static_cast<CudaDevice&>(device_); }
  const CudaEventHandle handle_;
  std::shared_ptr<CudaProgress> progress_;
};

class CudaStream final : public Stream {
 public:
  // `is_owner`: the end of this is the end of the driver's stream.
  CudaStream(CudaDevice& device, CudaStreamHandle handle, bool is_owner = true);
  ~CudaStream() override;
  void* native_handle() const override { return handle_; }
  Sequence submitted() const override { return submitted_.load(std::memory_order_acquire); }
  Sequence completed() const override { return progress_->known.load(std::memory_order_acquire); }
  Status copy(void* dst, const void* src, size_t size_bytes) override;
  Status copy_strided(const StridedCopy& copy) override;
  Status fill(void* dst, const void* pattern, size_t pattern_bytes, size_t count) override;
  Status launch(Kernel& kernel, const LaunchShape& shape, std::span<const KernelArgument> arguments) override;
  Status call(HostFunction function, void* argument, HostFunction lost) override;
  Status record(Event& event) override;
  Status wait(const Event& event) override;
  Result<bool> query() override;
  Status synchronize() override;
  Status begin_recording() override;
  Result<std::unique_ptr<Graph>> end_recording() override;
  Status launch_graph(Graph& graph) override;
  Result<Graph::Node> recorded_launch() override;

 private:
  CudaDevice& cuda_device() const { return static_cast<CudaDevice&>(device_); }
  // With `mutex_` held: counts an operation that the driver has taken.
  void count() { submitted_.fetch_add(1, std::memory_order_release); }
  // With `mutex_` held and the context current.
  Status copy_locked(CudaAddress dst, CudaAddress src, size_t size_bytes);
  Status copy_flat_locked(void* dst, const void* src, size_t size_bytes);
  Status copy_2d_locked(const StridedCopy& copy);
  Status copy_3d_locked(const StridedCopy& copy);
  Status copy_peer_locked(const StridedCopy& copy, const CudaDevice& to, const CudaDevice& from);
  Status set_locked(CudaAddress dst, const void* unit, size_t unit_bytes, size_t count);
  Status fill_locked(CudaAddress dst, const void* pattern, size_t pattern_bytes, size_t count);
  Status fill_on_host_locked(void* dst, const void* pattern, size_t pattern_bytes, size_t count);

  const CudaStreamHandle handle_;
  const bool is_owner_;
  const std::shared_ptr<CudaProgress> progress_ = std::make_shared<CudaProgress>();
  // Guards the order of the driver's queue, so that numbers follow it.
  std::mutex mutex_;
  std::atomic<Sequence> submitted_{0};
};

class CudaKernel final : public Kernel {
 public:
  // `argument_bytes`: the sizes of the arguments, if the driver tells them.
  CudaKernel(CudaDevice& device, std::string name, CudaFunctionHandle handle, int static_shared_bytes,
             std::vector<size_t> argument_bytes, bool knows_arguments)
      : Kernel(device, std::move(name)),
        handle_(handle),
        static_shared_bytes_(static_shared_bytes),
        argument_bytes_(std::move(argument_bytes)),
        knows_arguments_(knows_arguments) {}
  CudaFunctionHandle handle() const { return handle_; }
  // Whether a launch may be asked for: its shape, its arguments, its shared memory. With the context current.
  Status prepare(const CudaDevice& device, const LaunchShape& shape,
                 std::span<const KernelArgument> arguments);
  int static_shared_bytes() const { return static_shared_bytes_; }

 private:
  Status check_arguments(std::span<const KernelArgument> arguments) const;
  // Lets a launch ask for that much shared memory.
  Status allow_shared(const CudaDevice& device, uint32_t shared_bytes);

  const CudaFunctionHandle handle_;
  const int static_shared_bytes_;
  const std::vector<size_t> argument_bytes_;
  const bool knows_arguments_;
  // Guards what the driver was told last.
  std::mutex mutex_;
  uint32_t allowed_shared_bytes_ = 0;
};

class CudaGraph final : public Graph {
 public:
  CudaGraph(CudaDevice& device, CudaGraphInstanceHandle handle, CudaGraphHandle recorded)
      : Graph(device), handle_(handle), recorded_(recorded) {}
  ~CudaGraph() override;
  Status set_launch(Node node, Kernel& kernel, const LaunchShape& shape,
                    std::span<const KernelArgument> arguments) override;
  CudaGraphInstanceHandle handle() const { return handle_; }

 private:
  const CudaGraphInstanceHandle handle_;
  // What it was made of: it has the nodes.
  const CudaGraphHandle recorded_;
};

class CudaModule final : public Module {
 public:
  CudaModule(CudaDevice& device, std::string name, CudaModuleHandle handle)
      : device_(device), name_(std::move(name)), handle_(handle) {}
  ~CudaModule() override;
  Result<Kernel*> kernel(std::string_view name) override;
  Result<Global> global(std::string_view name) override;

 private:
  CudaDevice& device_;
  const std::string name_;
  const CudaModuleHandle handle_;
  // Guards the kernels.
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<CudaKernel>, std::less<>> kernels_;
};

// What an address is for the driver: the type of memory for a copy, and the device where it lies, -1 for
// none.
struct CudaPlace {
  // Not known to the driver: memory from malloc.
  bool is_pageable = false;
  int device_ordinal = -1;
};
Result<CudaPlace> place_of(const CudaDevice& device, CudaAddress address);

// Memory of kind `device`, `pinned` or `managed`.
std::unique_ptr<Memory> make_cuda_memory(CudaDevice& device, MemoryKind kind, size_t alignment_bytes,
                                         uint64_t limit_bytes);

}  // namespace palatine::device
