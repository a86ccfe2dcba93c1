// Bodies of tasks and terra functions.
#include <fmt/format.h>

#include <algorithm>

#include "codegen/emit/function_emitter.h"
#include "sema/passes/walk.h"

namespace palatine::codegen {

FunctionEmitter::FunctionEmitter(Unit& unit, const ir::Function& function, Writer& out, Writer& constants)
    : unit_(unit),
      function_(function),
      task_(dynamic_cast<const ir::Task*>(&function)),
      out_(out),
      constants_(constants),
      accesses_(collect_accesses(function)) {
  sema::walk_stats(function.body,
                   [&](const ir::Stat& stat) { has_jumps_ |= stat.kind == ir::StatKind::Jump; });
}

static std::string signature_with(Unit& unit, const ir::Function& function, const std::string& name,
                                  const std::vector<std::string>& param_names) {
  std::string params = dynamic_cast<const ir::Task*>(&function) ? "api::Context& context" : "";
  for (size_t k = 0; k < function.params.size(); ++k) {
    params += fmt::format("{}{} {}", params.empty() ? "" : ", ", unit.types().name(function.params[k]->type),
                          param_names[k]);
  }
  return fmt::format("static {} {}({})", unit.types().result_name(function.result), name, params);
}

std::string FunctionEmitter::signature(Unit& unit, const ir::Function& function, const std::string& name) {
  unit.names().open();
  std::vector<std::string> params;
  for (const ir::Local* param : function.params) params.push_back(unit.names().declare(param->name));
  unit.names().close();
  return signature_with(unit, function, name, params);
}

// True when control cannot reach the end of the block, as far as its last statement tells.
static bool ends_with_return(const ir::Block& block) {
  if (block.stats.empty()) return false;
  const ir::Stat& last = *block.stats.back();
  if (last.kind == ir::StatKind::Return) return true;
  if (const auto* inner = ir::try_as<ir::BlockStat>(&last)) return ends_with_return(inner->body);
  const auto* branch = ir::try_as<ir::IfStat>(&last);
  return branch && ends_with_return(branch->then_block) && ends_with_return(branch->else_block);
}

// Programs generate readers of their configuration as one function with hundreds of loops, which mostly calls
// C. Clang's loop passes need minutes for it, since each of them updates what it knows of the whole function,
// and such code runs once. No kernel has so many loops that call so much.
static bool is_not_worth_optimizing(const ir::Function& function) {
  constexpr size_t kMinLoops = 50;
  constexpr size_t kMinCallsPerLoop = 8;
  size_t loop_count = 0;
  size_t call_count = 0;
  sema::walk_stats(function.body, [&](const ir::Stat& stat) {
    loop_count += stat.kind == ir::StatKind::While || stat.kind == ir::StatKind::Repeat ||
                  stat.kind == ir::StatKind::ForNum || stat.kind == ir::StatKind::ForList;
  });
  if (loop_count < kMinLoops) return false;
  sema::walk_exprs(function.body,
                   [&](const ir::Expr& expr) { call_count += expr.kind == ir::ExprKind::CCall; });
  return call_count >= kMinCallsPerLoop * loop_count;
}

// The outermost task of a large program, written by a generator, launches others from thousands of
// statements. Each launch is some inlined code of the runtime's interface, and Clang's time grows faster than
// the function: it was half of the program's. Called instead, a launch costs some tens of nanoseconds more,
// beside hundreds for a task.
static bool is_too_large_to_inline_launches(const ir::Function& function) {
  constexpr size_t kMinLaunches = 50;
  constexpr size_t kMinExpressions = 10000;
  size_t launch_count = 0;
  size_t expression_count = 0;
  sema::walk_exprs(function.body, [&](const ir::Expr& expr) {
    ++expression_count;
    launch_count += expr.kind == ir::ExprKind::TaskCall;
  });
  return launch_count >= kMinLaunches && expression_count >= kMinExpressions;
}

void FunctionEmitter::emit_for_gpu(const std::string& name, const KernelNames& kernels) {
  kernels_ = &kernels;
  // Kernels have accessors of their own; nothing else reaches region data.
  accesses_.by_region.clear();
  emit(name);
}

static bool is_text(const sema::Type* type) {
  const auto* pointer = sema::try_as<sema::PointerType>(type);
  const auto* element = pointer ? sema::try_as<sema::IntegerType>(pointer->element) : nullptr;
  return element && element->bits == 8;
}

// True when the value means nothing in another process.
static bool holds_address(const sema::Type* type) {
  if (const auto* array = sema::try_as<sema::ArrayType>(type)) return holds_address(array->element);
  if (const auto* structure = sema::try_as<sema::StructType>(type)) {
    return std::ranges::any_of(structure->fields,
                               [](const sema::StructField& field) { return holds_address(field.type); });
  }
  return type->kind == sema::TypeKind::pointer || type->kind == sema::TypeKind::function;
}

void FunctionEmitter::lua_call(const std::vector<std::string>& params) {
  const bool has_result = function_.result->kind != sema::TypeKind::unit;
  bool is_near_only = has_result && holds_address(function_.result);
  std::string arguments;
  for (size_t k = 0; k < params.size(); ++k) {
    const sema::Type* type = function_.params[k]->type;
    const bool text = is_text(type);
    is_near_only |= !text && holds_address(type);
    arguments += text ? fmt::format("{}api::lua_text({})", k == 0 ? "" : ", ", params[k])
                      : fmt::format("{}{{&{}, sizeof {}}}", k == 0 ? "" : ", ", params[k], params[k]);
  }
  if (has_result) out_.line(fmt::format("{} result{{}};", type(function_.result)));
  if (!params.empty()) out_.line(fmt::format("const api::LuaArgument lua_arguments[] = {{{}}};", arguments));
  out_.line(function_.range,
            fmt::format("api::call_lua({}, {}, {}, {}, {}, {}, {});", function_.lua_number,
                        params.empty() ? "nullptr" : "lua_arguments", params.size(),
                        has_result ? "&result" : "nullptr", has_result ? "sizeof result" : "0", is_near_only,
                        unit_.loc(function_.range)));
  if (has_result) out_.line("return result;");
}

void FunctionEmitter::statements() {
  names().open();
  declare_asked_bounds();
  block(function_.body);
  names().close();
  const bool has_result = function_.result && function_.result->kind != sema::TypeKind::unit;
  if (has_result && !ends_with_return(function_.body)) {
    const std::string message = fmt::format("missing return statement in task that is expected to return {}",
                                            sema::type_name(function_.result));
    out_.line(function_.body_end, task_ ? fmt::format("api::runtime_error({}, {});", string_literal(message),
                                                      unit_.loc(function_.range))
                                        // Terra leaves the value open; ours is always the same.
                                        : "return {};");
  }
  out_.dedent();
  out_.line(function_.body_end, "}");
  out_.leave_source();
}

void FunctionEmitter::emit(const std::string& name, const std::string& apart) {
  names().open();
  std::vector<std::string> params;
  for (const ir::Local* param : function_.params) params.push_back(declare(*param));
  if (function_.lua_number != 0) {
    out_.line(function_.range, fmt::format("{} {{", signature_with(unit_, function_, name, params)));
    out_.indent();
    names().declare("result");
    lua_call(params);
    out_.dedent();
    out_.line("}");
    out_.leave_source();
    names().close();
    return;
  }
  const bool is_plain = task_ ? accesses_.by_region.empty() && is_too_large_to_inline_launches(function_)
                              : is_not_worth_optimizing(function_);
  out_.line(function_.range, fmt::format("{}{} {{", is_plain ? "[[clang::optnone, clang::noinline]] " : "",
                                         signature_with(unit_, function_, name, params)));
  out_.indent();
  for (const ir::Local* param : function_.params) {
    if (param->type->kind == sema::TypeKind::region) declare_accessors(*param);
  }
  if (!apart.empty()) continue_apart(apart, params);
  statements();
  names().close();
}

}  // namespace palatine::codegen
