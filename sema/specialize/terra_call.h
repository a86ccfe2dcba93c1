// Terra and C functions called from Lua while the program is compiled, and values in Lua's own memory.
#pragma once

#include <lua.hpp>
#include <optional>

#include "sema/specialize/frame.h"

namespace palatine::sema {

struct World;

// `__call` of terra functions, overloaded functions and C functions. What cannot be called raises a Lua
// error.
int call_function(lua_State* lua);
// A terra function that does nothing but call the C function with parameters of these types.
const ir::Function* wrap_c_function(World& world, const CFunctionValue& callee,
                                    const std::vector<const Type*>& params);

// terralib.new(T, [init]), terralib.cast(T, value), terralib.typeof(value).
int new_value(lua_State* lua);
int cast_value(lua_State* lua);
int type_of_value(lua_State* lua);

// Pushes a function of the table that stdlib/prelude/call.lua returns, which is loaded when it is first
// needed.
void push_value_function(lua_State* lua, const char* name);

// The constant that a cdata of Lua stands for; nothing when its type is none of the language's.
std::optional<ConstantValue> constant_of_cdata(lua_State* lua, int index);

// The constant that lies in memory as these bytes.
ConstantValue constant_from_bytes(const Type* type, const std::string& bytes);

// The value of an expression that is known while compiling: compiles and runs it. `type` is what it is
// converted to; null for its own type. Raises a Lua error when that is not possible.
ConstantValue evaluate(lua_State* lua, const Value& value, const Type* type);

// What a function without parameters returns.
ConstantValue evaluate(lua_State* lua, const ir::Function* function);

// A function without parameters that returns the value, converted to `type` if that is not null. Raises a Lua
// error when the value cannot be that.
const ir::Function* function_returning(lua_State* lua, const Value& value, const Type* type);

// The function at this place of the stack, which takes no arguments; a C function as a terra function. Null
// for nil; raises a Lua error for everything else.
const ir::Function* setup_function_at(lua_State* lua, int index);

// The terra function with a body at this place of the stack; raises a Lua error for everything else.
const ir::Function* defined_function_at(lua_State* lua, int index);

// Adds `alignof` and `load_file` to the table on top of the stack.
void add_value_functions(lua_State* lua);

}  // namespace palatine::sema
