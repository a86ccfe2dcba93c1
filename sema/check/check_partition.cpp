// Forms that make partitions, cross products and index spaces from others. Language reference, 3.9, 9.6.
#include <fmt/format.h>

#include <algorithm>

#include "sema/check/checker.h"

namespace palatine::sema {

namespace {

using ir::PartitionClaim;

const ast::BuiltinOperand* region_root(const ast::BuiltinExpr& tree) {
  for (const ast::BuiltinOperand& operand : tree.operands) {
    if (operand.kind == ast::BuiltinOperand::Kind::region_root) return &operand;
  }
  return nullptr;
}

bool has_word(const ast::BuiltinExpr& tree, const char* word) {
  return std::any_of(tree.operands.begin(), tree.operands.end(), [&](const ast::BuiltinOperand& operand) {
    return operand.kind == ast::BuiltinOperand::Kind::word && operand.word == word;
  });
}

PartitionClaim claim(const ast::BuiltinExpr& tree, const char* yes, const char* no) {
  return has_word(tree, yes)  ? PartitionClaim::yes
         : has_word(tree, no) ? PartitionClaim::no
                              : PartitionClaim::none;
}

const IndexType* index_of_field(const Type* field) {
  if (const auto* bounded = try_as<BoundedType>(field)) return bounded->index;
  if (const auto* rect = try_as<RectType>(field)) return rect->index;
  return try_as<IndexType>(field);
}

}  // namespace

const Symbol* Checker::symbol_of(const ir::Expr& value) {
  if (const auto* local = ir::try_as<ir::LocalExpr>(&value); local && local->local->symbol)
    return local->local->symbol;
  return types().new_symbol("", value.type, value.range);
}

bool Checker::expect_operand(const ir::Expr& value, TypeKind kind, int number, const char* what,
                             SourceRange range) {
  if (is_error(value.type)) return false;
  if (value.type->kind == kind) return true;
  argument_mismatch(number, what, value.type, range);
  return false;
}

// The new partition as an expression; its first operand names the parent region.
ir::ExprPtr Checker::make_partition(ir::HandleOp op, const ast::BuiltinExpr* tree, bool disjoint,
                                    const Symbol* parent, const Symbol* colors,
                                    std::vector<ir::ExprPtr> operands, int leaf, SourceRange range) {
  if (reject_projected(parent->type, range)) return make_error(range);
  const PartitionType* type = types().new_partition(disjoint, parent, colors);
  constraints_.add_subregion(type, parent->type);
  auto node = make<ir::HandleOpExpr>(type, range);
  node->op = op;
  node->operands = std::move(operands);
  node->leaf = leaf;
  if (tree) {
    node->disjoint = claim(*tree, "disjoint", "aliased");
    node->complete = claim(*tree, "complete", "incomplete");
  }
  return node;
}

ir::ExprPtr Checker::check_partition_equal(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const auto operands = expr_operands(tree);
  if (operands.size() != 2) return make_error(range);
  ir::ExprPtr region = check_value(*operands[0]);
  ir::ExprPtr colors = check_value(*operands[1]);
  bool fits = expect_operand(*region, TypeKind::region, 1, "region", range);
  fits = expect_operand(*colors, TypeKind::ispace, 2, "ispace", range) && fits;
  if (!fits || reject_projected(region->type, range)) return make_error(range);

  const SourceRange region_range = region->range;
  ir::Local* parent = handle_local(std::move(region));
  const PartitionType* type = types().new_partition(true, parent->symbol, symbol_of(*colors));
  constraints_.add_subregion(type, parent->type);
  auto node = make<ir::NewPartitionEqualExpr>(type, range);
  node->region = make_local(parent, region_range);
  node->colors = std::move(colors);
  return node;
}

ir::ExprPtr Checker::check_partition_coloring(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const auto operands = expr_operands(tree);
  if (operands.size() < 2) return make_error(range);
  std::vector<ir::ExprPtr> values;
  for (const ast::Expr* operand : operands) values.push_back(check_value(*operand));
  const bool has_colors = values.size() > 2;
  bool fits = expect_operand(*values[0], TypeKind::region, 2, "region", range);
  if (has_colors) fits = expect_operand(*values[2], TypeKind::ispace, 4, "ispace", range) && fits;
  if (is_error(values[1]->type)) fits = false;
  if (!fits) return make_error(range);

  const IndexType* index = as<RegionType>(values[0]->type).index();
  const bool is_opaque = index && index->dim == 0;
  const auto* coloring = try_as<StructType>(values[1]->type);
  const std::string name = coloring && coloring->origin == StructOrigin::c ? coloring->name : "";
  std::string expected = is_opaque ? (has_colors ? "legion_point_coloring_t" : "legion_coloring_t")
                         : has_colors
                             ? "legion_domain_point_coloring_t or legion_multi_domain_point_coloring_t"
                             : "legion_domain_coloring_t";
  const bool is_known = !name.empty() && (name == expected || expected.starts_with(name + " or ") ||
                                          expected.ends_with(" or " + name));
  if (!is_known) return argument_mismatch(3, expected, values[1]->type, range);

  ir::Local* parent = handle_local(std::move(values[0]));
  values[0] = make_local(parent, range);
  const Symbol* colors = has_colors ? symbol_of(*values[2])
                                    : types().new_symbol("", types().new_ispace(types().index(0)), range);
  return make_partition(ir::HandleOp::partition_by_coloring, &tree, has_word(tree, "disjoint"),
                        parent->symbol, colors, std::move(values), -1, range);
}

// A region with one field, as by-field partitions, images and preimages read it.
Checker::FieldOperand Checker::check_field_operand(const ast::BuiltinOperand& operand, int number,
                                                   SourceRange range) {
  FieldOperand result;
  ir::ExprPtr region = check_value(*operand.root.region);
  std::vector<FieldPathNames> paths;
  if (operand.root.has_fields) paths = listed_paths(operand.root.fields, true);
  if (is_error(region->type)) return result;
  const auto* type = try_as<RegionType>(region->type);
  if (!type) {
    error(DiagKind::type_mismatch, operand.root.range, "a region", type_name(region->type));
    return result;
  }
  if (const auto* structure = try_as<StructType>(type->fspace)) types().complete(structure);
  const auto leaves = flatten_fields(type->fspace);
  if (!operand.root.has_fields) {
    for (const LeafField& leaf : leaves) paths.push_back(leaf.path);
  }
  ir::Local* local = handle_local(std::move(region));
  const std::string name = local->symbol ? symbol_name(*local->symbol) : handle_name(type);
  for (const FieldPathNames& path : paths) {
    size_t missing = 0;
    if (!type_at_path(type->fspace, path, types(), missing)) {
      error(DiagKind::no_field_in_region, operand.root.range, path[missing], name);
      return result;
    }
  }
  if (paths.size() != 1) {
    error(DiagKind::argument_mismatch, range, number, "1 field", paths.size());
    return result;
  }
  size_t missing = 0;
  result.field = type_at_path(type->fspace, paths[0], types(), missing);
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (leaves[i].path == paths[0]) result.leaf = static_cast<int>(i);
  }
  result.path = paths[0];
  result.region = local;
  return result;
}

