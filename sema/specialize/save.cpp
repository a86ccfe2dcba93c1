// `regentlib.saveobj`, `save_tasks` and `terralib.saveobj`: files that a program writes instead of running.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>

#include "sema/specialize/library.h"
#include "sema/specialize/lua_value.h"
#include "sema/specialize/save.h"
#include "sema/specialize/terra_call.h"
#include "sema/specialize/world.h"

namespace palatine::sema {

// What the name of the file says, as upstream.
static std::string kind_of_file(const std::string& file) {
  std::string suffix = std::filesystem::path(file).extension();
  if (suffix == ".o") return "object";
  if (suffix == ".bc") return "bitcode";
  if (suffix == ".ll") return "llvmir";
  if (suffix == ".s") return "asm";
  return suffix == ".so" || suffix == ".dylib" || suffix == ".dll" ? "sharedlibrary" : "executable";
}

static std::vector<std::string> check_strings(lua_State* lua, int index) {
  std::vector<std::string> result;
  if (lua_isnoneornil(lua, index)) return result;
  luaL_checktype(lua, index, LUA_TTABLE);
  for (int i = 1; i <= static_cast<int>(lua_objlen(lua, index)); ++i) {
    lua_rawgeti(lua, index, i);
    if (lua_type(lua, -1) != LUA_TSTRING) luaL_error(lua, "expected a list of strings as argument %d", index);
    result.push_back(lua_tostring(lua, -1));
    lua_pop(lua, 1);
  }
  return result;
}

// Flags are those of a compiler's driver: lld has no `-Wl,`.
static std::vector<std::string> linker_flags(const std::vector<std::string>& flags) {
  std::vector<std::string> result;
  for (const std::string& flag : flags) {
    if (!flag.starts_with("-Wl,")) {
      result.push_back(flag);
      continue;
    }
    for (size_t begin = 4; begin <= flag.size();) {
      size_t comma = std::min(flag.find(',', begin), flag.size());
      result.push_back(flag.substr(begin, comma - begin));
      begin = comma + 1;
    }
  }
  return result;
}

// regentlib.saveobj(main, file, [kind], [setup], [link_flags])
int save_object(lua_State* lua) {
  SaveRequest request;
  request.file = luaL_checkstring(lua, 2);
  request.kind = lua_isnoneornil(lua, 3) ? kind_of_file(request.file) : luaL_checkstring(lua, 3);
  request.setup = setup_function_at(lua, 4);
  request.link_flags = linker_flags(check_strings(lua, 5));
  request.where = calling_position(lua);
  world_of(lua).save(lua, task_at(lua, 1), std::move(request));
  return 0;
}

// The tasks in the table at this place; all that C can call, when there is none.
static std::vector<ir::Task*> exported_tasks(lua_State* lua, int index) {
  std::vector<ir::Task*> tasks;
  if (lua_isnoneornil(lua, index)) {
    for (const auto& task : world_of(lua).tasks) {
      if (export_obstacle(*task).empty()) tasks.push_back(task.get());
    }
    return tasks;
  }
  luaL_checktype(lua, index, LUA_TTABLE);
  std::map<uint32_t, ir::Task*> by_number;
  lua_pushnil(lua);
  while (lua_next(lua, index)) {
    ir::Task* task = task_at(lua, lua_gettop(lua));
    if (!task) luaL_error(lua, "expected tasks, got %s", describe(lua, lua_gettop(lua)).c_str());
    if (std::string obstacle = export_obstacle(*task); !obstacle.empty()) {
      luaL_error(lua, "task %s cannot be called from C: %s", task->name.c_str(), obstacle.c_str());
    }
    by_number[task->id] = task;
    lua_pop(lua, 1);
  }
  for (const auto& [number, task] : by_number) tasks.push_back(task);
  return tasks;
}

// save_tasks(header, file, [kind], [link_flags], [registration], [tasks], [need_launcher], [main])
int save_tasks(lua_State* lua) {
  SaveRequest request;
  request.is_library = true;
  request.header_file = luaL_checkstring(lua, 1);
  request.file = luaL_checkstring(lua, 2);
  request.kind = lua_isnoneornil(lua, 3) ? kind_of_file(request.file) : luaL_checkstring(lua, 3);
  request.link_flags = linker_flags(check_strings(lua, 4));
  std::string name = std::filesystem::path(request.header_file).filename();
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  request.registration_name = lua_isnoneornil(lua, 5) ? name + "_register" : luaL_checkstring(lua, 5);
  request.exports = exported_tasks(lua, 6);
  request.where = calling_position(lua);
  ir::Task* main = nullptr;
  if (!lua_isnoneornil(lua, 8)) {
    main = task_at(lua, 8);
    if (!main) return luaL_error(lua, "expected a task as argument 8, got %s", describe(lua, 8).c_str());
  }
  world_of(lua).save(lua, main, std::move(request));
  return 0;
}

// saveobj(file, [kind], functions, [link_flags]): terra functions under the names that are their keys.
int save_functions(lua_State* lua) {
  SaveRequest request;
  request.file = luaL_checkstring(lua, 1);
  const bool has_kind = lua_type(lua, 2) == LUA_TSTRING;
  request.kind = has_kind ? lua_tostring(lua, 2) : kind_of_file(request.file);
  const int table = has_kind ? 3 : 2;
  luaL_checktype(lua, table, LUA_TTABLE);
  request.link_flags = linker_flags(check_strings(lua, table + 1));
  request.where = calling_position(lua);
  // By name: the order of a table's keys is not the same in every run.
  std::map<std::string, const ir::Function*> functions;
  lua_pushnil(lua);
  while (lua_next(lua, table)) {
    if (lua_type(lua, -2) != LUA_TSTRING)
      return luaL_error(lua, "expected names as keys of argument %d, got %s", table,
                        describe(lua, lua_gettop(lua) - 1).c_str());
    functions[lua_tostring(lua, -2)] = defined_function_at(lua, lua_gettop(lua));
    lua_pop(lua, 1);
  }
  if (functions.empty())
    return luaL_error(lua, "there are no functions to save in `%s`", request.file.c_str());
  for (const auto& [name, function] : functions) {
    request.function_names.push_back(name);
    request.functions.push_back(function);
  }
  world_of(lua).save(lua, nullptr, std::move(request));
  return 0;
}

}  // namespace palatine::sema
