#include "codegen/emit/streams.h"

#include <algorithm>
#include <optional>

#include "codegen/emit/unroll.h"
#include "sema/passes/walk.h"

namespace palatine::codegen {

namespace {

std::optional<std::vector<int64_t>> numbers_of(const ir::Expr& expr, int count) {
  const ir::Expr& plain = sema::strip_casts(expr);
  std::vector<int64_t> numbers;
  if (const auto* parts = ir::try_as<ir::CtorExpr>(&plain)) {
    for (const ir::ExprPtr& part : parts->values) {
      const std::optional<int64_t> number = known_integer(*part);
      if (!number) return {};
      numbers.push_back(*number);
    }
  } else if (const std::optional<int64_t> number = known_integer(plain)) {
    numbers.push_back(*number);
  }
  if (numbers.size() != static_cast<size_t>(count)) return {};
  return numbers;
}

// `variable`, `variable + constant` or `variable - constant`.
std::optional<std::vector<int64_t>> offset_of(const ir::Expr& index, const ir::Local& variable, int count) {
  const ir::Expr& plain = sema::strip_casts(index);
  const auto is_variable = [&](const ir::Expr& expr) {
    const auto* use = ir::try_as<ir::LocalExpr>(&sema::strip_casts(expr));
    return use && use->local == &variable;
  };
  if (is_variable(plain)) return std::vector<int64_t>(static_cast<size_t>(count), 0);
  const auto* sum = ir::try_as<ir::BinaryExpr>(&plain);
  if (!sum || (sum->op != ast::BinaryOp::add && sum->op != ast::BinaryOp::subtract) ||
      !is_variable(*sum->lhs))
    return {};
  std::optional<std::vector<int64_t>> offset = numbers_of(*sum->rhs, count);
  if (offset && sum->op == ast::BinaryOp::subtract) {
    for (int64_t& component : *offset) component = -component;
  }
  return offset;
}

// A loop inside would be the one that waits for memory; launches are no loops over elements.
bool only_computes(const ir::Block& body) {
  bool is_ok = true;
  sema::walk_stats(body, [&](const ir::Stat& stat) {
    const auto* loop = ir::try_as<ir::ForNumStat>(&stat);
    if (loop) {
      is_ok = is_ok && known_integer(*loop->first) && known_integer(*loop->limit);
      return;
    }
    is_ok = is_ok && (stat.kind == ir::StatKind::Block || stat.kind == ir::StatKind::Var ||
                      stat.kind == ir::StatKind::Assign || stat.kind == ir::StatKind::Reduce ||
                      stat.kind == ir::StatKind::If);
  });
  return is_ok;
}

}  // namespace

std::vector<Stream> streams_of(const ir::Local& variable, int dimensions, const ir::Block& body) {
  std::vector<Stream> streams;
  if (variable.is_assigned || !only_computes(body)) return streams;
  sema::walk_exprs(body, [&](const ir::Expr& expr) {
    const auto* access = ir::try_as<ir::RegionAccessExpr>(&expr);
    if (!access || access->regions.size() != 1) return;
    std::optional<std::vector<int64_t>> offset = offset_of(*access->index, variable, dimensions);
    if (!offset) return;
    // Rows are fetched whole.
    (*offset)[0] = 0;
    for (const int leaf : access->leaves) {
      auto known = std::ranges::find_if(streams, [&](const Stream& stream) {
        return stream.region == access->regions[0] && stream.leaf == leaf;
      });
      if (known == streams.end()) {
        streams.push_back({access->regions[0], leaf, *offset});
      } else if (std::ranges::lexicographical_compare(known->offset.rbegin(), known->offset.rend(),
                                                      offset->rbegin(), offset->rend())) {
        known->offset = *offset;
      }
    }
  });
  return streams;
}

}  // namespace palatine::codegen
