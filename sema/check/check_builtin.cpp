// The builtin forms: creation of index spaces, regions and partitions, `fill`, and small operators.
#include <algorithm>

#include "sema/check/checker.h"

namespace palatine::sema {

std::vector<const ast::Expr*> Checker::expr_operands(const ast::BuiltinExpr& tree) {
  std::vector<const ast::Expr*> operands;
  for (const ast::BuiltinOperand& operand : tree.operands) {
    if (operand.kind == ast::BuiltinOperand::Kind::expr && operand.expr)
      operands.push_back(operand.expr.get());
  }
  return operands;
}

const ast::BuiltinOperand* Checker::find_operand(const ast::BuiltinExpr& tree,
                                                 ast::BuiltinOperand::Kind kind) {
  for (const ast::BuiltinOperand& operand : tree.operands) {
    if (operand.kind == kind) return &operand;
  }
  return nullptr;
}

ir::ExprPtr Checker::unsupported(const std::string& what, SourceRange range) {
  error(DiagKind::not_supported, range, what);
  return make_error(range);
}

ir::ExprPtr Checker::argument_mismatch(int number, const std::string& expected, const Type* got,
                                       SourceRange range) {
  if (!is_error(got)) error(DiagKind::argument_mismatch, range, number, expected, type_name(got));
  return make_error(range);
}

ir::ExprPtr Checker::check_builtin(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const auto operands = expr_operands(tree);
  switch (tree.form) {
    case ast::BuiltinForm::Max:
    case ast::BuiltinForm::Min: {
      if (operands.size() != 2) return make_error(range);
      ir::ExprPtr lhs = check_value(*operands[0]);
      ir::ExprPtr rhs = check_value(*operands[1]);
      return min_max(tree.form == ast::BuiltinForm::Max, std::move(lhs), std::move(rhs), range);
    }
    case ast::BuiltinForm::Ispace:
      return check_ispace(tree);
    case ast::BuiltinForm::Region:
      return check_region(tree);
    case ast::BuiltinForm::PartitionEqual:
      return check_partition_equal(tree);
    case ast::BuiltinForm::Isnull:
      return check_isnull(tree);
    case ast::BuiltinForm::Null:
      return check_null(tree);
    case ast::BuiltinForm::DynamicCast:
      return check_dynamic_cast(tree);
    case ast::BuiltinForm::StaticCast:
      return check_static_cast(tree);
    case ast::BuiltinForm::UnsafeCast:
      return check_unsafe_cast(tree);
    case ast::BuiltinForm::Context:
      return runtime_handle(ir::RuntimeFunction::context_handle, "legion_context_t", range);
    case ast::BuiltinForm::Runtime:
      return runtime_handle(ir::RuntimeFunction::runtime_handle, "legion_runtime_t", range);
    case ast::BuiltinForm::Future:
      return check_raw_future(tree);
    case ast::BuiltinForm::Raw:
      return check_raw(tree);
    case ast::BuiltinForm::TaskSelf:
      return runtime_handle(ir::RuntimeFunction::task_handle, "legion_task_t", range);
    case ast::BuiltinForm::ImportIspace:
      return check_import_ispace(tree);
    case ast::BuiltinForm::ImportRegion:
      return check_import_region(tree);
    case ast::BuiltinForm::ImportPartition:
      return check_import_partition(tree);
    case ast::BuiltinForm::ImportCrossProduct:
      return check_import_cross_product(tree);
    case ast::BuiltinForm::Acquire:
    case ast::BuiltinForm::Release:
      return check_acquire(tree);
    case ast::BuiltinForm::Attach:
    case ast::BuiltinForm::Detach:
      return check_attach(tree);
    case ast::BuiltinForm::Fields:
      return check_fields(tree);
    case ast::BuiltinForm::AllocateScratchFields:
    case ast::BuiltinForm::WithScratchFields:
      return check_scratch_fields(tree);
    case ast::BuiltinForm::Physical:
      return check_physical(tree);
    // A statement; here somebody wants its value.
    case ast::BuiltinForm::Fill:
      check_fill(tree);
      return empty_value(range);
    case ast::BuiltinForm::New:
      error(DiagKind::new_was_removed, range);
      return make_error(range);
    case ast::BuiltinForm::PartitionColoring:
      return check_partition_coloring(tree);
    case ast::BuiltinForm::PartitionByField:
      return check_partition_by_field(tree);
    case ast::BuiltinForm::Image:
    case ast::BuiltinForm::Preimage:
      return check_image(tree);
    case ast::BuiltinForm::PhaseBarrier:
    case ast::BuiltinForm::Advance:
    case ast::BuiltinForm::Adjust:
    case ast::BuiltinForm::Arrive:
    case ast::BuiltinForm::Await:
      return check_barrier(tree);
    case ast::BuiltinForm::DynamicCollective:
      return check_new_collective(tree);
    case ast::BuiltinForm::DynamicCollectiveGetResult:
      return check_collective_result(tree);
    case ast::BuiltinForm::Copy:
      return check_copy(tree);
    case ast::BuiltinForm::Restrict:
      return check_restrict(tree);
    case ast::BuiltinForm::CrossProduct:
      return check_cross_product(tree);
    case ast::BuiltinForm::CrossProductArray:
      return check_cross_product_array(tree);
    case ast::BuiltinForm::ListSlicePartition:
    case ast::BuiltinForm::ListDuplicatePartition:
    case ast::BuiltinForm::ListCrossProduct:
    case ast::BuiltinForm::ListCrossProductComplete:
    case ast::BuiltinForm::ListPhaseBarriers:
    case ast::BuiltinForm::ListInvert:
    case ast::BuiltinForm::ListRange:
    case ast::BuiltinForm::ListIspace:
    case ast::BuiltinForm::ListFromElement:
      return check_list(tree);
    default:
      return unsupported(ast::builtin_form_keyword(tree.form), range);
  }
}

ir::ExprPtr Checker::check_ispace(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const auto* type_operand = find_operand(tree, ast::BuiltinOperand::Kind::type);
  const auto operands = expr_operands(tree);
  if (!type_operand || operands.empty()) return make_error(range);
  const Type* type = escaped_type(type_operand->type, type_operand->range);
  const auto* index = try_as<IndexType>(type);
  if (!index) argument_mismatch(1, "an index type", type, range);

  auto node = make<ir::NewIspaceExpr>(
      index ? static_cast<const Type*>(types().new_ispace(index)) : types().error(), range);
  for (size_t i = 0; i < operands.size() && i < 2; ++i) {
    ir::ExprPtr value = check_value(*operands[i]);
    if (!index) continue;
    if (!can_convert(value->type, index)) {
      argument_mismatch(static_cast<int>(i) + 2, type_name(index), value->type, range);
      node->type = types().error();
      continue;
    }
    value = convert(std::move(value), index);
    (i == 0 ? node->extent : node->start) = std::move(value);
  }
  if (is_error(node->type)) return make_error(range);
  return node;
}

ir::ExprPtr Checker::check_region(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const auto* type_operand = find_operand(tree, ast::BuiltinOperand::Kind::type);
  const auto operands = expr_operands(tree);
  if (!type_operand || operands.empty()) return make_error(range);
  ir::ExprPtr ispace = check_value(*operands[0]);
  const uint32_t escape = type_operand->type.index;
  if (!frame_->has_error && escape < frame_->escapes.size() &&
      frame_->escapes[escape].kind == Value::Kind::undefined) {
    error(DiagKind::fspace_type_undefined, type_operand->range);
    return make_error(range);
  }
  const Type* element = escaped_type(type_operand->type, type_operand->range);
  if (is_error(ispace->type) || is_error(element)) return make_error(range);
  if (ispace->type->kind != TypeKind::ispace) return argument_mismatch(1, "an ispace", ispace->type, range);
  if (is_handle(element) || element->kind == TypeKind::unit || element->kind == TypeKind::opaque) {
    return unsupported("a region of " + type_name(element), type_operand->range);
  }
  if (const auto* structure = try_as<StructType>(element)) types().complete(structure);
  for (const LeafField& leaf : flatten_fields(element)) {
    if (leaf.type->kind == TypeKind::list)
      return unsupported("a region of " + type_name(leaf.type), type_operand->range);
  }

  const Symbol* symbol = nullptr;
  if (const auto* local = ir::try_as<ir::LocalExpr>(ispace.get())) symbol = local->local->symbol;
  if (!symbol) symbol = types().new_symbol("", ispace->type, ispace->range);
  const RegionType* region = types().new_region(symbol, element);
  privileges_.grant_all(region, range);
  for (const Type* known : known_regions_) constraints_.add_disjoint(region, known);
  known_regions_.push_back(region);
  auto node = make<ir::NewRegionExpr>(region, range);
  node->ispace = std::move(ispace);
  return node;
}

std::vector<FieldPathNames> Checker::listed_paths(const std::vector<ast::FieldPath>& fields,
                                                  bool has_fields) {
  if (!has_fields) return {FieldPathNames{}};
  return expand_field_paths(fields, *frame_, context_.diags, has_error_);
}

void Checker::check_fill(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const auto* target = find_operand(tree, ast::BuiltinOperand::Kind::region_root);
  const auto operands = expr_operands(tree);
  if (!target || !target->root.region || operands.empty()) return;

  ir::ExprPtr region = check_value(*target->root.region);
  const auto paths = listed_paths(target->root.fields, target->root.has_fields);
  ir::ExprPtr value = check_value(*operands[0]);
  if (is_error(region->type)) return;
  const RegionType* type = region_in(region->type);
  if (!type) {
    error(DiagKind::type_mismatch, target->root.range, "a region", type_name(region->type));
    return;
  }
  const Type* filled = region->type;
  const bool is_list = filled->kind == TypeKind::list;
  ir::Local* local = is_list ? spill(std::move(region)) : handle_local(std::move(region));
  // One value serves all fields, so it is computed once.
  if (!is_error(value->type) && value->kind != ir::ExprKind::Const) {
    const SourceRange value_range = value->range;
    value = make_local(spill(std::move(value)), value_range);
  }
  auto copy_of_value = [&]() -> ir::ExprPtr { return ir::clone(*value); };
  std::vector<ir::ExprPtr> awaits, arrives;
  check_conditions(tree.conditions, awaits, arrives);
  if (is_list && !tree.conditions.empty()) {
    unsupported("arrives/awaits on a fill of a list of regions", tree.conditions.front().range);
    return;
  }

  auto stat = std::make_unique<ir::FillStat>();
  stat->range = range;
  stat->region = local;
  const auto leaves = flatten_fields(type->fspace);
  const std::string name = local->symbol ? symbol_name(*local->symbol) : handle_name(filled);
  for (const FieldPathNames& path : paths) {
    size_t missing = 0;
    const Type* field = type_at_path(type->fspace, path, types(), missing);
    if (!field) {
      error(DiagKind::no_field_in_region, target->root.range, path[missing], name);
      continue;
    }
    if (!privileges_.can_write(filled, path)) {
      auto builder = error(DiagKind::invalid_privileges_in_form, range, "fill",
                           privilege_name(ir::Privilege::writes, ast::ReductionOp::add, name, path));
      note_privileges(builder, filled, path);
    }
    if (is_error(value->type)) continue;
    if (!can_convert(value->type, field)) {
      error(DiagKind::type_mismatch_between, range, type_name(value->type), type_name(field));
      continue;
    }
    // A struct value is taken apart into the leaves below the path.
    ir::ExprPtr whole = convert(copy_of_value(), field);
    const bool is_whole_leaf = flatten_fields(field).size() == 1 && flatten_fields(field)[0].path.empty();
    ir::Local* parts = is_whole_leaf ? nullptr : spill(std::move(whole));
    for (size_t i = 0; i < leaves.size(); ++i) {
      const auto& leaf = leaves[i].path;
      if (leaf.size() < path.size() || !std::equal(path.begin(), path.end(), leaf.begin())) continue;
      ir::ExprPtr part;
      if (is_whole_leaf) {
        part = std::move(whole);
      } else {
        part = make_local(parts, range);
        for (size_t step = path.size(); step < leaf.size(); ++step) {
          part = field_of(std::move(part), leaf[step], range, range);
        }
      }
      stat->leaves.push_back(static_cast<int>(i));
      stat->values.push_back(std::move(part));
    }
  }
  // A fill with barriers is an acquire that awaits, the fill, and a release that arrives.
  const std::vector<int> leaves_filled = stat->leaves;
  auto take_turns = [&](ir::HandleOp op, std::vector<ir::ExprPtr>& barriers) {
    if (barriers.empty()) return;
    auto node = make<ir::HandleOpExpr>(types().unit(), range);
    node->op = op;
    node->leaves = leaves_filled;
    node->operands.push_back(make_local(local, range));
    node->await_count = op == ir::HandleOp::acquire ? barriers.size() : 0;
    for (ir::ExprPtr& barrier : barriers) node->operands.push_back(std::move(barrier));
    auto turn = std::make_unique<ir::ExprStat>();
    turn->range = range;
    turn->expr = std::move(node);
    emit(std::move(turn));
  };
  take_turns(ir::HandleOp::acquire, awaits);
  emit(std::move(stat));
  take_turns(ir::HandleOp::release, arrives);
}

}  // namespace palatine::sema
