#include "sema/passes/loop_demands.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string_view>

#include "sema/infer/aliasing.h"
#include "sema/ir/lvalue.h"
#include "sema/passes/iteration.h"
#include "sema/passes/kernels.h"
#include "sema/passes/walk.h"

namespace palatine::sema {

namespace {

// What the body of a vectorized loop may consist of.
class Vectorizable {
 public:
  Vectorizable(const ir::Local* variable, bool over_region) : variable_(variable), over_region_(over_region) {
    varying_.insert(variable);
  }

  std::optional<Problem> run(const ir::Block& body) {
    block(body);
    return problem_;
  }

 private:
  static constexpr const char* kType = "loop body has an expression of an inadmissible type";
  static constexpr const char* kCorner = "loop body has a corner case statement not supported for the moment";

  void fail(SourceRange range, const char* reason) {
    if (!problem_) problem_ = {range, reason};
  }

  static bool is_admissible(const Type* type) {
    switch (type->kind) {
      case TypeKind::boolean:
      case TypeKind::integer:
      case TypeKind::floating:
      case TypeKind::pointer:
      case TypeKind::unit:
        return true;
      case TypeKind::index:
        return as<IndexType>(type).dim <= 1;
      case TypeKind::bounded:
        return as<BoundedType>(type).index->dim <= 1;
      case TypeKind::array:
        return is_primitive(as<ArrayType>(type).element);
      case TypeKind::structure: {
        const auto& fields = as<StructType>(type).fields;
        return std::all_of(fields.begin(), fields.end(),
                           [](const StructField& field) { return is_admissible(field.type); });
      }
      default:
        return is_handle(type) || type->kind == TypeKind::rect;
    }
  }

  bool is_varying(const ir::Expr& expr) const {
    return any_expr(expr, [&](const ir::Expr& node) {
      if (node.kind == ir::ExprKind::RegionAccess) return true;
      const auto* use = ir::try_as<ir::LocalExpr>(&node);
      return use && varying_.contains(use->local);
    });
  }

  void value(const ir::Expr& expr) {
    if (const auto* access = ir::try_as<ir::RegionAccessExpr>(&expr)) return element(*access);
    if (const auto* cast = ir::try_as<ir::CastExpr>(&expr)) {
      // The number of the iteration is no vector.
      const auto* use = ir::try_as<ir::LocalExpr>(cast->operand.get());
      const bool is_number = use && use->local == variable_ && !over_region_ && is_primitive(expr.type) &&
                             use->type->kind != TypeKind::integer;
      if (is_number) return fail(expr.range, kCorner);
    }
    if (!is_admissible(expr.type)) return fail(expr.range, kType);
    if (const auto* index = ir::try_as<ir::IndexExpr>(&expr)) {
      // A place in an array is a number of its own.
      return value(*index->object);
    }
    for_each_operand(const_cast<ir::Expr&>(expr), [&](ir::ExprPtr& operand) { value(*operand); });
  }

  void element(const ir::RegionAccessExpr& access) {
    if (!is_admissible(access.type)) return fail(access.range, kType);
    const auto& region = as<RegionType>(access.regions.front()->type);
    const bool is_scattered =
        any_expr(*access.index, [](const ir::Expr& node) { return node.kind == ir::ExprKind::RegionAccess; });
    // Indices of several components cannot be gathered.
    if (is_scattered && region.index()->dim > 1) fail(access.range, kType);
  }

  void target(const ir::Expr& expr) {
    const auto* index = ir::try_as<ir::IndexExpr>(&expr);
    if (index && index->object->kind != ir::ExprKind::Local) {
      return fail(expr.range, "array access should be in a form of 'a[exp]'");
    }
    value(expr);
    const ir::Local* root = ir::root_variable(expr);
    if (root) varying_.insert(root);
  }

  void block(const ir::Block& body) {
    for (const ir::StatPtr& stat : body.stats) statement(*stat);
  }

