#include "runtime/legion/cpp/physical_region.h"

#include <utility>

#include "runtime/legion/cpp/launch_pattern.h"
#include "runtime/legion/cpp/launch_shape.h"
#include "runtime/legion/cpp/trees.h"
#include "runtime/legion/instance.h"
#include "runtime/realm/fatal.h"

namespace Legion {

namespace Internal {

namespace {

std::string who(const PhysicalRegionImpl& impl) {
  return impl.context ? who(impl.context->task) : "a task that has ended";
}

api::MapDesc map_desc(const PhysicalRegionImpl& impl, const core::Region& region) {
  const api::Privilege privilege = privilege_of(impl.requirement);
  return {api::Region{region.id}, impl.slots.data(), static_cast<uint16_t>(impl.slots.size()),
          privilege == api::Privilege::read ? api::Privilege::read : api::Privilege::read_write};
}

const PhysicalRegionImpl& need(const PhysicalRegionImpl* impl, const char* call) {
  if (!impl) realm::fatal_error("error: %s is called on a physical region that does not exist", call);
  return *impl;
}

}  // namespace

void map_argument(TaskContext& context, unsigned index, PhysicalRegion& region) {
  const RegionRequirement& requirement = context.task.regions[index];
  PhysicalRegionImpl* impl = region.impl();
  // The task before may have given it to somebody who still has it.
  if (impl && impl->references == 1) {
    impl->requirement.region = requirement.region;
    impl->requirement.partition = requirement.partition;
    impl->requirement.parent = requirement.parent;
    impl->requirement.handle_type = requirement.handle_type;
    impl->attachment.reset();
  } else {
    impl = new PhysicalRegionImpl;
    region = PhysicalRegion(impl);
    impl->requirement = requirement;
    impl->is_argument = true;
  }
  impl->context = &context;
  impl->is_mapped = !context.task.variant.registrar.inner_variant &&
                    privilege_of(impl->requirement) != api::Privilege::none;
  const FieldSpace space = requirement.region.get_field_space();
  if (impl->slots_epoch != names_epoch() || impl->slots_space != space) {
    impl->slots_epoch = names_epoch();
    impl->slots_space = space;
    impl->slots = slots_of(impl->requirement);
  }
  lay_out_argument(context, index, *impl);
}

PhysicalRegion map_inline(TaskContext& context, const RegionRequirement& requirement, const char* call) {
  if (context.task.variant.registrar.leaf_variant)
    realm::fatal_error("error: %s calls %s, but its variant is registered as a leaf",
                       who(context.task).c_str(), call);
  check_use(context, requirement, "maps");
  check_not_mapped(context, requirement, call);
  auto* impl = new PhysicalRegionImpl;
  impl->context = &context;
  impl->requirement = requirement;
  impl->slots = slots_of(requirement);
  PhysicalRegion region(impl);
  map_again(context, region);
  context.inline_regions.push_back(region);
  return region;
}

void check_not_mapped(const TaskContext& context, const RegionRequirement& wanted, const char* call) {
  for (const std::vector<PhysicalRegion>* list : {&context.regions, &context.inline_regions}) {
    for (const PhysicalRegion& region : *list) {
      const PhysicalRegionImpl& other = *region.impl();
      const RegionRequirement& have = other.requirement;
      if (!other.is_mapped || have.region.get_tree_id() != wanted.region.get_tree_id() ||
          may_run_together(have, wanted, false))
        continue;
      const FieldID* field = common_field(have, wanted);
      if (!field || !surely_overlap(have.region, wanted.region)) continue;
      realm::fatal_error(
          "error: %s calls %s for field %s of %s, which conflicts with %s that it has mapped already (%s); "
          "unmap that first",
          who(context.task).c_str(), call, field_name(wanted.region.get_field_space(), *field).c_str(),
          name_of(wanted.region).c_str(), other.is_argument ? "a region argument" : "a region",
          name_of(have.region).c_str());
    }
  }
}

void map_again(TaskContext& context, PhysicalRegion& region) {
  PhysicalRegionImpl& impl = *region.impl();
  if (impl.is_mapped || privilege_of(impl.requirement) == api::Privilege::none) return;
  const api::MapDesc desc = map_desc(impl, region_of(impl.requirement.region));
  context.core.map(&desc, 1, {"C++", 0});
  impl.is_mapped = true;
}

void unmap(TaskContext& context, PhysicalRegion& region) {
  PhysicalRegionImpl& impl = *region.impl();
  if (!impl.is_mapped) return;
  write_back_argument(impl);
  impl.is_mapped = false;
  if (context.task.variant.registrar.leaf_variant) return;
  const core::Region* mapped =
      context.core.forest().find_region(Handle::core_region(impl.requirement.region));
  if (!mapped) return;
  const api::MapDesc desc = map_desc(impl, *mapped);
  context.core.unmap(&desc, 1);
}

void forget_context(PhysicalRegion& region) {
  if (!region.impl()) return;
  write_back_argument(*region.impl());
  region.impl()->context = nullptr;
  region.impl()->is_mapped = false;
}

void fail_several_places(const char* accessor) {
  realm::fatal_error("error: %s is made for regions whose data does not lie in one place", accessor);
}

void fail_not_dense(const char* accessor) {
  realm::fatal_error("error: %s: the elements of the rectangle are not dense in memory; ask for strides",
                     accessor);
}

}  // namespace Internal

using Internal::need;

PhysicalRegion::PhysicalRegion(const PhysicalRegion& other) : impl_(other.impl_) {
  if (impl_) impl_->references++;
}
PhysicalRegion& PhysicalRegion::operator=(const PhysicalRegion& other) {
  if (this != &other) *this = PhysicalRegion(other);
  return *this;
}
PhysicalRegion& PhysicalRegion::operator=(PhysicalRegion&& other) noexcept {
  std::swap(impl_, other.impl_);
  return *this;
}
PhysicalRegion::~PhysicalRegion() {
  if (impl_ && --impl_->references == 0) delete impl_;
}

bool PhysicalRegion::is_mapped() const {
  return impl_ && impl_->is_mapped;
}

// What the core maps is there before the task goes on.
void PhysicalRegion::wait_until_valid(bool, const char*) {
  need(impl_, "PhysicalRegion::wait_until_valid");
}

bool PhysicalRegion::is_valid() const {
  return is_mapped();
}

LogicalRegion PhysicalRegion::get_logical_region() const {
  return need(impl_, "PhysicalRegion::get_logical_region").requirement.region;
}

PrivilegeMode PhysicalRegion::get_privilege() const {
  return need(impl_, "PhysicalRegion::get_privilege").requirement.privilege;
}

void PhysicalRegion::get_memories(std::set<Memory>& memories, bool, const char*) const {
  const Memory memory = Machine::MemoryQuery(Machine::get_machine()).only_kind(Memory::SYSTEM_MEM).first();
  if (is_mapped() && memory.exists()) memories.insert(memory);
}

void PhysicalRegion::get_fields(std::vector<FieldID>& fields) const {
  const RegionRequirement& requirement = need(impl_, "PhysicalRegion::get_fields").requirement;
  fields.insert(fields.end(), requirement.privilege_fields.begin(), requirement.privilege_fields.end());
}

Domain PhysicalRegion::bounds() const {
  return Internal::domain_of(need(impl_, "PhysicalRegion::get_bounds").requirement.region.get_index_space());
}

Internal::FieldPlacement PhysicalRegion::placement(FieldID field, PrivilegeMode mode, size_t field_size,
                                                   int dim, ReductionOpID redop, bool with_padding) const {
  using namespace Internal;
  const PhysicalRegionImpl& impl = need(impl_, "an accessor");
  const RegionRequirement& requirement = impl.requirement;
  const core::Region& region = region_of(requirement.region);
  const std::string handle = name_of(requirement.region);
  const FieldSpace space = requirement.region.get_field_space();
  const std::string name = field_name(space, field);
  if (with_padding)
    realm::fatal_error("error: %s makes a PaddingAccessor, which is not supported", who(impl).c_str());
  if (!impl.is_mapped)
    realm::fatal_error("error: %s accesses field %s of %s, which it has not mapped", who(impl).c_str(),
                       name.c_str(), handle.c_str());
  if (!requirement.privilege_fields.count(field))
    realm::fatal_error("error: %s accesses field %s of %s, which its region requirement does not name",
                       who(impl).c_str(), name.c_str(), handle.c_str());
  const unsigned have = requirement.privilege & LEGION_READ_WRITE, need_bits = mode & LEGION_READ_WRITE;
  if (need_bits & ~have)
    realm::fatal_error("error: %s makes an accessor that %s field %s of %s without the privilege for it",
                       who(impl).c_str(),
                       mode == LEGION_REDUCE                   ? "reduces"
                       : need_bits & ~have & LEGION_WRITE_PRIV ? "writes"
                                                               : "reads",
                       name.c_str(), handle.c_str());
  if (redop && requirement.privilege == LEGION_REDUCE && redop != requirement.redop)
    realm::fatal_error("error: %s reduces field %s of %s with operator %d; its privilege is for %d",
                       who(impl).c_str(), name.c_str(), handle.c_str(), redop, requirement.redop);
  const size_t actual_size = field_space_of(space, "an accessor").size_of(field);
  if (field_size && field_size != actual_size)
    realm::fatal_error(
        "error: %s makes an accessor for elements of %zu bytes on field %s of %s, which "
        "has elements of %zu bytes",
        who(impl).c_str(), field_size, name.c_str(), handle.c_str(), actual_size);
  if (dim != region.domain.box.dim)
    realm::fatal_error("error: %s makes an accessor of %d dimensions on %s, which has %d", who(impl).c_str(),
                       dim, handle.c_str(), region.domain.box.dim);
  const uint16_t slot = field_space_of(space, "an accessor").slot_of(field);
  // Empty regions of an inner part may have no memory.
  core::allocate_fields(impl.context->core.forest(), *region.root, slot / core::kGroupFields,
                        uint64_t{1} << slot % core::kGroupFields,
                        core::WhoMaps{impl.context->task.get_task_name(), {"C++", 0}});
  const api::FieldAddress address = core::field_address(*region.root, slot);
  FieldPlacement placement = {};
  placement.base = reinterpret_cast<uintptr_t>(address.base);
  for (int d = 0; d < dim; d++) placement.strides[d] = static_cast<size_t>(address.stride_bytes[d]);
  if (impl.layout) place_in_layout(impl, field, placement);
  placement.space = domain_of(requirement.region.get_index_space());
  return placement;
}

void PhysicalRegion::fail_bounds(FieldID field, const DomainPoint& point) const {
  using namespace Internal;
  const PhysicalRegionImpl& impl = need(impl_, "an accessor");
  const LogicalRegion handle = impl.requirement.region;
  palatine::realm::fatal_error("error: %s accesses field %s of %s at %s, which is not one of its points: %s",
                               who(impl).c_str(), field_name(handle.get_field_space(), field).c_str(),
                               name_of(handle).c_str(), text_of(point).c_str(),
                               text_of(domain_of(handle.get_index_space())).c_str());
}

PieceIterator::PieceIterator(const PhysicalRegion& region, FieldID field, bool, bool, const char*) {
  using namespace Internal;
  region.placement(field, LEGION_NO_ACCESS, 0, region.get_logical_region().get_dim());
  core::for_each_box(region_of(region.get_logical_region()).domain,
                     [&](const core::Box& box) { pieces_.push_back(to_domain(box)); });
}

// ---- mapping by the running task

PhysicalRegion Internal::LaunchCalls::map_region(Context ctx, const InlineLauncher& launcher) {
  for (const PhaseBarrier& barrier : launcher.wait_barriers) ctx->core.await({barrier.get_barrier().id});
  PhysicalRegion region = Internal::map_inline(*ctx, launcher.requirement, "map_region");
  if (!launcher.arrive_barriers.empty() || !launcher.grants.empty())
    palatine::realm::fatal_error("error: map_region: arrival barriers and grants are not supported");
  return region;
}

PhysicalRegion Internal::LaunchCalls::map_region(Context ctx, const RegionRequirement& req, MapperID,
                                                 MappingTagID, const char*) {
  return Internal::map_inline(*ctx, req, "map_region");
}

PhysicalRegion Internal::LaunchCalls::map_region(Context ctx, unsigned idx, MapperID, MappingTagID,
                                                 const char*) {
  if (idx >= ctx->regions.size())
    palatine::realm::fatal_error("error: map_region: task `%s` has %zu region arguments, but no number %u",
                                 ctx->task.get_task_name(), ctx->regions.size(), idx);
  if (!ctx->regions[idx].is_mapped())
    Internal::check_not_mapped(*ctx, ctx->regions[idx].impl()->requirement, "map_region");
  Internal::map_again(*ctx, ctx->regions[idx]);
  return ctx->regions[idx];
}

void Internal::LaunchCalls::remap_region(Context ctx, PhysicalRegion region, const char*) {
  const Internal::PhysicalRegionImpl& impl = need(region.impl(), "remap_region");
  if (impl.is_mapped) return;
  Internal::check_not_mapped(*ctx, impl.requirement, "remap_region");
  Internal::map_again(*ctx, region);
  if (!region.impl()->is_argument) ctx->inline_regions.push_back(region);
}

void Internal::LaunchCalls::unmap_region(Context ctx, PhysicalRegion region) {
  need(region.impl(), "unmap_region");
  Internal::unmap(*ctx, region);
  std::erase(ctx->inline_regions, region);
}

void Internal::LaunchCalls::unmap_all_regions(Context ctx) {
  for (PhysicalRegion& region : ctx->regions) Internal::unmap(*ctx, region);
  for (PhysicalRegion& region : ctx->inline_regions) Internal::unmap(*ctx, region);
  ctx->inline_regions.clear();
}

}  // namespace Legion
