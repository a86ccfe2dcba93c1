// The points of an index launch, kept for as long as one of them waits: a dense domain takes no room for
// each.
#pragma once

#include <cstddef>
#include <vector>

#include "runtime/legion/cpp/convert.h"

namespace Legion {
namespace Internal {

class LaunchPoints {
 public:
  // Those of `domain`, which outlives this, in the order of iteration.
  void open(const Domain& domain) {
    domain_ = &domain;
    count_ = domain.get_volume();
    if (count_ == 0 || domain.dense()) return;
    const auto dim = static_cast<size_t>(domain.dim);
    coordinates_.reserve(count_ * dim);
    for (Domain::DomainPointIterator it(domain); it; it++) {
      for (size_t d = 0; d < dim; d++) coordinates_.push_back((*it)[d]);
    }
  }

  size_t size() const { return count_; }

  DomainPoint operator[](size_t k) const {
    const int dim = domain_->dim;
    if (!coordinates_.empty()) return to_point(dim, coordinates_.data() + k * static_cast<size_t>(dim));
    if (dim == 1) return DomainPoint(domain_->rect_data[0] + static_cast<coord_t>(k));
    int64_t c[core::kMaxDim];
    to_box(*domain_).point_at(k, c);
    return to_point(dim, c);
  }

 private:
  const Domain* domain_ = nullptr;
  size_t count_ = 0;
  // Of sparse domains, those of a point beside each other.
  std::vector<int64_t> coordinates_;
};

}  // namespace Internal
}  // namespace Legion
