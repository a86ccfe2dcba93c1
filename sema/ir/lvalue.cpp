#include "sema/ir/lvalue.h"

#include "sema/types/types.h"

namespace palatine::ir {

const Expr& root_of(const Expr& lvalue) {
  const Expr* node = &lvalue;
  while (true) {
    if (const auto* field = try_as<FieldExpr>(node)) {
      node = field->object.get();
    } else if (const auto* element = try_as<IndexExpr>(node);
               element && element->object->type->kind != sema::TypeKind::pointer) {
      node = element->object.get();
    } else {
      return *node;
    }
  }
}

Expr& root_of(Expr& lvalue) {
  return const_cast<Expr&>(root_of(static_cast<const Expr&>(lvalue)));
}

Local* root_variable(const Expr& lvalue) {
  const auto* use = try_as<LocalExpr>(&root_of(lvalue));
  return use ? use->local : nullptr;
}

const RegionAccessExpr* root_access(const Expr& lvalue) {
  return try_as<RegionAccessExpr>(&root_of(lvalue));
}

RegionAccessExpr* root_access(Expr& lvalue) {
  return try_as<RegionAccessExpr>(&root_of(lvalue));
}

bool is_same_place(const Expr& a, const Expr& b) {
  if (a.kind != b.kind || a.type != b.type) return false;
  switch (a.kind) {
    case ExprKind::Local:
      return as<LocalExpr>(a).local == as<LocalExpr>(b).local;
    case ExprKind::Const:
      return a.type->kind == sema::TypeKind::integer && as<ConstExpr>(a).integer == as<ConstExpr>(b).integer;
    case ExprKind::Cast:
      return is_same_place(*as<CastExpr>(a).operand, *as<CastExpr>(b).operand);
    case ExprKind::Field:
      return as<FieldExpr>(a).field == as<FieldExpr>(b).field &&
             is_same_place(*as<FieldExpr>(a).object, *as<FieldExpr>(b).object);
    case ExprKind::Index:
      return is_same_place(*as<IndexExpr>(a).object, *as<IndexExpr>(b).object) &&
             is_same_place(*as<IndexExpr>(a).index, *as<IndexExpr>(b).index);
    default:
      return false;
  }
}

}  // namespace palatine::ir
