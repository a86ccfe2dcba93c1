#include "runtime/device/cuda_device.h"

#include <unistd.h>

#include <algorithm>

#include "runtime/device/software_memory.h"

namespace palatine::device {

// What the driver aligns allocations of device memory to at least.
constexpr size_t kCudaAlignmentBytes = 256;

CudaDevice::CudaDevice(CudaPlatform& platform, const CudaDriver& driver, size_t index, int ordinal)
    : Device(platform, index), driver_(driver), ordinal_(ordinal) {
  properties_.name = "number " + std::to_string(ordinal);
}

std::unique_ptr<CudaDevice> CudaDevice::open(CudaPlatform& platform, const CudaDriver& driver, size_t index,
                                             int ordinal, std::string& why) {
  std::unique_ptr<CudaDevice> device(new CudaDevice(platform, driver, index, ordinal));
  Status status = device->read_properties();
  if (!status.ok()) {
    why = status.message();
    return nullptr;
  }
  device->read_mapping();
  device->make_memories();
  return device;
}

CudaDevice::~CudaDevice() {
  for (auto& memory : memories_) memory.reset();
  // The process may be past the driver's own end; then there is nothing to give back.
  if (context_.load()) driver_.cuDevicePrimaryCtxRelease(id_);
}

CudaPlatform& CudaDevice::cuda_platform() const {
  return static_cast<CudaPlatform&>(platform_);
}

Status CudaDevice::read_properties() {
  PALATINE_CUDA_TRY(*this, cuDeviceGet, "", &id_, ordinal_);
  char name[256] = "";
  PALATINE_CUDA_TRY(*this, cuDeviceGetName, "", name, static_cast<int>(sizeof name - 1), id_);
  properties_.name = name;
  // From 11.4 on. The device can be used without it.
  if (driver_.cuDeviceGetUuid && driver_.cuDeviceGetUuid(properties_.uuid.data(), id_) != 0)
    properties_.uuid.fill(0);
  size_t memory_bytes = 0;
  PALATINE_CUDA_TRY(*this, cuDeviceTotalMem, "", &memory_bytes, id_);
  properties_.memory_bytes = memory_bytes;
  properties_.alignment_bytes = kCudaAlignmentBytes;

  int max_pitch = 0, has_unified = 0, shared = 0, shared_optin = 0, has_managed = 0, has_concurrent = 0,
      has_pageable = 0;
  struct {
    int attribute;
    int* value;
  } wanted[] = {
      {cuda_attribute::max_threads_per_block, &properties_.max_threads_per_block},
      {cuda_attribute::max_shared_bytes_per_block, &shared},
      {cuda_attribute::max_shared_bytes_per_block_optin, &shared_optin},
      {cuda_attribute::warp_size, &properties_.warp_threads},
      {cuda_attribute::max_pitch, &max_pitch},
      {cuda_attribute::multiprocessor_count, &properties_.multiprocessors},
      {cuda_attribute::async_engine_count, &properties_.copy_engines},
      {cuda_attribute::unified_addressing, &has_unified},
      {cuda_attribute::compute_capability_major, &properties_.capability_major},
      {cuda_attribute::compute_capability_minor, &properties_.capability_minor},
      {cuda_attribute::managed_memory, &has_managed},
      {cuda_attribute::concurrent_managed_access, &has_concurrent},
      {cuda_attribute::pageable_memory_access, &has_pageable},
  };
  for (const auto& [attribute, value] : wanted) {
    PALATINE_CUDA_TRY(*this, cuDeviceGetAttribute, "of attribute " + std::to_string(attribute), value,
                      attribute, id_);
  }
  if (!has_unified) {
    return Status::error(StatusCode::not_supported,
                         describe() + " does not share its address space with the host");
  }
  properties_.max_shared_bytes_per_block = static_cast<size_t>(std::max(shared, shared_optin));
  properties_.has_managed_memory = has_managed != 0;
  properties_.has_concurrent_managed_access = has_concurrent != 0;
  properties_.can_use_host_memory = has_pageable != 0;
  max_pitch_bytes_ = static_cast<size_t>(max_pitch);
  return {};
}

void CudaDevice::read_mapping() {
  const CudaDriver& d = driver_;
  if (!d.cuMemAddressReserve || !d.cuMemAddressFree || !d.cuMemCreate || !d.cuMemRelease || !d.cuMemMap ||
      !d.cuMemUnmap || !d.cuMemSetAccess || !d.cuMemGetAllocationGranularity)
    return;
  int can_map = 0;
  // A driver that does not know the attribute cannot either.
  if (d.cuDeviceGetAttribute(&can_map, cuda_attribute::virtual_memory_management, id_) != 0 || !can_map)
    return;
  const CudaMemoryKind kind = mapped_memory();
  size_t bytes = 0;
  if (d.cuMemGetAllocationGranularity(&bytes, &kind, kCudaGranularityMinimum) == 0) mapping_bytes_ = bytes;
}

CudaMemoryKind CudaDevice::mapped_memory() const {
  CudaMemoryKind kind = {};
  kind.type = kCudaMemoryPinned;
  kind.location = {kCudaLocationDevice, ordinal_};
  return kind;
}

std::vector<CudaAccess> CudaDevice::accesses() const {
  std::vector<CudaAccess> result;
  for (size_t k = 0; k < platform_.device_count(); ++k) {
    const auto& other = static_cast<const CudaDevice&>(platform_.device(k));
    if (other.can_access(*this))
      result.push_back({{kCudaLocationDevice, other.ordinal_}, kCudaAccessReadWrite});
  }
  return result;
}

void CudaDevice::make_memories() {
  uint64_t host_bytes =
      static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  auto put = [&](std::unique_ptr<Memory> memory) {
    size_t slot = static_cast<size_t>(memory->kind());
    memories_[slot] = std::move(memory);
  };
  put(make_cuda_memory(*this, MemoryKind::device, kCudaAlignmentBytes, properties_.memory_bytes));
  put(std::make_unique<HostMemory>(*this, 64, host_bytes));
  put(make_cuda_memory(*this, MemoryKind::pinned, kCudaAlignmentBytes, host_bytes));
  // Pages of managed memory that the device has no room for stay with the host.
  if (properties_.has_managed_memory) {
    put(make_cuda_memory(*this, MemoryKind::managed, kCudaAlignmentBytes, host_bytes));
  }
}

Result<CudaContext> CudaDevice::context() const {
  CudaContext context = context_.load(std::memory_order_acquire);
  if (context) return context;
  std::unique_lock lock(mutex_);
  context = context_.load(std::memory_order_relaxed);
  if (context) return context;
  int code = driver_.cuDevicePrimaryCtxRetain(&context, id_);
  if (code == 0) context_.store(context, std::memory_order_release);
  lock.unlock();
  if (code != 0) return error("cuDevicePrimaryCtxRetain", "", code);
  return context;
}

Status CudaDevice::error(const char* call, const std::string& detail, int code) const {
  std::string message = call;
  if (!detail.empty()) message += " " + detail;
  message += " on " + describe() + ": " + driver_.describe(code);
  Status status = Status::error(CudaDriver::status_code(code), std::move(message), code);
  if (status.code() == StatusCode::device_lost) {
    std::unique_lock lock(mutex_);
    if (!is_lost_.load()) {
      lost_reason_ = status;
      is_lost_.store(true, std::memory_order_release);
    }
  }
  return status;
}

Status CudaDevice::status() const {
  if (!is_lost_.load(std::memory_order_acquire)) return {};
  std::unique_lock lock(mutex_);
  return lost_reason_;
}

Result<std::unique_ptr<Stream>> CudaDevice::create_stream(const StreamOptions& options) {
  CudaScope scope(*this);
  if (!scope.status().ok()) return scope.status();
  int least = 0, greatest = 0;
  PALATINE_CUDA_TRY(*this, cuCtxGetStreamPriorityRange, "", &least, &greatest);
  CudaStreamHandle handle = nullptr;
  PALATINE_CUDA_TRY(*this, cuStreamCreateWithPriority, "", &handle, kCudaStreamNonBlocking,
                    options.is_urgent ? greatest : least);
  return std::unique_ptr<Stream>(std::make_unique<CudaStream>(*this, handle));
}

Result<std::unique_ptr<Stream>> adopt_cuda_stream(Device& device, void* native_handle) {
  auto* own = dynamic_cast<CudaDevice*>(&device);
  if (!own || !own->driver().cuStreamGetCtx)
    return Status::error(StatusCode::not_supported,
                         device.describe() + " takes no streams that others have made");
  CudaScope scope(*own);
  if (!scope.status().ok()) return scope.status();
  const auto handle = static_cast<CudaStreamHandle>(native_handle);
  CudaContext context = nullptr;
  PALATINE_CUDA_TRY(*own, cuStreamGetCtx, "of a stream that others have made", handle, &context);
  Result<CudaContext> primary = own->context();
  if (!primary.ok()) return primary.status();
  if (context != primary.value())
    return Status::error(StatusCode::invalid_argument,
                         "the stream is not one of the primary context of " + device.describe());
  return std::unique_ptr<Stream>(std::make_unique<CudaStream>(*own, handle, false));
}

Result<std::unique_ptr<Event>> CudaDevice::create_event(const EventOptions& options) {
  CudaScope scope(*this);
  if (!scope.status().ok()) return scope.status();
  CudaEventHandle handle = nullptr;
  PALATINE_CUDA_TRY(*this, cuEventCreate, "", &handle, options.has_time ? 0 : kCudaEventDisableTiming);
  return std::unique_ptr<Event>(std::make_unique<CudaEvent>(*this, handle));
}

bool CudaDevice::can_access(const Device& other) const {
  if (&other == this) return true;
  if (&other.platform() != &platform_) return false;
  // It never changes, and copies ask often.
  std::atomic<uint8_t>* known = other.index() < can_access_.size() ? &can_access_[other.index()] : nullptr;
  enum : uint8_t { unknown, yes, no };
  if (known && known->load(std::memory_order_relaxed) != unknown) return *known == yes;
  int result = 0;
  const bool can =
      driver_.cuDeviceCanAccessPeer(&result, id_, static_cast<const CudaDevice&>(other).id_) == 0 &&
      result != 0;
  if (known) known->store(can ? yes : no, std::memory_order_relaxed);
  return can;
}

Status CudaDevice::enable_access(Device& other) {
  if (&other == this) return {};
  if (!can_access(other)) {
    return Status::error(StatusCode::not_supported,
                         describe() + " cannot access the memory of " + other.describe());
  }
  Result<CudaContext> peer = static_cast<CudaDevice&>(other).context();
  if (!peer.ok()) return peer.status();
  CudaScope scope(*this);
  if (!scope.status().ok()) return scope.status();
  int code = driver_.cuCtxEnablePeerAccess(peer.value(), 0);
  if (code == cuda_result::success || code == cuda_result::peer_access_already_enabled) return {};
  return error("cuCtxEnablePeerAccess", "to " + other.describe(), code);
}

Result<double> CudaDevice::elapsed_ns(const Event& from, const Event& to) {
  if (&from.device() != this || &to.device() != this) {
    return Status::error(StatusCode::invalid_argument,
                         "elapsed time on " + describe() + ": event of another device");
  }
  CudaScope scope(*this);
  if (!scope.status().ok()) return scope.status();
  float milliseconds = 0;
  int code = driver_.cuEventElapsedTime(&milliseconds, static_cast<const CudaEvent&>(from).handle(),
                                        static_cast<const CudaEvent&>(to).handle());
  if (code == cuda_result::not_ready) {
    return Status::error(StatusCode::invalid_argument,
                         "cuEventElapsedTime on " + describe() + ": an event is not done", code);
  }
  if (code != 0) return error("cuEventElapsedTime", "", code);
  return static_cast<double>(milliseconds) * 1e6;
}

Status CudaDevice::synchronize() {
  CudaScope scope(*this);
  if (!scope.status().ok()) return scope.status();
  PALATINE_CUDA_TRY(*this, cuCtxSynchronize, "");
  return {};
}

Status CudaDevice::lock_host(void* address, size_t size_bytes) {
  if (!driver_.cuMemHostRegister || !driver_.cuMemHostUnregister)
    return Device::lock_host(address, size_bytes);
  CudaScope scope(*this);
  if (!scope.status().ok()) return scope.status();
  PALATINE_CUDA_TRY(*this, cuMemHostRegister, "of " + std::to_string(size_bytes) + " bytes", address,
                    size_bytes, kCudaHostPortable);
  return {};
}

Status CudaDevice::unlock_host(void* address) {
  CudaScope scope(*this);
  if (!scope.status().ok()) return scope.status();
  PALATINE_CUDA_TRY(*this, cuMemHostUnregister, "", address);
  return {};
}

Status CudaDevice::use_on_this_thread() {
  // It stays, in the place of the one before: what is pushed for each task would never end.
  Result<CudaContext> own = context();
  if (!own.ok()) return own.status();
  PALATINE_CUDA_TRY(*this, cuCtxSetCurrent, "", own.value());
  return {};
}

CudaScope::CudaScope(const CudaDevice& device) : device_(device) {
  Result<CudaContext> context = device.context();
  if (!context.ok()) {
    status_ = context.status();
    return;
  }
  CudaContext current = nullptr;
  if (device.driver().cuCtxGetCurrent(&current) == cuda_result::success && current == context.value()) return;
  if (int code = device.driver().cuCtxPushCurrent(context.value())) {
    status_ = device.error("cuCtxPushCurrent", "", code);
    return;
  }
  is_pushed_ = true;
}

CudaScope::~CudaScope() {
  CudaContext popped;
  if (is_pushed_) device_.driver().cuCtxPopCurrent(&popped);
}

}  // namespace palatine::device
