// What the compiler's flags say, for Lua.
#pragma once

#include <lua.hpp>

#include "frontend/base/flags.h"

namespace palatine::sema {

// Pushes a table of all flags by their names, with booleans, numbers and strings.
void push_flags(lua_State* lua, const Flags& flags);

}  // namespace palatine::sema
