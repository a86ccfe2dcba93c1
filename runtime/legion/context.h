// The running task, behind api::Context: its mappings and what it launched.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "runtime/legion/analysis.h"
#include "runtime/legion/at_once.h"
#include "runtime/legion/task.h"
#include "runtime/legion/trace_graph.h"

namespace palatine::legion {

// Lives on the stack of the running body.
class ContextImpl final : public api::Context {
 public:
  explicit ContextImpl(Task& task) : task_(task), runtime_(*task.info.runtime) {}
  ~ContextImpl();

  static ContextImpl& of(api::Context& context) { return static_cast<ContextImpl&>(context); }
  static const ContextImpl& of(const api::Context& context) {
    return static_cast<const ContextImpl&>(context);
  }

  Runtime& runtime() const { return runtime_; }
  Forest& forest() const { return runtime_.forest; }
  Task& task() const { return task_; }
  bool is_leaf() const { return task_.info.desc->is_leaf; }
  // Whether the next point of the task can use it as if it were new.
  bool is_unused() const {
    return !launches_ && sequence_ == 0 && unique_id_ == 0 && epochs_ == 0 && traces_.empty() &&
           mapped_.empty() && graves_.empty();
  }
  // Of the task's regions, `count` of them.
  void take_at_hand(const api::RegionAtHand* regions, uint32_t count) {
    at_hand_ = regions;
    at_hand_count_ = count;
  }

  // Of this task in this process; given when it is first asked for.
  uint64_t unique_id();

  // ---- names (context_names.cpp)

  // What ids name. A name that is used after its end ends the program, with the place and the task. Without a
  // place the task's declaration is told.
  Region& region(uint32_t id, api::SourceLoc loc) const {
    Region* region = forest().find_region(id);
    if (region && graves_.empty()) [[likely]]
      return *region;
    return checked(region, loc);
  }
  Partition& partition(uint32_t id, api::SourceLoc loc) const {
    Partition* partition = forest().find_partition(id);
    if (partition && graves_.empty()) [[likely]]
      return *partition;
    return checked(partition, loc);
  }
  CrossProduct& cross_product(uint32_t id, api::SourceLoc loc) const;
  Partition& first_partition(const CrossProduct& product, api::SourceLoc loc) const {
    return partition(product.partitions[0], loc);
  }
  // After everything that was launched. A second time does nothing.
  void destroy(RootRegion& root);
  void destroy(Partition& partition);
  void destroy(api::PhaseBarrier barrier);

  // ---- scratch fields (scratch_fields.cpp)

  void allocate_scratch_fields(std::span<const api::Region> regions, std::span<const uint16_t> fields,
                               uint32_t* ids, api::SourceLoc loc);
  // Ends the program when the task cannot have this scratch field of the region.
  void use_scratch_field(const Region& region, uint32_t field, api::SourceLoc loc);

  // ---- mapping (mapping.cpp)

  // At the start: gives memory to the fields that the task's parameters name, unless the task is inner.
  void map_parameters();
  void map(const api::MapDesc* maps, uint32_t count, api::SourceLoc loc);
  void unmap(const api::MapDesc* maps, uint32_t count);
  // `field` is a field of the tree.
  api::FieldAddress field(Region& region, uint32_t field);
  // Waits until nothing that was launched writes the field, and gives its address: for reading it at once.
  // With `writes`, also until nothing reads it: for writing it at once.
  api::FieldAddress read_now(Region& region, uint32_t field, api::SourceLoc loc, bool writes = false);
  // Makes the host's values of what is mapped, and of `also` for a moment, the newest ones: after mapping,
  // and after waiting for what conflicts.
  void move_mapped_home(const Use* also = nullptr);
  // Whether the task itself has data mapped that conflicts with `use`.
  bool conflicts_with_mapped(const Use& use) const;
  // Counts memory for what a use maps. What is launched for it waits for the event.
  realm::Event reserve(const Use& use, const char* task_name, api::SourceLoc loc) {
    if (use.region->root->has_reserved(use.group, use.mask)) [[likely]]
      return realm::Event::none();
    return forest().memory_plan().reserve(*use.region->root, use.group, use.mask, WhoMaps{task_name, loc},
                                          task_, sequence_);
  }
  // The numbers of `count` launches, the first one.
  uint32_t next_sequence(uint64_t count) {
    const uint32_t first = sequence_ + 1;
    sequence_ += static_cast<uint32_t>(count);
    return first;
  }

  // For the schedule log: what the task has mapped now, and `also` for a moment.
  void log_mapped(bool is_new, const Use* also = nullptr);

  // ---- launching (launch.cpp)

  // Suspends the task while too many sub-operations are outstanding.
  void throttle();
  // See Runtime::task_info.
  const TaskInfo& task_info(const api::TaskDesc& desc);
  Analysis& dependences();
  // Null before the first launch.
  TraceGraphs* graphs() { return launches_ ? &launches_->graphs : nullptr; }
  // What every new operation has to wait for: the last fence.
  realm::Event fence() const { return launches_ ? launches_->fence : realm::Event(); }
  // Remembers an operation's event until it triggers, for fences.
  void add_live(realm::Event event);
  // For the schedule log: a task whose analysis is done; it waits for `also` too.
  void log_launch(Task& task, api::SourceLoc loc, realm::Event also = realm::Event::none());
  // Until what was launched and conflicts with what the task has mapped is complete.
  void wait_blocking(realm::Event done);
  // Triggers when everything launched so far is complete.
  realm::Event all_launched();
  // The same, and what devices have to do for it is over.
  realm::Event all_over();
  void execution_fence(bool blocks);

