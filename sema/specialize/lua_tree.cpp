// Makes plain Lua tables of a tree and its frame: `{kind = "expr.FieldAccess", value = {...}, field_name =
// "x"}`. stdlib/regent/ast.t makes nodes of them. What is spliced stands in its place.
#include "sema/specialize/lua_tree.h"

#include <fmt/format.h>

#include "frontend/host/host.h"
#include "sema/specialize/lua_value.h"
#include "sema/specialize/world.h"

namespace palatine::sema {

namespace {

class Tree {
 public:
  Tree(lua_State* lua, const Quote& quote) : lua_(lua), construct_(*quote.construct), frame_(*quote.frame) {}

  void push() {
    if (const ast::Expr* expr = quoted_expr()) {
      node("top.QuoteExpr");
      set("expr", *expr);
      return;
    }
    node("top.QuoteStat");
    block("block", *quoted_block());
  }

 private:
  const ast::Expr* quoted_expr() const {
    if (construct_.kind == ast::ConstructKind::rexpr)
      return static_cast<const ast::Rexpr&>(construct_).expr.get();
    if (construct_.kind == ast::ConstructKind::terra_expr)
      return static_cast<const ast::TerraExpr&>(construct_).expr.get();
    return nullptr;
  }
  const ast::Block* quoted_block() const {
    if (construct_.kind == ast::ConstructKind::rquote)
      return &static_cast<const ast::Rquote&>(construct_).body;
    return &static_cast<const ast::TerraQuote&>(construct_).body;
  }

  // ---- tables

  void node(const char* kind) {
    luaL_checkstack(lua_, 12, "the quote is nested too deeply");
    lua_newtable(lua_);
    lua_pushstring(lua_, kind);
    lua_setfield(lua_, -2, "kind");
  }
  void node(const std::string& kind) { node(kind.c_str()); }
  void set(const char* name, const ast::Expr& expr) {
    push(expr);
    lua_setfield(lua_, -2, name);
  }
  void set(const char* name, const std::string& text) {
    lua_pushlstring(lua_, text.data(), text.size());
    lua_setfield(lua_, -2, name);
  }
  // Appends what is on top of the stack to the list below it.
  void append() { lua_rawseti(lua_, -2, static_cast<int>(lua_objlen(lua_, -2)) + 1); }
  void exprs(const char* name, const std::vector<ast::ExprPtr>& list) {
    push_list(lua_);
    for (const ast::ExprPtr& expr : list) {
      const Value* value = frame_.value_of(*expr);
      if (value && value->kind == Value::Kind::list) {
        for (const Value& entry : value->list()) {
          push_value_node(entry);
          append();
        }
        continue;
      }
      push(*expr);
      append();
    }
    lua_setfield(lua_, -2, name);
  }

  // ---- names

  std::string name_of(const ast::FieldName& name) const {
    if (!name.escape.is_valid()) return name.text;
    const Value& value = frame_.escapes.at(name.escape.index);
    if (value.kind == Value::Kind::constant) return value.constant().string;
    if (value.kind != Value::Kind::field_path) return name.text;
    std::string text;
    for (const std::string& part : value.field_path()) text += (text.empty() ? "" : ".") + part;
    return text;
  }
  void push_declared(const ast::Declared& declared) {
    if (declared.binding.is_valid()) {
      push_symbol(lua_, frame_.symbols.at(declared.binding.index));
    } else {
      const Value& value = frame_.escapes.at(declared.escape.index);
      value.kind == Value::Kind::symbol ? push_symbol(lua_, value.symbol()) : lua_pushnil(lua_);
    }
  }

  // ---- expressions

  // What the program's Lua gave.
  void push_value_node(const Value& value) {
    if (value.kind == Value::Kind::quote && value.quote().construct && value.quote().frame) {
      Tree inner(lua_, value.quote());
      if (const ast::Expr* expr = inner.quoted_expr()) return inner.push(*expr);
      inner.node("stat.Block");
      inner.block("block", *inner.quoted_block());
      return;
    }
    const char* kind = "expr.Function";
    if (value.kind == Value::Kind::symbol) kind = "expr.ID";
    if (value.kind == Value::Kind::constant) kind = "expr.Constant";
    if (value.kind == Value::Kind::other) kind = "expr.LuaTable";
    node(kind);
    lua_pushboolean(lua_, true);
    lua_setfield(lua_, -2, "is_value");
    push_value(lua_, value);
    lua_setfield(lua_, -2, "value");
    if (value.kind != Value::Kind::constant) return;
    push_type(lua_, value.constant().type);
    lua_setfield(lua_, -2, "expr_type");
  }

