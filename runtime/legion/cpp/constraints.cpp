// What follows from a constraint, and what contradicts it.
#include "legion/constraints.h"

#include <algorithm>

namespace Legion {

namespace {

// Whether every x with `x a_kind a` has `x b_kind b`.
bool implies(EqualityKind a_kind, size_t a, EqualityKind b_kind, size_t b) {
  switch (a_kind) {
    case LEGION_EQ_EK:
      switch (b_kind) {
        case LEGION_LT_EK:
          return a < b;
        case LEGION_LE_EK:
          return a <= b;
        case LEGION_GT_EK:
          return a > b;
        case LEGION_GE_EK:
          return a >= b;
        case LEGION_EQ_EK:
          return a == b;
        default:
          return a != b;
      }
    case LEGION_LT_EK:
      return (b_kind == LEGION_LT_EK && a <= b) || (b_kind == LEGION_LE_EK && a <= b + 1) ||
             (b_kind == LEGION_NE_EK && b >= a);
    case LEGION_LE_EK:
      return (b_kind == LEGION_LT_EK && a < b) || (b_kind == LEGION_LE_EK && a <= b) ||
             (b_kind == LEGION_NE_EK && b > a);
    case LEGION_GT_EK:
      return (b_kind == LEGION_GT_EK && a >= b) || (b_kind == LEGION_GE_EK && a + 1 >= b) ||
             (b_kind == LEGION_NE_EK && b <= a);
    case LEGION_GE_EK:
      return (b_kind == LEGION_GT_EK && a > b) || (b_kind == LEGION_GE_EK && a >= b) ||
             (b_kind == LEGION_NE_EK && b < a);
    default:
      return b_kind == LEGION_NE_EK && a == b;
  }
}

EqualityKind negation(EqualityKind kind) {
  switch (kind) {
    case LEGION_LT_EK:
      return LEGION_GE_EK;
    case LEGION_LE_EK:
      return LEGION_GT_EK;
    case LEGION_GT_EK:
      return LEGION_LE_EK;
    case LEGION_GE_EK:
      return LEGION_LT_EK;
    case LEGION_EQ_EK:
      return LEGION_NE_EK;
    default:
      return LEGION_EQ_EK;
  }
}

// Whether no x has both.
bool excludes(EqualityKind a_kind, size_t a, EqualityKind b_kind, size_t b) {
  return implies(a_kind, a, negation(b_kind), b);
}

template <typename Container, typename Item>
bool has(const Container& container, const Item& item) {
  return std::find(container.begin(), container.end(), item) != container.end();
}

}  // namespace

void ProcessorConstraint::add_kind(Processor::Kind kind) {
  if (!can_use(kind)) valid_kinds.push_back(kind);
}

bool ProcessorConstraint::can_use(Processor::Kind kind) const {
  return has(valid_kinds, kind);
}

bool ProcessorConstraint::entails(const ProcessorConstraint& other) const {
  if (!other.is_valid()) return true;
  return is_valid() && std::all_of(valid_kinds.begin(), valid_kinds.end(),
                                   [&](Processor::Kind kind) { return other.can_use(kind); });
}

bool ProcessorConstraint::conflicts(const ProcessorConstraint& other) const {
  if (!is_valid() || !other.is_valid()) return false;
  return std::none_of(valid_kinds.begin(), valid_kinds.end(),
                      [&](Processor::Kind kind) { return other.can_use(kind); });
}

bool ResourceConstraint::entails(const ResourceConstraint& other) const {
  return resource_kind == other.resource_kind &&
         implies(equality_kind, value, other.equality_kind, other.value);
}

bool ResourceConstraint::conflicts(const ResourceConstraint& other) const {
  return resource_kind == other.resource_kind &&
         excludes(equality_kind, value, other.equality_kind, other.value);
}

bool ColocationConstraint::entails(const ColocationConstraint& other) const {
  if (!std::includes(indexes.begin(), indexes.end(), other.indexes.begin(), other.indexes.end()))
    return false;
  if (fields.empty()) return true;
  return !other.fields.empty() &&
         std::includes(fields.begin(), fields.end(), other.fields.begin(), other.fields.end());
}

bool SpecializedConstraint::operator==(const SpecializedConstraint& other) const {
  return kind == other.kind && redop == other.redop && max_pieces == other.max_pieces &&
         max_overhead == other.max_overhead && no_access == other.no_access && exact == other.exact;
}

bool SpecializedConstraint::entails(const SpecializedConstraint& other) const {
  if (other.kind == LEGION_NO_SPECIALIZE) return true;
  if (kind != other.kind) return false;
  if (other.redop != 0 && redop != other.redop) return false;
  if (other.exact && !exact) return false;
  return other.no_access || !no_access;
}

bool SpecializedConstraint::conflicts(const SpecializedConstraint& other) const {
  if (kind == LEGION_NO_SPECIALIZE || other.kind == LEGION_NO_SPECIALIZE) return false;
  return kind != other.kind || (redop != 0 && other.redop != 0 && redop != other.redop);
}

bool FieldConstraint::entails(const FieldConstraint& other) const {
  if (other.field_set.empty()) return true;
  size_t at = 0, first = 0;
  for (size_t k = 0; k < other.field_set.size(); ++k) {
    const auto found = std::find(field_set.begin(), field_set.end(), other.field_set[k]);
    if (found == field_set.end()) return false;
    const size_t place = static_cast<size_t>(found - field_set.begin());
    if (k == 0) first = place;
    if (other.inorder && (!inorder || (k > 0 && place < at))) return false;
    if (other.contiguous && other.inorder && place != first + k) return false;
    at = place;
  }
  return !other.contiguous || contiguous;
}

bool FieldConstraint::conflicts(const FieldConstraint& other) const {
  if (!inorder || !other.inorder) return false;
  // The order of the fields that both name.
  std::vector<FieldID> mine, others;
  for (FieldID field : field_set)
    if (has(other.field_set, field)) mine.push_back(field);
  for (FieldID field : other.field_set)
    if (has(field_set, field)) others.push_back(field);
  return mine != others;
}

namespace {

std::vector<DimensionKind> counted(const OrderingConstraint& constraint, unsigned total_dims) {
  std::vector<DimensionKind> result;
  for (DimensionKind dim : constraint.ordering) {
    if (!OrderingConstraint::is_skip_dimension(dim, total_dims)) result.push_back(dim);
  }
  return result;
}

}  // namespace

bool OrderingConstraint::entails(const OrderingConstraint& other, unsigned total_dims) const {
  const auto mine = counted(*this, total_dims), others = counted(other, total_dims);
  if (others.empty()) return true;
  if (other.contiguous && !contiguous && mine.size() < others.size()) return false;
  size_t at = 0;
  for (DimensionKind dim : others) {
    const auto found = std::find(mine.begin() + static_cast<ptrdiff_t>(at), mine.end(), dim);
    if (found == mine.end()) return false;
    const size_t place = static_cast<size_t>(found - mine.begin());
    if (other.contiguous && at > 0 && place != at) return false;
    at = place + 1;
  }
  return true;
}

bool OrderingConstraint::conflicts(const OrderingConstraint& other, unsigned total_dims) const {
  std::vector<DimensionKind> mine, others;
  for (DimensionKind dim : counted(*this, total_dims))
    if (has(other.ordering, dim)) mine.push_back(dim);
  for (DimensionKind dim : counted(other, total_dims))
    if (has(ordering, dim)) others.push_back(dim);
  return mine != others;
}

bool DimensionConstraint::entails(const DimensionConstraint& other) const {
  return kind == other.kind && implies(eqk, value, other.eqk, other.value);
}

bool DimensionConstraint::conflicts(const DimensionConstraint& other) const {
  return kind == other.kind && excludes(eqk, value, other.eqk, other.value);
}

bool AlignmentConstraint::entails(const AlignmentConstraint& other) const {
  if (fid != other.fid) return false;
  // A multiple of a larger power of two is one of a smaller one.
  if (eqk == LEGION_EQ_EK && other.eqk == LEGION_EQ_EK)
    return other.alignment > 0 && alignment % other.alignment == 0;
  return implies(eqk, alignment, other.eqk, other.alignment);
}

bool AlignmentConstraint::conflicts(const AlignmentConstraint& other) const {
  if (fid != other.fid || (eqk == LEGION_EQ_EK && other.eqk == LEGION_EQ_EK)) return false;
  return excludes(eqk, alignment, other.eqk, other.alignment);
}

bool PaddingConstraint::entails(const PaddingConstraint& other) const {
  for (int k = 0; k < 2 * other.delta.dim; ++k) {
    if (other.delta.rect_data[k] <= 0) continue;
    if (delta.dim != other.delta.dim || delta.rect_data[k] < other.delta.rect_data[k]) return false;
  }
  return true;
}

bool PaddingConstraint::conflicts(const PaddingConstraint& other) const {
  if (delta.dim == 0 || other.delta.dim == 0) return false;
  if (delta.dim != other.delta.dim) return true;
  for (int k = 0; k < 2 * delta.dim; ++k) {
    const coord_t a = delta.rect_data[k], b = other.delta.rect_data[k];
    if (a >= 0 && b >= 0 && a != b) return true;
  }
  return false;
}

bool LayoutConstraintSet::operator==(const LayoutConstraintSet& other) const {
  return specialized_constraint == other.specialized_constraint &&
         field_constraint == other.field_constraint && memory_constraint == other.memory_constraint &&
         pointer_constraint == other.pointer_constraint && padding_constraint == other.padding_constraint &&
         ordering_constraint == other.ordering_constraint && tiling_constraints == other.tiling_constraints &&
         dimension_constraints == other.dimension_constraints &&
         alignment_constraints == other.alignment_constraints &&
         offset_constraints == other.offset_constraints;
}

namespace {

template <typename Constraint>
const LayoutConstraint* first_not_entailed(const std::vector<Constraint>& mine,
                                           const std::vector<Constraint>& others) {
  for (const Constraint& other : others) {
    if (std::none_of(mine.begin(), mine.end(), [&](const Constraint& c) { return c.entails(other); }))
      return &other;
  }
  return nullptr;
}

template <typename Constraint>
const LayoutConstraint* first_conflict(const std::vector<Constraint>& mine,
                                       const std::vector<Constraint>& others) {
  for (const Constraint& other : others) {
    if (std::any_of(mine.begin(), mine.end(), [&](const Constraint& c) { return c.conflicts(other); }))
      return &other;
  }
  return nullptr;
}

bool report(const LayoutConstraint* found, const LayoutConstraint** failed) {
  if (found && failed) *failed = found;
  return found != nullptr;
}

}  // namespace

bool LayoutConstraintSet::entails(const LayoutConstraintSet& other, unsigned total_dims,
                                  const LayoutConstraint** failed, bool test_pointer) const {
  const LayoutConstraint* found = nullptr;
  if (!specialized_constraint.entails(other.specialized_constraint)) {
    found = &other.specialized_constraint;
  } else if (!field_constraint.entails(other.field_constraint)) {
    found = &other.field_constraint;
  } else if (!memory_constraint.entails(other.memory_constraint)) {
    found = &other.memory_constraint;
  } else if (test_pointer && !pointer_constraint.entails(other.pointer_constraint)) {
    found = &other.pointer_constraint;
  } else if (!padding_constraint.entails(other.padding_constraint)) {
    found = &other.padding_constraint;
  } else if (!ordering_constraint.entails(other.ordering_constraint, total_dims)) {
    found = &other.ordering_constraint;
  }
  if (!found) found = first_not_entailed(tiling_constraints, other.tiling_constraints);
  if (!found) found = first_not_entailed(dimension_constraints, other.dimension_constraints);
  if (!found) found = first_not_entailed(alignment_constraints, other.alignment_constraints);
  if (!found) found = first_not_entailed(offset_constraints, other.offset_constraints);
  return !report(found, failed);
}

bool LayoutConstraintSet::conflicts(const LayoutConstraintSet& other, unsigned total_dims,
                                    const LayoutConstraint** failed) const {
  const LayoutConstraint* found = nullptr;
  if (specialized_constraint.conflicts(other.specialized_constraint)) {
    found = &other.specialized_constraint;
  } else if (field_constraint.conflicts(other.field_constraint)) {
    found = &other.field_constraint;
  } else if (memory_constraint.conflicts(other.memory_constraint)) {
    found = &other.memory_constraint;
  } else if (pointer_constraint.conflicts(other.pointer_constraint)) {
    found = &other.pointer_constraint;
  } else if (padding_constraint.conflicts(other.padding_constraint)) {
    found = &other.padding_constraint;
  } else if (ordering_constraint.conflicts(other.ordering_constraint, total_dims)) {
    found = &other.ordering_constraint;
  }
  if (!found) found = first_conflict(tiling_constraints, other.tiling_constraints);
  if (!found) found = first_conflict(dimension_constraints, other.dimension_constraints);
  if (!found) found = first_conflict(alignment_constraints, other.alignment_constraints);
  if (!found) found = first_conflict(offset_constraints, other.offset_constraints);
  return report(found, failed);
}

// ---- sets

ExecutionConstraintSet& ExecutionConstraintSet::add_constraint(const ResourceConstraint& constraint) {
  resource_constraints.push_back(constraint);
  return *this;
}
ExecutionConstraintSet& ExecutionConstraintSet::add_constraint(const LaunchConstraint& constraint) {
  launch_constraints.push_back(constraint);
  return *this;
}
ExecutionConstraintSet& ExecutionConstraintSet::add_constraint(const ColocationConstraint& constraint) {
  colocation_constraints.push_back(constraint);
  return *this;
}
LayoutConstraintSet& LayoutConstraintSet::add_constraint(const SpecializedConstraint& constraint) {
  specialized_constraint = constraint;
  return *this;
}
LayoutConstraintSet& LayoutConstraintSet::add_constraint(const FieldConstraint& constraint) {
  field_constraint = constraint;
  return *this;
}
LayoutConstraintSet& LayoutConstraintSet::add_constraint(const MemoryConstraint& constraint) {
  memory_constraint = constraint;
  return *this;
}
LayoutConstraintSet& LayoutConstraintSet::add_constraint(const OrderingConstraint& constraint) {
  ordering_constraint = constraint;
  return *this;
}
LayoutConstraintSet& LayoutConstraintSet::add_constraint(const TilingConstraint& constraint) {
  tiling_constraints.push_back(constraint);
  return *this;
}
LayoutConstraintSet& LayoutConstraintSet::add_constraint(const DimensionConstraint& constraint) {
  dimension_constraints.push_back(constraint);
  return *this;
}
LayoutConstraintSet& LayoutConstraintSet::add_constraint(const AlignmentConstraint& constraint) {
  alignment_constraints.push_back(constraint);
  return *this;
}
LayoutConstraintSet& LayoutConstraintSet::add_constraint(const OffsetConstraint& constraint) {
  offset_constraints.push_back(constraint);
  return *this;
}
LayoutConstraintSet& LayoutConstraintSet::add_constraint(const PointerConstraint& constraint) {
  pointer_constraint = constraint;
  return *this;
}
LayoutConstraintSet& LayoutConstraintSet::add_constraint(const PaddingConstraint& constraint) {
  padding_constraint = constraint;
  return *this;
}

TaskLayoutConstraintSet& TaskLayoutConstraintSet::add_layout_constraint(unsigned index,
                                                                        LayoutConstraintID layout) {
  layouts.insert({index, layout});
  return *this;
}

}  // namespace Legion
