#include "sema/passes/loop_demands.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string_view>

#include "sema/infer/affine.h"
#include "sema/infer/aliasing.h"
#include "sema/ir/lvalue.h"
#include "sema/passes/walk.h"

namespace palatine::sema {

namespace {

constexpr const char* kDependence = "found a loop-carried dependence";
constexpr const char* kInadmissible = "found an inadmissible statement";

struct Problem {
  SourceRange range;
  const char* reason;
};

// Functions of C without effects but on their result, and `printf`, whose order nobody asks for.
bool is_admissible_function(std::string_view name) {
  static const std::set<std::string_view> kNames = {
      "printf",    "acos",   "acosh",    "asin",  "asinh",  "atan", "atan2",     "atanh",     "cbrt",
      "ceil",      "cos",    "copysign", "cosh",  "erf",    "erfc", "exp",       "exp2",      "expm1",
      "fabs",      "fdim",   "finite",   "floor", "fma",    "fmax", "fmin",      "fmod",      "hypot",
      "ilogb",     "isinf",  "isnan",    "j0",    "j1",     "jn",   "ldexp",     "llrint",    "llround",
      "log",       "log10",  "log1p",    "log2",  "logb",   "nan",  "nearbyint", "nextafter", "pow",
      "remainder", "rint",   "round",    "rsqrt", "scalbn", "sin",  "sinh",      "sqrt",      "tan",
      "tanh",      "tgamma", "trunc",    "y0",    "y1",     "yn"};
  // Those of regentlib that C++ has under other names.
  for (std::string_view prefix : {"palatine_", "__builtin_"}) {
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  }
  if (kNames.contains(name)) return true;
  return name.ends_with("f") && kNames.contains(name.substr(0, name.size() - 1));
}

// The iteration of one loop, statement by statement.
class Iteration {
 public:
  // `parameters_are_apart`: what a task writes lies in no other of its parameters, as Legion asks of every
  // launch.
  Iteration(const RegionAliases& aliases, const ir::Local* variable, bool parameters_are_apart = false)
      : aliases_(aliases), parameters_are_apart_(parameters_are_apart) {
    centered_.insert(variable);
    private_.insert(variable);
    loop_.index = variable;
  }

  std::optional<Problem> run(const ir::Block& body) {
    block(body);
    return problem_;
  }
  // Variables from outside that the loop reduces into, and those that it reads.
  const std::set<const ir::Local*>& reduced() const { return reduced_; }
  const std::set<const ir::Local*>& read_variables() const { return read_; }

 private:
  enum class Mode : uint8_t { read, write, reduce };
  struct Access {
    Mode mode;
    ast::ReductionOp op;
    // Iterations that use the same key touch different elements; null when nothing is known.
    const void* center;
  };
  struct RegionUse {
    const ir::Local* region;
    int leaf;
    Access access;
  };

  void fail(SourceRange range, const char* reason) {
    if (!problem_) problem_ = {range, reason};
  }

  bool is_centered(const ir::Expr& index) const {
    const ir::Expr& plain = strip_casts(index);
    const auto* use = ir::try_as<ir::LocalExpr>(&plain);
    return use && centered_.contains(use->local);
  }

  // True when the expression has one value in an iteration: no variable of an inner loop, none that changes.
  bool is_fixed(const ir::Expr& expr) const {
    return !any_expr(expr, [&](const ir::Expr& node) {
      const auto* use = ir::try_as<ir::LocalExpr>(&node);
      if (!use || use->local == loop_.index || !private_.contains(use->local)) return false;
      const auto initial = loop_.preamble.find(use->local);
      return initial == loop_.preamble.end() || !is_fixed(*initial->second);
    });
  }

  const void* center_of(const ir::Expr& index) const {
    if (is_centered(index)) return loop_.index;
    if (!is_fixed(index) || !is_injective(index, loop_)) return nullptr;
    // A variable names its index; every other expression is only equal to itself.
    const ir::Expr& plain = strip_casts(index);
    if (const auto* use = ir::try_as<ir::LocalExpr>(&plain)) return use->local;
    return &index;
  }

  // ---- accesses

  void access_variable(const ir::Local* local, Access access, SourceRange range) {
    if (is_handle(local->type) || private_.contains(local)) return;
    auto& earlier = variables_[local];
    bool conflicts = access.mode == Mode::write;
    for (const Access& other : earlier) {
      if (access.mode == Mode::read) {
        conflicts = conflicts || other.mode == Mode::reduce;
      } else {
        conflicts = conflicts || other.mode != Mode::reduce || other.op != access.op;
      }
    }
    if (conflicts) fail(range, kDependence);
    if (access.mode == Mode::reduce) reduced_.insert(local);
    if (access.mode == Mode::read) read_.insert(local);
    earlier.push_back(access);
  }

