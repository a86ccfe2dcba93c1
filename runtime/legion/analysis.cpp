#include "runtime/legion/analysis.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "runtime/legion/schedule_log.h"

namespace palatine::legion {

namespace {

bool begins_with(const Recording& recording, const std::vector<TraceCall>& calls, size_t count) {
  if (recording.calls.size() < count) return false;
  for (size_t c = 0; c < count; ++c) {
    if (!recording.calls[c].is_same(calls[c])) return false;
  }
  return true;
}

}  // namespace

// ---- which recording, and its replay

std::shared_ptr<Recording> Analysis::predict() const {
  std::shared_ptr<Recording> found;
  for (const std::shared_ptr<Recording>& known : trace_->recordings) {
    if (last_ && known->serial == last_->next_serial) return known;
    if (!found || known->last_execution > found->last_execution) found = known;
  }
  return found;
}

std::shared_ptr<Recording> Analysis::find_alike(const TraceCall* next) const {
  for (const std::shared_ptr<Recording>& known : trace_->recordings) {
    if (known == recording_) continue;
    const size_t count = known->calls.size();
    if (next ? count <= next_call_ || !known->calls[next_call_].is_same(*next) : count != next_call_)
      continue;
    if (begins_with(*known, recording_->calls, next_call_)) return known;
  }
  return nullptr;
}

bool Analysis::is_in_history(const Recording& recording) const {
  return std::any_of(history_.begin(), history_.end(),
                     [&](const TraceExecution& e) { return e.recording.get() == &recording; });
}

const Replay* Analysis::replay_of(Recording& recording, bool is_known_to_match) {
  if (!is_in_history(recording)) return nullptr;
  auto is_context = [&](const Replay& replay) {
    return std::equal(replay.context.begin(), replay.context.end(), history_.begin(), history_.end(),
                      [](uint64_t serial, const TraceExecution& e) { return serial == e.recording->serial; });
  };
  auto known = std::find_if(recording.replays.begin(), recording.replays.end(),
                            [&](const std::unique_ptr<Replay>& replay) { return is_context(*replay); });
  if (known != recording.replays.end()) return known->get();
  if (!is_known_to_match && recording.execution_count <= trace_->patience) return nullptr;
  // Where contexts change all the time, only now and then.
  const bool pays = trace_->made < 16 || trace_->replayed >= 4 * trace_->made;
  if (!pays && trace_->execution_count % 64 != 0) return nullptr;
  std::vector<const Recording*> context;
  for (const TraceExecution& execution : history_) context.push_back(execution.recording.get());
  if (recording.replays.size() >= kMaxReplays) recording.replays.erase(recording.replays.begin());
  ++trace_->made;
  return recording.replays.emplace_back(std::make_unique<Replay>(forest_, recording, context)).get();
}

// ---- executions

void Analysis::begin_trace(uint64_t id, Task& task, realm::Event fence) {
  auto known = traces_.find(id);
  if (known == traces_.end()) {
    if (traces_.size() >= kMaxTraces) forget_traces();
    known = traces_.emplace(id, std::make_unique<Trace>()).first;
  }
  trace_ = known->second.get();
  if (trace_->is_given_up) {
    leave();
    history_.clear();
    mode_ = Mode::plain;
    return;
  }
  ++trace_->execution_count;
  recording_ = predict();
  is_new_ = !recording_;
  replaced_ = nullptr;
  replay_ = recording_ && !recording_->calls.empty() ? replay_of(*recording_, false) : nullptr;
  if (!replay_) leave();
  if (is_new_) {
    recording_ = std::make_shared<Recording>();
    recording_->serial = ++last_serial_;
  }
  mode_ = replay_ ? Mode::replaying : Mode::recording;
  now_.events.clear();
  now_.events.resize(recording_->node_count);
  now_.is_known = !replay_;
  now_.launches_in_lanes = 0;
  next_call_ = 0;
  next_node_ = 0;
  last_asker_ = 0;
  group_count_ = 0;
  if (replay_) enter_lanes(task, fence);
}

void Analysis::end_trace() {
  is_in_lanes_ = false;
  if (mode_ == Mode::plain) return;
  if (next_call_ == 0) {
    mode_ = Mode::after;
    return;
  }
  if (next_call_ != recording_->calls.size()) {
    // It ends earlier than the recording.
    std::shared_ptr<Recording> same = find_alike(nullptr);
    const Replay* replay = same && mode_ == Mode::replaying ? replay_of(*same, true) : nullptr;
    if (mode_ == Mode::replaying && !replay) {
      leave();
      if (!same) trace_->patience = std::min<uint32_t>(2 * trace_->patience + 1, 63);
      mode_ = Mode::recording;
    }
    if (!same) {
      same = std::make_shared<Recording>();
      same->serial = ++last_serial_;
      same->calls.assign(recording_->calls.begin(),
                         recording_->calls.begin() + static_cast<ptrdiff_t>(next_call_));
      same->node_count = next_node_;
      is_new_ = true;
    }
    recording_ = std::move(same);
    replay_ = replay;
  }
  close();
  mode_ = Mode::after;
}

void Analysis::close() {
  std::vector<std::shared_ptr<Recording>>& recordings = trace_->recordings;
  if (is_new_) {
    if (replaced_) std::erase(recordings, replaced_);
    if (recordings.size() >= kMaxRecordings) {
      recordings.erase(std::min_element(
          recordings.begin(), recordings.end(),
          [](const auto& a, const auto& b) { return a->last_execution < b->last_execution; }));
    }
    recordings.push_back(recording_);
  }
  replaced_ = nullptr;
  ++recording_->execution_count;
  recording_->last_execution = ++execution_count_;
  if (last_) last_->next_serial = recording_->serial;
  last_ = recording_;

  now_.events.resize(recording_->node_count);
  now_.recording = recording_;
  if (mode_ == Mode::replaying) {
    ++trace_->replayed;
    const auto end = history_.begin() + replay_->forgets_before();
    history_.erase(std::remove_if(history_.begin(), end,
                                  [&](const TraceExecution& e) { return e.recording == recording_; }),
                   end);
  } else if (is_new_ || is_in_history(*recording_)) {
    // The table knows all that was before. What is new may be so because something else will not come again;
    // and what is there already need not come before itself.
    history_.clear();
  }
  if (history_.size() >= kMaxHistory) {
    leave();
    history_.clear();
  }
  history_.push_back(std::move(now_));
  now_ = TraceExecution();
  replay_ = nullptr;
  recording_ = nullptr;
}

uint32_t Analysis::grain_shift(uint32_t wanted, uint64_t point_count) const {
  const bool is_inside = mode_ == Mode::recording || mode_ == Mode::replaying;
  if (!is_inside || next_call_ >= recording_->calls.size()) return wanted;
  // Each change costs making a replay again, so there are fewer and fewer.
  if (std::has_single_bit(trace_->execution_count)) return wanted;
  const TraceCall& recorded = recording_->calls[next_call_];
  const bool is_launch = recorded.kind != TraceCall::Kind::operation;
  return is_launch && recorded.point_count == point_count ? recorded.grain_shift : wanted;
}

// ---- questions

const Replay::Answer* Analysis::follow(TraceCall call, realm::Event self, const PointEvents* events) {
  if (lanes_) [[unlikely]]
    close_lanes();
  if (mode_ == Mode::after) {
    leave();
    history_.clear();
    mode_ = Mode::plain;
    return nullptr;
  }
  const uint64_t asker = events ? events->all.id() : self.id();
  if (events) {
    call.count = static_cast<uint32_t>(events->grains.size());
    call.grain_shift = events->grain_shift;
    call.point_count = events->count;
  }
  if (asker != last_asker_) {
    last_asker_ = asker;
    group_ = next_node_;
    ++group_count_;
    next_node_ += events ? call.count + 1 : 1;
    if (now_.events.size() < next_node_) now_.events.resize(next_node_);
    if (events) {
      std::copy(events->grains.begin(), events->grains.end(), now_.events.begin() + group_);
      now_.events[group_ + call.count] = events->all;
    } else {
      now_.events[group_] = self;
    }
  }
  call.node = group_;
  if (call.kind == TraceCall::Kind::point) call.node += call.grain();
  if (next_call_ < recording_->calls.size() && recording_->calls[next_call_].is_same(call)) {
    const size_t number = next_call_++;
    return mode_ == Mode::replaying ? &replay_->answer(number) : nullptr;
  }
  return diverge(call);
}

const Replay::Answer* Analysis::diverge(const TraceCall& call) {
  // What is new already differs from all that is known.
  if (std::shared_ptr<Recording> other = is_new_ ? nullptr : find_alike(&call)) {
    const Replay* replay = mode_ == Mode::replaying ? replay_of(*other, true) : nullptr;
    if (mode_ == Mode::replaying && !replay) {
      leave();
      mode_ = Mode::recording;
    }
    recording_ = std::move(other);
    replay_ = replay;
    const size_t number = next_call_++;
    return replay_ ? &replay_->answer(number) : nullptr;
  }
  const bool is_regrained =
      next_call_ < recording_->calls.size() && recording_->calls[next_call_].is_same_but_for_grains(call);
  if (mode_ == Mode::replaying) {
    leave();
    if (!is_regrained) trace_->patience = std::min<uint32_t>(2 * trace_->patience + 1, 63);
  }
  mode_ = Mode::recording;
  replay_ = nullptr;
  if (!is_new_) {
    auto made = std::make_shared<Recording>();
    made->serial = ++last_serial_;
    made->calls.assign(recording_->calls.begin(),
                       recording_->calls.begin() + static_cast<ptrdiff_t>(next_call_));
    // Without the launch that asks now.
    const size_t before = group_count_ - 1;
    if (!is_regrained)
      made->launches.assign(recording_->launches.begin(),
                            recording_->launches.begin() +
                                static_cast<ptrdiff_t>(std::min(before, recording_->launches.size())));
    made->mapped_anywhere.assign(
        recording_->mapped_anywhere.begin(),
        recording_->mapped_anywhere.begin() +
            static_cast<ptrdiff_t>(std::min(before, recording_->mapped_anywhere.size())));
    if (is_regrained) replaced_ = recording_;
    recording_ = std::move(made);
    is_new_ = true;
  }
  recording_->calls.push_back(call);
  recording_->node_count = next_node_;
  ++next_call_;
  if (next_call_ >= kMaxCalls) {
    trace_->is_given_up = true;
    history_.clear();
    mode_ = Mode::plain;
  }
  return nullptr;
}

void Analysis::note_mapped_anywhere(const TaskInfo& info) {
  if (recording_->mapped_anywhere.size() < group_count_) recording_->mapped_anywhere.resize(group_count_);
  recording_->mapped_anywhere[group_count_ - 1] = &info;
}

void Analysis::hold(PointEvents& events) {
  std::vector<PointEvents*>& points = now_.points;
  if (points.size() < next_call_) points.resize(std::max(next_call_, recording_->calls.size()));
  PointEvents*& place = points[next_call_ - 1];
  if (place && --place->references == 0) delete place;
  place = &events;
  ++events.references;
}

// ---- lanes

namespace {

// A block that takes longer is worth an operation, which finds a worker by itself.
constexpr uint64_t kLongestBlockNs = 32768;
// Lanes with fewer launches were closed too soon.
constexpr uint64_t kFewLaunches = 64;
constexpr uint32_t kMaxLanePatience = 1024;
constexpr uint32_t kMaxLaunchesAhead = 128;
// Workers have several lanes, up to so many, where a block of one would take longer than this: who is done
// first takes from others.
constexpr uint64_t kBlockNs = 16384;
constexpr uint64_t kMaxLanesOfWorker = 8;

uint32_t suitable_lane_count(const Recording& recording, uint32_t workers) {
  uint64_t longest_ns = 0, points = 1;
  for (const auto& launch : recording.launches) {
    if (!launch) continue;
    const uint64_t block = (launch->count + workers - 1) / workers;
    longest_ns = std::max(longest_ns, launch->info->grain.typical_ns() * block);
    points = std::max(points, launch->count);
  }
  uint64_t lanes = 1;
  while (lanes < kMaxLanesOfWorker && longest_ns > lanes * kBlockNs && 2 * lanes * workers <= points &&
         2 * lanes * workers <= Lanes::kMaxLanes)
    lanes *= 2;
  return static_cast<uint32_t>(lanes * workers);
}

}  // namespace

void Analysis::note_launch(std::shared_ptr<const RecordedLaunch> launch) {
  if (recording_->launches.size() < group_count_) recording_->launches.resize(group_count_);
  recording_->launches[group_count_ - 1] = std::move(launch);
}

bool Analysis::may_enter_lanes(const LanePlan& plan) const {
  if (!plan.is_possible || (lanes_ && lanes_->is_slow())) return false;
  return std::none_of(plan.steps.begin(), plan.steps.end(), [](const LaneStep& step) {
    return step.launch->info->grain.typical_ns() * step.longest_block > kLongestBlockNs;
  });
}

// Whether lanes can be used as planned, when as many as these would suit: how long the tasks take may not
// have been known. Half as many, or twice as many, do as well, so that a plan stays.
bool Analysis::suits(const LanePlan& plan, uint32_t lane_count) const {
  if (!plan.is_possible || plan.lane_count == lane_count) return true;
  return !lanes_ && plan.lane_count <= 2 * lane_count && lane_count <= 2 * plan.lane_count &&
         may_enter_lanes(plan);
}

void Analysis::enter_lanes(Task& task, realm::Event fence) {
  if (executions_before_lanes_ > 0 && !lanes_) {
    --executions_before_lanes_;
    return;
  }
  const Runtime& runtime = *task.info.runtime;
  if (recording_->launches.empty() || runtime.scheduler.worker_count() > int{Lanes::kMaxLanes}) return;
  const uint32_t lane_count =
      lanes_ ? lanes_->lane_count()
             : suitable_lane_count(*recording_, static_cast<uint32_t>(runtime.scheduler.worker_count()));
  std::shared_ptr<const LanePlan>& plan = replay_->lane_plan;
  if (!plan || !suits(*plan, lane_count)) {
    std::vector<const Recording*> context;
    for (const TraceExecution& execution : history_) context.push_back(execution.recording.get());
    plan = std::make_shared<const LanePlan>(*replay_, *recording_, context, lane_count);
  }
  if (!may_enter_lanes(*plan)) return;
  const Lanes::Joined* joined = lanes_ ? lanes_->find(plan.get()) : nullptr;
  if (!joined) {
    // What its launches wait for that no replay knows.
    std::vector<realm::Event> pending;
    auto found = [&](realm::Event event) {
      if (!event.has_triggered()) pending.push_back(event);
    };
    add_open_calls(*plan, realm::Event::none(), found);
    if (!pending.empty()) close_lanes();
    if (!lanes_) {
      for (const TraceExecution& execution : history_) {
        for (realm::Event event : execution.events) found(event);
      }
      found(fence);
      uint64_t most = 1;
      for (const LaneStep& step : plan->steps) most = std::max(most, step.launch->count);
      const uint64_t ahead = std::clamp<uint64_t>(runtime.options.window / most, 2, kMaxLaunchesAhead);
      lanes_ = Lanes::open(task, plan->lane_count, static_cast<uint32_t>(ahead), merge_events(pending));
    }
    joined = &lanes_->join(plan);
  }
  is_in_lanes_ = true;
  plan_ = plan.get();
  at_hand_ = joined->at_hand.get();
  sources_ = joined->sources.get();
  lane_launch_ = 0;
  now_.first_in_lanes = lanes_->published();
}

void Analysis::issue_to_lanes(const LaneStep& step, Lanes::Record& record) {
  record.step = &step;
  record.at_hand = at_hand_ + static_cast<size_t>(&step - plan_->steps.data()) * plan_->lane_count;
  record.needs.resize(step.edges.size());
  for (size_t e = 0; e < step.edges.size(); ++e) {
    const LaneStep::Edge& edge = step.edges[e];
    const TraceExecution& execution = edge.execution < history_.size() ? history_[edge.execution] : now_;
    // What came before the lanes were opened was waited for.
    const bool is_there = edge.launch < execution.launches_in_lanes;
    record.needs[e] = is_there && !omits_dependence() ? execution.first_in_lanes + edge.launch + 1 : 0;
  }
  lanes_->publish(record);
  now_.launches_in_lanes = ++lane_launch_;
  ++group_count_;
  next_call_ += step.call_count;
  next_node_ += step.node_count;
  last_asker_ = 0;
}

void Analysis::answered_as_one(realm::Event done, uint32_t groups, size_t end_call) {
  settle(now_, *recording_, next_call_, end_call, done);
  next_call_ = end_call;
  const std::vector<TraceCall>& calls = recording_->calls;
  next_node_ = end_call < calls.size() ? calls[end_call].first_node() : recording_->node_count;
  group_count_ += groups;
  last_asker_ = 0;
}

// Gives the launches that were run as one the event of all.
void Analysis::settle(TraceExecution& execution, const Recording& recording, size_t first_call,
                      size_t end_call, realm::Event done) {
  uint32_t last_node = UINT32_MAX;
  for (size_t c = first_call; c < end_call; ++c) {
    const TraceCall& call = recording.calls[c];
    const uint32_t first = call.first_node();
    if (first != last_node) {
      last_node = first;
      const uint32_t nodes = call.kind == TraceCall::Kind::operation ? 1 : call.count + 1;
      std::fill_n(execution.events.begin() + first, nodes, done);
    }
    if (call.kind != TraceCall::Kind::points) continue;
    if (execution.points.size() <= c) execution.points.resize(recording.calls.size());
    PointEvents*& place = execution.points[c];
    place = new PointEvents;
    place->references = 1;
    place->grain_shift = call.grain_shift;
    place->count = call.point_count;
    place->all = done;
    place->grains.reserve(call.count);
    for (uint32_t grain = 0; grain < call.count; ++grain) place->grains.push_back(done);
  }
}

void Analysis::settle_lanes(TraceExecution& execution, const Recording& recording, realm::Event done) {
  if (execution.launches_in_lanes == 0) return;
  settle(execution, recording, 0, recording.end_of_groups(0, execution.launches_in_lanes), done);
  execution.launches_in_lanes = 0;
}

void Analysis::close_lanes() {
  if (!lanes_) return;
  const realm::Event done = lanes_->done();
  const bool is_short = lanes_->published() < kFewLaunches || lanes_->is_slow();
  lane_patience_ = is_short ? std::min(2 * lane_patience_, kMaxLanePatience) : 1;
  executions_before_lanes_ = lane_patience_;
  // Without launches they are complete at once, whatever they were to wait for.
  std::vector<std::shared_ptr<const LanePlan>> plans;
  if (lanes_->published() > 0) {
    for (const Lanes::Joined& joined : lanes_->joined()) plans.push_back(joined.plan);
  }
  std::exchange(lanes_, nullptr)->close();
  is_in_lanes_ = false;
  for (TraceExecution& execution : history_) {
    settle_lanes(execution, *execution.recording, done);
  }
  if (recording_) settle_lanes(now_, *recording_, done);
  // As if each launch had asked: executions that share what nobody in the history writes may have left it,
  // and whoever writes that later finds their readers nowhere else.
  for (const auto& plan : plans) add_open_calls(*plan, done, [](realm::Event) {});
}

// ---- leaving

void Analysis::tell(const TraceExecution& execution, const std::vector<TraceCall>& calls, size_t call_count) {
  const auto nothing = [](realm::Event) {};
  for (size_t c = 0; c < call_count; ++c) {
    const TraceCall& call = calls[c];
    if (call.kind == TraceCall::Kind::points) {
      PointEvents& events = *execution.points[c];
      if (!events.all.has_triggered())
        table_.add_points(*call.partition, call.first, call.use, events, nothing,
                          [](uint64_t, realm::Event) {});
      continue;
    }
    const realm::Event self =
        execution.events[call.kind == TraceCall::Kind::all ? call.node + call.count : call.node];
    if (!self.has_triggered()) table_.add(call.use, self, nothing);
  }
}

void Analysis::leave() {
  close_lanes();
  for (TraceExecution& execution : history_) {
    if (!execution.is_known) tell(execution, execution.recording->calls, execution.recording->calls.size());
    execution.is_known = true;
    execution.drop_points();
  }
  if (mode_ != Mode::replaying) return;
  tell(now_, recording_->calls, next_call_);
  now_.is_known = true;
  now_.drop_points();
}

void Analysis::interrupt() {
  leave();
  if (mode_ != Mode::after) trace_->is_given_up = ++trace_->interruptions >= kMaxInterruptions;
  history_.clear();
  mode_ = Mode::plain;
}

void Analysis::forget_traces() {
  leave();
  history_.clear();
  mode_ = Mode::plain;
  trace_ = nullptr;
  replay_ = nullptr;
  recording_ = replaced_ = last_ = nullptr;
  now_ = TraceExecution();
  traces_.clear();
}

}  // namespace palatine::legion
