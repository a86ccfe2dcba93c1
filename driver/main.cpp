#include <fmt/format.h>
#include <palatine_config.h>

#include <cstdio>
#include <string_view>

#include "codegen/build.h"
#include "driver/command_line.h"
#include "driver/compile.h"
#include "frontend/base/disk_cache.h"
#include "sema/specialize/c_header.h"

namespace palatine::driver {

namespace {

int manage_cache(const CommandLine& line) {
  DiskCache cache(codegen::installation_paths().cache_dir);
  if (line.clear_cache) cache.clear();
  DiskCache::Usage usage = cache.usage();
  fmt::print("{}: {} files, {:.1f} MiB of at most {:.0f} MiB\n", cache.folder(), usage.entry_count,
             static_cast<double>(usage.size_bytes) / (1 << 20),
             static_cast<double>(DiskCache::kDefaultLimitBytes) / (1 << 20));
  return 0;
}

// A command of the build, not of users: see driver/CMakeLists.txt.
int precompile(const char* lib_dir) {
  SourceManager sources;
  Diagnostics diags(sources);
  bool is_ok = codegen::precompile_api(lib_dir, diags);
  fmt::print(stderr, "{}", render_text(diags, {}));
  return is_ok ? 0 : 1;
}

// The same: parses the headers of `regentlib.c`, so that no program waits for it.
int import_headers() {
  const codegen::Paths paths = codegen::installation_paths();
  DiskCache(paths.header_dir).clear();
  SourceManager sources;
  Diagnostics diags(sources);
  cimport::ImportOptions options;
  options.resource_dir = paths.resource_dir;
  options.cache_dir = paths.header_dir;
  bool is_ok = sema::prepare_regentlib_c(paths.include_dir, options, diags);
  fmt::print(stderr, "{}", render_text(diags, {}));
  return is_ok ? 0 : 1;
}

int run_command(const CommandLine& line) {
  switch (line.command) {
    case Command::version:
      fmt::print("palatine {}\n", PALATINE_VERSION);
      return 0;
    case Command::cache:
      return manage_cache(line);
    default:
      return compile(line);
  }
}

}  // namespace

}  // namespace palatine::driver

int main(int argc, char** argv) {
  using namespace palatine::driver;
  if (argc == 3 && std::string_view(argv[1]) == "__precompile") return precompile(argv[2]);
  if (argc == 2 && std::string_view(argv[1]) == "__import") return import_headers();
  int exit_code = 0;
  std::optional<CommandLine> line = parse_command_line(argc, argv, exit_code);
  return line ? run_command(*line) : exit_code;
}
