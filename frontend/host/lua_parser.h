// Parses all of Lua 5.1 (LuaJIT's dialect), follows its scopes, and writes the translation as it goes.
#pragma once

#include <map>

#include "frontend/host/output.h"
#include "frontend/host/translation.h"
#include "frontend/parse/construct_parser.h"

namespace palatine::host {

class LuaParser : public parse::EmbeddedLua {
 public:
  LuaParser(parse::Cursor& cursor, size_t first_number, bool is_plain_lua)
      : cursor_(cursor), output_(cursor.text()), first_number_(first_number), is_plain_lua_(is_plain_lua) {}

  Translation parse_chunk();

  void parse_expression(const ast::Construct& construct, ast::EscapeId escape) override;
  void parse_statements(const ast::Construct& construct, ast::EscapeId escape) override;
  void use_path(const ast::Construct& construct, ast::EscapeId escape, size_t first) override;

 private:
  using Token = lex::Token;
  using TokenKind = lex::TokenKind;

  // What an expression may be used for besides its value.
  enum class ExprForm : uint8_t { other, assignable, call };

  // The Lua function whose body is being parsed.
  struct Function {
    bool is_vararg = false;
    int loop_depth = 0;
  };

  // The Lua text of an escape, waiting for its construct to be written.
  struct EscapeText {
    uint32_t line;      // of its first token
    uint32_t end_line;  // of its last token
    std::string text;
  };

  // ---- lua_parser.cpp: blocks and statements
  void parse_block();
  void parse_scoped_block();
  bool is_block_end() const;
  // True when no statement may follow in the block.
  bool parse_statement();
  void skip_to_statement(size_t statement_start);
  void parse_header(TokenKind opener, const std::function<void()>& header);
  void parse_if();
  void parse_while();
  void parse_for();
  void parse_repeat();
  void parse_function_statement();
  void parse_local();
  void parse_return();
  void parse_expression_statement();
  void parse_import();
  // Parameters, body and `end`; the keyword `function` is at index `opener`.
  void parse_function_body(size_t opener, bool has_self);
  std::string_view expect_name();

  // ---- lua_expression.cpp
  void parse_expression_list();
  ExprForm parse_expression();
  // Whether the next token stands on another line than the one before it.
  bool is_on_new_line() const;
  ExprForm parse_operators(int limit);
  ExprForm parse_simple();
  ExprForm parse_primary();
  // Takes the arguments of a call at the cursor.
  void parse_arguments();
  bool is_split_here() const;
  void parse_table();

  // ---- lua_construct.cpp
  bool is_entry_word() const;
  // A statement that is a construct or `remit`; `local_index` is the index of a `local` before it, or
  // kNoLocal.
  void parse_construct_statement(size_t local_index);
  void parse_terra_statement(size_t local_index);
  void parse_remit();
  void parse_construct_expression();
  void parse_terra_expression();
  // Assigns the construct that was parsed from the token at `first` on to its name.
  void write_definition(ast::ConstructPtr construct, const std::vector<std::string>& name, size_t first,
                        bool is_local);
  // Writes the call of the construct that was parsed from the token at `first` on, behind `prefix`.
  void write_construct(ast::ConstructPtr construct, size_t first, std::string_view prefix);
  template <typename Parse>
  void parse_escape(const ast::Construct& construct, std::string_view before, std::string_view after,
                    ast::EscapeId escape, const Parse& parse);

  static constexpr size_t kNoLocal = SIZE_MAX;

  parse::Cursor& cursor_;
  parse::Scopes scopes_;
  Output output_;
  size_t first_number_;
  bool is_plain_lua_;
  // `import "regent"` was seen in this block or around it.
  bool is_regent_on_ = false;
  bool has_import_ = false;  // somewhere before
  std::vector<Function> functions_;
  std::map<const ast::Construct*, std::vector<EscapeText>> escape_texts_;
  std::vector<ast::ConstructPtr> constructs_;
};

}  // namespace palatine::host
