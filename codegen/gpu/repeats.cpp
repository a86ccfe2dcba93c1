#include "codegen/gpu/repeats.h"

#include <algorithm>

#include "sema/passes/walk.h"

namespace palatine::codegen {

namespace {

bool is_plain(const ir::Expr& expr) {
  using ir::ExprKind;
  switch (expr.kind) {
    case ExprKind::Const:
    case ExprKind::Unary:
    case ExprKind::Binary:
    case ExprKind::MinMax:
    case ExprKind::Cast:
    case ExprKind::Field:
    case ExprKind::Ctor:
    case ExprKind::HandleMember:
      return true;
    case ExprKind::Local:
      return !ir::as<ir::LocalExpr>(expr).local->is_future;
    case ExprKind::Index:
      return ir::as<ir::IndexExpr>(expr).object->type->kind == sema::TypeKind::array;
    default:
      return false;
  }
}

bool are_plain(const ir::Stat& stat) {
  bool are = true;
  sema::walk_own_exprs(stat, [&](const ir::Expr& expr) { are = are && is_plain(expr); });
  return are;
}

// A variable of the whole program, or memory of the host, may have changed.
bool reads_host(const ir::Block& block) {
  bool reads = false;
  sema::walk_exprs(block, [&](const ir::Expr& expr) {
    reads = reads || expr.kind == ir::ExprKind::Global || expr.kind == ir::ExprKind::PointerCall;
  });
  return reads;
}

bool repeats(const KernelName& kernel) {
  const ir::KernelLoop& loop = *kernel.loop;
  const auto is_plain_all = [](const auto& exprs) {
    return std::ranges::all_of(exprs, [](const ir::Expr* expr) {
      bool are = true;
      sema::walk_expr(*expr, [&](const ir::Expr& part) { are = are && is_plain(part); });
      return are;
    });
  };
  // A result of a reduction is looked at by the host.
  return loop.reductions.empty() && are_plain(kernel.stat()) && is_plain_all(loop.hoisted) &&
         is_plain_all(loop.inner_domains) && !reads_host(loop.loop ? loop.loop->body : loop.serial->body);
}

bool repeats(const ir::Block& block, const KernelNames& kernels);

bool repeats(const ir::Stat& stat, const KernelNames& kernels) {
  using ir::StatKind;
  if (const KernelName* kernel = kernels.find(stat)) return repeats(*kernel);
  if (!are_plain(stat)) return false;
  switch (stat.kind) {
    case StatKind::Block:
    case StatKind::Var:
    case StatKind::Assign:
    case StatKind::Reduce:
    case StatKind::If:
    case StatKind::While:
    case StatKind::Repeat:
    case StatKind::ForNum:
    case StatKind::ForList:
    case StatKind::Return:
    case StatKind::Break:
    case StatKind::Fill:
      break;
    default:
      return false;
  }
  bool all = true;
  sema::for_each_block(const_cast<ir::Stat&>(stat),
                       [&](ir::Block& block) { all = all && repeats(block, kernels); });
  return all;
}

bool repeats(const ir::Block& block, const KernelNames& kernels) {
  return std::ranges::all_of(block.stats, [&](const auto& stat) { return repeats(*stat, kernels); });
}

}  // namespace

bool repeats_on_gpu(const ir::Task& task, const KernelNames& kernels) {
  return !task.checks_bounds && repeats(task.body, kernels);
}

}  // namespace palatine::codegen
