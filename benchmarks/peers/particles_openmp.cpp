// The particles of particles.rg in C++ with OpenMP. Particles stay where they are in memory; each thread
// counts its own into cells of its own, which are added up. Compiled without contraction, so that all
// particles take the same way.
#include "../programs/bench.h"

#ifdef _OPENMP
#include <omp.h>
#else
static int omp_get_max_threads() {
  return 1;
}
static int omp_get_thread_num() {
  return 0;
}
#endif

#include <vector>

static double wrapped(double x) {
  return x < 0.0 ? x + 1.0 : x >= 1.0 ? x - 1.0 : x;
}

int main(int argc, char** argv) {
  const long n = bench_option(argc, argv, "-n", 10000);
  const long g = bench_option(argc, argv, "-g", 32);
  const long steps = bench_option(argc, argv, "-r", 5);
  const int threads = omp_get_max_threads();
  std::vector<double> x(n), y(n), vx(n), vy(n), field(g * g, 0.0), count(g * g, 0.0);
  std::vector<std::vector<double>> counts(threads, std::vector<double>(g * g));
  auto cell_at = [g](double px, double py) {
    return static_cast<long>(py * static_cast<double>(g)) * g +
           static_cast<long>(px * static_cast<double>(g));
  };
  for (long p = 0; p < n; ++p) {
    x[p] = bench_random_real(4 * p);
    y[p] = bench_random_real(4 * p + 1);
    vx[p] = 0.01 * (bench_random_real(4 * p + 2) - 0.5);
    vy[p] = 0.01 * (bench_random_real(4 * p + 3) - 0.5);
  }
  const double mean = static_cast<double>(n) / static_cast<double>(g * g);
  auto add_up = [&] {
#pragma omp for schedule(static)
    for (long i = 0; i < g * g; ++i) {
      double sum = 0.0;
      for (int t = 0; t < threads; ++t) sum += counts[t][i];
      count[i] = sum;
      field[i] = 1e-6 * (sum - mean);
    }
  };
#pragma omp parallel
  {
    std::vector<double>& mine = counts[omp_get_thread_num()];
#pragma omp for schedule(static)
    for (long p = 0; p < n; ++p) mine[cell_at(x[p], y[p])] += 1.0;
    add_up();
  }
  double start = 0.0;
  for (long step = 0; step < steps; ++step) {
    if (step == 2) start = bench_seconds();
#pragma omp parallel
    {
      std::vector<double>& mine = counts[omp_get_thread_num()];
      std::fill(mine.begin(), mine.end(), 0.0);
      // A push and the next count in one loop.
#pragma omp for schedule(static)
      for (long p = 0; p < n; ++p) {
        double force = field[cell_at(x[p], y[p])];
        vx[p] += force;
        vy[p] -= force;
        x[p] = wrapped(x[p] + vx[p]);
        y[p] = wrapped(y[p] + vy[p]);
        mine[cell_at(x[p], y[p])] += 1.0;
      }
      add_up();
    }
  }
  bench_report("seconds", (bench_seconds() - start) / (steps - 2));
  double total = 0.0, number = 0.0;
  for (long i = 0; i < g * g; ++i) total += count[i] * static_cast<double>(1 + i % 97), number += count[i];
  bench_report("check", total);
  return number == static_cast<double>(n) ? 0 : 1;
}
