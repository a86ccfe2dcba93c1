#include "codegen/emit/unroll.h"

#include "sema/passes/walk.h"

namespace palatine::codegen {

namespace {

constexpr int64_t kMaxTrips = 16;
constexpr int64_t kMaxExpressions = 2000;

std::optional<int64_t> trips_of(const ir::ForNumStat& loop) {
  const std::optional<int64_t> first = known_integer(*loop.first), limit = known_integer(*loop.limit);
  if (!first || !limit || loop.step || loop.variable->is_assigned || *limit <= *first ||
      *limit - *first > kMaxTrips)
    return {};
  return *limit - *first;
}

// The expressions that the body has once it and all loops in it are written out; none where that cannot be.
std::optional<int64_t> weight_of(const ir::Block& body);

std::optional<int64_t> weight_of(const ir::Stat& stat) {
  int64_t weight = 0, trips = 1;
  if (const auto* loop = ir::try_as<ir::ForNumStat>(&stat)) {
    const std::optional<int64_t> count = trips_of(*loop);
    if (!count) return {};
    trips = *count;
  } else if (stat.kind != ir::StatKind::Block && stat.kind != ir::StatKind::Var &&
             stat.kind != ir::StatKind::Assign && stat.kind != ir::StatKind::Reduce &&
             stat.kind != ir::StatKind::If) {
    return {};
  }
  sema::walk_own_exprs(stat, [&](const ir::Expr&) { ++weight; });
  bool is_ok = true;
  sema::for_each_block(const_cast<ir::Stat&>(stat), [&](ir::Block& block) {
    const std::optional<int64_t> inner = weight_of(block);
    is_ok = is_ok && inner;
    weight += trips * inner.value_or(0);
  });
  if (!is_ok || weight > kMaxExpressions) return {};
  return weight;
}

std::optional<int64_t> weight_of(const ir::Block& body) {
  int64_t weight = 0;
  for (const ir::StatPtr& stat : body.stats) {
    const std::optional<int64_t> part = weight_of(*stat);
    if (!part) return {};
    weight += *part;
  }
  return weight;
}

}  // namespace

std::optional<int64_t> known_integer(const ir::Expr& expr) {
  const ir::Expr& plain = sema::strip_casts(expr);
  const auto* constant = ir::try_as<ir::ConstExpr>(&plain);
  if (!constant || constant->type->kind != sema::TypeKind::integer) return {};
  return static_cast<int64_t>(constant->integer);
}

bool is_written_out(const ir::ForNumStat& loop) {
  return weight_of(loop).has_value();
}

}  // namespace palatine::codegen
