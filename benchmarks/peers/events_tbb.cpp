// Events as nodes of oneTBB's flow graph: a chain, one node before many and many before one. Prints
// nanoseconds a link, with the making of the graph, like event_chain, event_fan_out and event_fan_in of
// micro/runtime.cpp.
#include <oneapi/tbb/flow_graph.h>

#include <chrono>
#include <cstdio>
#include <deque>

namespace flow = oneapi::tbb::flow;
using Node = flow::continue_node<flow::continue_msg>;

constexpr int kLinks = 65536;

template <typename Body>
static void report(const char* label, Body body) {
  double best = 1e9;
  for (int round = 0; round < 5; ++round) {
    auto start = std::chrono::steady_clock::now();
    body();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::printf("%s %.3f\n", label, best * 1e9 / kLinks);
}

int main() {
  auto nothing = [](const flow::continue_msg&) {};
  report("chain", [&] {
    flow::graph graph;
    std::deque<Node> nodes;
    for (int k = 0; k <= kLinks; ++k) {
      nodes.emplace_back(graph, nothing);
      if (k > 0) flow::make_edge(nodes[static_cast<size_t>(k - 1)], nodes.back());
    }
    nodes.front().try_put(flow::continue_msg());
    graph.wait_for_all();
  });
  report("fan_out", [&] {
    flow::graph graph;
    Node source(graph, nothing);
    std::deque<Node> nodes;
    for (int k = 0; k < kLinks; ++k) flow::make_edge(source, nodes.emplace_back(graph, nothing));
    source.try_put(flow::continue_msg());
    graph.wait_for_all();
  });
  report("fan_in", [&] {
    flow::graph graph;
    Node target(graph, nothing);
    std::deque<Node> nodes;
    for (int k = 0; k < kLinks; ++k) flow::make_edge(nodes.emplace_back(graph, nothing), target);
    for (Node& node : nodes) node.try_put(flow::continue_msg());
    graph.wait_for_all();
  });
}
