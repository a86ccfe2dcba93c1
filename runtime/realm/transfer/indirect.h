// Gathers and scatters: elements whose addresses come from a field of points.
#pragma once

#include <cstdint>
#include <vector>

#include "realm/copy.h"
#include "runtime/realm/transfer/field_end.h"

namespace palatine::realm::transfer {

struct Move;

// An indirection, looked up for one field of its targets.
class Indirection {
 public:
  // `size_bytes` of field `field` of each target instance; `dimension` is that of the copy's points.
  Indirection(const Realm::detail::IndirectionData& data, Realm::FieldID field, size_t subfield_offset,
              size_t size_bytes, int dimension, const char* call, const Mirrors* mirrors = nullptr);

  // Addresses of the targets of `count` points from `point` on along dimension 0, which the pointers' piece
  // contains. Null where a pointer is outside of all spaces (only if that is allowed).
  // `pointers` is null when there is no field.
  void find_targets(const Piece* pointers, const int64_t* point, size_t count, char** addresses) const;
  // Whether `move_line` may be called for elements of this size: all targets lie at equal distances.
  bool has_one_line(size_t size_bytes) const;
  // Moves elements between the targets of `count` points, as in `find_targets`, and a line of elements,
  // without listing addresses. Returns how many were moved: those before the first pointer that is outside.
  size_t move_line(const Piece& pointers, const int64_t* point, size_t count, char* line, int64_t line_stride,
                   size_t size_bytes, bool gathers) const;
  // Addresses of the targets in the rectangle that belongs to `point`, dimension 0 fastest.
  void find_range(const Piece& pointers, const int64_t* point, std::vector<char*>& addresses) const;
  // Null when targets are computed from points.
  const FieldEnd* pointers() const { return data_.is_affine ? nullptr : &pointers_; }
  bool is_ranges() const { return data_.is_ranges; }

 private:
  // Points of one space in one piece of its instance.
  struct Target {
    int64_t lo[REALM_MAX_DIM];
    int64_t hi[REALM_MAX_DIM];
    int64_t strides[REALM_MAX_DIM];
    char* base;
  };

  template <typename T, int N>
  void find_typed(const char* element, int64_t stride, size_t count, char** addresses) const;
  template <typename T>
  void find_in_dimension(const char* element, int64_t stride, size_t count, char** addresses) const;
  const Target* search(const int64_t* point) const;
  // The same with `last` tried first and changed; null when there is none and that is allowed.
  char* find_address(const int64_t* point, const Target*& last) const;
  void map_points(const int64_t* point, size_t count, char** addresses) const;
  [[noreturn]] void out_of_range(const int64_t* point) const;

  const char* const call_;
  const Realm::detail::IndirectionData& data_;
  FieldEnd pointers_;
  int dimension_ = 0;            // of the copy's points
  std::vector<Target> targets_;  // by the lower bound in dimension 0
  std::vector<int64_t> reach_;   // the largest upper bound there among the first ones
};

// Moves the elements of the points of `box`, of which an end is indirect.
void move_indirect(const Move& move, const Box& box, int dimension, const char* call);

}  // namespace palatine::realm::transfer
