// Traversal of the IR: the parts of a node, in the order in which they are evaluated.
#pragma once

#include <functional>

#include "sema/ir/ir.h"

namespace palatine::sema {

using ExprSlotVisitor = std::function<void(ir::ExprPtr&)>;
using ExprVisitor = std::function<void(const ir::Expr&)>;
using BlockVisitor = std::function<void(ir::Block&)>;
using StatVisitor = std::function<void(const ir::Stat&)>;

// The direct operands of an expression that are there. The visitor may replace them.
void for_each_operand(ir::Expr& expr, const ExprSlotVisitor& visit);
// The expressions that a statement holds itself, without those of nested blocks. Of an index launch: the
// domain, the preamble's values, the arguments of the call and the target of the reduction.
void for_each_expr(ir::Stat& stat, const ExprSlotVisitor& visit);
// The nested blocks of a statement, in the order in which they run first.
void for_each_block(ir::Stat& stat, const BlockVisitor& visit);

// All of an expression, operands before the node itself.
void walk_expr(const ir::Expr& expr, const ExprVisitor& visit);
// The statement's own expressions with all their operands. The call of an index launch is among them.
void walk_own_exprs(const ir::Stat& stat, const ExprVisitor& visit);
// The statement and all statements in it, outer before inner.
void walk_stats(const ir::Stat& stat, const StatVisitor& visit);
void walk_stats(const ir::Block& block, const StatVisitor& visit);
// Every expression of every statement in the block.
void walk_exprs(const ir::Block& block, const ExprVisitor& visit);
void walk_exprs(const ir::Stat& stat, const ExprVisitor& visit);

// True if `found` holds for the expression or an operand of it.
bool any_expr(const ir::Expr& expr, const std::function<bool(const ir::Expr&)>& found);

// The expression below all casts.
const ir::Expr& strip_casts(const ir::Expr& expr);
// The expression below all casts and projections: the same region for those of region type.
const ir::Expr& strip_projections(const ir::Expr& expr);
// The variable that an expression is, below casts; or null.
ir::Local* local_of(const ir::Expr& expr);

// True for a variable that `is_wanted`, and for what is computed from such variables by operators,
// conversions and members. What else such an expression contains may be computed before.
bool is_computed_from(const ir::Expr& expr, const std::function<bool(const ir::Local&)>& is_wanted);

// A use of a variable.
ir::ExprPtr make_local_expr(ir::Local& local, SourceRange range);

}  // namespace palatine::sema
