// Kernels as PTX, which the program holds as a constant.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "codegen/clang/toolchain.h"
#include "codegen/emit/emit.h"
#include "frontend/base/disk_cache.h"
#include "frontend/diag/diag.h"

namespace palatine::codegen {

// NVIDIA's functions for devices as bitcode, from the CUDA toolkit ($CUDA_HOME, $CUDA_PATH, or where it is
// usually installed). Empty when there is no toolkit.
std::string find_libdevice();

// The text for NVIDIA's devices from capability 7.0 on. From the cache, if it is there. `problem` says why
// there is none, when something is missing that only these devices need. Nothing when an error was reported.
struct Ptx {
  std::string text;
  std::string problem;
};
std::optional<Ptx> make_ptx(const EmittedUnit& unit, const Toolchain& toolchain, const DiskCache& store,
                            Diagnostics& diags);

// The units that are linked: those with kernels for devices are replaced by their PTX. Nothing when an error
// was reported.
std::optional<std::vector<EmittedUnit>> embed_ptx(const std::vector<EmittedUnit>& units,
                                                  const Toolchain& toolchain, const DiskCache& store,
                                                  Diagnostics& diags);

}  // namespace palatine::codegen
