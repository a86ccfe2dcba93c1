// Lua's expressions, with Terra's type operators.
#include <algorithm>

#include "frontend/host/lua_parser.h"
#include "frontend/lex/literal.h"

namespace palatine::host {

using lex::TokenKind;

// How tightly an operator binds to its left and to its right; right-associative where the right is smaller.
struct Binding {
  int left;
  int right;
};

static constexpr int kUnaryBinding = 9;

static std::optional<Binding> binary_binding(TokenKind kind) {
  switch (kind) {
    case TokenKind::plus:
    case TokenKind::minus:
      return Binding{7, 7};
    case TokenKind::star:
    case TokenKind::slash:
    case TokenKind::percent:
      return Binding{8, 8};
    case TokenKind::caret:
      return Binding{11, 10};
    case TokenKind::concat:
      return Binding{6, 5};
    case TokenKind::equal_equal:
    case TokenKind::tilde_equal:
    case TokenKind::less:
    case TokenKind::less_equal:
    case TokenKind::greater:
    case TokenKind::greater_equal:
      return Binding{3, 3};
    case TokenKind::kw_and:
      return Binding{2, 2};
    case TokenKind::kw_or:
      return Binding{1, 1};
    case TokenKind::arrow:
      return Binding{3, 2};
    default:
      return std::nullopt;
  }
}

void LuaParser::parse_expression_list() {
  do {
    parse_expression();
  } while (cursor_.accept(TokenKind::comma));
}

LuaParser::ExprForm LuaParser::parse_expression() {
  return parse_operators(0);
}

bool LuaParser::is_on_new_line() const {
  const std::string_view before = cursor_.text(cursor_.previous()), next = cursor_.text(cursor_.peek());
  const char* end = before.data() + before.size();
  return std::find(end, next.data(), '\n') != next.data();
}

LuaParser::ExprForm LuaParser::parse_operators(int limit) {
  parse::Cursor::Level level(cursor_);
  const Token& begin = cursor_.peek();
  output_.copy_to(begin.begin);
  size_t mark = output_.mark();
  ExprForm form = ExprForm::other;
  switch (begin.kind) {
    case TokenKind::kw_not:
    case TokenKind::minus:
    case TokenKind::hash:
      cursor_.next();
      parse_operators(kUnaryBinding);
      break;
    case TokenKind::ampersand: {
      cursor_.next();
      parse::Cursor::Level call(cursor_);
      output_.insert("__palatine.pointer_type(");
      output_.skip_to(begin.end);
      parse_operators(kUnaryBinding);
      output_.copy_to(cursor_.previous().end);
      output_.insert(")");
      break;
    }
    default:
      form = parse_simple();
      break;
  }
  while (true) {
    const Token& op = cursor_.peek();
    // A type may stand before a statement that begins with `@`.
    if (op.kind == TokenKind::at && is_on_new_line()) return form;
    if (op.kind == TokenKind::shift_left || op.kind == TokenKind::shift_right || op.kind == TokenKind::at) {
      cursor_.fail("the operators @, << and >> are not supported in Lua code");
    }
    std::optional<Binding> binding = binary_binding(op.kind);
    if (!binding || binding->left <= limit) return form;
    form = ExprForm::other;
    cursor_.next();
    if (op.kind != TokenKind::arrow) {
      parse_operators(binding->right);
      continue;
    }
    parse::Cursor::Level call(cursor_, 2);
    output_.copy_to(op.begin);
    output_.insert_at(mark, "__palatine.function_type(");
    output_.insert(",");
    output_.skip_to(op.end);
    parse_operators(binding->right);
    output_.copy_to(cursor_.previous().end);
    output_.insert(")");
  }
}

LuaParser::ExprForm LuaParser::parse_simple() {
  size_t first = cursor_.index();
  switch (cursor_.peek().kind) {
    case TokenKind::number:
      if (!lex::is_lua_number(cursor_.text(cursor_.peek()))) cursor_.report("malformed number");
      cursor_.next();
      return ExprForm::other;
    case TokenKind::string:
    case TokenKind::kw_nil:
    case TokenKind::kw_true:
    case TokenKind::kw_false:
      cursor_.next();
      return ExprForm::other;
    case TokenKind::dots:
      if (!functions_.back().is_vararg) cursor_.report("cannot use '...' outside a vararg function");
      cursor_.next();
      return ExprForm::other;
    case TokenKind::left_brace:
      parse_table();
      return ExprForm::other;
    case TokenKind::kw_function:
      cursor_.next();
      parse_function_body(first, false);
      return ExprForm::other;
    case TokenKind::kw_terra:
    case TokenKind::kw_struct:
    case TokenKind::kw_quote:
    case TokenKind::backquote:
      parse_terra_expression();
      return ExprForm::other;
    default:
      break;
  }
  if (is_entry_word()) {
    parse_construct_expression();
    return ExprForm::other;
  }
  return parse_primary();
}

bool LuaParser::is_split_here() const {
  // As in Terra: a parenthesis or bracket that starts a line starts a statement.
  return !is_plain_lua_ && cursor_.peek().line > cursor_.previous().end_line;
}

LuaParser::ExprForm LuaParser::parse_primary() {
  size_t first = cursor_.index();
  ExprForm form = ExprForm::assignable;
  if (cursor_.accept(TokenKind::left_paren)) {
    parse_expression();
    cursor_.expect_closing(TokenKind::right_paren, first);
    form = ExprForm::other;
  } else if (cursor_.is(TokenKind::name) && !is_entry_word()) {
    scopes_.use_in_lua(expect_name());
  } else {
    cursor_.fail("unexpected symbol");
  }
  while (true) {
    switch (cursor_.peek().kind) {
      case TokenKind::dot:
        cursor_.next();
        expect_name();
        form = ExprForm::assignable;
        break;
      case TokenKind::left_bracket: {
        if (is_split_here()) return form;
        size_t opener = cursor_.index();
        cursor_.next();
        parse_expression();
        cursor_.expect_closing(TokenKind::right_bracket, opener);
        form = ExprForm::assignable;
        break;
      }
      case TokenKind::colon:
        cursor_.next();
        expect_name();
        parse_arguments();
        form = ExprForm::call;
        break;
      case TokenKind::left_paren:
      case TokenKind::backquote:
      case TokenKind::kw_quote:
        if (is_split_here()) return form;
        [[fallthrough]];
      case TokenKind::string:
      case TokenKind::left_brace:
        parse_arguments();
        form = ExprForm::call;
        break;
      default:
        return form;
    }
  }
}

void LuaParser::parse_arguments() {
  size_t opener = cursor_.index();
  bool is_on_new_line = cursor_.peek().line > cursor_.previous().end_line;
  switch (cursor_.peek().kind) {
    case TokenKind::string:
      cursor_.next();
      return;
    case TokenKind::left_brace:
      parse_table();
      return;
    case TokenKind::backquote:
    case TokenKind::kw_quote:
      // LuaJIT wants a call's parenthesis on the line of what is called.
      output_.copy_to(is_on_new_line ? cursor_.previous().end : cursor_.peek().begin);
      output_.insert("(");
      parse_terra_expression();
      output_.insert(")");
      return;
    case TokenKind::left_paren:
      if (is_on_new_line) cursor_.report("ambiguous syntax (function call or new statement)");
      break;
    default:
      cursor_.fail("function arguments expected");
  }
  cursor_.next();
  if (!cursor_.is(TokenKind::right_paren)) parse_expression_list();
  cursor_.expect_closing(TokenKind::right_paren, opener);
}

void LuaParser::parse_table() {
  size_t opener = cursor_.index();
  cursor_.expect(TokenKind::left_brace);
  while (!cursor_.is(TokenKind::right_brace)) {
    size_t field = cursor_.index();
    if (cursor_.is(TokenKind::name) && cursor_.is(TokenKind::equal, 1)) {
      cursor_.next();
      cursor_.next();
      parse_expression();
    } else if (cursor_.accept(TokenKind::left_bracket)) {
      parse_expression();
      cursor_.expect_closing(TokenKind::right_bracket, field);
      cursor_.expect(TokenKind::equal);
      parse_expression();
    } else {
      parse_expression();
    }
    if (!cursor_.accept(TokenKind::comma) && !cursor_.accept(TokenKind::semicolon)) break;
  }
  if (!cursor_.is(TokenKind::right_brace)) {
    // Going on behind a lost brace would only confuse.
    cursor_.expect_closing(TokenKind::right_brace, opener);
    throw parse::SyntaxError{};
  }
  cursor_.next();
}

}  // namespace palatine::host
