// Layouts: where each field of each point lies in an instance.
//
// A layout has, for each field, a list of pieces and an offset. A piece covers a rectangle; an affine piece
// puts point p at `offset + sum(strides[i] * p[i])` bytes from the instance's first (arithmetic modulo 2^64,
// so the offset of a piece that begins at a positive point may be "negative"). Fields of a group (all of an
// array of structures) share one list.
//
// Layouts are values of the program: creating an instance copies them. Thread safety: as any value.
// Source: Realm's public interface, chapter "RegionInstance", and the seed on physical layouts.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <ostream>
#include <vector>

#include "realm/instance.h"
#include "realm/point.h"

namespace Realm {

template <int N, typename T>
struct IndexSpaceIterator;

// What a layout must satisfy: groups of fields that lie together.
class REALM_PUBLIC_API InstanceLayoutConstraints {
 public:
  InstanceLayoutConstraints() {}
  InstanceLayoutConstraints(const std::map<FieldID, size_t>& field_sizes, size_t block_size);
  // Fields are named by the sum of the sizes before them.
  InstanceLayoutConstraints(const std::vector<size_t>& field_sizes, size_t block_size);
  InstanceLayoutConstraints(const std::vector<FieldID>& field_ids, const std::vector<size_t>& field_sizes,
                            size_t block_size);

  struct FieldInfo {
    FieldID field_id;
    bool fixed_offset;
    size_t offset;  // within the group; only if `fixed_offset`
    size_t size;
    size_t alignment;
  };
  typedef std::vector<FieldInfo> FieldGroup;
  std::vector<FieldGroup> field_groups;
};

namespace detail {

// An affine piece with its dimension and coordinate type forgotten. Only the first N entries count.
struct AffinePieceData {
  int64_t lo[REALM_MAX_DIM];
  int64_t hi[REALM_MAX_DIM];
  int64_t strides[REALM_MAX_DIM];
  int64_t offset;
};

// Where the fields of one group lie relative to each other.
struct GroupShape {
  size_t size_bytes = 0;
  size_t alignment = 1;
  std::vector<size_t> offsets;
};
REALM_PUBLIC_API GroupShape shape_of_group(const InstanceLayoutConstraints::FieldGroup& group);

// The size of layouts that need more bytes than there are addresses: no memory can hold them.
constexpr size_t kUnboundedBytes = ~size_t{0} >> 2;
inline size_t bytes_of_rows(size_t row_bytes, size_t rows) {
  return row_bytes != 0 && rows >= kUnboundedBytes / row_bytes ? kUnboundedBytes : row_bytes * rows;
}
// Ends the program unless `dim_order` has each dimension once.
REALM_PUBLIC_API void check_dimension_order(int dimension, const int* dim_order);

}  // namespace detail

class REALM_PUBLIC_API InstanceLayoutGeneric {
 public:
  virtual ~InstanceLayoutGeneric() {}
  virtual InstanceLayoutGeneric* clone() const = 0;
  // Moves all pieces by `adjust_amt` bytes.
  virtual void relocate(size_t adjust_amt) = 0;
  virtual void print(std::ostream& os) const = 0;

  // One piece over the bounds of the space's points (its declared bounds while its points are not known).
  // `dim_order[0]` runs fastest. The caller owns the result.
  template <int N, typename T>
  static InstanceLayoutGeneric* choose_instance_layout(IndexSpace<N, T> is,
                                                       const InstanceLayoutConstraints& ilc,
                                                       const int dim_order[N]);
  // One piece for each rectangle of `covering`, one after the other.
  template <int N, typename T>
  static InstanceLayoutGeneric* choose_instance_layout(IndexSpace<N, T> is,
                                                       const std::vector<Rect<N, T> >& covering,
                                                       const InstanceLayoutConstraints& ilc,
                                                       const int dim_order[N]);

