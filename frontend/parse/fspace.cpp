// Field spaces.
#include "frontend/parse/construct_parser.h"

namespace palatine::parse {

using lex::TokenKind;

ast::ConstructPtr ConstructParser::parse_fspace(ast::Annotations annotations, size_t first) {
  auto fspace = std::make_unique<ast::Fspace>();
  construct_ = fspace.get();
  Scopes::Scope own_name(scopes_, *fspace);
  fspace->annotations = std::move(annotations);
  size_t keyword = cursor_.index();
  cursor_.expect_word("fspace");
  parse_construct_name(fspace->name, fspace->name_range, false);
  fspace->self = declare(fspace->name[0], fspace->name_range);

  Scopes::Scope inside(scopes_);
  if (cursor_.is(TokenKind::left_paren)) fspace->params = parse_params(false);
  parse_fspace_fields(*fspace);
  size_t where = cursor_.index();
  if (cursor_.accept_word("where")) {
    do {
      fspace->constraints.push_back(parse_constraint());
    } while (cursor_.accept(TokenKind::comma));
    cursor_.expect_closing(TokenKind::kw_end, where);
  }
  finish(*fspace, first, keyword);
  return fspace;
}

void ConstructParser::parse_fspace_fields(ast::Fspace& fspace) {
  size_t opener = cursor_.index();
  cursor_.expect(TokenKind::left_brace);
  while (!cursor_.is(TokenKind::right_brace) && !is_block_end()) {
    size_t start = cursor_.index();
    try {
      parse_fspace_field(fspace);
      if (!accept_separator()) break;
    } catch (const SyntaxError&) {
      // Other fields may hold other mistakes.
      if (cursor_.index() == start && !is_block_end()) cursor_.next();
      while (!cursor_.is(TokenKind::right_brace) && !is_block_end() && !accept_separator()) cursor_.next();
    }
  }
  cursor_.expect_closing(TokenKind::right_brace, opener);
}

void ConstructParser::parse_fspace_field(ast::Fspace& fspace) {
  size_t first_field = fspace.fields.size();
  auto add_field = [&] {
    const Token& name = expect_name();
    std::string text(cursor_.text(name));
    SourceRange range = cursor_.range(name);
    // A field is bound before its type is read: a type may mention the field itself.
    fspace.fields.push_back({declare(text, range), text, range, {}});
  };
  size_t opener = cursor_.index();
  if (cursor_.accept(TokenKind::left_brace)) {
    while (!cursor_.is(TokenKind::right_brace)) {
      add_field();
      if (!cursor_.accept(TokenKind::comma)) break;
    }
    cursor_.expect_closing(TokenKind::right_brace, opener);
  } else {
    add_field();
  }
  cursor_.expect(TokenKind::colon);
  ast::EscapeId type = parse_lua_expression();
  for (size_t i = first_field; i < fspace.fields.size(); ++i) fspace.fields[i].type = type;
}

}  // namespace palatine::parse
