#include "sema/infer/effects.h"

#include <fmt/format.h>

#include <algorithm>

#include "sema/passes/walk.h"

namespace palatine::sema {

namespace {

// Translates leaf numbers of a parameter's element type to those of the argument's. A parameter whose element
// type is a plain struct accepts other structs with the same field names in any order.
void translate_leaves(const Type* param, const Type* argument, const std::vector<int>& leaves,
                      RegionEffect& effect) {
  const auto* from = try_as<RegionType>(param);
  const auto* to = try_as<RegionType>(argument);
  if (!from || !to) {
    effect.all_leaves = true;
    return;
  }
  if (from->fspace == to->fspace) {
    effect.leaves = leaves;
    return;
  }
  auto from_fields = flatten_fields(from->fspace);
  auto to_fields = flatten_fields(to->fspace);
  for (int leaf : leaves) {
    auto same_path = std::ranges::find_if(
        to_fields, [&](const LeafField& field) { return field.path == from_fields.at(leaf).path; });
    if (same_path == to_fields.end()) {
      effect.all_leaves = true;
      return;
    }
    effect.leaves.push_back(static_cast<int>(same_path - to_fields.begin()));
  }
}

}  // namespace

bool RegionEffect::touches(int leaf) const {
  return all_leaves || std::ranges::find(leaves, leaf) != leaves.end();
}

std::vector<RegionEffect> effects_of_call(const ir::TaskCallExpr& call) {
  std::vector<RegionEffect> effects;
  for (const ir::Requirement& requirement : call.callee->requirements) {
    RegionEffect effect;
    switch (requirement.mode) {
      case ir::Requirement::Mode::none:
        continue;
      case ir::Requirement::Mode::read:
        effect.mode = RegionEffect::Mode::read;
        break;
      case ir::Requirement::Mode::read_write:
      case ir::Requirement::Mode::write_discard:
        effect.mode = RegionEffect::Mode::write;
        break;
      case ir::Requirement::Mode::reduce:
        effect.mode = RegionEffect::Mode::reduce;
        effect.op = requirement.op;
        break;
    }
    effect.is_simultaneous = requirement.coherence == ir::Coherence::simultaneous ||
                             requirement.coherence == ir::Coherence::relaxed;
    effect.argument = requirement.param;
    effect.region = call.args.at(requirement.param).get();
    translate_leaves(call.callee->params.at(requirement.param)->type, effect.region->type, requirement.leaves,
                     effect);
    effects.push_back(std::move(effect));
  }
  return effects;
}

std::vector<Operation> operations_of(const ir::Stat& stat) {
  std::vector<Operation> operations;
  walk_own_exprs(stat, [&](const ir::Expr& expr) {
    if (const auto* call = ir::try_as<ir::TaskCallExpr>(&expr)) {
      operations.push_back({call->range, fmt::format("`{}`", call->callee->name), effects_of_call(*call)});
    }
    const auto* operation = ir::try_as<ir::HandleOpExpr>(&expr);
    if (operation && operation->op == ir::HandleOp::copy) {
      RegionEffect source, target;
      source.region = operation->operands[0].get();
      source.mode = RegionEffect::Mode::read;
      target.region = operation->operands[1].get();
      target.mode = RegionEffect::Mode::write;
      for (size_t k = 0; k < operation->leaves.size(); k += 2) {
        source.leaves.push_back(operation->leaves[k]);
        target.leaves.push_back(operation->leaves[k + 1]);
      }
      operations.push_back({operation->range, "the copy", {source, target}});
    }
  });
  walk_own_exprs(stat, [&](const ir::Expr& expr) {
    const auto* operation = ir::try_as<ir::HandleOpExpr>(&expr);
    if (!operation) return;
    if (operation->op != ir::HandleOp::acquire && operation->op != ir::HandleOp::release &&
        operation->op != ir::HandleOp::attach_hdf5 && operation->op != ir::HandleOp::detach_hdf5) {
      return;
    }
    RegionEffect effect;
    effect.region = operation->operands[0].get();
    effect.mode = RegionEffect::Mode::write;
    effect.leaves = operation->leaves;
    operations.push_back(
        {operation->range, fmt::format("`{}`", ir::handle_op_name(operation->op)), {effect}});
  });
  if (const auto* fill = ir::try_as<ir::FillStat>(&stat)) {
    RegionEffect effect;
    effect.local = fill->region;
    effect.mode = RegionEffect::Mode::write;
    effect.leaves = fill->leaves;
    operations.push_back({fill->range, "the fill", {effect}});
  }
  if (const auto* remove = ir::try_as<ir::DeleteStat>(&stat)) {
    if (remove->value->type->kind == TypeKind::region) {
      RegionEffect effect;
      effect.region = remove->value.get();
      effect.mode = RegionEffect::Mode::write;
      effect.all_leaves = true;
      operations.push_back({remove->range, "`__delete`", {effect}});
    }
  }
  return operations;
}

}  // namespace palatine::sema
