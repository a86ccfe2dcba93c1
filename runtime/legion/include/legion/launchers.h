// What describes a launch of tasks or another operation. Source: Legion's API, section 3.
//
// Plain structures: what they point to must exist until the launch; nothing of them is kept after it.
//
// What instantiates templates of the standard library is in the library: each program that includes this file
// would compile it again.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "legion/argument_map.h"
#include "legion/handshake.h"
#include "legion/mappable.h"

namespace Legion {

// A dependence that a program knows. This runtime finds them itself and does not look at these.
struct StaticDependence {
  unsigned previous_offset = 0;
  unsigned previous_req_index = 0;
  unsigned current_req_index = 0;
  DependenceType dependence_type = LEGION_NO_DEPENDENCE;
  bool validates = false;
  bool shard_only = false;
  std::set<FieldID> dependent_fields;

  StaticDependence() = default;
  StaticDependence(unsigned previous, unsigned previous_index, unsigned current_index, DependenceType type,
                   bool validates_in = false, bool shard_only_in = false)
      : previous_offset(previous),
        previous_req_index(previous_index),
        current_req_index(current_index),
        dependence_type(type),
        validates(validates_in),
        shard_only(shard_only_in) {}
  void add_field(FieldID field);
};

// What every launcher has.
struct Launcher {
  std::vector<Grant> grants;
  // The operation starts when these phases are complete, and arrives at those when it is complete.
  std::vector<PhaseBarrier> wait_barriers;
  std::vector<PhaseBarrier> arrive_barriers;
  MapperID map_id = 0;
  MappingTagID tag = 0;
  UntypedBuffer map_arg;
  // Where in the program the operation comes from; appears in messages.
  std::string provenance;
  const std::vector<StaticDependence>* static_dependences = nullptr;
  bool silence_warnings = false;

  void add_grant(Grant grant);
  void add_wait_barrier(PhaseBarrier barrier);
  void add_arrival_barrier(PhaseBarrier barrier);
  // The operation starts when the other side has handed off, and hands off when it is complete.
  void add_wait_handshake(LegionHandshake handshake) {
    add_wait_barrier(handshake.get_legion_wait_phase_barrier());
  }
  void add_arrival_handshake(LegionHandshake handshake) {
    add_arrival_barrier(handshake.get_legion_arrive_phase_barrier());
  }

 protected:
  Launcher() = default;
  Launcher(MapperID id, MappingTagID tag_in, UntypedBuffer map_arg_in, const char* provenance_in)
      : map_id(id), tag(tag_in), map_arg(map_arg_in), provenance(provenance_in ? provenance_in : "") {}
};

// What launchers of tasks have.
struct TaskLauncherBase : Launcher {
  TaskID task_id = 0;
  std::vector<IndexSpaceRequirement> index_requirements;
  std::vector<RegionRequirement> region_requirements;
  std::vector<Future> futures;
  // Without it the launch does not happen; the result is then one of the two given, or nothing.
  Predicate predicate = Predicate(true);
  Future predicate_false_future;
  UntypedBuffer predicate_false_result;
  IndexSpace sharding_space;
  // The task may run inside the parent, at once.
  bool enable_inlining = false;
  bool independent_requirements = false;
  bool elide_future_return = false;
  std::optional<size_t> future_return_size;

  IndexSpaceRequirement& add_index_requirement(const IndexSpaceRequirement& requirement);
  RegionRequirement& add_region_requirement(const RegionRequirement& requirement);
  void add_field(unsigned index, FieldID field, bool instance = true) {
    region_requirements.at(index).add_field(field, instance);
  }
  void add_future(Future future);
  void set_predicate_false_future(Future future) { predicate_false_future = future; }
  void set_predicate_false_result(UntypedBuffer result) { predicate_false_result = result; }
  void set_independent_requirements(bool independent) { independent_requirements = independent; }

 protected:
  TaskLauncherBase() = default;
  TaskLauncherBase(TaskID task, Predicate condition, MapperID id, MappingTagID tag_in,
                   UntypedBuffer map_arg_in, const char* provenance_in)
      : Launcher(id, tag_in, map_arg_in, provenance_in), task_id(task), predicate(condition) {}
};

struct TaskLauncher : TaskLauncherBase {
  UntypedBuffer argument;
  DomainPoint point;
  // The task runs where the parent does and maps no regions.
  bool local_function_task = false;

