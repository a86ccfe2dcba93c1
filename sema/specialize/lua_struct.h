// Structs as Lua sees them: `entries`, `methods`, `metamethods`.
#pragma once

#include <lua.hpp>
#include <string>
#include <string_view>

#include "sema/types/types.h"

namespace palatine::sema {

struct World;

// Pushes `entries`, `fields`, `methods` or `metamethods`; false for another name.
bool push_struct_member(lua_State* lua, const StructType& type, std::string_view name);

// Calls the type's metamethod with the type, when it has that. False, with nothing pushed, when it has none
// or that fails, which is reported; else its result is pushed.
bool call_metamethod(lua_State* lua, const StructType& type, const char* name);

// `T:getmethod(name)`: what `__getmethod` or the table `methods` gives.
int get_method(lua_State* lua);
// `T:getentries()`: the entries of the complete type.
int get_entries(lua_State* lua);

// A struct whose fields are what stands in its `entries` when they are first needed. Until then programs may
// change them.
StructType* new_open_struct(lua_State* lua, const std::string& name, SourceRange range);
// Its fields are what stands in its `entries` when they are needed next.
void open_struct(World& world, const StructType& type);
// Adds an entry to the `entries` of an open struct.
// `in_union`: it lies in the place of the other fields of the list that `begins_union` began.
void add_entry(lua_State* lua, const StructType& type, const std::string& name, const Type* field,
               bool begins_union = false, bool in_union = false);

// Reports fields that would make the type contain itself, and takes them out. Returns false when there were
// any.
bool check_not_recursive(lua_State* lua, StructType& type);

}  // namespace palatine::sema
