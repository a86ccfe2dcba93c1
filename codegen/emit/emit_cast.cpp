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
  if (to->kind == TypeKind::vector) {
    return {fmt::format("({}){}", target, value.as_operand()), Precedence::unary};
  }
  if (const auto* source = try_as<StructType>(from)) return convert_members(value, *source, to);
  // Bounded and plain indices of more dimensions, and handles, have one C++ type.
  return value;
}

// The field of `from` that becomes member `k`, called `wanted`, of another aggregate: by name where fields
// have names, by position for `{1, 2}`, whose fields are called `_1`, `_2`.
static int source_field(const StructType& from, const std::string& wanted, int k) {
  const int by_name = from.find(wanted);
  if (by_name >= 0) return by_name;
  return k < static_cast<int>(from.fields.size()) ? k : -1;
}

static std::string component_name(const Type* to, int k) {
  if (to->kind == TypeKind::rect) return k == 0 ? "lo" : "hi";
  return std::string(1, "xyzwvuts"[k]);
}

std::string TypeEmitter::conversion_body(const StructType& from, const Type* to) {
  const Code value{"value"};
  std::string parts;
  const auto add = [&](const std::string& wanted, int k, const Type* type) {
    const int source = source_field(from, wanted, k);
    if (source < 0) return;
    const Code part = convert(member(value, &from, source), from.fields[source].type, type);
    parts += (parts.empty() ? "" : ", ") + part.text;
  };
  if (const auto* target = try_as<StructType>(to)) {
    // Members are assigned one by one: those of a C struct may be arrays, which have no initialisers of their
    // type.
    std::string body = fmt::format("{} converted;", name(to));
    for (int k = 0; k < static_cast<int>(target->fields.size()); ++k) {
      parts.clear();
      add(target->fields[k].name, k, target->fields[k].type);
      if (!parts.empty()) body += fmt::format(" {} = {};", member({"converted"}, to, k).text, parts);
    }
    return body + " return converted;";
  }
  static const IntegerType kInt64 = [] {
    IntegerType type;
    type.bits = 64;
    return type;
  }();
  if (const auto* rect = try_as<RectType>(to)) {
    for (int k = 0; k < 2; ++k) add(component_name(to, k), k, rect->index);
    return fmt::format("return {}{{{}}};", name(to), parts);
  }
  for (int k = 0; k < components(to); ++k) add(component_name(to, k), k, &kInt64);
  return components(to) == 1 ? fmt::format("return {};", parts)
                             : fmt::format("return {}{{{{{}}}}};", name(to), parts);
}

std::string TypeEmitter::conversion_function(const StructType& from, const Type* to) {
  for (const Conversion& known : conversions_) {
    if (known.from == &from && known.to == to) return known.name;
  }
  // Inner conversions register themselves first, so each function stands behind those that it calls.
  std::string body = conversion_body(from, to);
  std::string function = names_.declare_global(fmt::format("convert_to_{}", type_name(to)));
  conversions_.push_back({&from, to, function, std::move(body)});
  return function;
}

Code TypeEmitter::convert_members(const Code& value, const StructType& from, const Type* to) {
  if (to->kind != TypeKind::structure && components(to) == 0) return value;
  name(&from);
  return call(conversion_function(from, to), {value});
}

}  // namespace palatine::codegen
