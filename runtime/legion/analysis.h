// The dependence analysis of a running task: its table (dependence.h), or, inside a trace that repeats, what
// the trace has recorded (trace.h).
//
//   plain      no trace: everything goes to the table
//   recording  inside a trace: the same, and what is asked is compared with what was asked earlier
//   replaying  inside a trace that repeats: answers come from a replay, and the table is not told
//   after      behind a trace, with nothing asked since: the next one can be replayed
//
// The *history* has the executions of traces that stand behind each other with nothing asked between them,
// but for those that matter no more. A trace is replayed when the recording that will probably come is in the
// history: that which came behind the last execution the time before, else the trace's latest. When something
// else is asked, the replay goes on with another recording of the trace that began in the same way, if that
// is in the history too.
//
// Whatever else is asked ends the replay: the table is told of the executions in the history, and everything
// goes on as if there were no trace. What left the history need not be told, because what is there waits for
// it.
//
// Lanes. When a trace of short index launches is replayed again and again, its launches are run in lanes
// (lanes.h): from one execution to the next, also of several traces, the same lanes stay open, and the
// executions have no events. Whatever else is asked closes them first; then one event stands for all that was
// run in them. `lane_step` and `issue_to_lanes` are for the launches, and ask nothing.
//
// Thread safety: none; it belongs to one task.
#pragma once

#include <memory>
#include <unordered_map>
#include <utility>

#include "runtime/legion/dependence.h"
#include "runtime/legion/lanes.h"
#include "runtime/legion/trace.h"

namespace palatine::legion {

class Analysis {
 public:
  explicit Analysis(Forest& forest) : forest_(forest), table_(forest) {}
  ~Analysis() {
    if (lanes_) lanes_->close();
  }
  Analysis(const Analysis&) = delete;
  Analysis& operator=(const Analysis&) = delete;

  // A use by a single operation. Calls `found(event)` for what it must wait for; the same event may come more
  // than once.
  template <typename Found>
  void add(const Use& use, realm::Event self, Found&& found) {
    if (mode_ != Mode::plain) [[unlikely]] {
      if (replays(TraceCall::Kind::operation, use, self, found)) return;
    }
    table_.add(use, self, found);
  }
  // By point k of an index launch.
  template <typename Found>
  void add_point(const Use& use, const PointEvents& events, uint64_t k, Found&& found) {
    if (mode_ != Mode::plain) [[unlikely]] {
      if (replays(TraceCall::Kind::point, use, events.of_point(k), found, &events, k)) return;
    }
    table_.add(use, events.of_point(k), found);
  }
  // By all points at once.
  template <typename Found>
  void add_all(const Use& use, const PointEvents& events, Found&& found) {
    if (mode_ != Mode::plain) [[unlikely]] {
      if (replays(TraceCall::Kind::all, use, events.all, found, &events)) return;
    }
    table_.add(use, events.all, found);
  }
  // See DependenceTable::add_points.
  template <typename FoundAll, typename Found>
  void add_points(Partition& partition, uint64_t first, const Use& use, PointEvents& events,
                  FoundAll&& found_all, Found&& found) {
    if (mode_ != Mode::plain) [[unlikely]] {
      TraceCall call{TraceCall::Kind::points};
      call.partition = &partition;
      call.first = first;
      call.use = use;
      if (const Replay::Answer* same = follow(call, events.all, &events)) {
        answer(*same, found_all);
        const uint32_t* row = replay_->rows() + same->rows;
        for (uint32_t g = 0; g < events.grains.size(); ++g) {
          for (uint32_t e = row[g]; e < row[g + 1]; ++e) found(g, event_of(replay_->edges()[e]));
        }
        hold(events);
        if (same->is_ordered) return;
      }
    }
    table_.add_points(partition, first, use, events, found_all, found);
  }
  // Outside of traces, with nothing left of one.
  bool is_plain() const { return mode_ == Mode::plain; }
  // What conflicts with a use that the task itself is about to make.
  template <typename Found>
  void ask(const Use& use, Found&& found) {
    if (mode_ != Mode::plain) [[unlikely]]
      interrupt();
    table_.add(use, realm::Event::none(), found);
  }

  // See DependenceTable::forget.
  realm::Event forget(RootRegion& root) {
    forget_traces();
    return table_.forget(root);
  }
  void forget(Partition& partition) {
    forget_traces();
    table_.forget(partition);
  }

  // Traces do not nest; inside of one, `end_trace` comes first.
  // `task` launches; `fence` is what all that it launches waits for.
  void begin_trace(uint64_t id, Task& task, realm::Event fence);
  void end_trace();
  // How large the grains of the next index launch should be (grain.h), when its tasks' times ask for
  // `wanted`: inside a trace most often what they were the last time, so that it stays the same.
  uint32_t grain_shift(uint32_t wanted, uint64_t point_count) const;
  // Whether the open trace is replayed so far.
  bool is_replaying() const { return mode_ == Mode::replaying; }

