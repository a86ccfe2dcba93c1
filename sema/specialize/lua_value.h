// The objects of the language as Lua values, both ways.
//
// Each object is a userdata that holds a Value. Types, symbols, tasks and functions are the same userdata
// whenever they are pushed, so that Lua compares them by identity and they can be keys of tables.
#pragma once

#include <lua.hpp>
#include <string>

#include "sema/specialize/frame.h"

namespace palatine::sema {

// Makes the metatables of all kinds. Their methods are added by the files that define them: `push_metatable`.
void open_values(lua_State* lua);
// Pushes the metatable of a kind of values. Its `__index` is a table of methods, but for types: lua_type.cpp.
void push_metatable(lua_State* lua, Value::Kind kind);

// Pushes a value: numbers, bools and strings as Lua's own, nil for what is undefined, lists as lists, the
// rest as userdata.
void push_value(lua_State* lua, const Value& value);
// As a userdata in any case, a new one.
void push_object(lua_State* lua, const Value& value);
void push_type(lua_State* lua, const Type* type);
void push_symbol(lua_State* lua, const Symbol* symbol);
// Adds a global variable of the program, and pushes it. The world owns it.
ir::Global& push_new_global(lua_State* lua, const std::string& name, const Type* type);

// A value of the kind `error` for a feature to come: Lua that calls it or asks for a member gets an error
// with this name. The first use in a construct reports the same.
void push_unsupported(lua_State* lua, const std::string& name);

// What a Lua value means. Never fails: a value that means nothing is of the kind `other`, with a description.
Value to_value(lua_State* lua, int index);
// The object in a userdata of ours; null for every other value.
const Value* object_at(lua_State* lua, int index);
// The type, symbol or task at this place of the stack; null when there is another value. `{}` is the unit
// type.
const Type* type_at(lua_State* lua, int index);
Symbol* symbol_at(lua_State* lua, int index);
ir::Task* task_at(lua_State* lua, int index);
// How messages call a Lua value: "table", "lua function", "type".
std::string describe(lua_State* lua, int index);

Value type_value(const Type* type);
Value error_value();

// Lists (terralib.newlist): a table with the metatable that the prelude registers.
void set_list_metatable(lua_State* lua, int index);
bool is_list(lua_State* lua, int index);
// Pushes an empty list.
void push_list(lua_State* lua);

}  // namespace palatine::sema
