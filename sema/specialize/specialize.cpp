#include "sema/specialize/specialize.h"

#include <lua.hpp>

#include "sema/specialize/lua_type.h"
#include "sema/specialize/lua_value.h"

namespace palatine::sema {

Specializer::Specializer(lua_State* lua, const ast::Construct& construct, const host::CaptureEnv& env)
    : lua_(lua), construct_(construct), env_(env), world_(world_of(lua)), frame_(std::make_shared<Frame>()) {
  frame_->construct = &construct;
  for (const ast::BindingInfo& binding : construct.bindings) {
    frame_->symbols.push_back(world_.types.new_symbol(binding.name, nullptr, binding.range));
  }
  frame_->captures.resize(construct.captures.size());
  frame_->escapes.resize(construct.escapes.size());
}

void Specializer::bind(ast::BindingId binding, Value value) {
  if (binding.is_valid()) frame_->objects[binding.index] = std::move(value);
}

// ---- values
// ------------------------------------------------------------------------------------------------------

bool Specializer::push_escape(ast::EscapeId escape) {
  const ast::EscapeInfo& info = construct_.escapes.at(escape.index);
  luaL_checkstack(lua_, static_cast<int>(info.params.size()) + 16, "too many nested constructs");
  for (ast::BindingId param : info.params) {
    auto object = frame_->objects.find(param.index);
    if (object != frame_->objects.end()) {
      push_value(lua_, object->second);
    } else {
      push_symbol(lua_, frame_->symbols.at(param.index));
    }
  }
  const bool is_ok = env_.call_escape(construct_, escape);
  world_.running = lua_;
  if (is_ok) return true;
  frame_->has_error = true;
  frame_->escapes.at(escape.index) = error_value();
  lua_pushnil(lua_);
  return false;
}

// Types that a value holds have to be complete from here on.
static void complete_types(World& world, const Value& value) {
  if (value.kind == Value::Kind::type) world.complete(value.type());
  if (value.kind == Value::Kind::symbol) world.complete(value.symbol()->type);
  if (value.kind == Value::Kind::list) {
    for (const Value& entry : value.list()) complete_types(world, entry);
  }
}

Value Specializer::top_value(SourceRange range) {
  Value value = to_value(lua_, lua_gettop(lua_));
  complete_types(world_, value);
  if (value.kind != Value::Kind::error || value.description.empty()) return value;
  world_.diags.report(DiagKind::not_supported, range, value.description);
  frame_->has_error = true;
  return error_value();
}

const Value& Specializer::escape(ast::EscapeId escape) {
  Value& value = frame_->escapes.at(escape.index);
  if (push_escape(escape)) value = top_value(construct_.escapes.at(escape.index).range);
  lua_pop(lua_, 1);
  return value;
}

const Type* Specializer::type(ast::EscapeId escape) {
  if (!escape.is_valid()) return nullptr;
  Value& value = frame_->escapes.at(escape.index);
  if (!push_escape(escape)) {
    lua_pop(lua_, 1);
    return world_.types.error();
  }
  // `{}` is the unit type here, and an empty table elsewhere. A type is not completed: a struct may name
  // itself.
  const Type* type = type_at(lua_, lua_gettop(lua_));
  if (!type && ast::is_terra(construct_.kind)) type = tuple_at(lua_, lua_gettop(lua_));
  value = type ? type_value(type) : top_value(construct_.escapes.at(escape.index).range);
  lua_pop(lua_, 1);
  return type;
}

void Specializer::name_use(const ast::NameUse& name) {
  if (!name.capture.is_valid()) return;
  env_.push_capture(construct_, name.capture);
  frame_->captures.at(name.capture.index) = top_value(name.range);
  lua_pop(lua_, 1);
}

static int get_member(lua_State* lua) {
  lua_gettable(lua, 1);
  return 1;
}

Value Specializer::table_member(const std::string& name, SourceRange range) {
  lua_pushcfunction(lua_, get_member);
  lua_insert(lua_, -2);
  lua_pushlstring(lua_, name.data(), name.size());
  int status = lua_pcall(lua_, 2, 1, 0);
  world_.running = lua_;
  if (status == 0) return top_value(range);
  // Without a text it is an error that was reported already.
  if (lua_type(lua_, -1) == LUA_TSTRING) {
    world_.diags.report(DiagKind::escape_failed, range, lua_tostring(lua_, -1));
  }
  lua_pop(lua_, 1);
  lua_pushnil(lua_);
  frame_->has_error = true;
  return error_value();
}

// `T.N` and `T.type`, where the value on top of the stack is an array or vector type.
static bool is_property_of_type(lua_State* lua, const std::string& name) {
  if (name != "N" && name != "type") return false;
  const Type* type = object_at(lua, lua_gettop(lua)) ? type_at(lua, lua_gettop(lua)) : nullptr;
  return type && (type->kind == TypeKind::array || type->kind == TypeKind::vector);
}

// The one name that an escape in a field's place gave.
static const std::string* single_name(const Value& value) {
  if (value.kind == Value::Kind::constant && value.constant().type &&
      value.constant().type->kind == TypeKind::pointer)
    return &value.constant().string;
  if (value.kind == Value::Kind::field_path && value.field_path().size() == 1)
    return &value.field_path().front();
  return nullptr;
}

bool Specializer::push_field(const ast::FieldExpr& expr) {
  const bool is_lua = push_lua_value(*expr.object);
  field_name(expr.field);
  const std::string* name = &expr.field.text;
  if (expr.field.escape.is_valid()) name = single_name(frame_->escapes.at(expr.field.escape.index));
  if (is_lua && name && (lua_istable(lua_, -1) || is_property_of_type(lua_, *name))) {
    frame_->table_fields[&expr] = table_member(*name, expr.field.range);
    return true;
  }
  if (is_lua) lua_pop(lua_, 1);
  return false;
}

bool Specializer::push_lua_value(const ast::Expr& expr) {
  luaL_checkstack(lua_, 8, "too many nested expressions");
  switch (expr.kind) {
    case ast::ExprKind::Name: {
      const ast::NameUse& name = ast::as<ast::NameExpr>(expr).name;
      if (!name.capture.is_valid()) return false;
      name_use(name);
      env_.push_capture(construct_, name.capture);
      return true;
    }
    case ast::ExprKind::Escape: {
      ast::EscapeId escape = ast::as<ast::EscapeExpr>(expr).escape;
      if (!push_escape(escape)) return true;
      Value& value = frame_->escapes.at(escape.index);
      if (construct_.escapes.at(escape.index).is_statements) {
        value = emitted_values(expr.range);
        // The only one is the value itself, not a list.
        if (value.list().size() == 1) value = Value(value.list().front());
      } else {
        value = top_value(expr.range);
      }
      return true;
    }
    case ast::ExprKind::Field:
      return push_field(ast::as<ast::FieldExpr>(expr));
    default:
      this->expr(expr);
      return false;
  }
}

// ---- names of fields
// ---------------------------------------------------------------------------------------------

void Specializer::field_name(const ast::FieldName& name) {
  if (name.escape.is_valid()) escape(name.escape);
}

void Specializer::field_paths(const std::vector<ast::FieldPath>& paths) {
  for (const ast::FieldPath& path : paths) {
    field_name(path.name);
    field_paths(path.children);
  }
}

void Specializer::projection_fields(const std::vector<ast::ProjectionField>& fields) {
  for (const ast::ProjectionField& field : fields) {
    if (field.rename) field_name(*field.rename);
    field_name(field.field);
    projection_fields(field.children);
  }
}

void Specializer::region_root(const ast::RegionRoot& root) {
  if (root.region) expr(*root.region);
  field_paths(root.fields);
}

// ---- declarations
// ------------------------------------------------------------------------------------------------

void Specializer::declared(const ast::Declared& declared, ast::EscapeId type_escape) {
  if (declared.escape.is_valid()) escape(declared.escape);
  const Type* written = type(type_escape);
  if (!written) return;
  world_.complete(written);
  if (declared.binding.is_valid()) symbol(declared.binding)->type = written;
}

void Specializer::parameters(const std::vector<ast::Param>& params) {
  for (const ast::Param& param : params) declared(param.declared, param.type);
}

void Specializer::effects(const std::vector<ast::Effect>& effects) {
  for (const ast::Effect& effect : effects) {
    for (const ast::Effect::Root& root : effect.roots) {
      name_use(root.region);
      field_paths(root.fields);
    }
    for (const ast::NameUse& barrier : effect.barriers) name_use(barrier);
    if (effect.kind == ast::Effect::Kind::constraint) {
      name_use(effect.lhs);
      name_use(effect.rhs);
    }
    if (effect.escape.is_valid()) escape(effect.escape);
  }
}

}  // namespace palatine::sema
