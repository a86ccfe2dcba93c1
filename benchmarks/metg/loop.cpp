// The METG graphs in a plain loop: with one thread the check of all results, with two the limit: each thread
// runs its block of the points, and a barrier on which they spin ends each row. Also prints the peak of the
// kernel alone.
#include <pthread.h>

#include <atomic>
#include <thread>

#include "peer.h"

namespace {

class SpinBarrier {
 public:
  explicit SpinBarrier(int threads) : threads_(threads) {}

  void wait() {
    if (threads_ == 1) return;
    int epoch = epoch_.load(std::memory_order_relaxed);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) == threads_ - 1) {
      arrived_.store(0, std::memory_order_relaxed);
      epoch_.store(epoch + 1, std::memory_order_release);
    } else {
      while (epoch_.load(std::memory_order_acquire) == epoch) _mm_pause();
    }
  }

 private:
  int threads_;
  alignas(64) std::atomic<int> arrived_{0};
  alignas(64) std::atomic<int> epoch_{0};
};

void pin(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core % static_cast<int>(std::thread::hardware_concurrency()), &cores);
  pthread_setaffinity_np(pthread_self(), sizeof cores, &cores);
}

// Floating-point operations a second of all threads.
double peak(int threads, SpinBarrier& barrier, int thread) {
  constexpr int64_t kIterations = 1 << 22;
  double best = 0.0;
  for (int repetition = 0; repetition < 3; ++repetition) {
    barrier.wait();
    double start = metg_now();
    metg_kernel(kIterations);
    barrier.wait();
    double rate = threads * metg_flops(kIterations) / (metg_now() - start);
    if (thread == 0 && rate > best) best = rate;
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  metg_run run = metg_arguments(argc, argv);
  Inputs inputs(run);
  Buffers buffers;
  SpinBarrier barrier(run.threads);
  auto work = [&](int thread) {
    pin(thread);
    int begin = run.width * thread / run.threads;
    int end = run.width * (thread + 1) / run.threads;
    double flops = peak(run.threads, barrier, thread);
    if (thread == 0) std::printf("peak %.6g\n", flops);
    auto execute = [&](int64_t rows, int64_t iterations) {
      barrier.wait();
      for (int64_t row = 0; row < rows; ++row) {
        int set = static_cast<int>(row % metg_sets(run.pattern));
        for (int graph = 0; graph < run.graphs; ++graph) {
          for (int point = begin; point < end; ++point) {
            run_point(inputs, set, buffers, graph, row, point, {iterations, run.imbalance, graph});
          }
        }
        barrier.wait();
      }
    };
    sweep(run, execute, [&](int64_t rows) { return buffers.checksum(run, rows); }, false, thread == 0);
  };
  std::vector<std::thread> others;
  for (int thread = 1; thread < run.threads; ++thread) others.emplace_back(work, thread);
  work(0);
  for (std::thread& other : others) other.join();
}
