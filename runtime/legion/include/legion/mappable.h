// Operations as mappers and task bodies see them. Source: Legion's API, section 3 ("Task").
//
// Objects belong to the runtime: a body may keep its Task until it returns.
#pragma once

#include <string_view>
#include <vector>

#include "legion/requirements.h"
#include "legion/sync.h"

namespace Legion {

class Task;
class Copy;
class InlineMapping;
class Acquire;
class Release;
class Close;
class Fill;
class Partition;
class MustEpoch;

class Mappable {
 public:
  MapperID map_id = 0;
  MappingTagID tag = 0;
  mutable const Task* parent_task = nullptr;
  void* mapper_data = nullptr;
  size_t mapper_data_size = 0;

  static const MappableType TASK_MAPPABLE = LEGION_TASK_MAPPABLE;
  static const MappableType COPY_MAPPABLE = LEGION_COPY_MAPPABLE;
  static const MappableType INLINE_MAPPABLE = LEGION_INLINE_MAPPABLE;
  static const MappableType ACQUIRE_MAPPABLE = LEGION_ACQUIRE_MAPPABLE;
  static const MappableType RELEASE_MAPPABLE = LEGION_RELEASE_MAPPABLE;
  static const MappableType CLOSE_MAPPABLE = LEGION_CLOSE_MAPPABLE;
  static const MappableType FILL_MAPPABLE = LEGION_FILL_MAPPABLE;
  static const MappableType PARTITION_MAPPABLE = LEGION_PARTITION_MAPPABLE;
  static const MappableType MUST_EPOCH_MAPPABLE = LEGION_MUST_EPOCH_MAPPABLE;

  Mappable() = default;
  Mappable(const Mappable&) = delete;
  Mappable& operator=(const Mappable&) = delete;
  virtual ~Mappable() = default;

  virtual UniqueID get_unique_id() const = 0;
  // Number of operations that the launching task issued before.
  virtual uint64_t get_context_index() const = 0;
  // 0 for the top-level task.
  virtual int get_depth() const = 0;
  virtual const Task* get_parent_task() const = 0;
  // What the launcher said about where the operation comes from.
  virtual const std::string_view& get_provenance_string(bool human = true) const = 0;
  virtual MappableType get_mappable_type() const = 0;
  virtual const Task* as_task() const { return nullptr; }
  virtual const Copy* as_copy() const { return nullptr; }
  virtual const InlineMapping* as_inline() const { return nullptr; }
  virtual const Acquire* as_acquire() const { return nullptr; }
  virtual const Release* as_release() const { return nullptr; }
  virtual const Close* as_close() const { return nullptr; }
  virtual const Fill* as_fill() const { return nullptr; }
  virtual const Partition* as_partition() const { return nullptr; }
  virtual const MustEpoch* as_must_epoch() const { return nullptr; }
};

class Task : public Mappable {
 public:
  TaskID task_id = 0;
  std::vector<IndexSpaceRequirement> indexes;
  std::vector<RegionRequirement> regions;
  std::vector<OutputRequirement> output_regions;
  std::vector<Future> futures;
  std::vector<Grant> grants;
  std::vector<PhaseBarrier> wait_barriers;
  std::vector<PhaseBarrier> arrive_barriers;
  void* args = nullptr;
  size_t arglen = 0;

  // A point of an index launch.
  bool is_index_space = false;
  bool concurrent_task = false;
  bool must_epoch_task = false;
  Domain index_domain;
  DomainPoint index_point;
  IndexSpace sharding_space;
  void* local_args = nullptr;
  size_t local_arglen = 0;

  Processor orig_proc = Processor::NO_PROC;
  Processor current_proc = Processor::NO_PROC;
  Processor target_proc = Processor::NO_PROC;
  unsigned steal_count = 0;
  bool stealable = false;
  bool speculated = false;
  bool local_function = false;

