#include "runtime/realm/gpu/gpu.h"

#include <chrono>
#include <string>

#include "runtime/device/cuda.h"
#include "runtime/device/simulated_faults.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/process.h"

namespace palatine::realm {

device::Stream* (*stream_of_running_task)() = nullptr;

Gpu::Gpu(device::Device& device, int number, const Sizes& sizes, int task_streams, Submit submit,
         void* submit_argument)
    : device_(device),
      number_(number),
      submit_(submit ? submit : [](void*, Work& work) { submit_background(work); }),
      submit_argument_(submit_argument),
      sizes_(sizes),
      box_copier_(device) {
  auto take = [&](device::Memory* memory, uint64_t bytes, const char* flag) -> char* {
    if (bytes == 0) return nullptr;
    if (!memory)
      fatal_error("error: %s has no memory of the kind that `%s` asks for", device.describe().c_str(), flag);
    device::Result<void*> block = memory->allocate(bytes);
    if (!block.ok()) fatal_error("error: `%s`: %s", flag, block.status().message().c_str());
    return static_cast<char*>(block.value());
  };
  bytes_ = take(device.memory(device::MemoryKind::device), sizes.memory_bytes, "-ll:fsize");
  pinned_ = take(device.memory(device::MemoryKind::pinned), sizes.pinned_bytes, "-ll:zsize");
  managed_ = take(device.memory(device::MemoryKind::managed), sizes.managed_bytes, "-ll:msize");
  if (managed_ && !device.properties().has_concurrent_managed_access)
    fatal_error("error: `-ll:msize`: the host cannot use managed memory while kernels run on %s",
                device.describe().c_str());
  for (int k = 0; k < task_streams; ++k) task_streams_.push_back(make_stream());
  to_device_ = make_stream();
  to_host_ = make_stream();
  inside_ = make_stream();
  notices_ = make_stream();
  watcher_ = std::thread([this] { watch(); });
}

Gpu::~Gpu() {
  {
    std::lock_guard lock(watch_mutex_);
    is_stopped_ = true;
  }
  stopped_.notify_one();
  watcher_.join();
  task_streams_.clear();
  to_device_.reset();
  to_host_.reset();
  inside_.reset();
  notices_.reset();
  events_.clear();
  if (bytes_) device_.main_memory().free(bytes_, sizes_.memory_bytes).ignore();
  if (pinned_) device_.memory(device::MemoryKind::pinned)->free(pinned_, sizes_.pinned_bytes).ignore();
  if (managed_) device_.memory(device::MemoryKind::managed)->free(managed_, sizes_.managed_bytes).ignore();
}

std::unique_ptr<device::Stream> Gpu::make_stream() {
  device::Result<std::unique_ptr<device::Stream>> stream = device_.create_stream();
  check(stream.status(), "cannot make a stream");
  return stream.take();
}

void Gpu::check(const device::Status& status, const char* what) const {
  if (!status.ok())
    fatal_error("error: %s: %s: %s%s", device_.describe().c_str(), what, status.message().c_str(),
                note_ ? note_().c_str() : "");
}

device::Stream& Gpu::next_task_stream() {
  return *task_streams_[next_.fetch_add(1, std::memory_order_relaxed) % task_streams_.size()];
}

std::shared_ptr<device::Event> Gpu::record(device::Stream& stream) {
  std::unique_ptr<device::Event> event;
  {
    std::lock_guard lock(events_mutex_);
    if (!events_.empty()) {
      event = std::move(events_.back());
      events_.pop_back();
    }
  }
  if (!event) {
    device::Result<std::unique_ptr<device::Event>> made = device_.create_event();
    check(made.status(), "cannot make an event");
    event = made.take();
  }
  check(stream.record(*event), "cannot record an event");
  return {event.release(), [this](device::Event* unused) {
            std::lock_guard lock(events_mutex_);
            events_.emplace_back(unused);
          }};
}

void Gpu::when_done(device::Stream& stream, Work& work) {
  struct Call {
    Gpu* gpu;
    Work* work;
  };
  awaited_.fetch_add(1, std::memory_order_relaxed);
  // Called where devices must not be used, and what the work starts may use them: the workers take it over.
  const auto call = [](void* argument) {
    const std::unique_ptr<Call> self(static_cast<Call*>(argument));
    Gpu& gpu = *self->gpu;
    gpu.submit_(gpu.submit_argument_, *self->work);
    // Last: afterwards the runtime may be idle, and end.
    gpu.awaited_.fetch_sub(1, std::memory_order_release);
  };
  check(stream.call(call, new Call{this, &work}), "cannot queue work");
}

void Gpu::read(void* to, const void* from, size_t bytes) {
  check(to_host_->copy(to, from, bytes), "cannot read memory");
  check(to_host_->synchronize(), "reading memory failed");
}

void Gpu::write(void* to, const void* from, size_t bytes) {
  check(to_device_->copy(to, from, bytes), "cannot write memory");
  check(to_device_->synchronize(), "writing memory failed");
}

void Gpu::watch() {
  constexpr auto kBetween = std::chrono::milliseconds(20);
  std::unique_lock lock(watch_mutex_);
  while (!stopped_.wait_for(lock, kBetween, [this] { return is_stopped_; })) {
    if (awaited_.load(std::memory_order_relaxed) == 0) continue;
    // Asking a stream makes a real device tell.
    check(inside_->query().status(), "work on it failed");
    check(device_.status(), "work on it failed");
  }
}

// ---- the set

GpuSet::GpuSet(const GpuConfig& config) {
  const int wanted = config.wanted();
  if (wanted == 0) {
    if (config.managed > 0 && config.platform != GpuConfig::Platform::off)
      fatal_error(
          "error: `-ll:msize` asks for memory that host and GPUs share, and there are no GPUs (`-ll:gpu`)");
    return;
  }
  std::vector<int> ids = config.ids;
  if (ids.empty()) {
    for (int k = 0; k < wanted; ++k) ids.push_back(k);
  }
  if (config.platform == GpuConfig::Platform::simulated) {
    device::SimulatedOptions options;
    for (int id : ids) options.devices = std::max(options.devices, static_cast<size_t>(id) + 1);
    options.capacity_bytes[static_cast<size_t>(device::MemoryKind::device)] = config.fbmem;
    options.capacity_bytes[static_cast<size_t>(device::MemoryKind::pinned)] = config.zcmem;
    options.capacity_bytes[static_cast<size_t>(device::MemoryKind::managed)] = config.managed;
    auto opened = device::open_simulated(options);
    if (!opened.ok()) fatal_error("error: %s", opened.status().message().c_str());
    platform_ = opened.take();
  } else {
    platform_ = device::open_cuda();
  }
  const size_t count = platform_->device_count();
  for (int id : ids) {
    if (static_cast<size_t>(id) < count) continue;
    const std::string& reason = platform_->absent_reason();
    const std::string why = reason.empty() ? std::to_string(count) + " can be used" : reason;
    fatal_error("error: GPU %d is asked for: %s (`--gpu=simulated` runs without one)", id, why.c_str());
  }
  for (int id : ids) {
    // What all of them and the host reach is the first one's.
    Gpu::Sizes sizes{config.fbmem};
    if (gpus_.empty()) sizes = {config.fbmem, config.zcmem, config.managed};
    gpus_.push_back(
        std::make_unique<Gpu>(platform_->device(static_cast<size_t>(id)), id, sizes, config.task_streams));
  }
}

GpuSet::~GpuSet() = default;

}  // namespace palatine::realm
