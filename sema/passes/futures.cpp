// Which variables hold results of launches that nobody has waited for.
//
// A variable is a future when some value that it gets is one: the result of a task, or what is computed from
// futures by operators, conversions and members. Such computations are done when their operands are there;
// what they need besides is taken at once. As an argument of a call a future is passed on without waiting;
// every other use waits.
//
// Loops without launches work on plain values: the futures that they use are read in front of them, and put
// back behind them if they were changed.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "sema/infer/describe.h"
#include "sema/ir/lvalue.h"
#include "sema/passes/passes.h"
#include "sema/passes/walk.h"

namespace palatine::sema {

namespace {

bool can_be_future(const ir::Local& local) {
  return !local.is_param && !local.is_address_taken && local.type->kind != TypeKind::unit &&
         !is_handle(local.type) && local.type->kind != TypeKind::list;
}

bool is_loop(const ir::Stat& stat) {
  return stat.kind == ir::StatKind::While || stat.kind == ir::StatKind::Repeat ||
         stat.kind == ir::StatKind::ForNum || stat.kind == ir::StatKind::ForList;
}

// The result of a task or collective, or a handle that stands for one.
bool is_result(const ir::Expr& expr) {
  const auto* form = ir::try_as<ir::FormExpr>(&expr);
  return (expr.kind == ir::ExprKind::TaskCall && expr.type->kind != TypeKind::unit) ||
         (form && (form->form == ir::Form::raw_future || form->form == ir::Form::collective_result));
}

bool launches(const ir::Stat& stat) {
  bool result = false;
  walk_exprs(stat, [&](const ir::Expr& expr) {
    result = result || is_result(expr) || expr.kind == ir::ExprKind::TaskCall;
  });
  return result;
}

// Calls `visit` with every statement of loops that launch nothing.
void for_each_stat_of_plain_loops(const ir::Block& block, const StatVisitor& visit) {
  for (const ir::StatPtr& stat : block.stats) {
    if (is_loop(*stat) && !launches(*stat)) {
      walk_stats(*stat, visit);
    } else {
      for_each_block(*stat, [&](ir::Block& inner) { for_each_stat_of_plain_loops(inner, visit); });
    }
  }
}

// Finds the smallest set of variables that fulfils the rule.
class Candidates {
 public:
  explicit Candidates(const ir::Task& task) {
    walk_stats(task.body, [&](const ir::Stat& stat) { collect(stat); });
    for_each_stat_of_plain_loops(task.body, [&](const ir::Stat& stat) {
      if (const auto* var = ir::try_as<ir::VarStat>(&stat)) excluded_.insert(var->local);
    });
    bool changed = true;
    while (changed) {
      changed = false;
      for (const auto& [local, sources] : sources_) {
        if (futures_.contains(local) || excluded_.contains(local) || !declared_.contains(local)) continue;
        if (!std::ranges::any_of(sources, [&](const ir::Expr* e) { return is_source(*e); })) continue;
        futures_.insert(local);
        changed = true;
      }
    }
  }

  bool contains(const ir::Local* local) const { return futures_.contains(local); }

 private:
  bool is_source(const ir::Expr& value) const {
    return is_result(value) ||
           is_computed_from(value, [&](const ir::Local& local) { return futures_.contains(&local); });
  }

  void collect(const ir::Stat& stat) {
    if (const auto* var = ir::try_as<ir::VarStat>(&stat)) {
      declared_.insert(var->local);
      if (var->value) sources_[var->local].push_back(var->value.get());
      if (!can_be_future(*var->local)) excluded_.insert(var->local);
    } else if (const auto* assign = ir::try_as<ir::AssignStat>(&stat)) {
      changed(*assign->target, *assign->value);
    } else if (const auto* reduce = ir::try_as<ir::ReduceStat>(&stat)) {
      changed(*reduce->target, *reduce->value);
    } else if (const auto* launch = ir::try_as<ir::IndexLaunchStat>(&stat)) {
      if (launch->reduction_target) changed(*launch->reduction_target, *launch->call);
      for (const ir::StatPtr& var : launch->preamble) excluded_.insert(ir::as<ir::VarStat>(*var).local);
    }
  }

