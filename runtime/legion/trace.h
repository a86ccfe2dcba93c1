// Traces: what a task launches again and again, as its dependence analysis sees it.
//
// A *recording* is a sequence of questions that launches put to the analysis between the begin and the end of
// a trace: which region and fields, by which operation. Operations, and the grains of index launches
// (grain.h), are its *nodes*, numbered in program order; an index launch has one node more, for the event of
// all its points. A trace has a recording for each of the last few sequences that came between its begin and
// its end; an *execution* is one time that the task went through one of them.
//
// A *replay* is what a recording's questions are answered with in a *context*: the executions that came
// before and may still matter, of whatever traces, oldest first (analysis.h keeps them as its history). It is
// made by a table of its own (dependence.h) that analyses the context and then the recording, with events
// that stand for the nodes and never trigger meanwhile. What it finds for the recording is, for each
// question, a list of nodes of executions of the context or of this one. Replaying a question is then to
// compare it with the recorded one and to take the events of these nodes.
//
// These lists are complete for what is in the context. For what came before, the recording must be in its own
// context, and each node must come after itself in that execution, which waited for all that was older: it
// does when it writes, or conflicts with a node of that execution, of a later one, or of this one. That is
// decided for each question by those before it, because the operation may go on in another way the next time.
// Questions where that is not known are put to the task's table as well.
//
// When an execution is complete, earlier ones of the same recording leave the history if each of their nodes
// comes before itself in the new one: whatever conflicts with the old node conflicts with the new one, which
// waited for it. A node without that, because it shares what nobody in the context writes, is known to the
// table and may leave too. All others stay.
//
// Thread safety: none; a trace belongs to one task.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/legion/dependence.h"

namespace palatine::legion {

// A question to the analysis.
struct TraceCall {
  enum class Kind : uint8_t {
    operation,  // a single operation
    point,      // one point of an index launch
    all,        // a use that all points have in common
    points,     // point k uses the subregion of colour first + k
  };
  Kind kind;
  // Of the operation or the point's grain; of the launch's first grain for `all` and `points`.
  uint32_t node = 0;
  uint32_t count = 1;  // the launch's grains, of 2^`grain_shift` points each
  uint32_t grain_shift = 0;
  uint64_t point_count = 1;
  Partition* partition = nullptr;
  uint64_t first = 0;  // the colour of the first point; of `point` its number
  Use use{};

  // Of a point: its grain's number in the launch.
  uint32_t grain() const { return static_cast<uint32_t>(first >> grain_shift); }
  // Of the operation or index launch.
  uint32_t first_node() const { return kind == Kind::point ? node - grain() : node; }

  bool is_same(const TraceCall& other) const {
    return count == other.count && grain_shift == other.grain_shift && is_same_but_for_grains(other);
  }
  bool is_same_but_for_grains(const TraceCall& other) const {
    return kind == other.kind && node == other.node && point_count == other.point_count &&
           partition == other.partition && first == other.first && use.region == other.use.region &&
           use.group == other.use.group && use.mask == other.use.mask && use.is_write == other.use.is_write &&
           use.is_shared == other.use.is_shared;
  }
};

struct Recording;
struct RecordedLaunch;
struct TaskInfo;
struct LanePlan;
struct GraphRecord;

// A recording's answers in a context.
class Replay {
 public:
  // A node of an execution of the context, by its number there; the number behind the last one is the
  // execution that is going on.
  struct Ref {
    uint32_t execution;
    uint32_t node;
  };
  struct Answer {
    // What the operation, or all points, wait for: a range of `edges`. Of `points` also rows [rows, rows +
    // grains]: grain g waits for the edges from row g to row g + 1.
    uint32_t edges_begin = 0, edges_end = 0;
    uint32_t rows = 0;
    // Whoever asks comes after itself in an execution of the context: the table need not be asked.
    bool is_ordered = false;
  };

  Replay(Forest& forest, const Recording& recording, const std::vector<const Recording*>& context);

  const Answer& answer(size_t call) const { return answers_[call]; }
  const Ref* edges() const { return edges_.data(); }
  const uint32_t* rows() const { return rows_.data(); }
  // When the execution is complete: those of its recording that stand in the context before this number
  // matter no more.
  uint32_t forgets_before() const { return forgets_before_; }

  // By serial number, for finding it again.
  std::vector<uint64_t> context;
  // Of the recording's launches; null while it is not known whether lanes can run them.
  mutable std::shared_ptr<const LanePlan> lane_plan;

 private:
  struct Group;
  struct Evidence;
  static std::vector<Group> find_groups(const Recording& recording);
  void find_edges(Forest& forest, const std::vector<const Recording*>& executions,
                  const std::vector<bool>& is_empty, int64_t latest);
  void judge(const Recording& recording, const std::vector<const Recording*>& executions,
             const std::vector<bool>& is_empty);

  std::vector<Answer> answers_;  // by call
  std::vector<Ref> edges_;
  std::vector<uint32_t> rows_;
  uint32_t forgets_before_ = 0;
};

struct Recording {
  // No two have the same number.
  uint64_t serial = 0;
  std::vector<TraceCall> calls;
  // Behind the calls of so many operations and index launches, from the first call of one.
  size_t end_of_groups(size_t call, uint32_t groups) const;
  uint32_t node_count = 0;
  // How often the task went through it, and when last, in executions of all traces.
  uint64_t execution_count = 0, last_execution = 0;
  // The recording that came behind it the last time.
  uint64_t next_serial = 0;
  std::vector<std::unique_ptr<Replay>> replays;
  // What lanes (lane_plan.h) need to know of its index launches, in order; null for what they cannot run.
  std::vector<std::shared_ptr<const RecordedLaunch>> launches;
  // What devices need to launch it as one (trace_graph.h); null when nothing of it runs there.
  std::shared_ptr<GraphRecord> graph;
  // What its operations and index launches are, in order, that the program's mappers left to any worker and
  // need not be asked about again; null for the others.
  std::vector<const TaskInfo*> mapped_anywhere;
};

// One time that the task went through a recording.
struct TraceExecution {
  std::shared_ptr<Recording> recording;
  std::vector<realm::Event> events;  // by node
  // Of replayed calls of kind `points`, by call; a reference each.
  std::vector<PointEvents*> points;
  // The task's own table knows its operations.
  bool is_known = true;
  // So many of its launches, from the first one, were issued to the open lanes (analysis.h), the first of
  // them as number `first_in_lanes` there. They have no events until the lanes are closed.
  uint32_t launches_in_lanes = 0;
  uint64_t first_in_lanes = 0;

  TraceExecution() = default;
  TraceExecution(TraceExecution&&) noexcept = default;
  TraceExecution& operator=(TraceExecution&& other) noexcept;
  ~TraceExecution() { drop_points(); }
  void drop_points();
};

struct Trace {
  std::vector<std::shared_ptr<Recording>> recordings;
  // How often a recording must have been gone through before a replay of it pays: more often each time that
  // the task left a replay for something new.
  uint32_t patience = 0;
  // How many replays were made, and how many executions they answered.
  uint64_t made = 0, replayed = 0;
  uint64_t execution_count = 0;
  // How often the task looked at data inside of it. After some times it is never replayed again.
  uint32_t interruptions = 0;
  bool is_given_up = false;
};

}  // namespace palatine::legion
