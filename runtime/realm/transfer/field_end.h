// One end of the copy of a field: where the elements of a field of an instance are.
#pragma once

#include <cstdint>
#include <vector>

#include "realm/copy.h"
#include "runtime/realm/instance/instance_record.h"
#include "runtime/realm/transfer/box.h"
#include "runtime/realm/transfer/strided.h"

namespace palatine::realm::transfer {

using Piece = Realm::detail::AffinePieceData;

// Copies in the host's memory of instances that lie in a GPU's, for what only the host can do.
class Mirrors;

struct FieldEnd {
  // Of a piece's offset 0: the instance's first byte and the field's offset in its group.
  char* base = nullptr;
  const PieceTables::List* list = nullptr;
  int dimension = 0;
  size_t field_bytes = 0;

  // Calls `visit(piece, part)` for the parts of `box` that the pieces cover.
  template <typename Visit>
  void for_each_part(const Box& box, Visit&& visit) const {
    const std::vector<Piece>& pieces = list->pieces;
    if (pieces.size() <= 8) {
      Box part;
      for (const Piece& piece : pieces) {
        if (box.intersect(piece, dimension, part)) visit(piece, part);
      }
      return;
    }
    // Sorted by the last dimension's lower bound; `reach` is the largest upper bound so far.
    const int d = dimension - 1;
    Box part;
    for (size_t k = list->first_above(d, box.hi[d]); k-- > 0 && list->reach[k] >= box.lo[d];) {
      const Piece& piece = pieces[list->order[k]];
      if (box.intersect(piece, dimension, part)) visit(piece, part);
    }
  }

  char* address(const Piece& piece, const int64_t* point) const {
    int64_t offset = piece.offset;
    for (int d = 0; d < dimension; ++d) offset += point[d] * piece.strides[d];
    return base + offset;
  }
};

// The end of a field of an instance whose bytes are there; a message that names `call` when the field does
// not exist, is smaller than `subfield_offset + size_bytes`, or has another dimension than `dimension`. With
// `mirrors` the end of an instance's mirror, if it has one.
FieldEnd find_field_end(Realm::RegionInstance instance, Realm::FieldID field, size_t subfield_offset,
                        size_t size_bytes, int dimension, const char* call, const Mirrors* mirrors = nullptr);

}  // namespace palatine::realm::transfer
