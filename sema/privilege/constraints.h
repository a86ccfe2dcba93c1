// What a task knows about its regions: which lies inside which, and which share nothing.
//
// Regions and partitions are told apart by their types, which are unique for each expression that makes one.
// Source: language reference, 4.3.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "sema/types/types.h"

namespace palatine::sema {

class Constraints {
 public:
  // `lower <= upper`. Adding a fact twice is harmless.
  void add_subregion(const Type* lower, const Type* upper);
  // `a * b`.
  void add_disjoint(const Type* a, const Type* b);

  // Follows `<=` from `lower`; every type is inside itself.
  bool is_subregion(const Type* lower, const Type* upper) const;
  // Some ancestor of `a` is disjoint from some ancestor of `b`.
  bool are_disjoint(const Type* a, const Type* b) const;

  // What contains the type by a fact that was added.
  const std::vector<const Type*>& containing(const Type* type) const;
  // The type itself and everything that contains it, nearest first.
  std::vector<const Type*> ancestors(const Type* type) const;

 private:
  std::map<const Type*, std::vector<const Type*>> upper_;
  std::set<std::pair<const Type*, const Type*>> disjoint_;
};

}  // namespace palatine::sema
