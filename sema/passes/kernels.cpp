#include "sema/passes/kernels.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "sema/ir/lvalue.h"
#include "sema/passes/walk.h"

namespace palatine::sema {

namespace {

bool demands_cuda(const ir::Task& task) {
  return ir::has_annotation(task.annotations, ir::AnnotationLevel::demand, ir::AnnotationOption::cuda);
}

bool has_points(const ir::ForListStat& loop) {
  const TypeKind kind = loop.domain->type->kind;
  return kind == TypeKind::region || kind == TypeKind::ispace;
}

// A number, or an array of numbers: what threads can reduce into together, element by element.
bool has_atomic(const Type* type) {
  if (const auto* array = try_as<ArrayType>(type)) return has_atomic(array->element);
  return is_numeric(type);
}

constexpr const char* kListRule =
    "a list is in the host's memory: take its numbers into variables or an array before the loop";

bool is_list(const Type* type) {
  return type && type->kind == TypeKind::list;
}

// The variables that the loop declares.
std::set<const ir::Local*> own_locals(const ir::ForListStat& loop) {
  std::set<const ir::Local*> own = {loop.variable};
  walk_stats(loop.body, [&](const ir::Stat& stat) {
    if (const auto* var = ir::try_as<ir::VarStat>(&stat)) own.insert(var->local);
    if (const auto* numeric = ir::try_as<ir::ForNumStat>(&stat)) own.insert(numeric->variable);
    if (const auto* list = ir::try_as<ir::ForListStat>(&stat)) own.insert(list->variable);
  });
  return own;
}

// True when the expression mentions nothing that the loop declares, and no data.
bool is_from_outside(const ir::Expr& expr, const std::set<const ir::Local*>& own) {
  return !any_expr(expr, [&](const ir::Expr& node) {
    const auto* use = ir::try_as<ir::LocalExpr>(&node);
    return (use && own.contains(use->local)) || node.kind == ir::ExprKind::RegionAccess;
  });
}

// True when all iterations reduce into one number, in a way that allows them to fold their parts first.
bool is_uniform(const ir::ReduceStat& reduce, const std::set<const ir::Local*>& own) {
  const auto* access = ir::try_as<ir::RegionAccessExpr>(reduce.target.get());
  // An integer is divided step by step.
  return access && access->regions.size() == 1 && access->leaves.size() == 1 && is_numeric(access->type) &&
         same_type(access->type, reduce.compute_type) && reduce.op != ast::ReductionOp::divide &&
         is_from_outside(*access->index, own);
}

// True when blocks may keep a table of what it reduces into.
bool has_table(const ir::ReduceStat& reduce) {
  const auto* access = ir::try_as<ir::RegionAccessExpr>(reduce.target.get());
  if (!access || access->regions.size() != 1 || access->leaves.size() != 1) return false;
  if (!is_numeric(access->type) || !same_type(access->type, reduce.compute_type)) return false;
  if (reduce.op == ast::ReductionOp::divide) return false;
  const auto* integer = try_as<IntegerType>(access->type);
  return !integer || integer->bits >= 32;
}

// What a device can do, beyond what iteration.h asks for.
class DeviceRules {
 public:
  explicit DeviceRules(const ir::ForListStat& loop) : loop_(loop), own_(own_locals(loop)) {}

  std::optional<Problem> run() {
    walk_stats(loop_.body, [&](const ir::Stat& stat) { statement(stat); });
    return problem_;
  }

 private:
  void fail(SourceRange range, std::string rule) {
    if (!problem_) problem_ = {range, kInadmissible, std::move(rule)};
  }

  void statement(const ir::Stat& stat) {
    if (const auto* var = ir::try_as<ir::VarStat>(&stat)) {
      if (is_handle(var->local->type)) {
        fail(stat.range, "a variable of a kernel holds no region or index space: declare it before the loop");
      }
    }
    if (const auto* inner = ir::try_as<ir::ForListStat>(&stat)) {
      if (has_points(*inner) && !is_from_outside(*inner->domain, own_)) {
        fail(inner->domain->range,
             "the points of an inner loop must be known before the loop: loop over a rect, or over a region "
             "or index space from outside");
      }
    }
    walk_own_exprs(stat, [&](const ir::Expr& expr) { expression(expr); });
  }

