// Accessors: typed, element-wise access to a field of an instance.
//
//   AffineAccessor       one affine piece: a base address and strides; the fast one, meant for inner loops
//   MultiAffineAccessor  several affine pieces; remembers the last
//   GenericAccessor      any layout
//
// An accessor is a value; it does not keep its instance alive, and the instance's event must have triggered
// before it is made. Making one that the layout does not allow ends the program with a message; ask
// `is_compatible` first. Accesses are not checked, except when the program is compiled with
// REALM_ACCESSOR_DEBUG.
//
// Included by inst_layout.h. Source: Realm's public interface, chapter "Accessors".
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <ostream>
#include <vector>

#include "realm/inst_layout.h"

namespace Realm {

namespace detail {

// A field of an instance, found.
struct FieldPlace {
  const InstanceLayoutGeneric* layout;
  uintptr_t base;  // of the instance's first byte, plus the field's offset
  int list_idx;
};
// False when the instance has no such field, or no bytes yet.
REALM_PUBLIC_API bool find_field(RegionInstance inst, FieldID field_id, FieldPlace& place);
[[noreturn]] REALM_PUBLIC_API void incompatible_accessor(const char* accessor, RegionInstance inst,
                                                         FieldID field_id);
[[noreturn]] REALM_PUBLIC_API void access_out_of_bounds(RegionInstance inst);

// The affine piece that covers `subrect` (null: the whole space), or null. `base` then includes its offset.
template <int N, typename T>
const AffineLayoutPiece<N, T>* find_single_piece(RegionInstance inst, FieldID field_id,
                                                 const Rect<N, T>* subrect, uintptr_t& base, bool& is_empty) {
  FieldPlace place;
  is_empty = false;
  if (!find_field(inst, field_id, place)) return nullptr;
  const InstanceLayout<N, T>* layout = try_layout_as<N, T>(place.layout);
  if (!layout) return nullptr;
  const auto& pieces = layout->piece_lists[static_cast<size_t>(place.list_idx)].pieces;
  const Rect<N, T> wanted = subrect ? *subrect : layout->space.bounds;
  is_empty = wanted.empty() || pieces.empty();
  for (const InstanceLayoutPiece<N, T>* piece : pieces) {
    // The bounds of a space may be larger than its points, which a single piece always covers.
    const bool covers = piece->bounds.contains(wanted) || (!subrect && pieces.size() == 1);
    if (!covers) continue;
    if (piece->layout_type != PieceLayoutTypes::AffineLayoutType) return nullptr;
    const auto* affine = static_cast<const AffineLayoutPiece<N, T>*>(piece);
    base = place.base + affine->offset;
    return affine;
  }
  return nullptr;
}

}  // namespace detail

// ---- AffineAccessor

template <typename FT, int N, typename T = int>
class AffineAccessor {
 public:
  // Not usable before `reset`.
  REALM_CUDA_HD AffineAccessor() : base(0), strides(size_t(0)) {}
  AffineAccessor(RegionInstance inst, FieldID field_id, size_t subfield_offset = 0) {
    reset(inst, field_id, subfield_offset);
  }
  // Only points of `subrect` may be accessed.
  AffineAccessor(RegionInstance inst, FieldID field_id, const Rect<N, T>& subrect,
                 size_t subfield_offset = 0) {
    reset(inst, field_id, subrect, subfield_offset);
  }
  // Accesses `transform * p + offset` for p.
  template <int N2, typename T2>
  AffineAccessor(RegionInstance inst, const Matrix<N2, N, T2>& transform, const Point<N2, T2>& offset,
                 FieldID field_id, size_t subfield_offset = 0) {
    reset(inst, transform, offset, field_id, subfield_offset);
  }
  template <int N2, typename T2>
  AffineAccessor(RegionInstance inst, const Matrix<N2, N, T2>& transform, const Point<N2, T2>& offset,
                 FieldID field_id, const Rect<N, T>& subrect, size_t subfield_offset = 0) {
    reset(inst, transform, offset, field_id, subrect, subfield_offset);
  }

