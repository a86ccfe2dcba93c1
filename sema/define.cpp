#include "sema/define.h"

#include <lua.hpp>

#include "sema/specialize/lua_struct.h"
#include "sema/specialize/lua_value.h"
#include "sema/specialize/specialize.h"

namespace palatine::sema {

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

// One execution of one construct.
class Definition {
 public:
  Definition(lua_State* lua, const ast::Construct& construct, const host::CaptureEnv& env,
             MacroExpander& macros, const DefineOptions& options)
      : lua_(lua),
        construct_(construct),
        specializer_(lua, construct, env),
        world_(specializer_.world()),
        check_{world_.types, world_.diags, macros, options.bounds_checks},
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
    {
      StageTimer timer(options_.times, "passes");
      run_passes(*task, world_.types, world_.diags, options_.passes);
    }
    if (!task->has_error && options_.on_task) options_.on_task(*task);
    return value;
  }

  Value fspace(const ast::Fspace& tree) {
    StructType* type = world_.types.new_struct(StructOrigin::fspace, joined_name(tree.name));
    type->range = tree.name_range;
    Value value = type_value(type);
    if (!tree.params.empty() || !tree.constraints.empty()) {
      DiagKind kind = tree.params.empty() ? DiagKind::fspace_constraints : DiagKind::fspace_parameters;
      world_.diags.report(kind,
                          tree.params.empty() ? tree.constraints.front().range : tree.params.front().range);
      return type_value(world_.types.error());
    }
    specializer_.bind(tree.self, value);
    bool is_ok = true;
    for (const ast::FspaceField& field : tree.fields) is_ok &= add_field(*type, field);
    is_ok &= check_not_recursive(lua_, *type);
    // A field space with an error would make more of them wherever it is used.
    return is_ok ? value : type_value(world_.types.error());
  }

  // The type of a field; null when it was reported.
  const Type* field_type(const ast::FspaceField& field) {
    const Type* type = specializer_.type(field.type);
    if (!type) {
      Value::Kind kind = specializer_.frame()->escapes.at(field.type.index).kind;
      if (kind == Value::Kind::error) return nullptr;
      bool is_nil = kind == Value::Kind::undefined;
      world_.diags.report(is_nil ? DiagKind::field_type_undefined : DiagKind::field_type_not_type,
                          field.range);
      return nullptr;
    }
    if (is_error(type)) return nullptr;
    if (is_handle(type)) {
      world_.diags.report(DiagKind::field_is_handle, field.range, type_name(type));
      return nullptr;
    }
    if (field.binding.is_valid()) specializer_.symbol(field.binding)->type = type;
    return type;
  }

  bool add_field(StructType& type, const ast::FspaceField& field) {
    const Type* of_field = field_type(field);
    if (!of_field) return false;
    if (type.find(field.name) >= 0) {
      world_.diags.report(DiagKind::duplicate_field, field.range, field.name, type.name);
      return false;
    }
    type.fields.push_back({field.name, of_field, field.range});
    return true;
  }

  Value terra_struct(const ast::TerraStruct& tree) {
    StructType* type = new_open_struct(lua_, joined_name(tree.name), tree.name_range);
    Value value = type_value(type);
    specializer_.bind(tree.self, value);
    bool is_ok = true;
    for (const ast::FspaceField& field : tree.fields) {
      const Type* of_field = field_type(field);
      is_ok &= of_field != nullptr;
      if (of_field) add_entry(lua_, *type, field.name, of_field);
    }
    return is_ok ? value : type_value(world_.types.error());
  }

  Value terra_function(const ast::TerraFunction& tree) {
    ir::Function* function = world_.functions.emplace_back(std::make_unique<ir::Function>()).get();
    function->name = joined_name(tree.name);
    function->range = tree.name_range;
    Value value = function_value<const ir::Function>(Value::Kind::function, function);
    specializer_.bind(tree.self, value);
    if (tree.is_method) receive(tree);
    specializer_.parameters(tree.params);
    world_.complete(specializer_.type(tree.return_type));
    specializer_.block(tree.body);
    const Frame& frame = *specializer_.frame();
    check_terra_function(*function, tree, frame, check_);
    if (frame.has_error) function->has_error = true;
    if (function->has_error) function->has_body = false;
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

Value define(lua_State* lua, const ast::Construct& construct, const host::CaptureEnv& env,
             MacroExpander& macros, const DefineOptions& options) {
  return Definition(lua, construct, env, macros, options).run();
}

}  // namespace palatine::sema
