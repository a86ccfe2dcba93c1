// Statements.
#include <fmt/format.h>

#include "codegen/emit/function_emitter.h"
#include "codegen/gpu/kernels.h"

namespace palatine::codegen {

using sema::TypeKind;

std::string FunctionEmitter::declare(const ir::Local& local) {
  std::string name = names().declare(local.name.empty() ? "temp" : local.name);
  local_names_[&local] = name;
  return name;
}

void FunctionEmitter::block(const ir::Block& block) {
  ++block_depth_;
  for (const ir::StatPtr& stat : block.stats) this->stat(*stat);
  settle_block();
  --block_depth_;
}

void FunctionEmitter::scoped_block(const ir::Block& block) {
  out_.indent();
  names().open();
  this->block(block);
  names().close();
  out_.dedent();
}

void FunctionEmitter::var(const ir::VarStat& stat) {
  const ir::Local& local = *stat.local;
  const SourceRange range = stat.range;
  if (local.is_future) {
    const std::string text =
        stat.value ? future_value(*stat.value).text : fmt::format("api::ready({}{{}})", type(local.type));
    out_.line(range, fmt::format("api::Future {} = {};", declare(local), text));
    return;
  }
  if (local.type->kind == TypeKind::unit) {
    if (stat.value) out_.line(range, value(*stat.value).text + ";");
    out_.line(range, fmt::format("api::Unit {};", declare(local)));
    return;
  }
  if (!stat.value) {
    out_.line(range, fmt::format("{} {};", type(local.type), declare(local)));
    return;
  }
  const auto* region = ir::try_as<ir::NewRegionExpr>(stat.value.get());
  const Code initial = region ? new_region(*region, local.name) : value(*stat.value);
  const std::string name = declare(local);
  if (has_jumps_) {
    // C++ lets a `goto` pass a variable only when it is declared without a value.
    out_.line(range, fmt::format("{} {};", type(local.type), name));
    out_.line(range, fmt::format("{} = {};", name, initial.text));
    return;
  }
  out_.line(range, fmt::format("{} {} = {};", type(local.type), name, initial.text));
  if (local.type->kind == TypeKind::region) declare_accessors(local);
}

void FunctionEmitter::store_text(const ir::Expr& target, const Code& new_value, SourceRange range) {
  const Code place = lvalue(target);
  const auto* member = ir::try_as<ir::FieldExpr>(&target);
  const auto* structure = member ? sema::try_as<sema::StructType>(member->object->type) : nullptr;
  if (structure && structure->origin == sema::StructOrigin::c) {
    out_.line(range, store_into_c(place, target.type, new_value));
  } else {
    out_.line(range, fmt::format("{} = {};", place.text, new_value.text));
  }
}

void FunctionEmitter::assign(const ir::AssignStat& stat) {
  if (const ir::Local* future = future_of(*stat.target)) {
    out_.line(stat.range, fmt::format("{} = {};", name_of(*future), future_value(*stat.value).text));
    return;
  }
  const Code new_value = value(*stat.value);
  if (stat.target->type->kind == TypeKind::unit) {
    out_.line(stat.range, new_value.text + ";");
  } else if (const auto* access = ir::try_as<ir::RegionAccessExpr>(stat.target.get())) {
    store(*access, new_value, stat.range);
  } else {
    store_text(*stat.target, new_value, stat.range);
  }
}

static const char* compound_operator(ast::ReductionOp op) {
  switch (op) {
    case ast::ReductionOp::add:
      return "+=";
    case ast::ReductionOp::subtract:
      return "-=";
    case ast::ReductionOp::multiply:
      return "*=";
    case ast::ReductionOp::divide:
      return "/=";
    default:
      return nullptr;
  }
}

void FunctionEmitter::reduce(const ir::ReduceStat& stat) {
  if (kernel_ && kernel_reduce(stat)) return;
  const ir::Expr& target = *stat.target;
  const sema::Type* compute_type = stat.compute_type;
  if (const ir::Local* future = future_of(target)) {
    const Code result = deferred(target.type, {&target, stat.value.get()}, [&] {
      return reduced(stat.op, value(target), target.type, value(*stat.value), stat.value->type, compute_type);
    });
    out_.line(stat.range, fmt::format("{} = {};", name_of(*future), result.text));
    return;
  }
  const Code operand = value(*stat.value);
  if (const auto kept = kept_values_.find(&stat); kept != kept_values_.end()) {
    const Code converted = unit_.types().convert(operand, stat.value->type, compute_type);
    out_.line(stat.range,
              fmt::format("{}[{}] = {};", kept->second.array, kept->second.index, converted.text));
    return;
  }
  const char* compound = compound_operator(stat.op);
  // Where nothing is converted back, C++'s own operator says the same.
  if (compound && type(target.type) == type(compute_type) && sema::is_numeric(compute_type)) {
    const Code converted = unit_.types().convert(operand, stat.value->type, compute_type);
    out_.line(stat.range, fmt::format("{} {} {};", lvalue(target).text, compound, converted.text));
    return;
  }
  const Code result = reduced(stat.op, value(target), target.type, operand, stat.value->type, compute_type);
  if (const auto* access = ir::try_as<ir::RegionAccessExpr>(&target)) {
    store(*access, result, stat.range);
  } else {
    store_text(target, result, stat.range);
  }
}

void FunctionEmitter::if_stat(const ir::IfStat& stat) {
  out_.line(stat.range, fmt::format("if ({}) {{", value(*stat.condition).text));
  scoped_block(stat.then_block);
  const ir::IfStat* rest = &stat;
  while (rest->else_block.stats.size() == 1) {
    const auto* nested = ir::try_as<ir::IfStat>(rest->else_block.stats[0].get());
    if (!nested) break;
    out_.line(nested->range, fmt::format("}} else if ({}) {{", value(*nested->condition).text));
    scoped_block(nested->then_block);
    rest = nested;
  }
  if (!rest->else_block.stats.empty()) {
    out_.line("} else {");
    scoped_block(rest->else_block);
  }
  out_.line("}");
}

void FunctionEmitter::return_stat(const ir::ReturnStat& stat) {
  if (!stat.value) {
    out_.line(stat.range, "return;");
  } else if (stat.value->type->kind == TypeKind::unit) {
    out_.line(stat.range, value(*stat.value).text + ";");
    out_.line(stat.range, "return;");
  } else {
    out_.line(stat.range, fmt::format("return {};", value(*stat.value).text));
  }
}

void FunctionEmitter::expr_stat(const ir::ExprStat& stat) {
  const auto* runtime = ir::try_as<ir::RuntimeCallExpr>(stat.expr.get());
  if (runtime && runtime->function == ir::RuntimeFunction::assert_) {
    const Code condition = value(*runtime->args[0]);
    out_.line(stat.range,
              fmt::format("if ({}) api::assertion_failed({}, {});", prefix('!', condition).text,
                          c_argument(*runtime->args[1], nullptr).text, unit_.loc(runtime->range)));
    return;
  }
  Code code;
  if (const auto* task_call = ir::try_as<ir::TaskCallExpr>(stat.expr.get())) {
    code = launch(*task_call);
  } else if (const auto* c_function = ir::try_as<ir::CCallExpr>(stat.expr.get())) {
    code = plain_c_call(*c_function);
  } else {
    code = value(*stat.expr);
  }
  out_.line(stat.range, code.text + ";");
}

void FunctionEmitter::fill(const ir::FillStat& stat) {
  for (size_t k = 0; k < stat.leaves.size(); ++k) {
    const Code call_code =
        call(fmt::format("api::fill<{}>", type(stat.values[k]->type)), {{"context"},
                                                                        {name_of(*stat.region)},
                                                                        {fmt::format("{}", stat.leaves[k])},
                                                                        value(*stat.values[k]),
                                                                        {unit_.loc(stat.range)}});
    out_.line(stat.range, call_code.text + ";");
  }
}

void FunctionEmitter::fence(const ir::FenceStat& stat) {
  out_.line(stat.range,
            fmt::format("context.{}_fence({});", stat.execution ? "execution" : "mapping", stat.block));
}

void FunctionEmitter::delete_stat(const ir::DeleteStat& stat) {
  const char* callee =
      stat.value->type->kind == TypeKind::partition ? "context.destroy_partition" : "context.destroy_region";
  out_.line(stat.range, call(callee, {value(*stat.value)}).text + ";");
}

void FunctionEmitter::stat(const ir::Stat& stat) {
  using ir::as;
  if (kernels_) {
    settle(stat);
    if (const KernelName* kernel = kernels_->find(stat)) return kernel_launch(*kernel, stat);
  }
  switch (stat.kind) {
    case ir::StatKind::Block: {
      const bool is_epoch = as<ir::BlockStat>(stat).is_epoch;
      const bool is_deferred = as<ir::BlockStat>(stat).is_deferred;
      if (is_epoch) out_.line(stat.range, "context.begin_epoch();");
      out_.line(is_deferred ? fmt::format("const api::Deferred {}{{[&] {{", names().declare("deferred"))
                            : "{");
      out_.indent();
      names().open();
      if (!is_deferred) trace(stat);
      block(as<ir::BlockStat>(stat).body);
      names().close();
      out_.dedent();
      out_.line(is_deferred ? "}};" : "}");
      if (is_epoch) out_.line("context.end_epoch();");
      return;
    }
    case ir::StatKind::Var:
      return var(as<ir::VarStat>(stat));
    case ir::StatKind::Assign:
      return assign(as<ir::AssignStat>(stat));
    case ir::StatKind::Reduce:
      return reduce(as<ir::ReduceStat>(stat));
    case ir::StatKind::If:
      return if_stat(as<ir::IfStat>(stat));
    case ir::StatKind::While:
      return while_stat(as<ir::WhileStat>(stat));
    case ir::StatKind::Repeat:
      return repeat_stat(as<ir::RepeatStat>(stat));
    case ir::StatKind::ForNum:
      return for_num(as<ir::ForNumStat>(stat));
    case ir::StatKind::ForList:
      return for_list(as<ir::ForListStat>(stat));
    case ir::StatKind::Return:
      return return_stat(as<ir::ReturnStat>(stat));
    case ir::StatKind::Break:
      return break_stat(as<ir::BreakStat>(stat));
    case ir::StatKind::Jump: {
      const auto& jump = as<ir::JumpStat>(stat);
      const std::string label = fmt::format("label_{}_{}", jump.label, jump.splice);
      return out_.line(stat.range, jump.is_label ? label + ":;" : "goto " + label + ";");
    }
    case ir::StatKind::Expr:
      return expr_stat(as<ir::ExprStat>(stat));
    case ir::StatKind::Fill:
      return fill(as<ir::FillStat>(stat));
    case ir::StatKind::Fence:
      return fence(as<ir::FenceStat>(stat));
    case ir::StatKind::Delete:
      return delete_stat(as<ir::DeleteStat>(stat));
    case ir::StatKind::Map:
      return map(as<ir::MapStat>(stat));
    case ir::StatKind::Unmap:
      return unmap(as<ir::UnmapStat>(stat));
    case ir::StatKind::IndexLaunch:
      return index_launch(as<ir::IndexLaunchStat>(stat));
  }
}

}  // namespace palatine::codegen
