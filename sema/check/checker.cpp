// Names, scopes, temporaries, and the frame of checking a body.
#include "sema/check/checker.h"

#include <algorithm>

namespace palatine::sema {

Checker::Checker(ir::Function& function, ir::Task* task, const Frame& frame, CheckContext& context)
    : function_(function), task_(task), frame_(&frame), context_(context), privileges_(constraints_) {
  for (Symbol* symbol : frame.symbols) {
    if (symbol) own_symbols_.emplace(symbol, symbol);
  }
}

Checker::ScopeGuard::ScopeGuard(Checker& checker, ScopeKind kind, ir::Block& block)
    : checker_(checker), outer_sink_(checker.sink_) {
  checker.scopes_.push_back({kind, &block, {}, {}});
  checker.sink_ = &block;
}
Checker::ScopeGuard::~ScopeGuard() {
  checker_.scopes_.pop_back();
  checker_.sink_ = outer_sink_;
}

bool Checker::has_unknown_effects() const {
  const auto* task = frame_->construct ? ast::try_as<ast::Task>(frame_->construct) : nullptr;
  return task && std::ranges::any_of(task->effects, [&](const ast::Effect& effect) {
           return effect.escape.is_valid() &&
                  frame_->escapes.at(effect.escape.index).kind == Value::Kind::error;
         });
}

bool Checker::run(const ast::Block& body, const Type* declared_result, const Type* expected_result) {
  declared_result_ = declared_result;
  expected_result_ = expected_result;
  {
    ScopeGuard scope(*this, ScopeKind::block, function_.body);
    for (ir::Local* param : function_.params) enter(param, param->symbol, 0);
    if (task_) {
      for (const ir::Constraint& constraint : task_->constraints) {
        const Type *lhs = constraint.lhs->type, *rhs = constraint.rhs->type;
        if (constraint.kind == ir::Constraint::Kind::subregion) {
          constraints_.add_subregion(lhs, rhs);
        } else {
          constraints_.add_disjoint(lhs, rhs);
        }
      }
      for (const ir::PrivilegeDecl& decl : task_->privileges) {
        privileges_.grant(decl.region->type, {decl.path, decl.privilege, decl.op, decl.range});
      }
      if (has_unknown_effects()) privileges_.allow_all();
    }
    check_block(body);
  }
  finish_returns();
  check_jumps();
  return !saw_recursion_ || is_error(result_) || result_ == expected_result_;
}

// ---- declarations ----

const Symbol* Checker::declared_symbol(const ast::Declared& declared) {
  if (declared.binding.is_valid()) {
    const auto index = declared.binding.index;
    return index < frame_->symbols.size() ? frame_->symbols[index] : nullptr;
  }
  if (declared.escape.is_valid() && declared.escape.index < frame_->escapes.size()) {
    const Value& value = frame_->escapes[declared.escape.index];
    if (value.kind == Value::Kind::symbol) return value.symbol();
    if (!frame_->has_error) error(DiagKind::expected_symbol, declared.range, value.description);
  }
  has_error_ = true;
  return nullptr;
}

ir::Local* Checker::declare(const Symbol* symbol, const std::string& name, const Type* type,
                            SourceRange range) {
  Scope& scope = scopes_.back();
  auto earlier = symbol ? scope.locals.find(symbol) : scope.locals.end();
  // Terra code may declare a variable again, and does so when it splices a quote twice.
  const bool is_terra = frame_->construct && ast::is_terra(frame_->construct->kind);
  if (earlier != scope.locals.end() && !is_terra) {
    error(DiagKind::name_redefined, range, symbol_name(*symbol))
        .note(DiagKind::previous_definition, earlier->second->range, earlier->second->name);
  }
  const std::string& shown = symbol && !symbol->name.empty() ? symbol->name : name;
  // What a quote declares, or what Lua made, is a new variable each time: it gets a symbol of its own.
  Symbol* own = nullptr;
  auto it = own_symbols_.find(symbol);
  if (it != own_symbols_.end() && quote_depth_ == 0) {
    own = it->second;
  } else {
    own = types().new_symbol(shown, type, range);
    own_symbols_.emplace(own, own);
  }
  own->type = type;
  ir::Local* local = function_.new_local(shown, type, own, range);
  enter(local, symbol, scopes_.size() - 1);
  if (symbol != own) scopes_.back().locals[own] = local;
  return local;
}

void Checker::set_type(ir::Local* local, const Type* type) {
  local->type = type;
  auto it = own_symbols_.find(local->symbol);
  if (it != own_symbols_.end()) it->second->type = type;
  enter(local, local->symbol, scope_of_local_[local]);
}

void Checker::enter(ir::Local* local, const Symbol* symbol, size_t scope_index) {
  Scope& scope = scopes_[scope_index];
  if (symbol) scope.locals[symbol] = local;
  scope_of_local_[local] = scope_index;
  const Type* type = local->type;
  if (is_region_list(type)) {
    if (local->symbol) handle_symbols_.emplace(type, local->symbol);
    known_regions_.push_back(type);
  }
  if (!type || !is_handle(type)) return;
  scope.handles.emplace(type, local);
  if (local->symbol) handle_symbols_.emplace(type, local->symbol);
  if (type->kind == TypeKind::region &&
      std::find(known_regions_.begin(), known_regions_.end(), type) == known_regions_.end()) {
    known_regions_.push_back(type);
  }
  // Index spaces that only a type names keep one symbol.
  if (const auto* region = try_as<RegionType>(type))
    handle_symbols_.emplace(region->ispace->type, region->ispace);
  if (const auto* partition = try_as<PartitionType>(type)) {
    handle_symbols_.emplace(partition->colors->type, partition->colors);
    if (partition->parent->type) constraints_.add_subregion(type, partition->parent->type);
  }
}

ir::Local* Checker::lookup(const Symbol* symbol) const {
  for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
    auto it = scope->locals.find(symbol);
    if (it != scope->locals.end()) return it->second;
  }
  return nullptr;
}

