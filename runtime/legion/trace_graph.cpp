#include "runtime/legion/trace_graph.h"

#include <algorithm>
#include <cstring>
#include <tuple>

#include "runtime/legion/context.h"
#include "runtime/legion/schedule_log.h"

namespace palatine::legion {

namespace {

constexpr uint32_t kMostPatience = 1023;
// A graph of one task is no faster than the task.
constexpr uint64_t kFewestTasks = 2;

bool repeats(const TaskInfo& info) {
  const api::TaskDesc& desc = *info.desc;
  return info.runs_on_gpu && desc.gpu_repeats && !info.shares_data && !info.has_lists &&
         desc.result_size_bytes == 0 && desc.await_count == 0 && desc.arrive_count == 0 && !desc.loop_point &&
         !desc.extern_state && desc.args_align_bytes <= alignof(GraphLaunch::Unit);
}

bool are_same(const GraphLaunch& launch, const api::LaunchSiteDesc& site) {
  return !launch.is_index && launch.single.task == site.task && launch.single.loc.line == site.loc.line;
}

bool are_same(const GraphLaunch& launch, const api::IndexLaunchSiteDesc& site, uint64_t count) {
  const api::IndexLaunchSiteDesc& known = launch.points;
  return launch.is_index && launch.count == count && known.task == site.task &&
         known.loc.line == site.loc.line && !site.fold &&
         known.needs_dynamic_check == site.needs_dynamic_check && known.is_demanded == site.is_demanded &&
         std::equal(launch.projections.begin(), launch.projections.end(), site.projections);
}

void wait_longer(GraphRecord& record) {
  record.unchanged = 0;
  record.patience = std::min(2 * record.patience + 1, kMostPatience);
}

std::shared_ptr<GraphTrace> make_trace(const ContextImpl& context, const GraphRecord& record) {
  auto made = std::make_shared<GraphTrace>();
  made->launches = record.launches;
  std::vector<TaskInfo::Access> room;
  for (const auto& launch : made->launches) {
    const api::SourceLoc loc = launch->info->desc->loc;
    for (uint64_t k = 0; k < launch->count; ++k) {
      room.clear();
      for (const TaskInfo::Access& access :
           context.accesses_of(*launch->info, launch->args_of(k), loc, room)) {
        const Use use = context.use_of(access, launch->args_of(k), loc);
        made->uses.push_back(use);
        made->regions.emplace_back(use.region->id, use.region);
      }
    }
  }
  const auto order = [](const Use& a, const Use& b) {
    return std::tuple(a.region, a.group, a.mask, a.is_write) <
           std::tuple(b.region, b.group, b.mask, b.is_write);
  };
  const auto is_same = [&](const Use& a, const Use& b) { return !order(a, b) && !order(b, a); };
  std::sort(made->uses.begin(), made->uses.end(), order);
  made->uses.erase(std::unique(made->uses.begin(), made->uses.end(), is_same), made->uses.end());
  std::sort(made->regions.begin(), made->regions.end());
  made->regions.erase(std::unique(made->regions.begin(), made->regions.end()), made->regions.end());
  return made;
}

}  // namespace

bool GraphLaunch::has_args(const char* other, size_t stride_bytes) const {
  const api::TaskDesc& desc = *info->desc;
  for (uint64_t k = 0; k < count; ++k, other += stride_bytes) {
    const char* own = args_of(k);
    for (uint16_t p = 0; p < desc.param_count; ++p) {
      const api::ParamDesc& param = desc.params[p];
      if (memcmp(own + param.offset, other + param.offset, param.size_bytes) != 0) return false;
    }
  }
  return true;
}

// ---- the operation

TraceLaunch::TraceLaunch(realm::Scheduler& scheduler, Task& launched_by, std::shared_ptr<GraphTrace> of)
    : Operation(
          scheduler,
          [](realm::Work& work, realm::Worker& worker) {
            TraceLaunch& self = static_cast<TraceLaunch&>(static_cast<Operation&>(work));
            self.parent->info.runtime->gpus->begin(self, worker);
          },
          edge_room_, 4),
      trace(std::move(of)),
      parent(&launched_by) {}

void TraceLaunch::complete(realm::Worker& worker) {
  worker.begin_finish();
  if (schedule_log) [[unlikely]]
    schedule_log->ended(done);
  const realm::UserEvent over = done;
  Task* const launcher = parent;
  delete this;
  over.trigger();
  Task::child_done(launcher, 1);
  worker.end_finish();
}

// ---- collecting

void TraceGraphs::begin(ContextImpl& context) {
  const Runtime& runtime = context.runtime();
  if (!runtime.options.graphs || runtime.mapper || !context.is_undisturbed() || !runtime.gpus->takes_traces())
    return;
  Recording* recording = context.dependences().begun_replay();
  if (!recording || !recording->graph) return;
  GraphRecord& record = *recording->graph;
  if (record.trace && record.trace->has_failed.exchange(false, std::memory_order_relaxed))
    wait_longer(record);
  if (record.unchanged < record.patience) return;
  if (!record.trace) {
    uint64_t tasks = 0;
    for (const auto& launch : record.launches) tasks += launch->count;
    if (tasks < kFewestTasks) return;
    record.trace = make_trace(context, record);
  }
  // Others need not wait for the execution before, and one at a time uses what the device keeps.
  const bool writes = std::ranges::any_of(record.trace->uses, [](const Use& use) { return use.is_write; });
  if (!writes) return;
  record_ = recording->graph;
  trace_ = record.trace;
  next_ = 0;
}

bool TraceGraphs::collect(ContextImpl& context, const api::LaunchSiteDesc& site, const void* args) {
  if (next_ < trace_->launches.size() && context.is_undisturbed()) {
    const GraphLaunch& next = *trace_->launches[next_];
    if (are_same(next, site) && next.has_args(static_cast<const char*>(args), 0)) {
      ++next_;
      return true;
    }
  }
  return false;
}

bool TraceGraphs::collect(ContextImpl& context, const api::IndexLaunchSiteDesc& site, uint64_t count,
                          const char* args, size_t args_stride) {
  if (next_ < trace_->launches.size() && context.is_undisturbed()) {
    const GraphLaunch& next = *trace_->launches[next_];
    if (are_same(next, site, count) && next.has_args(args, args_stride)) {
      ++next_;
      return true;
    }
  }
  return false;
}

void TraceGraphs::leave(ContextImpl& context) {
  if (!trace_) return;
  wait_longer(*record_);
  const std::shared_ptr<GraphTrace> trace = std::exchange(trace_, nullptr);
  record_ = nullptr;
  for (size_t k = 0; k < next_; ++k) {
    const GraphLaunch& launch = *trace->launches[k];
    if (!launch.is_index) {
      context.launch(launch.single, launch.args_of(0), {}, nullptr, 0);
      continue;
    }
    api::IndexLauncher launcher(context, launch.points, launch.count);
    for (uint64_t p = 0; p < launch.count; ++p)
      memcpy(launcher.point_args(), launch.args_of(p), launch.info->desc->args_size_bytes);
    launcher.issue();
  }
}

bool TraceGraphs::may_launch(const ContextImpl& context) const {
  if (next_ != trace_->launches.size() || !context.is_undisturbed()) return false;
  const bool are_there = std::all_of(trace_->regions.begin(), trace_->regions.end(), [&](const auto& region) {
    return context.forest().find_region(region.first) == region.second;
  });
  return are_there && std::all_of(trace_->uses.begin(), trace_->uses.end(), [](const Use& use) {
           return use.region->root->has_reserved(use.group, use.mask);
         });
}

void TraceGraphs::launch(ContextImpl& context) {
  const std::shared_ptr<GraphTrace> trace = std::exchange(trace_, nullptr);
  record_ = nullptr;
  auto* launch = new TraceLaunch(context.runtime().scheduler, context.task(), trace);
  std::vector<realm::Event> needs;
  context.dependences().replay_as_one(launch->done, [&](realm::Event event) {
    if (needs.empty() || needs.back().id() != event.id()) needs.push_back(event);
  });
  std::sort(needs.begin(), needs.end(), [](realm::Event a, realm::Event b) { return a.id() < b.id(); });
  needs.erase(std::unique(needs.begin(), needs.end()), needs.end());
  for (realm::Event event : needs) launch->add_dependence(event);
  launch->add_dependence(context.fence());
  context.add_live(launch->done);
  context.task().add_children(1);
  if (schedule_log) [[unlikely]] {
    const GraphLaunch& first = *trace->launches.front();
    const api::SourceLoc loc = first.is_index ? first.points.loc : first.single.loc;
    schedule_log->launched(*launch, context.task().done.id(), {ScheduleLog::Kind::task, "(a trace)", loc},
                           trace->uses);
  }
  if (launch->finish_analysis()) launch->scheduler().submit(*launch);
}

void TraceGraphs::end(ContextImpl& context) {
  if (trace_) {
    if (may_launch(context)) {
      launch(context);
    } else {
      leave(context);
    }
    return;
  }
  Recording* recording = context.dependences().complete_recording();
  if (!recording || !recording->graph) return;
  GraphRecord& record = *recording->graph;
  const auto& launches = record.launches;
  const bool are_all = launches.size() == context.dependences().group_number() + 1 &&
                       std::ranges::all_of(launches, [](const auto& launch) { return launch != nullptr; });
  record.unchanged = are_all && !record.has_changed ? record.unchanged + 1 : 0;
  record.has_changed = false;
}

// ---- what is launched as tasks

void TraceGraphs::note(ContextImpl& context, realm::Event asker, const api::LaunchSiteDesc& site,
                       const char* args) {
  GraphLaunch launch;
  launch.single = site;
  launch.info = &context.task_info(*site.task);
  launch.args_stride = site.task->args_size_bytes;
  note(context, asker, std::move(launch), args);
}

void TraceGraphs::note(ContextImpl& context, realm::Event asker, const api::IndexLaunchSiteDesc& site,
                       uint64_t count, const char* args, size_t args_stride) {
  GraphLaunch launch;
  launch.is_index = true;
  launch.points = site;
  launch.projections.assign(site.projections, site.projections + site.task->param_count);
  launch.info = &context.task_info(*site.task);
  launch.count = count;
  launch.args_stride = args_stride;
  note(context, asker, std::move(launch), args);
}

void TraceGraphs::note(ContextImpl& context, realm::Event asker, GraphLaunch&& launch, const char* args) {
  const Runtime& runtime = context.runtime();
  if (!runtime.options.graphs || runtime.mapper || !runtime.gpus->takes_traces() || !repeats(*launch.info))
    return;
  if (launch.is_index && launch.points.fold) return;
  Analysis& analysis = context.dependences();
  Recording* recording = analysis.recording_of(asker);
  if (!recording || !context.is_undisturbed()) return;
  if (!recording->graph) recording->graph = std::make_shared<GraphRecord>();
  GraphRecord& record = *recording->graph;
  const uint32_t number = analysis.group_number();
  if (record.launches.size() <= number) record.launches.resize(number + 1);
  std::shared_ptr<const GraphLaunch>& known = record.launches[number];
  const bool is_same =
      known && known->info == launch.info &&
      (launch.is_index ? are_same(*known, launch.points, launch.count) : are_same(*known, launch.single)) &&
      known->has_args(args, launch.args_stride);
  if (is_same) return;
  record.has_changed = true;
  record.trace = nullptr;
  const size_t bytes = launch.count * launch.args_stride;
  launch.args.resize((bytes + sizeof(GraphLaunch::Unit) - 1) / sizeof(GraphLaunch::Unit));
  if (bytes > 0) memcpy(launch.args.data(), args, bytes);
  auto kept = std::make_shared<GraphLaunch>(std::move(launch));
  kept->points.projections = kept->projections.data();
  known = std::move(kept);
}

}  // namespace palatine::legion
