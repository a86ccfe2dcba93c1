#include "sema/types/substitute.h"

namespace palatine::sema {

namespace {

std::vector<const Symbol*> all_of(const std::vector<const Symbol*>& symbols, const Substitution& by) {
  std::vector<const Symbol*> result;
  for (const Symbol* symbol : symbols) result.push_back(by.of(symbol));
  return result;
}

const Type* in_constructor(TypeTable& types, const StructType& structure, const Substitution& by) {
  std::vector<StructField> fields = structure.fields;
  bool is_same = true;
  for (StructField& field : fields) {
    const Type* type = substitute(types, field.type, by);
    is_same = is_same && type == field.type;
    field.type = type;
  }
  return is_same ? &structure : types.constructor(std::move(fields));
}

}  // namespace

const Type* substitute(TypeTable& types, const Type* type, const Substitution& by) {
  if (!type) return type;
  if (auto it = by.handles.find(type); it != by.handles.end()) return it->second;
  switch (type->kind) {
    case TypeKind::pointer:
      return types.pointer(substitute(types, as<PointerType>(type).element, by));
    case TypeKind::array:
      return types.array(substitute(types, as<ArrayType>(type).element, by), as<ArrayType>(type).count,
                         as<ArrayType>(type).is_regent);
    case TypeKind::list:
      return types.list(substitute(types, as<ListType>(type).element, by), as<ListType>(type).is_shallow);
    case TypeKind::bounded: {
      const auto& bounded = as<BoundedType>(type);
      return types.bounded(bounded.index, substitute(types, bounded.element, by), all_of(bounded.bounds, by));
    }
    case TypeKind::structure: {
      const auto& structure = as<StructType>(type);
      if (structure.definition)
        return types.fspace_instance(*structure.definition, all_of(structure.args, by));
      return structure.origin == StructOrigin::constructor ? in_constructor(types, structure, by) : type;
    }
    case TypeKind::region: {
      const auto& region = as<RegionType>(type);
      const Symbol* ispace = by.of(region.ispace);
      const Type* element = substitute(types, region.fspace, by);
      if (ispace == region.ispace && element == region.fspace) return type;
      return types.new_region(ispace, element);
    }
    case TypeKind::partition: {
      const auto& partition = as<PartitionType>(type);
      const Symbol *parent = by.of(partition.parent), *colors = by.of(partition.colors);
      if (parent == partition.parent && colors == partition.colors) return type;
      return types.new_partition(partition.disjoint, parent, colors);
    }
    case TypeKind::cross_product: {
      const auto& partitions = as<CrossProductType>(type).partitions;
      auto replaced = all_of(partitions, by);
      return replaced == partitions ? type : types.new_cross_product(std::move(replaced));
    }
    default:
      return type;
  }
}

}  // namespace palatine::sema
