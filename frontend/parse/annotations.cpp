// `__demand(__inner, __leaf)` and its like, before constructs, statements and expressions.
#include "frontend/parse/construct_parser.h"

namespace palatine::parse {

using lex::TokenKind;

bool ConstructParser::is_annotation() const {
  return cursor_.is_word("__demand") || cursor_.is_word("__allow") || cursor_.is_word("__forbid");
}

static std::optional<ast::AnnotationOption> annotation_option(std::string_view word) {
  static const ast::AnnotationOption kOptions[] = {
#define ANNOTATION(name) ast::AnnotationOption::name,
#include "frontend/ast/annotations.def"
#undef ANNOTATION
  };
  for (ast::AnnotationOption option : kOptions) {
    if (word == ast::annotation_option_name(option)) return option;
  }
  return std::nullopt;
}

// Options of earlier versions of the language. Programs that still have them mean the same without.
static bool is_former_option(std::string_view word) {
  return word == "__spmd" || word == "__external";
}

bool ConstructParser::parse_annotation_group(ast::Annotations& annotations, ast::ExprPtr* expr) {
  ast::AnnotationLevel level = cursor_.is_word("__demand")  ? ast::AnnotationLevel::demand
                               : cursor_.is_word("__allow") ? ast::AnnotationLevel::allow
                                                            : ast::AnnotationLevel::forbid;
  cursor_.next();
  size_t opener = cursor_.index();
  cursor_.expect(TokenKind::left_paren);
  bool is_first = true;
  do {
    std::optional<ast::AnnotationOption> option;
    if (cursor_.is(TokenKind::name)) {
      std::string_view word = cursor_.text(cursor_.peek());
      if (is_former_option(word)) {
        cursor_.diags().report(DiagKind::former_annotation, cursor_.range(), word);
        cursor_.next();
        is_first = false;
        continue;
      }
      option = annotation_option(word);
    }
    if (!option && expr && !is_first) {
      *expr = parse_expression();
      cursor_.expect_closing(TokenKind::right_paren, opener);
      return true;
    }
    if (!option) cursor_.fail("expected annotation name");
    annotations.push_back({level, *option, cursor_.range()});
    cursor_.next();
    is_first = false;
    // `__cuda(__unroll(N))`: upstream reads the factor and drops it; so do we.
    if (*option == ast::AnnotationOption::cuda && cursor_.is(TokenKind::left_paren)) {
      cursor_.next();
      cursor_.expect_word("__unroll");
      cursor_.expect(TokenKind::left_paren);
      const Token& factor = cursor_.peek();
      cursor_.expect(TokenKind::number);
      if (cursor_.text(factor).find('.') != std::string_view::npos)
        cursor_.fail("unroll factor should be an integer");
      cursor_.expect(TokenKind::right_paren);
      cursor_.expect(TokenKind::right_paren);
    }
  } while (cursor_.accept(TokenKind::comma));
  cursor_.expect_closing(TokenKind::right_paren, opener);
  return false;
}

ast::Annotations ConstructParser::parse_annotations() {
  ast::Annotations annotations;
  while (is_annotation()) parse_annotation_group(annotations, nullptr);
  return annotations;
}

}  // namespace palatine::parse
