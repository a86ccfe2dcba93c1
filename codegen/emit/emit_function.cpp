// Bodies of tasks and terra functions.
#include <fmt/format.h>

#include "codegen/emit/function_emitter.h"

namespace palatine::codegen {

FunctionEmitter::FunctionEmitter(Unit& unit, const ir::Function& function, Writer& out, Writer& constants)
    : unit_(unit),
      function_(function),
      task_(dynamic_cast<const ir::Task*>(&function)),
      out_(out),
      constants_(constants),
      accesses_(collect_accesses(function)) {}

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

void FunctionEmitter::emit(const std::string& name) {
  names().open();
  std::vector<std::string> params;
  for (const ir::Local* param : function_.params) params.push_back(declare(*param));
  out_.line(function_.range, signature_with(unit_, function_, name, params) + " {");
  out_.indent();
  for (const ir::Local* param : function_.params) {
    if (param->type->kind == sema::TypeKind::region) declare_accessors(*param);
  }
  names().open();
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
  names().close();
}

}  // namespace palatine::codegen