  api::Future launch(const api::LaunchSiteDesc& site, const void* args, const api::ConditionList& conditions,
                     const api::FutureArg* futures, uint32_t future_count);
  void fill(Region& region, uint32_t field, const void* value, uint32_t size_bytes, api::SourceLoc loc);

  // Of one field of the trees. Triggers when it is done.
  realm::Event copy(Region& source, Region& target, const api::CopyField& field,
                    std::span<const api::PhaseBarrier> awaits, api::SourceLoc loc);
  // An operation that uses the fields, ascending numbers of the tree's, and does nothing (acquire.cpp).
  // Begins when `precondition` triggers, too. The result triggers when it is complete.
  realm::Event order(Region& region, const uint16_t* fields, uint32_t count,
                     const api::ConditionList& conditions, realm::Event precondition = {});
  void begin_epoch();
  void end_epoch();
  bool is_in_epoch() const { return epochs_ > 0; }
  // A trace within another one, which ids below `kNestingTraces` must not have, is part of that.
  static constexpr uint64_t kNestingTraces = uint64_t{1} << 32;
  void begin_trace(uint64_t id);
  void end_trace(uint64_t id);
  // Whether the next launch may go to lanes (lanes.h) if it is the one that was recorded.
  bool has_lanes() const { return launches_ && launches_->dependences.lanes(); }
  // Whether what is launched now cannot conflict with what the task does itself.
  bool is_undisturbed() const { return mapped_.empty() && epochs_ == 0; }

  // The accesses of a task by the fields and regions of the trees: projected arguments and lists of regions
  // are replaced by what they stand for. `room` keeps what the result refers to.
  using Accesses = std::span<const TaskInfo::Access>;
  Accesses accesses_of(const TaskInfo& info, const char* args, api::SourceLoc loc,
                       std::vector<TaskInfo::Access>& room) const;
  // The region that an argument struct names for an access that `accesses_of` gave.
  Use use_of(const TaskInfo::Access& access, const char* args, api::SourceLoc loc) const {
    if (access.region)
      return Use{access.region, access.group, access.mask, access.is_write, access.is_shared};
    uint32_t id = *reinterpret_cast<const uint32_t*>(args + access.offset);
    return Use{&region(id, loc), access.group, access.mask, access.is_write, access.is_shared};
  }

 private:
  // What this task destroyed. The objects stay until they have ended and the task destroys more, so that uses
  // of their names are found out and nobody frees what the task is looking at.
  struct Grave {
    realm::Event end;
    RootRegion* root;
    std::vector<Partition*> partitions;  // all that were there
  };
  Region& checked(Region* region, api::SourceLoc loc) const;
  Partition& checked(Partition* partition, api::SourceLoc loc) const;
  void take_scratch_field(const Region& region, uint32_t field);
  void give_back_scratch_fields();
  [[noreturn]] void fail_gone(const char* what, const RootRegion* root, api::SourceLoc loc) const;
  void bury(realm::Event end, RootRegion& root, std::vector<Partition*> partitions);
  void clear(const Grave& grave);

  // Made with the first launch: most tasks are leaves.
  struct Launches {
    Launches(Forest& forest, bool may_run_at_once) : dependences(forest), at_once(may_run_at_once) {}
    Analysis dependences;
    std::vector<realm::Event> live;
    size_t clean_live_at = 64;
    realm::Event fence;
    // See `throttle`: how many sub-operations may be outstanding, and to how few it then waits.
    uint32_t window = 0;
    uint32_t resume_at = 0;
    // The last tasks that were launched, by their descriptors' addresses.
    static constexpr size_t kKnownTasks = 16;
    const TaskInfo* known_tasks[kKnownTasks] = {};
    AtOnce at_once;
    TraceGraphs graphs;
  };
  Launches& launches();
  // Runs a leaf now, if nothing that it waits for is outstanding and nobody else has a say in it: see
  // at_once.h. False when it did not.
  bool run_at_once(const TaskInfo& info, const api::LaunchSiteDesc& site, const void* args,
                   api::Future& result);
  void begin_outer_trace(uint64_t id);
  // Until what was launched and conflicts with `use` is complete.
  void wait_for(const Use& use);

  Task& task_;
  Runtime& runtime_;
  int epochs_ = 0;
  std::vector<uint64_t> traces_;  // the open ones
  uint32_t sequence_ = 0;         // the number of the last launch
  std::unique_ptr<Launches> launches_;
  uint64_t unique_id_ = 0;  // 0: not asked for
  // What the task may access now. Parameters of leaf tasks are not listed: they stay mapped.
  std::vector<Use> mapped_;
  std::vector<Grave> graves_;
  // What the task allocated, with the number in the tree. It keeps the trees.
  std::vector<std::pair<RootRegion*, uint32_t>> scratch_fields_;
  size_t clean_graves_at_ = 8;
};

}  // namespace palatine::legion
