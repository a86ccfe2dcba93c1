// What a task may do with regions: checks of what it asks for. What is not allowed ends the program with a
// message that names task, region and field, and says where a launch comes from when the launcher has a
// provenance.
#pragma once

#include <string>
#include <vector>

#include "runtime/legion/cpp/running_task.h"

namespace Legion::Internal {

// The operation that wants something, for messages. Refers to texts of its launcher.
struct Asking {
  Asking(const char* what) : verb(what) {}
  Asking(const char* what, const char* launched, const std::string& from)
      : verb(what), task(launched), provenance(&from) {}
  // "launches task `x` (provenance)"
  std::string text() const;

  const char* verb;
  const char* task = nullptr;
  const std::string* provenance = nullptr;
};

// For messages: "task `x`", with its provenance when it has one.
std::string who(const LaunchedTask& task);

api::Privilege privilege_of(const RegionRequirement& requirement);
// Whether the program itself orders it with others that are shared (simultaneous and relaxed coherence).
bool is_shared(const RegionRequirement& requirement);
// The slots of a requirement's fields, ascending. Ends the program with a message when the field space lacks
// one.
std::vector<uint16_t> slots_of(const RegionRequirement& requirement);

// Whether the running task may use the region like that.
void check_requirement(TaskContext& context, const RegionRequirement& requirement, const Asking& asking);
// Whether the requirements of one task may stand together: those that share elements must not conflict.
// `points` are the regions of the points of an index launch, by point and requirement, or null.
void check_interference(const std::vector<RegionRequirement>& requirements,
                        const std::vector<LogicalRegion>* points, const Asking& asking);
// One more task of the open must epoch, whose tasks must all be able to run at the same time. `regions` of a
// point of an index launch; empty for a single task.
void join_epoch(TaskContext& context, const LaunchedTask& task, std::vector<LogicalRegion> regions);

// Notes that the fields are written, and warns once for each field of a tree that is read before anybody was
// allowed to write any of it.
void note_use(TaskContext& context, const RegionRequirement& requirement, const std::vector<uint16_t>& slots,
              const Asking& asking);
// The same for a whole operation: checks and notes.
void check_use(TaskContext& context, const RegionRequirement& requirement, const Asking& asking);
// What is there is not worth reading any more.
void note_discard(const RegionRequirement& requirement);

// The same for the parts of a requirement of an operation on one region.
RegionRequirement requirement_for(LogicalRegion region, LogicalRegion parent, const std::set<FieldID>& fields,
                                  PrivilegeMode privilege);

// Whether two tasks or requirements may use the same elements at the same time. `is_epoch`: also those that
// only exclude each other (atomic coherence) may not.
bool may_run_together(const RegionRequirement& a, const RegionRequirement& b, bool is_epoch);
// A field that both name; null when there is none.
const FieldID* common_field(const RegionRequirement& a, const RegionRequirement& b);
// Whether two regions of one tree have points in common. False when that would take long to find out.
bool surely_overlap(const LogicalRegion& a, const LogicalRegion& b);

}  // namespace Legion::Internal
