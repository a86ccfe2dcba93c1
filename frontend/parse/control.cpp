// Statements that hold blocks, and the smaller statements of Regent.
#include "frontend/parse/construct_parser.h"

namespace palatine::parse {

using lex::TokenKind;

ast::StatPtr ConstructParser::parse_if() {
  auto node = std::make_unique<ast::IfStat>();
  size_t first = cursor_.index();
  do {
    ast::IfStat::Clause clause;
    clause.anchor = cursor_.range();
    cursor_.next();
    parse_header(TokenKind::kw_then, [&] {
      clause.condition = parse_expression();
      cursor_.expect(TokenKind::kw_then);
    });
    clause.block = parse_scoped_block();
    node->clauses.push_back(std::move(clause));
  } while (cursor_.is(TokenKind::kw_elseif));
  if (cursor_.accept(TokenKind::kw_else)) node->otherwise = parse_scoped_block();
  cursor_.expect_closing(TokenKind::kw_end, first);
  return finish_stat(std::move(node), first);
}

ast::StatPtr ConstructParser::parse_while() {
  auto node = std::make_unique<ast::WhileStat>();
  size_t first = cursor_.index();
  cursor_.next();
  parse_header(TokenKind::kw_do, [&] {
    node->condition = parse_expression();
    cursor_.expect(TokenKind::kw_do);
  });
  node->body = parse_scoped_block();
  cursor_.expect_closing(TokenKind::kw_end, first);
  return finish_stat(std::move(node), first);
}

ast::StatPtr ConstructParser::parse_repeat() {
  auto node = std::make_unique<ast::RepeatStat>();
  size_t first = cursor_.index();
  cursor_.next();
  // The condition sees the variables of the body.
  Scopes::Scope scope(scopes_);
  node->body = parse_block();
  cursor_.expect_closing(TokenKind::kw_until, first);
  node->until = parse_expression();
  return finish_stat(std::move(node), first);
}

ast::StatPtr ConstructParser::parse_for() {
  size_t first = cursor_.index();
  cursor_.next();
  ast::Declared variable;
  ast::EscapeId type;
  std::vector<ast::ExprPtr> values;
  bool is_list = false;
  parse_header(TokenKind::kw_do, [&] {
    size_t name = cursor_.index();
    if (cursor_.is(TokenKind::left_bracket)) {
      variable.escape = parse_bracketed_lua();
    } else {
      variable.text = cursor_.text(expect_name());
      if (cursor_.accept(TokenKind::colon)) type = parse_lua_expression();
    }
    variable.range = cursor_.range(cursor_.at(name));
    is_list = cursor_.is(TokenKind::kw_in);
    if (!is_list && !cursor_.is(TokenKind::equal)) cursor_.fail("expected = or in");
    cursor_.next();
    if (is_list) {
      values.push_back(parse_expression());
      if (cursor_.is(TokenKind::comma)) {
        cursor_.report("'do' expected", "a loop over numbers is `for i = 0, 10 do`");
        throw SyntaxError{};
      }
    } else {
      values = parse_expression_list();
      if (values.size() < 2 || values.size() > 3) {
        cursor_.fail("for loop over numbers requires two or three values");
      }
    }
    cursor_.expect(TokenKind::kw_do);
  });

  // One scope for the variable and another for the body, which may declare the name again.
  Scopes::Scope scope(scopes_);
  if (!variable.escape.is_valid() && !variable.text.empty()) {
    variable.binding = declare(variable.text, variable.range);
  }
  ast::Block body = parse_scoped_block();
  cursor_.expect_closing(TokenKind::kw_end, first);
  if (is_list) {
    auto node = std::make_unique<ast::ForListStat>();
    node->variable = std::move(variable);
    node->type = type;
    if (!values.empty()) node->domain = std::move(values[0]);
    node->body = std::move(body);
    return finish_stat(std::move(node), first);
  }
  auto node = std::make_unique<ast::ForNumStat>();
  node->variable = std::move(variable);
  node->type = type;
  if (values.size() > 0) node->first = std::move(values[0]);
  if (values.size() > 1) node->limit = std::move(values[1]);
  if (values.size() > 2) node->step = std::move(values[2]);
  node->body = std::move(body);
  return finish_stat(std::move(node), first);
}

ast::StatPtr ConstructParser::parse_do() {
  auto node = std::make_unique<ast::DoStat>();
  size_t first = cursor_.index();
  cursor_.next();
  node->body = parse_scoped_block();
  cursor_.expect_closing(TokenKind::kw_end, first);
  return finish_stat(std::move(node), first);
}

ast::StatPtr ConstructParser::parse_must_epoch() {
  auto node = std::make_unique<ast::MustEpochStat>();
  size_t first = cursor_.index();
  cursor_.next();
  node->body = parse_scoped_block();
  cursor_.expect_closing(TokenKind::kw_end, first);
  return finish_stat(std::move(node), first);
}

ast::StatPtr ConstructParser::parse_return() {
  auto node = std::make_unique<ast::ReturnStat>();
  size_t first = cursor_.index();
  cursor_.next();
  if (!is_block_end() && !cursor_.is(TokenKind::semicolon)) {
    if (is_terra_) {
      node->values = parse_expression_list();
    } else {
      node->values.push_back(parse_expression());
    }
  }
  return finish_stat(std::move(node), first);
}

ast::StatPtr ConstructParser::parse_rescape() {
  auto node = std::make_unique<ast::RescapeStat>();
  size_t first = cursor_.index();
  cursor_.next();
  node->escape = parse_lua_statements();
  cursor_.expect_closing(TokenKind::kw_end, first);
  return finish_stat(std::move(node), first);
}

ast::StatPtr ConstructParser::parse_delete() {
  auto node = std::make_unique<ast::DeleteStat>();
  size_t first = cursor_.index();
  cursor_.next();
  size_t opener = cursor_.index();
  cursor_.expect(TokenKind::left_paren);
  node->value = parse_expression();
  cursor_.expect_closing(TokenKind::right_paren, opener);
  return finish_stat(std::move(node), first);
}

ast::StatPtr ConstructParser::parse_fence() {
  auto node = std::make_unique<ast::FenceStat>();
  size_t first = cursor_.index();
  cursor_.next();
  size_t opener = cursor_.index();
  cursor_.expect(TokenKind::left_paren);
  node->execution = cursor_.is_word("__execution");
  if (!node->execution && !cursor_.is_word("__mapping")) {
    cursor_.fail("expected fence kind (__execution or __mapping)");
  }
  cursor_.next();
  if (cursor_.accept(TokenKind::comma)) {
    cursor_.expect_word("__block");
    node->block = true;
  }
  cursor_.expect_closing(TokenKind::right_paren, opener);
  return finish_stat(std::move(node), first);
}

ast::StatPtr ConstructParser::parse_parallelize_with() {
  auto node = std::make_unique<ast::ParallelizeWithStat>();
  size_t first = cursor_.index();
  cursor_.next();
  parse_header(TokenKind::kw_do, [&] {
    node->hints = parse_expression_list();
    cursor_.expect(TokenKind::kw_do);
  });
  node->body = parse_scoped_block();
  cursor_.expect_closing(TokenKind::kw_end, first);
  return finish_stat(std::move(node), first);
}

ast::StatPtr ConstructParser::parse_parallel_prefix() {
  auto node = std::make_unique<ast::ParallelPrefixStat>();
  size_t first = cursor_.index();
  cursor_.next();
  size_t opener = cursor_.index();
  cursor_.expect(TokenKind::left_paren);
  node->lhs = parse_region_root();
  cursor_.expect(TokenKind::comma);
  node->rhs = parse_region_root();
  cursor_.expect(TokenKind::comma);
  node->op = parse_reduction_op();
  cursor_.expect(TokenKind::comma);
  node->direction = parse_expression();
  cursor_.expect_closing(TokenKind::right_paren, opener);
  return finish_stat(std::move(node), first);
}

}  // namespace palatine::parse
