// Scratch fields: fields of a region beside the declared ones, which a task has for itself and for what it
// launches.
//
// A region of a program that allocates some is made with room for them: so many more fields of each kind,
// which take memory when they are first used, as all do. So nothing about a tree changes while others look at
// it, and `with_scratch_fields` is a view (view.h). Tasks that have disjoint parts of a region, as the points
// of an index launch do, share a field. It is given back when all is complete that its task launched: the
// next task that gets it is launched by nobody who has to wait for that.
#include <algorithm>
#include <string>

#include "runtime/legion/context.h"
#include "runtime/legion/run_after.h"

namespace palatine::legion {

namespace {

using Uses = std::vector<RootRegion::ScratchUse>;

// The declared field that a field is like.
uint32_t model_of(const RootRegion& root, uint32_t field) {
  return field < root.declared_count ? field : (field - root.declared_count) / root.scratch_count;
}

Uses& uses_of(const RootRegion& root, uint32_t field) {
  return root.scratch_uses[field - root.declared_count];
}

OwnedDomain domain_of(const Region& region) {
  if (region.is_root()) return region.root->own_domain;
  return region.parent->is_regular ? OwnedDomain(region.domain.box) : region.parent->domains[region.color];
}

// Whether nobody has the field at the region's points.
bool is_free(const Region& region, uint32_t field) {
  return std::ranges::none_of(uses_of(*region.root, field),
                              [&](const auto& use) { return overlaps(use.domain, region.domain); });
}

}  // namespace

void ContextImpl::allocate_scratch_fields(std::span<const api::Region> regions,
                                          std::span<const uint16_t> fields, uint32_t* ids,
                                          api::SourceLoc loc) {
  if (regions.empty()) api::runtime_error("attempting to allocate scratch fields for empty list", loc);
  std::vector<const Region*> nodes;
  for (const api::Region& handle : regions) nodes.push_back(&region(handle.id, loc));
  for (const Region* node : nodes) {
    if (node->root->scratch_count == 0)
      api::runtime_error("a region that C code made has no scratch fields", loc);
  }
  // All are alike.
  const RootRegion& first = *nodes[0]->root;
  std::lock_guard lock(forest().scratch_mutex);
  for (size_t k = 0; k < fields.size(); ++k) {
    const uint32_t model = model_of(first, forest().views().field(regions[0].view, fields[k]));
    const uint32_t begin = first.declared_count + model * first.scratch_count;
    const uint32_t end = begin + first.scratch_count;
    uint32_t field = begin;
    while (field < end && !std::ranges::all_of(nodes, [&](auto* node) { return is_free(*node, field); }))
      ++field;
    if (field == end) {
      const std::string message = "too many scratch fields like `" + std::string(first.fields[model].name) +
                                  "` of region `" + first.name + "` at a time: there are " +
                                  std::to_string(first.scratch_count);
      api::runtime_error(message.c_str(), loc);
    }
    for (const Region* node : nodes) take_scratch_field(*node, field);
    ids[k] = field;
  }
}

void ContextImpl::take_scratch_field(const Region& region, uint32_t field) {
  uses_of(*region.root, field).push_back({unique_id(), domain_of(region)});
  if (std::ranges::find(scratch_fields_, std::pair(region.root, field)) != scratch_fields_.end()) return;
  forest().add_reference(*region.root);
  scratch_fields_.emplace_back(region.root, field);
}

void ContextImpl::use_scratch_field(const Region& region, uint32_t field, api::SourceLoc loc) {
  const RootRegion& root = *region.root;
  const std::string name = "field " + std::to_string(field) + " of region `" + root.name + "`";
  std::lock_guard lock(forest().scratch_mutex);
  const bool is_mine =
      std::ranges::any_of(scratch_fields_, [&](const auto& entry) { return entry.second == field; });
  if (!is_mine || field < root.declared_count || field >= root.fields.size())
    api::runtime_error((name + " is no scratch field that this task has allocated").c_str(), loc);
  bool is_known = false;
  for (const auto& use : uses_of(root, field)) {
    if (use.task != unique_id() && overlaps(use.domain, region.domain))
      api::runtime_error((name + " was allocated for other points").c_str(), loc);
    is_known = is_known || (use.task == unique_id() && surely_contains(use.domain, region.domain));
  }
  if (!is_known) take_scratch_field(region, field);
}

void ContextImpl::give_back_scratch_fields() {
  run_after(all_over(), [task = unique_id(), fields = std::move(scratch_fields_), &trees = forest()] {
    {
      std::lock_guard lock(trees.scratch_mutex);
      for (const auto& [root, field] : fields)
        std::erase_if(uses_of(*root, field), [task](const auto& use) { return use.task == task; });
    }
    for (const auto& [root, field] : fields) trees.drop_reference(*root);
  });
}

}  // namespace palatine::legion

namespace palatine::api {

using legion::ContextImpl;

void Context::allocate_scratch_fields(const Region* regions, uint64_t region_count, const uint16_t* fields,
                                      uint32_t count, uint32_t* ids, SourceLoc loc) {
  ContextImpl::of(*this).allocate_scratch_fields({regions, region_count}, {fields, count}, ids, loc);
}

Region Context::with_scratch_fields(Region region, const uint16_t* fields, const uint32_t* ids,
                                    uint32_t count, SourceLoc loc) {
  ContextImpl& context = ContextImpl::of(*this);
  const legion::Region& node = context.region(region.id, loc);
  const legion::RootRegion& root = *node.root;
  legion::Views& views = context.forest().views();
  const uint32_t all = region.view == 0 ? root.declared_count : views.field_count(region.view);
  std::vector<uint16_t> numbers(all);
  for (uint32_t k = 0; k < all; ++k) numbers[k] = static_cast<uint16_t>(views.field(region.view, k));
  for (uint32_t k = 0; k < count; ++k) {
    // Also a field of the region itself.
    if (std::ranges::find(numbers, ids[k]) == numbers.end()) context.use_scratch_field(node, ids[k], loc);
    if (root.fields[ids[k]].size_bytes != root.fields[numbers[fields[k]]].size_bytes)
      runtime_error("a scratch field has another type than the field that it stands for", loc);
    numbers[fields[k]] = static_cast<uint16_t>(ids[k]);
  }
  return {region.id, views.compose(0, numbers.data(), all)};
}

}  // namespace palatine::api
