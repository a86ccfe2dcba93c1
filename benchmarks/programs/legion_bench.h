// What the benchmarks that are programs for legion.h share: the clock, the loop that measures, registering
// tasks.
#ifndef PALATINE_BENCHMARKS_LEGION_BENCH_H
#define PALATINE_BENCHMARKS_LEGION_BENCH_H

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "legion.h"

using namespace Legion;

namespace bench {

inline double microseconds_now() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return 1e6 * static_cast<double>(now.tv_sec) + 1e-3 * static_cast<double>(now.tv_nsec);
}

inline void wait(Context ctx, Runtime* runtime) {
  runtime->issue_execution_fence(ctx).get_void_result();
}

// Prints the least of three times, a part of what `body` launches, from its start until all has run.
template <typename Body>
void measure(Context ctx, Runtime* runtime, const char* name, double parts, Body body) {
  double best = 0;
  // The first one warms up.
  for (int round = 0; round < 4; ++round) {
    wait(ctx, runtime);
    const double start = microseconds_now();
    body();
    wait(ctx, runtime);
    const double time = (microseconds_now() - start) / parts;
    if (round == 1 || (round > 1 && time < best)) best = time;
  }
  printf("%s %.4f\n", name, best);
}

inline TaskVariantRegistrar registrar(TaskID id, const char* name, bool is_leaf) {
  TaskVariantRegistrar result(id, name);
  result.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  result.set_leaf(is_leaf);
  return result;
}

template <void (*TASK)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*)>
void add(TaskID id, const char* name, bool is_leaf) {
  Runtime::preregister_task_variant<TASK>(registrar(id, name, is_leaf), name);
}

// A leaf task with a result.
template <typename T, T (*TASK)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*)>
void add(TaskID id, const char* name) {
  Runtime::preregister_task_variant<T, TASK>(registrar(id, name, true), name);
}

}  // namespace bench

#endif
