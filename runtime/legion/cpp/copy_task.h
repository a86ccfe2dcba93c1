// Copies that the core does not do itself.
#pragma once

#include <memory>

#include "runtime/legion/cpp/running_task.h"

namespace Legion::Internal {

// Of one source region to one target region; fields pairwise. When the target's privilege is to reduce,
// values are folded into it.
struct CopyTask {
  RegionRequirement source, target;
  std::vector<FieldID> source_fields, target_fields;
  // Of a field of points, or null: source elements are those that it leads to, or target elements. Of ranges:
  // all elements of a rectangle.
  const RegionRequirement* source_index = nullptr;
  const RegionRequirement* target_index = nullptr;
  bool source_index_is_range = false;
  bool target_index_is_range = false;
  // Points that lead out of the region are left out; otherwise they end the program with a message.
  bool skips_sources = false;
  bool skips_targets = false;
  // Where points may lead; null: into the region. Of an index copy whose points gather from the regions of
  // all.
  std::shared_ptr<const core::OwnedDomain> source_reach, target_reach;
  // Regions of the sources' tree that are read besides the source.
  std::vector<RegionRequirement> more;
};
void launch_copy(TaskContext& context, const CopyTask& copy);
// The registered task that does it.
TaskID copy_task();

}  // namespace Legion::Internal