  void access_region(const ir::RegionAccessExpr& expr, Mode mode, ast::ReductionOp op) {
    const Access access{mode, op, expr.regions.size() == 1 ? center_of(*expr.index) : nullptr};
    bool conflicts = mode == Mode::write && !access.center;
    for (const ir::Local* region : expr.regions) {
      for (int leaf : expr.leaves) {
        for (const RegionUse& other : regions_) {
          if (mode == Mode::read && other.access.mode == Mode::read) continue;
          if (access.center && access.center == other.access.center) continue;
          const bool same_reduction =
              mode == Mode::reduce && other.access.mode == Mode::reduce && other.access.op == op;
          if (same_reduction || !may_share(*region, leaf, *other.region, other.leaf)) continue;
          conflicts = true;
        }
      }
    }
    if (conflicts) fail(expr.range, kDependence);
    for (const ir::Local* region : expr.regions) {
      for (int leaf : expr.leaves) regions_.push_back({region, leaf, access});
    }
  }

  bool may_share(const ir::Local& a, int a_leaf, const ir::Local& b, int b_leaf) const {
    if (&a == &b) return a_leaf == b_leaf;
    if (parameters_are_apart_ && a.is_param && b.is_param) return false;
    const Type *x = as<RegionType>(a.type).fspace, *y = as<RegionType>(b.type).fspace;
    if (same_type(x, y) && a_leaf != b_leaf) return false;
    return aliases_.may_alias(a, b);
  }

  // ---- expressions

  void read(const ir::Expr& expr) {
    switch (expr.kind) {
      case ir::ExprKind::Local:
        return access_variable(ir::as<ir::LocalExpr>(expr).local,
                               {Mode::read, ast::ReductionOp::add, nullptr}, expr.range);
      case ir::ExprKind::RegionAccess: {
        const auto& access = ir::as<ir::RegionAccessExpr>(expr);
        read(*access.index);
        return access_region(access, Mode::read, ast::ReductionOp::add);
      }
      case ir::ExprKind::Index:
        if (ir::as<ir::IndexExpr>(expr).object->type->kind == TypeKind::pointer)
          fail(expr.range, kInadmissible);
        break;
      case ir::ExprKind::Deref:
      case ir::ExprKind::FunctionCall:
      case ir::ExprKind::PointerCall:
      case ir::ExprKind::TaskCall:
      case ir::ExprKind::NewIspace:
      case ir::ExprKind::NewRegion:
      case ir::ExprKind::NewPartitionEqual:
        fail(expr.range, kInadmissible);
        return;
      case ir::ExprKind::AddressOf:
        if (expr.type->kind == TypeKind::pointer) fail(expr.range, kInadmissible);
        break;
      case ir::ExprKind::CCall:
        if (!is_admissible_function(ir::as<ir::CCallExpr>(expr).function)) fail(expr.range, kInadmissible);
        break;
      case ir::ExprKind::RuntimeCall:
        if (ir::as<ir::RuntimeCallExpr>(expr).function != ir::RuntimeFunction::assert_) {
          fail(expr.range, kInadmissible);
        }
        break;
      default:
        break;
    }
    for_each_operand(const_cast<ir::Expr&>(expr), [&](ir::ExprPtr& operand) { read(*operand); });
  }

  // The indices that lead to a target are read.
  void read_way_to(const ir::Expr& target) {
    if (const auto* field = ir::try_as<ir::FieldExpr>(&target)) return read_way_to(*field->object);
    if (const auto* element = ir::try_as<ir::IndexExpr>(&target)) {
      read(*element->index);
      if (element->object->type->kind == TypeKind::pointer) return fail(target.range, kInadmissible);
      return read_way_to(*element->object);
    }
    if (const auto* access = ir::try_as<ir::RegionAccessExpr>(&target)) return read(*access->index);
    if (target.kind != ir::ExprKind::Local) fail(target.range, kInadmissible);
  }

