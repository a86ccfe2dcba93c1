// `quote.ast`: the tree of a quote for Lua.
#pragma once

#include <lua.hpp>

namespace palatine::sema {

// Pushes the tree of the quote at stack place 1 as nodes of `regent/ast`.
int push_quote_tree(lua_State* lua);

}  // namespace palatine::sema
