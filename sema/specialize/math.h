// The mathematical functions of `regentlib` (language reference, 7.3).
#pragma once

#include <lua.hpp>
#include <string_view>

namespace palatine::sema {

// Pushes `regentlib.NAME`, a Lua function from `float` or `double` to the function of C for that type. False,
// with nothing pushed, when there is no function of this name.
bool push_math_function(lua_State* lua, std::string_view name);

}  // namespace palatine::sema
