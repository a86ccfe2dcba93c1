#include "sema/passes/iteration.h"

#include <fmt/format.h>

#include <algorithm>

#include "sema/ir/lvalue.h"
#include "sema/passes/walk.h"

namespace palatine::sema {

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

Iteration::Iteration(const RegionAliases& aliases, const ir::Local* variable, IterationOptions options)
    : aliases_(aliases), options_(options) {
  centered_.insert(variable);
  private_.insert(variable);
  loop_.index = variable;
}

std::optional<Problem> Iteration::run(const ir::Block& body) {
  block(body);
  return problem_;
}

std::vector<const ir::ReduceStat*> Iteration::shared_reductions() const {
  std::vector<const ir::ReduceStat*> result;
  for (const RegionUse& use : regions_) {
    if (!use.reduction) continue;
    bool is_shared = !use.access.center;
    for (const RegionUse& other : regions_) {
      is_shared = is_shared || (other.access.center != use.access.center &&
                                may_share(*use.region, use.leaf, *other.region, other.leaf));
    }
    if (is_shared && (result.empty() || result.back() != use.reduction)) result.push_back(use.reduction);
  }
  return result;
}

void Iteration::fail(SourceRange range, const char* reason, std::string rule) {
  if (!problem_) problem_ = {range, reason, std::move(rule)};
}

bool Iteration::is_centered(const ir::Expr& index) const {
  const ir::Expr& plain = strip_casts(index);
  const auto* use = ir::try_as<ir::LocalExpr>(&plain);
  return use && centered_.contains(use->local);
}

// True when the expression has one value in an iteration: no variable of an inner loop, none that changes.
bool Iteration::is_fixed(const ir::Expr& expr) const {
  return !any_expr(expr, [&](const ir::Expr& node) {
    const auto* use = ir::try_as<ir::LocalExpr>(&node);
    if (!use || use->local == loop_.index || !private_.contains(use->local)) return false;
    const auto initial = loop_.preamble.find(use->local);
    return initial == loop_.preamble.end() || !is_fixed(*initial->second);
  });
}

const void* Iteration::center_of(const ir::Expr& index) const {
  if (is_centered(index)) return loop_.index;
  if (!is_fixed(index) || !is_injective(index, loop_)) return nullptr;
  // A variable names its index; every other expression is only equal to itself.
  const ir::Expr& plain = strip_casts(index);
  if (const auto* use = ir::try_as<ir::LocalExpr>(&plain)) return use->local;
  return &index;
}

// ---- accesses

static std::string named(const ir::Local& local) {
  return local.name.empty() ? "a variable" : "`" + local.name + "`";
}

void Iteration::access_variable(const ir::Local* local, Access access, SourceRange range) {
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
  if (conflicts) {
    const bool is_write = access.mode == Mode::write;
    fail(range, kDependence,
         is_write ? fmt::format("{} is declared outside of the loop and assigned in it: declare it in the "
                                "loop, or reduce into it (`+=`, `max=`)",
                                named(*local))
                  : fmt::format("the loop reduces into {} and uses it otherwise, too: use one operator, and "
                                "read it behind the loop",
                                named(*local)));
  }
  if (access.mode == Mode::reduce) reduced_.emplace(local, access.op);
  if (access.mode == Mode::read) read_.insert(local);
  earlier.push_back(access);
}

void Iteration::access_region(const ir::RegionAccessExpr& expr, Mode mode, ast::ReductionOp op) {
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
  if (conflicts && !options_.believes_independence) {
    fail(expr.range, kDependence,
         fmt::format("iterations may meet in an element of {}: index what the loop writes with its variable, "
                     "or reduce into it",
                     named(*expr.regions[0])));
  }
  for (const ir::Local* region : expr.regions) {
    for (int leaf : expr.leaves) {
      regions_.push_back({region, leaf, access, mode == Mode::reduce ? reduction_ : nullptr});
    }
  }
}

bool Iteration::may_share(const ir::Local& a, int a_leaf, const ir::Local& b, int b_leaf) const {
  if (&a == &b) return a_leaf == b_leaf;
  if (options_.parameters_are_apart && a.is_param && b.is_param) return false;
  const Type *x = as<RegionType>(a.type).fspace, *y = as<RegionType>(b.type).fspace;
  if (same_type(x, y) && a_leaf != b_leaf) return false;
  return aliases_.may_alias(a, b);
}

// ---- expressions

void Iteration::read(const ir::Expr& expr) {
  switch (expr.kind) {
    case ir::ExprKind::Local:
      return access_variable(ir::as<ir::LocalExpr>(expr).local, {Mode::read, ast::ReductionOp::add, nullptr},
                             expr.range);
    case ir::ExprKind::RegionAccess: {
      const auto& access = ir::as<ir::RegionAccessExpr>(expr);
      read(*access.index);
      return access_region(access, Mode::read, ast::ReductionOp::add);
    }
    case ir::ExprKind::Index:
      if (ir::as<ir::IndexExpr>(expr).object->type->kind == TypeKind::pointer) {
        fail(expr.range, kInadmissible,
             "it reads through a pointer of C, which may lead anywhere: use a region");
      }
      break;
    case ir::ExprKind::Deref:
      fail(expr.range, kInadmissible,
           "it reads through a pointer of C, which may lead anywhere: use a region");
      return;
    case ir::ExprKind::FunctionCall: {
      const auto& call = ir::as<ir::FunctionCallExpr>(expr);
      const ir::Function& callee = *call.callee;
      const bool is_allowed = call.is_operator ? is_function_of_values(callee)
                                               : options_.allows_functions && is_pure_function(callee);
      if (is_allowed) break;
      fail(expr.range, kInadmissible,
           fmt::format("the function `{}` does more than compute: it may use its arguments, variables of its "
                       "own and the functions of math.h",
                       callee.name));
      return;
    }
    case ir::ExprKind::PointerCall:
      fail(expr.range, kInadmissible, "it calls through a pointer: call the function by its name");
      return;
    case ir::ExprKind::TaskCall:
      fail(expr.range, kInadmissible, "it launches a task: launch it outside of the loop");
      return;
    case ir::ExprKind::NewIspace:
    case ir::ExprKind::NewRegion:
    case ir::ExprKind::NewPartitionEqual:
      fail(expr.range, kInadmissible,
           "it makes an index space, region or partition: make it before the loop");
      return;
    case ir::ExprKind::AddressOf:
      if (expr.type->kind == TypeKind::pointer)
        fail(expr.range, kInadmissible, "it takes an address: use the variable itself");
      break;
    case ir::ExprKind::CCall:
      if (!is_admissible_function(ir::as<ir::CCallExpr>(expr).function)) {
        fail(expr.range, kInadmissible,
             fmt::format("it calls the C function `{}`: only those of math.h and `printf` can be called here",
                         ir::as<ir::CCallExpr>(expr).function));
      }
      break;
    case ir::ExprKind::RuntimeCall:
      if (ir::as<ir::RuntimeCallExpr>(expr).function != ir::RuntimeFunction::assert_) {
        fail(expr.range, kInadmissible, "it asks the runtime: ask before the loop");
      }
      break;
    default:
      break;
  }
  for_each_operand(const_cast<ir::Expr&>(expr), [&](ir::ExprPtr& operand) { read(*operand); });
}

// The indices that lead to a target are read.
void Iteration::read_way_to(const ir::Expr& target) {
  const char* const kPointer = "it writes through a pointer of C, which may lead anywhere: use a region";
  if (const auto* field = ir::try_as<ir::FieldExpr>(&target)) return read_way_to(*field->object);
  if (const auto* element = ir::try_as<ir::IndexExpr>(&target)) {
    read(*element->index);
    if (element->object->type->kind == TypeKind::pointer) return fail(target.range, kInadmissible, kPointer);
    return read_way_to(*element->object);
  }
  if (const auto* access = ir::try_as<ir::RegionAccessExpr>(&target)) return read(*access->index);
  if (target.kind != ir::ExprKind::Local) fail(target.range, kInadmissible, kPointer);
}

void Iteration::change(const ir::Expr& target, Mode mode, ast::ReductionOp op) {
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

void Iteration::block(const ir::Block& body) {
  for (const ir::StatPtr& stat : body.stats) statement(*stat);
}

void Iteration::loop(const ir::Local* variable, SourceRange range, const ir::Block& body) {
  private_.insert(variable);
  inner_loops_.push_back({variable, range});
  inner_body(body);
  inner_loops_.pop_back();
}

// The body of a loop inside the iteration: a `break` in it leaves the iteration to go on.
void Iteration::inner_body(const ir::Block& body) {
  ++inner_depth_;
  block(body);
  --inner_depth_;
}

static bool is_unsafe_cast(const ir::Expr& value) {
  const auto* form = ir::try_as<ir::FormExpr>(&strip_casts(value));
  return form && form->form == ir::Form::unsafe_cast_;
}

void Iteration::statement(const ir::Stat& stat) {
  using ir::as;
  switch (stat.kind) {
    case ir::StatKind::Block:
      if (as<ir::BlockStat>(stat).is_scan) {
        return fail(stat.range, kInadmissible,
                    "`__parallel_prefix` is a kernel of its own: write it outside");
      }
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
      const auto* step = ir::try_as<ir::FunctionCallExpr>(assign.value.get());
      const bool is_reduction = assign.reduction && step && step->is_operator && step->args.size() == 2 &&
                                ir::root_variable(*assign.target) &&
                                ir::is_same_place(*step->args[0], *assign.target) &&
                                is_function_of_values(*step->callee);
      if (is_reduction) {
        read(*step->args[1]);
        return change(*assign.target, Mode::reduce, *assign.reduction);
      }
      read(*assign.value);
      return change(*assign.target, Mode::write, ast::ReductionOp::add);
    }
    case ir::StatKind::Reduce: {
      const auto& reduce = as<ir::ReduceStat>(stat);
      read(*reduce.value);
      reduction_ = &reduce;
      change(*reduce.target, Mode::reduce, reduce.op);
      reduction_ = nullptr;
      return;
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
      if (inner_depth_ == 0) {
        fail(stat.range, kInadmissible, "`break` leaves the loop: put the rest of the body into an `if`");
      }
      return;
    case ir::StatKind::Return:
      return fail(stat.range, kInadmissible,
                  "`return` leaves the loop: put the rest of the body into an `if`");
    default:
      return fail(stat.range, kInadmissible, "it does more than compute: do it outside of the loop");
  }
}

// ---- functions

namespace {

// The functions that were looked at, and what they may do besides computing.
struct Purity {
  std::set<const ir::Function*> seen;
  bool may_print = true;
};

// True when the expression only computes with values, of pointers too.
bool is_pure(const ir::Expr& expr, Purity& purity);

bool is_pure_body(const ir::Function& function, Purity& purity, SourceRange* why_not) {
  if (!purity.seen.insert(&function).second) return true;
  if (!function.has_body || function.lua_number != 0) return false;
  bool is_ok = true;
  auto fail = [&](SourceRange range) {
    if (is_ok && why_not) *why_not = range;
    is_ok = false;
  };
  walk_stats(function.body, [&](const ir::Stat& stat) {
    switch (stat.kind) {
      case ir::StatKind::Block:
        if (ir::as<ir::BlockStat>(stat).is_deferred) fail(stat.range);
        break;
      case ir::StatKind::Var:
      case ir::StatKind::Assign:
      case ir::StatKind::Reduce:
      case ir::StatKind::If:
      case ir::StatKind::While:
      case ir::StatKind::Repeat:
      case ir::StatKind::ForNum:
      case ir::StatKind::Return:
      case ir::StatKind::Break:
      case ir::StatKind::Expr:
        break;
      default:
        fail(stat.range);
    }
    walk_own_exprs(stat, [&](const ir::Expr& expr) {
      if (!is_pure(expr, purity)) fail(expr.range);
    });
  });
  return is_ok;
}

bool is_pure(const ir::Expr& expr, Purity& purity) {
  switch (expr.kind) {
    case ir::ExprKind::Const:
    case ir::ExprKind::Local:
    case ir::ExprKind::Unary:
    case ir::ExprKind::Binary:
    case ir::ExprKind::MinMax:
    case ir::ExprKind::Cast:
    case ir::ExprKind::Field:
    case ir::ExprKind::Index:
    case ir::ExprKind::Deref:
    case ir::ExprKind::AddressOf:
    case ir::ExprKind::Ctor:
      return true;
    case ir::ExprKind::CCall:
      return is_admissible_function(ir::as<ir::CCallExpr>(expr).function) &&
             (purity.may_print || ir::as<ir::CCallExpr>(expr).function != "printf");
    case ir::ExprKind::FunctionCall:
      return is_pure_body(*ir::as<ir::FunctionCallExpr>(expr).callee, purity, nullptr);
    default:
      return false;
  }
}

}  // namespace

bool is_pure_function(const ir::Function& function, SourceRange* why_not) {
  Purity purity;
  return is_pure_body(function, purity, why_not);
}

static bool has_pointer(const Type* type) {
  switch (type->kind) {
    case TypeKind::array:
      return has_pointer(as<ArrayType>(type).element);
    case TypeKind::structure:
      return std::ranges::any_of(as<StructType>(type).fields,
                                 [](const StructField& field) { return has_pointer(field.type); });
    default:
      return !is_primitive(type) && type->kind != TypeKind::vector && type->kind != TypeKind::index &&
             type->kind != TypeKind::bounded && type->kind != TypeKind::rect;
  }
}

bool is_function_of_values(const ir::Function& function) {
  Purity purity;
  purity.may_print = false;
  return std::ranges::none_of(function.params,
                              [](const ir::Local* param) { return has_pointer(param->type); }) &&
         is_pure_body(function, purity, nullptr);
}

}  // namespace palatine::sema
