// `terralib`, as far as programs use it (language reference, 1.6). Lists and `memoize` are in
// stdlib/prelude/list.lua.
#include <dlfcn.h>
#include <link.h>

#include <cstdlib>
#include <filesystem>

#include "sema/specialize/c_header.h"
#include "sema/specialize/foreign_library.h"
#include "sema/specialize/library.h"
#include "sema/specialize/lua_struct.h"
#include "sema/specialize/lua_value.h"
#include "sema/specialize/terra_call.h"
#include "sema/specialize/world.h"

namespace palatine::sema {

template <Value::Kind K>
static int is_kind(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  lua_pushboolean(lua, object && object->kind == K);
  return 1;
}

static int is_function(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  lua_pushboolean(
      lua, object && (object->kind == Value::Kind::function || object->kind == Value::Kind::c_function));
  return 1;
}

static int is_integral(lua_State* lua) {
  bool is_number = lua_type(lua, 1) == LUA_TNUMBER;
  double number = lua_tonumber(lua, 1);
  lua_pushboolean(lua, is_number && number == static_cast<double>(static_cast<int64_t>(number)));
  return 1;
}

// terralib.types.newstruct(name): its fields are what the program puts into `entries`.
static int new_struct(lua_State* lua) {
  push_type(lua, new_open_struct(lua, luaL_optstring(lua, 1, "anon"), calling_position(lua)));
  return 1;
}

// overloadedfunction(name, [definitions])
static int overloaded_function(lua_State* lua) {
  Value value;
  value.kind = Value::Kind::overloaded;
  value.description = luaL_checkstring(lua, 1);
  std::vector<Value> definitions;
  if (!lua_isnoneornil(lua, 2)) {
    luaL_checktype(lua, 2, LUA_TTABLE);
    for (int i = 1; i <= static_cast<int>(lua_objlen(lua, 2)); ++i) {
      lua_rawgeti(lua, 2, i);
      definitions.push_back(to_value(lua, lua_gettop(lua)));
      if (definitions.back().kind != Value::Kind::function) {
        return luaL_error(lua, "expected terra functions, got %s", describe(lua, lua_gettop(lua)).c_str());
      }
      lua_pop(lua, 1);
    }
  }
  value.data = std::move(definitions);
  push_value(lua, value);
  return 1;
}

// global(T, [init], [name], [is_extern]) or global(init, [name]); an external one is defined by C under this
// name.
static int global(lua_State* lua) {
  World& world = world_of(lua);
  const Type* type = object_at(lua, 1) ? type_at(lua, 1) : nullptr;
  int init = type ? 2 : 1;
  if (!type && lua_isnoneornil(lua, 1)) return luaL_error(lua, "a global variable needs a type or a value");
  const ir::Function* initializer = nullptr;
  if (!lua_isnoneornil(lua, init)) initializer = function_returning(lua, to_value(lua, init), type);
  if (!type) type = initializer->result;
  world.complete(type);
  const std::string name = luaL_optstring(lua, init + 1, "global");
  const bool is_extern = lua_toboolean(lua, init + 2);
  ir::Global& made = push_new_global(lua, name, type);
  made.initializer = initializer;
  if (is_extern) made.symbol = name;
  return 1;
}

// linklibrary(path): a shared library that the program, and functions called while compiling, use. A name
// without a folder that is no file here is one of the system's libraries, as for dlopen.
int link_library(lua_State* lua) {
  std::string path = luaL_checkstring(lua, 1);
  std::error_code error;
  if (is_being_built(world_of(lua), path)) {
    world_of(lua).link_libraries.push_back(path);
    return 0;
  }
  bool is_file = std::filesystem::exists(path, error);
  if (!is_file && path.find('/') != std::string::npos) {
    return luaL_error(lua, "there is no library '%s'", path.c_str());
  }
  std::string name = is_file ? std::filesystem::absolute(path, error).string() : path;
  // So that later imports can be called from Lua. What a library needs may come with the next one, and a
  // library that uses the runtime finds it in the program only.
  void* handle = dlopen(name.c_str(), RTLD_LAZY | RTLD_GLOBAL);
  const std::string problem = handle ? "" : dlerror();
  if (!handle && !is_file)
    return luaL_error(lua, "there is no library '%s': %s", path.c_str(), problem.c_str());
  const bool needs_program = problem.find("undefined symbol") != std::string::npos;
  if (!handle && !needs_program) return luaL_error(lua, "%s", problem.c_str());
  struct link_map* loaded = nullptr;
  if (!is_file && dlinfo(handle, RTLD_DI_LINKMAP, &loaded) == 0) name = loaded->l_name;
  world_of(lua).link_libraries.push_back(name);
  return 0;
}

// constant(T, v), or constant(v).
static int constant(lua_State* lua) {
  const Type* type = lua_gettop(lua) > 1 ? type_at(lua, 1) : nullptr;
  int place = lua_gettop(lua) > 1 ? 2 : 1;
  Value value = to_value(lua, place);
  if (lua_type(lua, place) == LUA_TTABLE && type) {
    // A table fills the type as it would fill a cdata.
    lua_settop(lua, 2);
    new_value(lua);
    value = to_value(lua, lua_gettop(lua));
    place = lua_gettop(lua);
  }
  if (value.kind == Value::Kind::quote) {
    value.data = evaluate(lua, value, type);
    value.kind = Value::Kind::constant;
  }
  if (value.kind != Value::Kind::constant) {
    return luaL_error(lua, "a constant cannot be made from a %s", describe(lua, place).c_str());
  }
  ConstantValue data = value.constant();
  if (type && type != data.type) {
    if (!is_numeric(type) || !is_numeric(data.type)) {
      return luaL_error(lua, "constant expected %s, got %s", type_name(type).c_str(),
                        type_name(data.type).c_str());
    }
    bool from_float = data.type->kind == TypeKind::floating;
    if (type->kind == TypeKind::floating) {
      data.floating = from_float ? data.floating : static_cast<double>(static_cast<int64_t>(data.integer));
    } else if (from_float) {
      return luaL_error(lua, "constant expected %s, got %s", type_name(type).c_str(),
                        type_name(data.type).c_str());
    }
    data.type = type;
  }
  value.data = std::move(data);
  // A userdata even where Lua has such a value itself, so that the type stays.
  push_object(lua, value);
  return 1;
}

// newsymbol([type,] [name])
static int new_symbol(lua_State* lua) {
  const Type* type = lua_gettop(lua) > 0 && object_at(lua, 1) ? type_at(lua, 1) : nullptr;
  const char* name = luaL_optstring(lua, type ? 2 : 1, "");
  push_symbol(lua, world_of(lua).types.new_symbol(name, type, calling_position(lua)));
  return 1;
}

void push_terralib(lua_State* lua) {
  static constexpr luaL_Reg kFunctions[] = {{"includec", includec},
                                            {"includecstring", includecstring},
                                            {"isfunction", is_function},
                                            {"isquote", is_kind<Value::Kind::quote>},
                                            {"issymbol", is_kind<Value::Kind::symbol>},
                                            {"isconstant", is_kind<Value::Kind::constant>},
                                            {"ismacro", is_kind<Value::Kind::macro>},
                                            {"isintegral", is_integral},
                                            {"constant", constant},
                                            {"overloadedfunction", overloaded_function},
                                            {"global", global},
                                            {"new", new_value},
                                            {"cast", cast_value},
                                            {"typeof", type_of_value},
                                            {"linklibrary", link_library},
                                            {"newsymbol", new_symbol},
                                            {"saveobj", save_functions},
                                            {nullptr, nullptr}};
  lua_newtable(lua);
  luaL_setfuncs(lua, kFunctions, 0);
  // The folders of C headers, which programs add to. They name `legion_c.h` with and without its folder.
  const char* folders = std::getenv("INCLUDE_PATH");
  const std::string& runtime = world_of(lua).runtime_include_dir;
  std::string path = folders ? folders : ".";
  if (path.find(runtime) == std::string::npos) path += ";" + runtime + ";" + runtime + "/legion";
  lua_pushstring(lua, path.c_str());
  lua_setfield(lua, -2, "includepath");
  // Programs that start a C++ compiler of their own ask the environment for the folders.
  setenv("INCLUDE_PATH", path.c_str(), 1);
  lua_newtable(lua);
  lua_pushcfunction(lua, new_struct);
  lua_setfield(lua, -2, "newstruct");
  lua_pushcfunction(lua, is_kind<Value::Kind::type>);
  lua_setfield(lua, -2, "istype");
  refuse_unknown(lua, "terralib.types");
  lua_setfield(lua, -2, "types");
  lua_pushcfunction(lua, constant);
  lua_setglobal(lua, "constant");
  lua_pushcfunction(lua, global);
  lua_setglobal(lua, "global");
  lua_pushcfunction(lua, new_symbol);
  lua_setglobal(lua, "symbol");
}

}  // namespace palatine::sema