  // ---- what mappers decided (mapper/manager_memo.cpp)

  // Whether the questions of `asker`, an operation or the points of an index launch, were the last ones
  // inside a trace: then what is decided about it can be kept.
  bool is_traced(realm::Event asker) const {
    const bool is_inside = mode_ == Mode::recording || mode_ == Mode::replaying;
    return is_inside && last_asker_ == asker.id();
  }
  // Whether mappers once left these tasks to any worker, at this place of the trace.
  bool is_mapped_anywhere(realm::Event asker, const TaskInfo& info) const {
    if (!is_traced(asker)) return false;
    const std::vector<const TaskInfo*>& known = recording_->mapped_anywhere;
    return group_count_ <= known.size() && known[group_count_ - 1] == &info;
  }
  // Only where `is_traced`.
  void note_mapped_anywhere(const TaskInfo& info);

  // ---- parts of executions that are one operation (trace_graph.h)

  // The open recording whose questions `asker` has just asked, and which of its operations and index launches
  // that is; else null.
  Recording* recording_of(realm::Event asker) const { return is_traced(asker) ? recording_.get() : nullptr; }
  uint32_t group_number() const { return group_count_ - 1; }
  // A recording of which nothing was asked so far, to be replayed; else null.
  Recording* begun_replay() const {
    return mode_ == Mode::replaying && next_call_ == 0 && !is_in_lanes_ ? recording_.get() : nullptr;
  }
  // A recording of which everything was asked; else null.
  Recording* complete_recording() const {
    const bool is_inside = mode_ == Mode::recording || mode_ == Mode::replaying;
    return is_inside && next_call_ == recording_->calls.size() ? recording_.get() : nullptr;
  }
  // The recording that is replayed, and how many operations and index launches have asked, with how many
  // questions; else null.
  const Recording* replayed() const { return mode_ == Mode::replaying ? recording_.get() : nullptr; }
  uint32_t group_count() const { return group_count_; }
  size_t call_count() const { return next_call_; }
  // What the next `groups` operations and index launches of `replayed` ask, asked by one operation that does
  // what all of them do. Calls `found(event)` for what it must wait for, again and again for some.
  template <typename Found>
  void replay_as_one(realm::Event done, uint32_t groups, Found&& found) {
    const size_t end = recording_->end_of_groups(next_call_, groups);
    const auto find = [&](Replay::Ref ref) {
      if (ref.execution < history_.size() || ref.node < next_node_) found(event_of(ref));
    };
    for (size_t c = next_call_; c < end; ++c) {
      const TraceCall& call = recording_->calls[c];
      const Replay::Answer& same = replay_->answer(c);
      for (uint32_t e = same.edges_begin; e < same.edges_end; ++e) find(replay_->edges()[e]);
      Use use = call.use;
      if (call.kind == TraceCall::Kind::points) {
        const uint32_t* row = replay_->rows() + same.rows;
        for (uint32_t e = row[0]; e < row[call.count]; ++e) find(replay_->edges()[e]);
        use.region = call.partition->parent;
      }
      if (!same.is_ordered) table_.add(use, done, found);
    }
    answered_as_one(done, groups, end);
  }

  // ---- lanes

  // The open ones, or null.
  Lanes* lanes() const { return lanes_; }
  // What the next launch is if it is the one that was recorded, and goes to the lanes; else null.
  const LaneStep* lane_step(const api::IndexLaunchSiteDesc& site, uint64_t point_count) const {
    if (!is_in_lanes_ || lane_launch_ >= plan_->steps.size()) return nullptr;
    const LaneStep& step = plan_->steps[lane_launch_];
    const bool is_same =
        step.launch->info->desc == site.task && step.launch->count == point_count && !site.fold;
    return is_same ? &step : nullptr;
  }
  void issue_to_lanes(const LaneStep& step, Lanes::Record& record);
  // What the regions of the step's last launch were found by; empty when nobody has said.
  Lanes::Sources& sources_of(const LaneStep& step) { return sources_[&step - plan_->steps.data()]; }
  // Whether `note_launch` wants to know about the index launch whose questions were asked last.
  bool wants_launch(realm::Event all) const {
    const bool is_inside = mode_ == Mode::recording || mode_ == Mode::replaying;
    if (!is_inside || trace_->execution_count < 2 || last_asker_ != all.id()) return false;
    return recording_->launches.size() < group_count_ || !recording_->launches[group_count_ - 1];
  }
  void note_launch(std::shared_ptr<const RecordedLaunch> launch);
  // One event stands for everything that was launched in them, and the next launches are tasks again.
  void close_lanes();

 private:
  enum class Mode : uint8_t { plain, recording, replaying, after };

