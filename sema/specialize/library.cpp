#include "sema/specialize/library.h"

#include <fstream>
#include <sstream>

#include "sema/specialize/c_header.h"
#include "sema/specialize/compile_command.h"
#include "sema/specialize/lua_type.h"
#include "sema/specialize/lua_value.h"
#include "sema/specialize/math.h"
#include "sema/specialize/terra_call.h"
#include "sema/specialize/world.h"

namespace palatine::sema {

bool run_prelude(lua_State* lua, const std::string& name) {
  World& world = world_of(lua);
  std::string path = world.stdlib_dir + "/prelude/" + name;
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) {
    world.diags.report(DiagKind::prelude_missing, SourceRange{}, path);
    return false;
  }
  if (!world.host->load_chunk("stdlib/prelude/" + name, text.str())) return false;
  lua_pushvalue(lua, -2);
  if (lua_pcall(lua, 1, 1, 0) == 0) return true;
  const char* message = lua_tostring(lua, -1);
  world.diags.report(DiagKind::prelude_failed, SourceRange{}, path, message ? message : "unknown error");
  lua_pop(lua, 1);
  return false;
}

// The part of a library that stands in `stdlib/prelude/LIBRARY.t`, loaded when a program first asks for a
// name that is not there. The chunk gets the library's table.
static bool has_late_part(std::string_view library) {
  return library == "regentlib" || library == "terralib" || library == "serialize";
}

// These names of `regentlib` stand in a part of their own.
static bool is_about_serialization(std::string_view library, std::string_view name) {
  return library == "regentlib" && (name.find("serialize") != name.npos || name == "packing_of");
}

static void load_late_part(lua_State* lua, const std::string& library) {
  World& world = world_of(lua);
  if (!has_late_part(library) || !world.loaded_parts.insert(library).second) return;
  lua_pushvalue(lua, 1);
  if (!run_prelude(lua, library + ".t")) host::Host::raise_reported(lua);
  lua_pop(lua, 2);
  world.running = lua;
}

void load_late_methods(lua_State* lua, const StructType& type) {
  World& world = world_of(lua);
  auto found = world.late_methods.find(&type);
  if (found == world.late_methods.end()) return;
  std::string prelude = std::move(found->second);
  world.late_methods.erase(found);
  push_type(lua, &type);
  if (!run_prelude(lua, prelude)) host::Host::raise_reported(lua);
  lua_pop(lua, 2);
  world.running = lua;
}

// What is made when it is first needed; every other name that is not there is a feature to come.
static int index_library(lua_State* lua) {
  std::string library = lua_tostring(lua, lua_upvalueindex(1));
  const char* text = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : nullptr;
  if (!text) {
    lua_pushnil(lua);
    return 1;
  }
  std::string_view name = text;
  bool is_found = false;
  if (library == "regentlib") {
    is_found = push_math_function(lua, name);
    if (!is_found && name == "c") {
      push_regentlib_c(lua);
      is_found = true;
    }
  }
  if (!is_found) {
    load_late_part(lua, is_about_serialization(library, name) ? "serialize" : library);
    lua_pushvalue(lua, 2);
    lua_rawget(lua, 1);
    is_found = !lua_isnil(lua, -1);
  }
  if (!is_found) return luaL_error(lua, "`%s.%s` is not supported yet", library.c_str(), text);
  lua_pushvalue(lua, 2);
  lua_pushvalue(lua, -2);
  lua_rawset(lua, 1);
  return 1;
}

void refuse_unknown(lua_State* lua, const char* library) {
  lua_newtable(lua);
  lua_pushstring(lua, library);
  lua_pushcclosure(lua, index_library, 1);
  lua_setfield(lua, -2, "__index");
  lua_setmetatable(lua, -2);
}

bool open_world(lua_State* lua) {
  open_values(lua);
  open_value_methods(lua);
  push_terralib(lua);
  bool is_ok = run_prelude(lua, "list.lua");
  if (is_ok) {
    set_list_metatable(lua, lua_gettop(lua));
    lua_pop(lua, 1);
  }
  // Only now: the prelude extends the table.
  refuse_unknown(lua, "terralib");
  lua_setglobal(lua, "terralib");
  open_types(lua);
  lua_getglobal(lua, "__palatine");
  add_value_functions(lua);
  lua_pop(lua, 1);
  lua_pushcfunction(lua, new_terra_macro);
  lua_setglobal(lua, "macro");
  watch_compile_commands(lua);
  return is_ok;
}

// A struct of the language whose methods are in a prelude.
static StructType* new_library_type(World& world, const char* name, const char* prelude,
                                    std::vector<StructField> fields) {
  StructType* type = world.types.new_struct(StructOrigin::terra, name);
  type->fields = std::move(fields);
  type->sliceable = false;
  world.late_methods[type] = prelude;
  return type;
}

// Adds them to `regentlib`, which is on top of the stack, and to the globals.
static void add_library_types(lua_State* lua) {
  World& world = world_of(lua);
  for (int bits : {32, 64}) {
    const Type* real = world.types.floating(bits);
    auto& slot = bits == 32 ? world.complex32 : world.complex64;
    slot = new_library_type(world, bits == 32 ? "complex32" : "complex64", "complex.t",
                            {{"real", real, {}}, {"imag", real, {}}});
  }
  StructType* string = new_library_type(world, "string", "string.t", {{"impl", world.types.rawstring(), {}}});
  string->is_text = true;
  world.string = string;
  const std::pair<const char*, const StructType*> kTypes[] = {
      {"complex", world.complex64}, {"complex32", world.complex32}, {"complex64", world.complex64}};
  for (auto [name, type] : kTypes) {
    push_type(lua, type);
    lua_pushvalue(lua, -1);
    lua_setglobal(lua, name);
    lua_setfield(lua, -2, name);
  }
  push_type(lua, world.string);
  lua_setfield(lua, -2, "string");
}

void import_regent(lua_State* lua) {
  lua_getglobal(lua, "_G");
  add_regent_types(lua);
  lua_pop(lua, 1);
  push_regentlib(lua);
  add_library_types(lua);
  lua_setglobal(lua, "regentlib");
}

}  // namespace palatine::sema