void Checker::require_field_read(const FieldOperand& operand, int number, SourceRange range) {
  if (privileges_.can_read(operand.region->type, operand.path)) return;
  const std::string name =
      operand.region->symbol ? symbol_name(*operand.region->symbol) : handle_name(operand.region->type);
  auto builder = error(DiagKind::invalid_privileges_in_argument, range, number,
                       privilege_name(ir::Privilege::reads, ast::ReductionOp::add, name, operand.path));
  note_privileges(builder, operand.region->type, operand.path);
}

ir::ExprPtr Checker::check_partition_by_field(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const auto* root = region_root(tree);
  const auto operands = expr_operands(tree);
  if (!root || operands.size() != 1) return make_error(range);
  FieldOperand region = check_field_operand(*root, 1, range);
  ir::ExprPtr colors = check_value(*operands[0]);
  if (!expect_operand(*colors, TypeKind::ispace, 2, "ispace", range) || !region.region)
    return make_error(range);
  const IndexType* index = as<IspaceType>(colors->type).index;
  if (region.leaf < 0 || region.field->kind == TypeKind::rect || index_of_field(region.field) != index) {
    error(DiagKind::argument_mismatch, range, 1, "field of type " + type_name(index),
          type_name(region.field));
    return make_error(range);
  }
  require_field_read(region, 1, range);
  const Symbol* color_symbol = symbol_of(*colors);
  std::vector<ir::ExprPtr> values;
  values.push_back(make_local(region.region, range));
  values.push_back(std::move(colors));
  return make_partition(ir::HandleOp::partition_by_field, &tree, true, region.region->symbol, color_symbol,
                        std::move(values), region.leaf, range);
}