  // For the runtime: 0 for a layout without points; false when a piece of the list is not affine.
  virtual int dimension() const = 0;
  virtual bool affine_pieces(int list_idx, std::vector<detail::AffinePieceData>& pieces) const = 0;

  size_t bytes_used = 0;
  size_t alignment_reqd = 1;

  struct FieldLayout {
    int list_idx;
    size_t rel_offset;
    int size_in_bytes;
  };
  std::map<FieldID, FieldLayout> fields;

 protected:
  InstanceLayoutGeneric() = default;
  InstanceLayoutGeneric(const InstanceLayoutGeneric&) = default;
};

inline std::ostream& operator<<(std::ostream& os, const InstanceLayoutGeneric& ilg) {
  ilg.print(os);
  return os;
}

// Bytes without fields.
class REALM_PUBLIC_API InstanceLayoutOpaque : public InstanceLayoutGeneric {
 public:
  InstanceLayoutOpaque(size_t _bytes_used, size_t _alignment_reqd) {
    bytes_used = _bytes_used;
    alignment_reqd = _alignment_reqd;
  }
  InstanceLayoutGeneric* clone() const override { return new InstanceLayoutOpaque(*this); }
  void relocate(size_t) override {}
  void print(std::ostream& os) const override;
  int dimension() const override { return 0; }
  bool affine_pieces(int, std::vector<detail::AffinePieceData>&) const override { return false; }
};

namespace PieceLayoutTypes {
typedef unsigned char LayoutType;
static const LayoutType InvalidLayoutType = 0;
static const LayoutType AffineLayoutType = 1;
}  // namespace PieceLayoutTypes

class REALM_PUBLIC_API InstanceLayoutPieceBase {
 public:
  explicit InstanceLayoutPieceBase(PieceLayoutTypes::LayoutType _layout_type) : layout_type(_layout_type) {}
  virtual ~InstanceLayoutPieceBase() {}
  virtual void relocate(size_t base_offset) = 0;
  virtual void print(std::ostream& os) const = 0;

  PieceLayoutTypes::LayoutType layout_type;
};

template <int N, typename T = int>
class InstanceLayoutPiece : public InstanceLayoutPieceBase {
 public:
  InstanceLayoutPiece() : InstanceLayoutPiece(PieceLayoutTypes::InvalidLayoutType) {}
  explicit InstanceLayoutPiece(PieceLayoutTypes::LayoutType _layout_type)
      : InstanceLayoutPieceBase(_layout_type), bounds(Rect<N, T>::make_empty()) {}
  InstanceLayoutPiece(PieceLayoutTypes::LayoutType _layout_type, const Rect<N, T>& _bounds)
      : InstanceLayoutPieceBase(_layout_type), bounds(_bounds) {}

  virtual InstanceLayoutPiece<N, T>* clone() const = 0;
  // Of the group's first byte.
  virtual size_t calculate_offset(const Point<N, T>& p) const = 0;

  Rect<N, T> bounds;
};

template <int N, typename T>
std::ostream& operator<<(std::ostream& os, const InstanceLayoutPiece<N, T>& ilp) {
  ilp.print(os);
  return os;
}

template <int N, typename T = int>
class AffineLayoutPiece : public InstanceLayoutPiece<N, T> {
 public:
  AffineLayoutPiece()
      : InstanceLayoutPiece<N, T>(PieceLayoutTypes::AffineLayoutType), strides(size_t(0)), offset(0) {}

  InstanceLayoutPiece<N, T>* clone() const override { return new AffineLayoutPiece<N, T>(*this); }
  size_t calculate_offset(const Point<N, T>& p) const override {
    size_t at = offset;
    for (int i = 0; i < N; i++) at += strides[i] * static_cast<size_t>(p[i]);
    return at;
  }
  void relocate(size_t base_offset) override { offset += base_offset; }
  void print(std::ostream& os) const override {
    os << this->bounds << "->affine(" << strides << "+" << static_cast<ptrdiff_t>(offset) << ")";
  }

