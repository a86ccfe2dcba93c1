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
         !desc.extern_state && desc.args_align_bytes <= alignof(GraphArgsUnit);
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

bool is_value(const api::TaskDesc& desc, const api::FutureArg& argument) {
  return desc.params[argument.param].kind == api::ParamKind::value;
}

bool has_futures(const GraphLaunch& launch, TraceGraphs::Futures futures) {
  return std::ranges::equal(launch.futures, futures, {}, {}, &api::FutureArg::param);
}

void wait_longer(GraphRecord& record) {
  record.unchanged = 0;
  record.patience = std::min(2 * record.patience + 1, kMostPatience);
}

std::shared_ptr<GraphTrace> make_trace(const ContextImpl& context,
                                       std::vector<std::shared_ptr<const GraphLaunch>> launches) {
  auto made = std::make_shared<GraphTrace>();
  made->launches = std::move(launches);
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

// Launches behind each other that were noted, where they are worth it.
std::vector<GraphPart> find_parts(const ContextImpl& context, const Recording& recording,
                                  const GraphRecord& record) {
  std::vector<GraphPart> parts;
  std::vector<std::shared_ptr<const GraphLaunch>> launches;
  GraphPart part{};
  uint64_t tasks = 0;
  const auto end_part = [&] {
    if (tasks >= kFewestTasks) {
      part.trace = make_trace(context, std::move(launches));
      // Others need not wait for the execution before, and one at a time uses what the device keeps.
      if (std::ranges::any_of(part.trace->uses, [](const Use& use) { return use.is_write; }))
        parts.push_back(part);
    }
    launches.clear();
    tasks = 0;
  };
  uint32_t group = 0;
  for (size_t call = 0; call < recording.calls.size(); call = recording.end_of_groups(call, 1), ++group) {
    const GraphLaunch* launch = group < record.launches.size() ? record.launches[group].get() : nullptr;
    if (!launch) {
      end_part();
      continue;
    }
    if (launches.empty()) part = {group, call, nullptr};
    launches.push_back(record.launches[group]);
    tasks += launch->count;
  }
  end_part();
  return parts;
}

}  // namespace

bool GraphLaunch::is_same_point(const char* own, const char* other, Part part) const {
  const api::TaskDesc& desc = *info->desc;
  for (uint16_t p = 0; p < desc.param_count; ++p) {
    const api::ParamDesc& param = desc.params[p];
    if (part == Part::handles && param.kind == api::ParamKind::value) continue;
    if (memcmp(own + param.offset, other + param.offset, param.size_bytes) != 0) return false;
  }
  return true;
}

bool GraphLaunch::has_args(const char* other, size_t stride_bytes, Part part) const {
  for (uint64_t k = 0; k < count; ++k) {
    if (!is_same_point(args_of(k), other + k * stride_bytes, part)) return false;
  }
  return true;
}

std::shared_ptr<const GraphArgs> GraphLaunch::copy_args(const char* from, size_t stride_bytes) const {
  const size_t bytes = count * args_stride;
  GraphArgs copy((bytes + sizeof(GraphArgsUnit) - 1) / sizeof(GraphArgsUnit));
  for (uint64_t k = 0; k < count && bytes > 0; ++k)
    memcpy(args_of(k, copy), from + k * stride_bytes, info->desc->args_size_bytes);
  return std::make_shared<const GraphArgs>(std::move(copy));
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

void TraceLaunch::take_futures() {
  for (size_t k = 0; k < futures.size(); ++k) {
    const size_t number = futures[k].launch;
    const GraphLaunch& launch = *trace->launches[number];
    // Once for all futures of a launch, which stand together.
    if (k == 0 || futures[k - 1].launch != number)
      args[number] = launch.copy_args(launch.args_of(0, *args[number]), launch.args_stride);
    const api::ParamDesc& param = launch.info->desc->params[futures[k].param];
    const void* value = futures[k].future.state()->value();
    for (uint64_t p = 0; p < launch.count; ++p)
      memcpy(launch.args_of(p, *args[number]) + param.offset, value, param.size_bytes);
  }
  futures.clear();
}

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
  for (const GraphPart& part : record.parts) {
    if (part.trace->has_failed.exchange(false, std::memory_order_relaxed)) wait_longer(record);
  }
  if (record.unchanged < record.patience) return;
  if (!record.has_parts) record.parts = find_parts(context, *recording, record);
  record.has_parts = true;
  if (record.parts.empty()) return;
  record_ = recording->graph;
  recording_ = recording;
  next_part_ = 0;
}

const GraphLaunch* TraceGraphs::expected(ContextImpl& context) {
  if (!trace_) {
    const Analysis& analysis = context.dependences();
    if (analysis.replayed() != recording_) {
      record_ = nullptr;
      return nullptr;
    }
    const std::vector<GraphPart>& parts = record_->parts;
    const uint32_t group = analysis.group_count();
    while (next_part_ < parts.size() && parts[next_part_].first_group < group) ++next_part_;
    const bool is_here = next_part_ < parts.size() && parts[next_part_].first_group == group &&
                         parts[next_part_].first_call == analysis.call_count();
    if (!is_here) return nullptr;
    trace_ = parts[next_part_].trace;
    next_ = 0;
    args_.clear();
    futures_.clear();
  }
  return context.is_undisturbed() ? trace_->launches[next_].get() : nullptr;
}

