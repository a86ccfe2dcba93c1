#include "sema/macros.h"

#include <lua.hpp>
#include <utility>

#include "sema/specialize/library.h"
#include "sema/specialize/lua_type.h"
#include "sema/specialize/lua_value.h"
#include "sema/specialize/terra_call.h"

namespace palatine::sema {

static bool is_expression(const Quote& quote) {
  if (quote.checked) return true;
  if (!quote.construct) return false;
  if (const auto* terra = ast::try_as<ast::TerraQuote>(quote.construct)) return terra->in_values.size() == 1;
  return quote.construct->kind == ast::ConstructKind::rexpr ||
         quote.construct->kind == ast::ConstructKind::terra_expr;
}

// ---- for std modules
// ---------------------------------------------------------------------------------------------

// reject(message): the call of the running macro is wrong.
static int reject(lua_State* lua) {
  World& world = world_of(lua);
  const char* message = luaL_checkstring(lua, 1);
  SourceRange where = world.macro_call.is_valid() ? world.macro_call : calling_position(lua);
  world.diags.report(DiagKind::macro_rejected, where, message);
  host::Host::raise_reported(lua);
}

// constant_of(quote): the number, bool or string of a quote that is a constant, else nil.
static int constant_of(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  const auto* quote = object && object->kind == Value::Kind::quote ? &object->quote() : nullptr;
  const auto* constant = quote && quote->checked ? ir::try_as<ir::ConstExpr>(quote->checked->get()) : nullptr;
  if (!constant || constant->type->kind == TypeKind::niltype) {
    lua_pushnil(lua);
    return 1;
  }
  Value value;
  value.kind = Value::Kind::constant;
  value.data = ConstantValue{constant->type, constant->integer, constant->floating, constant->string};
  push_value(lua, value);
  return 1;
}

void add_macro_functions(lua_State* lua) {
  static constexpr luaL_Reg kFunctions[] = {
      {"reject", reject}, {"constant_of", constant_of}, {nullptr, nullptr}};
  luaL_setfuncs(lua, kFunctions, 0);
}

// ---- expansion
// ---------------------------------------------------------------------------------------------------

Value LuaMacroExpander::expand(const MacroValue& macro, std::vector<std::shared_ptr<Quote>> arguments,
                               SourceRange where) {
  lua_State* lua = world_.running;
  int count = static_cast<int>(arguments.size());
  luaL_checkstack(lua, count + 8, "too many arguments of a macro");
  lua_rawgeti(lua, LUA_REGISTRYINDEX, macro.lua_reference);
  for (std::shared_ptr<Quote>& argument : arguments) {
    Value value;
    value.kind = Value::Kind::quote;
    value.data = std::move(argument);
    push_value(lua, value);
  }
  SourceRange outer_call = std::exchange(world_.macro_call, where);
  int status = lua_pcall(lua, count, 1, 0);
  world_.macro_call = outer_call;
  world_.running = lua;
  if (status != 0) {
    // Without a text it is an error that was reported already.
    if (lua_type(lua, -1) == LUA_TSTRING) {
      world_.diags.report(DiagKind::macro_failed, where, lua_tostring(lua, -1));
    }
    lua_pop(lua, 1);
    return error_value();
  }
  Value result = to_value(lua, lua_gettop(lua));
  lua_pop(lua, 1);
  const bool is_quote = result.kind == Value::Kind::quote;
  const bool is_other = result.kind == Value::Kind::undefined || result.kind == Value::Kind::other;
  if (macro.is_terra ? is_other : !is_quote || !is_expression(result.quote())) {
    world_.diags.report(DiagKind::macro_result, where, is_quote ? "rquote" : result.description);
    return error_value();
  }
  return result;
}

// Pushes a member of one of the type's tables, `methods` or `metamethods`; nil when there is none.
static void push_table_member(lua_State* lua, const Type* type, const char* table, const std::string& name) {
  push_type(lua, type);
  lua_getfield(lua, -1, table);
  if (lua_istable(lua, -1)) {
    // Raw: a program's own `__index` could raise an error in the middle of checking.
    lua_pushlstring(lua, name.data(), name.size());
    lua_rawget(lua, -2);
  } else {
    lua_pushnil(lua);
  }
}

// Pushes what the type's `__getmethod` gives for the name, nil when it raises an error. False, and nothing
// that counts is pushed, without such a function.
static bool push_computed_method(World& world, const Type* type, const std::string& name) {
  lua_State* lua = world.running;
  push_table_member(lua, type, "metamethods", "__getmethod");
  if (!lua_isfunction(lua, -1)) return false;
  push_type(lua, type);
  lua_pushlstring(lua, name.data(), name.size());
  const int status = lua_pcall(lua, 2, 1, 0);
  world.running = lua;
  if (status != 0) lua_pushnil(lua);
  return true;
}

// The definitions of a function or an overloaded one; none of anything else.
static std::vector<const ir::Function*> definitions(const Value& value) {
  std::vector<const ir::Function*> result;
  if (value.kind == Value::Kind::function) result.push_back(std::get<const ir::Function*>(value.data));
  if (value.kind == Value::Kind::overloaded) {
    for (const Value& entry : value.list()) result.push_back(std::get<const ir::Function*>(entry.data));
  }
  return result;
}

Value LuaMacroExpander::find_member(const StructType& type, const char* table, const std::string& name) {
  lua_State* lua = world_.running;
  int top = lua_gettop(lua);
  luaL_checkstack(lua, 8, "too many nested constructs");
  load_late_methods(lua, type);
  if (std::string_view(table) != "methods" || !push_computed_method(world_, &type, name)) {
    push_table_member(lua, &type, table, name);
  }
  Value value = to_value(lua, lua_gettop(lua));
  lua_settop(lua, top);
  return value;
}

std::vector<const ir::Function*> LuaMacroExpander::find_metamethods(const Type* type,
                                                                    const std::string& name) {
  const auto* structure = try_as<StructType>(type);
  if (!structure) return {};
  return definitions(find_member(*structure, "metamethods", name));
}

const ir::Function* LuaMacroExpander::function_of_c(const CFunctionValue& function) {
  return function.type->variadic ? nullptr : wrap_c_function(world_, function, function.type->params);
}

void LuaMacroExpander::check_pending(const ir::Function& function) {
  if (world_.check_pending) world_.check_pending(&function);
}

static const StructType* struct_of(const Type* type) {
  const auto* pointer = try_as<PointerType>(type);
  return try_as<StructType>(pointer ? pointer->element : type);
}

std::shared_ptr<Quote> LuaMacroExpander::user_cast(const Type* from, const Type* to,
                                                   std::shared_ptr<Quote> value) {
  lua_State* lua = world_.running;
  int top = lua_gettop(lua);
  luaL_checkstack(lua, 12, "too many nested constructs");
  std::shared_ptr<Quote> result;
  const StructType* holders[] = {struct_of(from), struct_of(to)};
  for (const StructType* holder : holders) {
    if (!holder || holder->origin == StructOrigin::constructor) continue;
    load_late_methods(lua, *holder);
    push_table_member(lua, holder, "metamethods", "__cast");
    if (!lua_isfunction(lua, -1)) continue;
    push_type(lua, from);
    push_type(lua, to);
    Value argument;
    argument.kind = Value::Kind::quote;
    argument.data = value;
    push_value(lua, argument);
    // An error says that there is no such conversion.
    int status = lua_pcall(lua, 3, 1, 0);
    world_.running = lua;
    Value made = status == 0 ? to_value(lua, lua_gettop(lua)) : Value{};
    if (made.kind != Value::Kind::quote || !is_expression(made.quote())) continue;
    result = std::get<std::shared_ptr<Quote>>(made.data);
    break;
  }
  lua_settop(lua, top);
  return result;
}

// Leaves the type's own member on the stack.
static bool has_member(lua_State* lua, const Type* type, const char* name) {
  push_type(lua, type);
  lua_getfield(lua, -1, name);
  return !lua_isnil(lua, -1);
}

std::optional<ir::Packing> LuaMacroExpander::packing_of(const Type* type) {
  const Type* element = type;
  while (const auto* array = try_as<ArrayType>(element)) element = array->element;
  const auto* structure = try_as<StructType>(element);
  if (!structure || (structure->is_text && element == type)) return std::nullopt;
  lua_State* lua = world_.running;
  const int top = lua_gettop(lua);
  luaL_checkstack(lua, 12, "too many nested constructs");
  bool is_packed = structure->is_text;
  if (!is_packed && structure->origin == StructOrigin::terra) {
    is_packed = has_member(lua, structure, "__compute_serialized_size") &&
                has_member(lua, structure, "__serialize") && has_member(lua, structure, "__deserialize");
  }
  std::optional<ir::Packing> result;
  if (is_packed) {
    lua_pushcfunction(lua, host::report_error);
    lua_getglobal(lua, "regentlib");
    lua_getfield(lua, -1, "packing_of");
    lua_remove(lua, -2);
    push_type(lua, type);
    const bool is_made = lua_pcall(lua, 1, 1, -3) == 0;
    world_.running = lua;
    if (is_made) {
      const ir::Function* functions[3] = {};
      for (int k = 0; k < 3; ++k) {
        lua_rawgeti(lua, -1, k + 1);
        functions[k] = defined_function_at(lua, lua_gettop(lua));
        lua_pop(lua, 1);
      }
      result = ir::Packing{functions[0], functions[1], functions[2]};
    }
  }
  lua_settop(lua, top);
  return result;
}

}  // namespace palatine::sema
