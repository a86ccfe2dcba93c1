// Scratch fields: `allocate_scratch_fields(r.F)`, `with_scratch_fields(r.F, ids)`. Language reference, 5.6.
#include <algorithm>

#include "sema/check/checker.h"

namespace palatine::sema {

ir::ExprPtr Checker::check_scratch_fields(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const auto* target = find_operand(tree, ast::BuiltinOperand::Kind::region_root);
  if (!target || !target->root.region) return make_error(range);
  ir::ExprPtr region = check_value(*target->root.region);
  const auto paths = listed_paths(target->root.fields, target->root.has_fields);
  const bool is_use = tree.form == ast::BuiltinForm::WithScratchFields;
  const auto operands = expr_operands(tree);
  if (is_use && operands.empty()) return make_error(range);
  ir::ExprPtr numbers = is_use ? check_value(*operands[0]) : nullptr;
  const Type* id = legion_type("legion_field_id_t", range);
  if (is_error(region->type) || is_error(id) || (numbers && is_error(numbers->type)))
    return make_error(range);
  const RegionType* type = region_in(region->type);
  if (!type) {
    error(DiagKind::type_mismatch, target->root.range, "a region", type_name(region->type));
    return make_error(range);
  }

  const auto* use = ir::try_as<ir::LocalExpr>(region.get());
  const std::string name =
      use && use->local->symbol ? symbol_name(*use->local->symbol) : handle_name(region->type);
  auto node = make<ir::HandleOpExpr>(types().error(), range);
  node->op = is_use ? ir::HandleOp::with_scratch_fields : ir::HandleOp::scratch_fields;
  const auto all = flatten_fields(type->fspace);
  for (const FieldPathNames& path : paths) {
    size_t missing = 0;
    if (!type_at_path(type->fspace, path, types(), missing)) {
      error(DiagKind::no_field_in_region, target->root.range, path[missing], name);
      return make_error(range);
    }
    for (size_t k = 0; k < all.size(); ++k) {
      const auto& leaf = all[k].path;
      if (leaf.size() >= path.size() && std::equal(path.begin(), path.end(), leaf.begin()))
        node->leaves.push_back(static_cast<int>(k));
    }
  }
  const Type* ids = types().array(id, node->leaves.size());
  if (!is_use) {
    node->type = ids;
    node->operands.push_back(std::move(region));
    return node;
  }
  if (numbers->type != ids) return argument_mismatch(2, type_name(ids), numbers->type, range);

  // Other data at the points of the region: neither inside it nor known to be apart from it.
  const Type* result = types().new_region(type->ispace, type->fspace);
  if (region->type->kind == TypeKind::list) result = types().new_region_list(region->type, 0, range);
  privileges_.add_like(result, region->type);
  known_regions_.push_back(result);
  node->type = result;
  node->operands.push_back(std::move(region));
  node->operands.push_back(std::move(numbers));
  return node;
}

}  // namespace palatine::sema
