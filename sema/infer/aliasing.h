// Which region variables of a task may share elements.
//
// A region is led back to its root: a region that the task creates, or a parameter. From the root, a path of
// partitions and colours leads to it. Two regions are apart when
//   - a constraint of the task says so (`r * s`, for them or for ancestors of them),
//   - they come from different roots and at least one root is created in the task, or the element types of
//   the roots
//     exclude that a caller passes the same region for both,
//   - their paths part at one disjoint partition with colours that are different constants.
// Everything else may alias. Facts that hold only within one iteration of a loop are not used.
#pragma once

#include <set>
#include <unordered_map>
#include <vector>

#include "sema/ir/ir.h"

namespace palatine::sema {

class RegionAliases {
 public:
  explicit RegionAliases(const ir::Task& task);

  // Both of region type.
  bool may_alias(const ir::Expr& a, const ir::Expr& b) const;
  bool may_alias(const ir::Expr& a, const ir::Local& b) const;
  bool may_alias(const ir::Local& a, const ir::Local& b) const;

 private:
  struct Step {
    const PartitionType* partition;
    const ir::Expr* color;
  };
  struct Place {
    const ir::Local* root = nullptr;  // null: unknown
    const RegionType* type = nullptr;
    std::vector<Step> path;
    // Every symbol that the region is part of, as far as the task knows; what constraints are looked up by.
    std::set<const Symbol*> ancestors;
  };

  Place place(const ir::Expr& expr) const;
  Place place(const ir::Local& local) const;
  void add_ancestors(Place& place, const Symbol* symbol) const;
  bool is_fresh(const ir::Local* root) const;
  bool apart_by_constraint(const Place& a, const Place& b) const;
  bool apart(const Place& a, const Place& b) const;

  const ir::Task& task_;
  std::unordered_map<const Symbol*, const ir::Local*> by_symbol_;
  // What defines a region or partition variable that is never assigned.
  std::unordered_map<const ir::Local*, const ir::Expr*> definitions_;
};

}  // namespace palatine::sema
