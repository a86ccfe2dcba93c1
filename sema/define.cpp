#include "sema/define.h"

#include <fmt/format.h>

#include <algorithm>
#include <lua.hpp>

#include "sema/check/hints.h"
#include "sema/specialize/c_header.h"
#include "sema/specialize/lua_struct.h"
#include "sema/specialize/lua_value.h"
#include "sema/specialize/specialize.h"

namespace palatine::sema {

const char* annotation_internal_name(ast::AnnotationOption option);

namespace {

std::string joined_name(const std::vector<std::string>& parts) {
  return parts.empty() ? "anon" : field_path_name(parts);
}

template <typename T>
Value function_value(Value::Kind kind, T* function) {
  Value value;
  value.kind = kind;
  value.data = function;
  return value;
}

// Whether the name has a match of one of the patterns of Lua, which stand between commas. What is no pattern
// has none; `wrong` is told.
bool has_match(lua_State* lua, const std::string& name, const std::string& patterns, std::string& wrong) {
  if (patterns == ".*") return true;
  lua_pushliteral(lua, "");
  luaL_getmetafield(lua, -1, "__index");
  bool found = false;
  for (size_t at = 0; at <= patterns.size() && !found;) {
    const size_t end = std::min(patterns.find(',', at), patterns.size());
    if (end > at) {
      lua_getfield(lua, -1, "match");
      lua_pushlstring(lua, name.data(), name.size());
      lua_pushlstring(lua, patterns.data() + at, end - at);
      if (lua_pcall(lua, 2, 1, 0) != 0) {
        const char* message = lua_tostring(lua, -1);
        wrong = message ? message : "no pattern";
      } else {
        found = !lua_isnil(lua, -1);
      }
      lua_pop(lua, 1);
    }
    at = end + 1;
  }
  lua_pop(lua, 2);
  return found;
}

// One execution of one construct.
class Definition {
 public:
  Definition(lua_State* lua, const ast::Construct& construct, const host::CaptureEnv& env,
             MacroExpander& macros, const DefineOptions& options)
      : lua_(lua),
        construct_(construct),
        specializer_(lua, construct, env),
        world_(specializer_.world()),
        check_{world_.types,
               world_.diags,
               macros,
               [lua](const std::string& name) { return legion_type(lua, name); },
               options.inline_tasks,
               options.inline_bodies,
               [this](std::vector<std::string>& names) {
                 for (const auto& task : world_.tasks) names.push_back(task->name);
                 for (const auto& function : world_.functions) names.push_back(function->name);
               },
               [this](ir::Task& task) { finish_task(task, world_, options_); }},
        options_(options) {}

  Value run() {
    switch (construct_.kind) {
      case ast::ConstructKind::task:
        return task(ast::as<ast::Task>(construct_));
      case ast::ConstructKind::fspace:
        return fspace(ast::as<ast::Fspace>(construct_));
      case ast::ConstructKind::terra_struct:
        return terra_struct(ast::as<ast::TerraStruct>(construct_));
      case ast::ConstructKind::terra_function:
        return terra_function(ast::as<ast::TerraFunction>(construct_));
      default:
        return quote();
    }
  }

