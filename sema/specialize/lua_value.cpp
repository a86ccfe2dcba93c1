#include "sema/specialize/lua_value.h"

#include <cmath>
#include <cstdlib>
#include <new>

#include "sema/specialize/terra_call.h"
#include "sema/specialize/world.h"

namespace palatine::sema {

// Addresses of these are keys of the registry and of metatables.
static char marker_key, objects_key, list_key;

// LuaJIT's type of numbers such as `1LL`, which plain Lua does not have.
static constexpr int kLuaCdata = 10;

// ---- metatables
// --------------------------------------------------------------------------------------------------

static void push_registered(lua_State* lua, void* key) {
  lua_pushlightuserdata(lua, key);
  lua_rawget(lua, LUA_REGISTRYINDEX);
}

static int collect(lua_State* lua) {
  static_cast<Value*>(lua_touserdata(lua, 1))->~Value();
  return 0;
}

void open_values(lua_State* lua) {
  lua_pushlightuserdata(lua, &objects_key);
  lua_newtable(lua);
  lua_rawset(lua, LUA_REGISTRYINDEX);
  for (int kind = 0; kind <= static_cast<int>(Value::Kind::other); ++kind) {
    push_metatable(lua, static_cast<Value::Kind>(kind));
    lua_pop(lua, 1);
  }
}

void push_metatable(lua_State* lua, Value::Kind kind) {
  std::string name = "palatine.value." + std::to_string(static_cast<int>(kind));
  if (!luaL_newmetatable(lua, name.c_str())) return;
  lua_pushlightuserdata(lua, &marker_key);
  lua_pushboolean(lua, 1);
  lua_rawset(lua, -3);
  lua_pushcfunction(lua, collect);
  lua_setfield(lua, -2, "__gc");
  // Programs must not see or change it: object_at relies on what is in it.
  lua_pushboolean(lua, 0);
  lua_setfield(lua, -2, "__metatable");
  lua_newtable(lua);
  lua_setfield(lua, -2, "__index");
}

// ---- from Lua
// ----------------------------------------------------------------------------------------------------

const Value* object_at(lua_State* lua, int index) {
  if (lua_type(lua, index) != LUA_TUSERDATA || !lua_getmetatable(lua, index)) return nullptr;
  lua_pushlightuserdata(lua, &marker_key);
  lua_rawget(lua, -2);
  bool is_ours = lua_toboolean(lua, -1);
  lua_pop(lua, 2);
  return is_ours ? static_cast<const Value*>(lua_touserdata(lua, index)) : nullptr;
}

static bool is_empty_table(lua_State* lua, int index) {
  if (!lua_istable(lua, index)) return false;
  lua_pushvalue(lua, index);
  lua_pushnil(lua);
  bool is_empty = !lua_next(lua, -2);
  lua_pop(lua, is_empty ? 1 : 3);
  return is_empty;
}

const Type* type_at(lua_State* lua, int index) {
  const Value* object = object_at(lua, index);
  if (object && object->kind == Value::Kind::type) return object->type();
  return is_empty_table(lua, index) ? world_of(lua).types.unit() : nullptr;
}

Symbol* symbol_at(lua_State* lua, int index) {
  const Value* object = object_at(lua, index);
  // Symbols are made by TypeTable::new_symbol and by nothing else, so none is const in itself.
  return object && object->kind == Value::Kind::symbol ? const_cast<Symbol*>(object->symbol()) : nullptr;
}

ir::Task* task_at(lua_State* lua, int index) {
  const Value* object = object_at(lua, index);
  return object && object->kind == Value::Kind::task ? std::get<ir::Task*>(object->data) : nullptr;
}

static const char* kind_name(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::type:
      return "type";
    case Value::Kind::symbol:
      return "symbol";
    case Value::Kind::quote:
      return "quote";
    case Value::Kind::task:
      return "task";
    case Value::Kind::function:
      return "terra function";
    case Value::Kind::overloaded:
      return "overloaded function";
    case Value::Kind::global:
      return "global";
    case Value::Kind::c_function:
      return "C function";
    case Value::Kind::macro:
      return "macro";
    case Value::Kind::fspace:
      return "fspace";
    case Value::Kind::effect:
      return "privilege";
    case Value::Kind::field_path:
      return "field path";
    default:
      return "userdata";
  }
}

