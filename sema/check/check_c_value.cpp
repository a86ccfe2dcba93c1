// Points and boxes as the C API has them.
#include <fmt/format.h>

#include "sema/check/checker.h"

namespace palatine::sema {

ir::ExprPtr Checker::c_method(ir::ExprPtr& object, const std::string& name, SourceRange range) {
  const Type* from = object->type;
  const auto* bounded = try_as<BoundedType>(from);
  const auto* index = bounded ? bounded->index : try_as<IndexType>(from);
  const auto* rect = try_as<RectType>(from);
  std::string wanted;
  if (index && name == "to_point" && index->dim > 0) wanted = fmt::format("legion_point_{}d_t", index->dim);
  if (index && name == "to_domain_point") wanted = "legion_domain_point_t";
  if (rect && name == "to_domain") wanted = "legion_domain_t";
  if (wanted.empty()) return nullptr;
  const Type* type = legion_type(wanted, range);
  return is_error(type) ? make_error(range) : convert(read(std::move(object)), type, true);
}

}  // namespace palatine::sema
