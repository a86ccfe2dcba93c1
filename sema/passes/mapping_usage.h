// What the statements of a task mean for mapping: own accesses and operations that conflict with them.
#pragma once

#include <unordered_map>
#include <vector>

#include "sema/infer/aliasing.h"
#include "sema/infer/effects.h"
#include "sema/ir/ir.h"

namespace palatine::sema {

// How far a field is mapped: a field mapped for writing may be read too.
enum class MapLevel : uint8_t { unmapped, read, write };

// An access of the task itself.
struct OwnAccess {
  ir::MappedField field;
  MapLevel level;  // read or write
  SourceRange range;
};

// The accesses in the statement's own expressions.
std::vector<OwnAccess> own_accesses(const ir::Stat& stat);

// Rewrites statements so that none both accesses a region and issues an operation, and so that conditions of
// `while` and `repeat` access no region: mapping points fit only between statements.
void separate_accesses(ir::Function& function);

// All of it for one task, by statement. The task must not change while this is used.
class MappingUsage {
 public:
  explicit MappingUsage(const ir::Task& task);

  const std::vector<OwnAccess>& accesses(const ir::Stat& stat) const;
  const std::vector<Operation>& operations(const ir::Stat& stat) const;
  // Every field that the task accesses itself, in the order of the variables.
  const std::vector<ir::MappedField>& fields() const { return fields_; }
  // How far `field` may stay mapped while the operation runs: two reads never disturb each other.
  MapLevel cap(const Operation& operation, const ir::MappedField& field) const;

 private:
  RegionAliases aliases_;
  std::unordered_map<const ir::Stat*, std::vector<OwnAccess>> accesses_;
  std::unordered_map<const ir::Stat*, std::vector<Operation>> operations_;
  std::vector<ir::MappedField> fields_;
};

}  // namespace palatine::sema
