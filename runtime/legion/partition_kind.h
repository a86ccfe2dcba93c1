// Whether a partition is what the program says of it.
#pragma once

#include <string>

#include "runtime/legion/include/legion/legion_config.h"
#include "runtime/legion/region_tree.h"

namespace palatine::legion {

// What is wrong with declaring `partition`, all of whose pieces are known, to be of `kind`, as the end of the
// sentence "declares a partition of ... ", with the colours and a point: "complete, but its pieces lack some
// points, the first one is (3)". Empty when nothing is. Saying that a partition is aliased or incomplete, or
// leaving it to be computed, is never wrong.
std::string false_claim(const Partition& partition, legion_partition_kind_t kind);

}  // namespace palatine::legion
