// Operations of the core as Legion's classes describe them to mappers.
//
// Regions are named as in the C API: a region's index space carries the region's own id in `tid`, so that
// each subregion is found again.
#pragma once

#include <string>
#include <string_view>

#include "legion/mapping/mapper_runtime.h"
#include "runtime/legion/region_tree.h"

namespace palatine::legion {

class ContextImpl;
class Task;

Legion::Domain to_domain(const Domain& domain);
Legion::Domain to_domain(const Box& box);
// Point number `index` of a dense box, the first dimension fastest.
Legion::DomainPoint point_of(const Box& box, uint64_t index);

Legion::LogicalRegion to_handle(Forest& forest, Region& region);
Legion::LogicalPartition to_handle(const Partition& partition);
// End the program when the handle names nothing.
Region& region_of(Forest& forest, const Legion::LogicalRegion& handle);
Partition& partition_of(Forest& forest, const Legion::LogicalPartition& handle);

Legion::PrivilegeMode mode_of(api::Privilege privilege);
Legion::RegionRequirement requirement_of(Forest& forest, const api::RequirementDesc& desc,
                                         api::Region handle);

// What all descriptions share.
template <typename Base>
class Described : public Base {
 public:
  Legion::UniqueID get_unique_id() const override { return unique_id; }
  uint64_t get_context_index() const override { return context_index; }
  int get_depth() const override { return depth; }
  const Legion::Task* get_parent_task() const override { return this->parent_task; }
  const std::string_view& get_provenance_string(bool) const override { return provenance; }

  Legion::UniqueID unique_id = 0;
  uint64_t context_index = 0;
  int depth = 0;
  std::string_view provenance;
};

class DescribedTask : public Described<Legion::Task> {
 public:
  bool has_parent_task() const override { return parent_task != nullptr; }
  const char* get_task_name() const override { return name; }
  Legion::Domain get_slice_domain() const override { return slice_domain; }
  Legion::ShardID get_shard_id() const override { return 0; }
  size_t get_total_shards() const override { return 1; }
  Legion::DomainPoint get_shard_point() const override { return Legion::DomainPoint(0); }
  Legion::Domain get_shard_domain() const override {
    return Legion::Domain(Legion::DomainPoint(0), Legion::DomainPoint(0));
  }

  const char* name = "";
  Legion::Domain slice_domain;
  // What `mapper_data` is until the mapper says otherwise.
  std::string mapper_argument;
};

class DescribedInline : public Described<Legion::InlineMapping> {};
class DescribedCopy : public Described<Legion::Copy> {};
class DescribedAcquire : public Described<Legion::Acquire> {};
class DescribedRelease : public Described<Legion::Release> {};
class DescribedPartition : public Described<Legion::Partition> {
 public:
  PartitionKind get_partition_kind() const override { return kind; }

  PartitionKind kind = BY_FIELD;
};

// A task of generated code with its arguments. What the description had before goes; its lists keep their
// room.
void describe(DescribedTask& description, Forest& forest, const Task& task);

}  // namespace palatine::legion
