// Loops whose body is one launch become index launches (language reference, 6.3). Each check is a step that
// either passes or ends the analysis with the message of the reference and the node that it names.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "sema/infer/affine.h"
#include "sema/infer/aliasing.h"
#include "sema/infer/effects.h"
#include "sema/infer/projection_key.h"
#include "sema/ir/lvalue.h"
#include "sema/passes/iteration.h"
#include "sema/passes/passes.h"
#include "sema/passes/walk.h"

namespace palatine::sema {

namespace {

// Why a loop is no index launch, and the node that decided.
struct Failure {
  std::string reason;
  SourceRange range;
  bool is_constant_time = false;
};

const ast::Annotation* find_annotation(const ir::Stat& stat, ast::AnnotationLevel level,
                                       ast::AnnotationOption option) {
  if (!ir::has_annotation(stat.annotations, level, option)) return nullptr;
  auto found = std::find_if(stat.annotations.rbegin(), stat.annotations.rend(),
                            [&](const ast::Annotation& annotation) { return annotation.option == option; });
  return &*found;
}

bool is_side_effect_free(const ir::Expr& expr) {
  return !any_expr(expr, [](const ir::Expr& node) {
    switch (node.kind) {
      case ir::ExprKind::TaskCall:
      case ir::ExprKind::RegionAccess:
      case ir::ExprKind::Deref:
      case ir::ExprKind::NewIspace:
      case ir::ExprKind::NewRegion:
      case ir::ExprKind::NewPartitionEqual:
      case ir::ExprKind::Physical:
        return true;
      case ir::ExprKind::HandleOp:
        return ir::is_creation(ir::as<ir::HandleOpExpr>(node).op);
      case ir::ExprKind::RuntimeCall:
        return ir::as<ir::RuntimeCallExpr>(node).function != ir::RuntimeFunction::assert_;
      default:
        return false;
    }
  });
}

bool is_call(const ir::Expr& expr) {
  return expr.kind == ir::ExprKind::TaskCall || expr.kind == ir::ExprKind::CCall ||
         expr.kind == ir::ExprKind::FunctionCall || expr.kind == ir::ExprKind::PointerCall ||
         expr.kind == ir::ExprKind::RuntimeCall;
}

bool has_call(const ir::Expr& expr) {
  return any_expr(expr, is_call);
}

bool has_dereference(const ir::Expr& expr) {
  return any_expr(expr, [](const ir::Expr& node) {
    if (const auto* element = ir::try_as<ir::IndexExpr>(&node)) {
      return element->object->type->kind == TypeKind::pointer;
    }
    return node.kind == ir::ExprKind::Deref || node.kind == ir::ExprKind::RegionAccess;
  });
}

// An index from which a projection can be made: no calls, no indexing.
bool is_simple_index(const ir::Expr& expr) {
  return !any_expr(expr, [](const ir::Expr& node) {
    switch (node.kind) {
      case ir::ExprKind::Const:
      case ir::ExprKind::Local:
      case ir::ExprKind::Unary:
      case ir::ExprKind::Binary:
      case ir::ExprKind::Cast:
      case ir::ExprKind::Ctor:
      case ir::ExprKind::Field:
        return false;
      default:
        return true;
    }
  });
}

bool mentions(const ir::Expr& expr, const ir::Local& local) {
  return any_expr(expr, [&](const ir::Expr& node) {
    const auto* use = ir::try_as<ir::LocalExpr>(&node);
    return use && use->local == &local;
  });
}

bool is_harmless(const RegionEffect& effect) {
  return effect.mode != RegionEffect::Mode::write || effect.is_simultaneous;
}

bool are_compatible(const RegionEffect& a, const RegionEffect& b) {
  if (a.mode == RegionEffect::Mode::read && b.mode == RegionEffect::Mode::read) return true;
  if (a.is_simultaneous && b.is_simultaneous) return true;
  return a.mode == RegionEffect::Mode::reduce && b.mode == RegionEffect::Mode::reduce && a.op == b.op;
}

bool may_share_field(const RegionEffect& a, const RegionEffect& b) {
  if (a.all_leaves || b.all_leaves) return true;
  if (as<RegionType>(a.type()).fspace != as<RegionType>(b.type()).fspace) return true;
  return std::ranges::any_of(a.leaves, [&](int leaf) { return b.touches(leaf); });
}

bool launches_something(const ir::Block& body) {
  bool found = false;
  walk_stats(body, [&](const ir::Stat& stat) { found |= stat.kind == ir::StatKind::Fill; });
  walk_exprs(body, [&](const ir::Expr& expr) { found |= expr.kind == ir::ExprKind::TaskCall; });
  return found;
}

// The parts of a loop of either form.
struct LoopParts {
  ir::Local* variable;
  ir::Block* body;
  ir::ForNumStat* numeric = nullptr;
  ir::ForListStat* list = nullptr;
};

class LoopAnalysis {
 public:
  LoopAnalysis(ir::Stat& loop, LoopParts parts, const RegionAliases& aliases, const PassOptions& options)
      : loop_(loop), parts_(parts), aliases_(aliases), options_(options) {
    is_demanded_ =
        find_annotation(loop, ast::AnnotationLevel::demand, ast::AnnotationOption::index_launch) != nullptr ||
        find_annotation(loop, ast::AnnotationLevel::demand, ast::AnnotationOption::constant_time_launch) !=
            nullptr;
  }

