// The mappers of a program: whom to ask about which operation, and what becomes of the answers.
//
// A launched task goes this way, all of it in the launching task unless its mapper defers it:
//
//   select_task_options   the processor, and whether to run it inline
//   slice_task            of index launches: a processor for each point
//   select_tasks_to_map   now, on another processor, or after an event
//   map_task              variant, processors, instances, priority, measurements
//
// Then it runs when its dependences are met (mapped_processor.h). A task that was deferred carries one more
// dependence, which triggers when it is mapped.
//
// Thread safety: registration before the program runs or from a mapper's call; everything else from any task.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "legion/mapping/mapper_runtime.h"
#include "runtime/legion/context.h"
#include "runtime/legion/mapper/descriptions.h"
#include "runtime/legion/mapper/instance_view.h"
#include "runtime/legion/mapper/launch_mapper.h"
#include "runtime/legion/mapper/mapped_processor.h"
#include "runtime/legion/mapper/mapped_task.h"
#include "runtime/legion/mapper/mapper_lock.h"
#include "runtime/legion/mapper/task_catalog.h"

namespace palatine::legion {

class MapperManager;

// A registered mapper.
struct MapperSlot {
  std::unique_ptr<Legion::Mapping::Mapper> mapper;
  Legion::Mapping::Mapper::MapperSyncModel model;
  // Held during calls of serialized mappers.
  TaskLock calls;
  // `lock_mapper` of concurrent ones.
  TaskLock own;
  std::atomic<bool> has_warned{false};
};

// One call of a mapper; Legion::Mapping::MapperContext.
class MapperCall {
 public:
  MapperCall(MapperManager& manager_in, MapperSlot& slot_in, Legion::MapperID id,
             Legion::Processor processor_in, const char* name_in, const Legion::Mappable* subject_in);
  ~MapperCall();
  MapperCall(const MapperCall&) = delete;
  MapperCall& operator=(const MapperCall&) = delete;

  // Ends the program: `text` is what is wrong with the mapper's answer.
  [[noreturn]] void reject(const std::string& text) const;
  // Once for each mapper.
  void warn(const std::string& text) const;
  // Waits; other calls of a reentrant mapper may run meanwhile.
  void wait(realm::Event event);

  MapperManager& manager;
  MapperSlot& slot;
  const Legion::MapperID mapper_id;
  const Legion::Processor processor;
  const char* const name;
  const Legion::Mappable* const subject;
  bool is_reentrant;
  bool is_locked = false;
};

struct ReadyQueue;

class MapperManager final : public LaunchMapper {
 public:
  MapperManager(Runtime& runtime, const api::ProgramDesc& program);
  ~MapperManager() override;

  // For processor NO_PROC: for all. The mapper belongs to the manager from now on.
  void add_mapper(Legion::MapperID id, Legion::Mapping::Mapper* mapper, Legion::Processor processor);
  void replace_default_mapper(Legion::Mapping::Mapper* mapper, Legion::Processor processor) {
    add_mapper(0, mapper, processor);
  }
  Legion::Mapping::MapperRuntime* mapper_runtime() { return &mapper_runtime_; }
  bool has_mappers() const { return !slots_.empty(); }
  // Gives processors without a mapper 0 the default one.
  void add_default_mappers();
  // The main task is launched now. A program that has no mapper then cannot get one: what runs is not
  // recorded.
  void end_registration() { has_started_ = true; }

  void main_task(Task& task) override;
  bool task(ContextImpl& context, Task& task) override;
  bool points(ContextImpl& context, Batch& batch, Partition* partition, uint64_t first) override;
  void inline_mapping(ContextImpl& context, const api::MapDesc& map) override;
  void copy(ContextImpl& context, Region& source, Region& target, const api::CopyField& field) override;
  void inline_mapping(ContextImpl& context, DescribedInline& operation,
                      std::vector<Legion::LayoutConstraintSet>& layouts) override;
  void copy(ContextImpl& context, DescribedCopy& operation) override;
  void partition(ContextImpl& context, DescribedPartition& operation) override;
  void acquire(ContextImpl& context, DescribedAcquire& operation) override;
  void release(ContextImpl& context, DescribedRelease& operation) override;
  void configure(ContextImpl& context, uint32_t& limit, uint32_t& wait_until) override;
  uint64_t processor_id(const Task& task) override { return processor_of(task).id; }
  std::vector<char> tunable(ContextImpl& context, Legion::TunableID number, Legion::MapperID mapper,
                            Legion::MappingTagID tag, const void* args, size_t arglen) override;
  void begin_epoch(ContextImpl& context) override;
  void end_epoch(ContextImpl& context) override;

  // Where a running task runs.
  Legion::Processor processor_of(const Task& task);

