// Mapping points: where a task begins to access a region itself, and where it gives it up.
#include <fmt/format.h>

#include "codegen/emit/function_emitter.h"

namespace palatine::codegen {

void FunctionEmitter::map_call(const std::vector<ir::MappedField>& fields, const char* privilege,
                               const std::string& callee, const std::string& more_args, SourceRange range) {
  // One MapDesc for each region, in the order of their first field.
  std::vector<std::pair<const ir::Local*, std::string>> groups;
  std::vector<size_t> counts;
  for (const ir::MappedField& field : fields) {
    size_t k = 0;
    while (k < groups.size() && groups[k].first != field.region) ++k;
    if (k == groups.size()) {
      groups.emplace_back(field.region, "");
      counts.push_back(0);
    }
    groups[k].second += fmt::format("{}{}", counts[k] == 0 ? "" : ", ", field.leaf);
    counts[k] += 1;
  }
  if (groups.empty()) return;
  open_brace(range, "");
  std::string maps;
  for (size_t k = 0; k < groups.size(); ++k) {
    const std::string list = names().declare(name_of(*groups[k].first) + "_fields");
    out_.line(range, fmt::format("static constexpr uint16_t {}[] = {{{}}};", list, groups[k].second));
    maps += fmt::format("{}{{{}, {}, {}, api::Privilege::{}}}", k == 0 ? "" : ", ", name_of(*groups[k].first),
                        list, counts[k], privilege);
  }
  const std::string array = names().declare("maps");
  out_.line(range, fmt::format("const api::MapDesc {}[] = {{{}}};", array, maps));
  out_.line(range, fmt::format("{}({}, {}{});", callee, array, groups.size(), more_args));
  close_braces(1);
}

void FunctionEmitter::map(const ir::MapStat& stat) {
  map_call(stat.fields, stat.write ? "read_write" : "read", "context.map", ", " + unit_.loc(stat.range),
           stat.range);
  for (const ir::MappedField& field : stat.fields) assign_accessor(*field.region, field.leaf);
}

void FunctionEmitter::unmap(const ir::UnmapStat& stat) {
  map_call(stat.fields, "read_write", "context.unmap", "", stat.range);
}

}  // namespace palatine::codegen
