// Terra functions, structs and quotes.
#include "frontend/parse/construct_parser.h"

namespace palatine::parse {

using lex::TokenKind;

ast::ConstructPtr ConstructParser::parse_terra_function(bool is_named, bool is_local) {
  auto function = std::make_unique<ast::TerraFunction>();
  construct_ = function.get();
  is_terra_ = true;
  Scopes::Scope own_name(scopes_, *function);
  size_t first = cursor_.index();
  cursor_.expect(TokenKind::kw_terra);
  if (is_named) {
    size_t name_first = cursor_.index();
    parse_construct_name(function->name, function->name_range, !is_local);
    function->is_method = !is_local && cursor_.is(TokenKind::colon);
    if (function->is_method) {
      function->receiver = add_escape(false);
      {
        Scopes::Scope scope(scopes_, function->receiver);
        lua_.use_path(*construct_, function->receiver, name_first);
      }
      construct_->escapes.back().range = cursor_.range_from(name_first);
      cursor_.next();
      function->name.emplace_back(cursor_.text(expect_name()));
      function->name_range = cursor_.range_from(name_first);
    } else if (function->name.size() == 1) {
      function->self = declare(function->name[0], function->name_range);
    }
  }
  if (is_named && cursor_.accept(TokenKind::double_colon)) {
    function->is_declaration = true;
    function->return_type = parse_lua_expression();
    finish(*function, first, first);
    return function;
  }
  Scopes::Scope parameters(scopes_);
  if (function->is_method) function->self_param = declare("self", function->name_range);
  parse_header(TokenKind::right_paren, [&] {
    function->params = parse_params(true);
    if (cursor_.accept(TokenKind::colon)) function->return_type = parse_lua_expression();
  });
  function->body = parse_block();
  cursor_.expect_closing(TokenKind::kw_end, first);
  finish(*function, first, first);
  return function;
}

ast::ConstructPtr ConstructParser::parse_terra_struct(bool is_named, bool is_local) {
  auto record = std::make_unique<ast::TerraStruct>();
  construct_ = record.get();
  is_terra_ = true;
  Scopes::Scope own_name(scopes_, *record);
  size_t first = cursor_.index();
  cursor_.expect(TokenKind::kw_struct);
  if (is_named) {
    parse_construct_name(record->name, record->name_range, !is_local);
    if (record->name.size() == 1) record->self = declare(record->name[0], record->name_range);
  }
  record->is_local = is_local;
  record->has_body = !is_named || cursor_.is(TokenKind::left_brace);
  if (record->has_body) parse_struct_fields(*record);
  finish(*record, first, first);
  return record;
}

void ConstructParser::parse_struct_fields(ast::TerraStruct& record) {
  const size_t opener = cursor_.index();
  int union_count = 0;
  cursor_.expect(TokenKind::left_brace);
  while (!cursor_.is(TokenKind::right_brace) && !is_block_end()) {
    if (cursor_.is(TokenKind::kw_union)) {
      cursor_.next();
      const size_t union_opener = cursor_.index();
      cursor_.expect(TokenKind::left_brace);
      ++union_count;
      while (!cursor_.is(TokenKind::right_brace) && !is_block_end()) {
        parse_struct_field(record);
        record.fields.back().union_number = union_count;
      }
      cursor_.expect_closing(TokenKind::right_brace, union_opener);
      accept_separator();
      continue;
    }
    parse_struct_field(record);
  }
  cursor_.expect_closing(TokenKind::right_brace, opener);
}

void ConstructParser::parse_struct_field(ast::TerraStruct& record) {
  const Token& name = expect_name();
  ast::FspaceField field;
  field.name = cursor_.text(name);
  field.range = cursor_.range(name);
  // Fields are no names in the types of later fields: they get a number, but are not visible.
  field.binding = add_binding(field.name, field.range);
  cursor_.expect(TokenKind::colon);
  field.type = parse_lua_expression();
  record.fields.push_back(std::move(field));
  accept_separator();
}

ast::ConstructPtr ConstructParser::parse_terra_quote() {
  is_terra_ = true;
  size_t first = cursor_.index();
  if (cursor_.accept(TokenKind::backquote)) {
    auto quote = std::make_unique<ast::TerraExpr>();
    construct_ = quote.get();
    Scopes::Scope scope(scopes_, *quote);
    quote->expr = parse_expression();
    finish(*quote, first, first);
    return quote;
  }
  auto quote = std::make_unique<ast::TerraQuote>();
  construct_ = quote.get();
  Scopes::Scope scope(scopes_, *quote);
  cursor_.expect(TokenKind::kw_quote);
  quote->body = parse_block();
  if (cursor_.accept(TokenKind::kw_in)) {
    quote->in_values = parse_expression_list();
    cursor_.accept(TokenKind::semicolon);
  }
  cursor_.expect_closing(TokenKind::kw_end, first);
  finish(*quote, first, first);
  return quote;
}

// `switch` begins a statement of terra code; elsewhere, and where a value of that name is used, it is a name.
static bool is_switch(const Cursor& cursor) {
  if (!cursor.is_word("switch")) return false;
  switch (cursor.peek(1).kind) {
    case TokenKind::equal:
    case TokenKind::comma:
    case TokenKind::dot:
    case TokenKind::colon:
    case TokenKind::left_bracket:
      return false;
    default:
      return true;
  }
}

// `switch e do case a then ... case b then ... end else ... end` is `do var v = e if v == a then ... end`:
// cases do not fall through, and a `break` leaves the loop around.
ast::StatPtr ConstructParser::parse_switch() {
  const size_t first = cursor_.index();
  // No name of the program has a blank.
  static constexpr const char* kName = "switch value";
  Scopes::Scope scope(scopes_);
  auto variable = std::make_unique<ast::VarStat>();
  cursor_.next();
  const SourceRange range = cursor_.range();
  variable->values.push_back(parse_expression());
  ast::Declared declared;
  declared.text = kName;
  declared.range = range;
  declared.binding = declare(kName, range);
  const ast::BindingId binding = declared.binding;
  variable->variables.push_back({std::move(declared), {}});
  auto statement = std::make_unique<ast::DoStat>();
  statement->body.stats.push_back(finish_stat(std::move(variable), first));
  cursor_.expect(TokenKind::kw_do);

  auto branch = std::make_unique<ast::IfStat>();
  ++switch_depth_;
  while (cursor_.is_word("case")) {
    const size_t start = cursor_.index();
    ast::IfStat::Clause clause;
    clause.anchor = cursor_.range();
    cursor_.next();
    parse_header(TokenKind::kw_then, [&] {
      auto name = std::make_unique<ast::NameExpr>();
      name->name.binding = binding;
      name->name.text = kName;
      auto equal = std::make_unique<ast::BinaryExpr>();
      equal->op = ast::BinaryOp::equal;
      equal->lhs = finish_expr(std::move(name), start);
      equal->rhs = parse_expression();
      equal->height = equal->rhs->height + 1;
      clause.condition = finish_expr(std::move(equal), start);
      cursor_.expect(TokenKind::kw_then);
    });
    clause.block = parse_scoped_block();
    branch->clauses.push_back(std::move(clause));
    if (!cursor_.is_word("case")) cursor_.expect_closing(TokenKind::kw_end, start);
  }
  --switch_depth_;
  if (cursor_.accept(TokenKind::kw_else)) {
    ast::Block otherwise = parse_scoped_block();
    if (branch->clauses.empty()) {
      auto always = std::make_unique<ast::DoStat>();
      always->body = std::move(otherwise);
      statement->body.stats.push_back(finish_stat(std::move(always), first));
    } else {
      branch->otherwise = std::move(otherwise);
    }
  }
  cursor_.expect_closing(TokenKind::kw_end, first);
  if (!branch->clauses.empty()) statement->body.stats.push_back(finish_stat(std::move(branch), first));
  statement->body.range = statement->body.stats.back()->range;
  return finish_stat(std::move(statement), first);
}

ast::EscapeId ConstructParser::parse_terra_escape() {
  const size_t first = cursor_.index();
  cursor_.expect(TokenKind::kw_escape);
  const ast::EscapeId escape = parse_lua_statements();
  cursor_.expect_closing(TokenKind::kw_end, first);
  return escape;
}

ast::StatPtr ConstructParser::parse_terra_statement() {
  switch (cursor_.peek().kind) {
    case TokenKind::kw_escape: {
      auto node = std::make_unique<ast::RescapeStat>();
      size_t first = cursor_.index();
      node->escape = parse_terra_escape();
      return finish_stat(std::move(node), first);
    }
    case TokenKind::kw_defer: {
      const size_t first = cursor_.index();
      cursor_.next();
      const size_t call = cursor_.index();
      auto node = std::make_unique<ast::ExprStat>();
      node->expr = parse_target();
      if (node->expr->kind != ast::ExprKind::Call && node->expr->kind != ast::ExprKind::MethodCall) {
        cursor_.fail("`defer` needs a function call");
      }
      auto deferred = std::make_unique<ast::DoStat>();
      deferred->is_deferred = true;
      deferred->body.stats.push_back(finish_stat(std::move(node), call));
      deferred->body.range = deferred->body.stats.back()->range;
      return finish_stat(std::move(deferred), first);
    }
    case TokenKind::kw_goto:
    case TokenKind::double_colon: {
      const size_t first = cursor_.index();
      auto jump = std::make_unique<ast::JumpStat>();
      jump->is_label = cursor_.is(TokenKind::double_colon);
      cursor_.next();
      jump->label = cursor_.text(expect_name());
      if (jump->is_label) cursor_.expect(TokenKind::double_colon);
      return finish_stat(std::move(jump), first);
    }
    default:
      return is_switch(cursor_) ? parse_switch() : parse_expression_statement();
  }
}

}  // namespace palatine::parse
