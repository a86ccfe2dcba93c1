// Matching of handle parameters with arguments.
#include "sema/check/call_mapping.h"

namespace palatine::sema {

bool CallMapping::bind(const Type* param, const Type* arg) {
  return substitution_.handles.emplace(param, arg).first->second == arg;
}

bool CallMapping::match(const Type* param, const Type* arg, const Symbol* argument, const Symbol* parameter) {
  structural_ = {};
  if (!param || !arg || param->kind != arg->kind) return false;
  // The element type may mention the region itself.
  if (parameter && argument) name(parameter, argument);
  switch (param->kind) {
    case TypeKind::ispace:
      if (as<IspaceType>(param).index != as<IspaceType>(arg).index) return false;
      break;
    case TypeKind::region: {
      const auto &p = as<RegionType>(param), &a = as<RegionType>(arg);
      if (p.index() != a.index() || !p.ispace->type || !a.ispace->type) return false;
      if (!bind(p.ispace->type, a.ispace->type) || !match_element(p.fspace, a.fspace)) return false;
      substitution_.symbols.emplace(p.ispace, a.ispace);
      break;
    }
    case TypeKind::partition: {
      const auto &p = as<PartitionType>(param), &a = as<PartitionType>(arg);
      if (p.disjoint != a.disjoint) return false;
      const auto *pc = try_as<IspaceType>(p.colors->type), *ac = try_as<IspaceType>(a.colors->type);
      if (!pc || !ac || pc->index != ac->index) return false;
      if (!bind(p.parent->type, a.parent->type) || !bind(pc, ac)) return false;
      substitution_.symbols.emplace(p.parent, a.parent);
      substitution_.symbols.emplace(p.colors, a.colors);
      break;
    }
    case TypeKind::cross_product: {
      const auto &p = as<CrossProductType>(param).partitions, &a = as<CrossProductType>(arg).partitions;
      if (p.size() != a.size()) return false;
      for (size_t i = 0; i < p.size(); ++i) {
        if (!p[i]->type || !a[i]->type || !bind(p[i]->type, a[i]->type)) return false;
        substitution_.symbols.emplace(p[i], a[i]);
      }
      break;
    }
    case TypeKind::list: {
      const RegionType *p = region_in(param), *a = region_in(arg);
      if (!p || !a || list_depth(param) != list_depth(arg) || p->index() != a->index()) return false;
      if (!same_type(substitute(p->fspace), a->fspace)) return false;
      break;
    }
    default:
      return false;
  }
  return bind(param, arg);
}

// Element types are the same, except that a plain struct accepts any struct with the same fields.
bool CallMapping::match_element(const Type* param, const Type* arg) {
  const Type* expected = substitute(param);
  if (same_type(expected, arg)) return true;
  const auto *p = try_as<StructType>(expected), *a = try_as<StructType>(arg);
  if (!p || !a || p->origin == StructOrigin::fspace) return false;
  types_->complete(p);
  types_->complete(a);
  if (p->fields.size() != a->fields.size()) {
    structural_ = {FieldProblem::count, "", p, a};
    return false;
  }
  for (const StructField& field : p->fields) {
    const int index = a->find(field.name);
    if (index < 0) {
      structural_ = {FieldProblem::missing, field.name, p, a};
      return false;
    }
    const Type* type = a->fields[static_cast<size_t>(index)].type;
    if (!match_element(field.type, type)) {
      if (structural_.problem == FieldProblem::none)
        structural_ = {FieldProblem::type, field.name, field.type, type};
      return false;
    }
  }
  return true;
}

const Type* CallMapping::argument_type(const Type* param) const {
  auto it = substitution_.handles.find(param);
  return it == substitution_.handles.end() ? nullptr : it->second;
}

const Type* CallMapping::substitute(const Type* type) const {
  return sema::substitute(*types_, type, substitution_);
}

}  // namespace palatine::sema
