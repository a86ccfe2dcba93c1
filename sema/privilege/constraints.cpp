// Reachability along `<=`, and disjointness inherited from ancestors.
#include "sema/privilege/constraints.h"

#include <algorithm>

namespace palatine::sema {

void Constraints::add_subregion(const Type* lower, const Type* upper) {
  if (lower == upper) return;
  auto& list = upper_[lower];
  if (std::find(list.begin(), list.end(), upper) == list.end()) list.push_back(upper);
}

void Constraints::add_disjoint(const Type* a, const Type* b) {
  disjoint_.emplace(a, b);
  disjoint_.emplace(b, a);
}

const std::vector<const Type*>& Constraints::containing(const Type* type) const {
  static const std::vector<const Type*> kNothing;
  auto it = upper_.find(type);
  return it == upper_.end() ? kNothing : it->second;
}

std::vector<const Type*> Constraints::ancestors(const Type* type) const {
  std::vector<const Type*> found{type};
  for (size_t i = 0; i < found.size(); ++i) {
    auto it = upper_.find(found[i]);
    if (it == upper_.end()) continue;
    for (const Type* upper : it->second) {
      if (std::find(found.begin(), found.end(), upper) == found.end()) found.push_back(upper);
    }
  }
  return found;
}

bool Constraints::is_subregion(const Type* lower, const Type* upper) const {
  const auto all = ancestors(lower);
  return std::find(all.begin(), all.end(), upper) != all.end();
}

bool Constraints::are_disjoint(const Type* a, const Type* b) const {
  const auto others = ancestors(b);
  for (const Type* x : ancestors(a)) {
    for (const Type* y : others) {
      if (disjoint_.count({x, y})) return true;
    }
  }
  return false;
}

}  // namespace palatine::sema