  // Empty when the loop qualifies.
  std::optional<Failure> run() {
    if (!shape() || fill_ || !launch()) return std::move(failure_);
    return {};
  }

  bool is_demanded() const { return is_demanded_; }
  // The loop qualifies but issues fills, which stay single operations.
  bool is_fill() const { return fill_ != nullptr; }
  bool needs_dynamic_check() const { return needs_dynamic_check_; }
  const ir::TaskCallExpr& call() const { return *call_; }
  const std::vector<std::string>& projection_keys() const { return projection_keys_; }

  // The statement that takes the loop's place. The loop is empty afterwards.
  ir::StatPtr take(ir::Task& task) {
    auto launch = std::make_unique<ir::IndexLaunchStat>();
    launch->range = loop_.range;
    launch->annotations = std::move(loop_.annotations);
    launch->variable = parts_.variable;
    if (parts_.list) {
      launch->domain = std::move(parts_.list->domain);
    } else {
      launch->first = std::move(parts_.numeric->first);
      launch->limit = std::move(parts_.numeric->limit);
    }
    ir::ExprPtr call = std::move(*call_slot_);
    launch->call.reset(static_cast<ir::TaskCallExpr*>(call.release()));
    ir::Local* folded = nullptr;
    if (is_converted_) {
      folded = task.new_local("", launch->call->type, nullptr, loop_.range);
      folded->is_assigned = true;
      launch->reduction = reduce_->op;
      launch->reduction_target = make_local_expr(*folded, loop_.range);
    } else if (reduce_) {
      launch->reduction = reduce_->op;
      launch->reduction_target = std::move(reduce_->target);
    } else if (combination_) {
      auto address = std::make_unique<ir::FunctionAddressExpr>();
      address->range = combination_->value->range;
      address->type = combine_->type;
      address->callee = combine_->callee;
      launch->combine = std::move(address);
      launch->reduction_target = std::move(combination_->target);
    }
    auto& stats = parts_.body->stats;
    for (size_t i = 0; i < preamble_count_; ++i) launch->preamble.push_back(std::move(stats[i]));
    launch->projections = projections_;
    launch->has_equal_values = has_equal_values(*launch);
    launch->needs_dynamic_check = needs_dynamic_check_;
    launch->is_demanded = is_demanded_;
    if (!folded) return launch;
    return convert_after(std::move(launch), *folded);
  }

