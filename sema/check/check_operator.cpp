// Unary and binary operators on scalars, pointers, indices and rects. Language reference, 3.2, 3.4, 3.5.
#include "sema/check/checker.h"
#include "sema/ir/lvalue.h"

namespace palatine::sema {

namespace {

using Op = ast::BinaryOp;

bool is_comparison(Op op) {
  switch (op) {
    case Op::less:
    case Op::greater:
    case Op::less_equal:
    case Op::greater_equal:
    case Op::equal:
    case Op::not_equal:
      return true;
    default:
      return false;
  }
}
bool is_arithmetic(Op op) {
  switch (op) {
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::divide:
    case Op::modulo:
      return true;
    default:
      return false;
  }
}

bool is_indexlike(const Type* type) {
  return type->kind == TypeKind::index || type->kind == TypeKind::bounded;
}

// Arrays and vectors of numbers: arithmetic goes element by element.
bool is_numeric_aggregate(const Type* type) {
  if (const auto* array = try_as<ArrayType>(type)) {
    return is_numeric(array->element) || is_numeric_aggregate(array->element);
  }
  const auto* vector = try_as<VectorType>(type);
  return vector && is_numeric(vector->element);
}

bool is_aggregate(const Type* type) {
  return type->kind == TypeKind::array || type->kind == TypeKind::vector;
}

const IndexType* index_of(const Type* type) {
  if (const auto* bounded = try_as<BoundedType>(type)) return bounded->index;
  return try_as<IndexType>(type);
}

}  // namespace

ir::ExprPtr Checker::mismatch(const Type* a, const Type* b, SourceRange range) {
  error(DiagKind::type_mismatch_between, range, type_name(a), type_name(b));
  return make_error(range);
}

const Type* Checker::with_leaf(const Type* aggregate, const Type* leaf) {
  if (const auto* array = try_as<ArrayType>(aggregate))
    return types().array(with_leaf(array->element, leaf), array->count);
  if (const auto* vector = try_as<VectorType>(aggregate)) return types().vector(leaf, vector->count);
  return leaf;
}

ir::ExprPtr Checker::check_unary(const ast::UnaryExpr& tree) {
  const SourceRange range = range_of(tree);
  ir::ExprPtr operand = check_expr(*tree.operand);
  if (is_error(operand->type)) return make_error(range);

  if (tree.op == ast::UnaryOp::address_of) {
    if (ir::RegionAccessExpr* element = operand->is_lvalue ? ir::root_access(*operand) : nullptr) {
      if (element != operand.get() || !element->path.empty()) {
        error(DiagKind::address_of_region_field, range);
        return make_error(range);
      }
      const auto& region = as<RegionType>(element->regions.front()->type);
      std::vector<const Symbol*> bounds;
      for (const ir::Local* bound : element->regions) bounds.push_back(bound->symbol);
      const Type* pointer = types().bounded(region.index(), region.fspace, std::move(bounds));
      ir::ExprPtr index = std::move(element->index);
      return same_type(index->type, pointer) ? std::move(index) : convert(std::move(index), pointer);
    }
    if (!operand->is_lvalue || is_handle(operand->type)) {
      error(DiagKind::address_of_value, range, type_name(operand->type));
      return make_error(range);
    }
    mark_address_taken(*operand);
    auto node = make<ir::AddressOfExpr>(types().pointer(operand->type), range);
    node->operand = std::move(operand);
    return node;
  }

  operand = read(std::move(operand));
  const Type* type = operand->type;
  if (tree.op == ast::UnaryOp::deref) {
    if (const auto* bounded = try_as<BoundedType>(type); bounded && bounded->element) {
      return access_pointer(std::move(operand), range);
    }
    const auto* pointer = try_as<PointerType>(type);
    if (!pointer || pointer->element->kind == TypeKind::opaque) {
      error(DiagKind::deref_non_pointer, range, type_name(type));
      return make_error(range);
    }
    if (const auto* structure = try_as<StructType>(pointer->element)) types().complete(structure);
    auto node = make<ir::DerefExpr>(pointer->element, range);
    node->is_lvalue = true;
    node->pointer = std::move(operand);
    return node;
  }

  const Type* leaf = innermost_element(type);
  const bool fits = tree.op == ast::UnaryOp::negate
                        ? is_numeric(leaf)
                        : leaf->kind == TypeKind::boolean || leaf->kind == TypeKind::integer;
  if (!fits) {
    if (ir::ExprPtr result = unary_metamethod(tree.op, operand, range)) return result;
    error(DiagKind::invalid_unary, range, type_name(type));
    return make_error(range);
  }
  auto node = make<ir::UnaryExpr>(type, range);
  node->op = tree.op;
  node->operand = std::move(operand);
  return node;
}

ir::ExprPtr Checker::check_binary(const ast::BinaryExpr& tree) {
  if (tree.op == Op::logical_and || tree.op == Op::logical_or) return check_and_or(tree);
  ir::ExprPtr lhs = check_value(*tree.lhs);
  ir::ExprPtr rhs = check_value(*tree.rhs);
  return binary(tree.op, std::move(lhs), std::move(rhs), range_of(tree));
}

ir::ExprPtr Checker::binary(Op op, ir::ExprPtr lhs, ir::ExprPtr rhs, SourceRange range) {
  const Type *a = lhs->type, *b = rhs->type;
  if (is_error(a) || is_error(b)) return make_error(range);
  if (ir::ExprPtr result = binary_metamethod(op, lhs, rhs, range)) return result;
  auto build = [&](const Type* operands, const Type* result) -> ir::ExprPtr {
    auto node = make<ir::BinaryExpr>(result, range);
    node->op = op;
    node->lhs = convert(std::move(lhs), operands);
    node->rhs = convert(std::move(rhs), operands);
    return node;
  };

  if (op == Op::set_intersect || op == Op::set_union ||
      (op == Op::subtract && a->kind == TypeKind::partition)) {
    const bool is_set =
        a->kind == TypeKind::partition || a->kind == TypeKind::ispace || a->kind == TypeKind::region;
    if (is_set) return set_operation(op, std::move(lhs), std::move(rhs), range);
    return mismatch(a, b, range);
  }
  if (b->kind == TypeKind::partition && (a->kind == TypeKind::partition || a->kind == TypeKind::region)) {
    error(DiagKind::partition_operator, range, ast::binary_op_text(op));
    return make_error(range);
  }
  const bool has_index =
      is_indexlike(a) || is_indexlike(b) || a->kind == TypeKind::rect || b->kind == TypeKind::rect;
  if (has_index && is_arithmetic(op)) return index_arithmetic(op, std::move(lhs), std::move(rhs), range);
  if (has_index && is_comparison(op)) return index_comparison(op, std::move(lhs), std::move(rhs), range);

  const Type* common = meet(a, b);
  if (common && is_aggregate(common) && !is_arithmetic(op)) {
    const Type* leaf = innermost_element(common);
    const bool is_number = is_numeric(leaf), is_bool = leaf->kind == TypeKind::boolean;
    const bool is_equality = op == Op::equal || op == Op::not_equal;
    const bool is_logical = op == Op::logical_and || op == Op::logical_or;
    const bool fits = is_comparison(op) ? is_number || (is_equality && is_bool)
                                        : leaf->kind == TypeKind::integer || (is_logical && is_bool);
    if (!fits) return mismatch(a, b, range);
    return build(common, is_comparison(op) ? with_leaf(common, types().boolean()) : common);
  }
  switch (op) {
    case Op::shift_left:
    case Op::shift_right:
      if (a->kind != TypeKind::integer || b->kind != TypeKind::integer) return mismatch(a, b, range);
      return build(a, a);
    case Op::bit_xor:
      if (a->kind != TypeKind::integer || b->kind != TypeKind::integer) return mismatch(a, b, range);
      return build(common, common);
    case Op::logical_and:
    case Op::logical_or:
      if (!common || (common->kind != TypeKind::boolean && common->kind != TypeKind::integer)) {
        return mismatch(a, b, range);
      }
      return build(common, common);
    default:
      break;
  }
  if (is_arithmetic(op)) {
    if (a->kind == TypeKind::pointer || b->kind == TypeKind::pointer) {
      return pointer_arithmetic(op, std::move(lhs), std::move(rhs), range);
    }
    // An array and an integer: a pointer to its first element, as in C.
    if ((op == Op::add || op == Op::subtract) && a->kind == TypeKind::array && b->kind == TypeKind::integer) {
      const Type* pointer = types().pointer(as<ArrayType>(a).element);
      return pointer_arithmetic(op, convert(std::move(lhs), pointer), std::move(rhs), range);
    }
    // `-` of two arrays is the distance of their first elements, as in C.
    if (op == Op::subtract && a->kind == TypeKind::array && b->kind == TypeKind::array && common) {
      const Type* pointer = types().pointer(as<ArrayType>(common).element);
      return pointer_arithmetic(op, convert(std::move(lhs), pointer), convert(std::move(rhs), pointer),
                                range);
    }
    if (!common || (!is_numeric(common) && !is_numeric_aggregate(common))) return mismatch(a, b, range);
    return build(common, common);
  }
  // Comparisons.
  if (!common) {
    // Raw pointers compare with untyped ones, as in C.
    const bool pointers = a->kind == TypeKind::pointer && b->kind == TypeKind::pointer;
    if (pointers && can_convert(a, b)) common = b;
    if (pointers && !common && can_convert(b, a)) common = a;
    if (!common) return mismatch(a, b, range);
  }
  const bool is_equality = op == Op::equal || op == Op::not_equal;
  const bool is_comparable =
      is_numeric(common) || common->kind == TypeKind::pointer ||
      (is_equality && (common->kind == TypeKind::boolean || common->kind == TypeKind::niltype));
  if (!is_comparable) return mismatch(a, b, range);
  return build(common, types().boolean());
}

ir::ExprPtr Checker::pointer_arithmetic(Op op, ir::ExprPtr lhs, ir::ExprPtr rhs, SourceRange range) {
  const Type *a = lhs->type, *b = rhs->type;
  auto is_sized = [](const Type* type) {
    const auto* pointer = try_as<PointerType>(type);
    return pointer && pointer->element->kind != TypeKind::opaque;
  };
  const Type* result = nullptr;
  if (is_sized(a) && b->kind == TypeKind::integer && (op == Op::add || op == Op::subtract)) result = a;
  if (is_sized(b) && a->kind == TypeKind::integer && op == Op::add) result = b;
  if (is_sized(a) && same_type(a, b) && op == Op::subtract) result = types().int64();
  if (!result) return mismatch(a, b, range);
  auto node = make<ir::BinaryExpr>(result, range);
  node->op = op;
  node->lhs = std::move(lhs);
  node->rhs = std::move(rhs);
  return node;
}

ir::ExprPtr Checker::index_arithmetic(Op op, ir::ExprPtr lhs, ir::ExprPtr rhs, SourceRange range) {
  const Type *a = lhs->type, *b = rhs->type;
  auto build = [&](ir::ExprPtr x, ir::ExprPtr y, const Type* type, Op operation) {
    ir::ExprPtr node = make_binary(operation, std::move(x), std::move(y), type);
    node->range = range;
    return node;
  };

  // `rect op index` moves both corners.
  if (const auto* rect = try_as<RectType>(a)) {
    if (!can_convert(b, rect->index)) return mismatch(a, b, range);
    ir::Local* box = spill(std::move(lhs));
    ir::Local* shift = spill(convert(std::move(rhs), rect->index));
    auto node = make<ir::CtorExpr>(rect, range);
    for (int corner = 0; corner < 2; ++corner) {
      node->values.push_back(build(make_field(make_local(box, range), corner, rect->index),
                                   make_local(shift, range), rect->index, op));
    }
    return node;
  }

  // `index % rect` wraps around into the rect.
  if (const auto* rect = try_as<RectType>(b)) {
    if (op != Op::modulo || !can_convert(a, rect->index)) return mismatch(a, b, range);
    const Type* index = rect->index;
    const Type* result = a->kind == TypeKind::bounded ? a : index;
    ir::Local* point = spill(convert(std::move(lhs), index));
    ir::Local* box = spill(std::move(rhs));
    return convert(build(make_local(point, range), make_local(box, range), index, op), result);
  }

  const IndexType* index = index_of(a) ? index_of(a) : index_of(b);
  if (!can_convert(a, index) || !can_convert(b, index)) return mismatch(a, b, range);
  return build(convert(std::move(lhs), index), convert(std::move(rhs), index), index, op);
}

ir::ExprPtr Checker::index_comparison(Op op, ir::ExprPtr lhs, ir::ExprPtr rhs, SourceRange range) {
  const Type *a = lhs->type, *b = rhs->type;
  const Type* boolean = types().boolean();
  auto build = [&](ir::ExprPtr x, ir::ExprPtr y, Op operation) {
    ir::ExprPtr node = make_binary(operation, std::move(x), std::move(y), boolean);
    node->range = range;
    return node;
  };
  const bool is_equality = op == Op::equal || op == Op::not_equal;
  if (a->kind == TypeKind::rect && a == b && is_equality) return build(std::move(lhs), std::move(rhs), op);
  if (!is_indexlike(a)) return mismatch(a, b, range);

  // Membership: between the corners in every component.
  const bool is_membership = (b->kind == TypeKind::rect && (op == Op::less || op == Op::less_equal)) ||
                             ((b->kind == TypeKind::ispace || b->kind == TypeKind::region) &&
                              op == Op::less_equal && a->kind == TypeKind::index);
  if (is_membership) {
    if (b->kind != TypeKind::rect) {
      const IndexType* space =
          b->kind == TypeKind::region ? as<RegionType>(b).index() : as<IspaceType>(b).index;
      if (a != space) return mismatch(a, b, range);
      return contains(std::move(rhs), std::move(lhs), range);
    }
    const IndexType* index = as<RectType>(rhs->type).index;
    if (index_of(a) != index) return mismatch(a, b, range);
    ir::Local* point = spill(convert(std::move(lhs), index));
    ir::Local* box = spill(std::move(rhs));
    ir::ExprPtr above = build(make_field(make_local(box, range), 0, index), make_local(point, range), op);
    ir::ExprPtr below = build(make_local(point, range), make_field(make_local(box, range), 1, index), op);
    return build(std::move(above), std::move(below), Op::logical_and);
  }

  // Nothing converts here: both sides are indices of the same kind.
  if (!is_indexlike(b) || index_of(a) != index_of(b)) return mismatch(a, b, range);
  if (a->kind == TypeKind::bounded && b->kind == TypeKind::bounded && !same_type(a, b))
    return mismatch(a, b, range);
  const Type* index = index_of(a);
  return build(convert(std::move(lhs), index), convert(std::move(rhs), index), op);
}

// What `max` and `min` compute of indices with: those of one dimension are numbers.
const Type* Checker::type_of_max(const IndexType& index) {
  return index.dim == 1 ? types().int64() : static_cast<const Type*>(&index);
}

ir::ExprPtr Checker::min_max(bool is_max, ir::ExprPtr lhs, ir::ExprPtr rhs, SourceRange range) {
  if (is_error(lhs->type) || is_error(rhs->type)) return make_error(range);
  const IndexType *a = index_of(lhs->type), *b = index_of(rhs->type);
  const IndexType* index = a ? a : b;
  if (index && (!a || !b || a == b) && can_convert(lhs->type, index) && can_convert(rhs->type, index)) {
    const Type* operands = type_of_max(*index);
    auto node = make<ir::MinMaxExpr>(operands, range);
    node->is_max = is_max;
    node->lhs = convert(std::move(lhs), operands);
    node->rhs = convert(std::move(rhs), operands);
    return convert(std::move(node), index);
  }
  const Type* common = meet(lhs->type, rhs->type);
  if (!common || !is_numeric(common)) return mismatch(lhs->type, rhs->type, range);
  auto node = make<ir::MinMaxExpr>(common, range);
  node->is_max = is_max;
  node->lhs = convert(std::move(lhs), common);
  node->rhs = convert(std::move(rhs), common);
  return node;
}

}  // namespace palatine::sema
