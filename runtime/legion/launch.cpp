// Launching single tasks, and fences.
#include <cstring>

#include "runtime/legion/barrier.h"
#include "runtime/legion/context.h"
#include "runtime/legion/instance.h"
#include "runtime/legion/list.h"
#include "runtime/legion/mapper/launch_mapper.h"
#include "runtime/legion/run_after.h"
#include "runtime/legion/schedule_log.h"
#include "runtime/realm/block_pool.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion {

namespace {

constexpr uint32_t kSingleTaskEdges = 4;

size_t aligned(size_t bytes, size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

}  // namespace

ContextImpl::Launches& ContextImpl::launches() {
  if (launches_) return *launches_;
  launches_ = std::make_unique<Launches>(forest(), !runtime_.mapper && !runtime_.gpus && !schedule_log);
  uint32_t window = runtime_.options.window, resume_at = window / 2;
  if (runtime_.mapper) runtime_.mapper->configure(*this, window, resume_at);
  launches_->window = window;
  launches_->resume_at = resume_at;
  return *launches_;
}

const TaskInfo& ContextImpl::task_info(const api::TaskDesc& desc) {
  const auto address = reinterpret_cast<uintptr_t>(&desc);
  const TaskInfo*& known = launches().known_tasks[(address >> 4 ^ address >> 8) % Launches::kKnownTasks];
  if (!known || known->desc != &desc) known = &runtime_.task_info(desc);
  return *known;
}

Analysis& ContextImpl::dependences() {
  Launches& l = launches();
  if (l.graphs.is_collecting()) [[unlikely]]
    l.graphs.leave(*this);
  return l.dependences;
}

void ContextImpl::throttle() {
  if (is_leaf()) realm::internal_error("leaf task `%s` launches work", task_.info.desc->name);
  if (epochs_ > 0 || !launches_) return;
  if (task_.may_be_too_far(launches_->window)) {
    // They are one sub-operation, which does not end while they are open.
    launches_->dependences.close_lanes();
    task_.throttle(launches_->window, launches_->resume_at);
  }
}

void ContextImpl::add_live(realm::Event event) {
  Launches& l = launches();
  if (l.live.size() >= l.clean_live_at) {
    std::erase_if(l.live, [](realm::Event e) { return e.has_triggered(); });
    l.clean_live_at = std::max<size_t>(64, 2 * l.live.size());
  }
  l.live.push_back(event);
}

realm::Event ContextImpl::all_launched() {
  if (!launches_) return realm::Event();
  dependences().close_lanes();
  return merge_events(launches_->live);
}

realm::Event ContextImpl::all_over() {
  const realm::Event all = all_launched();
  if (!runtime_.gpus) return all;
  const realm::UserEvent over = realm::UserEvent::create();
  run_after(all, [over, &gpus = *runtime_.gpus] {
    run_after(gpus.quiet(), [over] { realm::UserEvent(over).trigger(); });
  });
  return over;
}

void ContextImpl::execution_fence(bool blocks) {
  if (!launches_) return;
  realm::Event all;
  if (blocks) {
    dependences().close_lanes();
    task_.wait_for_children(0);
    if (runtime_.gpus) [[unlikely]]
      realm::wait(runtime_.gpus->quiet());
  } else {
    all = all_launched();
  }
  if (schedule_log) [[unlikely]]
    schedule_log->fenced(task_.done.id(), all);
  if (blocks) return;
  launches_->fence = all;
  launches_->live.assign(1, all);
}

void ContextImpl::log_launch(Task& task, api::SourceLoc loc, realm::Event also) {
  std::vector<TaskInfo::Access> room;
  std::vector<Use> uses;
  const char* args = task.args;
  for (uint32_t k = 0; k < task.point_count; ++k) {
    room.clear();
    for (const TaskInfo::Access& access : accesses_of(task.info, args, loc, room))
      uses.push_back(use_of(access, args, loc));
    if (task.batch) args += task.batch->args_stride;
  }
  std::vector<realm::Event> needs;
  for (uint32_t k = 0; k < task.pending_argument_count; ++k)
    needs.push_back(task.pending_arguments[k].future->ready);
  schedule_log->launched(task, task_.done.id(), {ScheduleLog::Kind::task, task.info.desc->name, loc}, uses,
                         also, needs);
}

void ContextImpl::wait_blocking(realm::Event done) {
  realm::wait(done);
  if (schedule_log) [[unlikely]]
    schedule_log->resumed(done);
  if (runtime_.gpus) [[unlikely]]
    move_mapped_home();
}

bool ContextImpl::run_at_once(const TaskInfo& info, const api::LaunchSiteDesc& site, const void* args,
                              api::Future& result) {
  const api::TaskDesc& desc = *info.desc;
  Analysis& analysis = launches_->dependences;
  realm::Worker* worker = realm::Worker::current();
  if (!analysis.is_plain() || epochs_ > 0 || !launches_->fence.has_triggered()) return false;
  if (!worker || &worker->scheduler() != &runtime_.scheduler) return false;
  char* own_args = static_cast<char*>(const_cast<void*>(args));
  std::vector<TaskInfo::Access> room;
  for (const TaskInfo::Access& access : accesses_of(info, own_args, site.loc, room)) {
    const Use use = use_of(access, own_args, site.loc);
    if (!desc.is_inner && !use.region->root->has_reserved(use.group, use.mask)) return false;
    bool waits = false;
    analysis.ask(use, [&](realm::Event event) { waits = waits || !event.has_triggered(); });
    if (waits) return false;
    if (!desc.is_inner)
      allocate_fields(forest(), *use.region->root, use.group, use.mask, WhoMaps{desc.name, desc.loc});
  }

  Task task(info);
  task.is_at_once = true;
  task.parent = &task_;
  task.launch_line = site.loc.line;
  task.sequence = next_sequence(1);
  task.args = own_args;
  if (desc.result_size_bytes) {
    api::FutureState* future = api::FutureState::create(desc.result_size_bytes, realm::Event::none());
    future->destroy = desc.destroy_result;
    task.result = future->value();
    result = api::Future(future);
  }
  AtOnce& at_once = launches_->at_once;
  const void* note = worker->note;
  at_once.begin();
  task.run_at_once();
  at_once.end();
  // It may have parked, and this be another worker.
  realm::Worker::current()->note = note;
  return true;
}

api::Future ContextImpl::launch(const api::LaunchSiteDesc& site, const void* args,
                                const api::ConditionList& conditions, const api::FutureArg* futures,
                                uint32_t future_count) {
  if (launches_ && launches_->graphs.is_open()) [[unlikely]] {
    if (!conditions.list && launches_->graphs.collect(*this, site, args, {futures, future_count})) return {};
    launches_->graphs.leave(*this);
  }
  throttle();
  const TaskInfo& info = task_info(*site.task);
  const api::TaskDesc& desc = *info.desc;
  const uint32_t typical_ns = info.single.typical_ns();
  if (info.is_plain_leaf && future_count == 0 && !conditions.list && launches_->at_once.suits(typical_ns)) {
    api::Future result;
    if (run_at_once(info, site, args, result)) return result;
  }
  size_t alignment = std::max<size_t>(desc.args_align_bytes, 16);
  size_t args_at = aligned(sizeof(Task) + kSingleTaskEdges * sizeof(Operation::Edge), 16);
  size_t pending_at = args_at + aligned(desc.args_size_bytes, 16) + (alignment - 16);
  size_t block_bytes = pending_at + future_count * sizeof(PendingArgument);
  char* block = static_cast<char*>(realm::allocate_block(block_bytes));
  Task* task =
      new (block) Task(info, reinterpret_cast<Operation::Edge*>(block + sizeof(Task)), kSingleTaskEdges);
  task->block_bytes = static_cast<uint32_t>(block_bytes);
  task->parent = &task_;
  task->launch_line = site.loc.line;
  task->sequence = next_sequence(1);
  task->is_measured = desc.is_leaf && launches_->at_once.measures(typical_ns);
  task->args = reinterpret_cast<char*>(aligned(reinterpret_cast<size_t>(block + args_at), alignment));
  if (desc.args_size_bytes) memcpy(task->args, args, desc.args_size_bytes);
  api::Future result;
  if (desc.result_size_bytes) {
    task->future = api::FutureState::create(desc.result_size_bytes, task->done);
    task->future->destroy = desc.destroy_result;
    task->result = task->future->value();
    task->future->add_reference();
    result = api::Future(task->future);
  }

  task->pending_arguments = reinterpret_cast<PendingArgument*>(block + pending_at);
  for (uint32_t k = 0; k < future_count; ++k) {
    const api::ParamDesc& param = desc.params[futures[k].param];
    api::FutureState* future = futures[k].future->state();
    if (param.kind != api::ParamKind::value) {
      // The analysis needs to know the region now.
      realm::wait(future->ready);
      memcpy(task->args + param.offset, future->value(), param.size_bytes);
      continue;
    }
    future->add_reference();
    task->pending_arguments[task->pending_argument_count++] = {param.offset, param.size_bytes, future};
    task->add_dependence(future->ready);
  }

  if (info.has_lists) task->lists = copy_list_arguments(desc, task->args);
  if (desc.await_count || desc.arrive_count || conditions.list) {
    add_awaits(*task, conditions);
    add_arrivals(*task, conditions);
  }
  bool blocks = false;
  Analysis& analysis = dependences();
  std::vector<TaskInfo::Access> room;
  for (const TaskInfo::Access& access : accesses_of(info, task->args, site.loc, room)) {
    Use use = use_of(access, task->args, site.loc);
    analysis.add(use, task->done, [&](realm::Event event) { task->add_dependence(event); });
    if (!desc.is_inner && !use.region->root->has_reserved(use.group, use.mask)) [[unlikely]]
      task->add_dependence(reserve(use, desc.name, desc.loc));
    blocks = blocks || conflicts_with_mapped(use);
  }
  if (runtime_.gpus && !conditions.list) [[unlikely]]
    launches_->graphs.note(*this, task->done, site, task->args, {futures, future_count});
  task->add_dependence(fence());
  add_live(task->done);
  task_.add_children(1);
  realm::Event done = task->done;
  if (runtime_.mapper) blocks = runtime_.mapper->task(*this, *task) || blocks;
  if (schedule_log) [[unlikely]]
    log_launch(*task, site.loc);
  if (task->finish_analysis()) task->scheduler().submit(*task);
  // What the task accesses itself must not change under it: it goes on after the sub-task.
  if (blocks) wait_blocking(done);
  return result;
}

void ContextImpl::begin_trace(uint64_t id) {
  if (is_leaf()) return;
  if (!traces_.empty() && id < kNestingTraces)
    realm::fatal_error("error: task `%s` begins trace %llu inside trace %llu", task_.info.desc->name,
                       static_cast<unsigned long long>(id), static_cast<unsigned long long>(traces_.back()));
  traces_.push_back(id);
  if (traces_.size() == 1 && runtime_.options.traces) begin_outer_trace(id);
}

void ContextImpl::begin_outer_trace(uint64_t id) {
  Analysis& analysis = dependences();
  analysis.begin_trace(id, task_, fence());
  // New ones are one more operation.
  if (analysis.lanes() && analysis.lanes()->published() == 0) add_live(analysis.lanes()->done());
  if (runtime_.gpus) [[unlikely]]
    launches_->graphs.begin(*this);
}

void ContextImpl::end_trace(uint64_t id) {
  if (is_leaf()) return;
  if (traces_.empty() || traces_.back() != id)
    realm::fatal_error("error: task `%s` ends trace %llu, which it has not begun", task_.info.desc->name,
                       static_cast<unsigned long long>(id));
  traces_.pop_back();
  if (!traces_.empty() || !runtime_.options.traces) return;
  if (runtime_.gpus) [[unlikely]]
    launches().graphs.end(*this);
  dependences().end_trace();
}

void ContextImpl::begin_epoch() {
  if (++epochs_ == 1 && runtime_.mapper) runtime_.mapper->begin_epoch(*this);
}

void ContextImpl::end_epoch() {
  if (--epochs_ == 0 && runtime_.mapper) runtime_.mapper->end_epoch(*this);
}

}  // namespace palatine::legion
