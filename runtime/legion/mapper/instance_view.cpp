#include "runtime/legion/mapper/instance_view.h"

#include <algorithm>

#include "runtime/legion/mapper/cpp_face.h"
#include "runtime/legion/mapper/descriptions.h"
#include "runtime/legion/region_tree.h"

namespace palatine::legion {

namespace {

// More instances of one tree than this are forgotten, the oldest first: only `find` notices.
constexpr size_t kRemembered = 64;

// The order of dimensions that the data has.
bool has_order(const Legion::OrderingConstraint& asked, int dim) {
  Legion::OrderingConstraint own;
  for (int d = 0; d < dim; ++d) {
    own.ordering.push_back(static_cast<Legion::DimensionKind>(LEGION_DIM_X + d));
  }
  own.ordering.push_back(LEGION_DIM_F);
  // Dimensions that are named, in the order in which they are named.
  size_t at = 0;
  for (Legion::DimensionKind kind : asked.ordering) {
    if (Legion::OrderingConstraint::is_skip_dimension(kind, static_cast<unsigned>(dim))) continue;
    while (at < own.ordering.size() && own.ordering[at] != kind) {
      if (asked.contiguous) return false;
      ++at;
    }
    if (at == own.ordering.size()) return false;
    ++at;
  }
  return true;
}

// The number of a field in its root; -1 when the root lacks it.
int slot_of(const RootRegion& root, Legion::FieldSpace space, Legion::FieldID field) {
  if (cpp_face) return cpp_face->slot_of(space, field);
  return field < root.fields.size() ? static_cast<int>(field) : -1;
}

std::set<Legion::FieldID> all_fields(const RootRegion& root, Legion::FieldSpace space) {
  std::set<Legion::FieldID> fields;
  if (cpp_face) {
    for (Legion::FieldID field : cpp_face->fields_of(space)) fields.insert(field);
  } else {
    for (uint32_t k = 0; k < root.fields.size(); ++k) fields.insert(k);
  }
  return fields;
}

// Of so many elements.
size_t bytes_of(const RootRegion& root, Legion::FieldSpace space, const std::set<Legion::FieldID>& fields,
                size_t volume) {
  size_t bytes = 0;
  for (Legion::FieldID field : fields) {
    const int slot = slot_of(root, space, field);
    if (slot >= 0) bytes += volume * root.fields[static_cast<size_t>(slot)].size_bytes;
  }
  return bytes;
}

// Whether tasks get memory of their own because of the constraints.
bool needs_own_memory(const InstanceViews::Request& request, size_t fields) {
  return cpp_face && cpp_face->needs_own_memory(request.constraints, request.root->domain.box.dim, fields);
}

bool contains(const Legion::Domain& outer, const Legion::Domain& inner) {
  if (inner.empty()) return true;
  for (int d = 0; d < inner.get_dim(); ++d) {
    if (outer.rect_data[d] > inner.rect_data[d] ||
        outer.rect_data[outer.get_dim() + d] < inner.rect_data[inner.get_dim() + d]) {
      return false;
    }
  }
  return true;
}

// A tight instance has no more points than its regions.
bool is_tight(const InstanceViews::Request& request) {
  return (request.is_tight || request.constraints.specialized_constraint.is_exact()) && !request.is_whole;
}

}  // namespace

bool InstanceView::covers(const Box& box) const {
  return contains(domain, to_domain(Domain{box, nullptr}));
}

bool InstanceViews::check(const Request& request, const Legion::LayoutConstraint** unsat) const {
  const Legion::LayoutConstraintSet& asked = request.constraints;
  auto refuse = [&](const Legion::LayoutConstraint& constraint) {
    if (unsat) *unsat = &constraint;
    return false;
  };
  if (request.memory != memory_) return refuse(asked.memory_constraint);
  if (asked.memory_constraint.is_valid() && asked.memory_constraint.get_kind() != memory_.kind()) {
    return refuse(asked.memory_constraint);
  }
  for (Legion::FieldID field : asked.field_constraint.field_set) {
    if (slot_of(*request.root, request.field_space, field) < 0) return refuse(asked.field_constraint);
  }
  if (!cpp_face) return check_layout(request, unsat);
  const Legion::LayoutConstraint* impossible = cpp_face->impossible(asked, request.root->domain.box.dim);
  return impossible ? refuse(*impossible) : true;
}

bool InstanceViews::check_layout(const Request& request, const Legion::LayoutConstraint** unsat) const {
  const Legion::LayoutConstraintSet& asked = request.constraints;
  auto refuse = [&](const Legion::LayoutConstraint& constraint) {
    if (unsat) *unsat = &constraint;
    return false;
  };
  const Legion::SpecializedConstraint& special = asked.specialized_constraint;
  if (special.is_virtual() || special.is_file()) return refuse(special);
  if (special.is_exact() && !request.is_whole) return refuse(special);
  if (request.is_tight && !request.is_whole) return refuse(special);
  const int dim = request.root->domain.box.dim;
  if (!has_order(asked.ordering_constraint, dim)) return refuse(asked.ordering_constraint);
  // Fields lie apart from each other.
  if (asked.field_constraint.contiguous && asked.field_constraint.field_set.size() > 1) {
    return refuse(asked.field_constraint);
  }
  if (!asked.tiling_constraints.empty()) return refuse(asked.tiling_constraints.front());
  if (asked.pointer_constraint.is_valid) return refuse(asked.pointer_constraint);
  for (const Legion::OffsetConstraint& offset : asked.offset_constraints) {
    if (offset.offset != 0) return refuse(offset);
  }
  for (const Legion::AlignmentConstraint& alignment : asked.alignment_constraints) {
    if (alignment.eqk == LEGION_EQ_EK || alignment.eqk == LEGION_GE_EK) {
      // Fields begin at multiples of 64 bytes.
      if (alignment.alignment > 64) return refuse(alignment);
    }
  }
  const Legion::Domain& delta = asked.padding_constraint.delta;
  for (int d = 0; d < delta.get_dim(); ++d) {
    if (delta.lo()[static_cast<unsigned>(d)] > 0 || delta.hi()[static_cast<unsigned>(d)] > 0) {
      return refuse(asked.padding_constraint);
    }
  }
  return true;
}

InstancePointer InstanceViews::make(RootRegion& root, Legion::FieldSpace field_space,
                                    Legion::RegionTreeID tree_id) {
  // Trees that are gone.
  if (next_id_ % 1024 == 0) {
    std::erase_if(by_root_, [&](const auto& entry) { return !forest_.find_region(entry.first); });
    std::erase_if(valid_, [&](const auto& entry) { return !forest_.find_region(entry.first); });
  }
  auto view = std::make_shared<InstanceView>();
  view->id = next_id_++;
  view->root = root.id;
  view->field_space = field_space;
  view->tree_id = tree_id;
  view->domain = to_domain(root.domain);
  view->memory = memory_;
  view->layout.add_constraint(Legion::SpecializedConstraint());
  view->layout.add_constraint(Legion::MemoryConstraint(memory_.kind()));
  std::vector<Legion::DimensionKind> ordering;
  for (int d = 0; d < root.domain.box.dim; ++d) {
    ordering.push_back(static_cast<Legion::DimensionKind>(LEGION_DIM_X + d));
  }
  ordering.push_back(LEGION_DIM_F);
  view->layout.add_constraint(Legion::OrderingConstraint(ordering, false));
  std::list<InstancePointer>& list = by_root_[root.id];
  list.push_back(view);
  if (list.size() > kRemembered) list.pop_front();
  return view;
}

InstancePointer InstanceViews::whole(RootRegion& root, Legion::FieldSpace field_space,
                                     Legion::RegionTreeID tree_id) {
  const std::set<Legion::FieldID> fields = all_fields(root, field_space);
  std::lock_guard lock(mutex_);
  for (const InstancePointer& view : by_root_[root.id]) {
    if (view->kind == InstanceView::Kind::normal && view->fields == fields && !view->is_partial &&
        !view->has_own_memory) {
      return view;
    }
  }
  InstancePointer view = make(root, field_space, tree_id);
  view->fields = fields;
  view->layout.add_constraint(Legion::FieldConstraint(view->fields, false, false));
  view->size_bytes = bytes_of(root, view->field_space, view->fields, root.domain.box.volume());
  return view;
}

InstancePointer InstanceViews::create(const Request& request, size_t* footprint,
                                      const Legion::LayoutConstraint** unsat) {
  if (unsat) *unsat = nullptr;
  if (!check(request, unsat)) return nullptr;
  RootRegion& root = *request.root;
  const std::vector<Legion::FieldID>& asked = request.constraints.field_constraint.field_set;
  std::set<Legion::FieldID> fields(asked.begin(), asked.end());
  if (fields.empty()) fields = all_fields(root, request.field_space);
  // Fields that have memory need none.
  std::set<Legion::FieldID> missing;
  for (Legion::FieldID field : fields) {
    const auto slot = static_cast<size_t>(slot_of(root, request.field_space, field));
    if (!root.storage[slot].address.load(std::memory_order_acquire)) missing.insert(field);
  }
  const size_t whole = root.domain.box.volume();
  const size_t needed = bytes_of(root, request.field_space, missing, whole);
  const bool is_partial = is_tight(request);
  const size_t volume = is_partial ? request.bounds.get_volume() : whole;
  if (footprint) *footprint = bytes_of(root, request.field_space, fields, volume);
  if (needed > forest_.memory().free_bytes()) return nullptr;
  std::lock_guard lock(mutex_);
  InstancePointer view = make(root, request.field_space, request.tree_id);
  view->fields = std::move(fields);
  view->size_bytes = bytes_of(root, view->field_space, view->fields, volume);
  view->layout.add_constraint(Legion::FieldConstraint(view->fields, false, false));
  if (is_partial) {
    view->is_partial = true;
    view->domain = request.bounds;
  }
  const Legion::SpecializedConstraint& special = request.constraints.specialized_constraint;
  if (needs_own_memory(request, view->fields.size())) {
    view->has_own_memory = true;
    const Legion::LayoutConstraintSet& wanted = request.constraints;
    if (!wanted.field_constraint.field_set.empty()) view->layout.field_constraint = wanted.field_constraint;
    if (!wanted.ordering_constraint.ordering.empty())
      view->layout.ordering_constraint = wanted.ordering_constraint;
    view->layout.padding_constraint = wanted.padding_constraint;
    view->layout.tiling_constraints = wanted.tiling_constraints;
    view->layout.alignment_constraints = wanted.alignment_constraints;
  }
  if (cpp_face) {
    // Accessors take the elements for what they are in any case.
    if (special.is_compact()) view->layout.specialized_constraint = special;
    view->layout.specialized_constraint.exact = special.is_exact();
    view->layout.dimension_constraints = request.constraints.dimension_constraints;
  }
  if (special.is_reduction()) {
    view->kind = InstanceView::Kind::reduction;
    view->redop = special.get_reduction_op();
    view->layout.add_constraint(special);
  }
  return view;
}

bool InstanceViews::fits(const InstanceView& view, const Request& request) {
  const Legion::SpecializedConstraint& special = request.constraints.specialized_constraint;
  if (special.is_reduction() != (view.kind == InstanceView::Kind::reduction)) return false;
  if (special.is_reduction() && special.get_reduction_op() != view.redop) return false;
  for (Legion::FieldID field : request.constraints.field_constraint.field_set) {
    if (!view.fields.count(field)) return false;
  }
  if (!cpp_face) return true;
  if (is_tight(request) ? !(view.domain == request.bounds) : !contains(view.domain, request.bounds))
    return false;
  const size_t fields = view.fields.size();
  if (needs_own_memory(request, fields) != view.has_own_memory) return false;
  return !view.has_own_memory ||
         view.layout.entails(request.constraints, static_cast<unsigned>(view.domain.get_dim()));
}

InstancePointer InstanceViews::find(const Request& request) {
  std::vector<InstancePointer> all = find_all(request);
  if (!all.empty()) return all.front();
  // The tasks that made the data have made an instance.
  if (cpp_face && cpp_face->has_output(request.tree_id)) return create(request, nullptr, nullptr);
  return nullptr;
}

std::vector<InstancePointer> InstanceViews::find_all(const Request& request) {
  std::vector<InstancePointer> found;
  if (!check(request, nullptr)) return found;
  std::lock_guard lock(mutex_);
  for (const InstancePointer& view : by_root_[request.root->id]) {
    if (fits(*view, request)) found.push_back(view);
  }
  return found;
}

void InstanceViews::mark_valid(const RootRegion& root, const std::set<Legion::FieldID>& fields) {
  std::lock_guard lock(mutex_);
  valid_[root.id].insert(fields.begin(), fields.end());
}

bool InstanceViews::is_valid(const RootRegion& root, const std::set<Legion::FieldID>& fields) {
  std::lock_guard lock(mutex_);
  const std::set<Legion::FieldID>& valid = valid_[root.id];
  return std::any_of(fields.begin(), fields.end(), [&](Legion::FieldID field) { return valid.count(field); });
}

bool InstanceViews::is_alive(const InstanceView& view) const {
  return view.kind == InstanceView::Kind::virtual_ || forest_.find_region(view.root) != nullptr;
}

}  // namespace palatine::legion
