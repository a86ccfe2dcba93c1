// What `palatine check --explain` prints about one task.
#include <fmt/format.h>

#include <map>

#include "sema/infer/describe.h"
#include "sema/passes/passes.h"

namespace palatine::sema {

namespace {

constexpr const char* kIndexLaunch = "index launch";
constexpr const char* kKernel = "kernel";

std::string quoted_fields(const std::vector<ir::MappedField>& fields) {
  std::string result;
  for (const ir::MappedField& field : fields) {
    if (!result.empty()) result += ", ";
    result += "`" + describe(field) + "`";
  }
  return result;
}

std::string list_causes(const std::vector<ir::MappingPoint::Cause>& causes, const SourceManager& sources) {
  std::string result;
  for (size_t i = 0; i < causes.size(); ++i) {
    if (i > 0) result += i + 1 == causes.size() ? " and " : ", ";
    result += causes[i].what;
    if (causes[i].range.is_valid()) result += fmt::format(" (line {})", sources.line(causes[i].range));
  }
  return result;
}

std::string point_text(const ir::MappingPoint& point, const SourceManager& sources) {
  std::string fields = quoted_fields(point.fields);
  switch (point.kind) {
    case ir::MappingPoint::Kind::map:
      return fmt::format("maps {}: {}", fields, point.reason);
    case ir::MappingPoint::Kind::unmap:
      return fmt::format("gives up {} for {}", fields, list_causes(point.causes, sources));
    case ir::MappingPoint::Kind::block:
      if (fields.empty()) {
        std::string waits =
            point.causes.empty() ? "" : fmt::format(", after {} is done", list_causes(point.causes, sources));
        return fmt::format("blocks: {}{}", point.reason, waits);
      }
      return fmt::format("blocks: maps {}, {}, after {} is done", fields, point.reason,
                         list_causes(point.causes, sources));
  }
  return "";
}

std::string place(SourceRange range, const SourceManager& sources) {
  return range.is_valid() ? fmt::format("line {}", sources.line(range)) : "somewhere";
}

std::string inference_text(const ir::Task& task, const ir::Inference& inference,
                           const SourceManager& sources) {
  const bool is_kernel = inference.property == kKernel;
  const bool is_loop = inference.property == kIndexLaunch || is_kernel;
  std::string name = is_kernel ? "kernel on a GPU" : inference.property;
  if (!inference.holds) name = (is_kernel ? "no " : is_loop ? "not an " : "not ") + name;
  if (is_loop) return fmt::format("  {}: {}: {}\n", place(inference.range, sources), name, inference.reason);
  std::string where;
  if (!inference.holds && inference.range.is_valid() && inference.range.begin != task.range.begin) {
    where = fmt::format(" (line {})", sources.line(inference.range));
  }
  return fmt::format("  {}: it {}{}\n", name, inference.reason, where);
}

}  // namespace

std::string explain(const ir::Task& task, const SourceManager& sources) {
  std::string out = fmt::format("task `{}` ({}:{})\n", task.name,
                                task.range.is_valid() ? sources.name(task.range.file) : "",
                                task.range.is_valid() ? sources.line(task.range) : 0);
  if (task.is_extern) return out + "  extern: nothing is known about its body\n";
  // What belongs to a place comes in the order of the text; what is about the whole task stands in front.
  std::multimap<uint32_t, std::string> lines;
  for (const ir::Inference& inference : task.inferences) {
    const bool is_loop = inference.property == kIndexLaunch || inference.property == kKernel;
    lines.emplace(is_loop ? inference.range.begin : 0, inference_text(task, inference, sources));
  }
  for (const ir::MappingPoint& point : task.mapping_points) {
    lines.emplace(point.range.begin,
                  fmt::format("  {}: {}\n", place(point.range, sources), point_text(point, sources)));
  }
  for (const auto& [begin, text] : lines) out += text;
  if (task.accessed_fields.empty()) {
    out += "  maps nothing: no region data is accessed in this task\n";
  } else if (task.is_leaf) {
    out += fmt::format("  accesses {}, mapped from start to end\n", quoted_fields(task.accessed_fields));
  }
  return out;
}

}  // namespace palatine::sema
