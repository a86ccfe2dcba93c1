// Kernels: what generated code for devices is made of, and how tasks launch it.
//
// A kernel is compiled twice from one text: for NVIDIA's devices (PTX), where each thread computes some
// points, and for the host, where one call computes the points of a whole block, one after another; simulated
// devices run that. Both forms get the same argument struct and compute the same points in the same blocks.
//
// Shape: threads of a block and blocks of the grid go along the first three dimensions of the domain, so a
// thread finds its point without dividing. Beyond three dimensions the third axis counts the points of all
// further ones. Of long lines a thread computes several points, a constant distance apart, so that it has
// their loads under way at once. A domain of several boxes is one launch: a thread looks for its box by
// bisection.
//
// Without the C++ library (palatine_values.h); all that devices need is inline.
#pragma once

#include "palatine_api.h"

#if defined(__NVPTX__)
#define PALATINE_IS_DEVICE 1
#else
#define PALATINE_IS_DEVICE 0
#endif
#define PALATINE_INLINE inline __attribute__((always_inline))

namespace palatine::api {

// ---- shapes
// ------------------------------------------------------------------------------------------------------------

struct KernelDim {
  uint32_t x = 1, y = 1, z = 1;
};
// What the host form of a kernel is called with (`device::HostKernelPoint`). `block_index` counts; a call is
// a whole block.
struct KernelPoint {
  KernelDim grid, block, block_index, thread_index;
  void* shared;
};

// One of several boxes, and the number of points in those before it.
template <int N>
struct KernelPiece {
  Rect<N> box;
  uint64_t before;
};
// The points of a launch: a box, or, with `pieces`, several.
template <int N>
struct KernelDomain {
  PointOf<N> lo;
  uint64_t extent[N < 3 ? N : 3];  // the third one: of all dimensions from there on
  KernelDim block;
  // Of one dimension: 0, or a block has `kLineThreads` threads and computes tiles of `kLineTile` points.
  uint32_t is_line;
  uint32_t piece_count;
  const KernelPiece<N>* pieces;
  uint64_t volume;
  int64_t rest_extent[N > 3 ? N - 3 : 1];  // of dimensions 2 .. N - 2, to take the third axis apart
};
inline constexpr uint32_t kLineThreads = 256, kLineItems = 4, kLineTile = kLineThreads * kLineItems;

template <int N>
PALATINE_INLINE PointOf<N> kernel_point(const KernelDomain<N>& domain, uint64_t x, uint64_t y, uint64_t z) {
  if constexpr (N == 1) {
    return domain.lo + static_cast<int64_t>(x);
  } else {
    PointOf<N> point;
    point.c[0] = domain.lo.c[0] + static_cast<int64_t>(x);
    point.c[1] = domain.lo.c[1] + static_cast<int64_t>(y);
    if constexpr (N == 3) point.c[2] = domain.lo.c[2] + static_cast<int64_t>(z);
    if constexpr (N > 3) {
      for (int d = 2; d + 1 < N; ++d) {
        const uint64_t extent = static_cast<uint64_t>(domain.rest_extent[d - 2]);
        point.c[d] = domain.lo.c[d] + static_cast<int64_t>(z % extent);
        z /= extent;
      }
      point.c[N - 1] = domain.lo.c[N - 1] + static_cast<int64_t>(z);
    }
    return point;
  }
}
template <int N>
PALATINE_INLINE uint64_t kernel_extent(const KernelDomain<N>& domain, int axis) {
  return axis < (N < 3 ? N : 3) ? domain.extent[axis] : 1;
}
// Point number `k` of all pieces.
template <int N>
PALATINE_INLINE PointOf<N> kernel_piece_point(const KernelDomain<N>& domain, uint64_t k) {
  uint32_t first = 0, last = domain.piece_count - 1;
  while (first < last) {
    const uint32_t middle = (first + last + 1) / 2;
    if (domain.pieces[middle].before <= k) {
      first = middle;
    } else {
      last = middle - 1;
    }
  }
  const KernelPiece<N>& piece = domain.pieces[first];
  k -= piece.before;
  if constexpr (N == 1) {
    return piece.box.lo + static_cast<int64_t>(k);
  } else {
    PointOf<N> point = piece.box.lo;
    for (int d = 0; d + 1 < N; ++d) {
      const uint64_t extent =
          static_cast<uint64_t>(piece.box.hi.c[d]) - static_cast<uint64_t>(piece.box.lo.c[d]) + 1;
      point.c[d] += static_cast<int64_t>(k % extent);
      k /= extent;
    }
    point.c[N - 1] += static_cast<int64_t>(k);
    return point;
  }
}

// ---- elements
// --------------------------------------------------------------------------------------------------------

// Reads elements that nothing writes while the kernel runs.
template <typename T, int N>
struct ConstantAccessor : Accessor<const T, N> {
  ConstantAccessor() = default;
  explicit ConstantAccessor(const FieldAddress& address) : Accessor<const T, N>(address) {}
#if PALATINE_IS_DEVICE
  PALATINE_INLINE decltype(auto) operator[](PointOf<N> p) const {
    const T& place = Accessor<const T, N>::operator[](p);
    if constexpr (__is_same(T, double)) {
      return __nvvm_ldg_d(&place);
    } else if constexpr (__is_same(T, float)) {
      return __nvvm_ldg_f(&place);
    } else if constexpr (__is_integral(T) && sizeof(T) == 8) {
      return T(__nvvm_ldg_ll(reinterpret_cast<const long long*>(&place)));
    } else if constexpr (__is_integral(T) && sizeof(T) == 4) {
      return T(__nvvm_ldg_i(reinterpret_cast<const int*>(&place)));
    } else {
      return static_cast<const T&>(place);
    }
  }
#endif
};

// The boxes of an inner loop's domain.
template <int N>
struct KernelBoxes {
  const Rect<N>* first;
  uint64_t count;
  PALATINE_INLINE const Rect<N>* begin() const { return first; }
  PALATINE_INLINE const Rect<N>* end() const { return first + count; }
};

// ---- reductions
// ------------------------------------------------------------------------------------------------------

template <ReductionOp op, typename T>
PALATINE_INLINE T identity_of() {
  if constexpr (op == ReductionOp::add || op == ReductionOp::subtract) return T(0);
  if constexpr (op == ReductionOp::multiply || op == ReductionOp::divide) return T(1);
  if constexpr (op == ReductionOp::max) return least<T>();
  if constexpr (op == ReductionOp::min) return greatest<T>();
}
// Of two parts of a reduction: what subtracts adds up what is to be subtracted.
template <ReductionOp op, typename T>
PALATINE_INLINE T join_parts(T a, T b) {
  if constexpr (op == ReductionOp::add || op == ReductionOp::subtract) return T(a + b);
  if constexpr (op == ReductionOp::multiply || op == ReductionOp::divide) return T(a * b);
  if constexpr (op == ReductionOp::max) return max_of(a, b);
  if constexpr (op == ReductionOp::min) return min_of(a, b);
}

// Of a variable into which a kernel reduces: a partial result for each block, the result, and how many blocks
// have theirs; the last one computes the result.
template <typename T>
struct KernelReduction {
  T* partials;
  T* result;
  uint32_t* arrived;
};

// Of `__parallel_prefix`: for each tile what its elements give, and with all before them; `states` says what
// is there (0: nothing, 1: the first, 2: both).
template <typename T>
struct KernelScan {
  uint64_t count;
  T* own;
  T* whole;
  uint32_t* states;
  uint32_t* next_tile;
};
inline constexpr uint32_t kScanThreads = 256, kScanItems = 8, kScanTile = kScanThreads * kScanItems;

#if PALATINE_IS_DEVICE

namespace detail {
// One slot for each warp, and one for what all threads are told.
static __attribute__((address_space(3))) uint64_t block_slots[33];

template <typename T>
PALATINE_INLINE uint64_t to_bits(T value) {
  uint64_t bits = 0;
  __builtin_memcpy(&bits, &value, sizeof(T));
  return bits;
}
template <typename T>
PALATINE_INLINE T from_bits(uint64_t bits) {
  T value;
  __builtin_memcpy(&value, &bits, sizeof(T));
  return value;
}
template <typename T>
PALATINE_INLINE T from_lane_behind(T value, int distance) {
  const uint64_t bits = to_bits(value);
  uint64_t low = static_cast<uint32_t>(
      __nvvm_shfl_sync_down_i32(0xffffffffu, static_cast<int>(static_cast<uint32_t>(bits)), distance, 31));
  if constexpr (sizeof(T) > 4) {
    const uint64_t high = static_cast<uint32_t>(__nvvm_shfl_sync_down_i32(
        0xffffffffu, static_cast<int>(static_cast<uint32_t>(bits >> 32)), distance, 31));
    low |= high << 32;
  }
  return from_bits<T>(low);
}
PALATINE_INLINE uint32_t thread_number() {
  return static_cast<uint32_t>(__nvvm_read_ptx_sreg_tid_x()) +
         static_cast<uint32_t>(__nvvm_read_ptx_sreg_ntid_x()) *
             (static_cast<uint32_t>(__nvvm_read_ptx_sreg_tid_y()) +
              static_cast<uint32_t>(__nvvm_read_ptx_sreg_ntid_y()) *
                  static_cast<uint32_t>(__nvvm_read_ptx_sreg_tid_z()));
}
PALATINE_INLINE uint32_t thread_count() {
  return static_cast<uint32_t>(__nvvm_read_ptx_sreg_ntid_x()) *
         static_cast<uint32_t>(__nvvm_read_ptx_sreg_ntid_y()) *
         static_cast<uint32_t>(__nvvm_read_ptx_sreg_ntid_z());
}
PALATINE_INLINE uint32_t block_number() {
  return static_cast<uint32_t>(__nvvm_read_ptx_sreg_ctaid_x()) +
         static_cast<uint32_t>(__nvvm_read_ptx_sreg_nctaid_x()) *
             (static_cast<uint32_t>(__nvvm_read_ptx_sreg_ctaid_y()) +
              static_cast<uint32_t>(__nvvm_read_ptx_sreg_nctaid_y()) *
                  static_cast<uint32_t>(__nvvm_read_ptx_sreg_ctaid_z()));
}
PALATINE_INLINE uint32_t block_count() {
  return static_cast<uint32_t>(__nvvm_read_ptx_sreg_nctaid_x()) *
         static_cast<uint32_t>(__nvvm_read_ptx_sreg_nctaid_y()) *
         static_cast<uint32_t>(__nvvm_read_ptx_sreg_nctaid_z());
}
// The block's result, for its first thread. The block has whole warps.
template <ReductionOp op, typename T>
PALATINE_INLINE T reduce_block(T value) {
  const uint32_t thread = thread_number();
  for (int distance = 16; distance > 0; distance /= 2)
    value = join_parts<op, T>(value, from_lane_behind(value, distance));
  __syncthreads();
  if (thread % 32 == 0) block_slots[thread / 32] = to_bits(value);
  __syncthreads();
  if (thread < 32) {
    value = thread < thread_count() / 32 ? from_bits<T>(block_slots[thread]) : identity_of<op, T>();
    for (int distance = 16; distance > 0; distance /= 2)
      value = join_parts<op, T>(value, from_lane_behind(value, distance));
  }
  return value;
}
}  // namespace detail

// All threads of the grid call it at their end.
template <ReductionOp op, typename T>
PALATINE_INLINE void finish_reduction(const KernelReduction<T>& reduction, T value) {
  const uint32_t thread = detail::thread_number();
  const uint32_t blocks = detail::block_count();
  value = detail::reduce_block<op, T>(value);
  if (thread == 0) {
    reduction.partials[detail::block_number()] = value;
    __nvvm_membar_gl();
    const uint32_t before = __atomic_fetch_add(reduction.arrived, 1u, __ATOMIC_RELAXED);
    __nvvm_membar_gl();
    detail::block_slots[32] = before == blocks - 1;
  }
  __syncthreads();
  if (!detail::block_slots[32]) return;
  T total = identity_of<op, T>();
  const volatile T* partials = reduction.partials;
  for (uint32_t k = thread; k < blocks; k += detail::thread_count())
    total = join_parts<op, T>(total, T(partials[k]));
  total = detail::reduce_block<op, T>(total);
  if (thread == 0) *reduction.result = total;
}

template <typename T>
PALATINE_INLINE T from_lane_before(T value, int distance) {
  const uint64_t bits = detail::to_bits(value);
  uint64_t low = static_cast<uint32_t>(
      __nvvm_shfl_sync_up_i32(0xffffffffu, static_cast<int>(static_cast<uint32_t>(bits)), distance, 0));
  if constexpr (sizeof(T) > 4) {
    const uint64_t high = static_cast<uint32_t>(__nvvm_shfl_sync_up_i32(
        0xffffffffu, static_cast<int>(static_cast<uint32_t>(bits >> 32)), distance, 0));
    low |= high << 32;
  }
  return detail::from_bits<T>(low);
}

// A block's part of a scan: store(k, load(0) op ... op load(k)) for each k of a tile. One pass over the data:
// a tile looks back for what the tiles before it have (Merrill and Garland, "Single-pass parallel prefix scan
// with decoupled look-back", 2016).
template <ReductionOp op, typename T, typename Load, typename Store>
PALATINE_INLINE void scan_tile(const KernelScan<T>& scan, const Load& load, const Store& store) {
  using detail::block_slots;
  const uint32_t thread = detail::thread_number(), lane = thread % 32, warp = thread / 32;
  // Tiles in the order in which blocks begin, so that nobody waits for a block that has no place.
  if (thread == 0) block_slots[32] = __atomic_fetch_add(scan.next_tile, 1u, __ATOMIC_RELAXED);
  __syncthreads();
  const uint64_t tile = block_slots[32];
  const uint64_t first = tile * kScanTile + thread * kScanItems;
  T items[kScanItems];
  T sum = identity_of<op, T>();
#pragma unroll
  for (uint32_t k = 0; k < kScanItems; ++k) {
    items[k] = first + k < scan.count ? load(static_cast<int64_t>(first + k)) : identity_of<op, T>();
    sum = join_parts<op, T>(sum, items[k]);
  }
  for (int distance = 1; distance < 32; distance *= 2) {
    const T other = from_lane_before(sum, distance);
    if (lane >= static_cast<uint32_t>(distance)) sum = join_parts<op, T>(other, sum);
  }
  T before = from_lane_before(sum, 1);
  if (lane == 0) before = identity_of<op, T>();
  __syncthreads();
  if (lane == 31) block_slots[warp] = detail::to_bits(sum);
  __syncthreads();
  for (uint32_t w = warp; w-- > 0;) before = join_parts<op, T>(detail::from_bits<T>(block_slots[w]), before);
  if (thread == 0) {
    T own = identity_of<op, T>();
    for (uint32_t w = 0; w < kScanThreads / 32; ++w)
      own = join_parts<op, T>(own, detail::from_bits<T>(block_slots[w]));
    volatile uint32_t* const states = scan.states;
    T all_before = identity_of<op, T>();
    if (tile > 0) {
      *static_cast<volatile T*>(scan.own + tile) = own;
      __nvvm_membar_gl();
      states[tile] = 1;
      for (uint64_t t = tile; t-- > 0;) {
        uint32_t state;
        do state = states[t];
        while (state == 0);
        __nvvm_membar_gl();
        const volatile T* const part = state == 2 ? scan.whole + t : scan.own + t;
        all_before = join_parts<op, T>(T(*part), all_before);
        if (state == 2) break;
      }
    }
    *static_cast<volatile T*>(scan.whole + tile) = join_parts<op, T>(all_before, own);
    __nvvm_membar_gl();
    states[tile] = 2;
    block_slots[32] = detail::to_bits(all_before);
  }
  __syncthreads();
  T running = join_parts<op, T>(detail::from_bits<T>(block_slots[32]), before);
#pragma unroll
  for (uint32_t k = 0; k < kScanItems; ++k) {
    running = join_parts<op, T>(running, items[k]);
    if (first + k < scan.count) store(static_cast<int64_t>(first + k), running);
  }
}

// Calls `body` for each point of this thread.
template <int N, typename Body>
PALATINE_INLINE void for_points_of_thread(const KernelDomain<N>& domain, const Body& body) {
  const uint64_t block_x = static_cast<uint32_t>(__nvvm_read_ptx_sreg_ctaid_x());
  const uint64_t grid_x = static_cast<uint32_t>(__nvvm_read_ptx_sreg_nctaid_x());
  if (domain.piece_count != 0) {
    const uint64_t threads = detail::thread_count();
    for (uint64_t k = block_x * threads + detail::thread_number(); k < domain.volume; k += grid_x * threads)
      body(kernel_piece_point<N>(domain, k));
    return;
  }
  const uint64_t size_x = static_cast<uint32_t>(__nvvm_read_ptx_sreg_ntid_x());
  const uint64_t first_x = block_x * size_x + static_cast<uint32_t>(__nvvm_read_ptx_sreg_tid_x());
  const uint64_t step_x = grid_x * size_x;
  if constexpr (N == 1) {
    if (domain.is_line != 0) {
      const uint64_t step = grid_x * kLineTile;
      uint64_t x = block_x * kLineTile + static_cast<uint32_t>(__nvvm_read_ptx_sreg_tid_x());
      // The unroller decides whether the body is short enough.
#pragma clang loop unroll(disable)
      for (; x + (kLineTile - kLineThreads) < domain.extent[0]; x += step) {
        for (uint32_t k = 0; k < kLineItems; ++k) body(kernel_point<N>(domain, x + k * kLineThreads, 0, 0));
      }
#pragma clang loop unroll(disable)
      for (uint32_t k = 0; k < kLineItems; ++k, x += kLineThreads) {
        if (x < domain.extent[0]) body(kernel_point<N>(domain, x, 0, 0));
      }
      return;
    }
#pragma clang loop unroll(disable)
    for (uint64_t x = first_x; x < domain.extent[0]; x += step_x) body(kernel_point<N>(domain, x, 0, 0));
  } else {
    const uint64_t size_y = static_cast<uint32_t>(__nvvm_read_ptx_sreg_ntid_y());
    const uint64_t first_y =
        static_cast<uint64_t>(static_cast<uint32_t>(__nvvm_read_ptx_sreg_ctaid_y())) * size_y +
        static_cast<uint32_t>(__nvvm_read_ptx_sreg_tid_y());
    const uint64_t step_y = size_y * static_cast<uint32_t>(__nvvm_read_ptx_sreg_nctaid_y());
    const uint64_t size_z = static_cast<uint32_t>(__nvvm_read_ptx_sreg_ntid_z());
    const uint64_t first_z =
        static_cast<uint64_t>(static_cast<uint32_t>(__nvvm_read_ptx_sreg_ctaid_z())) * size_z +
        static_cast<uint32_t>(__nvvm_read_ptx_sreg_tid_z());
    const uint64_t step_z = size_z * static_cast<uint32_t>(__nvvm_read_ptx_sreg_nctaid_z());
    const uint64_t end_z = kernel_extent(domain, 2);
#pragma clang loop unroll(disable)
    for (uint64_t z = first_z; z < end_z; z += step_z) {
#pragma clang loop unroll(disable)
      for (uint64_t y = first_y; y < domain.extent[1]; y += step_y) {
#pragma clang loop unroll(disable)
        for (uint64_t x = first_x; x < domain.extent[0]; x += step_x) body(kernel_point<N>(domain, x, y, z));
      }
    }
  }
}

#else

template <ReductionOp op, typename T>
void finish_reduction(const KernelReduction<T>& reduction, T value) {
  *reduction.result = join_parts<op, T>(*reduction.result, value);
}

template <ReductionOp op, typename T, typename Load, typename Store>
PALATINE_INLINE void scan_tile(const KernelScan<T>& scan, const KernelPoint& point, const Load& load,
                               const Store& store) {
  const uint64_t tile = point.block_index.x;
  T running = tile == 0 ? identity_of<op, T>() : scan.whole[tile - 1];
  const uint64_t end = (tile + 1) * kScanTile < scan.count ? (tile + 1) * kScanTile : scan.count;
  for (uint64_t k = tile * kScanTile; k < end; ++k) {
    running = join_parts<op, T>(running, load(static_cast<int64_t>(k)));
    store(static_cast<int64_t>(k), running);
  }
  scan.whole[tile] = running;
}

// Calls `call(body, point)` for each point of a block. In the runtime, for 1 to kMaxDim dimensions, because
// copies of it in every kernel would make compiling a program with kernels a third longer.
template <int N>
void call_for_points(const KernelDomain<N>& domain, const KernelPoint& point, const void* body,
                     void (*call)(const void* body, const PointOf<N>& point));

// Calls `body` for each point of a block.
template <int N, typename Body>
void for_points_of_block(const KernelDomain<N>& domain, const KernelPoint& point, const Body& body) {
  call_for_points<N>(domain, point, &body, [](const void* raw_body, const PointOf<N>& at) {
    (*static_cast<const Body*>(raw_body))(at);
  });
}

#endif

// ---- threads that meet
// -------------------------------------------------------------------------------------------------

// place = function(place), as one step. T has 1, 2, 4 or 8 bytes.
template <typename T, typename Function>
PALATINE_INLINE void atomic_update(T& place, const Function& function) {
#if PALATINE_IS_DEVICE
  if constexpr (sizeof(T) >= 4) {
    using Bits = Type<decltype([] {
      if constexpr (sizeof(T) == 8) {
        return uint64_t{};
      } else {
        return uint32_t{};
      }
    }())>;
    Bits* const bits = reinterpret_cast<Bits*>(&place);
    Bits seen = *static_cast<volatile Bits*>(bits);
    for (;;) {
      const T value = function(__builtin_bit_cast(T, seen));
      if (__atomic_compare_exchange_n(bits, &seen, __builtin_bit_cast(Bits, value), false, __ATOMIC_RELAXED,
                                      __ATOMIC_RELAXED))
        return;
    }
  } else {
    // Within the word around it.
    const uint64_t address = reinterpret_cast<uint64_t>(&place);
    uint32_t* const word = reinterpret_cast<uint32_t*>(address & ~uint64_t{3});
    const uint32_t shift = static_cast<uint32_t>(address & 3) * 8;
    const uint32_t mask = ((uint32_t{1} << (8 * sizeof(T))) - 1) << shift;
    uint32_t seen = *static_cast<volatile uint32_t*>(word);
    for (;;) {
      const T value = function(detail::from_bits<T>((seen & mask) >> shift));
      const uint32_t wanted = (seen & ~mask) | static_cast<uint32_t>(detail::to_bits(value)) << shift;
      if (__atomic_compare_exchange_n(word, &seen, wanted, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) return;
    }
  }
#else
  place = function(place);
#endif
}

// place = place op value, as one step.
template <ReductionOp op, typename T>
PALATINE_INLINE void atomic_reduce(T& place, T value) {
#if PALATINE_IS_DEVICE
  if constexpr (op == ReductionOp::add || op == ReductionOp::subtract) {
    const T added = op == ReductionOp::add ? value : T(-value);
    if constexpr (__is_same(T, double)) {
      __nvvm_atom_add_gen_d(&place, added);
      return;
    } else if constexpr (__is_same(T, float)) {
      __nvvm_atom_add_gen_f(&place, added);
      return;
    } else if constexpr (sizeof(T) >= 4) {
      __atomic_fetch_add(&place, added, __ATOMIC_RELAXED);
      return;
    }
  }
  if constexpr (__is_integral(T) && sizeof(T) >= 4) {
    if constexpr (op == ReductionOp::max) {
      __atomic_fetch_max(&place, value, __ATOMIC_RELAXED);
      return;
    } else if constexpr (op == ReductionOp::min) {
      __atomic_fetch_min(&place, value, __ATOMIC_RELAXED);
      return;
    }
  }
#endif
  atomic_update(place, [value](T old) {
    if constexpr (op == ReductionOp::subtract) return T(old - value);
    if constexpr (op == ReductionOp::divide) return T(old / value);
    if constexpr (op != ReductionOp::subtract && op != ReductionOp::divide)
      return join_parts<op, T>(old, value);
  });
}
template <ReductionOp op, typename T, size_t N>
PALATINE_INLINE void atomic_reduce(Array<T, N>& place, const Array<T, N>& value) {
  for (size_t k = 0; k < N; ++k) atomic_reduce<op>(place.e[k], value.e[k]);
}

// What a thread, or a block of a host's kernel, reduces into an element that all points share.
template <typename T>
struct UniformPart {
  T value;
  bool is_used = false;
};

// All threads of the grid call it at their end. `place()` is the element; there is one when a point reduced
// into it.
template <ReductionOp op, typename T, typename Place>
PALATINE_INLINE void finish_uniform(const UniformPart<T>& part, const Place& place) {
#if PALATINE_IS_DEVICE
  const uint32_t is_used = detail::reduce_block<ReductionOp::max, uint32_t>(part.is_used ? 1 : 0);
  const T total = detail::reduce_block<op, T>(part.value);
  if (detail::thread_number() == 0 && is_used != 0) atomic_reduce<op>(place(), total);
#else
  if (part.is_used) atomic_reduce<op>(place(), part.value);
#endif
}

// ---- faults
// ----------------------------------------------------------------------------------------------------------

// The first thread that finds something wrong says what; the host then ends the program.
struct KernelFault {
  uint32_t state;  // 0: nothing, 1: being written, 2: all is there
  uint32_t site;
  int32_t dim;
  int64_t index[kMaxDim];
};
// What can be wrong in a kernel, and where.
struct KernelSite {
  const char* message;
  SourceLoc loc;
};
struct KernelDesc;
#if !PALATINE_IS_DEVICE
// Ends the program: `FILE:LINE: MESSAGE (task `t`, index 3)`.
[[noreturn]] void kernel_failed(const KernelDesc& kernel, const KernelFault& fault);
#endif

template <int N>
[[noreturn]] inline void kernel_fault(KernelFault* fault, const KernelDesc* kernel, uint32_t site,
                                      const PointOf<N>& index) {
#if PALATINE_IS_DEVICE
  uint32_t nothing = 0;
  if (__atomic_compare_exchange_n(&fault->state, &nothing, 1u, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    fault->site = site;
    fault->dim = N;
    for (int d = 0; d < N; ++d) fault->index[d] = component(index, d);
    __nvvm_membar_sys();
    *const_cast<volatile uint32_t*>(&fault->state) = 2;
  }
  __asm__ volatile("exit;");
  __builtin_unreachable();
#else
  (void)fault;
  KernelFault mine{2, site, N, {}};
  for (int d = 0; d < N; ++d) mine.index[d] = component(index, d);
  kernel_failed(*kernel, mine);
#endif
}
// As `in_bounds` and `in_array`.
template <int N, typename Index>
PALATINE_INLINE Index kernel_in_bounds(const Index& index, const Rect<N>& box, KernelFault* fault,
                                       const KernelDesc* kernel, uint32_t site) {
  const auto& point = [&]() -> const auto& {
    if constexpr (__is_same(Index, MultiPointer<N>)) {
      return index.point;
    } else {
      return index;
    }
  }();
  if (!(box.lo <= point && point <= box.hi)) kernel_fault<N>(fault, kernel, site, point);
  return index;
}
template <typename T>
PALATINE_INLINE T kernel_in_array(T index, uint64_t count, KernelFault* fault, const KernelDesc* kernel,
                                  uint32_t site) {
  if (index < 0 || static_cast<uint64_t>(index) >= count)
    kernel_fault<1>(fault, kernel, site, static_cast<int64_t>(index));
  return index;
}

}  // namespace palatine::api

#include "palatine_kernel_tables.h"
#if PALATINE_IS_DEVICE
#include "palatine_device.h"
#else
#include "palatine_launch.h"
#endif
