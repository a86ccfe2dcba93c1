// Bodies of tasks in the place of their calls (`__demand(__inline)`). Language reference, 6.6.
//
// The callee's tree is checked again inside the caller, as a quote is: its parameters become variables of the
// caller, and regions the caller's own. What the callee may do was checked by the call.
#include <utility>

#include "sema/check/call_mapping.h"
#include "sema/check/checker.h"

namespace palatine::sema {

const InlineBody* Checker::local_body(const ir::Task& callee, SourceRange range) {
  const auto demand = ast::AnnotationLevel::demand;
  if (!task_ || !context_.inline_bodies) return nullptr;
  const auto found = context_.inline_bodies->find(&callee);
  if (found == context_.inline_bodies->end()) {
    if (callee.is_extern) error(DiagKind::local_without_body, range);
    return nullptr;
  }
  if (ir::has_annotation(task_->annotations, demand, ast::AnnotationOption::cuda) &&
      !ir::has_annotation(callee.annotations, demand, ast::AnnotationOption::cuda)) {
    error(DiagKind::local_without_cuda, range);
    return nullptr;
  }
  if (!returns_at_end(*found->second.tree->body)) {
    unsupported("a local task that returns before its end", callee.range);
    return nullptr;
  }
  task_->local_calls.push_back({&callee, range, for_ranges_.empty() ? SourceRange{} : for_ranges_.back()});
  return &found->second;
}

const InlineBody* Checker::inline_body(const ir::Task& callee, const ast::Annotations& annotations,
                                       SourceRange range) {
  if (ir::has_annotation(callee.annotations, ast::AnnotationLevel::demand, ast::AnnotationOption::local)) {
    return local_body(callee, range);
  }
  const bool demands =
      ir::has_annotation(annotations, ast::AnnotationLevel::demand, ast::AnnotationOption::inline_);
  const bool is_inline_task =
      ir::has_annotation(callee.annotations, ast::AnnotationLevel::demand, ast::AnnotationOption::inline_);
  if (demands && !is_inline_task) {
    error(DiagKind::inline_not_demanded, range).note(DiagKind::note_declared_here, callee.range, callee.name);
    return nullptr;
  }
  const bool forbids =
      ir::has_annotation(annotations, ast::AnnotationLevel::forbid, ast::AnnotationOption::inline_);
  if (!is_inline_task || forbids || !context_.inline_tasks || !context_.inline_bodies) return nullptr;
  // Inlined tasks inline others; a chain that comes back to itself stays a call.
  constexpr int kMaxInlineDepth = 64;
  if (inline_depth_ > kMaxInlineDepth) return nullptr;
  const auto found = context_.inline_bodies->find(&callee);
  return found == context_.inline_bodies->end() ? nullptr : &found->second;
}

void Checker::return_to_caller(const ast::ReturnStat& tree) {
  InlineReturn& target = *inline_return_;
  if (target.is_reached) {
    error(DiagKind::inline_returns, target.callee.range);
  } else if (scopes_.size() != target.scope_count) {
    error(DiagKind::inline_return_last, target.callee.range);
  }
  target.is_reached = true;
  if (!tree.values.empty()) target.value = check_value(*tree.values.front());
}

ir::ExprPtr Checker::inline_call(const ir::Task& callee, const InlineBody& inlined,
                                 std::vector<ir::ExprPtr> args, const CallMapping& mapping,
                                 SourceRange range) {
  ScopeGuard scope(*this, ScopeKind::block, *sink_);
  for (size_t i = 0; i < args.size(); ++i) {
    const ir::Local& param = *callee.params[i];
    const Type* type = args[i]->type;
    if (is_handle(type)) {
      // The body names the fields as its parameter does.
      if (const auto* region = try_as<RegionType>(param.type))
        args[i] = with_element(std::move(args[i]), mapping.substitute(region->fspace), false);
      ir::Local* local = handle_local(std::move(args[i]));
      scopes_.back().locals[param.symbol] = local;
      continue;
    }
    auto stat = std::make_unique<ir::VarStat>();
    stat->range = args[i]->range;
    stat->value = std::move(args[i]);
    const Symbol* own = types().new_symbol(param.name, type, range);
    stat->local = function_.new_local(param.name, type, own, range);
    enter(stat->local, own, scopes_.size() - 1);
    scopes_.back().locals[param.symbol] = stat->local;
    emit(std::move(stat));
  }

  FrameGuard frame(*this, *inlined.frame);
  ++inline_depth_;
  const int outer_loops = loop_depth_;
  loop_depth_ = 0;
  InlineReturn returned{callee, scopes_.size(), false, nullptr};
  InlineReturn* outer_return = std::exchange(inline_return_, &returned);
  for (const ast::StatPtr& stat : inlined.tree->body->stats) {
    if (returned.is_reached) {
      error(DiagKind::inline_return_last, callee.range);
      break;
    }
    check_stat(*stat);
  }
  inline_return_ = outer_return;
  ir::ExprPtr result = std::move(returned.value);
  if (result) {
    const Type* expected = mapping.substitute(callee.result);
    if (!is_handle(result->type) && can_convert(result->type, expected))
      result = convert(std::move(result), expected);
  }
  loop_depth_ = outer_loops;
  --inline_depth_;
  if (!result) return empty_value(range);
  if (is_error(result->type) || result->kind == ir::ExprKind::Const) return result;
  const SourceRange value_range = result->range;
  if (is_handle(result->type)) return make_local(handle_local(std::move(result)), value_range);
  return make_local(temporary(std::move(result)), value_range);
}

}  // namespace palatine::sema