  void statement(const ir::Stat& stat) {
    using ir::as;
    switch (stat.kind) {
      case ir::StatKind::Block:
        return block(as<ir::BlockStat>(stat).body);
      case ir::StatKind::Var: {
        const auto& var = as<ir::VarStat>(stat);
        if (!is_admissible(var.local->type)) {
          return fail(var.local->range, "loop body has a variable declaration of an inadmissible type");
        }
        if (!var.value) return;
        value(*var.value);
        if (is_varying(*var.value)) varying_.insert(var.local);
        return;
      }
      case ir::StatKind::Assign:
        value(*as<ir::AssignStat>(stat).value);
        return target(*as<ir::AssignStat>(stat).target);
      case ir::StatKind::Reduce:
        value(*as<ir::ReduceStat>(stat).value);
        return target(*as<ir::ReduceStat>(stat).target);
      case ir::StatKind::If: {
        const auto& branch = as<ir::IfStat>(stat);
        if (is_varying(*branch.condition)) {
          return fail(branch.condition->range, "loop body has a non-scalar if-condition");
        }
        block(branch.then_block);
        return block(branch.else_block);
      }
      case ir::StatKind::ForNum:
        return block(as<ir::ForNumStat>(stat).body);
      case ir::StatKind::Expr:
        return fail(stat.range, "loop body has an expression as a statement");
      default:
        return fail(stat.range, kCorner);
    }
  }

  const ir::Local* variable_;
  bool over_region_;
  std::set<const ir::Local*> varying_;
  std::optional<Problem> problem_;
};

struct LoopParts {
  const ir::Local* variable = nullptr;
  const ir::Block* body = nullptr;
  bool over_region = false;
  bool has_stride = false;
};

std::optional<LoopParts> parts_of(const ir::Stat& stat) {
  if (const auto* numeric = ir::try_as<ir::ForNumStat>(&stat)) {
    return LoopParts{numeric->variable, &numeric->body, false, numeric->step != nullptr};
  }
  if (const auto* list = ir::try_as<ir::ForListStat>(&stat)) {
    // Loops over lists are never parallel, as those with a stride.
    return LoopParts{list->variable, &list->body, list->domain->type->kind == TypeKind::region,
                     list->domain->type->kind == TypeKind::list};
  }
  return std::nullopt;
}

bool demands(const std::vector<ast::Annotation>& annotations, ast::AnnotationOption option) {
  return ir::has_annotation(annotations, ast::AnnotationLevel::demand, option);
}

class Demands {
 public:
  Demands(const ir::Task& task, const PassOptions& options)
      : task_(task), options_(options), aliases_(task) {}

  std::vector<FailedDemand> run() {
    walk_stats(task_.body, [&](const ir::Stat& stat) {
      const auto loop = parts_of(stat);
      if (loop && demands(stat.annotations, ast::AnnotationOption::vectorize)) {
        auto problem = in_parallel(*loop, stat.range);
        if (!problem) problem = Vectorizable(loop->variable, loop->over_region).run(*loop->body);
        add(ast::AnnotationOption::vectorize, problem);
      }
      const bool asks_for_openmp = demands(stat.annotations, ast::AnnotationOption::openmp);
      if (loop && asks_for_openmp && !options_.override_demand_openmp) {
        add(ast::AnnotationOption::openmp, in_parallel(*loop, stat.range));
      }
    });
    if (demands(task_.annotations, ast::AnnotationOption::parallel)) parallel_task();
    if (demands(task_.annotations, ast::AnnotationOption::cuda)) {
      if (auto problem = find_outside_kernels(task_, aliases_, options_.override_demand_cuda)) {
        failed_.push_back({ast::AnnotationOption::cuda, problem->range, problem->reason, problem->why});
      }
    }
    return std::move(failed_);
  }

 private:
  void add(ast::AnnotationOption option, const std::optional<Problem>& problem) {
    if (problem) failed_.push_back({option, problem->range, problem->reason, std::nullopt});
  }

  // Parameters count as apart: vector code asks at run time whether what it touches overlaps, and a loop for
  // OpenMP runs in order.
  std::optional<Problem> in_parallel(const LoopParts& loop, SourceRange range) {
    if (loop.has_stride) return Problem{range, kInadmissible};
    return Iteration(aliases_, loop.variable, {.parameters_are_apart = true}).run(*loop.body);
  }

  // ---- tasks that are split

