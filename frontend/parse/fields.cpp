// Paths of field names, and reduction operators.
#include "frontend/parse/construct_parser.h"

namespace palatine::parse {

using lex::TokenKind;

bool ConstructParser::accept_separator() {
  return cursor_.accept(TokenKind::comma) || cursor_.accept(TokenKind::semicolon);
}

ast::FieldName ConstructParser::parse_field_name() {
  ast::FieldName field;
  size_t first = cursor_.index();
  if (cursor_.is(TokenKind::left_bracket)) {
    field.escape = parse_bracketed_lua();
  } else if (cursor_.is_word("ispace")) {
    // Every region has this field, so the word that makes index spaces names it too.
    field.text = cursor_.text(cursor_.next());
  } else {
    field.text = cursor_.text(expect_name());
  }
  field.range = cursor_.range_from(first);
  return field;
}

ast::FieldPath ConstructParser::parse_field_path() {
  Cursor::Level level(cursor_);
  ast::FieldPath path;
  path.name = parse_field_name();
  if (cursor_.accept(TokenKind::dot)) path.children = parse_field_paths();
  return path;
}

std::vector<ast::FieldPath> ConstructParser::parse_field_paths() {
  std::vector<ast::FieldPath> paths;
  size_t opener = cursor_.index();
  if (!cursor_.accept(TokenKind::left_brace)) {
    paths.push_back(parse_field_path());
    return paths;
  }
  while (!cursor_.is(TokenKind::right_brace)) {
    paths.push_back(parse_field_path());
    if (!accept_separator()) break;
  }
  cursor_.expect_closing(TokenKind::right_brace, opener);
  return paths;
}

ast::ProjectionField ConstructParser::parse_projection_field() {
  Cursor::Level level(cursor_);
  ast::ProjectionField field;
  field.field = parse_field_name();
  if (cursor_.accept(TokenKind::equal)) {
    field.rename = std::move(field.field);
    field.field = parse_field_name();
  }
  if (cursor_.accept(TokenKind::dot)) field.children = parse_projection_fields();
  return field;
}

std::vector<ast::ProjectionField> ConstructParser::parse_projection_fields() {
  std::vector<ast::ProjectionField> fields;
  size_t opener = cursor_.index();
  if (!cursor_.accept(TokenKind::left_brace)) {
    fields.push_back(parse_projection_field());
    return fields;
  }
  while (!cursor_.is(TokenKind::right_brace)) {
    fields.push_back(parse_projection_field());
    if (!accept_separator()) break;
  }
  cursor_.expect_closing(TokenKind::right_brace, opener);
  return fields;
}

std::optional<ast::ReductionOp> ConstructParser::peek_reduction_op(size_t ahead) const {
  switch (cursor_.peek(ahead).kind) {
    case TokenKind::plus:
      return ast::ReductionOp::add;
    case TokenKind::minus:
      return ast::ReductionOp::subtract;
    case TokenKind::star:
      return ast::ReductionOp::multiply;
    case TokenKind::slash:
      return ast::ReductionOp::divide;
    default:
      break;
  }
  if (cursor_.is_word("max", ahead)) return ast::ReductionOp::max;
  if (cursor_.is_word("min", ahead)) return ast::ReductionOp::min;
  return std::nullopt;
}

ast::ReductionOp ConstructParser::parse_reduction_op() {
  std::optional<ast::ReductionOp> op = peek_reduction_op();
  if (!op) cursor_.fail("expected operator");
  cursor_.next();
  return *op;
}

}  // namespace palatine::parse
