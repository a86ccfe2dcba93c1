// The factor of cholesky.rg by OpenBLAS itself, with all of its threads.
#include "../programs/bench.h"

#include <algorithm>
#include <cmath>

extern "C" int dpotrf_(const char* triangle, const int* n, double* a, const int* lda, int* info);

int main(int argc, char** argv) {
  const long n = bench_option(argc, argv, "-n", 256);
  const long repetitions = bench_option(argc, argv, "-r", 3);
  const long size = (n * n * sizeof(double) + 4095) / 4096 * 4096;
  double* a = static_cast<double*>(aligned_alloc(4096, size));
  for (long repetition = 0; repetition < repetitions; ++repetition) {
#pragma omp parallel for schedule(static)
    for (long column = 0; column < n; ++column) {
      for (long row = 0; row < n; ++row) {
        const long upper = std::min(row, column), lower = std::max(row, column);
        const double diagonal = row == column ? static_cast<double>(n) : 0.0;
        a[column * n + row] = bench_random_real(lower * n + upper) + diagonal;
      }
    }
    const double start = bench_seconds();
    const int size_of = static_cast<int>(n);
    int failure = 0;
    dpotrf_("L", &size_of, a, &size_of, &failure);
    if (failure != 0) return 1;
    if (repetition > 0) bench_report("seconds", bench_seconds() - start);
  }
  double sum = 0.0;
  for (long i = 0; i < n; ++i) sum += std::log(a[i * n + i]);
  bench_report("check", sum);
}
