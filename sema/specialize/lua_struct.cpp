#include "sema/specialize/lua_struct.h"

#include <algorithm>

#include "sema/specialize/lua_value.h"
#include "sema/specialize/world.h"

namespace palatine::sema {

// The table of what Lua keeps with the type, on the stack.
static void push_environment(lua_State* lua, const StructType& type) {
  push_type(lua, &type);
  lua_getfenv(lua, -1);
  lua_remove(lua, -2);
}

// Adds {field = name, type = field} to the list on top of the stack.
static void append_entry(lua_State* lua, const std::string& name, const Type* field) {
  lua_createtable(lua, 0, 2);
  lua_pushlstring(lua, name.data(), name.size());
  lua_setfield(lua, -2, "field");
  push_type(lua, field);
  lua_setfield(lua, -2, "type");
  lua_rawseti(lua, -2, static_cast<int>(lua_objlen(lua, -2)) + 1);
}

static void push_entries(lua_State* lua, const StructType& type) {
  push_list(lua);
  for (const StructField& field : type.fields) append_entry(lua, field.name, field.type);
}

// The same with symbols for names, as field spaces have them.
static void push_fields(lua_State* lua, const StructType& type) {
  push_entries(lua, type);
  for (size_t i = 0; i < type.fields.size(); ++i) {
    const StructField& field = type.fields[i];
    lua_rawgeti(lua, -1, static_cast<int>(i) + 1);
    push_symbol(lua, world_of(lua).types.new_symbol(field.name, field.type, {}));
    lua_setfield(lua, -2, "field");
    lua_pop(lua, 1);
  }
}

bool push_struct_member(lua_State* lua, const StructType& type, std::string_view name) {
  if (name == "entries" || name == "fields") {
    world_of(lua).types.complete(&type);
    name == "entries" ? push_entries(lua, type) : push_fields(lua, type);
    return true;
  }
  if (name != "methods" && name != "metamethods") return false;
  push_environment(lua, type);
  lua_newtable(lua);
  lua_pushlstring(lua, name.data(), name.size());
  lua_pushvalue(lua, -2);
  lua_rawset(lua, -4);
  lua_remove(lua, -2);
  return true;
}

// Reads `{field = name, type = T}` or `{name, T}` on top of the stack.
static bool read_entry(lua_State* lua, StructField& field) {
  if (!lua_istable(lua, -1)) return false;
  lua_getfield(lua, -1, "field");
  lua_getfield(lua, -2, "type");
  if (lua_isnil(lua, -2)) {
    lua_pop(lua, 2);
    lua_rawgeti(lua, -1, 1);
    lua_rawgeti(lua, -2, 2);
  }
  const Type* type = type_at(lua, lua_gettop(lua));
  bool is_valid = type && lua_type(lua, -2) == LUA_TSTRING;
  if (is_valid) field = {lua_tostring(lua, -2), type, {}};
  lua_pop(lua, 2);
  return is_valid;
}

// Reads the entry on top of the stack, number `i` of the type.
static void fill_from_entry(lua_State* lua, StructType& type, int i, int union_number) {
  World& world = world_of(lua);
  StructField field;
  if (!read_entry(lua, field)) {
    world.diags.report(DiagKind::bad_struct_entry, type.range, i, type.name);
  } else if (type.find(field.name) >= 0) {
    world.diags.report(DiagKind::duplicate_field, type.range, field.name, type.name);
  } else {
    field.range = type.range;
    field.union_number = union_number;
    type.fields.push_back(std::move(field));
  }
}

// A list of entries on top of the stack: fields in one place.
static bool is_entry_list(lua_State* lua) {
  if (!lua_istable(lua, -1)) return false;
  lua_rawgeti(lua, -1, 1);
  const bool is_list = lua_istable(lua, -1) && !type_at(lua, lua_gettop(lua));
  lua_pop(lua, 1);
  return is_list;
}

bool call_metamethod(lua_State* lua, const StructType& type, const char* name) {
  push_environment(lua, type);
  lua_getfield(lua, -1, "metamethods");
  lua_remove(lua, -2);
  if (!lua_istable(lua, -1)) {
    lua_pop(lua, 1);
    return false;
  }
  lua_getfield(lua, -1, name);
  lua_remove(lua, -2);
  if (!lua_isfunction(lua, -1)) {
    lua_pop(lua, 1);
    return false;
  }
  push_type(lua, &type);
  const int status = lua_pcall(lua, 1, 1, 0);
  World& world = world_of(lua);
  world.running = lua;
  if (status == 0) return true;
  if (lua_type(lua, -1) == LUA_TSTRING) {
    world.diags.report(DiagKind::macro_failed, type.range, lua_tostring(lua, -1));
  }
  lua_pop(lua, 1);
  return false;
}

static void fill_from_entries(lua_State* lua, StructType& type) {
  luaL_checkstack(lua, 12, "too many values");
  int union_count = 0;
  push_environment(lua, type);
  if (call_metamethod(lua, type, "__getentries")) lua_setfield(lua, -2, "entries");
  lua_getfield(lua, -1, "entries");
  int count = lua_istable(lua, -1) ? static_cast<int>(lua_objlen(lua, -1)) : 0;
  type.fields.clear();
  for (int i = 1; i <= count; ++i) {
    lua_rawgeti(lua, -1, i);
    if (is_entry_list(lua)) {
      ++union_count;
      const int members = static_cast<int>(lua_objlen(lua, -1));
      for (int k = 1; k <= members; ++k) {
        lua_rawgeti(lua, -1, k);
        fill_from_entry(lua, type, i, union_count);
        lua_pop(lua, 1);
      }
    } else {
      fill_from_entry(lua, type, i, 0);
    }
    lua_pop(lua, 1);
  }
  lua_pop(lua, 2);
  check_not_recursive(lua, type);
  if (call_metamethod(lua, type, "__staticinitialize")) lua_pop(lua, 1);
}

static const StructType& self_struct(lua_State* lua) {
  const auto* structure = try_as<StructType>(type_at(lua, 1));
  if (!structure) luaL_argerror(lua, 1, "expected a struct");
  return *structure;
}

int get_method(lua_State* lua) {
  self_struct(lua);
  luaL_checkstring(lua, 2);
  lua_settop(lua, 2);
  lua_getfield(lua, 1, "metamethods");
  lua_getfield(lua, -1, "__getmethod");
  if (lua_isfunction(lua, -1)) {
    lua_pushvalue(lua, 1);
    lua_pushvalue(lua, 2);
    lua_call(lua, 2, 1);
    return 1;
  }
  lua_getfield(lua, 1, "methods");
  lua_pushvalue(lua, 2);
  lua_rawget(lua, -2);
  return 1;
}

int get_entries(lua_State* lua) {
  world_of(lua).types.complete(&self_struct(lua));
  lua_getfield(lua, 1, "entries");
  return 1;
}

StructType* new_open_struct(lua_State* lua, const std::string& name, SourceRange range) {
  World& world = world_of(lua);
  StructType* type = world.types.new_struct(StructOrigin::terra, name);
  type->range = range;
  push_environment(lua, *type);
  push_list(lua);
  lua_setfield(lua, -2, "entries");
  lua_pop(lua, 1);
  open_struct(world, *type);
  return type;
}

void open_struct(World& world, const StructType& type) {
  // Types that contain it are no longer complete either.
  world.completed.clear();
  world.types.set_completer(&type, [&world](StructType& open) { fill_from_entries(world.running, open); });
}

void add_entry(lua_State* lua, const StructType& type, const std::string& name, const Type* field,
               bool begins_union, bool in_union) {
  push_environment(lua, type);
  lua_getfield(lua, -1, "entries");
  if (begins_union) {
    push_list(lua);
    lua_rawseti(lua, -2, static_cast<int>(lua_objlen(lua, -2)) + 1);
  }
  if (in_union) lua_rawgeti(lua, -1, static_cast<int>(lua_objlen(lua, -1)));
  append_entry(lua, name, field);
  lua_pop(lua, in_union ? 3 : 2);
}

bool check_not_recursive(lua_State* lua, StructType& type) {
  World& world = world_of(lua);
  auto is_recursive = [&](const StructField& field) {
    if (const auto* structure = try_as<StructType>(field.type)) world.types.complete(structure);
    if (!contains_by_value(field.type, &type)) return false;
    world.diags.report(DiagKind::struct_contains_itself, field.range.is_valid() ? field.range : type.range,
                       type.name, field.name);
    return true;
  };
  auto first = std::remove_if(type.fields.begin(), type.fields.end(), is_recursive);
  bool is_ok = first == type.fields.end();
  type.fields.erase(first, type.fields.end());
  return is_ok;
}

}  // namespace palatine::sema
