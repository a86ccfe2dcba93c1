// Computations on results that are not there yet: they run when the results are.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "codegen/emit/function_emitter.h"
#include "sema/passes/walk.h"

namespace palatine::codegen {

static bool is_future(const ir::Local& local) {
  return local.is_future;
}

const ir::Local* FunctionEmitter::future_of(const ir::Expr& expr) {
  const auto* use = ir::try_as<ir::LocalExpr>(&expr);
  return use && use->local->is_future ? use->local : nullptr;
}

Code FunctionEmitter::raw_future(const ir::FormExpr& expr) {
  if (expr.form == ir::Form::collective_result)
    return call("context.collective_result", {value(*expr.operands[0])});
  return call("api::Future::from_raw",
              {{value(*expr.operands[0]).as_object() + ".impl", Precedence::postfix}});
}

Code FunctionEmitter::future_value(const ir::Expr& expr) {
  if (const auto* task_call = ir::try_as<ir::TaskCallExpr>(&expr)) return launch(*task_call);
  if (const ir::Local* future = future_of(expr)) return {name_of(*future)};
  const auto* form = ir::try_as<ir::FormExpr>(&expr);
  if (form && (form->form == ir::Form::raw_future || form->form == ir::Form::collective_result))
    return raw_future(*form);
  if (sema::is_computed_from(expr, is_future)) {
    return deferred(expr.type, {&expr}, [&] { return value(expr); });
  }
  return call(fmt::format("api::ready<{}>", type(expr.type)), {value(expr)});
}

// Futures become parameters of the function that computes; what does not depend on them is computed now.
void FunctionEmitter::divide(const ir::Expr& expr, DeferredParts& parts) {
  if (const ir::Local* future = future_of(expr)) {
    auto [entry, is_new] = parts.params.try_emplace(future);
    if (is_new) {
      entry->second = names().declare(future->name.empty() ? "result" : future->name + "_value");
      parts.signature.push_back(fmt::format("{} {}", type(future->type), entry->second));
      parts.operands.push_back(fmt::format("api::Operand<{}>{{{}}}", type(future->type), name_of(*future)));
    }
    deferred_parts_[&expr] = {entry->second};
    return;
  }
  if (expr.kind == ir::ExprKind::Const) return;
  if (!sema::is_computed_from(expr, is_future)) {
    const std::string name = names().declare("known");
    parts.captures.push_back(fmt::format("{} = {}", name, value(expr).text));
    deferred_parts_[&expr] = {name};
    return;
  }
  sema::for_each_operand(const_cast<ir::Expr&>(expr), [&](ir::ExprPtr& operand) { divide(*operand, parts); });
}

Code FunctionEmitter::deferred(const sema::Type* result, const std::vector<const ir::Expr*>& exprs,
                               const std::function<Code()>& body) {
  names().open();
  DeferredParts parts;
  for (const ir::Expr* expr : exprs) divide(*expr, parts);
  const std::string text = body().text;
  deferred_parts_.clear();
  names().close();
  const std::string result_type = type(result);
  return call(fmt::format("api::defer<{}>", result_type),
              {{"context"},
               {fmt::format("[{}]({}) -> {} {{ return {}; }}", fmt::join(parts.captures, ", "),
                            fmt::join(parts.signature, ", "), result_type, text)},
               {fmt::format("{}", fmt::join(parts.operands, ", "))}});
}

}  // namespace palatine::codegen
