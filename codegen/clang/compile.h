// C++ text to object code with the Clang libraries, inside this process.
#pragma once

#include <string>
#include <vector>

#include "codegen/clang/toolchain.h"
#include "codegen/emit/emit.h"

namespace palatine::codegen {

// One of Clang's diagnostics. `file` and `line` follow `#line`.
struct ClangMessage {
  bool is_error = false;
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;
  std::string text;
  // It stands in a header, not in the generated text.
  bool is_in_header = false;
};

struct CompileResult {
  bool is_ok = false;
  // Clang itself failed; there may be no messages.
  bool has_crashed = false;
  // One, or those of a large unit's parts (parts.h).
  std::vector<std::string> objects;
  std::vector<ClangMessage> messages;
  // Headers that the text included, apart from those in the precompiled header.
  std::vector<std::string> dependencies;
};

// Thread safe. `cc1_args` are those of the unit's language, for C with the flags of its header. `pch` is the
// precompiled header, or empty to include the header as text. `jobs`: threads for the parts of a large unit;
// the objects are the same for any number.
CompileResult compile_unit(const EmittedUnit& unit, const std::vector<std::string>& cc1_args,
                           const std::string& pch, const std::string& prelude, unsigned jobs);

struct PtxOptions {
  std::string architecture = "sm_70";
  std::string isa = "+ptx63";
  std::string resource_dir;  // of Clang
  std::string include_dir;   // of the runtime's interface
  std::string libdevice;     // NVIDIA's functions as bitcode; empty: there is none
};

// A C unit with its arguments.
struct CUnit {
  const EmittedUnit* unit = nullptr;
  std::vector<std::string> cc1_args;
};
// The same for a C++ unit and C units that make one module with it, so that C functions are inlined where the
// C++ calls them. It fails without messages: who wants these compiles each unit alone. Only for units and
// arguments of which `can_be_joined` holds.
CompileResult compile_joined(const EmittedUnit& unit, const std::vector<std::string>& cc1_args,
                             const std::vector<CUnit>& c_units, const std::string& pch,
                             const std::string& prelude, unsigned jobs);
// Whether code that is compiled with these arguments may be one module with other code.
bool can_be_joined(const std::vector<std::string>& cc1_args);

// Kernels to PTX, as the only one of `objects`. Thread safe.
CompileResult compile_ptx(const EmittedUnit& unit, const PtxOptions& options);

// Precompiles `header` into `output`.
CompileResult precompile_header(const std::string& header, const std::vector<std::string>& cc1_args,
                                const std::string& output);

}  // namespace palatine::codegen
