#include "sema/specialize/frame.h"

namespace palatine::sema {

static const Value* at(const std::vector<Value>& values, uint32_t index) {
  return index < values.size() ? &values[index] : nullptr;
}

const Value* Frame::value_of(const ast::Expr& expr) const {
  switch (expr.kind) {
    case ast::ExprKind::Name: {
      const ast::NameUse& name = ast::as<ast::NameExpr>(expr).name;
      if (name.capture.is_valid()) return at(captures, name.capture.index);
      auto found = objects.find(name.binding.index);
      return found == objects.end() ? nullptr : &found->second;
    }
    case ast::ExprKind::Escape:
      return at(escapes, ast::as<ast::EscapeExpr>(expr).escape.index);
    case ast::ExprKind::Field: {
      auto found = table_fields.find(&expr);
      return found == table_fields.end() ? nullptr : &found->second;
    }
    default:
      return nullptr;
  }
}

}  // namespace palatine::sema
