// Which variables hold results of launches that nobody has waited for.
//
// A variable is a future when its initialiser and all values that are assigned to it are calls of tasks, or
// variables that are futures themselves, without a conversion between. As an argument of a call it is passed
// on without waiting; every other read waits. A future that is read in a loop without launches is read once
// in front of it, so that the loop works on a plain value.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "sema/infer/describe.h"
#include "sema/passes/passes.h"
#include "sema/passes/walk.h"

namespace palatine::sema {

namespace {

// The variable whose storage an lvalue is part of; null behind a pointer or in a region.
const ir::Local* root_of(const ir::Expr& lvalue) {
  const ir::Expr* node = &lvalue;
  while (true) {
    if (const auto* field = ir::try_as<ir::FieldExpr>(node)) {
      node = field->object.get();
    } else if (const auto* element = ir::try_as<ir::IndexExpr>(node)) {
      node = element->object.get();
    } else {
      const auto* use = ir::try_as<ir::LocalExpr>(node);
      return use ? use->local : nullptr;
    }
  }
}

bool can_be_future(const ir::Local& local) {
  return !local.is_param && !local.is_address_taken && local.type->kind != TypeKind::unit &&
         !is_handle(local.type) && local.type->kind != TypeKind::list;
}

// Finds the largest set of variables that fulfils the rule.
class Candidates {
 public:
  explicit Candidates(const ir::Task& task) {
    walk_stats(task.body, [&](const ir::Stat& stat) { collect(stat); });
    bool changed = true;
    while (changed) {
      changed = std::erase_if(sources_, [&](const auto& entry) {
                  return excluded_.contains(entry.first) ||
                         !std::ranges::all_of(entry.second, [&](const ir::Expr* e) { return is_source(*e); });
                }) > 0;
    }
  }

  bool contains(const ir::Local* local) const { return sources_.contains(local); }

 private:
  bool is_source(const ir::Expr& value) const {
    if (value.kind == ir::ExprKind::TaskCall) return true;
    const auto* use = ir::try_as<ir::LocalExpr>(&value);
    return use && sources_.contains(use->local);
  }

  void collect(const ir::Stat& stat) {
    if (const auto* var = ir::try_as<ir::VarStat>(&stat)) {
      if (var->value && can_be_future(*var->local)) {
        sources_[var->local].push_back(var->value.get());
      } else {
        excluded_.insert(var->local);
      }
    } else if (const auto* assign = ir::try_as<ir::AssignStat>(&stat)) {
      if (const auto* use = ir::try_as<ir::LocalExpr>(assign->target.get())) {
        sources_[use->local].push_back(assign->value.get());
        if (!can_be_future(*use->local)) excluded_.insert(use->local);
      } else if (const ir::Local* root = root_of(*assign->target)) {
        excluded_.insert(root);
      }
    } else if (const auto* reduce = ir::try_as<ir::ReduceStat>(&stat)) {
      if (const ir::Local* root = root_of(*reduce->target)) excluded_.insert(root);
    } else if (const auto* launch = ir::try_as<ir::IndexLaunchStat>(&stat)) {
      if (launch->reduction_target) excluded_.insert(root_of(*launch->reduction_target));
      for (const ir::StatPtr& var : launch->preamble) excluded_.insert(ir::as<ir::VarStat>(*var).local);
    }
  }

  std::unordered_map<const ir::Local*, std::vector<const ir::Expr*>> sources_;
  std::set<const ir::Local*> excluded_;
};

// Moves reads of futures out of loops that launch nothing.
class ReadHoister {
 public:
  explicit ReadHoister(ir::Task& task) : task_(task) {}

  void block(ir::Block& block) {
    std::vector<ir::StatPtr> old = std::move(block.stats);
    std::vector<ir::StatPtr> result;
    for (ir::StatPtr& stat : old) {
      if (is_loop(*stat) && !launches(*stat)) {
        hoist(*stat, result);
      } else {
        for_each_block(*stat, [&](ir::Block& inner) { ReadHoister::block(inner); });
      }
      result.push_back(std::move(stat));
    }
    block.stats = std::move(result);
  }

 private:
  static bool is_loop(const ir::Stat& stat) {
    return stat.kind == ir::StatKind::While || stat.kind == ir::StatKind::Repeat ||
           stat.kind == ir::StatKind::ForNum || stat.kind == ir::StatKind::ForList;
  }

  static bool launches(const ir::Stat& stat) {
    bool result = false;
    walk_exprs(stat, [&](const ir::Expr& expr) { result = result || expr.kind == ir::ExprKind::TaskCall; });
    return result;
  }

  void hoist(ir::Stat& loop, std::vector<ir::StatPtr>& before) {
    std::set<const ir::Local*> changed;
    walk_stats(loop, [&](const ir::Stat& stat) {
      if (const auto* var = ir::try_as<ir::VarStat>(&stat)) changed.insert(var->local);
      if (const auto* assign = ir::try_as<ir::AssignStat>(&stat)) changed.insert(root_of(*assign->target));
    });
    std::unordered_map<ir::Local*, ir::Local*> values;
    replace_in(loop, [&](ir::ExprPtr& slot) {
      auto* use = ir::try_as<ir::LocalExpr>(slot.get());
      if (!use || !use->local->is_future || changed.contains(use->local)) return;
      ir::Local*& value = values[use->local];
      if (!value) {
        value = task_.new_local("", use->local->type, nullptr, use->range);
        auto var = std::make_unique<ir::VarStat>();
        var->range = use->range;
        var->local = value;
        var->value = make_local_expr(*use->local, use->range);
        before.push_back(std::move(var));
      }
      slot = make_local_expr(*value, slot->range);
    });
  }

