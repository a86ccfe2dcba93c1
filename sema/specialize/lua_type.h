// Types in Lua: their members, `T[N]`, calls such as `ptr(T, r)`, and the functions that make types.
#pragma once

#include <lua.hpp>

#include <vector>

#include "sema/types/types.h"

namespace palatine::sema {

// Fills the metatable of types, and defines the globals of language reference 1.1 that are types or make
// types.
void open_types(lua_State* lua);

// Puts the functions and constants of the language's types (`region`, `int1d`, `disjoint` ...) into the table
// on top of the stack: the globals, and `regentlib`.
void add_regent_types(lua_State* lua);

// The type operators of Lua expressions; see host::ConstructHandler.
void push_pointer_type(lua_State* lua);
void push_function_type(lua_State* lua);
// The type that a table of types stands for as a result in terra code, `{int, int}`; null for other values.
const Type* tuple_at(lua_State* lua, int index);
// The type of `{a, b}` with members of these types; the unit type of none.
const Type* tuple_type(TypeTable& types, const std::vector<const Type*>& members);

// regentlib.list(T).
int new_list_type(lua_State* lua);
// regentlib.array(T, N).
int regent_array_type(lua_State* lua);
// `regentlib.future(T)`.
int future_type(lua_State* lua);

}  // namespace palatine::sema
