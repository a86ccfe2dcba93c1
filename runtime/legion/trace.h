// Traces: what a task launches again and again, as its dependence analysis sees it.
//
// A trace is recorded as the questions that the launches put to the analysis: which region and fields, by
// which operation. Operations, and the grains of index launches (grain.h), are its *nodes*, numbered in
// program order; an index launch has one node more, for the event of all its points. When the same questions
// come a second time in a row, the trace is compiled: a table of its own (dependence.h) analyses the sequence
// twice, with events that stand for the nodes and never trigger meanwhile. What the second round finds is,
// for each question, a list of nodes of the same execution or of the one before. Replaying a question is then
// to compare it with the recorded one and to take the events of these nodes (analysis.h).
//
// The lists are complete for an execution that follows on another one of the same trace, because whatever
// conflicts with an older operation conflicts with the same operation of the execution between, and waited
// for it. That needs each node to come after itself: it does when it writes, or conflicts with another node.
// The others, which share what nobody in the trace writes, are not `is_ordered`: they are also analysed as
// if there were no trace. That is decided for each question by those before it, because the operation may
// go on in another way the next time; all points of a launch are or are not.
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

  // Compiled: every node that asks comes after itself in the execution before, whatever it asks afterwards.
  bool is_ordered = false;
  // What it, or all points, wait for: a range of `edges`. Of `points` also rows [rows, rows + count]: grain g
  // waits for the edges from row g to row g + 1.
  uint32_t edges_begin = 0, edges_end = 0;
  uint32_t rows = 0;

  // Of a point: its grain's number in the launch.
  uint32_t grain() const { return static_cast<uint32_t>(first >> grain_shift); }

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

// One time that the task went through the trace.
struct TraceExecution {
  std::vector<realm::Event> events;  // by node
  // Of replayed calls of kind `points`, by call; a reference each.
  std::vector<PointEvents*> points;
  // The task's own table knows its operations.
  bool is_known = true;
};

class Trace {
 public:
  // A node of this execution, 2 * node, or of the one before, 2 * node + 1.
  using Ref = uint32_t;

  Trace() = default;
  ~Trace() { drop_points(); }
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  std::vector<TraceCall> calls;
  uint32_t node_count = 0;
  // This one and the one before.
  TraceExecution executions[2];
  int current = 0;
  uint64_t execution_count = 0;
  // How often in a row the questions were the same, and how often they must have been before compiling pays:
  // more often each time that they turned out to change.
  uint32_t repeats = 0, patience = 0;
  // How often the task looked at data inside of it. After some times it is never replayed again.
  uint32_t interruptions = 0;
  bool is_given_up = false;

  TraceExecution& now() { return executions[current]; }
  realm::Event event_of(Ref ref) const {
    return executions[current ^ static_cast<int>(ref & 1)].events[ref >> 1];
  }
  const Ref* edges() const { return edges_.data(); }
  const uint32_t* rows() const { return rows_.data(); }

  bool is_compiled() const { return model_ != nullptr; }
  void compile(Forest& forest);
  // The sequence goes on in another way after `call_count` questions, which use `nodes` nodes; `is_surprise`:
  // because the task does.
  void cut(size_t call_count, uint32_t nodes, bool is_surprise = true);
  void drop_points();

 private:
  struct Group;
  std::vector<Group> find_groups() const;
  bool comes_after_itself(const Group& group, uint32_t node, bool is_empty, const std::vector<Group>& groups,
                          const std::vector<uint32_t>& group_of) const;

  std::vector<Ref> edges_;
  std::vector<uint32_t> rows_;
  // Made the edges; keeps the trees that the calls name.
  std::unique_ptr<DependenceTable> model_;
};

}  // namespace palatine::legion
