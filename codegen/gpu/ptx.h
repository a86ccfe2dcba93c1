// Kernels as PTX.
#pragma once

#include <optional>
#include <string>

#include "codegen/clang/toolchain.h"
#include "codegen/emit/emit.h"
#include "frontend/base/disk_cache.h"
#include "frontend/diag/diag.h"

namespace palatine::codegen {

// The text for NVIDIA's devices from capability 7.0 on. From the cache, if it is there. `problem` says why
// there is none, when something is missing that only these devices need. Nothing when an error was reported.
struct Ptx {
  std::string text;
  std::string problem;
};
std::optional<Ptx> make_ptx(const EmittedUnit& unit, const Toolchain& toolchain, const DiskCache& store,
                            Diagnostics& diags);

// Makes the text beforehand, on any thread, so that make_ptx finds it in the cache. What goes wrong it finds
// again.
void prepare_ptx(const EmittedUnit& unit, const Toolchain& toolchain, const DiskCache& store);

}  // namespace palatine::codegen
