#include "sema/macros.h"

#include <lua.hpp>

#include "sema/specialize/lua_type.h"
#include "sema/specialize/lua_value.h"

namespace palatine::sema {

static bool is_expression(const Quote& quote) {
  if (quote.checked) return true;
  return quote.construct && (quote.construct->kind == ast::ConstructKind::rexpr ||
                             quote.construct->kind == ast::ConstructKind::terra_expr);
}

std::shared_ptr<Quote> LuaMacroExpander::expand(const MacroValue& macro,
                                                std::vector<std::shared_ptr<Quote>> arguments,
                                                SourceRange where) {
  lua_State* lua = world_.running;
  int count = static_cast<int>(arguments.size());
  luaL_checkstack(lua, count + 8, "too many arguments of a macro");
  lua_rawgeti(lua, LUA_REGISTRYINDEX, macro.lua_reference);
  for (std::shared_ptr<Quote>& argument : arguments) {
    Value value;
    value.kind = Value::Kind::quote;
    value.data = std::move(argument);
    push_value(lua, value);
  }
  int status = lua_pcall(lua, count, 1, 0);
  world_.running = lua;
  if (status != 0) {
    // Without a text it is an error that was reported already.
    if (lua_type(lua, -1) == LUA_TSTRING) {
      world_.diags.report(DiagKind::macro_failed, where, lua_tostring(lua, -1));
    }
    lua_pop(lua, 1);
    return nullptr;
  }
  Value result = to_value(lua, lua_gettop(lua));
  lua_pop(lua, 1);
  if (result.kind != Value::Kind::quote || !is_expression(result.quote())) {
    world_.diags.report(DiagKind::macro_result, where,
                        result.kind == Value::Kind::quote ? "rquote" : result.description);
    return nullptr;
  }
  return std::get<std::shared_ptr<Quote>>(result.data);
}

const ir::Function* LuaMacroExpander::find_method(const StructType& type, const std::string& name) {
  lua_State* lua = world_.running;
  int top = lua_gettop(lua);
  luaL_checkstack(lua, 8, "too many nested constructs");
  const ir::Function* method = nullptr;
  push_type(lua, &type);
  lua_getfield(lua, -1, "methods");
  if (lua_istable(lua, -1)) {
    // Raw: a program's own `__index` could raise an error in the middle of checking.
    lua_pushlstring(lua, name.data(), name.size());
    lua_rawget(lua, -2);
    Value value = to_value(lua, lua_gettop(lua));
    if (value.kind == Value::Kind::function) method = std::get<const ir::Function*>(value.data);
  }
  lua_settop(lua, top);
  return method;
}

}  // namespace palatine::sema
