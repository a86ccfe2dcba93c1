#include "runtime/realm/transfer/transpose.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "runtime/realm/transfer/run.h"

namespace palatine::realm::transfer {

namespace {

// Of the buffer of a tile; with the lines that are read it stays in the first cache.
constexpr size_t kTileBytes = 16 << 10;
// Columns of a tile: what is read from each row at a time.
constexpr size_t kTileRowBytes = 512;

// How far ahead sources are fetched: along rows, and rows.
constexpr int64_t kFetchBytes = 512;
constexpr uint64_t kFetchRows = 16;

// What runs with wider vectors is compiled for them, so nothing of it may be called: it is part of its
// caller.
#define PALATINE_INLINE inline __attribute__((always_inline))

template <typename T, int kVectorBytes>
struct VectorOf {
  static constexpr int kCount = kVectorBytes / static_cast<int>(sizeof(T));
  typedef T Type __attribute__((vector_size(kVectorBytes)));
};

// The elements of `a` and `b` in turns, from the first (or second) half of each. By reference, because wide
// vectors are passed in different ways with and without support for them.
template <int kHalf, typename V, int... kIndex>
PALATINE_INLINE void interleave(V& out, const V& a, const V& b, std::integer_sequence<int, kIndex...>) {
  constexpr int kCount = static_cast<int>(sizeof...(kIndex));
  out = __builtin_shufflevector(a, b, (kIndex % 2 * kCount + kIndex / 2 + kHalf * kCount / 2)...);
}

// Turns kCount x kCount elements: rows `src_step` bytes apart become rows `dst_step` bytes apart. Pairing row
// k with row k + kCount / 2 and interleaving them moves one bit of the row's number into the column's. What
// streams goes around the caches, to an aligned destination.
template <typename T, int kVectorBytes, bool kStreams = false>
PALATINE_INLINE void turn_block(char* dst, int64_t dst_step, const char* src, int64_t src_step) {
  using Vector = typename VectorOf<T, kVectorBytes>::Type;
  constexpr int kCount = VectorOf<T, kVectorBytes>::kCount;
  using Indices = std::make_integer_sequence<int, kCount>;
  Vector rows[kCount];
#pragma unroll
  for (int k = 0; k < kCount; ++k) std::memcpy(&rows[k], src + k * src_step, sizeof(Vector));
#pragma unroll
  for (int stage = 1; stage < kCount; stage *= 2) {
    Vector mixed[kCount];
#pragma unroll
    for (int k = 0; k < kCount / 2; ++k) {
      interleave<0>(mixed[2 * k], rows[k], rows[k + kCount / 2], Indices());
      interleave<1>(mixed[2 * k + 1], rows[k], rows[k + kCount / 2], Indices());
    }
#pragma unroll
    for (int k = 0; k < kCount; ++k) rows[k] = mixed[k];
  }
#pragma unroll
  for (int k = 0; k < kCount; ++k) {
    if constexpr (kStreams) {
      typedef T Streamed __attribute__((vector_size(kVectorBytes), may_alias));
      __builtin_nontemporal_store(rows[k], reinterpret_cast<Streamed*>(dst + k * dst_step));
    } else {
      std::memcpy(dst + k * dst_step, &rows[k], sizeof(Vector));
    }
  }
}

// The elements of two neighbouring columns: kCount pairs become kCount elements of each.
template <typename T>
void turn_pairs(char* dst, int64_t dst_step, const char* src, int64_t src_step, uint64_t i_count) {
  constexpr int kCount = VectorOf<T, 16>::kCount;
  using Vector = typename VectorOf<T, 16>::Type;
  using Indices = std::make_integer_sequence<int, kCount>;
  typedef T Pairs __attribute__((vector_size(32)));
  auto split = [&]<int... kIndex>(std::integer_sequence<int, kIndex...>, const Pairs& pairs, char* to) {
    const Vector first = __builtin_shufflevector(pairs, pairs, (2 * kIndex)...);
    const Vector second = __builtin_shufflevector(pairs, pairs, (2 * kIndex + 1)...);
    std::memcpy(to, &first, sizeof first);
    std::memcpy(to + dst_step, &second, sizeof second);
  };
  for (uint64_t i = 0; i < i_count; i += kCount) {
    Pairs pairs;
    char bytes[sizeof pairs];
#pragma unroll
    for (int k = 0; k < kCount; ++k)
      std::memcpy(bytes + 2 * sizeof(T) * k, src + k * src_step, 2 * sizeof(T));
    std::memcpy(&pairs, bytes, sizeof pairs);
    split(Indices(), pairs, dst);
    dst += sizeof(Vector);
    src += kCount * src_step;
  }
}

template <typename T>
void turn_edge(char* dst, int64_t dst_step, const char* src, int64_t src_step, uint64_t i_count,
               uint64_t j_count) {
  constexpr int64_t kSize = static_cast<int64_t>(sizeof(T));
  for (uint64_t j = 0; j < j_count; ++j) {
    char* to = dst + static_cast<int64_t>(j) * dst_step;
    const char* from = src + static_cast<int64_t>(j) * kSize;
    for (uint64_t i = 0; i < i_count; ++i, to += kSize, from += src_step) {
      std::memcpy(to, from, sizeof(T));
    }
  }
}

// Element (i, j) is at src + i * src_step + j * size and goes to dst + j * dst_step + i * size.
struct Turn {
  char* dst;
  int64_t dst_step;
  const char* src;
  int64_t src_step;
  uint64_t i_count, j_count;
  // What is read next is fetched ahead: rows are too short for the processor to see them coming.
  bool fetches;

