// The METG graphs as OpenMP tasks with `depend`: one task a point, created by one thread as far ahead as the
// library allows.
#include "peer.h"

int main(int argc, char** argv) {
  metg_run run = metg_arguments(argc, argv);
  Inputs inputs(run);
  Buffers buffers;
  auto create = [&](int graph, int64_t row, int set, int point, int64_t iterations) {
    metg_output* out = &buffers.at(graph, row, point);
    const metg_output* in[metg_max_inputs];
    int count = row == 0 ? 0 : inputs.counts[set][point];
    for (int i = 0; i < count; ++i) in[i] = &buffers.at(graph, row - 1, inputs.points[set][point][i]);
    auto body = [&run, &inputs, &buffers, graph, row, set, point, iterations] {
      run_point(inputs, set, buffers, graph, row, point, {iterations, run.imbalance, graph});
    };
    // The number of dependencies is fixed in the text, which costs less than an iterator.
    switch (count) {
      case 0:
#pragma omp task firstprivate(body) depend(out : out[0])
        body();
        break;
      case 1:
#pragma omp task firstprivate(body) depend(out : out[0]) depend(in : in[0][0])
        body();
        break;
      case 2:
#pragma omp task firstprivate(body) depend(out : out[0]) depend(in : in[0][0], in[1][0])
        body();
        break;
      case 3:
#pragma omp task firstprivate(body) depend(out : out[0]) depend(in : in[0][0], in[1][0], in[2][0])
        body();
        break;
      case 4:
#pragma omp task firstprivate(body) depend(out : out[0]) depend(in : in[0][0], in[1][0], in[2][0], in[3][0])
        body();
        break;
      default:
#pragma omp task firstprivate(body) depend(out : out[0]) \
    depend(in : in[0][0], in[1][0], in[2][0], in[3][0], in[4][0])
        body();
    }
  };
#pragma omp parallel num_threads(run.threads)
#pragma omp single
  {
    auto execute = [&](int64_t rows, int64_t iterations) {
      for (int64_t row = 0; row < rows; ++row) {
        int set = static_cast<int>(row % metg_sets(run.pattern));
        for (int graph = 0; graph < run.graphs; ++graph) {
          for (int point = 0; point < run.width; ++point) create(graph, row, set, point, iterations);
        }
      }
#pragma omp taskwait
    };
    sweep(run, execute, [&](int64_t rows) { return buffers.checksum(run, rows); }, true);
  }
}
