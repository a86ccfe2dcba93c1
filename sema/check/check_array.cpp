// `array(...)`, `arrayof(T, ...)`, `vector(...)`, `vectorof(T, ...)`.
#include "sema/check/checker.h"

namespace palatine::sema {

ir::ExprPtr Checker::check_aggregate_call(SpecialForm form, const ast::CallExpr& tree) {
  const SourceRange range = range_of(tree);
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
    for (size_t i = 1; i < tree.args.size(); ++i) values.push_back(check_value(*tree.args[i]));
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
