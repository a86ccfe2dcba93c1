#include "runtime/realm/transfer/strided.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "runtime/realm/transfer/run.h"
#include "runtime/realm/transfer/transpose.h"

namespace palatine::realm::transfer {

namespace {

constexpr size_t kLineBytes = 64;

// ---- elements along one axis

// Elements of a constant size, so that the copy of one is a few moves.
template <size_t kBytes>
void copy_line(char* dst, int64_t dst_stride, const char* src, int64_t src_stride, uint64_t count) {
  constexpr int64_t kStride = static_cast<int64_t>(kBytes);
  if (dst_stride == kStride) {
    for (uint64_t k = 0; k < count; ++k, dst += kStride, src += src_stride) std::memcpy(dst, src, kBytes);
  } else if (src_stride == kStride) {
    for (uint64_t k = 0; k < count; ++k, dst += dst_stride, src += kStride) std::memcpy(dst, src, kBytes);
  } else {
    for (uint64_t k = 0; k < count; ++k, dst += dst_stride, src += src_stride) std::memcpy(dst, src, kBytes);
  }
}

// The destination is contiguous and larger than the caches: collected in a buffer that stays in the first
// one.
template <size_t kBytes>
void collect_line(char* dst, const char* src, int64_t src_stride, uint64_t count) {
  constexpr uint64_t kBatch = 4096 / kBytes;
  alignas(kLineBytes) char buffer[kBatch * kBytes];
  while (count > 0) {
    const uint64_t here = std::min(count, kBatch);
    copy_line<kBytes>(buffer, static_cast<int64_t>(kBytes), src, src_stride, here);
    copy_streaming(dst, buffer, here * kBytes);
    dst += here * kBytes;
    src += static_cast<int64_t>(here) * src_stride;
    count -= here;
  }
}

template <size_t kBytes>
void copy_elements(const Strided& move, bool is_streaming) {
  const int64_t size = static_cast<int64_t>(kBytes);
  const Axis& inner = move.axes[0];
  // The axis along which the source is contiguous.
  int other = 0;
  for (int a = 0; a < move.axis_count; ++a) {
    if (move.axes[a].src_stride == size) other = a;
  }
  if (kBytes <= 16 && (kBytes & (kBytes - 1)) == 0 && inner.dst_stride == size && other != 0) {
    Strided rest = move;
    std::swap(rest.axes[1], rest.axes[other]);
    const Axis fast = rest.axes[0], slow = rest.axes[1];
    for_each_outer(
        rest, 2, [&](char* dst, const char* src) { transpose(dst, src, kBytes, fast, slow, is_streaming); });
    return;
  }
  // Along the source's contiguous axis when the destination has none: whole lines are read at least.
  Strided rest = move;
  if (inner.dst_stride != size && other != 0) std::swap(rest.axes[0], rest.axes[other]);
  const Axis line = rest.axes[0];
  const bool is_collected = is_streaming && line.dst_stride == size && line.count * kBytes >= 4 * kLineBytes;
  for_each_outer(rest, 1, [&](char* dst, const char* src) {
    if (is_collected) {
      collect_line<kBytes>(dst, src, line.src_stride, line.count);
    } else {
      copy_line<kBytes>(dst, line.dst_stride, src, line.src_stride, line.count);
    }
  });
}

void copy_odd_elements(const Strided& move) {
  const Axis line = move.axes[0];
  const size_t bytes = move.element_bytes;
  for_each_outer(move, 1, [&](char* dst, const char* src) {
    for (uint64_t k = 0; k < line.count; ++k, dst += line.dst_stride, src += line.src_stride) {
      std::memcpy(dst, src, bytes);
    }
  });
}

int64_t magnitude(int64_t stride) {
  return stride < 0 ? -stride : stride;
}

// Fills `bytes` from `dst` on with copies of the `unit` bytes that are already there.
void spread(char* dst, size_t unit, size_t bytes) {
  for (size_t done = unit; done < bytes;) {
    size_t step = std::min(done, bytes - done);
    std::memcpy(dst + done, dst, step);
    done += step;
  }
}

}  // namespace

size_t streaming_threshold_bytes() {
  static const size_t threshold = [] {
    long cache = sysconf(_SC_LEVEL3_CACHE_SIZE);
    if (cache <= 0) cache = sysconf(_SC_LEVEL2_CACHE_SIZE);
    // Shared caches report their whole size, of which one process gets a part.
    size_t bytes = cache > 0 ? static_cast<size_t>(cache) / 4 : size_t{4} << 20;
    return std::clamp(bytes, size_t{2} << 20, size_t{16} << 20);
  }();
  return threshold;
}

void Strided::normalize() {
  int kept = 0;
  for (int a = 0; a < axis_count; ++a) {
    if (axes[a].count != 1) axes[kept++] = axes[a];
  }
  axis_count = kept;
  // Few axes: insertion sort, by the destination, then by the source.
  for (int a = 1; a < axis_count; ++a) {
    for (int b = a; b > 0; --b) {
      int64_t here = magnitude(axes[b].dst_stride), before = magnitude(axes[b - 1].dst_stride);
      if (before < here) break;
      if (before == here && magnitude(axes[b - 1].src_stride) <= magnitude(axes[b].src_stride)) break;
      std::swap(axes[b - 1], axes[b]);
    }
  }
  if (axis_count == 0) return;
  int last = 0;
  for (int a = 1; a < axis_count; ++a) {
    const int64_t extent = static_cast<int64_t>(axes[last].count);
    if (axes[a].dst_stride == axes[last].dst_stride * extent &&
        axes[a].src_stride == axes[last].src_stride * extent) {
      axes[last].count *= axes[a].count;
    } else {
      axes[++last] = axes[a];
    }
  }
  axis_count = last + 1;
  const int64_t size = static_cast<int64_t>(element_bytes);
  if (axes[0].dst_stride == size && axes[0].src_stride == size) {
    element_bytes *= axes[0].count;
    for (int a = 1; a < axis_count; ++a) axes[a - 1] = axes[a];
    --axis_count;
  }
}

void copy_strided(Strided move, bool is_streaming) {
  for (int a = 0; a < move.axis_count; ++a) {
    if (move.axes[a].count == 0) return;
  }
  move.normalize();
  if (move.axis_count == 0) {
    copy_run(move.dst, move.src, move.element_bytes, is_streaming);
    return;
  }
  switch (move.element_bytes) {
    case 1:
      return copy_elements<1>(move, is_streaming);
    case 2:
      return copy_elements<2>(move, is_streaming);
    case 4:
      return copy_elements<4>(move, is_streaming);
    case 8:
      return copy_elements<8>(move, is_streaming);
    case 12:
      return copy_elements<12>(move, is_streaming);
    case 16:
      return copy_elements<16>(move, is_streaming);
    case 24:
      return copy_elements<24>(move, is_streaming);
    case 32:
      return copy_elements<32>(move, is_streaming);
    case 48:
      return copy_elements<48>(move, is_streaming);
    case 64:
      return copy_elements<64>(move, is_streaming);
    default:
      break;
  }
  if (move.element_bytes < 64) return copy_odd_elements(move);
  for_each_outer(move, 0,
                 [&](char* dst, const char* src) { copy_run(dst, src, move.element_bytes, is_streaming); });
}

void fill_strided(Strided move, bool is_streaming) {
  for (int a = 0; a < move.axis_count; ++a) {
    if (move.axes[a].count == 0) return;
    // Axes of the destination join regardless of the source.
    move.axes[a].src_stride = move.axes[a].dst_stride;
  }
  const size_t unit = move.element_bytes;
  const char* value = move.src;
  move.normalize();
  for (int a = 0; a < move.axis_count; ++a) move.axes[a].src_stride = 0;
  if (move.element_bytes == unit) {
    copy_strided(move, false);
    return;
  }
  // Runs of several elements: a pattern of some lines, repeated.
  const bool is_byte = std::all_of(value, value + unit, [&](char byte) { return byte == value[0]; });
  constexpr size_t kPatternBytes = 4096;
  alignas(kLineBytes) char pattern[kPatternBytes];
  const size_t whole = unit <= kPatternBytes ? kPatternBytes / unit * unit : 0;
  if (!is_byte && whole) {
    std::memcpy(pattern, value, unit);
    spread(pattern, unit, std::min(whole, move.element_bytes));
  }
  for_each_outer(move, 0, [&](char* dst, const char*) {
    if (is_byte) {
      std::memset(dst, value[0], move.element_bytes);
    } else if (!whole) {
      std::memcpy(dst, value, unit);
      spread(dst, unit, move.element_bytes);
    } else {
      for (size_t done = 0; done < move.element_bytes; done += whole) {
        copy_run(dst + done, pattern, std::min(whole, move.element_bytes - done), is_streaming);
      }
    }
  });
}

void reduce_strided(Strided move, Realm::ReductionOpUntyped::Kernel kernel, const void* userdata) {
  for (int a = 0; a < move.axis_count; ++a) {
    if (move.axes[a].count == 0) return;
  }
  // Elements stay what they are: no run becomes an element.
  const size_t element_bytes = move.element_bytes;
  move.element_bytes = 0;
  move.normalize();
  move.element_bytes = element_bytes;
  if (move.axis_count == 0) {
    kernel(move.dst, 0, move.src, 0, 1, userdata);
    return;
  }
  const Axis line = move.axes[0];
  for_each_outer(move, 1, [&](char* dst, const char* src) {
    kernel(dst, static_cast<size_t>(line.dst_stride), src, static_cast<size_t>(line.src_stride), line.count,
           userdata);
  });
}

}  // namespace palatine::realm::transfer
