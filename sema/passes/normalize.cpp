// Calls and creations move out of expressions into temporaries, in the order of the language reference, 5.2:
// what is left in an expression has no effects, so emitted C++ may evaluate it in any order.
//
// A call stays where it is as the whole initialiser of a `var`, as the whole value of an assignment to a
// plain variable, and as an expression statement. An assignment to anything else reads something to find its
// target; that has to happen after the call, so its call gets a temporary too. Subregions `p[i]` have no
// effects and stay: index launches look for them in arguments.
#include "sema/passes/passes.h"
#include "sema/passes/walk.h"

namespace palatine::sema {

namespace {

// True if evaluating the node itself (not its operands) does something or may take arbitrarily long.
bool is_hoisted(const ir::Expr& expr) {
  switch (expr.kind) {
    case ir::ExprKind::CCall:
    case ir::ExprKind::FunctionCall:
    case ir::ExprKind::PointerCall:
    case ir::ExprKind::TaskCall:
    case ir::ExprKind::NewIspace:
    case ir::ExprKind::NewRegion:
    case ir::ExprKind::NewPartitionEqual:
    case ir::ExprKind::Physical:
      return true;
    case ir::ExprKind::HandleOp:
      return ir::is_creation(ir::as<ir::HandleOpExpr>(expr).op);
    case ir::ExprKind::RuntimeCall: {
      auto function = ir::as<ir::RuntimeCallExpr>(expr).function;
      return function != ir::RuntimeFunction::runtime_handle &&
             function != ir::RuntimeFunction::context_handle && function != ir::RuntimeFunction::task_handle;
    }
    default:
      return false;
  }
}

bool is_short_circuit(const ir::Expr& expr) {
  const auto* binary = ir::try_as<ir::BinaryExpr>(&expr);
  return binary && (binary->op == ast::BinaryOp::logical_and || binary->op == ast::BinaryOp::logical_or) &&
         binary->type->kind == TypeKind::boolean;
}

class Normalizer {
 public:
  explicit Normalizer(ir::Function& function) : function_(function) {}

  void block(ir::Block& block) { block_into(block, {}); }

 private:
  using Stats = std::vector<ir::StatPtr>;

  // Rewrites the statements of `block`, behind those of `before`.
  void block_into(ir::Block& block, Stats before) {
    Stats old = std::move(block.stats);
    Stats* outer = out_;
    out_ = &before;
    for (ir::StatPtr& stat : old) {
      statement(*stat);
      out_->push_back(std::move(stat));
    }
    out_ = outer;
    block.stats = std::move(before);
  }

  // Statements that compute an expression which is tested again and again go to a block of their own.
  void condition_into(ir::Block& block, ir::ExprPtr& condition) {
    Normalizer::block(block);
    Stats* outer = out_;
    out_ = &block.stats;
    operand(condition);
    out_ = outer;
  }

  void statement(ir::Stat& stat) {
    using ir::as;
    switch (stat.kind) {
      case ir::StatKind::Var:
        if (auto& value = as<ir::VarStat>(stat).value) whole(value);
        return;
      case ir::StatKind::Assign: {
        auto& assign = as<ir::AssignStat>(stat);
        operand(assign.target);
        if (assign.target->kind == ir::ExprKind::Local) {
          whole(assign.value);
        } else {
          operand(assign.value);
        }
        return;
      }
      case ir::StatKind::While: {
        auto& loop = as<ir::WhileStat>(stat);
        condition_into(loop.condition_block, loop.condition);
        return block(loop.body);
      }
      case ir::StatKind::Repeat: {
        auto& loop = as<ir::RepeatStat>(stat);
        block(loop.body);
        return condition_into(loop.until_block, loop.until);
      }
      case ir::StatKind::Expr:
        return whole(as<ir::ExprStat>(stat).expr);
      default:
        for_each_expr(stat, [&](ir::ExprPtr& expr) { operand(expr); });
        for_each_block(stat, [&](ir::Block& inner) { block(inner); });
        return;
    }
  }

  // An expression whose outermost call may stay in place.
  void whole(ir::ExprPtr& slot) {
    if (is_hoisted(*slot)) {
      for_each_operand(*slot, [&](ir::ExprPtr& inner) { operand(inner); });
    } else {
      operand(slot);
    }
  }

  void operand(ir::ExprPtr& slot) {
    if (is_short_circuit(*slot) && any_expr(*ir::as<ir::BinaryExpr>(*slot).rhs, is_hoisted)) {
      short_circuit(slot);
      return;
    }
    for_each_operand(*slot, [&](ir::ExprPtr& inner) { operand(inner); });
    if (is_hoisted(*slot)) to_temporary(slot);
  }

  // The statement that declares the variable is returned; the slot becomes a use of it.
  ir::Local& to_temporary(ir::ExprPtr& slot) {
    SourceRange range = slot->range;
    ir::Local* local = function_.new_local("", slot->type, nullptr, range);
    auto var = std::make_unique<ir::VarStat>();
    var->range = range;
    var->local = local;
    var->value = std::move(slot);
    out_->push_back(std::move(var));
    slot = make_local_expr(*local, range);
    return *local;
  }

  // `a and b` becomes `var t = a; if t then t = b end`; `or` tests the opposite.
  void short_circuit(ir::ExprPtr& slot) {
    auto& binary = ir::as<ir::BinaryExpr>(*slot);
    SourceRange range = binary.range;
    bool is_and = binary.op == ast::BinaryOp::logical_and;
    whole(binary.lhs);
    ir::ExprPtr rhs = std::move(binary.rhs);
    slot = std::move(binary.lhs);
    ir::Local& result = to_temporary(slot);
    result.is_assigned = true;

    auto branch = std::make_unique<ir::IfStat>();
    branch->range = range;
    branch->condition = make_local_expr(result, range);
    if (!is_and) {
      auto negated = std::make_unique<ir::UnaryExpr>();
      negated->op = ast::UnaryOp::logical_not;
      negated->type = result.type;
      negated->range = range;
      negated->operand = std::move(branch->condition);
      branch->condition = std::move(negated);
    }
    Stats* outer = out_;
    out_ = &branch->then_block.stats;
    whole(rhs);
    auto assign = std::make_unique<ir::AssignStat>();
    assign->range = range;
    assign->target = make_local_expr(result, range);
    assign->value = std::move(rhs);
    out_->push_back(std::move(assign));
    out_ = outer;
    out_->push_back(std::move(branch));
  }

  ir::Function& function_;
  // Where statements that must run before the current one go.
  Stats* out_ = nullptr;
};

}  // namespace

void normalize(ir::Function& function, TypeTable&) {
  Normalizer(function).block(function.body);
}

}  // namespace palatine::sema
