// Mapped regions.
#pragma once

#include "runtime/legion/cpp/running_task.h"

namespace Legion::Internal {

struct Attachment;

// Counted; used by one task only.
struct PhysicalRegionImpl {
  uint32_t references = 1;
  TaskContext* context = nullptr;  // null after the task's end
  RegionRequirement requirement;
  bool is_mapped = false;
  // An argument of the task.
  bool is_argument = false;
  std::vector<uint16_t> slots;
  // External data behind it, or null.
  std::shared_ptr<Attachment> attachment;
  // The layout in memory of its own that the variant wants, or null.
  std::shared_ptr<Attachment> layout;
  std::vector<char> layout_memory;
  // Of `slots`: for which fields, and when.
  FieldSpace slots_space;
  uint64_t slots_epoch = 0;
};

// A task's argument, mapped by the core unless the variant is inner. `region` may be what an earlier task
// with requirements like these had.
void map_argument(TaskContext& context, unsigned index, PhysicalRegion& region);
PhysicalRegion map_inline(TaskContext& context, const RegionRequirement& requirement, const char* call);
// Ends the program with a message when the task has mapped what conflicts with it: it would wait for itself.
void check_not_mapped(const TaskContext& context, const RegionRequirement& wanted, const char* call);
void map_again(TaskContext& context, PhysicalRegion& region);
void unmap(TaskContext& context, PhysicalRegion& region);
// Copies an argument to the layout that the variant wants, and back at the body's end.
void lay_out_argument(TaskContext& context, unsigned index, PhysicalRegionImpl& impl);
void write_back_argument(PhysicalRegionImpl& impl);
void place_in_layout(const PhysicalRegionImpl& impl, FieldID field, FieldPlacement& placement);
// The task ends.
void forget_context(PhysicalRegion& region);

}  // namespace Legion::Internal
