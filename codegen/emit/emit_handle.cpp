// Operations on index spaces, partitions and cross products (language reference, 3.7, 3.9).
#include <fmt/format.h>

#include "codegen/emit/function_emitter.h"

namespace palatine::codegen {

static const char* claim_name(ir::PartitionClaim claim) {
  switch (claim) {
    case ir::PartitionClaim::none:
      return "none";
    case ir::PartitionClaim::yes:
      return "yes";
    case ir::PartitionClaim::no:
      return "no";
  }
  return "none";
}

Code FunctionEmitter::partition_info(const ir::HandleOpExpr& expr) {
  return {fmt::format("api::PartitionInfo{{api::Claim::{}, api::Claim::{}, {}}}", claim_name(expr.disjoint),
                      claim_name(expr.complete), unit_.loc(expr.range)),
          Precedence::postfix};
}

static bool is_rect_field(const ir::HandleOpExpr& expr) {
  const auto& region = sema::as<sema::RegionType>(expr.operands[2]->type);
  return sema::flatten_fields(region.fspace)[static_cast<size_t>(expr.leaf)].type->kind ==
         sema::TypeKind::rect;
}

Code FunctionEmitter::image_by_task(const ir::HandleOpExpr& expr) {
  const auto& partition = sema::as<sema::PartitionType>(expr.operands[1]->type);
  const int colors = partition.color_index()->components();
  const int n = components(expr.callee->result);
  const std::string name =
      fmt::format("api::image_by_task<{}, {}, {}>", colors, n, unit_.task(*expr.callee).args);
  return call(name, {{"context"},
                     {launch_site(*expr.callee, expr.range)},
                     value(*expr.operands[0]),
                     value(*expr.operands[1]),
                     partition_info(expr)});
}

Code FunctionEmitter::handle_op(const ir::HandleOpExpr& expr) {
  std::vector<Code> operands;
  for (const ir::ExprPtr& operand : expr.operands) operands.push_back(value(*operand));
  const Code leaf{fmt::format("{}", expr.leaf)};
  auto with_info = [&](const std::string& callee, std::vector<Code> args) {
    args.push_back(partition_info(expr));
    return call(callee, args);
  };
  switch (expr.op) {
    case ir::HandleOp::partition_by_coloring: {
      const Code coloring{operands[1].as_object() + ".impl", Precedence::postfix};
      const Code colors = operands.size() > 2 ? operands[2] : Code{"api::Ispace{0}", Precedence::postfix};
      return with_info("context.create_partition_by_coloring", {operands[0], coloring, colors});
    }
    case ir::HandleOp::partition_by_field:
      return with_info("context.create_partition_by_field", {operands[0], leaf, operands[1]});
    case ir::HandleOp::image:
    case ir::HandleOp::preimage:
      return with_info(
          expr.op == ir::HandleOp::image ? "context.create_partition_by_image"
                                         : "context.create_partition_by_preimage",
          {operands[0], operands[1], operands[2], leaf, {is_rect_field(expr) ? "true" : "false"}});
    case ir::HandleOp::image_by_task:
      return image_by_task(expr);
    case ir::HandleOp::restriction: {
      const auto& transform = sema::as<sema::TransformType>(expr.operands[1]->type);
      return with_info(
          fmt::format("context.create_partition_by_restriction<{}, {}>", transform.rows, transform.columns),
          operands);
    }
    case ir::HandleOp::partition_union:
      return with_info("context.partition_union", operands);
    case ir::HandleOp::partition_intersection:
      return with_info("context.partition_intersection", operands);
    case ir::HandleOp::partition_difference:
      return with_info("context.partition_difference", operands);
    case ir::HandleOp::region_intersection:
      return with_info("context.region_intersection", operands);
    case ir::HandleOp::ispace_union:
      return call("context.ispace_union", operands);
    case ir::HandleOp::ispace_intersection:
      return call("context.ispace_intersection", operands);
    case ir::HandleOp::ispace_difference:
      return call("context.ispace_difference", operands);
    case ir::HandleOp::cross_product: {
      std::vector<Code> args = {{"context"}};
      args.insert(args.end(), operands.begin(), operands.end());
      return call("api::cross_product", args);
    }
    case ir::HandleOp::cross_product_by_coloring: {
      const Code colorings{fmt::format("(void* const*){}", operands[1].as_operand()), Precedence::unary};
      return with_info("context.create_cross_product_by_colorings", {operands[0], colorings});
    }
    case ir::HandleOp::partition_cast: {
      const auto& to = sema::as<sema::PartitionType>(expr.type);
      if (!to.disjoint) return operands[0];
      const auto* local = ir::try_as<ir::LocalExpr>(expr.operands[0].get());
      const std::string name = local && local->local->symbol ? sema::symbol_name(*local->local->symbol)
                                                             : sema::type_name(expr.operands[0]->type);
      return call("api::disjoint_partition", {{"context"},
                                              operands[0],
                                              {string_literal(name + " is not a disjoint partition")},
                                              {unit_.loc(expr.range)}});
    }
    case ir::HandleOp::subpartition: {
      const bool is_last = expr.type->kind == sema::TypeKind::partition;
      return call(fmt::format("context.{}<{}>", is_last ? "subpartition" : "subproduct",
                              std::max(components(expr.operands[1]->type), 1)),
                  {operands[0], operands[1], {unit_.loc(expr.range)}});
    }
  }
  return {};
}

}  // namespace palatine::codegen
