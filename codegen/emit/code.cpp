#include "codegen/emit/code.h"

namespace palatine::codegen {

std::string const_type(const std::string& type) {
  return type.ends_with('*') ? type + " const" : "const " + type;
}

std::string join(const std::vector<Code>& values) {
  std::string result;
  for (const Code& value : values) result += (result.empty() ? "" : ", ") + value.text;
  return result;
}

Code call(std::string_view callee, const std::vector<Code>& args) {
  return {std::string(callee) + "(" + join(args) + ")", Precedence::postfix};
}

Code cast_to(const std::string& type, const Code& value) {
  if (type.find_first_of(" *&") == std::string::npos) {
    return {type + "(" + value.text + ")", Precedence::postfix};
  }
  return {"(" + type + ")" + value.as_operand(), Precedence::unary};
}

static bool is_arithmetic(Precedence p) {
  return p == Precedence::additive || p == Precedence::multiplicative;
}

static std::string operand(const Code& value, Precedence parent, bool is_right) {
  if (value.precedence >= Precedence::unary) return value.text;
  const bool binds = is_right ? value.precedence > parent : value.precedence >= parent;
  // `a + b * c` and `a + b < c` read well without parentheses; mixtures of bits, shifts and logic do not.
  const bool reads_well =
      value.precedence == parent ||
      (is_arithmetic(value.precedence) &&
       (is_arithmetic(parent) || parent == Precedence::relational || parent == Precedence::equality)) ||
      (parent == Precedence::logical_and &&
       (value.precedence == Precedence::relational || value.precedence == Precedence::equality)) ||
      (parent == Precedence::logical_or &&
       (value.precedence == Precedence::relational || value.precedence == Precedence::equality));
  return binds && reads_well ? value.text : "(" + value.text + ")";
}

Code binary(const Code& lhs, std::string_view op, Precedence precedence, const Code& rhs) {
  return {operand(lhs, precedence, false) + " " + std::string(op) + " " + operand(rhs, precedence, true),
          precedence};
}

Code prefix(char op, const Code& value) {
  std::string text = value.as_operand();
  // `--x` and `&&x` are other operators.
  if (text[0] == op) text = "(" + text + ")";
  return {op + text, Precedence::unary};
}

}  // namespace palatine::codegen
