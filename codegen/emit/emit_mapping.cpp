// Mapping points: where a task begins to access a region itself, and where it gives it up.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "codegen/emit/function_emitter.h"

namespace palatine::codegen {

void FunctionEmitter::map_call(const std::string& callee, const std::vector<ir::MappedField>& fields,
                               const char* privilege, SourceRange range) {
  // In the order in which the regions come first.
  std::vector<std::pair<const ir::Local*, std::vector<int>>> groups;
  for (const ir::MappedField& field : fields) {
    auto group = std::ranges::find(groups, field.region, [](const auto& entry) { return entry.first; });
    if (group == groups.end()) group = groups.insert(group, {field.region, {}});
    group->second.push_back(field.leaf);
  }
  if (groups.empty()) return;
  std::string maps;
  for (const auto& [region, leaves] : groups) {
    const std::string list = names().declare_global(name_of(*region) + "_fields");
    constants_.line(fmt::format("static constexpr uint16_t {}[] = {{{}}};", list, fmt::join(leaves, ", ")));
    maps += fmt::format(", api::MapDesc{{{}, {}, {}, api::Privilege::{}}}", name_of(*region), list,
                        leaves.size(), privilege);
  }
  out_.line(range, fmt::format("{}(context, {}{});", callee, unit_.loc(range), maps));
}

void FunctionEmitter::map(const ir::MapStat& stat) {
  map_call("api::map", stat.fields, stat.write ? "read_write" : "read", stat.range);
  for (const ir::MappedField& field : stat.fields) assign_accessor(*field.region, field.leaf, stat.range);
}

void FunctionEmitter::unmap(const ir::UnmapStat& stat) {
  map_call("api::unmap", stat.fields, "read_write", stat.range);
}

}  // namespace palatine::codegen
