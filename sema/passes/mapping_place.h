// Where one field of one region variable is mapped and given up.
#pragma once

#include <vector>

#include "sema/ir/ir.h"
#include "sema/passes/mapping_usage.h"

namespace palatine::sema {

// A mapping point for one field: in front of `before`, or at the end of `block` when that is null.
struct MapInsertion {
  ir::Block* block;
  const ir::Stat* before;
  // Else the field is given up.
  bool is_map;
  MapLevel level;  // of a map
  // What asks for it: the first access, or the operation. Invalid: only needed so that paths through the
  // program agree.
  SourceRange reason;
  // Of a map: operations that may still be running on the field. Of an unmap: those that it makes way for.
  std::vector<const Operation*> operations;
};

// `field` is one that the task accesses itself, or a field of a parameter with a privilege. `hoist` moves
// maps in front of loops in which nothing conflicts; without it they stay where the access is.
std::vector<MapInsertion> place_field(ir::Task& task, const MappingUsage& usage, const ir::MappedField& field,
                                      bool hoist);

}  // namespace palatine::sema
