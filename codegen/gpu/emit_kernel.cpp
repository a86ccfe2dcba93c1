// Kernels: what a thread does for a point, and the launch that stands for the loop.
#include <fmt/format.h>

#include <algorithm>

#include "codegen/emit/function_emitter.h"
#include "codegen/gpu/kernels.h"
#include "sema/passes/walk.h"

namespace palatine::codegen {

using ast::ReductionOp;

static const char* operator_name(ReductionOp op) {
  switch (op) {
    case ReductionOp::add:
      return "add";
    case ReductionOp::subtract:
      return "subtract";
    case ReductionOp::multiply:
      return "multiply";
    case ReductionOp::divide:
      return "divide";
    case ReductionOp::max:
      return "max";
    case ReductionOp::min:
      return "min";
  }
  return "add";
}

void FunctionEmitter::emit_kernel_point(KernelName& kernel) {
  kernel_ = &kernel;
  const ir::KernelLoop& loop = *kernel.loop;
  names().open();
  kernel_arguments_ = names().declare("kernel");
  const auto member = [&](const std::string& name) { return kernel_arguments_ + "." + name; };
  for (const auto& [local, name] : kernel.captures) local_names_[local] = member(name);
  for (const auto& [field, name] : kernel.fields) accessor_names_[field] = member(name);
  for (const auto& [region, name] : kernel.bounds) bounds_names_[region] = member(name);
  for (size_t k = 0; k < loop.hoisted.size(); ++k)
    deferred_parts_[loop.hoisted[k]] = {member(kernel.hoisted[k])};
  for (size_t k = 0; k < loop.inner_domains.size(); ++k)
    deferred_parts_[loop.inner_domains[k]] = {member(kernel.inner_domains[k])};
  std::string params = fmt::format("const {}& {}", kernel.args(), kernel_arguments_);
  if (kernel.scan) {
    emit_scan(kernel, params);
    names().close();
    kernel_ = nullptr;
    return;
  }
  for (const auto& reduction : loop.reductions) {
    params += fmt::format(", {}& {}", type(reduction.variable->type), declare(*reduction.variable));
  }
  uniform_parts_.clear();
  for (const ir::ReduceStat* reduce : loop.uniform) {
    uniform_parts_.push_back(names().declare("part"));
    params += fmt::format(", api::UniformPart<{}>& {}", type(reduce->target->type), uniform_parts_.back());
  }
  if (!loop.tables.empty()) {
    kernel_tables_ = names().declare("tables");
    params += fmt::format(", const api::KernelTables& {}", kernel_tables_);
  }
  const int n = kernel.dimensions();
  const std::string point = n == 1 ? "int64_t" : fmt::format("api::Point<{}>", n);
  const SourceRange range = kernel.stat().range;
  params += fmt::format(", const {}& {}", point,
                        loop.loop ? declare(*loop.loop->variable) : names().declare("point"));
  out_.line(range, fmt::format("static PALATINE_INLINE void {}({}) {{", kernel.point(), params));
  out_.indent();
  names().open();
  if (loop.loop) {
    loop_variable_ = loop.loop->variable;
    block(loop.loop->body);
  } else {
    // It may change what it takes from outside; nobody looks at it afterwards.
    for (const ir::Local* local : loop.captures) {
      const std::string initial = local_names_.at(local);
      out_.line(fmt::format("{} {} = {};", type(local->type), declare(*local), initial));
    }
    for_num(*loop.serial);
  }
  names().close();
  out_.dedent();
  out_.line("}");
  for (size_t k = 0; k < loop.uniform.size(); ++k) emit_uniform_place(kernel, k);
  out_.leave_source();
  names().close();
  kernel_ = nullptr;
}

// The element that all points reduce into.
void FunctionEmitter::emit_uniform_place(const KernelName& kernel, size_t number) {
  const ir::Expr& target = *kernel.loop->uniform[number]->target;
  out_.line(target.range, fmt::format("static PALATINE_INLINE {}& {}(const {}& {}) {{", type(target.type),
                                      kernel.place(number), kernel.args(), kernel_arguments_));
  out_.indent();
  out_.line(target.range, fmt::format("return {};", lvalue(target).text));
  out_.dedent();
  out_.line("}");
}

void FunctionEmitter::emit_scan(const KernelName& kernel, const std::string& arguments) {
  const ScanParts& scan = *kernel.scan;
  const ir::ForNumStat& loop = *kernel.loop->serial;
  const std::string element = type(scan.value->type);
  for (const bool stores : {false, true}) {
    names().open();
    std::string params =
        fmt::format("{}, {} {}", arguments, type(loop.variable->type), declare(*loop.variable));
    if (stores) params += fmt::format(", {} {}", element, declare(*scan.sum));
    out_.line(loop.range, fmt::format("static PALATINE_INLINE {} {}_{}({}) {{", stores ? "void" : element,
                                      kernel.name, stores ? "store" : "load", params));
    out_.indent();
    for (const ir::VarStat* before : scan.before) var(*before);
    if (stores) {
      assign(*scan.store);
    } else {
      out_.line(loop.range, fmt::format("return {};", name_of(*scan.value)));
    }
    out_.dedent();
    out_.line("}");
    names().close();
  }
  out_.leave_source();
}

std::string FunctionEmitter::kernel_site(const std::string& message, SourceRange range) {
  kernel_->sites.emplace_back(message, range);
  // Devices do not know the host's descriptors.
  const std::string descriptor =
      unit_.options().is_device ? "nullptr" : fmt::format("&{}", kernel_->descriptor());
  return fmt::format("{}.fault, {}, {}", kernel_arguments_, descriptor, kernel_->sites.size() - 1);
}

// The first arguments of a reduction of which blocks may keep a table; else nothing.
std::string FunctionEmitter::table_of(const ir::ReduceStat& stat) const {
  const auto& tables = kernel_->loop->tables;
  for (size_t k = 0; k < tables.size(); ++k) {
    const auto& reductions = tables[k].reductions;
    if (std::find(reductions.begin(), reductions.end(), &stat) != reductions.end())
      return fmt::format("{}.{}, {}, ", kernel_arguments_, kernel_->tables[k], kernel_tables_);
  }
  return "";
}

bool FunctionEmitter::kernel_reduce(const ir::ReduceStat& stat) {
  const ir::Expr& target = *stat.target;
  const auto* use = ir::try_as<ir::LocalExpr>(&target);
  if (use && kernel_->reductions.contains(use->local)) {
    // Parts of what is subtracted are added up, and of what is divided by multiplied.
    ReductionOp op = stat.op;
    if (op == ReductionOp::subtract) op = ReductionOp::add;
    if (op == ReductionOp::divide) op = ReductionOp::multiply;
    const Code result =
        reduced(op, value(target), target.type, value(*stat.value), stat.value->type, stat.compute_type);
    out_.line(stat.range, fmt::format("{} = {};", name_of(*use->local), result.text));
    return true;
  }
  const auto& atomics = kernel_->loop->atomics;
  if (std::find(atomics.begin(), atomics.end(), &stat) == atomics.end()) return false;
  const Code operand = value(*stat.value);
  const auto& uniform = kernel_->loop->uniform;
  if (const auto found = std::find(uniform.begin(), uniform.end(), &stat); found != uniform.end()) {
    const std::string& part = uniform_parts_[static_cast<size_t>(found - uniform.begin())];
    const Code converted = unit_.types().convert(operand, stat.value->type, stat.compute_type);
    out_.line(stat.range,
              fmt::format("{0}.value = api::join_parts<api::ReductionOp::{1}, {2}>({0}.value, {2}({3}));",
                          part, operator_name(stat.op), type(target.type), converted.text));
    out_.line(stat.range, fmt::format("{}.is_used = true;", part));
    return true;
  }
  if (type(target.type) == type(stat.compute_type)) {
    const Code converted = unit_.types().convert(operand, stat.value->type, stat.compute_type);
    const std::string table = table_of(stat);
    out_.line(stat.range, fmt::format("api::{}_reduce<api::ReductionOp::{}>({}{}, {}({}));",
                                      table.empty() ? "atomic" : "table", operator_name(stat.op), table,
                                      lvalue(target).text, type(target.type), converted.text));
    return true;
  }
  const std::string target_type = type(target.type);
  const Code result = reduced(stat.op, {"old"}, target.type, {"added"}, stat.value->type, stat.compute_type);
  out_.line(stat.range,
            fmt::format("api::atomic_update({}, [added = {}]({} old) {{ return {}({}); }});",
                        lvalue(target).text, operand.text, target_type, target_type, result.text));
  return true;
}

void FunctionEmitter::settle(const std::function<bool(const Pending&)>& is_wanted) {
  for (size_t k = 0; k < pending_.size();) {
    const Pending pending = pending_[k];
    if (!is_wanted(pending)) {
      ++k;
      continue;
    }
    const sema::Type* value_type = pending.variable->type;
    const Code old{name_of(*pending.variable)};
    const Code part{fmt::format("{}.get(context)", pending.name), Precedence::postfix};
    out_.line(fmt::format("{} = {};", old.text,
                          reduced(pending.op, old, value_type, part, value_type, value_type).text));
    pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(k));
  }
}

