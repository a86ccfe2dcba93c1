// What all programs of the METG benchmark share: the graph, the kernel and the sizes. C, so that programs in
// the language can import it.
//
// The semantics are Task Bench's (Slaughter et al., "Task Bench: a parameterized benchmark for evaluating
// parallel runtime performance", SC20): a graph is rows of `width` points; a point of row t depends on the
// points of row t-1 that its pattern names, and runs the compute-bound kernel. Rows of several graphs are
// independent.
#ifndef PALATINE_BENCHMARKS_METG_H
#define PALATINE_BENCHMARKS_METG_H

#include <immintrin.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { metg_max_inputs = 5, metg_period = 3, metg_max_graphs = 4, metg_max_width = 64, metg_max_sizes = 32 };
enum metg_pattern { metg_stencil, metg_nearest, metg_spread };

// What a task hands to those that depend on it.
struct metg_output {
  // row * metg_max_width + point
  int64_t tag;
  // Follows from the digests of the inputs, so that the last row's digests show whether all tasks saw the
  // right ones.
  uint64_t digest;
};

struct metg_run {
  enum metg_pattern pattern;
  int width;
  int graphs;
  // Kernel iterations of a task; each size is a run of its own.
  int size_count;
  int64_t sizes[metg_max_sizes];
  // Tasks run for about this long with 0.2 us of overhead each on two cores.
  double seconds;
  int threads;
  // Tasks take (1 + (u - 0.5) * imbalance) times their iterations, u uniform in [0, 1); from 0 to 2.
  float imbalance;
};

// What the tasks of a graph compute.
struct metg_work {
  int64_t iterations;
  float imbalance;
  int graph;
};

static inline double metg_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + 1e-9 * now.tv_nsec;
}

// How many sets of dependencies there are; row t takes set t % metg_sets.
static inline int metg_sets(enum metg_pattern pattern) {
  return pattern == metg_spread ? metg_period : 1;
}

// The points of the row before that `point` depends on, ascending and each once; their number.
static inline int metg_inputs(enum metg_pattern pattern, int width, int set, int point, int* inputs) {
  int count = 0;
  if (pattern == metg_spread) {
    for (int i = 0; i < metg_max_inputs; ++i) {
      int input = (point + i * width / metg_max_inputs + (i > 0 ? set : 0)) % width;
      int at = count;
      while (at > 0 && inputs[at - 1] > input) --at;
      if (at > 0 && inputs[at - 1] == input) continue;
      memmove(inputs + at + 1, inputs + at, (count - at) * sizeof(int));
      inputs[at] = input;
      ++count;
    }
    return count;
  }
  int reach = pattern == metg_stencil ? 1 : 2;
  for (int input = point - reach; input <= point + reach; ++input) {
    if (input >= 0 && input < width) inputs[count++] = input;
  }
  return count;
}

// 128 floating-point operations an iteration in 16 independent chains, and 64 at the end.
static inline void metg_kernel(int64_t iterations) {
  __m256d sums[16];
  for (int j = 0; j < 16; ++j) sums[j] = _mm256_set1_pd(1.0 + j);
  for (int64_t i = 0; i < iterations; ++i) {
    for (int j = 0; j < 16; ++j) sums[j] = _mm256_fmadd_pd(sums[j], sums[j], sums[j]);
  }
  for (int j = 1; j < 16; ++j) sums[0] = _mm256_add_pd(sums[0], sums[j]);
  volatile double sink = sums[0][0] + sums[0][1] + sums[0][2] + sums[0][3];
  (void)sink;
}

static inline double metg_flops(int64_t iterations) {
  return 128.0 * iterations + 64.0;
}

static inline int64_t metg_tag(int64_t row, int point) {
  return row * metg_max_width + point;
}

// The iterations of a task; the same for all programs.
static inline int64_t metg_iterations(struct metg_work work, int64_t row, int point) {
  if (work.imbalance == 0) return work.iterations;
  uint64_t bits = (uint64_t)(metg_tag(row, point) * metg_max_graphs + work.graph + 1) * 0x9e3779b97f4a7c15u;
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
  double uniform = 0x1p-53 * (double)(bits >> 11);
  return (int64_t)((1 + (uniform - 0.5) * work.imbalance) * work.iterations);
}

// `inputs_sum`: the sum of the digests of the inputs.
static inline uint64_t metg_digest(int64_t row, int point, uint64_t inputs_sum) {
  return (uint64_t)(metg_tag(row, point) + 1) * 0x9e3779b97f4a7c15u + 3 * inputs_sum;
}

