// Reading (and for associations writing) a field of an instance row by row.
#pragma once

#include <cstddef>
#include <vector>

#include "realm/inst_layout.h"
#include "realm/instance.h"
#include "runtime/realm/space/field_rows.h"
#include "runtime/realm/space/rect_list.h"

namespace palatine::realm::space {

// One affine piece of a field's layout.
template <int N, typename T>
struct FieldPiece {
  Rect<N, T> bounds;
  // Valid when the instance's memory can be addressed; else `offset` counts bytes from the instance's first.
  FieldView<N, T> view;
};

// A field of an instance. Made when the operation runs: only then the instance must exist. A field that is
// not there, or whose values have fewer than `value_bytes` bytes, ends the program with a message.
template <int N, typename T>
class FieldReader {
 public:
  FieldReader(Realm::RegionInstance instance, size_t field, size_t value_bytes, const char* call);

  // Calls row(first point, count, address, stride) for all points of `domain`; a point that the instance does
  // not hold ends the program with a message. `scratch` is used for instances that cannot be addressed.
  template <typename Row>
  void for_each_row(const RectList<N, T>& domain, std::vector<std::byte>& scratch, Row&& row) const {
    uint64_t missing = volume(domain);
    for (const FieldPiece<N, T>& piece : pieces_)
      for (const Rect<N, T>& whole : domain) {
        const Rect<N, T> r = whole.intersection(piece.bounds);
        if (r.empty()) continue;
        missing -= r.volume();
        space::for_each_row(r, [&](const Point<N, T>& first, uint64_t count) {
          if (is_addressable_) {
            row(first, count, piece.view.at(first), piece.view.strides[0]);
          } else {
            fetch(piece, first, count, scratch);
            row(first, count, scratch.data(), static_cast<ptrdiff_t>(value_bytes_));
          }
        });
      }
    if (missing > 0) not_held(missing);
  }
  // Writes `value` at `p`, which the instance must hold.
  void write(const Point<N, T>& p, const void* value) const;

 private:
  void fetch(const FieldPiece<N, T>& piece, const Point<N, T>& first, uint64_t count,
             std::vector<std::byte>& out) const;
  [[noreturn]] void not_held(uint64_t points) const;

  Realm::RegionInstance instance_;
  size_t field_;
  size_t value_bytes_;
  const char* call_;
  bool is_addressable_ = false;
  std::vector<FieldPiece<N, T>> pieces_;
};

}  // namespace palatine::realm::space
