// Which subregions of one partition overlap those of another.
//
// Computed once for a pair of partitions and then only read: dependence analysis looks up a row instead of
// comparing sets of points.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace palatine::legion {

struct Partition;

class OverlapTable {
 public:
  // The colours of `target`, ascending, that have a point in common with each colour of `source`. Both are
  // partitions of one region tree, and may be the same one.
  OverlapTable(const Partition& source, const Partition& target);

  std::span<const uint64_t> row(uint64_t source_color) const {
    return {colors_.data() + first_[source_color], colors_.data() + first_[source_color + 1]};
  }

 private:
  std::vector<uint64_t> first_;
  std::vector<uint64_t> colors_;
};

}  // namespace palatine::legion
