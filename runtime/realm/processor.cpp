#include "runtime/realm/processor.h"

#include <dlfcn.h>

#include <algorithm>

#include "realm/codedesc.h"
#include "realm/id.h"
#include "realm/profiling.h"
#include "runtime/realm/handle_slots.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/process.h"
#include "runtime/realm/process_state.h"
#include "runtime/realm/task.h"
#include "runtime/realm/worker.h"

namespace palatine::realm {

ProcessorState::ProcessorState(Realm::Processor handle, Realm::Processor::Kind kind, Scheduler& scheduler,
                               int numa_node, Gpu* gpu)
    : handle(handle), kind(kind), numa_node(numa_node), gpu(gpu), scheduler_(scheduler) {
  Work::run = &run_tasks;
  tables_.push_back(std::make_unique<Table>());
  table_.store(tables_.back().get(), std::memory_order_release);
  group_lists_.push_back(std::make_unique<Groups>());
  groups_.store(group_lists_.back().get(), std::memory_order_release);
}

ProcessorState::~ProcessorState() = default;

bool ProcessorState::wake() {
  if (is_active_.load(std::memory_order_seq_cst)) return false;
  if (is_active_.exchange(true, std::memory_order_seq_cst)) return false;
  scheduler_.submit(*this);
  return true;
}

void ProcessorState::resume_kept(Task& task, bool is_polling) {
  kept_.store(&task, std::memory_order_relaxed);
  is_polling ? scheduler_.submit_last(*this) : scheduler_.submit(*this);
}

Task* ProcessorState::pop_best() {
  const Groups& groups = *groups_.load(std::memory_order_acquire);
  if (groups.empty()) return queue.pop();
  for (;;) {
    ReadyQueue* from = &queue;
    for (GroupState* group : groups) {
      if (group->queue.best() > from->best()) from = &group->queue;
    }
    if (Task* task = from->pop()) return task;
    if (from == &queue && from->best() == ReadyQueue::kEmpty) return nullptr;
  }
}

Task* ProcessorState::take() {
  for (;;) {
    if (Task* task = pop_best()) return task;
    is_active_.store(false, std::memory_order_seq_cst);
    bool is_empty = queue.best() == ReadyQueue::kEmpty;
    for (GroupState* group : *groups_.load(std::memory_order_acquire)) {
      is_empty = is_empty && group->queue.best() == ReadyQueue::kEmpty;
    }
    if (is_empty || is_active_.exchange(true, std::memory_order_seq_cst)) return nullptr;
  }
}

void ProcessorState::run_tasks(Work& work, Worker& worker) {
  ProcessorState& self = static_cast<ProcessorState&>(work);
  constexpr int kTurns = 32;
  for (int turn = 0; turn < kTurns; ++turn) {
    Task* task = self.kept_.load(std::memory_order_relaxed);
    if (task) {
      self.kept_.store(nullptr, std::memory_order_relaxed);
    } else {
      task = self.take();
      if (!task) return;
    }
    worker.keeps_processor = false;
    task->run_on(self, worker);
    if (worker.keeps_processor) return;
  }
  self.scheduler_.submit_last(self);
}

const TaskEntry* ProcessorState::find_task(Realm::Processor::TaskFuncID id) const {
  const Table& table = *table_.load(std::memory_order_acquire);
  auto found = table.tasks.find(id);
  return found == table.tasks.end() ? nullptr : found->second;
}

bool ProcessorState::register_task(Realm::Processor::TaskFuncID id, const TaskEntry& entry) {
  std::lock_guard lock(change_mutex_);
  const Table& old = *table_.load(std::memory_order_relaxed);
  if (old.tasks.count(id)) return false;
  entries_.push_back(std::make_unique<TaskEntry>(entry));
  auto made = std::make_unique<Table>(old);
  made->tasks[id] = entries_.back().get();
  tables_.push_back(std::move(made));
  table_.store(tables_.back().get(), std::memory_order_release);
  return true;
}

void ProcessorState::join(GroupState& group) {
  std::lock_guard lock(change_mutex_);
  auto made = std::make_unique<Groups>(*groups_.load(std::memory_order_relaxed));
  made->push_back(&group);
  group_lists_.push_back(std::move(made));
  groups_.store(group_lists_.back().get(), std::memory_order_release);
}

void ProcessorState::leave(GroupState& group) {
  std::lock_guard lock(change_mutex_);
  auto made = std::make_unique<Groups>(*groups_.load(std::memory_order_relaxed));
  made->erase(std::remove(made->begin(), made->end(), &group), made->end());
  group_lists_.push_back(std::move(made));
  groups_.store(group_lists_.back().get(), std::memory_order_release);
}

// ---- groups

namespace {

HandleSlots<GroupState>& groups() {
  static auto* instance = new HandleSlots<GroupState>(1u << 20, UINT32_MAX);
  return *instance;
}

GroupState* find_group(Realm::Processor handle) {
  Realm::ID id(handle.id);
  if (!id.is_procgroup()) return nullptr;
  GroupState* group = groups().find(id.pgroup_pgroup_idx());
  if (!group || !group->exists.load(std::memory_order_acquire)) return nullptr;
  return group;
}

void destroy_group(Realm::Processor handle) {
  GroupState* group = find_group(handle);
  if (!group || !group->exists.exchange(false)) {
    bad_use("ProcessorGroup::destroy", "%llx is no processor group", handle.id);
  }
  group->task_left();
}

}  // namespace

void GroupState::push(Task& task, int priority) {
  // Keeps the members in place: a task that runs at once may be the last of a group that is destroyed.
  pending.fetch_add(1, std::memory_order_relaxed);
  queue.push(task, priority);
  for (ProcessorState* member : members) {
    if (member->wake()) break;
  }
  task_left();
}

void GroupState::task_left() {
  if (pending.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  for (ProcessorState* member : members) member->leave(*this);
  members.clear();
  groups().give_back(place);
}

Target find_target(Realm::Processor handle) {
  Target target;
  target.group = find_group(handle);
  if (!target.group) target.processor = find_processor(handle);
  return target;
}

Target need_target(Realm::Processor handle, const char* call) {
  need_runtime(call);
  Target target = find_target(handle);
  if (!target) bad_use(call, "%llx is no processor", handle.id);
  return target;
}

namespace {

// The function of a task, or the end of the program.
TaskEntry entry_of(const Realm::CodeDescriptor& code, Realm::Processor::TaskFuncID id, const void* user_data,
                   size_t user_data_bytes, const char* call) {
  TaskEntry entry;
  const char* bytes = static_cast<const char*>(user_data);
  entry.user_data.assign(bytes, bytes + user_data_bytes);
  static const Realm::Type task_type = Realm::Type::from_cpp_type<Realm::Processor::TaskFuncPtr>();
  static const Realm::Type stream_task_type =
      Realm::Type::from_cpp_type<Realm::Cuda::StreamAwareTaskFuncPtr>();
  const bool gets_stream = code.type() == stream_task_type;
  if (code.type().is_valid() && code.type() != task_type && !gets_stream) {
    std::ostringstream type;
    type << code.type();
    bad_use(call, "the code of task %u has the type %s, which is not a task's", id, type.str().c_str());
  }
  if (const auto* function = code.find_impl<Realm::FunctionPointerImplementation>()) {
    if (gets_stream) entry.stream_function = function->get_impl<Realm::Cuda::StreamAwareTaskFuncPtr>();
    if (!gets_stream) entry.function = function->get_impl<Realm::Processor::TaskFuncPtr>();
    if (!entry.function && !entry.stream_function) bad_use(call, "the function of task %u is null", id);
    return entry;
  }
  const auto* symbol = code.find_impl<Realm::DSOReferenceImplementation>();
  if (!symbol) bad_use(call, "the code of task %u has no function", id);
  void* library = dlopen(symbol->dso_name.empty() ? nullptr : symbol->dso_name.c_str(), RTLD_NOW);
  void* address = library ? dlsym(library, symbol->symbol_name.c_str()) : nullptr;
  if (!address) {
    const char* reason = dlerror();
    bad_use(call, "the code of task %u was not found: %s", id, reason ? reason : symbol->symbol_name.c_str());
  }
  if (gets_stream) entry.stream_function = reinterpret_cast<Realm::Cuda::StreamAwareTaskFuncPtr>(address);
  if (!gets_stream) entry.function = reinterpret_cast<Realm::Processor::TaskFuncPtr>(address);
  return entry;
}

void register_on(ProcessorState& processor, Realm::Processor::TaskFuncID id, const TaskEntry& entry,
                 const char* call) {
  if (entry.stream_function && !processor.gpu) {
    bad_use(call, "the function of task %u takes a stream, which processor %llx (%s) has not", id,
            processor.handle.id, Realm::Processor::get_kind_name(processor.kind));
  }
  if (!processor.register_task(id, entry)) {
    bad_use(call, "task %u is already registered on processor %llx (%s)", id, processor.handle.id,
            Realm::Processor::get_kind_name(processor.kind));
  }
}

// What registering reports: it is done at once.
Realm::Event report_registered(const char* call, const Realm::ProfilingRequestSet& requests) {
  if (requests.empty()) return Realm::Event::NO_EVENT;
  return run_operation(call, Operation::Place::kInline, requests, Realm::Event::NO_EVENT, [](Operation&) {});
}

}  // namespace

}  // namespace palatine::realm

namespace Realm {

namespace core = palatine::realm;

Processor::Kind Processor::kind() const {
  if (!exists()) return NO_KIND;
  core::Target target = core::need_target(*this, "Processor::kind");
  return target.group ? PROC_GROUP : target.processor->kind;
}

AddressSpace Processor::address_space() const {
  return 0;
}

int Processor::get_num_cores() const {
  core::Target target = core::need_target(*this, "Processor::get_num_cores");
  return target.group ? static_cast<int>(target.group->members.size()) : 1;
}

Processor Processor::create_group(const span<const Processor>& members) {
  return ProcessorGroup::create_group(members);
}

void Processor::get_group_members(std::vector<Processor>& member_list) const {
  core::Target target = core::need_target(*this, "Processor::get_group_members");
  member_list.clear();
  if (target.processor) {
    member_list.push_back(*this);
    return;
  }
  for (core::ProcessorState* member : target.group->members) member_list.push_back(member->handle);
}

void Processor::get_group_members(Processor* member_list, size_t& num_members) const {
  std::vector<Processor> members;
  get_group_members(members);
  if (member_list) std::copy_n(members.begin(), std::min(num_members, members.size()), member_list);
  num_members = members.size();
}

Event Processor::spawn(TaskFuncID func_id, const void* args, size_t arglen,
                       const ProfilingRequestSet& requests, Event wait_on, int priority) const {
  const char* call = "Processor::spawn";
  if (!args && arglen > 0)
    core::bad_use(call, "the %zu bytes of arguments of task %u are null", arglen, func_id);
  auto* task =
      new core::Task(call, core::need_target(*this, call), func_id, args, arglen, requests, priority);
  return task->launch(wait_on);
}

Event Processor::spawn(TaskFuncID func_id, const void* args, size_t arglen, Event wait_on,
                       int priority) const {
  static const ProfilingRequestSet* const none = new ProfilingRequestSet;
  return spawn(func_id, args, arglen, *none, wait_on, priority);
}

Processor Processor::get_executing_processor() {
  core::Task* task = core::Task::current();
  return task ? task->processor() : NO_PROC;
}

Event Processor::get_current_finish_event() {
  core::Task* task = core::Task::current();
  return task ? task->finish_event() : Event::NO_EVENT;
}

void Processor::set_current_task_priority(int new_priority) {
  core::Task* task = core::Task::current();
  if (!task) core::bad_use("Processor::set_current_task_priority", "no task is running");
  task->set_own_priority(new_priority);
}

void Processor::enable_scheduler_lock() {
  core::Task* task = core::Task::current();
  if (!task) core::bad_use("Processor::enable_scheduler_lock", "no task is running");
  task->lock_processor();
}

void Processor::disable_scheduler_lock() {
  core::Task* task = core::Task::current();
  if (!task) core::bad_use("Processor::disable_scheduler_lock", "no task is running");
  if (!task->unlock_processor()) {
    core::bad_use("Processor::disable_scheduler_lock", "the task has not enabled the lock");
  }
}

Event Processor::register_task(TaskFuncID func_id, const CodeDescriptor& codedesc,
                               const ProfilingRequestSet& prs, const void* user_data,
                               size_t user_data_len) const {
  const char* call = "Processor::register_task";
  core::Target target = core::need_target(*this, call);
  core::TaskEntry entry = core::entry_of(codedesc, func_id, user_data, user_data_len, call);
  if (target.processor) {
    core::register_on(*target.processor, func_id, entry, call);
  } else {
    for (core::ProcessorState* member : target.group->members) {
      core::register_on(*member, func_id, entry, call);
    }
  }
  return core::report_registered(call, prs);
}

Event Processor::register_task_by_kind(Kind target_kind, bool, TaskFuncID func_id,
                                       const CodeDescriptor& codedesc, const ProfilingRequestSet& prs,
                                       const void* user_data, size_t user_data_len) {
  const char* call = "Processor::register_task_by_kind";
  core::need_runtime(call);
  core::TaskEntry entry = core::entry_of(codedesc, func_id, user_data, user_data_len, call);
  for (auto& processor : core::processors()) {
    if (target_kind == NO_KIND || processor->kind == target_kind) {
      core::register_on(*processor, func_id, entry, call);
    }
  }
  return core::report_registered(call, prs);
}

const char* Processor::get_kind_name(Kind kind) {
  switch (kind) {
#define REALM_KIND_NAME(name, desc) \
  case name:                        \
    return #name;
    REALM_PROCESSOR_KINDS(REALM_KIND_NAME)
#undef REALM_KIND_NAME
  }
  return "UNKNOWN_KIND";
}

ProcessorGroup ProcessorGroup::create_group(const Processor* members, size_t num_members) {
  const char* call = "ProcessorGroup::create_group";
  core::need_runtime(call);
  std::vector<core::ProcessorState*> states;
  for (size_t k = 0; k < num_members; ++k) {
    core::ProcessorState* state = core::find_processor(members[k]);
    if (!state) core::bad_use(call, "member %zu (%llx) is no processor", k, members[k].id);
    states.push_back(state);
  }
  if (states.empty()) core::bad_use(call, "a group needs a member");
  uint32_t place;
  core::GroupState* group = core::groups().take(place);
  if (!group) core::bad_use(call, "too many groups exist");
  group->place = place;
  group->members = states;
  group->pending.store(1, std::memory_order_relaxed);
  for (core::ProcessorState* state : states) state->join(*group);
  group->exists.store(true, std::memory_order_release);
  // Groups get the numbers of those that are gone again: programs count on it.
  return ProcessorGroup(ID::make_procgroup(0, 0, place).id);
}

void ProcessorGroup::destroy(Event wait_on) const {
  const char* call = "ProcessorGroup::destroy";
  core::need_runtime(call);
  if (!core::find_group(*this)) core::bad_use(call, "%llx is no processor group", id);
  ProcessorGroup self = *this;
  static const ProfilingRequestSet* const none = new ProfilingRequestSet;
  core::run_operation(call, core::Operation::Place::kInline, *none, wait_on,
                      [self](core::Operation&) { core::destroy_group(self); });
}

}  // namespace Realm