ir::Local* Checker::lookup_handle(const Type* type) const {
  for (const Scope& scope : scopes_) {
    auto it = scope.handles.find(type);
    if (it != scope.handles.end()) return it->second;
  }
  return nullptr;
}

const Symbol* Checker::handle_symbol(const Type* type) const {
  auto it = handle_symbols_.find(type);
  return it == handle_symbols_.end() ? nullptr : it->second;
}

std::string Checker::handle_name(const Type* type) const {
  const Symbol* symbol = handle_symbol(type);
  return symbol ? symbol_name(*symbol) : type_name(type);
}

// ---- types ----

const Symbol* Checker::resolve_symbol(const Symbol* symbol) const {
  const ir::Local* local = lookup(symbol);
  return local && local->symbol ? local->symbol : symbol;
}

const Type* Checker::resolve_type(const Type* type) {
  if (!type) return types().error();
  auto resolve_all = [&](const std::vector<const Symbol*>& symbols) {
    std::vector<const Symbol*> resolved;
    for (const Symbol* symbol : symbols) resolved.push_back(resolve_symbol(symbol));
    return resolved;
  };
  switch (type->kind) {
    case TypeKind::pointer:
      return types().pointer(resolve_type(as<PointerType>(type).element));
    case TypeKind::array:
      return types().array(resolve_type(as<ArrayType>(type).element), as<ArrayType>(type).count,
                           as<ArrayType>(type).is_regent);
    case TypeKind::list:
      return types().list(resolve_type(as<ListType>(type).element), as<ListType>(type).is_shallow);
    case TypeKind::bounded: {
      const auto& bounded = as<BoundedType>(type);
      return types().bounded(bounded.index, bounded.element ? resolve_type(bounded.element) : nullptr,
                             resolve_all(bounded.bounds));
    }
    case TypeKind::partition: {
      const auto& partition = as<PartitionType>(type);
      const Symbol *parent = resolve_symbol(partition.parent), *colors = resolve_symbol(partition.colors);
      if (parent == partition.parent && colors == partition.colors) return type;
      return types().new_partition(partition.disjoint, parent, colors);
    }
    case TypeKind::structure: {
      const auto& structure = as<StructType>(type);
      types().complete(&structure);
      if (!structure.definition) return type;
      return types().fspace_instance(*structure.definition, resolve_all(structure.args));
    }
    default:
      return type;
  }
}

const Type* Checker::escaped_type(ast::EscapeId escape, SourceRange range) {
  if (escape.index >= frame_->escapes.size()) return types().error();
  const Value& value = frame_->escapes[escape.index];
  if (value.kind == Value::Kind::type) {
    const Type* type = resolve_type(value.type());
    const auto* instance = try_as<StructType>(type);
    if (instance && instance->definition && !check_fspace_args(*instance, types(), context_.diags)) {
      has_error_ = true;
      return types().error();
    }
    return type;
  }
  if (!frame_->has_error) error(DiagKind::not_a_type, range, value.description);
  has_error_ = true;
  return types().error();
}

