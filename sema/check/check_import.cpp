// What the C API made becomes known to the language: `__import_ispace` and its kin; `acquire`, `release`.
// Language reference, 5.6, 9.7.
#include <fmt/format.h>

#include "sema/check/checker.h"

namespace palatine::sema {

namespace {

// What messages call the handle: its variable, else its type.
std::string handle_text(const ir::Expr& value) {
  const auto* local = ir::try_as<ir::LocalExpr>(&value);
  return local && local->local->symbol ? symbol_name(*local->local->symbol) : type_name(value.type);
}

}  // namespace

ir::ExprPtr Checker::raw_handle(const ast::Expr& tree, const char* type_of_handle, int number,
                                const std::string& what, SourceRange range) {
  ir::ExprPtr value = check_value(tree);
  const Type* expected = legion_type(type_of_handle, range);
  if (is_error(expected) || is_error(value->type)) return make_error(range);
  if (!same_type(value->type, expected)) return argument_mismatch(number, what, value->type, range);
  return value;
}

ir::ExprPtr Checker::check_import_ispace(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const auto* operand = find_operand(tree, ast::BuiltinOperand::Kind::type);
  const auto operands = expr_operands(tree);
  if (!operand || operands.empty()) return make_error(range);
  const Type* type = escaped_type(operand->type, operand->range);
  ir::ExprPtr raw =
      raw_handle(*operands[0], "legion_index_space_t", 2, "an index space handle", range_of(*operands[0]));
  const auto* index = try_as<IndexType>(type);
  if (!index) return argument_mismatch(1, "index type", type, range);
  if (is_error(raw->type)) return raw;
  auto node = make<ir::HandleOpExpr>(types().new_ispace(index), range);
  node->op = ir::HandleOp::import_ispace;
  node->names = {handle_text(*raw)};
  node->operands.push_back(std::move(raw));
  return node;
}

ir::ExprPtr Checker::check_import_region(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const auto* operand = find_operand(tree, ast::BuiltinOperand::Kind::type);
  const auto operands = expr_operands(tree);
  if (!operand || operands.size() < 3) return make_error(range);
  ir::ExprPtr ispace = check_value(*operands[0]);
  const Value& written = frame_->escapes.at(operand->type.index);
  if (written.kind == Value::Kind::symbol) {
    error(DiagKind::argument_mismatch, range, 2, "field space", symbol_name(*written.symbol()));
    return make_error(range);
  }
  const Type* element = escaped_type(operand->type, operand->range);
  ir::ExprPtr raw = raw_handle(*operands[1], "legion_logical_region_t", 3, "a logical region handle",
                               range_of(*operands[1]));
  ir::ExprPtr ids = check_value(*operands[2]);
  const Type* id = legion_type("legion_field_id_t", range);
  if (is_error(element) || is_error(ispace->type) || is_error(id)) return make_error(range);
  if (ispace->type->kind != TypeKind::ispace) {
    return argument_mismatch(1, "index space", ispace->type, range_of(*operands[0]));
  }
  if (is_error(raw->type) || is_error(ids->type)) return make_error(range);
  if (is_handle(element) || element->kind == TypeKind::unit || element->kind == TypeKind::opaque) {
    return unsupported("a region of " + type_name(element), operand->range);
  }
  if (const auto* structure = try_as<StructType>(element)) types().complete(structure);
  const size_t count = flatten_fields(element).size();
  const auto* array = try_as<ArrayType>(ids->type);
  if (!array || array->count != count || !same_type(array->element, id)) {
    return argument_mismatch(4, fmt::format("{}[{}]", type_name(id), count), ids->type,
                             range_of(*operands[2]));
  }
  const RegionType* region = types().new_region(symbol_of(*ispace), element);
  privileges_.grant_all(region, range);
  for (const Type* known : known_regions_) constraints_.add_disjoint(region, known);
  known_regions_.push_back(region);
  auto node = make<ir::HandleOpExpr>(region, range);
  node->op = ir::HandleOp::import_region;
  node->names = {handle_text(*ispace), handle_text(*raw)};
  node->operands.push_back(std::move(ispace));
  node->operands.push_back(std::move(raw));
  node->operands.push_back(std::move(ids));
  return node;
}

ir::ExprPtr Checker::check_import_partition(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const auto operands = expr_operands(tree);
  const auto* claim = find_operand(tree, ast::BuiltinOperand::Kind::word);
  if (operands.size() < 3 || !claim) return make_error(range);
  ir::ExprPtr region = check_value(*operands[0]);
  ir::ExprPtr colors = check_value(*operands[1]);
  ir::ExprPtr raw = raw_handle(*operands[2], "legion_logical_partition_t", 4, "a logical partition handle",
                               range_of(*operands[2]));
  if (is_error(region->type) || is_error(colors->type)) return make_error(range);
  if (region->type->kind != TypeKind::region) {
    return argument_mismatch(2, "region", region->type, range_of(*operands[0]));
  }
  if (colors->type->kind != TypeKind::ispace) {
    return argument_mismatch(3, "ispace", colors->type, range_of(*operands[1]));
  }
  if (is_error(raw->type)) return raw;
  const bool disjoint = claim->word == "disjoint";
  const Type* type = types().new_partition(disjoint, symbol_of(*region), symbol_of(*colors));
  constraints_.add_subregion(type, region->type);
  auto node = make<ir::HandleOpExpr>(type, range);
  node->op = ir::HandleOp::import_partition;
  node->disjoint = disjoint ? ir::PartitionClaim::yes : ir::PartitionClaim::none;
  node->names = {handle_text(*region), handle_text(*raw)};
  node->operands.push_back(std::move(region));
  node->operands.push_back(std::move(colors));
  node->operands.push_back(std::move(raw));
  return node;
}

// `__import_cross_product(p, q, ..., colors, handle)`: the product of the partitions; that the handle names
// the same one is checked when the program runs.
ir::ExprPtr Checker::check_import_cross_product(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  std::vector<ir::ExprPtr> values;
  for (const ast::Expr* operand : expr_operands(tree)) {
    const Value* list = frame_->value_of(*operand);
    if (list && list->kind == Value::Kind::list) {
      for (const Value& entry : list->list()) values.push_back(read(value_of_lua(entry, "", range)));
    } else {
      values.push_back(check_value(*operand));
    }
    if (is_error(values.back()->type)) return make_error(range);
  }
  // Two partitions, colors, handle; the parser sees to three operands.
  if (values.size() < 4) return unsupported("a cross product of one partition", range);
  const size_t count = values.size() - 2;
  const Type* color = legion_type("legion_color_t", range);
  const Type* handle = legion_type("legion_terra_index_cross_product_t", range);
  if (is_error(color) || is_error(handle)) return make_error(range);
  std::vector<const Symbol*> symbols;
  for (size_t i = 0; i < count; ++i) {
    const Type* type = values[i]->type;
    if (type->kind != TypeKind::partition) {
      return argument_mismatch(static_cast<int>(i) + 1, "a partition", type, values[i]->range);
    }
    symbols.push_back(symbol_of(*values[i]));
  }
  const auto* array = try_as<ArrayType>(values[count]->type);
  if (!array || array->count != count || !same_type(array->element, color)) {
    return argument_mismatch(static_cast<int>(count) + 1, fmt::format("{}[{}]", type_name(color), count),
                             values[count]->type, values[count]->range);
  }
  if (!same_type(values.back()->type, handle)) {
    return argument_mismatch(static_cast<int>(count) + 2, "a logical cross product handle",
                             values.back()->type, values.back()->range);
  }
  auto node = make<ir::HandleOpExpr>(types().new_cross_product(std::move(symbols)), range);
  node->op = ir::HandleOp::import_cross_product;
  for (size_t i = 0; i < count; ++i) node->operands.push_back(std::move(values[i]));
  node->operands.push_back(std::move(values.back()));
  return node;
}

bool Checker::check_exclusive_fields(const RegionType& type, const ast::RegionRoot& root,
                                     const std::string& name, const char* reading_form,
                                     const char* writing_form, SourceRange range, std::vector<int>& numbers) {
  const auto leaves = flatten_fields(type.fspace);
  bool is_good = true;
  for (const FieldPathNames& path : listed_paths(root.fields, root.has_fields)) {
    size_t missing = 0;
    if (!type_at_path(type.fspace, path, types(), missing)) {
      error(DiagKind::no_field_in_region, root.range, path[missing], name);
      return false;
    }
    for (ir::Privilege privilege : {ir::Privilege::reads, ir::Privilege::writes}) {
      if (privileges_.allows(&type, path, privilege, ast::ReductionOp::add)) continue;
      const char* form = privilege == ir::Privilege::reads ? reading_form : writing_form;
      auto builder = error(DiagKind::invalid_privileges_in_form, range, form,
                           privilege_name(privilege, ast::ReductionOp::add, name, path));
      note_privileges(builder, &type, path);
      is_good = false;
    }
    for (size_t i = 0; i < leaves.size(); ++i) {
      const auto& leaf = leaves[i].path;
      if (leaf.size() >= path.size() && std::equal(path.begin(), path.end(), leaf.begin()))
        numbers.push_back(static_cast<int>(i));
    }
  }
  return is_good;
}

// `acquire(r.F)`, `release(r.F)`: tasks of an epoch take turns. There is one copy of the data, so what is
// left of them is their order among the operations on these fields, and their barriers.
ir::ExprPtr Checker::check_acquire(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const auto* target = find_operand(tree, ast::BuiltinOperand::Kind::region_root);
  if (!target || !target->root.region) return make_error(range);
  const char* form = tree.form == ast::BuiltinForm::Acquire ? "acquire" : "release";
  ir::ExprPtr region = check_value(*target->root.region);
  if (is_error(region->type)) return region;
  const auto* type = try_as<RegionType>(region->type);
  if (!type) {
    error(DiagKind::type_mismatch, target->root.range, "a region", type_name(region->type));
    return make_error(range);
  }
  ir::Local* local = handle_local(std::move(region));
  const std::string name = local->symbol ? symbol_name(*local->symbol) : handle_name(type);
  auto node = make<ir::HandleOpExpr>(types().unit(), range);
  node->op = tree.form == ast::BuiltinForm::Acquire ? ir::HandleOp::acquire : ir::HandleOp::release;
  if (!check_exclusive_fields(*type, target->root, name, form, form, range, node->leaves))
    return make_error(range);
  node->operands.push_back(make_local(local, range));
  std::vector<ir::ExprPtr> awaits, arrives;
  check_conditions(tree.conditions, awaits, arrives);
  node->await_count = awaits.size();
  for (ir::ExprPtr& barrier : awaits) node->operands.push_back(std::move(barrier));
  for (ir::ExprPtr& barrier : arrives) node->operands.push_back(std::move(barrier));
  return node;
}

}  // namespace palatine::sema
