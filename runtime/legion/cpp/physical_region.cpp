#include "runtime/legion/cpp/physical_region.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "runtime/legion/barrier.h"
#include "runtime/legion/cpp/argument_layout.h"
#include "runtime/legion/cpp/grants.h"
#include "runtime/legion/cpp/launch_pattern.h"
#include "runtime/legion/cpp/launch_shape.h"
#include "runtime/legion/cpp/shown_operations.h"
#include "runtime/legion/cpp/trees.h"
#include "runtime/legion/instance.h"
#include "runtime/realm/fatal.h"

namespace Legion {

namespace Internal {

static void give_memory(TaskContext& context, const LogicalRegion& region,
                        const std::vector<uint16_t>& slots) {
  for (uint16_t slot : slots)
    core::allocate_fields(context.core.forest(), *region_of(region).root, slot / core::kGroupFields,
                          uint64_t{1} << slot % core::kGroupFields,
                          core::WhoMaps{context.task.get_task_name(), {"C++", 0}});
}

void give_memory(TaskContext& context, const RegionRequirement& requirement) {
  give_memory(context, requirement.region, slots_of(requirement));
}

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

void want_layout(PhysicalRegionImpl& impl, LayoutConstraintID layout) {
  Registry& registry = Registry::get();
  std::shared_lock lock(registry.mutex);
  auto found = registry.layouts.find(layout);
  if (found != registry.layouts.end()) impl.wanted.push_back(found->second.constraints);
}

void give_memory(const PhysicalRegionImpl& impl) {
  Internal::give_memory(*impl.context, impl.requirement.region, impl.slots);
}

const char* kind_name(LayoutConstraintKind kind) {
  switch (kind) {
    case LEGION_SPECIALIZED_CONSTRAINT:
      return "a virtual instance or a file";
    case LEGION_POINTER_CONSTRAINT:
      return "memory at a given address";
    case LEGION_OFFSET_CONSTRAINT:
      return "a field at a given offset";
    case LEGION_ALIGNMENT_CONSTRAINT:
      return "an alignment that is no power of two or above 2 MiB";
    case LEGION_PADDING_CONSTRAINT:
      return "padding of tiles, or in dimensions that the region lacks";
    default:
      return "its constraints";
  }
}

// The fields of a region that has memory of its own.
const std::set<FieldID>& fields_of(const PhysicalRegionImpl& impl) {
  return impl.requirement.privilege_fields;
}

}  // namespace

static void store_layout(const PhysicalRegionImpl& impl) {
  if (!impl.layout || !(impl.requirement.privilege & (LEGION_WRITE_PRIV | LEGION_REDUCE_PRIV))) return;
  give_memory(impl);
  copy_from_layout(*impl.layout, impl.requirement.region, fields_of(impl));
}

// Where a field lies in memory of its own.
static void place_in_layout(const LaidOutField& field, int dim, bool with_padding, const Domain& within,
                            FieldPlacement& placement) {
  const LayoutPiece* found = field.pieces.size() == 1 ? &field.pieces.front() : nullptr;
  if (!found && within.exists()) {
    const core::Box box = to_box(within);
    for (const LayoutPiece& piece : field.pieces) {
      bool is_inside = true;
      for (int d = 0; d < dim; d++)
        is_inside = is_inside && piece.bounds.lo[d] <= box.lo[d] && box.hi[d] <= piece.bounds.hi[d];
      if (is_inside) found = &piece;
    }
  }
  if (found) {
    placement.base = found->base;
    for (int d = 0; d < dim; d++) placement.strides[d] = found->strides[static_cast<size_t>(d)];
    if (with_padding) placement.space = to_domain(found->padded);
    return;
  }
  auto pieces = std::make_shared<std::vector<FieldPlacement::Piece>>();
  for (const LayoutPiece& piece : field.pieces) {
    FieldPlacement::Piece& out = pieces->emplace_back();
    out.base = piece.base;
    for (int d = 0; d < dim; d++) {
      out.lo[d] = piece.bounds.lo[d];
      out.hi[d] = piece.bounds.hi[d];
      out.strides[d] = piece.strides[static_cast<size_t>(d)];
    }
  }
  placement.pieces = std::move(pieces);
}

void lay_out(TaskContext& context, PhysicalRegionImpl& impl) {
  // Tasks that use it at the same time must have it in one place.
  if (!impl.is_mapped || is_shared(impl.requirement)) return;
  const LogicalRegion& region = impl.requirement.region;
  std::vector<const LayoutConstraintSet*> asked;
  for (const LayoutConstraintSet& constraints : impl.wanted) {
    if (const LayoutConstraint* impossible = impossible_constraint(constraints, region.get_dim()))
      realm::fatal_error("error: %s wants a layout of %s that is not supported: %s", who(impl).c_str(),
                         name_of(region).c_str(), kind_name(impossible->get_constraint_kind()));
    asked.push_back(&constraints);
  }
  impl.layout = make_layout(region, fields_of(impl), asked, who(impl));
  if (!impl.layout) return;
  context.has_layouts = true;
  if (impl.requirement.privilege & (LEGION_READ_PRIV | LEGION_REDUCE_PRIV)) {
    // Regions whose memory nobody has touched have none.
    give_memory(impl);
    copy_to_layout(*impl.layout, region, fields_of(impl));
  }
}

void end_layout(PhysicalRegionImpl& impl) {
  if (!impl.layout) return;
  store_layout(impl);
  impl.layout.reset();
}

void LayoutsAside::store() {
  for (const std::vector<PhysicalRegion>* list : {&context_.regions, &context_.inline_regions}) {
    for (const PhysicalRegion& region : *list) store_layout(*region.impl());
  }
}

void LayoutsAside::load() {
  for (const std::vector<PhysicalRegion>* list : {&context_.regions, &context_.inline_regions}) {
    for (const PhysicalRegion& region : *list) {
      const PhysicalRegionImpl& impl = *region.impl();
      if (impl.layout) copy_to_layout(*impl.layout, impl.requirement.region, fields_of(impl));
    }
  }
}

void map_argument(TaskContext& context, unsigned index, const Variant& variant, const ChosenLayouts* chosen,
                  PhysicalRegion& region) {
  const RegionRequirement& requirement = context.task.regions[index];
  PhysicalRegionImpl* impl = region.impl();
  // The task before may have given it to somebody who still has it.
  if (impl && impl->references == 1) {
    impl->requirement.region = requirement.region;
    impl->requirement.partition = requirement.partition;
    impl->requirement.parent = requirement.parent;
    impl->requirement.handle_type = requirement.handle_type;
    impl->attachment.reset();
    impl->wanted.clear();
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
  const auto& layouts = variant.registrar.layout_constraints.layouts;
  for (auto it = layouts.lower_bound(index); it != layouts.end() && it->first == index; ++it)
    want_layout(*impl, it->second);
  if (chosen) {
    auto found = chosen->find(index);
    if (found != chosen->end())
      impl->wanted.insert(impl->wanted.end(), found->second.begin(), found->second.end());
  }
  if (!impl->wanted.empty()) lay_out(context, *impl);
}

// Waits for what the launcher names, and remembers what is due when the region is unmapped.
static void wait_and_promise(PhysicalRegionImpl& impl, const InlineLauncher& launcher) {
  for (const PhaseBarrier& barrier : launcher.wait_barriers)
    wait_for(core::previous_phase({barrier.get_barrier().id}), "a phase barrier");
  if (!launcher.grants.empty()) wait_for(take_grants(launcher.grants), "a grant");
  if (launcher.arrive_barriers.empty() && launcher.grants.empty()) return;
  impl.end = std::make_unique<EndOfMapping>(launcher.arrive_barriers, realm::UserEvent::create());
  use_grants(launcher.grants, impl.end->event);
}

// `launcher`: what mappers are asked about, or null.
static PhysicalRegion map_inline(TaskContext& context, const RegionRequirement& requirement, const char* call,
                                 const InlineLauncher* launcher) {
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
  if (launcher) wait_and_promise(*impl, *launcher);
  if (launcher && launcher->layout_constraint_id) want_layout(*impl, launcher->layout_constraint_id);
  if (launcher) ask_mapper(context, *launcher, impl->wanted);
  map_again(context, region);
  context.inline_regions.push_back(region);
  return region;
}

PhysicalRegion map_inline(TaskContext& context, const RegionRequirement& requirement, const char* call) {
  return map_inline(context, requirement, call, nullptr);
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
  if (!impl.wanted.empty()) lay_out(context, impl);
}

static void keep_promises(PhysicalRegionImpl& impl) {
  const auto end = std::exchange(impl.end, nullptr);
  if (!end) return;
  for (PhaseBarrier& barrier : end->arrivals) barrier.arrive();
  end->event.trigger();
}

void unmap(TaskContext& context, PhysicalRegion& region) {
  PhysicalRegionImpl& impl = *region.impl();
  if (!impl.is_mapped) return;
  end_layout(impl);
  impl.is_mapped = false;
  if (context.task.variant.registrar.leaf_variant) return;
  const core::Region* mapped =
      context.core.forest().find_region(Handle::core_region(impl.requirement.region));
  if (!mapped) return;
  const api::MapDesc desc = map_desc(impl, *mapped);
  context.core.unmap(&desc, 1);
  keep_promises(impl);
}

void forget_context(PhysicalRegion& region) {
  if (!region.impl()) return;
  end_layout(*region.impl());
  keep_promises(*region.impl());
  region.impl()->context = nullptr;
  region.impl()->is_mapped = false;
}

void fail_several_places(const char* accessor) {
  realm::fatal_error(
      "error: %s is made for data that does not lie in one place; ask for one piece (PieceIterator), or use "
      "a "
      "MultiAffineAccessor",
      accessor);
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
                                                   int dim, ReductionOpID redop, bool with_padding,
                                                   const Domain& within) const {
  using namespace Internal;
  const PhysicalRegionImpl& impl = need(impl_, "an accessor");
  const RegionRequirement& requirement = impl.requirement;
  const core::Region& region = region_of(requirement.region);
  const std::string handle = name_of(requirement.region);
  const FieldSpace space = requirement.region.get_field_space();
  const std::string name = field_name(space, field);
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
  // Launches of programs in Regent do not say what it is a number of.
  if (redop && requirement.redop && requirement.privilege == LEGION_REDUCE && redop != requirement.redop)
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
  placement.space = domain_of(requirement.region.get_index_space());
  const LaidOutField* laid_out = impl.layout ? impl.layout->find(field) : nullptr;
  if (with_padding && !laid_out && !region.domain.is_empty())
    realm::fatal_error("error: %s makes a PaddingAccessor for field %s of %s, whose memory has no padding",
                       who(impl).c_str(), name.c_str(), handle.c_str());
  if (laid_out) place_in_layout(*laid_out, dim, with_padding, within, placement);
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
  const LaidOutField* laid_out = region.impl()->layout ? region.impl()->layout->find(field) : nullptr;
  core::for_each_box(region_of(region.get_logical_region()).domain, [&](const core::Box& box) {
    if (!laid_out) {
      pieces_.push_back(to_domain(box));
      return;
    }
    for (const LayoutPiece& piece : laid_out->pieces) {
      core::Box common = box;
      for (int d = 0; d < box.dim; d++) {
        common.lo[d] = std::max(common.lo[d], piece.bounds.lo[d]);
        common.hi[d] = std::min(common.hi[d], piece.bounds.hi[d]);
      }
      if (!common.is_empty()) pieces_.push_back(to_domain(common));
    }
  });
}

// ---- mapping by the running task

PhysicalRegion Internal::LaunchCalls::map_region(Context ctx, const InlineLauncher& launcher) {
  return Internal::map_inline(*ctx, launcher.requirement, "map_region", &launcher);
}

PhysicalRegion Internal::LaunchCalls::map_region(Context ctx, const RegionRequirement& req, MapperID id,
                                                 MappingTagID tag, const char* provenance) {
  return map_region(ctx, InlineLauncher(req, id, tag, 0, UntypedBuffer(), provenance ? provenance : ""));
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