 private:
  // What changes nothing when it is folded with values of this type.
  ir::ExprPtr identity(ast::ReductionOp op, const Type* type) const {
    auto constant = std::make_unique<ir::ConstExpr>();
    constant->type = type;
    constant->range = loop_.range;
    const bool is_floating = type->kind == TypeKind::floating;
    const bool is_max = op == ast::ReductionOp::max;
    if (op == ast::ReductionOp::multiply || op == ast::ReductionOp::divide) {
      constant->integer = is_floating ? 0 : 1;
      constant->floating = 1;
    } else if (is_max || op == ast::ReductionOp::min) {
      if (const auto* integer = try_as<IntegerType>(type)) {
        const int bits = static_cast<int>(integer->bits);
        const uint64_t all = bits == 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1;
        const uint64_t least = ~uint64_t{0} << (bits - 1);
        if (integer->is_signed) {
          constant->integer = is_max ? least : ~least;
        } else {
          constant->integer = is_max ? 0 : all;
        }
      } else {
        const bool is_double = as<FloatType>(type).bits == 64;
        const double most =
            is_double ? std::numeric_limits<double>::max() : std::numeric_limits<float>::max();
        constant->floating = is_max ? -most : most;
      }
    }
    return constant;
  }

  // `do var folded = identity; LAUNCH; target op= folded end`
  ir::StatPtr convert_after(ir::StatPtr launch, ir::Local& folded) {
    auto block = std::make_unique<ir::BlockStat>();
    block->range = loop_.range;
    auto var = std::make_unique<ir::VarStat>();
    var->range = loop_.range;
    var->local = &folded;
    var->value = identity(reduce_->op, folded.type);
    auto last = std::make_unique<ir::ReduceStat>();
    last->range = reduce_->range;
    // The single values are subtracted, or divided by, in the fold.
    last->op = reduce_->op == ast::ReductionOp::subtract ? ast::ReductionOp::add
               : reduce_->op == ast::ReductionOp::divide ? ast::ReductionOp::multiply
                                                         : reduce_->op;
    last->compute_type = reduce_->compute_type;
    last->target = std::move(reduce_->target);
    last->value = make_local_expr(folded, loop_.range);
    block->body.stats.push_back(std::move(var));
    block->body.stats.push_back(std::move(launch));
    block->body.stats.push_back(std::move(last));
    return block;
  }

  bool fail(SourceRange range, std::string reason) {
    failure_ = Failure{std::move(reason), range};
    return false;
  }

  // ---- the form of the loop

  bool shape() {
    if (parts_.numeric && parts_.numeric->step) {
      const auto* step = ir::try_as<ir::ConstExpr>(&strip_casts(*parts_.numeric->step));
      if (!step || step->integer != 1) return fail(loop_.range, "stride not equal to 1");
    }
    if (parts_.list) {
      TypeKind domain = parts_.list->domain->type->kind;
      if (domain != TypeKind::ispace && domain != TypeKind::region && domain != TypeKind::rect) {
        return fail(loop_.range, "domain is not a ispace or region");
      }
    }
    auto& stats = parts_.body->stats;
    if (stats.empty()) return fail(loop_.range, "body is empty");
    preamble_count_ = stats.size() - 1;
    loop_variables_.index = parts_.variable;
    ir::Stat& last = *stats.back();
    if (combination()) return preamble() && reduction();
    if (!result_of_last_variable(last)) return last_statement(last);
    return preamble() && reduction();
  }

  // `var t = f(...)`, then `lhs op= t`.
  bool result_of_last_variable(ir::Stat& last) {
    auto& stats = parts_.body->stats;
    auto* reduce = ir::try_as<ir::ReduceStat>(&last);
    if (!reduce || stats.size() < 2) return false;
    auto* var = ir::try_as<ir::VarStat>(stats[stats.size() - 2].get());
    if (!var || !var->value || !is_call(*var->value)) return false;
    if (local_of(*reduce->value) != var->local) return false;
    reduce_ = reduce;
    call_slot_ = &var->value;
    --preamble_count_;
    return true;
  }