  // Operands come before what is made of them.
  void expression(const ir::Expr& expr) {
    if (is_list(expr.type)) fail(expr.range, kListRule);
    switch (expr.kind) {
      // With the next case and that of lists this is all that chooses a handle, so the members of those that
      // are left are known before the loop.
      case ir::ExprKind::Subregion:
        return fail(expr.range, "it takes a subregion: take it in a loop around this one");
      case ir::ExprKind::HandleOp:
        return fail(expr.range, "it makes an index space, region or partition: make it before the loop");
      case ir::ExprKind::Physical:
        return fail(expr.range, "`__physical` gives handles of the host: use the region's elements");
      case ir::ExprKind::Global:
        return fail(expr.range, "a global variable is the host's: copy it to a variable before the loop");
      case ir::ExprKind::FunctionAddress:
        return fail(expr.range, "it uses a function as a value: call it by its name");
      case ir::ExprKind::RuntimeCall:
        return fail(
            expr.range,
            "a kernel cannot end the program: reduce a condition into a variable, and check it behind "
            "the loop");
      case ir::ExprKind::Form: {
        const ir::Form form = ir::as<ir::FormExpr>(expr).form;
        const bool is_computed = form == ir::Form::static_cast_ || form == ir::Form::unsafe_cast_ ||
                                 form == ir::Form::is_null || form == ir::Form::null ||
                                 form == ir::Form::pointer_of_parts;
        if (!is_computed)
          fail(expr.range, fmt::format("`{}` asks the runtime: ask before the loop", ir::form_text(form)));
        return;
      }
      case ir::ExprKind::CCall:
        return c_call(ir::as<ir::CCallExpr>(expr));
      default:
        return;
    }
  }

  void c_call(const ir::CCallExpr& expr) {
    const bool is_printf = expr.function == "printf";
    for (size_t k = 0; k < expr.args.size(); ++k) {
      const Type* type = expr.args[k]->type;
      const bool is_text = expr.args[k]->kind == ir::ExprKind::Const && type->kind == TypeKind::pointer;
      if (is_printf && (k == 0 ? !is_text : !is_text && !is_primitive(type))) {
        return fail(expr.range, "`printf` of a kernel takes a literal and numbers");
      }
    }
  }

  const ir::ForListStat& loop_;
  const std::set<const ir::Local*> own_;
  std::optional<Problem> problem_;
};

IterationOptions kernel_options(bool believes) {
  return {.parameters_are_apart = true, .allows_functions = true, .believes_independence = believes};
}

bool has_kernel_inside(const ir::Block& body, const RegionAliases& aliases, bool believes) {
  bool found = false;
  walk_stats(body, [&](const ir::Stat& stat) {
    const auto* loop = ir::try_as<ir::ForListStat>(&stat);
    if (!found && loop && has_points(*loop)) found = !why_no_kernel(*loop, aliases, believes);
  });
  return found;
}

}  // namespace

std::optional<Problem> why_no_kernel(const ir::ForListStat& loop, const RegionAliases& aliases,
                                     bool believes) {
  if (ir::has_annotation(loop.annotations, ir::AnnotationLevel::forbid, ir::AnnotationOption::cuda)) {
    return Problem{loop.range, kInadmissible, "`__forbid(__cuda)` leaves the loop to the host"};
  }
  if (is_list(loop.domain->type)) {
    return Problem{loop.domain->range, kInadmissible, "a loop over a list is no kernel: loop over points"};
  }
  if (has_kernel_inside(loop.body, aliases, believes)) {
    return Problem{loop.range, kInadmissible,
                   "the loop holds a loop over points that is a kernel itself, so only that one runs on the "
                   "device: put what stands around it into a loop of its own"};
  }
  Iteration iteration(aliases, loop.variable, kernel_options(believes));
  if (auto problem = iteration.run(loop.body)) return problem;
  if (auto problem = DeviceRules(loop).run()) return problem;
  for (const auto& [variable, op] : iteration.reduced()) {
    const bool divides = op == ast::ReductionOp::divide && variable->type->kind == TypeKind::integer;
    if (is_numeric(variable->type) && !divides) continue;
    return Problem{loop.range, kInadmissible,
                   fmt::format("threads cannot reduce into `{}` of type {}{}: reduce into numbers",
                               variable->name, type_name(variable->type), divides ? " by `/=`" : "")};
  }
  for (const ir::ReduceStat* reduce : iteration.shared_reductions()) {
    if (has_atomic(reduce->target->type)) continue;
    return Problem{reduce->range, kInadmissible,
                   fmt::format("iterations may meet in this element, and threads cannot reduce into {} "
                               "together: reduce into its numbers one by one",
                               type_name(reduce->target->type))};
  }
  return std::nullopt;
}

namespace {

// Looks for region accesses outside of kernels.
class OutsideFinder {
 public:
  OutsideFinder(const RegionAliases& aliases, bool believes) : aliases_(aliases), believes_(believes) {}

