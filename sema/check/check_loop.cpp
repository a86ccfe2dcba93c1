// Loops. Language reference, 5.2.
#include "sema/check/checker.h"

namespace palatine::sema {

void Checker::check_loop_body(const ast::Block& tree, ir::Block& body, ScopeKind kind) {
  ScopeGuard scope(*this, kind, body);
  ++loop_depth_;
  check_block(tree);
  --loop_depth_;
}

void Checker::check_while(const ast::WhileStat& tree) {
  auto stat = make_stat<ir::WhileStat>(tree);
  {
    // What the condition needs is computed again before each test.
    ScopeGuard scope(*this, ScopeKind::branch, stat->condition_block);
    stat->condition = check_condition(*tree.condition);
  }
  check_loop_body(tree.body, stat->body, ScopeKind::branch);
  emit(std::move(stat));
}

void Checker::check_repeat(const ast::RepeatStat& tree) {
  auto stat = make_stat<ir::RepeatStat>(tree);
  {
    // The condition sees the variables of the body.
    ScopeGuard scope(*this, ScopeKind::branch, stat->body);
    ++loop_depth_;
    check_block(tree.body);
    --loop_depth_;
    ScopeGuard until_scope(*this, ScopeKind::branch, stat->until_block);
    stat->until = check_condition(*tree.until);
  }
  emit(std::move(stat));
}

void Checker::check_for_num(const ast::ForNumStat& tree) {
  auto stat = make_stat<ir::ForNumStat>(tree);
  const SourceRange range = stat_range(tree);
  const Symbol* symbol = declared_symbol(tree.variable);
  const Type* declared = nullptr;
  if (tree.type.is_valid()) {
    declared = escaped_type(tree.type, tree.variable.range);
  } else if (!tree.variable.binding.is_valid() && symbol && symbol->type) {
    declared = resolve_type(symbol->type);
  }
  stat->first = check_value(*tree.first);
  stat->limit = check_value(*tree.limit);
  if (tree.step) stat->step = check_value(*tree.step);

  const Type* type = declared;
  bool is_bad = declared && is_error(declared);
  for (const ir::ExprPtr* value : {&stat->first, &stat->limit, &stat->step}) {
    if (!*value) continue;
    const Type* value_type = (*value)->type;
    if (is_error(value_type)) {
      is_bad = true;
    } else if (value_type->kind != TypeKind::integer && !is_bad) {
      error(DiagKind::for_expected_integral, range, type_name(value_type));
      is_bad = true;
    }
  }
  if (!is_bad && declared && declared->kind != TypeKind::integer) {
    error(DiagKind::for_expected_integral, range, type_name(declared));
    is_bad = true;
  }
  if (!is_bad && !type) {
    type = stat->first->type;
    if (stat->step) type = meet(type, stat->step->type);
  }
  if (is_bad) type = types().error();
  if (!is_bad) {
    stat->first = convert(std::move(stat->first), type);
    stat->limit = convert(std::move(stat->limit), type);
    if (stat->step) stat->step = convert(std::move(stat->step), type);
  }
  {
    ScopeGuard scope(*this, ScopeKind::counted_loop, stat->body);
    stat->variable = declare(symbol, tree.variable.text, type, tree.variable.range);
    // In terra functions it is a variable as any other; how often the loop runs does not depend on it.
    if (task_) loop_variables_.insert(stat->variable);
    for_ranges_.push_back(stat->range);
    check_loop_body(tree.body, stat->body, ScopeKind::block);
    for_ranges_.pop_back();
  }
  if (!is_bad) emit(std::move(stat));
}

void Checker::check_for_list(const ast::ForListStat& tree) {
  auto stat = make_stat<ir::ForListStat>(tree);
  const SourceRange range = stat_range(tree);
  const Symbol* symbol = declared_symbol(tree.variable);
  ir::ExprPtr domain = check_value(*tree.domain);
  const Type* type = types().error();
  switch (domain->type->kind) {
    case TypeKind::error:
      break;
    case TypeKind::ispace: {
      const Symbol* bound = nullptr;
      if (const auto* local = ir::try_as<ir::LocalExpr>(domain.get())) bound = local->local->symbol;
      if (!bound) bound = handle_symbol(domain->type);
      if (!bound) bound = types().new_symbol("", domain->type, domain->range);
      type = types().bounded(as<IspaceType>(domain->type).index, nullptr, {bound});
      break;
    }
    case TypeKind::region: {
      const auto& region = as<RegionType>(domain->type);
      const SourceRange domain_range = domain->range;
      ir::Local* local = handle_local(std::move(domain));
      domain = make_local(local, domain_range);
      type = types().bounded(region.index(), region.fspace, {local->symbol});
      break;
    }
    case TypeKind::rect:
      type = as<RectType>(domain->type).index;
      break;
    case TypeKind::list:
      if (!is_region_list(domain->type)) {
        type = as<ListType>(domain->type).element;
        break;
      }
      [[fallthrough]];
    default:
      error(DiagKind::for_expected_domain, range, type_name(domain->type));
      break;
  }
  const Type* declared = nullptr;
  if (tree.type.is_valid()) {
    declared = escaped_type(tree.type, tree.variable.range);
  } else if (!tree.variable.binding.is_valid() && symbol && symbol->type) {
    declared = resolve_type(symbol->type);
  }
  if (declared && !is_error(type) && !is_error(declared) && !same_type(declared, type)) {
    error(DiagKind::for_variable_mismatch, range, type_name(type), type_name(declared));
  }
  stat->domain = std::move(domain);
  const bool is_bad = is_error(type);
  {
    ScopeGuard scope(*this, ScopeKind::counted_loop, stat->body);
    stat->variable = declare(symbol, tree.variable.text, type, tree.variable.range);
    loop_variables_.insert(stat->variable);
    for_ranges_.push_back(stat->range);
    check_loop_body(tree.body, stat->body, ScopeKind::block);
    for_ranges_.pop_back();
  }
  if (!is_bad) emit(std::move(stat));
}

}  // namespace palatine::sema
