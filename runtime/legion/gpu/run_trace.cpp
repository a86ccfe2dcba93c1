// Traces that are launched as one, on a fiber of any worker.
#include <algorithm>

#include "runtime/legion/gpu/gpus.h"
#include "runtime/legion/gpu/recorded_trace.h"
#include "runtime/legion/gpu/trigger.h"
#include "runtime/legion/schedule_log.h"

namespace palatine::legion::gpu {

std::atomic<uint64_t> recorded_graphs{0}, launched_graphs{0}, followed_bodies{0};

void Gpus::begin(TraceLaunch& launch, realm::Worker& worker) {
  if (schedule_log) [[unlikely]]
    schedule_log->started(launch.done);
  realm::Fiber& fiber = realm::Fiber::acquire(
      [](void* argument) {
        TraceLaunch& self = *static_cast<TraceLaunch*>(argument);
        static_cast<Gpus&>(*self.parent->info.runtime->gpus).run(self);
      },
      [](void* argument, realm::Worker& by) { static_cast<TraceLaunch*>(argument)->complete(by); }, &launch);
  worker.run_fiber(fiber);
}

void Gpus::run(TraceLaunch& launch) {
  GraphTrace& trace = *launch.trace;
  launch.take_futures();
  if (!trace.on_device) trace.on_device = std::make_unique<TraceState>(*this, trace, *launch.parent);
  if (launch_graph(launch)) return;
  trace.has_failed.store(true, std::memory_order_relaxed);
  launch_tasks(launch);
}

bool Gpus::launch_graph(TraceLaunch& launch) {
  auto& trace = static_cast<TraceState&>(*launch.trace->on_device);
  const GraphLaunch& first = *launch.trace->launches.front();
  DeviceState& state = *devices_[0];
  auto work = std::make_unique<GpuTask>();
  work->gpus = this;
  work->task = nullptr;
  work->desc = first.info->desc;
  work->launch_line = first.line();
  work->device = 0;
  if (!trace.stream) trace.stream = &state.gpu.next_task_stream();
  work->stream = trace.stream;
  work->ending = std::make_shared<Ending>();
  work->ending->stream = work->stream;
  // Nobody queues something behind a graph that could wait for the next one.
  work->ending->is_continued = true;
  std::vector<uint64_t> places;
  check(*work, work->stream->device().use_on_this_thread(), "cannot use its device");
  {
    const Moving moving(*this, {work->desc->name, work->desc->loc, work->launch_line});
    std::lock_guard lock(mutex_);
    std::vector<Want> wants;
    for (const TraceState::Part& part : trace.parts) {
      FieldPlaces& field = *places_of(*part.root).fields[part.field];
      wants.push_back({&part.domain, &field, !part.is_write, part.is_write});
    }
    if (state.queued.size() >= kMostQueued || !acquire(*work, wants)) return false;
    for (const Want& want : wants) places.push_back(want.place->number);
    if (trace.recorded && trace.recorded->places != places) trace.recorded = nullptr;
    work->graph = trace.recorded;
  }
  count_running(*work);
  const auto check_device = [&] {
    check(*work, work->stream->device().status(), "cannot launch it and the tasks behind it as a graph");
  };
  if (work->graph && !follow_trace(launch, *work, *work->graph)) {
    check_device();
    work->graph = nullptr;
    // It may not be followed the next time either.
    launch.trace->has_failed.store(true, std::memory_order_relaxed);
  }
  if (!work->graph && (work->graph = record_trace(launch, *work))) work->graph->places = std::move(places);
  const bool is_launched = work->graph && work->stream->launch_graph(*work->graph->graph).ok();
  if (is_launched) {
    launched_graphs.fetch_add(1, std::memory_order_relaxed);
  } else {
    check_device();
    work->graph = nullptr;
  }
  {
    std::lock_guard lock(mutex_);
    trace.recorded = work->graph;
  }
  // Without the graph, too: the values are on their way, and tasks come behind that.
  queue_end(*work.release());
  return is_launched;
}

void Gpus::add(TraceState& trace) {
  std::lock_guard lock(mutex_);
  traces_.push_back(&trace);
}

void Gpus::remove(TraceState& trace) {
  std::lock_guard lock(mutex_);
  std::erase(traces_, &trace);
}

bool Gpus::forget_graphs() {
  bool has_freed = false;
  for (TraceState* trace : traces_) {
    if (!trace->recorded || trace->recorded.use_count() != 1) continue;
    has_freed = has_freed || !trace->recorded->scratch.empty();
    trace->recorded = nullptr;
  }
  return has_freed;
}

namespace {

// Calls `visit(task)` for each point of each launch, as a task that nobody waits for.
template <typename Visit>
void for_each_task(TraceLaunch& launch, size_t number, Visit visit) {
  const GraphLaunch& of = *launch.trace->launches[number];
  for (uint64_t k = 0; k < of.count; ++k) {
    Task task(*of.info);
    task.parent = launch.parent;
    task.args = of.args_of(k, *launch.args_of(number));
    task.launch_line = of.line();
    visit(task);
  }
}

}  // namespace

std::shared_ptr<RecordedTrace> Gpus::record_trace(TraceLaunch& launch, const GpuTask& work) {
  DeviceState& state = *devices_[static_cast<size_t>(work.device)];
  std::lock_guard lock(state.recording_mutex);
  TraceRecorder recorder(*this, state.gpu.device(), *work.stream, state.recording_streams);
  if (!recorder.begin()) return nullptr;
  for (size_t l = 0; l < launch.trace->launches.size(); ++l) {
    recorder.recorded->args.push_back(launch.args_of(l));
    for_each_task(launch, l, [&](Task& task) { record_task(recorder, work, task); });
  }
  recorder.recorded->graph = recorder.end();
  if (!recorder.recorded->graph) return nullptr;
  recorded_graphs.fetch_add(1, std::memory_order_relaxed);
  return recorder.recorded;
}

void Gpus::record_task(TraceRecorder& recorder, const GpuTask& work, Task& task) {
  std::vector<TraceRecorder::Use> uses;
  {
    std::lock_guard lock(mutex_);
    for (const Want& want : wants_of(task)) {
      const Box& box = want.domain->box;
      if (box.is_empty()) continue;
      const auto place = std::find_if(work.places.begin(), work.places.end(), [&](const Place* each) {
        return each->field == want.field && each->device == work.device && each->box.contains(box);
      });
      uses.push_back({*place, box, want.is_write});
    }
  }
  run_body_aside(work, task, recorder.stream_for(uses), recorder);
  recorder.after_task(uses);
}

// With the places of all.
void Gpus::run_body_aside(const GpuTask& work, Task& task, device::Stream& stream, BodyMemory& memory) {
  GpuTask body;
  body.gpus = work.gpus;
  body.task = &task;
  body.desc = task.info.desc;
  body.launch_line = task.launch_line;
  body.device = work.device;
  body.places = work.places;
  body.body_memory = &memory;
  body.stream = &stream;
  task.gpu = &body;
  task.run_body();
  realm::Worker::current()->note = nullptr;
}

bool Gpus::follow_trace(TraceLaunch& launch, const GpuTask& work, RecordedTrace& recorded) {
  size_t number = 0;
  for (size_t l = 0; l < launch.trace->launches.size(); ++l) {
    const GraphLaunch& each = *launch.trace->launches[l];
    const std::shared_ptr<const GraphArgs> known = std::exchange(recorded.args[l], launch.args_of(l));
    const size_t first = std::exchange(number, number + each.count);
    if (known == recorded.args[l]) continue;
    uint64_t point = 0;
    bool are_followed = true;
    for_each_task(launch, l, [&](Task& task) {
      const uint64_t k = point++;
      if (!are_followed || each.is_same_point(each.args_of(k, *known), task.args, GraphLaunch::Part::all))
        return;
      BodyScript& script = recorded.scripts[first + k];
      are_followed = script.is_whole;
      if (!are_followed) return;
      ScriptReader reader(*recorded.graph, script);
      run_body_aside(work, task, reader, reader);
      are_followed = reader.is_followed();
      followed_bodies.fetch_add(1, std::memory_order_relaxed);
    });
    if (!are_followed) return false;
  }
  return true;
}

void Gpus::launch_tasks(TraceLaunch& launch) {
  for (size_t l = 0; l < launch.trace->launches.size(); ++l) {
    for_each_task(launch, l, [&](Task& task) {
      auto work = std::make_unique<GpuTask>();
      work->gpus = this;
      work->task = &task;
      work->desc = task.info.desc;
      work->launch_line = task.launch_line;
      for (bool is_prepared = false; !is_prepared;) {
        Trigger* const again = Trigger::create();
        const realm::Event event = again->event;
        is_prepared = prepare(*work, *again);
        if (is_prepared) again->pull();
        realm::wait(event);
      }
      check(*work, work->stream->device().use_on_this_thread(), "cannot use its device");
      task.gpu = work.get();
      task.run_body();
      realm::Worker::current()->note = nullptr;
      queue_end(*work.release());
    });
  }
}

}  // namespace palatine::legion::gpu
