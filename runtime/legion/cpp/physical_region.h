// Mapped regions.
#pragma once

#include "runtime/legion/cpp/running_task.h"

namespace Legion::Internal {

struct ArgumentLayout;
struct Attachment;

// What follows when a region that the task has mapped is unmapped for the first time.
struct EndOfMapping {
  std::vector<PhaseBarrier> arrivals;
  // For grants.
  realm::UserEvent event;
};

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
  std::unique_ptr<EndOfMapping> end;
  // What the variant, the mapper or the launcher want of the memory while it is mapped.
  std::vector<LayoutConstraintSet> wanted;
  // Memory of its own that is like that, or null.
  std::shared_ptr<ArgumentLayout> layout;
  // Of `slots`: for which fields, and when.
  FieldSpace slots_space;
  uint64_t slots_epoch = 0;
};

// A task's argument, mapped by the core unless the variant is inner. `chosen`: what a mapper wants, or null.
// `region` may be what an earlier task with requirements like these had.
void map_argument(TaskContext& context, unsigned index, const Variant& variant, const ChosenLayouts* chosen,
                  PhysicalRegion& region);
// For the runtime's own purposes; mappers are not asked.
PhysicalRegion map_inline(TaskContext& context, const RegionRequirement& requirement, const char* call);
// Ends the program with a message when the task has mapped what conflicts with it: it would wait for itself.
void check_not_mapped(const TaskContext& context, const RegionRequirement& wanted, const char* call);
void map_again(TaskContext& context, PhysicalRegion& region);
void unmap(TaskContext& context, PhysicalRegion& region);
// Gives a region that was just mapped the memory that is wanted, and ends that.
void lay_out(TaskContext& context, PhysicalRegionImpl& impl);
void end_layout(PhysicalRegionImpl& impl);

// While something is launched: what the task has mapped with memory of its own lies in the regions.
class LayoutsAside {
 public:
  explicit LayoutsAside(TaskContext& context) : context_(context) {
    if (context.has_layouts) store();
  }
  ~LayoutsAside() {
    if (context_.has_layouts) load();
  }
  LayoutsAside(const LayoutsAside&) = delete;
  LayoutsAside& operator=(const LayoutsAside&) = delete;

 private:
  void store();
  void load();
  TaskContext& context_;
};

// Fields that nobody has mapped before have no memory.
void give_memory(TaskContext& context, const RegionRequirement& requirement);

// The task ends.
void forget_context(PhysicalRegion& region);

}  // namespace Legion::Internal
