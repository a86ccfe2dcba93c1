#include "runtime/realm/fatal.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

namespace palatine::realm {

void internal_error(const char* format, ...) {
  fflush(stdout);
  va_list arguments;
  va_start(arguments, format);
  fputs("palatine runtime: internal error: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  abort();
}

void fatal_error(const char* format, ...) {
  // Two workers may fail at once: the first one reports, the others wait for the end of the process.
  flockfile(stderr);
  fflush(stdout);
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  fflush(stderr);
  _Exit(1);
}

}  // namespace palatine::realm
