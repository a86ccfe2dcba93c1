// The global table `__palatine`, which translated programs call.
#include "frontend/host/impl.h"

namespace palatine::host {

void CaptureEnv::push_capture(const ast::Construct& construct, ast::CaptureId capture) const {
  const ast::CaptureInfo& info = construct.captures.at(capture.index);
  if (info.is_local) {
    lua_rawgeti(state_, captures_, static_cast<int>(capture.index + 1));
    return;
  }
  // Raw: an undefined global is the construct's error, not one of strict globals.
  lua_pushlstring(state_, info.name.data(), info.name.size());
  lua_rawget(state_, LUA_GLOBALSINDEX);
}

namespace {

// Counts a `rescape` while it runs; a Lua error that leaves it ends it too.
struct RescapeScope {
  explicit RescapeScope(int& depth) : depth_(depth) { ++depth_; }
  ~RescapeScope() { --depth_; }
  RescapeScope(const RescapeScope&) = delete;
  RescapeScope& operator=(const RescapeScope&) = delete;
  int& depth_;
};

// Their addresses are keys of the functions in the registry.
const char* const kCatchers[] = {"pcall", "xpcall"};

void push_registry(lua_State* lua, void* key) {
  lua_pushlightuserdata(lua, key);
  lua_rawget(lua, LUA_REGISTRYINDEX);
}

}  // namespace

// Whether Lua code of the program waits for errors: a `pcall` or `xpcall` is running.
static bool is_caught(lua_State* lua) {
  lua_Debug info;
  for (int level = 0; lua_getstack(lua, level, &info); ++level) {
    lua_getinfo(lua, "f", &info);
    for (const char* name : kCatchers) {
      push_registry(lua, const_cast<char*>(name));
      const bool is_catcher = lua_rawequal(lua, -1, -2);
      lua_pop(lua, 1);
      if (!is_catcher) continue;
      lua_pop(lua, 1);
      return true;
    }
    lua_pop(lua, 1);
  }
  return false;
}

// Message handler: reports the error unless it is caught.
static int report_uncaught(lua_State* lua) {
  if (is_caught(lua)) return 1;
  report_error(lua);
  lua_pushlightuserdata(lua, reported_error());
  return 1;
}

static void keep_catchers(lua_State* lua) {
  for (const char* name : kCatchers) {
    lua_pushlightuserdata(lua, const_cast<char*>(name));
    lua_getglobal(lua, name);
    lua_rawset(lua, LUA_REGISTRYINDEX);
  }
}

// Calls the function below its arguments. False, with nothing pushed, when its error was reported; one that
// Lua code of the program waits for goes on.
static bool call_reporting(lua_State* lua, int arguments, int results) {
  const int handler = lua_gettop(lua) - arguments;
  lua_pushcfunction(lua, report_uncaught);
  lua_insert(lua, handler);
  Diagnostics& diags = impl_of(lua).diags;
  const size_t errors = diags.error_count();
  const int status = lua_pcall(lua, arguments, results, handler);
  lua_remove(lua, handler);
  if (status == 0) return true;
  // One that is caught goes on. A program that ended itself has no errors.
  const bool is_reported = lua_touserdata(lua, -1) == reported_error();
  if (status == LUA_ERRRUN && (!is_reported || !diags.has_errors())) lua_error(lua);
  // Memory or the stack ran out, and the handler could not run.
  if (!is_reported && diags.error_count() == errors && lua_isstring(lua, -1)) {
    diags.report(DiagKind::lua_error, Host::from(lua).current_position(1, lua), lua_tostring(lua, -1));
  }
  lua_pop(lua, 1);
  return false;
}

bool CaptureEnv::call_escape(const ast::Construct& construct, ast::EscapeId escape) const {
  const ast::EscapeInfo& info = construct.escapes.at(escape.index);
  int params = static_cast<int>(info.params.size());
  luaL_checkstack(state_, 8, "too many nested escapes");
  lua_rawgeti(state_, escapes_, static_cast<int>(escape.index + 1));
  push_registry(state_, raw_globals_key());
  lua_setfenv(state_, -2);
  lua_insert(state_, -(params + 1));
  if (!info.is_statements) return call_reporting(state_, params, 1);
  Host::Impl& impl = impl_of(state_);
  RescapeScope scope(impl.rescape_depth);
  push_registry(state_, emitted_key());
  lua_newtable(state_);
  lua_rawseti(state_, -2, impl.rescape_depth);
  lua_pop(state_, 1);
  if (!call_reporting(state_, params, 0)) return false;
  push_registry(state_, emitted_key());
  lua_rawgeti(state_, -1, impl.rescape_depth);
  lua_remove(state_, -2);
  return true;
}

// __palatine.execute(number, captures, escapes)
static int execute(lua_State* lua) {
  return guarded(lua, [lua] {
    Host::Impl& impl = impl_of(lua);
    auto number = static_cast<size_t>(luaL_checkinteger(lua, 1));
    luaL_checktype(lua, 2, LUA_TTABLE);
    luaL_checktype(lua, 3, LUA_TTABLE);
    luaL_argcheck(lua, number < impl.constructs.size(), 1, "no such construct");
    impl.handler.execute(lua, *impl.constructs[number], CaptureEnv(lua, 2, 3));
    return 1;
  });
}

// __palatine.remit(value)
static int remit(lua_State* lua) {
  Host::Impl& impl = impl_of(lua);
  luaL_checkany(lua, 1);
  if (impl.rescape_depth == 0) return luaL_error(lua, "remit must be used inside of rescape");
  push_registry(lua, emitted_key());
  lua_rawgeti(lua, -1, impl.rescape_depth);
  lua_pushvalue(lua, 1);
  lua_rawseti(lua, -2, static_cast<int>(lua_objlen(lua, -2)) + 1);
  return 0;
}

// __palatine.import(language)
static int import(lua_State* lua) {
  return guarded(lua, [lua] {
    const char* name = luaL_checkstring(lua, 1);
    if (!impl_of(lua).handler.import_language(lua, name)) {
      return luaL_error(lua, "there is no language '%s' to import", name);
    }
    return 0;
  });
}

static int pointer_type(lua_State* lua) {
  return guarded(lua, [lua] {
    lua_settop(lua, 1);
    impl_of(lua).handler.pointer_type(lua);
    return 1;
  });
}

static int function_type(lua_State* lua) {
  return guarded(lua, [lua] {
    lua_settop(lua, 2);
    impl_of(lua).handler.function_type(lua);
    return 1;
  });
}

// Globals for escapes: names that do not exist are nil, and assignments declare.
static int raw_global_index(lua_State* lua) {
  lua_rawget(lua, LUA_GLOBALSINDEX);
  return 1;
}

static int raw_global_newindex(lua_State* lua) {
  lua_rawset(lua, LUA_GLOBALSINDEX);
  return 0;
}

void open_library(lua_State* lua) {
  keep_catchers(lua);
  static const luaL_Reg kFunctions[] = {{"execute", execute},
                                        {"remit", remit},
                                        {"import", import},
                                        {"pointer_type", pointer_type},
                                        {"function_type", function_type},
                                        {nullptr, nullptr}};
  lua_newtable(lua);
  luaL_setfuncs(lua, kFunctions, 0);
  lua_setglobal(lua, "__palatine");

  lua_pushlightuserdata(lua, emitted_key());
  lua_newtable(lua);
  lua_rawset(lua, LUA_REGISTRYINDEX);

  lua_pushlightuserdata(lua, raw_globals_key());
  lua_newtable(lua);
  lua_newtable(lua);
  lua_pushcfunction(lua, raw_global_index);
  lua_setfield(lua, -2, "__index");
  lua_pushcfunction(lua, raw_global_newindex);
  lua_setfield(lua, -2, "__newindex");
  lua_setmetatable(lua, -2);
  lua_rawset(lua, LUA_REGISTRYINDEX);
}

}  // namespace palatine::host
