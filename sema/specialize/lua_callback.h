// Lua functions that terra code calls: `terralib.cast(T, f)`.
//
// Such a function is an ir::Function without a body that has a number. Functions that run while compiling,
// and the running program, ask this process for its value: compiled code contains no Lua.
#pragma once

#include <lua.hpp>
#include <optional>
#include <string>

#include "sema/ir/ir.h"

namespace palatine::sema {

struct World;

// Pushes a terra function of this type that calls the Lua function at `index` of the stack.
void push_lua_callback(lua_State* lua, const FunctionType& type, int index);

// Calls the Lua function; the bytes of its result. Nothing when it failed, which is reported.
std::optional<std::string> answer_lua_call(World& world, const ir::LuaCall& call);

}  // namespace palatine::sema
