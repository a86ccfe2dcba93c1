#include "sema/infer/aliasing.h"

#include <algorithm>

#include "sema/passes/walk.h"

namespace palatine::sema {

namespace {

// True if both are constants and differ, in some component for indices of several dimensions.
bool are_different_constants(const ir::Expr& a, const ir::Expr& b) {
  const ir::Expr& x = strip_casts(a);
  const ir::Expr& y = strip_casts(b);
  if (const auto* first = ir::try_as<ir::ConstExpr>(&x)) {
    const auto* second = ir::try_as<ir::ConstExpr>(&y);
    return second && first->type->kind == TypeKind::integer && second->type->kind == TypeKind::integer &&
           first->integer != second->integer;
  }
  const auto* first = ir::try_as<ir::CtorExpr>(&x);
  const auto* second = ir::try_as<ir::CtorExpr>(&y);
  if (!first || !second || first->values.size() != second->values.size()) return false;
  for (size_t i = 0; i < first->values.size(); ++i) {
    if (are_different_constants(*first->values[i], *second->values[i])) return true;
  }
  return false;
}

// True if a caller may pass one region for parameters with these element types. A field space has to be met
// by name; a plain struct is met by any struct with as many fields.
bool may_be_same_element(const Type* a, const Type* b) {
  if (a == b) return true;
  const auto* first = try_as<StructType>(a);
  const auto* second = try_as<StructType>(b);
  if (!first || !second) return false;
  bool both_nominal = first->origin == StructOrigin::fspace && second->origin == StructOrigin::fspace;
  // Instances of one field space with other arguments are different types of the same name.
  if (both_nominal) return first->name == second->name || first->range.begin == second->range.begin;
  return first->fields.size() == second->fields.size();
}

// A region that nothing else names: one that is made, and an imported one, which can be imported once.
bool is_new_region(const ir::Expr& value) {
  const auto* operation = ir::try_as<ir::HandleOpExpr>(&value);
  return value.kind == ir::ExprKind::NewRegion || (operation && operation->op == ir::HandleOp::import_region);
}

// True if no region has both types.
bool are_apart(const RegionType& a, const RegionType& b) {
  return a.index() != b.index() || !may_be_same_element(a.fspace, b.fspace);
}

}  // namespace

RegionAliases::RegionAliases(const ir::Task& task) : task_(task) {
  for (const auto& local : task.locals) {
    if (local->symbol) by_symbol_.emplace(local->symbol, local.get());
  }
  walk_stats(task.body, [&](const ir::Stat& stat) {
    const auto* var = ir::try_as<ir::VarStat>(&stat);
    if (var && var->value && is_handle(var->local->type) && !var->local->is_assigned) {
      definitions_.emplace(var->local, var->value.get());
    }
  });
}

void RegionAliases::add_ancestors(Place& place, const Symbol* symbol) const {
  if (!symbol || !place.ancestors.insert(symbol).second) return;
  if (const auto* partition = try_as<PartitionType>(symbol->type)) add_ancestors(place, partition->parent);
  for (const ir::Constraint& constraint : task_.constraints) {
    if (constraint.kind == ir::Constraint::Kind::subregion && constraint.lhs == symbol) {
      add_ancestors(place, constraint.rhs);
    }
  }
}

RegionAliases::Place RegionAliases::place(const ir::Local& local) const {
  Place result;
  result.type = try_as<RegionType>(local.type);
  auto definition = definitions_.find(&local);
  if (definition != definitions_.end() && !is_new_region(*definition->second)) {
    result = place(*definition->second);
  } else if (is_fresh(&local) || local.is_param) {
    result.root = &local;
  }
  add_ancestors(result, local.symbol);
  return result;
}

RegionAliases::Place RegionAliases::place(const ir::Expr& expr) const {
  const ir::Expr& node = strip_projections(expr);
  if (const auto* use = ir::try_as<ir::LocalExpr>(&node)) return place(*use->local);
  const auto* sub = ir::try_as<ir::SubregionExpr>(&node);
  const auto* partition = sub ? try_as<PartitionType>(sub->partition->type) : nullptr;
  auto parent = partition ? by_symbol_.find(partition->parent) : by_symbol_.end();
  Place result = parent == by_symbol_.end() ? Place{} : place(*parent->second);
  result.type = try_as<RegionType>(node.type);
  if (!partition) return result;
  result.path.push_back({partition, sub->color.get()});
  if (const ir::Local* variable = local_of(*sub->partition)) add_ancestors(result, variable->symbol);
  return result;
}

bool RegionAliases::is_fresh(const ir::Local* root) const {
  auto definition = definitions_.find(root);
  return definition != definitions_.end() && is_new_region(*definition->second);
}

bool RegionAliases::apart_by_constraint(const Place& a, const Place& b) const {
  return std::ranges::any_of(task_.constraints, [&](const ir::Constraint& constraint) {
    if (constraint.kind != ir::Constraint::Kind::disjoint) return false;
    return (a.ancestors.contains(constraint.lhs) && b.ancestors.contains(constraint.rhs)) ||
           (a.ancestors.contains(constraint.rhs) && b.ancestors.contains(constraint.lhs));
  });
}

bool RegionAliases::apart(const Place& a, const Place& b) const {
  if (apart_by_constraint(a, b)) return true;
  if (a.type && b.type && are_apart(*a.type, *b.type)) return true;
  if (!a.root || !b.root) return false;
  if (a.root != b.root) return is_fresh(a.root) || is_fresh(b.root);
  size_t common = std::min(a.path.size(), b.path.size());
  for (size_t i = 0; i < common; ++i) {
    if (a.path[i].partition != b.path[i].partition) return false;
    bool differ = are_different_constants(*a.path[i].color, *b.path[i].color);
    if (a.path[i].partition->disjoint) {
      if (differ) return true;
    } else if (differ) {
      return false;
    }
  }
  return false;
}

bool RegionAliases::may_alias(const ir::Expr& a, const ir::Expr& b) const {
  return !apart(place(a), place(b));
}

bool RegionAliases::may_alias(const ir::Expr& a, const ir::Local& b) const {
  return !apart(place(a), place(b));
}

bool RegionAliases::may_alias(const ir::Local& a, const ir::Local& b) const {
  return !apart(place(a), place(b));
}

}  // namespace palatine::sema
