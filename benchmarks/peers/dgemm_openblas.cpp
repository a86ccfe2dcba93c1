// The product of dgemm.rg by OpenBLAS itself, with all of its threads.
#include <cblas.h>

#include "../programs/bench.h"

int main(int argc, char** argv) {
  const long n = bench_option(argc, argv, "-n", 256);
  const long repetitions = bench_option(argc, argv, "-r", 3);
  const long size = (n * n * sizeof(double) + 4095) / 4096 * 4096;
  auto allocate = [&] { return static_cast<double*>(aligned_alloc(4096, size)); };
  double *a = allocate(), *b = allocate(), *r = allocate();
  for (long i = 0; i < n * n; ++i) {
    a[i] = bench_random_real(2 * i);
    b[i] = bench_random_real(2 * i + 1);
    r[i] = 0.0;
  }
  for (long repetition = 0; repetition < repetitions; ++repetition) {
    double start = bench_seconds();
    int size_of = static_cast<int>(n);
    cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, size_of, size_of, size_of, 1.0, a, size_of, b,
                size_of, 1.0, r, size_of);
    if (repetition > 0) bench_report("seconds", bench_seconds() - start);
  }
  double total = 0.0;
  for (int s = 0; s < 16; ++s) {
    total += r[bench_random(2000 + s, n) * n + bench_random(1000 + s, n)] / static_cast<double>(repetitions);
  }
  bench_report("check", total);
}
