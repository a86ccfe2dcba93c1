#include "runtime/legion/gpu/recorded_trace.h"

#include <algorithm>
#include <bit>
#include <tuple>

#include "runtime/realm/fatal.h"

namespace palatine::legion::gpu {

RecordedTrace::~RecordedTrace() {
  for (const auto& [memory, pool] : scratch) {
    const PoolError error = pool->deallocate(memory);
    if (error != PoolError::none) realm::internal_error("memory of a graph: %s", text_of(error));
  }
  for (const std::function<void()>& give_back : kept) give_back();
}

// ---- what a trace uses

namespace {

// Takes time for n lists of boxes that grows a little faster than n.
OwnedDomain united(const std::vector<const Domain*>& domains) {
  std::vector<OwnedDomain> parts;
  for (size_t k = 0; k < domains.size(); k += 2)
    parts.push_back(unite(*domains[k], *domains[std::min(k + 1, domains.size() - 1)]));
  while (parts.size() > 1) {
    std::vector<OwnedDomain> larger;
    for (size_t k = 0; k + 1 < parts.size(); k += 2) larger.push_back(unite(parts[k], parts[k + 1]));
    if (parts.size() % 2 == 1) larger.push_back(std::move(parts.back()));
    parts = std::move(larger);
  }
  return std::move(parts.front());
}

}  // namespace

TraceState::~TraceState() {
  gpus.remove(*this);
}

TraceState::TraceState(Gpus& of, const GraphTrace& trace, Task& launcher) : gpus(of) {
  const ContextImpl context(launcher);
  std::map<std::tuple<RootRegion*, uint32_t, bool>, std::vector<const Domain*>> found;
  std::vector<TaskInfo::Access> room;
  for (const auto& launch : trace.launches) {
    const api::SourceLoc loc = launch->info->desc->loc;
    for (uint64_t k = 0; k < launch->count; ++k) {
      room.clear();
      for (const TaskInfo::Access& access :
           context.accesses_of(*launch->info, launch->args_of(k), loc, room)) {
        const legion::Use use = context.use_of(access, launch->args_of(k), loc);
        if (use.region->domain.is_empty()) continue;
        for (uint64_t rest = use.mask; rest != 0; rest &= rest - 1) {
          const uint32_t field = use.group * kGroupFields + static_cast<uint32_t>(std::countr_zero(rest));
          if (access.needs_values) found[{use.region->root, field, false}].push_back(&use.region->domain);
          if (use.is_write) found[{use.region->root, field, true}].push_back(&use.region->domain);
        }
      }
    }
  }
  for (auto& [key, domains] : found) {
    // The same ones come again and again.
    std::sort(domains.begin(), domains.end());
    domains.erase(std::unique(domains.begin(), domains.end()), domains.end());
    const auto& [root, field, is_write] = key;
    parts.push_back({root, field, is_write, united(domains)});
  }
  gpus.add(*this);
}

// ---- recording

namespace {

constexpr size_t kRecordingStreams = 8;

}  // namespace

TraceRecorder::TraceRecorder(Gpus& gpus, device::Device& device, device::Stream& launches_on,
                             std::vector<std::unique_ptr<device::Stream>>& streams)
    : gpus_(gpus),
      device_(device),
      launches_on_(launches_on),
      streams_(streams),
      nowhere_(std::make_unique<IdleStream>(device)) {}

TraceRecorder::~TraceRecorder() {
  end();
}

bool TraceRecorder::is_good(const device::Status& status) {
  has_failed_ = has_failed_ || !status.ok();
  return !has_failed_;
}

bool TraceRecorder::make_event(std::shared_ptr<device::Event>& event, device::Stream& stream) {
  device::Result<std::unique_ptr<device::Event>> made = device_.create_event();
  if (!is_good(made.status())) return false;
  event = made.take();
  return is_good(stream.record(*event));
}

bool TraceRecorder::begin() {
  while (streams_.size() < kRecordingStreams) {
    device::Result<std::unique_ptr<device::Stream>> made = device_.create_stream();
    if (!is_good(made.status())) return false;
    streams_.push_back(made.take());
  }
  if (!is_good(streams_[0]->begin_recording())) return false;
  is_open_ = true;
  takes_part_.assign(streams_.size(), false);
  takes_part_[0] = true;
  return make_event(begin_, *streams_[0]);
}

device::Stream& TraceRecorder::stream_for(const std::vector<Use>& uses) {
  device::Stream& stream = find_stream(uses);
  recorded->scripts.emplace_back();
  writer_ = std::make_unique<ScriptWriter>(stream, recorded->scripts.back());
  return *writer_;
}

device::Stream& TraceRecorder::find_stream(const std::vector<Use>& uses) {
  if (has_failed_) return *nowhere_;
  std::vector<size_t> before;
  for (const Use& use : uses) {
    for (const Done& done : done_[use.place]) {
      if ((use.is_write || done.use.is_write) && done.use.box.overlaps(use.box)) before.push_back(done.task);
    }
  }
  std::sort(before.begin(), before.end());
  before.erase(std::unique(before.begin(), before.end()), before.end());
  // Behind the last one that nobody follows yet.
  current_ = streams_.size();
  for (size_t task : before) {
    if (!tasks_[task].is_continued) current_ = tasks_[task].stream;
  }
  if (current_ == streams_.size()) current_ = next_stream_++ % streams_.size();
  device::Stream& stream = *streams_[current_];
  if (!takes_part_[current_]) {
    takes_part_[current_] = true;
    if (!is_good(stream.wait(*begin_))) return *nowhere_;
  }
  for (size_t task : before) {
    if (tasks_[task].stream == current_) {
      tasks_[task].is_continued = true;
    } else if (!is_good(stream.wait(*tasks_[task].event))) {
      return *nowhere_;
    }
  }
  return stream;
}

void TraceRecorder::after_task(const std::vector<Use>& uses) {
  Task task{nullptr, current_};
  if (has_failed_ || !make_event(task.event, *streams_[current_])) return;
  for (const Use& use : uses) {
    std::vector<Done>& done = done_[use.place];
    // Who conflicts with one of those conflicts with this one too, which has waited for it.
    if (use.is_write) std::erase_if(done, [&](const Done& other) { return use.box.contains(other.use.box); });
  }
  for (const Use& use : uses) done_[use.place].push_back({use, tasks_.size()});
  tasks_.push_back(std::move(task));
}

void* TraceRecorder::scratch(GpuTask& work, uint64_t size_bytes) {
  Pool* pool = nullptr;
  void* memory = has_failed_ ? nullptr : gpus_.try_scratch(work.device, launches_on_, size_bytes, pool);
  if (memory) {
    recorded->scratch.emplace_back(memory, pool);
    writer_->given(memory, size_bytes);
    return memory;
  }
  has_failed_ = true;
  work.stream = nowhere_.get();
  // Nobody uses it.
  return reinterpret_cast<void*>(uintptr_t{256});
}

void TraceRecorder::keep(std::function<void()> give_back) {
  recorded->kept.push_back(std::move(give_back));
  writer_->kept();
}

std::unique_ptr<device::Graph> TraceRecorder::end() {
  if (!is_open_) return nullptr;
  is_open_ = false;
  std::vector<std::shared_ptr<device::Event>> ends;
  for (size_t k = 1; k < streams_.size(); ++k) {
    if (!takes_part_[k]) continue;
    std::shared_ptr<device::Event> event;
    if (make_event(event, *streams_[k])) is_good(streams_[0]->wait(*event));
    ends.push_back(std::move(event));
  }
  device::Result<std::unique_ptr<device::Graph>> graph = streams_[0]->end_recording();
  return is_good(graph.status()) ? graph.take() : nullptr;
}

}  // namespace palatine::legion::gpu
