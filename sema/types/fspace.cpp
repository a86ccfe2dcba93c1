// Field spaces and their instances, and when two types are the same.
#include <algorithm>

#include "sema/types/substitute.h"

namespace palatine::sema {

bool FspaceDefinition::has_handles() const {
  return std::any_of(fields.begin(), fields.end(), [](const Field& field) { return is_handle(field.type); });
}

FspaceDefinition* TypeTable::new_fspace(std::string name, SourceRange range) {
  auto& definition = fspaces_.emplace_back(std::make_unique<FspaceDefinition>());
  definition->name = std::move(name);
  definition->range = range;
  return definition.get();
}

void TypeTable::fill_instance(StructType& instance) {
  const FspaceDefinition& definition = *instance.definition;
  Substitution by;
  for (size_t i = 0; i < definition.params.size() && i < instance.args.size(); ++i) {
    by.symbols.emplace(definition.params[i], instance.args[i]);
  }
  for (const FspaceDefinition::Field& field : definition.fields) {
    instance.fields.push_back({field.name, substitute(*this, field.type, by), field.range});
  }
}

const StructType* TypeTable::fspace_instance(const FspaceDefinition& definition,
                                             std::vector<const Symbol*> args) {
  StructType*& slot = instances_[{&definition, args}];
  if (slot) return slot;
  StructType* instance = new_struct(StructOrigin::fspace, definition.name);
  // Known before its fields: they may mention it.
  slot = instance;
  definition.instances.push_back(instance);
  instance->range = definition.range;
  instance->definition = &definition;
  instance->args = std::move(args);
  if (definition.is_complete) fill_instance(*instance);
  return instance;
}

void TypeTable::complete_fspace(FspaceDefinition& definition) {
  definition.is_complete = true;
  // Filling one may make others, which are filled at once.
  const std::vector<const StructType*> early = definition.instances;
  for (const StructType* instance : early) fill_instance(const_cast<StructType&>(*instance));
}

static bool same_bound(const Symbol* a, const Symbol* b) {
  if (a == b) return true;
  // Only `wild` has no type for good; it is every region.
  if (a->is_wild || b->is_wild) return true;
  return a->type && a->type == b->type;
}

bool same_type(const Type* a, const Type* b) {
  if (a == b) return true;
  if (!a || !b || a->kind != b->kind) return false;
  switch (a->kind) {
    case TypeKind::pointer:
      return same_type(as<PointerType>(a).element, as<PointerType>(b).element);
    case TypeKind::array:
      return as<ArrayType>(a).count == as<ArrayType>(b).count &&
             as<ArrayType>(a).is_regent == as<ArrayType>(b).is_regent &&
             same_type(as<ArrayType>(a).element, as<ArrayType>(b).element);
    case TypeKind::bounded: {
      const auto &x = as<BoundedType>(a), &y = as<BoundedType>(b);
      if (x.index != y.index || (x.element == nullptr) != (y.element == nullptr)) return false;
      if (x.element && !same_type(x.element, y.element)) return false;
      return std::equal(x.bounds.begin(), x.bounds.end(), y.bounds.begin(), y.bounds.end(), same_bound);
    }
    case TypeKind::structure: {
      const auto &x = as<StructType>(a), &y = as<StructType>(b);
      if (!x.definition || x.definition != y.definition) return false;
      const auto count = static_cast<std::ptrdiff_t>(std::min(x.args.size(), y.args.size()));
      return std::equal(x.args.begin(), x.args.begin() + count, y.args.begin(), same_bound);
    }
    default:
      return false;
  }
}

}  // namespace palatine::sema
