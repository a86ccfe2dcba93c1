// Kernels as native code of named devices, by the assembler of the CUDA toolkit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "frontend/base/disk_cache.h"
#include "frontend/diag/diag.h"

namespace palatine::codegen {

struct GpuArchitecture {
  int capability = 0;     // 90
  bool is_exact = false;  // sm_90a: for devices of just this capability
  std::string name() const;
};

// Names of generations, and capabilities (`90`, `sm_90`, `90a`), separated by commas. Nothing when an error
// was reported.
std::optional<std::vector<GpuArchitecture>> parse_gpu_architectures(const std::string& text,
                                                                    Diagnostics& diags);

struct NativeImage {
  GpuArchitecture architecture;
  std::string bytes;
};
// From the cache, if they are there. What cannot be had is left out, with a warning: PTX does as well.
std::vector<NativeImage> make_native(const std::string& ptx,
                                     const std::vector<GpuArchitecture>& architectures,
                                     const DiskCache& store, Diagnostics& diags);

}  // namespace palatine::codegen
