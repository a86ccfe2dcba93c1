#include "sema/specialize/terra_call.h"

#include <cmath>
#include <cstring>
#include <vector>

#include "sema/specialize/foreign_library.h"
#include "sema/specialize/library.h"
#include "sema/specialize/lua_callback.h"
#include "sema/specialize/lua_value.h"
#include "sema/specialize/world.h"

namespace palatine::sema {

// Its address is the key of what stdlib/prelude/call.lua returned.
static char values_key;

// ---- what the prelude needs to know
// ------------------------------------------------------------------------------

static const Type& checked_type(lua_State* lua, int index) {
  const Type* type = type_at(lua, index);
  if (!type) luaL_error(lua, "expected a type as argument %d, got %s", index, describe(lua, index).c_str());
  world_of(lua).complete(type);
  return *type;
}

static int kind_of_type(lua_State* lua) {
  static constexpr const char* kNames[] = {"error",    "unit",      "boolean", "integer", "floating",
                                           "opaque",   "nil",       "pointer", "array",   "vector",
                                           "function", "structure", "index",   "rect",    "bounded"};
  auto kind = static_cast<size_t>(checked_type(lua, 1).kind);
  lua_pushstring(lua, kind < std::size(kNames) ? kNames[kind] : "handle");
  return 1;
}

static Layout checked_layout(lua_State* lua) {
  const Type& type = checked_type(lua, 1);
  std::optional<Layout> layout = layout_of(&type);
  if (!layout) {
    luaL_error(lua, "the size of %s is not known while compiling", type_name(&type).c_str());
    __builtin_unreachable();
  }
  return *layout;
}

static int size_of_type(lua_State* lua) {
  lua_pushnumber(lua, static_cast<double>(checked_layout(lua).size_bytes));
  return 1;
}

static int alignment_of_type(lua_State* lua) {
  lua_pushnumber(lua, static_cast<double>(checked_layout(lua).align_bytes));
  return 1;
}

static int is_plain_struct(lua_State* lua) {
  const auto* type = try_as<StructType>(&checked_type(lua, 1));
  bool is_plain = type && !type->has_union();
  if (is_plain && type->size_bytes > 0) {
    StructType members = *type;
    members.size_bytes = 0;
    std::optional<Layout> layout = layout_of(&members);
    is_plain = layout && layout->size_bytes == type->size_bytes && layout->align_bytes == type->align_bytes;
  }
  lua_pushboolean(lua, is_plain);
  return 1;
}

static int index_components(lua_State* lua) {
  const auto* index = try_as<IndexType>(&checked_type(lua, 1));
  lua_pushinteger(lua, index ? index->components() : 0);
  return 1;
}

void push_value_function(lua_State* lua, const char* name) {
  luaL_checkstack(lua, 8, "too many values");
  lua_pushlightuserdata(lua, &values_key);
  lua_rawget(lua, LUA_REGISTRYINDEX);
  if (lua_isnil(lua, -1)) {
    lua_pop(lua, 1);
    static constexpr luaL_Reg kHelpers[] = {{"kind", kind_of_type},
                                            {"sizeof", size_of_type},
                                            {"is_plain", is_plain_struct},
                                            {"index", index_components},
                                            {nullptr, nullptr}};
    lua_newtable(lua);
    luaL_setfuncs(lua, kHelpers, 0);
    if (!run_prelude(lua, "call.lua")) host::Host::raise_reported(lua);
    world_of(lua);
    lua_remove(lua, -2);
    lua_pushlightuserdata(lua, &values_key);
    lua_pushvalue(lua, -2);
    lua_rawset(lua, LUA_REGISTRYINDEX);
  }
  lua_getfield(lua, -1, name);
  lua_remove(lua, -2);
}

// ---- calls
// -------------------------------------------------------------------------------------------------------

static const ir::Function* usable(lua_State* lua, const ir::Function* function) {
  World& world = world_of(lua);
  if (world.check_pending) world.check_pending(function);
  if (!function->has_error && function->has_body) return function;
  // What is wrong with it was reported.
  if (function->has_error) host::Host::raise_reported(lua);
  luaL_error(lua, "function %s is declared, but not defined", function->name.c_str());
  return nullptr;
}

// The type of a Lua value that is passed for `...` of a C function.
static const Type* variadic_type(lua_State* lua, int index) {
  TypeTable& types = world_of(lua).types;
  switch (lua_type(lua, index)) {
    case LUA_TNUMBER: {
      double number = lua_tonumber(lua, index);
      bool is_int = std::floor(number) == number && std::abs(number) < 2147483648.0;
      return is_int ? types.int32() : types.floating(64);
    }
    case LUA_TBOOLEAN:
      return types.boolean();
    case LUA_TSTRING:
      return types.rawstring();
    default: {
      std::optional<ConstantValue> constant = constant_of_cdata(lua, index);
      if (!constant) luaL_error(lua, "cannot pass a %s to a C function", describe(lua, index).c_str());
      return constant->type;
    }
  }
}

const ir::Function* wrap_c_function(World& world, const CFunctionValue& callee,
                                    const std::vector<const Type*>& params) {
  auto& wrapper = world.c_wrappers[{callee.header.get(), callee.name, params}];
  if (wrapper) return wrapper;
  auto function = std::make_unique<ir::Function>();
  function->name = "call_" + callee.name;
  function->result = callee.type->result;
  function->has_body = true;
  auto call = std::make_unique<ir::CCallExpr>();
  call->type = callee.type->result;
  call->header = callee.header.get();
  call->function = callee.name;
  for (const Type* param : params) {
    ir::Local* local = function->new_local("argument", param, nullptr, {});
    local->is_param = true;
    function->params.push_back(local);
    auto use = std::make_unique<ir::LocalExpr>();
    use->type = param;
    use->local = local;
    call->args.push_back(std::move(use));
  }
  if (function->result->kind == TypeKind::unit) {
    auto stat = std::make_unique<ir::ExprStat>();
    stat->expr = std::move(call);
    function->body.stats.push_back(std::move(stat));
  } else {
    auto stat = std::make_unique<ir::ReturnStat>();
    stat->value = std::move(call);
    function->body.stats.push_back(std::move(stat));
  }
  wrapper = function.get();
  world.functions.push_back(std::move(function));
  return wrapper;
}

// The same with the Lua arguments at the stack places 2 and above.
static const ir::Function* wrap_c_call(lua_State* lua, const CFunctionValue& callee, int last) {
  std::vector<const Type*> params = callee.type->params;
  for (int i = static_cast<int>(params.size()) + 2; callee.type->variadic && i <= last; ++i) {
    params.push_back(variadic_type(lua, i));
  }
  return wrap_c_function(world_of(lua), callee, params);
}

// The definition to call with the Lua arguments at the stack places 2 and above.
static const ir::Function* select_function(lua_State* lua, const Value& value) {
  switch (value.kind) {
    case Value::Kind::function:
      return usable(lua, std::get<const ir::Function*>(value.data));
    case Value::Kind::c_function:
      return wrap_c_call(lua, std::get<CFunctionValue>(value.data), lua_gettop(lua));
    case Value::Kind::overloaded: {
      auto count = static_cast<size_t>(lua_gettop(lua) - 1);
      const ir::Function* only = nullptr;
      for (const Value& entry : value.list()) {
        const auto* function = std::get<const ir::Function*>(entry.data);
        if (function->params.size() != count) continue;
        if (only) luaL_error(lua, "several definitions of %s fit the call", value.description.c_str());
        only = function;
      }
      if (only) return usable(lua, only);
      luaL_error(lua, "no definition of %s takes %d arguments", value.description.c_str(),
                 static_cast<int>(count));
      return nullptr;
    }
    default:
      luaL_error(lua, "expected a function, got %s", describe(lua, 1).c_str());
      return nullptr;
  }
}

int call_function(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  if (!object) return luaL_error(lua, "expected a function, got %s", describe(lua, 1).c_str());
  int top = lua_gettop(lua);
  const ir::Function* function = select_function(lua, *object);
  int expected = static_cast<int>(function->params.size());
  if (top - 1 != expected) {
    return luaL_error(lua, "%s expected %d arguments, got %d", function->name.c_str(), expected, top - 1);
  }
  World& world = world_of(lua);
  void* address = world.compile(*function);
  if (!address) host::Host::raise_reported(lua);
  push_value_function(lua, "call");
  lua_pushlightuserdata(lua, address);
  push_list(lua);
  for (int i = 0; i < expected; ++i) {
    push_type(lua, function->params[static_cast<size_t>(i)]->type);
    lua_rawseti(lua, -2, i + 1);
  }
  push_type(lua, function->result ? function->result : world.types.unit());
  luaL_checkstack(lua, expected + 4, "too many arguments");
  for (int i = 2; i <= top; ++i) lua_pushvalue(lua, i);
  lua_call(lua, expected + 3, LUA_MULTRET);
  world_of(lua);
  return lua_gettop(lua) - top;
}

const ir::Function* setup_function_at(lua_State* lua, int index) {
  if (lua_isnoneornil(lua, index)) return nullptr;
  const Value* object = object_at(lua, index);
  const ir::Function* function = nullptr;
  if (object && object->kind == Value::Kind::function) {
    function = usable(lua, std::get<const ir::Function*>(object->data));
  } else if (object && object->kind == Value::Kind::c_function) {
    const auto& callee = std::get<CFunctionValue>(object->data);
    if (callee.type->params.empty()) function = wrap_c_call(lua, callee, 0);
  }
  if (!function || !function->params.empty()) {
    luaL_error(lua, "expected a function without parameters as argument %d, got %s", index,
               describe(lua, index).c_str());
  }
  return function;
}

const ir::Function* defined_function_at(lua_State* lua, int index) {
  const Value* object = object_at(lua, index);
  if (!object || object->kind != Value::Kind::function) {
    luaL_error(lua, "expected a terra function, got %s", describe(lua, index).c_str());
    __builtin_unreachable();
  }
  return usable(lua, std::get<const ir::Function*>(object->data));
}

// ---- values
// ------------------------------------------------------------------------------------------------------

int new_value(lua_State* lua) {
  checked_type(lua, 1);
  push_value_function(lua, "new");
  lua_insert(lua, 1);
  lua_call(lua, lua_gettop(lua) - 1, 1);
  return 1;
}

int cast_value(lua_State* lua) {
  const Type& type = checked_type(lua, 1);
  const auto* pointer = try_as<PointerType>(&type);
  if (lua_isfunction(lua, 2)) {
    const auto* function = try_as<FunctionType>(pointer ? pointer->element : &type);
    if (!function)
      return luaL_error(lua, "a Lua function can be cast to a type of functions only, not to %s",
                        type_name(&type).c_str());
    push_lua_callback(lua, *function, 2);
    return 1;
  }
  if (pointer && pointer->element->kind == TypeKind::function && object_at(lua, 2)) {
    lua_settop(lua, 2);
    return 1;
  }
  lua_settop(lua, 2);
  push_value_function(lua, "cast");
  lua_insert(lua, 1);
  lua_call(lua, 2, 1);
  return 1;
}

int type_of_value(lua_State* lua) {
  if (std::optional<ConstantValue> constant = constant_of_cdata(lua, 1)) {
    push_type(lua, constant->type);
  } else {
    lua_pushnil(lua);
  }
  return 1;
}

ConstantValue constant_from_bytes(const Type* type, const std::string& bytes) {
  ConstantValue constant;
  constant.type = type;
  if (const auto* floating = try_as<FloatType>(type)) {
    float single = 0;
    if (floating->bits == 32) {
      std::memcpy(&single, bytes.data(), sizeof single);
      constant.floating = single;
    } else {
      std::memcpy(&constant.floating, bytes.data(), sizeof constant.floating);
    }
  } else if (is_primitive(type)) {
    std::memcpy(&constant.integer, bytes.data(), bytes.size());
    const auto* integer = try_as<IntegerType>(type);
    if (integer && integer->is_signed && integer->bits < 64 &&
        (constant.integer >> (integer->bits - 1)) != 0) {
      constant.integer |= ~uint64_t{0} << integer->bits;
    }
  } else {
    constant.string = bytes;
  }
  return constant;
}

std::optional<ConstantValue> constant_of_cdata(lua_State* lua, int index) {
  lua_pushlightuserdata(lua, &values_key);
  lua_rawget(lua, LUA_REGISTRYINDEX);
  bool is_loaded = !lua_isnil(lua, -1);
  lua_pop(lua, 1);
  constexpr int kCdata = 10;
  if (!is_loaded || lua_type(lua, index) != kCdata) return std::nullopt;
  int top = lua_gettop(lua);
  lua_pushvalue(lua, index);
  push_value_function(lua, "type_of");
  lua_pushvalue(lua, -2);
  std::optional<ConstantValue> result;
  if (lua_pcall(lua, 1, 1, 0) == 0) {
    const Type* type = lua_isnil(lua, -1) ? nullptr : type_at(lua, lua_gettop(lua));
    push_value_function(lua, "bytes_of");
    lua_pushvalue(lua, top + 1);
    if (type && lua_pcall(lua, 1, 1, 0) == 0 && lua_type(lua, -1) == LUA_TSTRING) {
      size_t length = 0;
      const char* bytes = lua_tolstring(lua, -1, &length);
      result = constant_from_bytes(type, std::string(bytes, length));
    }
  }
  lua_settop(lua, top);
  return result;
}

const ir::Function* function_returning(lua_State* lua, const Value& value, const Type* type) {
  World& world = world_of(lua);
  const ir::Function* function = world.function_returning(value, type, calling_position(lua));
  return usable(lua, function);
}

ConstantValue evaluate(lua_State* lua, const Value& value, const Type* type) {
  return evaluate(lua, function_returning(lua, value, type));
}

// What a function returns that only returns a number.
static const ir::ConstExpr* returned_constant(const ir::Function& function) {
  if (function.body.stats.size() != 1) return nullptr;
  const auto* result = ir::try_as<ir::ReturnStat>(function.body.stats[0].get());
  const auto* constant = result ? ir::try_as<ir::ConstExpr>(result->value.get()) : nullptr;
  return constant && is_primitive(constant->type) ? constant : nullptr;
}

ConstantValue evaluate(lua_State* lua, const ir::Function* function) {
  if (const ir::ConstExpr* constant = returned_constant(*function))
    return {constant->type, constant->integer, constant->floating, constant->string};
  World& world = world_of(lua);
  const Type* result = function->result;
  std::optional<Layout> layout = result ? layout_of(result) : std::nullopt;
  if (!layout || layout->size_bytes == 0) {
    luaL_error(lua, "a constant cannot be of type %s", result ? type_name(result).c_str() : "{}");
  }
  auto* code = reinterpret_cast<void (*)(void*, void**)>(world.compile(*function));
  if (!code) host::Host::raise_reported(lua);
  std::vector<std::max_align_t> memory(layout->size_bytes / sizeof(std::max_align_t) + 1);
  code(memory.data(), nullptr);
  const char* bytes = reinterpret_cast<const char*>(memory.data());
  return constant_from_bytes(result, std::string(bytes, layout->size_bytes));
}

// load_file(path): the file's main function.
static int load_file(lua_State* lua) {
  if (!world_of(lua).host->load_file(lua, luaL_checkstring(lua, 1))) host::Host::raise_reported(lua);
  return 1;
}

void add_value_functions(lua_State* lua) {
  static constexpr luaL_Reg kFunctions[] = {{"alignof", alignment_of_type},
                                            {"load_file", load_file},
                                            {"build_library", build_library},
                                            {nullptr, nullptr}};
  luaL_setfuncs(lua, kFunctions, 0);
  lua_pushstring(lua, world_of(lua).runtime_include_dir.c_str());
  lua_setfield(lua, -2, "include_folder");
}

}  // namespace palatine::sema
