// Descriptors that the core needs for launches of C++ tasks. A compiler knows them beforehand; here they are
// made when a variant is launched with requirements of a new shape, and kept.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/legion/cpp/privileges.h"

namespace Legion::Internal {

enum class LaunchForm : uint8_t { single, index, fold };

// Everything that may differ between two launches of a variant, besides values.
struct ShapeRequest {
  LaunchForm form = LaunchForm::single;
  const std::vector<RegionRequirement>* requirements = nullptr;
  bool has_futures = false;
  // The tasks may wait for each other: leaves get a fiber as well.
  bool is_concurrent = false;
  // Barriers of index launches, which follow the regions in the argument struct.
  uint16_t await_count = 0;
  uint16_t arrive_count = 0;
  // Of the folded value.
  size_t fold_bytes = 0;
};

struct Shape {
  api::TaskDesc task;
  api::LaunchSiteDesc site;
  api::IndexLaunchSiteDesc index_site;
  // The parameter that all futures stand for.
  uint16_t future_param = 0;
  size_t result_capacity_bytes = 0;

  std::vector<api::ParamDesc> params;
  std::vector<api::RequirementDesc> requirements;
  std::vector<std::vector<uint16_t>> fields;
  std::vector<api::Projection> projections;
  std::vector<uint16_t> awaits, arrives;
};

Shape& shape_of(Variant& variant, const ShapeRequest& request);

}  // namespace Legion::Internal
