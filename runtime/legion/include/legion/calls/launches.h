// The calls that launch tasks and map regions. Source: Legion's API, section 6.
#pragma once

#include <map>
#include <vector>

#include "legion/functors.h"
#include "legion/launchers.h"

namespace Legion {
class OutputRegion;
}

namespace Legion::Internal {

#define LEGION_PROVENANCE const char* provenance = nullptr

class LaunchCalls {
 public:
  // ---- argument maps

  ArgumentMap create_argument_map(Context) { return ArgumentMap(); }

  // ---- tasks

  // `outputs` are made when the launch is complete, and waited for; see legion/output_region.h.
  Future execute_task(Context ctx, const TaskLauncher& launcher,
                      std::vector<OutputRequirement>* outputs = nullptr);
  FutureMap execute_index_space(Context ctx, const IndexTaskLauncher& launcher,
                                std::vector<OutputRequirement>* outputs = nullptr);
  // Folds the results, in the order of the points when `ordered` (and otherwise too).
  Future execute_index_space(Context ctx, const IndexTaskLauncher& launcher, ReductionOpID redop,
                             bool ordered = true, std::vector<OutputRequirement>* outputs = nullptr);
  // Of the running task.
  OutputRegion get_output_region(Context ctx, unsigned index);
  void get_output_regions(Context ctx, std::vector<OutputRegion>& regions);
  FutureMap execute_must_epoch(Context ctx, const MustEpochLauncher& launcher);
  Future reduce_future_map(Context ctx, const FutureMap& future_map, ReductionOpID redop, bool ordered = true,
                           MapperID map_id = 0, MappingTagID tag = 0, LEGION_PROVENANCE,
                           Future initial_value = Future());
  FutureMap construct_future_map(Context ctx, IndexSpace domain,
                                 const std::map<DomainPoint, UntypedBuffer>& data, bool collective = false,
                                 ShardingID sid = 0, bool implicit_sharding = false, LEGION_PROVENANCE);
  FutureMap construct_future_map(Context ctx, IndexSpace domain, const std::map<DomainPoint, Future>& futures,
                                 bool collective = false, ShardingID sid = 0, bool implicit_sharding = false,
                                 LEGION_PROVENANCE);
  // The former forms.
  FutureMap construct_future_map(Context ctx, const Domain& domain,
                                 const std::map<DomainPoint, UntypedBuffer>& data, bool collective = false,
                                 ShardingID sid = 0, bool implicit_sharding = false);
  FutureMap construct_future_map(Context ctx, const Domain& domain,
                                 const std::map<DomainPoint, Future>& futures, bool collective = false,
                                 ShardingID sid = 0, bool implicit_sharding = false);
  FutureMap transform_future_map(Context ctx, const FutureMap& fm, IndexSpace new_domain,
                                 PointTransformFnptr fnptr, LEGION_PROVENANCE);
  FutureMap transform_future_map(Context ctx, const FutureMap& fm, IndexSpace new_domain,
                                 PointTransformFunctor* functor, bool take_ownership = false,
                                 LEGION_PROVENANCE);

  // ---- mapping by the task itself. `map_region` may wait for earlier operations that conflict.

  PhysicalRegion map_region(Context ctx, const InlineLauncher& launcher);
  PhysicalRegion map_region(Context ctx, const RegionRequirement& req, MapperID id = 0, MappingTagID tag = 0,
                            LEGION_PROVENANCE);
  PhysicalRegion map_region(Context ctx, unsigned idx, MapperID id = 0, MappingTagID tag = 0,
                            LEGION_PROVENANCE);
  void remap_region(Context ctx, PhysicalRegion region, LEGION_PROVENANCE);
  void unmap_region(Context ctx, PhysicalRegion region);
  void unmap_all_regions(Context ctx);
};

#undef LEGION_PROVENANCE

}  // namespace Legion::Internal
