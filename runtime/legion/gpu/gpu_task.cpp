// Tasks that run on devices.
#include <algorithm>
#include <utility>

#include "runtime/legion/gpu/gpu_context.h"
#include "runtime/legion/gpu/gpus.h"
#include "runtime/legion/gpu/recorded_trace.h"
#include "runtime/legion/gpu/trigger.h"
#include "runtime/legion/instance.h"
#include "runtime/legion/schedule_log.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion::gpu {

bool Gpus::begin(Task& task, realm::Worker& worker) {
  const bool is_for_gpu =
      task.info.runs_on_gpu && (!task.info.shares_data || gpu(0).device().properties().can_use_host_memory);
  if (is_for_gpu && (task.has_its_data || !task.info.shares_data)) {
    start(task, worker);
    return false;
  }
  if (task.has_its_data) return true;
  const api::TaskDesc& desc = *task.info.desc;
  if (desc.is_inner) return true;
  std::vector<TaskInfo::Access> room;
  std::vector<HostUse> uses;
  {
    // For the names only. Gone before somebody else may run the task.
    const ContextImpl context(task);
    const char* args = task.args;
    for (uint32_t k = 0; k < task.point_count; ++k) {
      room.clear();
      for (const TaskInfo::Access& access : context.accesses_of(task.info, args, desc.loc, room)) {
        // The regions of a list are mapped one by one, where the task uses them.
        if (access.region && !desc.is_leaf) continue;
        // What others may use at the same time is at home for all of them.
        if (is_for_gpu && !access.is_shared) continue;
        const Use use = context.use_of(access, args, desc.loc);
        uses.push_back(
            {use.region, use.group, use.mask, access.needs_values, use.is_write, desc.name, desc.loc});
      }
      if (task.batch) args += task.batch->args_stride;
    }
  }
  // Before somebody else may run it.
  task.has_its_data = true;
  if (!uses.empty() && !to_host(uses, task)) return false;
  if (is_for_gpu) start(task, worker);
  return !is_for_gpu;
}

int Gpus::device_for(Task& task, const std::vector<Want>& wants) {
  const uint64_t count = devices_.size();
  if (count == 1) return 0;
  // The points of an index launch in equal shares, so that neighbours are together and stay where they were.
  if (task.batch) {
    const uint64_t k =
        static_cast<uint64_t>(reinterpret_cast<char*>(&task) - task.batch->tasks) / task.batch->task_stride;
    return static_cast<int>(k * count / task.batch->count);
  }
  // Where most of its values are.
  std::vector<uint64_t> bytes(count);
  for (const Want& want : wants) {
    want.field->pieces.for_each(want.domain->box, [&](const Box& part, PlaceSet places) {
      for (const std::unique_ptr<Place>& place : want.field->places) {
        if (place && (places & place->bit))
          bytes[static_cast<size_t>(place->device)] += part.volume() * want.field->size_bytes;
      }
    });
  }
  const auto most = std::max_element(bytes.begin(), bytes.end());
  if (*most > 0) return static_cast<int>(most - bytes.begin());
  return static_cast<int>(next_device_++ % count);
}

device::Stream& Gpus::stream_for(int device, const std::vector<Want>& wants) {
  // Behind what it has to wait for, if nobody else is: that is the shortest way from one to the other.
  Ending* last = nullptr;
  for (const Want& want : wants) {
    for (const std::unique_ptr<Place>& place : want.field->places) {
      if (!place || place->device != device) continue;
      for (const PlaceUse& use : place->uses) {
        Ending& ending = *use.ending;
        if (!ending.event || ending.is_continued || !(want.is_write || use.is_write)) continue;
        if (use.box.overlaps(want.domain->box)) last = &ending;
      }
    }
  }
  if (!last) return devices_[static_cast<size_t>(device)]->gpu.next_task_stream();
  last->is_continued = true;
  return *last->stream;
}

bool Gpus::prepare(GpuTask& work, realm::Work& again) {
  {
    const Moving moving(*this, {work.desc->name, work.desc->loc, work.launch_line});
    std::lock_guard lock(mutex_);
    std::vector<Want> wants = wants_of(*work.task);
    work.device = device_for(*work.task, wants);
    DeviceState& state = *devices_[static_cast<size_t>(work.device)];
    if (state.queued.size() >= kMostQueued) {
      state.held.push_back(&again);
      return false;
    }
    work.stream = &stream_for(work.device, wants);
    work.ending = std::make_shared<Ending>();
    work.ending->stream = work.stream;
    if (!acquire(work, wants)) {
      // Who uses memory now will give it back, and then it tries again.
      if (state.pinning == 0) fail_memory(*work.task, work.device, described(wants));
      state.waiting.push_back(&again);
      return false;
    }
  }
  count_running(work);
  return true;
}

