// `require` and `arg`.
#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "frontend/host/impl.h"

namespace palatine::host {

// Where modules are looked for, with `?` for their names, first to last: next to the main program and in the
// current folder, where `package.terrapath` says, and among the std modules.
static std::vector<std::string> module_templates(lua_State* lua, const Host::Impl& impl) {
  std::vector<std::string> templates;
  auto add_folder = [&](const std::string& folder) {
    for (const char* extension : {".t", ".rg", ".lua"}) templates.push_back(folder + "?" + extension);
  };
  add_folder(impl.main_folder);
  if (!impl.main_folder.empty()) add_folder("");
  lua_getglobal(lua, "package");
  lua_getfield(lua, -1, "terrapath");
  std::istringstream path(lua_isstring(lua, -1) ? lua_tostring(lua, -1) : "");
  lua_pop(lua, 2);
  for (std::string one; std::getline(path, one, ';');) {
    if (!one.empty()) templates.push_back(one);
  }
  if (!impl.options.stdlib_dir.empty()) add_folder(impl.options.stdlib_dir + "/");
  return templates;
}

static std::string with_name(const std::string& path, const std::string& name) {
  std::string result;
  for (char c : path) c == '?' ? result += name : result += c;
  return result;
}

// A loader of package.loaders. `a.b` and `a/b` are one module.
static int load_module(lua_State* lua) {
  return guarded(lua, [lua] {
    Host::Impl& impl = impl_of(lua);
    std::string name = luaL_checkstring(lua, 1);
    std::replace(name.begin(), name.end(), '.', '/');
    std::string tried;
    for (const std::string& one : module_templates(lua, impl)) {
      const std::string path = with_name(one, name);
      FileId file = impl.read(path);
      if (file.is_valid()) {
        if (!impl.push_chunk(file)) Host::raise_reported(lua);
        if (lua != impl.lua) lua_xmove(impl.lua, lua, 1);
        return 1;
      }
      tried += "\n\tno file '" + path + "'";
    }
    lua_pushlstring(lua, tried.data(), tried.size());
    return 1;
  });
}

void open_modules(lua_State* lua, const HostOptions& options) {
  lua_getglobal(lua, "package");
  lua_getfield(lua, -1, "loaders");
  // Behind `package.preload`, before Lua's own loaders.
  for (int i = static_cast<int>(lua_objlen(lua, -1)); i >= 2; --i) {
    lua_rawgeti(lua, -1, i);
    lua_rawseti(lua, -2, i + 1);
  }
  lua_pushcfunction(lua, load_module);
  lua_rawseti(lua, -2, 2);
  lua_pop(lua, 1);
  const char* path = std::getenv("TERRA_PATH");
  lua_pushstring(lua, path ? path : "?.t;?.rg");
  lua_setfield(lua, -2, "terrapath");
  lua_pop(lua, 1);

  lua_newtable(lua);
  for (size_t i = 0; i < options.args.size(); ++i) {
    lua_pushlstring(lua, options.args[i].data(), options.args[i].size());
    lua_rawseti(lua, -2, static_cast<int>(i));
  }
  lua_setglobal(lua, "arg");
}

}  // namespace palatine::host
