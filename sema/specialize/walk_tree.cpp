// The walk over a construct's tree: every expression and statement, in the order of the program.
#include "sema/specialize/lua_value.h"
#include "sema/specialize/specialize.h"

namespace palatine::sema {

// ---- expressions
// -------------------------------------------------------------------------------------------------

void Specializer::exprs(const std::vector<ast::ExprPtr>& exprs) {
  for (const ast::ExprPtr& part : exprs) expr(*part);
}

void Specializer::conditions(const std::vector<ast::Condition>& conditions) {
  for (const ast::Condition& condition : conditions) exprs(condition.values);
}

void Specializer::builtin(const ast::BuiltinExpr& expr) {
  for (const ast::BuiltinOperand& operand : expr.operands) {
    switch (operand.kind) {
      case ast::BuiltinOperand::Kind::expr:
        this->expr(*operand.expr);
        break;
      case ast::BuiltinOperand::Kind::type:
        world_.complete(type(operand.type));
        break;
      case ast::BuiltinOperand::Kind::region_root:
        region_root(operand.root);
        break;
      default:
        break;
    }
  }
  conditions(expr.conditions);
}

void Specializer::expr(const ast::Expr& expr) {
  switch (expr.kind) {
    case ast::ExprKind::Number:
    case ast::ExprKind::String:
    case ast::ExprKind::Bool:
    case ast::ExprKind::Nil:
      return;
    case ast::ExprKind::Name:
    case ast::ExprKind::Escape:
    case ast::ExprKind::Field:
      if (push_lua_value(expr)) lua_pop(lua_, 1);
      return;
    case ast::ExprKind::Unary:
      return this->expr(*ast::as<ast::UnaryExpr>(expr).operand);
    case ast::ExprKind::Binary: {
      const auto& binary = ast::as<ast::BinaryExpr>(expr);
      this->expr(*binary.lhs);
      return this->expr(*binary.rhs);
    }
    case ast::ExprKind::Index: {
      const auto& index = ast::as<ast::IndexExpr>(expr);
      this->expr(*index.object);
      return this->expr(*index.index);
    }
    case ast::ExprKind::Call: {
      const auto& call = ast::as<ast::CallExpr>(expr);
      this->expr(*call.callee);
      exprs(call.args);
      return conditions(call.conditions);
    }
    case ast::ExprKind::MethodCall: {
      const auto& call = ast::as<ast::MethodCallExpr>(expr);
      this->expr(*call.object);
      field_name(call.method);
      return exprs(call.args);
    }
    case ast::ExprKind::Ctor:
      for (const ast::CtorField& field : ast::as<ast::CtorExpr>(expr).fields) {
        if (field.name) field_name(*field.name);
        this->expr(*field.value);
      }
      return;
    case ast::ExprKind::Projection: {
      const auto& projection = ast::as<ast::ProjectionExpr>(expr);
      this->expr(*projection.object);
      return projection_fields(projection.fields);
    }
    case ast::ExprKind::Builtin:
      return builtin(ast::as<ast::BuiltinExpr>(expr));
  }
}

Value Specializer::emitted_values(SourceRange range) {
  std::vector<Value> emitted;
  for (int i = 1; i <= static_cast<int>(lua_objlen(lua_, -1)); ++i) {
    lua_rawgeti(lua_, -1, i);
    emitted.push_back(top_value(range));
    lua_pop(lua_, 1);
  }
  Value value;
  value.kind = Value::Kind::list;
  value.data = std::move(emitted);
  return value;
}

// ---- statements
// --------------------------------------------------------------------------------------------------

void Specializer::block(const ast::Block& block) {
  for (const ast::StatPtr& part : block.stats) stat(*part);
}

// True for a quote, and for a list of nothing else.
static bool is_statement(const Value& value) {
  if (value.kind == Value::Kind::quote || value.kind == Value::Kind::error) return true;
  if (value.kind != Value::Kind::list) return false;
  for (const Value& entry : value.list()) {
    if (!is_statement(entry)) return false;
  }
  return true;
}

static const std::string& wrong_kind(const Value& value) {
  static const std::string kNil = "nil";
  if (value.kind == Value::Kind::list) {
    for (const Value& entry : value.list()) {
      if (!is_statement(entry)) return wrong_kind(entry);
    }
  }
  return value.description.empty() ? kNil : value.description;
}

void Specializer::spliced_statements(ast::EscapeId id) {
  bool is_rescape = construct_.escapes.at(id.index).is_statements;
  Value value;
  if (is_rescape) {
    const bool is_ok = push_escape(id);
    if (is_ok) value = emitted_values(construct_.escapes.at(id.index).range);
    lua_pop(lua_, 1);
    if (!is_ok) return;
  } else {
    value = escape(id);
  }
  if (!is_statement(value)) {
    world_.diags.report(DiagKind::statement_expected, construct_.escapes.at(id.index).range,
                        wrong_kind(value));
    frame_->has_error = true;
    value = error_value();
  }
  frame_->escapes.at(id.index) = std::move(value);
}

void Specializer::stat(const ast::Stat& stat) {
  switch (stat.kind) {
    case ast::StatKind::If: {
      const auto& node = ast::as<ast::IfStat>(stat);
      for (const ast::IfStat::Clause& clause : node.clauses) {
        expr(*clause.condition);
        block(clause.block);
      }
      if (node.otherwise) block(*node.otherwise);
      return;
    }
    case ast::StatKind::While: {
      const auto& node = ast::as<ast::WhileStat>(stat);
      expr(*node.condition);
      return block(node.body);
    }
    case ast::StatKind::Repeat: {
      const auto& node = ast::as<ast::RepeatStat>(stat);
      block(node.body);
      return expr(*node.until);
    }
    case ast::StatKind::ForNum: {
      const auto& node = ast::as<ast::ForNumStat>(stat);
      expr(*node.first);
      expr(*node.limit);
      if (node.step) expr(*node.step);
      declared(node.variable, node.type);
      return block(node.body);
    }
    case ast::StatKind::ForList: {
      const auto& node = ast::as<ast::ForListStat>(stat);
      expr(*node.domain);
      declared(node.variable, node.type);
      return block(node.body);
    }
    case ast::StatKind::MustEpoch:
      return block(ast::as<ast::MustEpochStat>(stat).body);
    case ast::StatKind::Do:
      return block(ast::as<ast::DoStat>(stat).body);
    case ast::StatKind::Var: {
      const auto& node = ast::as<ast::VarStat>(stat);
      for (const ast::VarStat::Variable& variable : node.variables)
        declared(variable.declared, variable.type);
      return exprs(node.values);
    }
    case ast::StatKind::VarUnpack: {
      const auto& node = ast::as<ast::VarUnpackStat>(stat);
      for (const ast::VarUnpackStat::Part& part : node.parts) declared(part.declared, {});
      return expr(*node.value);
    }
    case ast::StatKind::Return:
      return exprs(ast::as<ast::ReturnStat>(stat).values);
    case ast::StatKind::Break:
    case ast::StatKind::Jump:
    case ast::StatKind::Fence:
      return;
    case ast::StatKind::Rescape:
      return spliced_statements(ast::as<ast::RescapeStat>(stat).escape);
    case ast::StatKind::Delete:
      return expr(*ast::as<ast::DeleteStat>(stat).value);
    case ast::StatKind::ParallelizeWith: {
      const auto& node = ast::as<ast::ParallelizeWithStat>(stat);
      exprs(node.hints);
      return block(node.body);
    }
    case ast::StatKind::ParallelPrefix: {
      const auto& node = ast::as<ast::ParallelPrefixStat>(stat);
      region_root(node.lhs);
      region_root(node.rhs);
      return expr(*node.direction);
    }
    case ast::StatKind::Expr: {
      const auto& node = ast::as<ast::ExprStat>(stat);
      if (const auto* splice = ast::try_as<ast::EscapeExpr>(node.expr.get()))
        return spliced_statements(splice->escape);
      return expr(*node.expr);
    }
    case ast::StatKind::Assign: {
      const auto& node = ast::as<ast::AssignStat>(stat);
      exprs(node.targets);
      return exprs(node.values);
    }
  }
}

}  // namespace palatine::sema
