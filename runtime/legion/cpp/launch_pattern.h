// What launches of one kind have in common, found out once instead of at each launch.
//
//   LaunchPattern  a variant with requirements that differ in their regions only. It belongs to the variant.
//                  Descriptions of tasks that have ended stay with it and are used again: their requirements
//                  need not be copied another time.
//   KnownLaunch    of a running task: a pattern with field spaces, and the descriptors that the core needs
//   KnownLaunches  those of a running task, and the regions that it was found to have privileges for
//
// What is known about names holds until one of them ends: see `names_epoch`.
//
// Thread safety: a pattern may be used by any thread, the others belong to one task.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "runtime/legion/cpp/privileges.h"
#include "runtime/realm/free_list.h"

namespace Legion::Internal {

struct Shape;

// Changes when a region, a partition or a field ends, or a task gets another variant.
uint64_t names_epoch();
void end_names_epoch();

struct LaunchPattern {
  LaunchPattern(const Variant& of, const std::vector<RegionRequirement>& some, size_t hash_of_them)
      : variant(of), requirements(some), hash(hash_of_them) {}

  const Variant& variant;
  // With the regions of the launch that came first.
  const std::vector<RegionRequirement> requirements;
  const size_t hash;

  // A description with these requirements, whatever regions they name, and one reference.
  LaunchedTask* take(LaunchedTask* parent);
  // One that nobody refers to any more.
  void give_back(LaunchedTask* task);

 private:
  realm::FreeList<LaunchedTask> free_;
};

// Whether they differ at most in the regions, or partitions, and parents that they name. Those with arguments
// for projections are never alike.
bool are_alike(const std::vector<RegionRequirement>& a, const std::vector<RegionRequirement>& b);
// The same for requirements that are alike.
size_t hash_of(const std::vector<RegionRequirement>& requirements);
// The variant's pattern, which is made when it is missing. Null when a requirement has arguments for its
// projection.
LaunchPattern* pattern_of(Variant& variant, const std::vector<RegionRequirement>& requirements, size_t hash);

struct KnownLaunch {
  TaskID task_id = 0;
  size_t hash = 0;
  uint64_t epoch = 0;
  Variant* variant = nullptr;
  LaunchPattern* pattern = nullptr;
  // By requirement.
  std::vector<FieldSpace> spaces;
  // Of single tasks, without and with futures.
  Shape* shapes[2] = {};

  Shape& single_shape(const std::vector<RegionRequirement>& requirements, bool has_futures);
};

class KnownLaunches {
 public:
  // Ends the program with a message when there is no such task. Valid until the next call.
  KnownLaunch& find(const TaskContext& context, const TaskLauncherBase& launcher);
  // Checks a launch's requirements, those that were not checked before. See `check_requirement`.
  void check(TaskContext& context, const KnownLaunch& launch,
             const std::vector<RegionRequirement>& requirements, const Asking& asking);

 private:
  // A requirement of a pattern with the regions that it named.
  struct Checked {
    const LaunchPattern* pattern = nullptr;
    uint64_t epoch = 0;
    uint32_t number = 0;
    uint32_t tree = 0, space = 0, region = 0;
    uint32_t parent_space = 0, parent_region = 0;
    bool operator==(const Checked&) const = default;
  };
  static constexpr size_t kLaunches = 32, kFewChecked = 16, kMostChecked = 1024;

  // By the lower bits of the hash.
  std::array<std::unique_ptr<KnownLaunch>, kLaunches> launches_;
  std::vector<Checked> checked_;
  size_t misses_ = 0;
};

}  // namespace Legion::Internal
