// The handles of the C API, and what C code made with them.
#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "runtime/legion/include/legion/legion_c.h"
#include "runtime/legion/include/legion/type_tag.h"
#include "runtime/legion/region_tree.h"

namespace palatine::legion {

// Of the running program; ends it when there is none.
Forest& forest_of_process();

api::RawRegion raw_region(Forest& forest, Region& region);
api::RawPartition raw_partition(const Partition& partition);
legion_logical_region_t handle_of(Region& region);
legion_index_partition_t handle_of(const Partition& partition);
// The region whose index space it is; a new tree without fields when it is no region's.
Region& region_to_partition(legion_index_space_t handle);
// The place of a colour among a partition's. What is not there ends the program; `call` is who asks.
uint64_t number_of_color(const Partition& partition, legion_domain_point_t color, const char* call);

// Field spaces of the C API. All members are guarded by `mutex`.
struct CFieldSpaces {
  struct Field {
    uint32_t id;
    uint32_t size_bytes;
  };
  std::mutex mutex;
  std::vector<std::vector<Field>> spaces;
  // Regions that C code made, by the root's id: their fields, and whether the program has imported them.
  struct CRegion {
    std::vector<Field> fields;
    bool is_imported = false;
  };
  std::map<uint32_t, CRegion> regions;
};
CFieldSpaces& c_field_spaces();

}  // namespace palatine::legion
