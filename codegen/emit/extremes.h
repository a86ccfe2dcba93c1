// The least and greatest values that a loop finds: `longest min= ...` in each iteration.
//
// Clang makes no vectors of a loop that compares floating-point numbers with the last result, as it does not
// know that the order is of no consequence: `fmin` and `fmax` pass over what is no number. So the values of a
// step of the loop are kept, and compared behind it.
#pragma once

#include <vector>

#include "sema/ir/ir.h"

namespace palatine::codegen {

// The statements of a loop's body, which only computes, whose values can be compared behind the loop: those
// that every iteration runs once, into a variable from outside that nothing else in the body uses.
std::vector<const ir::ReduceStat*> extremes_of(const ir::Block& body);

}  // namespace palatine::codegen