  // `var t = f(...)`, then `lhs = combine(lhs, t)`, or `var u = combine(lhs, t)`, `lhs = u`: what a reduction
  // of a type with operators of its own becomes. Another function than one that only computes runs in its
  // turn.
  bool combination() {
    auto& stats = parts_.body->stats;
    auto* assign = ir::try_as<ir::AssignStat>(stats.back().get());
    if (!assign) return false;
    size_t at = stats.size() - 1;
    const ir::Expr* value = assign->value.get();
    if (const ir::Local* name = local_of(*value)) {
      const auto* var = at == 0 ? nullptr : ir::try_as<ir::VarStat>(stats[at - 1].get());
      if (!var || var->local != name || !var->value) return false;
      value = var->value.get();
      --at;
    }
    const auto* step = ir::try_as<ir::FunctionCallExpr>(value);
    if (!step || step->args.size() != 2 || at == 0) return false;
    auto* var = ir::try_as<ir::VarStat>(stats[at - 1].get());
    if (!var || !var->value || var->value->kind != ir::ExprKind::TaskCall) return false;
    if (local_of(*step->args[1]) != var->local) return false;
    if (!ir::is_same_place(*step->args[0], *assign->target) || !is_function_of_values(*step->callee))
      return false;
    combination_ = assign;
    combine_ = step;
    call_slot_ = &var->value;
    preamble_count_ = at - 1;
    return true;
  }

  bool last_statement(ir::Stat& last) {
    if (auto* fill = ir::try_as<ir::FillStat>(&last)) {
      fill_ = fill;
      return fill_loop();
    }
    if (!preamble()) return false;
    auto* stat = ir::try_as<ir::ExprStat>(&last);
    if (!stat || !is_call(*stat->expr)) return fail(last.range, "body is not a function call");
    if (stat->expr->kind != ir::ExprKind::TaskCall) return fail(stat->expr->range, "function is not a task");
    call_slot_ = &stat->expr;
    return true;
  }

  bool preamble() {
    auto& stats = parts_.body->stats;
    for (size_t i = 0; i < preamble_count_; ++i) {
      const auto* var = ir::try_as<ir::VarStat>(stats[i].get());
      if (!var) return fail(stats[i]->range, "preamble statement is not a variable");
    }
    for (size_t i = 0; i < preamble_count_; ++i) {
      const auto& var = ir::as<ir::VarStat>(*stats[i]);
      if (!var.value) continue;
      if (!is_side_effect_free(*var.value)) {
        return fail(var.range, "preamble statement is not side-effect free");
      }
      loop_variables_.preamble.emplace(var.local, var.value.get());
    }
    return true;
  }

  // The results may be folded in any grouping only when no conversion lies between.
  bool reduction() {
    if ((*call_slot_)->kind != ir::ExprKind::TaskCall)
      return fail((*call_slot_)->range, "function is not a task");
    const auto& call = ir::as<ir::TaskCallExpr>(**call_slot_);
    const ir::Expr& target = combination_ ? *combination_->target : *reduce_->target;
    return (combination_ || is_foldable(call)) && is_reduction_target(target, call);
  }

  // True when the results can be folded as they are, or, where the program asks for it, be converted then.
  bool is_foldable(const ir::TaskCallExpr& call) {
    const Type* type = call.type;
    const bool is_exact = reduce_->target->type == type && reduce_->compute_type == type;
    // Results of another type are folded as they are and converted at the end, which the program has to ask
    // for.
    is_converted_ = !is_exact && is_demanded_ && is_numeric(reduce_->target->type);
    if (!is_numeric(type) || (!is_exact && !is_converted_)) {
      return fail(loop_.range, fmt::format("reduction over {} {} not supported",
                                           ast::reduction_op_text(reduce_->op), type_name(type)));
    }
    return true;
  }

  // What all points fold into: no point may see it otherwise.
  bool is_reduction_target(const ir::Expr& target, const ir::TaskCallExpr& call) {
    if (!is_side_effect_free(target)) return fail(loop_.range, "reduction is not side-effect free");
    const auto* variable = target_variable(target);
    if (!variable || variable->local->is_address_taken) {
      return fail(loop_.range, "reduction target is not a variable or an element of one");
    }
    for (size_t i = 0; i < preamble_count_; ++i) {
      const auto& value = ir::as<ir::VarStat>(*parts_.body->stats[i]).value;
      if (value && mentions(*value, *variable->local)) {
        return fail(value->range, "reduction target is read in the loop");
      }
    }
    for (size_t i = 0; i < call.args.size(); ++i) {
      if (mentions(*call.args[i], *variable->local)) {
        return fail(call.range, fmt::format("argument {} reads the reduction target", i + 1));
      }
    }
    return true;
  }