void Checker::require_subregion(const Type* lower, const Type* upper, const char* form, SourceRange range) {
  if (!lower || !upper || is_error(lower) || is_error(upper)) return;
  if (constraints_.is_subregion(lower, upper)) return;
  error(DiagKind::missing_constraint, range, form, handle_name(lower), "<=", handle_name(upper));
}

// `image(parent, p, s.f)` and `preimage(parent, p, s.f)`.
ir::ExprPtr Checker::check_image(const ast::BuiltinExpr& tree) {
  const bool is_image = tree.form == ast::BuiltinForm::Image;
  const SourceRange range = range_of(tree);
  const auto* root = region_root(tree);
  const auto operands = expr_operands(tree);
  if (!root || !root->root.region || operands.size() != 2) return make_error(range);
  ir::ExprPtr parent_value = check_value(*operands[0]);
  ir::ExprPtr partition = check_value(*operands[1]);
  if (is_image && !root->root.has_fields) {
    if (const Value* value = named_value(*root->root.region); value && is_callable(*value)) {
      return check_image_by_task(tree, *value, std::move(parent_value), std::move(partition));
    }
  }
  FieldOperand source = check_field_operand(*root, 3, range);
  bool fits = expect_operand(*parent_value, TypeKind::region, 1, "region", range);
  fits = expect_operand(*partition, TypeKind::partition, 2, "partition", range) && fits;
  if (!fits || !source.region) return make_error(range);

  const IndexType* index = source.leaf < 0 ? nullptr : index_of_field(source.field);
  if (!index) {
    error(DiagKind::argument_mismatch, range, 3, "field of index or rect type", type_name(source.field));
    return make_error(range);
  }
  if (const auto* component = try_as<IntegerType>(index->component); component && component->bits < 64) {
    error(DiagKind::argument_mismatch, range, 3, "field of 64-bit index type (for now)",
          type_name(source.field));
    return make_error(range);
  }
  const auto& partition_type = as<PartitionType>(partition->type);
  const auto& parent_type = as<RegionType>(parent_value->type);
  // The region that the field points into.
  const auto* target = is_image ? &parent_type : try_as<RegionType>(partition_type.parent->type);
  const IndexType* target_index = target ? target->index() : nullptr;
  if (target_index && target_index->components() != index->components()) {
    error(DiagKind::argument_mismatch, range, 3, fmt::format("field with dim {}", target_index->dim),
          type_name(source.field));
    return make_error(range);
  }
  require_field_read(source, 3, range);
  const char* form = "image";
  if (is_image) {
    require_subregion(partition_type.parent->type, source.region->type, form, range);
  } else {
    require_subregion(&parent_type, source.region->type, form, range);
  }
  const auto* bounded = try_as<BoundedType>(source.field);
  if (bounded && bounded->element) {
    for (const Symbol* bound : bounded->bounds) {
      const Type* bound_type = bound->type;
      if (const ir::Local* local = lookup(bound)) bound_type = local->type;
      require_subregion(target, bound_type, form, range);
    }
  }
  ir::Local* parent = handle_local(std::move(parent_value));
  const bool is_rect = source.field->kind == TypeKind::rect;
  const bool is_disjoint = has_word(tree, "disjoint") ||
                           (!is_image && !is_rect && !has_word(tree, "aliased") && partition_type.disjoint);
  std::vector<ir::ExprPtr> values;
  values.push_back(make_local(parent, range));
  values.push_back(std::move(partition));
  values.push_back(make_local(source.region, range));
  return make_partition(is_image ? ir::HandleOp::image : ir::HandleOp::preimage, &tree, is_disjoint,
                        parent->symbol, partition_type.colors, std::move(values), source.leaf, range);
}

