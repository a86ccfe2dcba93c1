// Kernels as constants that the program holds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "codegen/clang/toolchain.h"
#include "codegen/emit/emit.h"
#include "frontend/base/disk_cache.h"
#include "frontend/diag/diag.h"

namespace palatine::codegen {

// Units that are linked in the place of those with kernels: their PTX, and native code for the devices that
// `gpu_arch` names (codegen/gpu/native.h). Nothing when an error was reported.
std::optional<std::vector<EmittedUnit>> embed_kernels(const std::vector<EmittedUnit>& units,
                                                      const Toolchain& toolchain, const std::string& gpu_arch,
                                                      const DiskCache& store, Diagnostics& diags);

}  // namespace palatine::codegen
