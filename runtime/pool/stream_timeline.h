// The pool's view of devices: a stream as a timeline, a memory as a source of blocks.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/device/device.h"
#include "runtime/pool/include/palatine/pool.h"

namespace palatine::pool {

// The numbers are those of the stream's operations. Thread safe. The stream must outlive it.
class StreamTimeline final : public Timeline {
 public:
  enum class Work : uint8_t {
    // All work goes through `device::Stream`, which counts it.
    counted,
    // Others queue work on the stream too (kernels launched by a program that was given the stream's handle):
    // what is
    // queued at some time is only covered by the number of the next operation that is counted.
    foreign,
  };

  StreamTimeline(device::Stream& stream, Work work);

  uint64_t position() override;
  uint64_t mark() override;
  // Records an event unless one that covers the number is on its way. Events are used again.
  void publish(uint64_t number) override;
  // Queries the events that are on their way, oldest first, up to the first that is not over.
  uint64_t completed() override;
  bool wait(uint64_t number) override;
  // Both streams must belong to one platform.
  bool wait_for(Timeline& other, uint64_t number) override;
  // Queues the call on the stream, behind everything; made too when the stream is lost. False when the stream
  // takes no more work.
  bool call_when_over(uint64_t number, void (*call)(void*), void* argument) override;

  device::Stream& stream() const { return stream_; }
  // Events that this timeline ever made.
  uint64_t events_made() const;

 private:
  struct Recorded {
    uint64_t number;
    std::shared_ptr<device::Event> event;
  };
  std::shared_ptr<device::Event> publish_locked(uint64_t number);
  void retire(uint64_t completed);

  device::Stream& stream_;
  const Work work_;
  // Guards the events. The lock of no other timeline is taken while it is held.
  mutable std::mutex mutex_;
  // Recorded and not known to be done, in order.
  std::deque<Recorded> recorded_;
  std::vector<std::shared_ptr<device::Event>> unused_;
  uint64_t events_made_ = 0;
  bool is_lost_ = false;
};

// Blocks from a device's memory; they grow where they lie when memory of that kind can be mapped.
class DeviceSource final : public MemorySource {
 public:
  explicit DeviceSource(device::Memory& memory) : memory_(memory) {}
  void* allocate(uint64_t size_bytes, uint64_t alignment) override;
  void free(void* address, uint64_t size_bytes, uint64_t alignment) override;
  uint64_t extension_bytes() const override { return memory_.mapping_bytes(); }
  void* allocate_extensible(uint64_t size_bytes, uint64_t alignment, uint64_t& range_bytes) override;
  bool extend(void* address, uint64_t size_bytes, uint64_t more_bytes) override;
  uint64_t shrink(void* address, uint64_t size_bytes, uint64_t keep_bytes) override;
  std::string refusal() const override;
  bool is_host_accessible() const override { return memory_.kind() != device::MemoryKind::device; }
  device::Memory& memory() const { return memory_; }

 private:
  device::Memory& memory_;
  void note(const device::Status& status);

  // Guards what follows.
  mutable std::mutex mutex_;
  // Blocks that start later than what the memory gave, for their alignment.
  std::unordered_map<void*, void*> moved_;
  // What the memory said when it last refused.
  std::string refusal_;
};

}  // namespace palatine::pool
