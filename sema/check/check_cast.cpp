// Casts of pointers into regions and of partitions, and their null values. Language reference, 3.6.
#include <algorithm>

#include "sema/check/checker.h"

namespace palatine::sema {

std::unique_ptr<ir::FormExpr> Checker::make_form(ir::Form form, const Type* type, SourceRange range) const {
  auto node = make<ir::FormExpr>(type, range);
  node->form = form;
  return node;
}

bool Checker::cast_operands(const ast::BuiltinExpr& tree, const Type*& type, ir::ExprPtr& value) {
  const auto* operand = find_operand(tree, ast::BuiltinOperand::Kind::type);
  const auto operands = expr_operands(tree);
  if (!operand || operands.empty()) return false;
  type = escaped_type(operand->type, operand->range);
  value = check_value(*operands[0]);
  return !is_error(type) && !is_error(value->type);
}

ir::ExprPtr Checker::contains(ir::ExprPtr domain, ir::ExprPtr index, SourceRange range) {
  auto node = make_form(ir::Form::contains, types().boolean(), range);
  node->operands.push_back(std::move(domain));
  node->operands.push_back(std::move(index));
  return node;
}

ir::ExprPtr Checker::check_dynamic_cast(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const Type* type = nullptr;
  ir::ExprPtr value;
  if (!cast_operands(tree, type, value)) return make_error(range);
  if (type->kind == TypeKind::partition)
    return dynamic_cast_partition(as<PartitionType>(type), std::move(value), range);
  const auto* to = try_as<BoundedType>(type);
  if (!to) {
    error(DiagKind::dynamic_cast_requires, range, type_name(type));
    return make_error(range);
  }
  if (!check_bounds(*to, range)) return make_error(range);
  const Type* from = value->type;
  if (const auto* bounded = try_as<BoundedType>(from); bounded && to->element && bounded->element) {
    if (!same_type(bounded->element, to->element)) {
      error(DiagKind::dynamic_cast_pointer, range, type_name(to->element), type_name(bounded->element));
      return make_error(range);
    }
  }
  if (!can_convert(from, to->index)) {
    error(DiagKind::type_mismatch_in_dynamic_cast, range, type_name(to->index), type_name(from));
    return make_error(range);
  }
  const auto bounds = bound_locals(*to, range);
  if (!bounds) return make_error(range);
  auto node = make_form(ir::Form::dynamic_cast_, to, range);
  node->operands.push_back(convert(std::move(value), to->index));
  for (ir::Local* bound : *bounds) node->operands.push_back(make_local(bound, range));
  return node;
}

ir::ExprPtr Checker::check_static_cast(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const Type* type = nullptr;
  ir::ExprPtr value;
  if (!cast_operands(tree, type, value)) return make_error(range);
  if (const auto* partition = try_as<PartitionType>(type)) {
    return static_cast_partition(*partition, std::move(value), range);
  }
  const auto* to = try_as<BoundedType>(type);
  if (!to) {
    error(DiagKind::static_cast_requires, range, type_name(type));
    return make_error(range);
  }
  const auto* from = try_as<BoundedType>(value->type);
  if (!from) {
    error(DiagKind::static_cast_argument, range, "ptr", type_name(value->type));
    return make_error(range);
  }
  const bool same_elements =
      from->element && to->element ? same_type(from->element, to->element) : from->element == to->element;
  if (!same_elements || from->index != to->index) {
    error(DiagKind::static_cast_pointers, range, type_name(to), type_name(from));
    return make_error(range);
  }
  if (!check_bounds(*to, range) || !check_bounds(*from, range)) return make_error(range);
  auto node = make_form(ir::Form::static_cast_, to, range);
  for (const Symbol* lower : from->bounds) {
    int place = -1;
    for (size_t i = 0; i < to->bounds.size() && place < 0; ++i) {
      const Symbol* upper = to->bounds[i];
      const bool holds = lower == upper || lower == types().wild() || upper == types().wild() ||
                         (lower->type && upper->type && constraints_.is_subregion(lower->type, upper->type));
      if (holds) place = static_cast<int>(i);
    }
    node->numbers.push_back(place);
  }
  node->operands.push_back(std::move(value));
  return node;
}

bool Checker::recast_partition(const PartitionType& to, const PartitionType& from, SourceRange range) {
  if (to.color_index() != from.color_index()) {
    error(DiagKind::static_cast_colors, range, type_name(to.colors->type), type_name(from.colors->type));
    return false;
  }
  if (!constraints_.is_subregion(from.parent->type, to.parent->type)) {
    error(DiagKind::static_cast_parent, range, handle_name(from.parent->type), handle_name(to.parent->type));
    return false;
  }
  constraints_.add_subregion(&to, to.parent->type);
  return true;
}

// The same partition under a type that may say more; what it says is checked when the program runs.
ir::ExprPtr Checker::dynamic_cast_partition(const PartitionType& to, ir::ExprPtr value, SourceRange range) {
  const auto* from = try_as<PartitionType>(value->type);
  if (!from) {
    error(DiagKind::type_mismatch_in_dynamic_cast, range, "partition type", type_name(value->type));
    return make_error(range);
  }
  // The same colours and the same region, not only ones of the same form.
  if (to.colors->type != from->colors->type || to.parent->type != from->parent->type) {
    error(DiagKind::dynamic_cast_partitions, range, type_name(&to), type_name(from));
    return make_error(range);
  }
  constraints_.add_subregion(&to, to.parent->type);
  auto node = make<ir::HandleOpExpr>(&to, range);
  node->op = ir::HandleOp::partition_cast;
  node->operands.push_back(std::move(value));
  return node;
}

ir::ExprPtr Checker::static_cast_partition(const PartitionType& to, ir::ExprPtr value, SourceRange range) {
  const auto* from = try_as<PartitionType>(value->type);
  if (!from) {
    error(DiagKind::static_cast_argument, range, "partition type", type_name(value->type));
    return make_error(range);
  }
  if (to.disjoint && !from->disjoint) {
    error(DiagKind::static_cast_disjoint, range);
    return make_error(range);
  }
  if (!recast_partition(to, *from, range)) return make_error(range);
  auto node = make<ir::CastExpr>(&to, range);
  node->operand = std::move(value);
  node->is_explicit = true;
  return node;
}

ir::ExprPtr Checker::check_unsafe_cast(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const Type* type = nullptr;
  ir::ExprPtr value;
  if (!cast_operands(tree, type, value)) return make_error(range);
  const auto* to = try_as<BoundedType>(type);
  if (!to || to->bounds.size() != 1) {
    error(DiagKind::unsafe_cast_requires, range, type_name(type));
    return make_error(range);
  }
  if (!check_bounds(*to, range)) return make_error(range);
  if (!can_convert(value->type, to->index)) {
    error(DiagKind::unsafe_cast_argument, range, type_name(to->index), type_name(value->type));
    return make_error(range);
  }
  const auto bounds = bound_locals(*to, range);
  if (!bounds) return make_error(range);
  auto node = make_form(ir::Form::unsafe_cast_, to, range);
  node->operands.push_back(convert(std::move(value), to->index));
  node->operands.push_back(make_local(bounds->front(), range));
  return node;
}

ir::ExprPtr Checker::pointer_of_parts(const Type& type, ir::ExprPtr& value, SourceRange range) {
  const auto* structure = try_as<StructType>(value->type);
  auto* ctor = ir::try_as<ir::CtorExpr>(value.get());
  if (!structure || !ctor || structure->origin != StructOrigin::constructor) return nullptr;
  const bool has_place = structure->fields.size() == 2 && structure->fields[1].name == "__index";
  if ((structure->fields.size() != 1 && !has_place) || structure->fields[0].name != "__ptr") return nullptr;
  const Type* part = structure->fields[0].type;
  if (const auto* index = try_as<IndexType>(&type); index && index->dim == 0) {
    const auto* raw = try_as<StructType>(part);
    if (!raw || raw != legion_type("legion_ptr_t", range)) return nullptr;
    return convert(read(field_of(std::move(ctor->values[0]), "value", range, range)), &type, true);
  }
  const auto* bounded = try_as<BoundedType>(&type);
  if (!bounded || part != bounded->index || has_place != (bounded->bounds.size() > 1)) return nullptr;
  if (has_place) {
    if (structure->fields[1].type->kind != TypeKind::integer) return nullptr;
    auto node = make_form(ir::Form::pointer_of_parts, &type, range);
    node->operands = std::move(ctor->values);
    return node;
  }
  auto node = make<ir::CastExpr>(&type, range);
  node->operand = std::move(ctor->values[0]);
  node->is_explicit = true;
  return node;
}

ir::ExprPtr Checker::check_isnull(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const auto operands = expr_operands(tree);
  if (operands.size() != 1) return make_error(range);
  ir::ExprPtr pointer = check_value(*operands[0]);
  if (is_error(pointer->type)) return pointer;
  switch (pointer->type->kind) {
    case TypeKind::bounded:
    case TypeKind::index: {
      auto node = make_form(ir::Form::is_null, types().boolean(), range);
      node->operands.push_back(std::move(pointer));
      return node;
    }
    case TypeKind::pointer:
      return binary(ast::BinaryOp::equal, std::move(pointer), make<ir::ConstExpr>(types().niltype(), range),
                    range);
    case TypeKind::niltype:
      return make_integer(1, types().boolean(), range);
    default:
      error(DiagKind::isnull_requires_pointer, range, type_name(pointer->type));
      return make_error(range);
  }
}

ir::ExprPtr Checker::check_null(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const auto* operand = find_operand(tree, ast::BuiltinOperand::Kind::type);
  if (!operand) return make_error(range);
  const Type* type = escaped_type(operand->type, operand->range);
  if (is_error(type)) return make_error(range);
  if (const auto* bounded = try_as<BoundedType>(type)) {
    if (!check_bounds(*bounded, range)) return make_error(range);
    return make_form(ir::Form::null, type, range);
  }
  if (type->kind != TypeKind::pointer) {
    error(DiagKind::null_requires_pointer, range, type_name(type));
    return make_error(range);
  }
  return convert(make<ir::ConstExpr>(types().niltype(), range), type);
}

}  // namespace palatine::sema
