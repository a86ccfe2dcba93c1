// Calls of what is not a task: types (casts), C functions, terra functions, the runtime's functions, macros.
#include "sema/check/checker.h"

namespace palatine::sema {

namespace {

bool any_error(const std::vector<ir::ExprPtr>& args) {
  for (const ir::ExprPtr& arg : args) {
    if (is_error(arg->type)) return true;
  }
  return false;
}

}  // namespace

ir::ExprPtr Checker::check_call(const ast::CallExpr& tree) {
  check_call_annotations(tree.annotations);
  const SourceRange range = range_of(tree);
  Value kept;
  const Value* callee = value_at(*tree.callee, kept);
  if (!callee) {
    const bool is_name = tree.callee->kind == ast::ExprKind::Name;
    if (!task_ || is_name) {
      ir::ExprPtr value = check_value(*tree.callee);
      if (is_error(value->type)) {
        check_args(tree.args);
        return value;
      }
      if (ir::ExprPtr result = call_value(std::move(value), tree)) return result;
      error(DiagKind::not_callable, range);
    } else {
      error(DiagKind::complex_callee, range);
    }
    check_args(tree.args);
    return make_error(range);
  }
  if (!tree.conditions.empty() && callee->kind != Value::Kind::task) {
    error(DiagKind::call_conditions, tree.conditions.front().range,
          callee->kind == Value::Kind::macro ? "macro" : "terra function");
    check_args(tree.args);
    return make_error(range);
  }
  switch (callee->kind) {
    case Value::Kind::type:
      return call_cast(callee->type(), tree);
    case Value::Kind::task:
      return call_task(*std::get<ir::Task*>(callee->data), tree);
    case Value::Kind::function:
      return call_terra(*std::get<const ir::Function*>(callee->data), check_args(tree.args), range);
    case Value::Kind::overloaded: {
      std::vector<const ir::Function*> callees;
      for (const Value& entry : callee->list()) callees.push_back(std::get<const ir::Function*>(entry.data));
      return call_overloaded(callee->description, callees, check_args(tree.args), range);
    }
    case Value::Kind::c_function:
      return call_c(std::get<CFunctionValue>(callee->data), tree);
    case Value::Kind::runtime_function:
      return call_runtime(std::get<ir::RuntimeFunction>(callee->data), tree);
    case Value::Kind::special:
      return check_aggregate_call(std::get<SpecialForm>(callee->data), tree);
    case Value::Kind::macro:
      return call_macro(std::get<MacroValue>(callee->data), tree);
    case Value::Kind::fspace: {
      check_args(tree.args);
      const size_t expected = std::get<const FspaceDefinition*>(callee->data)->params.size(), got = 0;
      error(DiagKind::wrong_argument_count, range, expected, got);
      return make_error(range);
    }
    case Value::Kind::error:
      has_error_ = true;
      check_args(tree.args);
      return make_error(range);
    case Value::Kind::undefined: {
      check_args(tree.args);
      const auto* name = ast::try_as<ast::NameExpr>(tree.callee.get());
      const auto* field = ast::try_as<ast::FieldExpr>(tree.callee.get());
      return value_of_lua(*callee,
                          name    ? name->name.text
                          : field ? field->field.text
                                  : "",
                          range_of(*tree.callee));
    }
    case Value::Kind::symbol:
    case Value::Kind::global:
    case Value::Kind::quote:
      if (ir::ExprPtr result = call_value(read(value_of_lua(*callee, "", range)), tree)) return result;
      break;
    default:
      break;
  }
  auto builder = error(DiagKind::not_callable, range);
  const auto* function_name = ast::try_as<ast::NameExpr>(tree.callee.get());
  if (function_name && callee->description.find("function") != std::string::npos) {
    const std::string& name = function_name->name.text;
    if (name == "print") {
      builder.note(DiagKind::hint_c_function, range);
    } else {
      builder.note(DiagKind::hint_lua_function, range, name, name);
    }
  }
  check_args(tree.args);
  return make_error(range);
}

ir::ExprPtr Checker::function_address(const ir::Function& callee, SourceRange range) {
  const Type* result = result_of(callee);
  if (is_error(result)) return make_error(range);
  std::vector<const Type*> params;
  for (const ir::Local* param : callee.params) params.push_back(param->type);
  auto node = make<ir::FunctionAddressExpr>(
      types().pointer(types().function(std::move(params), result, false)), range);
  node->callee = &callee;
  return node;
}

ir::ExprPtr Checker::call_value(ir::ExprPtr callee, const ast::CallExpr& tree) {
  const SourceRange range = range_of(tree);
  if (is_error(callee->type)) return callee;
  const auto* pointer = try_as<PointerType>(callee->type);
  const auto* function = pointer ? try_as<FunctionType>(pointer->element) : nullptr;
  const auto* structure = try_as<StructType>(pointer ? pointer->element : callee->type);
  if (structure) {
    const Value apply = context_.macros.find_member(*structure, "metamethods", "__apply");
    if (apply.kind == Value::Kind::macro) {
      auto args = check_args(tree.args);
      if (any_error(args)) return make_error(range);
      args.insert(args.begin(), std::move(callee));
      return macro_value(expand_macro(std::get<MacroValue>(apply.data), std::move(args), {}, range), range);
    }
    if (apply.kind != Value::Kind::function && apply.kind != Value::Kind::overloaded) return nullptr;
    auto args = check_args(tree.args);
    args.insert(args.begin(), std::move(callee));
    return call_overloaded("__apply", context_.macros.find_metamethods(structure, "__apply"), std::move(args),
                           range);
  }
  if (!function) return nullptr;
  auto args = check_args(tree.args);
  if (any_error(args)) return make_error(range);
  bool fits = args.size() == function->params.size();
  for (size_t i = 0; fits && i < args.size(); ++i) fits = can_convert(args[i]->type, function->params[i]);
  if (!fits) {
    error(DiagKind::no_applicable_function, range, type_name(function), argument_types(args));
    return make_error(range);
  }
  auto node = make<ir::PointerCallExpr>(function->result, range);
  node->callee = std::move(callee);
  for (size_t i = 0; i < args.size(); ++i) {
    node->args.push_back(convert(std::move(args[i]), function->params[i]));
  }
  return node;
}

const Value* Checker::value_at(const ast::Expr& tree, Value& kept) {
  if (const Value* value = frame_->value_of(tree)) return value;
  const auto* field = in_terra() ? ast::try_as<ast::FieldExpr>(&tree) : nullptr;
  if (!field || field->field.escape.is_valid()) return nullptr;
  const Type* named = named_type(*field->object);
  const auto* structure = named ? try_as<StructType>(named) : nullptr;
  if (!structure) return nullptr;
  kept = context_.macros.find_member(*structure, "methods", field->field.text);
  if (kept.kind == Value::Kind::undefined) {
    error(DiagKind::no_method, range_of(tree), field->field.text, type_name(structure));
    kept.kind = Value::Kind::error;
  }
  return &kept;
}

const Type* Checker::named_type(const ast::Expr& tree) {
  if (const Value* value = frame_->value_of(tree)) {
    if (value->kind == Value::Kind::type) return resolve_type(value->type());
    if (value->kind == Value::Kind::quote) return value->quote().as_type;
    return nullptr;
  }
  if (const auto* unary = ast::try_as<ast::UnaryExpr>(&tree);
      unary && unary->op == ast::UnaryOp::address_of) {
    const Type* element = named_type(*unary->operand);
    return element ? types().pointer(element) : nullptr;
  }
  const auto* index = ast::try_as<ast::IndexExpr>(&tree);
  const Type* element = index ? named_type(*index->object) : nullptr;
  if (!element || is_handle(element) || element->kind == TypeKind::unit) return nullptr;
  const ir::ExprPtr count = check_value(*index->index);
  const auto* constant = ir::try_as<ir::ConstExpr>(count.get());
  if (!constant || constant->type->kind != TypeKind::integer) return nullptr;
  return types().array(element, constant->integer);
}

std::vector<ir::ExprPtr> Checker::check_args(const std::vector<ast::ExprPtr>& trees, size_t first) {
  std::vector<ir::ExprPtr> args;
  for (size_t i = first; i < trees.size(); ++i) {
    const ast::ExprPtr& tree = trees[i];
    const Value* value = tree->kind == ast::ExprKind::Escape || tree->kind == ast::ExprKind::Name
                             ? frame_->value_of(*tree)
                             : nullptr;
    if (const std::vector<Value>* entries = spliced_list(value)) {
      for (const Value& entry : *entries) args.push_back(read(value_of_lua(entry, "", range_of(*tree))));
    } else if (is_unpack(*tree)) {
      unpack_into(ast::as<ast::CallExpr>(*tree), args);
    } else {
      args.push_back(check_value(*tree));
    }
  }
  return args;
}

ir::ExprPtr Checker::call_cast(const Type* type, const ast::CallExpr& tree) {
  const SourceRange range = range_of(tree);
  type = resolve_type(type);
  if (const auto* applied = try_as<StructType>(type);
      applied && applied->definition && !check_fspace_args(*applied, types(), context_.diags)) {
    has_error_ = true;
    type = types().error();
  }
  auto args = check_args(tree.args);
  if (args.size() != 1) {
    const size_t expected = 1, got = args.size();
    error(DiagKind::wrong_argument_count, range, expected, got);
    return make_error(range);
  }
  if (is_error(args[0]->type) || is_error(type)) return make_error(range);
  const Type* from = args[0]->type;
  const auto* instance = try_as<StructType>(type);
  const auto* ctor = try_as<StructType>(from);
  if (instance && instance->definition && ctor && ctor->origin == StructOrigin::constructor &&
      (instance->definition->has_handles() || !instance->definition->constraints.empty())) {
    return construct_fspace(*instance, std::move(args[0]), range);
  }
  if (ir::ExprPtr pointer = pointer_of_parts(*type, args[0], range)) return pointer;
  if (is_handle(type) || !can_cast(from, type)) {
    error(DiagKind::invalid_cast, range, type_name(from), type_name(type));
    return make_error(range);
  }
  const bool is_same = from == type;
  ir::ExprPtr value = convert(std::move(args[0]), type, true);
  if (is_same && value->is_lvalue) {
    // `int(x)` is a value, not the variable.
    auto node = make<ir::CastExpr>(type, range);
    node->operand = std::move(value);
    node->is_explicit = true;
    return node;
  }
  value->range = range;
  return value;
}

ir::ExprPtr Checker::call_c(const CFunctionValue& callee, const ast::CallExpr& tree) {
  const SourceRange range = range_of(tree);
  auto args = check_args(tree.args);
  if (any_error(args)) return make_error(range);
  const FunctionType& type = *callee.type;
  const size_t fixed = type.params.size();
  std::string problem;
  bool fits = type.variadic ? args.size() >= fixed : args.size() == fixed;
  for (size_t i = 0; fits && i < args.size(); ++i) {
    if (i < fixed) {
      fits = can_convert(args[i]->type, type.params[i]);
    } else {
      fits = args[i]->type->kind != TypeKind::unit && !is_handle(args[i]->type);
    }
  }
  if (!fits) {
    auto builder = error(DiagKind::no_applicable_function, range, callee.name, argument_types(args));
    builder.note(DiagKind::note_c_signature, range, callee.name, type_name(&type));
    return make_error(range);
  }
  auto node = make<ir::CCallExpr>(type.result, range);
  node->header = callee.header.get();
  node->function = callee.name;
  node->is_replicable = callee.is_replicable;
  for (size_t i = 0; i < args.size(); ++i) {
    const Type* from = args[i]->type;
    if (i < fixed) {
      args[i] = convert(std::move(args[i]), type.params[i]);
    } else if (const auto* array = try_as<ArrayType>(from)) {
      args[i] = convert(std::move(args[i]), types().pointer(array->element));
    } else if ((from->kind == TypeKind::bounded || from->kind == TypeKind::index) &&
               can_convert(from, types().int64())) {
      args[i] = convert(std::move(args[i]), types().int64());
    }
    node->args.push_back(std::move(args[i]));
  }
  return node;
}

ir::ExprPtr Checker::call_terra(const ir::Function& callee, std::vector<ir::ExprPtr> args,
                                SourceRange range) {
  if (any_error(args)) return make_error(range);
  bool fits = args.size() == callee.params.size();
  for (size_t i = 0; fits && i < args.size(); ++i) {
    const Type* param = callee.params[i]->type;
    if (!param || is_error(param)) return make_error(range);
    fits = can_convert(args[i]->type, param);
  }
  if (!fits) {
    error(DiagKind::no_applicable_function, range, callee.name, argument_types(args))
        .note(DiagKind::note_declared_here, callee.range, callee.name);
    return make_error(range);
  }
  const Type* result = result_of(callee);
  if (is_error(result)) return make_error(range);
  auto node = make<ir::FunctionCallExpr>(result, range);
  node->callee = &callee;
  for (size_t i = 0; i < args.size(); ++i) {
    node->args.push_back(convert(std::move(args[i]), callee.params[i]->type));
  }
  return node;
}

ir::ExprPtr Checker::call_runtime(ir::RuntimeFunction function, const ast::CallExpr& tree) {
  const SourceRange range = range_of(tree);
  auto args = check_args(tree.args);
  if (any_error(args)) return make_error(range);
  if (function != ir::RuntimeFunction::assert_) return unsupported("this function of regentlib", range);
  const Type* params[] = {types().boolean(), types().rawstring()};
  if (args.size() != 2 || !can_convert(args[0]->type, params[0]) || !can_convert(args[1]->type, params[1])) {
    error(DiagKind::no_applicable_function, range, "assert", argument_types(args));
    return make_error(range);
  }
  auto node = make<ir::RuntimeCallExpr>(types().unit(), range);
  node->function = function;
  for (size_t i = 0; i < 2; ++i) node->args.push_back(convert(std::move(args[i]), params[i]));
  return node;
}

const Type* Checker::result_of(const ir::Function& callee) {
  if (&callee == &function_) {
    saw_recursion_ = true;
    return expected_result_ ? expected_result_ : types().error();
  }
  if (!callee.result) context_.macros.check_pending(callee);
  if (callee.result) return callee.result;
  // Its body was rejected before its result was known.
  has_error_ = true;
  return types().error();
}

}  // namespace palatine::sema
