// The stencil of stencil.rg in C++ with OpenMP.
#include "../programs/bench.h"

#include <cmath>

int main(int argc, char** argv) {
  const long n = bench_option(argc, argv, "-n", 1000);
  const long steps = bench_option(argc, argv, "-r", 5);
  const long size = (n * n * sizeof(double) + 4095) / 4096 * 4096;
  double* __restrict in = static_cast<double*>(aligned_alloc(4096, size));
  double* __restrict out = static_cast<double*>(aligned_alloc(4096, size));
#pragma omp parallel for schedule(static)
  for (long y = 0; y < n; ++y) {
    for (long x = 0; x < n; ++x) in[y * n + x] = static_cast<double>(x + y), out[y * n + x] = 0.0;
  }
  for (long step = 0; step < steps; ++step) {
    double start = bench_seconds();
#pragma omp parallel for schedule(static)
    for (long y = 2; y < n - 2; ++y) {
      for (long x = 2; x < n - 2; ++x) {
        const double* at = in + y * n + x;
        out[y * n + x] += 0.25 * (at[1] - at[-1]) + 0.25 * (at[n] - at[-n]) + 0.125 * (at[2] - at[-2]) +
                          0.125 * (at[2 * n] - at[-2 * n]);
      }
    }
#pragma omp parallel for schedule(static)
    for (long y = 0; y < n; ++y) {
      for (long x = 0; x < n; ++x) in[y * n + x] += 1.0;
    }
    if (step > 0) bench_report("seconds", bench_seconds() - start);
  }
  double total = 0.0;
  for (long y = 2; y < n - 2; ++y) {
    for (long x = 2; x < n - 2; ++x) total += out[y * n + x];
  }
  double mean = total / ((n - 4) * (n - 4));
  bench_report("check", mean);
  return std::fabs(mean - 2.0 * steps) < 1e-8 ? 0 : 1;
}