std::string describe(lua_State* lua, int index) {
  if (const Value* object = object_at(lua, index)) return kind_name(object->kind);
  if (is_list(lua, index)) return "list";
  if (lua_isfunction(lua, index)) return "lua function";
  return lua_type(lua, index) == kLuaCdata ? "cdata" : luaL_typename(lua, index);
}

static Value constant_value(ConstantValue constant) {
  Value value;
  value.kind = Value::Kind::constant;
  value.data = std::move(constant);
  return value;
}

static Value number_value(TypeTable& types, double number) {
  ConstantValue constant;
  // 2^63, the first double past the integers.
  constexpr double kIntegerEnd = 9223372036854775808.0;
  if (std::floor(number) == number && number >= -kIntegerEnd && number < kIntegerEnd) {
    auto integer = static_cast<int64_t>(number);
    constant.type = types.integer(integer == static_cast<int32_t>(integer) ? 32 : 64, true);
    constant.integer = static_cast<uint64_t>(integer);
  } else {
    constant.type = types.floating(64);
    constant.floating = number;
  }
  return constant_value(std::move(constant));
}

// `12LL` and `12ULL`, which print like that.
static Value cdata_value(lua_State* lua, int index) {
  Value value;
  value.kind = Value::Kind::other;
  value.description = "cdata";
  lua_pushvalue(lua, index);
  lua_getglobal(lua, "tostring");
  lua_insert(lua, -2);
  if (lua_pcall(lua, 1, 1, 0) == 0 && lua_isstring(lua, -1)) {
    std::string text = lua_tostring(lua, -1);
    bool is_signed = text.size() > 2 && text.compare(text.size() - 3, 3, "ULL") != 0;
    if (text.size() > 2 && text.compare(text.size() - 2, 2, "LL") == 0) {
      ConstantValue constant;
      constant.type = world_of(lua).types.integer(64, is_signed);
      constant.integer = is_signed ? static_cast<uint64_t>(std::strtoll(text.c_str(), nullptr, 10))
                                   : std::strtoull(text.c_str(), nullptr, 10);
      value = constant_value(std::move(constant));
    }
  }
  lua_pop(lua, 1);
  return value;
}

static Value to_value(lua_State* lua, int index, int depth);

static Value list_value(lua_State* lua, int index, int depth) {
  std::vector<Value> entries;
  luaL_checkstack(lua, 8, "too many values");
  lua_pushvalue(lua, index);
  int count = static_cast<int>(lua_objlen(lua, -1));
  for (int i = 1; i <= count; ++i) {
    lua_rawgeti(lua, -1, i);
    entries.push_back(to_value(lua, lua_gettop(lua), depth + 1));
    lua_pop(lua, 1);
  }
  lua_pop(lua, 1);
  Value value;
  value.kind = Value::Kind::list;
  value.data = std::move(entries);
  value.description = "list";
  return value;
}

// A table of Lua's own with nothing but values at 1, 2 ...
static bool is_plain_list(lua_State* lua, int index) {
  if (lua_getmetatable(lua, index)) {
    lua_pop(lua, 1);
    return false;
  }
  luaL_checkstack(lua, 4, "too many values");
  const size_t count = lua_objlen(lua, index);
  size_t seen = 0;
  lua_pushvalue(lua, index);
  lua_pushnil(lua);
  while (lua_next(lua, -2) != 0) {
    lua_pop(lua, 1);
    if (lua_type(lua, -1) == LUA_TNUMBER && ++seen <= count) continue;
    lua_pop(lua, 2);
    return false;
  }
  lua_pop(lua, 1);
  return true;
}

