#include "sema/infer/projection_key.h"

#include <fmt/format.h>

#include <map>

namespace palatine::sema {

namespace {

class KeyWriter {
 public:
  explicit KeyWriter(const LoopVariables& loop) : loop_(loop) {}

  std::string of(const ir::Expr& expr) {
    const std::string type = type_name(expr.type);
    switch (expr.kind) {
      case ir::ExprKind::Const: {
        const auto& constant = ir::as<ir::ConstExpr>(expr);
        return fmt::format("({} {} {} {})", type, constant.integer, constant.floating, constant.string);
      }
      case ir::ExprKind::Local:
        return variable(*ir::as<ir::LocalExpr>(expr).local);
      case ir::ExprKind::Unary: {
        const auto& unary = ir::as<ir::UnaryExpr>(expr);
        return fmt::format("(unary {} {})", static_cast<int>(unary.op), of(*unary.operand));
      }
      case ir::ExprKind::Binary: {
        const auto& binary = ir::as<ir::BinaryExpr>(expr);
        std::string lhs = of(*binary.lhs);
        return fmt::format("(binary {} {} {})", static_cast<int>(binary.op), lhs, of(*binary.rhs));
      }
      case ir::ExprKind::Cast:
        return fmt::format("(cast {} {})", type, of(*ir::as<ir::CastExpr>(expr).operand));
      case ir::ExprKind::Field: {
        const auto& field = ir::as<ir::FieldExpr>(expr);
        return fmt::format("(field {} {})", field.field, of(*field.object));
      }
      case ir::ExprKind::Ctor: {
        std::string text = "(" + type;
        for (const ir::ExprPtr& value : ir::as<ir::CtorExpr>(expr).values) text += " " + of(*value);
        return text + ")";
      }
      default:
        // Like no other.
        return fmt::format("(expression {}:{})", expr.range.file.index, expr.range.begin);
    }
  }

 private:
  std::string variable(const ir::Local& local) {
    if (&local == loop_.index) return "(point " + type_name(local.type) + ")";
    auto [known, is_new] = numbers_.try_emplace(&local, numbers_.size());
    if (!is_new) return fmt::format("({})", known->second);
    const size_t number = known->second;
    auto initialiser = loop_.preamble.find(&local);
    if (initialiser != loop_.preamble.end())
      return fmt::format("({} is {})", number, of(*initialiser->second));
    return fmt::format("({} captured {})", number, type_name(local.type));
  }

  const LoopVariables& loop_;
  std::map<const ir::Local*, size_t> numbers_;
};

}  // namespace

std::string projection_key(const ir::Expr& color, const LoopVariables& loop) {
  return KeyWriter(loop).of(color);
}

}  // namespace palatine::sema
