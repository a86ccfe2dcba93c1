// Names, escapes, parentheses and builtin forms, and what may follow them: fields, indices, calls.
#include "frontend/lex/literal.h"
#include "frontend/parse/construct_parser.h"

namespace palatine::parse {

using lex::TokenKind;

ast::ExprPtr ConstructParser::parse_primary() {
  size_t first = cursor_.index();
  return parse_suffixes(parse_prefix(), first);
}

ast::ExprPtr ConstructParser::parse_prefix() {
  Cursor::Level level(cursor_);
  size_t first = cursor_.index();
  switch (cursor_.peek().kind) {
    case TokenKind::left_paren: {
      cursor_.next();
      ast::ExprPtr expr = parse_expression();
      cursor_.expect_closing(TokenKind::right_paren, first);
      expr->has_parens = true;
      return expr;
    }
    case TokenKind::left_bracket: {
      auto node = std::make_unique<ast::EscapeExpr>();
      node->escape = parse_bracketed_lua();
      return finish_expr(std::move(node), first);
    }
    case TokenKind::kw_nil:
      cursor_.next();
      return finish_expr(std::make_unique<ast::NilExpr>(), first);
    case TokenKind::name:
      break;
    default:
      cursor_.fail("unexpected token in expression");
  }
  if (is_terra_ || cursor_.is_regent_name()) {
    auto node = std::make_unique<ast::NameExpr>();
    node->name = parse_name_use();
    return finish_expr(std::move(node), first);
  }
  if (cursor_.is_word("__line")) {
    auto node = std::make_unique<ast::NumberExpr>();
    node->integer = cursor_.next().line;
    return finish_expr(std::move(node), first);
  }
  if (ast::ExprPtr builtin = try_parse_builtin()) return builtin;
  cursor_.fail("unexpected token in expression");
}

bool ConstructParser::is_suffix() const {
  switch (cursor_.peek().kind) {
    case TokenKind::dot:
    case TokenKind::colon:
    case TokenKind::left_brace:
    case TokenKind::string:
      return true;
    // In terra code, as in its host, these start a new statement when they start a line.
    case TokenKind::left_paren:
    case TokenKind::left_bracket:
      return !is_terra_ || cursor_.peek().line == cursor_.previous().end_line;
    default:
      return false;
  }
}

ast::ExprPtr ConstructParser::parse_suffixes(ast::ExprPtr expr, size_t first) {
  size_t first_suffix = cursor_.index();
  while (is_suffix()) {
    int height = expr->height;
    expr = measure(height, [&] { return parse_suffix(std::move(expr)); });
    expr->range = cursor_.range_from(first);
    expr->anchor = cursor_.range(cursor_.at(first_suffix));
  }
  return expr;
}

ast::ExprPtr ConstructParser::parse_suffix(ast::ExprPtr expr) {
  size_t opener = cursor_.index();
  if (cursor_.accept(TokenKind::dot)) {
    if (cursor_.is(TokenKind::left_brace)) {
      auto node = std::make_unique<ast::ProjectionExpr>();
      node->fields = parse_projection_fields();
      node->object = std::move(expr);
      return node;
    }
    auto node = std::make_unique<ast::FieldExpr>();
    node->field = parse_field_name();
    node->object = std::move(expr);
    return node;
  }
  if (cursor_.accept(TokenKind::left_bracket)) {
    const Cursor::Continued continued(cursor_, opener);
    auto node = std::make_unique<ast::IndexExpr>();
    node->index = parse_expression();
    cursor_.expect_closing(TokenKind::right_bracket, opener);
    node->object = std::move(expr);
    return node;
  }
  if (cursor_.accept(TokenKind::colon)) {
    auto node = std::make_unique<ast::MethodCallExpr>();
    node->method = parse_field_name();
    std::vector<ast::Condition> conditions;
    parse_arguments(node->args, conditions);
    if (!conditions.empty()) cursor_.report("method call cannot have conditions");
    node->object = std::move(expr);
    return node;
  }
  auto node = std::make_unique<ast::CallExpr>();
  parse_arguments(node->args, node->conditions);
  node->callee = std::move(expr);
  return node;
}

void ConstructParser::parse_arguments(std::vector<ast::ExprPtr>& args,
                                      std::vector<ast::Condition>& conditions) {
  if (cursor_.is(TokenKind::left_brace) || cursor_.is(TokenKind::string)) {
    args.push_back(parse_simple());
    return;
  }
  size_t opener = cursor_.index();
  if (!cursor_.accept(TokenKind::left_paren)) cursor_.fail("unexpected token in fnargs expression");
  if (!cursor_.is(TokenKind::right_paren)) {
    do {
      if (!is_terra_ && is_condition()) {
        conditions.push_back(parse_condition());
      } else if (!conditions.empty()) {
        cursor_.fail("expected condition");
      } else {
        args.push_back(parse_expression());
      }
    } while (cursor_.accept(TokenKind::comma));
  }
  cursor_.expect_closing(TokenKind::right_paren, opener);
}

bool ConstructParser::is_condition() const {
  return cursor_.is_word("arrives") || cursor_.is_word("awaits");
}

ast::Condition ConstructParser::parse_condition() {
  ast::Condition condition;
  size_t first = cursor_.index();
  while (!cursor_.is(TokenKind::left_paren)) {
    if (cursor_.accept_word("arrives")) {
      condition.arrives = true;
    } else if (cursor_.accept_word("awaits")) {
      condition.awaits = true;
    } else {
      cursor_.fail("expected condition");
    }
  }
  size_t opener = cursor_.index();
  cursor_.expect(TokenKind::left_paren);
  condition.values = parse_expression_list();
  cursor_.expect_closing(TokenKind::right_paren, opener);
  condition.range = cursor_.range_from(first);
  return condition;
}

}  // namespace palatine::parse
