// Members of values and handles, elements of arrays, pointers, regions and partitions.
#include <algorithm>
#include <utility>

#include "sema/check/checker.h"
#include "sema/ir/lvalue.h"

namespace palatine::sema {

namespace {

constexpr const char* kComponents[] = {"x", "y", "z", "w", "v", "u", "t", "s", "r"};

// The component of an index value with this name, or -1. One-dimensional indices have no named components.
int component_of(const IndexType& index, const std::string& name) {
  for (size_t i = 0; i < index.fields.size(); ++i) {
    if (index.fields[i] == name) return static_cast<int>(i);
  }
  if (index.dim < 2 || !index.fields.empty()) return -1;
  for (int i = 0; i < index.dim && i < 9; ++i) {
    if (name == kComponents[i]) return i;
  }
  return -1;
}

const Type* component_type(const IndexType& index, const TypeTable& types) {
  return index.component ? index.component : types.int64();
}

std::vector<std::string> member_names(const Type* type) {
  std::vector<std::string> names;
  switch (type->kind) {
    case TypeKind::structure:
      for (const StructField& field : as<StructType>(type).fields) names.push_back(field.name);
      break;
    case TypeKind::ispace:
      names = {"bounds", "volume"};
      break;
    case TypeKind::region:
      names = {"bounds", "volume", "ispace"};
      break;
    case TypeKind::partition:
    case TypeKind::cross_product:
      names = {"colors"};
      break;
    default:
      break;
  }
  return names;
}

}  // namespace

ir::ExprPtr Checker::no_field(const Type* type, const std::string& name, SourceRange range) {
  auto builder = error(DiagKind::no_field, range, name, type_name(type));
  const Type* element = type;
  if (const auto* region = try_as<RegionType>(type)) {
    element = region->fspace;
    const auto* structure = try_as<StructType>(element);
    if (structure && structure->find(name) >= 0) {
      builder.note(DiagKind::hint_projection, range, name);
      return make_error(range);
    }
  }
  if (const auto* pointer = try_as<PointerType>(type)) element = pointer->element;
  if (const auto* bounded = try_as<BoundedType>(type); bounded && bounded->element)
    element = bounded->element;
  const std::string close = closest_name(name, member_names(type->kind == TypeKind::region ? type : element));
  if (!close.empty()) builder.note(DiagKind::hint_did_you_mean, range, close);
  return make_error(range);
}

ir::ExprPtr Checker::check_field(const ast::FieldExpr& tree) {
  Value kept;
  if (const Value* value = value_at(tree, kept)) return value_of_lua(*value, tree.field.text, range_of(tree));
  ir::ExprPtr object = check_expr(*tree.object);
  // Errors point at the name, unless it stands on another line than the chain's first suffix.
  const SourceManager& sources = context_.diags.sources();
  const bool same_line = sources.line(tree.field.range) == sources.line(tree.anchor);
  const SourceRange name_range = same_line ? tree.field.range : range_of(tree);
  if (!tree.field.escape.is_valid()) {
    return field_of(std::move(object), tree.field.text, range_of(tree), name_range);
  }
  bool is_bad = false;
  const auto paths = expand_field_paths({{tree.field, {}}}, *frame_, context_.diags, is_bad);
  if (is_bad || paths.size() != 1) {
    if (!is_bad) error(DiagKind::expected_field_name, tree.field.range, "list");
    has_error_ = true;
    return make_error(range_of(tree));
  }
  for (const std::string& name : paths[0]) {
    object = field_of(std::move(object), name, range_of(tree), name_range);
  }
  return object;
}

ir::ExprPtr Checker::field_of(ir::ExprPtr object, const std::string& name, SourceRange range,
                              SourceRange name_range) {
  const Type* type = object->type;
  switch (type->kind) {
    case TypeKind::error:
      return object;
    case TypeKind::ispace:
    case TypeKind::region:
    case TypeKind::partition:
    case TypeKind::cross_product: {
      ir::ExprPtr member = handle_member(std::move(object), name, range);
      return member ? std::move(member) : no_field(type, name, name_range);
    }
    case TypeKind::pointer: {
      const Type* element = as<PointerType>(type).element;
      if (element->kind != TypeKind::structure) break;
      ir::ExprPtr pointer = read(std::move(object));
      auto target = make<ir::DerefExpr>(element, range);
      target->is_lvalue = true;
      target->pointer = std::move(pointer);
      return field_of(std::move(target), name, range, name_range);
    }
    case TypeKind::bounded: {
      const auto& bounded = as<BoundedType>(type);
      // What the reference's struct of a pointer holds.
      if (name == "__ptr") return convert(read(std::move(object)), bounded.index, true);
      const int component = component_of(*bounded.index, name);
      if (component >= 0)
        return make_field(read(std::move(object)), component, component_type(*bounded.index, types()));
      if (!bounded.element || bounded.element->kind != TypeKind::structure) break;
      ir::ExprPtr element = access_pointer(read(std::move(object)), range);
      return field_of(std::move(element), name, range, name_range);
    }
    case TypeKind::index: {
      const auto& index = as<IndexType>(type);
      // The reference's index types are structs around a number, or around a struct of the coordinates.
      const bool is_number = (index.dim == 1 && name == "__ptr") || (index.dim == 0 && name == "value");
      if (is_number) return convert(read(std::move(object)), types().int64(), true);
      if (name == "__ptr") return object;
      const int component = component_of(index, name);
      if (component < 0) break;
      ir::ExprPtr node =
          make_field(std::move(object), component, component_type(as<IndexType>(type), types()));
      node->range = range;
      return node;
    }
    case TypeKind::rect: {
      if (name != "lo" && name != "hi") break;
      ir::ExprPtr node = make_field(std::move(object), name == "lo" ? 0 : 1, as<RectType>(type).index);
      node->range = range;
      return node;
    }
    case TypeKind::structure: {
      const auto& structure = as<StructType>(type);
      types().complete(&structure);
      const int field = structure.find(name);
      if (field < 0 && structure.origin == StructOrigin::terra) {
        const Value missing = context_.macros.find_member(structure, "metamethods", "__entrymissing");
        if (missing.kind == Value::Kind::macro) {
          auto text = make<ir::ConstExpr>(types().rawstring(), range);
          text->string = name;
          std::vector<ir::ExprPtr> args;
          args.push_back(std::move(text));
          args.push_back(std::move(object));
          return macro_value(expand_macro(std::get<MacroValue>(missing.data), std::move(args), {}, range),
                             range);
        }
      }
      if (field < 0) break;
      if (structure.definition && structure.definition->has_handles() && needs_unpacking(structure, field)) {
        return unpacked_field(std::move(object), field, range, name_range);
      }
      if (object->kind == ir::ExprKind::RegionAccess && structure.sliceable) {
        auto* access = static_cast<ir::RegionAccessExpr*>(object.release());
        return access_field(std::unique_ptr<ir::RegionAccessExpr>(access), name, range, name_range);
      }
      ir::ExprPtr node =
          make_field(std::move(object), field, structure.fields[static_cast<size_t>(field)].type);
      node->range = range;
      return node;
    }
    default:
      break;
  }
  return no_field(type, name, name_range);
}

ir::ExprPtr Checker::handle_member(ir::ExprPtr object, const std::string& name, SourceRange range) {
  const Type* type = object->type;
  const IspaceType* ispace = nullptr;
  const Type* result = nullptr;
  ir::HandleMember member{};
  if (const auto* region = try_as<RegionType>(type)) ispace = try_as<IspaceType>(region->ispace->type);
  if (type->kind == TypeKind::ispace) ispace = &as<IspaceType>(type);

  if (const auto* product = try_as<CrossProductType>(type); product && name == "colors") {
    const auto* first = try_as<PartitionType>(product->partitions[0]->type);
    if (!first) return nullptr;
    member = ir::HandleMember::colors;
    result = first->colors->type;
  } else if (const auto* partition = try_as<PartitionType>(type); partition && name == "colors") {
    member = ir::HandleMember::colors;
    result = partition->colors->type;
  } else if (ispace && name == "ispace" && type->kind == TypeKind::region) {
    member = ir::HandleMember::ispace;
    result = ispace;
  } else if (ispace && name == "volume") {
    member = ir::HandleMember::volume;
    result = types().int64();
  } else if (ispace && name == "bounds" && ispace->index->dim > 0) {
    member = ir::HandleMember::bounds;
    result = types().rect(*ispace->index);
  }
  if (!result) return nullptr;
  auto node = make<ir::HandleMemberExpr>(result, range);
  node->object = std::move(object);
  node->member = member;
  return node;
}

ir::ExprPtr Checker::check_index(const ast::IndexExpr& tree) {
  const SourceRange range = range_of(tree);
  ir::ExprPtr object = check_expr(*tree.object);
  ir::ExprPtr index = check_value(*tree.index);
  if (is_error(object->type) || is_error(index->type)) return make_error(range);

  switch (object->type->kind) {
    case TypeKind::region: {
      const IndexType* expected = as<RegionType>(object->type).index();
      const auto* bounded = try_as<BoundedType>(index->type);
      if (!bounded || bounded->index != expected || bounded->bounds.size() > 1) {
        index = expect(std::move(index), expected, range_of(*tree.index));
        if (is_error(index->type)) return make_error(range);
      }
      return access_region(handle_local(std::move(object)), std::move(index), range);
    }
    case TypeKind::partition:
      return subregion(std::move(object), std::move(index), range);
    case TypeKind::list:
      return list_element(read(std::move(object)), std::move(index), range);
    case TypeKind::cross_product:
      return subpartition(std::move(object), std::move(index), range);
    case TypeKind::transform: {
      index = expect(std::move(index), types().index(2), range_of(*tree.index));
      if (is_error(index->type)) return make_error(range);
      auto node = make<ir::IndexExpr>(types().int64(), range);
      node->is_lvalue = object->is_lvalue;
      node->object = std::move(object);
      node->index = std::move(index);
      return node;
    }
    case TypeKind::vector: {
      if (!can_convert(index->type, types().int64())) break;
      auto node = make<ir::IndexExpr>(as<VectorType>(object->type).element, range);
      node->is_lvalue = object->is_lvalue;
      node->object = std::move(object);
      node->index = convert(std::move(index), types().int64());
      return node;
    }
    case TypeKind::array:
    case TypeKind::pointer: {
      const bool is_array = object->type->kind == TypeKind::array;
      const Type* element =
          is_array ? as<ArrayType>(object->type).element : as<PointerType>(object->type).element;
      const bool is_integral = index->type->kind == TypeKind::integer;
      if (element->kind == TypeKind::opaque || (!is_integral && !can_convert(index->type, types().int64())))
        break;
      auto node = make<ir::IndexExpr>(element, range);
      node->is_lvalue = !is_array || object->is_lvalue;
      node->object = is_array ? std::move(object) : read(std::move(object));
      node->index = is_integral ? std::move(index) : convert(std::move(index), types().int64());
      return node;
    }
    default:
      break;
  }
  error(DiagKind::invalid_index_access, range, type_name(object->type), type_name(index->type));
  return make_error(range);
}

// A constant, a loop variable, or a loop variable plus a constant, component by component.
std::optional<Checker::ColorKey> Checker::analyze_color(const Type* partition, const ir::Expr& color) const {
  switch (color.kind) {
    case ir::ExprKind::Const:
      if (color.type->kind != TypeKind::integer) return std::nullopt;
      return ColorKey{partition, nullptr, {static_cast<int64_t>(ir::as<ir::ConstExpr>(color).integer)}};
    case ir::ExprKind::Local: {
      const auto& local = ir::as<ir::LocalExpr>(color);
      if (!loop_variables_.count(local.local)) return std::nullopt;
      size_t components = 1;
      if (const auto* bounded = try_as<BoundedType>(color.type)) components = bounded->index->components();
      if (const auto* index = try_as<IndexType>(color.type)) components = index->components();
      return ColorKey{partition, local.local, std::vector<int64_t>(components, 0)};
    }
    case ir::ExprKind::Cast: {
      const auto& cast = ir::as<ir::CastExpr>(color);
      // A conversion that may lose bits would make different constants equal.
      if (cast.operand->type->kind == TypeKind::floating) return std::nullopt;
      const auto* integer = try_as<IntegerType>(color.type);
      if (integer && integer->bits < 64) return std::nullopt;
      return analyze_color(partition, *cast.operand);
    }
    case ir::ExprKind::Unary: {
      const auto& unary = ir::as<ir::UnaryExpr>(color);
      if (unary.op != ast::UnaryOp::negate) return std::nullopt;
      auto key = analyze_color(partition, *unary.operand);
      if (!key || key->base) return std::nullopt;
      for (int64_t& offset : key->offset) offset = static_cast<int64_t>(-static_cast<uint64_t>(offset));
      return key;
    }
    case ir::ExprKind::Ctor: {
      ColorKey key{partition, nullptr, {}};
      for (const ir::ExprPtr& value : ir::as<ir::CtorExpr>(color).values) {
        const auto component = analyze_color(partition, *value);
        if (!component || component->base || component->offset.size() != 1) return std::nullopt;
        key.offset.push_back(component->offset[0]);
      }
      return key;
    }
    case ir::ExprKind::Binary: {
      const auto& binary = ir::as<ir::BinaryExpr>(color);
      const bool is_add = binary.op == ast::BinaryOp::add;
      if (!is_add && binary.op != ast::BinaryOp::subtract) return std::nullopt;
      auto lhs = analyze_color(partition, *binary.lhs);
      auto rhs = analyze_color(partition, *binary.rhs);
      if (!lhs || !rhs || lhs->offset.size() != rhs->offset.size()) return std::nullopt;
      if (is_add && rhs->base) std::swap(lhs, rhs);
      if (rhs->base) return std::nullopt;
      for (size_t i = 0; i < lhs->offset.size(); ++i) {
        // Wraps around as the computation itself does.
        const auto a = static_cast<uint64_t>(lhs->offset[i]), b = static_cast<uint64_t>(rhs->offset[i]);
        lhs->offset[i] = static_cast<int64_t>(is_add ? a + b : a - b);
      }
      return lhs;
    }
    default:
      return std::nullopt;
  }
}

const RegionType* Checker::subregion_type(const PartitionType& partition, const std::optional<ColorKey>& key,
                                          SourceRange range) {
  const auto* parent = try_as<RegionType>(partition.parent->type);
  if (!parent) return nullptr;
  if (key) {
    auto it = subregions_.find(*key);
    if (it != subregions_.end()) return it->second;
  }
  const Type* ispace = types().new_ispace(parent->index());
  const RegionType* region = types().new_region(types().new_symbol("", ispace, range), parent->fspace);
  constraints_.add_subregion(region, &partition);
  constraints_.add_subregion(&partition, parent);
  known_regions_.push_back(region);
  const Symbol* symbol = types().new_symbol(std::string(context_.diags.sources().text(range)), region, range);
  handle_symbols_.emplace(region, symbol);
  if (!key) return region;
  for (const auto& [other, other_region] : subregions_) {
    const bool differs = other.partition == key->partition && other.base == key->base &&
                         other.offset.size() == key->offset.size() && other.offset != key->offset;
    if (partition.disjoint && differs) constraints_.add_disjoint(region, other_region);
  }
  subregions_.emplace(*key, region);
  return region;
}

ir::ExprPtr Checker::subregion(ir::ExprPtr partition, ir::ExprPtr color, SourceRange range) {
  const auto& type = as<PartitionType>(partition->type);
  const auto* colors = try_as<IspaceType>(type.colors->type);
  if (!colors) return make_error(range);
  const auto* bounded = try_as<BoundedType>(color->type);
  if (!bounded || bounded->index != colors->index || bounded->bounds.size() > 1) {
    color = expect(std::move(color), colors->index, range);
    if (is_error(color->type)) return make_error(range);
  }

  const RegionType* region = subregion_type(type, analyze_color(&type, *color), range);
  if (!region) return make_error(range);
  auto node = make<ir::SubregionExpr>(region, range);
  node->partition = std::move(partition);
  node->color = std::move(color);
  return node;
}

ir::ExprPtr Checker::rect_size(ir::ExprPtr rect) {
  const IndexType* index = as<RectType>(rect->type).index;
  const SourceRange range = rect->range;
  ir::Local* local = spill(std::move(rect));
  ir::ExprPtr extent = make_binary(ast::BinaryOp::subtract, make_field(make_local(local, range), 1, index),
                                   make_field(make_local(local, range), 0, index), index);
  auto one = make<ir::CtorExpr>(index, range);
  for (int i = 0; i < index->components(); ++i)
    one->values.push_back(make_integer(1, types().int64(), range));
  return make_binary(ast::BinaryOp::add, std::move(extent), std::move(one), index);
}

ir::ExprPtr Checker::rect_method(ir::ExprPtr& object, const std::string& name, SourceRange range) {
  const auto* rect = try_as<RectType>(object->type);
  if (!rect) return nullptr;
  if (name == "size") return rect_size(read(std::move(object)));
  if (name != "volume") return nullptr;
  const IndexType* index = rect->index;
  ir::ExprPtr size = rect_size(read(std::move(object)));
  if (index->dim <= 1) return convert(std::move(size), types().int32(), true);
  ir::Local* local = spill(std::move(size));
  ir::ExprPtr volume;
  for (int i = 0; i < index->components(); ++i) {
    ir::ExprPtr extent = make_field(make_local(local, range), i, types().int64());
    volume = volume
                 ? make_binary(ast::BinaryOp::multiply, std::move(volume), std::move(extent), types().int64())
                 : std::move(extent);
  }
  return volume;
}

std::vector<const ir::Function*> Checker::find_methods(const StructType& type, const std::string& name) {
  const Value value = context_.macros.find_member(type, "methods", name);
  std::vector<const ir::Function*> result;
  if (value.kind == Value::Kind::function) result.push_back(std::get<const ir::Function*>(value.data));
  if (value.kind == Value::Kind::overloaded) {
    for (const Value& entry : value.list()) result.push_back(std::get<const ir::Function*>(entry.data));
  }
  return result;
}

// `self` is the address (of the variable itself, or of a copy of a value and of a region's element) or, where
// the methods are declared so, the value.
ir::ExprPtr Checker::method_receiver(ir::ExprPtr object, const StructType& structure,
                                     const std::vector<const ir::Function*>& methods, SourceRange range) {
  const bool is_pointer = object->type->kind == TypeKind::pointer;
  const bool by_value = std::ranges::all_of(methods, [](const ir::Function* method) {
    return !method->params.empty() && method->params.front()->type->kind == TypeKind::structure;
  });
  if (by_value == !is_pointer) return object;
  if (by_value) {
    auto target = make<ir::DerefExpr>(&structure, range);
    target->is_lvalue = true;
    target->pointer = read(std::move(object));
    return target;
  }
  if (!object->is_lvalue || ir::root_access(*object)) {
    object = make_local(temporary(read(std::move(object))), range);
  }
  mark_address_taken(*object);
  auto address = make<ir::AddressOfExpr>(types().pointer(&structure), range);
  address->operand = std::move(object);
  return address;
}

// As a statement it may stand for statements; nothing is left of the call then.
ir::ExprPtr Checker::method_macro(const MacroValue& macro, std::vector<ir::ExprPtr> args, bool is_statement,
                                  SourceRange range) {
  const Value result = expand_macro(macro, std::move(args), {}, range);
  if (!is_statement) return macro_value(result, range);
  if (result.kind != Value::Kind::error) splice_stat(result, range);
  return make_error(range);
}

ir::ExprPtr Checker::check_method(const ast::MethodCallExpr& tree) {
  const SourceRange range = range_of(tree);
  const bool is_statement = std::exchange(is_statement_, false);
  check_call_annotations(tree.annotations);
  ir::ExprPtr object = check_expr(*tree.object);
  auto args = check_args(tree.args);
  if (is_error(object->type)) return object;
  const std::string& name = tree.method.text;
  const Type* type = object->type;
  if (args.empty()) {
    if (ir::ExprPtr result = rect_method(object, name, range)) return result;
    if (ir::ExprPtr result = c_method(object, name, range)) return result;
    if (ir::ExprPtr result = list_method(object, name, range)) return result;
  }

  const auto* pointer = try_as<PointerType>(type);
  const auto* structure = try_as<StructType>(pointer ? pointer->element : type);
  if (structure) {
    const Value method = context_.macros.find_member(*structure, "methods", name);
    const auto methods = find_methods(*structure, name);
    if (!methods.empty()) {
      object = method_receiver(std::move(object), *structure, methods, range);
      args.insert(args.begin(), read(std::move(object)));
      return call_overloaded(name, methods, std::move(args), range);
    }
    if (method.kind == Value::Kind::macro) {
      args.insert(args.begin(), std::move(object));
      for (const ir::ExprPtr& arg : args) {
        if (is_error(arg->type)) return make_error(range);
      }
      return method_macro(std::get<MacroValue>(method.data), std::move(args), is_statement, range);
    }
    const Value missing = context_.macros.find_member(*structure, "metamethods", "__methodmissing");
    if (missing.kind == Value::Kind::macro) {
      auto text = make<ir::ConstExpr>(types().rawstring(), range);
      text->string = name;
      args.insert(args.begin(), std::move(object));
      args.insert(args.begin(), std::move(text));
      return method_macro(std::get<MacroValue>(missing.data), std::move(args), is_statement, range);
    }
  }

  std::string list;
  for (const ir::ExprPtr& arg : args) {
    if (is_error(arg->type)) return make_error(range);
    list += (list.empty() ? "" : ", ") + type_name(arg->type);
  }
  error(DiagKind::invalid_method_call, range, type_name(type), name, list);
  return make_error(range);
}

}  // namespace palatine::sema
