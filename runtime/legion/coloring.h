// What the C interface's colorings hold: sets of points for colours, in the order in which they were given.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "runtime/legion/domain.h"

namespace palatine::legion {

// Behind legion_coloring_t, legion_domain_coloring_t, legion_point_coloring_t and their like. Used by one
// thread at a time.
class Coloring {
 public:
  // Unused dimensions are 0. In the order of coordinates, so that colours come in linear order.
  using Color = Coordinates;
  static Color color_at(const int64_t* c, int dim) {
    Color color;
    for (int d = 0; d < dim; ++d) color[d] = c[d];
    return color;
  }

  void ensure(const Color& color) { pieces_[color]; }
  void add(const Color& color, const Box& box);
  // Instead of what the colour had.
  void set(const Color& color, const Box& box);
  void remove_point(const Color& color, int64_t point);
  bool has_point(const Color& color, int64_t point) const;
  // The smallest box around all colours, which have `dim` dimensions.
  Box colors(int dim) const;

  // The points of a colour that lie in `whole`.
  OwnedDomain domain_of(const Color& color, const Domain& whole) const;

 private:
  std::map<Color, std::vector<Box>> pieces_;
};

}  // namespace palatine::legion