 private:
  // The order of language reference 1.4.
  Value task(const ast::Task& tree) {
    ir::Task* task = world_.tasks.emplace_back(std::make_unique<ir::Task>()).get();
    task->id = static_cast<uint32_t>(world_.tasks.size());
    task->name = joined_name(tree.name);
    task->range = tree.name_range;
    task->is_extern = tree.is_extern;
    if (options_.bounds_checks) {
      std::string wrong;
      task->checks_bounds = has_match(lua_, task->name, options_.bounds_checks_targets, wrong);
      if (!wrong.empty())
        world_.diags.report(DiagKind::bounds_targets, {}, options_.bounds_checks_targets, wrong);
    }
    Value value = function_value(Value::Kind::task, task);
    specializer_.bind(tree.self, value);
    {
      StageTimer timer(options_.times, "specialize");
      specializer_.parameters(tree.params);
      world_.complete(specializer_.type(tree.return_type));
      specializer_.effects(tree.effects);
      if (tree.body) specializer_.block(*tree.body);
    }
    const Frame& frame = *specializer_.frame();
    {
      StageTimer timer(options_.times, "check");
      check_signature(*task, tree, frame, check_);
      if (tree.body) check_body(*task, tree, frame, check_);
    }
    if (frame.has_error) task->has_error = true;
    if (task->has_error) {
      task->has_body = false;
      return value;
    }
    const bool demands_inlining =
        ir::has_annotation(task->annotations, ast::AnnotationLevel::demand, ast::AnnotationOption::inline_);
    const bool is_inlined =
        demands_inlining ||
        ir::has_annotation(task->annotations, ast::AnnotationLevel::demand, ast::AnnotationOption::local);
    if (is_inlined && tree.body && options_.inline_bodies) {
      options_.inline_bodies->emplace(task, InlineBody{&tree, specializer_.frame()});
    }
    // Other demands of a task that is only ever inlined are about nothing.
    task->waits_for_passes = true;
    if (!demands_inlining || !options_.inline_tasks) finish_task(*task, world_, options_);
    return value;
  }

  Value fspace(const ast::Fspace& tree) {
    TypeTable& types = world_.types;
    bool is_ok = check_fspace_annotations(tree);
    FspaceDefinition* definition = types.new_fspace(joined_name(tree.name), tree.name_range);
    Value value = tree.params.empty()
                      ? type_value(types.fspace_instance(*definition, {}))
                      : function_value<const FspaceDefinition>(Value::Kind::fspace, definition);
    specializer_.bind(tree.self, value);
    for (const ast::Param& param : tree.params) {
      definition->params.push_back(specializer_.symbol(param.declared.binding));
    }
    types.fspace_instance(*definition, definition->params);
    for (const ast::Param& param : tree.params) is_ok &= fspace_param(tree, param);
    for (const ast::FspaceField& field : tree.fields) is_ok &= add_field(*definition, field);
    for (const ast::Effect& constraint : tree.constraints) is_ok &= add_constraint(*definition, constraint);
    types.complete_fspace(*definition);
    auto* canonical = const_cast<StructType*>(types.fspace_instance(*definition, definition->params));
    is_ok &= check_not_recursive(lua_, *canonical);
    // A field space with an error would make more of them wherever it is used.
    return is_ok ? value : type_value(types.error());
  }

  bool check_fspace_annotations(const ast::Fspace& tree) {
    bool is_ok = true;
    for (const ast::Annotation& annotation : tree.annotations) {
      if (annotation.level == ast::AnnotationLevel::allow) continue;
      world_.diags.report(DiagKind::annotation_not_permitted, tree.anchor,
                          ast::annotation_level_name(annotation.level),
                          annotation_internal_name(annotation.option));
      is_ok = false;
    }
    return is_ok;
  }

  bool fspace_param(const ast::Fspace& tree, const ast::Param& param) {
    Symbol* symbol = specializer_.symbol(param.declared.binding);
    const Type* type = specializer_.type(param.type);
    if (!type) {
      const Value::Kind kind = specializer_.frame()->escapes.at(param.type.index).kind;
      if (kind == Value::Kind::error) return false;
      const bool is_nil = kind == Value::Kind::undefined;
      world_.diags.report(is_nil ? DiagKind::param_type_undefined : DiagKind::param_type_not_type,
                          param.range);
      return false;
    }
    if (is_error(type)) return false;
    symbol->type = type;
    for (const ast::Param& other : tree.params) {
      const Symbol* before = specializer_.symbol(other.declared.binding);
      if (before == symbol) break;
      if (before->type != type || !is_handle(type)) continue;
      world_.diags
          .report(DiagKind::same_parameter_type, param.declared.range, param.declared.text,
                  other.declared.text)
          .note(DiagKind::previous_definition, other.declared.range, other.declared.text);
      return false;
    }
    return true;
  }

