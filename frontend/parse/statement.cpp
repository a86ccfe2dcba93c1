// Blocks, and the choice among statements; expression statements and assignments.
#include "frontend/parse/construct_parser.h"

namespace palatine::parse {

using lex::TokenKind;

ast::Block ConstructParser::parse_block() {
  ast::Block block;
  size_t first = cursor_.index();
  while (!is_block_end()) parse_statement_into(block);
  block.range = cursor_.range_from(first);
  return block;
}

ast::Block ConstructParser::parse_scoped_block() {
  Scopes::Scope scope(scopes_);
  return parse_block();
}

void ConstructParser::parse_statement_into(ast::Block& block) {
  size_t start = cursor_.index();
  height_ = 0;
  try {
    Cursor::Level level(cursor_);
    block.stats.push_back(parse_statement());
    cursor_.accept(TokenKind::semicolon);
  } catch (const SyntaxError&) {
    skip_to_statement(start);
  }
}

// `__demand(__parallel)` before a loop is what `__demand(__index_launch)` was called.
static void rename_former_annotations(ast::Annotations& annotations, Diagnostics& diags) {
  for (ast::Annotation& annotation : annotations) {
    if (annotation.option != ast::AnnotationOption::parallel) continue;
    annotation.option = ast::AnnotationOption::index_launch;
    annotation.has_former_name = true;
    diags.report(DiagKind::former_annotation_name, annotation.range, "__index_launch", "__parallel");
  }
}

ast::StatPtr ConstructParser::parse_statement() {
  size_t first = cursor_.index();
  if (is_terra_ || !is_annotation()) return parse_statement_body();
  ast::Annotations annotations;
  ast::ExprPtr expr;
  while (!expr && is_annotation()) {
    // Only the last group of a statement may hold an expression.
    parse_annotation_group(annotations, &expr);
  }
  if (expr) {
    auto node = std::make_unique<ast::ExprStat>();
    if (expr->kind == ast::ExprKind::Call) {
      static_cast<ast::CallExpr&>(*expr).annotations = std::move(annotations);
    } else {
      node->annotations = std::move(annotations);
    }
    node->expr = std::move(expr);
    return finish_stat(std::move(node), first);
  }
  ast::StatPtr stat = parse_statement_body();
  if (stat->kind == ast::StatKind::ForNum || stat->kind == ast::StatKind::ForList)
    rename_former_annotations(annotations, cursor_.diags());
  stat->annotations = std::move(annotations);
  stat->range = cursor_.range_from(first);
  return stat;
}

ast::StatPtr ConstructParser::parse_statement_body() {
  switch (cursor_.peek().kind) {
    case TokenKind::kw_if:
      return parse_if();
    case TokenKind::kw_while:
      return parse_while();
    case TokenKind::kw_for:
      return parse_for();
    case TokenKind::kw_repeat:
      return parse_repeat();
    case TokenKind::kw_do:
      return parse_do();
    case TokenKind::kw_var:
      return parse_var();
    case TokenKind::kw_return:
      return parse_return();
    case TokenKind::kw_break: {
      size_t first = cursor_.index();
      cursor_.next();
      return finish_stat(std::make_unique<ast::BreakStat>(), first);
    }
    case TokenKind::kw_function:
    case TokenKind::kw_terra:
      refuse_definition("functions cannot be defined inside a task");
      return std::make_unique<ast::DoStat>();
    case TokenKind::kw_local:
      if (cursor_.is(TokenKind::kw_function, 1)) {
        refuse_definition("functions cannot be defined inside a task");
        return std::make_unique<ast::DoStat>();
      }
      cursor_.fail("variables inside a task are declared with `var`, not with `local`");
    default:
      return is_terra_ ? parse_terra_statement() : parse_regent_statement();
  }
}

ast::StatPtr ConstructParser::parse_regent_statement() {
  if (cursor_.is_word("task") && cursor_.is(TokenKind::name, 1)) {
    refuse_definition("tasks cannot be defined inside a task");
    return std::make_unique<ast::DoStat>();
  }
  if (cursor_.is_word("must_epoch")) return parse_must_epoch();
  if (cursor_.is_word("rescape")) return parse_rescape();
  if (cursor_.is_word("__delete")) return parse_delete();
  if (cursor_.is_word("__fence")) return parse_fence();
  if (cursor_.is_word("__parallelize_with")) return parse_parallelize_with();
  if (cursor_.is_word("__parallel_prefix")) return parse_parallel_prefix();
  return parse_expression_statement();
}

ast::StatPtr ConstructParser::parse_expression_statement() {
  size_t first = cursor_.index();
  ast::ExprPtr target = parse_target();
  bool is_reduction = peek_reduction_op() && cursor_.is(TokenKind::equal, 1);
  if (cursor_.is(TokenKind::comma) || cursor_.is(TokenKind::equal) || is_reduction) {
    return parse_assignment(std::move(target), first);
  }
  auto node = std::make_unique<ast::ExprStat>();
  node->expr = std::move(target);
  return finish_stat(std::move(node), first);
}

ast::StatPtr ConstructParser::parse_assignment(ast::ExprPtr first_target, size_t first) {
  auto node = std::make_unique<ast::AssignStat>();
  node->targets.push_back(std::move(first_target));
  while (cursor_.accept(TokenKind::comma)) node->targets.push_back(parse_target());
  if (!is_terra_ && cursor_.is(TokenKind::equal, 1)) node->op = peek_reduction_op();
  if (node->op) cursor_.next();
  cursor_.expect(TokenKind::equal);
  node->values = parse_expression_list();
  return finish_stat(std::move(node), first);
}

}  // namespace palatine::parse
