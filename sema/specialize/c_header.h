// Imported C headers as Lua tables that fill themselves when asked.
#pragma once

#include <lua.hpp>
#include <string>
#include <vector>

#include "sema/types/types.h"

namespace palatine::sema {

// Imports the text and pushes the table of its declarations. An import that fails is reported at the calling
// Lua code, which ends. `is_cpp`: the text is known to be C++ too.
void push_header(lua_State* lua, const std::string& text, const std::vector<std::string>& args,
                 bool is_cpp = false);

// terralib.includec(name, [args]) and terralib.includecstring(text, [args]).
int includec(lua_State* lua);
int includecstring(lua_State* lua);

// Pushes `regentlib.c`: libc's common headers and what the runtime offers of the Legion C API.
void push_regentlib_c(lua_State* lua);
// A type of `regentlib.c`, by the name of its typedef; null when there is none.
const Type* legion_type(lua_State* lua, const std::string& name);

}  // namespace palatine::sema
