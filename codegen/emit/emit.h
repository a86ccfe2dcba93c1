// C++ source text from the IR: readable, `#line`-mapped to the `.rg` file, against runtime/api.
#pragma once

#include <string>
#include <vector>

#include "frontend/source/source.h"
#include "sema/ir/ir.h"

namespace palatine::codegen {

struct EmitOptions {
  bool fast_math = false;       // -ffast-math
  bool line_directives = true;  // off for `emit --stage=cpp` on request
  bool emit_main = true;        // `int main`; off for libraries
  bool is_device = false;       // code of a device: C's functions are palatine_device.h's
  bool kernels = true;          // tasks have their forms for GPUs
};

struct EmittedUnit {
  std::string name;  // "heat" for heat.rg
  std::string text;
  // C: flags for Clang's driver. C++: the folders and macros that included headers need.
  std::vector<std::string> clang_args;
  bool is_c = false;  // C, not C++: without the runtime's interface
  // Kernels for devices, in C++. Not linked: another unit holds their PTX under this symbol.
  std::string ptx_symbol = {};
};

// The C header of the tasks that the program exports.
std::string export_header(const ir::Program& program, const std::string& file_name);

// The program as translation units. Deterministic: the same program gives the same bytes.
std::vector<EmittedUnit> emit(const ir::Program& program, const SourceManager& sources,
                              const EmitOptions& options);

}  // namespace palatine::codegen