  TaskLauncher() = default;
  TaskLauncher(TaskID task, UntypedBuffer argument_in, Predicate condition = Predicate(true), MapperID id = 0,
               MappingTagID tag_in = 0, UntypedBuffer map_arg_in = UntypedBuffer(),
               const char* provenance_in = "")
      : TaskLauncherBase(task, condition, id, tag_in, map_arg_in, provenance_in), argument(argument_in) {}
};

// One task for each point of a domain.
struct IndexTaskLauncher : TaskLauncherBase {
  Domain launch_domain;
  IndexSpace launch_space;
  // For each point the future of that point.
  std::vector<ArgumentMap> point_futures;
  UntypedBuffer global_arg;
  ArgumentMap argument_map;
  ConcurrentID concurrent_functor = 0;
  // All points (of one colour) run at the same time.
  bool concurrent = false;
  bool must_parallelism = false;
  // What a reduction starts from.
  Future initial_value;

  IndexTaskLauncher() = default;
  IndexTaskLauncher(TaskID task, Domain domain, UntypedBuffer argument, ArgumentMap map,
                    Predicate condition = Predicate(true), bool must = false, MapperID id = 0,
                    MappingTagID tag_in = 0, UntypedBuffer map_arg_in = UntypedBuffer(),
                    const char* provenance_in = "")
      : TaskLauncherBase(task, condition, id, tag_in, map_arg_in, provenance_in),
        launch_domain(domain),
        global_arg(argument),
        argument_map(map),
        must_parallelism(must) {}
  IndexTaskLauncher(TaskID task, IndexSpace space, UntypedBuffer argument, ArgumentMap map,
                    Predicate condition = Predicate(true), bool must = false, MapperID id = 0,
                    MappingTagID tag_in = 0, UntypedBuffer map_arg_in = UntypedBuffer(),
                    const char* provenance_in = "")
      : TaskLauncherBase(task, condition, id, tag_in, map_arg_in, provenance_in),
        launch_space(space),
        global_arg(argument),
        argument_map(map),
        must_parallelism(must) {}
};
typedef IndexTaskLauncher IndexLauncher;

struct InlineLauncher : Launcher {
  RegionRequirement requirement;
  LayoutConstraintID layout_constraint_id = 0;

  InlineLauncher() = default;
  InlineLauncher(const RegionRequirement& requirement_in, MapperID id = 0, MappingTagID tag_in = 0,
                 LayoutConstraintID layout = 0, UntypedBuffer map_arg_in = UntypedBuffer(),
                 const char* provenance_in = "")
      : Launcher(id, tag_in, map_arg_in, provenance_in),
        requirement(requirement_in),
        layout_constraint_id(layout) {}
  void add_field(FieldID field, bool instance = true) { requirement.add_field(field, instance); }
};

// Copies requirement k of the sources to requirement k of the targets, field by field.
struct CopyLauncherBase : Launcher {
  std::vector<RegionRequirement> src_requirements;
  std::vector<RegionRequirement> dst_requirements;
  // Fields of points: a gather, a scatter.
  std::vector<RegionRequirement> src_indirect_requirements;
  std::vector<RegionRequirement> dst_indirect_requirements;
  std::vector<bool> src_indirect_is_range;
  std::vector<bool> dst_indirect_is_range;
  Predicate predicate = Predicate(true);
  IndexSpace sharding_space;
  // Points that lead out of the region are left out; false: there are none, and one ends the program.
  bool possible_src_indirect_out_of_range = true;
  bool possible_dst_indirect_out_of_range = true;
  bool possible_dst_indirect_aliasing = true;

  unsigned add_copy_requirements(const RegionRequirement& src, const RegionRequirement& dst);
  void add_src_field(unsigned index, FieldID field, bool instance = true) {
    src_requirements.at(index).add_field(field, instance);
  }
  void add_dst_field(unsigned index, FieldID field, bool instance = true) {
    dst_requirements.at(index).add_field(field, instance);
  }
  void add_src_indirect_field(FieldID field, const RegionRequirement& requirement, bool is_range = false,
                              bool instance = true) {
    add_src_indirect_field(requirement, is_range).add_field(field, instance);
  }
  void add_dst_indirect_field(FieldID field, const RegionRequirement& requirement, bool is_range = false,
                              bool instance = true) {
    add_dst_indirect_field(requirement, is_range).add_field(field, instance);
  }
  RegionRequirement& add_src_indirect_field(const RegionRequirement& requirement, bool is_range = false);
  RegionRequirement& add_dst_indirect_field(const RegionRequirement& requirement, bool is_range = false);

