// The builtin prefix forms, read as the signatures in builtins.def tell.
#include <unordered_map>

#include "frontend/parse/construct_parser.h"

namespace palatine::parse {

using lex::TokenKind;

static const char* form_signature(ast::BuiltinForm form) {
  static const char* const kSignatures[] = {
#define BUILTIN(name, keyword, signature) signature,
#include "frontend/ast/builtins.def"
#undef BUILTIN
  };
  return kSignatures[static_cast<size_t>(form)];
}

static const std::unordered_map<std::string_view, std::vector<ast::BuiltinForm>>& forms_by_keyword() {
  static const auto table = [] {
    std::unordered_map<std::string_view, std::vector<ast::BuiltinForm>> forms;
#define BUILTIN(name, keyword, signature) forms[keyword].push_back(ast::BuiltinForm::name);
#include "frontend/ast/builtins.def"
#undef BUILTIN
    return forms;
  }();
  return table;
}

static bool is_disjointness(std::string_view word) {
  return word == "disjoint" || word == "aliased";
}
static bool is_completeness(std::string_view word) {
  return word == "complete" || word == "incomplete";
}

// One operand of a signature: "e", "C?", "`equal`", "e*".
struct OperandPattern {
  char kind = 'e';        // '`' for a literal word
  std::string_view word;  // of '`'
  bool is_optional = false;
  bool is_repeated = false;
};

struct FormPattern {
  std::vector<OperandPattern> operands;
  bool has_conditions = false;
};

static FormPattern read_signature(std::string_view signature) {
  FormPattern pattern;
  if (size_t semicolon = signature.find(';'); semicolon != signature.npos) {
    pattern.has_conditions = true;
    signature = signature.substr(0, semicolon);
  }
  while (!signature.empty()) {
    size_t comma = std::min(signature.find(','), signature.size());
    std::string_view text = signature.substr(0, comma);
    signature.remove_prefix(std::min(comma + 1, signature.size()));
    OperandPattern operand;
    operand.kind = text[0];
    if (operand.kind == '`') operand.word = text.substr(1, text.rfind('`') - 1);
    operand.is_optional = text.back() == '?';
    operand.is_repeated = text.back() == '*';
    pattern.operands.push_back(operand);
  }
  return pattern;
}

ast::ExprPtr ConstructParser::try_parse_builtin() {
  auto found = forms_by_keyword().find(cursor_.text(cursor_.peek()));
  if (found == forms_by_keyword().end()) return nullptr;
  return measure(0, [&] {
    size_t first = cursor_.index();
    cursor_.next();
    return parse_builtin(first, found->second);
  });
}

ast::BuiltinForm ConstructParser::choose_form(const std::vector<ast::BuiltinForm>& forms) const {
  std::string_view word = cursor_.is(TokenKind::name, 1) ? cursor_.text(cursor_.peek(1)) : std::string_view();
  for (ast::BuiltinForm form : forms) {
    const FormPattern pattern = read_signature(form_signature(form));
    if (forms.size() == 1 || pattern.operands.empty()) return form;
    const OperandPattern& operand = pattern.operands[0];
    if (operand.kind == '`' ? word == operand.word : operand.kind != 'D' || is_disjointness(word))
      return form;
  }
  return forms.back();
}

ast::ExprPtr ConstructParser::parse_builtin(size_t first, const std::vector<ast::BuiltinForm>& forms) {
  auto node = std::make_unique<ast::BuiltinExpr>();
  node->form = choose_form(forms);
  size_t opener = cursor_.index();
  cursor_.expect(TokenKind::left_paren);
  parse_operands(*node, form_signature(node->form));
  cursor_.expect_closing(TokenKind::right_paren, opener);
  if (node->form == ast::BuiltinForm::ImportCrossProduct && node->operands.size() < 3) {
    cursor_.fail(
        fmt::format("__import_cross_product needs at least 3 arguments, got {}", node->operands.size()));
  }
  return finish_expr(std::move(node), first);
}

void ConstructParser::parse_operands(ast::BuiltinExpr& form, const char* signature) {
  FormPattern pattern = read_signature(signature);
  auto is_present = [&](const OperandPattern& operand) {
    bool needs_comma = !form.operands.empty();
    if (needs_comma && !cursor_.is(TokenKind::comma)) return false;
    size_t ahead = needs_comma ? 1 : 0;
    std::string_view word = cursor_.is(TokenKind::name, ahead) ? cursor_.text(cursor_.peek(ahead)) : "";
    if (operand.kind == 'D') return is_disjointness(word);
    if (operand.kind == 'C') return is_completeness(word);
    if (cursor_.is(TokenKind::right_paren, ahead)) return false;
    return !(pattern.has_conditions && (word == "arrives" || word == "awaits"));
  };
  for (const OperandPattern& operand : pattern.operands) {
    do {
      if ((operand.is_optional || operand.is_repeated) && !is_present(operand)) break;
      if (!form.operands.empty()) cursor_.expect(TokenKind::comma);
      form.operands.push_back(parse_operand(operand.kind, operand.word));
    } while (operand.is_repeated);
  }
  while (pattern.has_conditions && cursor_.accept(TokenKind::comma))
    form.conditions.push_back(parse_condition());
}

ast::BuiltinOperand ConstructParser::parse_operand(char kind, std::string_view word) {
  using Kind = ast::BuiltinOperand::Kind;
  size_t first = cursor_.index();
  std::string_view seen = cursor_.is(TokenKind::name) ? cursor_.text(cursor_.peek()) : std::string_view();
  ast::BuiltinOperand operand{};
  switch (kind) {
    case 'e':
      operand.kind = Kind::expr;
      operand.expr = parse_expression();
      break;
    case 'T':
      operand.kind = Kind::type;
      operand.type = parse_lua_expression();
      break;
    case 'R':
      operand.kind = Kind::region_root;
      operand.root = parse_region_root();
      break;
    case 'o':
      operand.kind = Kind::reduction;
      operand.reduction = parse_reduction_op();
      break;
    case 'b':
      operand.kind = Kind::boolean;
      operand.boolean = cursor_.is(TokenKind::kw_true);
      if (!operand.boolean && !cursor_.is(TokenKind::kw_false)) cursor_.fail("expected true or false");
      cursor_.next();
      break;
    default:
      operand.kind = Kind::word;
      if (kind == 'D' && !is_disjointness(seen)) cursor_.fail("expected disjointness");
      if (kind == 'C' && !is_completeness(seen)) cursor_.fail("expected completeness");
      if (kind == '`' && seen != word) cursor_.fail_expected(fmt::format("'{}'", word));
      operand.word = seen;
      cursor_.next();
      break;
  }
  operand.range = cursor_.range_from(first);
  return operand;
}

ast::RegionRoot ConstructParser::parse_region_root() {
  ast::RegionRoot root;
  size_t first = cursor_.index();
  // A prefix only: a subregion must be parenthesized, as in `fill((p[i]).f, 0)`.
  root.region = parse_prefix();
  if (cursor_.is(TokenKind::left_bracket)) {
    cursor_.report("',' expected", DiagKind::subregion_needs_parens, cursor_.range_from(first));
    throw SyntaxError{};
  }
  if (cursor_.accept(TokenKind::dot)) {
    root.has_fields = true;
    root.fields = parse_field_paths();
  }
  root.range = cursor_.range_from(first);
  return root;
}

}  // namespace palatine::parse