  // For MapperRuntime.
  void send(MapperCall& from, Legion::Processor target, const void* message, size_t size, unsigned kind);
  void broadcast(MapperCall& from, const void* message, size_t size, unsigned kind);
  Legion::LayoutConstraintID add_layout(const Legion::LayoutConstraintSet& constraints);
  const Legion::LayoutConstraintSet& layout(MapperCall& call, Legion::LayoutConstraintID id);
  Forest& forest() { return runtime_.forest; }
  Runtime& runtime() { return runtime_; }
  InstanceViews& instances() { return instances_; }
  TaskCatalog& catalog() { return catalog_; }
  MappedProcessors& processors() { return processors_; }
  // Of the program in whatever language; null when there is none.
  const CatalogTask* find_task(Legion::TaskID id);
  const CatalogVariant* find_variant(Legion::TaskID id, Legion::VariantID variant);
  // Null when there is none.
  Legion::Mapping::Mapper* find_mapper(Legion::MapperID id, Legion::Processor processor);
  // Bytes that live as long as the program.
  void* keep(const void* bytes, size_t size);

 private:
  friend class MapperCall;
  typedef std::vector<Legion::Mapping::PhysicalInstance> Instances;

  MapperSlot& slot_of(Legion::MapperID id, Legion::Processor processor, const char* what);
  // Calls a mapper: body(Mapper&, MapperContext).
  template <typename Body>
  void call(Legion::MapperID id, Legion::Processor processor, const char* name,
            const Legion::Mappable* subject, Body body);
  // On a task of its own.
  void later(std::function<void()> action);

  static MappedTask* record_of(const Task& task) { return task.mapped.load(std::memory_order_acquire); }
  // Of a task that runs, or of the nearest one above that mappers are asked about; null when there is none.
  // It is made when mappers were not asked again (manager_memo.cpp).
  MappedTask* shown_record(Task& task);
  MappedTask& add_record(Task& task, MappedTask* parent, Task* parent_task);
  // Until it is finished, the parent task is not, if the record has one.
  void finish_when_done(MappedTask& record);
  // Mappers are not asked what they decided before at this place of a trace.
  bool is_memoized(ContextImpl& context, const Task& task, realm::Event asker);
  // What was decided about these tasks, the points of an index launch or a single one, need not be asked
  // again if it is nothing special and their mapper agrees. Before the tasks are released.
  void memoize(ContextImpl& context, const std::vector<MappedTask*>& records, realm::Event asker);
  // On any CPU.
  bool may_run_anywhere(const MappedTask& record) const;
  // The worker that this is called on.
  MappedProcessor& here();
  static void on_done(realm::Waiter& waiter, bool is_poisoned);
  static void run_mapped(realm::Work& work, realm::Worker& worker);
  void report(MappedTask& record, long long end_time);

  // Operations of the running task other than tasks: what they have in common, and the questions.
  template <typename Description>
  void begin(Description& description, MappedTask& parent);
  Instances ask_inline(MappedTask& parent, DescribedInline& description);
  void ask_copy(MappedTask& parent, DescribedCopy& description);

  // The task waits for its mapper; while it is analysed.
  void hold(MappedTask& record);
  // True: the launcher asked for the task to run inline.
  bool select_options(MappedTask& record);
  void enqueue(MappedTask& record);
  void schedule(ReadyQueue& queue);
  void map(MappedTask& record, const Instances* shared_instance);
  // Checks what `map_task` answered, and keeps it.
  void accept(MapperCall& call, MappedTask& record);
  void check_instances(MapperCall& call, unsigned index, const Legion::RegionRequirement& req,
                       const Instances& instances);
  void slice(MapperCall& call, const Legion::Task& task, const Legion::Domain& domain,
             std::vector<Legion::Mapping::Mapper::TaskSlice>& slices);
  Instances valid_instances(const Legion::RegionRequirement& req);

  Runtime& runtime_;
  MappedProcessors processors_;
  TaskCatalog catalog_;
  InstanceViews instances_;
  Legion::Mapping::MapperRuntime mapper_runtime_;

  bool has_started_ = false;
  std::mutex mutex_;
  std::map<Legion::Mapping::Mapper*, std::unique_ptr<MapperSlot>> slots_;
  // Whom to ask. Replaced as a whole when mappers are registered, so that calls need no lock; old ones stay
  // while somebody may look.
  typedef std::map<std::pair<Legion::MapperID, Legion::Processor>, MapperSlot*> SlotTable;
  std::atomic<const SlotTable*> by_id_{nullptr};
  std::list<SlotTable> slot_tables_;
  MappedTasks records_;
  MappedTask* main_record_ = nullptr;
  // Held while a record is made for a task that runs.
  TaskLock late_records_;
  std::map<std::pair<Legion::MapperID, Legion::Processor>, std::unique_ptr<ReadyQueue>> queues_;
  std::map<ContextImpl*, std::vector<MappedTask*>> epochs_;
  std::list<Legion::LayoutConstraintSet> layouts_;
  std::vector<const Legion::LayoutConstraintSet*> layout_by_id_;
  std::list<std::vector<char>> kept_;
  std::atomic<uint64_t> next_unique_id_{1};
};

}  // namespace palatine::legion
