// Conversions between types of the language, as C++ (language reference 3.2 to 3.5).
#include <fmt/format.h>

#include "codegen/emit/emit_types.h"

namespace palatine::codegen {

using namespace sema;

// Numbers, bool, and one-dimensional indices: everything that C++ converts by itself.
static bool is_scalar(const Type* type) {
  return is_primitive(type) || is_scalar_index(type);
}

Code TypeEmitter::convert(const Code& value, const Type* from, const Type* to) {
  if (from == to || is_error(from) || is_error(to)) return value;
  const std::string target = name(to);
  if (is_multi_pointer(from) && !is_multi_pointer(to)) {
    const Type* index = as<BoundedType>(from).index;
    return convert({value.as_object() + ".point", Precedence::postfix}, index, to);
  }
  if (is_scalar(from) && is_scalar(to)) {
    return name(from) == target ? value : cast_to(target, value);
  }
  if (to->kind == TypeKind::pointer) {
    if (from->kind == TypeKind::niltype) return {fmt::format("({})nullptr", target), Precedence::unary};
    if (from->kind == TypeKind::array) {
      return {fmt::format("({}){}.e", target, value.as_object()), Precedence::unary};
    }
    if (is_scalar(from)) return cast_to(target, cast_to("intptr_t", value));
    return name(from) == target ? value
                                : Code{fmt::format("({}){}", target, value.as_operand()), Precedence::unary};
  }
  if (from->kind == TypeKind::pointer && is_scalar(to)) {
    if (to->kind == TypeKind::boolean) return binary(value, "!=", Precedence::equality, {"nullptr"});
    return cast_to(target, Code{"(intptr_t)" + value.as_operand(), Precedence::unary});
  }
  // The C interface's points and rects.
  if (to->kind == TypeKind::structure && components(from) > 0) {
    const std::string& c_name = as<StructType>(to).name;
    const char* what = c_name == "legion_domain_point_t" ? "to_domain_point"
                       : c_name == "legion_ptr_t"        ? "to_c_ptr"
                       : c_name == "legion_domain_t"     ? "to_domain"
                       : from->kind == TypeKind::rect    ? "to_c_rect"
                                                         : "to_c_point";
    return call(fmt::format("api::{}<{}, {}>", what, target, components(from)), {value});
  }
  if (from->kind == TypeKind::structure && components(to) > 0) {
    const std::string& c_name = as<StructType>(from).name;
    const char* what = c_name == "legion_domain_point_t" ? "from_domain_point"
                       : c_name == "legion_ptr_t"        ? "from_c_ptr"
                       : c_name == "legion_domain_t"     ? "from_domain"
                       : to->kind == TypeKind::rect      ? "from_c_rect"
                                                         : "from_c_point";
    return call(fmt::format("api::{}<{}>", what, components(to)), {value});
  }
  if (to->kind == TypeKind::vector) {
    const auto& vector = as<VectorType>(to);
    if (!is_scalar(from)) return value;
    return call(fmt::format("api::splat<{}, {}>", name(vector.element), vector.count),
                {convert(value, from, vector.element)});
  }
  // Bounded and plain indices of more dimensions, and handles, have one C++ type.
  return value;
}

}  // namespace palatine::codegen
