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

struct CompileOptions {
  bool debug = false;
  unsigned jobs = 0;  // threads; 0: one for each core
  bool joins_c =
      false;  // C units become one module with the C++ unit, whose calls of C functions are inlined
};

// Objects are put into `store`. In the order of the units, of which large ones have several and joined ones
// one together; nothing when errors were reported.
std::optional<std::vector<ObjectFile>> make_objects(const std::vector<EmittedUnit>& units,
                                                    const Toolchain& toolchain, const CompileOptions& options,
                                                    const DiskCache& store, Diagnostics& diags);

}  // namespace palatine::codegen
