#include "runtime/realm/space/changes.h"

#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace palatine::realm::space {

namespace {

template <typename Value>
uint64_t changes_one_by_one(const std::byte* values) {
  Value before, value;
  std::memcpy(&before, values - sizeof(Value), sizeof(Value));
  uint64_t changes = 0;
  for (int k = 0; k < 64; ++k, before = value) {
    std::memcpy(&value, values + static_cast<size_t>(k) * sizeof(Value), sizeof(Value));
    changes |= uint64_t{value != before} << k;
  }
  return changes;
}

#if defined(__x86_64__)
template <typename Value>
__attribute__((target("avx512f"))) uint64_t changes_by_64_bytes(const std::byte* values) {
  constexpr int kCount = 64 / sizeof(Value);
  uint64_t changes = 0;
  for (int k = 0; k < 64; k += kCount) {
    const std::byte* at = values + static_cast<size_t>(k) * sizeof(Value);
    const __m512i now = _mm512_loadu_si512(at), before = _mm512_loadu_si512(at - sizeof(Value));
    if constexpr (sizeof(Value) == 4)
      changes |= static_cast<uint64_t>(_mm512_cmpneq_epi32_mask(now, before)) << k;
    else
      changes |= static_cast<uint64_t>(_mm512_cmpneq_epi64_mask(now, before)) << k;
  }
  return changes;
}
template <typename Value>
__attribute__((target("avx2"))) uint64_t changes_by_32_bytes(const std::byte* values) {
  constexpr int kCount = 32 / sizeof(Value);
  uint64_t same = 0;
  for (int k = 0; k < 64; k += kCount) {
    const std::byte* at = values + static_cast<size_t>(k) * sizeof(Value);
    const __m256i now = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    const __m256i before = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at - sizeof(Value)));
    uint64_t mask;
    if constexpr (sizeof(Value) == 4)
      mask = static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(now, before))));
    else
      mask = static_cast<uint32_t>(_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpeq_epi64(now, before))));
    same |= mask << k;
  }
  return ~same;
}
#endif

template <typename Value>
uint64_t changes(const std::byte* values) {
#if defined(__x86_64__)
  static const bool has_64 = __builtin_cpu_supports("avx512f");
  static const bool has_32 = __builtin_cpu_supports("avx2");
  if (has_64) return changes_by_64_bytes<Value>(values);
  if (has_32) return changes_by_32_bytes<Value>(values);
#endif
  return changes_one_by_one<Value>(values);
}

}  // namespace

uint64_t changes_of_64(const std::byte* values, size_t value_bytes) {
  return value_bytes == 4 ? changes<uint32_t>(values) : changes<uint64_t>(values);
}

}  // namespace palatine::realm::space
