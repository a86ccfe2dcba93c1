#include <fmt/format.h>
#include <palatine_config.h>
#include <sys/stat.h>
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

bool is_usable(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  return access(folder.c_str(), R_OK | W_OK | X_OK) == 0;
}

// A folder of this user's own among the temporary files, for users who have no other. Programs in the cache
// are run, so a folder that somebody else could have filled is not taken.
std::string temporary_cache() {
  std::error_code error;
  fs::path temporary = fs::temp_directory_path(error);
  std::string folder = fmt::format("{}/palatine-cache-{}", error ? "/tmp" : temporary.string(), getuid());
  mkdir(folder.c_str(), 0700);
  struct stat info;
  bool is_own = lstat(folder.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == getuid() &&
                (info.st_mode & (S_IWGRP | S_IWOTH)) == 0;
  if (is_own) return folder;
  std::string unique = folder + "-XXXXXX";
  return mkdtemp(unique.data()) ? unique : folder;
}

std::string find_cache_dir() {
  std::string chosen;
  if (std::string dir = environment("PALATINE_CACHE_DIR"); !dir.empty()) {
    std::error_code error;
    chosen = fs::absolute(dir, error).string();
  } else if (std::string xdg = environment("XDG_CACHE_HOME"); !xdg.empty() && xdg[0] == '/') {
    // The XDG specification: a relative path there is to be ignored.
    chosen = xdg + "/palatine";
  } else if (std::string home = environment("HOME"); !home.empty()) {
    chosen = home + "/.cache/palatine";
  }
  return !chosen.empty() && is_usable(chosen) ? chosen : temporary_cache();
}

}  // namespace

Paths installation_paths() {
  std::error_code error;
  fs::path command = fs::read_symlink("/proc/self/exe", error);
  Paths paths;
  paths.command = command.string();
  paths.lib_dir = (command.parent_path().parent_path() / "lib" / "palatine").string();
  paths.include_dir = paths.lib_dir + "/include";
  paths.stdlib_dir = paths.lib_dir + "/stdlib";
  paths.header_dir = paths.lib_dir + "/headers";
  paths.resource_dir = PALATINE_RESOURCE_DIR;
  paths.cache_dir = find_cache_dir();
  return paths;
}

}  // namespace palatine::codegen
