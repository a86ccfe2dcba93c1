#include "runtime/legion/cpp/launch_pattern.h"

#include <algorithm>
#include <atomic>
#include <mutex>

#include "runtime/legion/cpp/launch_shape.h"
#include "runtime/legion/cpp/task_launch.h"
#include "runtime/legion/cpp/trees.h"
#include "runtime/realm/sanitizers.h"

namespace Legion::Internal {

namespace {

std::atomic<uint64_t> epoch{1};

// The sanitizer that finds uses after the end wants to see ends.
#ifdef PALATINE_ASAN
constexpr bool kKeeps = false;
#else
constexpr bool kKeeps = true;
#endif

void mix(size_t& hash, size_t value) {
  hash = (hash ^ value) * size_t{0x9E3779B97F4A7C15};
  hash ^= hash >> 29;
}

bool is_alike(const RegionRequirement& a, const RegionRequirement& b) {
  return a.handle_type == b.handle_type && a.privilege == b.privilege && a.prop == b.prop &&
         a.redop == b.redop && a.tag == b.tag && a.flags == b.flags && a.projection == b.projection &&
         a.projection_args_size == 0 && b.projection_args_size == 0 &&
         a.privilege_fields == b.privilege_fields && a.instance_fields == b.instance_fields;
}

FieldSpace fields_of(const RegionRequirement& requirement) {
  return requirement.handle_type == LEGION_PARTITION_PROJECTION ? requirement.partition.get_field_space()
                                                                : requirement.region.get_field_space();
}

}  // namespace

// Relaxed: who uses a name that another task ends at the same time gets one answer or the other.
uint64_t names_epoch() {
  return epoch.load(std::memory_order_relaxed);
}

void end_names_epoch() {
  epoch.fetch_add(1, std::memory_order_relaxed);
}

bool are_alike(const std::vector<RegionRequirement>& a, const std::vector<RegionRequirement>& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), &is_alike);
}

size_t hash_of(const std::vector<RegionRequirement>& requirements) {
  size_t hash = requirements.size();
  for (const RegionRequirement& requirement : requirements) {
    mix(hash, size_t{requirement.privilege} << 32 | requirement.prop);
    mix(hash, size_t{static_cast<unsigned>(requirement.redop)} << 32 | requirement.projection);
    for (FieldID field : requirement.privilege_fields) mix(hash, field);
  }
  return hash;
}

// ---- patterns

LaunchedTask* LaunchPattern::take(LaunchedTask* parent) {
  if (LaunchedTask* task = free_.take()) {
    task->begin_again(parent);
    return task;
  }
  auto* task = new LaunchedTask(variant, parent);
  task->pattern = this;
  task->regions = requirements;
  return task;
}

void LaunchPattern::give_back(LaunchedTask* task) {
  if (!kKeeps) {
    delete task;
    return;
  }
  task->end_use();
  free_.give_back(task);
}

LaunchPattern* pattern_of(Variant& variant, const std::vector<RegionRequirement>& requirements, size_t hash) {
  for (const RegionRequirement& requirement : requirements) {
    if (requirement.projection_args_size > 0) return nullptr;
  }
  std::unique_lock lock(variant.mutex);
  for (const auto& known : variant.patterns) {
    if (known->hash == hash && are_alike(known->requirements, requirements)) return known.get();
  }
  return variant.patterns.emplace_back(std::make_unique<LaunchPattern>(variant, requirements, hash)).get();
}

// ---- what a task knows

Shape& KnownLaunch::single_shape(const std::vector<RegionRequirement>& requirements, bool has_futures) {
  Shape*& shape = shapes[has_futures ? 1 : 0];
  if (shape) return *shape;
  ShapeRequest request;
  request.requirements = &requirements;
  request.has_futures = has_futures;
  shape = &shape_of(*variant, request);
  return *shape;
}

KnownLaunch& KnownLaunches::find(const TaskContext& context, const TaskLauncherBase& launcher) {
  const std::vector<RegionRequirement>& requirements = launcher.region_requirements;
  size_t hash = hash_of(requirements);
  mix(hash, launcher.task_id);
  std::unique_ptr<KnownLaunch>& known = launches_[(hash >> 16) % kLaunches];
  auto has_spaces = [&] {
    for (size_t k = 0; k < requirements.size(); k++) {
      if (known->spaces[k] != fields_of(requirements[k])) return false;
    }
    return true;
  };
  if (known && known->hash == hash && known->task_id == launcher.task_id && known->epoch == names_epoch() &&
      known->pattern && are_alike(known->pattern->requirements, requirements) && has_spaces())
    return *known;
  auto made = std::make_unique<KnownLaunch>();
  made->task_id = launcher.task_id;
  made->hash = hash;
  made->epoch = names_epoch();
  made->variant = &variant_for(context, launcher);
  made->pattern = pattern_of(*made->variant, requirements, hash);
  for (const RegionRequirement& requirement : requirements) made->spaces.push_back(fields_of(requirement));
  known = std::move(made);
  return *known;
}

void KnownLaunches::check(TaskContext& context, const KnownLaunch& launch,
                          const std::vector<RegionRequirement>& requirements, const Asking& asking) {
  if (checked_.empty()) checked_.resize(kFewChecked);
  for (size_t k = 0; k < requirements.size(); k++) {
    const RegionRequirement& wanted = requirements[k];
    const bool is_partition = wanted.handle_type == LEGION_PARTITION_PROJECTION;
    Checked key;
    key.pattern = launch.pattern;
    key.epoch = launch.epoch;
    key.number = static_cast<uint32_t>(k);
    key.tree = is_partition ? wanted.partition.get_tree_id() : wanted.region.get_tree_id();
    key.space = is_partition ? wanted.partition.get_index_partition().get_id()
                             : wanted.region.get_index_space().get_id();
    key.region = is_partition ? Handle::core_partition(wanted.partition) : Handle::core_region(wanted.region);
    key.parent_space = wanted.parent.get_index_space().get_id();
    key.parent_region = Handle::core_region(wanted.parent);
    size_t hash = key.region;
    mix(hash, reinterpret_cast<uintptr_t>(key.pattern) + k);
    Checked* place = &checked_[(hash >> 16) % checked_.size()];
    if (launch.pattern && *place == key && wanted.parent.get_tree_id() == key.tree) continue;
    check_requirement(context, wanted, asking);
    if (++misses_ > 2 * checked_.size() && checked_.size() < kMostChecked) {
      misses_ = 0;
      const size_t more = 4 * checked_.size();
      checked_.assign(more, Checked());
      place = &checked_[(hash >> 16) % more];
    }
    *place = key;
  }
}

}  // namespace Legion::Internal
