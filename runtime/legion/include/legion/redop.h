// The reduction operators that every program has, for numbers of all sizes; LEGION_REDOP_SUM_FLOAT64 and so
// on are their ids. Source: Legion's API, section 5.
//
// `apply<false>` and `fold<false>` are atomic. Programs that define LEGION_REDOP_COMPLEX have those of
// complex<float> and complex<double> as well, with LEGION_REDOP_HALF those of __half.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "legion/types.h"

#ifdef LEGION_REDOP_COMPLEX
#include <complex>
using std::complex;
#endif
#ifdef LEGION_REDOP_HALF
typedef _Float16 __half;
#endif

namespace Legion {

namespace Internal {

// The locks of values that no instruction replaces, by address.
inline std::atomic<bool>& lock_of(const void* address) {
  static std::atomic<bool> locks[64];
  return locks[reinterpret_cast<uintptr_t>(address) / 64 % 64];
}

// Replaces *target by combine(*target) in one atomic step.
template <typename T, typename Combine>
std::enable_if_t<(sizeof(T) > 8)> update_atomically(T& target, Combine combine) {
  std::atomic<bool>& lock = lock_of(&target);
  while (lock.exchange(true, std::memory_order_acquire)) {
  }
  target = combine(target);
  lock.store(false, std::memory_order_release);
}
template <typename T, typename Combine>
std::enable_if_t<(sizeof(T) <= 8)> update_atomically(T& target, Combine combine) {
  typedef std::conditional_t<
      sizeof(T) == 1, uint8_t,
      std::conditional_t<sizeof(T) == 2, uint16_t, std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>>>
      Word;
  static_assert(sizeof(Word) == sizeof(T));
  Word* word = reinterpret_cast<Word*>(&target);
  Word old = __atomic_load_n(word, __ATOMIC_RELAXED);
  Word changed;
  do {
    T value;
    memcpy(&value, &old, sizeof(T));
    value = combine(value);
    memcpy(&changed, &value, sizeof(T));
  } while (!__atomic_compare_exchange_n(word, &old, changed, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
}

// Only the types of numbers that C++ does not have by itself.
template <typename T>
struct OtherNumber {
  static constexpr bool is_one = false;
};
#ifdef LEGION_REDOP_COMPLEX
template <typename T>
struct OtherNumber<std::complex<T>> {
  static constexpr bool is_one = true;
  static constexpr int id = sizeof(T) == 4 ? LEGION_TYPE_COMPLEX64 : LEGION_TYPE_COMPLEX128;
};
#endif
#ifdef LEGION_REDOP_HALF
template <>
struct OtherNumber<__half> {
  static constexpr bool is_one = true;
  static constexpr int id = LEGION_TYPE_FLOAT16;
  static constexpr __half highest = __builtin_inff();
};
#endif

template <typename T>
constexpr int type_id() {
  if constexpr (OtherNumber<T>::is_one) {
    return OtherNumber<T>::id;
  } else if constexpr (std::is_same_v<T, bool>) {
    return LEGION_TYPE_BOOL;
  } else if constexpr (std::is_floating_point_v<T>) {
    return sizeof(T) == 4 ? LEGION_TYPE_FLOAT32 : LEGION_TYPE_FLOAT64;
  } else {
    constexpr int kLog = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
    return (std::is_signed_v<T> ? LEGION_TYPE_INT8 : LEGION_TYPE_UINT8) + kLog;
  }
}

template <typename T>
constexpr T lowest() {
  if constexpr (OtherNumber<T>::is_one) return -OtherNumber<T>::highest;
  return std::numeric_limits<T>::has_infinity ? -std::numeric_limits<T>::infinity()
                                              : std::numeric_limits<T>::lowest();
}
template <typename T>
constexpr T highest() {
  if constexpr (OtherNumber<T>::is_one) return OtherNumber<T>::highest;
  return std::numeric_limits<T>::has_infinity ? std::numeric_limits<T>::infinity()
                                              : std::numeric_limits<T>::max();
}

}  // namespace Internal

// `applied` combines an element `a` with a value `b`; `folded` two values.
#define LEGION_REDUCTION(Name, KIND, neutral, applied, folded)                             \
  template <typename T>                                                                    \
  class Name {                                                                             \
   public:                                                                                 \
    typedef T LHS;                                                                         \
    typedef T RHS;                                                                         \
    static constexpr T identity = neutral;                                                 \
    static constexpr int REDOP_ID =                                                        \
        LEGION_MAX_APPLICATION_REDOP_ID + 1 +                                              \
        static_cast<int>(LEGION_REDOP_KIND_##KIND) * static_cast<int>(LEGION_TYPE_TOTAL) + \
        Internal::type_id<T>();                                                            \
    template <bool EXCLUSIVE>                                                              \
    static void apply(LHS& lhs, RHS b) {                                                   \
      if constexpr (EXCLUSIVE) {                                                           \
        const T a = lhs;                                                                   \
        lhs = static_cast<T>(applied);                                                     \
      } else {                                                                             \
        Internal::update_atomically(lhs, [b](T a) { return static_cast<T>(applied); });    \
      }                                                                                    \
    }                                                                                      \
    template <bool EXCLUSIVE>                                                              \
    static void fold(RHS& rhs1, RHS b) {                                                   \
      if constexpr (EXCLUSIVE) {                                                           \
        const T a = rhs1;                                                                  \
        rhs1 = static_cast<T>(folded);                                                     \
      } else {                                                                             \
        Internal::update_atomically(rhs1, [b](T a) { return static_cast<T>(folded); });    \
      }                                                                                    \
    }                                                                                      \
  };
LEGION_REDUCTION(SumReduction, SUM, T(0), a + b, a + b)
LEGION_REDUCTION(DiffReduction, DIFF, T(0), a - b, a + b)
LEGION_REDUCTION(ProdReduction, PROD, T(1), a* b, a* b)
LEGION_REDUCTION(DivReduction, DIV, T(1), a / b, a* b)
LEGION_REDUCTION(MaxReduction, MAX, Internal::lowest<T>(), a < b ? b : a, a < b ? b : a)
LEGION_REDUCTION(MinReduction, MIN, Internal::highest<T>(), b < a ? b : a, b < a ? b : a)
LEGION_REDUCTION(OrReduction, OR, T(0), a | b, a | b)
LEGION_REDUCTION(AndReduction, AND, static_cast<T>(~T(0)), a& b, a& b)
LEGION_REDUCTION(XorReduction, XOR, T(0), a ^ b, a ^ b)
#undef LEGION_REDUCTION

// Of bool: or is the sum, and the product.
template <>
class SumReduction<bool> {
 public:
  typedef bool LHS;
  typedef bool RHS;
  static constexpr bool identity = false;
  static constexpr int REDOP_ID = LEGION_REDOP_OR_BOOL;
  template <bool EXCLUSIVE>
  static void apply(LHS& lhs, RHS rhs) {
    if (rhs) __atomic_store_n(&lhs, true, __ATOMIC_RELAXED);
  }
  template <bool EXCLUSIVE>
  static void fold(RHS& rhs1, RHS rhs2) {
    apply<EXCLUSIVE>(rhs1, rhs2);
  }
};
template <>
class ProdReduction<bool> {
 public:
  typedef bool LHS;
  typedef bool RHS;
  static constexpr bool identity = true;
  static constexpr int REDOP_ID = LEGION_REDOP_AND_BOOL;
  template <bool EXCLUSIVE>
  static void apply(LHS& lhs, RHS rhs) {
    if (!rhs) __atomic_store_n(&lhs, false, __ATOMIC_RELAXED);
  }
  template <bool EXCLUSIVE>
  static void fold(RHS& rhs1, RHS rhs2) {
    apply<EXCLUSIVE>(rhs1, rhs2);
  }
};

}  // namespace Legion
