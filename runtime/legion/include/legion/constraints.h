// Constraints on where variants of tasks run and how their instances are laid out. Source: Legion's API,
// section 9.
//
// `a.entails(b)`: whatever satisfies `a` satisfies `b`. `a.conflicts(b)`: nothing satisfies both.
#pragma once

#include <sys/types.h>

#include <map>
#include <set>
#include <vector>

#include "legion/handles.h"

namespace Legion {

// ---- of execution

class ISAConstraint {
 public:
  static const ExecutionConstraintKind constraint_kind = LEGION_ISA_CONSTRAINT;
  uint64_t isa_prop;

  ISAConstraint(uint64_t prop = 0) : isa_prop(prop) {}
  bool operator==(const ISAConstraint& other) const { return isa_prop == other.isa_prop; }
  bool operator!=(const ISAConstraint& other) const { return !(*this == other); }
  bool entails(const ISAConstraint& other) const { return (isa_prop & other.isa_prop) == other.isa_prop; }
  bool conflicts(const ISAConstraint&) const { return false; }
};

class ProcessorConstraint {
 public:
  static const ExecutionConstraintKind constraint_kind = LEGION_PROCESSOR_CONSTRAINT;
  std::vector<Processor::Kind> valid_kinds;

  ProcessorConstraint(Processor::Kind kind = Processor::NO_KIND) {
    if (kind != Processor::NO_KIND) valid_kinds.push_back(kind);
  }
  bool operator==(const ProcessorConstraint& other) const { return valid_kinds == other.valid_kinds; }
  bool operator!=(const ProcessorConstraint& other) const { return !(*this == other); }
  bool is_valid() const { return !valid_kinds.empty(); }
  void add_kind(Processor::Kind kind);
  bool can_use(Processor::Kind kind) const;
  bool entails(const ProcessorConstraint& other) const;
  bool conflicts(const ProcessorConstraint& other) const;
};

class ResourceConstraint {
 public:
  static const ExecutionConstraintKind constraint_kind = LEGION_RESOURCE_CONSTRAINT;
  ResourceKind resource_kind = LEGION_L1_CACHE_SIZE;
  EqualityKind equality_kind = LEGION_GE_EK;
  size_t value = 0;

  ResourceConstraint() = default;
  ResourceConstraint(ResourceKind resource, EqualityKind equality, size_t wanted)
      : resource_kind(resource), equality_kind(equality), value(wanted) {}
  bool operator==(const ResourceConstraint& other) const {
    return resource_kind == other.resource_kind && equality_kind == other.equality_kind &&
           value == other.value;
  }
  bool entails(const ResourceConstraint& other) const;
  bool conflicts(const ResourceConstraint& other) const;
};

class LaunchConstraint {
 public:
  static const ExecutionConstraintKind constraint_kind = LEGION_LAUNCH_CONSTRAINT;
  LaunchKind launch_kind = LEGION_CTA_SHAPE;
  size_t values[3] = {};
  int dims = 0;

  LaunchConstraint() = default;
  LaunchConstraint(LaunchKind kind, size_t value) : launch_kind(kind), dims(1) { values[0] = value; }
  LaunchConstraint(LaunchKind kind, const size_t* value, int count) : launch_kind(kind), dims(count) {
    for (int k = 0; k < count && k < 3; k++) values[k] = value[k];
  }
  bool operator==(const LaunchConstraint& other) const {
    return launch_kind == other.launch_kind && dims == other.dims && values[0] == other.values[0] &&
           values[1] == other.values[1] && values[2] == other.values[2];
  }
  bool entails(const LaunchConstraint& other) const { return *this == other; }
  bool conflicts(const LaunchConstraint& other) const {
    return launch_kind == other.launch_kind && !(*this == other);
  }
};

// Requirements that share an instance for some fields; none given: all.
class ColocationConstraint {
 public:
  static const ExecutionConstraintKind constraint_kind = LEGION_COLOCATION_CONSTRAINT;
  std::set<FieldID> fields;
  std::set<unsigned> indexes;