  // The parameter or field that a constraint names; null when it was reported.
  const Symbol* constrained(const ast::NameUse& name) {
    const Symbol* symbol = name.binding.is_valid() ? specializer_.symbol(name.binding) : nullptr;
    const Type* type = symbol ? symbol->type : nullptr;
    if (type && (type->kind == TypeKind::region || type->kind == TypeKind::partition)) return symbol;
    if (type) {
      world_.diags.report(DiagKind::type_mismatch, name.range, "a region", type_name(type));
    } else if (!symbol) {
      world_.diags.report(DiagKind::privilege_target_not_region, name.range);
    }
    return nullptr;
  }

  bool add_constraint(FspaceDefinition& definition, const ast::Effect& effect) {
    if (effect.kind != ast::Effect::Kind::constraint) return false;
    const Symbol* lhs = constrained(effect.lhs);
    const Symbol* rhs = constrained(effect.rhs);
    if (lhs && rhs) definition.constraints.push_back({effect.disjoint, lhs, rhs, effect.range});
    return lhs && rhs;
  }

  // The type of a field; null when it was reported.
  const Type* field_type(const ast::FspaceField& field) {
    const Type* type = specializer_.type(field.type);
    if (!type) {
      Value::Kind kind = specializer_.frame()->escapes.at(field.type.index).kind;
      if (kind == Value::Kind::error) return nullptr;
      bool is_nil = kind == Value::Kind::undefined;
      auto builder = world_.diags.report(
          is_nil ? DiagKind::field_type_undefined : DiagKind::field_type_not_type, field.range);
      hint_type(builder, world_.diags, construct_.escapes.at(field.type.index).range);
      return nullptr;
    }
    if (is_error(type)) return nullptr;
    if (field.binding.is_valid()) specializer_.symbol(field.binding)->type = type;
    return type;
  }

  bool add_field(FspaceDefinition& definition, const ast::FspaceField& field) {
    const Type* type = field_type(field);
    if (!type) return false;
    for (const FspaceDefinition::Field& other : definition.fields) {
      if (other.name == field.name) {
        world_.diags.report(DiagKind::name_redefined, field.range, field.name);
        return false;
      }
      if (other.type == type && is_handle(type)) {
        world_.diags.report(DiagKind::same_field_type, field.range, field.name, other.name);
        return false;
      }
    }
    definition.fields.push_back({field.name, specializer_.symbol(field.binding), type, field.range});
    return true;
  }

  // The type that `struct S` of this file declared and nothing defined yet; null when there is none.
  const StructType* declared_struct(const ast::TerraStruct& tree) {
    if (!tree.has_body || tree.is_local || tree.name.empty()) return nullptr;
    const std::string name = joined_name(tree.name);
    std::vector<const StructType*>& declared = world_.declared_structs;
    const auto found = std::find_if(declared.rbegin(), declared.rend(), [&](const StructType* type) {
      return type->name == name && type->range.file.index == tree.name_range.file.index;
    });
    if (found == declared.rend()) return nullptr;
    const StructType* type = *found;
    declared.erase(std::next(found).base());
    return type;
  }

  Value terra_struct(const ast::TerraStruct& tree) {
    const StructType* type = declared_struct(tree);
    if (type) {
      open_struct(world_, *type);
    } else {
      type = new_open_struct(lua_, joined_name(tree.name), tree.name_range);
      if (!tree.has_body && !tree.name.empty()) world_.declared_structs.push_back(type);
    }
    Value value = type_value(type);
    specializer_.bind(tree.self, value);
    bool is_ok = true;
    int last_union = 0;
    for (const ast::FspaceField& field : tree.fields) {
      const Type* of_field = field_type(field);
      is_ok &= of_field != nullptr;
      const int number = field.union_number;
      if (!of_field) continue;
      add_entry(lua_, *type, field.name, of_field, number != 0 && number != last_union, number != 0);
      last_union = number;
    }
    return is_ok ? value : type_value(world_.types.error());
  }

