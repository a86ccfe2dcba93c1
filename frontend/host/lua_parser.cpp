// Lua's blocks and statements.
#include "frontend/host/lua_parser.h"

#include "frontend/lex/lexer.h"
#include "frontend/lex/literal.h"

namespace palatine::host {

using lex::TokenKind;
using parse::SyntaxError;

Translation translate(const SourceManager& sources, FileId file, Diagnostics& diags, size_t first_number,
                      bool is_plain_lua) {
  std::vector<lex::Token> tokens = lex::tokenize(sources, file, diags, {is_plain_lua});
  parse::Cursor cursor(sources, file, tokens, diags);
  return LuaParser(cursor, first_number, is_plain_lua).parse_chunk();
}

Translation LuaParser::parse_chunk() {
  functions_.push_back({true, 0});
  parse::Scopes::Scope scope(scopes_);
  parse_block();
  while (!cursor_.at_end()) {
    // An `end` too many; what follows it is parsed as if it were not there.
    cursor_.report("'<eof>' expected");
    cursor_.next();
    is_regent_on_ = has_import_;
    parse_block();
  }
  output_.copy_to(cursor_.text().size());
  return {output_.take(), std::move(constructs_)};
}

bool LuaParser::is_block_end() const {
  switch (cursor_.peek().kind) {
    case TokenKind::kw_end:
    case TokenKind::kw_else:
    case TokenKind::kw_elseif:
    case TokenKind::kw_until:
    case TokenKind::end_of_file:
      return true;
    default:
      return false;
  }
}

void LuaParser::parse_block() {
  // The language stays on to the end of the block that imports it.
  bool was_regent_on = is_regent_on_;
  bool is_last = false;
  while (!is_block_end()) {
    size_t start = cursor_.index();
    try {
      parse::Cursor::Level level(cursor_);
      if (is_last) cursor_.fail_expected(functions_.size() > 1 ? "'end'" : "'<eof>'");
      is_last = parse_statement();
      // A parenthesis that starts the next statement must not become a call of what was written for this one.
      if (!cursor_.accept(TokenKind::semicolon) && cursor_.is(TokenKind::left_paren)) {
        output_.copy_to(cursor_.previous().end);
        output_.insert(";");
      }
    } catch (const SyntaxError&) {
      is_last = false;
      skip_to_statement(start);
    }
  }
  is_regent_on_ = was_regent_on;
}

void LuaParser::parse_scoped_block() {
  parse::Scopes::Scope scope(scopes_);
  parse_block();
}

void LuaParser::skip_to_statement(size_t statement_start) {
  if (cursor_.index() == statement_start && !is_block_end()) cursor_.next();
  while (!is_block_end()) {
    switch (cursor_.peek().kind) {
      case TokenKind::kw_local:
      case TokenKind::kw_function:
      case TokenKind::kw_if:
      case TokenKind::kw_while:
      case TokenKind::kw_for:
      case TokenKind::kw_repeat:
      case TokenKind::kw_return:
      case TokenKind::kw_break:
      case TokenKind::kw_do:
      case TokenKind::kw_terra:
      case TokenKind::kw_struct:
      case TokenKind::kw_import:
        return;
      default:
        break;
    }
    bool starts_line = cursor_.peek().line > cursor_.previous().end_line;
    if (starts_line && cursor_.is(TokenKind::name)) return;
    if (is_entry_word() && cursor_.is(TokenKind::name, 1)) return;
    cursor_.next();
  }
}

void LuaParser::parse_header(TokenKind opener, const std::function<void()>& header) {
  size_t start = cursor_.index();
  try {
    header();
  } catch (const SyntaxError&) {
    uint32_t line = cursor_.peek().line;
    while (!cursor_.at_end() && !cursor_.is(opener) && cursor_.peek().line == line) cursor_.next();
    if (!cursor_.accept(opener) && cursor_.peek().line == line) skip_to_statement(start);
  }
}

std::string_view LuaParser::expect_name() {
  if (!cursor_.is(TokenKind::name)) cursor_.fail_expected("<name>");
  return cursor_.text(cursor_.next());
}

bool LuaParser::parse_statement() {
  size_t first = cursor_.index();
  switch (cursor_.peek().kind) {
    case TokenKind::kw_if:
      parse_if();
      return false;
    case TokenKind::kw_while:
      parse_while();
      return false;
    case TokenKind::kw_for:
      parse_for();
      return false;
    case TokenKind::kw_repeat:
      parse_repeat();
      return false;
    case TokenKind::kw_function:
      parse_function_statement();
      return false;
    case TokenKind::kw_local:
      parse_local();
      return false;
    case TokenKind::kw_import:
      parse_import();
      return false;
    case TokenKind::kw_return:
      parse_return();
      return true;
    case TokenKind::kw_terra:
    case TokenKind::kw_struct:
      parse_terra_statement(kNoLocal);
      return false;
    case TokenKind::kw_do:
      cursor_.next();
      parse_scoped_block();
      cursor_.expect_closing(TokenKind::kw_end, first);
      return false;
    case TokenKind::kw_break:
      if (functions_.back().loop_depth == 0) cursor_.report("no loop to break");
      cursor_.next();
      return true;
    case TokenKind::kw_goto:
      cursor_.next();
      expect_name();
      return false;
    case TokenKind::double_colon:
      cursor_.next();
      expect_name();
      cursor_.expect(TokenKind::double_colon);
      return false;
    default:
      break;
  }
  if (is_entry_word()) {
    parse_construct_statement(kNoLocal);
  } else {
    parse_expression_statement();
  }
  return false;
}

void LuaParser::parse_if() {
  size_t first = cursor_.index();
  do {
    cursor_.next();
    parse_header(TokenKind::kw_then, [&] {
      parse_expression();
      cursor_.expect(TokenKind::kw_then);
    });
    parse_scoped_block();
  } while (cursor_.is(TokenKind::kw_elseif));
  if (cursor_.accept(TokenKind::kw_else)) parse_scoped_block();
  cursor_.expect_closing(TokenKind::kw_end, first);
}

void LuaParser::parse_while() {
  size_t first = cursor_.index();
  cursor_.next();
  parse_header(TokenKind::kw_do, [&] {
    parse_expression();
    cursor_.expect(TokenKind::kw_do);
  });
  ++functions_.back().loop_depth;
  parse_scoped_block();
  --functions_.back().loop_depth;
  cursor_.expect_closing(TokenKind::kw_end, first);
}

void LuaParser::parse_repeat() {
  size_t first = cursor_.index();
  cursor_.next();
  // The condition sees the locals of the body.
  parse::Scopes::Scope scope(scopes_);
  ++functions_.back().loop_depth;
  parse_block();
  --functions_.back().loop_depth;
  cursor_.expect_closing(TokenKind::kw_until, first);
  parse_expression();
}

void LuaParser::parse_for() {
  size_t first = cursor_.index();
  cursor_.next();
  std::vector<std::string_view> names;
  parse_header(TokenKind::kw_do, [&] {
    names.push_back(expect_name());
    if (cursor_.accept(TokenKind::equal)) {
      parse_expression();
      cursor_.expect(TokenKind::comma);
      parse_expression();
      if (cursor_.accept(TokenKind::comma)) parse_expression();
    } else {
      while (cursor_.accept(TokenKind::comma)) names.push_back(expect_name());
      if (!cursor_.accept(TokenKind::kw_in)) cursor_.fail_expected("'=' or 'in'");
      parse_expression_list();
    }
    cursor_.expect(TokenKind::kw_do);
  });
  parse::Scopes::Scope scope(scopes_);
  for (std::string_view name : names) scopes_.declare_local(name);
  ++functions_.back().loop_depth;
  parse_scoped_block();
  --functions_.back().loop_depth;
  cursor_.expect_closing(TokenKind::kw_end, first);
}

void LuaParser::parse_function_statement() {
  size_t first = cursor_.index();
  cursor_.next();
  scopes_.use_in_lua(expect_name());
  while (cursor_.accept(TokenKind::dot)) expect_name();
  bool has_self = cursor_.accept(TokenKind::colon);
  if (has_self) expect_name();
  parse_function_body(first, has_self);
}

void LuaParser::parse_function_body(size_t opener, bool has_self) {
  parse::Scopes::Scope scope(scopes_);
  functions_.push_back({});
  if (has_self) scopes_.declare_local("self");
  parse_header(TokenKind::right_paren, [&] {
    size_t paren = cursor_.index();
    cursor_.expect(TokenKind::left_paren);
    if (!cursor_.is(TokenKind::right_paren)) {
      do {
        if (cursor_.accept(TokenKind::dots)) {
          functions_.back().is_vararg = true;
          break;
        }
        scopes_.declare_local(expect_name());
      } while (cursor_.accept(TokenKind::comma));
    }
    cursor_.expect_closing(TokenKind::right_paren, paren);
  });
  parse_block();
  functions_.pop_back();
  cursor_.expect_closing(TokenKind::kw_end, opener);
}

void LuaParser::parse_local() {
  size_t first = cursor_.index();
  cursor_.next();
  size_t keyword = cursor_.index();
  if (cursor_.accept(TokenKind::kw_function)) {
    // A local function sees itself.
    scopes_.declare_local(expect_name());
    return parse_function_body(keyword, false);
  }
  if (cursor_.is(TokenKind::kw_terra) || cursor_.is(TokenKind::kw_struct))
    return parse_terra_statement(first);
  if (is_entry_word()) return parse_construct_statement(first);
  std::vector<std::string_view> names;
  do {
    names.push_back(expect_name());
  } while (cursor_.accept(TokenKind::comma));
  if (cursor_.accept(TokenKind::equal)) parse_expression_list();
  // The names become visible behind their values.
  for (std::string_view name : names) scopes_.declare_local(name);
}

void LuaParser::parse_return() {
  cursor_.next();
  if (!is_block_end() && !cursor_.is(TokenKind::semicolon)) parse_expression_list();
}

void LuaParser::parse_expression_statement() {
  if (!is_regent_on_ && !is_plain_lua_ && cursor_.is(TokenKind::name, 1) &&
      (cursor_.is_word("task") || cursor_.is_word("fspace"))) {
    // Most likely a forgotten import: without this, the next messages would all be riddles.
    cursor_.diags().report(DiagKind::host_import_missing, cursor_.range(), cursor_.text(cursor_.peek()));
    is_regent_on_ = true;
    return parse_construct_statement(kNoLocal);
  }
  ExprForm form = parse_primary();
  if (!cursor_.is(TokenKind::equal) && !cursor_.is(TokenKind::comma)) {
    if (form != ExprForm::call)
      cursor_.fail(form == ExprForm::assignable ? "'=' expected" : "unexpected symbol");
    return;
  }
  int targets = 1;
  while (true) {
    if (form != ExprForm::assignable) cursor_.fail("cannot assign to this expression");
    if (!cursor_.accept(TokenKind::comma)) break;
    if (++targets > parse::Cursor::kMaxDepth) cursor_.fail_too_deep();
    form = parse_primary();
  }
  cursor_.expect(TokenKind::equal);
  parse_expression_list();
}

void LuaParser::parse_import() {
  const Token& word = cursor_.next();
  const Token& name = cursor_.peek();
  cursor_.expect(TokenKind::string);
  std::string language = lex::decode_string(cursor_.text(name));
  if (language != "regent") {
    // Without knowing its syntax, nothing in the rest of the file can be judged.
    cursor_.diags().report(DiagKind::host_unknown_language, cursor_.range(name), language);
    while (!cursor_.at_end()) cursor_.next();
    return;
  }
  is_regent_on_ = has_import_ = true;
  output_.copy_to(word.begin);
  output_.insert("__palatine.import(\"regent\")");
  output_.insert(std::string(name.end_line - word.line, '\n'));
  output_.skip_to(name.end);
}

}  // namespace palatine::host