  std::optional<OutsideKernels> run(const ir::Block& body) {
    block(body, nullptr);
    return found_;
  }

 private:
  void block(const ir::Block& body, const Problem* around) {
    for (const ir::StatPtr& stat : body.stats) {
      if (!found_) statement(*stat, around);
    }
  }

  void statement(const ir::Stat& stat, const Problem* around) {
    const auto* scan = ir::try_as<ir::BlockStat>(&stat);
    if (scan && scan->is_scan) return around_scan(scan->body);
    std::optional<Problem> mine;
    if (const auto* loop = ir::try_as<ir::ForListStat>(&stat)) {
      mine = why_no_kernel(*loop, aliases_, believes_);
      // The points of a kernel are the host's to find.
      if (!mine) return expressions(stat, around);
    } else if (stat.kind == ir::StatKind::ForNum && !around) {
      mine = Problem{stat.range, kInadmissible,
                     "a loop over numbers runs on the host: loop over points (`for i in ispace(int1d, n)`)"};
    }
    expressions(stat, around);
    for_each_block(const_cast<ir::Stat&>(stat),
                   [&](ir::Block& inner) { block(inner, mine ? &*mine : around); });
  }

  // What stands around the loop of a scan computes its bounds.
  void around_scan(const ir::Block& body) {
    for (const ir::StatPtr& stat : body.stats) {
      if (stat->kind == ir::StatKind::ForNum) continue;
      expressions(*stat, nullptr);
      for_each_block(*stat, [&](ir::Block& inner) { around_scan(inner); });
    }
  }

  // Those of the statement itself, which the host evaluates.
  void expressions(const ir::Stat& stat, const Problem* around) {
    walk_own_exprs(stat, [&](const ir::Expr& expr) {
      if (expr.kind != ir::ExprKind::RegionAccess || found_) return;
      found_ = OutsideKernels{expr.range, kOutsideOfLoops, {}};
      found_->why = around
                        ? *around
                        : Problem{expr.range, kInadmissible,
                                  "what stands outside of loops over points runs on the host, which cannot "
                                  "reach the data: put it into such a loop, or into a task of its own"};
    });
  }

  const RegionAliases& aliases_;
  const bool believes_;
  std::optional<OutsideKernels> found_;
};

// Collects what a kernel takes from outside.
class KernelParts {
 public:
  KernelParts(ir::KernelLoop& kernel, const Iteration* iteration) : kernel_(kernel), iteration_(iteration) {}

  void run(const ir::Stat& loop, const ir::Block& body, const ir::Local* variable) {
    own_.insert(variable);
    walk_stats(body, [&](const ir::Stat& stat) {
      if (const auto* var = ir::try_as<ir::VarStat>(&stat)) own_.insert(var->local);
      if (const auto* numeric = ir::try_as<ir::ForNumStat>(&stat)) own_.insert(numeric->variable);
      if (const auto* list = ir::try_as<ir::ForListStat>(&stat)) own_.insert(list->variable);
    });
    for (const ir::KernelLoop::Reduction& reduction : kernel_.reductions) own_.insert(reduction.variable);
    // The points of a kernel are the launch's; a serial loop computes its own.
    if (kernel_.serial) {
      for_each_expr(const_cast<ir::Stat&>(loop), [&](ir::ExprPtr& expr) { expression(*expr); });
    }
    walk_stats(body, [&](const ir::Stat& stat) {
      written(stat);
      const auto* inner = ir::try_as<ir::ForListStat>(&stat);
      if (inner && has_points(*inner)) {
        kernel_.inner_domains.push_back(inner->domain.get());
        hosts_.insert(inner->domain.get());
      }
      for_each_expr(const_cast<ir::Stat&>(stat), [&](ir::ExprPtr& expr) { expression(*expr); });
    });
    for (const auto& [key, is_written] : fields_) {
      kernel_.fields.push_back({key.first, key.second, is_written, !is_written && is_constant(key)});
    }
    std::sort(kernel_.fields.begin(), kernel_.fields.end(), [](const auto& a, const auto& b) {
      return std::pair(a.region->id, a.leaf) < std::pair(b.region->id, b.leaf);
    });
  }