  // The variable that the target is, or is a part of: the same part for every point, known outside of the
  // loop. Otherwise each point would fold into a place of its own, or read what other points fold into.
  const ir::LocalExpr* target_variable(const ir::Expr& target) const {
    auto is_inside = [&](const ir::Expr& expr) {
      return std::ranges::any_of(loop_variables_.preamble,
                                 [&](const auto& entry) { return mentions(expr, *entry.first); });
    };
    switch (target.kind) {
      case ir::ExprKind::Local:
        return is_inside(target) ? nullptr : &ir::as<ir::LocalExpr>(target);
      case ir::ExprKind::Field:
        return target_variable(*ir::as<ir::FieldExpr>(target).object);
      case ir::ExprKind::Index: {
        const auto& element = ir::as<ir::IndexExpr>(target);
        if (element.object->type->kind != TypeKind::array) return nullptr;
        const bool is_same = is_invariant(*element.index) && !is_inside(*element.index);
        return is_same ? target_variable(*element.object) : nullptr;
      }
      default:
        return nullptr;
    }
  }

  // ---- fills

  // The target `p[i]` and a value that serves several fields have variables of their own in front of the
  // fill.
  bool fill_loop() {
    auto& stats = parts_.body->stats;
    const ir::Expr* target = nullptr;
    for (size_t i = 0; i + 1 < stats.size(); ++i) {
      const auto* var = ir::try_as<ir::VarStat>(stats[i].get());
      if (!var || !var->value || !var->local->name.empty()) {
        return fail(stats[i]->range, "fill must not have any preamble statement");
      }
      if (var->local == fill_->region) {
        target = var->value.get();
      } else if (!fill_value(*var->value)) {
        return false;
      }
      loop_variables_.preamble.emplace(var->local, var->value.get());
    }
    for (const ir::ExprPtr& value : fill_->values) {
      if (!fill_value(*value)) return false;
    }
    const auto* sub = ir::try_as<ir::SubregionExpr>(target);
    if (!sub || !is_projectable(*sub)) return fail(fill_->range, "fill target is not provably projectable");
    if (!as<PartitionType>(sub->partition->type).disjoint || !is_injective(*sub->color, loop_variables_)) {
      return fail(fill_->range, "fill target interferes with itself");
    }
    return true;
  }

  bool fill_value(const ir::Expr& value) {
    if (!is_side_effect_free(value)) return fail(fill_->range, "fill value is not side-effect free");
    return is_invariant(value) || fail(fill_->range, "fill value is not provably invariant");
  }

  // ---- the launch

  bool has_equal_values(const ir::IndexLaunchStat& launch) const {
    using Projection = ir::IndexLaunchStat::Projection;
    if (!launch.preamble.empty() || launch.reduction_target) return false;
    for (size_t i = 0; i < projections_.size(); ++i) {
      const ir::Expr& arg = *launch.call->args[i];
      if (projections_[i] == Projection::computed) return false;
      if (projections_[i] == Projection::value) {
        if (!is_invariant(arg) || !ir::is_simple(arg)) return false;
      } else {
        const auto* piece = ir::try_as<ir::SubregionExpr>(&arg);
        if (!local_of(piece ? *piece->partition : arg)) return false;
      }
    }
    return true;
  }

  bool is_invariant(const ir::Expr& expr) const {
    return !loop_variables_.is_variant(expr) && !has_call(expr) && !has_dereference(expr);
  }

  // Variables of the body count as what they were set to.
  bool is_provably_invariant(const ir::Expr& expr) const {
    if (!is_invariant(expr)) return false;
    return !any_expr(expr, [&](const ir::Expr& node) {
      const auto* use = ir::try_as<ir::LocalExpr>(&node);
      if (!use) return false;
      const auto initial = loop_variables_.preamble.find(use->local);
      return initial != loop_variables_.preamble.end() && !is_provably_invariant(*initial->second);
    });
  }