  static bool is_compatible(RegionInstance inst, FieldID field_id) {
    uintptr_t base;
    bool is_empty;
    return detail::find_single_piece<N, T>(inst, field_id, nullptr, base, is_empty) || is_empty;
  }
  static bool is_compatible(RegionInstance inst, FieldID field_id, const Rect<N, T>& subrect) {
    uintptr_t base;
    bool is_empty;
    return detail::find_single_piece<N, T>(inst, field_id, &subrect, base, is_empty) || is_empty;
  }
  template <int N2, typename T2>
  static bool is_compatible(RegionInstance inst, const Matrix<N2, N, T2>&, const Point<N2, T2>&,
                            FieldID field_id) {
    return AffineAccessor<FT, N2, T2>::is_compatible(inst, field_id);
  }
  template <int N2, typename T2>
  static bool is_compatible(RegionInstance inst, const Matrix<N2, N, T2>& transform,
                            const Point<N2, T2>& offset, FieldID field_id, const Rect<N, T>& subrect) {
    return AffineAccessor<FT, N2, T2>::is_compatible(inst, field_id,
                                                     subrect.apply_transform(transform, offset));
  }

  REALM_CUDA_HD void reset() {
    base = 0;
    strides = Point<N, size_t>(size_t(0));
  }
  void reset(RegionInstance inst, FieldID field_id, size_t subfield_offset = 0) {
    adopt(inst, field_id, nullptr, subfield_offset);
  }
  void reset(RegionInstance inst, FieldID field_id, const Rect<N, T>& subrect, size_t subfield_offset = 0) {
    adopt(inst, field_id, &subrect, subfield_offset);
  }
  template <int N2, typename T2>
  void reset(RegionInstance inst, const Matrix<N2, N, T2>& transform, const Point<N2, T2>& offset,
             FieldID field_id, size_t subfield_offset = 0) {
    AffineAccessor<FT, N2, T2> target(inst, field_id, subfield_offset);
    compose(target, transform, offset);
#ifdef REALM_ACCESSOR_DEBUG
    is_bounded = false;
#endif
  }
  template <int N2, typename T2>
  void reset(RegionInstance inst, const Matrix<N2, N, T2>& transform, const Point<N2, T2>& offset,
             FieldID field_id, const Rect<N, T>& subrect, size_t subfield_offset = 0) {
    AffineAccessor<FT, N2, T2> target(inst, field_id, subrect.apply_transform(transform, offset),
                                      subfield_offset);
    compose(target, transform, offset);
#ifdef REALM_ACCESSOR_DEBUG
    bounds = subrect;
    dbg_inst = inst;
    is_bounded = true;
#endif
  }

  REALM_CUDA_HD FT* ptr(const Point<N, T>& p) const {
#ifdef REALM_ACCESSOR_DEBUG
    if (is_bounded && !bounds.contains(p)) detail::access_out_of_bounds(dbg_inst);
#endif
    uintptr_t at = base;
    for (int i = 0; i < N; i++) at += static_cast<uintptr_t>(p[i]) * strides[i];
    return reinterpret_cast<FT*>(at);
  }
  REALM_CUDA_HD FT read(const Point<N, T>& p) const { return *ptr(p); }
  REALM_CUDA_HD void write(const Point<N, T>& p, FT newval) const { *ptr(p) = newval; }
  REALM_CUDA_HD FT& operator[](const Point<N, T>& p) const { return *ptr(p); }

