// Strict globals (language reference, 1.1).
#include <cstring>

#include "frontend/host/impl.h"

namespace palatine::host {

// What the code that touched the global is: "main", "Lua" or "C".
static const char* caller_kind(lua_State* lua) {
  lua_Debug info;
  if (!lua_getstack(lua, 1, &info) || !lua_getinfo(lua, "S", &info)) return "C";
  return std::strcmp(info.what, "main") == 0 ? "main" : std::strcmp(info.what, "C") == 0 ? "C" : "Lua";
}

static bool is_declared(lua_State* lua) {
  lua_pushvalue(lua, 2);
  lua_rawget(lua, lua_upvalueindex(1));
  bool declared = lua_toboolean(lua, -1);
  lua_pop(lua, 1);
  return declared;
}

// A key of _G as messages show it.
static const char* key_text(lua_State* lua) {
  return lua_isstring(lua, 2) ? lua_tostring(lua, 2) : luaL_typename(lua, 2);
}

static int index(lua_State* lua) {
  if (!is_declared(lua) && std::strcmp(caller_kind(lua), "C") != 0) {
    return luaL_error(lua, "global variable '%s' is not declared: it was never assigned", key_text(lua));
  }
  lua_rawget(lua, 1);
  return 1;
}

static int new_index(lua_State* lua) {
  if (!is_declared(lua)) {
    if (std::strcmp(caller_kind(lua), "Lua") == 0) {
      return luaL_error(
          lua,
          "attempt to assign to the undeclared global variable '%s' inside a function: make it `local`, "
          "or assign it outside first",
          key_text(lua));
    }
    lua_pushvalue(lua, 2);
    lua_pushboolean(lua, 1);
    lua_rawset(lua, lua_upvalueindex(1));
  }
  lua_rawset(lua, 1);
  return 0;
}

void open_strict_globals(lua_State* lua) {
  lua_newtable(lua);
  lua_newtable(lua);
  lua_pushvalue(lua, -1);
  lua_pushcclosure(lua, index, 1);
  lua_setfield(lua, -3, "__index");
  lua_pushcclosure(lua, new_index, 1);
  lua_setfield(lua, -2, "__newindex");
  lua_setmetatable(lua, LUA_GLOBALSINDEX);
}

}  // namespace palatine::host
