// What every translation unit of generated code begins with: the runtime's interface, and the headers of the
// C library that `regentlib.c` offers. Precompiled when Palatine is built.
#pragma once

#include <math.h>
#include <palatine_api.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

// `regentlib.rsqrt`, which C does not have.
static inline double palatine_rsqrt(double x) {
  return 1.0 / sqrt(x);
}
static inline float palatine_rsqrtf(float x) {
  return 1.0f / sqrtf(x);
}
