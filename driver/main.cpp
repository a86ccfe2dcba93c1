#include <fmt/format.h>
#include <palatine_config.h>

#include <cstdio>
#include <string_view>

#include "codegen/build.h"

int main(int argc, char** argv) {
  using namespace palatine;
  std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "version") {
    fmt::print("palatine {}\n", PALATINE_VERSION);
    return 0;
  }
  if (command == "__precompile" && argc == 3) {
    SourceManager sources;
    Diagnostics diags(sources);
    bool is_ok = codegen::precompile_api(argv[2], diags);
    fmt::print(stderr, "{}", render_text(diags, {}));
    return is_ok ? 0 : 1;
  }
  return 2;
}
