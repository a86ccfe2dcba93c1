// A device whose work is done by the host: memories, faults, and the faces of streams, events and kernels.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/device/software_core.h"

namespace palatine::device {

// Which of the next calls fail; counting starts when the plan is made.
struct FaultPlan {
  uint64_t first = 0;
  uint64_t count = 0;
  uint64_t calls = 0;
};

class SoftwareDevice final : public Device {
 public:
  SoftwareDevice(SoftwareCore& core, Platform& platform, size_t index, DeviceProperties properties,
                 MemoryKind main_kind);

  Memory* memory(MemoryKind kind) override { return memories_[static_cast<size_t>(kind)].get(); }
  Memory& main_memory() override { return *memories_[static_cast<size_t>(main_kind_)]; }
  Result<std::unique_ptr<Stream>> create_stream(const StreamOptions& options) override;
  Result<std::unique_ptr<Event>> create_event(const EventOptions& options) override;
  Result<std::unique_ptr<Module>> load_module(const ModuleSource& source) override;
  bool can_access(const Device& other) const override;
  Status enable_access(Device& other) override;
  Status lock_host(void* address, size_t size_bytes) override;
  Status unlock_host(void* address) override;
  Result<double> elapsed_ns(const Event& from, const Event& to) override;
  Status synchronize() override;
  Status status() const override;

  void set_memory(std::unique_ptr<Memory> memory);
  SoftwareCore& core() const { return core_; }
  // Ok, or the error to give instead of doing `call`, because of a fault or a lost device.
  Status check(SimulatedCall call);
  Status check_allocation(MemoryKind kind);
  Status check_mapping(MemoryKind kind);
  void fail(size_t slot, uint64_t nth, uint64_t count);
  void slow_copies(double factor) { copy_factor_.store(factor, std::memory_order_relaxed); }
  double copy_factor() const { return copy_factor_.load(std::memory_order_relaxed); }
  void lose(const std::string& why);
  void lose_at_kernel(uint64_t nth) { kernels_to_loss_.store(nth, std::memory_order_relaxed); }
  // Before a kernel runs. False: the device was lost.
  bool begin_kernel();
  bool is_lost() const { return is_lost_.load(std::memory_order_acquire); }
  // The start of a copy that could begin at `start_ns`; the engine is then taken for `duration_ns` if
  // `takes_engine`.
  uint64_t engine_start_ns(uint64_t start_ns, uint64_t duration_ns, bool takes_engine);

  // Slots of the fault plans: the calls, then allocations by kind of memory.
  static constexpr size_t kFaultSlots = kSimulatedCalls + kMemoryKinds;

 private:
  bool takes_fault(size_t slot);
  Status check_allocation(SimulatedCall call, MemoryKind kind);
  Status lost_status() const;

  SoftwareCore& core_;
  const MemoryKind main_kind_;
  std::array<std::unique_ptr<Memory>, kMemoryKinds> memories_;
  // Guards what is locked.
  std::mutex locked_mutex_;
  std::map<char*, size_t> locked_;

  std::atomic<bool> is_lost_{false};
  // Bit i: plan i may still fail a call. Lets calls without faults pass without the lock.
  std::atomic<uint32_t> armed_{0};
  std::atomic<uint64_t> kernels_to_loss_{0};
  std::atomic<double> copy_factor_{1};
  // Guards the plans, the reason of the loss and the engines. Taken last.
  mutable std::mutex mutex_;
  std::array<FaultPlan, kFaultSlots> plans_;
  Status lost_reason_;
  std::vector<uint64_t> engine_free_ns_;
};

struct SoftwareRecording;

class SoftwareEvent final : public Event {
 public:
  SoftwareEvent(SoftwareDevice& device, bool has_time) : Event(device), has_time_(has_time) {}
  Result<bool> query() const override;
  Status wait() const override;

 private:
  friend class SoftwareStream;
  friend class SoftwareDevice;
  const bool has_time_;
  std::shared_ptr<StreamState> state_;
  std::shared_ptr<TimeStamp> stamp_;
  // Of an event of a recording: what it stands for there; see SoftwareStream.
  std::shared_ptr<SoftwareRecording> recording_;
  std::vector<size_t> behind_;
};

class SoftwareStream final : public Stream {
 public:
  SoftwareStream(SoftwareDevice& device, std::shared_ptr<StreamState> state);
  ~SoftwareStream() override;

  Sequence submitted() const override { return state_->submitted.load(std::memory_order_acquire); }
  Sequence completed() const override;
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

  Status delay(uint64_t duration_ns);
  const std::shared_ptr<StreamState>& state() const { return state_; }

 private:
  SoftwareDevice& software_device() const { return static_cast<SoftwareDevice&>(device_); }
  Status submit(Operation&& operation);
  void work();
  // In a recording: of what else is asked.
  Status check_not_recorded(const char* what) const;
  void record_in_recording(SoftwareEvent& event);
  Status wait_in_recording(const SoftwareEvent& event);

  const std::shared_ptr<StreamState> state_;
  // While it takes part in one: what it queues next comes behind these nodes.
  std::shared_ptr<SoftwareRecording> recording_;
  std::vector<size_t> behind_;
  std::thread thread_;
};

}  // namespace palatine::device
