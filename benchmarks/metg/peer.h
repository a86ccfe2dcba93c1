// The sweep over sizes of the METG programs in C++.
#ifndef PALATINE_BENCHMARKS_METG_PEER_H
#define PALATINE_BENCHMARKS_METG_PEER_H

#include <vector>

#include "metg.h"

// The dependencies of all sets, looked up by set and point.
struct Inputs {
  int counts[metg_period][metg_max_width];
  int points[metg_period][metg_max_width][metg_max_inputs];

  explicit Inputs(const metg_run& run) {
    for (int set = 0; set < metg_sets(run.pattern); ++set) {
      for (int point = 0; point < run.width; ++point) {
        counts[set][point] = metg_inputs(run.pattern, run.width, set, point, points[set][point]);
      }
    }
  }
};

// Outputs of two rows of each graph; row t writes buffer t % 2. Each output has a cache line of its own.
struct Buffers {
  struct alignas(64) Slot {
    metg_output output;
  };
  std::vector<Slot> slots = std::vector<Slot>(metg_max_graphs * 2 * metg_max_width);

  metg_output& at(int graph, int64_t row, int point) {
    return slots[(graph * 2 + row % 2) * metg_max_width + point].output;
  }

  uint64_t checksum(const metg_run& run, int64_t rows) {
    uint64_t sum = 0;
    for (int graph = 0; graph < run.graphs; ++graph) {
      metg_output last[metg_max_width];
      for (int point = 0; point < run.width; ++point) last[point] = at(graph, rows - 1, point);
      sum += metg_checksum(last, run.width, graph);
    }
    return sum;
  }
};

// The task of a point, with inputs from the buffers of the row before.
inline void run_point(const Inputs& inputs, int set, Buffers& buffers, int graph, int64_t row, int point,
                      metg_work work) {
  const metg_output* pointers[metg_max_inputs];
  int count = row == 0 ? 0 : inputs.counts[set][point];
  const int* points = inputs.points[set][point];
  for (int i = 0; i < count; ++i) pointers[i] = &buffers.at(graph, row - 1, points[i]);
  metg_task(row, point, work, &buffers.at(graph, row, point), pointers, points, count);
}

// execute(rows, iterations) runs all graphs and returns when every task has ended; checksum(rows) is asked
// for afterwards. From before the first task until after the last. `is_alone`: no other thread or process
// runs the same sweep, so that it may choose to run fewer rows.
template <typename Execute, typename Checksum>
void sweep(const metg_run& run, Execute execute, Checksum checksum, bool is_alone, bool prints = true) {
  for (int i = 0; i < run.size_count; ++i) {
    int64_t iterations = run.sizes[i];
    int64_t rows = metg_rows(&run, iterations);
    int64_t warm_up_rows = metg_warm_up_rows(rows);
    double start = metg_now();
    if (is_alone) {
      // Some libraries are slow beyond measure when their threads are interrupted.
      execute(7, iterations);
      warm_up_rows = metg_rows_within(warm_up_rows, 0.1, 7, metg_now() - start);
      start = metg_now();
    }
    execute(warm_up_rows, iterations);
    if (is_alone) rows = metg_measured_rows(&run, iterations, rows, warm_up_rows, metg_now() - start);
    start = metg_now();
    execute(rows, iterations);
    double seconds = metg_now() - start;
    uint64_t sum = checksum(rows);
    if (prints) metg_report(&run, iterations, rows, seconds, sum);
  }
}

#endif
