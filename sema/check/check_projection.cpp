// Projections of regions: `r.{a, b = c.d}`. Language reference, 3.11.
//
// The projected region is the same region with an element type made of the listed fields. Its variable has
// leaves of its own; the expression says which leaves of the source they are.
#include <algorithm>

#include "sema/check/checker.h"

namespace palatine::sema {

namespace {

// One field of a projection, with its escapes replaced by what they stand for.
struct Node {
  std::optional<std::string> rename;
  std::string name;
  std::vector<Node> children;
  SourceRange range;
};

// What becomes of a field: a group of fields with new names, or a field of the source as it is.
struct Entry {
  std::string name;
  const Type* type = nullptr;  // of the field; null for a group
  FieldPathNames source;
  std::vector<Entry> group;
};

std::string text_of(const std::vector<Node>& nodes) {
  std::string text;
  for (const Node& node : nodes) {
    if (!text.empty()) text += ",";
    if (node.rename) text += *node.rename + "=";
    text += node.name;
    if (node.children.size() == 1) text += "." + text_of(node.children);
    if (node.children.size() > 1) text += ".{" + text_of(node.children) + "}";
  }
  return text;
}

// Adds a field to a group; groups of one name become one. The name that two fields have, if any.
std::optional<std::string> add_to(std::vector<Entry>& group, Entry entry) {
  auto same =
      std::find_if(group.begin(), group.end(), [&](const Entry& mine) { return mine.name == entry.name; });
  if (same == group.end()) {
    group.push_back(std::move(entry));
    return std::nullopt;
  }
  if (same->type || entry.type) return entry.name;
  for (Entry& part : entry.group) {
    if (auto collision = add_to(same->group, std::move(part))) return collision;
  }
  return std::nullopt;
}

class Projector {
 public:
  Projector(const Frame& frame, CheckContext& context, std::string region)
      : frame_(frame), context_(context), region_(std::move(region)) {}

  bool has_error() const { return has_error_; }

  std::vector<Node> expand(const std::vector<ast::ProjectionField>& fields) {
    std::vector<Node> nodes;
    for (const ast::ProjectionField& field : fields) {
      const std::vector<Node> children = expand(field.children);
      const auto paths = expand_field_paths({{field.field, {}}}, frame_, context_.diags, has_error_);
      const auto names = field.rename ? new_names(*field.rename) : std::vector<std::string>();
      if (has_error_) continue;
      if (field.rename && names.size() != paths.size()) {
        error(DiagKind::projection_rename_count, field.rename->range, names.size(), paths.size());
        continue;
      }
      for (size_t k = 0; k < paths.size(); ++k) {
        Node node = chain(paths[k], children, field.field.range);
        if (field.rename) node.rename = names[k];
        nodes.push_back(std::move(node));
      }
    }
    return nodes;
  }

  // The entry of a list of fields of `type`, which has the path `prefix`; the second is the name that a
  // single field brings along.
  std::pair<Entry, std::string> gather(const Type* type, const FieldPathNames& prefix,
                                       const std::vector<Node>& nodes) {
    if (nodes.size() == 1) {
      auto [entry, suffix] = field(type, prefix, nodes[0]);
      if (!nodes[0].rename) return {std::move(entry), suffix.empty() ? nodes[0].name : suffix};
      entry.name = *nodes[0].rename;
      Entry group;
      group.group.push_back(std::move(entry));
      return {std::move(group), *nodes[0].rename};
    }
    Entry group;
    for (const Node& node : nodes) {
      auto [entry, suffix] = field(type, prefix, node);
      if (has_error_) return {};
      entry.name = node.rename ? *node.rename : suffix.empty() ? node.name : suffix;
      if (const auto collision = add_to(group.group, std::move(entry))) {
        error(DiagKind::projection_collision, node.range, *collision);
        return {};
      }
    }
    return {std::move(group), ""};
  }

  // The element type of an entry.
  const Type* type_of(const Entry& entry) {
    if (entry.type) return entry.type;
    std::vector<StructField> fields;
    for (const Entry& part : entry.group) fields.push_back({part.name, type_of(part), {}});
    return context_.types.constructor(std::move(fields));
  }

 private:
  template <typename... Args>
  void error(DiagKind kind, SourceRange range, const Args&... args) {
    has_error_ = true;
    context_.diags.report(kind, range, args...);
  }

  static Node chain(const FieldPathNames& path, const std::vector<Node>& children, SourceRange range) {
    Node node{std::nullopt, path.back(), children, range};
    for (size_t k = path.size() - 1; k-- > 0;) {
      Node outer{std::nullopt, path[k], {}, range};
      outer.children.push_back(std::move(node));
      node = std::move(outer);
    }
    return node;
  }

  std::vector<std::string> new_names(const ast::FieldName& name) {
    std::vector<std::string> names;
    for (const FieldPathNames& path : expand_field_paths({{name, {}}}, frame_, context_.diags, has_error_)) {
      if (path.size() != 1) {
        error(DiagKind::projection_rename_string, name.range, "table");
        continue;
      }
      names.push_back(path[0]);
    }
    return names;
  }

