// What the programs in the language and their peers in C++ share: a clock, options and random numbers.
#ifndef PALATINE_BENCHMARKS_BENCH_H
#define PALATINE_BENCHMARKS_BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

static inline double bench_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + 1e-9 * now.tv_nsec;
}

// The number behind `flag`.
static inline int64_t bench_option(int count, char** words, const char* flag, int64_t otherwise) {
  for (int i = 1; i + 1 < count; ++i) {
    if (strcmp(words[i], flag) == 0) return atoll(words[i + 1]);
  }
  return otherwise;
}

// A number below `limit` that follows from `seed` alone (SplitMix64, Steele et al. 2014).
static inline int64_t bench_random(int64_t seed, int64_t limit) {
  uint64_t z = (uint64_t)seed * 0x9e3779b97f4a7c15u + 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  z ^= z >> 31;
  return (int64_t)(z % (uint64_t)limit);
}

// From 0 to 1.
static inline double bench_random_real(int64_t seed) {
  return bench_random(seed, 1 << 30) / (double)(1 << 30);
}

static inline void bench_report(const char* name, double value) {
  printf("%s %.17g\n", name, value);
}

#ifdef __cplusplus
}
#endif

#endif
