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
constexpr size_t kTileRowBytes = 256;

// How far ahead sources are fetched: along rows, and rows.
constexpr int64_t kFetchBytes = 512;
constexpr uint64_t kFetchRows = 16;

template <typename T>
struct VectorOf {
  static constexpr int kCount = static_cast<int>(16 / sizeof(T));
  typedef T Type __attribute__((vector_size(16)));
};

// The elements of `a` and `b` in turns, from the first (or second) half of each.
template <typename V, int kHalf, int... kIndex>
V interleave(V a, V b, std::integer_sequence<int, kIndex...>) {
  constexpr int kCount = static_cast<int>(sizeof...(kIndex));
  return __builtin_shufflevector(a, b, (kIndex % 2 * kCount + kIndex / 2 + kHalf * kCount / 2)...);
}

// Turns kCount x kCount elements: rows `src_step` bytes apart become rows `dst_step` bytes apart. Pairing row
// k with row k + kCount / 2 and interleaving them moves one bit of the row's number into the column's.
template <typename T>
inline void turn_block(char* dst, int64_t dst_step, const char* src, int64_t src_step) {
  using Vector = typename VectorOf<T>::Type;
  constexpr int kCount = VectorOf<T>::kCount;
  using Indices = std::make_integer_sequence<int, kCount>;
  Vector rows[kCount];
#pragma unroll
  for (int k = 0; k < kCount; ++k) std::memcpy(&rows[k], src + k * src_step, sizeof(Vector));
#pragma unroll
  for (int stage = 1; stage < kCount; stage *= 2) {
    Vector mixed[kCount];
#pragma unroll
    for (int k = 0; k < kCount / 2; ++k) {
      mixed[2 * k] = interleave<Vector, 0>(rows[k], rows[k + kCount / 2], Indices());
      mixed[2 * k + 1] = interleave<Vector, 1>(rows[k], rows[k + kCount / 2], Indices());
    }
#pragma unroll
    for (int k = 0; k < kCount; ++k) rows[k] = mixed[k];
  }
#pragma unroll
  for (int k = 0; k < kCount; ++k) std::memcpy(dst + k * dst_step, &rows[k], sizeof(Vector));
}

// The elements of two neighbouring columns: kCount pairs become kCount elements of each.
template <typename T>
void turn_pairs(char* dst, int64_t dst_step, const char* src, int64_t src_step, uint64_t i_count) {
  constexpr int kCount = VectorOf<T>::kCount;
  using Vector = typename VectorOf<T>::Type;
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

// Element (i, j) is at src + i * src_step + j * size and goes to dst + j * dst_step + i * size. What is read
// next is fetched ahead if `fetches`: rows are too short for the processor to see them coming.
template <typename T>
void turn(char* dst, int64_t dst_step, const char* src, int64_t src_step, uint64_t i_count, uint64_t j_count,
          bool fetches) {
  constexpr int64_t kSize = static_cast<int64_t>(sizeof(T));
  constexpr uint64_t kCount = VectorOf<T>::kCount;
  constexpr uint64_t kLine = 64 / sizeof(T);
  const uint64_t i_whole = i_count / kCount * kCount, j_whole = j_count / kCount * kCount;
  auto blocks = [&](uint64_t i, uint64_t j) {
    turn_block<T>(dst + static_cast<int64_t>(j) * dst_step + static_cast<int64_t>(i) * kSize, dst_step,
                  src + static_cast<int64_t>(i) * src_step + static_cast<int64_t>(j) * kSize, src_step);
  };
  if (j_whole <= kLine) {
    // Few columns: along the rows of the destination, whose lines are completed at once.
    for (uint64_t j = 0; j < j_whole; j += kCount) {
      for (uint64_t i = 0; i < i_whole; i += kCount) blocks(i, j);
    }
  } else if (i_whole <= kLine) {
    // Few rows: line by line of all of them.
    for (uint64_t jl = 0; jl < j_whole; jl += kLine) {
      if (fetches) {
        const char* ahead = src + static_cast<int64_t>(jl) * kSize + kFetchBytes;
        for (uint64_t i = 0; i < i_whole; ++i)
          __builtin_prefetch(ahead + static_cast<int64_t>(i) * src_step, 0, 3);
      }
      for (uint64_t j = jl; j < std::min(j_whole, jl + kLine); j += kCount) {
        for (uint64_t i = 0; i < i_whole; i += kCount) blocks(i, j);
      }
    }
  } else {
    for (uint64_t i = 0; i < i_whole; i += kCount) {
      if (fetches) {
        for (uint64_t row = i + kFetchRows; row < i + kFetchRows + kCount; ++row) {
          const char* ahead = src + static_cast<int64_t>(row) * src_step;
          for (uint64_t j = 0; j < j_whole; j += kLine)
            __builtin_prefetch(ahead + static_cast<int64_t>(j) * kSize, 0, 3);
        }
      }
      for (uint64_t j = 0; j < j_whole; j += kCount) blocks(i, j);
    }
  }
  if (i_whole < i_count) {
    turn_edge<T>(dst + static_cast<int64_t>(i_whole) * kSize, dst_step,
                 src + static_cast<int64_t>(i_whole) * src_step, src_step, i_count - i_whole, j_whole);
  }
  uint64_t j = j_whole;
  if constexpr (sizeof(T) == 4) {
    for (; j + 2 <= j_count; j += 2) {
      char* to = dst + static_cast<int64_t>(j) * dst_step;
      const char* from = src + static_cast<int64_t>(j) * kSize;
      turn_pairs<T>(to, dst_step, from, src_step, i_whole);
      turn_edge<T>(to + static_cast<int64_t>(i_whole) * kSize, dst_step,
                   from + static_cast<int64_t>(i_whole) * src_step, src_step, i_count - i_whole, 2);
    }
  }
  if (j < j_count) {
    turn_edge<T>(dst + static_cast<int64_t>(j) * dst_step, dst_step, src + static_cast<int64_t>(j) * kSize,
                 src_step, i_count, j_count - j);
  }
}

template <typename T>
void transpose_tiles(char* dst, const char* src, const Axis& fast, const Axis& slow, bool is_streaming) {
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
        turn<T>(to, slow.dst_stride, from, fast.src_stride, i_count, j_count, is_streaming);
        continue;
      }
      turn<T>(buffer, static_cast<int64_t>(run_bytes), from, fast.src_stride, i_count, j_count, true);
      if (slow.dst_stride == static_cast<int64_t>(run_bytes)) {
        copy_streaming(to, buffer, run_bytes * j_count);
        continue;
      }
      for (uint64_t j = 0; j < j_count; ++j) {
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