 protected:
  CopyLauncherBase() = default;
  CopyLauncherBase(Predicate condition, MapperID id, MappingTagID tag_in, UntypedBuffer map_arg_in,
                   const char* provenance_in)
      : Launcher(id, tag_in, map_arg_in, provenance_in), predicate(condition) {}
};

struct CopyLauncher : CopyLauncherBase {
  DomainPoint point;

  CopyLauncher(Predicate condition = Predicate(true), MapperID id = 0, MappingTagID tag_in = 0,
               UntypedBuffer map_arg_in = UntypedBuffer(), const char* provenance_in = "")
      : CopyLauncherBase(condition, id, tag_in, map_arg_in, provenance_in) {}
};

struct IndexCopyLauncher : CopyLauncherBase {
  Domain launch_domain;
  IndexSpace launch_space;
  bool collective_src_indirect_points = true;
  bool collective_dst_indirect_points = true;

  IndexCopyLauncher() = default;
  IndexCopyLauncher(Domain domain, Predicate condition = Predicate(true), MapperID id = 0,
                    MappingTagID tag_in = 0, UntypedBuffer map_arg_in = UntypedBuffer(),
                    const char* provenance_in = "")
      : CopyLauncherBase(condition, id, tag_in, map_arg_in, provenance_in), launch_domain(domain) {}
  IndexCopyLauncher(IndexSpace space, Predicate condition = Predicate(true), MapperID id = 0,
                    MappingTagID tag_in = 0, UntypedBuffer map_arg_in = UntypedBuffer(),
                    const char* provenance_in = "")
      : CopyLauncherBase(condition, id, tag_in, map_arg_in, provenance_in), launch_space(space) {}
};

struct FillLauncherBase : Launcher {
  // One of both is the value.
  UntypedBuffer argument;
  Future future;
  Predicate predicate = Predicate(true);
  std::set<FieldID> fields;
  IndexSpace sharding_space;

  void set_argument(UntypedBuffer value) { argument = value; }
  void set_future(Future value) { future = value; }
  void add_field(FieldID field);

 protected:
  FillLauncherBase() = default;
  FillLauncherBase(UntypedBuffer value, Future future_in, Predicate condition, MapperID id,
                   MappingTagID tag_in, UntypedBuffer map_arg_in, const char* provenance_in)
      : Launcher(id, tag_in, map_arg_in, provenance_in),
        argument(value),
        future(future_in),
        predicate(condition) {}
};

struct FillLauncher : FillLauncherBase {
  LogicalRegion handle;
  LogicalRegion parent;
  DomainPoint point;

  FillLauncher() = default;
  FillLauncher(LogicalRegion handle_in, LogicalRegion parent_in, UntypedBuffer value,
               Predicate condition = Predicate(true), MapperID id = 0, MappingTagID tag_in = 0,
               UntypedBuffer map_arg_in = UntypedBuffer(), const char* provenance_in = "")
      : FillLauncherBase(value, Future(), condition, id, tag_in, map_arg_in, provenance_in),
        handle(handle_in),
        parent(parent_in) {}
  FillLauncher(LogicalRegion handle_in, LogicalRegion parent_in, Future value,
               Predicate condition = Predicate(true), MapperID id = 0, MappingTagID tag_in = 0,
               UntypedBuffer map_arg_in = UntypedBuffer(), const char* provenance_in = "")
      : FillLauncherBase(UntypedBuffer(), value, condition, id, tag_in, map_arg_in, provenance_in),
        handle(handle_in),
        parent(parent_in) {}
};

struct IndexFillLauncher : FillLauncherBase {
  Domain launch_domain;
  IndexSpace launch_space;
  LogicalRegion region;
  LogicalPartition partition;
  LogicalRegion parent;
  ProjectionID projection = 0;

