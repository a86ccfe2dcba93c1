#include "runtime/realm/topology.h"

#include <gtest/gtest.h>

#include <cstdlib>

using namespace palatine::realm;

TEST(Topology, FindsNodesWithMemoryAndProcessors) {
  const Topology found = discover_topology();
  ASSERT_FALSE(found.nodes.empty());
  uint64_t bytes = 0;
  int cpus = 0;
  for (const NumaNode& node : found.nodes) {
    bytes += node.bytes;
    cpus += node.cpu_count;
  }
  EXPECT_GT(bytes, 0u);
  EXPECT_GT(cpus, 0);
  EXPECT_GT(found.cpu_count, 0);
}

// As in a container that has no /sys.
TEST(Topology, IsOneNodeWhereTheSystemSaysNothing) {
  setenv("HWLOC_FSROOT", "/nonexistent", 1);
  const Topology found = discover_topology();
  unsetenv("HWLOC_FSROOT");
  ASSERT_EQ(found.nodes.size(), 1u);
  EXPECT_EQ(found.nodes[0].number, 0);
  EXPECT_GT(found.nodes[0].bytes, 0u);
  EXPECT_GT(found.nodes[0].cpu_count, 0);
  EXPECT_GT(found.cpu_count, 0);
}
