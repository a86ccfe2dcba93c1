#include "sema/specialize/foreign_library.h"

#include <fmt/format.h>
#include <lua.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
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

int build_library(lua_State* lua) {
  const std::string command = luaL_checkstring(lua, 1);
  luaL_checktype(lua, 2, LUA_TTABLE);
  std::string sources;
  const int count = static_cast<int>(lua_objlen(lua, 2));
  for (int k = 1; k <= count; ++k) {
    lua_rawgeti(lua, 2, k);
    sources += std::string(" ") + luaL_checkstring(lua, -1);
    lua_pop(lua, 1);
  }

  const DiskCache store(world_of(lua).import_options.cache_dir);
  std::error_code error;
  const std::string key =
      ContentHash().add("library 1").add(command).add(sources).add(fs::current_path(error).string()).hex();
  if (store.is_enabled()) {
    if (std::optional<std::string> found = find_library(store, key)) {
      lua_pushlstring(lua, found->data(), found->size());
      return 1;
    }
  }
  std::string made = store.is_enabled() ? store.temporary_path() : "";
  if (made.empty()) {
    std::string folder = (fs::temp_directory_path(error) / "palatine-library-XXXXXX").string();
    if (!mkdtemp(folder.data())) return luaL_error(lua, "cannot make a folder for a library");
    made = folder + "/library.so";
  }
  const std::string rule_path = made + ".d";
  const int64_t started_ns = now_ns();
  const std::string whole = command + " -MD -MF " + in_shell(rule_path) + " -o " + in_shell(made) + sources;
  if (std::system(whole.c_str()) != 0) {
    lua_pushnil(lua);
    return 1;
  }
  std::string path = made;
  if (store.is_enabled()) {
    const std::string library_key = ContentHash().add(key).add(read_whole_file(made).value_or("")).hex();
    std::string adopted = store.adopt(made, library_key, "so");
    if (!adopted.empty()) path = adopted;
    // With several sources the rule is that of the last one.
    std::optional<std::string> rule = count == 1 ? read_whole_file(rule_path) : std::nullopt;
    std::optional<std::string> stamps = rule ? stamps_of(files_of_rule(*rule), started_ns) : std::nullopt;
    if (!adopted.empty() && stamps) store.write(key, "deps", library_key + "\n" + *stamps);
  }
  fs::remove(rule_path, error);
  lua_pushlstring(lua, path.data(), path.size());
  return 1;
}

}  // namespace palatine::sema