  // The function that a declaration `terra f :: T` of this file made and nothing defined yet; else a new one.
  ir::Function* declared_function(const ast::TerraFunction& tree) {
    const std::string name = joined_name(tree.name);
    for (const auto& function : world_.functions) {
      if (!tree.is_declaration && function->is_declaration && function->name == name &&
          function->range.file.index == tree.name_range.file.index) {
        function->is_declaration = false;
        function->params.clear();
        return function.get();
      }
    }
    ir::Function* function = world_.functions.emplace_back(std::make_unique<ir::Function>()).get();
    function->name = name;
    return function;
  }

  // `terra f :: {A} -> B`
  void declare_function(ir::Function& function, const ast::TerraFunction& tree) {
    const Type* type = specializer_.type(tree.return_type);
    const auto* pointer = try_as<PointerType>(type);
    const auto* signature = pointer ? try_as<FunctionType>(pointer->element) : nullptr;
    if (!signature) {
      if (!type || !is_error(type)) {
        world_.diags.report(DiagKind::type_mismatch, tree.name_range, "a function type",
                            type ? type_name(type) : "nil");
      }
      function.has_error = true;
      return;
    }
    function.is_declaration = true;
    function.result = signature->result;
    for (const Type* param : signature->params) {
      ir::Local* local = function.new_local("argument", param, nullptr, tree.name_range);
      local->is_param = true;
      function.params.push_back(local);
    }
  }

  Value terra_function(const ast::TerraFunction& tree) {
    ir::Function* function = declared_function(tree);
    function->range = tree.name_range;
    if (tree.is_declaration) {
      declare_function(*function, tree);
      return function_value<const ir::Function>(Value::Kind::function, function);
    }
    Value value = function_value<const ir::Function>(Value::Kind::function, function);
    specializer_.bind(tree.self, value);
    if (tree.is_method) receive(tree);
    specializer_.parameters(tree.params);
    world_.complete(specializer_.type(tree.return_type));
    specializer_.block(tree.body);
    Frame& frame = *specializer_.frame();
    const size_t reported = world_.diags.all().size();
    check_terra_function(*function, tree, frame, check_);
    if (frame.has_error) function->has_error = true;
    if (function->has_error) function->has_body = false;
    // What it needs may be defined later: methods, functions that call one another.
    if (function->has_error && !frame.has_error && options_.pending) {
      world_.diags.roll_back(reported);
      options_.pending->push_back({function, &tree, specializer_.frame()});
      function->has_error = false;
    }
    if (tree.is_method) add_method(tree, value);
    return value;
  }

  // `self` of a method is a pointer to the struct.
  void receive(const ast::TerraFunction& tree) {
    const Type* type = specializer_.type(tree.receiver);
    if (type && type->kind == TypeKind::structure) {
      specializer_.symbol(tree.self_param)->type = world_.types.pointer(type);
      return;
    }
    if (!is_error(type) || !type) world_.diags.report(DiagKind::method_receiver, tree.name_range);
    specializer_.symbol(tree.self_param)->type = world_.types.error();
    specializer_.frame()->has_error = true;
  }

  void add_method(const ast::TerraFunction& tree, const Value& function) {
    const Value& receiver = specializer_.frame()->escapes.at(tree.receiver.index);
    if (receiver.kind != Value::Kind::type || tree.name.empty()) return;
    push_value(lua_, receiver);
    lua_getfield(lua_, -1, "methods");
    if (lua_istable(lua_, -1)) {
      push_value(lua_, function);
      lua_setfield(lua_, -2, tree.name.back().c_str());
    }
    lua_pop(lua_, 2);
  }