 private:
  using Key = std::pair<const ir::Local*, int>;

  bool is_constant(const Key& key) const {
    if (!iteration_ || chosen_.contains(key)) return false;
    return std::none_of(fields_.begin(), fields_.end(), [&](const auto& other) {
      return other.second &&
             iteration_->may_share(*key.first, key.second, *other.first.first, other.first.second);
    });
  }

  void mark(const ir::Expr& place) {
    const auto* access = ir::root_access(place);
    if (!access) return;
    for (const ir::Local* region : access->regions) {
      for (const int leaf : access->leaves) fields_[{region, leaf}] = true;
    }
  }

  void written(const ir::Stat& stat) {
    if (const auto* assign = ir::try_as<ir::AssignStat>(&stat)) mark(*assign->target);
    if (const auto* reduce = ir::try_as<ir::ReduceStat>(&stat)) mark(*reduce->target);
  }

  void expression(const ir::Expr& expr) {
    if (hosts_.contains(&expr)) return;
    if (expr.kind == ir::ExprKind::HandleMember) {
      kernel_.hoisted.push_back(&expr);
      return;
    }
    if (const auto* use = ir::try_as<ir::LocalExpr>(&expr)) {
      const bool is_new =
          !is_handle(use->type) && !own_.contains(use->local) && taken_.insert(use->local).second;
      if (is_new) kernel_.captures.push_back(use->local);
    }
    if (const auto* access = ir::try_as<ir::RegionAccessExpr>(&expr)) {
      for (const ir::Local* region : access->regions) {
        for (const int leaf : access->leaves) {
          fields_.try_emplace({region, leaf}, false);
          if (access->regions.size() > 1) chosen_.insert({region, leaf});
        }
      }
    }
    // Whoever has an address may write.
    if (const auto* address = ir::try_as<ir::AddressOfExpr>(&expr)) {
      if (expr.type->kind == TypeKind::pointer) mark(*address->operand);
    }
    if (const auto* cast = ir::try_as<ir::CastExpr>(&expr)) {
      if (cast->operand->type->kind == TypeKind::array && cast->type->kind == TypeKind::pointer)
        mark(*cast->operand);
    }
    for_each_operand(const_cast<ir::Expr&>(expr), [&](ir::ExprPtr& operand) { expression(*operand); });
  }

  ir::KernelLoop& kernel_;
  const Iteration* iteration_;
  std::set<const ir::Local*> own_, taken_;
  std::set<const ir::Expr*> hosts_;
  std::map<Key, bool> fields_;
  std::set<Key> chosen_;
};

class Finder {
 public:
  Finder(ir::Task& task, const PassOptions& options)
      : task_(task),
        aliases_(task),
        believes_(options.override_demand_cuda),
        makes_kernels_(options.makes_kernels) {}

  void run() {
    const bool is_demanded = demands_cuda(task_);
    if (!task_.is_leaf) return;
    block(task_.body);
    const bool has_form = is_demanded && !OutsideFinder(aliases_, believes_).run(task_.body);
    if (has_form && makes_kernels_) task_.kernels = std::move(kernels_);
  }

 private:
  void block(const ir::Block& body) {
    for (const ir::StatPtr& stat : body.stats) statement(*stat);
  }

  void statement(const ir::Stat& stat) {
    const auto* scan = ir::try_as<ir::BlockStat>(&stat);
    if (scan && scan->is_scan) {
      // What stands around the loop only computes its bounds.
      walk_stats(scan->body, [&](const ir::Stat& inner) {
        const auto* serial = ir::try_as<ir::ForNumStat>(&inner);
        if (!serial) return;
        ir::KernelLoop kernel;
        kernel.serial = serial;
        KernelParts(kernel, nullptr).run(*serial, serial->body, serial->variable);
        kernels_.push_back(std::move(kernel));
      });
      return;
    }
    const auto* loop = ir::try_as<ir::ForListStat>(&stat);
    if (loop && !is_list(loop->domain->type)) {
      const auto problem = why_no_kernel(*loop, aliases_, believes_);
      explain(*loop, problem);
      if (!problem) return add(*loop);
    }
    for_each_block(const_cast<ir::Stat&>(stat), [&](ir::Block& inner) { block(inner); });
  }

