#include "runtime/legion/analysis.h"

#include <algorithm>
#include <bit>

namespace palatine::legion {

void Analysis::begin_trace(uint64_t id) {
  auto known = traces_.find(id);
  if (known == traces_.end()) {
    if (traces_.size() >= kMaxTraces) forget_traces();
    known = traces_.emplace(id, std::make_unique<Trace>()).first;
  }
  Trace& trace = *known->second;
  const bool follows = mode_ == Mode::after && trace_ == &trace;
  const bool can_replay = follows && !trace.calls.empty() && trace.repeats >= trace.patience;
  if (!can_replay) leave();
  mode_ = Mode::plain;
  trace_ = &trace;
  if (trace.is_given_up) return;
  if (can_replay && !trace.is_compiled()) trace.compile(forest_);
  mode_ = can_replay ? Mode::replaying : Mode::recording;
  trace.current ^= 1;
  trace.now().is_known = !can_replay;
  trace.now().events.resize(trace.node_count);
  ++trace.execution_count;
  next_call_ = 0;
  next_node_ = 0;
  last_asker_ = 0;
}

void Analysis::end_trace() {
  if (mode_ == Mode::plain) return;
  if (next_call_ != trace_->calls.size()) {
    leave();
    trace_->cut(next_call_, next_node_);
  } else {
    ++trace_->repeats;
  }
  mode_ = Mode::after;
}

uint32_t Analysis::grain_shift(uint32_t wanted, uint64_t point_count) const {
  const bool is_inside = mode_ == Mode::recording || mode_ == Mode::replaying;
  if (!is_inside || next_call_ >= trace_->calls.size()) return wanted;
  // Each change costs compiling it again, so there are fewer and fewer.
  if (std::has_single_bit(trace_->execution_count)) return wanted;
  const TraceCall& recorded = trace_->calls[next_call_];
  const bool is_launch = recorded.kind != TraceCall::Kind::operation;
  return is_launch && recorded.point_count == point_count ? recorded.grain_shift : wanted;
}

const TraceCall* Analysis::follow(TraceCall call, realm::Event self, const PointEvents* events) {
  if (mode_ == Mode::after) {
    leave();
    mode_ = Mode::plain;
    return nullptr;
  }
  Trace& trace = *trace_;
  TraceExecution& now = trace.now();
  const uint64_t asker = events ? events->all.id() : self.id();
  if (events) {
    call.count = static_cast<uint32_t>(events->grains.size());
    call.grain_shift = events->grain_shift;
    call.point_count = events->count;
  }
  if (asker != last_asker_) {
    last_asker_ = asker;
    group_ = next_node_;
    next_node_ += events ? call.count + 1 : 1;
    if (now.events.size() < next_node_) now.events.resize(next_node_);
    if (events) {
      std::copy(events->grains.begin(), events->grains.end(), now.events.begin() + group_);
      now.events[group_ + call.count] = events->all;
    } else {
      now.events[group_] = self;
    }
  }
  call.node = group_;
  if (call.kind == TraceCall::Kind::point) call.node += call.grain();
  if (next_call_ < trace.calls.size() && trace.calls[next_call_].is_same(call)) {
    const TraceCall& same = trace.calls[next_call_++];
    return mode_ == Mode::replaying ? &same : nullptr;
  }
  const bool is_regrained =
      next_call_ < trace.calls.size() && trace.calls[next_call_].is_same_but_for_grains(call);
  leave();
  mode_ = Mode::recording;
  if (is_regrained) {
    trace.cut(next_call_, next_node_, false);
  } else if (next_call_ < trace.calls.size() || (trace.execution_count > 1 && trace.repeats > 0)) {
    trace.cut(next_call_, next_node_);
  }
  trace.calls.push_back(call);
  trace.node_count = next_node_;
  ++next_call_;
  if (next_call_ >= kMaxCalls) {
    trace.is_given_up = true;
    mode_ = Mode::plain;
  }
  return nullptr;
}

void Analysis::hold(PointEvents& events) {
  std::vector<PointEvents*>& points = trace_->now().points;
  if (points.size() < trace_->calls.size()) points.resize(trace_->calls.size());
  PointEvents*& place = points[next_call_ - 1];
  if (place && --place->references == 0) delete place;
  place = &events;
  ++events.references;
}

void Analysis::tell(const TraceExecution& execution, size_t call_count) {
  const auto nothing = [](realm::Event) {};
  for (size_t c = 0; c < call_count; ++c) {
    const TraceCall& call = trace_->calls[c];
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
  if (mode_ != Mode::replaying && mode_ != Mode::after) return;
  TraceExecution& now = trace_->now();
  TraceExecution& before = trace_->executions[trace_->current ^ 1];
  if (mode_ == Mode::replaying && !before.is_known) tell(before, trace_->calls.size());
  before.is_known = true;
  if (!now.is_known) tell(now, mode_ == Mode::replaying ? next_call_ : trace_->calls.size());
  now.is_known = true;
  trace_->drop_points();
}

void Analysis::interrupt() {
  leave();
  if (mode_ == Mode::after) {
    mode_ = Mode::plain;
    return;
  }
  trace_->is_given_up = ++trace_->interruptions >= kMaxInterruptions;
  mode_ = Mode::plain;
}

void Analysis::forget_traces() {
  leave();
  mode_ = Mode::plain;
  trace_ = nullptr;
  traces_.clear();
}

}  // namespace palatine::legion