  void push_constant(const Type* type, double number) {
    node("expr.Constant");
    lua_pushnumber(lua_, number);
    lua_setfield(lua_, -2, "value");
    push_type(lua_, type);
    lua_setfield(lua_, -2, "expr_type");
  }

  void push_number(const ast::NumberExpr& number) {
    const TypeTable& types = world_of(lua_).types;
    switch (number.type) {
      case ast::NumberType::float32:
      case ast::NumberType::float64:
        return push_constant(types.floating(number.type == ast::NumberType::float32 ? 32 : 64),
                             number.floating);
      default: {
        const bool is_wide = number.type == ast::NumberType::int64 || number.type == ast::NumberType::uint64;
        const bool is_signed = number.type == ast::NumberType::int32 || number.type == ast::NumberType::int64;
        return push_constant(types.integer(is_wide ? 64 : 32, is_signed),
                             static_cast<double>(number.integer));
      }
    }
  }

  void push_name(const ast::NameExpr& expr) {
    node("expr.ID");
    if (expr.name.binding.is_valid()) {
      push_symbol(lua_, frame_.symbols.at(expr.name.binding.index));
    } else {
      lua_pushstring(lua_, expr.name.text.c_str());
    }
    lua_setfield(lua_, -2, "value");
  }

  void push(const ast::Expr& expr) {
    if (const Value* value = frame_.value_of(expr); value && value->kind != Value::Kind::undefined)
      return push_value_node(*value);
    switch (expr.kind) {
      case ast::ExprKind::Number:
        return push_number(ast::as<ast::NumberExpr>(expr));
      case ast::ExprKind::String:
        node("expr.Constant");
        return set("value", ast::as<ast::StringExpr>(expr).value);
      case ast::ExprKind::Bool:
        node("expr.Constant");
        lua_pushboolean(lua_, ast::as<ast::BoolExpr>(expr).value);
        return lua_setfield(lua_, -2, "value");
      case ast::ExprKind::Nil:
      case ast::ExprKind::Escape:
        return node("expr.Constant");
      case ast::ExprKind::Name:
        return push_name(ast::as<ast::NameExpr>(expr));
      case ast::ExprKind::Unary: {
        const auto& unary = ast::as<ast::UnaryExpr>(expr);
        const bool is_deref = unary.op == ast::UnaryOp::deref;
        if (is_deref || unary.op == ast::UnaryOp::address_of) {
          node(is_deref ? "expr.Deref" : "expr.AddressOf");
          return set("value", *unary.operand);
        }
        node("expr.Unary");
        set("op", ast::unary_op_text(unary.op));
        return set("rhs", *unary.operand);
      }
      case ast::ExprKind::Binary: {
        const auto& binary = ast::as<ast::BinaryExpr>(expr);
        node("expr.Binary");
        set("op", ast::binary_op_text(binary.op));
        set("lhs", *binary.lhs);
        return set("rhs", *binary.rhs);
      }
      case ast::ExprKind::Field: {
        const auto& field = ast::as<ast::FieldExpr>(expr);
        node("expr.FieldAccess");
        set("value", *field.object);
        return set("field_name", name_of(field.field));
      }
      case ast::ExprKind::Index: {
        const auto& index = ast::as<ast::IndexExpr>(expr);
        node("expr.IndexAccess");
        set("value", *index.object);
        return set("index", *index.index);
      }
      case ast::ExprKind::Call: {
        const auto& call = ast::as<ast::CallExpr>(expr);
        const Value* callee = frame_.value_of(*call.callee);
        const bool is_cast = callee && callee->kind == Value::Kind::type;
        node(is_cast ? "expr.Cast" : "expr.Call");
        set("fn", *call.callee);
        exprs("args", call.args);
        if (is_cast) return;
        push_list(lua_);
        return lua_setfield(lua_, -2, "conditions");
      }
      case ast::ExprKind::MethodCall: {
        const auto& call = ast::as<ast::MethodCallExpr>(expr);
        node("expr.MethodCall");
        set("value", *call.object);
        set("method_name", name_of(call.method));
        return exprs("args", call.args);
      }
      case ast::ExprKind::Ctor:
        return push_ctor(ast::as<ast::CtorExpr>(expr));
      case ast::ExprKind::Projection: {
        const auto& projection = ast::as<ast::ProjectionExpr>(expr);
        node("expr.Projection");
        set("region", *projection.object);
        push_list(lua_);
        for (const ast::ProjectionField& field : projection.fields) {
          lua_pushstring(lua_, name_of(field.field).c_str());
          append();
        }
        return lua_setfield(lua_, -2, "fields");
      }
      case ast::ExprKind::Builtin:
        return push_form(ast::as<ast::BuiltinExpr>(expr));
    }
  }

