// What tasks and element types say about themselves to Lua: privileges, properties, numbers, leaf fields.
#include "sema/ir/ir.h"
#include "sema/specialize/library.h"
#include "sema/specialize/lua_value.h"
#include "sema/specialize/world.h"

namespace palatine::sema {

static const Type* type_argument(lua_State* lua) {
  const Type* type = type_at(lua, 1);
  if (!type) luaL_error(lua, "expected a type, got %s", describe(lua, 1).c_str());
  return type;
}

static Value field_path_value(std::vector<std::string> path) {
  Value value;
  value.kind = Value::Kind::field_path;
  value.data = std::move(path);
  return value;
}

// task:get_privileges(): a list of what `where [privileges]` takes.
int task_get_privileges(lua_State* lua) {
  push_list(lua);
  int position = 0;
  for (const ir::PrivilegeDecl& declared : check_task(lua).privileges) {
    EffectValue effect = {ast::EffectMode::reads, declared.op, declared.region->symbol, declared.path};
    if (declared.privilege == ir::Privilege::writes) effect.mode = ast::EffectMode::writes;
    if (declared.privilege == ir::Privilege::reduces) effect.mode = ast::EffectMode::reduces;
    Value value;
    value.kind = Value::Kind::effect;
    value.data = std::move(effect);
    push_value(lua, value);
    lua_rawseti(lua, -2, ++position);
  }
  return 1;
}

int task_has_mapper_id(lua_State* lua) {
  lua_pushboolean(lua, check_task(lua).mapper_id != 0);
  return 1;
}
int task_get_mapper_id(lua_State* lua) {
  lua_pushinteger(lua, check_task(lua).mapper_id);
  return 1;
}
int task_has_mapping_tag(lua_State* lua) {
  lua_pushboolean(lua, check_task(lua).mapping_tag != 0);
  return 1;
}
int task_get_mapping_tag(lua_State* lua) {
  lua_pushinteger(lua, static_cast<lua_Integer>(check_task(lua).mapping_tag));
  return 1;
}

// For `variant:get_config_options()`.
int task_get_properties(lua_State* lua) {
  const ir::Task& task = check_task(lua);
  lua_newtable(lua);
  const std::pair<const char*, bool> properties[] = {{"leaf", task.is_leaf},
                                                     {"inner", task.is_inner},
                                                     {"idempotent", task.is_idempotent},
                                                     {"replicable", task.is_replicable}};
  for (const auto& [name, holds] : properties) {
    lua_pushboolean(lua, holds);
    lua_setfield(lua, -2, name);
  }
  return 1;
}

// regentlib.flatten_struct_fields(T): the paths of the leaf fields, and their types.
int flatten_struct_fields(lua_State* lua) {
  const Type* type = type_argument(lua);
  if (const auto* structure = try_as<StructType>(type)) world_of(lua).types.complete(structure);
  const auto leaves = flatten_fields(type);
  push_list(lua);
  push_list(lua);
  for (size_t k = 0; k < leaves.size(); ++k) {
    push_value(lua, field_path_value(leaves[k].path));
    lua_rawseti(lua, -3, static_cast<int>(k + 1));
    push_type(lua, leaves[k].type);
    lua_rawseti(lua, -2, static_cast<int>(k + 1));
  }
  return 2;
}

// The members of the types of regions and partitions.
int region_type_ispace(lua_State* lua) {
  const auto* region = try_as<RegionType>(type_argument(lua));
  luaL_argcheck(lua, region && region->ispace->type, 1, "expected the type of a region");
  push_type(lua, region->ispace->type);
  return 1;
}
int region_type_fspace(lua_State* lua) {
  const auto* region = try_as<RegionType>(type_argument(lua));
  luaL_argcheck(lua, region != nullptr, 1, "expected the type of a region");
  push_type(lua, region->fspace);
  return 1;
}

}  // namespace palatine::sema
