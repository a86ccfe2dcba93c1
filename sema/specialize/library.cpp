#include "sema/specialize/library.h"

#include <fstream>
#include <sstream>

#include "sema/specialize/c_header.h"
#include "sema/specialize/lua_type.h"
#include "sema/specialize/lua_value.h"
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

// `regentlib.c` is imported when it is first needed; every other name that is not there is a feature to come.
static int index_library(lua_State* lua) {
  const char* library = lua_tostring(lua, lua_upvalueindex(1));
  const char* name = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : nullptr;
  if (!name) {
    lua_pushnil(lua);
    return 1;
  }
  std::string_view member = name;
  if (member != "c" || std::string_view(library) != "regentlib") {
    return luaL_error(lua, "`%s.%s` is not supported yet", library, name);
  }
  push_regentlib_c(lua);
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
  for (const char* name : {"array", "arrayof", "vectorof", "tuple", "macro", "global"}) {
    push_unsupported(lua, name);
    lua_setglobal(lua, name);
  }
  return is_ok;
}

void import_regent(lua_State* lua) {
  lua_getglobal(lua, "_G");
  add_regent_types(lua);
  lua_pop(lua, 1);
  for (const char* name : {"complex", "complex32", "complex64", "cross_product", "dynamic_collective",
                           "index_type", "phase_barrier", "transform"}) {
    push_unsupported(lua, name);
    lua_setglobal(lua, name);
  }
  push_regentlib(lua);
  lua_setglobal(lua, "regentlib");
}

}  // namespace palatine::sema
