#include "sema/specialize/foreign_library.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <lua.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "frontend/base/content_hash.h"
#include "frontend/base/disk_cache.h"
#include "sema/specialize/world.h"

namespace palatine::sema {

namespace {

namespace fs = std::filesystem;

// The library of an earlier run, when nothing changed since.
std::optional<std::string> find_library(const DiskCache& store, const std::string& key) {
  std::optional<std::string> deps = store.read(key, "deps");
  if (!deps) return std::nullopt;
  std::istringstream in(*deps);
  std::string library_key;
  if (!std::getline(in, library_key)) return std::nullopt;
  FileStamp stamp;
  while (in >> stamp.size_bytes >> stamp.mtime_ns && in.get() == ' ' && std::getline(in, stamp.path)) {
    if (!is_current(stamp)) return std::nullopt;
  }
  if (!store.contains(library_key, "so")) return std::nullopt;
  std::string path = store.path(library_key, "so");
  store.touch(path);
  return path;
}

// The files that a rule for make names: `target: file file \`, with spaces in names as `\ `.
std::vector<std::string> files_of_rule(const std::string& rule) {
  std::vector<std::string> files;
  std::string file;
  size_t at = rule.find(": ");
  if (at == std::string::npos) return files;
  for (at += 2; at <= rule.size(); ++at) {
    const char c = at < rule.size() ? rule[at] : '\n';
    if (c == '\\' && at + 1 < rule.size() && rule[at + 1] == ' ') {
      file += ' ';
      ++at;
    } else if (c == ' ' || c == '\n' || (c == '\\' && at + 1 < rule.size() && rule[at + 1] == '\n')) {
      if (!file.empty()) files.push_back(std::move(file));
      file.clear();
    } else {
      file += c;
    }
  }
  return files;
}

int64_t now_ns() {
  using namespace std::chrono;
  return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
}

// What a library was made of; nothing when a file changed meanwhile.
std::optional<std::string> stamps_of(const std::vector<std::string>& files, int64_t started_ns) {
  std::string stamps;
  std::error_code error;
  for (const std::string& file : files) {
    std::optional<FileStamp> stamp = stamp_file(fs::absolute(file, error).string());
    if (!stamp || stamp->mtime_ns >= started_ns) return std::nullopt;
    stamps += fmt::format("{} {} {}\n", stamp->size_bytes, stamp->mtime_ns, stamp->path);
  }
  return stamps;
}

std::string in_shell(const std::string& path) {
  std::string text = "'";
  for (char c : path) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

}  // namespace

// Where the compiler is called: the library takes shape while the program itself is compiled.
static pid_t start_shell(const std::string& command) {
  std::string shell = "sh", flag = "-c", text = command;
  char* argv[] = {shell.data(), flag.data(), text.data(), nullptr};
  pid_t process = 0;
  return posix_spawn(&process, "/bin/sh", nullptr, nullptr, argv, environ) == 0 ? process : 0;
}

static bool has_succeeded(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int build_library(lua_State* lua) {
  World& world = world_of(lua);
  LibraryBuild build;
  build.command = luaL_checkstring(lua, 1);
  luaL_checktype(lua, 2, LUA_TTABLE);
  build.name = luaL_checkstring(lua, 3);
  std::string sources;
  build.source_count = static_cast<int>(lua_objlen(lua, 2));
  for (int k = 1; k <= build.source_count; ++k) {
    lua_rawgeti(lua, 2, k);
    sources += std::string(" ") + luaL_checkstring(lua, -1);
    lua_pop(lua, 1);
  }

  const DiskCache store(world.import_options.cache_dir);
  std::error_code error;
  build.key = ContentHash()
                  .add("library 1")
                  .add(build.command)
                  .add(sources)
                  .add(fs::current_path(error).string())
                  .hex();
  if (store.is_enabled()) {
    if (std::optional<std::string> found = find_library(store, build.key)) {
      lua_pushlstring(lua, found->data(), found->size());
      return 1;
    }
  }
  build.path = store.is_enabled() ? store.temporary_path() : "";
  if (build.path.empty()) {
    std::string folder = (fs::temp_directory_path(error) / "palatine-library-XXXXXX").string();
    if (!mkdtemp(folder.data())) return luaL_error(lua, "cannot make a folder for a library");
    build.path = folder + "/library.so";
  }
  // The caller of std/launcher.
  build.where = world.host->current_position(2, lua);
  if (!build.where.is_valid()) build.where = calling_position(lua);
  build.started_ns = now_ns();
  build.process = start_shell(build.command + " -MD -MF " + in_shell(build.path + ".d") + " -o " +
                              in_shell(build.path) + sources);
  if (build.process == 0)
    return luaL_error(lua, "cannot start the compiler of the library %s", build.name.c_str());
  lua_pushlstring(lua, build.path.data(), build.path.size());
  world.library_builds.push_back(std::move(build));
  return 1;
}

// The library's place when its compiler is done.
static std::string keep(const LibraryBuild& build, const DiskCache& store) {
  if (!store.is_enabled()) return build.path;
  const std::string library_key =
      ContentHash().add(build.key).add(read_whole_file(build.path).value_or("")).hex();
  const std::string adopted = store.adopt(build.path, library_key, "so");
  if (adopted.empty()) return build.path;
  // With several sources the rule is that of the last one.
  std::optional<std::string> rule;
  if (build.source_count == 1) rule = read_whole_file(build.path + ".d");
  const std::optional<std::string> stamps =
      rule ? stamps_of(files_of_rule(*rule), build.started_ns) : std::nullopt;
  if (stamps) store.write(build.key, "deps", library_key + "\n" + *stamps);
  return adopted;
}

bool is_being_built(const World& world, const std::string& path) {
  return std::ranges::any_of(world.library_builds,
                             [&](const LibraryBuild& build) { return build.path == path; });
}

bool finish_libraries(World& world, std::vector<std::string>* link_flags) {
  const DiskCache store(world.import_options.cache_dir);
  std::error_code error;
  for (LibraryBuild& build : world.library_builds) {
    if (build.process == 0) continue;
    if (has_succeeded(build.process)) {
      build.kept = keep(build, store);
      std::ranges::replace(world.link_libraries, build.path, build.kept);
      // What uses the runtime finds it in the program only.
      dlopen(build.kept.c_str(), RTLD_LAZY | RTLD_GLOBAL);
    } else {
      world.diags.report(DiagKind::library_not_compiled, build.where, build.name, build.command);
    }
    build.process = 0;
    fs::remove(build.path + ".d", error);
  }
  bool is_ok = true;
  for (const LibraryBuild& build : world.library_builds) {
    is_ok = is_ok && !build.kept.empty();
    if (link_flags) std::ranges::replace(*link_flags, build.path, build.kept);
  }
  return is_ok;
}

}  // namespace palatine::sema
