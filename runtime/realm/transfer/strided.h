// Moving elements between two sets of addresses that are affine in the same counters: the inner loops of all
// copies, fills and reductions.
//
//   dst + sum(k[a] * dst_stride[a])  and  src + sum(k[a] * src_stride[a]),  0 <= k[a] < count[a]
//
// Ways, chosen by what the strides allow after axes were sorted and joined:
//   contiguous        memcpy; beyond the caches with stores that bypass them
//   rows              a memcpy for each row
//   same fast axis    loops over elements; beyond the caches through a buffer that is sent in whole lines
//   other fast axis   a transpose (transpose.h)
//
// Source and destination must not overlap. Addresses need no alignment.
#pragma once

#include <cstddef>
#include <cstdint>

#include "realm/realm_config.h"
#include "realm/redop.h"

namespace palatine::realm::transfer {

struct Axis {
  uint64_t count;
  int64_t dst_stride;
  int64_t src_stride;
};

// One more than the dimensions: fields that lie at equal distances are an axis too.
constexpr int kMaxAxes = REALM_MAX_DIM + 1;

struct Strided {
  char* dst;
  const char* src;
  size_t element_bytes;
  int axis_count;
  Axis axes[kMaxAxes];

  // Sorts the axes by destination stride, drops those of one element and joins those that continue each
  // other; runs that are contiguous on both sides become longer elements.
  void normalize();
};

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

// `is_streaming`: the destination will not be read soon, or is larger than the caches. Normalizes.
void copy_strided(Strided move, bool is_streaming);

// The source is one value for all; source strides do not count.
void fill_strided(Strided move, bool is_streaming);

// Calls `kernel` for runs of elements. A source stride of 0 repeats one value.
void reduce_strided(Strided move, Realm::ReductionOpUntyped::Kernel kernel, const void* userdata);

// Bytes from which on `is_streaming` pays.
size_t streaming_threshold_bytes();

}  // namespace palatine::realm::transfer
