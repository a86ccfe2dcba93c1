// The dependence analysis of a running task: its table (dependence.h), or, inside a trace that repeats, what
// the trace has recorded (trace.h).
//
//   plain      no trace: everything goes to the table
//   recording  inside a trace: the same, and what is asked is compared with what was asked the last time
//   replaying  inside a trace that repeats: answers come from the trace, and the table is not told
//   after      behind a trace, with nothing asked since: if it begins again, it can be replayed
//
// Whatever else is asked behind or inside a trace that is replayed, or asked in another order, ends the
// replay: the table is told of the last execution, and everything goes on as if there were no trace.
// Executions before the last one need not be told, because the last one waits for them.
//
// Thread safety: none; it belongs to one task.
#pragma once

#include <memory>
#include <unordered_map>
#include <utility>

#include "runtime/legion/dependence.h"
#include "runtime/legion/trace.h"

namespace palatine::legion {

class Analysis {
 public:
  explicit Analysis(Forest& forest) : forest_(forest), table_(forest) {}

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
      if (const TraceCall* same = follow(call, events.all, &events)) {
        answer(*same, found_all);
        const uint32_t* row = trace_->rows() + same->rows;
        for (uint32_t g = 0; g < same->count; ++g) {
          for (uint32_t e = row[g]; e < row[g + 1]; ++e) found(g, trace_->event_of(trace_->edges()[e]));
        }
        hold(events);
        if (same->is_ordered) return;
      }
    }
    table_.add_points(partition, first, use, events, found_all, found);
  }
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
  void begin_trace(uint64_t id);
  void end_trace();
  // How large the grains of the next index launch should be (grain.h), when its tasks' times ask for
  // `wanted`: inside a trace most often what they were the last time, so that it stays the same.
  uint32_t grain_shift(uint32_t wanted, uint64_t point_count) const;
  // Whether the open trace is replayed so far.
  bool is_replaying() const { return mode_ == Mode::replaying; }

 private:
  enum class Mode : uint8_t { plain, recording, replaying, after };

  template <typename Found>
  bool replays(TraceCall::Kind kind, const Use& use, realm::Event self, Found&& found,
               const PointEvents* events = nullptr, uint64_t k = 0) {
    TraceCall call{kind};
    call.first = k;
    call.use = use;
    const TraceCall* same = follow(call, self, events);
    if (!same) return false;
    answer(*same, found);
    return same->is_ordered;
  }
  template <typename Found>
  void answer(const TraceCall& call, Found&& found) {
    for (uint32_t e = call.edges_begin; e < call.edges_end; ++e) found(trace_->event_of(trace_->edges()[e]));
  }
  // The next question inside or behind a trace; `events` of an index launch. The recorded question when it is
  // replayed, else null: then the table answers.
  const TraceCall* follow(TraceCall call, realm::Event self, const PointEvents* events);
  // Keeps the events of the call that was replayed last for `leave`.
  void hold(PointEvents& events);
  // Tells the table of what was replayed.
  void leave();
  void tell(const TraceExecution& execution, size_t call_count);
  void interrupt();
  void forget_traces();

  // A trace that is longer costs more memory than its analysis is worth.
  static constexpr size_t kMaxCalls = 1 << 20;
  static constexpr size_t kMaxTraces = 64;
  static constexpr uint32_t kMaxInterruptions = 4;

  Forest& forest_;
  DependenceTable table_;
  Mode mode_ = Mode::plain;
  std::unordered_map<uint64_t, std::unique_ptr<Trace>> traces_;
  // The open one, or the last one in mode `after`.
  Trace* trace_ = nullptr;
  // Questions so far, and the nodes that they were asked by.
  size_t next_call_ = 0;
  uint32_t next_node_ = 0;
  uint32_t group_ = 0;       // the first node of who asked last
  uint64_t last_asker_ = 0;  // its event
};

}  // namespace palatine::legion
