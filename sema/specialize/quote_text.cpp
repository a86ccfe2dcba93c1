#include "sema/specialize/quote_text.h"

#include <fmt/format.h>

#include <optional>

#include "frontend/host/host.h"
#include "sema/specialize/lua_value.h"

namespace palatine::sema {

namespace {

// How tightly an expression holds together; operands below need parentheses.
constexpr int kWhole = 12;
constexpr int kUnary = 9;

int precedence(ast::BinaryOp op) {
  switch (op) {
    case ast::BinaryOp::multiply:
    case ast::BinaryOp::divide:
    case ast::BinaryOp::modulo:
      return 8;
    case ast::BinaryOp::add:
    case ast::BinaryOp::subtract:
      return 7;
    case ast::BinaryOp::shift_left:
    case ast::BinaryOp::shift_right:
      return 4;
    case ast::BinaryOp::logical_and:
      return 2;
    case ast::BinaryOp::logical_or:
      return 1;
    default:
      return 3;
  }
}

struct Piece {
  std::string text;
  int precedence = kWhole;
};
// Nothing for what has no spelling.
using MaybePiece = std::optional<Piece>;

std::optional<std::string> inside(const MaybePiece& piece, int least) {
  if (!piece) return std::nullopt;
  return piece->precedence < least ? "(" + piece->text + ")" : piece->text;
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '\n') {
      result += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

// A quote in a quote in a quote ...: deeper ones are not spelled.
constexpr int kMaxDepth = 100;

MaybePiece value_piece(const Value& value, int depth);

class Speller {
 public:
  Speller(const Frame& frame, int depth) : frame_(frame), depth_(depth) {}

  MaybePiece spell(const ast::Expr& expr) const {
    if (const Value* value = frame_.value_of(expr); value && value->kind != Value::Kind::undefined)
      return value_piece(*value, depth_);
    switch (expr.kind) {
      case ast::ExprKind::Number: {
        const auto& number = ast::as<ast::NumberExpr>(expr);
        const bool is_floating =
            number.type == ast::NumberType::float32 || number.type == ast::NumberType::float64;
        return Piece{is_floating ? fmt::format("{}", number.floating) : fmt::format("{}", number.integer)};
      }
      case ast::ExprKind::String:
        return Piece{quoted(ast::as<ast::StringExpr>(expr).value)};
      case ast::ExprKind::Bool:
        return Piece{ast::as<ast::BoolExpr>(expr).value ? "true" : "false"};
      case ast::ExprKind::Nil:
        return Piece{"nil"};
      case ast::ExprKind::Name:
        return Piece{ast::as<ast::NameExpr>(expr).name.text};
      case ast::ExprKind::Unary: {
        const auto& unary = ast::as<ast::UnaryExpr>(expr);
        const auto operand = inside(spell(*unary.operand), kUnary);
        if (!operand) return std::nullopt;
        const bool is_word = unary.op == ast::UnaryOp::logical_not;
        return Piece{ast::unary_op_text(unary.op) + std::string(is_word ? " " : "") + *operand, kUnary};
      }
      case ast::ExprKind::Binary: {
        const auto& binary = ast::as<ast::BinaryExpr>(expr);
        const int own = precedence(binary.op);
        const auto lhs = inside(spell(*binary.lhs), own);
        const auto rhs = inside(spell(*binary.rhs), own + 1);
        if (!lhs || !rhs) return std::nullopt;
        return Piece{fmt::format("{} {} {}", *lhs, ast::binary_op_text(binary.op), *rhs), own};
      }
      case ast::ExprKind::Field: {
        const auto& field = ast::as<ast::FieldExpr>(expr);
        const auto object = inside(spell(*field.object), kWhole);
        const auto name = name_of(field.field);
        if (!object || !name) return std::nullopt;
        return Piece{*object + "." + *name};
      }
      case ast::ExprKind::Index: {
        const auto& index = ast::as<ast::IndexExpr>(expr);
        const auto object = inside(spell(*index.object), kWhole);
        const auto place = inside(spell(*index.index), 0);
        if (!object || !place) return std::nullopt;
        return Piece{fmt::format("{}[{}]", *object, *place)};
      }
      case ast::ExprKind::Call: {
        const auto& call = ast::as<ast::CallExpr>(expr);
        if (!call.conditions.empty()) return std::nullopt;
        return call_piece(inside(spell(*call.callee), kWhole), call.args);
      }
      case ast::ExprKind::MethodCall: {
        const auto& call = ast::as<ast::MethodCallExpr>(expr);
        const auto object = inside(spell(*call.object), kWhole);
        const auto name = name_of(call.method);
        if (!object || !name) return std::nullopt;
        return call_piece(*object + ":" + *name, call.args);
      }
      default:
        return std::nullopt;
    }
  }

 private:
  MaybePiece call_piece(const std::optional<std::string>& callee,
                        const std::vector<ast::ExprPtr>& args) const {
    if (!callee) return std::nullopt;
    std::string text;
    for (const ast::ExprPtr& arg : args) {
      const auto piece = inside(spell(*arg), 0);
      if (!piece) return std::nullopt;
      text += (text.empty() ? "" : ", ") + *piece;
    }
    return Piece{fmt::format("{}({})", *callee, text)};
  }

  std::optional<std::string> name_of(const ast::FieldName& name) const {
    if (!name.escape.is_valid()) return name.text;
    const Value& value = frame_.escapes.at(name.escape.index);
    if (value.kind == Value::Kind::constant) return value.constant().string;
    if (value.kind != Value::Kind::field_path) return std::nullopt;
    std::string text;
    for (const std::string& part : value.field_path()) text += (text.empty() ? "" : ".") + part;
    return text;
  }

  const Frame& frame_;
  int depth_;
};

MaybePiece constant_piece(const ConstantValue& constant) {
  if (!constant.type) return std::nullopt;
  switch (constant.type->kind) {
    case TypeKind::integer:
      return Piece{as<IntegerType>(constant.type).is_signed
                       ? fmt::format("{}", static_cast<int64_t>(constant.integer))
                       : fmt::format("{}", constant.integer)};
    case TypeKind::floating:
      return Piece{fmt::format("{}", constant.floating)};
    case TypeKind::boolean:
      return Piece{constant.integer != 0 ? "true" : "false"};
    case TypeKind::pointer:
      return Piece{quoted(constant.string)};
    default:
      return std::nullopt;
  }
}

MaybePiece quote_piece(const Quote& quote, int depth) {
  if (!quote.construct || !quote.frame || depth > kMaxDepth) return std::nullopt;
  if (quote.construct->kind != ast::ConstructKind::terra_expr) return std::nullopt;
  const auto& construct = static_cast<const ast::TerraExpr&>(*quote.construct);
  return Speller(*quote.frame, depth).spell(*construct.expr);
}

MaybePiece value_piece(const Value& value, int depth) {
  switch (value.kind) {
    case Value::Kind::symbol:
      return Piece{value.symbol()->name};
    case Value::Kind::constant:
      return constant_piece(value.constant());
    case Value::Kind::quote:
      return quote_piece(value.quote(), depth + 1);
    case Value::Kind::c_function:
      return Piece{std::get<CFunctionValue>(value.data).name};
    case Value::Kind::type:
      return Piece{"[" + type_name(value.type()) + "]"};
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string text_of(const Value& quote) {
  const MaybePiece piece = quote_piece(quote.quote(), 0);
  return piece ? piece->text + "\n" : "quote";
}

}  // namespace palatine::sema
