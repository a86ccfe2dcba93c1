#include "sema/specialize/frame.h"

namespace palatine::sema {

Quote::~Quote() {
  if (!frame) return;
  static thread_local std::vector<std::shared_ptr<Frame>>* pending = nullptr;
  if (pending) {
    pending->push_back(std::move(frame));
    return;
  }
  std::vector<std::shared_ptr<Frame>> frames;
  frames.push_back(std::move(frame));
  pending = &frames;
  while (!frames.empty()) {
    std::shared_ptr<Frame> last = std::move(frames.back());
    frames.pop_back();
  }
  pending = nullptr;
}

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
