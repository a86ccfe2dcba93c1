// Index spaces and fields with their dimension and coordinates forgotten: the other side of operations
// between two kinds of spaces. With these, an operation is built for 12 kinds of spaces, not for 144 pairs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "realm/event.h"

namespace Realm::detail {

// Points `start` to `start + length - 1` of a row lead into a target.
struct Hit {
  uint64_t start;
  uint64_t length;
  uint32_t target;
};

// Where pointers lead to. Read by any threads at once.
class PointerLocator {
 public:
  virtual ~PointerLocator() = default;
  // Appends the hits of `count` pointers, or with `are_ranges` rectangles; for each target in order.
  virtual void locate(const std::byte* values, ptrdiff_t stride, uint64_t count, bool are_ranges,
                      std::vector<Hit>& hits) const = 0;
  // The same for points given as 64-bit coordinates, one point after the other.
  virtual void locate_coordinates(const int64_t* coordinates, uint64_t count,
                                  std::vector<Hit>& hits) const = 0;
};

// A list of index spaces. Except for `add_known` all calls need them to be known, and are not for several
// threads at once unless they say so.
class SpaceFamily {
 public:
  virtual ~SpaceFamily() = default;
  virtual size_t size() const = 0;
  virtual int dimension() const = 0;
  virtual size_t point_bytes() const = 0;
  virtual void add_known(std::vector<Event>& events) const = 0;

  virtual uint64_t volume(size_t space) = 0;
  // Makes the lists, so that `rects` may be called by any threads at once.
  virtual void prepare() = 0;
  // Rectangles as lower corners, each followed by the upper one: 2 * dimension() numbers each.
  virtual std::vector<int64_t> rects(size_t space) const = 0;
  // `pointers`: how many will be looked up, roughly.
  virtual std::unique_ptr<PointerLocator> make_locator(uint64_t pointers) = 0;
  // Appends the points of all spaces in order, `point_bytes` bytes each, at most `limit`.
  virtual std::vector<std::byte> points(uint64_t limit) = 0;
};

// A field of pointers over each space of a list.
class FieldRows {
 public:
  // `count` values, `stride` bytes apart.
  using Row = void (*)(void* context, const std::byte* values, ptrdiff_t stride, uint64_t count);

  virtual ~FieldRows() = default;
  virtual size_t size() const = 0;
  virtual void add_known(std::vector<Event>& events) const = 0;
  // Finds the instances' memory. Afterwards the calls below may be made by any threads at once.
  virtual void prepare() = 0;
  virtual uint64_t volume(size_t space) const = 0;
  virtual void visit(size_t space, Row row, void* context) const = 0;
};

}  // namespace Realm::detail
