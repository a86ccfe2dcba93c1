#include "codegen/emit/apart.h"

#include <algorithm>

#include "sema/ir/lvalue.h"
#include "sema/passes/iteration.h"
#include "sema/passes/walk.h"

namespace palatine::codegen {

namespace {

// Above it, compiling the body twice would cost more than such loops are likely to save.
constexpr size_t kMaxExpressions = 2000;

bool is_access_to_params(const ir::RegionAccessExpr& access) {
  return std::ranges::all_of(access.regions, [](const ir::Local* region) { return region->is_param; });
}

// Values alone: no addresses, which may lead to elements, and no calls that may know some.
bool only_computes(const ir::Expr& expr) {
  switch (expr.kind) {
    case ir::ExprKind::Const:
    case ir::ExprKind::Local:
    case ir::ExprKind::Unary:
    case ir::ExprKind::Binary:
    case ir::ExprKind::MinMax:
    case ir::ExprKind::Field:
    case ir::ExprKind::Ctor:
    case ir::ExprKind::HandleMember:
      return true;
    case ir::ExprKind::Cast:
      return expr.type->kind != sema::TypeKind::pointer;
    case ir::ExprKind::Index:
      return ir::as<ir::IndexExpr>(expr).object->type->kind != sema::TypeKind::pointer;
    case ir::ExprKind::AddressOf:
      return expr.type->kind != sema::TypeKind::pointer;
    case ir::ExprKind::RegionAccess:
      return is_access_to_params(ir::as<ir::RegionAccessExpr>(expr));
    case ir::ExprKind::CCall:
      return sema::is_admissible_function(ir::as<ir::CCallExpr>(expr).function);
    default:
      return false;
  }
}

bool only_computes(const ir::Stat& stat) {
  switch (stat.kind) {
    case ir::StatKind::Block: {
      const auto& block = ir::as<ir::BlockStat>(stat);
      return !block.is_scan && !block.is_epoch && !block.is_deferred;
    }
    case ir::StatKind::Var:
    case ir::StatKind::Assign:
    case ir::StatKind::Reduce:
    case ir::StatKind::If:
    case ir::StatKind::While:
    case ir::StatKind::Repeat:
    case ir::StatKind::ForNum:
    case ir::StatKind::ForList:
    case ir::StatKind::Return:
    case ir::StatKind::Break:
    case ir::StatKind::Expr:
      return true;
    default:
      return false;
  }
}

bool is_constant(const ir::Expr& expr) {
  return sema::strip_casts(expr).kind == ir::ExprKind::Const;
}

// Straight code, apart from loops that unroll.
bool may_become_vectors(const ir::Block& body) {
  bool is_ok = true;
  sema::walk_stats(body, [&](const ir::Stat& stat) {
    const auto* loop = ir::try_as<ir::ForNumStat>(&stat);
    if (loop) {
      is_ok = is_ok && is_constant(*loop->first) && is_constant(*loop->limit);
    } else if (stat.kind == ir::StatKind::While || stat.kind == ir::StatKind::Repeat ||
               stat.kind == ir::StatKind::ForList || stat.kind == ir::StatKind::Expr) {
      is_ok = false;
    }
  });
  return is_ok;
}

// True when the loop reads elements whose places it has read from elements, and writes some, whose places it
// has not.
bool reads_through_elements(const ir::Block& body) {
  std::set<const ir::Local*> loaded;
  const auto is_loaded = [&](const ir::Expr& expr) {
    return sema::any_expr(expr, [&](const ir::Expr& part) {
      const auto* use = ir::try_as<ir::LocalExpr>(&part);
      return part.kind == ir::ExprKind::RegionAccess || (use && loaded.contains(use->local));
    });
  };
  bool is_found = false, writes = false, scatters = false;
  sema::walk_stats(body, [&](const ir::Stat& stat) {
    const auto* var = ir::try_as<ir::VarStat>(&stat);
    if (var && var->value && is_loaded(*var->value)) loaded.insert(var->local);
    const auto* assign = ir::try_as<ir::AssignStat>(&stat);
    const auto* reduce = ir::try_as<ir::ReduceStat>(&stat);
    if (assign || reduce) {
      const ir::RegionAccessExpr* target = ir::root_access(assign ? *assign->target : *reduce->target);
      writes = writes || target;
      scatters = scatters || (target && is_loaded(*target->index));
    }
    sema::walk_own_exprs(stat, [&](const ir::Expr& expr) {
      const auto* access = ir::try_as<ir::RegionAccessExpr>(&expr);
      is_found = is_found || (access && is_loaded(*access->index));
    });
  });
  return is_found && writes && !scatters;
}

}  // namespace

bool gains_from_apart_arrays(const ir::Task& task) {
  if (!task.is_leaf || task.is_extern || !task.has_body) return false;
  for (const ir::Requirement& requirement : task.requirements) {
    if (requirement.coherence == ir::Coherence::simultaneous ||
        requirement.coherence == ir::Coherence::relaxed)
      return false;
  }
  size_t expression_count = 0;
  bool is_ok = true;
  std::vector<std::pair<const ir::Local*, const ir::Block*>> loops;
  sema::walk_stats(task.body, [&](const ir::Stat& stat) {
    is_ok = is_ok && only_computes(stat);
    if (const auto* loop = ir::try_as<ir::ForListStat>(&stat)) loops.push_back({loop->variable, &loop->body});
    if (const auto* loop = ir::try_as<ir::ForNumStat>(&stat)) loops.push_back({loop->variable, &loop->body});
  });
  if (!is_ok || loops.empty()) return false;
  sema::walk_exprs(task.body, [&](const ir::Expr& expr) {
    is_ok = is_ok && only_computes(expr);
    ++expression_count;
  });
  if (!is_ok || expression_count > kMaxExpressions) return false;
  const sema::RegionAliases aliases(task);
  return std::ranges::any_of(loops, [&](const auto& loop) {
    const auto& [variable, body] = loop;
    if (!may_become_vectors(*body) || !reads_through_elements(*body)) return false;
    // Clang compares the places of elements, like those of four sides of each zone, once it knows the arrays.
    sema::Iteration iteration(aliases, variable,
                              {.parameters_are_apart = true, .believes_independence = true});
    return !iteration.run(*body) && iteration.shared_reductions().empty();
  });
}

std::vector<PointedGroup> pointed_groups(const ir::Function& function) {
  std::vector<PointedGroup> groups;
  sema::walk_exprs(function.body, [&](const ir::Expr& expr) {
    const auto* access = ir::try_as<ir::RegionAccessExpr>(&expr);
    if (!access || access->regions.size() < 2) return;
    auto group = std::ranges::find(groups, access->regions, &PointedGroup::regions);
    if (group == groups.end()) group = groups.insert(groups.end(), {access->regions, {}});
    group->leaves.insert(access->leaves.begin(), access->leaves.end());
  });
  return groups;
}

}  // namespace palatine::codegen
