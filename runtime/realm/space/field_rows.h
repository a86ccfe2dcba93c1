// Walking over the values of a field row by row.
//
// A row is a run of points along dimension 0; its values lie at equal distances in memory. Operations over
// fields (by_field.h, image.h, preimage.h) take rows, so they do not depend on how a field is stored.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/realm/space/rect_list.h"

namespace palatine::realm::space {

// A field whose value at `p` lies at base + sum of p[i] * strides[i]. Strides are in bytes; `base`, the
// address of the origin, may lie outside the field's memory. Does not own the memory.
template <int N, typename T>
struct FieldView {
  const std::byte* base = nullptr;
  ptrdiff_t strides[N] = {};

  // Wraps as the addition of coordinates and strides does.
  const std::byte* at(const Point<N, T>& p) const {
    uintptr_t address = reinterpret_cast<uintptr_t>(base);
    for (int i = 0; i < N; i++) address += static_cast<uintptr_t>(p[i]) * static_cast<uintptr_t>(strides[i]);
    return reinterpret_cast<const std::byte*>(address);
  }
};

// Calls row(first point, count) for every row of a rectangle that is not empty, in memory order.
template <int N, typename T, typename Row>
void for_each_row(const Rect<N, T>& r, Row&& row) {
  const uint64_t count = static_cast<uint64_t>(r.hi[0]) - static_cast<uint64_t>(r.lo[0]) + 1;
  Rect<N, T> firsts = r;
  firsts.hi[0] = r.lo[0];
  for (Realm::PointInRectIterator<N, T> it(firsts); it.valid; it.step()) row(it.p, count);
}

// Calls row(first point, count, address of the first value, distance of values in bytes).
template <int N, typename T, typename Row>
void for_each_row(const RectList<N, T>& domain, const FieldView<N, T>& field, Row&& row) {
  for (const Rect<N, T>& r : domain)
    for_each_row(r, [&](const Point<N, T>& first, uint64_t count) {
      row(first, count, field.at(first), field.strides[0]);
    });
}

}  // namespace palatine::realm::space
