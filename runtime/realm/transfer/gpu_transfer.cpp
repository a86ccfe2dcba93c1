#include "runtime/realm/transfer/gpu_transfer.h"

#include <algorithm>
#include <cstring>

#include "runtime/realm/instance/instance_heap.h"

namespace palatine::realm::transfer {

namespace {

constexpr uint64_t kBufferBytes = 32 << 20;

bool is_plain(const FieldPair& pair) {
  return pair.src.indirect_index < 0 && pair.dst.indirect_index < 0 && pair.dst.redop_id == 0 &&
         pair.src.serdez_id == 0 && pair.dst.serdez_id == 0;
}

}  // namespace

GpuTransfer::GpuTransfer(Transfer& transfer, void (*done)(void*), void* argument)
    : transfer_(transfer), done_(done), argument_(argument) {}

void GpuTransfer::start() {
  Gpu *from = nullptr, *to = nullptr;
  bool is_simple = true;
  for (const FieldPair& pair : transfer_.fields()) {
    if (!from) from = gpu_of(pair.src.inst);
    if (!to) to = gpu_of(pair.dst.inst);
    is_simple &= is_plain(pair);
  }
  for (const auto& indirect : transfer_.indirects()) {
    if (!from) from = gpu_of(indirect->inst);
    for (Realm::RegionInstance target : indirect->insts) {
      if (!from) from = gpu_of(target);
    }
  }
  gpu_ = from ? from : to;
  goes_over_bus_ = !from || !to;
  is_to_device_ = !from;
  stays_inside_ = std::all_of(
      transfer_.fields().begin(), transfer_.fields().end(),
      [&](const FieldPair& pair) { return gpu_of(pair.src.inst) == gpu_ && gpu_of(pair.dst.inst) == gpu_; });
  stream_ = !from ? &gpu_->to_device() : !to ? &gpu_->to_host() : &gpu_->inside();
  if (is_simple) {
    move_on_device();
    return;
  }
  for (const FieldPair& pair : transfer_.fields()) {
    mirrors_.add(pair.src.inst);
    mirrors_.add(pair.dst.inst);
  }
  for (const auto& indirect : transfer_.indirects()) {
    mirrors_.add(indirect->inst);
    for (Realm::RegionInstance target : indirect->insts) mirrors_.add(target);
  }
  mirrors_.read(*gpu_, *stream_);
  then<&GpuTransfer::move_on_mirrors>(*stream_);
}

// ---- on the device

void GpuTransfer::move_on_device() {
  transfer_.prepare(1);
  for (const Move& move : transfer_.moves()) {
    for (const Box& box : transfer_.boxes()) {
      for_each_strided(
          move, box, transfer_.dimension(), transfer_.call(),
          [&](const Strided& strided, bool is_fill) { is_fill ? fill(strided) : copy(strided); });
    }
  }
  if (turned_.empty()) {
    then<&GpuTransfer::finish>(*stream_);
  } else {
    then<&GpuTransfer::turn_next>(*stream_);
  }
}

void GpuTransfer::copy(Strided move) {
  move.normalize();
  if (is_turned(move)) {
    split(move);
  } else if (stays_inside_ && has_short_rows(move)) {
    copy_by_kernel(move);
  } else {
    copy_rows(move);
  }
}

// The strides on the device's side, and on the host's.
static int64_t Axis::* device_stride(bool is_to_device) {
  return is_to_device ? &Axis::dst_stride : &Axis::src_stride;
}
static int64_t Axis::* host_stride(bool is_to_device) {
  return device_stride(!is_to_device);
}

static uint64_t bytes_of(const Strided& move) {
  uint64_t bytes = move.element_bytes;
  for (int a = 0; a < move.axis_count; ++a) bytes *= move.axes[a].count;
  return bytes;
}

void GpuTransfer::copy_by_kernel(const Strided& move) {
  device::BoxCopy copy;
  copy.dst = move.dst;
  copy.src = move.src;
  copy.element_bytes = move.element_bytes;
  for (int a = 0; a < move.axis_count; ++a) {
    const Axis& axis = move.axes[a];
    copy.axes.push_back({axis.count, axis.dst_stride, axis.src_stride});
  }
  gpu_->check(gpu_->box_copier().copy(*stream_, std::move(copy)), "cannot queue a copy");
}

bool GpuTransfer::has_short_rows(const Strided& move) const {
  constexpr size_t kShortBytes = 128;
  constexpr uint64_t kFewBytes = 4096;
  return move.element_bytes < kShortBytes && bytes_of(move) >= kFewBytes;
}

// A bus carries short rows slowly. Where the elements of an axis follow each other on the device, rows are
// long when the host has them in that order.
bool GpuTransfer::is_turned(const Strided& move) const {
  if (!goes_over_bus_ || !has_short_rows(move)) return false;
  const auto stride = device_stride(is_to_device_);
  return std::any_of(move.axes, move.axes + move.axis_count, [&](const Axis& axis) {
    return axis.*stride == static_cast<int64_t>(move.element_bytes) &&
           axis.count * move.element_bytes >= 4 * move.element_bytes;
  });
}

void GpuTransfer::split(Strided move) {
  // Its axes in the order that they have on the device.
  const auto stride = device_stride(is_to_device_);
  std::sort(move.axes, move.axes + move.axis_count,
            [&](const Axis& a, const Axis& b) { return a.*stride < b.*stride; });
  while (bytes_of(move) > kBufferBytes) {
    int outer = move.axis_count - 1;
    while (move.axes[outer].count == 1) --outer;
    Axis& axis = move.axes[outer];
    Strided first = move;
    const uint64_t half = axis.count / 2;
    first.axes[outer].count = half;
    split(first);
    move.dst += static_cast<int64_t>(half) * axis.dst_stride;
    move.src += static_cast<int64_t>(half) * axis.src_stride;
    axis.count -= half;
  }
  turned_.push_back(move);
}

void GpuTransfer::turn_next() {
  if (arrives_) copy_strided(arriving_, false);
  arrives_ = false;
  if (turned_.empty()) return finish();
  const Strided move = turned_.back();
  turned_.pop_back();
  buffer_.resize(bytes_of(move));
  // From the host to the buffer and on to the device, or the other way round.
  Strided on_host = move, on_device = move;
  (is_to_device_ ? on_host.dst : on_device.dst) = buffer_.data();
  (is_to_device_ ? on_device.src : on_host.src) = buffer_.data();
  int64_t step = static_cast<int64_t>(move.element_bytes);
  for (int a = 0; a < move.axis_count; ++a) {
    on_host.axes[a].*device_stride(is_to_device_) = step;
    on_device.axes[a].*host_stride(is_to_device_) = step;
    step *= static_cast<int64_t>(move.axes[a].count);
  }
  if (is_to_device_) {
    copy_strided(on_host, false);
  } else {
    arriving_ = on_host;
    arrives_ = true;
  }
  on_device.normalize();
  copy_rows(on_device);
  then<&GpuTransfer::turn_next>(*stream_);
}

void GpuTransfer::copy_rows(const Strided& move) {
  // The innermost axes as rows and planes, the rest one by one.
  int axes = 0;
  int64_t extent = static_cast<int64_t>(move.element_bytes);
  int64_t dst_extent = extent, src_extent = extent;
  while (axes < 2 && axes < move.axis_count && move.axes[axes].dst_stride >= dst_extent &&
         move.axes[axes].src_stride >= src_extent) {
    const int64_t steps = static_cast<int64_t>(move.axes[axes].count) - 1;
    dst_extent += steps * move.axes[axes].dst_stride;
    src_extent += steps * move.axes[axes].src_stride;
    ++axes;
  }
  device::StridedCopy copy;
  copy.row_bytes = move.element_bytes;
  if (axes > 0) {
    copy.rows = move.axes[0].count;
    copy.dst_row_pitch_bytes = static_cast<size_t>(move.axes[0].dst_stride);
    copy.src_row_pitch_bytes = static_cast<size_t>(move.axes[0].src_stride);
  }
  if (axes > 1) {
    copy.slices = move.axes[1].count;
    copy.dst_slice_pitch_bytes = static_cast<size_t>(move.axes[1].dst_stride);
    copy.src_slice_pitch_bytes = static_cast<size_t>(move.axes[1].src_stride);
  }
  for_each_outer(move, axes, [&](char* dst, const char* src) {
    copy.dst = dst;
    copy.src = src;
    gpu_->check(stream_->copy_strided(copy), "cannot queue a copy");
  });
}

void GpuTransfer::fill(Strided move) {
  constexpr size_t kMostPatternBytes = 256;
  // Elements that are copied at once where they do not lie side by side.
  constexpr uint64_t kRowElements = 4096;
  const size_t unit = move.element_bytes;
  const char* value = move.src;
  for (int a = 0; a < move.axis_count; ++a) move.axes[a].src_stride = move.axes[a].dst_stride;
  move.normalize();
  if (unit <= kMostPatternBytes && (move.element_bytes > unit || move.axis_count == 0)) {
    for_each_outer(move, 0, [&](char* dst, const char*) {
      gpu_->check(stream_->fill(dst, value, unit, move.element_bytes / unit), "cannot queue a fill");
    });
    return;
  }
  // A line of values, copied again and again.
  const uint64_t line = move.axis_count == 0 ? 1 : std::min(move.axes[0].count, kRowElements);
  std::vector<char>& pattern = patterns_.emplace_back(move.element_bytes * line);
  for (size_t at = 0; at < pattern.size(); at += unit) std::memcpy(pattern.data() + at, value, unit);
  for_each_outer(move, 1, [&](char* dst, const char*) {
    const uint64_t count = move.axis_count == 0 ? 1 : move.axes[0].count;
    for (uint64_t at = 0; at < count; at += line) {
      Strided part = {};
      part.dst = dst + static_cast<int64_t>(at) * (move.axis_count == 0 ? 0 : move.axes[0].dst_stride);
      part.src = pattern.data();
      part.element_bytes = move.element_bytes;
      if (move.axis_count > 0) {
        part.axis_count = 1;
        part.axes[0] = {std::min(line, count - at), move.axes[0].dst_stride,
                        static_cast<int64_t>(move.element_bytes)};
      }
      part.normalize();
      copy_rows(part);
    }
  });
}

// ---- on mirrors

void GpuTransfer::move_on_mirrors() {
  const bool scatters = std::any_of(transfer_.fields().begin(), transfer_.fields().end(),
                                    [](const FieldPair& pair) { return pair.dst.indirect_index >= 0; });
  if (scatters) mirrors_.remember();
  transfer_.prepare(1, &mirrors_);
  for (size_t strip = 0; strip < transfer_.strip_count(); ++strip) transfer_.move_strip(strip);
  if (scatters) {
    mirrors_.write_changes(*gpu_, *stream_);
  } else {
    for (const Move& move : transfer_.moves()) {
      for (const Box& box : transfer_.boxes()) {
        // The same elements, from the mirror to where it was read.
        Move back;
        back.src = back.dst = move.dst;
        back.src_bytes = back.dst_bytes = move.dst_bytes;
        back.field_count = move.field_count;
        back.src_step = back.dst_step = move.dst_step;
        for_each_strided(back, box, transfer_.dimension(), transfer_.call(), [&](Strided strided, bool) {
          strided.dst = mirrors_.on_device(strided.src);
          strided.normalize();
          if (strided.dst) copy_rows(strided);
        });
      }
    }
  }
  then<&GpuTransfer::finish>(*stream_);
}

void GpuTransfer::finish() {
  done_(argument_);
}

}  // namespace palatine::realm::transfer
