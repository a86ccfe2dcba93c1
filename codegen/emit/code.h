// C++ expressions as text, with what is needed to put parentheses only where they help.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace palatine::codegen {

// How tightly the outermost operator of a text binds, loosest first.
enum class Precedence : uint8_t {
  conditional,
  logical_or,
  logical_and,
  bit_or,
  bit_xor,
  bit_and,
  equality,
  relational,
  shift,
  additive,
  multiplicative,
  unary,
  postfix,
  primary,
};

struct Code {
  std::string text;
  Precedence precedence = Precedence::primary;

  // The text, in parentheses unless its operator binds at least as tightly as `least`.
  std::string in(Precedence least) const { return precedence >= least ? text : "(" + text + ")"; }
  // As an object of `.`, `->`, `[]` or a call.
  std::string as_object() const { return in(Precedence::postfix); }
  std::string as_operand() const { return in(Precedence::unary); }
};

// The type as one whose values do not change: `const double`, `double* const`.
std::string const_type(const std::string& type);

// `callee(a, b)`.
Code call(std::string_view callee, const std::vector<Code>& args);
// `(type)value`, or `type(value)` where the type is one word.
Code cast_to(const std::string& type, const Code& value);
// `lhs op rhs`. Operands with another operator of similar strength get parentheses where readers would want
// them.
Code binary(const Code& lhs, std::string_view op, Precedence precedence, const Code& rhs);
// `-value`, `!value`, `&value`, `*value`.
Code prefix(char op, const Code& value);
std::string join(const std::vector<Code>& values);

}  // namespace palatine::codegen
