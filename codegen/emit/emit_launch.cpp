// Index launches.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "codegen/emit/function_emitter.h"

namespace palatine::codegen {

static const char* projection_name(ir::IndexLaunchStat::Projection projection) {
  switch (projection) {
    case ir::IndexLaunchStat::Projection::value:
      return "value";
    case ir::IndexLaunchStat::Projection::invariant_region:
      return "invariant_region";
    case ir::IndexLaunchStat::Projection::identity:
      return "identity";
    case ir::IndexLaunchStat::Projection::computed:
      return "computed";
  }
  return "computed";
}

// The step of a loop that folds: the results meet the target in the order of the points.
std::string FunctionEmitter::fold_of(const ir::IndexLaunchStat& stat) {
  const sema::Type* result = stat.call->type;
  const std::string name = names().declare_global("fold_of_" + stat.call->callee->name);
  const std::string result_type = type(result);
  const Code target{fmt::format("*static_cast<{}*>(target)", result_type), Precedence::unary};
  const Code value{fmt::format("*static_cast<const {}*>(value)", result_type), Precedence::unary};
  constants_.line(fmt::format("static void {}(void* target, const void* value) {{", name));
  constants_.indent();
  const auto* combine = ir::try_as<ir::FunctionAddressExpr>(stat.combine.get());
  const Code next = combine ? call(unit_.function(*combine->callee), {target, value})
                            : reduced(*stat.reduction, target, result, value, result, result);
  constants_.line(fmt::format("{} = {};", target.text, next.text));
  constants_.dedent();
  constants_.line("}");
  return name;
}

std::string FunctionEmitter::index_launch_site(const ir::IndexLaunchStat& stat) {
  const ir::Task& callee = *stat.call->callee;
  const std::string site = names().declare_global("index_launch_of_" + callee.name);
  std::string projections;
  for (const auto projection : stat.projections) {
    projections +=
        fmt::format("{}api::Projection::{}", projections.empty() ? "" : ", ", projection_name(projection));
  }
  std::string projection_array = "nullptr";
  if (!projections.empty()) {
    projection_array = site + "_projections";
    constants_.line(
        fmt::format("static constexpr api::Projection {}[] = {{{}}};", projection_array, projections));
  }
  const std::string fold = stat.reduction_target ? fold_of(stat) : "nullptr";
  constants_.line(fmt::format("static constexpr api::IndexLaunchSiteDesc {}{{&{}, {}, {}, {}, {}, {}, {}}};",
                              site, unit_.task(callee).descriptor, unit_.loc(stat.call->range),
                              projection_array, fold, stat.needs_dynamic_check, stat.is_demanded,
                              unit_.loc(stat.range)));
  return site;
}

// Arguments that are the same for all points are written once, when the runtime knows the regions. False when
// they may not be the same.
bool FunctionEmitter::equal_arguments(const ir::IndexLaunchStat& stat, const std::string& launcher,
                                      const std::vector<std::string>& range) {
  const ir::Task& callee = *stat.call->callee;
  if (!stat.has_equal_values || callee.is_extern || callee.wants_loop_point || has_lists(callee))
    return false;
  std::string sources;
  if (stat.domain) {
    if (stat.domain->type->kind == sema::TypeKind::rect) return false;
    sources = ispace_of(*stat.domain).text;
  } else {
    sources = fmt::format("{}", fmt::join(range, ", "));
  }
  for (size_t k = 0; k < stat.call->args.size(); ++k) {
    const ir::Expr& arg = *stat.call->args[k];
    if (callee.params[k]->packing || future_of(arg)) return false;
    if (arg.type->kind != sema::TypeKind::region) continue;
    const auto* piece = ir::try_as<ir::SubregionExpr>(&arg);
    sources += ", " + value(piece ? *piece->partition : arg).text;
  }
  const std::string list = names().declare("sources"), args = names().declare("args");
  out_.line(stat.range, fmt::format("const api::IndexLauncher::Source {}[] = {{{}}};", list, sources));
  open_brace(stat.range, fmt::format("if (void* {} = {}.equal_args({}, sizeof {} / sizeof *{}))", args,
                                     launcher, list, list, list));
  std::string values;
  for (const ir::ExprPtr& arg : stat.call->args) {
    const bool is_region = arg->type->kind == sema::TypeKind::region;
    values += (values.empty() ? "" : ", ") + (is_region ? "{}" : value(*arg).text);
  }
  const std::string type = unit_.task(callee).args;
  out_.line(stat.call->range, fmt::format("*static_cast<{}*>({}) = {}{{{}}};", type, args, type, values));
  close_braces(1);
  return true;
}

void FunctionEmitter::index_launch(const ir::IndexLaunchStat& stat) {
  const std::string site = index_launch_site(stat);
  const ir::TaskCallExpr& call_expr = *stat.call;
  open_brace(stat.range, "");
  const std::string launcher = names().declare("launcher");
  std::string count;
  std::string first, end;
  if (!stat.domain) {
    const Code first_value = value(*stat.first);
    const Code limit = value(*stat.limit);
    first = names().declare("first");
    end = names().declare("last");
    out_.line(stat.range, fmt::format("const {} {} = {}, {} = {};", type(stat.variable->type), first,
                                      first_value.text, end, limit.text));
    count = fmt::format("{0} < {1} ? uint64_t({1}) - uint64_t({0}) : 0", first, end);
  } else if (stat.domain->type->kind == sema::TypeKind::rect) {
    count = fmt::format("api::volume_of<{}>({})", components(stat.domain->type), value(*stat.domain).text);
  } else {
    count = fmt::format("context.volume({})", ispace_of(*stat.domain).text);
  }
  out_.line(stat.range, fmt::format("api::IndexLauncher {}(context, {}, {});", launcher, site, count));
  const bool has_else = equal_arguments(stat, launcher, {first, end});
  if (has_else) open_brace(stat.range, "else");
  int braces = 1;
  names().open();
  if (stat.domain) {
    names().close();
    braces = open_domain_loops(*stat.variable, *stat.domain, stat.range);
  } else {
    const std::string variable = declare(*stat.variable);
    open_brace(stat.range, fmt::format("for ({} {} = {}; {} < {}; ++{})", type(stat.variable->type), variable,
                                       first, variable, end, variable));
  }
  for (const ir::StatPtr& preamble : stat.preamble) this->stat(*preamble);
  std::vector<std::string> futures;
  const ir::Local* outer = std::exchange(loop_variable_, stat.variable);
  const std::string args = argument_list(call_expr, futures);
  loop_variable_ = outer;
  if (has_lists(*call_expr.callee)) {
    out_.line(call_expr.range, fmt::format("api::construct({}.point_args(), {});", launcher, args));
  } else {
    out_.line(call_expr.range, fmt::format("*static_cast<{}*>({}.point_args()) = {};",
                                           unit_.task(*call_expr.callee).args, launcher, args));
  }
  close_braces(braces + (has_else ? 1 : 0));
  names().close();
  for (const std::string& future : futures) {
    out_.line(stat.range, fmt::format("{}.add_future({});", launcher, future));
  }
  const ir::Local* future = stat.reduction_target ? future_of(*stat.reduction_target) : nullptr;
  if (future) {
    out_.line(stat.range, fmt::format("{0} = {1}.issue_from({0});", name_of(*future), launcher));
  } else if (stat.reduction_target) {
    const std::string target = lvalue(*stat.reduction_target).text;
    out_.line(stat.range, fmt::format("{0} = api::fold<{1}>(context, {2}, {0});", target,
                                      type(call_expr.type), launcher));
  } else {
    out_.line(stat.range, fmt::format("{}.issue();", launcher));
  }
  close_braces(1);
}

}  // namespace palatine::codegen