  // Whether the elements of `rect` have no gaps between them, in any, Fortran or C order of the dimensions.
  REALM_CUDA_HD bool is_dense_arbitrary(const Rect<N, T>& rect) const {
    bool is_used[N] = {};
    size_t expected = sizeof(FT);
    for (int k = 0; k < N; k++) {
      int found = -1;
      for (int i = 0; i < N && found < 0; i++)
        if (!is_used[i] && (rect.lo[i] == rect.hi[i] || strides[i] == expected)) found = i;
      if (found < 0) return false;
      is_used[found] = true;
      if (rect.lo[found] != rect.hi[found]) expected *= extent(rect, found);
    }
    return true;
  }
  REALM_CUDA_HD bool is_dense_col_major(const Rect<N, T>& rect) const {
    size_t expected = sizeof(FT);
    for (int i = 0; i < N; i++) {
      if (rect.lo[i] != rect.hi[i] && strides[i] != expected) return false;
      expected *= extent(rect, i);
    }
    return true;
  }
  REALM_CUDA_HD bool is_dense_row_major(const Rect<N, T>& rect) const {
    size_t expected = sizeof(FT);
    for (int i = N - 1; i >= 0; i--) {
      if (rect.lo[i] != rect.hi[i] && strides[i] != expected) return false;
      expected *= extent(rect, i);
    }
    return true;
  }

#ifdef REALM_ACCESSOR_DEBUG
  Rect<N, T> bounds;
  RegionInstance dbg_inst;
  bool is_bounded = false;
#endif
  uintptr_t base;
  Point<N, size_t> strides;

 private:
  REALM_CUDA_HD static size_t extent(const Rect<N, T>& rect, int dim) {
    return static_cast<size_t>(rect.hi[dim]) - static_cast<size_t>(rect.lo[dim]) + 1;
  }
  void adopt(RegionInstance inst, FieldID field_id, const Rect<N, T>* subrect, size_t subfield_offset) {
    bool is_empty;
    const auto* piece = detail::find_single_piece<N, T>(inst, field_id, subrect, base, is_empty);
    if (piece) {
      base += subfield_offset;
      strides = piece->strides;
    } else if (is_empty) {
      reset();
    } else {
      detail::incompatible_accessor("AffineAccessor", inst, field_id);
    }
#ifdef REALM_ACCESSOR_DEBUG
    bounds = subrect ? *subrect : piece ? piece->bounds : Rect<N, T>::make_empty();
    dbg_inst = inst;
    is_bounded = true;
#endif
  }
  template <int N2, typename T2>
  void compose(const AffineAccessor<FT, N2, T2>& target, const Matrix<N2, N, T2>& transform,
               const Point<N2, T2>& offset) {
    base = target.base;
    for (int i = 0; i < N2; i++) base += static_cast<uintptr_t>(offset[i]) * target.strides[i];
    for (int j = 0; j < N; j++) {
      strides[j] = 0;
      for (int i = 0; i < N2; i++) strides[j] += static_cast<size_t>(transform[i][j]) * target.strides[i];
    }
  }
};

template <typename FT, int N, typename T>
std::ostream& operator<<(std::ostream& os, const AffineAccessor<FT, N, T>& a) {
  return os << "affine(base=" << std::hex << a.base << std::dec << ", strides=" << a.strides << ")";
}

// ---- GenericAccessor

// Stands for an element: converts to its value, and assigning writes it.
template <typename FT>
class AccessorRefHelper {
 public:
  explicit AccessorRefHelper(FT* at) : at_(at) {}
  AccessorRefHelper(const AccessorRefHelper&) = default;
  operator FT() const { return *at_; }
  AccessorRefHelper& operator=(const FT& newval) {
    *at_ = newval;
    return *this;
  }
  AccessorRefHelper& operator=(const AccessorRefHelper& rhs) {
    *at_ = *rhs.at_;
    return *this;
  }
  friend std::ostream& operator<<(std::ostream& os, const AccessorRefHelper& ref) { return os << *ref.at_; }

