// Filling launchers.
#include "legion/launchers.h"

namespace Legion {

void StaticDependence::add_field(FieldID field) {
  dependent_fields.insert(field);
}

void Launcher::add_grant(Grant grant) {
  grants.push_back(grant);
}
void Launcher::add_wait_barrier(PhaseBarrier barrier) {
  wait_barriers.push_back(barrier);
}
void Launcher::add_arrival_barrier(PhaseBarrier barrier) {
  arrive_barriers.push_back(barrier);
}

IndexSpaceRequirement& TaskLauncherBase::add_index_requirement(const IndexSpaceRequirement& requirement) {
  return index_requirements.emplace_back(requirement);
}
RegionRequirement& TaskLauncherBase::add_region_requirement(const RegionRequirement& requirement) {
  return region_requirements.emplace_back(requirement);
}

void TaskLauncherBase::add_future(Future future) {
  futures.push_back(future);
}

unsigned CopyLauncherBase::add_copy_requirements(const RegionRequirement& src, const RegionRequirement& dst) {
  src_requirements.push_back(src);
  dst_requirements.push_back(dst);
  return static_cast<unsigned>(src_requirements.size() - 1);
}

RegionRequirement& CopyLauncherBase::add_src_indirect_field(const RegionRequirement& requirement,
                                                            bool is_range) {
  src_indirect_is_range.push_back(is_range);
  return src_indirect_requirements.emplace_back(requirement);
}
RegionRequirement& CopyLauncherBase::add_dst_indirect_field(const RegionRequirement& requirement,
                                                            bool is_range) {
  dst_indirect_is_range.push_back(is_range);
  return dst_indirect_requirements.emplace_back(requirement);
}

void FillLauncherBase::add_field(FieldID field) {
  fields.insert(field);
}

void DiscardLauncher::add_field(FieldID field) {
  fields.insert(field);
}

void AcquireReleaseLauncher::add_field(FieldID field) {
  fields.insert(field);
}

void MustEpochLauncher::add_single_task(const DomainPoint& point, const TaskLauncher& launcher) {
  single_tasks.push_back(launcher);
  single_tasks.back().point = point;
}
void MustEpochLauncher::add_index_task(const IndexTaskLauncher& launcher) {
  index_tasks.push_back(launcher);
}

void PredicateLauncher::add_predicate(const Predicate& predicate) {
  predicates.push_back(predicate);
}

void TimingLauncher::add_precondition(const Future& future) {
  preconditions.insert(future);
}

void TunableLauncher::add_future(const Future& future) {
  futures.push_back(future);
}

}  // namespace Legion
