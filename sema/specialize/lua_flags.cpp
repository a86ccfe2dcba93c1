#include "sema/specialize/lua_flags.h"

namespace palatine::sema {

void push_flags(lua_State* lua, const Flags& flags) {
  lua_newtable(lua);
#define FLAG_SWITCH(member, name, value) \
  lua_pushboolean(lua, flags.member);    \
  lua_setfield(lua, -2, name);
#define FLAG_NUMBER(member, name, value) \
  lua_pushnumber(lua, flags.member);     \
  lua_setfield(lua, -2, name);
#define FLAG_TEXT(member, name, value)       \
  lua_pushstring(lua, flags.member.c_str()); \
  lua_setfield(lua, -2, name);
#include "frontend/base/flags.def"
}

}  // namespace palatine::sema