  void changed(const ir::Expr& target, const ir::Expr& value) {
    if (const auto* use = ir::try_as<ir::LocalExpr>(&target)) {
      sources_[use->local].push_back(&value);
    } else if (const ir::Local* root = ir::root_variable(target)) {
      // A part of it is changed.
      excluded_.insert(root);
    }
  }

  std::unordered_map<const ir::Local*, std::vector<const ir::Expr*>> sources_;
  std::set<const ir::Local*> declared_, excluded_, futures_;
};

// Gives arguments that are computed from futures variables of their own, which are passed on without waiting.
class ArgumentHoister {
 public:
  explicit ArgumentHoister(ir::Task& task) : task_(task) {}

  void block(ir::Block& block) {
    std::vector<ir::StatPtr> old = std::move(block.stats);
    std::vector<ir::StatPtr> result;
    for (ir::StatPtr& stat : old) {
      for_each_block(*stat, [&](ir::Block& inner) { ArgumentHoister::block(inner); });
      if (stat->kind != ir::StatKind::IndexLaunch) {
        for_each_expr(*stat, [&](ir::ExprPtr& slot) {
          if (auto* call = ir::try_as<ir::TaskCallExpr>(slot.get())) arguments(*call, result);
        });
      }
      result.push_back(std::move(stat));
    }
    block.stats = std::move(result);
  }

 private:
  void arguments(ir::TaskCallExpr& call, std::vector<ir::StatPtr>& before) {
    for (ir::ExprPtr& arg : call.args) {
      if (arg->kind == ir::ExprKind::Local || is_handle(arg->type) || arg->type->kind == TypeKind::list)
        continue;
      if (!is_computed_from(*arg, [](const ir::Local& local) { return local.is_future; })) continue;
      ir::Local* local = task_.new_local("", arg->type, nullptr, arg->range);
      local->is_future = true;
      auto var = std::make_unique<ir::VarStat>();
      var->range = arg->range;
      var->local = local;
      var->value = std::move(arg);
      arg = make_local_expr(*local, var->range);
      before.push_back(std::move(var));
    }
  }

  ir::Task& task_;
};

// Lets loops that launch nothing work on the values of futures.
class ReadHoister {
 public:
  explicit ReadHoister(ir::Task& task) : task_(task) {}

  void block(ir::Block& block) {
    std::vector<ir::StatPtr> old = std::move(block.stats);
    std::vector<ir::StatPtr> result;
    for (ir::StatPtr& stat : old) {
      if (is_loop(*stat) && !launches(*stat)) {
        hoist(std::move(stat), result);
        continue;
      }
      for_each_block(*stat, [&](ir::Block& inner) { ReadHoister::block(inner); });
      result.push_back(std::move(stat));
    }
    block.stats = std::move(result);
  }

 private:
  void hoist(ir::StatPtr loop, std::vector<ir::StatPtr>& out) {
    std::set<const ir::Local*> changed;
    walk_stats(*loop, [&](const ir::Stat& stat) {
      if (const auto* assign = ir::try_as<ir::AssignStat>(&stat))
        changed.insert(ir::root_variable(*assign->target));
      if (const auto* reduce = ir::try_as<ir::ReduceStat>(&stat))
        changed.insert(ir::root_variable(*reduce->target));
    });
    std::vector<std::pair<ir::Local*, ir::Local*>> values;
    const SourceRange range = loop->range;
    replace_in(*loop, [&](ir::ExprPtr& slot) {
      auto* use = ir::try_as<ir::LocalExpr>(slot.get());
      if (!use || !use->local->is_future) return;
      auto known = std::ranges::find(values, use->local, [](const auto& entry) { return entry.first; });
      if (known == values.end()) {
        ir::Local* value = task_.new_local("", use->local->type, nullptr, use->range);
        value->is_assigned = changed.contains(use->local);
        auto var = std::make_unique<ir::VarStat>();
        var->range = use->range;
        var->local = value;
        var->value = make_local_expr(*use->local, use->range);
        out.push_back(std::move(var));
        known = values.insert(values.end(), {use->local, value});
      }
      const bool is_lvalue = slot->is_lvalue;
      slot = make_local_expr(*known->second, slot->range);
      slot->is_lvalue = is_lvalue;
    });
    out.push_back(std::move(loop));
    for (const auto& [future, value] : values) {
      if (!changed.contains(future)) continue;
      auto assign = std::make_unique<ir::AssignStat>();
      assign->range = range;
      assign->target = make_local_expr(*future, range);
      assign->value = make_local_expr(*value, range);
      out.push_back(std::move(assign));
    }
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
    const auto [local, value] = target_of(stat);
    if (!local || !local->is_future || !value) return;
    if (const auto* call = ir::try_as<ir::TaskCallExpr>(value)) return add_cause(local, cause_of(*call));
    walk_expr(*value, [&, target = local](const ir::Expr& expr) {
      const auto* use = ir::try_as<ir::LocalExpr>(&expr);
      if (!use || use->local == target) return;
      for (const Cause& cause : std::vector<Cause>(sources_[use->local])) add_cause(target, cause);
    });
  }

