// Assignments to several fields of one element: `e.{a, b} = 0`, `e.{a, b} += d.{a, b}`. Earlier versions of
// the language had them.
#include "sema/check/checker.h"

namespace palatine::sema {

static std::vector<ast::FieldPath> paths_of(const std::vector<ast::ProjectionField>& fields) {
  std::vector<ast::FieldPath> paths;
  for (const ast::ProjectionField& field : fields) paths.push_back({field.field, paths_of(field.children)});
  return paths;
}

// The members that a projection of an element names; empty, reported, when that is not possible.
std::vector<ir::ExprPtr> Checker::members(const ast::ProjectionExpr& tree, ir::ExprPtr object) {
  const SourceRange range = range_of(tree);
  std::vector<ir::ExprPtr> result;
  if (is_error(object->type)) return result;
  if (!ir::is_simple(*object)) {
    unsupported("an assignment to several fields of what is computed by a call", range);
    return result;
  }
  bool is_bad = false;
  for (const FieldPathNames& path :
       expand_field_paths(paths_of(tree.fields), *frame_, context_.diags, is_bad)) {
    ir::ExprPtr member = ir::clone(*object);
    for (const std::string& name : path) member = field_of(std::move(member), name, range, range);
    result.push_back(std::move(member));
  }
  has_error_ = has_error_ || is_bad;
  return result;
}

bool Checker::assign_fields(const ast::AssignStat& tree) {
  if (tree.targets.size() != 1 || tree.values.size() != 1) return false;
  const auto* projection = ast::try_as<ast::ProjectionExpr>(tree.targets[0].get());
  if (!projection) return false;
  ir::ExprPtr object = check_expr(*projection->object);
  if (object->type->kind == TypeKind::region) {
    error(DiagKind::write_expected_lvalue, range_of(*projection), type_name(object->type));
    return true;
  }
  std::vector<ir::ExprPtr> targets = members(*projection, std::move(object));
  const ast::Expr& value_tree = *tree.values[0];
  std::vector<ir::ExprPtr> values;
  if (const auto* source = ast::try_as<ast::ProjectionExpr>(&value_tree)) {
    // All are read before the first is stored.
    for (ir::ExprPtr& member : members(*source, check_expr(*source->object))) {
      const SourceRange range = member->range;
      values.push_back(is_error(member->type) ? std::move(member)
                                              : make_local(temporary(read(std::move(member))), range));
    }
    if (values.size() != targets.size() && !targets.empty() && !values.empty())
      error(DiagKind::value_count_mismatch, stat_range(tree), targets.size(), values.size());
  } else {
    ir::ExprPtr value = check_value(value_tree);
    if (!is_error(value->type) && !ir::is_simple(*value))
      value = make_local(temporary(std::move(value)), range_of(value_tree));
    for (size_t i = 0; i < targets.size(); ++i) {
      values.push_back(is_error(value->type) ? make_error(value->range) : ir::clone(*value));
    }
  }
  for (size_t i = 0; i < targets.size() && i < values.size(); ++i) {
    if (tree.op) {
      reduce(std::move(targets[i]), std::move(values[i]), *tree.targets[0], tree);
    } else {
      assign(std::move(targets[i]), std::move(values[i]), *tree.targets[0], tree);
    }
  }
  return true;
}

}  // namespace palatine::sema
