// The memory of a region that a task has mapped and that is laid out in another way than the region's own,
// which is a structure of arrays with the first dimension contiguous: rows, arrays of structures, tiles,
// padding. The elements are copied there when the region is mapped, and back when the mapping ends or the
// task launches something.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "legion/constraints.h"
#include "runtime/legion/box.h"
#include "runtime/legion/cpp/convert.h"

namespace Legion::Internal {

// Elements at equal distances in each dimension: point p lies at `base` plus the sum of p[d] * strides[d]
// bytes.
struct LayoutPiece {
  core::Box bounds;
  // With the room around it.
  core::Box padded;
  uintptr_t base = 0;
  std::array<size_t, LEGION_MAX_DIM> strides = {};
};

struct LaidOutField {
  FieldID id = 0;
  size_t bytes = 0;
  std::vector<LayoutPiece> pieces;
};

struct ArgumentLayout {
  ArgumentLayout() = default;
  ArgumentLayout(const ArgumentLayout&) = delete;
  ArgumentLayout& operator=(const ArgumentLayout&) = delete;
  ~ArgumentLayout();

  // Null when the field lies in the region's own memory.
  const LaidOutField* find(FieldID field) const;

  std::vector<LaidOutField> fields;
  std::vector<void*> memory;
};

// What constraints ask of the memory of some fields.
struct LayoutWish {
  // The fastest dimension first; empty: the region's own order.
  std::vector<DimensionKind> order;
  // Elements before and behind the region in each dimension.
  std::array<coord_t, LEGION_MAX_DIM> before = {}, behind = {};
  // By dimension; a constraint whose value is 0 asks for nothing.
  std::array<TilingConstraint, LEGION_MAX_DIM> tiles = {};
  // Bytes; 0: that of the field's type.
  size_t alignment = 0;
  // Fields side by side.
  bool is_contiguous = false;

  void add(const LayoutConstraintSet& constraints);
  // Whether the region's own memory is like that. `fields`: how many there are.
  bool is_natural(int dim, size_t fields) const;
  bool operator==(const LayoutWish& other) const;
};
// Null, or the constraint that no memory of a region of `dim` dimensions can fulfil.
const LayoutConstraint* impossible_constraint(const LayoutConstraintSet& constraints, int dim);

// Null when the region's own memory is what `asked` wants of the fields; those of other fields are left out.
// Sets that name fields go before those that do not. `who` is named when there is not enough memory.
std::shared_ptr<ArgumentLayout> make_layout(const LogicalRegion& region, const std::set<FieldID>& fields,
                                            const std::vector<const LayoutConstraintSet*>& asked,
                                            const std::string& who);
// From the region's own memory, and back: `fields` only.
void copy_to_layout(const ArgumentLayout& layout, const LogicalRegion& region,
                    const std::set<FieldID>& fields);
void copy_from_layout(const ArgumentLayout& layout, const LogicalRegion& region,
                      const std::set<FieldID>& fields);

}  // namespace Legion::Internal
