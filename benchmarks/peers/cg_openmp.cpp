// The conjugate gradients of cg.rg in C++ with OpenMP, with the same matrix and the same fused loops.
#include "../programs/bench.h"

#include <cmath>

template <typename T>
static T* allocate(long n) {
  return static_cast<T*>(aligned_alloc(4096, (n * sizeof(T) + 4095) / 4096 * 4096));
}

int main(int argc, char** argv) {
  const long n = bench_option(argc, argv, "-n", 100);
  const long steps = bench_option(argc, argv, "-r", 20);
  const long count = n * n;
  int32_t* __restrict begin = allocate<int32_t>(count + 1);
  int32_t* __restrict column = allocate<int32_t>(5 * count);
  double* __restrict value = allocate<double>(5 * count);
  double* __restrict x = allocate<double>(count);
  double* __restrict r = allocate<double>(count);
  double* __restrict p = allocate<double>(count);
  double* __restrict q = allocate<double>(count);
  double rr = 0.0;
  begin[count] = static_cast<int32_t>(5 * count);
#pragma omp parallel for schedule(static) reduction(+ : rr)
  for (long i = 0; i < count; ++i) {
    long gx = i % n, gy = i / n;
    long columns[5] = {gy > 0 ? i - n : i, gx > 0 ? i - 1 : i, i, gx < n - 1 ? i + 1 : i,
                       gy < n - 1 ? i + n : i};
    double sum = 0.0;
    begin[i] = static_cast<int32_t>(5 * i);
    for (int k = 0; k < 5; ++k) {
      column[5 * i + k] = static_cast<int32_t>(columns[k]);
      value[5 * i + k] = k == 2 ? 4.0 : columns[k] == i ? 0.0 : -1.0;
      sum += value[5 * i + k];
    }
    x[i] = q[i] = 0.0;
    r[i] = p[i] = sum;
    rr += sum * sum;
  }
  auto multiply = [&] {
    double dot = 0.0;
#pragma omp parallel for schedule(static) reduction(+ : dot)
    for (long i = 0; i < count; ++i) {
      double sum = 0.0;
      for (int32_t k = begin[i]; k < begin[i + 1]; ++k) sum += value[k] * p[column[k]];
      q[i] = sum;
      dot += sum * p[i];
    }
    return dot;
  };
  double start = 0.0;
  for (long step = 0; step < steps; ++step) {
    if (step == 3) start = bench_seconds();
    double alpha = rr / multiply();
    double next = 0.0;
#pragma omp parallel for schedule(static) reduction(+ : next)
    for (long i = 0; i < count; ++i) {
      x[i] += alpha * p[i];
      r[i] -= alpha * q[i];
      next += r[i] * r[i];
    }
    double beta = next / rr;
#pragma omp parallel for schedule(static)
    for (long i = 0; i < count; ++i) p[i] = r[i] + beta * p[i];
    rr = next;
  }
  bench_report("seconds", (bench_seconds() - start) / (steps - 3));
  const int products = 10;
  start = bench_seconds();
  double dot = 0.0;
  for (int k = 0; k < products; ++k) dot += multiply();
  bench_report("product", (bench_seconds() - start) / products);
  double real = 0.0;
  for (long i = 0; i < count; ++i) {
    double sum = 0.0;
    for (int32_t k = begin[i]; k < begin[i + 1]; ++k) sum += value[k] * (1.0 - x[column[k]]);
    real += sum * sum;
  }
  bench_report("check", rr);
  return std::isfinite(dot) && std::fabs(real / rr - 1.0) < 1e-6 ? 0 : 1;
}