bool Checker::is_callable(const Value& value) {
  return value.kind == Value::Kind::task || value.kind == Value::Kind::function;
}

const Value* Checker::named_value(const ast::Expr& tree) const {
  return frame_->value_of(tree);
}

// `image(parent, p, task)`: colour c covers `task(p[c].bounds)`.
ir::ExprPtr Checker::check_image_by_task(const ast::BuiltinExpr& tree, const Value& callee,
                                         ir::ExprPtr parent_value, ir::ExprPtr partition) {
  const SourceRange range = range_of(tree);
  bool fits = expect_operand(*parent_value, TypeKind::region, 1, "region", range);
  fits = expect_operand(*partition, TypeKind::partition, 2, "partition", range) && fits;
  if (!fits) return make_error(range);
  const auto& parent_type = as<RegionType>(parent_value->type);
  const auto& partition_type = as<PartitionType>(partition->type);
  const auto* source = try_as<RegionType>(partition_type.parent->type);
  const IndexType* index = parent_type.index();
  const IndexType* source_index = source ? source->index() : nullptr;
  if (!index || !source_index) return make_error(range);
  if (index->dim == 0) {
    error(DiagKind::argument_mismatch, range, 1, "region with structured indexspace",
          "one with unstructured indexspace");
    return make_error(range);
  }
  if (index != source_index) {
    error(DiagKind::index_type_mismatch, range, type_name(index), 1, type_name(source_index), 2);
    return make_error(range);
  }
  if (callee.kind != Value::Kind::task) {
    error(DiagKind::argument_mismatch, range, 3, "task", "a non-task value");
    return make_error(range);
  }
  ir::Task& task = *std::get<ir::Task*>(callee.data);
  const Type* rect = types().rect(*index);
  const Type* result = result_of(task);
  std::vector<const Type*> params;
  for (const ir::Local* param : task.params) params.push_back(param->type);
  if (is_error(result)) return make_error(range);
  if (params != std::vector<const Type*>{rect} || result != rect) {
    error(DiagKind::argument_mismatch, range, 3, type_name(types().function({rect}, rect, false)),
          type_name(types().function(params, result, false)));
    return make_error(range);
  }
  ir::Local* parent = handle_local(std::move(parent_value));
  ir::Local* pieces = handle_local(std::move(partition));
  std::vector<ir::ExprPtr> values;
  values.push_back(make_local(parent, range));
  values.push_back(make_local(pieces, range));
  ir::ExprPtr node = make_partition(ir::HandleOp::image_by_task, nullptr, has_word(tree, "disjoint"),
                                    parent->symbol, partition_type.colors, std::move(values), -1, range);
  ir::as<ir::HandleOpExpr>(*node).callee = &task;
  return node;
}

ir::ExprPtr Checker::check_restrict(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const auto operands = expr_operands(tree);
  if (operands.size() != 4) return make_error(range);
  std::vector<ir::ExprPtr> values;
  for (const ast::Expr* operand : operands) values.push_back(check_value(*operand));
  bool fits = expect_operand(*values[0], TypeKind::region, 1, "region type", range);
  fits = expect_operand(*values[1], TypeKind::transform, 2, "transform type", range) && fits;
  fits = expect_operand(*values[2], TypeKind::rect, 3, "rect type", range) && fits;
  fits = expect_operand(*values[3], TypeKind::ispace, 4, "ispace", range) && fits;
  if (!fits) return make_error(range);
  const IndexType* index = as<RegionType>(values[0]->type).index();
  const IndexType* colors = as<IspaceType>(values[3]->type).index;
  const auto& transform = as<TransformType>(values[1]->type);
  if (!index) return make_error(range);
  const int rows = index->components(), columns = colors->components();
  auto mismatch = [&](const std::string& expected, const Type* got) {
    error(DiagKind::type_mismatch, range, expected + " type", type_name(got));
    fits = false;
  };
  if (transform.rows != rows) mismatch(fmt::format("transform({},*)", rows), &transform);
  if (transform.columns != columns) mismatch(fmt::format("transform(*,{})", columns), &transform);
  if (as<RectType>(values[2]->type).index->components() != rows)
    mismatch(fmt::format("rect{}d", rows), values[2]->type);
  if (!fits) return make_error(range);
  ir::Local* parent = handle_local(std::move(values[0]));
  values[0] = make_local(parent, range);
  const Symbol* color_symbol = symbol_of(*values[3]);
  return make_partition(ir::HandleOp::restriction, &tree, has_word(tree, "disjoint"), parent->symbol,
                        color_symbol, std::move(values), -1, range);
}

