// `var` statements.
#include "frontend/parse/construct_parser.h"

namespace palatine::parse {

using lex::TokenKind;

std::vector<bool> ConstructParser::peek_region_values() const {
  std::vector<bool> values;
  int depth = 0;
  bool is_value = false;  // behind the `=`
  uint32_t line = cursor_.peek().line;
  for (size_t i = 0; !cursor_.is(TokenKind::end_of_file, i); ++i) {
    TokenKind kind = cursor_.peek(i).kind;
    if (kind == TokenKind::left_paren || kind == TokenKind::left_brace || kind == TokenKind::left_bracket)
      ++depth;
    if (kind == TokenKind::right_paren || kind == TokenKind::right_brace || kind == TokenKind::right_bracket)
      --depth;
    if (depth < 0 || kind == TokenKind::kw_end || (i > 0 && kind == TokenKind::kw_var)) break;
    if (depth > 0) continue;
    bool starts_value = is_value ? kind == TokenKind::comma : kind == TokenKind::equal;
    if (starts_value) {
      is_value = true;
      values.push_back(cursor_.is_word("region", i + 1) && cursor_.is(TokenKind::left_paren, i + 2));
    } else if (is_value && kind == TokenKind::equal) {
      // The next statement's assignment.
      break;
    } else if (!is_value && cursor_.peek(i).line > line + 1) {
      // A declaration without values: what follows is another statement.
      break;
    }
    line = cursor_.peek(i).end_line;
  }
  return values;
}

ast::StatPtr ConstructParser::parse_var() {
  size_t first = cursor_.index();
  cursor_.next();
  if (!is_terra_ && cursor_.is(TokenKind::left_brace)) return parse_var_unpack(first);

  auto node = std::make_unique<ast::VarStat>();
  std::vector<bool> is_region = is_terra_ ? std::vector<bool>() : peek_region_values();
  do {
    ast::VarStat::Variable variable;
    size_t name_first = cursor_.index();
    if (cursor_.is(TokenKind::left_bracket)) {
      variable.declared.escape = parse_bracketed_lua();
      variable.declared.range = cursor_.range_from(name_first);
    } else {
      const Token& name = expect_name();
      variable.declared.text = cursor_.text(name);
      variable.declared.range = cursor_.range(name);
      // `var r = region(is, T(r))`: the name of a region is visible in its own type.
      size_t place = node->variables.size();
      if (place < is_region.size() && is_region[place]) {
        variable.declared.binding = declare(variable.declared.text, variable.declared.range);
      }
      if (cursor_.accept(TokenKind::colon)) variable.type = parse_lua_expression();
    }
    node->variables.push_back(std::move(variable));
  } while (cursor_.accept(TokenKind::comma));
  if (cursor_.accept(TokenKind::equal)) node->values = parse_expression_list();

  // All other names become visible behind the statement.
  for (ast::VarStat::Variable& variable : node->variables) {
    ast::Declared& declared = variable.declared;
    if (!declared.escape.is_valid() && !declared.binding.is_valid()) {
      declared.binding = declare(declared.text, declared.range);
    }
  }
  return finish_stat(std::move(node), first);
}

ast::StatPtr ConstructParser::parse_var_unpack(size_t first) {
  auto node = std::make_unique<ast::VarUnpackStat>();
  size_t opener = cursor_.index();
  cursor_.expect(TokenKind::left_brace);
  do {
    ast::VarUnpackStat::Part part;
    const Token& name = expect_name();
    part.declared.text = cursor_.text(name);
    part.declared.range = cursor_.range(name);
    part.field =
        cursor_.accept(TokenKind::equal) ? std::string(cursor_.text(expect_name())) : part.declared.text;
    node->parts.push_back(std::move(part));
  } while (cursor_.accept(TokenKind::comma));
  cursor_.expect_closing(TokenKind::right_brace, opener);
  cursor_.expect(TokenKind::equal);
  node->value = parse_expression();
  for (ast::VarUnpackStat::Part& part : node->parts) {
    part.declared.binding = declare(part.declared.text, part.declared.range);
  }
  return finish_stat(std::move(node), first);
}

}  // namespace palatine::parse
