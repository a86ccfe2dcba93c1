// Accesses of region elements, and the privileges that they need.
#include <algorithm>

#include "sema/check/checker.h"
#include "sema/ir/lvalue.h"

namespace palatine::sema {

namespace {

std::vector<int> leaves_below(const Type* element, const FieldPathNames& path) {
  std::vector<int> leaves;
  const auto fields = flatten_fields(element);
  for (size_t i = 0; i < fields.size(); ++i) {
    const auto& leaf = fields[i].path;
    const bool is_below = path.size() <= leaf.size() && std::equal(path.begin(), path.end(), leaf.begin());
    if (is_below) leaves.push_back(static_cast<int>(i));
  }
  return leaves;
}

}  // namespace

ir::ExprPtr Checker::access_region(ir::Local* region, ir::ExprPtr index, SourceRange range) {
  const Type* element = as<RegionType>(region->type).fspace;
  if (const auto* structure = try_as<StructType>(element)) types().complete(structure);
  auto node = make<ir::RegionAccessExpr>(element, range);
  node->is_lvalue = true;
  node->regions = {region};
  node->index = std::move(index);
  node->leaves = leaves_below(element, {});
  return node;
}

bool Checker::check_bounds(const BoundedType& type, SourceRange range) {
  if (!type.element) return true;
  for (size_t i = 0; i < type.bounds.size(); ++i) {
    if (type.bounds[i]->is_wild) continue;
    const Type* bound = type.bounds[i]->type;
    if (!bound || is_error(bound)) return false;
    const auto* region = try_as<RegionType>(bound);
    if (region && region->index() == type.index && same_type(region->fspace, type.element)) continue;
    const std::string expected = type.index->dim == 0 ? "region(" + type_name(type.element) + ")"
                                                      : "region(ispace(" + type_name(type.index) + "), " +
                                                            type_name(type.element) + ")";
    const size_t number = i + 2;
    error(DiagKind::bound_mismatch, range, type_name(type.index), expected, number, type_name(bound));
    return false;
  }
  return true;
}

std::optional<std::vector<ir::Local*>> Checker::bound_locals(const BoundedType& type, SourceRange range) {
  std::vector<ir::Local*> locals;
  for (const Symbol* bound : type.bounds) {
    ir::Local* local = lookup(bound);
    if (!local && bound->type) local = lookup_handle(bound->type);
    if (!local) {
      error(DiagKind::bound_not_in_scope, range, symbol_name(*bound), type_name(&type));
      return std::nullopt;
    }
    if (ir::Local* first = lookup_handle(local->type)) local = first;
    locals.push_back(local);
  }
  return locals;
}

ir::ExprPtr Checker::access_pointer(ir::ExprPtr pointer, SourceRange range) {
  if (is_error(pointer->type)) return make_error(range);
  const auto& type = as<BoundedType>(pointer->type);
  if (!check_bounds(type, range)) {
    has_error_ = true;
    return make_error(range);
  }
  const auto wild = std::ranges::find_if(type.bounds, [](const Symbol* bound) { return bound->is_wild; });
  if (wild != type.bounds.end()) {
    error(DiagKind::invalid_privilege, range,
          privilege_name(ir::Privilege::reads, ast::ReductionOp::add, symbol_name(**wild), {}),
          type_name(&type))
        .note(DiagKind::hint_wild, range);
    return make_error(range);
  }
  const auto regions = bound_locals(type, range);
  if (!regions) return make_error(range);
  ir::ExprPtr node = access_region(regions->front(), std::move(pointer), range);
  ir::as<ir::RegionAccessExpr>(*node).regions = *regions;
  return node;
}

ir::ExprPtr Checker::access_field(std::unique_ptr<ir::RegionAccessExpr> element, const std::string& name,
                                  SourceRange range, SourceRange name_range) {
  const auto& structure = as<StructType>(element->type);
  const int field = structure.find(name);
  if (field < 0) return no_field(element->type, name, name_range);
  element->type = structure.fields[static_cast<size_t>(field)].type;
  if (const auto* nested = try_as<StructType>(element->type)) types().complete(nested);
  element->range = range;
  element->path.push_back(name);
  element->leaves = leaves_below(as<RegionType>(element->regions.front()->type).fspace, element->path);
  return element;
}

ir::ExprPtr Checker::read(ir::ExprPtr expr) {
  if (!expr->is_lvalue || is_error(expr->type)) return expr;
  if (const auto* access = ir::root_access(*expr)) {
    require_privilege(*access, ir::Privilege::reads, ast::ReductionOp::add, expr->range);
  }
  return expr;
}

void Checker::require_privilege(const ir::RegionAccessExpr& access, ir::Privilege privilege,
                                ast::ReductionOp op, SourceRange range) {
  for (ir::Local* region : access.regions) {
    if (privileges_.allows(region->type, access.path, privilege, op)) continue;
    const Type* pointer = access.index->type;
    const auto* bounded = try_as<BoundedType>(pointer);
    if (!bounded || !bounded->element) {
      const auto& type = as<RegionType>(region->type);
      pointer = types().bounded(type.index(), type.fspace, {region->symbol});
    }
    const std::string name = region->symbol ? symbol_name(*region->symbol) : handle_name(region->type);
    auto builder = error(DiagKind::invalid_privilege, range, privilege_name(privilege, op, name, access.path),
                         type_name(pointer));
    note_privileges(builder, region->type, access.path);
  }
}

// Shows what the task declares for the region instead.
void Checker::note_privileges(Diagnostics::Builder& builder, const Type* region, const FieldPathNames& path) {
  if (!task_) return;
  const auto ancestors = constraints_.ancestors(region);
  auto is_ancestor = [&](const Type* type) {
    return std::find(ancestors.begin(), ancestors.end(), type) != ancestors.end();
  };
  const ir::PrivilegeDecl* nearest = nullptr;
  for (const ir::PrivilegeDecl& decl : task_->privileges) {
    if (!is_ancestor(decl.region->type)) continue;
    const bool same_field = !decl.path.empty() && !path.empty() && decl.path.front() == path.front();
    if (!nearest || same_field) nearest = &decl;
  }
  if (nearest) {
    builder.note(DiagKind::note_declared_privilege, nearest->range, task_->name,
                 privilege_name(nearest->privilege, nearest->op, nearest->region->name, nearest->path));
    return;
  }
  for (const ir::Local* param : task_->params) {
    if (!is_ancestor(param->type)) continue;
    builder.note(DiagKind::note_no_privilege, param->range, task_->name, param->name);
    return;
  }
}

void Checker::mark_address_taken(ir::Expr& lvalue) {
  if (ir::Local* local = ir::root_variable(lvalue)) local->is_address_taken = true;
}

void Checker::mark_assigned(ir::Expr& lvalue) {
  if (ir::Local* local = ir::root_variable(lvalue)) local->is_assigned = true;
}

}  // namespace palatine::sema
