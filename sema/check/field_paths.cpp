// Field paths as written in privileges and region operands.
#include "sema/check/checker.h"

namespace palatine::sema {

namespace {

// What a field position evaluates to: one name, a path of names, or a list of these.
void add_names(const Value& value, SourceRange range, Diagnostics& diags, bool& has_error,
               std::vector<FieldPathNames>& out) {
  switch (value.kind) {
    case Value::Kind::field_path:
      out.push_back(value.field_path());
      return;
    case Value::Kind::constant:
      if (value.constant().type && value.constant().type->kind == TypeKind::pointer) {
        out.push_back({value.constant().string});
        return;
      }
      break;
    case Value::Kind::list:
      for (const Value& entry : value.list()) add_names(entry, range, diags, has_error, out);
      return;
    default:
      break;
  }
  has_error = true;
  const std::string what = value.kind == Value::Kind::constant ? "number"
                           : value.description.empty()         ? "nil"
                                                               : value.description;
  diags.report(DiagKind::expected_field_name, range, what);
}

}  // namespace

std::vector<FieldPathNames> expand_field_paths(const std::vector<ast::FieldPath>& fields, const Frame& frame,
                                               Diagnostics& diags, bool& has_error) {
  std::vector<FieldPathNames> paths;
  for (const ast::FieldPath& field : fields) {
    std::vector<FieldPathNames> heads;
    if (!field.name.escape.is_valid()) {
      heads.push_back({field.name.text});
    } else if (field.name.escape.index < frame.escapes.size()) {
      const Value& value = frame.escapes[field.name.escape.index];
      if (value.kind == Value::Kind::undefined && frame.has_error) {
        has_error = true;
      } else {
        add_names(value, field.name.range, diags, has_error, heads);
      }
    }
    if (field.children.empty()) {
      paths.insert(paths.end(), heads.begin(), heads.end());
      continue;
    }
    const auto tails = expand_field_paths(field.children, frame, diags, has_error);
    for (const FieldPathNames& head : heads) {
      for (const FieldPathNames& tail : tails) {
        paths.push_back(head);
        paths.back().insert(paths.back().end(), tail.begin(), tail.end());
      }
    }
  }
  return paths;
}

const Type* type_at_path(const Type* element, const FieldPathNames& path, TypeTable& types, size_t& missing) {
  const Type* type = element;
  for (missing = 0; missing < path.size(); ++missing) {
    if (is_error(type)) return type;
    const auto* structure = try_as<StructType>(type);
    if (!structure) return nullptr;
    types.complete(structure);
    const int field = structure->sliceable ? structure->find(path[missing]) : -1;
    if (field < 0) return nullptr;
    type = structure->fields[static_cast<size_t>(field)].type;
  }
  if (const auto* structure = try_as<StructType>(type)) types.complete(structure);
  return type;
}

}  // namespace palatine::sema
