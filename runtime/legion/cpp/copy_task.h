// Copies that the core does not do itself.
#pragma once

#include "runtime/legion/cpp/running_task.h"

namespace Legion::Internal {

// Of one source region to one target region; fields pairwise. When the target's privilege is to reduce,
// values are folded into it.
struct CopyTask {
  RegionRequirement source, target;
  std::vector<FieldID> source_fields, target_fields;
  // Of a field of points, or null: source elements are those that it leads to, or target elements.
  const RegionRequirement* source_index = nullptr;
  const RegionRequirement* target_index = nullptr;
  // Points that lead out of the region are left out; otherwise they end the program with a message.
  bool skips_sources = false;
  bool skips_targets = false;
};
void launch_copy(TaskContext& context, const CopyTask& copy);
// The registered task that does it.
TaskID copy_task();

}  // namespace Legion::Internal
