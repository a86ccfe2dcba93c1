#include "sema/specialize/world.h"

#include <lua.hpp>

namespace palatine::sema {

// Its address is the key of the world in the registry.
static char world_key;

World& world_of(lua_State* lua) {
  lua_pushlightuserdata(lua, &world_key);
  lua_rawget(lua, LUA_REGISTRYINDEX);
  auto* world = static_cast<World*>(lua_touserdata(lua, -1));
  lua_pop(lua, 1);
  world->running = lua;
  return *world;
}

void set_world(lua_State* lua, World& world) {
  lua_pushlightuserdata(lua, &world_key);
  lua_pushlightuserdata(lua, &world);
  lua_rawset(lua, LUA_REGISTRYINDEX);
}

SourceRange calling_position(lua_State* lua) {
  const host::Host& host = *world_of(lua).host;
  // Between the caller and its Lua code may stand functions of C, such as `pcall`.
  constexpr int kMaxLevel = 10;
  for (int level = 1; level <= kMaxLevel; ++level) {
    SourceRange position = host.current_position(level, lua);
    if (position.is_valid()) return position;
  }
  return {};
}

void World::complete(const Type* type) {
  if (!type || !completed.insert(type).second) return;
  switch (type->kind) {
    case TypeKind::pointer:
      return complete(as<PointerType>(type).element);
    case TypeKind::array:
      return complete(as<ArrayType>(type).element);
    case TypeKind::vector:
      return complete(as<VectorType>(type).element);
    case TypeKind::bounded:
      return complete(as<BoundedType>(type).element);
    case TypeKind::list:
      return complete(as<ListType>(type).element);
    case TypeKind::region:
      return complete(as<RegionType>(type).fspace);
    case TypeKind::function: {
      const auto& function = as<FunctionType>(type);
      for (const Type* param : function.params) complete(param);
      return complete(function.result);
    }
    case TypeKind::structure: {
      const auto& structure = as<StructType>(type);
      types.complete(&structure);
      for (const StructField& field : structure.fields) complete(field.type);
      return;
    }
    default:
      return;
  }
}

}  // namespace palatine::sema
