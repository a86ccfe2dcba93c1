// Layouts that a variant wants for its arguments. Regions are structures of arrays with the first dimension
// contiguous; an argument that is wanted in another order is copied to memory of its own while the body runs.
#include <algorithm>
#include <mutex>

#include "runtime/legion/cpp/attachment.h"
#include "runtime/legion/cpp/launch_shape.h"
#include "runtime/legion/cpp/trees.h"

namespace Legion::Internal {

// The order that a variant wants for argument `index`; empty when it does not say.
static std::vector<DimensionKind> wanted_order(const Variant& variant, unsigned index) {
  std::vector<DimensionKind> order;
  const auto& layouts = variant.registrar.layout_constraints.layouts;
  Registry& registry = Registry::get();
  std::shared_lock lock(registry.mutex);
  for (auto it = layouts.lower_bound(index); it != layouts.end() && it->first == index; ++it) {
    auto found = registry.layouts.find(it->second);
    if (found == registry.layouts.end()) continue;
    const std::vector<DimensionKind>& ordering = found->second.constraints.ordering_constraint.ordering;
    if (!ordering.empty()) order = ordering;
  }
  return order;
}

void lay_out_argument(TaskContext& context, unsigned index, PhysicalRegionImpl& impl) {
  const Variant& variant = context.task.variant;
  if (variant.registrar.layout_constraints.layouts.empty() || !impl.is_mapped || is_shared(impl.requirement))
    return;
  const std::vector<DimensionKind> order = wanted_order(variant, index);
  if (order.empty()) return;
  auto at = [&](DimensionKind dim) { return std::find(order.begin(), order.end(), dim); };
  auto layout = std::make_shared<Attachment>();
  const RegionRequirement& requirement = impl.requirement;
  layout->fields.assign(requirement.privilege_fields.begin(), requirement.privilege_fields.end());
  layout->is_soa = order.front() != LEGION_DIM_F || layout->fields.size() == 1;
  layout->is_column_major = at(LEGION_DIM_Y) == order.end() || at(LEGION_DIM_X) < at(LEGION_DIM_Y) ||
                            requirement.region.get_dim() == 1;
  if (layout->is_soa && layout->is_column_major) return;
  for (FieldID field : layout->fields) layout->alignments[field] = 16;
  impl.layout_memory.resize(layout_of(*layout, requirement.region).bytes + 16);
  const auto start = reinterpret_cast<uintptr_t>(impl.layout_memory.data());
  layout->base = reinterpret_cast<char*>((start + 15) / 16 * 16);
  impl.layout = std::move(layout);
  if (requirement.privilege & (LEGION_READ_PRIV | LEGION_REDUCE_PRIV))
    copy_out(*impl.layout, requirement.region);
}

void write_back_argument(PhysicalRegionImpl& impl) {
  if (!impl.layout) return;
  if (impl.requirement.privilege & (LEGION_WRITE_PRIV | LEGION_REDUCE_PRIV))
    copy_in(*impl.layout, impl.requirement.region);
  impl.layout.reset();
}

void place_in_layout(const PhysicalRegionImpl& impl, FieldID field, FieldPlacement& placement) {
  const Attachment& layout = *impl.layout;
  const auto number = static_cast<size_t>(std::find(layout.fields.begin(), layout.fields.end(), field) -
                                          layout.fields.begin());
  const ExternalLayout external = layout_of(layout, impl.requirement.region);
  const core::Box& box = region_of(impl.requirement.region).domain.box;
  placement.base = reinterpret_cast<uintptr_t>(layout.base) + external.field_offsets[number];
  for (int d = 0; d < box.dim; d++) {
    placement.strides[d] = external.strides[number][d];
    placement.base -= static_cast<uintptr_t>(box.lo[d]) * placement.strides[d];
  }
}

}  // namespace Legion::Internal
