// Between Legion's points and domains and the core's.
#pragma once

#include <string>

#include "legion/domain.h"
#include "runtime/legion/domain.h"

namespace Legion::Internal {

namespace core = palatine::legion;

// Calls visit(std::integral_constant<int, N>) with the dimension, 1 to LEGION_MAX_DIM.
template <typename Visit>
decltype(auto) with_legion_dimension(int dim, Visit&& visit) {
  static_assert(LEGION_MAX_DIM == 4);
  switch (dim) {
    case 1:
      return visit(std::integral_constant<int, 1>());
    case 2:
      return visit(std::integral_constant<int, 2>());
    case 3:
      return visit(std::integral_constant<int, 3>());
    default:
      return visit(std::integral_constant<int, 4>());
  }
}

core::Box to_box(const Domain& domain);
Domain to_domain(const core::Box& box);
// Waits until the points of a sparse domain are known. Ends the program with a message when the domain has no
// dimension.
core::OwnedDomain to_core(const Domain& domain);
// With a new sparsity map when it is not dense.
Domain to_domain(const core::Domain& domain);

// Of core::kMaxDim coordinates, unused ones 0.
inline void coordinates_of(const DomainPoint& point, int64_t* c) {
  for (int d = 0; d < core::kMaxDim; d++) c[d] = d < point.dim ? point.point_data[d] : 0;
}
// The points of a list, all of them of `dim` dimensions.
template <typename List, typename PointOf>
core::OwnedDomain to_core(int dim, const List& list, PointOf point_of) {
  return core::with_dimension(dim, [&](auto n) {
    std::vector<core::SpacePoint<n()>> points;
    for (const auto& entry : list) {
      int64_t c[core::kMaxDim];
      coordinates_of(point_of(entry), c);
      points.push_back(core::SpacePoint<n()>(c));
    }
    return core::to_domain<n()>(palatine::realm::space::from_points(std::move(points)), dim);
  });
}
DomainPoint to_point(int dim, const int64_t* c);

// The place of a point in the order of iteration; UINT64_MAX when it is not there.
uint64_t point_number(const core::Domain& domain, const DomainPoint& point);

std::string text_of(const DomainPoint& point);
std::string text_of(const Domain& domain);

}  // namespace Legion::Internal
