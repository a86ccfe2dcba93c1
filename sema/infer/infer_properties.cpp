// Leaf, inner, idempotent and replicable: one walk over the body decides all four. Each keeps the first node,
// in the order of evaluation, that rules it out; that is where a failed demand is reported.
#include <fmt/format.h>

#include <array>
#include <optional>
#include <set>
#include <string_view>

#include "sema/infer/describe.h"
#include "sema/passes/iteration.h"
#include "sema/passes/passes.h"
#include "sema/passes/walk.h"

namespace palatine::sema {

namespace {

enum Property : size_t { kLeaf, kInner, kIdempotent, kReplicable, kPropertyCount };

struct PropertyInfo {
  const char* name;
  ast::AnnotationOption option;
  // Why a task has the property when nothing rules it out.
  const char* holds;
};

constexpr std::array<PropertyInfo, kPropertyCount> kProperties = {{
    {"leaf", ast::AnnotationOption::leaf, "launches no task and creates nothing"},
    {"inner", ast::AnnotationOption::inner, "accesses no region itself"},
    {"idempotent", ast::AnnotationOption::idempotent, "calls nothing but tasks"},
    {"replicable", ast::AnnotationOption::replicable, "calls nothing that may differ between copies of it"},
}};

// What rules a property out: the text continues "task `t` ...".
struct Obstacle {
  SourceRange range;
  std::string reason;
};

// C functions that write to the outer world or keep hidden state; every other function of libc may run in
// each replica of a task.
bool is_replicable_c_function(const std::string& name) {
  static const std::set<std::string_view> kNotReplicable = {"printf", "fprintf", "scanf", "fscanf",
                                                            "vscanf", "vfscanf", "rand",  "rand_r"};
  return !kNotReplicable.contains(name);
}

bool forbids(const ir::Task& task, ast::AnnotationOption option) {
  return ir::has_annotation(task.annotations, ast::AnnotationLevel::forbid, option);
}

class Analysis {
 public:
  explicit Analysis(const ir::Task& task) {
    for (const ir::Task::LocalCall& call : task.local_calls) {
      const ir::Task& callee = *call.callee;
      const auto rule = [&](bool holds, Property property, const char* name) {
        if (!holds) {
          rule_out(property, call.range,
                   fmt::format("calls the local task `{}`, which is not {}", callee.name, name));
        }
      };
      rule(callee.is_leaf, kLeaf, "leaf");
      rule(callee.is_inner || !forbids(callee, ast::AnnotationOption::inner), kInner, "inner");
      rule(callee.is_idempotent, kIdempotent, "idempotent");
      rule(callee.is_replicable, kReplicable, "replicable");
    }
    walk_stats(task.body, [&](const ir::Stat& stat) {
      walk_own_exprs(stat, [&](const ir::Expr& expr) { expression(expr); });
      statement(stat);
    });
  }

  const std::optional<Obstacle>& operator[](size_t property) const { return obstacles_[property]; }
  bool uses_task_handle() const { return uses_task_handle_; }

 private:
  void rule_out(Property property, SourceRange range, std::string reason) {
    auto& obstacle = obstacles_[property];
    if (!obstacle) obstacle = {range, std::move(reason)};
  }