  ColocationConstraint() = default;
  ColocationConstraint(unsigned index1, unsigned index2) : indexes{index1, index2} {}
  ColocationConstraint(unsigned index1, unsigned index2, FieldID field)
      : fields{field}, indexes{index1, index2} {}
  ColocationConstraint(unsigned index1, unsigned index2, const std::set<FieldID>& fields_in)
      : fields(fields_in), indexes{index1, index2} {}
  ColocationConstraint(const std::vector<unsigned>& indexes_in, const std::set<FieldID>& fields_in)
      : fields(fields_in), indexes(indexes_in.begin(), indexes_in.end()) {}
  bool operator==(const ColocationConstraint& other) const {
    return fields == other.fields && indexes == other.indexes;
  }
  bool entails(const ColocationConstraint& other) const;
  bool conflicts(const ColocationConstraint&) const { return false; }
};

class ExecutionConstraintSet {
 public:
  ISAConstraint isa_constraint;
  ProcessorConstraint processor_constraint;
  std::vector<ResourceConstraint> resource_constraints;
  std::vector<LaunchConstraint> launch_constraints;
  std::vector<ColocationConstraint> colocation_constraints;

  ExecutionConstraintSet& add_constraint(const ISAConstraint& constraint) {
    isa_constraint = constraint;
    return *this;
  }
  ExecutionConstraintSet& add_constraint(const ProcessorConstraint& constraint) {
    processor_constraint = constraint;
    return *this;
  }
  ExecutionConstraintSet& add_constraint(const ResourceConstraint& constraint);
  ExecutionConstraintSet& add_constraint(const LaunchConstraint& constraint);
  ExecutionConstraintSet& add_constraint(const ColocationConstraint& constraint);
  bool operator==(const ExecutionConstraintSet& other) const {
    return isa_constraint == other.isa_constraint && processor_constraint == other.processor_constraint &&
           resource_constraints == other.resource_constraints &&
           launch_constraints == other.launch_constraints &&
           colocation_constraints == other.colocation_constraints;
  }
};

// ---- of layout

class SpecializedConstraint;
class MemoryConstraint;
class FieldConstraint;
class OrderingConstraint;
class TilingConstraint;
class DimensionConstraint;
class AlignmentConstraint;
class OffsetConstraint;
class PointerConstraint;
class PaddingConstraint;

class LayoutConstraint {
 public:
  virtual ~LayoutConstraint() = default;
  virtual LayoutConstraintKind get_constraint_kind() const = 0;
#define LEGION_AS(Type, name)                   \
  virtual Type* as_##name() { return nullptr; } \
  virtual const Type* as_##name() const { return nullptr; }
  LEGION_AS(SpecializedConstraint, specialized_constraint)
  LEGION_AS(MemoryConstraint, memory_constraint)
  LEGION_AS(FieldConstraint, field_constraint)
  LEGION_AS(OrderingConstraint, ordering_constraint)
  LEGION_AS(TilingConstraint, tiling_constraint)
  LEGION_AS(DimensionConstraint, dimension_constraint)
  LEGION_AS(AlignmentConstraint, alignment_constraint)
  LEGION_AS(OffsetConstraint, offset_constraint)
  LEGION_AS(PointerConstraint, pointer_constraint)
  LEGION_AS(PaddingConstraint, padding_constraint)
#undef LEGION_AS
};

#define LEGION_LAYOUT_CONSTRAINT(Type, name, kind_value)          \
  static const LayoutConstraintKind constraint_kind = kind_value; \
  LayoutConstraintKind get_constraint_kind() const override {     \
    return constraint_kind;                                       \
  }                                                               \
  Type* as_##name() override {                                    \
    return this;                                                  \
  }                                                               \
  const Type* as_##name() const override {                        \
    return this;                                                  \
  }                                                               \
  bool operator!=(const Type& other) const {                      \
    return !(*this == other);                                     \
  }

class SpecializedConstraint : public LayoutConstraint {
 public:
  LEGION_LAYOUT_CONSTRAINT(SpecializedConstraint, specialized_constraint, LEGION_SPECIALIZED_CONSTRAINT)
  SpecializedKind kind;
  ReductionOpID redop;
  size_t max_pieces;
  int max_overhead;  // per cent
  bool no_access;
  bool exact;