void FunctionEmitter::settle(const ir::Stat& stat) {
  settle([&](const Pending& pending) {
    bool found = false;
    sema::walk_stats(stat, [&](const ir::Stat& inner) {
      sema::walk_own_exprs(inner, [&](const ir::Expr& expr) {
        const auto* use = ir::try_as<ir::LocalExpr>(&expr);
        found = found || (use && use->local == pending.variable);
      });
    });
    return found;
  });
}

void FunctionEmitter::settle_block() {
  settle([&](const Pending& pending) { return pending.block_depth == block_depth_; });
}

void FunctionEmitter::kernel_launch(const KernelName& kernel, const ir::Stat& stat) {
  const ir::KernelLoop& loop = *kernel.loop;
  const int n = kernel.dimensions();
  // Results outlive the braces of the launch.
  for (const auto& reduction : loop.reductions) {
    const std::string reduced_type = type(reduction.variable->type);
    const std::string name = names().declare(reduction.variable->name + "_reduced");
    out_.line(stat.range,
              fmt::format("api::ReducedValue<{}> {}(api::identity_of<api::ReductionOp::{}, {}>());",
                          reduced_type, name, operator_name(reduction.op), reduced_type));
    pending_.push_back({reduction.variable, reduction.op, name, block_depth_});
  }
  open_brace(stat.range, "");
  std::string points = "api::Rect<1>{0, 0}";
  if (loop.loop) {
    const ir::Expr& domain = *loop.loop->domain;
    points = domain.type->kind == sema::TypeKind::rect
                 ? value(domain).text
                 : fmt::format("api::boxes<{}>(context, {})", n, ispace_of(domain).text);
  }
  const std::string launch = names().declare("launch");
  const std::string args = names().declare("arguments");
  if (kernel.scan) {
    out_.line(stat.range, fmt::format("api::ScanLaunch {}(context, {}, {});", launch, kernel.descriptor(),
                                      value(*loop.serial->limit).text));
  } else {
    out_.line(stat.range,
              fmt::format("api::KernelLaunch<{}> {}(context, {}, {}, {});", n, launch, kernel.descriptor(),
                          points, !loop.reductions.empty() || !loop.uniform.empty()));
  }
  out_.line(stat.range, fmt::format("{} {};", kernel.args(), args));
  const auto set = [&](const std::string& member, const std::string& text) {
    out_.line(stat.range, fmt::format("{}.{} = {};", args, member, text));
  };
  set("domain", kernel.scan ? fmt::format("{}.scan<{}>()", launch, type(kernel.scan->value->type))
                            : launch + ".domain()");
  for (const auto& field : loop.fields) {
    const std::string& member = kernel.fields.at({field.region, field.leaf});
    set(member, fmt::format("decltype({}.{}){{context.field({}, {})}}", args, member, name_of(*field.region),
                            field.leaf));
  }
  for (const ir::Local* capture : loop.captures) {
    const bool is_sum = kernel.scan && capture == kernel.scan->sum;
    if (!is_sum) set(kernel.captures.at(capture), local(*capture).text);
  }
  for (size_t k = 0; k < loop.hoisted.size(); ++k) set(kernel.hoisted[k], value(*loop.hoisted[k]).text);
  for (size_t k = 0; k < loop.inner_domains.size(); ++k) {
    const std::string ispace = ispace_of(*loop.inner_domains[k]).text;
    const sema::Type* domain = loop.inner_domains[k]->type;
    const auto* region = sema::try_as<sema::RegionType>(domain);
    const int m =
        region ? region->index()->components() : sema::as<sema::IspaceType>(domain).index->components();
    set(kernel.inner_domains[k], fmt::format("{}.boxes(api::boxes<{}>(context, {}))", launch, m, ispace));
  }
  for (const auto& [region, member] : kernel.bounds) {
    const int m = sema::as<sema::RegionType>(region->type).index()->components();
    set(member, fmt::format("context.bounds<{}>(context.region_ispace({}))", m, name_of(*region)));
  }
  for (size_t k = 0; k < loop.tables.size(); ++k) {
    const ir::KernelLoop::Table& table = loop.tables[k];
    const auto& region = sema::as<sema::RegionType>(table.region->type);
    const std::string name = name_of(*table.region);
    set(kernel.tables[k],
        fmt::format(
            "{0}.table<{1}, {2}>(context.field({3}, {4}), context.bounds<{2}>(context.region_ispace({3})))",
            launch, type(table.reductions[0]->target->type), region.index()->components(), name, table.leaf));
  }
  if (checks_bounds()) set("fault", "api::kernel_fault_of(context)");
  const size_t first = pending_.size() - loop.reductions.size();
  for (size_t k = 0; k < loop.reductions.size(); ++k) {
    set(kernel.reductions.at(loop.reductions[k].variable),
        fmt::format("{}.reduction({})", launch, pending_[first + k].name));
  }
  out_.line(stat.range, fmt::format("{}.start({});", launch, args));
  if (checks_bounds()) {
    out_.line(stat.range,
              fmt::format("api::kernel_check(context, {}, {}.fault);", kernel.descriptor(), args));
  }
  for (size_t k = 0; k < loop.reductions.size(); ++k) {
    out_.line(stat.range,
              fmt::format("{}.finish({}.{}, {});", launch, args,
                          kernel.reductions.at(loop.reductions[k].variable), pending_[first + k].name));
  }
  close_braces(1);
}

}  // namespace palatine::codegen
