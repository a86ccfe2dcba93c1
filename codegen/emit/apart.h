// Which tasks get a second body for the case that what they write overlaps nothing else that they access.
//
// A loop that reads through pointers into regions reads anywhere, so that Clang cannot compare, before it
// runs, what the loop reads with what it writes, and makes no vectors of it. Whether the arrays overlap is
// known once they are mapped: the task then asks, and continues in the body whose arrays are declared apart.
// There, a pointer into several regions leads to one array.
#pragma once

#include <set>
#include <vector>

#include "sema/ir/ir.h"

namespace palatine::codegen {

// True when a loop of the task only lacks this knowledge, and nothing in the task reaches elements of regions
// but by accesses to parameters.
bool gains_from_apart_arrays(const ir::Task& task);

// Regions that pointers of one type lead into, and the leaf fields that are accessed through them.
struct PointedGroup {
  std::vector<ir::Local*> regions;
  std::set<int> leaves;
};
// In the order of the text.
std::vector<PointedGroup> pointed_groups(const ir::Function& function);

}  // namespace palatine::codegen