  void expression(const ir::Expr& expr) {
    switch (expr.kind) {
      case ir::ExprKind::TaskCall:
        rule_out(kLeaf, expr.range,
                 fmt::format("calls task `{}`", ir::as<ir::TaskCallExpr>(expr).callee->name));
        return;
      case ir::ExprKind::NewIspace:
        return rule_out(kLeaf, expr.range, "creates an ispace");
      case ir::ExprKind::NewRegion:
        return rule_out(kLeaf, expr.range, "creates a region");
      case ir::ExprKind::NewPartitionEqual:
        return rule_out(kLeaf, expr.range, "creates a partition");
      case ir::ExprKind::HandleOp: {
        const auto& operation = ir::as<ir::HandleOpExpr>(expr);
        if (!ir::is_creation(operation.op)) return;
        const char* name = ir::handle_op_name(operation.op);
        switch (operation.op) {
          case ir::HandleOp::copy:
            return rule_out(kLeaf, expr.range, "contains a copy");
          case ir::HandleOp::acquire:
          case ir::HandleOp::release:
          case ir::HandleOp::attach_hdf5:
          case ir::HandleOp::detach_hdf5:
            return rule_out(kLeaf, expr.range, fmt::format("calls `{}`", name));
          case ir::HandleOp::scratch_fields:
          case ir::HandleOp::with_scratch_fields:
            return rule_out(kLeaf, expr.range, fmt::format("calls `{}`", name));
          case ir::HandleOp::import_ispace:
          case ir::HandleOp::import_region:
          case ir::HandleOp::import_partition:
          case ir::HandleOp::import_cross_product:
            return rule_out(kLeaf, expr.range, fmt::format("contains `{}`", name));
          case ir::HandleOp::new_barrier:
            return rule_out(kLeaf, expr.range, "creates a phase barrier");
          case ir::HandleOp::new_collective:
            return rule_out(kLeaf, expr.range, "creates a dynamic collective");
          case ir::HandleOp::collective_arrive:
          case ir::HandleOp::barrier_adjust:
          case ir::HandleOp::barrier_arrive:
          case ir::HandleOp::barrier_await:
            rule_out(kInner, expr.range, fmt::format("calls `{}`", name));
            rule_out(kIdempotent, expr.range, fmt::format("calls `{}`", name));
            [[fallthrough]];
          case ir::HandleOp::barrier_advance:
          case ir::HandleOp::collective_advance:
            rule_out(kReplicable, expr.range, fmt::format("calls `{}`", name));
            return rule_out(kLeaf, expr.range, fmt::format("calls `{}`", name));
          default:
            break;
        }
        if (expr.type->kind == TypeKind::list) {
          const bool has_regions = is_region_list(expr.type);
          return rule_out(kLeaf, expr.range,
                          has_regions ? "creates a list of regions" : "creates a list of phase barriers");
        }
        const bool is_ispace = expr.type->kind == TypeKind::ispace;
        const bool is_product = expr.type->kind == TypeKind::cross_product;
        return rule_out(kLeaf, expr.range,
                        is_ispace    ? "creates an ispace"
                        : is_product ? "creates a cross product"
                                     : "creates a partition");
      }
      case ir::ExprKind::Form:
        if (ir::as<ir::FormExpr>(expr).form == ir::Form::collective_result)
          rule_out(kLeaf, expr.range, "asks for the result of a dynamic collective");
        return;
      case ir::ExprKind::RegionAccess:
        return rule_out(kInner, expr.range,
                        fmt::format("accesses `{}` itself", describe(ir::as<ir::RegionAccessExpr>(expr))));
      case ir::ExprKind::Physical: {
        const auto& physical = ir::as<ir::PhysicalExpr>(expr);
        return rule_out(
            kInner, expr.range,
            fmt::format("hands `{}` itself to C code with `__physical`", local_name(*physical.region)));
      }
      case ir::ExprKind::CCall: {
        const std::string& name = ir::as<ir::CCallExpr>(expr).function;
        rule_out(kIdempotent, expr.range, fmt::format("calls the C function `{}`", name));
        if (!ir::as<ir::CCallExpr>(expr).is_replicable && !is_replicable_c_function(name)) {
          rule_out(kReplicable, expr.range,
                   fmt::format("calls `{}`, which may behave differently in each copy of the task", name));
        }
        return;
      }
      case ir::ExprKind::FunctionCall: {
        const auto& call = ir::as<ir::FunctionCallExpr>(expr);
        const ir::Function& callee = *call.callee;
        const std::string& name = callee.name;
        if (call.is_operator && is_function_of_values(callee)) return;
        rule_out(kIdempotent, expr.range, fmt::format("calls the function `{}`", name));
        if (callee.is_replicable) return;
        rule_out(kReplicable, expr.range,
                 fmt::format("calls the function `{}`, which is not marked replicable", name));
        return;
      }
      case ir::ExprKind::PointerCall:
        rule_out(kIdempotent, expr.range, "calls a function through a pointer");
        return rule_out(kReplicable, expr.range, "calls a function through a pointer");
      case ir::ExprKind::RuntimeCall:
        switch (ir::as<ir::RuntimeCallExpr>(expr).function) {
          case ir::RuntimeFunction::assert_:
            return rule_out(kIdempotent, expr.range, "calls `assert`");
          case ir::RuntimeFunction::context_handle:
            return rule_out(kLeaf, expr.range, "uses `__context()`");
          case ir::RuntimeFunction::task_handle:
            uses_task_handle_ = true;
            return;
          case ir::RuntimeFunction::runtime_handle:
          case ir::RuntimeFunction::fail:
            return;
        }
        return;
      default:
        return;
    }
  }

