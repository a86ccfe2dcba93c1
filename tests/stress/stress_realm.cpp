// Runs random graphs of deferred operations and checks them: `stress_realm [SECONDS [SEED]]`.
//
// Each graph has a seed, from SEED on; graphs with an odd seed are made by one thread and are the same in
// each run. Ends with code 1 when something was wrong or a graph does not come to its end.
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "stress/realm_graph.h"

namespace palatine::stress {
namespace {

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
constexpr int kSlowness = 10;
#else
constexpr int kSlowness = 1;
#endif
#else
constexpr int kSlowness = 1;
#endif

// Ends the program when a graph takes too long.
class Watchdog {
 public:
  explicit Watchdog(Graph& graph) : thread_([this, &graph] { watch(graph); }) {}
  ~Watchdog() {
    {
      std::lock_guard lock(mutex_);
      is_done_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

 private:
  void watch(Graph& graph) {
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, std::chrono::seconds(60 * kSlowness), [this] { return is_done_; })) return;
    report("the graph does not come to its end");
    graph.describe_pending();
    fflush(nullptr);
    _Exit(1);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_done_ = false;
  std::thread thread_;
};

int run(double seconds, uint32_t seed) {
  const double end = Realm::Clock::current_time(true) + seconds;
  uint64_t graphs = 0, tasks = 0;
  while (graphs == 0 || (Realm::Clock::current_time(true) < end && error_count() == 0)) {
    test::RunningRuntime rt({"-ll:cpu", std::to_string(seed % 4 + 1), "-ll:csize", "32"});
    Graph::prepare(rt);
    for (int k = 0; k < 4; ++k, ++seed, ++graphs) {
      Graph graph(rt, seed, 500, seed % 2 == 0 ? 2 : 1);
      Watchdog watchdog(graph);
      graph.run();
      tasks += graph.tasks_run();
    }
  }
  printf("%llu graphs, %llu tasks, the next seed is %u, %llu errors\n",
         static_cast<unsigned long long>(graphs), static_cast<unsigned long long>(tasks), seed,
         static_cast<unsigned long long>(error_count()));
  return error_count() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace palatine::stress

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? atof(argv[1]) : 2;
  const uint32_t seed = argc > 2 ? static_cast<uint32_t>(strtoul(argv[2], nullptr, 10)) : 1;
  return palatine::stress::run(seconds, seed);
}