  void push_ctor(const ast::CtorExpr& ctor) {
    node("expr.Ctor");
    push_list(lua_);
    for (const ast::CtorField& field : ctor.fields) {
      node(field.name ? "expr.CtorRecField" : "expr.CtorListField");
      if (field.name) set("name", name_of(*field.name));
      set("value", *field.value);
      append();
    }
    lua_setfield(lua_, -2, "fields");
    lua_pushboolean(lua_, !ctor.fields.empty() && ctor.fields.front().name.has_value());
    lua_setfield(lua_, -2, "named");
  }

  void push_form(const ast::BuiltinExpr& form) {
    static constexpr const char* kNames[] = {
#define BUILTIN(name, keyword, signature) #name,
#include "frontend/ast/builtins.def"
#undef BUILTIN
    };
    node(std::string("expr.") + kNames[static_cast<size_t>(form.form)]);
    push_list(lua_);
    for (const ast::BuiltinOperand& operand : form.operands) {
      const ast::Expr* expr = operand.expr ? operand.expr.get() : operand.root.region.get();
      if (!expr) continue;
      push(*expr);
      append();
    }
    lua_setfield(lua_, -2, "operands");
  }

  // ---- statements

  // Appends the statements to the list on top of the stack.
  void statements(const ast::Block& block) {
    for (const ast::StatPtr& stat : block.stats) statement(*stat);
  }
  void block(const char* name, const ast::Block& block) {
    node("Block");
    push_list(lua_);
    statements(block);
    lua_setfield(lua_, -2, "stats");
    lua_setfield(lua_, -2, name);
  }

  // A value in the place of a statement: quotes, and lists of them.
  void spliced(const Value& value) {
    if (value.kind == Value::Kind::list) {
      for (const Value& entry : value.list()) spliced(entry);
      return;
    }
    if (value.kind == Value::Kind::quote && value.quote().construct && value.quote().frame) {
      Tree inner(lua_, value.quote());
      if (!inner.quoted_expr()) return inner.statements(*inner.quoted_block());
    }
    node("stat.Expr");
    push_value_node(value);
    lua_setfield(lua_, -2, "expr");
    append();
  }

  void statement(const ast::Stat& stat) {
    if (stat.kind == ast::StatKind::Rescape)
      return spliced(frame_.escapes.at(ast::as<ast::RescapeStat>(stat).escape.index));
    if (const auto* expr = ast::try_as<ast::ExprStat>(&stat)) {
      const Value* value = frame_.value_of(*expr->expr);
      if (value && (value->kind == Value::Kind::quote || value->kind == Value::Kind::list))
        return spliced(*value);
    }
    push_statement(stat);
    append();
  }

