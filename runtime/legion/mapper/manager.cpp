// Registration, calls of mappers, and records of tasks. The rest of MapperManager is in manager_launch.cpp
// (until map_task), manager_map.cpp (map_task and what becomes of its answer) and manager_operations.cpp.
#include "runtime/legion/mapper/manager.h"

#include "mappers/default_mapper.h"
#include "runtime/legion/mapper/cpp_face.h"
#include "runtime/legion/mapper/manager_call.h"
#include "runtime/legion/mapper/mapper_error.h"
#include "runtime/legion/mapper/ready_queue.h"

namespace palatine::legion {

using Legion::Mapping::Mapper;

// ---- calls

namespace {

std::string described(const Legion::Mappable* subject) {
  if (!subject) return "";
  if (const Legion::Task* task = subject->as_task()) {
    return std::string(" for task `") + task->get_task_name() + "` (id " +
           std::to_string(task->get_unique_id()) + ")";
  }
  const Legion::Task* parent = subject->get_parent_task();
  return parent ? std::string(" in task `") + parent->get_task_name() + "`" : "";
}

}  // namespace

MapperCall::MapperCall(MapperManager& manager_in, MapperSlot& slot_in, Legion::MapperID id,
                       Legion::Processor processor_in, const char* name_in,
                       const Legion::Mappable* subject_in)
    : manager(manager_in),
      slot(slot_in),
      mapper_id(id),
      processor(processor_in),
      name(name_in),
      subject(subject_in),
      is_reentrant(slot_in.model == Mapper::SERIALIZED_REENTRANT_MAPPER_MODEL) {
  if (slot.model != Mapper::CONCURRENT_MAPPER_MODEL) slot.calls.lock();
}

MapperCall::~MapperCall() {
  if (is_locked) slot.own.unlock();
  if (slot.model != Mapper::CONCURRENT_MAPPER_MODEL) slot.calls.unlock();
}

void MapperCall::reject(const std::string& text) const {
  mapping_error("mapper `%s`, call %s%s: %s", slot.mapper->get_mapper_name(), name,
                described(subject).c_str(), text.c_str());
}

void MapperCall::warn(const std::string& text) const {
  if (slot.has_warned.exchange(true, std::memory_order_relaxed)) return;
  fprintf(stderr, "warning: mapper `%s`, call %s%s: %s\n", slot.mapper->get_mapper_name(), name,
          described(subject).c_str(), text.c_str());
}

void MapperCall::wait(realm::Event event) {
  if (event.has_triggered()) return;
  const bool gives_way = is_reentrant && slot.model == Mapper::SERIALIZED_REENTRANT_MAPPER_MODEL;
  if (gives_way) slot.calls.unlock();
  realm::wait(event);
  if (gives_way) slot.calls.lock();
}

MapperSlot& MapperManager::slot_of(Legion::MapperID id, Legion::Processor processor, const char* what) {
  const SlotTable& table = *by_id_.load(std::memory_order_acquire);
  auto found = table.find({id, processor});
  if (found == table.end()) found = table.find({id, Legion::Processor::NO_PROC});
  if (found == table.end()) {
    mapping_error("call %s: no mapper with id %u is registered for processor %llx", what, id,
                  static_cast<unsigned long long>(processor.id));
  }
  return *found->second;
}

namespace {

struct LaterCall {
  std::function<void()> action;
  struct Start : realm::Work {
    LaterCall* call;
  } start;
};

}  // namespace

void MapperManager::later(std::function<void()> action) {
  auto* call = new LaterCall{std::move(action), {}};
  call->start.call = call;
  call->start.run = [](realm::Work& work, realm::Worker& worker) {
    LaterCall* self = static_cast<LaterCall::Start&>(work).call;
    realm::Fiber& fiber =
        realm::Fiber::acquire([](void* c) { static_cast<LaterCall*>(c)->action(); },
                              [](void* c, realm::Worker&) { delete static_cast<LaterCall*>(c); }, self);
    worker.run_fiber(fiber);
  };
  runtime_.scheduler.submit(call->start);
}

// ---- registration

MapperManager::MapperManager(Runtime& runtime, const api::ProgramDesc& program)
    : runtime_(runtime),
      processors_(runtime.scheduler),
      instances_(runtime.forest, Realm::Machine::MemoryQuery(Realm::Machine::get_machine())
                                     .only_kind(Realm::Memory::SYSTEM_MEM)
                                     .first()) {
  by_id_ = &slot_tables_.emplace_back();
  // Number 0 is no layout.
  layout_by_id_.push_back(nullptr);
  for (uint32_t k = 0; k < program.task_count; ++k) catalog_.task_of(*program.tasks[k]);
}

MapperManager::~MapperManager() {
  delete main_record_;
}

void MapperManager::add_mapper(Legion::MapperID id, Mapper* mapper, Legion::Processor processor) {
  if (!mapper) mapping_error("a mapper that is registered with id %u is null", id);
  if (has_started_ && !runtime_.mapper) {
    mapping_error(
        "mapper `%s` is registered while the program runs, which had none when it started: register it in a "
        "registration callback",
        mapper->get_mapper_name());
  }
  std::lock_guard lock(mutex_);
  std::unique_ptr<MapperSlot>& slot = slots_[mapper];
  if (!slot) {
    slot = std::make_unique<MapperSlot>();
    slot->mapper.reset(mapper);
    slot->model = mapper->get_mapper_sync_model();
  }
  SlotTable& table = slot_tables_.emplace_back(slot_tables_.back());
  if (!processor.exists()) {
    // It replaces those of single processors.
    std::erase_if(table, [id](const auto& entry) { return entry.first.first == id; });
  }
  table[{id, processor}] = slot.get();
  by_id_.store(&table, std::memory_order_release);
}

void MapperManager::add_default_mappers() {
  for (auto& processor : processors_.all()) {
    const SlotTable& table = slot_tables_.back();
    if (table.count({0, processor->handle}) || table.count({0, Legion::Processor::NO_PROC})) continue;
    add_mapper(0,
               new Legion::Mapping::DefaultMapper(&mapper_runtime_, Realm::Machine::get_machine(),
                                                  processor->handle),
               processor->handle);
  }
}

void* MapperManager::keep(const void* bytes, size_t size) {
  std::lock_guard lock(mutex_);
  const char* first = static_cast<const char*>(bytes);
  kept_.emplace_back(first, first + size);
  return kept_.back().data();
}

Legion::LayoutConstraintID MapperManager::add_layout(const Legion::LayoutConstraintSet& constraints) {
  if (cpp_face) return cpp_face->add_layout(constraints);
  std::lock_guard lock(mutex_);
  layouts_.push_back(constraints);
  layout_by_id_.push_back(&layouts_.back());
  return layout_by_id_.size() - 1;
}

const Legion::LayoutConstraintSet& MapperManager::layout(MapperCall& call, Legion::LayoutConstraintID id) {
  if (cpp_face) {
    const Legion::LayoutConstraintSet* found = cpp_face->find_layout(id);
    if (!found) call.reject("there is no layout " + std::to_string(id));
    return *found;
  }
  std::lock_guard lock(mutex_);
  if (id == 0 || id >= layout_by_id_.size() || !layout_by_id_[id]) {
    call.reject("there is no layout " + std::to_string(id));
  }
  return *layout_by_id_[id];
}

const CatalogTask* MapperManager::find_task(Legion::TaskID id) {
  return cpp_face ? cpp_face->find_task(id) : catalog_.find(id);
}

const CatalogVariant* MapperManager::find_variant(Legion::TaskID id, Legion::VariantID variant) {
  const CatalogTask* task = find_task(id);
  return task ? task->find(variant) : nullptr;
}

Mapper* MapperManager::find_mapper(Legion::MapperID id, Legion::Processor processor) {
  const SlotTable& table = *by_id_.load(std::memory_order_acquire);
  auto found = table.find({id, processor});
  if (found == table.end()) found = table.find({id, Legion::Processor::NO_PROC});
  // Of all processors: any.
  if (found == table.end() && !processor.exists()) found = table.lower_bound({id, processor});
  return found == table.end() || found->first.first != id ? nullptr : found->second->mapper.get();
}

// ---- records

MappedTask& MapperManager::add_record(Task& task, MappedTask* parent, Task* parent_task) {
  MappedTask& record = records_.take();
  record.task = &task;
  record.parent = parent;
  record.parent_task = parent_task;
  record.create_time = now_ns();
  DescribedTask& description = record.description;
  description.unique_id = next_unique_id_.fetch_add(1, std::memory_order_relaxed);
  if (parent) {
    description.parent_task = &parent->description;
    description.depth = parent->description.depth + 1;
    description.orig_proc = parent->description.current_proc;
    description.current_proc = parent->description.current_proc;
  }
  if (const char* file = task.info.desc->loc.file) {
    record.provenance = std::string(file) + ":" + std::to_string(task.launch_line);
  }
  description.provenance = record.provenance;
  if (cpp_face) {
    cpp_face->describe(description, task);
    // The launcher's text goes with the launch.
    record.provenance = description.provenance;
    description.provenance = record.provenance;
  } else {
    description.task_id = catalog_.task_of(*task.info.desc).id;
    describe(description, runtime_.forest, task);
  }
  record.done.record = &record;
  record.done.manager = this;
  record.done.fire = &MapperManager::on_done;
  task.mapped.store(&record, std::memory_order_release);
  return record;
}

void MapperManager::finish_when_done(MappedTask& record) {
  if (record.parent_task) record.parent_task->add_children(1);
  realm::Event done = record.task->done;
  bool is_poisoned;
  if (!done.subscribe(record.done, is_poisoned)) realm::internal_error("a task is complete before it runs");
}

void MapperManager::on_done(realm::Waiter& waiter, bool) {
  auto& done = static_cast<MappedTask::DoneWaiter&>(waiter);
  MappedTask& record = *done.record;
  MapperManager& manager = *done.manager;
  Task* parent = record.parent_task;
  if (record.output.task_prof_requests.empty()) {
    manager.records_.give_back(record);
    if (parent) Task::child_done(parent, 1);
    return;
  }
  const long long end_time = now_ns();
  manager.later([&manager, &record, parent, end_time] {
    manager.report(record, end_time);
    manager.records_.give_back(record);
    Task::child_done(parent, 1);
  });
}

// What the workers call instead of the task's own start: sends it to its processor.
void MapperManager::run_mapped(realm::Work& work, realm::Worker& worker) {
  Task& task = static_cast<Task&>(static_cast<Operation&>(work));
  auto& self = static_cast<MapperManager&>(*task.info.runtime->mapper);
  MappedTask* record = self.record_of(task);
  record->ready_time = now_ns();
  // Any CPU: this worker's is one.
  const int priority = record->output.task_priority;
  if (priority == 0 && record->targets.size() > 1 && self.may_run_anywhere(*record)) {
    record->description.current_proc = self.here().handle;
    record->start_time = record->ready_time;
    task.execute(worker);
    return;
  }
  MappedProcessor* best = record->targets.front();
  for (MappedProcessor* candidate : record->targets) {
    if (candidate->load() < best->load()) best = candidate;
  }
  record->description.current_proc = best->handle;
  best->push(task, priority);
}

}  // namespace palatine::legion
