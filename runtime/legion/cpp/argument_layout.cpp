#include "runtime/legion/cpp/argument_layout.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>

#include "runtime/legion/cpp/trees.h"
#include "runtime/legion/instance.h"
#include "runtime/realm/fatal.h"

namespace Legion::Internal {

namespace {

// Fields of a region begin at multiples of this.
constexpr size_t kOwnAlignment = 64;

bool is_dimension(DimensionKind kind, int dim) {
  return kind >= LEGION_DIM_X && kind < LEGION_DIM_X + dim;
}

// All dimensions and LEGION_DIM_F: first those that are named.
std::vector<DimensionKind> whole_order(const std::vector<DimensionKind>& named, int dim) {
  std::vector<DimensionKind> order;
  auto add = [&](DimensionKind kind) {
    if (kind != LEGION_DIM_F && !is_dimension(kind, dim)) return;
    if (std::find(order.begin(), order.end(), kind) == order.end()) order.push_back(kind);
  };
  for (DimensionKind kind : named) add(kind);
  for (int d = 0; d < dim; ++d) add(static_cast<DimensionKind>(LEGION_DIM_X + d));
  add(LEGION_DIM_F);
  return order;
}

size_t natural_alignment(size_t bytes) {
  size_t alignment = 1;
  while (alignment < 16 && bytes % (alignment * 2) == 0) alignment *= 2;
  return alignment;
}

size_t aligned(size_t offset, size_t unit) {
  return (offset + unit - 1) / unit * unit;
}

}  // namespace

void LayoutWish::add(const LayoutConstraintSet& constraints) {
  if (!constraints.ordering_constraint.ordering.empty()) order = constraints.ordering_constraint.ordering;
  const Domain& delta = constraints.padding_constraint.delta;
  for (int d = 0; d < delta.get_dim(); ++d) {
    const auto at = static_cast<size_t>(d);
    before[at] = std::max(before[at], delta.rect_data[d]);
    behind[at] = std::max(behind[at], delta.rect_data[delta.get_dim() + d]);
  }
  for (const TilingConstraint& tiling : constraints.tiling_constraints) {
    if (is_dimension(tiling.dim, LEGION_MAX_DIM))
      tiles[static_cast<size_t>(tiling.dim - LEGION_DIM_X)] = tiling;
  }
  for (const AlignmentConstraint& asked : constraints.alignment_constraints) {
    if (asked.eqk == LEGION_EQ_EK || asked.eqk == LEGION_GE_EK)
      alignment = std::max(alignment, asked.alignment);
  }
  is_contiguous |= constraints.field_constraint.contiguous;
}

bool LayoutWish::is_natural(int dim, size_t fields) const {
  std::vector<DimensionKind> wanted = whole_order(order, dim);
  if (fields == 1) {
    std::erase(wanted, LEGION_DIM_F);
    wanted.push_back(LEGION_DIM_F);
  }
  for (int d = 0; d < dim; ++d) {
    const auto at = static_cast<size_t>(d);
    if (wanted[at] != static_cast<DimensionKind>(LEGION_DIM_X + d)) return false;
    if (before[at] > 0 || behind[at] > 0 || tiles[at].value > 0) return false;
  }
  return alignment <= kOwnAlignment && !(is_contiguous && fields > 1);
}

bool LayoutWish::operator==(const LayoutWish& other) const {
  return order == other.order && before == other.before && behind == other.behind && tiles == other.tiles &&
         alignment == other.alignment && is_contiguous == other.is_contiguous;
}

const LayoutConstraint* impossible_constraint(const LayoutConstraintSet& constraints, int dim) {
  if (constraints.specialized_constraint.is_virtual() || constraints.specialized_constraint.is_file())
    return &constraints.specialized_constraint;
  if (constraints.pointer_constraint.is_valid) return &constraints.pointer_constraint;
  for (const OffsetConstraint& offset : constraints.offset_constraints) {
    if (offset.offset != 0) return &offset;
  }
  for (const AlignmentConstraint& alignment : constraints.alignment_constraints) {
    const size_t bytes = alignment.alignment;
    if ((alignment.eqk == LEGION_EQ_EK || alignment.eqk == LEGION_GE_EK) &&
        (bytes & (bytes - 1) || bytes > size_t{1} << 21))
      return &alignment;
  }
  LayoutWish wish;
  wish.add(constraints);
  bool is_tiled = false;
  for (int d = 0; d < dim; ++d) is_tiled |= wish.tiles[static_cast<size_t>(d)].value > 0;
  const Domain& delta = constraints.padding_constraint.delta;
  for (int d = 0; d < delta.get_dim(); ++d) {
    const bool is_padded = delta.rect_data[d] > 0 || delta.rect_data[delta.get_dim() + d] > 0;
    if (is_padded && (is_tiled || d >= dim)) return &constraints.padding_constraint;
  }
  return nullptr;
}

ArgumentLayout::~ArgumentLayout() {
  for (void* block : memory) free(block);
}

const LaidOutField* ArgumentLayout::find(FieldID field) const {
  for (const LaidOutField& laid_out : fields) {
    if (laid_out.id == field) return &laid_out;
  }
  return nullptr;
}

namespace {

// Fields that are laid out together.
struct Group {
  LayoutWish wish;
  std::vector<FieldID> fields;
};

std::vector<Group> group_fields(const std::set<FieldID>& fields,
                                const std::vector<const LayoutConstraintSet*>& asked) {
  // In the order in which constraints name them.
  std::vector<FieldID> ordered;
  for (const LayoutConstraintSet* constraints : asked) {
    for (FieldID field : constraints->field_constraint.field_set) {
      if (fields.count(field) && std::find(ordered.begin(), ordered.end(), field) == ordered.end())
        ordered.push_back(field);
    }
  }
  const std::vector<FieldID> named = ordered;
  for (FieldID field : fields) {
    if (std::find(named.begin(), named.end(), field) == named.end()) ordered.push_back(field);
  }
  std::vector<Group> groups;
  for (FieldID field : ordered) {
    LayoutWish wish;
    bool is_named = false;
    for (const LayoutConstraintSet* constraints : asked) {
      const std::vector<FieldID>& set = constraints->field_constraint.field_set;
      if (std::find(set.begin(), set.end(), field) == set.end()) continue;
      is_named = true;
      wish.add(*constraints);
    }
    for (const LayoutConstraintSet* constraints : asked) {
      if (!is_named && constraints->field_constraint.field_set.empty()) wish.add(*constraints);
    }
    auto same =
        std::find_if(groups.begin(), groups.end(), [&](const Group& group) { return group.wish == wish; });
    if (same == groups.end()) same = groups.insert(groups.end(), Group{wish, {}});
    same->fields.push_back(field);
  }
  return groups;
}

// The boxes that a region's bounds are cut into.
std::vector<LayoutPiece> cut(const core::Box& bounds, const LayoutWish& wish) {
  const std::vector<DimensionKind> order = whole_order(wish.order, bounds.dim);
  std::vector<LayoutPiece> pieces(1);
  pieces.front().bounds = bounds;
  // The fastest dimension's tiles follow each other.
  for (auto kind = order.rbegin(); kind != order.rend(); ++kind) {
    if (*kind == LEGION_DIM_F) continue;
    const int d = *kind - LEGION_DIM_X;
    const TilingConstraint& tiling = wish.tiles[static_cast<size_t>(d)];
    if (tiling.value == 0) continue;
    const uint64_t extent = bounds.extent(d);
    const auto size =
        static_cast<int64_t>(tiling.tiles ? (extent + tiling.value - 1) / tiling.value : tiling.value);
    std::vector<LayoutPiece> finer;
    for (const LayoutPiece& piece : pieces) {
      for (int64_t lo = bounds.lo[d]; lo <= bounds.hi[d]; lo += size) {
        finer.push_back(piece);
        finer.back().bounds.lo[d] = lo;
        finer.back().bounds.hi[d] = std::min(bounds.hi[d], lo + size - 1);
      }
    }
    pieces = std::move(finer);
  }
  for (LayoutPiece& piece : pieces) {
    piece.padded = piece.bounds;
    for (int d = 0; d < bounds.dim; ++d) {
      piece.padded.lo[d] -= wish.before[static_cast<size_t>(d)];
      piece.padded.hi[d] += wish.behind[static_cast<size_t>(d)];
    }
  }
  return pieces;
}

// The elements of one piece of some fields behind `start`: gives each field its piece, and how many bytes
// there are.
size_t place_piece(const LayoutPiece& piece, const Group& group, const std::vector<LaidOutField*>& fields,
                   size_t start) {
  const core::Box& box = piece.padded;
  const std::vector<DimensionKind> order = whole_order(group.wish.order, box.dim);
  size_t total = 0, widest = 1;
  std::vector<size_t> blocks, offsets(fields.size());
  for (const LaidOutField* field : fields) blocks.push_back(field->bytes);
  std::vector<LayoutPiece> placed(fields.size(), piece);
  bool is_behind_fields = false;
  for (DimensionKind kind : order) {
    if (kind == LEGION_DIM_F) {
      for (size_t f = 0; f < fields.size(); ++f) {
        const size_t unit = std::max(natural_alignment(fields[f]->bytes), group.wish.alignment);
        widest = std::max(widest, unit);
        offsets[f] = total = aligned(total, unit);
        total += blocks[f];
      }
      total = aligned(total, widest);
      is_behind_fields = true;
      continue;
    }
    const int d = kind - LEGION_DIM_X;
    for (size_t f = 0; f < fields.size(); ++f) {
      placed[f].strides[static_cast<size_t>(d)] = is_behind_fields ? total : blocks[f];
      blocks[f] *= box.extent(d);
    }
    if (is_behind_fields) total *= box.extent(d);
  }
  for (size_t f = 0; f < fields.size(); ++f) {
    placed[f].base = start + offsets[f];
    for (int d = 0; d < box.dim; ++d)
      placed[f].base -= static_cast<uintptr_t>(box.lo[d]) * placed[f].strides[static_cast<size_t>(d)];
    fields[f]->pieces.push_back(placed[f]);
  }
  return total;
}

void place_group(const Group& group, const core::Region& region, const FieldSpaceImpl& space,
                 ArgumentLayout& layout, const std::string& who) {
  const size_t first = layout.fields.size();
  for (FieldID field : group.fields) layout.fields.push_back({field, space.size_of(field), {}});
  std::vector<LaidOutField*> fields;
  for (size_t f = first; f < layout.fields.size(); ++f) fields.push_back(&layout.fields[f]);
  const std::vector<LayoutPiece> pieces = cut(region.domain.box, group.wish);
  const size_t unit = std::max<size_t>(kOwnAlignment, group.wish.alignment);
  // Twice: first for the size, then for the places.
  size_t bytes = 0;
  std::vector<size_t> starts;
  for (const LayoutPiece& piece : pieces) {
    starts.push_back(bytes);
    bytes = aligned(bytes + place_piece(piece, group, fields, 0), unit);
  }
  for (LaidOutField* field : fields) field->pieces.clear();
  void* block = aligned_alloc(unit, std::max(bytes, unit));
  if (!block)
    palatine::realm::fatal_error(
        "error: out of memory: %s needs %zu bytes for an argument with a layout of its own", who.c_str(),
        bytes);
  memset(block, 0, std::max(bytes, unit));
  layout.memory.push_back(block);
  for (size_t k = 0; k < pieces.size(); ++k)
    place_piece(pieces[k], group, fields, reinterpret_cast<uintptr_t>(block) + starts[k]);
}

template <size_t BYTES>
void copy_row(char* to, size_t to_stride, const char* from, size_t from_stride, uint64_t count, size_t) {
  for (; count > 0; --count, to += to_stride, from += from_stride) memcpy(to, from, BYTES);
}
template <>
void copy_row<0>(char* to, size_t to_stride, const char* from, size_t from_stride, uint64_t count,
                 size_t bytes) {
  for (; count > 0; --count, to += to_stride, from += from_stride) memcpy(to, from, bytes);
}

// The elements of `box` of one field between a piece and the region's own memory.
void copy_box(const LayoutPiece& piece, size_t bytes, const api::FieldAddress& own, const core::Box& box,
              bool to_piece) {
  auto* row = bytes == 4 ? &copy_row<4> : bytes == 8 ? &copy_row<8> : &copy_row<0>;
  core::Box starts = box;
  starts.hi[0] = starts.lo[0];
  const uint64_t rows = starts.volume();
  const auto own_stride = static_cast<size_t>(own.stride_bytes[0]);
  for (uint64_t k = 0; k < rows; ++k) {
    int64_t p[core::kMaxDim];
    starts.point_at(k, p);
    auto inside = reinterpret_cast<uintptr_t>(own.base);
    uintptr_t there = piece.base;
    for (int d = 0; d < box.dim; ++d) {
      inside += static_cast<uintptr_t>(p[d]) * static_cast<uintptr_t>(own.stride_bytes[d]);
      there += static_cast<uintptr_t>(p[d]) * piece.strides[static_cast<size_t>(d)];
    }
    auto* a = reinterpret_cast<char*>(inside);
    auto* b = reinterpret_cast<char*>(there);
    if (to_piece) {
      row(b, piece.strides[0], a, own_stride, box.extent(0), bytes);
    } else {
      row(a, own_stride, b, piece.strides[0], box.extent(0), bytes);
    }
  }
}

void copy_elements(const ArgumentLayout& layout, const LogicalRegion& handle, const std::set<FieldID>& fields,
                   bool to_layout) {
  const core::Region& region = region_of(handle);
  const FieldSpaceImpl& space = field_space_of(handle.get_field_space(), "an argument");
  for (const LaidOutField& field : layout.fields) {
    if (!fields.count(field.id)) continue;
    const api::FieldAddress own = core::field_address(*region.root, space.slot_of(field.id));
    core::for_each_box(region.domain, [&](const core::Box& points) {
      for (const LayoutPiece& piece : field.pieces) {
        core::Box common = points;
        for (int d = 0; d < common.dim; ++d) {
          common.lo[d] = std::max(common.lo[d], piece.bounds.lo[d]);
          common.hi[d] = std::min(common.hi[d], piece.bounds.hi[d]);
        }
        if (!common.is_empty()) copy_box(piece, field.bytes, own, common, to_layout);
      }
    });
  }
}

}  // namespace

std::shared_ptr<ArgumentLayout> make_layout(const LogicalRegion& handle, const std::set<FieldID>& fields,
                                            const std::vector<const LayoutConstraintSet*>& asked,
                                            const std::string& who) {
  const core::Region& region = region_of(handle);
  const FieldSpaceImpl& space = field_space_of(handle.get_field_space(), "an argument");
  const int dim = region.domain.box.dim;
  if (region.domain.is_empty()) return nullptr;
  std::shared_ptr<ArgumentLayout> layout;
  for (const Group& group : group_fields(fields, asked)) {
    if (group.wish.is_natural(dim, group.fields.size())) continue;
    if (!layout) layout = std::make_shared<ArgumentLayout>();
    place_group(group, region, space, *layout, who);
  }
  return layout;
}

void copy_to_layout(const ArgumentLayout& layout, const LogicalRegion& region,
                    const std::set<FieldID>& fields) {
  copy_elements(layout, region, fields, true);
}

void copy_from_layout(const ArgumentLayout& layout, const LogicalRegion& region,
                      const std::set<FieldID>& fields) {
  copy_elements(layout, region, fields, false);
}

}  // namespace Legion::Internal
