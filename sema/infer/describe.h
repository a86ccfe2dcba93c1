// How expressions and fields are named in messages and explanations.
#pragma once

#include <string>

#include "sema/ir/ir.h"

namespace palatine::sema {

// "r.a.b", "r" for a region of scalars; several regions as "{r, s}.a".
std::string describe(const ir::RegionAccessExpr& access);
// "r.a.b".
std::string describe(const ir::MappedField& field);
// "r", "p[...]", "the region".
std::string describe_region(const ir::Expr& region);
// The variable's name; the text of the expression that a temporary holds; else "a temporary".
std::string local_name(const ir::Local& local);

}  // namespace palatine::sema
