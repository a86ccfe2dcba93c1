// Expressions: operators by precedence, literals, names, constructors.
#include <algorithm>

#include "frontend/lex/literal.h"
#include "frontend/parse/construct_parser.h"

namespace palatine::parse {

using lex::TokenKind;

// How tightly the unary operators bind (language reference, 2.3).
static constexpr int kUnaryLevel = 50;

struct BinaryOperator {
  ast::BinaryOp op;
  int level;
};

static std::optional<BinaryOperator> binary_operator(TokenKind kind, bool is_terra) {
  using Op = ast::BinaryOp;
  switch (kind) {
    case TokenKind::star:
      return BinaryOperator{Op::multiply, 40};
    case TokenKind::slash:
      return BinaryOperator{Op::divide, 40};
    case TokenKind::percent:
      return BinaryOperator{Op::modulo, 40};
    case TokenKind::plus:
      return BinaryOperator{Op::add, 30};
    case TokenKind::minus:
      return BinaryOperator{Op::subtract, 30};
    case TokenKind::shift_left:
      return BinaryOperator{Op::shift_left, 25};
    case TokenKind::shift_right:
      return BinaryOperator{Op::shift_right, 25};
    case TokenKind::less:
      return BinaryOperator{Op::less, 20};
    case TokenKind::greater:
      return BinaryOperator{Op::greater, 20};
    case TokenKind::less_equal:
      return BinaryOperator{Op::less_equal, 20};
    case TokenKind::greater_equal:
      return BinaryOperator{Op::greater_equal, 20};
    case TokenKind::equal_equal:
      return BinaryOperator{Op::equal, 20};
    case TokenKind::tilde_equal:
      return BinaryOperator{Op::not_equal, 20};
    case TokenKind::kw_and:
      return BinaryOperator{Op::logical_and, 10};
    case TokenKind::kw_or:
      return BinaryOperator{Op::logical_or, 8};
    // Terra keeps Lua's precedence of `^`, and has no operators on sets.
    case TokenKind::caret:
      return BinaryOperator{Op::bit_xor, is_terra ? 45 : 13};
    case TokenKind::ampersand:
      return is_terra ? std::nullopt : std::optional(BinaryOperator{Op::set_intersect, 15});
    case TokenKind::pipe:
      return is_terra ? std::nullopt : std::optional(BinaryOperator{Op::set_union, 12});
    default:
      return std::nullopt;
  }
}

static std::optional<ast::UnaryOp> unary_operator(TokenKind kind) {
  switch (kind) {
    case TokenKind::at:
      return ast::UnaryOp::deref;
    case TokenKind::ampersand:
      return ast::UnaryOp::address_of;
    case TokenKind::minus:
      return ast::UnaryOp::negate;
    case TokenKind::kw_not:
      return ast::UnaryOp::logical_not;
    default:
      return std::nullopt;
  }
}

// Readers of C and of Terra disagree about `^` next to a shift.
static bool is_unclear_order(ast::BinaryOp op, const ast::Expr& operand) {
  const auto* inner = ast::try_as<ast::BinaryExpr>(&operand);
  if (!inner || inner->has_parens) return false;
  auto is_shift = [](ast::BinaryOp o) {
    return o == ast::BinaryOp::shift_left || o == ast::BinaryOp::shift_right;
  };
  return (op == ast::BinaryOp::bit_xor && is_shift(inner->op)) ||
         (is_shift(op) && inner->op == ast::BinaryOp::bit_xor);
}

ast::ExprPtr ConstructParser::measure(int start_height, const std::function<ast::ExprPtr()>& parse) {
  int outer = height_;
  height_ = start_height;
  ast::ExprPtr expr = parse();
  if (++height_ > Cursor::kMaxChain) cursor_.fail_too_deep();
  expr->height = static_cast<uint16_t>(height_);
  height_ = std::max(outer, height_);
  return expr;
}

ast::ExprPtr ConstructParser::parse_expression() {
  Cursor::Level level(cursor_);
  return parse_operators(0);
}

ast::ExprPtr ConstructParser::parse_operators(int min_level) {
  size_t first = cursor_.index();
  return parse_operators_after(parse_unary(), first, min_level);
}

ast::ExprPtr ConstructParser::parse_operators_after(ast::ExprPtr lhs, size_t first, int min_level) {
  while (true) {
    std::optional<BinaryOperator> found = binary_operator(cursor_.peek().kind, is_terra_);
    // All operators are left-associative: an operator of the same level ends the right operand.
    if (!found || found->level <= min_level) return lhs;
    // `x += 1`: the reduction belongs to the statement.
    if (peek_reduction_op() && cursor_.is(TokenKind::equal, 1)) return lhs;
    cursor_.next();
    lhs = measure(lhs->height, [&] {
      auto node = std::make_unique<ast::BinaryExpr>();
      node->op = found->op;
      Cursor::Level level(cursor_);
      node->rhs = parse_operators(found->level);
      node->lhs = std::move(lhs);
      if (!is_terra_ && (is_unclear_order(node->op, *node->lhs) || is_unclear_order(node->op, *node->rhs))) {
        cursor_.report("order of operations between ^ and << or >> is unspecified, please add parentheses",
                       DiagKind::unclear_order, cursor_.range_from(first));
      }
      return finish_expr(std::move(node), first);
    });
  }
}

ast::ExprPtr ConstructParser::parse_unary() {
  std::optional<ast::UnaryOp> op = unary_operator(cursor_.peek().kind);
  if (!op) return parse_simple();
  return measure(0, [&] {
    size_t first = cursor_.index();
    cursor_.next();
    auto node = std::make_unique<ast::UnaryExpr>();
    node->op = *op;
    Cursor::Level level(cursor_);
    node->operand = parse_operators(kUnaryLevel);
    return finish_expr(std::move(node), first);
  });
}

ast::ExprPtr ConstructParser::parse_number() {
  size_t first = cursor_.index();
  auto node = std::make_unique<ast::NumberExpr>();
  std::optional<lex::NumberValue> value = lex::decode_number(cursor_.text(cursor_.peek()));
  if (value) {
    // Both enumerations list the types in the same order.
    node->type = static_cast<ast::NumberType>(value->type);
    node->integer = value->integer;
    node->floating = value->floating;
  } else {
    cursor_.report("malformed number");
  }
  cursor_.next();
  return finish_expr(std::move(node), first);
}

template <typename Node>
static std::unique_ptr<Node> boolean(bool value) {
  auto node = std::make_unique<Node>();
  node->value = value;
  return node;
}

ast::ExprPtr ConstructParser::parse_simple() {
  size_t first = cursor_.index();
  switch (cursor_.peek().kind) {
    case TokenKind::number:
      return parse_number();
    case TokenKind::kw_escape: {
      if (!is_terra_) break;
      auto node = std::make_unique<ast::EscapeExpr>();
      node->escape = parse_terra_escape();
      return finish_expr(std::move(node), first);
    }
    case TokenKind::string: {
      auto node = std::make_unique<ast::StringExpr>();
      node->value = lex::decode_string(cursor_.text(cursor_.next()));
      return finish_expr(std::move(node), first);
    }
    case TokenKind::kw_true:
      cursor_.next();
      return finish_expr(boolean<ast::BoolExpr>(true), first);
    case TokenKind::kw_false:
      cursor_.next();
      return finish_expr(boolean<ast::BoolExpr>(false), first);
    case TokenKind::left_brace:
      return parse_constructor();
    default:
      break;
  }
  if (!is_terra_ && is_annotation()) {
    ast::Annotations annotations;
    ast::ExprPtr expr;
    while (!expr && is_annotation()) parse_annotation_group(annotations, &expr);
    if (!expr) cursor_.fail_expected("','");
    if (expr->kind == ast::ExprKind::Call) {
      static_cast<ast::CallExpr&>(*expr).annotations = std::move(annotations);
    } else if (expr->kind == ast::ExprKind::MethodCall) {
      static_cast<ast::MethodCallExpr&>(*expr).annotations = std::move(annotations);
    } else {
      cursor_.diags().report(DiagKind::annotation_without_call, expr->range);
    }
    return expr;
  }
  return parse_primary();
}

ast::ExprPtr ConstructParser::parse_target() {
  Cursor::Level level(cursor_);
  if (cursor_.is(TokenKind::at)) return parse_unary();
  return parse_primary();
}

std::vector<ast::ExprPtr> ConstructParser::parse_expression_list() {
  std::vector<ast::ExprPtr> exprs;
  do {
    exprs.push_back(parse_expression());
  } while (cursor_.accept(TokenKind::comma));
  return exprs;
}

ast::ExprPtr ConstructParser::parse_constructor() {
  return measure(0, [&] {
    size_t first = cursor_.index();
    auto node = std::make_unique<ast::CtorExpr>();
    cursor_.expect(TokenKind::left_brace);
    while (!cursor_.is(TokenKind::right_brace)) {
      node->fields.push_back(parse_constructor_field());
      if (!accept_separator()) break;
    }
    cursor_.expect_closing(TokenKind::right_brace, first);
    return finish_expr(std::move(node), first);
  });
}

ast::CtorField ConstructParser::parse_constructor_field() {
  ast::CtorField field;
  bool is_named = cursor_.is(TokenKind::name) && cursor_.is(TokenKind::equal, 1);
  if (is_named) {
    field.name = parse_field_name();
    cursor_.expect(TokenKind::equal);
    field.value = parse_expression();
    return field;
  }
  size_t first = cursor_.index();
  if (!cursor_.is(TokenKind::left_bracket)) {
    field.value = parse_expression();
    return field;
  }
  // `[e] = v` names the field; `[e]` alone is a value that may splice a list.
  ast::EscapeId escape = parse_bracketed_lua();
  if (cursor_.accept(TokenKind::equal)) {
    ast::FieldName name;
    name.escape = escape;
    name.range = cursor_.range(cursor_.at(first));
    field.name = std::move(name);
    field.value = parse_expression();
    return field;
  }
  auto node = std::make_unique<ast::EscapeExpr>();
  node->escape = escape;
  field.value = parse_suffixes(finish_expr(std::move(node), first), first);
  field.value = parse_operators_after(std::move(field.value), first, 0);
  return field;
}

}  // namespace palatine::parse
