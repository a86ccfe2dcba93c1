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

}  // namespace palatine::ir