  SpecializedConstraint(SpecializedKind kind_in = LEGION_AFFINE_SPECIALIZE, ReductionOpID redop_in = 0,
                        bool no_access_in = false, bool exact_in = false, size_t max_pieces_in = SIZE_MAX,
                        int max_overhead_in = 0)
      : kind(kind_in),
        redop(redop_in),
        max_pieces(max_pieces_in),
        max_overhead(max_overhead_in),
        no_access(no_access_in),
        exact(exact_in) {}
  bool operator==(const SpecializedConstraint& other) const;
  bool entails(const SpecializedConstraint& other) const;
  bool conflicts(const SpecializedConstraint& other) const;
  SpecializedKind get_kind() const { return kind; }
  ReductionOpID get_reduction_op() const { return redop; }
  bool is_affine() const {
    return kind == LEGION_AFFINE_SPECIALIZE || kind == LEGION_AFFINE_REDUCTION_SPECIALIZE;
  }
  bool is_compact() const {
    return kind == LEGION_COMPACT_SPECIALIZE || kind == LEGION_COMPACT_REDUCTION_SPECIALIZE;
  }
  bool is_virtual() const { return kind == LEGION_VIRTUAL_SPECIALIZE; }
  bool is_reduction() const {
    return kind == LEGION_AFFINE_REDUCTION_SPECIALIZE || kind == LEGION_COMPACT_REDUCTION_SPECIALIZE;
  }
  bool is_file() const { return kind >= LEGION_GENERIC_FILE_SPECIALIZE; }
  bool is_normal() const { return kind == LEGION_AFFINE_SPECIALIZE || kind == LEGION_COMPACT_SPECIALIZE; }
  bool is_no_access() const { return no_access; }
  bool is_exact() const { return exact; }
};

class MemoryConstraint : public LayoutConstraint {
 public:
  LEGION_LAYOUT_CONSTRAINT(MemoryConstraint, memory_constraint, LEGION_MEMORY_CONSTRAINT)
  Memory::Kind kind = Memory::NO_MEMKIND;
  bool has_kind = false;

  MemoryConstraint() = default;
  MemoryConstraint(Memory::Kind kind_in) : kind(kind_in), has_kind(true) {}
  bool operator==(const MemoryConstraint& other) const {
    return kind == other.kind && has_kind == other.has_kind;
  }
  bool is_valid() const { return has_kind; }
  Memory::Kind get_kind() const { return kind; }
  bool entails(const MemoryConstraint& other) const { return !other.has_kind || *this == other; }
  bool conflicts(const MemoryConstraint& other) const {
    return has_kind && other.has_kind && kind != other.kind;
  }
};

class FieldConstraint : public LayoutConstraint {
 public:
  LEGION_LAYOUT_CONSTRAINT(FieldConstraint, field_constraint, LEGION_FIELD_CONSTRAINT)
  std::vector<FieldID> field_set;
  bool contiguous;
  bool inorder;

  FieldConstraint(bool contiguous_in = false, bool inorder_in = false)
      : contiguous(contiguous_in), inorder(inorder_in) {}
  FieldConstraint(const std::vector<FieldID>& fields, bool contiguous_in, bool inorder_in = true)
      : field_set(fields), contiguous(contiguous_in), inorder(inorder_in) {}
  FieldConstraint(const std::set<FieldID>& fields, bool contiguous_in, bool inorder_in = true)
      : field_set(fields.begin(), fields.end()), contiguous(contiguous_in), inorder(inorder_in) {}
  bool operator==(const FieldConstraint& other) const {
    return field_set == other.field_set && contiguous == other.contiguous && inorder == other.inorder;
  }
  bool is_contiguous() const { return contiguous; }
  bool is_inorder() const { return inorder; }
  const std::vector<FieldID>& get_field_set() const { return field_set; }
  bool entails(const FieldConstraint& other) const;
  bool conflicts(const FieldConstraint& other) const;
};

