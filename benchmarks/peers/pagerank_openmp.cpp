// The PageRank of pagerank.rg in C++ with OpenMP, on the same graph.
#include "../programs/bench.h"

#include <algorithm>
#include <cmath>

template <typename T>
static T* allocate(long n) {
  return static_cast<T*>(aligned_alloc(4096, (n * sizeof(T) + 4095) / 4096 * 4096));
}

int main(int argc, char** argv) {
  const long count = bench_option(argc, argv, "-n", 1000);
  const long per_page = bench_option(argc, argv, "-l", 8);
  const long near = bench_option(argc, argv, "-near", 100);
  const long steps = bench_option(argc, argv, "-r", 20);
  const double damping = 0.85;
  int32_t* __restrict begin = allocate<int32_t>(count + 1);
  int32_t* __restrict source = allocate<int32_t>(count * per_page);
  int32_t* __restrict links = allocate<int32_t>(count);
  double* __restrict rank = allocate<double>(count);
  double* __restrict share = allocate<double>(count);
#pragma omp parallel for schedule(static)
  for (long p = 0; p < count; ++p) {
    begin[p] = static_cast<int32_t>(p * per_page);
    links[p] = 0;
    rank[p] = 1.0 / static_cast<double>(count);
    share[p] = 0.0;
    for (long number = p * per_page; number < (p + 1) * per_page; ++number) {
      long from = bench_random(2 * number, count);
      if (bench_random(2 * number + 1, 5) > 0) {
        from = (number / per_page + count - near + from % (2 * near + 1)) % count;
      }
      source[number] = static_cast<int32_t>(from);
    }
  }
  begin[count] = static_cast<int32_t>(count * per_page);
  for (long l = 0; l < count * per_page; ++l) ++links[source[l]];
  double start = 0.0;
  for (long step = 0; step < steps; ++step) {
    if (step == 3) start = bench_seconds();
    double lost = 0.0;
#pragma omp parallel for schedule(static) reduction(+ : lost)
    for (long p = 0; p < count; ++p) {
      share[p] = rank[p] / std::max(links[p], 1);
      lost += rank[p] * (links[p] == 0);
    }
    const double base = (1.0 - damping + damping * lost) / static_cast<double>(count);
#pragma omp parallel for schedule(static)
    for (long p = 0; p < count; ++p) {
      double sum = 0.0;
      for (int32_t l = begin[p]; l < begin[p + 1]; ++l) sum += share[source[l]];
      rank[p] = base + damping * sum;
    }
  }
  bench_report("seconds", (bench_seconds() - start) / (steps - 3));
  double sum = 0.0, square = 0.0;
  for (long p = 0; p < count; ++p) {
    sum += rank[p];
    square += rank[p] * rank[p];
  }
  bench_report("check", square);
  return std::fabs(sum - 1.0) < 1e-9 ? 0 : 1;
}
