// Which places hold the newest values of a field, piece by piece.
//
// The pieces are boxes that do not overlap and together make up the bounds. Each has a set of places, as bits
// of a word: those that hold its newest values. The empty set: nobody has written the piece yet. Neighbours
// with the same set are joined where that makes a box.
//
// An operation takes time linear in the number of pieces, of which there are few when whole subregions are
// used.
//
// Thread safety: none.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/legion/box.h"

namespace palatine::legion::gpu {

using PlaceSet = uint64_t;

// The parts of `box` outside of `cut`, appended to `parts`.
void subtract(const Box& box, const Box& cut, std::vector<Box>& parts);
// Whether two boxes make up a box together; then `a` becomes that.
bool join(Box& a, const Box& b);
// The smallest box around both.
Box bounds_of(const Box& a, const Box& b);

class PieceMap {
 public:
  PieceMap(const Box& bounds, PlaceSet places) {
    if (!bounds.is_empty()) pieces_.push_back({bounds, places});
  }

  // Calls visit(part, places) for the parts of `box`, each in one piece.
  template <typename Visit>
  void for_each(const Box& box, Visit visit) const {
    for (const Piece& piece : pieces_) {
      if (piece.box.overlaps(box)) visit(intersection(piece.box, box), piece.places);
    }
  }
  template <typename Test>
  bool all_of(const Box& box, Test test) const {
    for (const Piece& piece : pieces_) {
      if (piece.box.overlaps(box) && !test(piece.places)) return false;
    }
    return true;
  }
  // Gives each part of `box` the set that change(part, places) returns.
  template <typename Change>
  void change(const Box& box, Change change) {
    std::vector<Piece> changed;
    std::vector<Box> rests;
    for (size_t k = 0; k < pieces_.size();) {
      const Piece piece = pieces_[k];
      if (!piece.box.overlaps(box)) {
        ++k;
        continue;
      }
      const Box part = intersection(piece.box, box);
      const PlaceSet places = change(static_cast<const Box&>(part), piece.places);
      if (places == piece.places) {
        ++k;
        continue;
      }
      changed.push_back({part, places});
      rests.clear();
      subtract(piece.box, part, rests);
      for (const Box& rest : rests) changed.push_back({rest, piece.places});
      pieces_[k] = pieces_.back();
      pieces_.pop_back();
    }
    for (Piece& piece : changed) add(std::move(piece));
  }
  // Takes a place out of all sets.
  void remove(PlaceSet place);

  size_t piece_count() const { return pieces_.size(); }

 private:
  struct Piece {
    Box box;
    PlaceSet places;
  };
  void add(Piece piece);

  std::vector<Piece> pieces_;
};

}  // namespace palatine::legion::gpu