  void change(const ir::Expr& target, Mode mode, ast::ReductionOp op) {
    read_way_to(target);
    if (const auto* access = ir::root_access(target)) return access_region(*access, mode, op);
    const ir::Local* root = ir::root_variable(target);
    if (!root) return;
    // An element that an inner loop's variable names is that loop's own: what depends is the loop as a whole.
    SourceRange range = target.range;
    if (const auto* element = ir::try_as<ir::IndexExpr>(&target)) {
      const ir::Expr& index = strip_casts(*element->index);
      const auto* use = ir::try_as<ir::LocalExpr>(&index);
      for (const auto& [variable, where] : inner_loops_) {
        if (use && use->local == variable) range = where;
      }
    }
    access_variable(root, {mode, op, nullptr}, range);
  }

  // ---- statements

  void block(const ir::Block& body) {
    for (const ir::StatPtr& stat : body.stats) statement(*stat);
  }

  void loop(const ir::Local* variable, SourceRange range, const ir::Block& body) {
    private_.insert(variable);
    inner_loops_.push_back({variable, range});
    inner_body(body);
    inner_loops_.pop_back();
  }

  // The body of a loop inside the iteration: a `break` in it leaves the iteration to go on.
  void inner_body(const ir::Block& body) {
    ++inner_depth_;
    block(body);
    --inner_depth_;
  }

  static bool is_unsafe_cast(const ir::Expr& value) {
    const auto* form = ir::try_as<ir::FormExpr>(&strip_casts(value));
    return form && form->form == ir::Form::unsafe_cast_;
  }

  void statement(const ir::Stat& stat) {
    using ir::as;
    switch (stat.kind) {
      case ir::StatKind::Block:
        return block(as<ir::BlockStat>(stat).body);
      case ir::StatKind::Var: {
        const auto& var = as<ir::VarStat>(stat);
        if (var.value) read(*var.value);
        private_.insert(var.local);
        if (var.value && !var.local->is_assigned && !var.local->is_address_taken) {
          loop_.preamble.emplace(var.local, var.value.get());
        }
        // An unsafe cast is the program's word that iterations do not meet.
        const bool is_alias =
            var.value && !var.local->is_assigned && (is_centered(*var.value) || is_unsafe_cast(*var.value));
        if (is_alias) centered_.insert(var.local);
        return;
      }
      case ir::StatKind::Assign: {
        const auto& assign = as<ir::AssignStat>(stat);
        read(*assign.value);
        return change(*assign.target, Mode::write, ast::ReductionOp::add);
      }
      case ir::StatKind::Reduce: {
        const auto& reduce = as<ir::ReduceStat>(stat);
        read(*reduce.value);
        return change(*reduce.target, Mode::reduce, reduce.op);
      }
      case ir::StatKind::If: {
        const auto& branch = as<ir::IfStat>(stat);
        read(*branch.condition);
        block(branch.then_block);
        return block(branch.else_block);
      }
      case ir::StatKind::While: {
        const auto& loop = as<ir::WhileStat>(stat);
        block(loop.condition_block);
        read(*loop.condition);
        return inner_body(loop.body);
      }
      case ir::StatKind::Repeat: {
        const auto& loop = as<ir::RepeatStat>(stat);
        inner_body(loop.body);
        block(loop.until_block);
        return read(*loop.until);
      }
      case ir::StatKind::ForNum: {
        const auto& inner = as<ir::ForNumStat>(stat);
        read(*inner.first);
        read(*inner.limit);
        if (inner.step) read(*inner.step);
        return loop(inner.variable, stat.range, inner.body);
      }
      case ir::StatKind::ForList: {
        const auto& inner = as<ir::ForListStat>(stat);
        read(*inner.domain);
        return loop(inner.variable, stat.range, inner.body);
      }
      case ir::StatKind::Expr:
        return read(*as<ir::ExprStat>(stat).expr);
      case ir::StatKind::Break:
        if (inner_depth_ == 0) fail(stat.range, kInadmissible);
        return;
      default:
        return fail(stat.range, kInadmissible);
    }
  }

  const RegionAliases& aliases_;
  const bool parameters_are_apart_;
  // The loop's variable, and the variables of the body that keep their first value.
  LoopVariables loop_;
  std::set<const ir::Local*> centered_, private_, reduced_, read_;
  std::map<const ir::Local*, std::vector<Access>> variables_;
  std::vector<RegionUse> regions_;
  std::vector<std::pair<const ir::Local*, SourceRange>> inner_loops_;
  int inner_depth_ = 0;
  std::optional<Problem> problem_;
};

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

constexpr const char* kOutside = "found a region access outside parallelizable loops";

class Demands {
 public:
  Demands(const ir::Task& task, const PassOptions& options)
      : task_(task), options_(options), aliases_(task) {}

