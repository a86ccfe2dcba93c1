// `require` and `arg`.
#include <algorithm>

#include "frontend/host/impl.h"

namespace palatine::host {

// A loader of package.loaders: `a.b` and `a/b` are looked for next to the main program, in the current
// directory and among the std modules.
static int load_module(lua_State* lua) {
  return guarded(lua, [lua] {
    Host::Impl& impl = impl_of(lua);
    std::string name = luaL_checkstring(lua, 1);
    std::replace(name.begin(), name.end(), '.', '/');
    std::vector<std::string> folders = {impl.main_folder};
    if (!impl.main_folder.empty()) folders.push_back("");
    if (!impl.options.stdlib_dir.empty()) folders.push_back(impl.options.stdlib_dir + "/");
    std::string tried;
    for (const std::string& folder : folders) {
      for (const char* extension : {".t", ".rg", ".lua"}) {
        std::string path = folder + name + extension;
        FileId file = impl.read(path);
        if (file.is_valid()) {
          if (!impl.push_chunk(file)) Host::raise_reported(lua);
          if (lua != impl.lua) lua_xmove(impl.lua, lua, 1);
          return 1;
        }
        tried += "\n\tno file '" + path + "'";
      }
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
  lua_pop(lua, 2);

  lua_newtable(lua);
  for (size_t i = 0; i < options.args.size(); ++i) {
    lua_pushlstring(lua, options.args[i].data(), options.args[i].size());
    lua_rawseti(lua, -2, static_cast<int>(i));
  }
  lua_setglobal(lua, "arg");
}

}  // namespace palatine::host