  // `p[e]`, or `cp[e]...[f]`.
  bool is_projectable(const ir::SubregionExpr& sub) const {
    const ir::Expr* partition = sub.partition.get();
    while (const auto* part = ir::try_as<ir::HandleOpExpr>(partition)) {
      if (part->op != ir::HandleOp::subpartition || !is_simple_index(*part->operands[1])) break;
      partition = part->operands[0].get();
    }
    return is_invariant(*partition) && is_simple_index(*sub.color);
  }
  // The partition variable that a subregion goes through first: `p` of `p[e]` and of `cp[e][f]`, where `cp`
  // is a cross product of `p` and others. Null when it is no variable.
  const Symbol* outermost_partition(const ir::SubregionExpr& sub) const {
    const ir::Expr* partition = sub.partition.get();
    while (const auto* part = ir::try_as<ir::HandleOpExpr>(partition)) {
      if (part->op != ir::HandleOp::subpartition) return nullptr;
      partition = part->operands[0].get();
    }
    const ir::Local* variable = local_of(*partition);
    if (!variable) return nullptr;
    const auto* product = try_as<CrossProductType>(variable->type);
    return product ? product->partitions[0] : variable->symbol;
  }
  // Different values of the loop's variable lead to subregions that share nothing.
  bool is_apart_by_index(const ir::SubregionExpr& sub) const {
    if (is_injective(*sub.color, loop_variables_) && is_invariant(*sub.partition))
      return as<PartitionType>(sub.partition->type).disjoint;
    const ir::Expr* partition = sub.partition.get();
    while (const auto* part = ir::try_as<ir::HandleOpExpr>(partition)) {
      if (part->op != ir::HandleOp::subpartition) return false;
      if (is_injective(*part->operands[1], loop_variables_) && is_invariant(*part->operands[0]))
        return is_first_disjoint(*part);
      partition = part->operands[0].get();
    }
    return false;
  }
  static bool is_first_disjoint(const ir::HandleOpExpr& part) {
    const auto* product = try_as<CrossProductType>(part.operands[0]->type);
    const auto* first = product ? try_as<PartitionType>(product->partitions[0]->type) : nullptr;
    return first && first->disjoint;
  }

  bool launch() {
    call_ = &ir::as<ir::TaskCallExpr>(**call_slot_);
    if (!call_->awaits.empty() || !call_->arrives.empty())
      return fail(call_->range, "the call has conditions of its own");
    effects_ = effects_of_call(*call_);
    for (size_t i = 0; i < call_->args.size(); ++i) {
      if (!argument(i)) return false;
    }
    if (find_annotation(loop_, ast::AnnotationLevel::demand, ast::AnnotationOption::constant_time_launch)) {
      for (size_t i = 0; i < call_->args.size(); ++i) {
        if (projections_[i] != ir::IndexLaunchStat::Projection::value || is_invariant(*call_->args[i]))
          continue;
        fail(call_->range, fmt::format("argument {} is not provably projectable or invariant", i + 1));
        failure_->is_constant_time = true;
        return false;
      }
    }
    return true;
  }

