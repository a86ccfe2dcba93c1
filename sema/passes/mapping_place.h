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

struct MapPlacement {
  std::vector<MapInsertion> insertions;
  // Of parameters: how the task uses the field before anything conflicts with it.
  MapLevel at_entry = MapLevel::unmapped;
};

// `hoist` moves maps in front of loops in which nothing conflicts; without it they stay where the access is.
MapPlacement place_field(ir::Task& task, const MappingUsage& usage, const ir::MappedField& field, bool hoist);

}  // namespace palatine::sema
