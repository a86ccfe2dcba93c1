// Affine maps of rectangles.
#pragma once

#include <cstdint>
#include <vector>

#include "realm/deppart.h"
#include "runtime/realm/space/image.h"
#include "runtime/realm/space/rect_list.h"

namespace palatine::realm::space {

using Realm::detail::AffineMap;

// True when the image of a rectangle is a rectangle: every result depends on at most one coordinate, by a
// factor of 1 or -1, and no two on the same one. Then an image takes O(1) for each rectangle.
bool maps_rects_to_rects(const AffineMap& map);
// True when the preimage of a rectangle is a rectangle: every result depends on at most one coordinate.
bool has_rect_preimages(const AffineMap& map);

// Adds the image of `rects` (2 * map.columns numbers each) to `image`.
template <int N, typename T>
void add_affine_image(const AffineMap& map, const std::vector<int64_t>& rects, const Rect<N, T>& bounds,
                      ImageBuilder<N, T>& image);

// The points of `within` that the map leads into the rectangle `target` (map.rows lower bounds, then as many
// upper ones). For maps with rectangular preimages.
template <int N, typename T>
Rect<N, T> affine_preimage(const AffineMap& map, const int64_t* target, const Rect<N, T>& within);

}  // namespace palatine::realm::space
