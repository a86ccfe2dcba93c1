// Handles of the C API for what the language names: `__raw`, `__fields`, `__physical`, `__context`,
// `__runtime`. Language reference, 5.6.
#include <algorithm>

#include "sema/check/checker.h"

namespace palatine::sema {

const Type* Checker::legion_type(const std::string& name, SourceRange range) {
  const Type* type = context_.legion_type ? context_.legion_type(name) : nullptr;
  if (type) return type;
  error(DiagKind::not_supported, range, name);
  return types().error();
}

ir::ExprPtr Checker::runtime_handle(ir::RuntimeFunction function, const std::string& type,
                                    SourceRange range) {
  const Type* handle = legion_type(type, range);
  if (is_error(handle)) return make_error(range);
  auto node = make<ir::RuntimeCallExpr>(handle, range);
  node->function = function;
  return node;
}

// `__future(T, f)`: the result behind a handle of the C API.
ir::ExprPtr Checker::check_raw_future(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const auto* type_operand = find_operand(tree, ast::BuiltinOperand::Kind::type);
  const auto operands = expr_operands(tree);
  if (!type_operand || operands.empty()) return make_error(range);
  const Type* type = escaped_type(type_operand->type, type_operand->range);
  ir::ExprPtr handle = check_value(*operands[0]);
  if (is_error(type) || is_error(handle->type)) return make_error(range);
  if (!layout_of(type)) return argument_mismatch(1, "a type of plain values", type, range);
  const auto* structure = try_as<StructType>(handle->type);
  if (!structure || structure->origin != StructOrigin::c || structure->name != "legion_future_t")
    return argument_mismatch(2, "legion_future_t", handle->type, range);
  auto node = make_form(ir::Form::raw_future, type, range);
  node->operands.push_back(std::move(handle));
  return node;
}

ir::ExprPtr Checker::check_raw(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const auto operands = expr_operands(tree);
  if (operands.empty()) return make_error(range);
  ir::ExprPtr value = check_value(*operands[0]);
  std::string handle;
  switch (value->type->kind) {
    case TypeKind::error:
      return value;
    case TypeKind::ispace:
      handle = "legion_index_space_t";
      break;
    case TypeKind::region:
      handle = "legion_logical_region_t";
      break;
    case TypeKind::partition:
      handle = "legion_logical_partition_t";
      break;
    case TypeKind::cross_product:
      handle = "legion_terra_index_cross_product_t";
      break;
    case TypeKind::bounded: {
      // The index that the pointer holds.
      const IndexType* index = as<BoundedType>(value->type).index;
      if (index->dim != 0) return convert(std::move(value), index, true);
      const Type* type = legion_type("legion_ptr_t", range);
      if (is_error(type)) return make_error(range);
      auto node = make_form(ir::Form::raw, type, range);
      node->operands.push_back(convert(std::move(value), index, true));
      return node;
    }
    default:
      error(DiagKind::raw_expected_handle, range, type_name(value->type));
      return make_error(range);
  }
  const Type* type = legion_type(handle, range);
  if (is_error(type)) return make_error(range);
  auto node = make_form(ir::Form::raw, type, range);
  node->operands.push_back(std::move(value));
  return node;
}

Checker::NamedLeaves Checker::named_leaves(const ast::BuiltinExpr& tree) {
  const auto* target = find_operand(tree, ast::BuiltinOperand::Kind::region_root);
  if (!target || !target->root.region) return {};
  ir::ExprPtr region = check_value(*target->root.region);
  const auto paths = listed_paths(target->root.fields, target->root.has_fields);
  if (is_error(region->type)) return {};
  const auto* type = try_as<RegionType>(region->type);
  if (!type) {
    error(DiagKind::type_mismatch, target->root.range, "a region", type_name(region->type));
    return {};
  }
  NamedLeaves result;
  ir::Local* local = handle_local(std::move(region));
  const std::string name = local->symbol ? local->symbol->name : local->name;
  const auto all = flatten_fields(type->fspace);
  const bool is_inline =
      task_ && inline_depth_ == 0 &&
      ir::has_annotation(task_->annotations, ast::AnnotationLevel::demand, ast::AnnotationOption::inline_);
  bool is_bad = false;
  for (const FieldPathNames& path : paths) {
    size_t missing = 0;
    if (!type_at_path(type->fspace, path, types(), missing)) {
      error(DiagKind::no_field_in_region, target->root.range, path[missing], "$" + name);
      is_bad = true;
      continue;
    }
    for (size_t i = 0; i < all.size(); ++i) {
      const auto& leaf = all[i].path;
      if (leaf.size() < path.size() || !std::equal(path.begin(), path.end(), leaf.begin())) continue;
      if (is_inline && leaf.size() != path.size()) {
        error(DiagKind::inline_fields, range_of(tree), ast::builtin_form_keyword(tree.form));
        return {};
      }
      const bool reads = privileges_.can_read(type, leaf);
      const bool writes = privileges_.can_write(type, leaf);
      const bool reduces = std::ranges::any_of(
          ast::kReductionOps, [&](ast::ReductionOp op) { return privileges_.can_reduce(type, leaf, op); });
      if (!reads && !writes && !reduces) {
        const std::string field = name + (leaf.empty() ? "" : "." + field_path_name(leaf));
        error(DiagKind::no_privilege_on, range_of(tree), field);
        is_bad = true;
        break;
      }
      result.leaves.push_back(static_cast<int>(i));
      // A pointer into one of several regions is two fields to C: the index, and the place of the region.
      const auto* pointer = try_as<BoundedType>(all[i].type);
      result.handle_count += pointer && pointer->bounds.size() > 1 ? 2 : 1;
      result.writes.push_back(writes || reduces);
    }
  }
  if (!is_bad) result.region = local;
  return result;
}

ir::ExprPtr Checker::check_fields(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  NamedLeaves named = named_leaves(tree);
  const Type* id = legion_type("legion_field_id_t", range);
  if (!named.region || is_error(id)) return make_error(range);
  auto node = make_form(ir::Form::fields, types().array(id, named.handle_count), range);
  node->operands.push_back(make_local(named.region, range));
  node->numbers = std::move(named.leaves);
  return node;
}

ir::ExprPtr Checker::check_physical(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  NamedLeaves named = named_leaves(tree);
  const Type* handle = legion_type("legion_physical_region_t", range);
  if (!named.region || is_error(handle)) return make_error(range);
  auto node = make<ir::PhysicalExpr>(types().array(handle, named.handle_count), range);
  node->region = named.region;
  node->leaves = std::move(named.leaves);
  node->writes = std::move(named.writes);
  return node;
}

}  // namespace palatine::sema