void Gpus::count_running(GpuTask& work) {
  {
    std::lock_guard lock(running_mutex_);
    work.place_in_running = running_tasks_.size();
    running_tasks_.push_back(&work);
  }
  running_.fetch_add(1, std::memory_order_relaxed);
}

void Gpus::start(Task& task, realm::Worker& worker) {
  auto work = std::make_unique<GpuTask>();
  work->gpus = this;
  work->task = &task;
  work->desc = task.info.desc;
  work->launch_line = task.launch_line;
  if (!prepare(*work, task)) return;
  if (schedule_log) [[unlikely]]
    schedule_log->started(task.done);
  task.gpu = work.release();
  realm::Fiber& fiber = realm::Fiber::acquire(&Gpus::run_body, &Gpus::body_ended, &task);
  worker.run_fiber(fiber);
}

void Gpus::run_body(void* argument) {
  Task& task = *static_cast<Task*>(argument);
  check(*task.gpu, task.gpu->stream->device().use_on_this_thread(), "cannot use its device");
  task.run_body();
}

void Gpus::body_ended(void* argument, realm::Worker& worker) {
  Task& task = *static_cast<Task*>(argument);
  task.gpu->gpus->end_body(task, worker);
}

void Gpus::end_body(Task& task, realm::Worker& worker) {
  GpuTask& work = *task.gpu;
  DeviceState& state = *devices_[static_cast<size_t>(work.device)];
  if (work.desc->result_size_bytes != 0 || task.info.shares_data) {
    // The device may write the result, or what is at home.
    work.run = [](realm::Work& done, realm::Worker& by) {
      by.begin_finish();
      GpuTask& ended = static_cast<GpuTask&>(done);
      Task& complete = *ended.task;
      complete.gpu = nullptr;
      ended.gpus->finish(ended);
      complete.device_done();
      by.end_finish();
    };
    state.gpu.when_done(*work.stream, work);
    return;
  }
  task.gpu = nullptr;
  queue_end(work);
  worker.begin_finish();
  task.device_done();
  worker.end_finish();
}

void Gpus::queue_end(GpuTask& work) {
  DeviceState& state = *devices_[static_cast<size_t>(work.device)];
  std::shared_ptr<device::Event> event = state.gpu.record(*work.stream);
  work.task = nullptr;
  std::lock_guard lock(mutex_);
  work.ending->event = std::move(event);
  state.queued.push_back(&work);
  if (!std::exchange(state.has_notice, true)) queue_notice(state);
}

void Gpus::queue_notice(DeviceState& state) {
  device::Stream& notices = state.gpu.notices();
  state.gpu.check(notices.wait(*state.queued.front()->ending->event), "cannot wait for a task");
  state.gpu.when_done(notices, state.notice);
}

void Gpus::look_for_ended(DeviceState& state) {
  std::vector<GpuTask*> ended;
  {
    std::lock_guard lock(mutex_);
    // Of each stream the first ones.
    std::vector<const device::Stream*> busy;
    std::erase_if(state.queued, [&](GpuTask* work) {
      if (std::find(busy.begin(), busy.end(), work->stream) != busy.end()) return false;
      const device::Result<bool> is_over = work->ending->event->query();
      state.gpu.check(is_over.status(), "work on it failed");
      if (is_over.value()) {
        ended.push_back(work);
      } else {
        busy.push_back(work->stream);
      }
      return is_over.value();
    });
    state.has_notice = !state.queued.empty();
    if (state.has_notice) queue_notice(state);
  }
  for (GpuTask* work : ended) finish(*work);
}