// `depth` counts the lists around the value: a list may contain itself.
static Value to_value(lua_State* lua, int index, int depth) {
  constexpr int kMaxDepth = 100;
  if (const Value* object = object_at(lua, index)) {
    Value value = *object;
    // Of an unsupported feature and an overloaded function it is the name.
    if (value.kind != Value::Kind::error && value.kind != Value::Kind::overloaded)
      value.description = kind_name(object->kind);
    return value;
  }
  TypeTable& types = world_of(lua).types;
  Value value;
  value.description = describe(lua, index);
  switch (lua_type(lua, index)) {
    case LUA_TNIL:
      return value;
    case LUA_TBOOLEAN: {
      ConstantValue constant;
      constant.type = types.boolean();
      constant.integer = lua_toboolean(lua, index) ? 1 : 0;
      value = constant_value(std::move(constant));
      value.description = "boolean";
      return value;
    }
    case LUA_TNUMBER:
      value = number_value(types, lua_tonumber(lua, index));
      value.description = "number";
      return value;
    case LUA_TSTRING: {
      ConstantValue constant;
      constant.type = types.rawstring();
      size_t length = 0;
      const char* text = lua_tolstring(lua, index, &length);
      constant.string.assign(text, length);
      value = constant_value(std::move(constant));
      value.description = "string";
      return value;
    }
    case LUA_TTABLE:
      if (depth < kMaxDepth && is_list(lua, index)) return list_value(lua, index, depth);
      if (depth == 0 && is_plain_list(lua, index)) {
        // Only terra code takes it apart.
        value = list_value(lua, index, depth);
        value.description = "table";
      }
      break;
    case kLuaCdata:
      if (std::optional<ConstantValue> constant = constant_of_cdata(lua, index)) {
        value = constant_value(std::move(*constant));
        value.description = "cdata";
        return value;
      }
      return cdata_value(lua, index);
    default:
      break;
  }
  value.kind = Value::Kind::other;
  return value;
}

Value to_value(lua_State* lua, int index) {
  return to_value(lua, index, 0);
}

// ---- to Lua
// ------------------------------------------------------------------------------------------------------

void push_object(lua_State* lua, const Value& value) {
  luaL_checkstack(lua, 6, "too many values");
  void* memory = lua_newuserdata(lua, sizeof(Value));
  new (memory) Value(value);
  push_metatable(lua, value.kind);
  lua_setmetatable(lua, -2);
  // A table of its own, for what Lua keeps with the object (the entries of a struct). Else it would be _G.
  lua_newtable(lua);
  lua_setfenv(lua, -2);
}

// Pushes the userdata that stands for the thing at this address.
static void push_shared_object(lua_State* lua, const void* address, const Value& value) {
  luaL_checkstack(lua, 6, "too many values");
  push_registered(lua, &objects_key);
  lua_pushlightuserdata(lua, const_cast<void*>(address));
  lua_rawget(lua, -2);
  if (lua_isnil(lua, -1)) {
    lua_pop(lua, 1);
    push_object(lua, value);
    lua_pushlightuserdata(lua, const_cast<void*>(address));
    lua_pushvalue(lua, -2);
    lua_rawset(lua, -4);
  }
  lua_remove(lua, -2);
}

Value type_value(const Type* type) {
  Value value;
  value.kind = Value::Kind::type;
  value.data = type;
  value.description = "type";
  return value;
}

Value error_value() {
  Value value;
  value.kind = Value::Kind::error;
  return value;
}

void push_type(lua_State* lua, const Type* type) {
  push_shared_object(lua, type, type_value(type));
}

void push_symbol(lua_State* lua, const Symbol* symbol) {
  Value value;
  value.kind = Value::Kind::symbol;
  value.data = symbol;
  push_shared_object(lua, symbol, value);
}

