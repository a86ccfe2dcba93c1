#include "runtime/device/software_device.h"

#include <algorithm>
#include <chrono>

namespace palatine::device {

SoftwareDevice::SoftwareDevice(SoftwareCore& core, Platform& platform, size_t index,
                               DeviceProperties properties, MemoryKind main_kind)
    : Device(platform, index), core_(core), main_kind_(main_kind) {
  properties_ = std::move(properties);
  engine_free_ns_.resize(static_cast<size_t>(std::max(1, properties_.copy_engines)));
}

void SoftwareDevice::set_memory(std::unique_ptr<Memory> memory) {
  size_t slot = static_cast<size_t>(memory->kind());
  memories_[slot] = std::move(memory);
}

static const char* name_of(size_t slot) {
  static constexpr const char* kNames[SoftwareDevice::kFaultSlots] = {"allocation",
                                                                      "creation of a stream",
                                                                      "creation of an event",
                                                                      "loading of a module",
                                                                      "copy",
                                                                      "fill",
                                                                      "launch of a kernel",
                                                                      "call of the host",
                                                                      "recording of an event",
                                                                      "wait for an event",
                                                                      "reservation of addresses",
                                                                      "mapping of memory",
                                                                      "allocation",
                                                                      "allocation",
                                                                      "allocation",
                                                                      "allocation"};
  return kNames[slot];
}

void SoftwareDevice::fail(size_t slot, uint64_t nth, uint64_t count) {
  std::unique_lock lock(mutex_);
  plans_[slot] = {nth, count, 0};
  uint32_t bit = uint32_t{1} << slot;
  if (nth > 0 && count > 0) {
    armed_.fetch_or(bit, std::memory_order_relaxed);
  } else {
    armed_.fetch_and(~bit, std::memory_order_relaxed);
  }
}

bool SoftwareDevice::takes_fault(size_t slot) {
  uint32_t bit = uint32_t{1} << slot;
  if (!(armed_.load(std::memory_order_relaxed) & bit)) return false;
  std::unique_lock lock(mutex_);
  FaultPlan& plan = plans_[slot];
  ++plan.calls;
  // Written without sums, which could overflow.
  if (plan.calls < plan.first) return false;
  bool fails = plan.calls - plan.first < plan.count;
  if (plan.calls - plan.first + 1 >= plan.count) armed_.fetch_and(~bit, std::memory_order_relaxed);
  return fails;
}

Status SoftwareDevice::check(SimulatedCall call) {
  if (is_lost()) return lost_status();
  size_t slot = static_cast<size_t>(call);
  if (!takes_fault(slot)) return {};
  StatusCode code = StatusCode::driver_error;
  if (call == SimulatedCall::launch) code = StatusCode::launch_failed;
  if (call == SimulatedCall::allocate || call == SimulatedCall::map) code = StatusCode::out_of_memory;
  return Status::error(code, std::string(name_of(slot)) + " on " + describe() + ": injected fault");
}

Status SoftwareDevice::check_allocation(MemoryKind kind) {
  return check_allocation(SimulatedCall::allocate, kind);
}

Status SoftwareDevice::check_mapping(MemoryKind kind) {
  return check_allocation(SimulatedCall::map, kind);
}

Status SoftwareDevice::check_allocation(SimulatedCall call, MemoryKind kind) {
  Status status = check(call);
  if (!status.ok()) return status;
  if (!takes_fault(kSimulatedCalls + static_cast<size_t>(kind))) return {};
  return Status::error(StatusCode::out_of_memory, "injected fault");
}

Status SoftwareDevice::lost_status() const {
  std::unique_lock lock(mutex_);
  return lost_reason_;
}

Status SoftwareDevice::status() const {
  return is_lost() ? lost_status() : Status();
}

void SoftwareDevice::lose(const std::string& why) {
  Status reason = Status::error(StatusCode::device_lost, describe() + " is lost: " + why);
  {
    std::unique_lock lock(mutex_);
    if (is_lost()) return;
    lost_reason_ = reason;
    is_lost_.store(true, std::memory_order_release);
  }
  for (const auto& stream : core_.streams_of(this)) stream->fail(reason);
}

bool SoftwareDevice::begin_kernel() {
  uint64_t left = kernels_to_loss_.load(std::memory_order_relaxed);
  do {
    if (left == 0) return true;
  } while (!kernels_to_loss_.compare_exchange_weak(left, left - 1, std::memory_order_relaxed));
  if (left != 1) return true;
  lose("a kernel failed (injected fault)");
  return false;
}

uint64_t SoftwareDevice::engine_start_ns(uint64_t start_ns, uint64_t duration_ns, bool takes_engine) {
  std::unique_lock lock(mutex_);
  auto engine = std::min_element(engine_free_ns_.begin(), engine_free_ns_.end());
  uint64_t start = std::max(start_ns, *engine);
  if (takes_engine) *engine = start + duration_ns;
  return start;
}

Result<std::unique_ptr<Stream>> SoftwareDevice::create_stream(const StreamOptions&) {
  if (Status status = check(SimulatedCall::create_stream); !status.ok()) return status;
  auto state = std::make_shared<StreamState>(*this);
  if (Status status = core_.add_stream(state); !status.ok()) return status;
  return std::unique_ptr<Stream>(std::make_unique<SoftwareStream>(*this, std::move(state)));
}

Result<std::unique_ptr<Event>> SoftwareDevice::create_event(const EventOptions& options) {
  if (Status status = check(SimulatedCall::create_event); !status.ok()) return status;
  return std::unique_ptr<Event>(std::make_unique<SoftwareEvent>(*this, options.has_time));
}

Status SoftwareDevice::lock_host(void* address, size_t size_bytes) {
  if (is_lost()) return lost_status();
  std::lock_guard lock(locked_mutex_);
  char* first = static_cast<char*>(address);
  const auto behind = locked_.lower_bound(first);
  const bool overlaps =
      (behind != locked_.end() && behind->first < first + size_bytes) ||
      (behind != locked_.begin() && std::prev(behind)->first + std::prev(behind)->second > first);
  if (overlaps || size_bytes == 0)
    return Status::error(StatusCode::invalid_argument, "memory of the host cannot be locked on " +
                                                           describe() + ": it is already, or has no bytes");
  locked_[first] = size_bytes;
  return {};
}

Status SoftwareDevice::unlock_host(void* address) {
  std::lock_guard lock(locked_mutex_);
  if (locked_.erase(static_cast<char*>(address)) == 1) return {};
  return Status::error(StatusCode::invalid_argument,
                       "memory of the host cannot be unlocked on " + describe() + ": it is not locked");
}

bool SoftwareDevice::can_access(const Device& other) const {
  if (&other == this) return true;
  return &other.platform() == &platform_ && core_.options().has_peer_access;
}

Status SoftwareDevice::enable_access(Device& other) {
  if (Status status = this->status(); !status.ok()) return status;
  if (can_access(other)) return {};
  return Status::error(StatusCode::not_supported,
                       describe() + " cannot access the memory of " + other.describe());
}

Result<double> SoftwareDevice::elapsed_ns(const Event& from, const Event& to) {
  if (&from.device().platform() != &platform_ || &to.device().platform() != &platform_) {
    return Status::error(StatusCode::invalid_argument,
                         "elapsed time on " + describe() + ": event of another platform");
  }
  uint64_t times[2];
  const Event* events[2] = {&from, &to};
  for (int i = 0; i < 2; ++i) {
    const auto* event = static_cast<const SoftwareEvent*>(events[i]);
    times[i] = event->stamp_ ? event->stamp_->time_plus_one_ns.load(std::memory_order_acquire) : 0;
    if (times[i] == 0) {
      return Status::error(StatusCode::invalid_argument,
                           "elapsed time on " + describe() + ": the " + (i == 0 ? "first" : "second") +
                               " event is not done, or was created without time");
    }
  }
  return static_cast<double>(times[1]) - static_cast<double>(times[0]);
}

Status SoftwareDevice::synchronize() {
  for (const auto& stream : core_.streams_of(this)) {
    Sequence sequence = stream->submitted.load(std::memory_order_acquire);
    if (Status status = core_.wait_for(stream, sequence); !status.ok()) return status;
    stream->note_known(sequence);
  }
  return status();
}

}  // namespace palatine::device