  static void replace_in(ir::Stat& stat, const ExprSlotVisitor& visit) {
    for_each_expr(stat, [&](ir::ExprPtr& slot) { replace_in(slot, visit); });
    for_each_block(stat, [&](ir::Block& block) {
      for (ir::StatPtr& inner : block.stats) replace_in(*inner, visit);
    });
  }
  static void replace_in(ir::ExprPtr& slot, const ExprSlotVisitor& visit) {
    for_each_operand(*slot, [&](ir::ExprPtr& operand) { replace_in(operand, visit); });
    visit(slot);
  }

  ir::Task& task_;
};

// Notes where the task waits for results, for `check --explain`.
class WaitingPoints {
 public:
  explicit WaitingPoints(ir::Task& task) : task_(task) {
    walk_stats(task.body, [&](const ir::Stat& stat) { note_sources(stat); });
    walk_stats(task.body, [&](const ir::Stat& stat) { statement(stat); });
  }

 private:
  using Cause = ir::MappingPoint::Cause;

  static Cause cause_of(const ir::TaskCallExpr& call) {
    return {fmt::format("`{}`", call.callee->name), call.range};
  }

  void note_sources(const ir::Stat& stat) {
    const ir::Local* local = nullptr;
    const ir::Expr* value = nullptr;
    if (const auto* var = ir::try_as<ir::VarStat>(&stat)) {
      local = var->local;
      value = var->value.get();
    } else if (const auto* assign = ir::try_as<ir::AssignStat>(&stat)) {
      const auto* use = ir::try_as<ir::LocalExpr>(assign->target.get());
      local = use ? use->local : nullptr;
      value = assign->value.get();
    }
    if (!local || !local->is_future) return;
    if (const auto* call = ir::try_as<ir::TaskCallExpr>(value)) {
      sources_[local].push_back(cause_of(*call));
    } else if (const auto* use = ir::try_as<ir::LocalExpr>(value)) {
      auto& causes = sources_[use->local];
      sources_[local].insert(sources_[local].end(), causes.begin(), causes.end());
    }
  }

  void statement(const ir::Stat& stat) {
    const ir::Local* target = nullptr;
    const ir::Expr* value = nullptr;
    if (const auto* var = ir::try_as<ir::VarStat>(&stat)) {
      target = var->local;
      value = var->value.get();
    } else if (const auto* assign = ir::try_as<ir::AssignStat>(&stat)) {
      const auto* use = ir::try_as<ir::LocalExpr>(assign->target.get());
      target = use ? use->local : nullptr;
      value = assign->value.get();
    } else if (const auto* launch = ir::try_as<ir::IndexLaunchStat>(&stat)) {
      if (launch->reduction) {
        add(launch->call->range, "the folded result is needed here", {cause_of(*launch->call)});
      }
    } else if (const auto* fence = ir::try_as<ir::FenceStat>(&stat)) {
      if (fence->block) add(stat.range, "the fence asks for it", {});
    }
    bool stays_future = target && target->is_future;
    if (const auto* call = ir::try_as<ir::TaskCallExpr>(value);
        call && !stays_future && call->type->kind != TypeKind::unit) {
      add(call->range,
          fmt::format("`{}` needs the value of the result", target ? local_name(*target) : "the statement"),
          {cause_of(*call)});
    }
    if (stays_future && value && value->kind == ir::ExprKind::Local) return;
    const auto* assign = ir::try_as<ir::AssignStat>(&stat);
    bool is_launch = stat.kind == ir::StatKind::IndexLaunch;
    for_each_expr(const_cast<ir::Stat&>(stat), [&](ir::ExprPtr& slot) {
      bool is_plain = slot->kind == ir::ExprKind::Local;
      if (is_plain && assign && slot == assign->target) return;
      // Arguments of the launch are passed on.
      if (is_plain && is_launch && is_argument(ir::as<ir::IndexLaunchStat>(stat), slot)) return;
      reads(*slot);
    });
  }

  static bool is_argument(const ir::IndexLaunchStat& launch, const ir::ExprPtr& slot) {
    return std::ranges::find(launch.call->args, slot) != launch.call->args.end();
  }

  void reads(const ir::Expr& expr) {
    if (const auto* use = ir::try_as<ir::LocalExpr>(&expr)) {
      if (use->local->is_future) {
        std::string name = use->local->name.empty() ? "the result" : fmt::format("`{}`", use->local->name);
        add(use->range, fmt::format("the value of {} is needed here", name), sources_[use->local]);
      }
      return;
    }
    bool is_call = expr.kind == ir::ExprKind::TaskCall;
    for_each_operand(const_cast<ir::Expr&>(expr), [&](ir::ExprPtr& operand) {
      if (!is_call || operand->kind != ir::ExprKind::Local) reads(*operand);
    });
  }

  void add(SourceRange range, std::string reason, std::vector<Cause> causes) {
    for (const ir::MappingPoint& point : task_.mapping_points) {
      if (point.range.begin == range.begin && point.reason == reason) return;
    }
    task_.mapping_points.push_back(
        {ir::MappingPoint::Kind::block, range, {}, std::move(reason), std::move(causes)});
  }

  ir::Task& task_;
  std::unordered_map<const ir::Local*, std::vector<Cause>> sources_;
};

}  // namespace

void futures(ir::Task& task, const PassOptions& options) {
  if (options.futures) {
    Candidates candidates(task);
    for (const auto& local : task.locals) local->is_future = candidates.contains(local.get());
    ReadHoister(task).block(task.body);
  }
  WaitingPoints{task};
}

}  // namespace palatine::sema
