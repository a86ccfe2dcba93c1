// Operations on index spaces, partitions and cross products (language reference, 3.7, 3.9).
#include <fmt/format.h>
#include <fmt/ranges.h>

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

// `api::Conditions` of barriers, the first `await_count` of which are waited for.
std::string FunctionEmitter::conditions(const std::vector<Code>& barriers, size_t await_count,
                                        bool has_list) {
  std::string list;
  for (const Code& barrier : barriers) list += (list.empty() ? "" : ", ") + barrier.text;
  if (has_list) return fmt::format("api::ListedConditions<{}>({})", await_count, list);
  return fmt::format("api::Conditions<{}, {}>{{{{{}}}}}", await_count, barriers.size() - await_count,
                     list.empty() ? "api::PhaseBarrier{}" : list);
}

// The step of a reduction copy for a row of elements. `-` adds and `/` multiplies: the sources are
// contributions.
std::string FunctionEmitter::copy_step(const sema::Type* leaf, ast::ReductionOp op,
                                       const ir::Function* combine) {
  const sema::Type* element = leaf;
  uint64_t each = 1;
  while (const auto* array = sema::try_as<sema::ArrayType>(element)) {
    each *= array->count;
    element = array->element;
  }
  if (op == ast::ReductionOp::subtract) op = ast::ReductionOp::add;
  if (op == ast::ReductionOp::divide) op = ast::ReductionOp::multiply;
  const std::string name = names().declare_global("copy_step");
  const std::string cpp = type(element);
  const Code target{fmt::format("static_cast<{}*>(target)[k]", cpp), Precedence::postfix};
  const Code value{fmt::format("static_cast<const {}*>(source)[k]", cpp), Precedence::postfix};
  constants_.line(fmt::format("static void {}(void* target, const void* source, uint64_t count) {{", name));
  constants_.indent();
  const std::string end = each == 1 ? "count" : fmt::format("count * {}", each);
  constants_.line(fmt::format("for (uint64_t k = 0; k < {}; ++k) {{", end));
  constants_.indent();
  const Code next = combine ? call(unit_.function(*combine), {target, value})
                            : reduced(op, target, element, value, element, element);
  constants_.line(fmt::format("{} = {};", target.text, next.text));
  constants_.dedent();
  constants_.line("}");
  constants_.dedent();
  constants_.line("}");
  return name;
}

Code FunctionEmitter::copy(const ir::HandleOpExpr& expr, const std::vector<Code>& operands) {
  const sema::RegionType& target = *sema::region_in(expr.operands[1]->type);
  const auto leaves = sema::flatten_fields(target.fspace);
  std::string fields;
  for (size_t k = 0; k < expr.leaves.size(); k += 2) {
    const sema::Type* element = leaves[static_cast<size_t>(expr.leaves[k + 1])].type;
    const std::string step =
        expr.reduction ? copy_step(element, *expr.reduction, expr.combine[k / 2]) : "nullptr";
    fields +=
        fmt::format("{}{{{}, {}, {}}}", fields.empty() ? "" : ", ", expr.leaves[k], expr.leaves[k + 1], step);
  }
  bool has_list = false;
  for (const ir::ExprPtr& operand : expr.operands)
    has_list = has_list || operand->type->kind == sema::TypeKind::list;
  const std::string table = names().declare_global("copied_fields");
  constants_.line(fmt::format("static constexpr api::CopyField {}[] = {{{}}};", table, fields));
  if (has_list) {
    std::vector<Code> args = {{"context"},
                              operands[0],
                              operands[1],
                              {table},
                              {fmt::format("{}", expr.leaves.size() / 2)},
                              {unit_.loc(expr.range)}};
    args.insert(args.end(), operands.begin() + 2, operands.end());
    return call(fmt::format("api::copy_listed<{}>", expr.await_count), args);
  }
  return call("api::copy", {{"context"},
                            operands[0],
                            operands[1],
                            {table},
                            {fmt::format("{}", expr.leaves.size() / 2)},
                            {conditions({operands.begin() + 2, operands.end()}, expr.await_count, false)},
                            {unit_.loc(expr.range)}});
}

