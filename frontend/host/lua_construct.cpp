// Constructs inside Lua: finding them, and writing the calls that replace them.
#include <algorithm>
#include <iterator>

#include "frontend/host/lua_parser.h"

namespace palatine::host {

using lex::TokenKind;
using lex::WordClass;
using parse::ConstructParser;

// Around the Lua code of an escape there are a call, a table, a function, its body and a parenthesis.
static constexpr int kEscapeLevels = 5;

bool LuaParser::is_entry_word() const {
  return is_regent_on_ && cursor_.is(TokenKind::name) && cursor_.peek().word == WordClass::regent_entry;
}

void LuaParser::parse_construct_statement(size_t local_index) {
  bool is_local = local_index != kNoLocal;
  size_t first = is_local ? local_index : cursor_.index();
  if (cursor_.is_word("remit") && !is_local) return parse_remit();
  ast::ConstructPtr construct = ConstructParser(cursor_, scopes_, *this).parse_top_statement();
  const auto* task =
      construct->kind == ast::ConstructKind::task ? static_cast<ast::Task*>(construct.get()) : nullptr;
  std::vector<std::string> name = task ? task->name : static_cast<ast::Fspace&>(*construct).name;
  if (is_local && name.size() > 1) {
    SourceRange range = task ? task->name_range : construct->anchor;
    cursor_.diags().report(DiagKind::host_local_path, range);
  }
  write_definition(std::move(construct), name, first, is_local);
}

void LuaParser::parse_terra_statement(size_t local_index) {
  bool is_local = local_index != kNoLocal;
  size_t first = is_local ? local_index : cursor_.index();
  ConstructParser parser(cursor_, scopes_, *this);
  if (cursor_.is(TokenKind::kw_struct)) {
    ast::ConstructPtr record = parser.parse_terra_struct(true, is_local);
    std::vector<std::string> name = static_cast<ast::TerraStruct&>(*record).name;
    return write_definition(std::move(record), name, first, is_local);
  }
  ast::ConstructPtr function = parser.parse_terra_function(true, is_local);
  const auto& terra = static_cast<const ast::TerraFunction&>(*function);
  // Executing a method adds it to its type.
  if (terra.is_method) return write_construct(std::move(function), first, "");
  std::vector<std::string> name = terra.name;
  write_definition(std::move(function), name, first, is_local);
}

void LuaParser::parse_remit() {
  const Token& word = cursor_.next();
  output_.copy_to(word.begin);
  output_.insert("__palatine.remit(");
  output_.skip_to(word.end);
  parse_expression();
  output_.copy_to(cursor_.previous().end);
  output_.insert(")");
}

void LuaParser::parse_construct_expression() {
  size_t first = cursor_.index();
  if (cursor_.is_word("__line")) {
    const Token& word = cursor_.next();
    output_.copy_to(word.begin);
    output_.insert(std::to_string(word.line));
    output_.skip_to(word.end);
    return;
  }
  write_construct(ConstructParser(cursor_, scopes_, *this).parse_top_expression(), first, "");
}

void LuaParser::parse_terra_expression() {
  size_t first = cursor_.index();
  ConstructParser parser(cursor_, scopes_, *this);
  switch (cursor_.peek().kind) {
    case TokenKind::kw_terra:
      return write_construct(parser.parse_terra_function(false, false), first, "");
    case TokenKind::kw_struct:
      return write_construct(parser.parse_terra_struct(false, false), first, "");
    default:
      return write_construct(parser.parse_terra_quote(), first, "");
  }
}

void LuaParser::write_definition(ast::ConstructPtr construct, const std::vector<std::string>& name,
                                 size_t first, bool is_local) {
  std::string prefix = is_local ? "local " : "";
  for (size_t i = 0; i < name.size(); ++i) prefix += (i ? "." : "") + name[i];
  if (!is_local) scopes_.use_in_lua(name[0]);
  write_construct(std::move(construct), first, prefix + "=");
  if (is_local) scopes_.declare_local(name[0]);
}

// Line ends that bring the output from one line of the source to another. After syntax errors, escapes may be
// unknown and their lines meaningless.
static std::string line_ends(uint32_t from, uint32_t to) {
  return std::string(to > from ? to - from : 0, '\n');
}

void LuaParser::write_construct(ast::ConstructPtr construct, size_t first, std::string_view prefix) {
  const Token& begin = cursor_.at(first);
  uint32_t line = begin.line;
  output_.copy_to(begin.begin);
  std::string text(prefix);
  fmt::format_to(std::back_inserter(text), "__palatine.execute({},{{", first_number_ + constructs_.size());
  for (const ast::CaptureInfo& capture : construct->captures) {
    text += capture.is_local ? capture.name : "nil";
    text += ",";
  }
  text += "},{";
  const std::vector<EscapeText>& escapes = escape_texts_[construct.get()];
  // After a syntax error the texts may be those of a construct that was given up and lay at the same address.
  const size_t escape_count = std::min(escapes.size(), construct->escapes.size());
  for (size_t i = 0; i < escape_count; ++i) {
    text += line_ends(line, escapes[i].line);
    text += "function(";
    const char* separator = "";
    for (ast::BindingId param : construct->escapes[i].params) {
      text += separator + construct->bindings[param.index].name;
      separator = ",";
    }
    text += ")" + escapes[i].text + " end,";
    line = escapes[i].end_line;
  }
  text += line_ends(line, cursor_.previous().end_line) + "})";
  output_.insert(text);
  output_.skip_to(cursor_.previous().end);
  escape_texts_.erase(construct.get());
  constructs_.push_back(std::move(construct));
}

template <typename Parse>
void LuaParser::parse_escape(const ast::Construct& construct, std::string_view before, std::string_view after,
                             ast::EscapeId escape, const Parse& parse) {
  parse::Cursor::Level level(cursor_, kEscapeLevels);
  uint32_t line = cursor_.peek().line;
  uint32_t end_line = line;
  std::string text;
  {
    Output::Apart apart(output_, cursor_.peek().begin);
    functions_.push_back({});
    // The escape is a function of its own, and so is what went wrong in it.
    struct Restore {
      std::vector<Function>& functions;
      size_t size;
      ~Restore() { functions.resize(size); }
    } restore{functions_, functions_.size() - 1};
    size_t first = cursor_.index();
    parse();
    if (cursor_.index() > first) {
      output_.copy_to(cursor_.previous().end);
      end_line = cursor_.previous().end_line;
    }
    text = apart.take();
  }
  auto& texts = escape_texts_[&construct];
  texts.resize(construct.escapes.size());
  texts[escape.index] = {line, end_line, std::string(before) + text + std::string(after)};
}

void LuaParser::parse_expression(const ast::Construct& construct, ast::EscapeId escape) {
  // The parentheses keep one value and keep the escape's own frame, which tells positions, on the stack.
  parse_escape(construct, " return (", ")", escape, [this] { parse_expression(); });
}

void LuaParser::parse_statements(const ast::Construct& construct, ast::EscapeId escape) {
  bool is_terra = construct.kind != ast::ConstructKind::task && construct.kind != ast::ConstructKind::rquote;
  parse_escape(construct, is_terra ? " local emit=__palatine.remit " : " ", "", escape, [this, is_terra] {
    if (is_terra) scopes_.declare_local("emit");
    parse_block();
  });
}

void LuaParser::use_path(const ast::Construct& construct, ast::EscapeId escape, size_t first) {
  const Token& begin = cursor_.at(first);
  scopes_.use_in_lua(cursor_.text(begin));
  auto& texts = escape_texts_[&construct];
  texts.resize(construct.escapes.size());
  std::string_view path = cursor_.text().substr(begin.begin, cursor_.previous().end - begin.begin);
  texts[escape.index] = {begin.line, cursor_.previous().end_line, " return (" + std::string(path) + ")"};
}

}  // namespace palatine::host
