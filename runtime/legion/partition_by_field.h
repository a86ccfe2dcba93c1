// Partitions that follow from the values of a field. The field is only read; who calls has mapped it.
#pragma once

#include <vector>

#include "runtime/legion/region_tree.h"

namespace palatine::legion {

// Colour c gets the points of `domain` whose value is c, a point of the colour space's dimension.
std::vector<OwnedDomain> pieces_by_field(const Domain& domain, const api::FieldAddress& field,
                                         const IndexSpace& colors);

// Colour c gets the points of `parent` that the values at the points of `source`'s colour c name: points, or
// rects when `is_rect`.
std::vector<OwnedDomain> pieces_by_image(const Domain& parent, const Partition& source,
                                         const api::FieldAddress& field, bool is_rect);

// Colour c gets the points of `domain` whose value is in, or overlaps, colour c of `target`.
std::vector<OwnedDomain> pieces_by_preimage(const Domain& domain, const Partition& target,
                                            const api::FieldAddress& field, bool is_rect);

}  // namespace palatine::legion
