#include "sema/passes/overwrites.h"

#include <algorithm>
#include <set>

#include "sema/passes/walk.h"

namespace palatine::sema {

namespace {

using Leaves = std::set<int>;

bool has(const ir::Stat& stat, std::initializer_list<ir::StatKind> kinds) {
  bool found = false;
  walk_stats(stat, [&](const ir::Stat& inner) {
    found = found || std::find(kinds.begin(), kinds.end(), inner.kind) != kinds.end();
  });
  return found;
}

class Overwrites {
 public:
  explicit Overwrites(const ir::Local& region) : region_(region) {}

  const Leaves& run(const ir::Block& body) {
    block(body);
    return written_;
  }

 private:
  // False: what follows may not be reached.
  bool block(const ir::Block& body) {
    for (const ir::StatPtr& stat : body.stats) {
      if (!statement(*stat)) return false;
    }
    return true;
  }

  bool statement(const ir::Stat& stat) {
    const auto* inner = ir::try_as<ir::BlockStat>(&stat);
    if (inner && !inner->is_scan && !inner->is_epoch) return block(inner->body);
    if (has(stat, {ir::StatKind::Return, ir::StatKind::Break})) return false;
    const auto* loop = ir::try_as<ir::ForListStat>(&stat);
    if (loop && is_whole(*loop->domain)) assigned(loop->body, *loop->variable);
    return true;
  }

  bool is_region(const ir::Expr& expr) const {
    const auto* use = ir::try_as<ir::LocalExpr>(&expr);
    return use && use->local == &region_;
  }

  // The region, or its index space.
  bool is_whole(const ir::Expr& domain) const {
    if (is_region(domain)) return true;
    const auto* member = ir::try_as<ir::HandleMemberExpr>(&domain);
    return member && member->member == ir::HandleMember::ispace && is_region(*member->object);
  }

  // Leaves that each iteration assigns at its own point.
  void assigned(const ir::Block& body, const ir::Local& variable) {
    for (const ir::StatPtr& stat : body.stats) {
      if (const auto* inner = ir::try_as<ir::BlockStat>(stat.get())) {
        if (!inner->is_scan) assigned(inner->body, variable);
        continue;
      }
      const auto* assign = ir::try_as<ir::AssignStat>(stat.get());
      const auto* access = assign ? ir::try_as<ir::RegionAccessExpr>(assign->target.get()) : nullptr;
      if (!access || access->regions.size() != 1 || access->regions[0] != &region_) continue;
      const auto* index = ir::try_as<ir::LocalExpr>(&strip_casts(*access->index));
      if (index && index->local == &variable && !is_changed(body, variable))
        written_.insert(access->leaves.begin(), access->leaves.end());
    }
  }

  static bool is_changed(const ir::Block& body, const ir::Local& variable) {
    bool found = false;
    const auto is_target = [&](const ir::Expr& target) {
      found = found || any_expr(target, [&](const ir::Expr& expr) {
                const auto* use = ir::try_as<ir::LocalExpr>(&expr);
                return use && use->local == &variable;
              });
    };
    walk_stats(body, [&](const ir::Stat& stat) {
      const auto* assign = ir::try_as<ir::AssignStat>(&stat);
      if (assign && assign->target->kind != ir::ExprKind::RegionAccess) is_target(*assign->target);
      const auto* reduce = ir::try_as<ir::ReduceStat>(&stat);
      if (reduce && reduce->target->kind != ir::ExprKind::RegionAccess) is_target(*reduce->target);
    });
    walk_exprs(body, [&](const ir::Expr& expr) {
      const auto* address = ir::try_as<ir::AddressOfExpr>(&expr);
      if (address) is_target(*address->operand);
    });
    return found;
  }

  const ir::Local& region_;
  Leaves written_;
};

}  // namespace

// Only written, as the task declares it.
static bool is_only_written(const ir::Task& task, const ir::Local& region, int leaf) {
  const auto leaves = flatten_fields(as<RegionType>(region.type).fspace);
  const auto& path = leaves[static_cast<size_t>(leaf)].path;
  return std::none_of(task.privileges.begin(), task.privileges.end(), [&](const ir::PrivilegeDecl& decl) {
    return decl.region == &region && decl.privilege != ir::Privilege::writes &&
           decl.path.size() <= path.size() && std::equal(decl.path.begin(), decl.path.end(), path.begin());
  });
}

bool overwrites(const ir::Task& task, const ir::Requirement& requirement) {
  if (requirement.mode != ir::Requirement::Mode::read_write || !task.is_leaf) return false;
  const ir::Local& region = *task.params[static_cast<size_t>(requirement.param)];
  if (region.type->kind != TypeKind::region) return false;
  const auto is_read = [&](int leaf) { return !is_only_written(task, region, leaf); };
  if (std::any_of(requirement.leaves.begin(), requirement.leaves.end(), is_read)) return false;
  // Who has handles of the data may do anything.
  bool uses_handles = false;
  walk_exprs(task.body, [&](const ir::Expr& expr) { uses_handles |= expr.kind == ir::ExprKind::Physical; });
  if (uses_handles) return false;
  const Leaves written = Overwrites(region).run(task.body);
  return std::all_of(requirement.leaves.begin(), requirement.leaves.end(),
                     [&](int leaf) { return written.contains(leaf); });
}

}  // namespace palatine::sema
