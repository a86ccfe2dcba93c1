// Where the data of a region tree lies: one instance for each root, structure of arrays, in system memory.
// Subregions share it, so nothing is ever copied. A field gets memory when something maps it for the first
// time.
#pragma once

#include "runtime/legion/region_tree.h"

namespace palatine::legion {

// Gives memory to those fields of a group that have none yet. Their bytes were counted when the use was
// launched; what was not is counted now, and when the memory's limit forbids it, the process ends with a
// message that says who asked for which fields of which region, and how much was free.
void allocate_fields(Forest& forest, RootRegion& root, uint32_t group, uint64_t mask, const WhoMaps& mapper);

// The address of a field that has memory.
api::FieldAddress field_address(const RootRegion& root, uint32_t field);

}  // namespace palatine::legion
