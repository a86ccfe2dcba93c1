#include "codegen/emit/extremes.h"

#include <map>

#include "sema/ir/lvalue.h"
#include "sema/passes/walk.h"

namespace palatine::codegen {

std::vector<const ir::ReduceStat*> extremes_of(const ir::Block& body) {
  std::map<const ir::Local*, int> uses;
  sema::walk_stats(body, [&](const ir::Stat& stat) {
    if (const auto* var = ir::try_as<ir::VarStat>(&stat)) ++uses[var->local];
  });
  sema::walk_exprs(body, [&](const ir::Expr& expr) {
    if (const auto* use = ir::try_as<ir::LocalExpr>(&expr)) ++uses[use->local];
  });
  std::vector<const ir::ReduceStat*> extremes;
  for (const ir::StatPtr& stat : body.stats) {
    const auto* reduce = ir::try_as<ir::ReduceStat>(stat.get());
    if (!reduce || (reduce->op != ast::ReductionOp::min && reduce->op != ast::ReductionOp::max)) continue;
    const auto* target = ir::try_as<ir::LocalExpr>(reduce->target.get());
    const bool is_plain = target && target->type->kind == sema::TypeKind::floating &&
                          sema::same_type(target->type, reduce->compute_type);
    if (is_plain && uses[target->local] == 1 && !target->local->is_address_taken) extremes.push_back(reduce);
  }
  return extremes;
}

}  // namespace palatine::codegen
