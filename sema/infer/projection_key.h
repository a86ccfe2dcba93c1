// What a computed color of an index launch is, as text: two launches whose colors have the same text could
// share what computes them. Variables count by their first appearance and type, not by their names.
#pragma once

#include <string>

#include "sema/infer/affine.h"

namespace palatine::sema {

std::string projection_key(const ir::Expr& color, const LoopVariables& loop);

}  // namespace palatine::sema