  bool argument(size_t i) {
    using Projection = ir::IndexLaunchStat::Projection;
    const ir::Expr& arg = *call_->args[i];
    if (!is_side_effect_free(arg)) {
      return fail(call_->range, fmt::format("argument {} is not side-effect free", i + 1));
    }
    if (is_region_list(arg.type))
      return fail(call_->range, fmt::format("argument {} is a list of regions", i + 1));
    const int number = static_cast<int>(i);
    const ir::Task& callee = *call_->callee;
    const bool is_condition = std::ranges::find(callee.awaits, number) != callee.awaits.end() ||
                              std::ranges::find(callee.arrives, number) != callee.arrives.end();
    if (is_condition && !is_provably_invariant(arg))
      return fail(call_->range, fmt::format("argument {} is not provably invariant", i + 1));
    if (arg.type->kind != TypeKind::region) {
      projections_.push_back(Projection::value);
      return true;
    }
    const auto* sub = ir::try_as<ir::SubregionExpr>(&strip_projections(arg));
    // Who demands the launch whatever it is may compute the colour as well.
    const bool is_computed = is_demanded_ && options_.override_demand_index_launch;
    if (sub && (is_projectable(*sub) || is_computed)) {
      bool is_identity = is_invariant(*sub->partition) && local_of(*sub->color) == parts_.variable &&
                         is_injective(*sub->color, loop_variables_);
      projections_.push_back(is_identity ? Projection::identity : Projection::computed);
      if (!is_identity) projection_keys_.push_back(projection_key(*sub->color, loop_variables_));
    } else if (is_invariant(strip_projections(arg))) {
      sub = nullptr;
      projections_.push_back(Projection::invariant_region);
    } else {
      return fail(call_->range, fmt::format("argument {} is not provably projectable or invariant", i + 1));
    }
    if (is_demanded_ && options_.override_demand_index_launch) return true;
    for (size_t k = 0; k < i; ++k) {
      if (!arguments_apart(i, k)) {
        return fail(call_->range, fmt::format("argument {} interferes with argument {}", i + 1, k + 1));
      }
    }
    if (!apart_from_itself(i, sub)) {
      return fail(call_->range, fmt::format("argument {} interferes with itself", i + 1));
    }
    return true;
  }

  bool conflicting(size_t i, size_t k) const {
    for (const RegionEffect& a : effects_) {
      for (const RegionEffect& b : effects_) {
        if (a.argument != static_cast<int>(i) || b.argument != static_cast<int>(k)) continue;
        if (!are_compatible(a, b) && may_share_field(a, b)) return true;
      }
    }
    return false;
  }

  bool arguments_apart(size_t i, size_t k) {
    if (call_->args[k]->type->kind != TypeKind::region || !conflicting(i, k)) return true;
    if (!aliases_.may_alias(*call_->args[i], *call_->args[k])) return true;
    const auto* a = ir::try_as<ir::SubregionExpr>(&strip_projections(*call_->args[i]));
    const auto* b = ir::try_as<ir::SubregionExpr>(&strip_projections(*call_->args[k]));
    const Symbol* first = a ? outermost_partition(*a) : nullptr;
    const Symbol* second = b ? outermost_partition(*b) : nullptr;
    if (!first || first != second) return false;
    return check_at_run_time();
  }

  // `sub` is null for an invariant region.
  bool apart_from_itself(size_t i, const ir::SubregionExpr* sub) {
    bool harmless = std::ranges::all_of(effects_, [&](const RegionEffect& effect) {
      return effect.argument != static_cast<int>(i) || is_harmless(effect);
    });
    if (harmless) return true;
    if (!sub) return false;
    if (is_apart_by_index(*sub)) return true;
    if (!as<PartitionType>(sub->partition->type).disjoint) return false;
    // The same colour in each iteration interferes unless the loop runs at most once; only a demand asks for
    // that.
    if (!is_demanded_ && !loop_variables_.is_variant(*sub)) return false;
    return check_at_run_time();
  }

  bool check_at_run_time() {
    if (!options_.index_launch_dynamic) return false;
    needs_dynamic_check_ = true;
    return true;
  }

  ir::Stat& loop_;
  LoopParts parts_;
  const RegionAliases& aliases_;
  const PassOptions& options_;
  bool is_demanded_ = false;
  // The results are folded in their own type first.
  bool is_converted_ = false;
  std::optional<Failure> failure_;

  LoopVariables loop_variables_;
  size_t preamble_count_ = 0;
  ir::FillStat* fill_ = nullptr;
  std::vector<std::string> projection_keys_;
  // How the results are folded: by an operator, or by a function that the assignment calls.
  ir::ReduceStat* reduce_ = nullptr;
  ir::AssignStat* combination_ = nullptr;
  const ir::FunctionCallExpr* combine_ = nullptr;
  ir::ExprPtr* call_slot_ = nullptr;
  const ir::TaskCallExpr* call_ = nullptr;
  std::vector<RegionEffect> effects_;
  std::vector<ir::IndexLaunchStat::Projection> projections_;
  bool needs_dynamic_check_ = false;
};

class IndexLaunches {
 public:
  IndexLaunches(ir::Task& task, Diagnostics& diags, const PassOptions& options)
      : task_(task), diags_(diags), options_(options), aliases_(task) {}

