// How the regions, partitions and index spaces of a callee's signature correspond to those of a call.
//
// Parameters are matched from left to right; what an earlier argument fixed, a later one has to respect.
// Language reference, 3.10.
#pragma once

#include <string>

#include "sema/types/substitute.h"

namespace palatine::sema {

class CallMapping {
 public:
  explicit CallMapping(TypeTable& types) : types_(&types) {}

  // Matches a handle parameter with an argument's type; false when they do not fit. `argument` names the
  // argument.
  bool match(const Type* param, const Type* arg, const Symbol* argument, const Symbol* parameter);

  // Says that a variable of the callee stands for one of the caller, whose type need not be known.
  void name(const Symbol* parameter, const Symbol* argument) { substitution_.symbols[parameter] = argument; }

  // A type of the callee's signature as the caller sees it.
  const Type* substitute(const Type* type) const;
  // The argument that stands for a handle type of the callee; null when nothing was matched to it.
  const Type* argument_type(const Type* param) const;

  // Why the last region did not match, when its element type has the wrong fields; else empty.
  enum class FieldProblem : uint8_t { none, count, missing, type };
  struct Structural {
    FieldProblem problem = FieldProblem::none;
    std::string field;
    const Type *expected = nullptr, *got = nullptr;
  };
  const Structural& structural() const { return structural_; }

 private:
  bool bind(const Type* param, const Type* arg);
  bool match_element(const Type* param, const Type* arg);

  TypeTable* types_;
  Substitution substitution_;
  Structural structural_;
};

}  // namespace palatine::sema