// Dimensions, the fastest first.
class OrderingConstraint : public LayoutConstraint {
 public:
  LEGION_LAYOUT_CONSTRAINT(OrderingConstraint, ordering_constraint, LEGION_ORDERING_CONSTRAINT)
  std::vector<DimensionKind> ordering;
  bool contiguous;

  OrderingConstraint(bool contiguous_in = false) : contiguous(contiguous_in) {}
  OrderingConstraint(const std::vector<DimensionKind>& ordering_in, bool contiguous_in)
      : ordering(ordering_in), contiguous(contiguous_in) {}
  bool operator==(const OrderingConstraint& other) const {
    return ordering == other.ordering && contiguous == other.contiguous;
  }
  // Dimensions that a region of `total_dims` dimensions lacks do not count; 0: all count.
  bool entails(const OrderingConstraint& other, unsigned total_dims) const;
  bool conflicts(const OrderingConstraint& other, unsigned total_dims) const;
  static bool is_skip_dimension(DimensionKind dim, unsigned total_dims) {
    return total_dims > 0 && dim != LEGION_DIM_F && static_cast<unsigned>(dim) >= total_dims;
  }
};

// A dimension cut into tiles: `value` of them (`tiles`), or of that size.
class TilingConstraint : public LayoutConstraint {
 public:
  LEGION_LAYOUT_CONSTRAINT(TilingConstraint, tiling_constraint, LEGION_TILING_CONSTRAINT)
  DimensionKind dim = LEGION_DIM_X;
  size_t value = 0;
  bool tiles = false;

  TilingConstraint() = default;
  TilingConstraint(DimensionKind dim_in) : dim(dim_in), tiles(true) {}
  TilingConstraint(DimensionKind dim_in, size_t value_in, bool tiles_in = false)
      : dim(dim_in), value(value_in), tiles(tiles_in) {}
  bool operator==(const TilingConstraint& other) const {
    return dim == other.dim && value == other.value && tiles == other.tiles;
  }
  bool entails(const TilingConstraint& other) const { return *this == other; }
  bool conflicts(const TilingConstraint& other) const { return dim == other.dim && !(*this == other); }
};

class DimensionConstraint : public LayoutConstraint {
 public:
  LEGION_LAYOUT_CONSTRAINT(DimensionConstraint, dimension_constraint, LEGION_DIMENSION_CONSTRAINT)
  DimensionKind kind = LEGION_DIM_X;
  EqualityKind eqk = LEGION_EQ_EK;
  size_t value = 0;

  DimensionConstraint() = default;
  DimensionConstraint(DimensionKind dim, EqualityKind eq, size_t value_in)
      : kind(dim), eqk(eq), value(value_in) {}
  bool operator==(const DimensionConstraint& other) const {
    return kind == other.kind && eqk == other.eqk && value == other.value;
  }
  bool entails(const DimensionConstraint& other) const;
  bool conflicts(const DimensionConstraint& other) const;
};

class AlignmentConstraint : public LayoutConstraint {
 public:
  LEGION_LAYOUT_CONSTRAINT(AlignmentConstraint, alignment_constraint, LEGION_ALIGNMENT_CONSTRAINT)
  FieldID fid = 0;
  EqualityKind eqk = LEGION_EQ_EK;
  size_t alignment = 0;  // bytes

  AlignmentConstraint() = default;
  AlignmentConstraint(FieldID field, EqualityKind kind, size_t byte_boundary)
      : fid(field), eqk(kind), alignment(byte_boundary) {}
  bool operator==(const AlignmentConstraint& other) const {
    return fid == other.fid && eqk == other.eqk && alignment == other.alignment;
  }
  bool entails(const AlignmentConstraint& other) const;
  bool conflicts(const AlignmentConstraint& other) const;
};

class OffsetConstraint : public LayoutConstraint {
 public:
  LEGION_LAYOUT_CONSTRAINT(OffsetConstraint, offset_constraint, LEGION_OFFSET_CONSTRAINT)
  FieldID fid = 0;
  off_t offset = 0;

  OffsetConstraint() = default;
  OffsetConstraint(FieldID field, size_t offset_in) : fid(field), offset(static_cast<off_t>(offset_in)) {}
  bool operator==(const OffsetConstraint& other) const { return fid == other.fid && offset == other.offset; }
  bool entails(const OffsetConstraint& other) const { return *this == other; }
  bool conflicts(const OffsetConstraint& other) const { return fid == other.fid && offset != other.offset; }
};

