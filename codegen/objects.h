// Object files for emitted units, from the cache or compiled on all cores.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "codegen/clang/toolchain.h"
#include "codegen/emit/emit.h"
#include "frontend/base/disk_cache.h"
#include "frontend/diag/diag.h"

namespace palatine::codegen {

struct ObjectFile {
  std::string path;
  // The cache key of its content: equal keys, equal objects.
  std::string key;
};

// Objects are put into `store`; `jobs` is the number of threads, 0 for one a core. In the order of the units,
// of which large ones have several; nothing when errors were reported.
std::optional<std::vector<ObjectFile>> make_objects(const std::vector<EmittedUnit>& units,
                                                    const Toolchain& toolchain, bool debug, unsigned jobs,
                                                    const DiskCache& store, Diagnostics& diags);

}  // namespace palatine::codegen
