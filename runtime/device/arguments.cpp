#include "runtime/device/arguments.h"

namespace palatine::device {

static Status invalid(const StridedCopy& copy, const Device& device, const char* why) {
  return Status::error(StatusCode::invalid_argument,
                       "strided copy of " + std::to_string(copy.slices) + "x" + std::to_string(copy.rows) +
                           "x" + std::to_string(copy.row_bytes) + " bytes on " + device.describe() +
                           " with pitches " + std::to_string(copy.dst_row_pitch_bytes) + ", " +
                           std::to_string(copy.dst_slice_pitch_bytes) + " to " +
                           std::to_string(copy.src_row_pitch_bytes) + ", " +
                           std::to_string(copy.src_slice_pitch_bytes) + ": " + why);
}

// Of one side. False when a product overflows.
static bool put_pitches(const StridedCopy& copy, size_t& row_pitch, size_t& slice_pitch) {
  if (row_pitch == 0) row_pitch = copy.row_bytes;
  size_t plane, end;
  if (__builtin_mul_overflow(row_pitch, copy.rows - 1, &plane)) return false;
  if (__builtin_add_overflow(plane, copy.row_bytes, &plane)) return false;
  // A plane without gap to the next is as long as its rows with their pitches.
  if (slice_pitch == 0 && __builtin_mul_overflow(row_pitch, copy.rows, &slice_pitch)) return false;
  if (__builtin_mul_overflow(slice_pitch, copy.slices - 1, &end)) return false;
  return !__builtin_add_overflow(end, plane, &end);
}

Status normalize(StridedCopy& copy, const Device& device) {
  if (copy.row_bytes == 0 || copy.rows == 0 || copy.slices == 0) {
    copy.row_bytes = 0;
    return {};
  }
  if (!copy.dst || !copy.src) return invalid(copy, device, "null address");
  if (!put_pitches(copy, copy.dst_row_pitch_bytes, copy.dst_slice_pitch_bytes) ||
      !put_pitches(copy, copy.src_row_pitch_bytes, copy.src_slice_pitch_bytes)) {
    return invalid(copy, device, "the size overflows");
  }
  for (auto [row, slice] : {std::pair(copy.dst_row_pitch_bytes, copy.dst_slice_pitch_bytes),
                            std::pair(copy.src_row_pitch_bytes, copy.src_slice_pitch_bytes)}) {
    if (copy.rows > 1 && row < copy.row_bytes) return invalid(copy, device, "rows overlap");
    if (copy.slices > 1 && slice < row * (copy.rows - 1) + copy.row_bytes)
      return invalid(copy, device, "planes overlap");
  }
  // Rows without gap are one row.
  if (copy.dst_row_pitch_bytes == copy.row_bytes && copy.src_row_pitch_bytes == copy.row_bytes) {
    copy.row_bytes *= copy.rows;
    copy.rows = 1;
  }
  // One row a plane: the planes are rows. The same for planes that follow each other as rows do.
  if (copy.rows == 1) {
    copy.rows = copy.slices;
    copy.slices = 1;
    copy.dst_row_pitch_bytes = copy.dst_slice_pitch_bytes;
    copy.src_row_pitch_bytes = copy.src_slice_pitch_bytes;
  } else if (copy.dst_slice_pitch_bytes == copy.rows * copy.dst_row_pitch_bytes &&
             copy.src_slice_pitch_bytes == copy.rows * copy.src_row_pitch_bytes) {
    copy.rows *= copy.slices;
    copy.slices = 1;
  }
  if (copy.rows > 1 && copy.dst_row_pitch_bytes == copy.row_bytes &&
      copy.src_row_pitch_bytes == copy.row_bytes) {
    copy.row_bytes *= copy.rows;
    copy.rows = 1;
  }
  return {};
}

Status check_copy(const void* dst, const void* src, size_t size_bytes, const Device& device) {
  if (dst && src) return {};
  return Status::error(StatusCode::invalid_argument, "copy of " + std::to_string(size_bytes) + " bytes on " +
                                                         device.describe() + ": null address");
}

Status check_fill(const void* dst, const void* pattern, size_t pattern_bytes, size_t count,
                  const Device& device) {
  size_t size_bytes;
  const char* why = nullptr;
  if (!dst || !pattern) why = "null address";
  if (pattern_bytes == 0 || pattern_bytes > kMaxPatternBytes) why = "the pattern must have 1 to 256 bytes";
  if (__builtin_mul_overflow(pattern_bytes, count, &size_bytes)) why = "the size overflows";
  if (!why) return {};
  return Status::error(StatusCode::invalid_argument, "fill of " + std::to_string(count) + " times " +
                                                         std::to_string(pattern_bytes) + " bytes on " +
                                                         device.describe() + ": " + why);
}

static std::string text(const Dim3& dim) {
  return std::to_string(dim.x) + "x" + std::to_string(dim.y) + "x" + std::to_string(dim.z);
}

std::string describe_shape(const LaunchShape& shape) {
  return "grid " + text(shape.grid) + ", block " + text(shape.block) + ", " +
         std::to_string(shape.shared_bytes) + " bytes of shared memory";
}

Status check_shape(const Device& device, const Kernel& kernel, const LaunchShape& shape) {
  const DeviceProperties& properties = device.properties();
  auto has_zero = [](const Dim3& dim) { return dim.x == 0 || dim.y == 0 || dim.z == 0; };
  uint64_t most = static_cast<uint64_t>(properties.max_threads_per_block);
  // Each factor is below 2^32, and after the first test the first product is at most `most`.
  uint64_t plane = uint64_t{shape.block.x} * shape.block.y;
  bool is_too_large = plane > most || plane * shape.block.z > most;
  bool has_too_much_shared = shape.shared_bytes > properties.max_shared_bytes_per_block;
  if (&kernel.device() == &device && !has_zero(shape.grid) && !has_zero(shape.block) && !is_too_large &&
      !has_too_much_shared) {
    return {};
  }
  std::string why = &kernel.device() != &device ? "the kernel belongs to " + kernel.device().describe()
                    : has_too_much_shared       ? "more shared memory than the device's " +
                                                std::to_string(properties.max_shared_bytes_per_block)
                    : is_too_large ? "more threads than the device's " + std::to_string(most) + " a block"
                                   : "a dimension is zero";
  return Status::error(StatusCode::invalid_argument, "launch of kernel `" + kernel.name() + "` on " +
                                                         device.describe() + " with " +
                                                         describe_shape(shape) + ": " + why);
}

}  // namespace palatine::device