  virtual bool has_parent_task() const = 0;
  virtual const char* get_task_name() const = 0;
  virtual Domain get_slice_domain() const = 0;
  virtual ShardID get_shard_id() const = 0;
  virtual size_t get_total_shards() const = 0;
  virtual DomainPoint get_shard_point() const = 0;
  virtual Domain get_shard_domain() const = 0;
  MappableType get_mappable_type() const override { return LEGION_TASK_MAPPABLE; }
  const Task* as_task() const override { return this; }
};

class Copy : public Mappable {
 public:
  std::vector<RegionRequirement> src_requirements;
  std::vector<RegionRequirement> dst_requirements;
  std::vector<RegionRequirement> src_indirect_requirements;
  std::vector<RegionRequirement> dst_indirect_requirements;
  std::vector<Grant> grants;
  std::vector<PhaseBarrier> wait_barriers;
  std::vector<PhaseBarrier> arrive_barriers;
  bool is_index_space = false;
  Domain index_domain;
  DomainPoint index_point;
  IndexSpace sharding_space;

  MappableType get_mappable_type() const override { return LEGION_COPY_MAPPABLE; }
  const Copy* as_copy() const override { return this; }
};

class InlineMapping : public Mappable {
 public:
  RegionRequirement requirement;
  std::vector<Grant> grants;
  std::vector<PhaseBarrier> wait_barriers;
  std::vector<PhaseBarrier> arrive_barriers;
  LayoutConstraintID layout_constraint_id = 0;

  virtual ShardID get_parent_shard() const { return 0; }
  MappableType get_mappable_type() const override { return LEGION_INLINE_MAPPABLE; }
  const InlineMapping* as_inline() const override { return this; }
};

class Acquire : public Mappable {
 public:
  LogicalRegion logical_region;
  LogicalRegion parent_region;
  std::set<FieldID> fields;
  std::vector<Grant> grants;
  std::vector<PhaseBarrier> wait_barriers;
  std::vector<PhaseBarrier> arrive_barriers;

  MappableType get_mappable_type() const override { return LEGION_ACQUIRE_MAPPABLE; }
  const Acquire* as_acquire() const override { return this; }
};

class Release : public Mappable {
 public:
  LogicalRegion logical_region;
  LogicalRegion parent_region;
  std::set<FieldID> fields;
  std::vector<Grant> grants;
  std::vector<PhaseBarrier> wait_barriers;
  std::vector<PhaseBarrier> arrive_barriers;

  MappableType get_mappable_type() const override { return LEGION_RELEASE_MAPPABLE; }
  const Release* as_release() const override { return this; }
};

class Close : public Mappable {
 public:
  RegionRequirement requirement;

  MappableType get_mappable_type() const override { return LEGION_CLOSE_MAPPABLE; }
  const Close* as_close() const override { return this; }
};

class Fill : public Mappable {
 public:
  RegionRequirement requirement;
  std::vector<Grant> grants;
  std::vector<PhaseBarrier> wait_barriers;
  std::vector<PhaseBarrier> arrive_barriers;
  bool is_index_space = false;
  Domain index_domain;
  DomainPoint index_point;
  IndexSpace sharding_space;

  MappableType get_mappable_type() const override { return LEGION_FILL_MAPPABLE; }
  const Fill* as_fill() const override { return this; }
};

class Partition : public Mappable {
 public:
  enum PartitionKind {
    BY_FIELD,
    BY_IMAGE,
    BY_IMAGE_RANGE,
    BY_PREIMAGE,
    BY_PREIMAGE_RANGE,
    BY_ASSOCIATION,
  };
  RegionRequirement requirement;
  bool is_index_space = false;
  Domain index_domain;
  DomainPoint index_point;

  virtual PartitionKind get_partition_kind() const = 0;
  MappableType get_mappable_type() const override { return LEGION_PARTITION_MAPPABLE; }
  const Partition* as_partition() const override { return this; }
};

class MustEpoch : public Mappable {
 public:
  std::vector<const Task*> individual_tasks;
  std::vector<const Task*> index_space_tasks;
  Domain launch_domain;
  IndexSpace sharding_space;

  MappableType get_mappable_type() const override { return LEGION_MUST_EPOCH_MAPPABLE; }
  const MustEpoch* as_must_epoch() const override { return this; }
};

}  // namespace Legion