  void add(const ir::ForListStat& loop) {
    Iteration iteration(aliases_, loop.variable, kernel_options(believes_));
    iteration.run(loop.body);
    ir::KernelLoop kernel;
    kernel.loop = &loop;
    for (const auto& [variable, op] : iteration.reduced()) kernel.reductions.push_back({variable, op});
    std::sort(kernel.reductions.begin(), kernel.reductions.end(),
              [](const auto& a, const auto& b) { return a.variable->id < b.variable->id; });
    kernel.atomics = iteration.shared_reductions();
    const std::set<const ir::Local*> own = own_locals(loop);
    for (const ir::ReduceStat* reduce : kernel.atomics) {
      if (is_uniform(*reduce, own)) kernel.uniform.push_back(reduce);
    }
    find_tables(kernel, iteration, loop.body);
    KernelParts(kernel, &iteration).run(loop, loop.body, loop.variable);
    kernels_.push_back(std::move(kernel));
  }

  static void find_tables(ir::KernelLoop& kernel, const Iteration& iteration, const ir::Block& body) {
    // What the body does with fields, but for reductions in which threads may meet.
    std::vector<const ir::RegionAccessExpr*> others;
    std::set<const ir::Expr*> targets;
    for (const ir::ReduceStat* reduce : kernel.atomics) targets.insert(reduce->target.get());
    walk_exprs(body, [&](const ir::Expr& expr) {
      const auto* access = ir::try_as<ir::RegionAccessExpr>(&expr);
      if (access && !targets.contains(access)) others.push_back(access);
    });
    const auto is_only_reduced = [&](const ir::Local& region, int leaf) {
      for (const ir::RegionAccessExpr* other : others) {
        for (const ir::Local* other_region : other->regions) {
          for (const int other_leaf : other->leaves) {
            if (iteration.may_share(region, leaf, *other_region, other_leaf)) return false;
          }
        }
      }
      return true;
    };
    for (const ir::ReduceStat* reduce : kernel.atomics) {
      const bool is_uniform =
          std::find(kernel.uniform.begin(), kernel.uniform.end(), reduce) != kernel.uniform.end();
      if (is_uniform || !has_table(*reduce)) continue;
      const auto& access = ir::as<ir::RegionAccessExpr>(*reduce->target);
      const ir::Local* region = access.regions[0];
      const int leaf = access.leaves[0];
      if (!is_only_reduced(*region, leaf)) continue;
      auto table = std::find_if(
          kernel.tables.begin(), kernel.tables.end(),
          [&](const ir::KernelLoop::Table& known) { return known.region == region && known.leaf == leaf; });
      if (table == kernel.tables.end()) {
        kernel.tables.push_back({region, leaf, reduce->op, {}});
        table = kernel.tables.end() - 1;
      }
      if (table->op == reduce->op) table->reductions.push_back(reduce);
    }
  }

  // For tasks that touch data themselves.
  void explain(const ir::ForListStat& loop, const std::optional<Problem>& problem) {
    bool has_data = false;
    walk_exprs(loop.body, [&](const ir::Expr& expr) { has_data |= expr.kind == ir::ExprKind::RegionAccess; });
    if (!has_data) return;
    task_.inferences.push_back(
        {"kernel", !problem, problem ? problem->rule : "its iterations can run in any order", loop.range});
  }

  ir::Task& task_;
  const RegionAliases aliases_;
  const bool believes_;
  const bool makes_kernels_;
  std::vector<ir::KernelLoop> kernels_;
};

}  // namespace

std::optional<OutsideKernels> find_outside_kernels(const ir::Task& task, const RegionAliases& aliases,
                                                   bool believes) {
  return OutsideFinder(aliases, believes).run(task.body);
}

void find_kernels(ir::Task& task, const PassOptions& options) {
  Finder(task, options).run();
}

}  // namespace palatine::sema
