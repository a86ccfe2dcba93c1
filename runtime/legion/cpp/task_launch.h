// What launches of single tasks and index launches share.
#pragma once

#include "runtime/legion/cpp/launch_pattern.h"
#include "runtime/legion/cpp/running_task.h"

namespace Legion::Internal {

LaunchedTask* describe(TaskContext& context, const KnownLaunch& known, const TaskLauncherBase& launcher);
// They end the program with a message when there is no such task, or the launch is not allowed.
Variant& variant_for(const TaskContext& context, const TaskLauncherBase& launcher);
KnownLaunch& check_launch(TaskContext& context, const TaskLauncherBase& launcher);
// Waits for the predicate's value.
bool happens(const Predicate& predicate);
Future result_without_launch(const TaskLauncherBase& launcher);

// The region that a point of an index operation uses. `task` is null for other operations than tasks: then
// functors that want one cannot be used.
LogicalRegion projected_region(const RegionRequirement& requirement, const Mappable* task, unsigned index,
                               const DomainPoint& point, const Domain& domain, const char* what);

std::vector<api::Future> wait_list(const std::vector<Future>& futures);
// With what its grants wait for.
std::vector<api::Future> wait_list(const TaskLauncherBase& launcher);
// Those that are waited for, then those to arrive at.
std::vector<api::PhaseBarrier> barrier_list(const Launcher& launcher);
Future adopt(api::Future future);

}  // namespace Legion::Internal
