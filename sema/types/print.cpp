// Names of types as diagnostics print them.
#include <fmt/format.h>

#include "sema/types/types.h"

namespace palatine::sema {

std::string symbol_name(const Symbol& symbol) {
  return "$" + (symbol.name.empty() ? std::to_string(symbol.id) : symbol.name);
}

// A space that the program named prints as the variable, any other as its type.
static std::string space_name(const Symbol* space) {
  if (!space->name.empty() || !space->type) return symbol_name(*space);
  return type_name(space->type);
}

static bool is_opaque_space(const Symbol* space) {
  const auto* type = try_as<IspaceType>(space->type);
  return type && type->index->dim == 0;
}

static std::string region_name(const RegionType& region) {
  if (is_opaque_space(region.ispace)) return "region(" + type_name(region.fspace) + ")";
  return "region(" + space_name(region.ispace) + ", " + type_name(region.fspace) + ")";
}

static std::string partition_name(const PartitionType& partition) {
  std::string text = partition.disjoint ? "partition(disjoint, " : "partition(aliased, ";
  text += symbol_name(*partition.parent);
  if (!is_opaque_space(partition.colors)) text += ", " + space_name(partition.colors);
  return text + ")";
}

static std::string product_name(const CrossProductType& product) {
  std::string text = "cross_product(";
  for (size_t i = 0; i < product.partitions.size(); ++i) {
    if (i > 0) text += ", ";
    text += symbol_name(*product.partitions[i]);
  }
  return text + ")";
}

static std::string bounded_name(const BoundedType& bounded) {
  std::string text = bounded.index->name + "(";
  bool first = true;
  if (bounded.element) {
    text += type_name(bounded.element);
    first = false;
  }
  for (const Symbol* bound : bounded.bounds) {
    if (!first) text += ", ";
    text += symbol_name(*bound);
    first = false;
  }
  return text + ")";
}

static std::string function_name(const FunctionType& function) {
  std::string text = "{";
  for (size_t i = 0; i < function.params.size(); ++i) {
    if (i > 0) text += ",";
    text += type_name(function.params[i]);
  }
  if (function.variadic) text += function.params.empty() ? "..." : ",...";
  return text + "} -> " + type_name(function.result);
}

static std::string rect_name(const RectType& type) {
  // Those of the language itself have no names of fields.
  const IndexType& index = *type.index;
  return index.fields.empty() ? "rect" + std::to_string(index.dim) + "d" : "rect(" + index.name + ")";
}

static std::string struct_name(const StructType& type) {
  if (type.origin == StructOrigin::fspace) {
    std::string args;
    for (const Symbol* arg : type.args) args += (args.empty() ? "" : ", ") + symbol_name(*arg);
    return type.name + "(" + args + ")";
  }
  if (type.origin != StructOrigin::constructor) return type.name;
  std::string text = "{";
  for (size_t i = 0; i < type.fields.size(); ++i) {
    if (i > 0) text += ", ";
    text += type.fields[i].name + " : " + type_name(type.fields[i].type);
  }
  return text + "}";
}

std::string type_name(const Type* type) {
  if (!type) return "unknown";
  switch (type->kind) {
    case TypeKind::error:
      return "error";
    case TypeKind::unit:
      return "{}";
    case TypeKind::boolean:
      return "bool";
    case TypeKind::opaque:
      return "opaque";
    case TypeKind::niltype:
      return "niltype";
    case TypeKind::integer: {
      const auto& integer = as<IntegerType>(type);
      return (integer.is_signed ? "int" : "uint") + std::to_string(integer.bits);
    }
    case TypeKind::floating:
      return as<FloatType>(type).bits == 32 ? "float" : "double";
    case TypeKind::pointer:
      // As it is written.
      if (as<PointerType>(type).element->kind == TypeKind::function) {
        return type_name(as<PointerType>(type).element);
      }
      return "&" + type_name(as<PointerType>(type).element);
    case TypeKind::array: {
      const auto& array = as<ArrayType>(type);
      if (array.is_regent) return fmt::format("regent_array({}, {})", type_name(array.element), array.count);
      return type_name(array.element) + "[" + std::to_string(array.count) + "]";
    }
    case TypeKind::vector: {
      const auto& vector = as<VectorType>(type);
      return "vector(" + type_name(vector.element) + "," + std::to_string(vector.count) + ")";
    }
    case TypeKind::function:
      return function_name(as<FunctionType>(type));
    case TypeKind::structure:
      return struct_name(as<StructType>(type));
    case TypeKind::index:
      return as<IndexType>(type).name;
    case TypeKind::rect:
      return rect_name(as<RectType>(type));
    case TypeKind::bounded:
      return bounded_name(as<BoundedType>(type));
    case TypeKind::ispace:
      return "ispace(" + as<IspaceType>(type).index->name + ")";
    case TypeKind::region:
      return region_name(as<RegionType>(type));
    case TypeKind::partition:
      return partition_name(as<PartitionType>(type));
    case TypeKind::list:
      return "list(" + type_name(as<ListType>(type).element) + ")";
    case TypeKind::dynamic_collective:
      return "dynamic_collective(" + type_name(as<DynamicCollectiveType>(type).element) + ")";
    case TypeKind::phase_barrier:
      return "phase_barrier";
    case TypeKind::cross_product:
      return product_name(as<CrossProductType>(type));
    case TypeKind::transform:
      return "transform(" + std::to_string(as<TransformType>(type).rows) + "," +
             std::to_string(as<TransformType>(type).columns) + ")";
  }
  return "unknown";
}

}  // namespace palatine::sema
