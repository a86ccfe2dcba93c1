// Reductions of kernels into elements in which many threads meet: a block's own table of them, and lanes of a
// warp that fold what they have for one element. Included by palatine_kernel.h.
//
// Which of the ways a launch takes is decided when it is made (`KernelLaunch::table`), by how many points
// there are for each element. Each gives the same sums, in another order.
//
// * A table: where the elements are few. It lies in the block's memory, begins with what changes nothing, and
//   is added to the elements at the block's end. Of small tables a block has several copies, one for some of
//   the lanes, so that these do not meet.
// * Folding: lanes of a warp that reduce into one element at once fold their parts first (Westphal, "Voting
//   and shuffling to optimize atomic operations", 2015). It pays where neighbours have the same element.
#pragma once

#include "palatine_kernel.h"

namespace palatine::api {

// Of one field of one region into which a kernel reduces.
struct KernelTable {
  // Where the elements lie, all of them from the lowest address on; the first one and their number. What
  // lies elsewhere is reduced into directly.
  char* first;
  // 0: there is no table.
  uint32_t elements;
  // Each is a power of two: 1 << log_copies.
  uint32_t log_copies;
  // In the block's memory.
  uint32_t offset_bytes;
  uint32_t folds;
};

// The block's memory for tables.
struct KernelTables {
#if !PALATINE_IS_DEVICE
  explicit KernelTables(const KernelPoint& block) : memory(static_cast<char*>(block.shared)) {}
  char* memory;
#endif
};

namespace detail {

// What a table begins with: joined to any value it gives that value, negative zeros too.
template <ReductionOp op, typename T>
PALATINE_INLINE T nothing_of() {
  constexpr bool adds = op == ReductionOp::add || op == ReductionOp::subtract;
  if constexpr (adds && (__is_same(T, float) || __is_same(T, double))) {
    return T(-0.0);
  } else {
    return identity_of<op, T>();
  }
}
template <ReductionOp op>
constexpr ReductionOp joining_op() {
  return op == ReductionOp::subtract ? ReductionOp::add : op;
}
template <typename T>
PALATINE_INLINE bool same_bits(const T& a, const T& b) {
  if constexpr (sizeof(T) == 8) return __builtin_bit_cast(uint64_t, a) == __builtin_bit_cast(uint64_t, b);
  if constexpr (sizeof(T) == 4) return __builtin_bit_cast(uint32_t, a) == __builtin_bit_cast(uint32_t, b);
}

#if PALATINE_IS_DEVICE

extern __attribute__((address_space(3), aligned(16))) char kernel_tables[];

template <typename T>
PALATINE_INLINE T* table_of(const KernelTables&, const KernelTable& table) {
  return reinterpret_cast<T*>((char*)kernel_tables + table.offset_bytes);
}
PALATINE_INLINE uint32_t lane_number() {
  return static_cast<uint32_t>(__nvvm_read_ptx_sreg_laneid());
}
PALATINE_INLINE uint32_t first_of_block() {
  return thread_number();
}
PALATINE_INLINE uint32_t step_of_block() {
  return thread_count();
}
PALATINE_INLINE void meet_block() {
  __syncthreads();
}

template <typename T>
PALATINE_INLINE T from_lane(uint32_t lanes, T value, uint32_t lane) {
  const uint64_t bits = to_bits(value);
  uint64_t low = static_cast<uint32_t>(__nvvm_shfl_sync_idx_i32(
      lanes, static_cast<int>(static_cast<uint32_t>(bits)), static_cast<int>(lane), 31));
  if constexpr (sizeof(T) > 4) {
    const uint64_t high = static_cast<uint32_t>(__nvvm_shfl_sync_idx_i32(
        lanes, static_cast<int>(static_cast<uint32_t>(bits >> 32)), static_cast<int>(lane), 31));
    low |= high << 32;
  }
  return from_bits<T>(low);
}

// Folds the values of those lanes that are here now and have the same place. True for one of each such
// group, which has the group's value then.
template <ReductionOp op, typename T>
PALATINE_INLINE bool fold_lanes(const T* place, T& value) {
  const uint32_t lanes = __nvvm_activemask();
  const uint32_t lane = lane_number();
  const uint32_t peers =
      static_cast<uint32_t>(__nvvm_match_any_sync_i64(lanes, reinterpret_cast<uint64_t>(place)));
  // Those behind this one, each still with a part of its own; and how many are before it.
  uint32_t behind = peers & (0xfffffffeu << lane);
  uint32_t rank = static_cast<uint32_t>(__builtin_popcount(peers & ((1u << lane) - 1)));
  const bool is_first = rank == 0;
  while (__nvvm_vote_any_sync(lanes, behind != 0)) {
    const uint32_t next = behind != 0 ? static_cast<uint32_t>(__builtin_ctz(behind)) : lane;
    const T other = from_lane(lanes, value, next);
    if (behind != 0) value = join_parts<op, T>(value, other);
    // Every second one of a group has been joined to the one before it.
    const bool is_joined = rank & 1;
    const uint32_t joined = static_cast<uint32_t>(__nvvm_vote_ballot_sync(lanes, is_joined));
    behind = is_joined ? 0 : behind & ~joined;
    rank /= 2;
  }
  return is_first;
}

#else

template <typename T>
T* table_of(const KernelTables& tables, const KernelTable& table) {
  return reinterpret_cast<T*>(tables.memory + table.offset_bytes);
}
inline uint32_t lane_number() {
  return 0;
}
inline uint32_t first_of_block() {
  return 0;
}
inline uint32_t step_of_block() {
  return 1;
}
inline void meet_block() {}
template <ReductionOp op, typename T>
bool fold_lanes(const T*, T&) {
  return true;
}

#endif

}  // namespace detail

// All threads of a block call it before their first point,
template <ReductionOp op, typename T>
PALATINE_INLINE void begin_table(const KernelTable& table, const KernelTables& tables) {
  if (table.elements == 0) return;
  T* const values = detail::table_of<T>(tables, table);
  const uint32_t count = table.elements << table.log_copies;
  for (uint32_t k = detail::first_of_block(); k < count; k += detail::step_of_block())
    values[k] = detail::nothing_of<op, T>();
  detail::meet_block();
}

// and behind their last one.
template <ReductionOp op, typename T>
PALATINE_INLINE void finish_table(const KernelTable& table, const KernelTables& tables) {
  if (table.elements == 0) return;
  const T* const values = detail::table_of<T>(tables, table);
  T* const elements = reinterpret_cast<T*>(table.first);
  detail::meet_block();
  for (uint32_t k = detail::first_of_block(); k < table.elements; k += detail::step_of_block()) {
    T total = detail::nothing_of<op, T>();
    for (uint32_t copy = 0; copy < 1u << table.log_copies; ++copy)
      total = join_parts<op, T>(total, values[(k << table.log_copies) + copy]);
    // Nobody has reduced into it; it may even be no element of the region.
    if (!detail::same_bits(total, detail::nothing_of<op, T>())) atomic_reduce<op>(elements[k], total);
  }
}

// place = place op value, now or at the block's end.
template <ReductionOp op, typename T>
PALATINE_INLINE void table_reduce(const KernelTable& table, const KernelTables& tables, T& place, T value) {
  // Wraps for what lies before.
  const uint64_t k =
      (reinterpret_cast<uint64_t>(&place) - reinterpret_cast<uint64_t>(table.first)) / sizeof(T);
  if (k < table.elements) {
    const uint32_t copy = detail::lane_number() & ((1u << table.log_copies) - 1);
    atomic_reduce<detail::joining_op<op>()>(
        detail::table_of<T>(tables, table)[(static_cast<uint32_t>(k) << table.log_copies) + copy], value);
    return;
  }
  if (table.folds != 0 && !detail::fold_lanes<op, T>(&place, value)) return;
  atomic_reduce<op>(place, value);
}

}  // namespace palatine::api
