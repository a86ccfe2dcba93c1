// Conversions between the language's points and rects and the structs of the C interface. Language reference,
// 3.4, 3.5.
#include "sema/check/checker.h"

namespace palatine::sema {

namespace {

std::string point_struct(int dim) {
  return "legion_point_" + std::to_string(dim) + "d_t";
}
std::string rect_struct(int dim) {
  return "legion_rect_" + std::to_string(dim) + "d_t";
}

const StructType* as_c_struct(const Type* type) {
  const auto* structure = try_as<StructType>(type);
  return structure && structure->origin == StructOrigin::c ? structure : nullptr;
}

}  // namespace

bool converts_to_c(const Type* from, const Type* to) {
  const StructType* structure = as_c_struct(to);
  if (!structure) return false;
  const std::string& name = structure->name;
  if (const auto* rect = try_as<RectType>(from))
    return name == "legion_domain_t" || name == rect_struct(rect->index->dim);
  const auto* bounded = try_as<BoundedType>(from);
  const auto* index = bounded ? bounded->index : try_as<IndexType>(from);
  if (!index) return false;
  if (name == "legion_domain_point_t") return true;
  return index->dim == 0 ? name == "legion_ptr_t" : name == point_struct(index->dim);
}

bool converts_from_c(const Type* from, const Type* to) {
  const StructType* structure = as_c_struct(from);
  if (!structure) return false;
  const std::string& name = structure->name;
  if (const auto* rect = try_as<RectType>(to))
    return name == "legion_domain_t" || name == rect_struct(rect->index->dim);
  const auto* index = try_as<IndexType>(to);
  if (!index) return false;
  if (name == "legion_domain_point_t") return true;
  return index->dim == 0 ? name == "legion_ptr_t" : name == point_struct(index->dim);
}

}  // namespace palatine::sema
