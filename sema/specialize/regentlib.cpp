// `regentlib` (language reference, section 7). A member is there only if it works.
#include <algorithm>
#include <cstring>

#include "sema/specialize/library.h"
#include "sema/specialize/lua_type.h"
#include "sema/specialize/lua_value.h"
#include "sema/specialize/terra_call.h"
#include "sema/specialize/world.h"

namespace palatine::sema {

// ---- programs
// ----------------------------------------------------------------------------------------------------

// regentlib.start(main, [setup])
static int start(lua_State* lua) {
  const ir::Function* setup = setup_function_at(lua, 2);
  world_of(lua).start(lua, task_at(lua, 1), setup, calling_position(lua));
  return 0;
}

// How many different computations of colors the index launches have that were compiled so far.
static int count_projection_functors(lua_State* lua) {
  lua_pushinteger(lua, static_cast<lua_Integer>(world_of(lua).projection_keys.size()));
  return 1;
}

// ---- symbols and macros
// ------------------------------------------------------------------------------------------

// newsymbol([type,] [name])
static int new_symbol(lua_State* lua) {
  const Type* type = nullptr;
  int name_place = 1;
  if (object_at(lua, 1)) {
    type = type_at(lua, 1);
    if (!type) return luaL_error(lua, "newsymbol expected a type, got %s", describe(lua, 1).c_str());
    name_place = 2;
  } else if (lua_isnil(lua, 1)) {
    name_place = 2;
  }
  const char* name = luaL_optstring(lua, name_place, "");
  push_symbol(lua, world_of(lua).types.new_symbol(name, type, calling_position(lua)));
  return 1;
}

static int make_macro(lua_State* lua, bool is_terra) {
  luaL_checktype(lua, 1, LUA_TFUNCTION);
  Value value;
  value.kind = Value::Kind::macro;
  lua_pushvalue(lua, 1);
  value.data = MacroValue{luaL_ref(lua, LUA_REGISTRYINDEX), is_terra};
  push_value(lua, value);
  return 1;
}

// macro(f)
int new_macro(lua_State* lua) {
  return make_macro(lua, false);
}
int new_terra_macro(lua_State* lua) {
  return make_macro(lua, true);
}

// field_path(name, ...)
static int field_path(lua_State* lua) {
  std::vector<std::string> path;
  for (int i = 1; i <= lua_gettop(lua); ++i) path.push_back(luaL_checkstring(lua, i));
  Value value;
  value.kind = Value::Kind::field_path;
  value.data = std::move(path);
  push_value(lua, value);
  return 1;
}

// ---- effects
// -----------------------------------------------------------------------------------------------------

static Value effect_value(EffectValue effect) {
  Value value;
  value.kind = Value::Kind::effect;
  value.data = std::move(effect);
  return value;
}

// reduces(op)
static int reduces(lua_State* lua) {
  const char* text = luaL_checkstring(lua, 1);
  EffectValue effect = {ast::EffectMode::reduces, ast::ReductionOp::add, nullptr, {}};
  using ast::ReductionOp;
  for (ReductionOp op : {ReductionOp::add, ReductionOp::subtract, ReductionOp::multiply, ReductionOp::divide,
                         ReductionOp::max, ReductionOp::min}) {
    if (std::strcmp(ast::reduction_op_text(op), text) != 0) continue;
    effect.reduction = op;
    push_value(lua, effect_value(std::move(effect)));
    return 1;
  }
  return luaL_error(lua, "reduces expected a reduction operator, got '%s'", text);
}

static std::vector<std::string> check_path(lua_State* lua, int index) {
  if (lua_isnoneornil(lua, index)) return {};
  Value value = to_value(lua, index);
  if (value.kind == Value::Kind::field_path) return value.field_path();
  return {luaL_checkstring(lua, index)};
}

static bool is_privilege(ast::EffectMode mode) {
  return mode == ast::EffectMode::reads || mode == ast::EffectMode::writes ||
         mode == ast::EffectMode::reduces;
}

static EffectValue check_mode(lua_State* lua, bool wants_privilege) {
  const Value* object = object_at(lua, 1);
  const char* wanted = wants_privilege ? "a privilege" : "a coherence mode";
  if (!object || object->kind != Value::Kind::effect) {
    luaL_error(lua, "expected %s as argument 1, got %s", wanted, describe(lua, 1).c_str());
  }
  EffectValue effect = std::get<EffectValue>(object->data);
  if (is_privilege(effect.mode) != wants_privilege || effect.region)
    luaL_error(lua, "expected %s as argument 1", wanted);
  return effect;
}

// privilege(mode, region, [field]) and coherence(mode, region, [field])
template <bool kPrivilege>
static int effect_of_region(lua_State* lua) {
  EffectValue effect = check_mode(lua, kPrivilege);
  effect.region = symbol_at(lua, 2);
  if (!effect.region)
    return luaL_error(lua, "expected a region variable as argument 2, got %s", describe(lua, 2).c_str());
  effect.path = check_path(lua, 3);
  push_value(lua, effect_value(std::move(effect)));
  return 1;
}

// privileges(mode, {region, ...}) and coherences(mode, {region, ...}): a list of them.
template <bool kPrivilege>
static int effects_of_regions(lua_State* lua) {
  EffectValue mode = check_mode(lua, kPrivilege);
  luaL_checktype(lua, 2, LUA_TTABLE);
  int count = static_cast<int>(lua_objlen(lua, 2));
  push_list(lua);
  for (int i = 1; i <= count; ++i) {
    lua_rawgeti(lua, 2, i);
    EffectValue effect = mode;
    effect.region = symbol_at(lua, lua_gettop(lua));
    if (!effect.region)
      return luaL_error(lua, "expected region variables, got %s", describe(lua, lua_gettop(lua)).c_str());
    lua_pop(lua, 1);
    push_value(lua, effect_value(std::move(effect)));
    lua_rawseti(lua, -2, i);
  }
  return 1;
}

// ---- predicates
// --------------------------------------------------------------------------------------------------

template <Value::Kind K>
static int is_kind(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  lua_pushboolean(lua, object && object->kind == K);
  return 1;
}

template <TypeKind K>
static int is_type_kind(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  lua_pushboolean(lua, object && object->kind == Value::Kind::type && object->type()->kind == K);
  return 1;
}

template <StructOrigin O>
static int is_struct_of(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  const auto* type =
      object && object->kind == Value::Kind::type ? try_as<StructType>(object->type()) : nullptr;
  lua_pushboolean(lua, type && type->origin == O);
  return 1;
}

static int is_complex_type(lua_State* lua) {
  const Type* type = type_at(lua, 1);
  World& world = world_of(lua);
  lua_pushboolean(lua, type && (type == world.complex32 || type == world.complex64));
  return 1;
}

static int is_string(lua_State* lua) {
  const Type* type = type_at(lua, 1);
  lua_pushboolean(lua, type && type == world_of(lua).string);
  return 1;
}

// ---- setting up
// --------------------------------------------------------------------------------------------------

static void add_effects(lua_State* lua) {
  using ast::EffectMode;
  const std::pair<const char*, EffectMode> kModes[] = {
      {"reads", EffectMode::reads},
      {"writes", EffectMode::writes},
      {"exclusive", EffectMode::exclusive},
      {"atomic", EffectMode::atomic},
      {"simultaneous", EffectMode::simultaneous},
      {"relaxed", EffectMode::relaxed},
  };
  for (auto [name, mode] : kModes) {
    push_value(lua, effect_value({mode, ast::ReductionOp::add, nullptr, {}}));
    lua_setfield(lua, -2, name);
  }
}

static int is_region_list_type(lua_State* lua) {
  lua_pushboolean(lua, is_region_list(type_at(lua, 1)));
  return 1;
}

void push_regentlib(lua_State* lua) {
  static constexpr luaL_Reg kFunctions[] = {
      {"start", start},
      {"count_projection_functors", count_projection_functors},
      {"saveobj", save_object},
      {"save_tasks", save_tasks},
      {"newsymbol", new_symbol},
      {"macro", new_macro},
      {"linklibrary", link_library},
      {"array", regent_array_type},
      {"future", future_type},
      {"list", new_list_type},
      {"field_path", field_path},
      {"reduces", reduces},
      {"privilege", effect_of_region<true>},
      {"privileges", effects_of_regions<true>},
      {"coherence", effect_of_region<false>},
      {"coherences", effects_of_regions<false>},
      {"flatten_struct_fields", flatten_struct_fields},
      {"is_symbol", is_kind<Value::Kind::symbol>},
      {"is_rquote", is_kind<Value::Kind::quote>},
      {"is_macro", is_kind<Value::Kind::macro>},
      {"is_task", is_kind<Value::Kind::task>},
      {"is_region", is_type_kind<TypeKind::region>},
      {"is_ispace", is_type_kind<TypeKind::ispace>},
      {"is_list", is_type_kind<TypeKind::list>},
      {"is_list_of_regions", is_region_list_type},
      {"is_partition", is_type_kind<TypeKind::partition>},
      {"is_index_type", is_type_kind<TypeKind::index>},
      {"is_rect_type", is_type_kind<TypeKind::rect>},
      {"is_bounded_type", is_type_kind<TypeKind::bounded>},
      {"is_fspace_instance", is_struct_of<StructOrigin::fspace>},
      {"is_complex_type", is_complex_type},
      {"is_string", is_string},
      {"is_ctor", is_struct_of<StructOrigin::constructor>},
      {nullptr, nullptr},
  };
  lua_newtable(lua);
  luaL_setfuncs(lua, kFunctions, 0);
  add_regent_types(lua);
  add_effects(lua);
  Value assertion;
  assertion.kind = Value::Kind::runtime_function;
  assertion.data = ir::RuntimeFunction::assert_;
  push_value(lua, assertion);
  lua_setfield(lua, -2, "assert");
  lua_pushinteger(lua, kMaxDim);
  lua_setfield(lua, -2, "max_dim");
  refuse_unknown(lua, "regentlib");
}

}  // namespace palatine::sema