// ---- nodes ----

ir::ExprPtr Checker::make_error(SourceRange range) const {
  return make<ir::ConstExpr>(types().error(), range);
}

ir::ExprPtr Checker::make_local(ir::Local* local, SourceRange range) const {
  auto node = make<ir::LocalExpr>(local->type, range);
  node->local = local;
  node->is_lvalue = !loop_variables_.count(local);
  return node;
}

ir::ExprPtr Checker::make_integer(int64_t value, const Type* type, SourceRange range) const {
  auto node = make<ir::ConstExpr>(type, range);
  node->integer = static_cast<uint64_t>(value);
  return node;
}

ir::ExprPtr Checker::make_binary(ast::BinaryOp op, ir::ExprPtr lhs, ir::ExprPtr rhs, const Type* type) const {
  // Operands that quotes brought in may come from different files.
  auto node =
      make<ir::BinaryExpr>(type, lhs->range.file == rhs->range.file ? lhs->range.to(rhs->range) : lhs->range);
  node->op = op;
  node->lhs = std::move(lhs);
  node->rhs = std::move(rhs);
  return node;
}

ir::ExprPtr Checker::make_field(ir::ExprPtr object, int field, const Type* type) const {
  auto node = make<ir::FieldExpr>(type, object->range);
  node->is_lvalue = object->is_lvalue;
  node->object = std::move(object);
  node->field = field;
  return node;
}

SourceRange Checker::stat_range(const ast::Stat& tree) const {
  const SourceManager& sources = context_.diags.sources();
  const auto first = sources.line_column(tree.anchor.file, tree.anchor.begin).line;
  const auto last = sources.line_column(tree.range.file, tree.range.end).line;
  if (first != last) return tree.anchor;
  return {tree.range.file, tree.anchor.begin, tree.range.end};
}

// ---- temporaries ----

ir::Local* Checker::temporary(ir::ExprPtr value, const std::string& handle_text) {
  const Type* type = value->type;
  const SourceRange range = value->range;
  size_t scope = scopes_.size() - 1;
  if (const auto* subregion = ir::try_as<ir::SubregionExpr>(value.get())) scope = hoisting_scope(*subregion);

  const Symbol* symbol = is_handle(type) ? types().new_symbol(handle_text, type, range) : nullptr;
  ir::Local* local = function_.new_local("", type, symbol, range);
  enter(local, symbol, scope);
  auto stat = std::make_unique<ir::VarStat>();
  stat->range = range;
  stat->local = local;
  stat->value = std::move(value);
  // The statement under construction has not been appended to the outer block yet, so the end is right before
  // it.
  ir::Block* block = scope + 1 == scopes_.size() ? sink_ : scopes_[scope].block;
  block->stats.push_back(std::move(stat));
  return local;
}

ir::Local* Checker::spill(ir::ExprPtr value) {
  if (auto* local = ir::try_as<ir::LocalExpr>(value.get())) return local->local;
  return temporary(std::move(value));
}

ir::ExprPtr Checker::empty_value(SourceRange range) {
  auto stat = std::make_unique<ir::VarStat>();
  stat->range = range;
  stat->local = function_.new_local("", types().unit(), nullptr, range);
  enter(stat->local, nullptr, scopes_.size() - 1);
  ir::ExprPtr result = make_local(stat->local, range);
  emit(std::move(stat));
  return result;
}

ir::Local* Checker::handle_local(ir::ExprPtr value) {
  if (ir::Local* known = lookup_handle(value->type)) return known;
  if (auto* local = ir::try_as<ir::LocalExpr>(value.get())) return local->local;
  const auto text = value->range.is_valid() ? std::string(context_.diags.sources().text(value->range)) : "";
  return temporary(std::move(value), text);
}

size_t Checker::hoisting_scope(const ir::SubregionExpr& subregion) const {
  const size_t innermost = scopes_.size() - 1;
  const auto* partition = ir::try_as<ir::LocalExpr>(subregion.partition.get());
  const auto color = analyze_color(subregion.partition->type, *subregion.color);
  if (!partition || !color) return innermost;

  size_t lowest = scope_of_local_.at(partition->local);
  if (color->base) lowest = std::max(lowest, scope_of_local_.at(color->base));
  size_t scope = innermost;
  while (scope > lowest && scopes_[scope].kind != ScopeKind::branch) --scope;
  return scope;
}

}  // namespace palatine::sema
