// What the parsers of all constructs share: names, bindings, embedded Lua, and going on after errors.
#include "frontend/parse/construct_parser.h"

namespace palatine::parse {

using lex::TokenKind;
using lex::WordClass;

ast::BindingId ConstructParser::add_binding(std::string_view name, SourceRange range) {
  construct_->bindings.push_back({std::string(name), range});
  return ast::BindingId{static_cast<uint32_t>(construct_->bindings.size() - 1)};
}

ast::BindingId ConstructParser::declare(std::string_view name, SourceRange range) {
  ast::BindingId earlier = scopes_.binding_in_this_scope(name);
  // Terra code may declare a variable again; the new one hides the old one.
  if (earlier.is_valid() && !is_terra_) {
    cursor_.diags()
        .report(DiagKind::name_redefined, range, name)
        .note(DiagKind::previous_definition, construct_->bindings[earlier.index].range, name);
  }
  ast::BindingId binding = add_binding(name, range);
  scopes_.declare_binding(name, binding);
  return binding;
}

const lex::Token& ConstructParser::expect_name() {
  bool is_name = is_terra_ ? cursor_.is(TokenKind::name) : cursor_.is_regent_name();
  if (!is_name) {
    cursor_.report("<name> expected");
    // `var end = 1`: a name was meant.
    const bool is_used_as_name =
        cursor_.is_word_like() && (cursor_.is(TokenKind::equal, 1) || cursor_.is(TokenKind::colon, 1));
    if (!is_used_as_name) throw SyntaxError{};
  }
  return cursor_.next();
}

ast::NameUse ConstructParser::parse_name_use() {
  const Token& token = expect_name();
  return scopes_.use_in_construct(cursor_.text(token), cursor_.range(token));
}

ast::EscapeId ConstructParser::add_escape(bool is_statements) {
  construct_->escapes.push_back({});
  construct_->escapes.back().is_statements = is_statements;
  return ast::EscapeId{static_cast<uint32_t>(construct_->escapes.size() - 1)};
}

ast::EscapeId ConstructParser::parse_lua_expression() {
  ast::EscapeId escape = add_escape(false);
  size_t first = cursor_.index();
  Scopes::Scope scope(scopes_, escape);
  lua_.parse_expression(*construct_, escape);
  construct_->escapes[escape.index].range = cursor_.range_from(first);
  return escape;
}

ast::EscapeId ConstructParser::parse_bracketed_lua() {
  size_t opener = cursor_.index();
  cursor_.expect(TokenKind::left_bracket);
  ast::EscapeId escape = parse_lua_expression();
  cursor_.expect_closing(TokenKind::right_bracket, opener);
  return escape;
}

ast::EscapeId ConstructParser::parse_lua_statements() {
  ast::EscapeId escape = add_escape(true);
  size_t first = cursor_.index();
  Scopes::Scope scope(scopes_, escape);
  lua_.parse_statements(*construct_, escape);
  construct_->escapes[escape.index].range = cursor_.range_from(first);
  return escape;
}

void ConstructParser::parse_construct_name(std::vector<std::string>& name, SourceRange& range,
                                           bool is_dotted) {
  size_t first = cursor_.index();
  do {
    name.emplace_back(cursor_.text(expect_name()));
  } while (is_dotted && cursor_.accept(TokenKind::dot));
  range = cursor_.range_from(first);
}

void ConstructParser::finish(ast::Construct& construct, size_t first, size_t keyword) {
  construct.range = cursor_.range_from(first);
  construct.anchor = cursor_.range(cursor_.at(keyword));
}

ConstructParser::ConstructParser(Cursor& cursor, Scopes& scopes, EmbeddedLua& lua)
    : cursor_(cursor), scopes_(scopes), lua_(lua), column_(cursor.indentation(cursor.index())) {}

bool ConstructParser::is_outside_word() const {
  switch (cursor_.peek().kind) {
    case TokenKind::kw_local:
    case TokenKind::kw_function:
    case TokenKind::kw_terra:
    case TokenKind::kw_struct:
    case TokenKind::kw_import:
      break;
    case TokenKind::name:
      if (cursor_.peek().word == WordClass::regent_entry && cursor_.is(TokenKind::name, 1)) break;
      return false;
    default:
      return false;
  }
  return cursor_.column(cursor_.index()) <= column_;
}

bool ConstructParser::is_block_end() const {
  switch (cursor_.peek().kind) {
    case TokenKind::kw_end:
    case TokenKind::kw_else:
    case TokenKind::kw_elseif:
    case TokenKind::kw_until:
    case TokenKind::end_of_file:
      return true;
    case TokenKind::kw_in:
      return is_terra_;
    default:
      return is_outside_word() || (switch_depth_ > 0 && cursor_.is_word("case"));
  }
}

void ConstructParser::refuse_definition(std::string_view text) {
  cursor_.report(text);
  int depth = 0;
  bool is_header = false;  // of a task, behind `where`
  while (!cursor_.is(TokenKind::end_of_file)) {
    switch (cursor_.next().kind) {
      case TokenKind::kw_function:
      case TokenKind::kw_terra:
      case TokenKind::kw_if:
      case TokenKind::kw_repeat:
        ++depth;
        break;
      case TokenKind::kw_do:
        if (!is_header) ++depth;
        is_header = false;
        break;
      case TokenKind::kw_end:
      case TokenKind::kw_until:
        if (--depth <= 0) return;
        break;
      default:
        if (cursor_.text(cursor_.previous()) == "task") ++depth;
        if (cursor_.text(cursor_.previous()) == "where") is_header = true;
    }
  }
}

void ConstructParser::skip_to_statement(size_t statement_start) {
  if (cursor_.index() == statement_start && !is_block_end()) cursor_.next();
  // `var var = 1` is one mistake, not a second statement.
  if (cursor_.is(TokenKind::kw_var) && cursor_.previous().kind == TokenKind::kw_var) cursor_.next();
  while (!is_block_end()) {
    switch (cursor_.peek().kind) {
      case TokenKind::kw_var:
      case TokenKind::kw_if:
      case TokenKind::kw_while:
      case TokenKind::kw_for:
      case TokenKind::kw_repeat:
      case TokenKind::kw_return:
      case TokenKind::kw_break:
      case TokenKind::kw_do:
      case TokenKind::kw_function:
      case TokenKind::kw_terra:
        return;
      case TokenKind::semicolon:
        cursor_.next();
        return;
      default:
        break;
    }
    // A name that starts a line most likely starts a statement.
    bool starts_line = cursor_.peek().line > cursor_.previous().end_line;
    if (starts_line && (cursor_.is_regent_name() || is_annotation() || cursor_.is(TokenKind::at))) return;
    cursor_.next();
  }
}

void ConstructParser::parse_header(TokenKind opener, const std::function<void()>& header) {
  size_t start = cursor_.index();
  try {
    header();
  } catch (const SyntaxError&) {
    uint32_t line = cursor_.peek().line;
    // What opens the body is on the same line or starts the next one.
    size_t ahead = 0;
    const bool starts_line = line > cursor_.previous().end_line;
    while (!starts_line && !cursor_.is(TokenKind::end_of_file, ahead) && !cursor_.is(opener, ahead) &&
           cursor_.peek(ahead).line == line) {
      ++ahead;
    }
    if (cursor_.is(opener, ahead)) {
      for (size_t i = 0; i <= ahead; ++i) cursor_.next();
    } else {
      skip_to_statement(start);
    }
  }
}

ast::ConstructPtr ConstructParser::parse_top_statement() {
  size_t first = cursor_.index();
  ast::Annotations annotations = parse_annotations();
  if (cursor_.is_word("task") || cursor_.is_word("extern")) return parse_task(std::move(annotations), first);
  if (cursor_.is_word("fspace")) return parse_fspace(std::move(annotations), first);
  cursor_.fail("unexpected token in top-level statement");
}

ast::ConstructPtr ConstructParser::parse_top_expression() {
  size_t first = cursor_.index();
  ast::Annotations annotations = parse_annotations();
  size_t keyword = cursor_.index();
  if (cursor_.accept_word("rexpr")) {
    auto quote = std::make_unique<ast::Rexpr>();
    construct_ = quote.get();
    Scopes::Scope scope(scopes_, *quote);
    quote->annotations = std::move(annotations);
    quote->expr = parse_expression();
    cursor_.expect_closing(TokenKind::kw_end, keyword);
    finish(*quote, first, keyword);
    return quote;
  }
  if (cursor_.accept_word("rquote")) {
    auto quote = std::make_unique<ast::Rquote>();
    construct_ = quote.get();
    Scopes::Scope scope(scopes_, *quote);
    quote->annotations = std::move(annotations);
    quote->body = parse_block();
    cursor_.expect_closing(TokenKind::kw_end, keyword);
    finish(*quote, first, keyword);
    return quote;
  }
  cursor_.fail("unexpected token in top-level expression");
}

}  // namespace palatine::parse
