// Matching of handle parameters with arguments.
#include "sema/check/call_mapping.h"

namespace palatine::sema {

bool CallMapping::bind(const Type* param, const Type* arg) {
  return arguments_.emplace(param, arg).first->second == arg;
}

bool CallMapping::match(const Type* param, const Type* arg, const Symbol* argument, const Symbol* parameter) {
  structural_ = {};
  if (!param || !arg || param->kind != arg->kind) return false;
  switch (param->kind) {
    case TypeKind::ispace:
      if (as<IspaceType>(param).index != as<IspaceType>(arg).index) return false;
      break;
    case TypeKind::region: {
      const auto &p = as<RegionType>(param), &a = as<RegionType>(arg);
      if (p.index() != a.index() || !p.ispace->type || !a.ispace->type) return false;
      if (!bind(p.ispace->type, a.ispace->type) || !match_element(p.fspace, a.fspace)) return false;
      symbols_.emplace(p.ispace, a.ispace);
      break;
    }
    case TypeKind::partition: {
      const auto &p = as<PartitionType>(param), &a = as<PartitionType>(arg);
      if (p.disjoint != a.disjoint) return false;
      const auto *pc = try_as<IspaceType>(p.colors->type), *ac = try_as<IspaceType>(a.colors->type);
      if (!pc || !ac || pc->index != ac->index) return false;
      if (!bind(p.parent->type, a.parent->type) || !bind(pc, ac)) return false;
      symbols_.emplace(p.parent, a.parent);
      symbols_.emplace(p.colors, a.colors);
      break;
    }
    default:
      return false;
  }
  if (!bind(param, arg)) return false;
  if (parameter && argument) symbols_[parameter] = argument;
  return true;
}

// Element types are the same, except that a plain struct accepts any struct with the same fields.
bool CallMapping::match_element(const Type* param, const Type* arg) {
  const Type* expected = substitute(param);
  if (expected == arg) return true;
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
  auto it = arguments_.find(param);
  return it == arguments_.end() ? nullptr : it->second;
}

const Symbol* CallMapping::substitute(const Symbol* symbol) const {
  auto it = symbols_.find(symbol);
  return it == symbols_.end() ? symbol : it->second;
}

const Type* CallMapping::substitute(const Type* type) const {
  if (!type) return type;
  if (const Type* arg = argument_type(type)) return arg;
  switch (type->kind) {
    case TypeKind::pointer:
      return types_->pointer(substitute(as<PointerType>(type).element));
    case TypeKind::array:
      return types_->array(substitute(as<ArrayType>(type).element), as<ArrayType>(type).count);
    case TypeKind::bounded: {
      const auto& bounded = as<BoundedType>(type);
      std::vector<const Symbol*> bounds;
      for (const Symbol* bound : bounded.bounds) bounds.push_back(substitute(bound));
      return types_->bounded(bounded.index, bounded.element ? substitute(bounded.element) : nullptr,
                             std::move(bounds));
    }
    // New handle types, for messages only: a handle that was matched is found above.
    case TypeKind::region: {
      const auto& region = as<RegionType>(type);
      return types_->new_region(substitute(region.ispace), substitute(region.fspace));
    }
    case TypeKind::partition: {
      const auto& partition = as<PartitionType>(type);
      return types_->new_partition(partition.disjoint, substitute(partition.parent),
                                   substitute(partition.colors));
    }
    default:
      return type;
  }
}

}  // namespace palatine::sema
