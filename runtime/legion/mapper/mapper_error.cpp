#include "runtime/legion/mapper/mapper_error.h"

#include <cstdarg>
#include <cstdio>

#include "runtime/legion/process.h"
#include "runtime/legion/runtime.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion {

void mapping_error(const char* format, ...) {
  char text[2048];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  realm::fatal_error("error: %s", text);
}

void command_line(int& argc, char**& argv) {
  Runtime* runtime = runtime_of_process();
  argc = runtime ? runtime->command_line_count : 0;
  argv = runtime ? runtime->command_line : nullptr;
}

}  // namespace palatine::legion
