// Quotes as text: `tostring(quote)`.
#pragma once

#include <string>

#include "sema/specialize/world.h"

namespace palatine::sema {

// An expression of terra as the language spells it, with what is spliced in its place and a line break at the
// end, as programs know it from Terra. Expressions without such a spelling, and all other quotes, are
// `quote`.
std::string text_of(const Value& quote);

}  // namespace palatine::sema
