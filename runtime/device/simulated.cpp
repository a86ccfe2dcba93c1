#include "runtime/device/simulated.h"

#include <algorithm>
#include <limits>

#include "runtime/device/software_device.h"
#include "runtime/device/software_memory.h"

namespace palatine::device {

SimulatedPlatform::SimulatedPlatform(const SimulatedOptions& options)
    : Platform("simulated"), core_(std::make_unique<SoftwareCore>(options, false)) {
  for (size_t i = 0; i < options.devices; ++i) {
    DeviceProperties properties;
    properties.name = "simulated";
    snprintf(properties.uuid.data(), properties.uuid.size(), "simulated %zu", i);
    properties.memory_bytes = options.capacity_bytes[static_cast<size_t>(MemoryKind::device)];
    properties.alignment_bytes = options.alignment_bytes;
    properties.copy_engines = options.copy_engines;
    properties.multiprocessors = 1;
    properties.max_threads_per_block = 1024;
    properties.warp_threads = 32;
    properties.max_shared_bytes_per_block = 48 * 1024;
    properties.has_managed_memory = options.capacity_bytes[static_cast<size_t>(MemoryKind::managed)] > 0;
    properties.has_concurrent_managed_access = properties.has_managed_memory;
    properties.can_use_host_memory = true;
    auto device =
        std::make_unique<SoftwareDevice>(*core_, *this, i, std::move(properties), MemoryKind::device);
    for (size_t kind = 0; kind < kMemoryKinds; ++kind) {
      uint64_t capacity = options.capacity_bytes[kind];
      // The main memory is always there, if need be of no bytes.
      if (capacity == 0 && kind != static_cast<size_t>(MemoryKind::device)) continue;
      device->set_memory(std::make_unique<ArenaMemory>(
          *device, static_cast<MemoryKind>(kind), options.alignment_bytes, capacity, options.mapping_bytes));
    }
    core_->devices().push_back(std::move(device));
  }
}

SimulatedPlatform::~SimulatedPlatform() = default;

size_t SimulatedPlatform::device_count() const {
  return core_->devices().size();
}

Device& SimulatedPlatform::device(size_t index) {
  return *core_->devices()[index];
}

const std::string& SimulatedPlatform::absent_reason() const {
  static const std::string none, no_device = "no simulated device was asked for";
  return device_count() > 0 ? none : no_device;
}

static SoftwareStream& software(Stream& stream) {
  return static_cast<SoftwareStream&>(stream);
}

bool SimulatedPlatform::step(Stream& stream) {
  return core_->step(*software(stream).state());
}

size_t SimulatedPlatform::run_random(size_t count) {
  return core_->run_random(count);
}

size_t SimulatedPlatform::run_timed(size_t count) {
  return core_->run_timed(count, std::numeric_limits<uint64_t>::max());
}

size_t SimulatedPlatform::advance(uint64_t duration_ns) {
  if (!core_->options().is_stepped) return 0;
  uint64_t until = core_->now_ns() + duration_ns;
  size_t steps = core_->run_timed(std::numeric_limits<size_t>::max(), until);
  core_->note_time(until);
  return steps;
}

Status SimulatedPlatform::run_until(const Event& event) {
  return event.wait();
}

Status SimulatedPlatform::run_until(Stream& stream, Sequence sequence) {
  return core_->wait_for(software(stream).state(), std::min(sequence, stream.submitted()));
}

size_t SimulatedPlatform::run_all() {
  return core_->run_all();
}

uint64_t SimulatedPlatform::now_ns() const {
  return core_->now_ns();
}

uint64_t SimulatedPlatform::operations_done() const {
  return core_->operations_done();
}

Status SimulatedPlatform::delay(Stream& stream, uint64_t duration_ns) {
  return software(stream).delay(duration_ns);
}

void SimulatedPlatform::fail(size_t device, SimulatedCall call, uint64_t nth, uint64_t count) {
  core_->devices()[device]->fail(static_cast<size_t>(call), nth, count);
}

void SimulatedPlatform::fail_allocation(size_t device, MemoryKind kind, uint64_t nth, uint64_t count) {
  core_->devices()[device]->fail(kSimulatedCalls + static_cast<size_t>(kind), nth, count);
}

void SimulatedPlatform::slow_copies(size_t device, double factor) {
  core_->devices()[device]->slow_copies(factor);
}

void SimulatedPlatform::lose(size_t device) {
  core_->devices()[device]->lose("injected fault");
}

void SimulatedPlatform::lose_at_kernel(size_t device, uint64_t nth) {
  core_->devices()[device]->lose_at_kernel(nth);
}

}  // namespace palatine::device
