// What symbols, tasks, quotes and the other objects can do in Lua.
#include "sema/specialize/library.h"
#include "sema/specialize/lua_tree.h"
#include "sema/specialize/lua_value.h"
#include "sema/specialize/quote_text.h"
#include "sema/specialize/terra_call.h"
#include "sema/specialize/world.h"

namespace palatine::sema {

static Symbol& check_symbol(lua_State* lua) {
  Symbol* symbol = symbol_at(lua, 1);
  if (!symbol) luaL_error(lua, "expected a symbol, got %s (call methods with `:`)", describe(lua, 1).c_str());
  return *symbol;
}

ir::Task& check_task(lua_State* lua) {
  ir::Task* task = task_at(lua, 1);
  if (!task) luaL_error(lua, "expected a task, got %s (call methods with `:`)", describe(lua, 1).c_str());
  return *task;
}

// ---- symbols
// -----------------------------------------------------------------------------------------------------

static int symbol_text(lua_State* lua) {
  lua_pushstring(lua, symbol_name(check_symbol(lua)).c_str());
  return 1;
}

// The name or, as for a type that is not known, false.
static int symbol_has_name(lua_State* lua) {
  const Symbol& symbol = check_symbol(lua);
  if (symbol.name.empty()) {
    lua_pushboolean(lua, false);
  } else {
    lua_pushstring(lua, symbol.name.c_str());
  }
  return 1;
}

static int symbol_get_name(lua_State* lua) {
  const Symbol& symbol = check_symbol(lua);
  if (symbol.name.empty()) return luaL_error(lua, "symbol %s has no name", symbol_name(symbol).c_str());
  lua_pushstring(lua, symbol.name.c_str());
  return 1;
}

static int symbol_has_type(lua_State* lua) {
  const Symbol& symbol = check_symbol(lua);
  if (symbol.type) {
    push_type(lua, symbol.type);
  } else {
    lua_pushboolean(lua, false);
  }
  return 1;
}

static int symbol_get_type(lua_State* lua) {
  const Symbol& symbol = check_symbol(lua);
  if (!symbol.type)
    return luaL_error(lua, "the type of symbol %s is not known yet", symbol_name(symbol).c_str());
  push_type(lua, symbol.type);
  return 1;
}

// Code of tasks and of terra functions uses the same symbols.
static int symbol_get_symbol(lua_State* lua) {
  check_symbol(lua);
  lua_settop(lua, 1);
  return 1;
}

static int symbol_set_type(lua_State* lua) {
  Symbol& symbol = check_symbol(lua);
  const Type* type = type_at(lua, 2);
  if (!type) return luaL_error(lua, "expected a type, got %s", describe(lua, 2).c_str());
  if (symbol.type) return luaL_error(lua, "symbol %s has a type already", symbol_name(symbol).c_str());
  symbol.type = type;
  return 0;
}

// `symbol_name` and `symbol_type`, then the methods.
static int symbol_index(lua_State* lua) {
  const Symbol& symbol = check_symbol(lua);
  const std::string_view key = luaL_checkstring(lua, 2);
  if (key == "symbol_name") {
    lua_pushstring(lua, symbol.name.c_str());
  } else if (key == "symbol_type") {
    symbol.type ? push_type(lua, symbol.type) : lua_pushnil(lua);
  } else {
    lua_pushvalue(lua, 2);
    lua_rawget(lua, lua_upvalueindex(1));
  }
  return 1;
}

// ---- tasks
// -------------------------------------------------------------------------------------------------------

static int task_text(lua_State* lua) {
  lua_pushstring(lua, check_task(lua).name.c_str());
  return 1;
}

static int task_set_name(lua_State* lua) {
  check_task(lua).name = luaL_checkstring(lua, 2);
  return 0;
}

// Tasks are ready once they are defined.
static int task_complete(lua_State* lua) {
  check_task(lua);
  lua_settop(lua, 1);
  return 1;
}

static int task_print(lua_State* lua) {
  std::string text = ir::print(check_task(lua));
  fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

static int task_set_mapper_id(lua_State* lua) {
  const lua_Integer id = luaL_checkinteger(lua, 2);
  luaL_argcheck(lua, id >= 0 && id <= UINT32_MAX, 2, "a mapper's id is a number of 32 bits");
  check_task(lua).mapper_id = static_cast<uint32_t>(id);
  return 0;
}

static int task_set_mapping_tag(lua_State* lua) {
  const lua_Integer tag = luaL_checkinteger(lua, 2);
  luaL_argcheck(lua, tag >= 0, 2, "a tag is not negative");
  check_task(lua).mapping_tag = static_cast<uint64_t>(tag);
  return 0;
}

static int task_get_id(lua_State* lua) {
  const ir::Task& task = check_task(lua);
  lua_pushinteger(lua, static_cast<lua_Integer>(task.given_id.value_or(task.id)));
  return 1;
}

static int task_set_id(lua_State* lua) {
  const lua_Integer id = luaL_checkinteger(lua, 2);
  luaL_argcheck(lua, id >= 0 && id <= UINT32_MAX, 2, "a task's id is a number of 32 bits");
  check_task(lua).given_id = static_cast<uint32_t>(id);
  return 0;
}

static int task_set_calling_convention(lua_State* lua) {
  const ir::Task& task = check_task(lua);
  luaL_checktype(lua, 2, LUA_TTABLE);
  lua_getfield(lua, 2, "is_manual");
  if (lua_toboolean(lua, -1) && !task.is_extern)
    return luaL_error(lua, "manual calling convention can only be used with empty task");
  return 0;
}

static int task_is_extern(lua_State* lua) {
  lua_pushboolean(lua, check_task(lua).is_extern);
  return 1;
}

static int task_get_type(lua_State* lua) {
  const ir::Task& task = check_task(lua);
  std::vector<const Type*> params;
  for (const ir::Local* param : task.params) params.push_back(param->type);
  TypeTable& types = world_of(lua).types;
  push_type(lua, types.function(std::move(params), task.result ? task.result : types.unit(), false));
  return 1;
}

static int task_get_param_symbols(lua_State* lua) {
  const ir::Task& task = check_task(lua);
  push_list(lua);
  int position = 0;
  for (const ir::Local* param : task.params) {
    if (!param->symbol) continue;
    push_symbol(lua, param->symbol);
    lua_rawseti(lua, -2, ++position);
  }
  return 1;
}

static int call_task(lua_State* lua) {
  return luaL_error(lua, "task %s cannot be called from Lua: tasks are called by tasks",
                    check_task(lua).name.c_str());
}

// ---- quotes and the rest
// -----------------------------------------------------------------------------------------

static const Value& check_quote(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  if (!object || object->kind != Value::Kind::quote) {
    luaL_error(lua, "expected a quote, got %s", describe(lua, 1).c_str());
    __builtin_unreachable();
  }
  return *object;
}

static int quote_text(lua_State* lua) {
  const std::string text = text_of(check_quote(lua));
  lua_pushlstring(lua, text.data(), text.size());
  return 1;
}

// Known for the arguments of macros; found out for other quotes, which must not need the variables of a
// function.
static int quote_get_type(lua_State* lua) {
  const Value& value = check_quote(lua);
  const Quote& quote = value.quote();
  if (quote.as_type) {
    return luaL_error(lua, "this quote is a type: use astype()");
  }
  if (quote.checked && *quote.checked) {
    push_type(lua, (*quote.checked)->type);
  } else {
    const ir::Function* function = function_returning(lua, value, nullptr);
    push_type(lua, function->result ? function->result : world_of(lua).types.unit());
  }
  return 1;
}

static int quote_as_type(lua_State* lua) {
  const Quote& quote = check_quote(lua).quote();
  if (!quote.as_type) return luaL_error(lua, "expected a quote of a type");
  push_type(lua, quote.as_type);
  return 1;
}

static int quote_is_type(lua_State* lua) {
  lua_pushboolean(lua, check_quote(lua).quote().as_type != nullptr);
  return 1;
}

// The type, or the number, bool or string of a constant; nil of anything else.
static int quote_as_value(lua_State* lua) {
  const Quote& quote = check_quote(lua).quote();
  if (quote.as_type) {
    push_type(lua, quote.as_type);
    return 1;
  }
  const auto* constant = quote.checked ? ir::try_as<ir::ConstExpr>(quote.checked->get()) : nullptr;
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

static int quote_is_lvalue(lua_State* lua) {
  const Quote& quote = check_quote(lua).quote();
  lua_pushboolean(lua, quote.checked && *quote.checked && (*quote.checked)->is_lvalue);
  return 1;
}

// `q.ast`, then the methods.
static int index_quote(lua_State* lua) {
  if (lua_type(lua, 2) == LUA_TSTRING && std::string_view(lua_tostring(lua, 2)) == "ast")
    return push_quote_tree(lua);
  lua_pushvalue(lua, 2);
  lua_rawget(lua, lua_upvalueindex(1));
  return 1;
}

static int function_text(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  if (object && object->kind == Value::Kind::c_function) {
    lua_pushstring(lua, std::get<CFunctionValue>(object->data).name.c_str());
    return 1;
  }
  if (!object || object->kind != Value::Kind::function) return luaL_error(lua, "expected a function");
  lua_pushstring(lua, std::get<const ir::Function*>(object->data)->name.c_str());
  return 1;
}

static const ir::Function& check_function(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  if (!object || object->kind != Value::Kind::function) {
    luaL_error(lua, "expected a terra function, got %s", describe(lua, 1).c_str());
    __builtin_unreachable();
  }
  return *std::get<const ir::Function*>(object->data);
}

static const FunctionType* type_of_function(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  if (object && object->kind == Value::Kind::c_function) return std::get<CFunctionValue>(object->data).type;
  const ir::Function& function = check_function(lua);
  World& world = world_of(lua);
  if (!function.result && world.check_pending) world.check_pending(&function);
  std::vector<const Type*> params;
  for (const ir::Local* param : function.params) params.push_back(param->type);
  return world.types.function(std::move(params), function.result ? function.result : world.types.unit(),
                              false);
}

static int function_get_type(lua_State* lua) {
  push_type(lua, type_of_function(lua));
  return 1;
}

// `f.name`, `f.type`, what the program keeps with the function, and methods; the upvalue is their table.
static int index_function(lua_State* lua) {
  lua_pushvalue(lua, 2);
  lua_rawget(lua, lua_upvalueindex(1));
  if (!lua_isnil(lua, -1)) return 1;
  lua_getfenv(lua, 1);
  lua_pushvalue(lua, 2);
  lua_rawget(lua, -2);
  if (!lua_isnil(lua, -1) || lua_type(lua, 2) != LUA_TSTRING) return 1;
  const std::string_view name = lua_tostring(lua, 2);
  if (name == "type") return function_get_type(lua);
  if (name == "name") return function_text(lua);
  lua_pushnil(lua);
  return 1;
}

static int function_get_pointer(lua_State* lua) {
  return luaL_error(lua, "the address of a function is known in the running program only");
}

// Functions are compiled when they are first called.
static int function_compile(lua_State* lua) {
  check_function(lua);
  lua_settop(lua, 1);
  return 1;
}

static int function_print(lua_State* lua) {
  std::string text = ir::print(check_function(lua));
  fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

static int function_is_defined(lua_State* lua) {
  lua_pushboolean(lua, check_function(lua).has_body);
  return 1;
}

// A hint for the compiler, which decides itself.
static int function_set_inlined(lua_State* lua) {
  check_function(lua);
  return 0;
}

// `f.replicable = true`: calling it in every copy of a replicated task is the same as calling it once. Other
// members are the program's own.
static int function_assign(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  if (lua_type(lua, 2) == LUA_TSTRING && std::string_view(lua_tostring(lua, 2)) == "replicable") {
    const bool is_replicable = lua_toboolean(lua, 3);
    if (object && object->kind == Value::Kind::c_function) {
      std::get<CFunctionValue>(const_cast<Value*>(object)->data).is_replicable = is_replicable;
    } else {
      const_cast<ir::Function&>(check_function(lua)).is_replicable = is_replicable;
    }
  }
  lua_getfenv(lua, 1);
  lua_pushvalue(lua, 2);
  lua_pushvalue(lua, 3);
  lua_rawset(lua, -3);
  return 0;
}

static const Value& check_overloaded(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  if (!object || object->kind != Value::Kind::overloaded) {
    luaL_error(lua, "expected an overloaded function, got %s", describe(lua, 1).c_str());
    __builtin_unreachable();
  }
  return *object;
}

static int overloaded_text(lua_State* lua) {
  lua_pushstring(lua, check_overloaded(lua).description.c_str());
  return 1;
}

static int overloaded_add(lua_State* lua) {
  const Value& value = check_overloaded(lua);
  Value definition = to_value(lua, 2);
  if (definition.kind != Value::Kind::function) {
    return luaL_error(lua, "expected a terra function, got %s", describe(lua, 2).c_str());
  }
  std::get<std::vector<Value>>(const_cast<Value&>(value).data).push_back(std::move(definition));
  lua_settop(lua, 1);
  return 1;
}

static int overloaded_definitions(lua_State* lua) {
  const Value& value = check_overloaded(lua);
  push_list(lua);
  int place = 0;
  for (const Value& definition : value.list()) {
    push_value(lua, definition);
    lua_rawseti(lua, -2, ++place);
  }
  return 1;
}

static const ir::Global& check_global(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  if (!object || object->kind != Value::Kind::global) {
    luaL_error(lua, "expected a global variable, got %s", describe(lua, 1).c_str());
    __builtin_unreachable();
  }
  return *std::get<const ir::Global*>(object->data);
}

static int global_text(lua_State* lua) {
  lua_pushstring(lua, check_global(lua).name.c_str());
  return 1;
}

static int global_get_type(lua_State* lua) {
  push_type(lua, check_global(lua).type);
  return 1;
}

static int global_set_name(lua_State* lua) {
  const_cast<ir::Global&>(check_global(lua)).name = luaL_checkstring(lua, 2);
  lua_settop(lua, 1);
  return 1;
}

static int constant_get_type(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  if (!object || object->kind != Value::Kind::constant) return luaL_error(lua, "expected a constant");
  push_type(lua, object->constant().type);
  return 1;
}

static std::string constant_text_of(const ConstantValue& constant) {
  if (constant.type->kind == TypeKind::floating) return fmt::format("{}", constant.floating);
  const auto* integer = try_as<IntegerType>(constant.type);
  if (integer && integer->is_signed) return fmt::format("{}", static_cast<int64_t>(constant.integer));
  return fmt::format("{}", constant.integer);
}

static int constant_text(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  if (!object || object->kind != Value::Kind::constant) return luaL_error(lua, "expected a constant");
  lua_pushstring(lua, constant_text_of(object->constant()).c_str());
  return 1;
}

// `regentlib.assert(condition, message)` in Lua itself.
static int call_runtime_function(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  if (!object || std::get<ir::RuntimeFunction>(object->data) != ir::RuntimeFunction::assert_) {
    return luaL_error(lua, "this function can be called from tasks only");
  }
  if (lua_toboolean(lua, 2)) return 0;
  return luaL_error(lua, "assertion failed: %s", luaL_optstring(lua, 3, "no message"));
}

// Calls and members of what is not supported yet.
static int refuse(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  return luaL_error(lua, "`%s` is not supported yet", object ? object->description.c_str() : "this");
}

// ---- setting up
// --------------------------------------------------------------------------------------------------

static void set_methods(lua_State* lua, Value::Kind kind, const luaL_Reg* metamethods,
                        const luaL_Reg* methods) {
  push_metatable(lua, kind);
  luaL_setfuncs(lua, metamethods, 0);
  if (methods) {
    lua_getfield(lua, -1, "__index");
    luaL_setfuncs(lua, methods, 0);
    lua_pop(lua, 1);
  }
  lua_pop(lua, 1);
}

// Pushes a new variant of the task at the first place of the stack: an object with what programs say about
// it. All run the task's body. Numbers of variants are remembered for the program; nothing else depends on
// them.
static void push_new_variant(lua_State* lua, const char* own_name) {
  static constexpr const char* kChunk = R"(
    local task, own_name = ...
    local variant, id = {}, 1
    function variant:get_name() return own_name or task:get_name() end
    function variant:get_task() return task end
    function variant:set_variant_id(number) id = number end
    function variant:get_variant_id() return id end
    function variant:is_cuda() return false end
    function variant:is_openmp() return false end
    function variant:compile() task:complete() return variant end
    -- Hints: the runtime lays out regions by itself, and accessors follow it.
    function variant:add_layout_constraint(constraint) regentlib.layout.check(task, constraint) end
    function variant:add_execution_constraint() end
    function variant:get_config_options() return task:get_properties() end
    function variant:disas() task:printpretty() end
    function variant:is_external() return task:is_extern() end
    -- A name that is put into the tree is the task's name from then on.
    local name = setmetatable({}, {
      __index = function(_, place) if place == 1 then return task:get_name() end end,
      __newindex = function(_, place, text) if place == 1 then task:set_name(text) end end,
    })
    function variant:get_ast() return { name = name } end
    return variant)";
  if (luaL_loadstring(lua, kChunk) != 0) lua_error(lua);
  lua_pushvalue(lua, 1);
  lua_pushstring(lua, own_name);
  lua_call(lua, 2, 1);
}

// Pushes the list of the task's variants, which is kept with the task: they are the same objects whenever
// somebody asks for them. The first is its body; a task without one has those that the program made.
static void push_variants(lua_State* lua) {
  const bool is_extern = check_task(lua).is_extern;
  lua_getfenv(lua, 1);
  lua_getfield(lua, -1, "variants");
  if (lua_isnil(lua, -1)) {
    lua_pop(lua, 1);
    push_list(lua);
    if (!is_extern) {
      push_new_variant(lua, nullptr);
      lua_rawseti(lua, -2, 1);
    }
    lua_pushvalue(lua, -1);
    lua_setfield(lua, -3, "variants");
  }
  lua_remove(lua, -2);
}

static int task_get_variants(lua_State* lua) {
  push_variants(lua);
  return 1;
}

static int task_get_primary_variant(lua_State* lua) {
  luaL_argcheck(lua, !check_task(lua).is_extern, 1, "this task is defined elsewhere");
  push_variants(lua);
  lua_rawgeti(lua, -1, 1);
  return 1;
}

static int task_make_variant(lua_State* lua) {
  const char* name = luaL_checkstring(lua, 2);
  push_variants(lua);
  push_new_variant(lua, name);
  lua_pushvalue(lua, -1);
  lua_rawseti(lua, -3, static_cast<int>(lua_objlen(lua, -3)) + 1);
  return 1;
}

// variant = task:get_variant(name)
static int task_get_variant(lua_State* lua) {
  const char* name = luaL_checkstring(lua, 2);
  push_variants(lua);
  const int variants = lua_gettop(lua);
  for (int k = 1; k <= static_cast<int>(lua_objlen(lua, variants)); ++k) {
    lua_rawgeti(lua, variants, k);
    lua_getfield(lua, -1, "get_name");
    lua_pushvalue(lua, -2);
    lua_call(lua, 1, 1);
    const bool is_primary = k == 1 && std::string_view(name) == "primary";
    if (is_primary || std::string_view(lua_tostring(lua, -1)) == name) {
      lua_pop(lua, 1);
      return 1;
    }
    lua_pop(lua, 2);
  }
  return luaL_error(lua, "variant '%s' does not exist", name);
}

// For `regentlib.register_variant`: mappers may choose a variant of this name.
static int task_add_variant_name(lua_State* lua) {
  check_task(lua).variant_names.emplace_back(luaL_checkstring(lua, 2));
  return 0;
}

static int task_has_variant(lua_State* lua) {
  lua_pushboolean(lua, !check_task(lua).is_extern);
  return 1;
}

static int task_get_no_variant(lua_State* lua) {
  check_task(lua);
  lua_pushboolean(lua, false);
  return 1;
}

void open_value_methods(lua_State* lua) {
  static constexpr luaL_Reg kSymbolMeta[] = {{"__tostring", symbol_text}, {nullptr, nullptr}};
  static constexpr luaL_Reg kSymbolMethods[] = {{"hasname", symbol_has_name},
                                                {"getname", symbol_get_name},
                                                {"hastype", symbol_has_type},
                                                {"gettype", symbol_get_type},
                                                {"settype", symbol_set_type},
                                                {"getsymbol", symbol_get_symbol},
                                                {nullptr, nullptr}};
  static constexpr luaL_Reg kTaskMeta[] = {
      {"__tostring", task_text}, {"__call", call_task}, {nullptr, nullptr}};
  static constexpr luaL_Reg kTaskMethods[] = {{"get_name", task_text},
                                              {"set_name", task_set_name},
                                              {"complete", task_complete},
                                              {"compile", task_complete},
                                              {"optimize", task_complete},
                                              {"printpretty", task_print},
                                              {"set_mapper_id", task_set_mapper_id},
                                              {"set_mapping_tag_id", task_set_mapping_tag},
                                              {"has_mapper_id", task_has_mapper_id},
                                              {"get_mapper_id", task_get_mapper_id},
                                              {"has_mapping_tag_id", task_has_mapping_tag},
                                              {"get_mapping_tag_id", task_get_mapping_tag},
                                              {"get_privileges", task_get_privileges},
                                              {"get_properties", task_get_properties},
                                              {"get_task_id", task_get_id},
                                              {"set_task_id", task_set_id},
                                              {"set_task_id_unsafe", task_set_id},
                                              {"set_calling_convention", task_set_calling_convention},
                                              {"is_extern", task_is_extern},
                                              {"get_type", task_get_type},
                                              {"get_param_symbols", task_get_param_symbols},
                                              {"get_primary_variant", task_get_primary_variant},
                                              {"get_variant", task_get_variant},
                                              {"make_variant", task_make_variant},
                                              {"add_variant_name", task_add_variant_name},
                                              {"has_primary_variant", task_has_variant},
                                              {"get_cuda_variant", task_get_no_variant},
                                              {"get_variants", task_get_variants},
                                              {nullptr, nullptr}};
  static constexpr luaL_Reg kQuoteMeta[] = {{"__tostring", quote_text}, {nullptr, nullptr}};
  static constexpr luaL_Reg kQuoteMethods[] = {
      {"gettype", quote_get_type}, {"astype", quote_as_type},     {"istype", quote_is_type},
      {"asvalue", quote_as_value}, {"islvalue", quote_is_lvalue}, {"getast", push_quote_tree},
      {nullptr, nullptr}};
  static constexpr luaL_Reg kFunctionMeta[] = {{"__tostring", function_text},
                                               {"__call", call_function},
                                               {"__newindex", function_assign},
                                               {nullptr, nullptr}};
  static constexpr luaL_Reg kFunctionMethods[] = {{"getname", function_text},
                                                  {"gettype", function_get_type},
                                                  {"compile", function_compile},
                                                  {"printpretty", function_print},
                                                  {"disas", function_print},
                                                  {"isdefined", function_is_defined},
                                                  {"setinlined", function_set_inlined},
                                                  {"setoptimized", function_set_inlined},
                                                  {"getpointer", function_get_pointer},
                                                  {nullptr, nullptr}};
  static constexpr luaL_Reg kOverloadedMeta[] = {
      {"__tostring", overloaded_text}, {"__call", call_function}, {nullptr, nullptr}};
  static constexpr luaL_Reg kOverloadedMethods[] = {{"getname", overloaded_text},
                                                    {"adddefinition", overloaded_add},
                                                    {"getdefinitions", overloaded_definitions},
                                                    {nullptr, nullptr}};
  static constexpr luaL_Reg kGlobalMeta[] = {{"__tostring", global_text}, {nullptr, nullptr}};
  static constexpr luaL_Reg kGlobalMethods[] = {{"getname", global_text},
                                                {"gettype", global_get_type},
                                                {"get", get_global},
                                                {"set", set_global},
                                                {"getpointer", point_to_global},
                                                {"setinitializer", set_initializer_of_global},
                                                {"setname", global_set_name},
                                                {nullptr, nullptr}};
  static constexpr luaL_Reg kCFunctionMeta[] = {{"__tostring", function_text},
                                                {"__call", call_function},
                                                {"__newindex", function_assign},
                                                {nullptr, nullptr}};
  static constexpr luaL_Reg kCFunctionMethods[] = {
      {"getname", function_text}, {"gettype", function_get_type}, {nullptr, nullptr}};
  static constexpr luaL_Reg kConstantMeta[] = {{"__tostring", constant_text}, {nullptr, nullptr}};
  static constexpr luaL_Reg kConstantMethods[] = {{"gettype", constant_get_type}, {nullptr, nullptr}};
  static constexpr luaL_Reg kRuntimeMeta[] = {{"__call", call_runtime_function}, {nullptr, nullptr}};
  static constexpr luaL_Reg kUnsupportedMeta[] = {
      {"__call", refuse}, {"__index", refuse}, {nullptr, nullptr}};
  set_methods(lua, Value::Kind::error, kUnsupportedMeta, nullptr);
  set_methods(lua, Value::Kind::symbol, kSymbolMeta, kSymbolMethods);
  push_metatable(lua, Value::Kind::symbol);
  lua_getfield(lua, -1, "__index");
  lua_pushcclosure(lua, symbol_index, 1);
  lua_setfield(lua, -2, "__index");
  lua_pop(lua, 1);
  set_methods(lua, Value::Kind::task, kTaskMeta, kTaskMethods);
  push_metatable(lua, Value::Kind::task);
  lua_getfield(lua, -1, "__index");
  refuse_unknown(lua, "task");
  lua_pop(lua, 2);
  set_methods(lua, Value::Kind::quote, kQuoteMeta, kQuoteMethods);
  push_metatable(lua, Value::Kind::quote);
  lua_getfield(lua, -1, "__index");
  lua_pushcclosure(lua, index_quote, 1);
  lua_setfield(lua, -2, "__index");
  lua_pop(lua, 1);
  set_methods(lua, Value::Kind::function, kFunctionMeta, kFunctionMethods);
  set_methods(lua, Value::Kind::overloaded, kOverloadedMeta, kOverloadedMethods);
  set_methods(lua, Value::Kind::global, kGlobalMeta, kGlobalMethods);
  set_methods(lua, Value::Kind::c_function, kCFunctionMeta, kCFunctionMethods);
  for (Value::Kind kind : {Value::Kind::function, Value::Kind::c_function}) {
    push_metatable(lua, kind);
    lua_getfield(lua, -1, "__index");
    lua_pushcclosure(lua, index_function, 1);
    lua_setfield(lua, -2, "__index");
    lua_pop(lua, 1);
  }
  set_methods(lua, Value::Kind::constant, kConstantMeta, kConstantMethods);
  set_methods(lua, Value::Kind::runtime_function, kRuntimeMeta, nullptr);
}

}  // namespace palatine::sema
