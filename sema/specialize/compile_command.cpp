#include "sema/specialize/compile_command.h"

#include <string_view>

#include "sema/specialize/world.h"

namespace palatine::sema {

// How long the name of an earlier standard is that stands here, `11` of `-std=c++11`; 0: another word.
static size_t earlier_standard(std::string_view text) {
  const std::string_view word = text.substr(0, text.find_first_of(" \t\n'\";"));
  for (std::string_view name : {"98", "03", "0x", "11", "1y", "14"}) {
    if (word == name) return word.size();
  }
  return 0;
}

std::string with_current_standard(const std::string& command, const std::string& include_folder) {
  if (include_folder.empty() || command.find(include_folder) == std::string::npos) return command;
  std::string result = command;
  for (std::string_view option : {"-std=c++", "-std=gnu++"}) {
    for (size_t place = result.find(option); place != std::string::npos; place = result.find(option, place)) {
      place += option.size();
      const size_t length = earlier_standard(std::string_view(result).substr(place));
      if (length > 0) result.replace(place, length, "17");
    }
  }
  return result;
}

// Calls the function that it replaces, its upvalue, with the command that fits.
static int run_command(lua_State* lua) {
  if (lua_type(lua, 1) == LUA_TSTRING) {
    World& world = world_of(lua);
    const std::string command = lua_tostring(lua, 1);
    const std::string fitting = with_current_standard(command, world.runtime_include_dir);
    if (fitting != command) {
      world.diags.report(DiagKind::earlier_standard_of_cxx, calling_position(lua));
      lua_pushlstring(lua, fitting.data(), fitting.size());
      lua_replace(lua, 1);
    }
  }
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  lua_call(lua, lua_gettop(lua) - 1, LUA_MULTRET);
  return lua_gettop(lua);
}

void watch_compile_commands(lua_State* lua) {
  constexpr const char* kFunctions[][2] = {{"os", "execute"}, {"io", "popen"}};
  for (const auto& [library, name] : kFunctions) {
    lua_getglobal(lua, library);
    lua_getfield(lua, -1, name);
    lua_pushcclosure(lua, run_command, 1);
    lua_setfield(lua, -2, name);
    lua_pop(lua, 1);
  }
}

}  // namespace palatine::sema
