// Phase barriers, copies between regions, and tasks that run at the same time. Language reference, 3.9, 4.1,
// 4.2, 5.6.
#include "sema/check/checker.h"

namespace palatine::sema {

ir::ExprPtr Checker::check_barrier(const ast::BuiltinExpr& tree) {
  using ir::HandleOp;
  const SourceRange range = range_of(tree);
  const auto operands = expr_operands(tree);
  if (operands.empty()) return make_error(range);
  auto expect_int = [&](ir::ExprPtr value) -> ir::ExprPtr {
    const Type* type = types().int32();
    if (is_error(value->type)) return value;
    if (can_convert(value->type, type)) return convert(std::move(value), type);
    if (tree.form == ast::BuiltinForm::PhaseBarrier) {
      error(DiagKind::type_mismatch, range, type_name(type), type_name(value->type));
    } else {
      error(DiagKind::argument_mismatch, range, 2, type_name(type), type_name(value->type));
    }
    return make_error(range);
  };
  ir::ExprPtr first = check_value(*operands[0]);
  if (first->type->kind == TypeKind::dynamic_collective &&
      (tree.form == ast::BuiltinForm::Advance || tree.form == ast::BuiltinForm::Arrive)) {
    return check_collective(tree, std::move(first));
  }
  const Type* barrier = types().phase_barrier();
  auto node = make<ir::HandleOpExpr>(barrier, range);
  if (tree.form == ast::BuiltinForm::PhaseBarrier) {
    node->op = HandleOp::new_barrier;
    first = expect_int(std::move(first));
  } else if (!is_error(first->type) && leaf_element(first->type) != barrier) {
    if (tree.form == ast::BuiltinForm::Advance) {
      error(DiagKind::type_mismatch, range, "a phase barrier or dynamic collective", type_name(first->type));
    } else {
      error(DiagKind::argument_mismatch, range, 1, "a phase barrier", type_name(first->type));
    }
    return make_error(range);
  }
  // Of a list: every barrier in it.
  if (tree.form != ast::BuiltinForm::PhaseBarrier) node->type = first->type;
  ir::ExprPtr second;
  switch (tree.form) {
    case ast::BuiltinForm::Advance:
      node->op = HandleOp::barrier_advance;
      break;
    case ast::BuiltinForm::Adjust:
      node->op = HandleOp::barrier_adjust;
      if (operands.size() > 1) second = expect_int(check_value(*operands[1]));
      break;
    case ast::BuiltinForm::Arrive:
      node->op = HandleOp::barrier_arrive;
      if (operands.size() > 1) {
        error(DiagKind::arrive_argument_count, range, operands.size());
        return make_error(range);
      }
      break;
    case ast::BuiltinForm::Await:
      node->op = HandleOp::barrier_await;
      node->type = types().unit();
      break;
    default:
      break;
  }
  if (is_error(first->type) || (second && is_error(second->type))) return make_error(range);
  node->operands.push_back(std::move(first));
  if (second) node->operands.push_back(std::move(second));
  return node;
}

// `advance(c)`, `arrive(c, v)`.
ir::ExprPtr Checker::check_collective(const ast::BuiltinExpr& tree, ir::ExprPtr collective) {
  const SourceRange range = range_of(tree);
  const auto operands = expr_operands(tree);
  const auto& type = as<DynamicCollectiveType>(collective->type);
  auto node = make<ir::HandleOpExpr>(&type, range);
  node->op = ir::HandleOp::collective_advance;
  node->operands.push_back(std::move(collective));
  if (tree.form == ast::BuiltinForm::Advance) return node;
  node->op = ir::HandleOp::collective_arrive;
  if (operands.size() < 2) {
    error(DiagKind::arrive_without_value, range);
    return make_error(range);
  }
  ir::ExprPtr value = check_value(*operands[1]);
  if (is_error(value->type)) return make_error(range);
  if (!can_convert(value->type, type.element)) {
    error(DiagKind::argument_mismatch, range, 2, type_name(type.element), type_name(value->type));
    return make_error(range);
  }
  node->operands.push_back(convert(std::move(value), type.element));
  return node;
}

// `dynamic_collective(T, op, arrivals)`.
ir::ExprPtr Checker::check_new_collective(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const auto* type_operand = find_operand(tree, ast::BuiltinOperand::Kind::type);
  const auto* op = find_operand(tree, ast::BuiltinOperand::Kind::reduction);
  const auto operands = expr_operands(tree);
  if (!type_operand || !op || operands.empty()) return make_error(range);
  const Type* element = escaped_type(type_operand->type, type_operand->range);
  ir::ExprPtr arrivals = check_value(*operands[0]);
  if (is_error(element) || is_error(arrivals->type)) return make_error(range);
  if (!is_numeric(element)) return argument_mismatch(1, "a type of numbers", element, range);
  if (!can_convert(arrivals->type, types().int32())) {
    error(DiagKind::type_mismatch, range, type_name(types().int32()), type_name(arrivals->type));
    return make_error(range);
  }
  auto node = make<ir::HandleOpExpr>(types().dynamic_collective(element), range);
  node->op = ir::HandleOp::new_collective;
  node->reduction = op->reduction;
  node->operands.push_back(convert(std::move(arrivals), types().int32()));
  return node;
}

ir::ExprPtr Checker::check_collective_result(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const auto operands = expr_operands(tree);
  if (operands.empty()) return make_error(range);
  ir::ExprPtr collective = check_value(*operands[0]);
  if (is_error(collective->type)) return make_error(range);
  const auto* type = try_as<DynamicCollectiveType>(collective->type);
  if (!type) {
    error(DiagKind::type_mismatch, range, "a dynamic collective", type_name(collective->type));
    return make_error(range);
  }
  auto node = make_form(ir::Form::collective_result, type->element, range);
  node->operands.push_back(std::move(collective));
  return node;
}

void Checker::check_conditions(const std::vector<ast::Condition>& conditions,
                               std::vector<ir::ExprPtr>& awaits, std::vector<ir::ExprPtr>& arrives) {
  for (const ast::Condition& condition : conditions) {
    for (const ast::ExprPtr& tree : condition.values) {
      ir::ExprPtr value = check_value(*tree);
      if (is_error(value->type)) continue;
      if (leaf_element(value->type) != types().phase_barrier()) {
        error(DiagKind::type_mismatch, range_of(*tree), "phase_barrier", type_name(value->type));
        continue;
      }
      const SourceRange range = value->range;
      ir::Local* barrier = spill(std::move(value));
      if (condition.awaits) awaits.push_back(make_local(barrier, range));
      if (condition.arrives) arrives.push_back(make_local(barrier, range));
    }
  }
}

void Checker::check_must_epoch(const ast::MustEpochStat& tree) {
  if (epoch_depth_ > 0) {
    error(DiagKind::must_epoch_nested, stat_range(tree));
    return;
  }
  auto stat = make_stat<ir::BlockStat>(tree);
  stat->is_epoch = true;
  {
    ScopeGuard scope(*this, ScopeKind::block, stat->body);
    ++epoch_depth_;
    check_block(tree.body);
    --epoch_depth_;
  }
  emit(std::move(stat));
}

// `copy(src.F, dst.G [, op])`: field by field, in the order in which they are listed.
ir::ExprPtr Checker::check_copy(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  std::vector<const ast::BuiltinOperand*> roots;
  const ast::BuiltinOperand* op = nullptr;
  for (const ast::BuiltinOperand& operand : tree.operands) {
    if (operand.kind == ast::BuiltinOperand::Kind::region_root) roots.push_back(&operand);
    if (operand.kind == ast::BuiltinOperand::Kind::reduction) op = &operand;
  }
  if (roots.size() != 2) return make_error(range);
  struct Side {
    ir::Local* region = nullptr;
    std::vector<FieldPathNames> paths;
    std::string name;
  } sides[2];
  for (int k = 0; k < 2; ++k) {
    ir::ExprPtr region = check_value(*roots[k]->root.region);
    sides[k].paths = listed_paths(roots[k]->root.fields, roots[k]->root.has_fields);
    if (is_error(region->type)) continue;
    const RegionType* type = region_in(region->type);
    if (!type) {
      error(DiagKind::type_mismatch, roots[k]->root.range, "a region", type_name(region->type));
      continue;
    }
    const bool is_list = region->type->kind == TypeKind::list;
    sides[k].region = is_list ? spill(std::move(region)) : handle_local(std::move(region));
    sides[k].name =
        sides[k].region->symbol ? symbol_name(*sides[k].region->symbol) : handle_name(sides[k].region->type);
    for (const FieldPathNames& path : sides[k].paths) {
      size_t missing = 0;
      if (type_at_path(type->fspace, path, types(), missing)) continue;
      error(DiagKind::no_field_in_region, roots[k]->root.range, path[missing], sides[k].name);
      sides[k].region = nullptr;
      break;
    }
  }
  if (!sides[0].region || !sides[1].region) return make_error(range);
  const int target_depth = list_depth(sides[1].region->type);
  if (list_depth(sides[0].region->type) > target_depth) {
    error(DiagKind::copy_list_depth, range);
    return make_error(range);
  }
  std::vector<ir::ExprPtr> awaits, arrives;
  check_conditions(tree.conditions, awaits, arrives);
  for (const auto* list : {&awaits, &arrives}) {
    for (const ir::ExprPtr& barrier : *list) {
      if (list_depth(barrier->type) <= target_depth) continue;
      error(DiagKind::copy_condition_depth, range, list == &awaits ? "await" : "arrive");
      return make_error(range);
    }
  }
  const RegionType &source = *region_in(sides[0].region->type), &target = *region_in(sides[1].region->type);
  if (sides[0].paths.size() != sides[1].paths.size()) {
    const size_t from = sides[0].paths.size(), to = sides[1].paths.size();
    error(DiagKind::copy_field_count, range, from, to);
    return make_error(range);
  }
  auto node = make<ir::HandleOpExpr>(types().unit(), range);
  node->op = ir::HandleOp::copy;
  if (op) node->reduction = op->reduction;
  bool is_bad = false;
  auto require = [&](int k, ir::Privilege privilege, const FieldPathNames& path) {
    const Type* type = sides[k].region->type;
    const auto wanted = op ? op->reduction : ast::ReductionOp::add;
    if (privileges_.allows(type, path, privilege, wanted)) return;
    auto builder = error(DiagKind::invalid_privileges_in_form, range, "copy",
                         privilege_name(privilege, wanted, sides[k].name, path));
    note_privileges(builder, type, path);
    is_bad = true;
  };
  const auto all_source = flatten_fields(source.fspace), all_target = flatten_fields(target.fspace);
  auto below = [](const std::vector<LeafField>& leaves, const FieldPathNames& path) {
    std::vector<int> result;
    for (size_t i = 0; i < leaves.size(); ++i) {
      const auto& leaf = leaves[i].path;
      if (leaf.size() >= path.size() && std::equal(path.begin(), path.end(), leaf.begin()))
        result.push_back(static_cast<int>(i));
    }
    return result;
  };
  for (size_t i = 0; i < sides[0].paths.size(); ++i) {
    size_t missing = 0;
    const Type* from = type_at_path(source.fspace, sides[0].paths[i], types(), missing);
    const Type* to = type_at_path(target.fspace, sides[1].paths[i], types(), missing);
    if (!same_type(from, to)) {
      error(DiagKind::type_mismatch_between, range, type_name(from), type_name(to));
      return make_error(range);
    }
    require(0, ir::Privilege::reads, sides[0].paths[i]);
    if (op) {
      require(1, ir::Privilege::reduces, sides[1].paths[i]);
    } else {
      require(1, ir::Privilege::reads, sides[1].paths[i]);
      require(1, ir::Privilege::writes, sides[1].paths[i]);
    }
    const auto from_leaves = below(all_source, sides[0].paths[i]);
    const auto to_leaves = below(all_target, sides[1].paths[i]);
    for (size_t k = 0; k < from_leaves.size() && k < to_leaves.size(); ++k) {
      const Type* leaf = all_target[static_cast<size_t>(to_leaves[k])].type;
      if (op) {
        const Type* element = element_of_arrays(leaf);
        const ir::Function* combine =
            is_numeric(element) ? nullptr : joining_function(element, op->reduction);
        if (!is_numeric(element) && !combine) {
          error(DiagKind::reduction_not_numeric, range, ast::reduction_op_text(op->reduction),
                type_name(leaf));
          return make_error(range);
        }
        node->combine.push_back(combine);
      }
      node->leaves.push_back(from_leaves[k]);
      node->leaves.push_back(to_leaves[k]);
    }
  }
  if (is_bad) return make_error(range);
  node->operands.push_back(make_local(sides[0].region, range));
  node->operands.push_back(make_local(sides[1].region, range));
  node->await_count = awaits.size();
  for (ir::ExprPtr& barrier : awaits) node->operands.push_back(std::move(barrier));
  for (ir::ExprPtr& barrier : arrives) node->operands.push_back(std::move(barrier));
  return node;
}

}  // namespace palatine::sema
