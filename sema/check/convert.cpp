// Conversions between types: which are allowed silently, which on request, and the common type of two.
// Language reference, 3.2, 3.3, 3.4.
#include <algorithm>

#include "sema/check/checker.h"

namespace palatine::sema {

namespace {

bool is_positional(const StructType& type) {
  // Of the language, or of terra.
  return !type.fields.empty() && (type.fields.front().name == "_1" || type.fields.front().name == "_0");
}

// The field of constructor type `from` that becomes member `index` (called `name`) of a target; -1 when there
// is none.
int source_field(const StructType& from, size_t index, const std::string& name) {
  if (is_positional(from)) return index < from.fields.size() ? static_cast<int>(index) : -1;
  return from.find(name);
}

struct Member {
  std::string name;
  const Type* type;
};

// The members that a constructor fills in the target type; nothing when it cannot become that type. Of a type
// with members in one place only some are filled.
std::optional<std::vector<Member>> members_of(const Type* to, TypeTable& types, bool may_be_partial = false) {
  static const char* const kComponents[] = {"x", "y", "z", "w", "v", "u", "t", "s", "r"};
  std::vector<Member> members;
  switch (to->kind) {
    case TypeKind::structure: {
      const auto& structure = as<StructType>(to);
      types.complete(&structure);
      if (structure.has_union() && !may_be_partial) return std::nullopt;
      for (const StructField& field : structure.fields) members.push_back({field.name, field.type});
      return members;
    }
    case TypeKind::index:
      for (int i = 0; i < as<IndexType>(to).components(); ++i) {
        const auto& names = as<IndexType>(to).fields;
        const auto place = static_cast<size_t>(i);
        members.push_back({place < names.size() ? names[place] : kComponents[i], types.int64()});
      }
      return members;
    case TypeKind::rect: {
      const Type* index = as<RectType>(to).index;
      return std::vector<Member>{{"lo", index}, {"hi", index}};
    }
    default:
      return std::nullopt;
  }
}

const StructType* as_constructor(const Type* type) {
  const auto* structure = try_as<StructType>(type);
  return structure && structure->origin == StructOrigin::constructor ? structure : nullptr;
}

// `ptr`, `int1d` and pointers with such an index: a single integer.
bool is_scalar_index(const Type* type) {
  if (const auto* index = try_as<IndexType>(type)) return index->components() == 1;
  if (const auto* bounded = try_as<BoundedType>(type)) return bounded->index->components() == 1;
  return false;
}

// `int2d { p }` with the components `p` of an index of the same kind.
bool wraps_index(const StructType& constructor, const Type* to) {
  const auto* index = try_as<IndexType>(to);
  return index && index->components() > 1 && constructor.fields.size() == 1 &&
         constructor.fields[0].type == to;
}

}  // namespace

const Type* Checker::meet(const Type* a, const Type* b) const {
  if (is_error(a)) return b;
  if (is_error(b) || same_type(a, b)) return a;
  if (is_numeric(a) && is_numeric(b)) {
    const auto *fa = try_as<FloatType>(a), *fb = try_as<FloatType>(b);
    if (fa && fb) return fa->bits >= fb->bits ? a : b;
    if (fa) return a;
    if (fb) return b;
    const auto &ia = as<IntegerType>(a), &ib = as<IntegerType>(b);
    if (ia.bits != ib.bits) return ia.bits > ib.bits ? a : b;
    return ia.is_signed ? b : a;
  }
  if (const auto* vector = try_as<VectorType>(a); vector && is_numeric(vector->element) && is_numeric(b))
    return a;
  if (const auto* vector = try_as<VectorType>(b); vector && is_numeric(vector->element) && is_numeric(a))
    return b;
  if (a->kind == TypeKind::niltype && b->kind == TypeKind::pointer) return b;
  if (b->kind == TypeKind::niltype && a->kind == TypeKind::pointer) return a;
  return nullptr;
}

bool Checker::can_convert(const Type* from, const Type* to) const {
  return converts_by_itself(from, to) || has_user_cast(from, to);
}

bool Checker::converts_by_itself(const Type* from, const Type* to) const {
  if (is_error(from) || is_error(to) || same_type(from, to)) return true;
  if (is_numeric(from) && is_numeric(to)) return true;
  if (is_numeric(from) && to->kind == TypeKind::index) return is_scalar_index(to);
  if (is_scalar_index(from) && is_numeric(to)) return true;
  // Both are a number: `ptr` and `int1d`, also of pointers, stand for one another.
  if (is_scalar_index(from) && to->kind == TypeKind::index && is_scalar_index(to)) return true;
  if (const auto* bounded = try_as<BoundedType>(from); bounded && bounded->index == to) return true;
  if (converts_to_c(from, to) || converts_from_c(from, to)) return true;
  if (const auto* vector = try_as<VectorType>(to)) return is_numeric(from) && is_numeric(vector->element);
  if (const auto* pointer = try_as<PointerType>(to)) {
    if (from->kind == TypeKind::niltype) return true;
    if (const auto* array = try_as<ArrayType>(from)) return same_type(array->element, pointer->element);
    return from->kind == TypeKind::pointer && pointer->element->kind == TypeKind::opaque;
  }
  if (const StructType* constructor = as_constructor(from)) {
    if (wraps_index(*constructor, to)) return true;
    const auto members = members_of(to, types());
    if (!members) return false;
    for (size_t i = 0; i < members->size(); ++i) {
      const int field = source_field(*constructor, i, (*members)[i].name);
      if (field < 0) return false;
      if (!can_convert(constructor->fields[static_cast<size_t>(field)].type, (*members)[i].type))
        return false;
    }
    return true;
  }
  return false;
}

// Whether terra's `T { ... }` fills some members of `T`, all those that are written.
bool Checker::fills_partly(const StructType& from, const Type* to) const {
  if (!in_terra() || to->kind != TypeKind::structure) return false;
  const auto members = members_of(to, types(), true);
  if (!members) return false;
  size_t found = 0;
  for (size_t i = 0; i < members->size(); ++i) {
    const int field = source_field(from, i, (*members)[i].name);
    if (field < 0) continue;
    if (!can_convert(from.fields[static_cast<size_t>(field)].type, (*members)[i].type)) return false;
    ++found;
  }
  return found == from.fields.size() && (found < members->size() || as<StructType>(to).has_union());
}

bool Checker::can_cast(const Type* from, const Type* to) const {
  const bool from_pointer = from->kind == TypeKind::pointer, to_pointer = to->kind == TypeKind::pointer;
  // Before the program's own conversions, which may consist of such a cast.
  if (from_pointer && to_pointer) return true;
  if (can_convert(from, to)) return true;
  if (const StructType* constructor = as_constructor(from); constructor && fills_partly(*constructor, to)) {
    return true;
  }
  if (is_primitive(from) && is_primitive(to)) return true;
  if (from_pointer && to->kind == TypeKind::integer) return true;
  if (from->kind == TypeKind::integer && to_pointer) return true;
  if (from->kind == TypeKind::array && to_pointer) return true;
  return is_scalar_index(from) && to->kind == TypeKind::index && is_scalar_index(to);
}

ir::ExprPtr Checker::convert(ir::ExprPtr value, const Type* to, bool is_explicit) {
  if (value->type == to || is_error(value->type)) return value;
  if (is_error(to)) return make_error(value->range);
  const bool is_cast_of_pointers =
      is_explicit && value->type->kind == TypeKind::pointer && to->kind == TypeKind::pointer;
  if (!is_cast_of_pointers && has_user_cast(value->type, to) && !converts_by_itself(value->type, to)) {
    return convert_by_user(std::move(value), to);
  }
  if (as_constructor(value->type) && to->kind != TypeKind::error)
    return convert_ctor(std::move(value), to, is_explicit);
  if (value->type->kind == TypeKind::array && value->is_lvalue) mark_address_taken(*value);

  // A number keeps its form where the value stays the same, so that the IR reads like the program.
  if (auto* constant = ir::try_as<ir::ConstExpr>(value.get());
      constant && constant->type->kind == TypeKind::integer) {
    const auto& from = as<IntegerType>(constant->type);
    const auto number = static_cast<int64_t>(constant->integer);
    if (const auto* target = try_as<IntegerType>(to); target && target->bits >= from.bits && number >= 0) {
      constant->type = to;
      return value;
    }
    if (to->kind == TypeKind::floating && number >= 0 && number < (int64_t{1} << 24)) {
      constant->floating = static_cast<double>(number);
      constant->integer = 0;
      constant->type = to;
      return value;
    }
  }
  auto node = make<ir::CastExpr>(to, value->range);
  node->operand = std::move(value);
  node->is_explicit = is_explicit;
  return node;
}

ir::ExprPtr Checker::convert_ctor(ir::ExprPtr value, const Type* to, bool is_explicit) {
  const StructType& from = as<StructType>(value->type);
  if (wraps_index(from, to)) {
    if (auto* wrapper = ir::try_as<ir::CtorExpr>(value.get())) return std::move(wrapper->values[0]);
    return make_field(std::move(value), 0, to);
  }
  const bool is_partial = fills_partly(from, to);
  const auto members = members_of(to, types(), is_partial);
  if (!members) return make_error(value->range);
  auto node = make<ir::CtorExpr>(to, value->range);
  auto* literal = ir::try_as<ir::CtorExpr>(value.get());
  ir::Local* source = literal ? nullptr : spill(std::move(value));
  // What is not written of a value that is filled partly has no value, as in a variable without one.
  ir::Local* target = nullptr;
  if (is_partial) {
    target = function_.new_local("", to, nullptr, node->range);
    enter(target, nullptr, scopes_.size() - 1);
    target->is_assigned = true;
    auto stat = std::make_unique<ir::VarStat>();
    stat->range = node->range;
    stat->local = target;
    emit(std::move(stat));
  }
  for (size_t i = 0; i < members->size(); ++i) {
    const int field = source_field(from, i, (*members)[i].name);
    if (field < 0 && is_partial) continue;
    if (field < 0) return make_error(node->range);
    const auto position = static_cast<size_t>(field);
    ir::ExprPtr member = literal
                             ? std::move(literal->values[position])
                             : make_field(make_local(source, node->range), field, from.fields[position].type);
    member = convert(std::move(member), (*members)[i].type, is_explicit);
    if (!is_partial) {
      node->values.push_back(std::move(member));
      continue;
    }
    auto stat = std::make_unique<ir::AssignStat>();
    stat->range = node->range;
    stat->target = make_field(make_local(target, node->range), static_cast<int>(i), (*members)[i].type);
    stat->value = std::move(member);
    emit(std::move(stat));
  }
  if (is_partial) return make_local(target, node->range);
  return node;
}

ir::ExprPtr Checker::expect(ir::ExprPtr value, const Type* type, SourceRange range) {
  value = read(std::move(value));
  if (can_convert(value->type, type)) return convert(std::move(value), type);
  error(DiagKind::type_mismatch, range, type_name(type), type_name(value->type));
  return make_error(range);
}

ir::ExprPtr Checker::check_condition(const ast::Expr& tree) {
  return expect(check_expr(tree), types().boolean(), range_of(tree));
}

}  // namespace palatine::sema
