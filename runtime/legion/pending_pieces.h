// Partitions that are made without points: their pieces become known one by one.
#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "runtime/legion/include/legion/legion_config.h"

namespace palatine::legion {

// Any thread may use it.
class PendingPieces {
 public:
  // `missing` of its places for colours will get a piece; if none, the partition is complete already. `kind`
  // is what the program says of it, for when all pieces are known.
  void add(uint32_t partition, uint64_t color_count, uint64_t missing, legion_partition_kind_t kind);
  bool has(uint32_t partition) const;

  // What became of the partition when a piece was given.
  struct Given {
    bool is_new = false;  // false: the piece was known already
    bool is_last = false;
    legion_partition_kind_t kind = LEGION_COMPUTE_KIND;
  };
  Given give(uint32_t partition, uint64_t color);

 private:
  struct Pending {
    uint64_t missing = 0;
    std::vector<bool> is_known;
    legion_partition_kind_t kind = LEGION_COMPUTE_KIND;
  };
  mutable std::mutex mutex_;
  std::unordered_map<uint32_t, Pending> pending_;
};

}  // namespace palatine::legion
