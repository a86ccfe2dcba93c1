// Prints diagnostics on standard error, each once.
#pragma once

#include "driver/command_line.h"
#include "frontend/diag/diag.h"

namespace palatine::driver {

class Reporter {
 public:
  Reporter(const Diagnostics& diags, DiagnosticsFormat format) : diags_(diags), format_(format) {}

  // Text: prints what was reported since the last call, so that warnings come before the program's own
  // output.
  void print_new();
  // Prints the rest; JSON is one array of everything.
  void finish();

 private:
  const Diagnostics& diags_;
  DiagnosticsFormat format_;
  size_t printed_count_ = 0;
};

}  // namespace palatine::driver
