// The METG graphs in oneTBB: a counter for each point of the rows in flight; who brings it to zero runs the
// task, the first such one at once and the others through a task group.
//
// A task waits for its inputs and for those that still read what it will overwrite: the readers, in the row
// before, of its own output of two rows ago. It then is at most three rows ahead of any task that it waits
// for, directly or not, so counters of four rows suffice.
#include <tbb/global_control.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>

#include <algorithm>
#include <atomic>

#include "peer.h"

namespace {

constexpr int kRing = 4;

class Graphs {
 public:
  Graphs(const metg_run& run, tbb::task_group& group) : run_(run), inputs_(run), group_(group) {
    int sets = metg_sets(run.pattern);
    for (int set = 0; set < sets; ++set) {
      std::vector<int> before[metg_max_width];
      for (int point = 0; point < run.width; ++point) {
        int previous = (set + sets - 1) % sets;
        before[point].assign(inputs_.points[set][point],
                             inputs_.points[set][point] + inputs_.counts[set][point]);
        for (int reader = 0; reader < run.width; ++reader) {
          const int* points = inputs_.points[previous][reader];
          if (std::count(points, points + inputs_.counts[previous][reader], point))
            before[point].push_back(reader);
        }
        std::sort(before[point].begin(), before[point].end());
        before[point].erase(std::unique(before[point].begin(), before[point].end()), before[point].end());
        waits_[set][point] = static_cast<int>(before[point].size());
        for (int other : before[point]) after_[set][other].push_back(point);
      }
    }
  }

  void execute(int64_t rows, int64_t iterations) {
    rows_ = rows;
    iterations_ = iterations;
    for (int graph = 0; graph < run_.graphs; ++graph) {
      for (int64_t row = 0; row < kRing; ++row) {
        for (int point = 0; point < run_.width; ++point) arm(graph, row, point);
      }
    }
    for (int graph = 0; graph < run_.graphs; ++graph) {
      for (int point = 0; point < run_.width; ++point) {
        group_.run([this, graph, point] { run_from(graph, 0, point); });
      }
    }
    group_.wait();
  }

  uint64_t checksum(int64_t rows) { return buffers_.checksum(run_, rows); }

 private:
  struct alignas(64) Counter {
    std::atomic<int> missing;
  };

  Counter& counter(int graph, int64_t row, int point) {
    return counters_[(graph * kRing + row % kRing) * metg_max_width + point];
  }
  int set_of(int64_t row) const { return static_cast<int>(row % metg_sets(run_.pattern)); }
  void arm(int graph, int64_t row, int point) {
    counter(graph, row, point).missing.store(waits_[set_of(row)][point], std::memory_order_relaxed);
  }

  void run_from(int graph, int64_t row, int point) {
    for (;;) {
      arm(graph, row + kRing, point);
      run_point(inputs_, set_of(row), buffers_, graph, row, point, {iterations_, run_.imbalance, graph});
      if (++row == rows_) return;
      int next = -1;
      for (int other : after_[set_of(row)][point]) {
        if (counter(graph, row, other).missing.fetch_sub(1, std::memory_order_acq_rel) != 1) continue;
        if (next < 0) {
          next = other;
        } else {
          group_.run([this, graph, row, other] { run_from(graph, row, other); });
        }
      }
      if (next < 0) return;
      point = next;
    }
  }

  const metg_run& run_;
  Inputs inputs_;
  tbb::task_group& group_;
  Buffers buffers_;
  int64_t rows_ = 0;
  int64_t iterations_ = 0;
  int waits_[metg_period][metg_max_width];
  // Of a point in the row before a row of the set: whom it lets run.
  std::vector<int> after_[metg_period][metg_max_width];
  std::vector<Counter> counters_ = std::vector<Counter>(metg_max_graphs * kRing * metg_max_width);
};

}  // namespace

int main(int argc, char** argv) {
  metg_run run = metg_arguments(argc, argv);
  tbb::global_control threads(tbb::global_control::max_allowed_parallelism, run.threads);
  tbb::task_arena arena(run.threads);
  arena.execute([&] {
    tbb::task_group group;
    Graphs graphs(run, group);
    sweep(
        run, [&](int64_t rows, int64_t iterations) { graphs.execute(rows, iterations); },
        [&](int64_t rows) { return graphs.checksum(rows); }, true);
  });
}