  Value quote() {
    switch (construct_.kind) {
      case ast::ConstructKind::rexpr:
        specializer_.expr(*ast::as<ast::Rexpr>(construct_).expr);
        break;
      case ast::ConstructKind::terra_expr:
        specializer_.expr(*ast::as<ast::TerraExpr>(construct_).expr);
        break;
      case ast::ConstructKind::rquote:
        specializer_.block(ast::as<ast::Rquote>(construct_).body);
        break;
      default: {
        const auto& tree = ast::as<ast::TerraQuote>(construct_);
        specializer_.block(tree.body);
        for (const ast::ExprPtr& value : tree.in_values) specializer_.expr(*value);
      }
    }
    auto quote = std::make_shared<Quote>();
    quote->construct = &construct_;
    quote->frame = specializer_.frame();
    quote->has_error = specializer_.frame()->has_error;
    Value value;
    value.kind = Value::Kind::quote;
    value.data = std::move(quote);
    return value;
  }

  lua_State* lua_;
  const ast::Construct& construct_;
  Specializer specializer_;
  World& world_;
  CheckContext check_;
  const DefineOptions& options_;
};

}  // namespace

void check_pending(World& world, MacroExpander& macros, std::vector<PendingFunction>& pending,
                   const ir::Function* only) {
  // Checking one may ask for another.
  for (size_t i = 0; i < pending.size();) {
    if (only && pending[i].function != only) {
      ++i;
      continue;
    }
    const PendingFunction entry = std::move(pending[i]);
    pending.erase(pending.begin() + static_cast<std::ptrdiff_t>(i));
    CheckContext context{world.types, world.diags, macros,
                         [&world](const std::string& name) { return legion_type(world.running, name); }};
    check_terra_function(*entry.function, *entry.tree, *entry.frame, context);
    if (entry.function->has_error) entry.function->has_body = false;
    i = 0;
  }
}

void finish_task(ir::Task& task, World& world, const DefineOptions& options) {
  if (!task.waits_for_passes) return;
  task.waits_for_passes = false;
  {
    StageTimer timer(options.times, "passes");
    run_passes(task, world.types, world.diags, options.passes);
  }
  world.projection_keys.insert(task.projection_keys.begin(), task.projection_keys.end());
  if (task.has_error) return;
  if (options.prints_tasks) fmt::print("{}\n", ir::print(task));
  if (options.on_task) options.on_task(task);
}

Value define(lua_State* lua, const ast::Construct& construct, const host::CaptureEnv& env,
             MacroExpander& macros, const DefineOptions& options) {
  return Definition(lua, construct, env, macros, options).run();
}

const ir::Function* define_function_returning(World& world, MacroExpander& macros, const Value& value,
                                              const Type* type, SourceRange where) {
  // `terra(): type return [value] end`
  auto tree = std::make_unique<ast::TerraFunction>();
  tree->name = {"value"};
  tree->range = tree->name_range = tree->anchor = where;
  tree->escapes.resize(2);
  for (ast::EscapeInfo& escape : tree->escapes) escape.range = where;
  if (type) tree->return_type = ast::EscapeId{0};
  auto escape = std::make_unique<ast::EscapeExpr>();
  escape->range = escape->anchor = where;
  escape->escape = ast::EscapeId{1};
  auto result = std::make_unique<ast::ReturnStat>();
  result->range = result->anchor = where;
  result->values.push_back(std::move(escape));
  tree->body.stats.push_back(std::move(result));
  Frame frame;
  frame.construct = tree.get();
  frame.escapes.resize(2);
  if (type) frame.escapes[0] = type_value(type);
  frame.escapes[1] = value;

  ir::Function* function = world.functions.emplace_back(std::make_unique<ir::Function>()).get();
  function->name = "value";
  function->range = where;
  CheckContext context{world.types, world.diags, macros, {}};
  check_terra_function(*function, *tree, frame, context);
  return function;
}

}  // namespace palatine::sema