  Point<N, size_t> strides;
  size_t offset;
};

// The pieces of a group. Copying a list copies the pointers; the layout that holds it owns the pieces.
template <int N, typename T = int>
class InstancePieceList {
 public:
  const InstanceLayoutPiece<N, T>* find_piece(Point<N, T> p) const {
    for (const InstanceLayoutPiece<N, T>* piece : pieces)
      if (piece->bounds.contains(p)) return piece;
    return nullptr;
  }
  void relocate(size_t base_offset) {
    for (InstanceLayoutPiece<N, T>* piece : pieces) piece->relocate(base_offset);
  }

  std::vector<InstanceLayoutPiece<N, T>*> pieces;
};

template <int N, typename T>
std::ostream& operator<<(std::ostream& os, const InstancePieceList<N, T>& ipl) {
  os << '[';
  for (size_t k = 0; k < ipl.pieces.size(); ++k) os << (k ? ", " : "") << *ipl.pieces[k];
  return os << ']';
}

template <int N, typename T = int>
class InstanceLayout : public InstanceLayoutGeneric {
 public:
  InstanceLayout() : space(Rect<N, T>::make_empty()) {}
  ~InstanceLayout() override {
    for (InstancePieceList<N, T>& list : piece_lists)
      for (InstanceLayoutPiece<N, T>* piece : list.pieces) delete piece;
  }
  InstanceLayoutGeneric* clone() const override {
    InstanceLayout<N, T>* copy = new InstanceLayout<N, T>(*this);
    for (InstancePieceList<N, T>& list : copy->piece_lists)
      for (InstanceLayoutPiece<N, T>*& piece : list.pieces) piece = piece->clone();
    return copy;
  }
  void relocate(size_t base_offset) override {
    for (InstancePieceList<N, T>& list : piece_lists) list.relocate(base_offset);
  }
  void print(std::ostream& os) const override {
    os << "Layout(bytes=" << bytes_used << ", align=" << alignment_reqd << ", fields={";
    const char* between = "";
    for (const auto& [fid, field] : fields) {
      os << between << fid << "=" << field.list_idx << "+" << field.rel_offset;
      between = ", ";
    }
    os << "}, lists=";
    for (const InstancePieceList<N, T>& list : piece_lists) os << list;
    os << ")";
  }
  int dimension() const override { return N; }
  bool affine_pieces(int list_idx, std::vector<detail::AffinePieceData>& result) const override {
    const auto& pieces = piece_lists[static_cast<size_t>(list_idx)].pieces;
    result.resize(pieces.size());
    for (size_t k = 0; k < pieces.size(); ++k) {
      if (pieces[k]->layout_type != PieceLayoutTypes::AffineLayoutType) return false;
      const auto* piece = static_cast<const AffineLayoutPiece<N, T>*>(pieces[k]);
      for (int i = 0; i < N; i++) {
        result[k].lo[i] = static_cast<int64_t>(piece->bounds.lo[i]);
        result[k].hi[i] = static_cast<int64_t>(piece->bounds.hi[i]);
        result[k].strides[i] = static_cast<int64_t>(piece->strides[i]);
      }
      result[k].offset = static_cast<int64_t>(piece->offset);
    }
    return true;
  }
  // The point must be in a piece.
  size_t calculate_offset(Point<N, T> p, FieldID fid) const {
    const FieldLayout& field = fields.at(fid);
    return piece_lists[static_cast<size_t>(field.list_idx)].find_piece(p)->calculate_offset(p) +
           field.rel_offset;
  }

  IndexSpace<N, T> space;
  std::vector<InstancePieceList<N, T> > piece_lists;

 private:
  InstanceLayout(const InstanceLayout&) = default;
};

}  // namespace Realm

// In this order.
// clang-format off
#include "realm/inst_layout.inl"
#include "realm/accessor.h"
#include "realm/instance.inl"
// clang-format on
