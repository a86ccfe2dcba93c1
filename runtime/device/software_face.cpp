// Streams and events as callers see them.
#include <cstring>

#include "runtime/device/arguments.h"
#include "runtime/device/software_device.h"
#include "runtime/device/software_graph.h"
#include "runtime/device/software_kernel.h"

namespace palatine::device {

Result<bool> SoftwareEvent::query() const {
  if (recording_) return only_recorded(device_, "query");
  if (!state_ || state_->is_done(sequence_)) {
    if (state_) state_->note_known(sequence_);
    return true;
  }
  if (state_->has_failed()) {
    // It may have been done just before the stream failed.
    if (state_->is_done(sequence_)) return true;
    return state_->failure();
  }
  return false;
}

Status SoftwareEvent::wait() const {
  if (recording_) return only_recorded(device_, "wait");
  if (!state_) return {};
  Status status = static_cast<SoftwareDevice&>(device_).core().wait_for(state_, sequence_);
  if (status.ok()) state_->note_known(sequence_);
  return status;
}

SoftwareStream::SoftwareStream(SoftwareDevice& device, std::shared_ptr<StreamState> state)
    : Stream(device), state_(std::move(state)) {
  if (!device.core().options().is_stepped) thread_ = std::thread([this] { work(); });
}

SoftwareStream::~SoftwareStream() {
  synchronize().ignore();
  if (thread_.joinable()) {
    {
      std::unique_lock lock(state_->mutex);
      state_->is_stopping = true;
    }
    state_->work.notify_all();
    thread_.join();
  }
  software_device().core().remove_stream(state_.get());
}

void SoftwareStream::work() {
  std::unique_lock lock(state_->mutex);
  while (true) {
    state_->work.wait(lock, [&] { return state_->is_stopping || !state_->queue.empty(); });
    if (state_->queue.empty()) return;
    state_->perform_head(lock, true);
  }
}

Sequence SoftwareStream::completed() const {
  const auto& number = software_device().core().options().hides_progress ? state_->known : state_->done;
  return number.load(std::memory_order_acquire);
}

Status SoftwareStream::submit(Operation&& operation) {
  if (recording_) {
    recording_->nodes.push_back({std::make_shared<Operation>(std::move(operation)), std::move(behind_)});
    behind_ = {recording_->nodes.size() - 1};
    return {};
  }
  return state_->submit(std::move(operation)).status();
}

Status SoftwareStream::copy(void* dst, const void* src, size_t size_bytes) {
  if (size_bytes == 0) return {};
  if (Status status = check_copy(dst, src, size_bytes, device_); !status.ok()) return status;
  if (Status status = software_device().check(SimulatedCall::copy); !status.ok()) return status;
  Operation operation;
  operation.kind = OperationKind::copy;
  operation.dst = dst;
  operation.src = reinterpret_cast<uint64_t>(src);
  operation.size = size_bytes;
  return submit(std::move(operation));
}

namespace {

struct StridedPayload final : Payload {
  StridedCopy copy;
  void run() override {
    for (size_t slice = 0; slice < copy.slices; ++slice) {
      char* dst = static_cast<char*>(copy.dst) + slice * copy.dst_slice_pitch_bytes;
      const char* src = static_cast<const char*>(copy.src) + slice * copy.src_slice_pitch_bytes;
      for (size_t row = 0; row < copy.rows; ++row) {
        std::memcpy(dst + row * copy.dst_row_pitch_bytes, src + row * copy.src_row_pitch_bytes,
                    copy.row_bytes);
      }
    }
  }
};

struct FillPayload final : Payload {
  char* dst;
  std::string pattern;
  size_t count;
  void run() override {
    for (size_t i = 0; i < count; ++i) std::memcpy(dst + i * pattern.size(), pattern.data(), pattern.size());
  }
};

}  // namespace

Status SoftwareStream::copy_strided(const StridedCopy& copy) {
  auto payload = std::make_unique<StridedPayload>();
  payload->copy = copy;
  if (Status status = normalize(payload->copy, device_); !status.ok()) return status;
  const StridedCopy& normal = payload->copy;
  if (normal.row_bytes == 0) return {};
  if (normal.rows == 1 && normal.slices == 1) return this->copy(normal.dst, normal.src, normal.row_bytes);
  if (Status status = software_device().check(SimulatedCall::copy); !status.ok()) return status;
  Operation operation;
  operation.kind = OperationKind::copy_strided;
  operation.size = normal.row_bytes * normal.rows * normal.slices;
  operation.payload = std::move(payload);
  return submit(std::move(operation));
}

Status SoftwareStream::fill(void* dst, const void* pattern, size_t pattern_bytes, size_t count) {
  if (count == 0) return {};
  if (Status status = check_fill(dst, pattern, pattern_bytes, count, device_); !status.ok()) return status;
  if (Status status = software_device().check(SimulatedCall::fill); !status.ok()) return status;
  Operation operation;
  operation.kind = OperationKind::fill;
  operation.pattern_bytes = static_cast<uint16_t>(pattern_bytes);
  operation.dst = dst;
  operation.size = pattern_bytes * count;
  if (pattern_bytes <= sizeof operation.src) {
    std::memcpy(&operation.src, pattern, pattern_bytes);
  } else {
    auto payload = std::make_unique<FillPayload>();
    payload->dst = static_cast<char*>(dst);
    payload->pattern.assign(static_cast<const char*>(pattern), pattern_bytes);
    payload->count = count;
    operation.payload = std::move(payload);
  }
  return submit(std::move(operation));
}

Status SoftwareStream::launch(Kernel& kernel, const LaunchShape& shape,
                              std::span<const KernelArgument> arguments) {
  if (Status status = check_shape(device_, kernel, shape); !status.ok()) return status;
  if (Status status = software_device().check(SimulatedCall::launch); !status.ok()) return status;
  return submit(launch_operation(kernel, shape, arguments));
}

Status SoftwareStream::call(HostFunction function, void* argument, HostFunction lost) {
  if (!function)
    return Status::error(StatusCode::invalid_argument, "call of a null function on " + device_.describe());
  if (Status status = check_not_recorded("call of a function"); !status.ok()) return status;
  if (Status status = software_device().check(SimulatedCall::call); !status.ok()) return status;
  Operation operation;
  operation.kind = OperationKind::call;
  operation.dst = argument;
  operation.src = reinterpret_cast<uint64_t>(function);
  operation.size = reinterpret_cast<uint64_t>(lost);
  return submit(std::move(operation));
}

Status SoftwareStream::record(Event& event) {
  if (&event.device() != &device_) {
    return Status::error(
        StatusCode::invalid_argument,
        "recording of an event of " + event.device().describe() + " on a stream of " + device_.describe());
  }
  if (Status status = software_device().check(SimulatedCall::record); !status.ok()) return status;
  auto& own = static_cast<SoftwareEvent&>(event);
  if (recording_) {
    record_in_recording(own);
    return {};
  }
  Operation operation;
  if (own.has_time_) operation.stamp = std::make_shared<TimeStamp>();
  std::shared_ptr<TimeStamp> stamp = operation.stamp;
  Result<Sequence> sequence = state_->submit(std::move(operation));
  if (!sequence.ok()) return sequence.status();
  own.stamp_ = std::move(stamp);
  own.recording_ = nullptr;
  if (own.state_ != state_) own.state_ = state_;
  own.stream_id_ = id_;
  own.sequence_ = sequence.value();
  return {};
}

Status SoftwareStream::wait(const Event& event) {
  if (&event.device().platform() != &device_.platform()) {
    return Status::error(StatusCode::invalid_argument, "wait of a stream of " + device_.describe() +
                                                           " for an event of " + event.device().describe());
  }
  if (Status status = software_device().check(SimulatedCall::wait); !status.ok()) return status;
  const auto& other = static_cast<const SoftwareEvent&>(event);
  if (recording_ || other.recording_) return wait_in_recording(other);
  Operation operation;
  operation.kind = OperationKind::wait;
  // An event that was never recorded is done: as if this stream waited for its own beginning.
  operation.target = other.state_ ? other.state_ : state_;
  operation.src = other.sequence_;
  return submit(std::move(operation));
}

Status SoftwareStream::delay(uint64_t duration_ns) {
  if (Status status = check_not_recorded("delay"); !status.ok()) return status;
  Operation operation;
  operation.kind = OperationKind::delay;
  operation.src = duration_ns;
  return submit(std::move(operation));
}

Result<bool> SoftwareStream::query() {
  if (Status status = check_not_recorded("query"); !status.ok()) return status;
  Sequence sequence = submitted();
  if (!state_->is_done(sequence)) {
    if (!state_->has_failed()) return false;
    if (!state_->is_done(sequence)) return state_->failure();
  }
  state_->note_known(sequence);
  return true;
}

Status SoftwareStream::synchronize() {
  if (Status status = check_not_recorded("synchronize"); !status.ok()) return status;
  Sequence sequence = submitted();
  Status status = software_device().core().wait_for(state_, sequence);
  if (status.ok()) state_->note_known(sequence);
  return status;
}

}  // namespace palatine::device
