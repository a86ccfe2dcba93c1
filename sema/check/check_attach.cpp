// `attach(hdf5, r.F, file, mode [, names])` and `detach(hdf5, r.F)`.
#include "sema/check/checker.h"

namespace palatine::sema {

// What a new dataset of this field has in one element.
static ir::FileElement element_of(const Type* type) {
  if (const auto* array = try_as<ArrayType>(type)) {
    ir::FileElement element = element_of(array->element);
    if (element.kind != 'o') element.count *= static_cast<uint32_t>(array->count);
    return element;
  }
  if (const auto* integer = try_as<IntegerType>(type)) return {integer->is_signed ? 'i' : 'u', 1};
  if (type->kind == TypeKind::floating) return {'f', 1};
  if (type->kind == TypeKind::boolean) return {'u', 1};
  return {'o', 1};
}

ir::ExprPtr Checker::check_attach(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const bool attaches = tree.form == ast::BuiltinForm::Attach;
  const auto* target = find_operand(tree, ast::BuiltinOperand::Kind::region_root);
  if (!target || !target->root.region) return make_error(range);
  ir::ExprPtr region = check_value(*target->root.region);
  std::vector<ir::ExprPtr> operands;
  for (const ast::Expr* operand : expr_operands(tree)) operands.push_back(check_value(*operand));
  if (is_error(region->type)) return region;
  const auto* type = try_as<RegionType>(region->type);
  if (!type) {
    error(DiagKind::type_mismatch, range, "a region", type_name(region->type));
    return make_error(range);
  }

  // File, mode and names of the datasets.
  const Type* expected[] = {types().rawstring(), types().integer(32, false),
                            types().pointer(types().rawstring())};
  for (size_t i = 0; i < operands.size(); ++i) {
    if (is_error(operands[i]->type)) return make_error(range);
    const auto* array = try_as<ArrayType>(operands[i]->type);
    if (i == 2 && array && same_type(array->element, types().rawstring())) continue;
    if (!can_convert(operands[i]->type, expected[i]))
      return argument_mismatch(static_cast<int>(i) + 2, type_name(expected[i]), operands[i]->type, range);
    operands[i] = convert(std::move(operands[i]), expected[i]);
  }

  ir::Local* local = handle_local(std::move(region));
  const std::string name = local->symbol ? symbol_name(*local->symbol) : handle_name(type);
  auto node = make<ir::HandleOpExpr>(types().unit(), range);
  node->op = attaches ? ir::HandleOp::attach_hdf5 : ir::HandleOp::detach_hdf5;
  // The reference compiler asks for both privileges in both forms.
  if (!check_exclusive_fields(*type, target->root, name, "attach", "detach", range, node->leaves))
    return make_error(range);
  const auto leaves = flatten_fields(type->fspace);
  for (int leaf : node->leaves) node->elements.push_back(element_of(leaves[static_cast<size_t>(leaf)].type));
  node->operands.push_back(make_local(local, range));
  for (ir::ExprPtr& operand : operands) node->operands.push_back(std::move(operand));
  return node;
}

}  // namespace palatine::sema
