#include "sema/specialize/lua_type.h"
#include "sema/specialize/library.h"

#include <cmath>
#include <cstring>

#include "sema/specialize/lua_struct.h"
#include "sema/specialize/lua_value.h"
#include "sema/specialize/world.h"

namespace palatine::sema {

static const Type* check_type(lua_State* lua, int index) {
  const Type* type = type_at(lua, index);
  if (!type) luaL_error(lua, "expected a type as argument %d, got %s", index, describe(lua, index).c_str());
  return type;
}

// ---- members
// -----------------------------------------------------------------------------------------------------

static const Type& self_type(lua_State* lua) {
  const Type* type = type_at(lua, 1);
  if (!type) luaL_error(lua, "expected a type, got %s (call methods with `:`)", describe(lua, 1).c_str());
  return *type;
}

template <bool (*kPredicate)(const Type&)>
static int predicate(lua_State* lua) {
  lua_pushboolean(lua, kPredicate(self_type(lua)));
  return 1;
}

template <TypeKind K>
static bool is_kind(const Type& type) {
  return type.kind == K;
}
static bool is_arithmetic_type(const Type& type) {
  return is_numeric(&type);
}
static bool is_logical_type(const Type& type) {
  return type.kind == TypeKind::boolean || type.kind == TypeKind::integer;
}
static bool is_primitive_type(const Type& type) {
  return is_primitive(&type);
}
static bool is_aggregate_type(const Type& type) {
  return type.kind == TypeKind::structure || type.kind == TypeKind::array;
}
static bool is_pointer_to_struct(const Type& type) {
  const auto* pointer = try_as<PointerType>(&type);
  return pointer && pointer->element->kind == TypeKind::structure;
}
static bool is_pointer_to_function(const Type& type) {
  const auto* pointer = try_as<PointerType>(&type);
  return pointer && pointer->element->kind == TypeKind::function;
}

// `T:min()`, `T:max()`: the bounds of a number type, as constants of it.
template <bool kIsMax>
static int bound_of_type(lua_State* lua) {
  const Type& type = self_type(lua);
  ConstantValue constant;
  constant.type = &type;
  if (const auto* integer = try_as<IntegerType>(&type)) {
    const uint64_t top = uint64_t{1} << (integer->bits - 1);
    const uint64_t all = top | (top - 1);
    if (kIsMax) {
      constant.integer = integer->is_signed ? top - 1 : all;
    } else if (integer->is_signed) {
      // Negative numbers keep their sign in all 64 bits.
      constant.integer = ~(top - 1);
    }
  } else if (type.kind == TypeKind::floating) {
    constant.floating = kIsMax ? HUGE_VAL : -HUGE_VAL;
  } else {
    return luaL_error(lua, "type %s has no bounds", type_name(&type).c_str());
  }
  Value value;
  value.kind = Value::Kind::constant;
  value.data = std::move(constant);
  push_object(lua, value);
  return 1;
}

static constexpr luaL_Reg kTypeMethods[] = {
    {"min", bound_of_type<false>},
    {"max", bound_of_type<true>},
    {"isprimitive", predicate<is_primitive_type>},
    {"isintegral", predicate<is_kind<TypeKind::integer>>},
    {"isinteger", predicate<is_kind<TypeKind::integer>>},
    {"isfloat", predicate<is_kind<TypeKind::floating>>},
    {"isarithmetic", predicate<is_arithmetic_type>},
    {"islogical", predicate<is_logical_type>},
    {"isbool", predicate<is_kind<TypeKind::boolean>>},
    {"isstruct", predicate<is_kind<TypeKind::structure>>},
    {"isaggregate", predicate<is_aggregate_type>},
    {"ispointer", predicate<is_kind<TypeKind::pointer>>},
    {"ispointertostruct", predicate<is_pointer_to_struct>},
    {"ispointertofunction", predicate<is_pointer_to_function>},
    {"isarray", predicate<is_kind<TypeKind::array>>},
    {"isvector", predicate<is_kind<TypeKind::vector>>},
    {"isfunction", predicate<is_kind<TypeKind::function>>},
    {"isunit", predicate<is_kind<TypeKind::unit>>},
    {"getmethod", get_method},
    {"getentries", get_entries},
    {"ispace", region_type_ispace},
    {"fspace", region_type_fspace},
    {nullptr, nullptr},
};

static void push_types(lua_State* lua, const std::vector<const Type*>& types) {
  push_list(lua);
  for (size_t i = 0; i < types.size(); ++i) {
    push_type(lua, types[i]);
    lua_rawseti(lua, -2, static_cast<int>(i + 1));
  }
}

// Pushes a member that follows from the type itself; false when there is none of this name.
static bool push_property(lua_State* lua, const Type& type, std::string_view name) {
  auto push = [&](const Type* member) {
    push_type(lua, member);
    return true;
  };
  if (name == "name") {
    const auto* structure = try_as<StructType>(&type);
    lua_pushstring(lua, structure ? structure->name.c_str() : type_name(&type).c_str());
    return true;
  }
  switch (type.kind) {
    case TypeKind::pointer:
      return name == "type" && push(as<PointerType>(&type).element);
    case TypeKind::array:
    case TypeKind::vector: {
      // The two have the same members.
      bool is_array = type.kind == TypeKind::array;
      if (name == "N") {
        uint64_t count = is_array ? as<ArrayType>(&type).count : as<VectorType>(&type).count;
        lua_pushnumber(lua, static_cast<double>(count));
        return true;
      }
      return name == "type" && push(is_array ? as<ArrayType>(&type).element : as<VectorType>(&type).element);
    }
    case TypeKind::integer:
      if (name == "bytes") {
        lua_pushinteger(lua, as<IntegerType>(&type).bits / 8);
        return true;
      }
      if (name == "signed") {
        lua_pushboolean(lua, as<IntegerType>(&type).is_signed);
        return true;
      }
      return false;
    case TypeKind::floating:
      if (name != "bytes") return false;
      lua_pushinteger(lua, as<FloatType>(&type).bits / 8);
      return true;
    case TypeKind::function: {
      const auto& function = as<FunctionType>(&type);
      if (name == "returntype") return push(function.result);
      if (name == "isvararg") {
        lua_pushboolean(lua, function.variadic);
        return true;
      }
      if (name != "parameters") return false;
      push_types(lua, function.params);
      return true;
    }
    case TypeKind::index:
      if (name != "dim") return false;
      lua_pushinteger(lua, as<IndexType>(&type).dim);
      return true;
    case TypeKind::bounded: {
      const auto& bounded = as<BoundedType>(&type);
      if (name == "index_type") return push(bounded.index);
      if (name == "points_to_type" && bounded.element) return push(bounded.element);
      if (name != "dim") return false;
      lua_pushinteger(lua, bounded.index->dim);
      return true;
    }
    case TypeKind::ispace:
      if (name == "index_type") return push(as<IspaceType>(&type).index);
      if (name != "dim") return false;
      lua_pushinteger(lua, as<IspaceType>(&type).index->dim);
      return true;
    case TypeKind::rect:
      if (name == "index_type") return push(as<RectType>(&type).index);
      if (name != "dim") return false;
      lua_pushinteger(lua, as<RectType>(&type).index->dim);
      return true;
    case TypeKind::structure:
      return push_struct_member(lua, as<StructType>(&type), name);
    default:
      return false;
  }
}

// `T[N]`, `T.member`, `T:method`.
static int index_type(lua_State* lua) {
  const Type& type = self_type(lua);
  if (lua_type(lua, 2) == LUA_TNUMBER) {
    double count = lua_tonumber(lua, 2);
    constexpr double kMaxCount = 1ull << 48;
    if (count < 0 || count > kMaxCount || std::floor(count) != count) {
      return luaL_error(lua, "expected a whole number of elements, got %s", lua_tostring(lua, 2));
    }
    if (type.kind == TypeKind::unit || is_handle(&type)) {
      return luaL_error(lua, "arrays of %s are not supported", type_name(&type).c_str());
    }
    push_type(lua, world_of(lua).types.array(&type, static_cast<uint64_t>(count)));
    return 1;
  }
  lua_getfenv(lua, 1);
  lua_pushvalue(lua, 2);
  lua_rawget(lua, -2);
  if (!lua_isnil(lua, -1)) return 1;
  lua_pop(lua, 2);
  lua_pushvalue(lua, 2);
  lua_rawget(lua, lua_upvalueindex(1));
  if (!lua_isnil(lua, -1)) return 1;
  lua_pop(lua, 1);
  if (lua_type(lua, 2) == LUA_TSTRING && push_property(lua, type, lua_tostring(lua, 2))) return 1;
  lua_pushnil(lua);
  return 1;
}

// Programs may keep what they like with a type.
static int assign_member(lua_State* lua) {
  const Type& type = self_type(lua);
  if (lua_type(lua, 2) == LUA_TSTRING && std::strcmp(lua_tostring(lua, 2), "__no_field_slicing") == 0) {
    if (const auto* structure = try_as<StructType>(&type)) {
      const_cast<StructType*>(structure)->sliceable = !lua_toboolean(lua, 3);
    }
  }
  lua_getfenv(lua, 1);
  lua_pushvalue(lua, 2);
  lua_pushvalue(lua, 3);
  lua_rawset(lua, -3);
  return 0;
}

static int type_text(lua_State* lua) {
  const auto* structure = try_as<StructType>(&self_type(lua));
  if (structure && call_metamethod(lua, *structure, "__typename")) return 1;
  lua_pushstring(lua, type_name(&self_type(lua)).c_str());
  return 1;
}

// ---- types from types
// --------------------------------------------------------------------------------------------

// The symbols at the stack places `first` and above.
static std::vector<const Symbol*> check_bounds(lua_State* lua, int first) {
  std::vector<const Symbol*> bounds;
  for (int i = first; i <= lua_gettop(lua); ++i) {
    const Symbol* symbol = symbol_at(lua, i);
    if (!symbol) {
      luaL_error(lua, "expected a region or ispace variable as argument %d, got %s", i - 1,
                 describe(lua, i).c_str());
    }
    bounds.push_back(symbol);
  }
  return bounds;
}

// `ptr(T, r, ...)`, `int1d(T, r, ...)`, `int1d(is)`.
static int call_type(lua_State* lua) {
  const Type& type = self_type(lua);
  const auto* index = try_as<IndexType>(&type);
  // What was wrong with it was reported.
  if (is_error(&type)) {
    push_type(lua, &type);
    return 1;
  }
  if (!index) {
    return luaL_error(lua, "type %s cannot be called from Lua: casts are part of tasks",
                      type_name(&type).c_str());
  }
  int first = 2;
  const Type* element = nullptr;
  if (!symbol_at(lua, 2)) {
    element = check_type(lua, 2);
    first = 3;
  }
  std::vector<const Symbol*> bounds = check_bounds(lua, first);
  if (bounds.empty()) return luaL_error(lua, "%s expected a region or ispace variable", index->name.c_str());
  push_type(lua, world_of(lua).types.bounded(index, element, std::move(bounds)));
  return 1;
}

// `s(r, ...)`: an instance of a field space. Whether the arguments fit is known when it is used: they may
// have no types yet. What is nil is left out.
static int call_fspace(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  if (!object || object->kind != Value::Kind::fspace) return luaL_error(lua, "expected a field space");
  const auto* definition = std::get<const FspaceDefinition*>(object->data);
  std::vector<const Symbol*> args;
  for (int i = 2; i <= lua_gettop(lua); ++i) {
    if (lua_isnil(lua, i)) continue;
    const Symbol* symbol = symbol_at(lua, i);
    if (!symbol) {
      return luaL_error(lua, "expected a symbol as argument %d, got %s", i - 1, describe(lua, i).c_str());
    }
    args.push_back(symbol);
  }
  push_type(lua, world_of(lua).types.fspace_instance(*definition, std::move(args)));
  return 1;
}

static int fspace_text(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  if (!object || object->kind != Value::Kind::fspace) return luaL_error(lua, "expected a field space");
  lua_pushstring(lua, std::get<const FspaceDefinition*>(object->data)->name.c_str());
  return 1;
}

void push_pointer_type(lua_State* lua) {
  const Type* element = check_type(lua, 1);
  lua_settop(lua, 0);
  push_type(lua, world_of(lua).types.pointer(element));
}

// A type, or a Lua table of types.
static std::vector<const Type*> check_types(lua_State* lua, int index) {
  if (object_at(lua, index)) return {check_type(lua, index)};
  if (!lua_istable(lua, index)) luaL_error(lua, "expected types, got %s", describe(lua, index).c_str());
  std::vector<const Type*> types;
  for (int i = 1; i <= static_cast<int>(lua_objlen(lua, index)); ++i) {
    lua_rawgeti(lua, index, i);
    const Type* type = type_at(lua, lua_gettop(lua));
    if (!type) luaL_error(lua, "expected a type, got %s", describe(lua, lua_gettop(lua)).c_str());
    types.push_back(type);
    lua_pop(lua, 1);
  }
  return types;
}

const Type* tuple_type(TypeTable& types, const std::vector<const Type*>& members) {
  std::vector<StructField> fields;
  for (const Type* member : members) fields.push_back({"_" + std::to_string(fields.size()), member, {}});
  return fields.empty() ? types.unit() : types.constructor(std::move(fields));
}

const Type* tuple_at(lua_State* lua, int index) {
  if (!lua_istable(lua, index)) return nullptr;
  std::vector<const Type*> members;
  for (int i = 1; i <= static_cast<int>(lua_objlen(lua, index)); ++i) {
    lua_rawgeti(lua, index, i);
    members.push_back(type_at(lua, lua_gettop(lua)));
    lua_pop(lua, 1);
    if (!members.back()) return nullptr;
  }
  if (members.empty()) return nullptr;
  return members.size() == 1 ? members[0] : tuple_type(world_of(lua).types, members);
}

// tuple(T, ...)
static int tuple(lua_State* lua) {
  std::vector<const Type*> members;
  for (int i = 1; i <= lua_gettop(lua); ++i) members.push_back(check_type(lua, i));
  push_type(lua, tuple_type(world_of(lua).types, members));
  return 1;
}

void push_function_type(lua_State* lua) {
  std::vector<const Type*> params = check_types(lua, 1);
  std::vector<const Type*> results = check_types(lua, 2);
  TypeTable& types = world_of(lua).types;
  const Type* result = types.unit();
  if (results.size() == 1) result = results[0];
  if (results.size() > 1) result = tuple_type(types, results);
  lua_settop(lua, 0);
  // As in Terra: a pointer to a function.
  push_type(lua, types.pointer(types.function(std::move(params), result, false)));
}

static int size_of(lua_State* lua) {
  const Type* type = check_type(lua, 2);
  world_of(lua).complete(type);
  const std::optional<Layout> layout = layout_of(type);
  if (!layout) return luaL_error(lua, "the size of %s is not known while compiling", type_name(type).c_str());
  lua_pushnumber(lua, static_cast<double>(layout->size_bytes));
  return 1;
}

// `vector(T, N)` makes a type and `sizeof(T)` a number; in tasks `vector(1, 2)` makes a value, as do the
// other special forms.
static int call_special(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  const bool is_special = object && object->kind == Value::Kind::special;
  if (is_special && std::get<SpecialForm>(object->data) == SpecialForm::size_of) return size_of(lua);
  if (!is_special || std::get<SpecialForm>(object->data) != SpecialForm::vector) {
    return luaL_error(lua, "this function can be called from tasks and terra functions only");
  }
  const Type* element = check_type(lua, 2);
  lua_Number count = luaL_checknumber(lua, 3);
  if (!is_primitive(element)) {
    return luaL_error(lua, "expected a primitive type for a vector, got %s", type_name(element).c_str());
  }
  constexpr lua_Number kMaxCount = 1024;
  if (count < 1 || count > kMaxCount || std::floor(count) != count) {
    return luaL_error(lua, "expected a number of elements from 1 to 1024");
  }
  push_type(lua, world_of(lua).types.vector(element, static_cast<uint64_t>(count)));
  return 1;
}

// index_type(base [, name]): base is an integer type, opaque, or a struct of integers of one width.
static int index_type_of(lua_State* lua) {
  World& world = world_of(lua);
  const Type* base = check_type(lua, 1);
  const bool has_name = lua_type(lua, 2) == LUA_TSTRING;
  std::string name = has_name ? lua_tostring(lua, 2) : type_name(base);
  auto is_coordinate = [](const Type* type) {
    const auto* integer = try_as<IntegerType>(type);
    return integer && integer->is_signed && integer->bits >= 32;
  };
  if (base->kind == TypeKind::opaque || is_coordinate(base)) {
    push_type(lua, world.types.new_index(std::move(name), base->kind == TypeKind::opaque ? 0 : 1, {}, base));
    return 1;
  }
  const auto* structure = try_as<StructType>(base);
  if (structure) world.complete(structure);
  std::vector<std::string> fields;
  bool is_valid = structure && !structure->fields.empty();
  for (size_t i = 0; is_valid && i < structure->fields.size(); ++i) {
    const StructField& field = structure->fields[i];
    is_valid = is_coordinate(field.type) && field.type == structure->fields[0].type;
    fields.push_back(field.name);
  }
  if (!is_valid || fields.size() > static_cast<size_t>(kMaxDim)) {
    return luaL_error(
        lua, "an index type needs int32 or int64, or a struct of up to %d fields of one of them, got %s",
        kMaxDim, type_name(base).c_str());
  }
  const auto dim = static_cast<int>(fields.size());
  push_type(lua, world.types.new_index(std::move(name), dim, std::move(fields), structure->fields[0].type));
  return 1;
}

// regentlib.array(T, N)
int future_type(lua_State* lua) {
  const Type* value = check_type(lua, 1);
  World& world = world_of(lua);
  const StructType*& known = world.future_types[value];
  if (!known) {
    StructType* made = world.types.new_struct(StructOrigin::terra, "future(" + type_name(value) + ")");
    made->sliceable = false;
    made->future_of = value;
    known = made;
  }
  push_type(lua, known);
  return 1;
}

int regent_array_type(lua_State* lua) {
  const Type* element = check_type(lua, 1);
  const lua_Number count = luaL_checknumber(lua, 2);
  if (!is_primitive(element)) {
    return luaL_error(lua, "expected a primitive type for an array, got %s", type_name(element).c_str());
  }
  constexpr lua_Number kMaxCount = 1 << 20;
  if (count < 1 || count > kMaxCount || std::floor(count) != count) {
    return luaL_error(lua, "expected a whole number of elements");
  }
  push_type(lua, world_of(lua).types.array(element, static_cast<uint64_t>(count), true));
  return 1;
}

// ---- types of handles
// --------------------------------------------------------------------------------------------

static const IndexType* check_index_type(lua_State* lua, int index) {
  const Type* type = check_type(lua, index);
  const auto* index_type = try_as<IndexType>(type);
  if (!index_type) {
    luaL_error(lua, "expected an index type as argument %d, got %s", index, type_name(type).c_str());
  }
  return index_type;
}

// rect_type(index type)
static int rect_type_of(lua_State* lua) {
  const IndexType* index = check_index_type(lua, 1);
  const RectType* rect = world_of(lua).types.rect(*index);
  if (!rect) return luaL_error(lua, "there is no rect of %s", index->name.c_str());
  push_type(lua, rect);
  return 1;
}

// ispace(I)
static int ispace(lua_State* lua) {
  push_type(lua, world_of(lua).types.new_ispace(check_index_type(lua, 1)));
  return 1;
}

// The ispace that a type names: a variable, or an ispace type, for which a variable without a name stands.
static const Symbol* check_ispace(lua_State* lua, int index) {
  if (const Symbol* symbol = symbol_at(lua, index)) return symbol;
  const Type* type = check_type(lua, index);
  if (type->kind == TypeKind::index) {
    const std::string name = type_name(type);
    luaL_error(lua, "expected an ispace as argument %d, got %s: the type of index spaces is ispace(%s)",
               index, name.c_str(), name.c_str());
  }
  if (type->kind != TypeKind::ispace) {
    luaL_error(lua, "expected an ispace as argument %d, got %s", index, type_name(type).c_str());
  }
  return world_of(lua).types.new_symbol("", type, {});
}

// region([is,] T)
static int region(lua_State* lua) {
  TypeTable& types = world_of(lua).types;
  bool has_ispace = lua_gettop(lua) > 1;
  const Symbol* space =
      has_ispace ? check_ispace(lua, 1) : types.new_symbol("", types.new_ispace(types.index(0)), {});
  const Type* element = check_type(lua, has_ispace ? 2 : 1);
  if (is_handle(element) || element->kind == TypeKind::list) {
    return luaL_error(lua, "a region cannot have elements of type %s", type_name(element).c_str());
  }
  push_type(lua, types.new_region(space, element));
  return 1;
}

// partition(disjoint, [complete,] r [, cs])
static int partition(lua_State* lua) {
  TypeTable& types = world_of(lua).types;
  const char* word = luaL_checkstring(lua, 1);
  bool is_disjoint = std::strcmp(word, "disjoint") == 0;
  if (!is_disjoint && std::strcmp(word, "aliased") != 0) {
    return luaL_error(lua, "expected disjoint or aliased as argument 1, got %s", word);
  }
  // Completeness plays no part in types.
  int next = lua_type(lua, 2) == LUA_TSTRING ? 3 : 2;
  const Symbol* parent = symbol_at(lua, next);
  if (!parent) {
    return luaL_error(lua, "expected a region variable as argument %d, got %s", next,
                      describe(lua, next).c_str());
  }
  const Symbol* colors = lua_isnoneornil(lua, next + 1)
                             ? types.new_symbol("", types.new_ispace(types.index(0)), {})
                             : check_ispace(lua, next + 1);
  push_type(lua, types.new_partition(is_disjoint, parent, colors));
  return 1;
}

// dynamic_collective(T)
static int dynamic_collective(lua_State* lua) {
  const Type* element = check_type(lua, 1);
  if (!is_numeric(element)) {
    return luaL_error(lua, "a dynamic collective cannot have values of type %s", type_name(element).c_str());
  }
  push_type(lua, world_of(lua).types.dynamic_collective(element));
  return 1;
}

// list(T, partition type, privilege depth, region, shallow, barrier depth). Privileges of lists are found at
// any depth; the others would change what the list means.
int new_list_type(lua_State* lua) {
  const Type* element = check_type(lua, 1);
  static constexpr const char* kUnsupported[] = {"a partition type", nullptr, "a region", "shallow regions",
                                                 "a barrier depth"};
  for (int k = 0; k < 5; ++k) {
    if (kUnsupported[k] && lua_toboolean(lua, k + 2))
      return luaL_error(lua, "`regentlib.list` with %s is not supported", kUnsupported[k]);
  }
  if (!lua_isnoneornil(lua, 3)) luaL_checkinteger(lua, 3);
  if (element->kind == TypeKind::unit || element->kind == TypeKind::opaque) {
    return luaL_error(lua, "a list cannot have elements of type %s", type_name(element).c_str());
  }
  push_type(lua, world_of(lua).types.list(element));
  return 1;
}

// cross_product(p, q, ...)
static int cross_product(lua_State* lua) {
  std::vector<const Symbol*> partitions;
  for (int i = 1; i <= lua_gettop(lua); ++i) {
    const Symbol* symbol = symbol_at(lua, i);
    if (!symbol) {
      return luaL_error(lua, "expected a partition variable as argument %d, got %s", i,
                        describe(lua, i).c_str());
    }
    partitions.push_back(symbol);
  }
  if (partitions.size() < 2) return luaL_error(lua, "a cross product has at least two partitions");
  push_type(lua, world_of(lua).types.new_cross_product(std::move(partitions)));
  return 1;
}

// transform(M, N)
static int transform(lua_State* lua) {
  int size[2];
  for (int i = 0; i < 2; ++i) {
    lua_Number number = luaL_checknumber(lua, i + 1);
    if (number < 1 || number > kMaxDim || std::floor(number) != number) {
      return luaL_error(lua, "expected a number of dimensions from 1 to %d as argument %d", kMaxDim, i + 1);
    }
    size[i] = static_cast<int>(number);
  }
  push_type(lua, world_of(lua).types.transform(size[0], size[1]));
  return 1;
}

// ---- setting up
// --------------------------------------------------------------------------------------------------

void add_regent_types(lua_State* lua) {
  TypeTable& types = world_of(lua).types;
  for (int dim = 0; dim <= kMaxDim; ++dim) {
    push_type(lua, types.index(dim));
    lua_setfield(lua, -2, types.index(dim)->name.c_str());
    // The components without the index around them: here the same type.
    if (dim > 1) {
      push_type(lua, types.index(dim));
      lua_setfield(lua, -2, ("__" + types.index(dim)->name).c_str());
    }
    if (!types.rect(dim)) continue;
    push_type(lua, types.rect(dim));
    lua_setfield(lua, -2, type_name(types.rect(dim)).c_str());
  }
  push_type(lua, types.phase_barrier());
  lua_setfield(lua, -2, "phase_barrier");
  static constexpr luaL_Reg kFunctions[] = {
      {"ispace", ispace},          {"region", region},
      {"partition", partition},    {"cross_product", cross_product},
      {"transform", transform},    {"index_type", index_type_of},
      {"rect_type", rect_type_of}, {"dynamic_collective", dynamic_collective},
      {nullptr, nullptr}};
  luaL_setfuncs(lua, kFunctions, 0);
  for (const char* word : {"disjoint", "aliased", "complete", "incomplete"}) {
    lua_pushstring(lua, word);
    lua_setfield(lua, -2, word);
  }
  push_symbol(lua, types.wild());
  lua_setfield(lua, -2, "wild");
}

static void add_terra_types(lua_State* lua) {
  TypeTable& types = world_of(lua).types;
  auto set = [lua](const char* name, const Type* type) {
    push_type(lua, type);
    lua_setglobal(lua, name);
  };
  for (int bits : {8, 16, 32, 64}) {
    set(("int" + std::to_string(bits)).c_str(), types.integer(bits, true));
    set(("uint" + std::to_string(bits)).c_str(), types.integer(bits, false));
  }
  set("int", types.int32());
  set("uint", types.integer(32, false));
  set("long", types.int64());
  set("intptr", types.integer(64, false));
  set("ptrdiff", types.int64());
  set("float", types.floating(32));
  set("double", types.floating(64));
  set("bool", types.boolean());
  set("opaque", types.opaque());
  set("niltype", types.niltype());
  set("rawstring", types.rawstring());
  const std::pair<const char*, SpecialForm> kForms[] = {
      {"array", SpecialForm::array},        {"arrayof", SpecialForm::arrayof},
      {"vector", SpecialForm::vector},      {"vectorof", SpecialForm::vectorof},
      {"sizeof", SpecialForm::size_of},     {"unpacktuple", SpecialForm::unpack},
      {"unpackstruct", SpecialForm::unpack}};
  push_metatable(lua, Value::Kind::special);
  lua_pushcfunction(lua, call_special);
  lua_setfield(lua, -2, "__call");
  lua_pop(lua, 1);
  for (const auto& [name, form] : kForms) {
    Value value;
    value.kind = Value::Kind::special;
    value.data = form;
    push_object(lua, value);
    if (form == SpecialForm::size_of) {
      lua_getglobal(lua, "terralib");
      lua_pushvalue(lua, -2);
      lua_setfield(lua, -2, "sizeof");
      lua_pop(lua, 1);
    }
    lua_setglobal(lua, name);
  }
  lua_pushcfunction(lua, tuple);
  lua_setglobal(lua, "tuple");
}

void open_types(lua_State* lua) {
  push_metatable(lua, Value::Kind::type);
  lua_newtable(lua);
  luaL_setfuncs(lua, kTypeMethods, 0);
  lua_pushcclosure(lua, index_type, 1);
  lua_setfield(lua, -2, "__index");
  static constexpr luaL_Reg kMetamethods[] = {
      {"__newindex", assign_member}, {"__tostring", type_text}, {"__call", call_type}, {nullptr, nullptr}};
  luaL_setfuncs(lua, kMetamethods, 0);
  lua_pop(lua, 1);
  push_metatable(lua, Value::Kind::fspace);
  static constexpr luaL_Reg kFspaceMetamethods[] = {
      {"__tostring", fspace_text}, {"__call", call_fspace}, {nullptr, nullptr}};
  luaL_setfuncs(lua, kFspaceMetamethods, 0);
  lua_pop(lua, 1);
  add_terra_types(lua);
}

}  // namespace palatine::sema
