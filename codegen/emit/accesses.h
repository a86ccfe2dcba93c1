// Which elements of which regions a function touches itself: each such pair of region variable and leaf field
// gets an accessor in the generated code.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "sema/ir/ir.h"

namespace palatine::codegen {

// Leaf field to whether it is written (or reduced, or has its address taken).
using AccessedLeaves = std::map<int, bool>;

struct Accesses {
  std::map<const ir::Local*, AccessedLeaves> by_region;
  // Pairs that some MapStat maps: their accessors are set there, not where the region variable is declared.
  std::map<const ir::Local*, std::set<int>> mapped;
  // Parameters whose `bounds` the function asks for.
  std::set<const ir::Local*> bounded;
};

Accesses collect_accesses(const ir::Function& function);

// The leaf fields of a region's elements, by their numbers.
std::vector<sema::LeafField> leaves_of(const ir::Local& region);

}  // namespace palatine::codegen