  void statement(const ir::Stat& stat) {
    switch (stat.kind) {
      case ir::StatKind::Block:
        if (ir::as<ir::BlockStat>(stat).is_epoch) rule_out(kLeaf, stat.range, "contains a must_epoch");
        return;
      case ir::StatKind::Fill:
        return rule_out(kLeaf, stat.range, "contains a fill");
      case ir::StatKind::Fence:
        return rule_out(kLeaf, stat.range, "contains a fence");
      case ir::StatKind::Delete:
        return rule_out(kLeaf, stat.range, "deletes a region, partition or ispace");
      default:
        return;
    }
  }

  std::array<std::optional<Obstacle>, kPropertyCount> obstacles_;
  bool uses_task_handle_ = false;
};

const ast::Annotation* find_demand(const ir::Task& task, ast::AnnotationOption option) {
  if (!ir::has_annotation(task.annotations, ast::AnnotationLevel::demand, option)) return nullptr;
  for (auto it = task.annotations.rbegin(); it != task.annotations.rend(); ++it) {
    if (it->option == option) return &*it;
  }
  return nullptr;
}

}  // namespace

void infer_properties(ir::Task& task, Diagnostics& diags, const PassOptions& options) {
  Analysis analysis(task);
  task.wants_loop_point = analysis.uses_task_handle();
  bool holds[kPropertyCount];
  bool enabled[kPropertyCount] = {options.leaf, options.inner, options.idempotent, options.replicable};
  Obstacle obstacles[kPropertyCount];
  for (size_t i = 0; i < kPropertyCount; ++i) {
    const PropertyInfo& info = kProperties[i];
    holds[i] = !analysis[i];
    if (analysis[i]) {
      obstacles[i] = *analysis[i];
    } else if (ir::has_annotation(task.annotations, ast::AnnotationLevel::forbid, info.option)) {
      holds[i] = false;
      obstacles[i] = {task.range, fmt::format("forbids `{}`", ast::annotation_option_name(info.option))};
    } else if (!enabled[i]) {
      holds[i] = false;
      obstacles[i] = {task.range, fmt::format("is compiled with `-f{} 0`", info.name)};
    }
  }
  // Leaf wins when both hold, unless inner is demanded.
  if (holds[kLeaf] && find_demand(task, ast::AnnotationOption::inner) && options.inner) {
    holds[kLeaf] = false;
    obstacles[kLeaf] = {task.range, "demands `__inner`"};
  }
  if (holds[kInner] && holds[kLeaf]) {
    holds[kInner] = false;
    obstacles[kInner] = {task.range, "is a leaf task, and a task cannot be both"};
  }

  for (size_t i = 0; i < kPropertyCount; ++i) {
    const PropertyInfo& info = kProperties[i];
    task.inferences.push_back({info.name, holds[i], holds[i] ? info.holds : obstacles[i].reason,
                               holds[i] ? task.range : obstacles[i].range});
    const ast::Annotation* demand = find_demand(task, info.option);
    if (!demand || holds[i] || !enabled[i]) continue;
    diags.report(DiagKind::task_property_fails, obstacles[i].range, info.name)
        .note(DiagKind::task_property_demanded, demand->range, ast::annotation_option_name(info.option),
              obstacles[i].reason);
    task.has_error = true;
  }
  // Kernels and the tasks of the automatic parallelizer are leaf tasks.
  for (ast::AnnotationOption option : {ast::AnnotationOption::cuda, ast::AnnotationOption::parallel}) {
    if (holds[kLeaf] || !find_demand(task, option)) continue;
    diags.report(DiagKind::option_needs_leaf, task.range, ast::annotation_option_name(option))
        .note(DiagKind::option_needs_leaf_reason, obstacles[kLeaf].range, obstacles[kLeaf].reason);
    task.has_error = true;
  }
  task.is_leaf = holds[kLeaf];
  task.is_inner = holds[kInner];
  task.is_idempotent = holds[kIdempotent];
  task.is_replicable = holds[kReplicable];
}

}  // namespace palatine::sema
