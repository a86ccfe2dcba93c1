// Calls of tasks: arguments, privileges and constraints that the callee asks for.
#include "sema/check/call_mapping.h"
#include "sema/check/checker.h"

namespace palatine::sema {

// Types that are printed alike mention variables of one name.
static void note_namesake(Diagnostics::Builder builder, const Type* expected, const Type* got) {
  const auto symbols = [](const Type* type) -> std::vector<const Symbol*> {
    if (const auto* structure = try_as<StructType>(type)) return structure->args;
    if (const auto* bounded = try_as<BoundedType>(type)) return bounded->bounds;
    return {};
  };
  const auto wanted = symbols(expected), had = symbols(got);
  for (size_t k = 0; k < wanted.size() && k < had.size(); ++k) {
    if (wanted[k] == had[k] || wanted[k]->name.empty() || wanted[k]->name != had[k]->name) continue;
    builder.note(DiagKind::note_namesake, wanted[k]->range, symbol_name(*wanted[k]));
    return;
  }
}

bool Checker::check_arity(size_t expected, size_t got, const ir::Function* callee, SourceRange range) {
  if (expected == got) return true;
  auto builder = error(DiagKind::wrong_argument_count, range, expected, got);
  if (callee) builder.note(DiagKind::note_declared_here, callee->range, callee->name);
  return false;
}

ir::ExprPtr Checker::task_argument(ir::Task& callee, size_t index, ir::ExprPtr arg, CallMapping& mapping,
                                   SourceRange range) {
  const ir::Local* param = callee.params[index];
  if (!param->type || is_error(param->type)) has_error_ = true;
  if (is_error(arg->type) || !param->type || is_error(param->type)) return make_error(range);
  const size_t number = index + 1;
  if (is_handle(param->type) || is_region_list(param->type)) {
    const Symbol* symbol = nullptr;
    if (const auto* local = ir::try_as<ir::LocalExpr>(arg.get())) symbol = local->local->symbol;
    if (!symbol) symbol = handle_symbol(arg->type);
    // A handle made by the argument itself has no name yet, but the callee's types may mention it.
    if (!symbol && is_handle(arg->type)) symbol = types().new_symbol("", arg->type, arg->range);
    if (mapping.match(param->type, arg->type, symbol, param->symbol)) {
      const auto* region = try_as<RegionType>(param->type);
      if (!region) return arg;
      // The callee knows fields by their place.
      return with_element(std::move(arg), mapping.substitute(region->fspace), true);
    }

    const auto& structural = mapping.structural();
    using Problem = CallMapping::FieldProblem;
    auto report = [&]() -> Diagnostics::Builder {
      switch (structural.problem) {
        case Problem::count: {
          const size_t got = as<StructType>(structural.got).fields.size();
          const size_t expected = as<StructType>(structural.expected).fields.size();
          return error(DiagKind::field_count_mismatch, range, type_name(structural.got), got,
                       type_name(structural.expected), expected);
        }
        case Problem::missing:
          return error(DiagKind::field_does_not_exist, range, structural.field, type_name(structural.got));
        case Problem::type:
          return error(DiagKind::field_type_mismatch, range, type_name(structural.expected), structural.field,
                       type_name(structural.got));
        case Problem::none:
          break;
      }
      return error(DiagKind::argument_mismatch, range, number, type_name(mapping.substitute(param->type)),
                   type_name(arg->type));
    };
    const auto* region = try_as<RegionType>(param->type);
    note_namesake(report().note(DiagKind::note_parameter, param->range, param->name, callee.name),
                  region ? mapping.substitute(region->fspace) : mapping.substitute(param->type),
                  region && try_as<RegionType>(arg->type) ? as<RegionType>(arg->type).fspace : arg->type);
    return make_error(range);
  }
  const Type* expected = mapping.substitute(param->type);
  if (!can_convert(arg->type, expected)) {
    note_namesake(error(DiagKind::argument_mismatch, range, number, type_name(expected), type_name(arg->type))
                      .note(DiagKind::note_parameter, param->range, param->name, callee.name),
                  expected, arg->type);
    return make_error(range);
  }
  return convert(std::move(arg), expected);
}

void Checker::check_call_privileges(const ir::Task& callee, const CallMapping& mapping, SourceRange range) {
  for (const ir::PrivilegeDecl& decl : callee.privileges) {
    const Type* region = mapping.argument_type(decl.region->type);
    if (!region || privileges_.allows(region, decl.path, decl.privilege, decl.op)) continue;
    size_t number = 0;
    while (number < callee.params.size() && callee.params[number] != decl.region) ++number;
    ++number;
    auto builder = error(DiagKind::invalid_privileges_in_argument, range, number,
                         privilege_name(decl.privilege, decl.op, handle_name(region), decl.path));
    builder.note(DiagKind::note_declared_privilege, decl.range, callee.name,
                 privilege_name(decl.privilege, decl.op, decl.region->name, decl.path));
    note_privileges(builder, region, decl.path);
  }
}

void Checker::check_call_constraints(const ir::Task& callee, const CallMapping& mapping, SourceRange range) {
  for (const ir::Constraint& constraint : callee.constraints) {
    const Type* lhs = mapping.argument_type(constraint.lhs->type);
    const Type* rhs = mapping.argument_type(constraint.rhs->type);
    if (!lhs || !rhs) continue;
    const bool is_subregion = constraint.kind == ir::Constraint::Kind::subregion;
    const bool holds =
        is_subregion ? constraints_.is_subregion(lhs, rhs) : constraints_.are_disjoint(lhs, rhs);
    if (holds) continue;
    error(DiagKind::missing_constraint, range, "call", handle_name(lhs), is_subregion ? "<=" : "*",
          handle_name(rhs))
        .note(DiagKind::note_constraint, constraint.range, callee.name);
  }
}

const Type* Checker::new_handle_type(const Type* type, SourceRange range) {
  if (const auto* ispace = try_as<IspaceType>(type)) return types().new_ispace(ispace->index);
  if (const auto* partition = try_as<PartitionType>(type)) {
    const Type* result = types().new_partition(partition->disjoint, partition->parent, partition->colors);
    if (partition->parent->type) constraints_.add_subregion(result, partition->parent->type);
    return result;
  }
  if (is_region_list(type)) {
    const Type* result = types().new_region_list(type, 0, range);
    privileges_.grant_all(result, range);
    known_regions_.push_back(result);
    return result;
  }
  const auto* region = try_as<RegionType>(type);
  if (!region) return type;
  const Symbol* ispace = types().new_symbol("", types().new_ispace(region->index()), range);
  const Type* result = types().new_region(ispace, region->fspace);
  // Who made it is gone: the caller owns it now.
  privileges_.grant_all(result, range);
  known_regions_.push_back(result);
  return result;
}

ir::ExprPtr Checker::call_task(ir::Task& callee, const ast::CallExpr& tree) {
  const SourceRange range = range_of(tree);
  auto args = check_args(tree.args);
  if (!task_) {
    error(DiagKind::task_call_in_terra, range, callee.name);
    return make_error(range);
  }
  if (!check_arity(callee.params.size(), args.size(), &callee, range)) return make_error(range);

  CallMapping mapping(types());
  auto node = make<ir::TaskCallExpr>(types().error(), range);
  bool is_bad = false;
  for (size_t i = 0; i < args.size(); ++i) {
    ir::ExprPtr arg = task_argument(callee, i, std::move(args[i]), mapping, range);
    if (is_error(arg->type)) is_bad = true;
    node->args.push_back(std::move(arg));
  }
  if (is_bad) return make_error(range);
  check_call_privileges(callee, mapping, range);
  check_call_constraints(callee, mapping, range);

  if (&callee == task_ &&
      ir::has_annotation(callee.annotations, ast::AnnotationLevel::demand, ast::AnnotationOption::inline_)) {
    error(DiagKind::inline_recursive, callee.range);
    return make_error(range);
  }
  const Type* result = result_of(callee);
  if (is_error(result)) return make_error(range);
  if (const InlineBody* body = inline_body(callee, tree.annotations, range)) {
    return inline_call(callee, *body, std::move(node->args), mapping, range);
  }
  if (callee.waits_for_passes && context_.on_launch) context_.on_launch(callee);
  node->type = mapping.substitute(result);
  // What runs in an epoch is not known before it ends.
  if (epoch_depth_ > 0) node->type = types().unit();
  if (is_handle(node->type) || is_region_list(node->type)) node->type = new_handle_type(node->type, range);
  node->callee = &callee;
  check_conditions(tree.conditions, node->awaits, node->arrives);
  node->annotations = tree.annotations;
  return node;
}

}  // namespace palatine::sema
