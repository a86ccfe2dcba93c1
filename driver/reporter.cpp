#include "driver/reporter.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace palatine::driver {

namespace {

bool wants_color() {
  const char* no_color = getenv("NO_COLOR");
  if (no_color && *no_color) return false;
  const char* terminal = getenv("TERM");
  return isatty(STDERR_FILENO) && terminal && std::string_view(terminal) != "dumb";
}

}  // namespace

void Reporter::print_new() {
  if (format_ == DiagnosticsFormat::json) return;
  RenderOptions options{wants_color()};
  for (; printed_count_ < diags_.all().size(); ++printed_count_) {
    std::string text = render_text(diags_.sources(), diags_.all()[printed_count_], options);
    fputs(text.c_str(), stderr);
  }
}

void Reporter::finish() {
  print_new();
  if (format_ == DiagnosticsFormat::json) fputs(render_json(diags_).c_str(), stderr);
}

}  // namespace palatine::driver
