#include "runtime/legion/mapper/descriptions.h"

#include <algorithm>

#include "runtime/legion/context.h"
#include "runtime/legion/list.h"
#include "runtime/legion/mapper/mapper_error.h"

namespace palatine::legion {

namespace {

using Handle = Legion::Internal::Handle;

// The operator for the field's size, which is all that is known of its type.
Legion::ReductionOpID reduction_of(api::ReductionOp op, uint32_t size_bytes) {
  const bool is_small = size_bytes == 4;
  switch (op) {
    case api::ReductionOp::add:
      return is_small ? LEGION_REDOP_SUM_FLOAT32 : LEGION_REDOP_SUM_FLOAT64;
    case api::ReductionOp::subtract:
      return is_small ? LEGION_REDOP_DIFF_FLOAT32 : LEGION_REDOP_DIFF_FLOAT64;
    case api::ReductionOp::multiply:
      return is_small ? LEGION_REDOP_PROD_FLOAT32 : LEGION_REDOP_PROD_FLOAT64;
    case api::ReductionOp::divide:
      return is_small ? LEGION_REDOP_DIV_FLOAT32 : LEGION_REDOP_DIV_FLOAT64;
    case api::ReductionOp::max:
      return is_small ? LEGION_REDOP_MAX_FLOAT32 : LEGION_REDOP_MAX_FLOAT64;
    default:
      return is_small ? LEGION_REDOP_MIN_FLOAT32 : LEGION_REDOP_MIN_FLOAT64;
  }
}

}  // namespace

Legion::PrivilegeMode mode_of(api::Privilege privilege) {
  switch (privilege) {
    case api::Privilege::read:
      return LEGION_READ_ONLY;
    case api::Privilege::read_write:
      return LEGION_READ_WRITE;
    case api::Privilege::write_discard:
      return LEGION_WRITE_DISCARD;
    case api::Privilege::reduce:
      return LEGION_REDUCE;
    default:
      return LEGION_NO_ACCESS;
  }
}

Legion::Domain to_domain(const Box& box) {
  if (box.dim > LEGION_MAX_DIM)
    mapping_error("mappers see index spaces of 1 to 4 dimensions; this one has more");
  Legion::DomainPoint lo, hi;
  lo.dim = hi.dim = box.dim;
  for (int d = 0; d < box.dim; ++d) {
    lo.point_data[d] = box.lo[d];
    hi.point_data[d] = box.hi[d];
  }
  return Legion::Domain(lo, hi);
}

Legion::Domain to_domain(const Domain& domain) {
  return to_domain(domain.box);
}

Legion::DomainPoint point_of(const Box& box, uint64_t index) {
  if (box.dim > LEGION_MAX_DIM) mapping_error("mappers see points of 1 to 4 dimensions; this one has more");
  int64_t p[kMaxDim];
  box.point_at(index, p);
  Legion::DomainPoint point;
  point.dim = box.dim;
  for (int d = 0; d < box.dim; ++d) point.point_data[d] = p[d];
  return point;
}

Legion::LogicalRegion to_handle(Forest& forest, Region& region) {
  const uint32_t root = region.root->id;
  const Legion::TypeTag tag = Legion::Internal::type_tag_of(region.domain.box.dim);
  return Handle::region(root, Handle::index_space(forest.ispace_of(region), region.id, tag),
                        Handle::field_space(root));
}

Legion::LogicalPartition to_handle(const Partition& partition) {
  const Region& parent = *partition.parent;
  const uint32_t root = parent.root->id;
  return Handle::partition(
      root,
      Handle::index_partition(partition.id, parent.id, Legion::Internal::type_tag_of(parent.domain.box.dim)),
      Handle::field_space(root));
}

Region& region_of(Forest& forest, const Legion::LogicalRegion& handle) {
  Region* region = forest.find_region(Handle::core_region(handle));
  if (!region) mapping_error("a mapper uses a region that does not exist (was it destroyed?)");
  return *region;
}

Partition& partition_of(Forest& forest, const Legion::LogicalPartition& handle) {
  Partition* partition = forest.find_partition(handle.get_index_partition().get_id());
  if (!partition) mapping_error("a mapper uses a partition that does not exist (was it destroyed?)");
  return *partition;
}

// Makes `req`, which may have been another one, that of a region; its lists keep their room.
static void require(Legion::RegionRequirement& req, Forest& forest, const api::RequirementDesc& desc,
                    api::Region handle) {
  Region& region = forest.region(handle.id);
  auto field = [&](uint16_t k) { return forest.views().field(handle.view, desc.fields[k]); };
  std::set<Legion::FieldID> fields = std::move(req.privilege_fields);
  std::vector<Legion::FieldID> instance_fields = std::move(req.instance_fields);
  req = Legion::RegionRequirement();
  req.region = to_handle(forest, region);
  req.parent = to_handle(forest, *region.root);
  req.privilege = mode_of(desc.privilege);
  req.prop = desc.is_shared ? LEGION_SIMULTANEOUS : LEGION_EXCLUSIVE;
  req.handle_type = LEGION_SINGULAR_PROJECTION;
  instance_fields.clear();
  for (uint16_t k = 0; k < desc.field_count; ++k) instance_fields.push_back(field(k));
  if (!std::ranges::equal(fields, instance_fields)) {
    fields.clear();
    fields.insert(instance_fields.begin(), instance_fields.end());
  }
  req.privilege_fields = std::move(fields);
  req.instance_fields = std::move(instance_fields);
  if (desc.privilege == api::Privilege::reduce && desc.field_count > 0) {
    req.redop = reduction_of(desc.reduction, region.root->fields[field(0)].size_bytes);
  }
}

Legion::RegionRequirement requirement_of(Forest& forest, const api::RequirementDesc& desc,
                                         api::Region handle) {
  Legion::RegionRequirement req;
  require(req, forest, desc, handle);
  return req;
}

void describe(DescribedTask& description, Forest& forest, const Task& task) {
  const api::TaskDesc& desc = *task.info.desc;
  description.name = desc.name;
  description.map_id = desc.mapper_id;
  description.tag = desc.mapping_tag;
  description.args = task.args;
  description.arglen = desc.args_size_bytes;
  size_t count = 0;
  for (uint16_t k = 0; k < desc.requirement_count; ++k) {
    const api::RequirementDesc& requirement = desc.requirements[k];
    if (requirement.privilege == api::Privilege::none) continue;
    const api::ParamDesc& param = desc.params[requirement.param];
    auto add = [&](const char* at) {
      if (count == description.regions.size()) description.regions.emplace_back();
      require(description.regions[count++], forest, requirement, *reinterpret_cast<const api::Region*>(at));
    };
    // Each region of a list is a requirement.
    if (param.kind == api::ParamKind::list) {
      for_each_leaf(*reinterpret_cast<const ListImage*>(task.args + param.offset), *param.list, add);
    } else {
      add(task.args + param.offset);
    }
  }
  description.regions.resize(count);
}

}  // namespace palatine::legion
