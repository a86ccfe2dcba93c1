// What a task costs in OpenMP: without dependencies, a chain over one object, readers of it, and tasks over
// many objects, once and in a hundred rounds. Prints microseconds a task, like launches.rg.
#include <omp.h>

#include <cstdio>

constexpr int kCount = 20000;
constexpr int kPoints = 1000;
constexpr int kLaunches = 100;

int cells[kPoints];

// Or tasks without dependencies are left out altogether.
static inline void nothing() {
  __asm__ volatile("");
}

static void spawn() {
  for (int i = 0; i < kCount; ++i) {
#pragma omp task
    nothing();
  }
#pragma omp taskwait
}

static void chain() {
  for (int i = 0; i < kCount; ++i) {
#pragma omp task depend(inout : cells[0])
    nothing();
  }
#pragma omp taskwait
}

static void readers() {
  for (int i = 0; i < kCount; ++i) {
#pragma omp task depend(in : cells[0])
    nothing();
  }
#pragma omp taskwait
}

static void pieces() {
  for (int i = 0; i < kCount; ++i) {
#pragma omp task depend(inout : cells[i % kPoints])
    nothing();
  }
#pragma omp taskwait
}

static void points() {
  for (int k = 0; k < kLaunches; ++k) {
    for (int i = 0; i < kPoints; ++i) {
#pragma omp task depend(inout : cells[i])
      {
      }
    }
  }
#pragma omp taskwait
}

static void measure(const char* name, void (*run)(), int tasks) {
  run();
  double start = omp_get_wtime();
  run();
  std::printf("%s %.4f\n", name, 1e6 * (omp_get_wtime() - start) / tasks);
}

int main() {
#pragma omp parallel
#pragma omp single
  {
    measure("spawn", spawn, kCount);
    measure("chain", chain, kCount);
    measure("readers", readers, kCount);
    measure("pieces", pieces, kCount);
    measure("point", points, kPoints * kLaunches);
  }
}
