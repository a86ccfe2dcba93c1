// Statements other than declarations and loops.
#include "sema/check/checker.h"

namespace palatine::sema {

void Checker::check_block(const ast::Block& block) {
  for (const ast::StatPtr& stat : block.stats) check_stat(*stat);
}

void Checker::check_stat(const ast::Stat& tree) {
  struct Depth {
    int& depth;
    explicit Depth(int& d) : depth(d) { ++depth; }
    ~Depth() { --depth; }
  } depth(depth_);
  if (depth_ > 1000) {
    error(DiagKind::nested_too_deeply, tree.anchor);
    return;
  }
  check_annotations(tree);
  switch (tree.kind) {
    case ast::StatKind::If:
      check_if(ast::as<ast::IfStat>(tree));
      return;
    case ast::StatKind::While:
      check_while(ast::as<ast::WhileStat>(tree));
      return;
    case ast::StatKind::Repeat:
      check_repeat(ast::as<ast::RepeatStat>(tree));
      return;
    case ast::StatKind::ForNum:
      check_for_num(ast::as<ast::ForNumStat>(tree));
      return;
    case ast::StatKind::ForList:
      check_for_list(ast::as<ast::ForListStat>(tree));
      return;
    case ast::StatKind::MustEpoch:
      check_must_epoch(ast::as<ast::MustEpochStat>(tree));
      return;
    case ast::StatKind::Do:
      check_do(ast::as<ast::DoStat>(tree));
      return;
    case ast::StatKind::Var:
      check_var(ast::as<ast::VarStat>(tree));
      return;
    case ast::StatKind::VarUnpack:
      check_var_unpack(ast::as<ast::VarUnpackStat>(tree));
      return;
    case ast::StatKind::Return:
      check_return(ast::as<ast::ReturnStat>(tree));
      return;
    case ast::StatKind::Break:
      check_break(ast::as<ast::BreakStat>(tree));
      return;
    case ast::StatKind::Jump: {
      auto stat = make_stat<ir::JumpStat>(tree);
      stat->label = ast::as<ast::JumpStat>(tree).label;
      stat->splice = splice_;
      stat->is_label = ast::as<ast::JumpStat>(tree).is_label;
      emit(std::move(stat));
      return;
    }
    case ast::StatKind::Rescape: {
      const auto escape = ast::as<ast::RescapeStat>(tree).escape;
      if (escape.index >= frame_->escapes.size()) return;
      const Value& value = frame_->escapes[escape.index];
      if (value.kind == Value::Kind::undefined) {
        has_error_ = has_error_ || frame_->has_error;
      } else {
        splice_stat(value, tree.anchor);
      }
      return;
    }
    case ast::StatKind::Delete:
      check_delete(ast::as<ast::DeleteStat>(tree));
      return;
    case ast::StatKind::Fence: {
      const auto& fence = ast::as<ast::FenceStat>(tree);
      auto stat = make_stat<ir::FenceStat>(tree);
      stat->execution = fence.execution;
      stat->block = fence.block;
      emit(std::move(stat));
      return;
    }
    case ast::StatKind::ParallelizeWith:
      check_parallelize_with(ast::as<ast::ParallelizeWithStat>(tree));
      return;
    case ast::StatKind::ParallelPrefix:
      check_parallel_prefix(ast::as<ast::ParallelPrefixStat>(tree));
      return;
    case ast::StatKind::Expr:
      check_expr_stat(ast::as<ast::ExprStat>(tree));
      return;
    case ast::StatKind::Assign:
      check_assign(ast::as<ast::AssignStat>(tree));
      return;
  }
}

void Checker::check_if(const ast::IfStat& tree) {
  if (!tree.clauses.empty()) check_clause(tree, 0);
}

// An `elseif` is an `if` in the else branch, so that its condition is evaluated only there.
void Checker::check_clause(const ast::IfStat& tree, size_t clause) {
  auto stat = make_stat<ir::IfStat>(tree);
  if (clause > 0) {
    stat->range = tree.clauses[clause].anchor;
    stat->annotations.clear();
  }
  stat->condition = check_condition(*tree.clauses[clause].condition);
  {
    ScopeGuard scope(*this, ScopeKind::branch, stat->then_block);
    check_block(tree.clauses[clause].block);
  }
  {
    ScopeGuard scope(*this, ScopeKind::branch, stat->else_block);
    if (clause + 1 < tree.clauses.size()) {
      check_clause(tree, clause + 1);
    } else if (tree.otherwise) {
      check_block(*tree.otherwise);
    }
  }
  emit(std::move(stat));
}

void Checker::check_hint(const ast::Expr& tree, bool is_constrained) {
  if (const auto* binary = ast::try_as<ast::BinaryExpr>(&tree);
      binary && (binary->op == ast::BinaryOp::less_equal || binary->op == ast::BinaryOp::multiply)) {
    check_hint(*binary->lhs, true);
    check_hint(*binary->rhs, true);
    return;
  }
  const ir::ExprPtr value = check_value(tree);
  if (is_error(value->type) || is_handle(value->type)) return;
  error(DiagKind::parallelize_hint, range_of(tree),
        is_constrained ? "a partition or constraint on partitions"
                       : "a partition, index space, or constraint on partitions",
        type_name(value->type));
}

void Checker::check_parallelize_with(const ast::ParallelizeWithStat& tree) {
  // What hints compute is not part of the program.
  ir::Block discarded;
  {
    ScopeGuard scope(*this, ScopeKind::branch, discarded);
    for (const ast::ExprPtr& hint : tree.hints) check_hint(*hint, false);
  }
  auto stat = make_stat<ir::BlockStat>(tree);
  {
    ScopeGuard scope(*this, ScopeKind::block, stat->body);
    check_block(tree.body);
  }
  emit(std::move(stat));
}

void Checker::check_do(const ast::DoStat& tree) {
  auto stat = make_stat<ir::BlockStat>(tree);
  stat->is_deferred = tree.is_deferred;
  {
    ScopeGuard scope(*this, ScopeKind::block, stat->body);
    check_block(tree.body);
  }
  emit(std::move(stat));
}

void Checker::check_return(const ast::ReturnStat& tree) {
  if (inline_return_) return return_to_caller(tree);
  auto stat = make_stat<ir::ReturnStat>(tree);
  const bool is_list =
      tree.values.size() == 1 && in_terra() && spliced_list(frame_->value_of(*tree.values.front()));
  if (tree.values.size() > 1 || is_list) {
    std::vector<ir::ExprPtr> values = check_args(tree.values);
    if (values.size() == 1) {
      stat->value = std::move(values.front());
    } else if (!values.empty()) {
      stat->value = tuple_of(std::move(values), tree.anchor);
    }
  } else if (!tree.values.empty()) {
    stat->value = check_value(*tree.values.front());
    if (is_handle(stat->value->type) && !task_) {
      unsupported("a return of " + type_name(stat->value->type), range_of(*tree.values.front()));
      return;
    }
  }
  returns_.push_back({stat.get(), stat->range});
  emit(std::move(stat));
}

// Handles that may stand for one another as results: what their types say is the same.
static bool same_shape(const Type* a, const Type* b) {
  if (a->kind != b->kind) return false;
  switch (a->kind) {
    case TypeKind::ispace:
      return as<IspaceType>(a).index == as<IspaceType>(b).index;
    case TypeKind::region:
      return as<RegionType>(a).index() == as<RegionType>(b).index() &&
             same_type(as<RegionType>(a).fspace, as<RegionType>(b).fspace);
    case TypeKind::partition: {
      const auto &x = as<PartitionType>(a), &y = as<PartitionType>(b);
      return x.disjoint == y.disjoint && x.parent->type == y.parent->type &&
             x.color_index() == y.color_index();
    }
    default:
      return false;
  }
}

void Checker::finish_returns() {
  const Type* result = declared_result_;
  bool has_value = false;
  for (const PendingReturn& pending : returns_) has_value |= pending.stat->value != nullptr;
  for (const PendingReturn& pending : returns_) {
    const Type* type = pending.stat->value ? pending.stat->value->type : types().unit();
    if (is_error(type)) continue;
    if (!result) {
      result = type;
      continue;
    }
    // The common type wins: in tasks also over a declared one.
    const bool is_fixed = declared_result_ && !task_;
    if (const Type* common = is_fixed ? nullptr : meet(result, type)) {
      result = common;
    } else if (is_handle(result) && same_shape(result, type)) {
      // Each expression of a handle has its own type; what the caller sees is a new one anyway.
    } else if (!can_convert(type, result)) {
      error(DiagKind::return_mismatch, pending.range, type_name(result), type_name(type));
    }
  }
  if (!result && has_value && saw_recursion_ && !has_error_) {
    error(DiagKind::recursive_result, function_.range, function_.name);
    result = types().error();
  }
  if (!result) result = has_value ? types().error() : types().unit();
  if (result->kind == TypeKind::niltype) {
    error(DiagKind::nil_needs_type, function_.range);
    result = types().error();
  }
  result_ = result;
  for (const PendingReturn& pending : returns_) {
    ir::ExprPtr& value = pending.stat->value;
    if (value && !has_error_ && !is_error(value->type)) value = convert(std::move(value), result);
  }
}

void Checker::check_break(const ast::BreakStat& tree) {
  if (loop_depth_ == 0) {
    error(DiagKind::break_outside_loop, tree.anchor);
    return;
  }
  emit(make_stat<ir::BreakStat>(tree));
}

void Checker::check_delete(const ast::DeleteStat& tree) {
  ir::ExprPtr value = check_value(*tree.value);
  if (is_error(value->type)) return;
  if (value->type->kind != TypeKind::region && value->type->kind != TypeKind::partition) {
    error(DiagKind::delete_mismatch, range_of(*tree.value), type_name(value->type));
    return;
  }
  auto stat = make_stat<ir::DeleteStat>(tree);
  stat->value = std::move(value);
  emit(std::move(stat));
}

void Checker::check_expr_stat(const ast::ExprStat& tree) {
  const ast::Expr& expr = *tree.expr;
  if (expr.kind == ast::ExprKind::Escape || expr.kind == ast::ExprKind::Name) {
    const Value* value = frame_->value_of(expr);
    if (value && (value->kind == Value::Kind::quote || value->kind == Value::Kind::list)) {
      splice_stat(*value, range_of(expr));
      return;
    }
  }
  if (const auto* builtin = ast::try_as<ast::BuiltinExpr>(&expr);
      builtin && builtin->form == ast::BuiltinForm::Fill) {
    check_fill(*builtin);
    return;
  }
  if (const auto* call = ast::try_as<ast::CallExpr>(&expr)) {
    Value kept;
    const Value* callee = value_at(*call->callee, kept);
    if (callee && callee->kind == Value::Kind::macro && std::get<MacroValue>(callee->data).is_terra) {
      std::vector<ir::ExprPtr> args;
      std::vector<const Type*> arg_types;
      if (!macro_arguments(call->args, args, arg_types)) return;
      const Value result = expand_macro(std::get<MacroValue>(callee->data), std::move(args),
                                        std::move(arg_types), range_of(expr));
      if (result.kind != Value::Kind::error) splice_stat(result, range_of(expr));
      return;
    }
  }
  is_statement_ = expr.kind == ast::ExprKind::MethodCall;
  ir::ExprPtr value = check_value(expr);
  is_statement_ = false;
  if (is_error(value->type)) return;
  auto stat = make_stat<ir::ExprStat>(tree);
  stat->expr = std::move(value);
  emit(std::move(stat));
}

}  // namespace palatine::sema