 private:
  FT* at_;
};

template <typename FT, int N, typename T = int>
class GenericAccessor {
 public:
  // Not usable.
  GenericAccessor() = default;
  GenericAccessor(RegionInstance _inst, FieldID field_id, size_t subfield_offset = 0) : inst(_inst) {
    detail::FieldPlace place;
    if (!detail::find_field(inst, field_id, place)) {
      detail::incompatible_accessor("GenericAccessor", inst, field_id);
    }
    const InstanceLayout<N, T>& layout = detail::layout_as<N, T>(inst, place.layout);
    piece_list = &layout.piece_lists[static_cast<size_t>(place.list_idx)];
    base = place.base + subfield_offset;
  }
  GenericAccessor(RegionInstance _inst, FieldID field_id, const Rect<N, T>&, size_t subfield_offset = 0)
      : GenericAccessor(_inst, field_id, subfield_offset) {}

  static bool is_compatible(RegionInstance inst, FieldID field_id) {
    detail::FieldPlace place;
    return detail::find_field(inst, field_id, place) && detail::try_layout_as<N, T>(place.layout);
  }
  static bool is_compatible(RegionInstance inst, FieldID field_id, const Rect<N, T>&) {
    return is_compatible(inst, field_id);
  }

  FT* ptr(const Point<N, T>& p) {
    if (!prev_piece || !prev_piece->bounds.contains(p)) {
      prev_piece = piece_list->find_piece(p);
      if (!prev_piece) detail::access_out_of_bounds(inst);
    }
    return reinterpret_cast<FT*>(base + prev_piece->calculate_offset(p));
  }
  FT read(const Point<N, T>& p) { return *ptr(p); }
  void write(const Point<N, T>& p, FT newval) { *ptr(p) = newval; }
  AccessorRefHelper<FT> operator[](const Point<N, T>& p) { return AccessorRefHelper<FT>(ptr(p)); }

  RegionInstance inst = RegionInstance::NO_INST;
  const InstancePieceList<N, T>* piece_list = nullptr;
  const InstanceLayoutPiece<N, T>* prev_piece = nullptr;
  uintptr_t base = 0;
};

template <typename FT, int N, typename T>
std::ostream& operator<<(std::ostream& os, const GenericAccessor<FT, N, T>& a) {
  os << "generic(inst=" << a.inst;
  if (a.piece_list) os << ", pieces=" << *a.piece_list;
  return os << ")";
}

// ---- MultiAffineAccessor

// Copies share the table of pieces, which is sorted so that a look-up takes logarithmic time for pieces in a
// row, and linear time at worst.
template <typename FT, int N, typename T = int>
class MultiAffineAccessor {
 public:
  // Not usable before `reset`.
  MultiAffineAccessor() = default;
  MultiAffineAccessor(RegionInstance inst, FieldID field_id, size_t subfield_offset = 0) {
    reset(inst, field_id, subfield_offset);
  }
  MultiAffineAccessor(RegionInstance inst, FieldID field_id, const Rect<N, T>& subrect,
                      size_t subfield_offset = 0) {
    reset(inst, field_id, subrect, subfield_offset);
  }

  static bool is_compatible(RegionInstance inst, FieldID field_id) {
    std::vector<Piece> found;
    return collect(inst, field_id, nullptr, 0, found);
  }
  static bool is_compatible(RegionInstance inst, FieldID field_id, const Rect<N, T>& subrect) {
    std::vector<Piece> found;
    return collect(inst, field_id, &subrect, 0, found);
  }

  void reset() {
    pieces_.reset();
    last_ = nullptr;
  }
  void reset(RegionInstance inst, FieldID field_id, size_t subfield_offset = 0) {
    adopt(inst, field_id, nullptr, subfield_offset);
  }
  void reset(RegionInstance inst, FieldID field_id, const Rect<N, T>& subrect, size_t subfield_offset = 0) {
    adopt(inst, field_id, &subrect, subfield_offset);
  }

  // Whether there is an element for the point.
  bool contains(const Point<N, T>& p) const { return find(p) != nullptr; }

