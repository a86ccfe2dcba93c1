// `array(...)`, `arrayof(T, ...)`, `vector(...)`, `vectorof(T, ...)`.
#include <algorithm>

#include "sema/check/checker.h"

namespace palatine::sema {

ir::ExprPtr Checker::tuple_of(std::vector<ir::ExprPtr> values, SourceRange range) {
  std::vector<StructField> fields;
  for (const ir::ExprPtr& value : values) {
    if (is_error(value->type)) return make_error(range);
    if (is_handle(value->type) || value->type->kind == TypeKind::unit) {
      return unsupported("a tuple of " + type_name(value->type), range);
    }
    fields.push_back({positional_name(fields.size()), value->type, range});
  }
  auto node = make<ir::CtorExpr>(types().constructor(std::move(fields)), range);
  node->values = std::move(values);
  return node;
}

bool Checker::is_unpack(const ast::Expr& tree) const {
  const auto* call = ast::try_as<ast::CallExpr>(&tree);
  const Value* callee = call ? frame_->value_of(*call->callee) : nullptr;
  return callee && callee->kind == Value::Kind::special &&
         std::get<SpecialForm>(callee->data) == SpecialForm::unpack;
}

void Checker::unpack_into(const ast::CallExpr& tree, std::vector<ir::ExprPtr>& values) {
  const SourceRange range = range_of(tree);
  auto args = check_args(tree.args);
  const auto* structure = args.size() == 1 ? try_as<StructType>(args[0]->type) : nullptr;
  if (!structure) {
    if (args.size() != 1 || !is_error(args[0]->type)) {
      error(DiagKind::no_applicable_function, range, "unpacktuple", argument_types(args));
    }
    values.push_back(make_error(range));
    return;
  }
  unpack_value(std::move(args[0]), range, values);
}

void Checker::unpack_value(ir::ExprPtr value, SourceRange range, std::vector<ir::ExprPtr>& values) {
  const auto& structure = as<StructType>(value->type);
  types().complete(&structure);
  ir::Local* whole = spill(std::move(value));
  for (size_t i = 0; i < structure.fields.size(); ++i) {
    values.push_back(make_field(make_local(whole, range), static_cast<int>(i), structure.fields[i].type));
    values.back()->is_lvalue = false;
  }
}

void Checker::unpack_last(std::vector<ir::ExprPtr>& values, size_t wanted, SourceRange range) {
  if (!in_terra() || values.empty() || values.size() >= wanted) return;
  const auto* tuple = try_as<StructType>(values.back()->type);
  const bool is_tuple = tuple && tuple->origin == StructOrigin::constructor && !tuple->fields.empty() &&
                        tuple->fields.front().name == "_0";
  if (!is_tuple || values.size() - 1 + tuple->fields.size() != wanted) return;
  ir::ExprPtr last = std::move(values.back());
  values.pop_back();
  unpack_value(std::move(last), range, values);
}

namespace {

struct DeclaredVariable {
  const Symbol* symbol;
  std::string name;
  // Null where it is that of the value.
  const Type* type;
  SourceRange range;
};

}  // namespace

// The symbols of a declaration `[list]`; null for every other one.
const std::vector<Value>* Checker::declared_list(const ast::Declared& declared) const {
  const bool is_escape = declared.escape.is_valid() && declared.escape.index < frame_->escapes.size();
  return in_terra() && is_escape ? spliced_list(&frame_->escapes[declared.escape.index]) : nullptr;
}

// `var a, b = unpacktuple(e)`, in terra code also `var a, b = f()` and `var [symbols] = ...`: there are other
// numbers of values or variables than of expressions.
void Checker::check_var_values(const ast::VarStat& tree) {
  std::vector<DeclaredVariable> variables;
  for (const auto& variable : tree.variables) {
    const SourceRange range = variable.declared.range;
    if (const std::vector<Value>* list = declared_list(variable.declared)) {
      for (const Value& entry : *list) {
        if (entry.kind != Value::Kind::symbol) {
          error(DiagKind::expected_symbol, range, entry.description);
          continue;
        }
        const Symbol& symbol = *entry.symbol();
        variables.push_back({&symbol, symbol.name, symbol.type ? resolve_type(symbol.type) : nullptr, range});
      }
      continue;
    }
    const Symbol* symbol = declared_symbol(variable.declared);
    const Type* type = variable.type.is_valid() ? escaped_type(variable.type, range) : nullptr;
    if (!type && variable.declared.escape.is_valid() && symbol && symbol->type)
      type = resolve_type(symbol->type);
    variables.push_back({symbol, variable.declared.text, type, range});
  }
  std::vector<ir::ExprPtr> values = check_args(tree.values);
  unpack_last(values, variables.size(), stat_range(tree));
  const bool is_bad = std::any_of(values.begin(), values.end(),
                                  [](const ir::ExprPtr& value) { return is_error(value->type); });
  if (!is_bad && !tree.values.empty() && values.size() != variables.size()) {
    const size_t count = values.size(), wanted = variables.size();
    error(DiagKind::value_count_mismatch, stat_range(tree), wanted, count);
  }
  for (size_t i = 0; i < variables.size(); ++i) {
    const DeclaredVariable& variable = variables[i];
    ir::ExprPtr value;
    if (!tree.values.empty()) {
      value = i < values.size() && !is_bad ? std::move(values[i]) : make_error(variable.range);
      if (variable.type) value = expect(std::move(value), variable.type, variable.range);
    } else if (!variable.type) {
      error(DiagKind::variable_needs_type, variable.range);
    }
    const Type* type = variable.type ? variable.type : value ? value->type : types().error();
    ir::Local* local = declare(variable.symbol, variable.name, type, variable.range);
    if (is_error(type) || (value && is_error(value->type))) continue;
    auto stat = make_stat<ir::VarStat>(tree);
    stat->local = local;
    stat->value = std::move(value);
    emit(std::move(stat));
  }
}

ir::ExprPtr Checker::check_aggregate_call(SpecialForm form, const ast::CallExpr& tree) {
  const SourceRange range = range_of(tree);
  if (form == SpecialForm::size_of) {
    const Type* type = tree.args.size() == 1 ? named_type(*tree.args.front()) : nullptr;
    if (!type) {
      error(DiagKind::not_a_type, range, tree.args.size() == 1 ? "value" : "nil");
      return make_error(range);
    }
    if (is_error(type)) return make_error(range);
    if (const auto* structure = try_as<StructType>(type)) types().complete(structure);
    const std::optional<Layout> layout = layout_of(type);
    if (!layout) return unsupported("the size of " + type_name(type), range);
    return make_integer(static_cast<int64_t>(layout->size_bytes), types().integer(64, false), range);
  }
  if (form == SpecialForm::unpack) {
    std::vector<ir::ExprPtr> values;
    unpack_into(tree, values);
    if (values.size() == 1) return std::move(values.front());
    return tuple_of(std::move(values), range);
  }
  const bool has_type = form == SpecialForm::arrayof || form == SpecialForm::vectorof;
  const bool is_array = form == SpecialForm::array || form == SpecialForm::arrayof;
  const Type* element = nullptr;
  std::vector<ir::ExprPtr> values;
  if (has_type) {
    const Value* type = tree.args.empty() ? nullptr : frame_->value_of(*tree.args.front());
    if (!type || type->kind != Value::Kind::type) {
      error(DiagKind::not_a_type, range, type ? type->description : "nil");
      return make_error(range);
    }
    element = resolve_type(type->type());
    values = check_args(tree.args, 1);
  } else {
    values = check_args(tree.args);
  }
  if (values.empty()) {
    error(DiagKind::aggregate_empty, range, is_array ? "array" : "vector");
    return make_error(range);
  }
  for (const ir::ExprPtr& value : values) {
    if (is_error(value->type)) return make_error(range);
    if (has_type) continue;
    const Type* common = element ? meet(element, value->type) : value->type;
    if (!common) return mismatch(element, value->type, range);
    element = common;
  }
  if (is_error(element)) return make_error(range);
  if (is_handle(element) || (!is_array && !is_primitive(element))) {
    return unsupported(std::string(is_array ? "an array" : "a vector") + " of " + type_name(element), range);
  }
  for (ir::ExprPtr& value : values) {
    if (!can_convert(value->type, element)) return mismatch(element, value->type, range);
    value = convert(std::move(value), element);
  }
  auto node = make<ir::CtorExpr>(
      is_array ? types().array(element, values.size()) : types().vector(element, values.size()), range);
  node->values = std::move(values);
  return node;
}

}  // namespace palatine::sema
