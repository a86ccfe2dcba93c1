// What a task costs in oneTBB: tasks of a group, and the nodes of a flow graph that is built once and run
// again. Prints microseconds a task, like launches.rg.
#include <tbb/flow_graph.h>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>

namespace {

constexpr int kCount = 20000;
constexpr int kPoints = 1000;
constexpr int kLaunches = 100;

template <typename Run>
void measure(const char* name, int tasks, Run run) {
  run();
  auto start = std::chrono::steady_clock::now();
  run();
  std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - start;
  std::printf("%s %.4f\n", name, taken.count() / tasks);
}

}  // namespace

int main() {
  const char* threads = std::getenv("OMP_NUM_THREADS");
  const int count = threads ? std::atoi(threads) : 2;
  tbb::global_control limit(tbb::global_control::max_allowed_parallelism, static_cast<size_t>(count));
  tbb::task_arena arena(count);
  arena.execute([] {
    measure("spawn", kCount, [] {
      tbb::task_group group;
      for (int i = 0; i < kCount; ++i) {
        group.run([] {});
      }
      group.wait();
    });

    using Node = tbb::flow::continue_node<tbb::flow::continue_msg>;
    auto nothing = [](const tbb::flow::continue_msg&) {};
    tbb::flow::graph chain;
    std::deque<Node> links;
    for (int i = 0; i < kCount; ++i) {
      links.emplace_back(chain, nothing);
      if (i > 0) tbb::flow::make_edge(links[static_cast<size_t>(i) - 1], links.back());
    }
    measure("chain", kCount, [&] {
      links.front().try_put({});
      chain.wait_for_all();
    });

    // A chain for each point.
    tbb::flow::graph graph;
    std::deque<Node> nodes;
    for (int i = 0; i < kPoints * kLaunches; ++i) {
      nodes.emplace_back(graph, nothing);
      if (i >= kPoints) tbb::flow::make_edge(nodes[static_cast<size_t>(i - kPoints)], nodes.back());
    }
    measure("point", kPoints * kLaunches, [&] {
      for (int i = 0; i < kPoints; ++i) nodes[static_cast<size_t>(i)].try_put({});
      graph.wait_for_all();
    });
  });
}
