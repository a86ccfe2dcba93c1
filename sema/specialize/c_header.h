// Imported C headers as Lua tables that fill themselves when asked.
#pragma once

#include <lua.hpp>
#include <string>
#include <vector>

#include "frontend/cimport/cimport.h"
#include "sema/types/types.h"

namespace palatine::sema {

// Imports the text and pushes the table of its declarations. An import that fails is reported at the calling
// Lua code, which ends.
void push_header(lua_State* lua, const std::string& text, const std::vector<std::string>& args);

// terralib.includec(name, [args]) and terralib.includecstring(text, [args]).
int includec(lua_State* lua);
int includecstring(lua_State* lua);

// Pushes `regentlib.c`: libc's common headers and what the runtime offers of the Legion C API.
void push_regentlib_c(lua_State* lua);
// Imports what `regentlib.c` offers into `options.cache_dir`, for programs that have it as their
// installed_dir.
bool prepare_regentlib_c(const std::string& runtime_include_dir, cimport::ImportOptions options,
                         Diagnostics& diags);
// A type of `regentlib.c`, by the name of its typedef; null when there is none.
const Type* legion_type(lua_State* lua, const std::string& name);

}  // namespace palatine::sema