void Gpus::finish(GpuTask& work) {
  Woken woken;
  {
    std::lock_guard lock(mutex_);
    for (Place* place : work.places) place->end_use(*work.ending);
    // Before somebody looks for memory again, who may want the graph's.
    work.graph = nullptr;
    woken = release(work.device, work.places, *work.stream);
    for (const auto& [memory, pool] : work.scratch) {
      const PoolError error = pool->deallocate(memory);
      if (error != PoolError::none) realm::internal_error("memory of a task: %s", text_of(error));
    }
  }
  std::vector<std::shared_ptr<Quiet>> awaited_by;
  {
    std::lock_guard lock(running_mutex_);
    running_tasks_.back()->place_in_running = work.place_in_running;
    running_tasks_[work.place_in_running] = running_tasks_.back();
    running_tasks_.pop_back();
    awaited_by = std::move(work.awaited_by);
  }
  woken.wake(runtime_.scheduler);
  delete &work;
  for (const std::shared_ptr<Quiet>& quiet : awaited_by) {
    // Acquire-release: the last one passes on what all of them did.
    if (quiet->missing.fetch_sub(1, std::memory_order_acq_rel) == 1) quiet->event.trigger();
  }
  running_.fetch_sub(1, std::memory_order_release);
}

realm::Event Gpus::quiet() {
  std::lock_guard lock(running_mutex_);
  if (running_tasks_.empty()) return realm::Event();
  const auto quiet = std::make_shared<Quiet>();
  quiet->missing.store(running_tasks_.size(), std::memory_order_relaxed);
  quiet->event = realm::UserEvent::create();
  for (GpuTask* work : running_tasks_) work->awaited_by.push_back(quiet);
  return quiet->event;
}

std::string Gpus::running_on(int device) {
  std::lock_guard lock(running_mutex_);
  std::string text;
  int count = 0;
  const auto add = [&](const Mover& task, const char* what) {
    if (++count > 10) return;
    text += "\n  while task `" + std::string(task.task_name) + "` (" + (task.loc.file ? task.loc.file : "?") +
            ":" + std::to_string(task.loc.line) + ") " + what;
    if (task.launch_line) text += ", launched at line " + std::to_string(task.launch_line);
  };
  for (const GpuTask* work : running_tasks_) {
    if (work->device == device) add({work->desc->name, work->desc->loc, work->launch_line}, "was running");
  }
  for (const Mover* mover : movers_) add(*mover, "was waiting for its data");
  return text;
}

void Gpus::begin_moving(const Mover& mover) {
  std::lock_guard lock(running_mutex_);
  movers_.push_back(&mover);
}

void Gpus::end_moving(const Mover& mover) {
  std::lock_guard lock(running_mutex_);
  movers_.erase(std::find(movers_.begin(), movers_.end(), &mover));
}

// Whether others may use the field of the region at the same time as the task.
static bool is_shared(Task& task, const Region& region, uint32_t field) {
  const ContextImpl context(task);
  std::vector<TaskInfo::Access> room;
  for (const TaskInfo::Access& access :
       context.accesses_of(task.info, task.args, task.info.desc->loc, room)) {
    if (!access.is_shared || access.group != field / kGroupFields) continue;
    const Use use = context.use_of(access, task.args, task.info.desc->loc);
    if (use.region->root == region.root && (use.mask >> field % kGroupFields & 1) &&
        contains(use.region->domain, region.domain))
      return true;
  }
  return false;
}

api::FieldAddress Gpus::field(Task& task, Region& region, uint32_t field) {
  const GpuTask& work = *task.gpu;
  // Pinned places neither move nor end; those that are copied from are on other devices or retired.
  for (const Place* place : work.places) {
    if (&place->field->root == region.root && place->field->field == field && place->device == work.device &&
        place->box.contains(region.domain.box))
      return place->address;
  }
  if (region.domain.is_empty()) return address_of(nullptr, region.domain.box, 0);
  const RootRegion& root = *region.root;
  if (task.info.shares_data && is_shared(task, region, field)) return field_address(root, field);
  const api::SourceLoc loc = task.info.desc->loc;
  realm::fatal_error(
      "%s:%u: task `%s` (launched at line %u) accesses %s, which is not on its device: it has no privilege",
      loc.file ? loc.file : "?", loc.line, task.info.desc->name, task.launch_line,
      described(root, field).c_str());
}

void Gpus::fill(Task& task, Region& region, uint32_t field, const void* value, uint32_t size_bytes) {
  const GpuTask& work = *task.gpu;
  if (region.domain.is_empty()) return;
  const api::FieldAddress address = this->field(task, region, field);
  for_each_box(region.domain, [&](const Box& box) {
    check(work, queue_fill(*work.stream, box, size_bytes, address, value), "cannot fill a region");
  });
}