  void parallel_task() {
    const ir::ReturnStat* result = nullptr;
    for (size_t i = 0; i < task_.body.stats.size(); ++i) {
      const ir::Stat& stat = *task_.body.stats[i];
      if (i + 1 == task_.body.stats.size() && stat.kind == ir::StatKind::Return) {
        result = &ir::as<ir::ReturnStat>(stat);
      } else {
        outside(stat);
      }
    }
    if (problem_) return add(ast::AnnotationOption::parallel, problem_);
    check_result(result);
    add(ast::AnnotationOption::parallel, problem_);
  }

  void fail(SourceRange range, const char* reason) {
    if (!problem_) problem_ = {range, reason};
  }

  void check_result(const ir::ReturnStat* result) {
    const ir::Local* returned = nullptr;
    if (result && result->value) {
      returned = local_of(*result->value);
      const bool is_reduced = returned && reduced_.contains(returned);
      if (!is_reduced) return fail(result->range, kInadmissible);
    }
    if (reduced_.empty()) return;
    if (!returned) return fail(task_.range, "task must return the scalar reduction result");
    if (reduced_.size() > 1) {
      return fail(task_.range, "task can have only up to one scalar reduction variable");
    }
    if (read_.contains(returned)) return fail(task_.range, "task must not read reduction variable");
  }

  // A statement that belongs to no parallelizable loop.
  void outside(const ir::Stat& stat) {
    switch (stat.kind) {
      case ir::StatKind::Return:
      case ir::StatKind::Break:
      case ir::StatKind::Delete:
      case ir::StatKind::Fill:
      case ir::StatKind::Fence:
        return fail(stat.range, kInadmissible);
      default:
        break;
    }
    if (const auto loop = parts_of(stat)) {
      bool has_many = false;
      walk_exprs(stat, [&](const ir::Expr& expr) {
        const auto* access = ir::try_as<ir::RegionAccessExpr>(&expr);
        has_many = has_many || (access && access->regions.size() > 1);
        if (access && access->regions.size() > 1) fail(expr.range, kInadmissible);
      });
      if (has_many) return;
      Iteration iteration(aliases_, loop->variable);
      const auto problem = loop->has_stride ? Problem{stat.range, kInadmissible} : iteration.run(*loop->body);
      if (!problem) {
        for (const auto& [variable, op] : iteration.reduced()) reduced_.insert(variable);
        read_.insert(iteration.read_variables().begin(), iteration.read_variables().end());
        return;
      }
      if (problem->reason == kInadmissible) return fail(problem->range, kInadmissible);
    }
    walk_own_exprs(stat, [&](const ir::Expr& expr) {
      if (expr.kind == ir::ExprKind::RegionAccess) {
        fail(expr.range, kOutsideOfLoops);
      }
      const bool is_call = expr.kind == ir::ExprKind::FunctionCall ||
                           expr.kind == ir::ExprKind::PointerCall || expr.kind == ir::ExprKind::TaskCall;
      if (is_call) fail(expr.range, kInadmissible);
      const auto* use = ir::try_as<ir::LocalExpr>(&expr);
      if (use && !is_handle(use->type)) read_.insert(use->local);
    });
    // A target is no read.
    if (const auto* assign = ir::try_as<ir::AssignStat>(&stat)) {
      if (const auto* use = ir::try_as<ir::LocalExpr>(assign->target.get())) read_.erase(use->local);
    }
    for_each_block(const_cast<ir::Stat&>(stat), [&](ir::Block& inner) {
      for (const ir::StatPtr& nested : inner.stats) outside(*nested);
    });
  }

  const ir::Task& task_;
  const PassOptions& options_;
  RegionAliases aliases_;
  std::vector<FailedDemand> failed_;
  std::set<const ir::Local*> reduced_, read_;
  std::optional<Problem> problem_;
};

}  // namespace

std::vector<FailedDemand> find_failed_demands(const ir::Task& task, const PassOptions& options) {
  bool is_asked = demands(task.annotations, ast::AnnotationOption::parallel) ||
                  demands(task.annotations, ast::AnnotationOption::cuda);
  walk_stats(task.body, [&](const ir::Stat& stat) {
    is_asked = is_asked || demands(stat.annotations, ast::AnnotationOption::vectorize) ||
               demands(stat.annotations, ast::AnnotationOption::openmp);
  });
  if (!is_asked) return {};
  return Demands(task, options).run();
}

}  // namespace palatine::sema
