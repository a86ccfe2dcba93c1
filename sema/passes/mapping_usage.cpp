#include "sema/passes/mapping_usage.h"

#include <algorithm>

#include "sema/ir/lvalue.h"
#include "sema/passes/walk.h"

namespace palatine::sema {

namespace {

bool accesses_region(const ir::Expr& expr) {
  return any_expr(expr, [](const ir::Expr& node) { return node.kind == ir::ExprKind::RegionAccess; });
}

class Separator {
 public:
  explicit Separator(ir::Function& function) : function_(function) {}

  void block(ir::Block& block) {
    std::vector<ir::StatPtr> old = std::move(block.stats);
    std::vector<ir::StatPtr> result;
    for (ir::StatPtr& stat : old) {
      statement(*stat, result);
      result.push_back(std::move(stat));
    }
    block.stats = std::move(result);
  }

 private:
  void statement(ir::Stat& stat, std::vector<ir::StatPtr>& before) {
    for_each_block(stat, [&](ir::Block& inner) { block(inner); });
    if (auto* loop = ir::try_as<ir::WhileStat>(&stat)) {
      to_temporary(loop->condition, loop->condition_block.stats);
    } else if (auto* repeat = ir::try_as<ir::RepeatStat>(&stat)) {
      to_temporary(repeat->until, repeat->until_block.stats);
    } else if (auto* launch = ir::try_as<ir::IndexLaunchStat>(&stat)) {
      if (launch->domain) to_temporary(launch->domain, before);
      if (launch->first) to_temporary(launch->first, before);
      if (launch->limit) to_temporary(launch->limit, before);
    } else if (auto* fill = ir::try_as<ir::FillStat>(&stat)) {
      for (ir::ExprPtr& value : fill->values) to_temporary(value, before);
    } else {
      for_each_expr(stat, [&](ir::ExprPtr& expr) { arguments_of_calls(*expr, before); });
    }
  }

  void arguments_of_calls(ir::Expr& expr, std::vector<ir::StatPtr>& before) {
    if (auto* call = ir::try_as<ir::TaskCallExpr>(&expr)) {
      for (ir::ExprPtr& arg : call->args) to_temporary(arg, before);
    } else {
      for_each_operand(expr, [&](ir::ExprPtr& operand) { arguments_of_calls(*operand, before); });
    }
  }

  void to_temporary(ir::ExprPtr& slot, std::vector<ir::StatPtr>& before) {
    if (!accesses_region(*slot)) return;
    // Of a handle such as `p[r[0]]` only the accesses move, so that the shape of the argument stays.
    if (is_handle(slot->type)) {
      for_each_operand(*slot, [&](ir::ExprPtr& operand) { to_temporary(operand, before); });
      return;
    }
    SourceRange range = slot->range;
    ir::Local* local = function_.new_local("", slot->type, nullptr, range);
    auto var = std::make_unique<ir::VarStat>();
    var->range = range;
    var->local = local;
    var->value = std::move(slot);
    before.push_back(std::move(var));
    slot = make_local_expr(*local, range);
  }

  ir::Function& function_;
};

}  // namespace

std::vector<OwnAccess> own_accesses(const ir::Stat& stat) {
  const ir::RegionAccessExpr* target = nullptr;
  if (const auto* assign = ir::try_as<ir::AssignStat>(&stat)) target = ir::root_access(*assign->target);
  if (const auto* reduce = ir::try_as<ir::ReduceStat>(&stat)) target = ir::root_access(*reduce->target);
  // What an address, or a pointer to an array's first element, is taken of may be changed.
  std::vector<const ir::RegionAccessExpr*> exposed;
  std::vector<OwnAccess> result;
  walk_own_exprs(stat, [&](const ir::Expr& expr) {
    if (const auto* address = ir::try_as<ir::AddressOfExpr>(&expr)) {
      exposed.push_back(ir::root_access(*address->operand));
    }
    const auto* cast = ir::try_as<ir::CastExpr>(&expr);
    if (cast && cast->type->kind == TypeKind::pointer && cast->operand->type->kind == TypeKind::array) {
      exposed.push_back(ir::root_access(*cast->operand));
    }
  });
  walk_own_exprs(stat, [&](const ir::Expr& expr) {
    if (const auto* physical = ir::try_as<ir::PhysicalExpr>(&expr)) {
      for (size_t k = 0; k < physical->leaves.size(); ++k) {
        result.push_back({{physical->region, physical->leaves[k]},
                          physical->writes[k] ? MapLevel::write : MapLevel::read,
                          physical->range});
      }
    }
    const auto* access = ir::try_as<ir::RegionAccessExpr>(&expr);
    if (!access) return;
    bool writes = access == target || std::ranges::find(exposed, access) != exposed.end();
    for (ir::Local* region : access->regions) {
      for (int leaf : access->leaves) {
        result.push_back({{region, leaf}, writes ? MapLevel::write : MapLevel::read, access->range});
      }
    }
  });
  return result;
}

void separate_accesses(ir::Function& function) {
  Separator(function).block(function.body);
}

MappingUsage::MappingUsage(const ir::Task& task) : aliases_(task) {
  walk_stats(task.body, [&](const ir::Stat& stat) {
    auto accesses = own_accesses(stat);
    for (const OwnAccess& access : accesses) {
      if (std::ranges::find(fields_, access.field) == fields_.end()) fields_.push_back(access.field);
    }
    accesses_.emplace(&stat, std::move(accesses));
    operations_.emplace(&stat, operations_of(stat));
  });
  std::ranges::sort(fields_, [](const ir::MappedField& a, const ir::MappedField& b) {
    return a.region->id != b.region->id ? a.region->id < b.region->id : a.leaf < b.leaf;
  });
}

const std::vector<OwnAccess>& MappingUsage::accesses(const ir::Stat& stat) const {
  return accesses_.at(&stat);
}

const std::vector<Operation>& MappingUsage::operations(const ir::Stat& stat) const {
  return operations_.at(&stat);
}

MapLevel MappingUsage::cap(const Operation& operation, const ir::MappedField& field) const {
  MapLevel result = MapLevel::write;
  for (const RegionEffect& effect : operation.effects) {
    MapLevel level = effect.mode == RegionEffect::Mode::read ? MapLevel::read : MapLevel::unmapped;
    if (level >= result) continue;
    const auto* mine = try_as<RegionType>(field.region->type);
    const auto* theirs = try_as<RegionType>(effect.type());
    bool same_fields = mine && theirs && mine->fspace == theirs->fspace;
    if (same_fields && !effect.touches(field.leaf)) continue;
    bool may_alias = effect.region ? aliases_.may_alias(*effect.region, *field.region)
                                   : aliases_.may_alias(*effect.local, *field.region);
    if (may_alias) result = level;
  }
  return result;
}

}  // namespace palatine::sema
