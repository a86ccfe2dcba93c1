// Specializing: one execution of a construct, from its syntax tree and the Lua around it to a frame.
//
// Escapes are evaluated in the order of language reference 1.4, each once. A name that is a member of a Lua
// table
// (`c.printf`) is looked up here. What a value means at its place is not: check says whether it fits. A Lua
// error in an escape ends the construct and the Lua around it, as any Lua error.
#pragma once

#include <memory>

#include "frontend/host/host.h"
#include "sema/specialize/frame.h"
#include "sema/specialize/world.h"

namespace palatine::sema {

class Specializer {
 public:
  // Makes the symbols of all variables of the construct, without types.
  Specializer(lua_State* lua, const ast::Construct& construct, const host::CaptureEnv& env);

  const std::shared_ptr<Frame>& frame() const { return frame_; }
  World& world() const { return world_; }

  // Gives a binding that names an object (a task, a field space) its value.
  void bind(ast::BindingId binding, Value value);
  Symbol* symbol(ast::BindingId binding) const { return frame_->symbols.at(binding.index); }

  void parameters(const std::vector<ast::Param>& params);
  void effects(const std::vector<ast::Effect>& effects);
  void block(const ast::Block& block);
  void expr(const ast::Expr& expr);
  // Evaluates the type at this place; does nothing when there is none. The type, or null when it is none.
  const Type* type(ast::EscapeId escape);
  // Evaluates an escape; the value stays in the frame.
  const Value& escape(ast::EscapeId escape);

 private:
  void stat(const ast::Stat& stat);
  void builtin(const ast::BuiltinExpr& expr);
  void exprs(const std::vector<ast::ExprPtr>& exprs);
  void conditions(const std::vector<ast::Condition>& conditions);
  // The variable, and its type when that is written.
  void declared(const ast::Declared& declared, ast::EscapeId type);
  void field_name(const ast::FieldName& name);
  void field_paths(const std::vector<ast::FieldPath>& paths);
  void projection_fields(const std::vector<ast::ProjectionField>& fields);
  void region_root(const ast::RegionRoot& root);
  // The values in the table on top of the stack, in which `remit` and `emit` put them.
  Value emitted_values(SourceRange range);
  // A statement `[e]`: only quotes and lists of them are statements.
  void spliced_statements(ast::EscapeId escape);
  void name_use(const ast::NameUse& name);
  // Pushes the Lua value of a name or an escape, or of a member of a Lua table, and keeps what it means in
  // the frame. False, with nothing pushed, for every other expression; its parts are specialized then.
  bool push_lua_value(const ast::Expr& expr);
  bool push_field(const ast::FieldExpr& expr);
  // Replaces the table on top of the stack by a member. What the table's own Lua code raises is reported.
  Value table_member(const std::string& name, SourceRange range);
  // Pushes what the Lua code gives. False when it failed: the error is reported, the escape has the error
  // value, and a nil is pushed.
  bool push_escape(ast::EscapeId escape);
  // The value on top of the stack, ready for check: its types are complete, and features to come are
  // reported.
  Value top_value(SourceRange range);

  lua_State* lua_;
  const ast::Construct& construct_;
  const host::CaptureEnv& env_;
  World& world_;
  std::shared_ptr<Frame> frame_;
};

}  // namespace palatine::sema
