#include "runtime/realm/transfer/strided.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace palatine::realm::transfer {

namespace {

// Integers that may lie anywhere and alias everything.
typedef uint8_t Unit1 __attribute__((may_alias));
typedef uint16_t Unit2 __attribute__((aligned(1), may_alias));
typedef uint32_t Unit4 __attribute__((aligned(1), may_alias));
typedef uint64_t Unit8 __attribute__((aligned(1), may_alias));
typedef uint64_t Vector16 __attribute__((vector_size(16), aligned(1), may_alias));
typedef uint64_t AlignedVector16 __attribute__((vector_size(16), may_alias));

constexpr size_t kLineBytes = 64;

// ---- contiguous

void copy_streaming(char* dst, const char* src, size_t bytes) {
  size_t head = (kLineBytes - reinterpret_cast<uintptr_t>(dst) % kLineBytes) % kLineBytes;
  head = std::min(head, bytes);
  std::memcpy(dst, src, head);
  dst += head, src += head, bytes -= head;
  for (; bytes >= kLineBytes; bytes -= kLineBytes, dst += kLineBytes, src += kLineBytes) {
    __builtin_prefetch(src + 8 * kLineBytes, 0, 0);
    const Vector16* from = reinterpret_cast<const Vector16*>(src);
    AlignedVector16* to = reinterpret_cast<AlignedVector16*>(dst);
    AlignedVector16 a = from[0], b = from[1], c = from[2], d = from[3];
    __builtin_nontemporal_store(a, to);
    __builtin_nontemporal_store(b, to + 1);
    __builtin_nontemporal_store(c, to + 2);
    __builtin_nontemporal_store(d, to + 3);
  }
  std::memcpy(dst, src, bytes);
}

void copy_run(char* dst, const char* src, size_t bytes, bool is_streaming) {
  if (is_streaming && bytes >= 4 * kLineBytes) {
    copy_streaming(dst, src, bytes);
  } else {
    std::memcpy(dst, src, bytes);
  }
}

// Calls `body(dst, src)` for every element of the axes from `first` on, the last axis outermost.
template <typename Body>
void for_each_outer(const Strided& move, int first, const Body& body) {
  uint64_t at[kMaxAxes] = {};
  char* dst = move.dst;
  const char* src = move.src;
  while (true) {
    body(dst, src);
    int a = first;
    for (; a < move.axis_count; ++a) {
      const Axis& axis = move.axes[a];
      dst += axis.dst_stride;
      src += axis.src_stride;
      if (++at[a] < axis.count) break;
      dst -= axis.dst_stride * static_cast<int64_t>(axis.count);
      src -= axis.src_stride * static_cast<int64_t>(axis.count);
      at[a] = 0;
    }
    if (a == move.axis_count) return;
  }
}

// ---- elements along one axis

template <typename T>
void copy_line(char* dst, int64_t dst_stride, const char* src, int64_t src_stride, uint64_t count) {
  constexpr int64_t kSize = static_cast<int64_t>(sizeof(T));
  if (dst_stride == kSize) {
    for (uint64_t k = 0; k < count; ++k) {
      reinterpret_cast<T*>(dst)[k] = *reinterpret_cast<const T*>(src + static_cast<int64_t>(k) * src_stride);
    }
  } else if (src_stride == kSize) {
    for (uint64_t k = 0; k < count; ++k) {
      *reinterpret_cast<T*>(dst + static_cast<int64_t>(k) * dst_stride) = reinterpret_cast<const T*>(src)[k];
    }
  } else {
    for (uint64_t k = 0; k < count; ++k, dst += dst_stride, src += src_stride) {
      *reinterpret_cast<T*>(dst) = *reinterpret_cast<const T*>(src);
    }
  }
}

// ---- transposes

// A block of whole cache lines: K x K elements, read along the source's lines and written along the
// destination's.
template <typename T, int K>
inline void transpose_block(char* dst, int64_t dst_step, const char* src, int64_t src_step,
                            bool is_streaming) {
  alignas(kLineBytes) T lines[K][K];
  for (int i = 0; i < K; ++i) {
    const T* from = reinterpret_cast<const T*>(src + i * src_step);
    for (int j = 0; j < K; ++j) lines[j][i] = from[j];
  }
  for (int j = 0; j < K; ++j) {
    if (is_streaming) {
      AlignedVector16* to = reinterpret_cast<AlignedVector16*>(dst + j * dst_step);
      const AlignedVector16* from = reinterpret_cast<const AlignedVector16*>(lines[j]);
      for (size_t v = 0; v < sizeof(lines[j]) / 16; ++v) __builtin_nontemporal_store(from[v], to + v);
    } else {
      std::memcpy(dst + j * dst_step, lines[j], sizeof(lines[j]));
    }
  }
}

// `fast` is contiguous on the destination's side (stride sizeof(T)), `slow` on the source's.
template <typename T>
void transpose(char* dst, const char* src, const Axis& fast, const Axis& slow, bool is_streaming) {
  constexpr int K =
      static_cast<int>(kLineBytes / sizeof(T)) > 16 ? 16 : static_cast<int>(kLineBytes / sizeof(T));
  constexpr uint64_t kTile = 128;
  const int64_t size = static_cast<int64_t>(sizeof(T));
  // Stores that bypass the caches must be whole aligned lines.
  const bool is_aligned = is_streaming && K * sizeof(T) == kLineBytes && slow.dst_stride % 64 == 0;
  uint64_t head = 0;
  if (is_aligned) {
    uint64_t misfit = reinterpret_cast<uintptr_t>(dst) % kLineBytes;
    if (misfit % sizeof(T) == 0)
      head = std::min<uint64_t>((kLineBytes - misfit) % kLineBytes / sizeof(T), fast.count);
  }
  const bool streams = is_aligned && (reinterpret_cast<uintptr_t>(dst) + head * sizeof(T)) % kLineBytes == 0;
  auto plain = [&](uint64_t i0, uint64_t i1, uint64_t j0, uint64_t j1) {
    for (uint64_t j = j0; j < j1; ++j) {
      copy_line<T>(dst + static_cast<int64_t>(j) * slow.dst_stride + static_cast<int64_t>(i0) * size, size,
                   src + static_cast<int64_t>(j) * size + static_cast<int64_t>(i0) * fast.src_stride,
                   fast.src_stride, i1 - i0);
    }
  };
  plain(0, head, 0, slow.count);
  for (uint64_t jt = 0; jt < slow.count; jt += kTile) {
    const uint64_t j_end = std::min(slow.count, jt + kTile);
    for (uint64_t it = head; it < fast.count; it += kTile) {
      const uint64_t i_end = std::min(fast.count, it + kTile);
      uint64_t i = it;
      for (; i + K <= i_end; i += K) {
        uint64_t j = jt;
        for (; j + K <= j_end; j += K) {
          transpose_block<T, K>(
              dst + static_cast<int64_t>(j) * slow.dst_stride + static_cast<int64_t>(i) * size,
              slow.dst_stride,
              src + static_cast<int64_t>(j) * size + static_cast<int64_t>(i) * fast.src_stride,
              fast.src_stride, streams);
        }
        plain(i, i + K, j, j_end);
      }
      plain(i, i_end, jt, j_end);
    }
  }
}

template <typename T>
void copy_elements(const Strided& move, bool is_streaming) {
  const int64_t size = static_cast<int64_t>(sizeof(T));
  const Axis& inner = move.axes[0];
  // The axis along which the source is contiguous.
  int other = 0;
  for (int a = 0; a < move.axis_count; ++a) {
    if (move.axes[a].src_stride == size) other = a;
  }
  if (inner.dst_stride == size && other != 0 && move.axes[other].count >= 4 && inner.count >= 4) {
    Strided rest = move;
    std::swap(rest.axes[1], rest.axes[other]);
    const Axis fast = rest.axes[0], slow = rest.axes[1];
    for_each_outer(rest, 2,
                   [&](char* dst, const char* src) { transpose<T>(dst, src, fast, slow, is_streaming); });
    return;
  }
  // Along the source's contiguous axis when the destination has none: whole lines are read at least.
  Strided rest = move;
  if (inner.dst_stride != size && other != 0) std::swap(rest.axes[0], rest.axes[other]);
  const Axis line = rest.axes[0];
  for_each_outer(rest, 1, [&](char* dst, const char* src) {
    copy_line<T>(dst, line.dst_stride, src, line.src_stride, line.count);
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

// Elements of a constant size, so that the copy of one is a few moves.
template <size_t kBytes>
void copy_fixed_elements(const Strided& move) {
  const Axis line = move.axes[0];
  for_each_outer(move, 1, [&](char* dst, const char* src) {
    for (uint64_t k = 0; k < line.count; ++k, dst += line.dst_stride, src += line.src_stride) {
      std::memcpy(dst, src, kBytes);
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
      return copy_elements<Unit1>(move, is_streaming);
    case 2:
      return copy_elements<Unit2>(move, is_streaming);
    case 4:
      return copy_elements<Unit4>(move, is_streaming);
    case 8:
      return copy_elements<Unit8>(move, is_streaming);
    case 12:
      return copy_fixed_elements<12>(move);
    case 16:
      return copy_elements<Vector16>(move, is_streaming);
    case 24:
      return copy_fixed_elements<24>(move);
    case 32:
      return copy_fixed_elements<32>(move);
    case 64:
      return copy_fixed_elements<64>(move);
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