// `a op b` where `a` is an ispace, a region or a partition.
ir::ExprPtr Checker::set_operation(ast::BinaryOp op, ir::ExprPtr lhs, ir::ExprPtr rhs, SourceRange range) {
  using ast::BinaryOp;
  using ir::HandleOp;
  const Type *a = lhs->type, *b = rhs->type;
  const bool is_union = op == BinaryOp::set_union, is_intersection = op == BinaryOp::set_intersect;
  std::vector<ir::ExprPtr> values;
  auto take = [&] {
    values.push_back(std::move(lhs));
    values.push_back(std::move(rhs));
  };
  if (a->kind == TypeKind::ispace && b->kind == TypeKind::ispace && op != BinaryOp::subtract) {
    const IndexType* index = as<IspaceType>(a).index;
    if (index->components() != as<IspaceType>(b).index->components()) return mismatch(a, b, range);
    take();
    auto node = make<ir::HandleOpExpr>(types().new_ispace(index), range);
    node->op = is_union ? HandleOp::ispace_union : HandleOp::ispace_intersection;
    node->operands = std::move(values);
    return node;
  }
  auto index_of_parent = [](const PartitionType& partition) {
    const auto* region = try_as<RegionType>(partition.parent->type);
    return region ? region->index() : nullptr;
  };
  if (a->kind == TypeKind::region && is_intersection) {
    if (b->kind != TypeKind::partition) {
      error(DiagKind::type_mismatch, range, "a partition", type_name(b));
      return make_error(range);
    }
    const auto& partition = as<PartitionType>(b);
    const IndexType *mine = as<RegionType>(a).index(), *other = index_of_parent(partition);
    if (mine != other) {
      error(DiagKind::type_mismatch, range, "partition of " + type_name(mine),
            "partition of " + type_name(other));
      return make_error(range);
    }
    ir::Local* parent = handle_local(std::move(lhs));
    lhs = make_local(parent, range);
    take();
    return make_partition(HandleOp::region_intersection, nullptr, partition.disjoint, parent->symbol,
                          partition.colors, std::move(values), -1, range);
  }
  if (a->kind != TypeKind::partition) return mismatch(a, b, range);
  if (b->kind != TypeKind::partition) {
    error(DiagKind::type_mismatch, range, "a partition", type_name(b));
    return make_error(range);
  }
  const auto &p = as<PartitionType>(a), &q = as<PartitionType>(b);
  const auto *rp = try_as<RegionType>(p.parent->type), *rq = try_as<RegionType>(q.parent->type);
  if (!rp || !rq || !same_type(rp->fspace, rq->fspace) || index_of_parent(p) != index_of_parent(q))
    return mismatch(a, b, range);
  const bool disjoint = is_union ? false : is_intersection ? p.disjoint || q.disjoint : p.disjoint;
  const HandleOp operation = is_union          ? HandleOp::partition_union
                             : is_intersection ? HandleOp::partition_intersection
                                               : HandleOp::partition_difference;
  take();
  return make_partition(operation, nullptr, disjoint, p.parent, p.colors, std::move(values), -1, range);
}