void TraceGraphs::take(ContextImpl& context, const GraphLaunch& next, const char* args, size_t args_stride,
                       Futures futures) {
  for (const api::FutureArg& each : futures) futures_.push_back({next_, each.param, *each.future});
  if (!futures.empty() || !next.has_args(args, args_stride, GraphLaunch::Part::all)) {
    if (args_.empty()) {
      for (const auto& each : trace_->launches) args_.push_back(each->args);
    }
    args_[next_] = next.copy_args(args, args_stride);
  }
  if (++next_ < trace_->launches.size()) return;
  if (may_launch(context)) {
    launch(context);
  } else {
    leave(context);
  }
}

bool TraceGraphs::collect(ContextImpl& context, const api::LaunchSiteDesc& site, const void* args,
                          Futures futures) {
  const GraphLaunch* next = expected(context);
  const char* bytes = static_cast<const char*>(args);
  if (!next || !are_same(*next, site) || !has_futures(*next, futures) ||
      !next->has_args(bytes, 0, GraphLaunch::Part::handles))
    return false;
  take(context, *next, bytes, 0, futures);
  return true;
}

bool TraceGraphs::collect(ContextImpl& context, const api::IndexLaunchSiteDesc& site, uint64_t count,
                          const char* args, size_t args_stride, Futures futures) {
  const GraphLaunch* next = expected(context);
  if (!next || !are_same(*next, site, count) || !has_futures(*next, futures) ||
      !next->has_args(args, args_stride, GraphLaunch::Part::handles))
    return false;
  take(context, *next, args, args_stride, futures);
  return true;
}

void TraceGraphs::leave(ContextImpl& context) {
  if (!trace_) return;
  wait_longer(*record_);
  const std::shared_ptr<GraphTrace> trace = std::exchange(trace_, nullptr);
  record_ = nullptr;
  const auto all_args = std::exchange(args_, {});
  const auto all_futures = std::exchange(futures_, {});
  for (size_t k = 0; k < next_; ++k) {
    std::vector<api::FutureArg> futures;
    for (const GraphFuture& each : all_futures) {
      if (each.launch == k) futures.push_back({each.param, &each.future});
    }
    const GraphLaunch& launch = *trace->launches[k];
    const GraphArgs& args = all_args.empty() ? *launch.args : *all_args[k];
    if (!launch.is_index) {
      context.launch(launch.single, launch.args_of(0, args), {}, futures.data(),
                     static_cast<uint32_t>(futures.size()));
      continue;
    }
    api::IndexLauncher launcher(context, launch.points, launch.count);
    for (const api::FutureArg& each : futures) launcher.add_future(each);
    for (uint64_t p = 0; p < launch.count; ++p)
      memcpy(launcher.point_args(), launch.args_of(p, args), launch.info->desc->args_size_bytes);
    launcher.issue();
  }
}

bool TraceGraphs::may_launch(const ContextImpl& context) const {
  if (!context.is_undisturbed()) return false;
  const bool are_there = std::all_of(trace_->regions.begin(), trace_->regions.end(), [&](const auto& region) {
    return context.forest().find_region(region.first) == region.second;
  });
  return are_there && std::all_of(trace_->uses.begin(), trace_->uses.end(), [](const Use& use) {
           return use.region->root->has_reserved(use.group, use.mask);
         });
}

void TraceGraphs::launch(ContextImpl& context) {
  const std::shared_ptr<GraphTrace> trace = std::exchange(trace_, nullptr);
  auto* launch = new TraceLaunch(context.runtime().scheduler, context.task(), trace);
  launch->args = std::exchange(args_, {});
  launch->futures = std::exchange(futures_, {});
  std::vector<realm::Event> values;
  for (const GraphFuture& each : launch->futures) {
    values.push_back(each.future.state()->ready);
    launch->add_dependence(values.back());
  }
  std::vector<realm::Event> needs;
  const auto groups = static_cast<uint32_t>(trace->launches.size());
  context.dependences().replay_as_one(launch->done, groups, [&](realm::Event event) {
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
                           trace->uses, realm::Event::none(), values);
  }
  if (launch->finish_analysis()) launch->scheduler().submit(*launch);
}

void TraceGraphs::end(ContextImpl& context) {
  leave(context);
  record_ = nullptr;
  Recording* recording = context.dependences().complete_recording();
  if (!recording || !recording->graph) return;
  GraphRecord& record = *recording->graph;
  record.unchanged = record.has_changed ? 0 : record.unchanged + 1;
  record.has_changed = false;
}

// ---- what is launched as tasks

void TraceGraphs::note(ContextImpl& context, realm::Event asker, const api::LaunchSiteDesc& site,
                       const char* args, Futures futures) {
  GraphLaunch launch;
  for (const api::FutureArg& each : futures) {
    if (is_value(*site.task, each)) launch.futures.push_back(each.param);
  }
  launch.single = site;
  launch.info = &context.task_info(*site.task);
  launch.args_stride = site.task->args_size_bytes;
  note(context, asker, std::move(launch), args);
}

void TraceGraphs::note(ContextImpl& context, realm::Event asker, const api::IndexLaunchSiteDesc& site,
                       uint64_t count, const char* args, size_t args_stride, Futures futures) {
  GraphLaunch launch;
  for (const api::FutureArg& each : futures) {
    if (is_value(*site.task, each)) launch.futures.push_back(each.param);
  }
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
      known && known->info == launch.info && known->futures == launch.futures &&
      (launch.is_index ? are_same(*known, launch.points, launch.count) : are_same(*known, launch.single)) &&
      known->has_args(args, launch.args_stride, GraphLaunch::Part::handles);
  if (is_same) return;
  record.has_changed = true;
  record.has_parts = false;
  record.parts.clear();
  launch.args = launch.copy_args(args, launch.args_stride);
  auto kept = std::make_shared<GraphLaunch>(std::move(launch));
  kept->points.projections = kept->projections.data();
  known = std::move(kept);
}

}  // namespace palatine::legion
