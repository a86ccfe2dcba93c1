#include "sema/specialize/lua_callback.h"

#include <fmt/format.h>

#include <cstdio>

#include "sema/specialize/lua_value.h"
#include "sema/specialize/terra_call.h"
#include "sema/specialize/world.h"

namespace palatine::sema {

void push_lua_callback(lua_State* lua, const FunctionType& type, int index) {
  World& world = world_of(lua);
  if (type.variadic) luaL_error(lua, "a Lua function cannot be a terra function of variable arguments");
  lua_pushvalue(lua, index);
  auto function = std::make_unique<ir::Function>();
  function->lua_number = static_cast<uint32_t>(world.lua_functions.size()) + 1;
  function->name = fmt::format("lua_function_{}", function->lua_number);
  function->range = calling_position(lua);
  function->body_end = function->range;
  function->result = type.result;
  function->has_body = true;
  for (const Type* param : type.params) {
    world.complete(param);
    ir::Local* local = function->new_local("argument", param, nullptr, {});
    local->is_param = true;
    function->params.push_back(local);
  }
  world.complete(type.result);
  world.lua_functions.push_back({luaL_ref(lua, LUA_REGISTRYINDEX), &type});
  Value value;
  value.kind = Value::Kind::function;
  value.data = static_cast<const ir::Function*>(function.get());
  world.functions.push_back(std::move(function));
  push_value(lua, value);
}

std::optional<std::string> answer_lua_call(World& world, const ir::LuaCall& call) {
  if (call.function == 0 || call.function > world.lua_functions.size()) return std::nullopt;
  const LuaCallback callback = world.lua_functions[call.function - 1];
  lua_State* lua = world.running;
  const int top = lua_gettop(lua);
  luaL_checkstack(lua, static_cast<int>(call.arguments.size()) + 10, "too many arguments");
  lua_pushcfunction(lua, host::report_error);
  push_value_function(lua, "answer");
  lua_rawgeti(lua, LUA_REGISTRYINDEX, callback.reference);
  push_list(lua);
  for (size_t i = 0; i < callback.type->params.size(); ++i) {
    push_type(lua, callback.type->params[i]);
    lua_rawseti(lua, -2, static_cast<int>(i) + 1);
  }
  push_type(lua, callback.type->result);
  for (const std::string& argument : call.arguments) lua_pushlstring(lua, argument.data(), argument.size());
  std::optional<std::string> result;
  if (lua_pcall(lua, static_cast<int>(call.arguments.size()) + 3, 1, top + 1) == 0) {
    size_t length = 0;
    const char* bytes = lua_tolstring(lua, -1, &length);
    result = std::string(bytes ? bytes : "", length);
  }
  lua_settop(lua, top);
  // It may have called others on coroutines of their own.
  world_of(lua);
  // What it printed comes before what the program prints next.
  fflush(stdout);
  return result;
}

}  // namespace palatine::sema
