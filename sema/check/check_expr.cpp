// Expressions: literals, names, constructors, and the way to the other kinds.
#include <algorithm>
#include <set>

#include "sema/check/checker.h"

namespace palatine::sema {

namespace {

// Trees that are nested deeper are refused, so that no program can use up the compiler's stack.
constexpr int kMaxDepth = 1000;

const Type* number_type(ast::NumberType type, const TypeTable& types) {
  switch (type) {
    case ast::NumberType::int32:
      return types.integer(32, true);
    case ast::NumberType::uint32:
      return types.integer(32, false);
    case ast::NumberType::int64:
      return types.integer(64, true);
    case ast::NumberType::uint64:
      return types.integer(64, false);
    case ast::NumberType::float32:
      return types.floating(32);
    case ast::NumberType::float64:
      return types.floating(64);
  }
  return types.error();
}

}  // namespace

ir::ExprPtr Checker::check_value(const ast::Expr& tree) {
  return read(check_expr(tree));
}

ir::ExprPtr Checker::check_expr(const ast::Expr& tree) {
  struct Depth {
    int& depth;
    explicit Depth(int& d) : depth(d) { ++depth; }
    ~Depth() { --depth; }
  } depth(depth_);
  if (depth_ > kMaxDepth) {
    error(DiagKind::nested_too_deeply, range_of(tree));
    return make_error(range_of(tree));
  }

  switch (tree.kind) {
    case ast::ExprKind::Number: {
      const auto& number = ast::as<ast::NumberExpr>(tree);
      auto node = make<ir::ConstExpr>(number_type(number.type, types()), tree.range);
      node->integer = number.integer;
      node->floating = number.floating;
      return node;
    }
    case ast::ExprKind::String: {
      auto node = make<ir::ConstExpr>(types().rawstring(), tree.range);
      node->string = ast::as<ast::StringExpr>(tree).value;
      return node;
    }
    case ast::ExprKind::Bool:
      return make_integer(ast::as<ast::BoolExpr>(tree).value ? 1 : 0, types().boolean(), tree.range);
    case ast::ExprKind::Nil:
      return make<ir::ConstExpr>(types().niltype(), tree.range);
    case ast::ExprKind::Name:
      return check_name(ast::as<ast::NameExpr>(tree));
    case ast::ExprKind::Escape: {
      const Value* value = frame_->value_of(tree);
      if (value) return value_of_lua(*value, "", range_of(tree));
      has_error_ = true;
      return make_error(range_of(tree));
    }
    case ast::ExprKind::Unary:
      return check_unary(ast::as<ast::UnaryExpr>(tree));
    case ast::ExprKind::Binary:
      return check_binary(ast::as<ast::BinaryExpr>(tree));
    case ast::ExprKind::Field:
      return check_field(ast::as<ast::FieldExpr>(tree));
    case ast::ExprKind::Index:
      return check_index(ast::as<ast::IndexExpr>(tree));
    case ast::ExprKind::Call:
      return check_call(ast::as<ast::CallExpr>(tree));
    case ast::ExprKind::MethodCall:
      return check_method(ast::as<ast::MethodCallExpr>(tree));
    case ast::ExprKind::Ctor:
      return check_ctor(ast::as<ast::CtorExpr>(tree));
    case ast::ExprKind::Projection:
      return check_projection(ast::as<ast::ProjectionExpr>(tree));
    case ast::ExprKind::Builtin:
      return check_builtin(ast::as<ast::BuiltinExpr>(tree));
  }
  return make_error(range_of(tree));
}

ir::ExprPtr Checker::check_name(const ast::NameExpr& tree) {
  if (const Value* value = frame_->value_of(tree)) return value_of_lua(*value, tree.name.text, tree.range);
  const auto binding = tree.name.binding;
  if (binding.is_valid() && binding.index < frame_->symbols.size()) {
    ir::Local* local = lookup(frame_->symbols[binding.index]);
    if (local && local->type) return make_local(local, tree.range);
  }
  report_undefined(tree.name.text, tree.range);
  return make_error(tree.range);
}

ir::ExprPtr Checker::check_ctor(const ast::CtorExpr& tree) {
  std::vector<StructField> fields;
  std::vector<ir::ExprPtr> values;
  std::set<std::string> names;
  bool is_bad = false;
  size_t named = 0, entries = 0;
  auto add = [&](std::string name, ir::ExprPtr value, SourceRange range) {
    if (!names.insert(name).second) {
      error(DiagKind::name_redefined, range, name);
      is_bad = true;
    }
    if (is_error(value->type)) is_bad = true;
    fields.push_back({std::move(name), value->type, range});
    values.push_back(std::move(value));
  };
  auto position = [&] { return positional_name(values.size()); };

  for (const ast::CtorField& field : tree.fields) {
    ++entries;
    if (field.name) {
      ++named;
      std::string name = field.name->text;
      if (field.name->escape.is_valid()) {
        bool bad_name = false;
        const auto paths = expand_field_paths({{*field.name, {}}}, *frame_, context_.diags, bad_name);
        if (bad_name || paths.size() != 1 || paths[0].size() != 1) {
          has_error_ = is_bad = true;
          check_value(*field.value);
          continue;
        }
        name = paths[0][0];
      }
      add(name, check_value(*field.value), field.name->range);
      continue;
    }
    const Value* value =
        field.value->kind == ast::ExprKind::Escape ? frame_->value_of(*field.value) : nullptr;
    if (const std::vector<Value>* entries_of = spliced_list(value)) {
      const SourceRange range = range_of(*field.value);
      for (const Value& entry : *entries_of) add(position(), read(value_of_lua(entry, "", range)), range);
    } else {
      add(position(), check_value(*field.value), range_of(*field.value));
    }
  }
  if (named != 0 && named != entries) {
    error(DiagKind::constructor_mixed, range_of(tree));
    is_bad = true;
  }
  if (is_bad) return make_error(range_of(tree));
  auto node = make<ir::CtorExpr>(types().constructor(std::move(fields)), range_of(tree));
  node->values = std::move(values);
  return node;
}

// The right side is evaluated only when it is needed: if it needs temporaries, they go under a condition.
ir::ExprPtr Checker::check_and_or(const ast::BinaryExpr& tree) {
  ir::ExprPtr lhs = check_value(*tree.lhs);
  ir::Block hoisted;
  ir::ExprPtr rhs;
  {
    ScopeGuard scope(*this, ScopeKind::branch, hoisted);
    rhs = check_value(*tree.rhs);
  }
  if (hoisted.stats.empty() || is_error(lhs->type) || is_error(rhs->type)) {
    return binary(tree.op, std::move(lhs), std::move(rhs), range_of(tree));
  }
  const Type* boolean = types().boolean();
  if (lhs->type != boolean || rhs->type != boolean) return mismatch(lhs->type, rhs->type, range_of(tree));

  const SourceRange range = rhs->range;
  ir::Local* result = temporary(std::move(lhs));
  result->is_assigned = true;
  auto branch = std::make_unique<ir::IfStat>();
  branch->range = range;
  branch->condition = make_local(result, range);
  if (tree.op == ast::BinaryOp::logical_or) {
    auto negated = make<ir::UnaryExpr>(boolean, range);
    negated->op = ast::UnaryOp::logical_not;
    negated->operand = std::move(branch->condition);
    branch->condition = std::move(negated);
  }
  branch->then_block = std::move(hoisted);
  auto store = std::make_unique<ir::AssignStat>();
  store->range = range;
  store->target = make_local(result, range);
  store->value = std::move(rhs);
  branch->then_block.stats.push_back(std::move(store));
  emit(std::move(branch));
  return make_local(result, range);
}

std::string closest_name(const std::string& name, const std::vector<std::string>& candidates,
                         size_t max_distance) {
  // A name of one or two letters is close to everything.
  if (name.size() < 3) return "";
  std::string best;
  size_t best_distance = max_distance + 1;
  for (const std::string& candidate : candidates) {
    std::vector<size_t> row(candidate.size() + 1);
    for (size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (size_t i = 1; i <= name.size(); ++i) {
      size_t diagonal = row[0];
      row[0] = i;
      for (size_t j = 1; j < row.size(); ++j) {
        const size_t substituted = diagonal + (name[i - 1] == candidate[j - 1] ? 0 : 1);
        diagonal = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
      }
    }
    if (row.back() < best_distance) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

}  // namespace palatine::sema