  void block(ir::Block& block) {
    for (ir::StatPtr& stat : block.stats) {
      if (auto* numeric = ir::try_as<ir::ForNumStat>(stat.get())) {
        loop(stat, {numeric->variable, &numeric->body, numeric, nullptr});
      } else if (auto* list = ir::try_as<ir::ForListStat>(stat.get())) {
        loop(stat, {list->variable, &list->body, nullptr, list});
      }
      for_each_block(*stat, [&](ir::Block& inner) { IndexLaunches::block(inner); });
    }
  }

 private:
  void loop(ir::StatPtr& stat, LoopParts parts) {
    using ast::AnnotationLevel;
    using ast::AnnotationOption;
    SourceRange range = stat->range;
    bool is_forbidden =
        find_annotation(*stat, AnnotationLevel::forbid, AnnotationOption::index_launch) != nullptr;
    const auto* constant =
        find_annotation(*stat, AnnotationLevel::demand, AnnotationOption::constant_time_launch);
    if (is_forbidden && constant) {
      diags_.report(DiagKind::index_launch_conflicting, range);
      task_.has_error = true;
      return;
    }
    if (is_forbidden) return note(range, false, "`__index_launch` is forbidden");
    if (!options_.index_launch) return note(range, false, "switched off by `-findex-launch 0`");

    LoopAnalysis analysis(*stat, parts, aliases_, options_);
    std::optional<Failure> failure = analysis.run();
    for (const ir::Task::LocalCall& call : task_.local_calls) {
      const bool is_inside = call.loop.file == range.file && call.loop.begin == range.begin;
      if (failure && is_inside) failure = Failure{"local task cannot be used in an index launch", call.range};
    }
    if (failure) {
      // A loop that launches nothing need not say so.
      if (analysis.is_demanded() || launches_something(*parts.body)) note(range, false, failure->reason);
      if (analysis.is_demanded()) report(*stat, *failure);
      return;
    }
    if (analysis.is_fill())
      return note(range, false, "its fills do not interfere, and are issued one by one");
    if (task_.is_leaf) return note(range, false, "a leaf task launches nothing");
    std::string reason = fmt::format("each point launches `{}`; ", analysis.call().callee->name);
    reason += analysis.needs_dynamic_check() ? "that the points do not interfere is checked when it runs"
                                             : "the points do not interfere";
    note(range, true, reason);
    for (const std::string& key : analysis.projection_keys()) task_.projection_keys.push_back(key);
    stat = analysis.take(task_);
  }

  void note(SourceRange range, bool holds, std::string reason) {
    task_.inferences.push_back({"index launch", holds, std::move(reason), range});
  }

  void report(const ir::Stat& loop, const Failure& failure) {
    using ast::AnnotationLevel;
    using ast::AnnotationOption;
    const auto* demand = find_annotation(loop, AnnotationLevel::demand, AnnotationOption::index_launch);
    if (!demand)
      demand = find_annotation(loop, AnnotationLevel::demand, AnnotationOption::constant_time_launch);
    task_.has_error = true;
    if (demand->has_former_name) {
      diags_.report(DiagKind::parallel_on_loop, loop.range)
          .note(DiagKind::parallel_on_loop_reason, failure.range, failure.reason);
      return;
    }
    auto kind =
        failure.is_constant_time ? DiagKind::constant_time_launch_fails : DiagKind::index_launch_fails;
    diags_.report(kind, failure.range, failure.reason).note(DiagKind::index_launch_demanded, demand->range);
  }

  ir::Task& task_;
  Diagnostics& diags_;
  const PassOptions& options_;
  RegionAliases aliases_;
};

}  // namespace

void index_launches(ir::Task& task, Diagnostics& diags, const PassOptions& options) {
  IndexLaunches(task, diags, options).block(task.body);
}

}  // namespace palatine::sema
