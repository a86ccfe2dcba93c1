// Calls: C functions, terra functions, and launches of tasks.
#include <fmt/format.h>

#include <set>

#include "codegen/emit/emit_task.h"
#include "codegen/emit/function_emitter.h"

namespace palatine::codegen {

using cimport::CType;

// True when C++ converts an argument to the parameter's pointer type by itself. The language does not know
// which of several C types with the same layout a parameter has, nor `const` behind two stars.
static bool converts_by_itself(const CType& param) {
  if (!param.element) return false;
  switch (param.element->kind) {
    case CType::Kind::void_type:
    case CType::Kind::boolean:
    case CType::Kind::floating:
    case CType::Kind::record:
      return true;
    case CType::Kind::integer:
      return param.element->bits < 64;
    default:
      return false;
  }
}

Code FunctionEmitter::c_argument(const ir::Expr& arg, const CType* param) {
  const auto* text = ir::try_as<ir::ConstExpr>(&arg);
  if (text && is_string(*text)) return {string_literal(text->string)};
  const Code code = value(arg);
  if (!param) return code;
  if (param->kind == CType::Kind::pointer && arg.type->kind == sema::TypeKind::pointer &&
      !converts_by_itself(*param)) {
    return {fmt::format("api::AnyPointer{{(const void*){}}}", code.as_operand())};
  }
  if (param->kind == CType::Kind::enumeration) return {fmt::format("api::AnyEnum{{{}}}", code.text)};
  return code;
}

// False where C++ knows the result under another type than the language: its pointers are not const, its
// enumerations are integers, and C has several integers of 8 and of 64 bits.
static bool has_exact_result(const ir::CCallExpr& expr, const CType* function) {
  switch (expr.type->kind) {
    case sema::TypeKind::unit:
    case sema::TypeKind::structure:
    case sema::TypeKind::floating:
    case sema::TypeKind::boolean:
      return true;
    case sema::TypeKind::integer: {
      const CType* result = function ? function->element.get() : nullptr;
      return result && result->kind == CType::Kind::integer && (result->bits == 16 || result->bits == 32);
    }
    default:
      return false;
  }
}

static const CType* type_of_callee(const ir::CCallExpr& expr) {
  const auto declared = expr.header->functions.find(expr.function);
  return declared == expr.header->functions.end() ? nullptr : declared->second.type.get();
}

// Under the name that palatine_device.h gives it.
Code FunctionEmitter::device_call(const ir::CCallExpr& expr) {
  std::string_view name = expr.function;
  for (std::string_view prefix : {"palatine_", "__builtin_"}) {
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  }
  std::vector<Code> args;
  for (const ir::ExprPtr& arg : expr.args) args.push_back(c_argument(*arg, nullptr));
  return call(fmt::format("palatine::device_math::{}", name), args);
}

Code FunctionEmitter::plain_c_call(const ir::CCallExpr& expr) {
  if (unit_.options().is_device) return device_call(expr);
  if (expr.header->is_c) return linked_c_call(expr);
  const CType* function = type_of_callee(expr);
  std::vector<Code> args;
  for (size_t k = 0; k < expr.args.size(); ++k) {
    const bool is_fixed = function && k < function->params.size();
    args.push_back(c_argument(*expr.args[k], is_fixed ? function->params[k].get() : nullptr));
  }
  return call(expr.function, args);
}

Code FunctionEmitter::linked_c_call(const ir::CCallExpr& expr) {
  const CLink link = unit_.c_units().link(expr);
  auto is_pointer = [](const sema::Type* t) { return t->kind == sema::TypeKind::pointer; };
  std::vector<Code> args;
  for (const ir::ExprPtr& arg : expr.args) {
    const bool needs_cast = is_pointer(arg->type) && link.by_address;
    const Code code = c_argument(*arg, nullptr);
    args.push_back(needs_cast || is_pointer(arg->type) ? Code{fmt::format("(void*){}", code.as_operand())}
                                                       : code);
  }
  if (!link.by_address) {
    const Code result = call(link.name, args);
    return is_pointer(expr.type) ? cast_to(type(expr.type), result) : result;
  }
  // Structs travel by address: each gets a place of its own.
  std::string body;
  std::vector<Code> addresses;
  const bool has_result = expr.type->kind != sema::TypeKind::unit;
  if (has_result) {
    body += fmt::format("{} c_result; ", type(expr.type));
    addresses.push_back({"&c_result"});
  }
  for (size_t k = 0; k < args.size(); ++k) {
    if (expr.args[k]->type->kind == sema::TypeKind::structure) {
      body += fmt::format("{} c_argument_{} = {}; ", type(expr.args[k]->type), k, args[k].text);
      addresses.push_back({fmt::format("&c_argument_{}", k)});
    } else {
      addresses.push_back(args[k]);
    }
  }
  body += call(link.name, addresses).text + ";";
  if (has_result) body += " return c_result;";
  return {fmt::format("[&] {{ {} }}()", body), Precedence::postfix};
}

Code FunctionEmitter::c_call(const ir::CCallExpr& expr) {
  if (unit_.options().is_device) return cast_to(type(expr.type), device_call(expr));
  if (expr.header->is_c) return linked_c_call(expr);
  const Code result = plain_c_call(expr);
  return has_exact_result(expr, type_of_callee(expr)) ? result : cast_to(type(expr.type), result);
}

Code FunctionEmitter::runtime_call(const ir::RuntimeCallExpr& expr) {
  switch (expr.function) {
    case ir::RuntimeFunction::assert_: {
      const Code failure =
          call("api::assertion_failed", {c_argument(*expr.args[1], nullptr), {unit_.loc(expr.range)}});
      return {
          fmt::format("({} ? void() : {})", value(*expr.args[0]).in(Precedence::logical_or), failure.text)};
    }
    case ir::RuntimeFunction::runtime_handle:
      return {fmt::format("api::Type<{}>{{context.raw_runtime()}}", type(expr.type)), Precedence::postfix};
    case ir::RuntimeFunction::task_handle:
    case ir::RuntimeFunction::context_handle:
      return {fmt::format("api::Type<{}>{{&context}}", type(expr.type)), Precedence::postfix};
    case ir::RuntimeFunction::fail:
      return call("api::runtime_error", {c_argument(*expr.args[0], nullptr), {unit_.loc(expr.range)}});
  }
  return {};
}

Code FunctionEmitter::function_call(const ir::FunctionCallExpr& expr) {
  std::vector<Code> args;
  for (const ir::ExprPtr& arg : expr.args) args.push_back(value(*arg));
  return call(unit_.function(*expr.callee), args);
}

Code FunctionEmitter::pointer_call(const ir::PointerCallExpr& expr) {
  std::vector<Code> args;
  for (const ir::ExprPtr& arg : expr.args) args.push_back(value(*arg));
  return call(value(*expr.callee).as_object(), args);
}

std::string FunctionEmitter::argument_list(const ir::TaskCallExpr& expr, std::vector<std::string>& futures) {
  std::string list;
  std::set<int> future_args(expr.callee->future_params.begin(), expr.callee->future_params.end());
  for (size_t k = 0; k < expr.args.size(); ++k) {
    const ir::Expr& arg = *expr.args[k];
    std::string text;
    // A value that serializes itself is copied at the launch.
    const ir::Local* future = expr.callee->params[k]->packing ? nullptr : future_of(arg);
    if (future) {
      futures.push_back(fmt::format("api::FutureArg{{{}, &{}}}", k, name_of(*future)));
      future_args.insert(static_cast<int>(k));
      text = "{}";
    } else {
      text = value(arg).text;
    }
    list += (k == 0 ? "" : ", ") + text;
  }
  if (expr.callee->is_extern) {
    std::string params = fmt::format("{}", future_words(*expr.callee));
    for (const int param : future_args) params += fmt::format(", {}", param);
    list += fmt::format("{}api::extern_state<{}>()", list.empty() ? "" : ", ", params);
  }
  if (expr.callee->wants_loop_point && loop_variable_) {
    const Code point = local(*loop_variable_);
    list += fmt::format("{}api::loop_point<{}>({})", list.empty() ? "" : ", ",
                        std::max(components(loop_variable_->type), 1), point.text);
  }
  return fmt::format("{}{{{}}}", unit_.task(*expr.callee).args, list);
}

std::string FunctionEmitter::launch_site(const ir::Task& callee, SourceRange range) {
  std::string site = names().declare_global("launch_of_" + callee.name);
  constants_.line(fmt::format("static constexpr api::LaunchSiteDesc {}{{&{}, {}}};", site,
                              unit_.task(callee).descriptor, unit_.loc(range)));
  return site;
}

Code FunctionEmitter::launch(const ir::TaskCallExpr& expr) {
  std::vector<std::string> futures;
  std::vector<Code> args = {
      {"context"}, {launch_site(*expr.callee, expr.range)}, {argument_list(expr, futures)}};
  for (std::string& future : futures) args.push_back({std::move(future)});
  if (expr.awaits.empty() && expr.arrives.empty()) return call("api::launch", args);
  std::vector<Code> barriers;
  bool has_list = false;
  for (const auto* list : {&expr.awaits, &expr.arrives}) {
    for (const ir::ExprPtr& barrier : *list) {
      barriers.push_back(value(*barrier));
      has_list = has_list || barrier->type->kind == sema::TypeKind::list;
    }
  }
  args.insert(args.begin() + 1, {conditions(barriers, expr.awaits.size(), has_list)});
  return call("api::launch_with", args);
}

}  // namespace palatine::codegen