  std::pair<Entry, std::string> field(const Type* type, const FieldPathNames& prefix, const Node& node) {
    if (has_error_) return {};
    const auto* structure = try_as<StructType>(type);
    if (structure) context_.types.complete(structure);
    if (structure && !structure->sliceable) {
      error(DiagKind::projection_not_sliceable, node.range, node.name, type_name(type));
      return {};
    }
    const int number = structure && !structure->has_union() ? structure->find(node.name) : -1;
    if (number < 0) {
      error(DiagKind::no_field_in_region, node.range, node.name,
            region_ + (prefix.empty() ? "" : "." + field_path_name(prefix)));
      return {};
    }
    FieldPathNames path = prefix;
    path.push_back(node.name);
    const Type* inner = structure->fields[static_cast<size_t>(number)].type;
    if (const auto* nested = try_as<StructType>(inner)) context_.types.complete(nested);
    if (node.children.empty()) return {Entry{"", inner, std::move(path), {}}, ""};
    return gather(inner, path, node.children);
  }

  const Frame& frame_;
  CheckContext& context_;
  const std::string region_;
  bool has_error_ = false;
};

// Where the fields of an entry come from, by their paths in the new element type.
void collect_sources(const Entry& entry, const FieldPathNames& path, std::vector<ProjectedField>& fields) {
  if (entry.type) fields.push_back({path, entry.source});
  for (const Entry& part : entry.group) {
    FieldPathNames inner = path;
    inner.push_back(part.name);
    collect_sources(part, inner, fields);
  }
}

}  // namespace

ir::ExprPtr Checker::check_projection(const ast::ProjectionExpr& tree) {
  const SourceRange range = range_of(tree);
  if (tree.fields.empty()) {
    error(DiagKind::projection_empty, range);
    return make_error(range);
  }
  ir::ExprPtr region = check_value(*tree.object);
  if (is_error(region->type)) return make_error(range);
  const auto* type = try_as<RegionType>(region->type);
  if (!type) {
    error(DiagKind::type_mismatch, range, "region", type_name(region->type));
    return make_error(range);
  }
  // An inlined task projects what its caller may have projected.
  if (inline_depth_ == 0 && privileges_.is_projection(type)) {
    error(DiagKind::projection_nested, range);
    return make_error(range);
  }
  if (!try_as<StructType>(type->fspace)) {
    error(DiagKind::type_mismatch, range, "struct or fspace", type_name(type->fspace));
    return make_error(range);
  }
  const auto* local = ir::try_as<ir::LocalExpr>(region.get());
  const std::string name =
      local && local->local->symbol ? symbol_name(*local->local->symbol) : handle_name(type);
  Projector projector(*frame_, context_, name);
  const std::vector<Node> nodes = projector.expand(tree.fields);
  if (!projector.has_error() && nodes.empty()) {
    error(DiagKind::projection_empty, range);
    return make_error(range);
  }
  Entry entry;
  if (!projector.has_error()) entry = projector.gather(type->fspace, {}, nodes).first;
  if (projector.has_error()) {
    has_error_ = true;
    return make_error(range);
  }
  std::vector<ProjectedField> fields;
  collect_sources(entry, {}, fields);
  return project(std::move(region), projector.type_of(entry), fields,
                 name.substr(name.starts_with("$") ? 1 : 0) + ".{" + text_of(nodes) + "}", range);
}

ir::ExprPtr Checker::project(ir::ExprPtr region, const Type* element,
                             const std::vector<ProjectedField>& fields, const std::string& text,
                             SourceRange range) {
  const auto& source = as<RegionType>(region->type);
  const RegionType* type = types().new_region(source.ispace, element);
  constraints_.add_subregion(type, &source);
  privileges_.add_projection(type, &source, fields);
  known_regions_.push_back(type);
  handle_symbols_.emplace(type, types().new_symbol(text, type, range));

  auto node = make<ir::HandleOpExpr>(type, range);
  node->op = ir::HandleOp::projection;
  const auto from = flatten_fields(source.fspace);
  for (const LeafField& leaf : flatten_fields(element)) {
    const FieldPathNames path = privileges_.source_path(type, leaf.path);
    const auto it =
        std::find_if(from.begin(), from.end(), [&](const LeafField& other) { return other.path == path; });
    node->leaves.push_back(it == from.end() ? 0 : static_cast<int>(it - from.begin()));
  }
  node->operands.push_back(std::move(region));
  return node;
}

ir::ExprPtr Checker::with_element(ir::ExprPtr region, const Type* element, bool is_by_layout) {
  const auto& type = as<RegionType>(region->type);
  if (same_type(type.fspace, element)) return region;
  if (is_by_layout) {
    const auto mine = flatten_fields(type.fspace), theirs = flatten_fields(element);
    if (std::equal(mine.begin(), mine.end(), theirs.begin(), theirs.end(),
                   [](const LeafField& a, const LeafField& b) { return a.path == b.path; })) {
      return region;
    }
  }
  const SourceRange range = region->range;
  std::string text = handle_name(&type);
  if (text.starts_with("$")) text.erase(0, 1);
  return project(std::move(region), element, {{{}, {}}}, text, range);
}

bool Checker::reject_projected(const Type* region, SourceRange range) {
  if (inline_depth_ > 0 || !privileges_.is_projection(region)) return false;
  error(DiagKind::projection_partitioned, range);
  return true;
}

}  // namespace palatine::sema
