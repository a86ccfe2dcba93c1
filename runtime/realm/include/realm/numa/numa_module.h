// The module "numa": memories and processors of NUMA nodes.
//
// Asked for by the flags `-ll:nsize` (bytes of a memory on each node that has processors), `-ll:ncsize` (on
// each node without) and `-ll:ncpu` (processors on each node that has some), or by the properties `numamem`,
// `numa_nocpumem` and `numacpus`. Property `pin_memory` and flag `-numa:pin` are accepted: memory is bound to
// its node always. Resource `numa_mems`: the bytes of each node.
#pragma once

#include <cstddef>
#include <map>

#include "realm/module.h"

namespace Realm {

namespace Numa {

// What was made, by the number of the node.
class REALM_PUBLIC_API NumaModule : public Module {
 public:
  NumaModule() : Module("numa") {}

  std::map<int, size_t> numa_mem_sizes;
  std::map<int, int> numa_cpu_counts;
};

}  // namespace Numa

}  // namespace Realm
