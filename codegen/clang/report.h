// Clang's complaints about generated code as diagnostics of ours.
#pragma once

#include "codegen/clang/compile.h"
#include "frontend/diag/diag.h"

namespace palatine::codegen {

// An error in a header that the program chose is the program's; any other is an internal error, with a
// request to report it.
void report_compile_failure(const CompileResult& result, Diagnostics& diags);

}  // namespace palatine::codegen
