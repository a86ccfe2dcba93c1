// What an lvalue is a part of: the place below all its fields, components and array elements.
#pragma once

#include "sema/ir/ir.h"

namespace palatine::ir {

// The place that an lvalue lies in. An element of an array lies in the array, an element behind a raw pointer
// lies elsewhere: `r[i].a[3]` has the root `r[i].a`; with a raw pointer `p`, `r[i].p[3]` is its own root.
const Expr& root_of(const Expr& lvalue);
Expr& root_of(Expr& lvalue);

// The variable whose storage an lvalue is part of; null behind a pointer or in a region.
Local* root_variable(const Expr& lvalue);

// The region access whose element an lvalue is part of; null when it lies in none.
const RegionAccessExpr* root_access(const Expr& lvalue);
RegionAccessExpr* root_access(Expr& lvalue);

// True when both are the same part of the same variable, found by constants and other variables alone.
bool is_same_place(const Expr& a, const Expr& b);

}  // namespace palatine::ir
