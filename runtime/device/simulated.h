// Simulated devices: any number of devices and streams whose order, time and faults a test controls.
//
// Stepped (the default): nothing happens until the test says so. `step` does the next operation of one
// stream, `run_random` lets a seeded generator choose the stream again and again, `run_until` does what one
// event needs and no more. Operations of a stream stay in order and waits for events are kept, whatever the
// test chooses. Host waits (`Event::wait`, `Stream::synchronize`, destroying a stream) make exactly the steps
// that they need. Everything depends only on the calls and the seed.
//
// Threaded: every stream is a thread, which works as soon as it can.
//
// Time is virtual: every operation takes as long as the cost model says, from the time when its stream, the
// events that it waits for and, for a copy, an engine are free. The host's own calls take no time; `advance`
// lets some pass.
//
// Kernels are host functions. Device memory is address space of this process: kernels, and a careless host,
// can touch it.
//
// Thread safety: as `device.h` says, for the calls below too; but the order is only deterministic when one
// thread makes them all.
#pragma once

#include <array>
#include <memory>

#include "runtime/device/device.h"

namespace palatine::device {

// Durations in virtual time.
struct SimulatedCosts {
  uint64_t launch_ns = 5000;
  // Added for each thread of the grid.
  double thread_ns = 0.01;
  uint64_t copy_ns = 2000;
  double copy_bytes_per_ns = 20;
  uint64_t fill_ns = 2000;
  double fill_bytes_per_ns = 200;
  uint64_t call_ns = 1000;
};

struct SimulatedOptions {
  size_t devices = 1;
  bool is_stepped = true;
  uint64_t seed = 1;
  // By `MemoryKind`; 0: the devices have no such memory. Memory costs nothing before it is touched.
  std::array<uint64_t, kMemoryKinds> capacity_bytes = {uint64_t{16} << 30, uint64_t{16} << 30,
                                                       uint64_t{4} << 30, uint64_t{16} << 30};
  // Of all memories; a power of two.
  size_t alignment_bytes = 256;
  // What blocks that grow are mapped in; 0: there are none. A power of two, at least 4096 and
  // the alignment.
  size_t mapping_bytes = size_t{2} << 20;
  int copy_engines = 2;
  bool has_peer_access = true;
  // `Stream::completed` only grows when somebody asks an event or the stream, as on a real device.
  bool hides_progress = false;
  SimulatedCosts costs = {};
  // Threaded only: how much real time an operation takes for a unit of virtual time. 0: none.
  double real_time_factor = 0;
};

// Calls that can be made to fail.
enum class SimulatedCall : uint8_t {
  allocate,
  create_stream,
  create_event,
  load_module,
  copy,
  fill,
  launch,
  call,
  record,
  wait,
  // Of addresses, and of memory at addresses.
  reserve,
  map,
  begin_recording,
  end_recording,
  launch_graph,
  // Of a launch of a graph.
  set_launch
};
constexpr size_t kSimulatedCalls = 16;

class SoftwareCore;

class SimulatedPlatform final : public Platform {
 public:
  explicit SimulatedPlatform(const SimulatedOptions& options = {});
  // All streams, events and modules must be gone.
  ~SimulatedPlatform() override;

  size_t device_count() const override;
  Device& device(size_t index) override;
  const std::string& absent_reason() const override;

  // Control of progress; stepped only, in the threaded mode these return 0 or false.

  // Does the next operation of `stream`. False when there is none or it waits for an event of another stream.
  bool step(Stream& stream);
  // Does up to `count` operations, each of a stream chosen by the seeded generator among those that can go
  // on. Returns how many were done: fewer than `count` only when nothing is left.
  size_t run_random(size_t count);
  // Does up to `count` operations in the order of virtual time: each time the one that ends first.
  size_t run_timed(size_t count);
  // Lets `duration_ns` of virtual time pass and does what ends in it, in the order of time.
  size_t advance(uint64_t duration_ns);
  // Does all that `event`, or the operations of `stream` up to `sequence`, need, and nothing else. An error
  // when the device is lost.
  Status run_until(const Event& event);
  Status run_until(Stream& stream, Sequence sequence);
  // Everything that is queued, streams in the order of their creation.
  size_t run_all();

  // The latest end of an operation that was done, or what `advance` made it.
  uint64_t now_ns() const;
  // Operations done so far on all devices.
  uint64_t operations_done() const;
  // Queues an operation that does nothing for `duration_ns` of virtual time.
  Status delay(Stream& stream, uint64_t duration_ns);

  // Faults, by device.

  // The `nth` such call from now (1: the next) and the `count - 1` after it fail: allocations and mapping
  // with `out_of_memory`, launches with `launch_failed`, others with `driver_error`. Replaces what was said
  // before for that call.
  void fail(size_t device, SimulatedCall call, uint64_t nth, uint64_t count = 1);
  // Allocations of one kind of memory only, and mapping of it.
  void fail_allocation(size_t device, MemoryKind kind, uint64_t nth, uint64_t count = 1);
  // Copies take that many times as long, from those that are done next.
  void slow_copies(size_t device, double factor);
  // The device is lost now: what is queued is dropped.
  void lose(size_t device);
  // The device is lost when it does the `nth` kernel from now, before the kernel runs.
  void lose_at_kernel(size_t device, uint64_t nth);

 private:
  std::unique_ptr<SoftwareCore> core_;
};

}  // namespace palatine::device
