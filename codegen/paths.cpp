#include <fmt/format.h>
#include <palatine_config.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "codegen/build.h"

namespace palatine::codegen {

namespace fs = std::filesystem;

namespace {

std::string environment(const char* name) {
  const char* value = getenv(name);
  return value ? value : "";
}

std::string find_cache_dir() {
  if (std::string dir = environment("PALATINE_CACHE_DIR"); !dir.empty()) return fs::absolute(dir).string();
  // The XDG specification: a relative path there is to be ignored.
  if (std::string dir = environment("XDG_CACHE_HOME"); !dir.empty() && dir[0] == '/')
    return dir + "/palatine";
  if (std::string home = environment("HOME"); !home.empty()) return home + "/.cache/palatine";
  std::error_code error;
  fs::path temporary = fs::temp_directory_path(error);
  return fmt::format("{}/palatine-cache-{}", error ? "/tmp" : temporary.string(), getuid());
}

}  // namespace

Paths installation_paths() {
  std::error_code error;
  fs::path command = fs::read_symlink("/proc/self/exe", error);
  Paths paths;
  paths.lib_dir = (command.parent_path().parent_path() / "lib" / "palatine").string();
  paths.include_dir = paths.lib_dir + "/include";
  paths.stdlib_dir = paths.lib_dir + "/stdlib";
  paths.resource_dir = PALATINE_RESOURCE_DIR;
  paths.cache_dir = find_cache_dir();
  return paths;
}

}  // namespace palatine::codegen
