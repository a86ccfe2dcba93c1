// Affine forms of index expressions over a loop's variable, for proofs that different iterations use
// different colours.
#pragma once

#include <unordered_map>
#include <vector>

#include "sema/ir/ir.h"

namespace palatine::sema {

// What the analysis knows about the variables of a loop.
struct LoopVariables {
  const ir::Local* index = nullptr;
  // Initialisers of the variables that the loop's body declares.
  std::unordered_map<const ir::Local*, const ir::Expr*> preamble;

  // True if the expression has another value in other iterations: it mentions the index, or a variable of the
  // body whose initialiser does.
  bool is_variant(const ir::Expr& expr) const;
};

// True if different values of the index give different values of `color`. False when that cannot be proved.
//
// Each component of `color` is brought to the form  sum of integer * component of the index + invariant;  the
// map is injective when the matrix of these integers has full rank in its columns. Components of another form
// count as rows of zeros. Narrowing conversions and large factors, which may wrap around, are not of that
// form.
bool is_injective(const ir::Expr& color, const LoopVariables& loop);

}  // namespace palatine::sema