  FT* ptr(const Point<N, T>& p) const { return at(piece_of(p), p); }
  // The element of `rect.lo`, when all of `rect` lies in one piece; null if not. `strides` are in bytes.
  FT* ptr(const Rect<N, T>& rect, Point<N, size_t>& strides) const {
    const Piece* piece = find(rect.lo);
    if (!piece || !piece->bounds.contains(rect)) return nullptr;
    strides = piece->strides;
    return at(*piece, rect.lo);
  }
  FT read(const Point<N, T>& p) const { return *ptr(p); }
  void write(const Point<N, T>& p, FT newval) const { *ptr(p) = newval; }
  FT& operator[](const Point<N, T>& p) const { return *ptr(p); }

  // The same, remembering the piece; not for several threads at once.
  FT* ptr(const Point<N, T>& p) {
    if (!last_ || !last_->bounds.contains(p)) last_ = &piece_of(p);
    return at(*last_, p);
  }
  FT* ptr(const Rect<N, T>& rect, Point<N, size_t>& strides) {
    return static_cast<const MultiAffineAccessor*>(this)->ptr(rect, strides);
  }
  FT read(const Point<N, T>& p) { return *ptr(p); }
  void write(const Point<N, T>& p, FT newval) { *ptr(p) = newval; }
  FT& operator[](const Point<N, T>& p) { return *ptr(p); }

 private:
  struct Piece {
    Rect<N, T> bounds;
    Point<N, size_t> strides;
    uintptr_t base;
  };

  static FT* at(const Piece& piece, const Point<N, T>& p) {
    uintptr_t address = piece.base;
    for (int i = 0; i < N; i++) address += static_cast<uintptr_t>(p[i]) * piece.strides[i];
    return reinterpret_cast<FT*>(address);
  }
  static bool collect(RegionInstance inst, FieldID field_id, const Rect<N, T>* subrect,
                      size_t subfield_offset, std::vector<Piece>& found) {
    detail::FieldPlace place;
    if (!detail::find_field(inst, field_id, place)) return false;
    const InstanceLayout<N, T>* layout = detail::try_layout_as<N, T>(place.layout);
    if (!layout) return false;
    for (const auto* piece : layout->piece_lists[static_cast<size_t>(place.list_idx)].pieces) {
      if (subrect && !subrect->overlaps(piece->bounds)) continue;
      if (piece->layout_type != PieceLayoutTypes::AffineLayoutType) return false;
      const auto* affine = static_cast<const AffineLayoutPiece<N, T>*>(piece);
      const Rect<N, T> bounds = subrect ? subrect->intersection(affine->bounds) : affine->bounds;
      found.push_back({bounds, affine->strides, place.base + subfield_offset + affine->offset});
    }
    return true;
  }
  void adopt(RegionInstance inst, FieldID field_id, const Rect<N, T>* subrect, size_t subfield_offset) {
    auto found = std::make_shared<std::vector<Piece>>();
    if (!collect(inst, field_id, subrect, subfield_offset, *found)) {
      detail::incompatible_accessor("MultiAffineAccessor", inst, field_id);
    }
    // Sorted by the last dimension's first coordinate, as coverings in Fortran order are.
    std::sort(found->begin(), found->end(),
              [](const Piece& a, const Piece& b) { return a.bounds.lo[N - 1] < b.bounds.lo[N - 1]; });
    pieces_ = found;
    last_ = nullptr;
    inst_ = inst;
  }
  const Piece* find(const Point<N, T>& p) const {
    auto end = std::upper_bound(pieces_->begin(), pieces_->end(), p[N - 1],
                                [](T value, const Piece& piece) { return value < piece.bounds.lo[N - 1]; });
    while (end != pieces_->begin()) {
      --end;
      if (end->bounds.contains(p)) return &*end;
    }
    return nullptr;
  }
  const Piece& piece_of(const Point<N, T>& p) const {
    const Piece* piece = find(p);
    if (!piece) detail::access_out_of_bounds(inst_);
    return *piece;
  }

  std::shared_ptr<const std::vector<Piece>> pieces_;
  const Piece* last_ = nullptr;
  RegionInstance inst_ = RegionInstance::NO_INST;
};

}  // namespace Realm
