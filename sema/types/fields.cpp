// Leaf fields of element types.
#include "sema/types/types.h"

namespace palatine::sema {

// Structs by value cannot contain themselves in a valid program; `depth` keeps an invalid one from recursing
// for ever.
static void flatten(const Type* type, std::vector<std::string>& path, std::vector<LeafField>& leaves,
                    int depth) {
  constexpr int kMaxDepth = 64;
  const auto* structure = try_as<StructType>(type);
  if (!structure || !structure->sliceable || structure->has_union() || depth == kMaxDepth) {
    leaves.push_back({path, type});
    return;
  }
  for (const StructField& field : structure->fields) {
    path.push_back(field.name);
    flatten(field.type, path, leaves, depth + 1);
    path.pop_back();
  }
}

std::vector<LeafField> flatten_fields(const Type* element) {
  std::vector<LeafField> leaves;
  std::vector<std::string> path;
  flatten(element, path, leaves, 0);
  return leaves;
}

std::string field_path_name(const std::vector<std::string>& path) {
  std::string text;
  for (const std::string& name : path) {
    if (!text.empty()) text += ".";
    text += name;
  }
  return text;
}

}  // namespace palatine::sema
