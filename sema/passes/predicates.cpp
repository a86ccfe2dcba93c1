// Demands of predication: whether a statement could run its launches without waiting for its condition
// (language reference, 6.4). The condition is waited for in any case; results are the same.
#include "sema/passes/passes.h"
#include "sema/passes/walk.h"

namespace palatine::sema {

namespace {

bool has_effect(const ir::Expr& expr) {
  switch (expr.kind) {
    case ir::ExprKind::RegionAccess:
    case ir::ExprKind::NewIspace:
    case ir::ExprKind::NewRegion:
    case ir::ExprKind::NewPartitionEqual:
    case ir::ExprKind::CCall:
    case ir::ExprKind::FunctionCall:
    case ir::ExprKind::PointerCall:
    case ir::ExprKind::RuntimeCall:
      return true;
    default:
      return false;
  }
}

// The first thing in the body that cannot be undone; nothing when there is none.
std::optional<SourceRange> effect_in(const ir::Block& body) {
  std::optional<SourceRange> found;
  walk_stats(body, [&](const ir::Stat& stat) {
    switch (stat.kind) {
      case ir::StatKind::Return:
      case ir::StatKind::Break:
      case ir::StatKind::Fill:
      case ir::StatKind::Fence:
      case ir::StatKind::Delete:
        if (!found) found = stat.range;
        return;
      default:
        walk_own_exprs(stat, [&](const ir::Expr& expr) {
          if (!found && has_effect(expr)) found = expr.range;
        });
    }
  });
  return found;
}

bool is_demanded(const ir::Stat& stat) {
  return ir::has_annotation(stat.annotations, ast::AnnotationLevel::demand, ast::AnnotationOption::predicate);
}

bool is_future(const ir::Expr& condition) {
  return is_computed_from(condition, [](const ir::Local& local) { return local.is_future; });
}

}  // namespace

void check_predicates(ir::Task& task, Diagnostics& diags) {
  auto report = [&](SourceRange range, const char* what, const char* reason) {
    diags.report(DiagKind::predicate_fails, range, what, reason);
    task.has_error = true;
  };
  walk_stats(task.body, [&](const ir::Stat& stat) {
    if (!is_demanded(stat)) return;
    if (const auto* branch = ir::try_as<ir::IfStat>(&stat)) {
      if (!is_future(*branch->condition)) {
        report(stat.range, "if statement", "condition is not a future");
      } else if (!branch->else_block.stats.empty()) {
        report(stat.range, "if statement", "contains else block");
      } else if (const auto effect = effect_in(branch->then_block)) {
        report(*effect, "if statement", "body is not side-effect free");
      }
    } else if (const auto* loop = ir::try_as<ir::WhileStat>(&stat)) {
      // First, because a loop that launches nothing tests the value that a future got before it.
      if (const auto effect = effect_in(loop->body)) {
        report(*effect, "while loop", "body is not side-effect free");
      } else if (!is_future(*loop->condition)) {
        report(stat.range, "while loop", "condition is not a future");
      }
    }
  });
}

}  // namespace palatine::sema