  IndexFillLauncher() = default;
#define LEGION_INDEX_FILL(Space, space_member, Handle, handle_member, Value, value_arg, future_arg)         \
  IndexFillLauncher(Space space, Handle handle, LogicalRegion parent_in, Value value,                       \
                    ProjectionID projection_in = 0, Predicate condition = Predicate(true), MapperID id = 0, \
                    MappingTagID tag_in = 0, UntypedBuffer map_arg_in = UntypedBuffer(),                    \
                    const char* provenance_in = "")                                                         \
      : FillLauncherBase(value_arg, future_arg, condition, id, tag_in, map_arg_in, provenance_in),          \
        space_member(space),                                                                                \
        handle_member(handle),                                                                              \
        parent(parent_in),                                                                                  \
        projection(projection_in) {}
#define LEGION_INDEX_FILLS(Space, space_member)                                                       \
  LEGION_INDEX_FILL(Space, space_member, LogicalRegion, region, UntypedBuffer, value, Future())       \
  LEGION_INDEX_FILL(Space, space_member, LogicalRegion, region, Future, UntypedBuffer(), value)       \
  LEGION_INDEX_FILL(Space, space_member, LogicalPartition, partition, UntypedBuffer, value, Future()) \
  LEGION_INDEX_FILL(Space, space_member, LogicalPartition, partition, Future, UntypedBuffer(), value)
  LEGION_INDEX_FILLS(Domain, launch_domain)
  LEGION_INDEX_FILLS(IndexSpace, launch_space)
#undef LEGION_INDEX_FILLS
#undef LEGION_INDEX_FILL
};

// Says that what is in the fields is not needed any more.
struct DiscardLauncher {
  LogicalRegion handle;
  LogicalRegion parent;
  std::set<FieldID> fields;
  std::string provenance;
  const std::vector<StaticDependence>* static_dependences = nullptr;
  bool silence_warnings = false;

  DiscardLauncher(LogicalRegion handle_in, LogicalRegion parent_in) : handle(handle_in), parent(parent_in) {}
  void add_field(FieldID field);
};

struct AcquireReleaseLauncher : Launcher {
  LogicalRegion logical_region;
  LogicalRegion parent_region;
  std::set<FieldID> fields;
  Predicate predicate = Predicate(true);

  void add_field(FieldID field);

 protected:
  AcquireReleaseLauncher(LogicalRegion region, LogicalRegion parent, Predicate condition, MapperID id,
                         MappingTagID tag_in, UntypedBuffer map_arg_in, const char* provenance_in)
      : Launcher(id, tag_in, map_arg_in, provenance_in),
        logical_region(region),
        parent_region(parent),
        predicate(condition) {}
};

// Tasks that run at the same time and may wait for each other.
struct MustEpochLauncher {
  std::vector<TaskLauncher> single_tasks;
  std::vector<IndexTaskLauncher> index_tasks;
  Domain launch_domain;
  IndexSpace launch_space;
  IndexSpace sharding_space;
  MapperID map_id;
  MappingTagID mapping_tag;
  std::string provenance;
  bool silence_warnings = false;

  MustEpochLauncher(MapperID id = 0, MappingTagID tag = 0) : map_id(id), mapping_tag(tag) {}
  void add_single_task(const DomainPoint& point, const TaskLauncher& launcher);
  void add_index_task(const IndexTaskLauncher& launcher);
};

struct PredicateLauncher {
  bool and_op;
  std::vector<Predicate> predicates;
  std::string provenance;

  explicit PredicateLauncher(bool and_op_in = true) : and_op(and_op_in) {}
  void add_predicate(const Predicate& predicate);
};

struct TimingLauncher {
  TimingMeasurement measurement;
  std::set<Future> preconditions;
  std::string provenance;

  TimingLauncher(TimingMeasurement kind) : measurement(kind) {}
  void add_precondition(const Future& future);
};

struct TunableLauncher {
  TunableID tunable;
  MapperID mapper;
  MappingTagID tag;
  UntypedBuffer arg;
  std::vector<Future> futures;
  size_t return_type_size;
  std::string provenance;

  TunableLauncher(TunableID id, MapperID mapper_in = 0, MappingTagID tag_in = 0,
                  size_t result_bytes = SIZE_MAX)
      : tunable(id), mapper(mapper_in), tag(tag_in), return_type_size(result_bytes) {}
  void add_future(const Future& future);
};

}  // namespace Legion
