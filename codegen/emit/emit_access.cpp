// Elements of regions, through accessors: one for each (region variable, leaf field) that the function
// touches.
#include <fmt/format.h>

#include <algorithm>

#include "codegen/emit/function_emitter.h"

namespace palatine::codegen {

int FunctionEmitter::region_dimensions(const ir::Local& region) {
  return sema::as<sema::RegionType>(region.type).index()->components();
}

std::string FunctionEmitter::placed(const ir::Local& region) const {
  if (!task_ || !region.is_param) return "";
  std::vector<int> params;
  for (const ir::Requirement& requirement : task_->requirements) {
    if (std::ranges::find(params, requirement.param) != params.end()) continue;
    if (task_->params[static_cast<size_t>(requirement.param)] == &region)
      return params.empty() ? "" : fmt::format(", {}", params.size());
    params.push_back(requirement.param);
  }
  return "";
}

std::string FunctionEmitter::bounds_of(const ir::Local& region) {
  return fmt::format("context.region_bounds<{}>({}{})", region_dimensions(region), name_of(region),
                     placed(region));
}

std::string FunctionEmitter::accessor_type(const ir::Local& region, int leaf, bool is_written) {
  const std::string element = type(leaves_of(region)[leaf].type);
  return fmt::format("api::Accessor<{}, {}>", is_written ? element : const_type(element),
                     region_dimensions(region));
}

std::string FunctionEmitter::accessor(const ir::Local& region, int leaf) const {
  return accessor_names_.at({&region, leaf});
}

std::string FunctionEmitter::declare_accessor(const ir::Local& region, int leaf) {
  const std::string path = sema::field_path_name(leaves_of(region)[leaf].path);
  const std::string name = names().declare(name_of(region) + "_" + (path.empty() ? "value" : path));
  return accessor_names_[{&region, leaf}] = name;
}

void FunctionEmitter::declare_accessors(const ir::Local& region) {
  const auto leaves = accesses_.by_region.find(&region);
  if (leaves == accesses_.by_region.end()) return;
  const std::string& region_name = name_of(region);
  for (const auto& [leaf, is_written] : leaves->second) {
    const std::string name = declare_accessor(region, leaf);
    const std::string accessor_type_name = accessor_type(region, leaf, is_written);
    const auto mapped = accesses_.mapped.find(&region);
    const bool is_mapped_later = mapped != accesses_.mapped.end() && mapped->second.contains(leaf);
    // Parameters are mapped when the task starts, other regions by the first MapStat if there is one.
    if (is_mapped_later && !(region.is_param && !task_->is_inner)) {
      out_.line(region.range, fmt::format("{} {};", accessor_type_name, name));
    } else {
      out_.line(region.range,
                fmt::format("{}{} {}{{context.mapped({}, {}{})}};", is_mapped_later ? "" : "const ",
                            accessor_type_name, name, region_name, leaf, placed(region)));
    }
  }
  if (checks_bounds()) {
    const std::string bounds = names().declare(region_name + "_bounds");
    bounds_names_[&region] = bounds;
    const int n = region_dimensions(region);
    out_.line(region.range, fmt::format("const api::Rect<{}> {} = {};", n, bounds, bounds_of(region)));
  }
}

void FunctionEmitter::declare_asked_bounds() {
  asked_bounds_.clear();
  for (const ir::Local* param : function_.params) {
    if (!accesses_.bounded.contains(param)) continue;
    const std::string& region_name = name_of(*param);
    const std::string bounds = names().declare(region_name + "_bounds");
    const int n = region_dimensions(*param);
    out_.line(param->range, fmt::format("const api::Rect<{}> {} = {};", n, bounds, bounds_of(*param)));
    asked_bounds_[param] = bounds;
  }
}

void FunctionEmitter::assign_accessor(const ir::Local& region, int leaf, SourceRange range) {
  const auto name = accessor_names_.find({&region, leaf});
  if (name == accessor_names_.end()) return;
  const bool is_written = accesses_.by_region.at(&region).at(leaf);
  out_.line(range,
            fmt::format("{} = {}{{context.mapped({}, {}{})}};", name->second,
                        accessor_type(region, leaf, is_written), name_of(region), leaf, placed(region)));
}

// `index.region == 1 ? first : index.region == 2 ? second : third`
static std::string choose(const Code& index, const std::vector<std::string>& choices) {
  std::string text;
  for (size_t k = 0; k + 1 < choices.size(); ++k) {
    text += fmt::format("{}.region == {} ? {} : ", index.as_object(), k + 1, choices[k]);
  }
  return text + choices.back();
}

Code FunctionEmitter::checked_index(const ir::RegionAccessExpr& access) {
  const Code index = value(*access.index);
  if (bounds_names_.empty()) return index;
  std::vector<std::string> boxes;
  for (const ir::Local* region : access.regions) {
    const auto bounds = bounds_names_.find(region);
    if (bounds == bounds_names_.end()) return index;
    boxes.push_back(bounds->second);
  }
  // The pointer is printed with its bounds, also where the program wrote `r[i]`.
  const auto& region = sema::as<sema::RegionType>(access.regions[0]->type);
  std::string pointer = sema::type_name(access.index->type);
  if (access.index->type->kind != sema::TypeKind::bounded && access.regions[0]->symbol) {
    pointer = fmt::format("{}({}, {})", region.index()->name, sema::type_name(region.fspace),
                          sema::symbol_name(*access.regions[0]->symbol));
  }
  const std::string text = fmt::format("pointer {} is out-of-bounds", pointer);
  const std::string message = string_literal(text);
  const int n = region_dimensions(*access.regions[0]);
  if (kernel_) {
    const Code box{access.regions.size() == 1 ? boxes[0] : choose(index, boxes)};
    return call(fmt::format("api::kernel_in_bounds<{}>", n), {index, box, {kernel_site(text, access.range)}});
  }
  if (access.regions.size() == 1) {
    return call(fmt::format("api::in_bounds<{}>", n),
                {index, {boxes[0]}, {message}, {unit_.loc(access.range)}});
  }
  return call(fmt::format("api::in_bounds<{}>", n),
              {index, {choose(index, boxes)}, {message}, {unit_.loc(access.range)}});
}

void FunctionEmitter::check_array_index(const ir::IndexExpr& expr, Code& index) {
  if (!checks_bounds()) return;
  const auto& array = sema::as<sema::ArrayType>(expr.object->type);
  const std::string message = fmt::format("array access to {} is out-of-bounds", sema::type_name(&array));
  if (kernel_) {
    index = call("api::kernel_in_array",
                 {index, {fmt::format("{}", array.count)}, {kernel_site(message, expr.range)}});
    return;
  }
  index = call("api::in_array",
               {index, {fmt::format("{}", array.count)}, {string_literal(message)}, {unit_.loc(expr.range)}});
}

void FunctionEmitter::check_transform_index(const ir::IndexExpr& expr, Code& index) {
  if (!checks_bounds()) return;
  const auto& transform = sema::as<sema::TransformType>(expr.object->type);
  const std::string message = fmt::format("array access to {} is out-of-bounds", sema::type_name(&transform));
  const std::string box =
      fmt::format("api::Rect<2>{{{{{{0, 0}}}}, {{{{{}, {}}}}}}}", transform.rows - 1, transform.columns - 1);
  if (kernel_) {
    index = call("api::kernel_in_bounds<2>", {index, {box}, {kernel_site(message, expr.range)}});
    return;
  }
  index = call("api::in_bounds<2>", {index, {box}, {string_literal(message)}, {unit_.loc(expr.range)}});
}

Code FunctionEmitter::element(const ir::RegionAccessExpr& access, int leaf, const Code& index) {
  if (access.regions.size() == 1) {
    return {fmt::format("{}[{}]", accessor(*access.regions[0], leaf), index.text), Precedence::postfix};
  }
  if (are_regions_one_) {
    return {fmt::format("{}[{}.point]", accessor(*access.regions[0], leaf), index.as_object()),
            Precedence::postfix};
  }
  if (!kernel_) {
    std::vector<Code> arguments{index};
    for (const ir::Local* region : access.regions) arguments.push_back({accessor(*region, leaf)});
    return call(fmt::format("api::element_in<{}>", region_dimensions(*access.regions[0])), arguments);
  }
  std::vector<std::string> places;
  for (const ir::Local* region : access.regions) {
    places.push_back(fmt::format("&{}[{}.point]", accessor(*region, leaf), index.as_object()));
  }
  return {fmt::format("*({})", choose(index, places)), Precedence::unary};
}

// True when the access covers just one leaf as it is, not a struct around it.
static bool is_one_leaf(const ir::RegionAccessExpr& access) {
  if (access.leaves.size() != 1) return false;
  return leaves_of(*access.regions[0])[access.leaves[0]].path.size() == access.path.size();
}

// `object.b.c`: the place of a leaf in a value that starts at the access's own path.
Code FunctionEmitter::member_at(const std::string& object, const ir::RegionAccessExpr& access, int leaf) {
  Code place{object};
  const sema::Type* type = access.type;
  const std::vector<std::string> path = leaves_of(*access.regions[0])[leaf].path;
  for (size_t k = access.path.size(); k < path.size(); ++k) {
    const auto& structure = sema::as<sema::StructType>(type);
    const int field = structure.find(path[k]);
    place = unit_.types().member(place, type, field);
    type = structure.fields[field].type;
  }
  return place;
}

Code FunctionEmitter::region_value(const ir::RegionAccessExpr& access) {
  const Code index = checked_index(access);
  if (is_one_leaf(access)) return element(access, access.leaves[0], index);
  std::string body = fmt::format("{} loaded;", type(access.type));
  for (const int leaf : access.leaves) {
    body +=
        fmt::format(" {} = {};", member_at("loaded", access, leaf).text, element(access, leaf, {"at"}).text);
  }
  return {fmt::format("[&, at = {}] {{ {} return loaded; }}()", index.text, body), Precedence::postfix};
}

void FunctionEmitter::store(const ir::RegionAccessExpr& access, const Code& new_value, SourceRange range) {
  const Code index = checked_index(access);
  if (is_one_leaf(access)) {
    out_.line(range, fmt::format("{} = {};", element(access, access.leaves[0], index).text, new_value.text));
    return;
  }
  std::string body;
  for (const int leaf : access.leaves) {
    body +=
        fmt::format(" {} = {};", element(access, leaf, {"at"}).text, member_at("stored", access, leaf).text);
  }
  // The value is taken before any leaf is stored: it may read the same element.
  out_.line(range, fmt::format("[&, at = {}]({} stored) {{{} }}({});", index.text, type(access.type), body,
                               new_value.text));
}

}  // namespace palatine::codegen