// One task. Row 0 takes no inputs. Ends the program when an input is not what it should be.
static inline void metg_task(int64_t row, int point, struct metg_work work, struct metg_output* output,
                             const struct metg_output* const* inputs, const int* input_points,
                             int input_count) {
  uint64_t sum = 0;
  for (int i = 0; i < input_count; ++i) {
    if (inputs[i]->tag != metg_tag(row - 1, input_points[i])) {
      fprintf(stderr, "row %ld, point %d: wrong input %d\n", (long)row, point, input_points[i]);
      abort();
    }
    sum += inputs[i]->digest;
  }
  metg_kernel(metg_iterations(work, row, point));
  output->tag = metg_tag(row, point);
  output->digest = metg_digest(row, point, sum);
}

// What a graph's last row adds to the checksum.
static inline uint64_t metg_checksum(const struct metg_output* row, int width, int graph) {
  uint64_t sum = 0;
  for (int point = 0; point < width; ++point) sum += row[point].digest * (2 * point + 1);
  return sum * (2 * graph + 1);
}

// Rows of the run of one size, always 6 * k + 1: the programs may treat rows in groups of six after the
// first. In runs of 0.02 s or more at least 151, since a few rows show how a run begins and ends.
static inline int64_t metg_rows(const struct metg_run* run, int64_t iterations) {
  double tasks = 2 * run->seconds / (2e-7 + iterations * 3e-9);
  int64_t groups = (int64_t)(tasks / (6.0 * run->width * run->graphs));
  int64_t least = run->seconds < 0.02 ? 1 : 25;
  return 6 * (groups > least ? groups : least) + 1;
}

// A first, shorter run of the same size, for which no time is taken.
static inline int64_t metg_warm_up_rows(int64_t rows) {
  return (rows - 1) / 48 * 6 + 7;
}

// As many rows, up to `rows`, as take `limit_seconds` when `done_rows` took `done_seconds`.
static inline int64_t metg_rows_within(int64_t rows, double limit_seconds, int64_t done_rows,
                                       double done_seconds) {
  int64_t groups = (int64_t)(limit_seconds * done_rows / done_seconds / 6.0);
  if (groups < 1) groups = 1;
  return 6 * groups + 1 < rows ? 6 * groups + 1 : rows;
}

// The rows that are measured: fewer than `rows` where the first run was so slow that they would take 0.1 s
// longer than one core needs for the kernel alone.
static inline int64_t metg_measured_rows(const struct metg_run* run, int64_t iterations, int64_t rows,
                                         int64_t done_rows, double done_seconds) {
  double kernel_seconds = 2.2e-9 * iterations * rows * run->width * run->graphs;
  return metg_rows_within(rows, 0.1 + kernel_seconds, done_rows, done_seconds);
}

// Floating-point operations of all tasks of a run.
static inline double metg_operations(const struct metg_run* run, int64_t iterations, int64_t rows) {
  double sum = 0;
  for (int graph = 0; graph < run->graphs; ++graph) {
    struct metg_work work = {iterations, run->imbalance, graph};
    for (int64_t row = 0; row < rows; ++row) {
      for (int point = 0; point < run->width; ++point) sum += metg_flops(metg_iterations(work, row, point));
    }
  }
  return sum;
}

static inline void metg_report(const struct metg_run* run, int64_t iterations, int64_t rows, double seconds,
                               uint64_t checksum) {
  printf("size %ld %ld %.9f %lu %.17g\n", (long)iterations, (long)rows, seconds, (unsigned long)checksum,
         metg_operations(run, iterations, rows));
  fflush(stdout);
}

// PATTERN WIDTH GRAPHS SECONDS THREADS IMBALANCE SIZE...
static inline struct metg_run metg_arguments(int count, char** words) {
  struct metg_run run;
  memset(&run, 0, sizeof run);
  // Flags of runtimes may follow.
  int end = 1;
  while (end < count && words[end][0] != '-') ++end;
  if (end < 8) {
    fprintf(stderr, "usage: PATTERN WIDTH GRAPHS SECONDS THREADS IMBALANCE SIZE...\n");
    exit(2);
  }
  run.pattern = strcmp(words[1], "spread") == 0    ? metg_spread
                : strcmp(words[1], "nearest") == 0 ? metg_nearest
                                                   : metg_stencil;
  run.width = atoi(words[2]);
  run.graphs = atoi(words[3]);
  run.seconds = atof(words[4]);
  run.threads = atoi(words[5]);
  run.imbalance = (float)atof(words[6]);
  for (int i = 7; i < end && run.size_count < metg_max_sizes; ++i)
    run.sizes[run.size_count++] = atoll(words[i]);
  if (run.width < 1 || run.width > metg_max_width || run.graphs < 1 || run.graphs > metg_max_graphs) {
    fprintf(stderr, "widths are 1 to %d, graphs 1 to %d\n", metg_max_width, metg_max_graphs);
    exit(2);
  }
  if (run.imbalance < 0 || run.imbalance > 2) {
    fprintf(stderr, "imbalances are 0 to 2\n");
    exit(2);
  }
  return run;
}

#ifdef __cplusplus
}
#endif

#endif
