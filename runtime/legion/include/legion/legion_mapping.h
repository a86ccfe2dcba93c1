// The mapper interface: what a program decides about where and when its operations run.
//
// A mapper is an object of a class derived from `Legion::Mapping::Mapper`, usually from `DefaultMapper`
// (mappers/default_mapper.h). The runtime asks it for its decisions; the outputs arrive filled with defaults.
// Names and meanings are Legion's (API reference, section 8). docs/mapping.md says what this runtime does
// with each answer.
#pragma once

#if __has_include("legion.h")
#include "legion.h"
#endif
#include "legion/mapping/mapper.h"
#include "legion/mapping/mapper_runtime.h"
#include "legion/mapping/physical_instance.h"
#include "legion/mapping/profiling.h"

namespace LegionRuntime {
namespace HighLevel {
using namespace Legion::Mapping;
}
}  // namespace LegionRuntime
