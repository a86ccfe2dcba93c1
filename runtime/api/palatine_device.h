// Functions of C for kernels on NVIDIA's devices: those of math.h through libdevice, or one instruction where
// there is one, and `printf`.
#pragma once

#include <stddef.h>
#include <stdint.h>

extern "C" int vprintf(const char* format, void* arguments);

#define PALATINE_MATH_1(name)             \
  extern "C" double __nv_##name(double);  \
  extern "C" float __nv_##name##f(float); \
  namespace palatine::device_math {       \
  inline double name(double x) {          \
    return __nv_##name(x);                \
  }                                       \
  inline float name##f(float x) {         \
    return __nv_##name##f(x);             \
  }                                       \
  }
#define PALATINE_MATH_2(name)                    \
  extern "C" double __nv_##name(double, double); \
  extern "C" float __nv_##name##f(float, float); \
  namespace palatine::device_math {              \
  inline double name(double x, double y) {       \
    return __nv_##name(x, y);                    \
  }                                              \
  inline float name##f(float x, float y) {       \
    return __nv_##name##f(x, y);                 \
  }                                              \
  }
// One instruction, or a few.
#define PALATINE_NATIVE_1(name)     \
  namespace palatine::device_math { \
  inline double name(double x) {    \
    return __builtin_##name(x);     \
  }                                 \
  inline float name##f(float x) {   \
    return __builtin_##name##f(x);  \
  }                                 \
  }
#define PALATINE_NATIVE_2(name)            \
  namespace palatine::device_math {        \
  inline double name(double x, double y) { \
    return __builtin_##name(x, y);         \
  }                                        \
  inline float name##f(float x, float y) { \
    return __builtin_##name##f(x, y);      \
  }                                        \
  }

PALATINE_MATH_1(acos)
PALATINE_MATH_1(acosh)
PALATINE_MATH_1(asin)
PALATINE_MATH_1(asinh)
PALATINE_MATH_1(atan)
PALATINE_MATH_1(atanh)
PALATINE_MATH_1(cbrt)
PALATINE_MATH_1(cos)
PALATINE_MATH_1(cosh)
PALATINE_MATH_1(erf)
PALATINE_MATH_1(erfc)
PALATINE_MATH_1(exp)
PALATINE_MATH_1(exp2)
PALATINE_MATH_1(expm1)
PALATINE_MATH_1(j0)
PALATINE_MATH_1(j1)
PALATINE_MATH_1(log)
PALATINE_MATH_1(log10)
PALATINE_MATH_1(log1p)
PALATINE_MATH_1(log2)
PALATINE_MATH_1(logb)
PALATINE_MATH_1(round)
PALATINE_MATH_1(sin)
PALATINE_MATH_1(sinh)
PALATINE_MATH_1(tan)
PALATINE_MATH_1(tanh)
PALATINE_MATH_1(tgamma)
PALATINE_MATH_1(y0)
PALATINE_MATH_1(y1)
PALATINE_MATH_2(atan2)
PALATINE_MATH_2(fdim)
PALATINE_MATH_2(fmod)
PALATINE_MATH_2(hypot)
PALATINE_MATH_2(nextafter)
PALATINE_MATH_2(pow)
PALATINE_MATH_2(remainder)
PALATINE_NATIVE_1(ceil)
PALATINE_NATIVE_1(fabs)
PALATINE_NATIVE_1(floor)
PALATINE_NATIVE_1(nearbyint)
PALATINE_NATIVE_1(rint)
PALATINE_NATIVE_1(sqrt)
PALATINE_NATIVE_1(trunc)
PALATINE_NATIVE_2(copysign)
PALATINE_NATIVE_2(fmax)
PALATINE_NATIVE_2(fmin)

#undef PALATINE_MATH_1
#undef PALATINE_MATH_2
#undef PALATINE_NATIVE_1
#undef PALATINE_NATIVE_2

