// Functions built a second time for processors that count bits and find the first one in an instruction; such
// a copy is called after has_fast_bits() has said that it may be.
#pragma once

#if defined(__x86_64__)
#define PALATINE_FAST_BITS __attribute__((target("bmi,popcnt")))
#else
#define PALATINE_FAST_BITS
#endif

namespace palatine::realm::space {

inline bool has_fast_bits() {
#if defined(__x86_64__)
  static const bool has = __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
  return has;
#else
  return true;
#endif
}

}  // namespace palatine::realm::space