  void add_cause(const ir::Local* local, Cause cause) {
    for (const Cause& known : sources_[local]) {
      if (known.what == cause.what && known.range.begin == cause.range.begin) return;
    }
    sources_[local].push_back(std::move(cause));
  }

  // The variable that a statement sets or folds into, and the value.
  static std::pair<const ir::Local*, const ir::Expr*> target_of(const ir::Stat& stat) {
    auto of = [](const ir::Expr& target, const ir::Expr* value) {
      const auto* use = ir::try_as<ir::LocalExpr>(&target);
      return std::pair<const ir::Local*, const ir::Expr*>(use ? use->local : nullptr, value);
    };
    if (const auto* var = ir::try_as<ir::VarStat>(&stat)) return {var->local, var->value.get()};
    if (const auto* assign = ir::try_as<ir::AssignStat>(&stat))
      return of(*assign->target, assign->value.get());
    if (const auto* reduce = ir::try_as<ir::ReduceStat>(&stat))
      return of(*reduce->target, reduce->value.get());
    if (const auto* launch = ir::try_as<ir::IndexLaunchStat>(&stat); launch && launch->reduction_target)
      return of(*launch->reduction_target, launch->call.get());
    return {nullptr, nullptr};
  }

  void statement(const ir::Stat& stat) {
    const auto [target, value] = target_of(stat);
    const bool stays_future = target && target->is_future;
    const auto* launch = ir::try_as<ir::IndexLaunchStat>(&stat);
    if (launch && launch->reduction_target && !stays_future) {
      add(launch->call->range, "the folded result is needed here", {cause_of(*launch->call)});
    }
    if (const auto* fence = ir::try_as<ir::FenceStat>(&stat); fence && fence->block)
      add(stat.range, "the fence asks for it", {});
    if (const auto* call = ir::try_as<ir::TaskCallExpr>(value);
        call && !launch && !stays_future && call->type->kind != TypeKind::unit) {
      add(call->range,
          fmt::format("`{}` needs the value of the result", target ? local_name(*target) : "the statement"),
          {cause_of(*call)});
    }
    // What is computed for a future waits for nothing.
    if (stays_future && value && value->kind != ir::ExprKind::TaskCall) return;
    const auto* assign = ir::try_as<ir::AssignStat>(&stat);
    bool is_launch = stat.kind == ir::StatKind::IndexLaunch;
    for_each_expr(const_cast<ir::Stat&>(stat), [&](ir::ExprPtr& slot) {
      bool is_plain = slot->kind == ir::ExprKind::Local;
      if (is_plain && assign && slot == assign->target) return;
      if (is_plain && launch && slot == launch->reduction_target) return;
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
    // What is brought to a collective may come later.
    const auto* operation = ir::try_as<ir::HandleOpExpr>(&expr);
    if (operation && operation->op == ir::HandleOp::collective_arrive) return;
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
  if (options.futures && !task.is_leaf) {
    Candidates candidates(task);
    for (const auto& local : task.locals) local->is_future = candidates.contains(local.get());
    ReadHoister(task).block(task.body);
    ArgumentHoister(task).block(task.body);
  }
  WaitingPoints{task};
}

}  // namespace palatine::sema
