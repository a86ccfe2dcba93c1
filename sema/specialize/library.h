// The tables `regentlib` and `terralib`, and the methods of the objects that they make.
#pragma once

#include <lua.hpp>
#include <string>

#include "sema/types/types.h"

namespace palatine::ir {
struct Task;
}

namespace palatine::sema {

// Makes Lua's side of a world: values, types, `terralib`. `set_world` comes first. False when a prelude of
// the standard library is missing (reported).
bool open_world(lua_State* lua);
// `import "regent"`: `regentlib`, and the globals of language reference 1.1.
void import_regent(lua_State* lua);

// Runs a chunk of stdlib/prelude with the table on top of the stack as its argument, and keeps the table
// there. False when the file is missing or faulty (reported).
bool run_prelude(lua_State* lua, const std::string& name);
// Loads the prelude with the methods of this type, if it has one that is not loaded yet.
void load_late_methods(lua_State* lua, const StructType& type);
// Gives the table on top of the stack an `__index` that says `LIBRARY.NAME is not supported yet`, except for
// `c`.
void refuse_unknown(lua_State* lua, const char* library);

// The task at the first place of the stack; an error when there is none.
ir::Task& check_task(lua_State* lua);
// library_values.cpp: what symbols, tasks, quotes and the other objects can do.
void open_value_methods(lua_State* lua);
// regentlib.cpp, terralib.cpp: push the tables.
void push_regentlib(lua_State* lua);
// regentlib.macro(f), and Terra's `macro(f)`.
int new_macro(lua_State* lua);
int new_terra_macro(lua_State* lua);
// terralib.linklibrary(path) and regentlib.linklibrary.
int link_library(lua_State* lua);
void push_terralib(lua_State* lua);
// task_facts.cpp: what tasks and types say about themselves.
int task_get_privileges(lua_State* lua);
int task_has_mapper_id(lua_State* lua);
int task_get_mapper_id(lua_State* lua);
int task_has_mapping_tag(lua_State* lua);
int task_get_mapping_tag(lua_State* lua);
int task_get_properties(lua_State* lua);
int flatten_struct_fields(lua_State* lua);
int region_type_ispace(lua_State* lua);
int region_type_fspace(lua_State* lua);
// save.cpp: regentlib.saveobj, regentlib.save_tasks and terralib.saveobj.
int save_object(lua_State* lua);
int save_tasks(lua_State* lua);
int save_functions(lua_State* lua);

}  // namespace palatine::sema
