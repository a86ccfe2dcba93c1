// What operations that a statement issues (task calls, fills ...) do to regions, by field.
#pragma once

#include <string>
#include <vector>

#include "sema/ir/ir.h"

namespace palatine::sema {

// One region argument, or the target of a fill, with some of its leaf fields.
struct RegionEffect {
  enum class Mode : uint8_t { read, write, reduce };
  // The region as written: a variable or `p[i]`. Null: `local` is the region.
  const ir::Expr* region = nullptr;
  const ir::Local* local = nullptr;
  int argument = -1;  // of the call
  Mode mode = Mode::read;
  ir::ReductionOp op = ir::ReductionOp::add;  // of `reduce`
  std::vector<int> leaves;                    // of the region's own element type
  bool all_leaves = false;                    // the leaves are not known: any may be meant
  // Uses of this kind do not wait for each other.
  bool is_simultaneous = false;

  const Type* type() const { return region ? region->type : local->type; }
  bool touches(int leaf) const;
};

struct Operation {
  SourceRange range;
  std::string what;  // "`init`", "the fill"
  std::vector<RegionEffect> effects;
};

// By the callee's declared privileges.
std::vector<RegionEffect> effects_of_call(const ir::TaskCallExpr& call);

// What the statement itself issues, without statements nested in it.
std::vector<Operation> operations_of(const ir::Stat& stat);

}  // namespace palatine::sema