  void push_statement(const ast::Stat& stat) {
    switch (stat.kind) {
      case ast::StatKind::If: {
        const auto& tree = ast::as<ast::IfStat>(stat);
        node("stat.If");
        set("cond", *tree.clauses[0].condition);
        block("then_block", tree.clauses[0].block);
        push_list(lua_);
        for (size_t i = 1; i < tree.clauses.size(); ++i) {
          node("stat.Elseif");
          set("cond", *tree.clauses[i].condition);
          block("block", tree.clauses[i].block);
          append();
        }
        lua_setfield(lua_, -2, "elseif_blocks");
        static const ast::Block kNothing;
        return block("else_block", tree.otherwise ? *tree.otherwise : kNothing);
      }
      case ast::StatKind::While:
        node("stat.While");
        set("cond", *ast::as<ast::WhileStat>(stat).condition);
        return block("block", ast::as<ast::WhileStat>(stat).body);
      case ast::StatKind::Repeat:
        node("stat.Repeat");
        block("block", ast::as<ast::RepeatStat>(stat).body);
        return set("until_cond", *ast::as<ast::RepeatStat>(stat).until);
      case ast::StatKind::ForNum: {
        const auto& loop = ast::as<ast::ForNumStat>(stat);
        node("stat.ForNum");
        push_declared(loop.variable);
        lua_setfield(lua_, -2, "symbol");
        push_list(lua_);
        for (const ast::ExprPtr* value : {&loop.first, &loop.limit, &loop.step}) {
          if (!*value) continue;
          push(**value);
          append();
        }
        lua_setfield(lua_, -2, "values");
        return block("block", loop.body);
      }
      case ast::StatKind::ForList: {
        const auto& loop = ast::as<ast::ForListStat>(stat);
        node("stat.ForList");
        push_declared(loop.variable);
        lua_setfield(lua_, -2, "symbol");
        set("value", *loop.domain);
        return block("block", loop.body);
      }
      case ast::StatKind::MustEpoch:
        node("stat.MustEpoch");
        return block("block", ast::as<ast::MustEpochStat>(stat).body);
      case ast::StatKind::Do:
        node("stat.Block");
        return block("block", ast::as<ast::DoStat>(stat).body);
      case ast::StatKind::Var: {
        const auto& var = ast::as<ast::VarStat>(stat);
        node("stat.Var");
        push_list(lua_);
        for (const auto& variable : var.variables) {
          push_declared(variable.declared);
          append();
        }
        lua_setfield(lua_, -2, "symbols");
        return exprs("values", var.values);
      }
      case ast::StatKind::VarUnpack: {
        const auto& unpack = ast::as<ast::VarUnpackStat>(stat);
        node("stat.VarUnpack");
        push_list(lua_);
        for (const auto& part : unpack.parts) {
          push_declared(part.declared);
          append();
        }
        lua_setfield(lua_, -2, "symbols");
        push_list(lua_);
        for (const auto& part : unpack.parts) {
          lua_pushstring(lua_, part.field.c_str());
          append();
        }
        lua_setfield(lua_, -2, "fields");
        return set("value", *unpack.value);
      }
      case ast::StatKind::Return:
        node("stat.Return");
        if (!ast::as<ast::ReturnStat>(stat).values.empty())
          set("value", *ast::as<ast::ReturnStat>(stat).values[0]);
        return;
      case ast::StatKind::Break:
        return node("stat.Break");
      case ast::StatKind::Jump:
        return node(ast::as<ast::JumpStat>(stat).is_label ? "stat.Label" : "stat.Goto");
      case ast::StatKind::Delete:
        node("stat.RawDelete");
        return set("value", *ast::as<ast::DeleteStat>(stat).value);
      case ast::StatKind::Fence:
        node("stat.Fence");
        set("kind", ast::as<ast::FenceStat>(stat).execution ? "__execution" : "__mapping");
        lua_pushboolean(lua_, ast::as<ast::FenceStat>(stat).block);
        return lua_setfield(lua_, -2, "blocking");
      case ast::StatKind::ParallelizeWith:
        node("stat.ParallelizeWith");
        exprs("hints", ast::as<ast::ParallelizeWithStat>(stat).hints);
        return block("block", ast::as<ast::ParallelizeWithStat>(stat).body);
      case ast::StatKind::ParallelPrefix: {
        const auto& prefix = ast::as<ast::ParallelPrefixStat>(stat);
        node("stat.ParallelPrefix");
        set("lhs", *prefix.lhs.region);
        set("rhs", *prefix.rhs.region);
        set("op", ast::reduction_op_text(prefix.op));
        return set("dir", *prefix.direction);
      }
      case ast::StatKind::Assign: {
        const auto& assign = ast::as<ast::AssignStat>(stat);
        node(assign.op ? "stat.Reduce" : "stat.Assignment");
        if (assign.op) set("op", ast::reduction_op_text(*assign.op));
        exprs("lhs", assign.targets);
        return exprs("rhs", assign.values);
      }
      case ast::StatKind::Expr:
      case ast::StatKind::Rescape:
        node("stat.Expr");
        if (stat.kind == ast::StatKind::Expr) set("expr", *ast::as<ast::ExprStat>(stat).expr);
        return;
    }
  }

  lua_State* lua_;
  const ast::Construct& construct_;
  const Frame& frame_;
};

}  // namespace

int push_quote_tree(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  if (!object || object->kind != Value::Kind::quote)
    return luaL_error(lua, "expected a quote, got %s", describe(lua, 1).c_str());
  if (!object->quote().construct || !object->quote().frame)
    return luaL_error(lua, "the argument of a macro has no tree");
  lua_getglobal(lua, "require");
  lua_pushstring(lua, "regent/ast");
  lua_call(lua, 1, 1);
  lua_getfield(lua, -1, "of_tree");
  Tree(lua, object->quote()).push();
  lua_call(lua, 1, 1);
  return 1;
}

}  // namespace palatine::sema
