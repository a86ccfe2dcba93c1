// Lists (language reference, 3.9).
#include <fmt/format.h>

#include <algorithm>

#include "codegen/emit/function_emitter.h"

namespace palatine::codegen {

static int components_of_colors(const sema::Type* partition) {
  return sema::as<sema::PartitionType>(partition).color_index()->components();
}

bool FunctionEmitter::is_list_form(ir::Form form) {
  switch (form) {
    case ir::Form::list_range:
    case ir::Form::list_ispace:
    case ir::Form::list_from_element:
    case ir::Form::list_element:
    case ir::Form::list_slice:
    case ir::Form::list_leaves:
    case ir::Form::list_invert:
      return true;
    default:
      return false;
  }
}

Code FunctionEmitter::list_form(const ir::FormExpr& expr) {
  std::vector<Code> operands;
  for (const ir::ExprPtr& operand : expr.operands) operands.push_back(value(*operand));
  const Code loc{unit_.loc(expr.range)};
  const Code context{"context"};
  switch (expr.form) {
    case ir::Form::list_range:
      return call("api::list_range", operands);
    case ir::Form::list_ispace: {
      const int n = sema::as<sema::IspaceType>(expr.operands[0]->type).index->components();
      return call(fmt::format("api::list_of_points<{}>", n), {context, operands[0]});
    }
    case ir::Form::list_from_element:
      return call("api::list_like", operands);
    case ir::Form::list_element:
    case ir::Form::list_slice: {
      const std::string message =
          fmt::format("list access to {} is out-of-bounds", sema::type_name(expr.operands[0]->type));
      return call(expr.form == ir::Form::list_slice ? "api::list_slice" : "api::list_at",
                  {operands[0], operands[1], {string_literal(message)}, loc});
    }
    case ir::Form::list_leaves:
      return call("api::leaf_count", operands);
    case ir::Form::list_invert: {
      const bool is_shallow = sema::as<sema::ListType>(expr.operands[1]->type).is_shallow;
      return call("api::list_invert",
                  {context, operands[0], operands[1], {is_shallow ? "true" : "false"}, operands[2], loc});
    }
    default:
      return {};
  }
}

Code FunctionEmitter::list_op(const ir::HandleOpExpr& expr, const std::vector<Code>& operands) {
  const Code loc{unit_.loc(expr.range)};
  const Code context{"context"};
  switch (expr.op) {
    case ir::HandleOp::list_slice_partition:
    case ir::HandleOp::list_duplicate_partition: {
      const bool is_slice = expr.op == ir::HandleOp::list_slice_partition;
      return call(fmt::format("api::list_{}_partition<{}>", is_slice ? "slice" : "duplicate",
                              components_of_colors(expr.operands[0]->type)),
                  {context, operands[0], operands[1], loc});
    }
    case ir::HandleOp::list_cross_product:
    case ir::HandleOp::list_cross_product_shallow: {
      const bool is_shallow = expr.op == ir::HandleOp::list_cross_product_shallow;
      return call("api::list_cross_product",
                  {context, operands[0], operands[1], {is_shallow ? "true" : "false"}, loc});
    }
    case ir::HandleOp::list_cross_product_complete:
      return call("api::list_cross_product_complete", {context, operands[0], operands[1], loc});
    case ir::HandleOp::list_phase_barriers:
      return call("api::list_phase_barriers", {context, operands[0]});
    default:
      return {};
  }
}

// The operation on one barrier, or on every barrier of a list.
Code FunctionEmitter::barrier_op(const char* name, const ir::HandleOpExpr& expr, std::vector<Code> operands) {
  if (expr.op == ir::HandleOp::barrier_arrive || expr.op == ir::HandleOp::barrier_await)
    operands.push_back({unit_.loc(expr.range)});
  if (expr.operands[0]->type->kind != sema::TypeKind::list)
    return call(std::string("context.") + name, operands);
  std::vector<Code> args = {{"context"}};
  args.insert(args.end(), operands.begin(), operands.end());
  return call(std::string("api::") + name, args);
}

bool FunctionEmitter::has_lists(const ir::Task& callee) const {
  return std::ranges::any_of(
      callee.params, [](const ir::Local* param) { return param->type->kind == sema::TypeKind::list; });
}

std::string list_descriptor(const sema::Type* list, TypeEmitter& types, const std::string& base,
                            Writer& out) {
  const sema::Type* element = sema::as<sema::ListType>(list).element;
  const bool is_nested = element->kind == sema::TypeKind::list;
  const std::string inner =
      is_nested ? "&" + list_descriptor(element, types, base + "_inner", out) : "nullptr";
  const char* kind = is_nested                                    ? "list"
                     : element->kind == sema::TypeKind::region    ? "region"
                     : element->kind == sema::TypeKind::partition ? "partition"
                     : element->kind == sema::TypeKind::ispace    ? "ispace"
                                                                  : "value";
  out.line(fmt::format("static constexpr api::ListDesc {}{{api::ParamKind::{}, sizeof({}), {}}};", base, kind,
                       types.name(element), inner));
  return base;
}

}  // namespace palatine::codegen
