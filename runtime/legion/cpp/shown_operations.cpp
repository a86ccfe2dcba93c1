#include "runtime/legion/cpp/shown_operations.h"

#include "runtime/legion/mapper/descriptions.h"
#include "runtime/legion/mapper/launch_mapper.h"
#include "runtime/legion/runtime.h"

namespace Legion::Internal {

namespace {

core::LaunchMapper* mapper_of(const TaskContext& context) {
  return context.core.runtime().mapper;
}

// What all launchers have.
template <typename Description>
void describe(Description& description, TaskContext& context, const Launcher& launcher) {
  description.map_id = launcher.map_id;
  description.tag = launcher.tag;
  description.provenance = launcher.provenance;
  description.context_index = context.launched;
  if (launcher.map_arg.get_size() > 0) {
    description.mapper_data = launcher.map_arg.get_ptr();
    description.mapper_data_size = launcher.map_arg.get_size();
  }
  description.grants = launcher.grants;
  description.wait_barriers = launcher.wait_barriers;
  description.arrive_barriers = launcher.arrive_barriers;
}

template <typename Description>
void describe(Description& description, TaskContext& context, const AcquireReleaseLauncher& launcher) {
  describe(description, context, static_cast<const Launcher&>(launcher));
  description.logical_region = launcher.logical_region;
  description.parent_region = launcher.parent_region;
  description.fields = launcher.fields;
}

}  // namespace

bool has_mappers(const TaskContext& context) {
  return mapper_of(context) != nullptr;
}

void ask_mapper(TaskContext& context, const InlineLauncher& launcher,
                std::vector<LayoutConstraintSet>& wanted) {
  core::LaunchMapper* mapper = mapper_of(context);
  if (!mapper) return;
  core::DescribedInline description;
  describe(description, context, launcher);
  description.requirement = launcher.requirement;
  description.layout_constraint_id = launcher.layout_constraint_id;
  mapper->inline_mapping(context.core, description, wanted);
}

void ask_mapper(TaskContext& context, const CopyLauncherBase& launcher, ShownCopy copy) {
  core::LaunchMapper* mapper = mapper_of(context);
  if (!mapper) return;
  core::DescribedCopy description;
  describe(description, context, launcher);
  description.src_requirements = std::move(copy.sources);
  description.dst_requirements = std::move(copy.targets);
  description.src_indirect_requirements = std::move(copy.source_indirections);
  description.dst_indirect_requirements = std::move(copy.target_indirections);
  description.is_index_space = copy.domain.exists();
  description.index_domain = copy.domain;
  description.index_point = copy.point;
  description.sharding_space = launcher.sharding_space;
  mapper->copy(context.core, description);
}

void ask_mapper(TaskContext& context, Partition::PartitionKind kind, const RegionRequirement& requirement,
                MapperID id, MappingTagID tag, const char* provenance) {
  core::LaunchMapper* mapper = mapper_of(context);
  if (!mapper) return;
  core::DescribedPartition description;
  description.map_id = id;
  description.tag = tag;
  if (provenance) description.provenance = provenance;
  description.context_index = context.launched;
  description.requirement = requirement;
  description.kind = kind;
  mapper->partition(context.core, description);
}

void ask_mapper(TaskContext& context, const AcquireLauncher& launcher) {
  core::LaunchMapper* mapper = mapper_of(context);
  if (!mapper) return;
  core::DescribedAcquire description;
  describe(description, context, launcher);
  mapper->acquire(context.core, description);
}

void ask_mapper(TaskContext& context, const ReleaseLauncher& launcher) {
  core::LaunchMapper* mapper = mapper_of(context);
  if (!mapper) return;
  core::DescribedRelease description;
  describe(description, context, launcher);
  mapper->release(context.core, description);
}

}  // namespace Legion::Internal
