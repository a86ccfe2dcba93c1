// Parses one embedded construct into its syntax tree: recursive descent, precedence climbing for expressions.
//
// Errors are reported and parsing goes on inside the construct where that is likely to find more real errors.
// Grammar: language reference, section 2; terra functions and structs as in Terra, as far as programs use
// them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "frontend/ast/ast.h"
#include "frontend/parse/cursor.h"
#include "frontend/parse/scopes.h"

namespace palatine::parse {

// The parser of Lua code inside constructs. It works on the same cursor and scopes, with the escape's scope
// open.
class EmbeddedLua {
 public:
  virtual ~EmbeddedLua() = default;
  virtual void parse_expression(const ast::Construct& construct, ast::EscapeId escape) = 0;
  // Statements up to a word that ends a block, which is not taken. `emit` is a local of them in terra code.
  virtual void parse_statements(const ast::Construct& construct, ast::EscapeId escape) = 0;
  // A name or a path that was parsed already, from the token at `first` to the last one taken, as an
  // expression.
  virtual void use_path(const ast::Construct& construct, ast::EscapeId escape, size_t first) = 0;
};

class ConstructParser {
 public:
  ConstructParser(Cursor& cursor, Scopes& scopes, EmbeddedLua& lua);

  // Annotations, then a task or a field space. The cursor is at the first annotation, `task`, `extern` or
  // `fspace`.
  ast::ConstructPtr parse_top_statement();
  // Annotations, then `rexpr E end` or `rquote B end`.
  ast::ConstructPtr parse_top_expression();
  // `terra NAME ...` or an anonymous `terra (...)`.
  ast::ConstructPtr parse_terra_function(bool is_named, bool is_local);
  // `struct NAME {...}` or an anonymous `struct {...}`.
  ast::ConstructPtr parse_terra_struct(bool is_named, bool is_local);
  // A backquote and an expression, or `quote B [in e, ...] end`.
  ast::ConstructPtr parse_terra_quote();

 private:
  using Token = lex::Token;
  using TokenKind = lex::TokenKind;

  // ---- construct_parser.cpp: what all constructs share
  ast::BindingId add_binding(std::string_view name, SourceRange range);
  // Adds a binding and makes it visible; a second one in the same scope is an error in Regent code.
  ast::BindingId declare(std::string_view name, SourceRange range);
  ast::NameUse parse_name_use();
  // Takes a name that Regent code may use.
  const Token& expect_name();
  ast::EscapeId add_escape(bool is_statements);
  ast::EscapeId parse_lua_expression();
  // `[` LUA `]`.
  ast::EscapeId parse_bracketed_lua();
  ast::EscapeId parse_lua_statements();
  // `NAME { . NAME }`, or one NAME when it must not be dotted.
  void parse_construct_name(std::vector<std::string>& name, SourceRange& range, bool is_dotted);
  void finish(ast::Construct& construct, size_t first, size_t keyword);
  bool is_block_end() const;
  // Whether the current token starts something that is not part of this construct, which must have lost its
  // `end`: a word of Lua or of another construct, not further right than the line of this construct.
  bool is_outside_word() const;
  // Skips to a token where a statement may start or a block ends. Takes at least one token if none was taken
  // since the statement's start.
  void skip_to_statement(size_t statement_start);
  // Reports a definition where there can be none, and skips it: its `end` is not the construct's.
  void refuse_definition(std::string_view text);
  // Parses the part of a statement before its body; after an error in it goes on at `opener`, if that is
  // near.
  void parse_header(TokenKind opener, const std::function<void()>& header);

  // ---- annotations.cpp
  bool is_annotation() const;
  // Groups of annotations in front of a construct or statement.
  ast::Annotations parse_annotations();
  // `__demand(__inline, f(x))`: true when the group held an expression, which is then the result.
  bool parse_annotation_group(ast::Annotations& annotations, ast::ExprPtr* expr);

  // ---- task.cpp, fspace.cpp
  ast::ConstructPtr parse_task(ast::Annotations annotations, size_t first);
  void parse_task_header(ast::Task& task);
  std::vector<ast::Param> parse_params(bool allow_escapes);
  // Binds the names of all parameters before any type is read: the binding of each name by its token's index.
  std::map<size_t, ast::BindingId> declare_params();
  ast::Effect parse_effect();
  ast::Effect parse_mode_effect();
  ast::Effect parse_condition_effect();
  ast::Effect parse_constraint();
  ast::Effect parse_unknown_mode();
  ast::ConstructPtr parse_fspace(ast::Annotations annotations, size_t first);
  void parse_fspace_fields(ast::Fspace& fspace);
  void parse_fspace_field(ast::Fspace& fspace);

