#include <algorithm>
#include <cstring>

#include "runtime/device/arguments.h"
#include "runtime/device/cuda_device.h"

namespace palatine::device {

void CudaProgress::note(Sequence sequence) {
  Sequence value = known.load(std::memory_order_relaxed);
  while (value < sequence && !known.compare_exchange_weak(value, sequence, std::memory_order_release)) {
  }
}

CudaEvent::~CudaEvent() {
  CudaScope scope(cuda_device());
  // The driver keeps what queued work needs of it; an error can only be that of a lost device.
  if (scope.status().ok()) cuda_device().driver().cuEventDestroy(handle_);
}

Result<bool> CudaEvent::query() const {
  if (!progress_ || progress_->known.load(std::memory_order_acquire) >= sequence_) return true;
  CudaScope scope(cuda_device());
  if (!scope.status().ok()) return scope.status();
  int code = cuda_device().driver().cuEventQuery(handle_);
  if (code == cuda_result::not_ready) return false;
  if (code != 0) return cuda_device().error("cuEventQuery", "", code);
  progress_->note(sequence_);
  return true;
}

Status CudaEvent::wait() const {
  if (!progress_ || progress_->known.load(std::memory_order_acquire) >= sequence_) return {};
  CudaScope scope(cuda_device());
  if (!scope.status().ok()) return scope.status();
  PALATINE_CUDA_TRY(cuda_device(), cuEventSynchronize, "", handle_);
  progress_->note(sequence_);
  return {};
}

CudaStream::CudaStream(CudaDevice& device, CudaStreamHandle handle, bool is_owner)
    : Stream(device), handle_(handle), is_owner_(is_owner) {}

CudaStream::~CudaStream() {
  // Somebody else's may be gone already.
  if (!is_owner_) return;
  synchronize().ignore();
  cuda_device().calls().forget(handle_);
  CudaScope scope(cuda_device());
  if (scope.status().ok()) cuda_device().driver().cuStreamDestroy(handle_);
}

static CudaAddress address_of(const void* pointer) {
  return reinterpret_cast<CudaAddress>(pointer);
}

static std::string bytes(size_t count) {
  return "of " + std::to_string(count) + " bytes";
}

Result<CudaPlace> place_of(const CudaDevice& device, CudaAddress address) {
  CudaPlace place;
  unsigned type = 0;
  const int code = device.driver().cuPointerGetAttribute(&type, kCudaPointerMemoryType, address);
  if (code == cuda_result::invalid_value) {
    place.is_pageable = true;
    return place;
  }
  // Whoever took it for the host's would let the host touch the device's.
  if (code != 0) return device.error("cuPointerGetAttribute", "of the type of memory", code);
  if (type != kCudaMemoryDevice) return place;
  PALATINE_CUDA_TRY(device, cuPointerGetAttribute, "of the device of memory", &place.device_ordinal,
                    kCudaPointerDeviceOrdinal, address);
  return place;
}

// The devices of both ends; null for memory of no device.
struct CudaEnds {
  CudaDevice* to = nullptr;
  CudaDevice* from = nullptr;
};

static Result<CudaEnds> ends_of(const CudaDevice& device, const void* dst, const void* src) {
  const Result<CudaPlace> to = place_of(device, address_of(dst)), from = place_of(device, address_of(src));
  if (!to.ok()) return to.status();
  if (!from.ok()) return from.status();
  const CudaPlatform& platform = device.cuda_platform();
  return CudaEnds{platform.device_of(to.value().device_ordinal),
                  platform.device_of(from.value().device_ordinal)};
}

Status CudaStream::copy_locked(CudaAddress dst, CudaAddress src, size_t size_bytes) {
  PALATINE_CUDA_TRY(cuda_device(), cuMemcpyAsync, bytes(size_bytes), dst, src, size_bytes, handle_);
  count();
  return {};
}

Status CudaStream::copy(void* dst, const void* src, size_t size_bytes) {
  if (size_bytes == 0) return {};
  if (Status status = check_copy(dst, src, size_bytes, device_); !status.ok()) return status;
  CudaScope scope(cuda_device());
  if (!scope.status().ok()) return scope.status();
  std::unique_lock lock(mutex_);
  return copy_flat_locked(dst, src, size_bytes);
}

// Memory that is mapped is only known to the devices that may use it, so between others both are named.
Status CudaStream::copy_flat_locked(void* dst, const void* src, size_t size_bytes) {
  const CudaPlatform& platform = cuda_device().cuda_platform();
  if (platform.device_count() > 1) {
    const Result<CudaEnds> ends = ends_of(cuda_device(), dst, src);
    if (!ends.ok()) return ends.status();
    const auto [to, from] = ends.value();
    if (to && from && to != from && !to->can_access(*from)) {
      StridedCopy row;
      row.dst = dst;
      row.src = src;
      row.row_bytes = row.dst_row_pitch_bytes = row.src_row_pitch_bytes = size_bytes;
      row.dst_slice_pitch_bytes = row.src_slice_pitch_bytes = size_bytes;
      return copy_peer_locked(row, *to, *from);
    }
  }
  return copy_locked(address_of(dst), address_of(src), size_bytes);
}

static std::string describe(const StridedCopy& copy) {
  return "of " + std::to_string(copy.slices) + "x" + std::to_string(copy.rows) + "x" +
         std::to_string(copy.row_bytes) + " bytes with pitches " + std::to_string(copy.dst_row_pitch_bytes) +
         ", " + std::to_string(copy.dst_slice_pitch_bytes) + " to " +
         std::to_string(copy.src_row_pitch_bytes) + ", " + std::to_string(copy.src_slice_pitch_bytes);
}

// Puts the two sides of a copy, pageable memory as the host's and all other by its address.
template <typename Parameters>
static Status put_sides(Parameters& parameters, const StridedCopy& copy, const CudaDevice& device) {
  const Result<CudaPlace> src = place_of(device, address_of(copy.src));
  if (!src.ok()) return src.status();
  const Result<CudaPlace> dst = place_of(device, address_of(copy.dst));
  if (!dst.ok()) return dst.status();
  if (src.value().is_pageable) {
    parameters.src_type = kCudaMemoryHost;
    parameters.src_host = copy.src;
  } else {
    parameters.src_type = kCudaMemoryUnified;
    parameters.src_address = address_of(copy.src);
  }
  if (dst.value().is_pageable) {
    parameters.dst_type = kCudaMemoryHost;
    parameters.dst_host = copy.dst;
  } else {
    parameters.dst_type = kCudaMemoryUnified;
    parameters.dst_address = address_of(copy.dst);
  }
  parameters.src_pitch = copy.src_row_pitch_bytes;
  parameters.dst_pitch = copy.dst_row_pitch_bytes;
  parameters.width_bytes = copy.row_bytes;
  parameters.height = copy.rows;
  return {};
}

static void put_heights(auto& parameters, const StridedCopy& copy) {
  parameters.src_height = copy.src_slice_pitch_bytes / copy.src_row_pitch_bytes;
  parameters.dst_height = copy.dst_slice_pitch_bytes / copy.dst_row_pitch_bytes;
  parameters.depth = copy.slices;
}

// Rows, one after another where the pitch is more than the driver takes.
Status CudaStream::copy_2d_locked(const StridedCopy& copy) {
  if (copy.src_row_pitch_bytes > cuda_device().max_pitch_bytes() ||
      copy.dst_row_pitch_bytes > cuda_device().max_pitch_bytes()) {
    for (size_t row = 0; row < copy.rows; ++row) {
      Status status = copy_locked(address_of(copy.dst) + row * copy.dst_row_pitch_bytes,
                                  address_of(copy.src) + row * copy.src_row_pitch_bytes, copy.row_bytes);
      if (!status.ok()) return status;
    }
    return {};
  }
  CudaCopy2D parameters = {};
  if (Status status = put_sides(parameters, copy, cuda_device()); !status.ok()) return status;
  PALATINE_CUDA_TRY(cuda_device(), cuMemcpy2DAsync, describe(copy), &parameters, handle_);
  count();
  return {};
}

// The driver counts a plane in whole rows; where the planes lie otherwise, they are copied one by one, as
// planes of rows or as planes of equal rows of all planes, whichever are fewer.
Status CudaStream::copy_3d_locked(const StridedCopy& copy) {
  bool has_whole_rows = copy.src_slice_pitch_bytes % copy.src_row_pitch_bytes == 0 &&
                        copy.dst_slice_pitch_bytes % copy.dst_row_pitch_bytes == 0;
  size_t max_pitch = cuda_device().max_pitch_bytes();
  if (has_whole_rows && copy.src_row_pitch_bytes <= max_pitch && copy.dst_row_pitch_bytes <= max_pitch) {
    CudaCopy3D parameters = {};
    if (Status status = put_sides(parameters, copy, cuda_device()); !status.ok()) return status;
    put_heights(parameters, copy);
    PALATINE_CUDA_TRY(cuda_device(), cuMemcpy3DAsync, describe(copy), &parameters, handle_);
    count();
    return {};
  }
  bool by_rows = copy.rows < copy.slices;
  size_t planes = by_rows ? copy.rows : copy.slices;
  size_t dst_step = by_rows ? copy.dst_row_pitch_bytes : copy.dst_slice_pitch_bytes;
  size_t src_step = by_rows ? copy.src_row_pitch_bytes : copy.src_slice_pitch_bytes;
  for (size_t i = 0; i < planes; ++i) {
    StridedCopy plane = copy;
    plane.slices = 1;
    plane.dst = static_cast<char*>(copy.dst) + i * dst_step;
    plane.src = static_cast<const char*>(copy.src) + i * src_step;
    if (by_rows) {
      plane.rows = copy.slices;
      plane.dst_row_pitch_bytes = copy.dst_slice_pitch_bytes;
      plane.src_row_pitch_bytes = copy.src_slice_pitch_bytes;
    }
    if (Status status = copy_2d_locked(plane); !status.ok()) return status;
  }
  return {};
}

Status CudaStream::copy_peer_locked(const StridedCopy& copy, const CudaDevice& to, const CudaDevice& from) {
  Result<CudaContext> dst_context = to.context(), src_context = from.context();
  if (!dst_context.ok()) return dst_context.status();
  if (!src_context.ok()) return src_context.status();
  // Plane by plane unless a plane is a whole number of rows, as above.
  bool has_whole_rows = copy.src_slice_pitch_bytes % copy.src_row_pitch_bytes == 0 &&
                        copy.dst_slice_pitch_bytes % copy.dst_row_pitch_bytes == 0;
  size_t copies = copy.slices > 1 && !has_whole_rows ? copy.slices : 1;
  for (size_t i = 0; i < copies; ++i) {
    CudaCopy3DPeer parameters = {};
    parameters.src_type = parameters.dst_type = kCudaMemoryDevice;
    parameters.src_address = address_of(copy.src) + i * copy.src_slice_pitch_bytes;
    parameters.dst_address = address_of(copy.dst) + i * copy.dst_slice_pitch_bytes;
    parameters.src_context = src_context.value();
    parameters.dst_context = dst_context.value();
    parameters.src_pitch = copy.src_row_pitch_bytes;
    parameters.dst_pitch = copy.dst_row_pitch_bytes;
    parameters.width_bytes = copy.row_bytes;
    parameters.height = copy.rows;
    parameters.src_height = parameters.dst_height = copy.rows;
    parameters.depth = 1;
    if (copies == 1 && copy.slices > 1) put_heights(parameters, copy);
    PALATINE_CUDA_TRY(cuda_device(), cuMemcpy3DPeerAsync, describe(copy) + " from " + from.describe(),
                      &parameters, handle_);
    count();
  }
  return {};
}

Status CudaStream::copy_strided(const StridedCopy& copy) {
  StridedCopy normal = copy;
  if (Status status = normalize(normal, device_); !status.ok()) return status;
  if (normal.row_bytes == 0) return {};
  CudaScope scope(cuda_device());
  if (!scope.status().ok()) return scope.status();
  std::unique_lock lock(mutex_);
  if (normal.rows == 1) return copy_flat_locked(normal.dst, normal.src, normal.row_bytes);
  const CudaPlatform& platform = cuda_device().cuda_platform();
  if (platform.device_count() > 1) {
    const Result<CudaEnds> ends = ends_of(cuda_device(), normal.dst, normal.src);
    if (!ends.ok()) return ends.status();
    const auto [to, from] = ends.value();
    if (to && from && to != from) return copy_peer_locked(normal, *to, *from);
  }
  return normal.slices == 1 ? copy_2d_locked(normal) : copy_3d_locked(normal);
}

// `count_of_units` units of 1, 2 or 4 bytes.
Status CudaStream::set_locked(CudaAddress dst, const void* unit, size_t unit_bytes, size_t count_of_units) {
  if (unit_bytes == 1) {
    uint8_t value;
    std::memcpy(&value, unit, sizeof value);
    PALATINE_CUDA_TRY(cuda_device(), cuMemsetD8Async, bytes(count_of_units), dst, value, count_of_units,
                      handle_);
  } else if (unit_bytes == 2) {
    uint16_t value;
    std::memcpy(&value, unit, sizeof value);
    PALATINE_CUDA_TRY(cuda_device(), cuMemsetD16Async, bytes(2 * count_of_units), dst, value, count_of_units,
                      handle_);
  } else {
    uint32_t value;
    std::memcpy(&value, unit, sizeof value);
    PALATINE_CUDA_TRY(cuda_device(), cuMemsetD32Async, bytes(4 * count_of_units), dst, value, count_of_units,
                      handle_);
  }
  count();
  return {};
}

// Whether the pattern is a repetition of its first `unit_bytes` bytes.
static bool repeats(const char* pattern, size_t pattern_bytes, size_t unit_bytes) {
  return pattern_bytes % unit_bytes == 0 &&
         std::memcmp(pattern, pattern + unit_bytes, pattern_bytes - unit_bytes) == 0;
}

Status CudaStream::fill_locked(CudaAddress dst, const void* pattern, size_t pattern_bytes,
                               size_t pattern_count) {
  const char* units = static_cast<const char*>(pattern);
  size_t total = pattern_bytes * pattern_count;
  // The driver wants addresses that are multiples of the unit.
  for (size_t unit_bytes : {1, 2, 4}) {
    if (dst % unit_bytes == 0 && repeats(units, pattern_bytes, unit_bytes)) {
      return set_locked(dst, units, unit_bytes, total / unit_bytes);
    }
  }
  // The first pattern unit by unit, then what is there is copied behind itself, twice as much each time.
  size_t unit_bytes = 4;
  while (dst % unit_bytes != 0 || pattern_bytes % unit_bytes != 0) unit_bytes /= 2;
  for (size_t i = 0; i < pattern_bytes; i += unit_bytes) {
    if (Status status = set_locked(dst + i, units + i, unit_bytes, 1); !status.ok()) return status;
  }
  for (size_t done = pattern_bytes; done < total; done *= 2) {
    if (Status status = copy_locked(dst + done, dst, std::min(done, total - done)); !status.ok())
      return status;
  }
  return {};
}

namespace {

struct HostFill {
  char* dst;
  std::string pattern;
  size_t count;
};

}  // namespace

// The driver sets only memory that it knows.
Status CudaStream::fill_on_host_locked(void* dst, const void* pattern, size_t pattern_bytes,
                                       size_t pattern_count) {
  auto fill = std::make_unique<HostFill>();
  fill->dst = static_cast<char*>(dst);
  fill->pattern.assign(static_cast<const char*>(pattern), pattern_bytes);
  fill->count = pattern_count;
  auto run = [](void* argument) {
    std::unique_ptr<HostFill> own(static_cast<HostFill*>(argument));
    for (size_t i = 0; i < own->count; ++i) {
      std::memcpy(own->dst + i * own->pattern.size(), own->pattern.data(), own->pattern.size());
    }
  };
  PALATINE_CUDA_TRY(cuda_device(), cuLaunchHostFunc, "for a fill " + bytes(pattern_bytes * pattern_count),
                    handle_, run, fill.get());
  // The function owns it now. Where the device is lost before, it is not called and these few bytes are lost
  // too.
  (void)fill.release();
  count();
  return {};
}

Status CudaStream::fill(void* dst, const void* pattern, size_t pattern_bytes, size_t pattern_count) {
  if (pattern_count == 0) return {};
  if (Status status = check_fill(dst, pattern, pattern_bytes, pattern_count, device_); !status.ok())
    return status;
  CudaScope scope(cuda_device());
  if (!scope.status().ok()) return scope.status();
  std::unique_lock lock(mutex_);
  const Result<CudaPlace> place = place_of(cuda_device(), address_of(dst));
  if (!place.ok()) return place.status();
  if (place.value().is_pageable) {
    return fill_on_host_locked(dst, pattern, pattern_bytes, pattern_count);
  }
  return fill_locked(address_of(dst), pattern, pattern_bytes, pattern_count);
}

Status CudaStream::launch(Kernel& kernel, const LaunchShape& shape,
                          std::span<const KernelArgument> arguments) {
  auto& own = static_cast<CudaKernel&>(kernel);
  CudaScope scope(cuda_device());
  if (!scope.status().ok()) return scope.status();
  if (Status status = own.prepare(cuda_device(), shape, arguments); !status.ok()) return status;
  // The driver copies the arguments during the call.
  std::vector<void*> pointers;
  for (const KernelArgument& argument : arguments) pointers.push_back(const_cast<void*>(argument.data));
  std::unique_lock lock(mutex_);
  PALATINE_CUDA_TRY(cuda_device(), cuLaunchKernel,
                    "of kernel `" + kernel.name() + "` with " + describe_shape(shape), own.handle(),
                    shape.grid.x, shape.grid.y, shape.grid.z, shape.block.x, shape.block.y, shape.block.z,
                    shape.shared_bytes, handle_, pointers.data(), nullptr);
  count();
  return {};
}

Status CudaStream::call(HostFunction function, void* argument, HostFunction lost) {
  if (!function)
    return Status::error(StatusCode::invalid_argument, "call of a null function on " + device_.describe());
  CudaScope scope(cuda_device());
  if (!scope.status().ok()) return scope.status();
  std::unique_lock lock(mutex_);
  if (lost) {
    CudaCalls::Call* watched = cuda_device().calls().add(handle_, function, argument, lost);
    if (int code = cuda_device().driver().cuLaunchHostFunc(handle_, CudaCalls::make, watched)) {
      cuda_device().calls().withdraw(watched);
      return cuda_device().error("cuLaunchHostFunc", "", code);
    }
  } else {
    PALATINE_CUDA_TRY(cuda_device(), cuLaunchHostFunc, "", handle_, function, argument);
  }
  count();
  return {};
}

Status CudaStream::record(Event& event) {
  if (&event.device() != &device_) {
    return Status::error(
        StatusCode::invalid_argument,
        "recording of an event of " + event.device().describe() + " on a stream of " + device_.describe());
  }
  auto& own = static_cast<CudaEvent&>(event);
  CudaScope scope(cuda_device());
  if (!scope.status().ok()) return scope.status();
  std::unique_lock lock(mutex_);
  PALATINE_CUDA_TRY(cuda_device(), cuEventRecord, "", own.handle(), handle_);
  count();
  own.progress_ = progress_;
  own.stream_id_ = id_;
  own.sequence_ = submitted_.load(std::memory_order_relaxed);
  return {};
}

Status CudaStream::wait(const Event& event) {
  if (&event.device().platform() != &device_.platform()) {
    return Status::error(StatusCode::invalid_argument, "wait of a stream of " + device_.describe() +
                                                           " for an event of " + event.device().describe());
  }
  CudaScope scope(cuda_device());
  if (!scope.status().ok()) return scope.status();
  std::unique_lock lock(mutex_);
  PALATINE_CUDA_TRY(cuda_device(), cuStreamWaitEvent, "", handle_,
                    static_cast<const CudaEvent&>(event).handle(), 0);
  count();
  return {};
}

Result<bool> CudaStream::query() {
  Sequence sequence = submitted();
  CudaScope scope(cuda_device());
  if (!scope.status().ok()) return scope.status();
  int code = cuda_device().driver().cuStreamQuery(handle_);
  if (code == cuda_result::not_ready) return false;
  if (code != 0) return cuda_device().error("cuStreamQuery", "", code);
  progress_->note(sequence);
  return true;
}

Status CudaStream::synchronize() {
  Sequence sequence = submitted();
  CudaScope scope(cuda_device());
  if (!scope.status().ok()) return scope.status();
  PALATINE_CUDA_TRY(cuda_device(), cuStreamSynchronize, "", handle_);
  progress_->note(sequence);
  return {};
}

}  // namespace palatine::device
