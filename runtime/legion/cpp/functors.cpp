// What functors do that override nothing.
#include "legion/functors.h"

#include "legion/runtime.h"
#include "runtime/realm/fatal.h"

namespace Legion {

using palatine::realm::fatal_error;

[[noreturn]] static void fail_form(const char* form) {
  fatal_error("error: a projection functor does not override the form of `project` that is called: %s", form);
}

LogicalRegion ProjectionFunctor::project(const Mappable* mappable, unsigned index, LogicalRegion upper_bound,
                                         const DomainPoint& point) {
  const Task* task = mappable ? mappable->as_task() : nullptr;
  if (!task || is_functional()) fail_form("a Mappable and a region");
  (void)index;
  return project(upper_bound, point, task->index_domain);
}

LogicalRegion ProjectionFunctor::project(const Mappable* mappable, unsigned index,
                                         LogicalPartition upper_bound, const DomainPoint& point) {
  const Task* task = mappable ? mappable->as_task() : nullptr;
  if (!task || is_functional()) fail_form("a Mappable and a partition");
  (void)index;
  return project(upper_bound, point, task->index_domain);
}

LogicalRegion ProjectionFunctor::project(LogicalRegion, const DomainPoint&, const Domain&) {
  fail_form("a region and a launch domain");
}

LogicalRegion ProjectionFunctor::project(LogicalPartition, const DomainPoint&, const Domain&) {
  fail_form("a partition and a launch domain");
}

LogicalRegion ProjectionFunctor::project(LogicalRegion upper_bound, const DomainPoint& point,
                                         const Domain& launch_domain, const void*, size_t) {
  return project(upper_bound, point, launch_domain);
}

LogicalRegion ProjectionFunctor::project(LogicalPartition upper_bound, const DomainPoint& point,
                                         const Domain& launch_domain, const void*, size_t) {
  return project(upper_bound, point, launch_domain);
}

void ProjectionFunctor::invert(LogicalRegion, LogicalRegion, const Domain&, std::vector<DomainPoint>&) {
  fatal_error("error: a projection functor says that it is invertible, but does not override `invert`");
}

void ProjectionFunctor::invert(LogicalRegion, LogicalPartition, const Domain&, std::vector<DomainPoint>&) {
  fatal_error("error: a projection functor says that it is invertible, but does not override `invert`");
}

bool ProjectionFunctor::is_complete(LogicalRegion, const Domain&) {
  return false;
}

bool ProjectionFunctor::is_complete(LogicalPartition, const Domain&) {
  return false;
}

ShardID ShardingFunctor::shard(const DomainPoint&, const Domain&, size_t) {
  fatal_error("error: a sharding functor does not override `shard`");
}

DomainPoint ShardingFunctor::shard_points(const DomainPoint&, const Domain&, const std::vector<DomainPoint>&,
                                          const Domain&) {
  fatal_error("error: a sharding functor does not override `shard_points`");
}

void ShardingFunctor::invert(ShardID, const Domain&, const Domain&, size_t, std::vector<DomainPoint>&) {
  fatal_error("error: a sharding functor does not override `invert`");
}

void ShardingFunctor::invert_points(const DomainPoint&, const std::vector<DomainPoint>&, const Domain&,
                                    const Domain&, const Domain&, std::vector<DomainPoint>&) {
  fatal_error("error: a sharding functor does not override `invert_points`");
}

}  // namespace Legion