  // ---- fields.cpp: paths of field names, reduction operators
  ast::FieldName parse_field_name();
  std::vector<ast::FieldPath> parse_field_paths();
  ast::FieldPath parse_field_path();
  std::vector<ast::ProjectionField> parse_projection_fields();
  ast::ProjectionField parse_projection_field();
  std::optional<ast::ReductionOp> peek_reduction_op(size_t ahead = 0) const;
  ast::ReductionOp parse_reduction_op();
  bool accept_separator();

  // ---- statement.cpp, control.cpp, variable.cpp
  ast::Block parse_block();
  ast::Block parse_scoped_block();
  void parse_statement_into(ast::Block& block);
  ast::StatPtr parse_statement();
  ast::StatPtr parse_statement_body();
  ast::StatPtr parse_regent_statement();
  ast::StatPtr parse_terra_statement();
  // `escape ... end`, a statement or an expression.
  ast::EscapeId parse_terra_escape();
  ast::StatPtr parse_switch();
  ast::StatPtr parse_if();
  ast::StatPtr parse_while();
  ast::StatPtr parse_for();
  ast::StatPtr parse_repeat();
  ast::StatPtr parse_do();
  ast::StatPtr parse_must_epoch();
  ast::StatPtr parse_return();
  ast::StatPtr parse_rescape();
  ast::StatPtr parse_delete();
  ast::StatPtr parse_fence();
  ast::StatPtr parse_parallelize_with();
  ast::StatPtr parse_parallel_prefix();
  ast::StatPtr parse_var();
  ast::StatPtr parse_var_unpack(size_t first);
  // Whether each variable's value of the `var` at the cursor is a region expression: these are visible in it.
  std::vector<bool> peek_region_values() const;
  ast::StatPtr parse_expression_statement();
  ast::StatPtr parse_assignment(ast::ExprPtr first_target, size_t first);

  // ---- expression.cpp, suffix.cpp
  ast::ExprPtr parse_expression();
  ast::ExprPtr parse_operators(int min_level);
  // Goes on behind the operand `lhs`, which starts at the token at index `first`.
  ast::ExprPtr parse_operators_after(ast::ExprPtr lhs, size_t first, int min_level);
  ast::ExprPtr parse_unary();
  ast::ExprPtr parse_simple();
  ast::ExprPtr parse_number();
  ast::ExprPtr parse_target();
  ast::ExprPtr parse_primary();
  ast::ExprPtr parse_prefix();
  ast::ExprPtr parse_suffixes(ast::ExprPtr expr, size_t first);
  ast::ExprPtr parse_suffix(ast::ExprPtr expr);
  bool is_suffix() const;
  ast::ExprPtr parse_constructor();
  ast::CtorField parse_constructor_field();
  std::vector<ast::ExprPtr> parse_expression_list();
  void parse_arguments(std::vector<ast::ExprPtr>& args, std::vector<ast::Condition>& conditions);
  bool is_condition() const;
  ast::Condition parse_condition();
  // Runs `parse` and notes the height of the expression that it gives.
  ast::ExprPtr measure(int start_height, const std::function<ast::ExprPtr()>& parse);

  // ---- builtin.cpp
  // The builtin form at the cursor, or null when its word is none.
  ast::ExprPtr try_parse_builtin();
  ast::ExprPtr parse_builtin(size_t first, const std::vector<ast::BuiltinForm>& forms);
  ast::BuiltinForm choose_form(const std::vector<ast::BuiltinForm>& forms) const;
  void parse_operands(ast::BuiltinExpr& form, const char* signature);
  ast::BuiltinOperand parse_operand(char kind, std::string_view word);
  ast::RegionRoot parse_region_root();

  // ---- terra.cpp
  void parse_struct_fields(ast::TerraStruct& record);
  void parse_struct_field(ast::TerraStruct& record);

  // Sets an expression's ranges: from the token at index `first` to the last one taken.
  template <typename Node>
  std::unique_ptr<Node> finish_expr(std::unique_ptr<Node> node, size_t first) {
    node->range = cursor_.range_from(first);
    node->anchor = cursor_.range(cursor_.at(first));
    return node;
  }
  template <typename Node>
  std::unique_ptr<Node> finish_stat(std::unique_ptr<Node> node, size_t first) {
    node->range = cursor_.range_from(first);
    node->anchor = cursor_.range(cursor_.at(first));
    return node;
  }

  Cursor& cursor_;
  Scopes& scopes_;
  EmbeddedLua& lua_;
  ast::Construct* construct_ = nullptr;
  // Terra code has other rules than Regent code: no reserved words but its own, and `-p` binds tighter.
  bool is_terra_ = false;
  // How many `switch` statements are around: there `case` ends a block.
  int switch_depth_ = 0;
  uint32_t column_;  // where the construct's first line starts
  // The height of the highest expression inside the one that is being parsed.
  int height_ = 0;
};

}  // namespace palatine::parse
