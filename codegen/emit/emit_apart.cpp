// The body that a task continues in when what it writes overlaps nothing else that it accesses (apart.h).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "codegen/emit/apart.h"
#include "codegen/emit/function_emitter.h"

namespace palatine::codegen {

void FunctionEmitter::emit_apart(const std::string& name) {
  names().open();
  std::string params = "api::Context& context";
  for (const ir::Local* param : function_.params)
    params += fmt::format(", {} {}", type(param->type), declare(*param));
  std::string assignments;
  for (const ir::Local* param : function_.params) {
    const auto leaves = accesses_.by_region.find(param);
    if (leaves == accesses_.by_region.end()) continue;
    for (const auto& [leaf, is_written] : leaves->second) {
      const std::string array = declare_accessor(*param, leaf);
      params += fmt::format(", {} {}", accessor_type(*param, leaf, is_written), array);
      if (!is_written) continue;
      // What is written is accessed through this pointer alone.
      const std::string base = names().declare(array + "_base");
      params += fmt::format(", char* __restrict {}", base);
      assignments += fmt::format("{}{}.base = {};", assignments.empty() ? "" : " ", array, base);
    }
  }
  // Once inlined, Clang would know less.
  out_.line(function_.range, fmt::format("[[clang::noinline]] static {} {}({}) {{",
                                         unit_.types().result_name(function_.result), name, params));
  out_.indent();
  if (!assignments.empty()) out_.line(function_.range, assignments);
  are_regions_one_ = true;
  statements();
  names().close();
}

void FunctionEmitter::continue_apart(const std::string& apart, const std::vector<std::string>& params) {
  std::vector<std::string> written, read, conditions;
  std::string arguments = "context";
  for (const std::string& param : params) arguments += ", " + param;
  const auto is_one = [&](const std::vector<std::string>& arrays, int n) {
    conditions.push_back(fmt::format("api::are_one<{}>({})", n, fmt::join(arrays, ", ")));
  };
  for (const PointedGroup& group : pointed_groups(function_)) {
    for (const int leaf : group.leaves) {
      std::vector<std::string> arrays;
      for (const ir::Local* region : group.regions) arrays.push_back(accessor(*region, leaf));
      is_one(arrays, region_dimensions(*group.regions[0]));
    }
  }
  for (const ir::Local* param : function_.params) {
    const auto leaves = accesses_.by_region.find(param);
    if (leaves == accesses_.by_region.end()) continue;
    const int n = region_dimensions(*param);
    const std::string box = names().declare(name_of(*param) + "_box");
    out_.line(function_.range, fmt::format("const api::Rect<{}> {} = {};", n, box, bounds_of(*param)));
    for (const auto& [leaf, is_written] : leaves->second) {
      const std::string array = accessor(*param, leaf);
      (is_written ? written : read).push_back(fmt::format("api::bytes_of({}, {})", array, box));
      arguments += fmt::format(", {}", array);
      if (is_written) arguments += fmt::format(", {}.base", array);
    }
  }
  written.insert(written.end(), read.begin(), read.end());
  conditions.push_back(
      fmt::format("api::are_apart<{}>({{{}}})", written.size() - read.size(), fmt::join(written, ", ")));
  out_.line(function_.range,
            fmt::format("if ({}) return {}({});", fmt::join(conditions, " && "), apart, arguments));
}

}  // namespace palatine::codegen
