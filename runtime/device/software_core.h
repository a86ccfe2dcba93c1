// What the simulated devices and the host's own share: the registry of streams, the clock, the steps.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "runtime/device/simulated.h"
#include "runtime/device/software_stream.h"

namespace palatine::device {

class SoftwareDevice;

class SoftwareCore {
 public:
  SoftwareCore(const SimulatedOptions& options, bool has_real_clock);
  ~SoftwareCore();

  const SimulatedOptions& options() const { return options_; }
  std::vector<std::unique_ptr<SoftwareDevice>>& devices() { return devices_; }

  // Streams in the order of their creation. `add_stream` fails when the device is lost.
  Status add_stream(const std::shared_ptr<StreamState>& stream);
  void remove_stream(const StreamState* stream);
  std::vector<std::shared_ptr<StreamState>> streams_of(const SoftwareDevice* device);

  // See `SimulatedPlatform`.
  bool step(StreamState& stream);
  size_t run_random(size_t count);
  size_t run_timed(size_t count, uint64_t until_ns);
  size_t run_all();
  // Host waits: stepped by steps, threaded by blocking.
  Status wait_for(const std::shared_ptr<StreamState>& stream, Sequence sequence);

  uint64_t now_ns() const { return now_ns_.load(std::memory_order_relaxed); }
  void note_time(uint64_t time_ns);
  // For events with time: virtual, or the host's clock.
  uint64_t stamp_ns(uint64_t virtual_ns) const;
  void note_operation() { operations_done_.fetch_add(1, std::memory_order_relaxed); }
  uint64_t operations_done() const { return operations_done_.load(std::memory_order_relaxed); }

 private:
  Status step_until(const std::shared_ptr<StreamState>& stream, Sequence sequence);
  uint64_t next_random();

  const SimulatedOptions options_;
  const bool has_real_clock_;
  std::vector<std::unique_ptr<SoftwareDevice>> devices_;
  // Guards the two below. Taken before no other lock.
  std::mutex mutex_;
  std::vector<std::shared_ptr<StreamState>> streams_;
  uint64_t random_state_;
  std::atomic<uint64_t> now_ns_{0};
  std::atomic<uint64_t> operations_done_{0};
};

}  // namespace palatine::device