Code FunctionEmitter::new_collective(const ir::HandleOpExpr& expr) {
  const sema::Type* element = sema::as<sema::DynamicCollectiveType>(expr.type).element;
  const std::string cpp = type(element);
  // `-` adds and `/` multiplies, as for copies.
  ast::ReductionOp op = *expr.reduction;
  std::string identity = "0";
  if (op == ast::ReductionOp::subtract) op = ast::ReductionOp::add;
  if (op == ast::ReductionOp::divide) op = ast::ReductionOp::multiply;
  if (op == ast::ReductionOp::multiply) identity = "1";
  if (op == ast::ReductionOp::max) identity = fmt::format("api::least<{}>()", cpp);
  if (op == ast::ReductionOp::min) identity = fmt::format("api::greatest<{}>()", cpp);
  const std::string name = names().declare_global("collective");
  const Code target{fmt::format("*static_cast<{}*>(target)", cpp), Precedence::unary};
  const Code value{fmt::format("*static_cast<const {}*>(value)", cpp), Precedence::unary};
  constants_.line(fmt::format("static void {}_fold(void* target, const void* value) {{", name));
  constants_.indent();
  constants_.line(
      fmt::format("{} = {};", target.text, reduced(op, target, element, value, element, element).text));
  constants_.dedent();
  constants_.line("}");
  constants_.line(fmt::format("static constexpr {} {}_identity = {};", cpp, name, identity));
  return call("context.create_collective", {this->value(*expr.operands[0]),
                                            {fmt::format("{{sizeof({}), &{}_fold}}", cpp, name)},
                                            {fmt::format("&{}_identity", name)}});
}

// The name of a table of numbers of fields.
std::string FunctionEmitter::field_table(const char* name, const std::vector<int>& fields) {
  std::string list;
  for (const int field : fields) list += fmt::format("{}{}", list.empty() ? "" : ", ", field);
  const std::string table = names().declare_global(name);
  constants_.line(fmt::format("static constexpr uint16_t {}[] = {{{}}};", table, list));
  return table;
}

Code FunctionEmitter::attach_hdf5(const ir::HandleOpExpr& expr, const std::vector<Code>& operands) {
  std::string list;
  for (size_t k = 0; k < expr.leaves.size(); ++k) {
    list += fmt::format("{}{{{}, '{}', {}}}", k == 0 ? "" : ", ", expr.leaves[k], expr.elements[k].kind,
                        expr.elements[k].count);
  }
  const std::string table = names().declare_global("attached_fields");
  constants_.line(fmt::format("static constexpr api::Hdf5Field {}[] = {{{}}};", table, list));
  const Code file{fmt::format("(const char*){}", operands[1].as_operand()), Precedence::unary};
  const std::string datasets =
      operands.size() > 3 ? fmt::format("api::dataset_names({})", operands[3].text) : "nullptr";
  return call("context.attach_hdf5", {operands[0],
                                      {table},
                                      {fmt::format("{}", expr.leaves.size())},
                                      file,
                                      operands[2],
                                      {datasets},
                                      {unit_.loc(expr.range)}});
}

