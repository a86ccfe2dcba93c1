// Lua values and quotes in the place of expressions and statements. Language reference, 1.5.
#include "sema/check/checker.h"

namespace palatine::sema {

ir::ExprPtr Checker::value_of_lua(const Value& value, const std::string& name, SourceRange range) {
  switch (value.kind) {
    case Value::Kind::error:
      has_error_ = true;
      return make_error(range);
    case Value::Kind::undefined:
      if (!name.empty()) {
        report_undefined(name, range);
      } else if (!frame_->has_error) {
        error(DiagKind::not_an_expression, range, "nil");
      }
      has_error_ = true;
      return make_error(range);
    case Value::Kind::constant:
      return constant_of_lua(value.constant(), range);
    case Value::Kind::global: {
      const auto* global = std::get<const ir::Global*>(value.data);
      auto node = make<ir::GlobalExpr>(global->type, range);
      node->global = global;
      // Tasks may only read it.
      node->is_lvalue = !task_;
      return node;
    }
    case Value::Kind::symbol: {
      ir::Local* local = lookup(value.symbol());
      if (local && local->type) return make_local(local, range);
      error(DiagKind::name_undefined, range, symbol_name(*value.symbol()));
      return make_error(range);
    }
    case Value::Kind::quote:
      return splice_expr(value.quote(), range);
    case Value::Kind::list:
      // A list of one may stand where a single expression is wanted.
      if (value.list().size() == 1) return value_of_lua(value.list().front(), name, range);
      error(DiagKind::not_an_expression, range, "list");
      return make_error(range);
    case Value::Kind::function:
      return function_address(*std::get<const ir::Function*>(value.data), range);
    case Value::Kind::c_function: {
      const auto& callee = std::get<CFunctionValue>(value.data);
      if (const ir::Function* function = context_.macros.function_of_c(callee))
        return function_address(*function, range);
      // Those with any number of arguments cannot be wrapped.
      auto node = make<ir::FunctionAddressExpr>(types().pointer(callee.type), range);
      node->c_function = callee.name;
      node->header = callee.header.get();
      return node;
    }
    case Value::Kind::overloaded:
      if (value.list().size() == 1) return value_of_lua(value.list().front(), name, range);
      error(DiagKind::overloaded_as_value, range, value.description);
      return make_error(range);
    case Value::Kind::task:
    case Value::Kind::runtime_function:
      error(DiagKind::only_callable, range,
            value.kind == Value::Kind::task ? "task" : "function of regentlib");
      return make_error(range);
    case Value::Kind::type:
      error(DiagKind::not_an_expression, range, "type").note(DiagKind::hint_type_as_value, range);
      return make_error(range);
    default:
      error(DiagKind::not_an_expression, range, value.description.empty() ? "table" : value.description);
      return make_error(range);
  }
}

const std::vector<Value>* Checker::spliced_list(const Value* value) const {
  if (!value) return nullptr;
  const bool is_list = value->kind == Value::Kind::list || (in_terra() && value->kind == Value::Kind::other);
  return is_list ? std::get_if<std::vector<Value>>(&value->data) : nullptr;
}

ir::ExprPtr Checker::splice_expr(const Quote& quote, SourceRange range) {
  if (quote.has_error) {
    has_error_ = true;
    return make_error(range);
  }
  if (quote.checked && *quote.checked) return ir::clone(**quote.checked);
  if (quote.as_type) {
    error(DiagKind::not_an_expression, range, "type").note(DiagKind::hint_type_as_value, range);
    return make_error(range);
  }
  if (!quote.construct || !quote.frame) return make_error(range);
  FrameGuard frame(*this, *quote.frame);
  if (frame_->has_error) has_error_ = true;
  switch (quote.construct->kind) {
    case ast::ConstructKind::rexpr:
      return check_expr(*ast::as<ast::Rexpr>(*quote.construct).expr);
    case ast::ConstructKind::terra_expr:
      return check_expr(*ast::as<ast::TerraExpr>(*quote.construct).expr);
    case ast::ConstructKind::terra_quote: {
      const auto& tree = ast::as<ast::TerraQuote>(*quote.construct);
      if (tree.in_values.size() != 1) break;
      check_block(tree.body);
      return check_expr(*tree.in_values.front());
    }
    default:
      break;
  }
  error(DiagKind::statements_as_expression, range);
  return make_error(range);
}

void Checker::splice_stat(const Value& value, SourceRange range) {
  switch (value.kind) {
    case Value::Kind::quote:
      splice_stat(value.quote(), range);
      return;
    case Value::Kind::list:
      for (const Value& entry : value.list()) splice_stat(entry, range);
      return;
    default: {
      if (const std::vector<Value>* entries = spliced_list(&value)) {
        for (const Value& entry : *entries) splice_stat(entry, range);
        return;
      }
      ir::ExprPtr expr = read(value_of_lua(value, "", range));
      if (is_error(expr->type)) return;
      auto stat = std::make_unique<ir::ExprStat>();
      stat->range = range;
      stat->expr = std::move(expr);
      emit(std::move(stat));
    }
  }
}

void Checker::splice_stat(const Quote& quote, SourceRange range) {
  const bool has_statements = quote.construct && (quote.construct->kind == ast::ConstructKind::rquote ||
                                                  quote.construct->kind == ast::ConstructKind::terra_quote);
  if (!has_statements || !quote.frame || quote.has_error) {
    ir::ExprPtr expr = read(splice_expr(quote, range));
    if (is_error(expr->type)) return;
    auto stat = std::make_unique<ir::ExprStat>();
    stat->range = range;
    stat->expr = std::move(expr);
    emit(std::move(stat));
    return;
  }
  FrameGuard frame(*this, *quote.frame);
  if (frame_->has_error) has_error_ = true;
  if (const auto* rquote = ast::try_as<ast::Rquote>(quote.construct)) {
    check_block(rquote->body);
  } else {
    check_block(ast::as<ast::TerraQuote>(*quote.construct).body);
  }
}

// Macros see their arguments as quotes of checked expressions. What is not simple is computed once, before.
bool Checker::macro_arguments(const std::vector<ast::ExprPtr>& trees, std::vector<ir::ExprPtr>& args,
                              std::vector<const Type*>& arg_types) {
  bool is_ok = true;
  for (const ast::ExprPtr& arg : trees) {
    if (const Type* type = named_type(*arg)) {
      args.push_back(nullptr);
      arg_types.push_back(type);
      is_ok &= !is_error(type);
      continue;
    }
    const Value* list = frame_->value_of(*arg);
    if (const std::vector<Value>* entries = spliced_list(list)) {
      for (const Value& entry : *entries) args.push_back(value_of_lua(entry, "", range_of(*arg)));
    } else {
      args.push_back(check_expr(*arg));
    }
    arg_types.resize(args.size());
  }
  for (const ir::ExprPtr& value : args) is_ok &= !value || !is_error(value->type);
  return is_ok;
}

Value Checker::expand_macro(const MacroValue& macro, std::vector<ir::ExprPtr> args,
                            std::vector<const Type*> arg_types, SourceRange range) {
  std::vector<std::shared_ptr<Quote>> arguments;
  arg_types.resize(args.size());
  for (size_t i = 0; i < args.size(); ++i) {
    auto quote = std::make_shared<Quote>();
    ir::ExprPtr value = std::move(args[i]);
    if (value && !ir::is_simple(*value)) {
      const SourceRange value_range = value->range;
      const bool is_handle_value = is_handle(value->type);
      ir::Local* local = is_handle_value ? handle_local(std::move(value)) : temporary(read(std::move(value)));
      value = make_local(local, value_range);
    }
    if (value) quote->checked = std::make_shared<ir::ExprPtr>(std::move(value));
    quote->as_type = arg_types[i];
    arguments.push_back(std::move(quote));
  }
  Value result = context_.macros.expand(macro, std::move(arguments), range);
  if (result.kind == Value::Kind::error) has_error_ = true;
  return result;
}

ir::ExprPtr Checker::macro_value(const Value& result, SourceRange range) {
  // A macro that calls itself in its own result would never end.
  struct Depth {
    int& depth;
    explicit Depth(int& d) : depth(d) { depth += 10; }
    ~Depth() { depth -= 10; }
  } depth(depth_);
  return value_of_lua(result, "", range);
}

ir::ExprPtr Checker::call_macro(const MacroValue& macro, const ast::CallExpr& tree) {
  const SourceRange range = range_of(tree);
  std::vector<ir::ExprPtr> args;
  std::vector<const Type*> arg_types;
  if (!macro_arguments(tree.args, args, arg_types)) return make_error(range);
  return macro_value(expand_macro(macro, std::move(args), std::move(arg_types), range), range);
}

}  // namespace palatine::sema
