// Operations other than tasks, as mappers see them; without mappers nothing happens.
#pragma once

#include <vector>

#include "runtime/legion/cpp/running_task.h"

namespace Legion::Internal {

// Adds the layouts of what is chosen to `wanted`.
void ask_mapper(TaskContext& context, const InlineLauncher& launcher,
                std::vector<LayoutConstraintSet>& wanted);

// A copy, or one point of an index copy: the launcher's requirements with the regions of the point.
struct ShownCopy {
  std::vector<RegionRequirement> sources, targets, source_indirections, target_indirections;
  DomainPoint point;
  Domain domain;  // without points: of a single copy
};
bool has_mappers(const TaskContext& context);
void ask_mapper(TaskContext& context, const CopyLauncherBase& launcher, ShownCopy copy);

// The region whose field a partition follows from.
void ask_mapper(TaskContext& context, Partition::PartitionKind kind, const RegionRequirement& requirement,
                MapperID mapper, MappingTagID tag, const char* provenance);

void ask_mapper(TaskContext& context, const AcquireLauncher& launcher);
void ask_mapper(TaskContext& context, const ReleaseLauncher& launcher);

}  // namespace Legion::Internal
