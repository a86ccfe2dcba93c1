#include "sema/passes/walk.h"

namespace palatine::sema {

namespace {

void visit_slot(ir::ExprPtr& slot, const ExprSlotVisitor& visit) {
  if (slot) visit(slot);
}

void visit_slots(std::vector<ir::ExprPtr>& slots, const ExprSlotVisitor& visit) {
  for (ir::ExprPtr& slot : slots) visit_slot(slot, visit);
}

}  // namespace

void for_each_operand(ir::Expr& expr, const ExprSlotVisitor& visit) {
  using ir::as;
  switch (expr.kind) {
    case ir::ExprKind::Const:
    case ir::ExprKind::Local:
    case ir::ExprKind::Global:
    case ir::ExprKind::FunctionAddress:
      return;
    case ir::ExprKind::Unary:
      return visit_slot(as<ir::UnaryExpr>(expr).operand, visit);
    case ir::ExprKind::Binary:
      visit_slot(as<ir::BinaryExpr>(expr).lhs, visit);
      return visit_slot(as<ir::BinaryExpr>(expr).rhs, visit);
    case ir::ExprKind::MinMax:
      visit_slot(as<ir::MinMaxExpr>(expr).lhs, visit);
      return visit_slot(as<ir::MinMaxExpr>(expr).rhs, visit);
    case ir::ExprKind::Cast:
      return visit_slot(as<ir::CastExpr>(expr).operand, visit);
    case ir::ExprKind::Field:
      return visit_slot(as<ir::FieldExpr>(expr).object, visit);
    case ir::ExprKind::Index:
      visit_slot(as<ir::IndexExpr>(expr).object, visit);
      return visit_slot(as<ir::IndexExpr>(expr).index, visit);
    case ir::ExprKind::Deref:
      return visit_slot(as<ir::DerefExpr>(expr).pointer, visit);
    case ir::ExprKind::AddressOf:
      return visit_slot(as<ir::AddressOfExpr>(expr).operand, visit);
    case ir::ExprKind::Ctor:
      return visit_slots(as<ir::CtorExpr>(expr).values, visit);
    case ir::ExprKind::RegionAccess:
      return visit_slot(as<ir::RegionAccessExpr>(expr).index, visit);
    case ir::ExprKind::Subregion:
      visit_slot(as<ir::SubregionExpr>(expr).partition, visit);
      return visit_slot(as<ir::SubregionExpr>(expr).color, visit);
    case ir::ExprKind::HandleMember:
      return visit_slot(as<ir::HandleMemberExpr>(expr).object, visit);
    case ir::ExprKind::NewIspace:
      visit_slot(as<ir::NewIspaceExpr>(expr).extent, visit);
      return visit_slot(as<ir::NewIspaceExpr>(expr).start, visit);
    case ir::ExprKind::NewRegion:
      return visit_slot(as<ir::NewRegionExpr>(expr).ispace, visit);
    case ir::ExprKind::NewPartitionEqual:
      visit_slot(as<ir::NewPartitionEqualExpr>(expr).region, visit);
      return visit_slot(as<ir::NewPartitionEqualExpr>(expr).colors, visit);
    case ir::ExprKind::Physical:
      return;
    case ir::ExprKind::HandleOp:
      return visit_slots(as<ir::HandleOpExpr>(expr).operands, visit);
    case ir::ExprKind::CCall:
      return visit_slots(as<ir::CCallExpr>(expr).args, visit);
    case ir::ExprKind::RuntimeCall:
      return visit_slots(as<ir::RuntimeCallExpr>(expr).args, visit);
    case ir::ExprKind::FunctionCall:
      return visit_slots(as<ir::FunctionCallExpr>(expr).args, visit);
    case ir::ExprKind::PointerCall:
      visit_slot(as<ir::PointerCallExpr>(expr).callee, visit);
      return visit_slots(as<ir::PointerCallExpr>(expr).args, visit);
    case ir::ExprKind::TaskCall:
      visit_slots(as<ir::TaskCallExpr>(expr).args, visit);
      visit_slots(as<ir::TaskCallExpr>(expr).awaits, visit);
      return visit_slots(as<ir::TaskCallExpr>(expr).arrives, visit);
    case ir::ExprKind::Form:
      return visit_slots(as<ir::FormExpr>(expr).operands, visit);
  }
}

void for_each_expr(ir::Stat& stat, const ExprSlotVisitor& visit) {
  using ir::as;
  switch (stat.kind) {
    case ir::StatKind::Var:
      return visit_slot(as<ir::VarStat>(stat).value, visit);
    case ir::StatKind::Assign:
      visit_slot(as<ir::AssignStat>(stat).target, visit);
      return visit_slot(as<ir::AssignStat>(stat).value, visit);
    case ir::StatKind::Reduce:
      visit_slot(as<ir::ReduceStat>(stat).target, visit);
      return visit_slot(as<ir::ReduceStat>(stat).value, visit);
    case ir::StatKind::If:
      return visit_slot(as<ir::IfStat>(stat).condition, visit);
    case ir::StatKind::While:
      return visit_slot(as<ir::WhileStat>(stat).condition, visit);
    case ir::StatKind::Repeat:
      return visit_slot(as<ir::RepeatStat>(stat).until, visit);
    case ir::StatKind::ForNum:
      visit_slot(as<ir::ForNumStat>(stat).first, visit);
      visit_slot(as<ir::ForNumStat>(stat).limit, visit);
      return visit_slot(as<ir::ForNumStat>(stat).step, visit);
    case ir::StatKind::ForList:
      return visit_slot(as<ir::ForListStat>(stat).domain, visit);
    case ir::StatKind::Return:
      return visit_slot(as<ir::ReturnStat>(stat).value, visit);
    case ir::StatKind::Expr:
      return visit_slot(as<ir::ExprStat>(stat).expr, visit);
    case ir::StatKind::Fill:
      return visit_slots(as<ir::FillStat>(stat).values, visit);
    case ir::StatKind::Delete:
      return visit_slot(as<ir::DeleteStat>(stat).value, visit);
    case ir::StatKind::IndexLaunch: {
      auto& launch = as<ir::IndexLaunchStat>(stat);
      visit_slot(launch.domain, visit);
      visit_slot(launch.first, visit);
      visit_slot(launch.limit, visit);
      for (ir::StatPtr& preamble : launch.preamble) for_each_expr(*preamble, visit);
      visit_slots(launch.call->args, visit);
      visit_slot(launch.reduction_target, visit);
      return visit_slot(launch.combine, visit);
    }
    case ir::StatKind::Block:
    case ir::StatKind::Break:
    case ir::StatKind::Jump:
    case ir::StatKind::Fence:
    case ir::StatKind::Map:
    case ir::StatKind::Unmap:
      return;
  }
}

void for_each_block(ir::Stat& stat, const BlockVisitor& visit) {
  using ir::as;
  switch (stat.kind) {
    case ir::StatKind::Block:
      return visit(as<ir::BlockStat>(stat).body);
    case ir::StatKind::If:
      visit(as<ir::IfStat>(stat).then_block);
      return visit(as<ir::IfStat>(stat).else_block);
    case ir::StatKind::While:
      visit(as<ir::WhileStat>(stat).condition_block);
      return visit(as<ir::WhileStat>(stat).body);
    case ir::StatKind::Repeat:
      visit(as<ir::RepeatStat>(stat).body);
      return visit(as<ir::RepeatStat>(stat).until_block);
    case ir::StatKind::ForNum:
      return visit(as<ir::ForNumStat>(stat).body);
    case ir::StatKind::ForList:
      return visit(as<ir::ForListStat>(stat).body);
    default:
      return;
  }
}

// Reading goes through the same tables as rewriting; the visitors below replace nothing.
void walk_expr(const ir::Expr& expr, const ExprVisitor& visit) {
  for_each_operand(const_cast<ir::Expr&>(expr), [&](ir::ExprPtr& operand) { walk_expr(*operand, visit); });
  visit(expr);
}

void walk_own_exprs(const ir::Stat& stat, const ExprVisitor& visit) {
  for_each_expr(const_cast<ir::Stat&>(stat), [&](ir::ExprPtr& expr) { walk_expr(*expr, visit); });
  if (stat.kind == ir::StatKind::IndexLaunch) visit(*ir::as<ir::IndexLaunchStat>(stat).call);
}

void walk_stats(const ir::Stat& stat, const StatVisitor& visit) {
  visit(stat);
  for_each_block(const_cast<ir::Stat&>(stat), [&](ir::Block& block) { walk_stats(block, visit); });
}

void walk_stats(const ir::Block& block, const StatVisitor& visit) {
  for (const ir::StatPtr& stat : block.stats) walk_stats(*stat, visit);
}

void walk_exprs(const ir::Block& block, const ExprVisitor& visit) {
  walk_stats(block, [&](const ir::Stat& stat) { walk_own_exprs(stat, visit); });
}

void walk_exprs(const ir::Stat& stat, const ExprVisitor& visit) {
  walk_stats(stat, [&](const ir::Stat& inner) { walk_own_exprs(inner, visit); });
}

bool any_expr(const ir::Expr& expr, const std::function<bool(const ir::Expr&)>& found) {
  bool result = false;
  walk_expr(expr, [&](const ir::Expr& node) { result = result || found(node); });
  return result;
}

const ir::Expr& strip_casts(const ir::Expr& expr) {
  const ir::Expr* node = &expr;
  while (const auto* cast = ir::try_as<ir::CastExpr>(node)) node = cast->operand.get();
  return *node;
}

const ir::Expr& strip_projections(const ir::Expr& expr) {
  const ir::Expr* node = &strip_casts(expr);
  while (const auto* operation = ir::try_as<ir::HandleOpExpr>(node)) {
    if (operation->op != ir::HandleOp::projection) break;
    node = &strip_casts(*operation->operands[0]);
  }
  return *node;
}

ir::Local* local_of(const ir::Expr& expr) {
  const auto* use = ir::try_as<ir::LocalExpr>(&strip_casts(expr));
  return use ? use->local : nullptr;
}

// Whether the value exists whatever the variables are, and nobody notices that it was computed.
static bool is_harmless(const ir::Expr& expr) {
  return !any_expr(expr, [](const ir::Expr& node) {
    switch (node.kind) {
      case ir::ExprKind::Const:
      case ir::ExprKind::Local:
      case ir::ExprKind::Unary:
      case ir::ExprKind::MinMax:
      case ir::ExprKind::Cast:
      case ir::ExprKind::Field:
        return false;
      case ir::ExprKind::Binary: {
        const ast::BinaryOp op = ir::as<ir::BinaryExpr>(node).op;
        return op == ast::BinaryOp::divide || op == ast::BinaryOp::modulo;
      }
      default:
        return true;
    }
  });
}

bool is_computed_from(const ir::Expr& expr, const std::function<bool(const ir::Local&)>& is_wanted) {
  using ir::as;
  auto inner = [&](const ir::ExprPtr& operand) { return is_computed_from(*operand, is_wanted); };
  switch (expr.kind) {
    case ir::ExprKind::Local:
      return is_wanted(*as<ir::LocalExpr>(expr).local);
    case ir::ExprKind::Unary:
      return inner(as<ir::UnaryExpr>(expr).operand);
    case ir::ExprKind::Binary: {
      const auto& binary = as<ir::BinaryExpr>(expr);
      const bool is_logical =
          binary.op == ast::BinaryOp::logical_and || binary.op == ast::BinaryOp::logical_or;
      // The right side may exist only if the left one says so, but what needs no futures is computed at once.
      if (is_logical && !is_harmless(*binary.rhs)) return false;
      return inner(binary.lhs) || inner(binary.rhs);
    }
    case ir::ExprKind::MinMax:
      return inner(as<ir::MinMaxExpr>(expr).lhs) || inner(as<ir::MinMaxExpr>(expr).rhs);
    case ir::ExprKind::Cast:
      return inner(as<ir::CastExpr>(expr).operand);
    case ir::ExprKind::Field:
      return inner(as<ir::FieldExpr>(expr).object);
    default:
      return false;
  }
}

ir::ExprPtr make_local_expr(ir::Local& local, SourceRange range) {
  auto use = std::make_unique<ir::LocalExpr>();
  use->local = &local;
  use->type = local.type;
  use->range = range;
  use->is_lvalue = true;
  return use;
}

}  // namespace palatine::sema