void* Gpus::native_stream(Task& task) {
  return task.gpu->stream->native_handle();
}

int Gpus::device_number(Task& task) {
  return gpu(task.gpu->device).number();
}

void Gpus::call(Task& task, void (*function)(void* argument), void* argument) {
  check(*task.gpu, task.gpu->stream->call(function, argument), "cannot call a function behind its work");
}

void* Gpus::scratch(GpuTask& work, uint64_t size_bytes) {
  if (work.body_memory) return work.body_memory->scratch(work, size_bytes);
  DeviceState& state = *devices_[static_cast<size_t>(work.device)];
  const StreamId id = stream_ids_.at(work.stream->id());
  Pool* pool = nullptr;
  void* memory = try_scratch(work.device, *work.stream, size_bytes, pool);
  while (!memory) {
    realm::UserEvent released;
    {
      std::lock_guard lock(mutex_);
      const bool has_freed = evict(work.device);
      shortage_ = {};
      shortage_.asked_bytes = size_bytes;
      memory = state.pool->try_allocate(id, size_bytes, 256, &shortage_);
      if (memory || has_freed) continue;
      // Somebody must be left who ends without more memory.
      if (state.waiting_inside.size() + 1 >= state.pinning)
        fail_memory(*work.task, work.device, "memory for its kernels");
      released = realm::UserEvent::create();
      state.waiting_inside.push_back(released);
    }
    realm::wait(released);
    // The fiber may go on on another thread.
    check(work, work.stream->device().use_on_this_thread(), "cannot use its device");
  }
  work.scratch.emplace_back(memory, pool);
  return memory;
}

void* Gpus::try_scratch(int device, device::Stream& stream, uint64_t size_bytes, Pool*& pool) {
  DeviceState& state = *devices_[static_cast<size_t>(device)];
  const StreamId id = stream_ids_.at(stream.id());
  if (state.scratch_pool) {
    pool = state.scratch_pool.get();
    if (void* memory = pool->try_allocate(id, size_bytes, 256)) return memory;
  }
  pool = state.pool.get();
  return pool->try_allocate(id, size_bytes, 256);
}

void check(const GpuTask& work, const device::Status& status, const char* what) {
  if (status.ok()) return;
  const api::TaskDesc& desc = *work.desc;
  realm::fatal_error("%s:%u: task `%s` (launched at line %u): %s: %s", desc.loc.file ? desc.loc.file : "?",
                     desc.loc.line, desc.name, work.launch_line, what, status.message().c_str());
}

// ---- for bodies

static device::Stream* stream_of_running() {
  const Task* task = Task::running();
  return task && task->gpu ? task->gpu->stream : nullptr;
}

// Bodies refer to this file, so it is linked when a program has one, and with it all the rest.
static constexpr GpuHooks kHooks{&open_gpus};
[[maybe_unused]] static const bool is_hooked = [] {
  gpu_hooks = &kHooks;
  realm::stream_of_running_task = &stream_of_running;
  return true;
}();

GpuTask& current(api::Context& context) {
  GpuTask* work = ContextImpl::of(context).task().gpu;
  if (!work)
    realm::internal_error("task `%s` does not run on a GPU", ContextImpl::of(context).task().info.desc->name);
  return *work;
}

device::Stream& stream_of(api::Context& context) {
  return *current(context).stream;
}

void check(api::Context& context, const device::Status& status, const char* what) {
  check(current(context), status, what);
}

void* scratch(api::Context& context, uint64_t size_bytes) {
  GpuTask& work = current(context);
  return work.gpus->scratch(work, size_bytes);
}

bool keep(api::Context& context, std::function<void()> give_back) {
  GpuTask& work = current(context);
  if (!work.body_memory) return false;
  work.body_memory->keep(std::move(give_back));
  return true;
}

void wait_for_stream(api::Context& context) {
  GpuTask& work = current(context);
  Trigger* const trigger = Trigger::create();
  const realm::Event done = trigger->event;
  work.gpus->gpu(work.device).when_done(*work.stream, *trigger);
  realm::wait(done);
  // The fiber may go on on another thread.
  check(work, work.stream->device().use_on_this_thread(), "cannot use its device");
}

}  // namespace palatine::legion::gpu
