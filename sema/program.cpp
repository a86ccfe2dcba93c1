#include "sema/program.h"

#include <unordered_set>

#include "sema/passes/walk.h"

namespace palatine::sema {

namespace {

class Reachable {
 public:
  void visit(const ir::Function& function) {
    if (!functions_.insert(&function).second) return;
    walk_exprs(function.body, [this](const ir::Expr& expr) {
      if (const auto* call = ir::try_as<ir::TaskCallExpr>(&expr)) visit(*call->callee);
      if (const auto* call = ir::try_as<ir::FunctionCallExpr>(&expr)) visit(*call->callee);
    });
  }
  bool contains(const ir::Function& function) const { return functions_.count(&function) > 0; }

 private:
  std::unordered_set<const ir::Function*> functions_;
};

}  // namespace

ir::Program collect_program(const World& world, ir::Task& main) {
  Reachable reachable;
  reachable.visit(main);
  ir::Program program;
  program.main = &main;
  for (const auto& task : world.tasks) {
    if (reachable.contains(*task)) program.tasks.push_back(task.get());
  }
  for (const auto& function : world.functions) {
    if (reachable.contains(*function)) program.functions.push_back(function.get());
  }
  for (const ImportedHeader& imported : world.headers) {
    if (imported.is_used) program.headers.push_back(imported.header);
  }
  return program;
}

}  // namespace palatine::sema