ir::Global& push_new_global(lua_State* lua, const std::string& name, const Type* type) {
  World& world = world_of(lua);
  ir::Global& global = *world.globals.emplace_back(std::make_unique<ir::Global>());
  global.name = name;
  global.type = type;
  global.range = calling_position(lua);
  Value value;
  value.kind = Value::Kind::global;
  value.data = static_cast<const ir::Global*>(&global);
  push_value(lua, value);
  return global;
}

// What comes back from Lua with the same meaning. Doubles do, but for whole numbers, which become `int` as
// upstream.
static bool fits_lua_number(const ConstantValue& constant) {
  if (constant.type->kind == TypeKind::floating) return as<FloatType>(constant.type).bits == 64;
  const auto* integer = try_as<IntegerType>(constant.type);
  if (!integer) return false;
  if (integer->is_signed)
    return static_cast<int64_t>(constant.integer) == static_cast<int32_t>(constant.integer);
  return constant.integer <= INT32_MAX;
}

static void push_constant(lua_State* lua, const Value& value) {
  const ConstantValue& constant = value.constant();
  if (!is_primitive(constant.type) && constant.type != world_of(lua).types.rawstring()) {
    push_object(lua, value);
  } else if (constant.type->kind == TypeKind::boolean) {
    lua_pushboolean(lua, constant.integer != 0);
  } else if (constant.type == world_of(lua).types.rawstring()) {
    lua_pushlstring(lua, constant.string.data(), constant.string.size());
  } else if (fits_lua_number(constant)) {
    bool is_float = constant.type->kind == TypeKind::floating;
    lua_pushnumber(
        lua, is_float ? constant.floating : static_cast<double>(static_cast<int64_t>(constant.integer)));
  } else {
    push_object(lua, value);
  }
}

void push_unsupported(lua_State* lua, const std::string& name) {
  Value value = error_value();
  value.description = name;
  push_object(lua, value);
}

void push_value(lua_State* lua, const Value& value) {
  luaL_checkstack(lua, 6, "too many values");
  switch (value.kind) {
    case Value::Kind::undefined:
    case Value::Kind::error:
    case Value::Kind::other:
      lua_pushnil(lua);
      return;
    case Value::Kind::constant:
      return push_constant(lua, value);
    case Value::Kind::type:
      return push_type(lua, value.type());
    case Value::Kind::symbol:
      return push_symbol(lua, value.symbol());
    case Value::Kind::task:
      return push_shared_object(lua, std::get<ir::Task*>(value.data), value);
    case Value::Kind::function:
      return push_shared_object(lua, std::get<const ir::Function*>(value.data), value);
    case Value::Kind::global:
      return push_shared_object(lua, std::get<const ir::Global*>(value.data), value);
    case Value::Kind::list: {
      push_list(lua);
      const std::vector<Value>& entries = value.list();
      for (size_t i = 0; i < entries.size(); ++i) {
        push_value(lua, entries[i]);
        lua_rawseti(lua, -2, static_cast<int>(i + 1));
      }
      return;
    }
    default:
      return push_object(lua, value);
  }
}

// ---- lists
// -------------------------------------------------------------------------------------------------------

void set_list_metatable(lua_State* lua, int index) {
  lua_pushvalue(lua, index);
  lua_pushlightuserdata(lua, &list_key);
  lua_insert(lua, -2);
  lua_rawset(lua, LUA_REGISTRYINDEX);
}

bool is_list(lua_State* lua, int index) {
  if (!lua_istable(lua, index) || !lua_getmetatable(lua, index)) return false;
  push_registered(lua, &list_key);
  bool is_equal = lua_rawequal(lua, -1, -2);
  lua_pop(lua, 2);
  return is_equal;
}

void push_list(lua_State* lua) {
  lua_newtable(lua);
  push_registered(lua, &list_key);
  lua_setmetatable(lua, -2);
}

}  // namespace palatine::sema
