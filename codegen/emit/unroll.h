// Which short loops are written out: those over the corners of a zone or the components of a vector. Arrays
// that they index become variables then, and the loop around them vectorizes, where Clang alone leaves them
// as soon as their bodies are not tiny.
#pragma once

#include <cstdint>
#include <optional>

#include "sema/ir/ir.h"

namespace palatine::codegen {

// The value of an expression that is an integer constant below its casts.
std::optional<int64_t> known_integer(const ir::Expr& expr);

// True when the loop's bounds are constants, and its body as often as it runs is short enough.
bool is_written_out(const ir::ForNumStat& loop);

}  // namespace palatine::codegen