  // Those elements from (i, j) on.
  Turn part(uint64_t i, uint64_t j, uint64_t i_part, uint64_t j_part, size_t size) const {
    return {dst + static_cast<int64_t>(j) * dst_step + static_cast<int64_t>(i * size),
            dst_step,
            src + static_cast<int64_t>(i) * src_step + static_cast<int64_t>(j * size),
            src_step,
            i_part,
            j_part,
            fetches};
  }
};

// All whole blocks. The rest is at the ends of both counts.
template <typename T, int kVectorBytes>
PALATINE_INLINE void turn_blocks(const Turn& all) {
  constexpr int64_t kSize = static_cast<int64_t>(sizeof(T));
  constexpr uint64_t kCount = VectorOf<T, kVectorBytes>::kCount;
  constexpr uint64_t kLine = 64 / sizeof(T);
  const uint64_t i_whole = all.i_count / kCount * kCount, j_whole = all.j_count / kCount * kCount;
  const auto block = [&](uint64_t i, uint64_t j) __attribute__((always_inline)) {
    turn_block<T, kVectorBytes>(
        all.dst + static_cast<int64_t>(j) * all.dst_step + static_cast<int64_t>(i) * kSize, all.dst_step,
        all.src + static_cast<int64_t>(i) * all.src_step + static_cast<int64_t>(j) * kSize, all.src_step);
  };
  if (j_whole <= kLine) {
    // Few columns: along the rows of the destination, whose lines are completed at once.
    for (uint64_t j = 0; j < j_whole; j += kCount) {
      for (uint64_t i = 0; i < i_whole; i += kCount) block(i, j);
    }
  } else if (i_whole <= kLine) {
    // Few rows: line by line of all of them.
    for (uint64_t jl = 0; jl < j_whole; jl += kLine) {
      if (all.fetches) {
        const char* ahead = all.src + static_cast<int64_t>(jl) * kSize + kFetchBytes;
        for (uint64_t i = 0; i < i_whole; ++i)
          __builtin_prefetch(ahead + static_cast<int64_t>(i) * all.src_step, 0, 3);
      }
      for (uint64_t j = jl; j < std::min(j_whole, jl + kLine); j += kCount) {
        for (uint64_t i = 0; i < i_whole; i += kCount) block(i, j);
      }
    }
  } else {
    for (uint64_t i = 0; i < i_whole; i += kCount) {
      if (all.fetches) {
        for (uint64_t row = i + kFetchRows; row < i + kFetchRows + kCount; ++row) {
          const char* ahead = all.src + static_cast<int64_t>(row) * all.src_step;
          for (uint64_t j = 0; j < j_whole; j += kLine)
            __builtin_prefetch(ahead + static_cast<int64_t>(j) * kSize, 0, 3);
        }
      }
      for (uint64_t j = 0; j < j_whole; j += kCount) block(i, j);
    }
  }
}

template <typename T>
void turn_with_16(const Turn& all) {
  constexpr uint64_t kCount = VectorOf<T, 16>::kCount;
  const uint64_t i_whole = all.i_count / kCount * kCount, j_whole = all.j_count / kCount * kCount;
  turn_blocks<T, 16>(all);
  const auto edge = [](const Turn& at) {
    turn_edge<T>(at.dst, at.dst_step, at.src, at.src_step, at.i_count, at.j_count);
  };
  if (i_whole < all.i_count) edge(all.part(i_whole, 0, all.i_count - i_whole, j_whole, sizeof(T)));
  uint64_t j = j_whole;
  if constexpr (sizeof(T) == 4) {
    for (; j + 2 <= all.j_count; j += 2) {
      const Turn pair = all.part(0, j, i_whole, 2, sizeof(T));
      turn_pairs<T>(pair.dst, pair.dst_step, pair.src, pair.src_step, i_whole);
      edge(all.part(i_whole, j, all.i_count - i_whole, 2, sizeof(T)));
    }
  }
  if (j < all.j_count) edge(all.part(0, j, all.i_count, all.j_count - j, sizeof(T)));
}

// What whole blocks leave, with smaller vectors.
template <typename T, int kVectorBytes, typename Smaller>
PALATINE_INLINE void turn_rest(const Turn& all, const Smaller& smaller) {
  constexpr uint64_t kCount = VectorOf<T, kVectorBytes>::kCount;
  const uint64_t i_whole = all.i_count / kCount * kCount, j_whole = all.j_count / kCount * kCount;
  if (i_whole < all.i_count && j_whole > 0) {
    smaller(all.part(i_whole, 0, all.i_count - i_whole, j_whole, sizeof(T)));
  }
  if (j_whole < all.j_count) smaller(all.part(0, j_whole, all.i_count, all.j_count - j_whole, sizeof(T)));
}

#if defined(__x86_64__)

// A block has at most 16 rows, so that all are in registers.
template <typename T>
__attribute__((target("avx2"))) void turn_with_32(const Turn& all) {
  if (all.i_count < VectorOf<T, 32>::kCount || all.j_count < VectorOf<T, 32>::kCount) {
    return turn_with_16<T>(all);
  }
  turn_blocks<T, 32>(all);
  turn_rest<T, 32>(all, turn_with_16<T>);
}

template <typename T>
__attribute__((target("avx512f,avx512bw"))) void turn_with_64(const Turn& all) {
  if (all.i_count < VectorOf<T, 64>::kCount || all.j_count < VectorOf<T, 64>::kCount) {
    return turn_with_32<T>(all);
  }
  turn_blocks<T, 64>(all);
  turn_rest<T, 64>(all, turn_with_32<T>);
}

// Whole blocks of whole lines straight to memory. Few rows at a time, and a page of each: the processor sees
// the rows coming, so nothing is fetched ahead, and some neighbouring lines of the destination are written
// after each other.
template <typename T>
__attribute__((target("avx512f,avx512bw"))) void stream_blocks(const Turn& all) {
  constexpr int64_t kSize = static_cast<int64_t>(sizeof(T));
  constexpr uint64_t kCount = VectorOf<T, 64>::kCount;
  constexpr uint64_t kRows = 4 * kCount, kColumns = 4096 / sizeof(T);
  for (uint64_t jt = 0; jt < all.j_count; jt += kColumns) {
    const uint64_t j_end = std::min(all.j_count, jt + kColumns);
    for (uint64_t it = 0; it < all.i_count; it += kRows) {
      const uint64_t i_end = std::min(all.i_count, it + kRows);
      for (uint64_t j = jt; j < j_end; j += kCount) {
        for (uint64_t i = it; i < i_end; i += kCount)
          turn_block<T, 64, true>(
              all.dst + static_cast<int64_t>(j) * all.dst_step + static_cast<int64_t>(i) * kSize,
              all.dst_step,
              all.src + static_cast<int64_t>(i) * all.src_step + static_cast<int64_t>(j) * kSize,
              all.src_step);
      }
    }
  }
}

#endif

bool has_lines() {
#if defined(__x86_64__)
  static const bool has = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
  return has;
#else
  return false;
#endif
}

template <typename T>
void turn(const Turn& all) {
#if defined(__x86_64__)
  static const bool has_32 = __builtin_cpu_supports("avx2");
  if constexpr (sizeof(T) >= 4) {
    if (has_lines()) return turn_with_64<T>(all);
  }
  if constexpr (sizeof(T) >= 2) {
    if (has_32) return turn_with_32<T>(all);
  }
#endif
  turn_with_16<T>(all);
}

// Sends a large matrix block by block, if a block's rows are lines of the destination; else false.
template <typename T>
bool stream_matrix(char* dst, const char* src, const Axis& fast, const Axis& slow) {
#if defined(__x86_64__)
  // Few rows or columns have edges that are much of the whole.
  constexpr uint64_t kLeast = 256;
  constexpr uint64_t kLine = 64 / sizeof(T);
  const uint64_t misfit = reinterpret_cast<uintptr_t>(dst) % 64;
  if (!has_lines() || slow.dst_stride % 64 != 0 || misfit % sizeof(T) != 0) return false;
  // Structures of whole lines have none.
  if (fast.count < kLeast && (misfit != 0 || fast.count % kLine != 0)) return false;
  if (slow.count < kLeast && slow.count % kLine != 0) return false;
  const Turn all{dst, slow.dst_stride, src, fast.src_stride, fast.count, slow.count, false};
  const uint64_t head = (64 - misfit) % 64 / sizeof(T);
  const uint64_t i_end = head + (fast.count - head) / kLine * kLine, j_end = slow.count / kLine * kLine;
  const auto edge = [&](uint64_t i, uint64_t j, uint64_t i_count, uint64_t j_count) {
    if (i_count > 0 && j_count > 0) turn<T>(all.part(i, j, i_count, j_count, sizeof(T)));
  };
  stream_blocks<T>(all.part(head, 0, i_end - head, j_end, sizeof(T)));
  edge(0, 0, head, slow.count);
  edge(i_end, 0, fast.count - i_end, slow.count);
  edge(head, j_end, i_end - head, slow.count - j_end);
  return true;
#else
  return false;
#endif
}

template <typename T>
void transpose_tiles(char* dst, const char* src, const Axis& fast, const Axis& slow, bool is_streaming) {
  if constexpr (sizeof(T) == 8) {
    if (is_streaming && stream_matrix<T>(dst, src, fast, slow)) return;
  }
  constexpr int64_t kSize = static_cast<int64_t>(sizeof(T));
  // Rows of the tile along the destination: as many as its buffer holds with the columns that there are.
  const uint64_t j_tile = std::min<uint64_t>(
      slow.count, std::max<uint64_t>(kTileRowBytes / sizeof(T),
                                     kTileBytes / sizeof(T) / std::min<uint64_t>(fast.count, kTileBytes)));
  uint64_t i_tile = std::min<uint64_t>(fast.count, std::max<uint64_t>(1, kTileBytes / sizeof(T) / j_tile));
  // Not on the stack: tasks may have small ones.
  alignas(64) static thread_local char buffer[kTileBytes];
  // The destination's runs begin where its lines do, if they do so in all rows.
  uint64_t head = 0;
  const uint64_t misfit = reinterpret_cast<uintptr_t>(dst) % 64;
  if (is_streaming && slow.dst_stride % 64 == 0 && misfit % sizeof(T) == 0)
    head = (64 - misfit) % 64 / sizeof(T);
  if (i_tile > 64 / sizeof(T)) i_tile = i_tile / (64 / sizeof(T)) * (64 / sizeof(T));
  for (uint64_t jt = 0; jt < slow.count; jt += j_tile) {
    const uint64_t j_count = std::min(j_tile, slow.count - jt);
    for (uint64_t it = 0; it < fast.count;) {
      const uint64_t i_count =
          std::min(it == 0 && head != 0 ? std::min(head, i_tile) : i_tile, fast.count - it);
      char* to = dst + static_cast<int64_t>(jt) * slow.dst_stride + static_cast<int64_t>(it) * kSize;
      const char* from = src + static_cast<int64_t>(jt) * kSize + static_cast<int64_t>(it) * fast.src_stride;
      it += i_count;
      const size_t run_bytes = i_count * sizeof(T);
      if (!is_streaming || (slow.dst_stride != static_cast<int64_t>(run_bytes) && run_bytes < 256)) {
        turn<T>({to, slow.dst_stride, from, fast.src_stride, i_count, j_count, is_streaming});
        continue;
      }
      turn<T>({buffer, static_cast<int64_t>(run_bytes), from, fast.src_stride, i_count, j_count, true});
      if (slow.dst_stride == static_cast<int64_t>(run_bytes)) {
        // The whole of its columns; the next tile is the rest of its rows.
        const size_t bytes = run_bytes * j_count;
        const size_t next_bytes = std::min(j_tile, slow.count - jt - j_count) * sizeof(T);
        const size_t part_bytes = bytes / i_count / 64 * 64;
        size_t sent = 0;
        for (uint64_t i = 0; i < i_count; ++i) {
          const char* line = from + static_cast<int64_t>(i) * fast.src_stride + j_count * sizeof(T);
          for (size_t at = 0; at < next_bytes; at += 64) __builtin_prefetch(line + at, 0, 3);
          const size_t part = i + 1 < i_count ? part_bytes : bytes - sent;
          copy_streaming(to + sent, buffer + sent, part);
          sent += part;
        }
        continue;
      }
      // While this tile is sent, the source of the next one is fetched, so that memory reads and writes at
      // once.
      const char* next = from + static_cast<int64_t>(i_count) * fast.src_stride;
      const uint64_t next_rows = std::min(i_tile, fast.count - it);
      for (uint64_t j = 0, row = 0; j < j_count; ++j) {
        for (const uint64_t end = next_rows * (j + 1) / j_count; row < end; ++row) {
          const char* line = next + static_cast<int64_t>(row) * fast.src_stride;
          for (uint64_t at = 0; at < j_count * sizeof(T); at += 64) __builtin_prefetch(line + at, 0, 3);
        }
        copy_streaming(to + static_cast<int64_t>(j) * slow.dst_stride, buffer + j * run_bytes, run_bytes);
      }
    }
  }
}

}  // namespace

bool transpose(char* dst, const char* src, size_t element_bytes, const Axis& fast, const Axis& slow,
               bool is_streaming) {
  switch (element_bytes) {
    case 1:
      transpose_tiles<uint8_t>(dst, src, fast, slow, is_streaming);
      return true;
    case 2:
      transpose_tiles<uint16_t>(dst, src, fast, slow, is_streaming);
      return true;
    case 4:
      transpose_tiles<uint32_t>(dst, src, fast, slow, is_streaming);
      return true;
    case 8:
      transpose_tiles<uint64_t>(dst, src, fast, slow, is_streaming);
      return true;
    case 16:
      transpose_tiles<__uint128_t>(dst, src, fast, slow, is_streaming);
      return true;
    default:
      return false;
  }
}

}  // namespace palatine::realm::transfer