extern "C" int __nv_ilogb(double);
extern "C" int __nv_ilogbf(float);
extern "C" double __nv_ldexp(double, int);
extern "C" float __nv_ldexpf(float, int);
extern "C" double __nv_scalbn(double, int);
extern "C" float __nv_scalbnf(float, int);
extern "C" long long __nv_llrint(double);
extern "C" long long __nv_llrintf(float);
extern "C" long long __nv_llround(double);
extern "C" long long __nv_llroundf(float);
extern "C" double __nv_jn(int, double);
extern "C" float __nv_jnf(int, float);
extern "C" double __nv_yn(int, double);
extern "C" float __nv_ynf(int, float);

namespace palatine::device_math {

inline int ilogb(double x) {
  return __nv_ilogb(x);
}
inline int ilogbf(float x) {
  return __nv_ilogbf(x);
}
inline double ldexp(double x, int n) {
  return __nv_ldexp(x, n);
}
inline float ldexpf(float x, int n) {
  return __nv_ldexpf(x, n);
}
inline double scalbn(double x, int n) {
  return __nv_scalbn(x, n);
}
inline float scalbnf(float x, int n) {
  return __nv_scalbnf(x, n);
}
inline long long llrint(double x) {
  return __nv_llrint(x);
}
inline long long llrintf(float x) {
  return __nv_llrintf(x);
}
inline long long llround(double x) {
  return __nv_llround(x);
}
inline long long llroundf(float x) {
  return __nv_llroundf(x);
}
inline double jn(int n, double x) {
  return __nv_jn(n, x);
}
inline float jnf(int n, float x) {
  return __nv_jnf(n, x);
}
inline double yn(int n, double x) {
  return __nv_yn(n, x);
}
inline float ynf(int n, float x) {
  return __nv_ynf(n, x);
}
inline double fma(double x, double y, double z) {
  return __builtin_fma(x, y, z);
}
inline float fmaf(float x, float y, float z) {
  return __builtin_fmaf(x, y, z);
}
// As on the host, two roundings.
inline double rsqrt(double x) {
  return 1.0 / __builtin_sqrt(x);
}
inline float rsqrtf(float x) {
  return 1.0f / __builtin_sqrtf(x);
}
template <typename T>
int isnan(T x) {
  return __builtin_isnan(x);
}
template <typename T>
int isinf(T x) {
  return __builtin_isinf(x);
}
template <typename T>
int finite(T x) {
  return __builtin_isfinite(x);
}
inline int isnanf(float x) {
  return __builtin_isnan(x);
}
inline int isinff(float x) {
  return __builtin_isinf(x);
}
inline int finitef(float x) {
  return __builtin_isfinite(x);
}
inline double nan(const char*) {
  return __builtin_nan("");
}
inline float nanf(const char*) {
  return __builtin_nanf("");
}

// The arguments of `vprintf`: each promoted as C does and at its own alignment.
inline int64_t promoted(int64_t value) {
  return value;
}
inline uint64_t promoted(uint64_t value) {
  return value;
}
template <typename T>
auto promoted(T value) {
  if constexpr (__is_floating_point(T)) {
    return static_cast<double>(value);
  } else if constexpr (__is_integral(T) && sizeof(T) < 4) {
    return static_cast<int>(value);
  } else {
    return value;
  }
}
template <typename... T>
struct Packed {};
template <typename First, typename... Rest>
struct Packed<First, Rest...> {
  First first;
  Packed<Rest...> rest;
};
template <typename Last>
struct Packed<Last> {
  Last first;
};
inline Packed<> pack() {
  return {};
}
template <typename First, typename... Rest>
Packed<First, Rest...> pack(First first, Rest... rest) {
  if constexpr (sizeof...(Rest) == 0) {
    return {first};
  } else {
    return {first, pack(rest...)};
  }
}
template <typename... T>
int printf(const char* format, T... values) {
  auto packed = pack(promoted(values)...);
  return vprintf(format, &packed);
}

}  // namespace palatine::device_math
