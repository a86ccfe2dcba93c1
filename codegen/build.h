// From emitted C++ to an object, a shared library or an executable: Clang and lld inside this process.
//
// Results are cached on disk by content: the text, the options, the compiler, the runtime archive and the
// processor. The cache is shared between processes; entries appear whole or not at all.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "codegen/emit/emit.h"
#include "frontend/base/stage_times.h"
#include "frontend/diag/diag.h"

namespace palatine::codegen {

enum class OutputKind : uint8_t { executable, shared_library, object };

struct BuildOptions {
  std::string lib_dir;  // lib/palatine of the installation: runtime archive, api headers, precompiled header
  std::string cache_dir;                // empty: no cache
  std::string architecture = "native";  // the processors that run it, as Clang's `-march` has it
  bool debug = false;                   // -O0 with full debug information; else -O2 with line tables
  std::vector<std::string> link_flags;
  // Of ir::Program; may be empty.
  std::function<bool(std::vector<std::string>& link_flags)> finish_link_flags;
  std::string gpu_arch;  // devices that get native code (codegen/gpu/native.h); empty: none
  SourceRange where;     // the call that asked for the output, for errors; may be invalid
  // C texts are optimized together with the program. Not worth it for functions that the compiler calls: each
  // would bring all texts along.
  bool joins_c = true;
  unsigned jobs = 0;            // threads that compile units; 0: one for each core
  StageTimes* times = nullptr;  // where the time goes is added here; may be null
};

struct Paths {
  std::string command;  // the running `palatine`
  std::string lib_dir;
  std::string include_dir;
  std::string stdlib_dir;
  std::string header_dir;  // what `regentlib.c` offers, parsed when Palatine was built
  std::string resource_dir;
  std::string cache_dir;
};
// Whether Clang knows these processors of this machine's kind.
bool is_known_architecture(const std::string& name);

// Where everything is, from the place of the running command and the environment (PALATINE_CACHE_DIR,
// XDG_CACHE_HOME, HOME). A cache folder that cannot be used is replaced by one among the temporary files.
Paths installation_paths();

// Builds into `output`; an empty `output` leaves the file in the cache, which must then not be off. The path
// of the result, or nothing when errors were reported.
std::optional<std::string> build(const std::vector<EmittedUnit>& units, OutputKind kind,
                                 const std::string& output, const BuildOptions& options, Diagnostics& diags);

// The kernels of the units for NVIDIA's devices; empty when there are none.
std::optional<std::string> ptx_of(const std::vector<EmittedUnit>& units, const BuildOptions& options,
                                  Diagnostics& diags);

// Precompiles the runtime/api header into lib_dir; run once when Palatine itself is built.
bool precompile_api(const std::string& lib_dir, Diagnostics& diags);

}  // namespace palatine::codegen
