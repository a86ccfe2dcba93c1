#include "codegen/emit/accesses.h"

#include "sema/ir/lvalue.h"
#include "sema/passes/walk.h"

namespace palatine::codegen {

namespace {

void add(Accesses& accesses, const ir::Expr& expr, bool is_written) {
  const auto* access = ir::try_as<ir::RegionAccessExpr>(&expr);
  if (!access) return;
  for (const ir::Local* region : access->regions) {
    for (const int leaf : access->leaves) {
      bool& written = accesses.by_region[region][leaf];
      written = written || is_written;
    }
  }
}

void add_bounds(Accesses& accesses, const ir::Expr& expr) {
  const auto* member = ir::try_as<ir::HandleMemberExpr>(&expr);
  if (!member || member->member != ir::HandleMember::bounds) return;
  const auto* object = ir::try_as<ir::LocalExpr>(member->object.get());
  if (object && object->local->is_param && object->type->kind == sema::TypeKind::region)
    accesses.bounded.insert(object->local);
}

}  // namespace

Accesses collect_accesses(const ir::Function& function) {
  Accesses accesses;
  sema::walk_exprs(function.body, [&](const ir::Expr& expr) {
    add(accesses, expr, false);
    add_bounds(accesses, expr);
    if (const auto* address = ir::try_as<ir::AddressOfExpr>(&expr))
      add(accesses, ir::root_of(*address->operand), true);
    const auto* cast = ir::try_as<ir::CastExpr>(&expr);
    // An array that becomes a pointer may be written through it.
    if (cast && cast->operand->type->kind == sema::TypeKind::array &&
        cast->type->kind == sema::TypeKind::pointer) {
      add(accesses, ir::root_of(*cast->operand), true);
    }
  });
  sema::walk_stats(function.body, [&](const ir::Stat& stat) {
    if (const auto* assign = ir::try_as<ir::AssignStat>(&stat))
      add(accesses, ir::root_of(*assign->target), true);
    if (const auto* reduce = ir::try_as<ir::ReduceStat>(&stat))
      add(accesses, ir::root_of(*reduce->target), true);
    if (const auto* launch = ir::try_as<ir::IndexLaunchStat>(&stat)) {
      if (launch->reduction_target) add(accesses, ir::root_of(*launch->reduction_target), true);
    }
    if (const auto* map = ir::try_as<ir::MapStat>(&stat)) {
      for (const ir::MappedField& field : map->fields) accesses.mapped[field.region].insert(field.leaf);
    }
  });
  return accesses;
}

std::vector<sema::LeafField> leaves_of(const ir::Local& region) {
  return sema::flatten_fields(sema::as<sema::RegionType>(region.type).fspace);
}

}  // namespace palatine::codegen
