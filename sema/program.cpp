#include "sema/program.h"

#include <fmt/format.h>

#include <functional>
#include <unordered_map>
#include <unordered_set>

#include "sema/passes/walk.h"
#include "sema/specialize/foreign_library.h"

namespace palatine::sema {

namespace {

class Reachable {
 public:
  // `first_value`: see ir::ProgramGlobal.
  explicit Reachable(std::function<const ir::Function*(const ir::Global&)> first_value)
      : first_value_(std::move(first_value)) {}

  void visit(const ir::Function& function) {
    if (!functions_.insert(&function).second) return;
    walk_exprs(function.body, [this](const ir::Expr& expr) {
      if (const auto* call = ir::try_as<ir::TaskCallExpr>(&expr)) visit_task(*call->callee);
      if (const auto* call = ir::try_as<ir::FunctionCallExpr>(&expr)) visit(*call->callee);
      if (const auto* use = ir::try_as<ir::FunctionAddressExpr>(&expr); use && use->callee)
        visit(*use->callee);
      if (const auto* use = ir::try_as<ir::GlobalExpr>(&expr)) {
        visit(*use->global);
      }
      if (const auto* operation = ir::try_as<ir::HandleOpExpr>(&expr)) {
        if (operation->callee) visit(*operation->callee);
        for (const ir::Function* combine : operation->combine) {
          if (combine) visit(*combine);
        }
      }
    });
  }
  bool contains(const ir::Function& function) const { return functions_.count(&function) > 0; }
  const std::unordered_map<const ir::Global*, const ir::Function*>& globals() const { return globals_; }

  void visit_task(const ir::Task& task) {
    visit(task);
    for (const ir::Local* param : task.params) visit(param->packing);
    visit(task.result_packing);
  }

 private:
  void visit(const std::optional<ir::Packing>& packing) {
    if (!packing) return;
    visit(*packing->size);
    visit(*packing->write);
    visit(*packing->read);
  }

  void visit(const ir::Global& global) {
    auto [entry, is_new] = globals_.try_emplace(&global);
    if (!is_new) return;
    const ir::Function* first_value = first_value_(global);
    entry->second = first_value;
    if (first_value) visit(*first_value);
  }

  std::function<const ir::Function*(const ir::Global&)> first_value_;
  std::unordered_set<const ir::Function*> functions_;
  std::unordered_map<const ir::Global*, const ir::Function*> globals_;
};

}  // namespace

static ir::Program collect(World& world, const Reachable& reachable) {
  ir::Program program;
  if (!world.library_builds.empty()) {
    program.finish_link_flags = [&world](std::vector<std::string>& flags) {
      return finish_libraries(world, &flags);
    };
  }
  for (const auto& task : world.tasks) {
    if (reachable.contains(*task)) program.tasks.push_back(task.get());
  }
  for (const auto& function : world.functions) {
    if (reachable.contains(*function)) program.functions.push_back(function.get());
  }
  for (const auto& global : world.globals) {
    const auto found = reachable.globals().find(global.get());
    if (found != reachable.globals().end()) program.globals.push_back({global.get(), found->second});
  }
  for (const std::string& library : world.link_libraries) {
    program.link_flags.push_back(library);
    // Where its name alone is found when the program starts.
    program.link_flags.push_back("-rpath");
    program.link_flags.push_back(library.substr(0, library.rfind('/')));
  }
  for (const ImportedHeader& imported : world.headers) {
    if (imported.is_used) program.headers.push_back(imported.header);
  }
  return program;
}

static const ir::Function* declared_value(const ir::Global& global) {
  return global.initializer;
}

ir::Program collect_program(World& world, ir::Task* main, const std::vector<ir::Task*>& exports,
                            const ir::Function* setup, bool starts) {
  Reachable reachable([&](const ir::Global& global) {
    return starts ? value_at_start(world, global) : declared_value(global);
  });
  if (main) reachable.visit_task(*main);
  for (const ir::Task* task : exports) reachable.visit_task(*task);
  if (setup) reachable.visit(*setup);
  ir::Program program = collect(world, reachable);
  program.main = main;
  program.exports = exports;
  program.setup = setup;
  return program;
}

std::string export_obstacle(const ir::Task& task) {
  if (!task.has_body || task.has_error) return "it has no body";
  for (const ir::Local* param : task.params) {
    if (!is_primitive(param->type)) {
      return fmt::format("its parameter `{}` has type {}", param->name, type_name(param->type));
    }
  }
  const bool has_result = task.result && task.result->kind != TypeKind::unit;
  return has_result && !is_primitive(task.result) ? "its result has type " + type_name(task.result) : "";
}

ir::Program collect_functions(World& world, const std::vector<const ir::Function*>& functions) {
  Reachable reachable(declared_value);
  for (const ir::Function* function : functions) reachable.visit(*function);
  ir::Program program = collect(world, reachable);
  program.entries = functions;
  return program;
}

}  // namespace palatine::sema
