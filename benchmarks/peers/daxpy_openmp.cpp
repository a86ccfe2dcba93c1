// The loop of daxpy_bandwidth.rg in C++ with OpenMP: the same arrays, first touched by the threads that use
// them.
#include <omp.h>

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
  long n = argc > 1 ? atol(argv[1]) : 1000000;
  int repetitions = argc > 2 ? atoi(argv[2]) : 5;
  auto allocate = [n] {
    return static_cast<double*>(aligned_alloc(4096, (n * sizeof(double) + 4095) / 4096 * 4096));
  };
  double* __restrict x = allocate();
  double* __restrict y = allocate();
  double* __restrict z = allocate();
#pragma omp parallel for schedule(static)
  for (long i = 0; i < n; ++i) {
    x[i] = 1.0;
    y[i] = 2.0;
    z[i] = 0.0;
  }
  for (int r = 0; r < repetitions; ++r) {
    double alpha = 0.5 * r;
    double start = omp_get_wtime();
#pragma omp parallel for schedule(static)
    for (long i = 0; i < n; ++i) z[i] = alpha * x[i] + y[i];
    std::printf("seconds %.9f\n", omp_get_wtime() - start);
  }
  for (long i = 0; i < n; ++i) {
    if (z[i] != 0.5 * (repetitions - 1) + 2.0) return 1;
  }
}