  std::vector<FailedDemand> run() {
    walk_stats(task_.body, [&](const ir::Stat& stat) {
      const auto loop = parts_of(stat);
      if (loop && demands(stat.annotations, ast::AnnotationOption::vectorize)) {
        // Vector code asks at run time whether what it touches overlaps.
        auto problem = in_parallel(*loop, stat.range, true);
        if (!problem) problem = Vectorizable(loop->variable, loop->over_region).run(*loop->body);
        add(ast::AnnotationOption::vectorize, problem);
      }
      const bool asks_for_openmp = demands(stat.annotations, ast::AnnotationOption::openmp);
      if (loop && asks_for_openmp && !options_.override_demand_openmp) {
        add(ast::AnnotationOption::openmp, in_parallel(*loop, stat.range));
      }
    });
    if (demands(task_.annotations, ast::AnnotationOption::parallel)) parallel_task();
    if (demands(task_.annotations, ast::AnnotationOption::cuda) && !options_.override_demand_cuda) {
      kernels(task_.body);
      add(ast::AnnotationOption::cuda, kernel_problem_);
    }
    return std::move(failed_);
  }

 private:
  void add(ast::AnnotationOption option, const std::optional<Problem>& problem) {
    if (problem) failed_.push_back({option, problem->range, problem->reason});
  }

  std::optional<Problem> in_parallel(const LoopParts& loop, SourceRange range,
                                     bool parameters_are_apart = false) {
    if (loop.has_stride) return Problem{range, kInadmissible};
    return Iteration(aliases_, loop.variable, parameters_are_apart).run(*loop.body);
  }

  // ---- tasks for GPUs: each parallelizable loop is a kernel, and only kernels reach the data

  void kernels(const ir::Block& body) {
    for (const ir::StatPtr& stat : body.stats) {
      const auto loop = parts_of(*stat);
      if (loop && stat->kind == ir::StatKind::ForList && is_kernel(*loop)) continue;
      const auto* block = ir::try_as<ir::BlockStat>(stat.get());
      if (block && block->is_scan) continue;
      walk_own_exprs(*stat, [&](const ir::Expr& expr) {
        if (expr.kind != ir::ExprKind::RegionAccess || kernel_problem_) return;
        kernel_problem_ = Problem{expr.range, kOutside};
      });
      for_each_block(const_cast<ir::Stat&>(*stat), [&](ir::Block& inner) { kernels(inner); });
    }
  }

  // A kernel holds no other one: then the inner loop is launched again and again.
  bool has_kernel_inside(const ir::Block& body) const {
    bool found = false;
    walk_stats(body, [&](const ir::Stat& stat) {
      if (found || stat.kind != ir::StatKind::ForList) return;
      const auto& loop = ir::as<ir::ForListStat>(stat);
      const bool has_points =
          loop.domain->type->kind == TypeKind::region || loop.domain->type->kind == TypeKind::ispace;
      found = has_points && is_kernel(*parts_of(stat));
    });
    return found;
  }

  bool is_kernel(const LoopParts& loop) const {
    if (has_kernel_inside(*loop.body)) return false;
    Iteration iteration(aliases_, loop.variable, true);
    if (iteration.run(*loop.body)) return false;
    // Threads meet in numbers only, and have no way to end the program.
    const auto& reduced = iteration.reduced();
    bool has_numbers = std::all_of(reduced.begin(), reduced.end(),
                                   [](const ir::Local* local) { return is_numeric(local->type); });
    walk_stats(*loop.body, [&](const ir::Stat& stat) {
      walk_own_exprs(stat, [&](const ir::Expr& expr) {
        const auto* call = ir::try_as<ir::RuntimeCallExpr>(&expr);
        if (call && call->function == ir::RuntimeFunction::assert_) has_numbers = false;
      });
    });
    return has_numbers;
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
        reduced_.insert(iteration.reduced().begin(), iteration.reduced().end());
        read_.insert(iteration.read_variables().begin(), iteration.read_variables().end());
        return;
      }
      if (problem->reason == kInadmissible) return fail(problem->range, kInadmissible);
    }
    walk_own_exprs(stat, [&](const ir::Expr& expr) {
      if (expr.kind == ir::ExprKind::RegionAccess) {
        fail(expr.range, kOutside);
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
  std::optional<Problem> problem_, kernel_problem_;
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
