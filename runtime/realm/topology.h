// NUMA nodes, cores and caches of the machine, as hwloc sees them.
//
// The library is loaded when somebody asks for the first time (a flag of the module "numa", or one of the
// functions below), because programs that do not care should neither need it nor wait for it: discovery takes
// tens of milliseconds. Where it is not installed the machine looks like one node without details.
#pragma once

#include <sched.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace palatine::realm {

struct NumaNode {
  int number;      // the operating system's
  uint64_t bytes;  // local memory
  cpu_set_t cpus;  // processors of the node that this process may use
  int cpu_count;
};

struct Topology {
  int core_count = 0;
  int cpu_count = 0;  // hardware threads
  std::vector<NumaNode> nodes;
  size_t cache_bytes[3] = {};  // of levels 1 to 3, one instance each; 0 if unknown
  // Relative distances between nodes in the order above, row by row; empty if unknown. 10 is local.
  std::vector<uint64_t> distances;
};

// Looks at the machine anew. Where the system does not say what its nodes hold (a container without /sys),
// the machine looks like one node that holds everything.
Topology discover_topology();

// Discovered once. Thread-safe.
const Topology& topology();

// Asks for pages of the range on a node. False when the system refuses.
bool bind_bytes_to_node(void* bytes, size_t size_bytes, int node_number);

}  // namespace palatine::realm