  template <typename Found>
  bool replays(TraceCall::Kind kind, const Use& use, realm::Event self, Found&& found,
               const PointEvents* events = nullptr, uint64_t k = 0) {
    TraceCall call{kind};
    call.first = k;
    call.use = use;
    const Replay::Answer* same = follow(call, self, events);
    if (!same) return false;
    answer(*same, found);
    return same->is_ordered;
  }
  template <typename Found>
  void answer(const Replay::Answer& same, Found&& found) {
    for (uint32_t e = same.edges_begin; e < same.edges_end; ++e) found(event_of(replay_->edges()[e]));
  }
  realm::Event event_of(Replay::Ref ref) const {
    const TraceExecution& execution = ref.execution < history_.size() ? history_[ref.execution] : now_;
    return execution.events[ref.node];
  }
  // The next question inside or behind a trace; `events` of an index launch. The answer when it is replayed,
  // else null: then the table answers.
  const Replay::Answer* follow(TraceCall call, realm::Event self, const PointEvents* events);
  // The same when the recording goes on with something else.
  const Replay::Answer* diverge(const TraceCall& call);
  // Keeps the events of the call that was replayed last for `leave`.
  void hold(PointEvents& events);

  std::shared_ptr<Recording> predict() const;
  // Another recording of the open trace with the same questions so far, and then `next`, or the end.
  std::shared_ptr<Recording> find_alike(const TraceCall* next) const;
  bool is_in_history(const Recording& recording) const;
  // In the context of the history; null when it is not worth making.
  const Replay* replay_of(Recording& recording, bool is_known_to_match);
  // The open execution becomes part of the history.
  void close();

  // Opens the lanes, or goes on with them, for an execution that is replayed.
  void enter_lanes(Task& task, realm::Event fence);
  bool may_enter_lanes(const LanePlan& plan) const;
  bool suits(const LanePlan& plan, uint32_t lane_count) const;
  // Puts the calls to the table that the plan's replay does not answer completely, as uses by `self`.
  template <typename Found>
  void add_open_calls(const LanePlan& plan, realm::Event self, Found&& found) {
    for (const TraceCall& call : plan.open_calls) {
      Use use = call.use;
      if (call.kind == TraceCall::Kind::points) use.region = call.partition->parent;
      table_.add(use, self, found);
    }
  }
  static void settle(TraceExecution& execution, const Recording& recording, size_t first_call,
                     size_t end_call, realm::Event done);
  static void settle_lanes(TraceExecution& execution, const Recording& recording, realm::Event done);
  void answered_as_one(realm::Event done, uint32_t groups, size_t end_call);

  // Tells the table of what was replayed.
  void leave();
  void tell(const TraceExecution& execution, const std::vector<TraceCall>& calls, size_t call_count);
  void interrupt();
  void forget_traces();

  // A trace that is longer costs more memory than its analysis is worth.
  static constexpr size_t kMaxCalls = 1 << 20;
  static constexpr size_t kMaxTraces = 64;
  static constexpr size_t kMaxRecordings = 4;
  static constexpr size_t kMaxReplays = 8;
  static constexpr size_t kMaxHistory = 8;
  static constexpr uint32_t kMaxInterruptions = 4;

  Forest& forest_;
  DependenceTable table_;
  Mode mode_ = Mode::plain;
  std::unordered_map<uint64_t, std::unique_ptr<Trace>> traces_;
  std::vector<TraceExecution> history_;
  uint64_t last_serial_ = 0, execution_count_ = 0;
  // What came last, for `predict`.
  std::shared_ptr<Recording> last_;

  // The open one.
  Trace* trace_ = nullptr;
  TraceExecution now_;
  // What is followed: one of the trace's, or a new one.
  std::shared_ptr<Recording> recording_;
  bool is_new_ = false;
  // Has other grains than one of the trace's, which the new one then replaces.
  std::shared_ptr<Recording> replaced_;
  const Replay* replay_ = nullptr;
  // Questions so far, and the nodes that they were asked by.
  size_t next_call_ = 0;
  uint32_t next_node_ = 0;
  uint32_t group_ = 0;        // the first node of who asked last
  uint64_t last_asker_ = 0;   // its event
  uint32_t group_count_ = 0;  // how many operations and index launches asked

  Lanes* lanes_ = nullptr;
  // The open execution's launches go to the lanes, as `plan_` says; so many have.
  bool is_in_lanes_ = false;
  const LanePlan* plan_ = nullptr;
  PointsAtHand* at_hand_ = nullptr;    // by step and lane
  Lanes::Sources* sources_ = nullptr;  // by step
  uint32_t lane_launch_ = 0;
  // Lanes that are closed soon cost more than they give: so many executions are replayed before others are
  // opened, more each time that these were closed soon.
  uint32_t executions_before_lanes_ = 1, lane_patience_ = 1;
};

}  // namespace palatine::legion