class PointerConstraint : public LayoutConstraint {
 public:
  LEGION_LAYOUT_CONSTRAINT(PointerConstraint, pointer_constraint, LEGION_POINTER_CONSTRAINT)
  bool is_valid = false;
  Memory memory = Memory::NO_MEMORY;
  uintptr_t ptr = 0;

  PointerConstraint() = default;
  PointerConstraint(Memory memory_in, uintptr_t address) : is_valid(true), memory(memory_in), ptr(address) {}
  bool operator==(const PointerConstraint& other) const {
    return is_valid == other.is_valid && memory == other.memory && ptr == other.ptr;
  }
  bool entails(const PointerConstraint& other) const { return !other.is_valid || *this == other; }
  bool conflicts(const PointerConstraint& other) const {
    return is_valid && other.is_valid && !(*this == other);
  }
};

// Room around the region: `delta.lo()` elements before it, `delta.hi()` behind it in each dimension; -1: any.
class PaddingConstraint : public LayoutConstraint {
 public:
  LEGION_LAYOUT_CONSTRAINT(PaddingConstraint, padding_constraint, LEGION_PADDING_CONSTRAINT)
  Domain delta;

  PaddingConstraint() = default;
  PaddingConstraint(const Domain& delta_in) : delta(delta_in) {}
  PaddingConstraint(const DomainPoint& lower, const DomainPoint& upper) : delta(lower, upper) {}
  bool operator==(const PaddingConstraint& other) const { return delta == other.delta; }
  bool entails(const PaddingConstraint& other) const;
  bool conflicts(const PaddingConstraint& other) const;
};
#undef LEGION_LAYOUT_CONSTRAINT

class LayoutConstraintSet {
 public:
  SpecializedConstraint specialized_constraint;
  FieldConstraint field_constraint;
  MemoryConstraint memory_constraint;
  PointerConstraint pointer_constraint;
  PaddingConstraint padding_constraint;
  OrderingConstraint ordering_constraint;
  std::vector<TilingConstraint> tiling_constraints;
  std::vector<DimensionConstraint> dimension_constraints;
  std::vector<AlignmentConstraint> alignment_constraints;
  std::vector<OffsetConstraint> offset_constraints;

  // Replaces the constraint of this kind, or adds one more.
  LayoutConstraintSet& add_constraint(const SpecializedConstraint& constraint);
  LayoutConstraintSet& add_constraint(const FieldConstraint& constraint);
  LayoutConstraintSet& add_constraint(const MemoryConstraint& constraint);
  LayoutConstraintSet& add_constraint(const OrderingConstraint& constraint);
  LayoutConstraintSet& add_constraint(const TilingConstraint& constraint);
  LayoutConstraintSet& add_constraint(const DimensionConstraint& constraint);
  LayoutConstraintSet& add_constraint(const AlignmentConstraint& constraint);
  LayoutConstraintSet& add_constraint(const OffsetConstraint& constraint);
  LayoutConstraintSet& add_constraint(const PointerConstraint& constraint);
  LayoutConstraintSet& add_constraint(const PaddingConstraint& constraint);

  bool operator==(const LayoutConstraintSet& other) const;
  bool operator!=(const LayoutConstraintSet& other) const { return !(*this == other); }
  // `*failed` is the first constraint of `other` that does not follow, or that conflicts.
  bool entails(const LayoutConstraintSet& other, unsigned total_dims = 0,
               const LayoutConstraint** failed = nullptr, bool test_pointer = true) const;
  bool conflicts(const LayoutConstraintSet& other, unsigned total_dims = 0,
                 const LayoutConstraint** failed = nullptr) const;
};

class TaskLayoutConstraintSet {
 public:
  // By requirement.
  std::multimap<unsigned, LayoutConstraintID> layouts;

  TaskLayoutConstraintSet& add_layout_constraint(unsigned index, LayoutConstraintID layout);
};

}  // namespace Legion
