// What memory can do: a[i] = b[i] + s * c[i] with all threads. Prints gigabytes a second as STREAM counts
// them.
#include <omp.h>

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
  long n = argc > 1 ? atol(argv[1]) : 20000000;
  auto allocate = [n] {
    return static_cast<double*>(aligned_alloc(4096, (n * sizeof(double) + 4095) / 4096 * 4096));
  };
  double* __restrict a = allocate();
  double* __restrict b = allocate();
  double* __restrict c = allocate();
#pragma omp parallel for schedule(static)
  for (long i = 0; i < n; ++i) {
    a[i] = 0.0;
    b[i] = 1.0;
    c[i] = 2.0;
  }
  double best = 1e30;
  for (int r = 0; r < 10; ++r) {
    double start = omp_get_wtime();
#pragma omp parallel for schedule(static)
    for (long i = 0; i < n; ++i) a[i] = b[i] + 3.0 * c[i];
    double seconds = omp_get_wtime() - start;
    if (seconds < best) best = seconds;
  }
  if (a[n / 2] != 7.0) return 1;
  std::printf("triad %.3f\n", 24e-9 * n / best);
}
