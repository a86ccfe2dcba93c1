#include "sema/infer/describe.h"

#include "sema/passes/walk.h"

namespace palatine::sema {

namespace {

std::string with_path(std::string region, const std::vector<std::string>& path) {
  if (!path.empty()) region += "." + field_path_name(path);
  return region;
}

}  // namespace

std::string local_name(const ir::Local& local) {
  if (!local.name.empty()) return local.name;
  // A region that has no variable in the program carries its text: "p[i]".
  if (local.symbol && !local.symbol->name.empty()) return local.symbol->name;
  return "a temporary";
}

std::string describe(const ir::RegionAccessExpr& access) {
  std::string regions;
  for (const ir::Local* region : access.regions) {
    if (!regions.empty()) regions += ", ";
    regions += local_name(*region);
  }
  if (access.regions.size() > 1) regions = "{" + regions + "}";
  return with_path(regions, access.path);
}

std::string describe(const ir::MappedField& field) {
  const auto* type = try_as<RegionType>(field.region->type);
  if (!type) return local_name(*field.region);
  auto leaves = flatten_fields(type->fspace);
  return with_path(local_name(*field.region), leaves.at(field.leaf).path);
}

std::string describe_region(const ir::Expr& region) {
  const ir::Expr& node = strip_projections(region);
  if (const auto* use = ir::try_as<ir::LocalExpr>(&node)) return local_name(*use->local);
  if (const auto* sub = ir::try_as<ir::SubregionExpr>(&node))
    return describe_region(*sub->partition) + "[...]";
  return "the region";
}

}  // namespace palatine::sema
