#include "codegen/emit/unit.h"

#include <fmt/format.h>

#include "sema/passes/walk.h"

namespace palatine::codegen {

Unit::Unit(const ir::Program& program, const SourceManager& sources, const EmitOptions& options)
    : program_(program), sources_(sources), options_(options), types_(names_), c_units_(names_, types_) {
  // Code of devices includes no headers of C.
  if (!options.is_device) reserve_header_names();
  for (const ir::Task* task : program.tasks) {
    TaskNames& names = tasks_[task];
    const std::string base = names_.declare_global("task_" + task->name);
    names = {base, names_.declare_global(base + "_entry"), names_.declare_global(base + "_args"),
             names_.declare_global(base + "_desc")};
  }
  for (const ir::ProgramGlobal& entry : program.globals) {
    globals_[entry.global] = {names_.declare_global("global_" + entry.global->name),
                              entry.memory != nullptr || entry.global->header != nullptr};
  }
  for (const ir::Function* function : program.functions) {
    functions_[function] = names_.declare_global("terra_" + function->name);
  }
}

// Names that mean something else once the program's C headers are included: macros, which no scope hides, the
// functions that the program calls, and types.
void Unit::reserve_header_names() {
  for (const auto& header : program_.headers) {
    if (header->is_c) continue;
    for (const auto& [name, constant] : header->constants) names_.reserve(name);
    for (const auto& [name, type] : header->typedefs) names_.reserve(name);
    for (const auto& [name, record] : header->records) {
      types_.show_c_struct(record.spelling);
      if (name.find(' ') == std::string::npos) names_.reserve(name);
    }
  }
  const auto reserve_called = [&](const ir::Function& function) {
    sema::walk_exprs(function.body, [&](const ir::Expr& expr) {
      if (const auto* call = ir::try_as<ir::CCallExpr>(&expr); call && !call->header->is_c) {
        names_.reserve(call->function);
      }
      const auto* address = ir::try_as<ir::FunctionAddressExpr>(&expr);
      if (address && !address->callee) names_.reserve(address->c_function);
    });
  };
  for (const ir::Task* task : program_.tasks) reserve_called(*task);
  for (const ir::Function* function : program_.functions) reserve_called(*function);
}

std::string Unit::param_name(const ir::Task& task, size_t k) const {
  NameScopes members;
  for (size_t other = 0; other < k; ++other) members.declare(task.params[other]->name);
  return members.declare(task.params[k]->name);
}

std::string Unit::loc(SourceRange range) {
  if (!range.is_valid()) return "{nullptr, 0}";
  auto [entry, is_new] = file_names_.try_emplace(range.file);
  if (is_new) {
    const std::string& path = sources_.name(range.file);
    const size_t slash = path.rfind('/');
    entry->second = names_.declare_global(slash == std::string::npos ? path : path.substr(slash + 1));
  }
  return fmt::format("{{{}, {}}}", entry->second, sources_.line(range));
}

void Unit::write_files(Writer& out) const {
  // What sums and quotients may be rearranged; code that the headers hold keeps its order.
  if (options_.fast_math) out.line("#pragma clang fp reassociate(on) reciprocal(on) contract(fast)");
  for (const auto& [file, name] : file_names_) {
    out.line(fmt::format("static constexpr char {}[] = {};", name, string_literal(sources_.name(file))));
  }
  if (!file_names_.empty()) out.blank();
}

}  // namespace palatine::codegen
