// Declarations of variables, assignments and reductions. Language reference, 5.3.
#include "sema/check/checker.h"
#include "sema/ir/lvalue.h"

namespace palatine::sema {

// Two handles of one shape are called the same.
static void note_own_type(Diagnostics::Builder builder, SourceRange range, const Type* expected,
                          const Type* got) {
  if (is_handle(expected) && expected->kind == got->kind) builder.note(DiagKind::hint_own_type, range);
}

namespace {

bool is_region_form(const ast::Expr& tree) {
  const auto* builtin = ast::try_as<ast::BuiltinExpr>(&tree);
  return builtin && builtin->form == ast::BuiltinForm::Region;
}

}  // namespace

// The initial value of one variable; null when there is none. Errors give a value of the error type.
ir::ExprPtr Checker::check_initializer(const ast::VarStat& tree, size_t index, const Type* declared) {
  const auto& variable = tree.variables[index];
  const SourceRange range = stat_range(tree);
  if (index >= tree.values.size()) {
    if (!declared) {
      error(DiagKind::variable_needs_type, range);
      return make_error(range);
    }
    if (is_handle(declared)) {
      error(DiagKind::variable_needs_value, range, type_name(declared));
      return make_error(range);
    }
    return nullptr;
  }
  ir::ExprPtr value = check_value(*tree.values[index]);
  if (is_error(value->type)) return value;
  if (!declared) {
    if (value->type->kind == TypeKind::niltype) {
      error(DiagKind::nil_needs_type, variable.declared.range);
      return make_error(range);
    }
    return value;
  }
  if (is_error(declared)) return make_error(range);
  if (!can_convert(value->type, declared)) {
    note_own_type(error(DiagKind::var_mismatch, range, type_name(declared), type_name(value->type)), range,
                  declared, value->type);
    return make_error(range);
  }
  return convert(std::move(value), declared);
}

bool Checker::is_nil_type(ast::EscapeId escape) const {
  return escape.is_valid() && escape.index < frame_->escapes.size() &&
         frame_->escapes[escape.index].kind == Value::Kind::undefined;
}

void Checker::check_var(const ast::VarStat& tree) {
  for (const ast::ExprPtr& value : tree.values) {
    if (is_unpack(*value)) return check_var_values(tree);
  }
  if (in_terra() && !tree.values.empty() && tree.values.size() < tree.variables.size()) {
    return check_var_values(tree);
  }
  for (const auto& variable : tree.variables) {
    if (declared_list(variable.declared)) return check_var_values(tree);
  }
  if (tree.values.size() > tree.variables.size()) {
    const size_t values = tree.values.size(), variables = tree.variables.size();
    error(DiagKind::value_count_mismatch, stat_range(tree), variables, values);
  }

  // A region's variable is known to its own initial value: `var r = region(is, ptr(T, r))`.
  std::vector<ir::Local*> locals(tree.variables.size(), nullptr);
  std::vector<const Symbol*> symbols(tree.variables.size(), nullptr);
  for (size_t i = 0; i < tree.variables.size(); ++i) {
    const auto& variable = tree.variables[i];
    symbols[i] = declared_symbol(variable.declared);
    if (i < tree.values.size() && is_region_form(*tree.values[i])) {
      locals[i] = declare(symbols[i], variable.declared.text, nullptr, variable.declared.range);
    }
  }

  std::vector<ir::ExprPtr> values;
  std::vector<const Type*> declared_types;
  for (size_t i = 0; i < tree.variables.size(); ++i) {
    const auto& variable = tree.variables[i];
    const Type* declared = nullptr;
    // A type that is nil is none, as in Lua; who has mistyped its name is told.
    if (i < tree.values.size() && is_nil_type(variable.type)) {
      context_.diags.report(DiagKind::nil_type, variable.declared.range, variable.declared.text);
    } else if (variable.type.is_valid()) {
      declared = escaped_type(variable.type, variable.declared.range);
      if (const auto* bounded = try_as<BoundedType>(declared);
          bounded && !check_bounds(*bounded, stat_range(tree))) {
        has_error_ = true;
        declared = types().error();
      }
    } else if (!variable.declared.binding.is_valid() && symbols[i] && symbols[i]->type) {
      declared = resolve_type(symbols[i]->type);
    }
    values.push_back(check_initializer(tree, i, declared));
    declared_types.push_back(declared);
  }
  for (size_t i = tree.variables.size(); i < tree.values.size(); ++i) check_value(*tree.values[i]);

  for (size_t i = 0; i < tree.variables.size(); ++i) {
    const auto& declared = tree.variables[i].declared;
    const Type* type = declared_types[i] ? declared_types[i] : values[i] ? values[i]->type : types().error();
    if (locals[i]) {
      set_type(locals[i], type);
    } else {
      locals[i] = declare(symbols[i], declared.text, type, declared.range);
    }
    if (is_error(type) || (values[i] && is_error(values[i]->type))) continue;
    auto stat = make_stat<ir::VarStat>(tree);
    if (tree.variables.size() > 1) stat->range = declared.range;
    stat->local = locals[i];
    stat->value = std::move(values[i]);
    emit(std::move(stat));
  }
}

void Checker::check_var_unpack(const ast::VarUnpackStat& tree) {
  ir::ExprPtr value = check_value(*tree.value);
  const auto* structure = try_as<StructType>(value->type);
  if (structure) types().complete(structure);
  if (!structure && !is_error(value->type)) {
    error(DiagKind::destructuring_mismatch, stat_range(tree), type_name(value->type));
  }
  ir::Local* whole = structure ? spill(std::move(value)) : nullptr;
  // The regions among the fields become the variables that are declared for them, so that the types of the
  // other fields name these.
  std::map<int, const Symbol*> named;
  std::vector<ir::Local*> locals;
  const bool has_handles = structure && structure->definition && structure->definition->has_handles();
  for (const auto& part : tree.parts) {
    const int field = structure ? structure->find(part.field) : -1;
    if (structure && field < 0) no_field(structure, part.field, stat_range(tree));
    ir::Local* local =
        declare(declared_symbol(part.declared), part.declared.text, nullptr, part.declared.range);
    locals.push_back(local);
    if (has_handles && field >= 0 && is_handle(structure->fields[static_cast<size_t>(field)].type)) {
      named.emplace(field, local->symbol);
    }
  }
  Unpacked parts;
  if (structure && structure->definition) parts = unpack(*structure, named, stat_range(tree));
  for (size_t i = 0; i < tree.parts.size(); ++i) {
    const auto& part = tree.parts[i];
    ir::Local* local = locals[i];
    const int field = structure ? structure->find(part.field) : -1;
    if (field < 0) {
      set_type(local, types().error());
      continue;
    }
    const auto position = static_cast<size_t>(field);
    const Type* type = structure->fields[position].type;
    if (structure->definition) {
      const Symbol* handle = parts.symbols[position];
      type = handle ? handle->type : substitute(types(), type, parts.substitution);
    }
    set_type(local, type);
    if (is_error(type)) continue;
    auto stat = make_stat<ir::VarStat>(tree);
    stat->local = local;
    stat->value = make_field(make_local(whole, part.declared.range), field, type);
    emit(std::move(stat));
  }
}

void Checker::check_assign(const ast::AssignStat& tree) {
  if (assign_fields(tree)) return;
  const SourceRange range = stat_range(tree);
  std::vector<ir::ExprPtr> values;
  if (in_terra() && tree.values.size() < tree.targets.size()) {
    for (const auto& value : tree.values) values.push_back(check_value(*value));
    unpack_last(values, tree.targets.size(), range);
  }
  if (tree.targets.size() != tree.values.size() && tree.targets.size() != values.size()) {
    const size_t targets = tree.targets.size(), values = tree.values.size();
    error(DiagKind::value_count_mismatch, range, targets, values);
    for (const auto& target : tree.targets) check_expr(*target);
    for (const auto& value : tree.values) check_value(*value);
    return;
  }
  auto store = [&](ir::ExprPtr target, ir::ExprPtr value, const ast::Expr& target_tree) {
    if (tree.op) {
      reduce(std::move(target), std::move(value), target_tree, tree);
    } else {
      assign(std::move(target), std::move(value), target_tree, tree);
    }
  };
  if (tree.targets.size() == 1) {
    assigned_name_ = tree.op ? nullptr : tree.targets[0].get();
    ir::ExprPtr target = check_expr(*tree.targets[0]);
    assigned_name_ = nullptr;
    ir::ExprPtr value = check_value(*tree.values[0]);
    store(std::move(target), std::move(value), *tree.targets[0]);
    return;
  }
  // All values are computed before the first is stored; each target is evaluated when it is stored.
  if (values.empty()) {
    for (const auto& value : tree.values) values.push_back(check_value(*value));
  }
  for (ir::ExprPtr& value : values) {
    if (!is_error(value->type) && value->kind != ir::ExprKind::Const && value->kind != ir::ExprKind::Ctor) {
      const SourceRange value_range = value->range;
      value = make_local(temporary(std::move(value)), value_range);
    } else if (value->kind == ir::ExprKind::Ctor) {
      for (ir::ExprPtr& part : ir::as<ir::CtorExpr>(*value).values) {
        const SourceRange part_range = part->range;
        part = make_local(temporary(std::move(part)), part_range);
      }
    }
  }
  for (size_t i = 0; i < tree.targets.size(); ++i) {
    store(check_expr(*tree.targets[i]), std::move(values[i]), *tree.targets[i]);
  }
}

void Checker::hint_constant(Diagnostics::Builder& builder, const ast::Expr& target) {
  const auto* name = ast::try_as<ast::NameExpr>(&target);
  const Value* value = name ? frame_->value_of(target) : nullptr;
  if (value && value->kind == Value::Kind::constant)
    builder.note(DiagKind::hint_lua_constant, range_of(target), name->name.text);
}

void Checker::assign(ir::ExprPtr target, ir::ExprPtr value, const ast::Expr& target_tree,
                     const ast::AssignStat& tree) {
  const SourceRange range = stat_range(tree);
  if (is_error(target->type)) return;
  if (!target->is_lvalue) {
    auto builder = error(DiagKind::write_expected_lvalue, range_of(target_tree), type_name(target->type));
    hint_constant(builder, target_tree);
    return;
  }
  if (const auto* access = ir::root_access(*target)) {
    require_privilege(*access, ir::Privilege::writes, ast::ReductionOp::add, range_of(target_tree));
  }
  if (is_error(value->type)) return;
  if (!can_convert(value->type, target->type)) {
    note_own_type(
        error(DiagKind::assignment_mismatch, range, type_name(target->type), type_name(value->type)), range,
        target->type, value->type);
    return;
  }
  mark_assigned(*target);
  auto stat = make_stat<ir::AssignStat>(tree);
  stat->value = convert(std::move(value), target->type);
  stat->target = std::move(target);
  emit(std::move(stat));
}

void Checker::reduce(ir::ExprPtr target, ir::ExprPtr value, const ast::Expr& target_tree,
                     const ast::AssignStat& tree) {
  const SourceRange range = stat_range(tree);
  const ast::ReductionOp op = *tree.op;
  if (is_error(target->type)) return;
  if (!target->is_lvalue) {
    auto builder = error(DiagKind::reduce_expected_lvalue, range_of(target_tree), type_name(target->type));
    hint_constant(builder, target_tree);
    return;
  }
  if (const auto* access = ir::root_access(*target)) {
    require_privilege(*access, ir::Privilege::reduces, op, range_of(target_tree));
  }
  if (is_error(value->type)) return;
  const bool is_min_max = op == ast::ReductionOp::max || op == ast::ReductionOp::min;

  if (target->type->kind == TypeKind::structure && !is_min_max &&
      reduce_by_metamethod(op, target, value, tree)) {
    return;
  }

  // A pointer variable moves by a number of elements.
  auto* pointer = ir::try_as<ir::LocalExpr>(target.get());
  if (pointer && pointer->type->kind == TypeKind::pointer && !is_min_max) {
    ir::ExprPtr moved = binary(op == ast::ReductionOp::add        ? ast::BinaryOp::add
                               : op == ast::ReductionOp::subtract ? ast::BinaryOp::subtract
                                                                  : ast::BinaryOp::multiply,
                               ir::clone(*target), std::move(value), range);
    if (is_error(moved->type)) return;
    auto stat = make_stat<ir::AssignStat>(tree);
    mark_assigned(*target);
    stat->value = std::move(moved);
    stat->target = std::move(target);
    emit(std::move(stat));
    return;
  }

  const Type* compute_type = nullptr;
  if (is_numeric(target->type) && is_numeric(value->type)) {
    compute_type = meet(target->type, value->type);
  } else if (is_numeric(target->type) && can_convert(value->type, target->type)) {
    compute_type = target->type;
  } else if ((target->type->kind == TypeKind::array || target->type->kind == TypeKind::vector) &&
             !is_min_max && meet(target->type, value->type) == target->type) {
    // Element by element.
    compute_type = target->type;
  } else if (target->type->kind == TypeKind::index && can_convert(value->type, target->type)) {
    compute_type = is_min_max ? type_of_max(as<IndexType>(target->type)) : target->type;
    value = convert(std::move(value), target->type);
  }
  if (!compute_type) {
    mismatch(target->type, value->type, range);
    return;
  }
  mark_assigned(*target);
  auto stat = make_stat<ir::ReduceStat>(tree);
  stat->op = op;
  stat->compute_type = compute_type;
  stat->value = convert(std::move(value), compute_type);
  stat->target = std::move(target);
  emit(std::move(stat));
}

}  // namespace palatine::sema
