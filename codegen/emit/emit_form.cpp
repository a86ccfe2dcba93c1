// Casts of pointers into regions, and their null values (language reference, 3.6).
#include <fmt/format.h>

#include "codegen/emit/function_emitter.h"

namespace palatine::codegen {

static const sema::Type* leaf_type(const ir::Expr& region, int leaf) {
  return sema::flatten_fields(sema::as<sema::RegionType>(region.type).fspace)[static_cast<size_t>(leaf)].type;
}

static const sema::IndexType* index_of(const sema::Type* type) {
  if (const auto* bounded = sema::try_as<sema::BoundedType>(type)) return bounded->index;
  return sema::try_as<sema::IndexType>(type);
}

Code FunctionEmitter::null_point(const sema::Type* pointer) {
  if (index_of(pointer)->dim == 0) return {"api::kNullPtr"};
  return {fmt::format("api::null_point<{}>()", components(pointer)), Precedence::postfix};
}

// Null where the operand's region lies in none of the target's.
Code FunctionEmitter::static_cast_of(const ir::FormExpr& expr) {
  const Code pointer = value(*expr.operands[0]);
  const bool from_many = is_multi_pointer(expr.operands[0]->type);
  const bool to_many = is_multi_pointer(expr.type);
  if (!from_many && !to_many) return expr.numbers[0] == 0 ? pointer : null_point(expr.type);
  std::string places;
  for (const int place : expr.numbers) places += fmt::format(", {}", place);
  return call(fmt::format("api::{}_to_{}<{}{}>", from_many ? "many" : "one", to_many ? "many" : "one",
                          components(expr.type), places),
              {pointer, null_point(expr.type)});
}

Code FunctionEmitter::form(const ir::FormExpr& expr) {
  if (is_list_form(expr.form)) return list_form(expr);
  if (expr.form == ir::Form::raw_future || expr.form == ir::Form::collective_result) {
    return {fmt::format("{}.get<{}>(context)", raw_future(expr).text, type(expr.type)), Precedence::postfix};
  }
  const int n = expr.operands.empty() ? components(expr.type) : components(expr.operands[0]->type);
  switch (expr.form) {
    case ir::Form::dynamic_cast_: {
      std::vector<Code> args = {{"context"}, value(*expr.operands[0]), null_point(expr.type)};
      for (size_t k = 1; k < expr.operands.size(); ++k) args.push_back(ispace_of(*expr.operands[k]));
      return call(fmt::format("api::pointer_into_{}<{}>", is_multi_pointer(expr.type) ? "many" : "one", n),
                  args);
    }
    case ir::Form::static_cast_:
      return static_cast_of(expr);
    case ir::Form::unsafe_cast_: {
      const Code pointer = value(*expr.operands[0]);
      if (!checks_bounds()) return pointer;
      const std::string message = fmt::format("pointer {} is out-of-bounds", sema::type_name(expr.type));
      return call(fmt::format("api::in_ispace<{}>", n), {{"context"},
                                                         pointer,
                                                         ispace_of(*expr.operands[1]),
                                                         {string_literal(message)},
                                                         {unit_.loc(expr.range)}});
    }
    case ir::Form::is_null: {
      const Code pointer = unit_.types().convert(value(*expr.operands[0]), expr.operands[0]->type,
                                                 index_of(expr.operands[0]->type));
      return binary(pointer, "==", Precedence::equality, null_point(expr.operands[0]->type));
    }
    case ir::Form::pointer_of_parts:
      return {fmt::format("{}{{{}, uint8_t({})}}", type(expr.type), value(*expr.operands[0]).text,
                          value(*expr.operands[1]).text),
              Precedence::postfix};
    case ir::Form::null:
      if (is_multi_pointer(expr.type)) {
        return {fmt::format("{}{{{}, 0}}", type(expr.type), null_point(expr.type).text), Precedence::postfix};
      }
      return null_point(expr.type);
    case ir::Form::contains:
      return call(fmt::format("api::contains<{}>", components(expr.operands[1]->type)),
                  {{"context"}, ispace_of(*expr.operands[0]), value(*expr.operands[1])});
    case ir::Form::raw:
      if (expr.operands[0]->type->kind == sema::TypeKind::index) {
        return {fmt::format("api::Type<{}>{{{}}}", type(expr.type), value(*expr.operands[0]).text),
                Precedence::postfix};
      }
      return {fmt::format("__builtin_bit_cast({}, context.raw({}))", type(expr.type),
                          value(*expr.operands[0]).text),
              Precedence::postfix};
    case ir::Form::fields: {
      std::string ids;
      const Code region = value(*expr.operands[0]);
      for (const int leaf : expr.numbers) {
        ids += fmt::format("{}context.field_id({}, {})", ids.empty() ? "" : ", ", region.text, leaf);
        if (is_multi_pointer(leaf_type(*expr.operands[0], leaf))) {
          ids += fmt::format(", context.field_id({}, {}) | api::kRegionOfPointer", region.text, leaf);
        }
      }
      return {fmt::format("{}{{{{{}}}}}", type(expr.type), ids), Precedence::postfix};
    }
    default:
      break;
  }
  return {};
}

Code FunctionEmitter::physical(const ir::PhysicalExpr& expr) {
  std::string handles;
  const uint64_t count = sema::as<sema::ArrayType>(expr.type).count;
  for (uint64_t k = 0; k < count; ++k) {
    handles += fmt::format("{}{{context.physical({})}}", k ? ", " : "", name_of(*expr.region));
  }
  return {fmt::format("{}{{{{{}}}}}", type(expr.type), handles), Precedence::postfix};
}

}  // namespace palatine::codegen