Code FunctionEmitter::handle_op(const ir::HandleOpExpr& expr) {
  if (expr.op == ir::HandleOp::new_collective) return new_collective(expr);
  if (expr.op == ir::HandleOp::collective_arrive)
    return call("context.arrive", {value(*expr.operands[0]), future_value(*expr.operands[1])});
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
    case ir::HandleOp::copy:
      return copy(expr, operands);
    case ir::HandleOp::new_barrier:
      return call("context.create_phase_barrier", operands);
    case ir::HandleOp::barrier_advance:
      return barrier_op("advance", expr, operands);
    case ir::HandleOp::barrier_adjust:
      return barrier_op("adjust", expr, operands);
    case ir::HandleOp::barrier_arrive:
      return barrier_op("arrive", expr, operands);
    case ir::HandleOp::barrier_await:
      return barrier_op("await", expr, operands);
    case ir::HandleOp::collective_advance:
      return call("context.advance", operands);
    case ir::HandleOp::new_collective:
    case ir::HandleOp::collective_arrive:
      break;
    case ir::HandleOp::attach_hdf5:
      return attach_hdf5(expr, operands);
    case ir::HandleOp::detach_hdf5:
      return call("context.detach_hdf5", {operands[0],
                                          {field_table("detached_fields", expr.leaves)},
                                          {fmt::format("{}", expr.leaves.size())},
                                          {unit_.loc(expr.range)}});
    case ir::HandleOp::acquire:
    case ir::HandleOp::release: {
      const std::string table = field_table("acquired_fields", expr.leaves);
      bool has_list = false;
      for (size_t k = 1; k < expr.operands.size(); ++k)
        has_list = has_list || expr.operands[k]->type->kind == sema::TypeKind::list;
      std::vector<Code> args = {
          {"context"},
          operands[0],
          {table},
          {fmt::format("{}", expr.leaves.size())},
          {conditions({operands.begin() + 1, operands.end()}, expr.await_count, has_list)}};
      if (expr.op == ir::HandleOp::acquire) return call("api::order", args);
      args.push_back({unit_.loc(expr.range)});
      return call("api::release", args);
    }
    case ir::HandleOp::import_ispace:
      return call("api::import_ispace",
                  {{"context"},
                   operands[0],
                   {fmt::format("{}", std::max(sema::as<sema::IspaceType>(expr.type).index->dim, 1))},
                   {string_literal(expr.names[0])},
                   {unit_.loc(expr.range)}});
    case ir::HandleOp::import_region: {
      const sema::Type* element = sema::as<sema::RegionType>(expr.type).fspace;
      return call("api::import_region", {{"context"},
                                         operands[0],
                                         operands[1],
                                         operands[2],
                                         {unit_.types().field_space(element)},
                                         {string_literal(expr.names[0])},
                                         {string_literal(expr.names[1])},
                                         {unit_.loc(expr.range)}});
    }
    case ir::HandleOp::import_partition:
      return call("api::import_partition", {{"context"},
                                            operands[0],
                                            operands[1],
                                            operands[2],
                                            {expr.disjoint == ir::PartitionClaim::yes ? "true" : "false"},
                                            {string_literal(expr.names[0])},
                                            {string_literal(expr.names[1])},
                                            {unit_.loc(expr.range)}});
    case ir::HandleOp::import_cross_product: {
      std::vector<Code> args = {{"context"}, operands.back(), {unit_.loc(expr.range)}};
      args.insert(args.end(), operands.begin(), operands.end() - 1);
      return call("api::import_cross_product", args);
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
    case ir::HandleOp::list_slice_partition:
    case ir::HandleOp::list_duplicate_partition:
    case ir::HandleOp::list_cross_product:
    case ir::HandleOp::list_cross_product_shallow:
    case ir::HandleOp::list_cross_product_complete:
    case ir::HandleOp::list_phase_barriers:
      return list_op(expr, operands);
    case ir::HandleOp::projection: {
      // The first fields of a region have the same numbers in its projection.
      bool is_same = true;
      for (size_t k = 0; k < expr.leaves.size(); ++k)
        is_same = is_same && expr.leaves[k] == static_cast<int>(k);
      if (is_same) return operands[0];
      const std::string table = names().declare_global("projected_fields");
      constants_.line(
          fmt::format("static constexpr uint16_t {}[] = {{{}}};", table, fmt::join(expr.leaves, ", ")));
      return call("context.project", {operands[0], {table}, {fmt::format("{}", expr.leaves.size())}});
    }
    case ir::HandleOp::scratch_fields:
    case ir::HandleOp::with_scratch_fields: {
      const std::string table = names().declare_global("scratch_fields");
      constants_.line(
          fmt::format("static constexpr uint16_t {}[] = {{{}}};", table, fmt::join(expr.leaves, ", ")));
      const Code loc{unit_.loc(expr.range)};
      if (expr.op == ir::HandleOp::with_scratch_fields)
        return call("api::with_scratch_fields", {{"context"}, operands[0], {table}, operands[1], loc});
      unit_.types().need_scratch_fields();
      return call(fmt::format("api::scratch_fields<{}>", type(expr.type)),
                  {{"context"}, operands[0], {table}, loc});
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
