// The METG graphs as OpenMP loops: a worksharing loop over the points of all graphs for each row, with its
// barrier.
#include "peer.h"

int main(int argc, char** argv) {
  metg_run run = metg_arguments(argc, argv);
  Inputs inputs(run);
  Buffers buffers;
#pragma omp parallel num_threads(run.threads)
  {
    bool is_first = false;
#pragma omp masked
    is_first = true;
    auto execute = [&](int64_t rows, int64_t iterations) {
#pragma omp barrier
      for (int64_t row = 0; row < rows; ++row) {
        int set = static_cast<int>(row % metg_sets(run.pattern));
#pragma omp for collapse(2) schedule(static)
        for (int graph = 0; graph < run.graphs; ++graph) {
          for (int point = 0; point < run.width; ++point) {
            run_point(inputs, set, buffers, graph, row, point, {iterations, run.imbalance, graph});
          }
        }
      }
    };
    sweep(run, execute, [&](int64_t rows) { return buffers.checksum(run, rows); }, false, is_first);
  }
}
