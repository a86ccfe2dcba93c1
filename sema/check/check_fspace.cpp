// Field spaces with parameters and with regions among their fields. Language reference, 3.8.
#include "sema/check/call_mapping.h"
#include "sema/check/checker.h"

namespace palatine::sema {

bool check_fspace_args(const StructType& instance, TypeTable& types, Diagnostics& diags) {
  const FspaceDefinition& definition = *instance.definition;
  const size_t expected = definition.params.size(), got = instance.args.size();
  if (expected != got) {
    diags.report(DiagKind::wrong_argument_count, definition.range, expected, got);
    return false;
  }
  CallMapping mapping(types);
  for (size_t i = 0; i < got; ++i) mapping.name(definition.params[i], instance.args[i]);
  for (size_t i = 0; i < got; ++i) {
    const Symbol* arg = instance.args[i];
    // The type of a region that is about to be made is not known yet.
    if (arg->is_wild || !arg->type || is_error(arg->type)) continue;
    const Type* param = definition.params[i]->type;
    const bool fits = is_handle(param) ? mapping.match(param, arg->type, arg, definition.params[i])
                                       : same_type(mapping.substitute(param), arg->type);
    if (fits) continue;
    diags.report(DiagKind::argument_mismatch, definition.range, i + 1, type_name(mapping.substitute(param)),
                 type_name(arg->type));
    return false;
  }
  return true;
}

// True if the type names one of the field space's fields.
static bool mentions_field(const Type* type, const FspaceDefinition& definition) {
  auto is_field = [&](const Symbol* symbol) {
    for (const auto& field : definition.fields) {
      if (field.symbol == symbol) return true;
    }
    return false;
  };
  switch (type->kind) {
    case TypeKind::pointer:
      return mentions_field(as<PointerType>(type).element, definition);
    case TypeKind::array:
      return mentions_field(as<ArrayType>(type).element, definition);
    case TypeKind::bounded: {
      const auto& bounded = as<BoundedType>(type);
      for (const Symbol* bound : bounded.bounds) {
        if (is_field(bound)) return true;
      }
      return bounded.element && mentions_field(bounded.element, definition);
    }
    case TypeKind::structure:
      for (const Symbol* arg : as<StructType>(type).args) {
        if (is_field(arg)) return true;
      }
      return false;
    default:
      return false;
  }
}

void Checker::add_constraints(const FspaceDefinition& definition, const Substitution& substitution) {
  for (const auto& constraint : definition.constraints) {
    const Type* lhs = substitution.of(constraint.lhs)->type;
    const Type* rhs = substitution.of(constraint.rhs)->type;
    if (!lhs || !rhs) continue;
    if (constraint.is_disjoint) {
      constraints_.add_disjoint(lhs, rhs);
    } else {
      constraints_.add_subregion(lhs, rhs);
    }
  }
}

Checker::Unpacked Checker::unpack(const StructType& instance, const std::map<int, const Symbol*>& named,
                                  SourceRange range) {
  const FspaceDefinition& definition = *instance.definition;
  Unpacked result;
  Substitution& by = result.substitution;
  for (size_t i = 0; i < definition.params.size() && i < instance.args.size(); ++i) {
    by.symbols.emplace(definition.params[i], instance.args[i]);
  }
  for (size_t i = 0; i < definition.fields.size(); ++i) {
    const auto& field = definition.fields[i];
    const Symbol* symbol = nullptr;
    if (is_handle(field.type)) {
      const auto known = named.find(static_cast<int>(i));
      symbol = known != named.end() ? known->second : types().new_symbol(field.name, nullptr, range);
      // A new type for each value that is taken apart.
      const Type* type = substitute(types(), field.type, by);
      if (const auto* region = try_as<RegionType>(type)) {
        type = types().new_region(region->ispace, region->fspace);
      } else if (const auto* partition = try_as<PartitionType>(type)) {
        type = types().new_partition(partition->disjoint, partition->parent, partition->colors);
      } else if (const auto* ispace = try_as<IspaceType>(type)) {
        type = types().new_ispace(ispace->index);
      }
      const_cast<Symbol*>(symbol)->type = type;
      by.symbols[field.symbol] = symbol;
      by.handles[field.type] = type;
      handle_symbols_.emplace(type, symbol);
      if (const auto* partition = try_as<PartitionType>(type); partition && partition->parent->type) {
        constraints_.add_subregion(type, partition->parent->type);
      }
      if (type->kind == TypeKind::region) known_regions_.push_back(type);
    }
    result.symbols.push_back(symbol);
  }
  add_constraints(definition, by);
  return result;
}

bool Checker::needs_unpacking(const StructType& instance, int field) {
  const Type* type = instance.fields[static_cast<size_t>(field)].type;
  return is_handle(type) || mentions_field(type, *instance.definition);
}

ir::ExprPtr Checker::unpacked_field(ir::ExprPtr object, int field, SourceRange range,
                                    SourceRange name_range) {
  const auto& instance = as<StructType>(object->type);
  const Type* type = instance.fields[static_cast<size_t>(field)].type;
  const Unpacked parts = unpack(instance, {}, range);
  if (!ir::is_simple(*object)) {
    const SourceRange object_range = object->range;
    object = make_local(spill(read(std::move(object))), object_range);
  }
  auto part = [&](size_t i, const Type* as_type) {
    ir::ExprPtr node = ir::clone(*object);
    if (node->kind == ir::ExprKind::RegionAccess && instance.sliceable) {
      auto* access = static_cast<ir::RegionAccessExpr*>(node.release());
      node = access_field(std::unique_ptr<ir::RegionAccessExpr>(access), instance.fields[i].name, range,
                          name_range);
      node->type = as_type;
    } else {
      node = make_field(std::move(node), static_cast<int>(i), as_type);
      node->range = range;
    }
    return node;
  };
  if (is_handle(type)) {
    const auto position = static_cast<size_t>(field);
    return read(part(position, parts.symbols[position]->type));
  }
  // The regions that the value points into come with it.
  for (size_t i = 0; i < parts.symbols.size(); ++i) {
    const Symbol* symbol = parts.symbols[i];
    if (!symbol || symbol->type->kind != TypeKind::region) continue;
    ir::Local* local = function_.new_local("", symbol->type, symbol, range);
    enter(local, symbol, scopes_.size() - 1);
    auto stat = std::make_unique<ir::VarStat>();
    stat->range = range;
    stat->local = local;
    stat->value = read(part(i, symbol->type));
    emit(std::move(stat));
  }
  return part(static_cast<size_t>(field), substitute(types(), type, parts.substitution));
}

ir::ExprPtr Checker::construct_fspace(const StructType& instance, ir::ExprPtr value, SourceRange range) {
  const FspaceDefinition& definition = *instance.definition;
  const auto& from = as<StructType>(value->type);
  const bool is_positional =
      !from.fields.empty() && (from.fields.front().name == "_1" || from.fields.front().name == "_0");
  const auto* literal = ir::try_as<ir::CtorExpr>(value.get());
  CallMapping mapping(types());
  for (size_t i = 0; i < definition.params.size() && i < instance.args.size(); ++i) {
    mapping.name(definition.params[i], instance.args[i]);
  }
  if (from.fields.size() < definition.fields.size()) {
    const size_t expected = definition.fields.size(), got = from.fields.size();
    error(DiagKind::wrong_argument_count, range, expected, got);
    return make_error(range);
  }
  std::map<const Symbol*, const Type*> field_types;
  for (size_t i = 0; i < definition.fields.size(); ++i) {
    const auto& field = definition.fields[i];
    const int source = is_positional ? static_cast<int>(i) : from.find(field.name);
    if (source < 0) {
      error(DiagKind::invalid_cast, range, type_name(&from), type_name(&instance));
      return make_error(range);
    }
    const Type* got = from.fields[static_cast<size_t>(source)].type;
    bool fits = true;
    if (is_handle(field.type)) {
      const Symbol* symbol = nullptr;
      if (literal) {
        const auto* local = ir::try_as<ir::LocalExpr>(literal->values[static_cast<size_t>(source)].get());
        if (local) symbol = local->local->symbol;
      }
      if (!symbol) symbol = handle_symbol(got);
      if (!symbol) symbol = types().new_symbol("", got, range);
      fits = mapping.match(field.type, got, symbol, field.symbol);
      field_types[field.symbol] = got;
    } else {
      fits = can_convert(got, mapping.substitute(field.type));
    }
    if (fits) continue;
    error(DiagKind::argument_mismatch, range, i + 1, type_name(mapping.substitute(field.type)),
          type_name(got));
    return make_error(range);
  }
  auto type_of = [&](const Symbol* symbol) -> const Type* {
    auto it = field_types.find(symbol);
    if (it != field_types.end()) return it->second;
    for (size_t i = 0; i < definition.params.size() && i < instance.args.size(); ++i) {
      if (definition.params[i] == symbol) return instance.args[i]->type;
    }
    return nullptr;
  };
  for (const auto& constraint : definition.constraints) {
    const Type *lhs = type_of(constraint.lhs), *rhs = type_of(constraint.rhs);
    if (!lhs || !rhs) continue;
    const bool holds =
        constraint.is_disjoint ? constraints_.are_disjoint(lhs, rhs) : constraints_.is_subregion(lhs, rhs);
    if (holds) continue;
    error(DiagKind::missing_constraint, range, "cast", handle_name(lhs),
          constraint.is_disjoint ? "*" : "<=", handle_name(rhs))
        .note(DiagKind::note_constraint, constraint.range, definition.name);
    return make_error(range);
  }
  return convert_ctor(std::move(value), &instance, true);
}

}  // namespace palatine::sema
