// Values.
#include <fmt/format.h>

#include <cmath>

#include "codegen/emit/function_emitter.h"

namespace palatine::codegen {

using ast::BinaryOp;
using sema::TypeKind;

static std::string integer_text(uint64_t bits, const sema::IntegerType& type) {
  if (!type.is_signed) {
    return fmt::format("{}{}", bits, type.bits == 64 ? "UL" : type.bits == 32 ? "U" : "");
  }
  const auto value = static_cast<int64_t>(bits);
  // The most negative value has no literal: its digits do not fit.
  if (value == INT64_MIN) return "(-9223372036854775807L - 1)";
  if (type.bits == 32 && value == INT32_MIN) return "(-2147483647 - 1)";
  return fmt::format("{}{}", value, type.bits == 64 ? "L" : "");
}

static std::string float_text(double value, int bits) {
  const char* suffix = bits == 32 ? "f" : "";
  if (std::isnan(value)) return fmt::format("__builtin_nan{}(\"\")", suffix);
  if (std::isinf(value)) return fmt::format("{}__builtin_inf{}()", value < 0 ? "-" : "", suffix);
  // The shortest decimal that reads back as the same number.
  std::string text = bits == 32 ? fmt::format("{}", static_cast<float>(value)) : fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text + suffix;
}

bool FunctionEmitter::is_string(const ir::ConstExpr& expr) {
  const auto* pointer = sema::try_as<sema::PointerType>(expr.type);
  const auto* element = pointer ? sema::try_as<sema::IntegerType>(pointer->element) : nullptr;
  return element && element->bits == 8;
}

static Code literal(std::string text) {
  const bool is_negative = text[0] == '-';
  return {std::move(text), is_negative ? Precedence::unary : Precedence::primary};
}

static Code value_of_bytes(const std::string& type, const std::string& bytes) {
  return {fmt::format("[] {{ {} value; __builtin_memcpy(&value, {}, sizeof value); return value; }}()", type,
                      string_literal(bytes)),
          Precedence::postfix};
}

Code FunctionEmitter::constant(const ir::ConstExpr& expr) {
  switch (expr.type->kind) {
    case TypeKind::boolean:
      return {expr.integer ? "true" : "false"};
    case TypeKind::integer: {
      const auto& integer = sema::as<sema::IntegerType>(expr.type);
      const Code code = literal(integer_text(expr.integer, integer));
      return integer.bits < 32 ? cast_to(type(expr.type), code) : code;
    }
    case TypeKind::floating:
      return literal(float_text(expr.floating, sema::as<sema::FloatType>(expr.type).bits));
    case TypeKind::pointer: {
      if (!is_string(expr)) return {fmt::format("({})nullptr", type(expr.type)), Precedence::unary};
      return {fmt::format("(char*){}", string_literal(expr.string)), Precedence::unary};
    }
    case TypeKind::index:
    case TypeKind::bounded:
      if (components(expr.type) == 1) return literal(fmt::format("{}L", static_cast<int64_t>(expr.integer)));
      return {type(expr.type) + "{}"};
    default:
      if (!expr.string.empty()) return value_of_bytes(type(expr.type), expr.string);
      return {fmt::format("({})nullptr", type(expr.type)), Precedence::unary};
  }
}

Code FunctionEmitter::global(const ir::Global& global) {
  const GlobalName& entry = unit_.global(global);
  if (entry.is_pointer) return {"*" + entry.name, Precedence::unary};
  return {entry.name};
}

Code FunctionEmitter::local(const ir::Local& local) {
  Code code{name_of(local)};
  if (local.is_future)
    return {fmt::format("{}.get<{}>(context)", code.text, type(local.type)), Precedence::postfix};
  return code;
}

// Integers that C++ would widen to `int` when it computes with them.
static bool is_narrow(const sema::Type* type) {
  const auto* integer = sema::try_as<sema::IntegerType>(type);
  return integer && integer->bits < 32;
}

Code FunctionEmitter::unary(const ir::UnaryExpr& expr) {
  const Code operand = value(*expr.operand);
  const bool is_not = expr.op == ast::UnaryOp::logical_not;
  const bool is_bool = sema::innermost_element(expr.type)->kind == TypeKind::boolean;
  const Code result = prefix(!is_not ? '-' : is_bool ? '!' : '~', operand);
  return is_narrow(expr.type) ? cast_to(type(expr.type), result) : result;
}

struct OperatorText {
  const char* text;
  Precedence precedence;
};

static OperatorText operator_text(BinaryOp op, bool is_bool) {
  switch (op) {
    case BinaryOp::multiply:
      return {"*", Precedence::multiplicative};
    case BinaryOp::divide:
      return {"/", Precedence::multiplicative};
    case BinaryOp::modulo:
      return {"%", Precedence::multiplicative};
    case BinaryOp::add:
      return {"+", Precedence::additive};
    case BinaryOp::subtract:
      return {"-", Precedence::additive};
    case BinaryOp::shift_left:
      return {"<<", Precedence::shift};
    case BinaryOp::shift_right:
      return {">>", Precedence::shift};
    case BinaryOp::less:
      return {"<", Precedence::relational};
    case BinaryOp::greater:
      return {">", Precedence::relational};
    case BinaryOp::less_equal:
      return {"<=", Precedence::relational};
    case BinaryOp::greater_equal:
      return {">=", Precedence::relational};
    case BinaryOp::equal:
      return {"==", Precedence::equality};
    case BinaryOp::not_equal:
      return {"!=", Precedence::equality};
    case BinaryOp::bit_xor:
      return {"^", Precedence::bit_xor};
    case BinaryOp::logical_and:
    case BinaryOp::set_intersect:
      return is_bool ? OperatorText{"&&", Precedence::logical_and} : OperatorText{"&", Precedence::bit_and};
    case BinaryOp::logical_or:
    case BinaryOp::set_union:
      return is_bool ? OperatorText{"||", Precedence::logical_or} : OperatorText{"|", Precedence::bit_or};
  }
  return {"+", Precedence::additive};
}

Code FunctionEmitter::arithmetic(BinaryOp op, const Code& lhs, const Code& rhs,
                                 const sema::Type* operand_type, const sema::Type* result_type) {
  if (op == BinaryOp::modulo && operand_type->kind == TypeKind::floating)
    return call("api::remainder_of", {lhs, rhs});
  const OperatorText text = operator_text(op, operand_type->kind == TypeKind::boolean);
  const Code result = binary(lhs, text.text, text.precedence, rhs);
  return is_narrow(result_type) ? cast_to(type(result_type), result) : result;
}

Code FunctionEmitter::binary_value(const ir::BinaryExpr& expr) {
  // `index % rect`.
  if (const auto* rect = sema::try_as<sema::RectType>(expr.rhs->type); rect && expr.op == BinaryOp::modulo)
    return call(fmt::format("api::wrap<{}>", rect->index->components()),
                {value(*expr.lhs), value(*expr.rhs)});
  return arithmetic(expr.op, value(*expr.lhs), value(*expr.rhs), expr.lhs->type, expr.type);
}

Code FunctionEmitter::reduced(ast::ReductionOp op, const Code& target, const sema::Type* target_type,
                              const Code& operand, const sema::Type* operand_type,
                              const sema::Type* compute_type) {
  TypeEmitter& types = unit_.types();
  const Code lhs = types.convert(target, target_type, compute_type);
  const Code rhs = types.convert(operand, operand_type, compute_type);
  Code result;
  switch (op) {
    case ast::ReductionOp::add:
      result = arithmetic(BinaryOp::add, lhs, rhs, compute_type, compute_type);
      break;
    case ast::ReductionOp::subtract:
      result = arithmetic(BinaryOp::subtract, lhs, rhs, compute_type, compute_type);
      break;
    case ast::ReductionOp::multiply:
      result = arithmetic(BinaryOp::multiply, lhs, rhs, compute_type, compute_type);
      break;
    case ast::ReductionOp::divide:
      result = arithmetic(BinaryOp::divide, lhs, rhs, compute_type, compute_type);
      break;
    case ast::ReductionOp::max:
    case ast::ReductionOp::min: {
      const char* callee = op == ast::ReductionOp::max ? "api::max_of" : "api::min_of";
      result = call(callee, {lhs, rhs});
      break;
    }
  }
  return types.convert(result, compute_type, target_type);
}

Code FunctionEmitter::member_of(const ir::FieldExpr& expr) {
  const sema::Type* object_type = expr.object->type;
  Code result;
  if (const auto* deref = ir::try_as<ir::DerefExpr>(expr.object.get())) {
    result = unit_.types().member({"object"}, object_type, expr.field);
    const size_t at = result.text.find("object.");
    result.text.replace(at, 7, value(*deref->pointer).as_object() + "->");
  } else {
    result = unit_.types().member(value(*expr.object), object_type, expr.field);
  }
  return result;
}

Code FunctionEmitter::element_of(const ir::IndexExpr& expr) {
  const Code object = value(*expr.object);
  Code index = value(*expr.index);
  const bool is_array = expr.object->type->kind == TypeKind::array;
  if (is_array) check_array_index(expr, index);
  if (expr.object->type->kind == TypeKind::transform) check_transform_index(expr, index);
  return {fmt::format("{}{}[{}]", object.as_object(), is_array ? ".e" : "", index.text), Precedence::postfix};
}

Code FunctionEmitter::address_of(const ir::AddressOfExpr& expr) {
  // The address of a region's element is its index.
  const auto* access = ir::try_as<ir::RegionAccessExpr>(expr.operand.get());
  if (access && expr.type->kind != TypeKind::pointer) return value(*access->index);
  if (const auto* deref = ir::try_as<ir::DerefExpr>(expr.operand.get())) return value(*deref->pointer);
  return prefix('&', lvalue(*expr.operand));
}

std::string FunctionEmitter::store_into_c(const Code& member, const sema::Type* member_type,
                                          const Code& value) {
  // C may have declared it as an enumeration or as a pointer to const.
  const bool may_differ = member_type->kind == TypeKind::pointer || member_type->kind == TypeKind::integer;
  const std::string text =
      may_differ ? fmt::format("(decltype({}))({})", member.text, value.text) : value.text;
  return fmt::format("{} = {};", member.text, text);
}

Code FunctionEmitter::aggregate(const ir::CtorExpr& expr) {
  std::vector<Code> values;
  for (const ir::ExprPtr& part : expr.values) values.push_back(value(*part));
  const std::string name = type(expr.type);
  const auto* structure = sema::try_as<sema::StructType>(expr.type);
  if (structure && structure->origin == sema::StructOrigin::c) {
    // C's members may be arrays, which have no initialisers of their type: they are set one by one.
    std::string body = fmt::format("{} made{{}};", name);
    for (size_t k = 0; k < values.size(); ++k) {
      const Code member = unit_.types().member({"made"}, expr.type, static_cast<int>(k));
      body += " " + store_into_c(member, expr.values[k]->type, values[k]);
    }
    return {fmt::format("[&] {{ {} return made; }}()", body), Precedence::postfix};
  }
  if (is_scalar_index(expr.type)) return values.empty() ? Code{"int64_t{}"} : values[0];
  // Points and arrays hold a C array, which has braces of its own.
  const bool has_inner_braces = expr.type->kind == TypeKind::array || expr.type->kind == TypeKind::vector ||
                                (components(expr.type) > 1 && expr.type->kind != TypeKind::rect);
  const std::string parts = join(values);
  return {has_inner_braces ? fmt::format("{}{{{{{}}}}}", name, parts) : fmt::format("{}{{{}}}", name, parts),
          Precedence::postfix};
}

Code FunctionEmitter::ispace_of(const ir::Expr& domain) {
  const Code handle = value(domain);
  if (domain.type->kind == TypeKind::region) return call("context.region_ispace", {handle});
  return handle;
}

static int dimensions_of(const sema::Type* handle) {
  if (const auto* ispace = sema::try_as<sema::IspaceType>(handle)) return ispace->index->components();
  if (const auto* region = sema::try_as<sema::RegionType>(handle)) return region->index()->components();
  return 1;
}

Code FunctionEmitter::boxes_of(const ir::Expr& domain) {
  const auto* variable = ir::try_as<ir::LocalExpr>(&domain);
  const bool is_region = domain.type->kind == TypeKind::region;
  const std::string place = is_region && variable ? placed(*variable->local) : "";
  const std::string handle = value(domain).text + place;
  return call(fmt::format("api::boxes<{}>", dimensions_of(domain.type)), {{"context"}, {handle}});
}

Code FunctionEmitter::handle_member(const ir::HandleMemberExpr& expr) {
  switch (expr.member) {
    case ir::HandleMember::bounds:
      if (const auto* region = ir::try_as<ir::LocalExpr>(expr.object.get())) {
        const auto known = asked_bounds_.find(region->local);
        if (known != asked_bounds_.end()) return {known->second};
      }
      return call(fmt::format("context.bounds<{}>", dimensions_of(expr.object->type)),
                  {ispace_of(*expr.object)});
    case ir::HandleMember::volume:
      return cast_to(type(expr.type), call("context.volume", {ispace_of(*expr.object)}));
    case ir::HandleMember::ispace:
      return ispace_of(*expr.object);
    case ir::HandleMember::colors:
      return call(expr.object->type->kind == TypeKind::cross_product ? "context.cross_product_colors"
                                                                     : "context.partition_colors",
                  {value(*expr.object)});
  }
  return {};
}

Code FunctionEmitter::new_region(const ir::NewRegionExpr& expr, const std::string& variable) {
  const auto& region = sema::as<sema::RegionType>(expr.type);
  const std::string name = variable.empty() ? "nullptr" : string_literal(variable);
  return call("context.create_region", {value(*expr.ispace),
                                        {unit_.types().field_space(region.fspace)},
                                        {fmt::format("{{{}, {}}}", name, unit_.loc(expr.range))}});
}

Code FunctionEmitter::lvalue(const ir::Expr& expr) {
  const auto* field = ir::try_as<ir::FieldExpr>(&expr);
  return field ? member_of(*field) : value(expr);
}

Code FunctionEmitter::value(const ir::Expr& expr) {
  using ir::as;
  if (!deferred_parts_.empty()) {
    const auto part = deferred_parts_.find(&expr);
    if (part != deferred_parts_.end()) return part->second;
  }
  switch (expr.kind) {
    case ir::ExprKind::Const:
      return constant(as<ir::ConstExpr>(expr));
    case ir::ExprKind::Local:
      return local(*as<ir::LocalExpr>(expr).local);
    case ir::ExprKind::Global:
      return global(*as<ir::GlobalExpr>(expr).global);
    case ir::ExprKind::Unary:
      return unary(as<ir::UnaryExpr>(expr));
    case ir::ExprKind::Binary:
      return binary_value(as<ir::BinaryExpr>(expr));
    case ir::ExprKind::MinMax: {
      const auto& minmax = as<ir::MinMaxExpr>(expr);
      return call(minmax.is_max ? "api::max_of" : "api::min_of", {value(*minmax.lhs), value(*minmax.rhs)});
    }
    case ir::ExprKind::Cast: {
      const auto& cast = as<ir::CastExpr>(expr);
      return unit_.types().convert(value(*cast.operand), cast.operand->type, cast.type);
    }
    case ir::ExprKind::Field: {
      const Code member = member_of(as<ir::FieldExpr>(expr));
      const auto* structure = sema::try_as<sema::StructType>(as<ir::FieldExpr>(expr).object->type);
      // C may have declared the member as a pointer to const.
      const bool is_c_pointer =
          structure && structure->origin == sema::StructOrigin::c && expr.type->kind == TypeKind::pointer;
      // Components of points are int64, whatever the program sees them as.
      const bool is_component =
          components(as<ir::FieldExpr>(expr).object->type) > 1 && expr.type->kind == TypeKind::integer;
      const bool needs_cast = is_component && sema::as<sema::IntegerType>(expr.type).bits < 64;
      return is_c_pointer || needs_cast ? cast_to(type(expr.type), member) : member;
    }
    case ir::ExprKind::Index:
      return element_of(as<ir::IndexExpr>(expr));
    case ir::ExprKind::Deref:
      return prefix('*', value(*as<ir::DerefExpr>(expr).pointer));
    case ir::ExprKind::AddressOf:
      return address_of(as<ir::AddressOfExpr>(expr));
    case ir::ExprKind::Ctor:
      return aggregate(as<ir::CtorExpr>(expr));
    case ir::ExprKind::RegionAccess:
      return region_value(as<ir::RegionAccessExpr>(expr));
    case ir::ExprKind::Subregion: {
      const auto& subregion = as<ir::SubregionExpr>(expr);
      return call(fmt::format("context.subregion<{}>", std::max(components(subregion.color->type), 1)),
                  {value(*subregion.partition), value(*subregion.color), {unit_.loc(expr.range)}});
    }
    case ir::ExprKind::HandleMember:
      return handle_member(as<ir::HandleMemberExpr>(expr));
    case ir::ExprKind::NewIspace: {
      const auto& ispace = as<ir::NewIspaceExpr>(expr);
      const int n = dimensions_of(expr.type);
      std::vector<Code> box = {value(*ispace.extent)};
      if (ispace.start) box.push_back(value(*ispace.start));
      return call(fmt::format("context.create_ispace<{}>", n),
                  {call(fmt::format("api::box_of<{}>", n), box)});
    }
    case ir::ExprKind::NewRegion:
      return new_region(as<ir::NewRegionExpr>(expr), "");
    case ir::ExprKind::NewPartitionEqual: {
      const auto& partition = as<ir::NewPartitionEqualExpr>(expr);
      return call("context.create_partition_equal",
                  {value(*partition.region), value(*partition.colors), {unit_.loc(expr.range)}});
    }
    case ir::ExprKind::HandleOp:
      return handle_op(as<ir::HandleOpExpr>(expr));
    case ir::ExprKind::CCall:
      return c_call(as<ir::CCallExpr>(expr));
    case ir::ExprKind::RuntimeCall:
      return runtime_call(as<ir::RuntimeCallExpr>(expr));
    case ir::ExprKind::FunctionCall:
      return function_call(as<ir::FunctionCallExpr>(expr));
    case ir::ExprKind::FunctionAddress: {
      const auto& function = as<ir::FunctionAddressExpr>(expr);
      if (function.callee) return prefix('&', {unit_.function(*function.callee), Precedence::postfix});
      if (function.header->is_c) {
        return cast_to(type(expr.type), {unit_.c_units().address_of(*function.header, function.c_function)});
      }
      return cast_to(type(expr.type), prefix('&', {function.c_function, Precedence::postfix}));
    }
    case ir::ExprKind::PointerCall:
      return pointer_call(as<ir::PointerCallExpr>(expr));
    case ir::ExprKind::TaskCall: {
      const Code future = launch(as<ir::TaskCallExpr>(expr));
      if (expr.type->kind == TypeKind::unit) return future;
      return {fmt::format("{}.get<{}>(context)", future.text, type(expr.type)), Precedence::postfix};
    }
    case ir::ExprKind::Physical:
      return physical(as<ir::PhysicalExpr>(expr));
    case ir::ExprKind::Form:
      return form(as<ir::FormExpr>(expr));
  }
  return {};
}

}  // namespace palatine::codegen
