// The spellings of the closed sets of the syntax tree.
#include "frontend/ast/ast.h"

namespace palatine::ast {

const char* annotation_option_name(AnnotationOption option) {
  // `inline` is a C++ keyword, so its enumerator has another name.
  if (option == AnnotationOption::inline_) return "__inline";
  static const char* const kNames[] = {
#define ANNOTATION(name) "__" #name,
#include "frontend/ast/annotations.def"
#undef ANNOTATION
  };
  return kNames[static_cast<size_t>(option)];
}

const char* annotation_level_name(AnnotationLevel level) {
  switch (level) {
    case AnnotationLevel::allow:
      return "__allow";
    case AnnotationLevel::demand:
      return "__demand";
    case AnnotationLevel::forbid:
      return "__forbid";
  }
  return "";
}

const char* unary_op_text(UnaryOp op) {
  switch (op) {
    case UnaryOp::deref:
      return "@";
    case UnaryOp::address_of:
      return "&";
    case UnaryOp::negate:
      return "-";
    case UnaryOp::logical_not:
      return "not";
  }
  return "";
}

const char* binary_op_text(BinaryOp op) {
  switch (op) {
    case BinaryOp::multiply:
      return "*";
    case BinaryOp::divide:
      return "/";
    case BinaryOp::modulo:
      return "%";
    case BinaryOp::add:
      return "+";
    case BinaryOp::subtract:
      return "-";
    case BinaryOp::shift_left:
      return "<<";
    case BinaryOp::shift_right:
      return ">>";
    case BinaryOp::less:
      return "<";
    case BinaryOp::greater:
      return ">";
    case BinaryOp::less_equal:
      return "<=";
    case BinaryOp::greater_equal:
      return ">=";
    case BinaryOp::equal:
      return "==";
    case BinaryOp::not_equal:
      return "~=";
    case BinaryOp::set_intersect:
      return "&";
    case BinaryOp::bit_xor:
      return "^";
    case BinaryOp::set_union:
      return "|";
    case BinaryOp::logical_and:
      return "and";
    case BinaryOp::logical_or:
      return "or";
  }
  return "";
}

const char* reduction_op_text(ReductionOp op) {
  switch (op) {
    case ReductionOp::add:
      return "+";
    case ReductionOp::subtract:
      return "-";
    case ReductionOp::multiply:
      return "*";
    case ReductionOp::divide:
      return "/";
    case ReductionOp::max:
      return "max";
    case ReductionOp::min:
      return "min";
  }
  return "";
}

const char* builtin_form_keyword(BuiltinForm form) {
  static const char* const kKeywords[] = {
#define BUILTIN(name, keyword, signature) keyword,
#include "frontend/ast/builtins.def"
#undef BUILTIN
  };
  return kKeywords[static_cast<size_t>(form)];
}

SourceRange diagnostic_range(const SourceManager& sources, const Expr& expr) {
  return sources.line(expr.range) == sources.line(expr.anchor) ? expr.range : expr.anchor;
}

}  // namespace palatine::ast