ir::ExprPtr Checker::check_cross_product(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const auto operands = expr_operands(tree);
  std::vector<ir::ExprPtr> values;
  for (const ast::Expr* operand : operands) values.push_back(check_value(*operand));
  if (values.size() < 2) {
    error(DiagKind::cross_product_needs_two, range, values.size());
    return make_error(range);
  }
  bool fits = true;
  std::vector<const Symbol*> symbols;
  for (size_t i = 0; i < values.size(); ++i) {
    fits =
        expect_operand(*values[i], TypeKind::partition, static_cast<int>(i) + 1, "partition", range) && fits;
    symbols.push_back(symbol_of(*values[i]));
  }
  if (!fits) return make_error(range);
  auto node = make<ir::HandleOpExpr>(types().new_cross_product(std::move(symbols)), range);
  node->op = ir::HandleOp::cross_product;
  node->operands = std::move(values);
  return node;
}

// `cross_product_array(p, dj, colorings)`: colour c of `p` is partitioned by `colorings[c]`.
ir::ExprPtr Checker::check_cross_product_array(const ast::BuiltinExpr& tree) {
  const SourceRange range = range_of(tree);
  const auto operands = expr_operands(tree);
  if (operands.size() != 2) return make_error(range);
  ir::ExprPtr partition = check_value(*operands[0]);
  ir::ExprPtr colorings = check_value(*operands[1]);
  if (!expect_operand(*partition, TypeKind::partition, 1, "partition", range) || is_error(colorings->type))
    return make_error(range);
  const auto* pointer = try_as<PointerType>(colorings->type);
  const auto* coloring = pointer ? try_as<StructType>(pointer->element) : nullptr;
  if (!coloring || coloring->name != "legion_coloring_t")
    return argument_mismatch(3, "&legion_coloring_t", colorings->type, range);
  const auto& type = as<PartitionType>(partition->type);
  const Symbol* first = symbol_of(*partition);
  const Symbol* colors = types().new_symbol("", types().new_ispace(types().index(0)), range);
  const Type* second = types().new_partition(has_word(tree, "disjoint"), type.parent, colors);
  auto node = make<ir::HandleOpExpr>(
      types().new_cross_product({first, types().new_symbol("", second, range)}), range);
  node->op = ir::HandleOp::cross_product_by_coloring;
  node->operands.push_back(std::move(partition));
  node->operands.push_back(std::move(colorings));
  node->disjoint = claim(tree, "disjoint", "aliased");
  return node;
}

// `cp[i]`: the second partition cut to subregion i of the first.
ir::ExprPtr Checker::subpartition(ir::ExprPtr product, ir::ExprPtr color, SourceRange range) {
  const auto& type = as<CrossProductType>(product->type);
  const auto* first = try_as<PartitionType>(type.partitions[0]->type);
  const auto* second = try_as<PartitionType>(type.partitions[1]->type);
  const auto* colors = first ? try_as<IspaceType>(first->colors->type) : nullptr;
  if (!colors || !second) return make_error(range);
  const auto* bounded = try_as<BoundedType>(color->type);
  if (!bounded || bounded->index != colors->index) {
    color = expect(std::move(color), colors->index, range);
    if (is_error(color->type)) return make_error(range);
  }
  const auto key = analyze_color(&type, *color);
  const Type* result = nullptr;
  if (key) {
    auto known = subpartitions_.find(*key);
    if (known != subpartitions_.end()) result = known->second;
  }
  if (!result) {
    auto region_key = analyze_color(first, *color);
    const RegionType* region = subregion_type(*first, region_key, range);
    if (!region) return make_error(range);
    const Symbol* parent = handle_symbol(region);
    const auto* part = types().new_partition(second->disjoint, parent, second->colors);
    constraints_.add_subregion(part, region);
    result = part;
    if (type.partitions.size() > 2) {
      std::vector<const Symbol*> rest = {types().new_symbol("", part, range)};
      rest.insert(rest.end(), type.partitions.begin() + 2, type.partitions.end());
      result = types().new_cross_product(std::move(rest));
    }
    if (key) subpartitions_.emplace(*key, result);
  }
  auto node = make<ir::HandleOpExpr>(result, range);
  node->op = ir::HandleOp::subpartition;
  node->operands.push_back(std::move(product));
  node->operands.push_back(std::move(color));
  return node;
}

}  // namespace palatine::sema
