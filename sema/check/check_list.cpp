// Lists: forms that make them, their elements, lists of regions. Language reference, 3.9, 9.6.
#include "sema/check/checker.h"

namespace palatine::sema {

ir::ExprPtr Checker::list_mismatch(const std::string& expected, const Type* got, SourceRange range) {
  if (!is_error(got)) error(DiagKind::type_mismatch, range, expected, type_name(got));
  return make_error(range);
}

ir::ExprPtr Checker::check_list(const ast::BuiltinExpr& tree) {
  using ast::BuiltinForm;
  const SourceRange range = range_of(tree);
  std::vector<ir::ExprPtr> values;
  for (const ast::Expr* operand : expr_operands(tree)) values.push_back(check_value(*operand));
  for (const ir::ExprPtr& value : values) {
    if (is_error(value->type)) return make_error(range);
  }
  switch (tree.form) {
    case BuiltinForm::ListRange: {
      for (ir::ExprPtr& value : values) {
        if (!can_convert(value->type, types().int32()))
          return list_mismatch(type_name(types().int32()), value->type, range);
        value = convert(std::move(value), types().int32());
      }
      return make_list(ir::Form::list_range, types().list(types().int32()), std::move(values), range);
    }
    case BuiltinForm::ListIspace: {
      const auto* ispace = try_as<IspaceType>(values[0]->type);
      if (!ispace) return argument_mismatch(1, "an ispace", values[0]->type, range);
      return make_list(ir::Form::list_ispace, types().list(ispace->index), std::move(values), range);
    }
    case BuiltinForm::ListFromElement: {
      const Type* shape = values[0]->type;
      if (shape->kind != TypeKind::list) return argument_mismatch(1, "a list", shape, range);
      const Type* type = values[1]->type;
      if (is_handle(type)) return unsupported("a list of " + type_name(type), range);
      for (int depth = list_depth(shape); depth > 0; --depth) type = types().list(type);
      return make_list(ir::Form::list_from_element, type, std::move(values), range);
    }
    case BuiltinForm::ListSlicePartition:
    case BuiltinForm::ListDuplicatePartition:
      return list_of_pieces(tree, std::move(values), range);
    case BuiltinForm::ListCrossProduct:
    case BuiltinForm::ListCrossProductComplete:
      return list_product(tree, std::move(values), range);
    case BuiltinForm::ListPhaseBarriers: {
      if (!is_region_list(values[0]->type) || list_depth(values[0]->type) != 2)
        return list_mismatch("a list cross-product", values[0]->type, range);
      return make_list_op(ir::HandleOp::list_phase_barriers,
                          types().list(types().list(types().phase_barrier())), std::move(values), range);
    }
    case BuiltinForm::ListInvert: {
      const Type* barriers = types().list(types().list(types().phase_barrier()));
      if (!is_region_list(values[0]->type) || list_depth(values[0]->type) != 1)
        return list_mismatch("a list of regions", values[0]->type, range);
      if (!is_region_list(values[1]->type) || list_depth(values[1]->type) != 2)
        return list_mismatch("a list cross-product", values[1]->type, range);
      if (values[2]->type != barriers) return list_mismatch(type_name(barriers), values[2]->type, range);
      return make_list(ir::Form::list_invert, barriers, std::move(values), range);
    }
    default:
      return make_error(range);
  }
}

ir::ExprPtr Checker::make_list(ir::Form form, const Type* type, std::vector<ir::ExprPtr> operands,
                               SourceRange range) const {
  auto node = make_form(form, type, range);
  node->operands = std::move(operands);
  return node;
}

ir::ExprPtr Checker::make_list_op(ir::HandleOp op, const Type* type, std::vector<ir::ExprPtr> operands,
                                  SourceRange range) {
  auto node = make<ir::HandleOpExpr>(type, range);
  node->op = op;
  node->operands = std::move(operands);
  return node;
}

// `list_slice_partition(p, colors)`, `list_duplicate_partition(p, colors)`.
ir::ExprPtr Checker::list_of_pieces(const ast::BuiltinExpr& tree, std::vector<ir::ExprPtr> values,
                                    SourceRange range) {
  const auto* partition = try_as<PartitionType>(values[0]->type);
  if (!partition) return list_mismatch("a partition", values[0]->type, range);
  const IndexType* color = partition->color_index();
  const auto* parent = try_as<RegionType>(partition->parent->type);
  if (!color || !parent) {
    has_error_ = true;
    return make_error(range);
  }
  const Type* numbers = types().list(types().int32());
  // Partitions with colours of several dimensions take lists of these.
  const bool is_fit =
      values[1]->type == numbers ? color->components() == 1 : values[1]->type == types().list(color);
  if (!is_fit) {
    const bool wants_points = values[1]->type == numbers;
    return list_mismatch(type_name(wants_points ? types().list(color) : numbers), values[1]->type, range);
  }
  const Type* type = types().list(types().new_region_list(parent, 0, range));
  if (tree.form == ast::BuiltinForm::ListSlicePartition) {
    constraints_.add_subregion(type, partition);
    constraints_.add_subregion(partition, parent);
    return make_list_op(ir::HandleOp::list_slice_partition, type, std::move(values), range);
  }
  privileges_.grant_all(type, range);
  for (const Type* known : known_regions_) constraints_.add_disjoint(type, known);
  known_regions_.push_back(type);
  return make_list_op(ir::HandleOp::list_duplicate_partition, type, std::move(values), range);
}

ir::ExprPtr Checker::list_product(const ast::BuiltinExpr& tree, std::vector<ir::ExprPtr> values,
                                  SourceRange range) {
  const bool is_complete = tree.form == ast::BuiltinForm::ListCrossProductComplete;
  const Type *lhs = values[0]->type, *rhs = values[1]->type;
  if (!is_region_list(lhs) || list_depth(lhs) != 1) return list_mismatch("a list of regions", lhs, range);
  const int depth = is_complete ? 2 : 1;
  if (!is_region_list(rhs) || list_depth(rhs) != depth)
    return list_mismatch(is_complete ? "a list of lists of regions" : "a list of regions", rhs, range);
  const IndexType *one = region_in(lhs)->index(), *other = region_in(rhs)->index();
  if (one != other) return list_mismatch(one ? type_name(lhs) : "a list of regions", rhs, range);
  bool is_shallow = false;
  for (const ast::BuiltinOperand& operand : tree.operands) {
    if (operand.kind == ast::BuiltinOperand::Kind::boolean) is_shallow = operand.boolean;
  }
  const Type* region = types().new_region_list(region_in(rhs), 0, range);
  const Type* type = types().list(types().list(region, is_shallow), is_shallow);
  // The regions are those of the right side, or parts of them.
  constraints_.add_subregion(type, rhs);
  return make_list_op(is_complete  ? ir::HandleOp::list_cross_product_complete
                      : is_shallow ? ir::HandleOp::list_cross_product_shallow
                                   : ir::HandleOp::list_cross_product,
                      type, std::move(values), range);
}

// `l[i]`, `l[indices]`.
ir::ExprPtr Checker::list_element(ir::ExprPtr list, ir::ExprPtr index, SourceRange range) {
  const auto& type = as<ListType>(list->type);
  const Type* numbers = types().list(types().int32());
  const bool is_slice = index->type == numbers;
  if (!is_slice && !can_convert(index->type, types().int32())) {
    error(DiagKind::list_index_mismatch, range, type_name(types().int32()), type_name(numbers),
          type_name(index->type));
    return make_error(range);
  }
  if (!is_slice) index = convert(std::move(index), types().int32());
  const Type* element = is_slice ? &type : type.element;
  if (is_region_list(&type)) {
    element = types().new_region_list(&type, is_slice ? 0 : 1, range);
    constraints_.add_subregion(element, &type);
    known_regions_.push_back(element);
    if (element->kind == TypeKind::region && range.is_valid()) {
      const std::string text(context_.diags.sources().text(range));
      handle_symbols_.emplace(element, types().new_symbol(text, element, range));
    }
  }
  std::vector<ir::ExprPtr> operands;
  operands.push_back(std::move(list));
  operands.push_back(std::move(index));
  return make_list(is_slice ? ir::Form::list_slice : ir::Form::list_element, element, std::move(operands),
                   range);
}

ir::ExprPtr Checker::list_method(ir::ExprPtr& object, const std::string& name, SourceRange range) {
  if (name != "num_leaves" || object->type->kind != TypeKind::list) return nullptr;
  std::vector<ir::ExprPtr> operands;
  operands.push_back(read(std::move(object)));
  return make_list(ir::Form::list_leaves, types().integer(64, false), std::move(operands), range);
}

}  // namespace palatine::sema
