#include "runtime/legion/trace.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace palatine::legion {

namespace {

// How many points and predecessors are looked at to find one that truly conflicts.
constexpr uint32_t kLookedAt = 64;

// What a node uses.
struct NodeUse {
  const RootRegion* root;
  Domain domain;
  const Use* use;

  bool conflicts(const NodeUse& other) const {
    return root == other.root && use->group == other.use->group && (use->mask & other.use->mask) &&
           (use->is_write || other.use->is_write) && !(use->is_shared && other.use->is_shared) &&
           overlaps(domain, other.domain);
  }
};

}  // namespace

TraceExecution& TraceExecution::operator=(TraceExecution&& other) noexcept {
  drop_points();
  recording = std::move(other.recording);
  events = std::move(other.events);
  points = std::move(other.points);
  other.points.clear();
  is_known = other.is_known;
  launches_in_lanes = other.launches_in_lanes;
  first_in_lanes = other.first_in_lanes;
  return *this;
}

size_t Recording::end_of_groups(size_t call, uint32_t groups) const {
  for (; groups > 0 && call < calls.size(); --groups) {
    const uint32_t first = calls[call].first_node();
    while (call < calls.size() && calls[call].first_node() == first) ++call;
  }
  return call;
}

void TraceExecution::drop_points() {
  for (PointEvents* events_of_points : points) {
    if (events_of_points && --events_of_points->references == 0) delete events_of_points;
  }
  points.clear();
}

// One operation or index launch, whose calls stand together.
struct Replay::Group {
  uint32_t node;
  uint32_t count;  // of grains
  bool is_launch;
  size_t first_call, last_call;

  uint32_t node_count() const { return count + (is_launch ? 1 : 0); }
  // Visits what one of its nodes uses, until `visit` returns true. Of all points together those around grain
  // `near`: with what conflicts with a point is most often what has its colour, or a neighbour's.
  template <typename Visit>
  bool for_each_use(const std::vector<TraceCall>& calls, uint32_t of, uint32_t near, Visit visit) const {
    const bool is_all = is_launch && of == node + count;
    for (size_t c = first_call; c < last_call; ++c) {
      const TraceCall& call = calls[c];
      const RootRegion* root = call.use.region->root;
      switch (call.kind) {
        case TraceCall::Kind::operation:
        case TraceCall::Kind::all:
          if (visit(NodeUse{root, call.use.region->domain, &call.use})) return true;
          break;
        case TraceCall::Kind::point:
          if ((is_all || call.node == of) && visit(NodeUse{root, call.use.region->domain, &call.use}))
            return true;
          break;
        case TraceCall::Kind::points: {
          const uint64_t points = call.point_count, around = uint64_t{near} << call.grain_shift;
          uint64_t begin, end;
          if (is_all) {
            begin = std::min(around - std::min<uint64_t>(around, kLookedAt / 2),
                             points - std::min<uint64_t>(points, kLookedAt));
            end = std::min(points, begin + kLookedAt);
          } else {
            begin = uint64_t{of - node} << call.grain_shift;
            end = std::min(points, begin + (uint64_t{1} << call.grain_shift));
          }
          for (uint64_t k = begin; k < end; ++k) {
            if (visit(NodeUse{root, call.partition->domain_of(call.first + k), &call.use})) return true;
          }
          break;
        }
      }
    }
    return false;
  }
};

std::vector<Replay::Group> Replay::find_groups(const Recording& recording) {
  std::vector<Group> groups;
  const std::vector<TraceCall>& calls = recording.calls;
  for (size_t c = 0; c < calls.size(); ++c) {
    const TraceCall& call = calls[c];
    const uint32_t first = call.first_node();
    if (groups.empty() || groups.back().node != first)
      groups.push_back({first, call.count, call.kind != TraceCall::Kind::operation, c, c});
    groups.back().last_call = c + 1;
  }
  return groups;
}

Replay::Replay(Forest& forest, const Recording& recording, const std::vector<const Recording*>& before)
    : answers_(recording.calls.size()) {
  for (const Recording* earlier : before) context.push_back(earlier->serial);
  std::vector<const Recording*> executions = before;
  executions.push_back(&recording);
  int64_t latest = -1;
  for (size_t k = 0; k < before.size(); ++k) {
    if (before[k] == &recording) latest = static_cast<int64_t>(k);
  }
  // Nodes that use no points conflict with nothing. They are made to come after themselves, so that the last
  // execution stands for all.
  std::vector<bool> is_empty(recording.node_count, true);
  for (const Group& group : find_groups(recording)) {
    for (uint32_t k = 0; k < group.count; ++k) {
      is_empty[group.node + k] = !group.for_each_use(
          recording.calls, group.node + k, 0, [](const NodeUse& used) { return !used.domain.is_empty(); });
      if (group.is_launch && !is_empty[group.node + k]) is_empty[group.node + group.count] = false;
    }
  }
  find_edges(forest, executions, is_empty, latest);
  judge(recording, executions, is_empty);
}

void Replay::find_edges(Forest& forest, const std::vector<const Recording*>& executions,
                        const std::vector<bool>& is_empty, int64_t latest) {
  DependenceTable model(forest);
  std::vector<std::vector<realm::UserEvent>> stand_ins(executions.size());
  std::unordered_map<uint64_t, Ref> refs;
  for (uint32_t e = 0; e < executions.size(); ++e) {
    for (uint32_t node = 0; node < executions[e]->node_count; ++node) {
      stand_ins[e].push_back(realm::UserEvent::create());
      refs[stand_ins[e].back().id()] = {e, node};
    }
  }
  const auto current = static_cast<uint32_t>(executions.size() - 1);
  // Who asked last for a node: edges that an operation has already are left out.
  std::vector<std::vector<uint32_t>> asked(executions.size());
  for (size_t e = 0; e < executions.size(); ++e) asked[e].assign(executions[e]->node_count, UINT32_MAX);
  auto add_edge = [&](uint32_t self, realm::Event event) {
    const Ref ref = refs.at(event.id());
    if ((ref.execution == current && ref.node == self) || asked[ref.execution][ref.node] == self) return;
    asked[ref.execution][ref.node] = self;
    edges_.push_back(ref);
  };
  auto add_empty = [&](uint32_t self) {
    if (is_empty[self] && latest >= 0) edges_.push_back({static_cast<uint32_t>(latest), self});
  };
  for (uint32_t e = 0; e < executions.size(); ++e) {
    const bool is_last = e == current;
    const std::vector<realm::UserEvent>& events = stand_ins[e];
    PointEvents* points = nullptr;
    uint32_t points_node = UINT32_MAX;
    auto drop = [&] {
      if (points && --points->references == 0) delete points;
    };
    auto add = [&](const Use& use, uint32_t self, Answer* answer) {
      model.add(use, events[self], [&](realm::Event event) {
        if (is_last) add_edge(self, event);
      });
      if (!is_last) return;
      add_empty(self);
      answer->edges_end = static_cast<uint32_t>(edges_.size());
    };
    for (size_t c = 0; c < executions[e]->calls.size(); ++c) {
      const TraceCall& call = executions[e]->calls[c];
      Answer* answer = is_last ? &answers_[c] : nullptr;
      if (answer) answer->edges_begin = static_cast<uint32_t>(edges_.size());
      switch (call.kind) {
        case TraceCall::Kind::operation:
        case TraceCall::Kind::point:
          add(call.use, call.node, answer);
          break;
        case TraceCall::Kind::all:
          add(call.use, call.node + call.count, answer);
          break;
        case TraceCall::Kind::points: {
          if (points_node != call.node) {
            drop();
            points_node = call.node;
            points = new PointEvents;
            points->references = 1;
            points->all = events[call.node + call.count];
            points->grain_shift = call.grain_shift;
            points->count = call.point_count;
            points->grains.assign(events.begin() + call.node, events.begin() + call.node + call.count);
          }
          std::vector<std::pair<uint64_t, realm::Event>> found;
          model.add_points(
              *call.partition, call.first, call.use, *points,
              [&](realm::Event event) {
                if (is_last) add_edge(call.node + call.count, event);
              },
              [&](uint64_t grain, realm::Event event) { found.push_back({grain, event}); });
          if (!is_last) break;
          answer->edges_end = static_cast<uint32_t>(edges_.size());
          std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
            return a.first != b.first ? a.first < b.first : a.second.id() < b.second.id();
          });
          answer->rows = static_cast<uint32_t>(rows_.size());
          size_t next = 0;
          for (uint32_t grain = 0; grain < call.count; ++grain) {
            rows_.push_back(static_cast<uint32_t>(edges_.size()));
            for (; next < found.size() && found[next].first == grain; ++next)
              add_edge(call.node + grain, found[next].second);
            add_empty(call.node + grain);
          }
          rows_.push_back(static_cast<uint32_t>(edges_.size()));
          break;
        }
      }
    }
    drop();
  }
  for (const std::vector<realm::UserEvent>& events : stand_ins) {
    for (realm::UserEvent event : events) event.trigger();
  }
}

// Where a node's predecessors stand. What truly conflicts is ordered in both directions; the table also finds
// users that conflict as far as it knows, and these prove nothing.
struct Replay::Evidence {
  // Of those that were seen to conflict the latest execution, and of all the earliest.
  int64_t conflicting = -1, earliest = INT64_MAX;
};

void Replay::judge(const Recording& recording, const std::vector<const Recording*>& executions,
                   const std::vector<bool>& is_empty) {
  const auto current = static_cast<int64_t>(executions.size() - 1);
  // The latest execution of this recording before or at a place of the context; -1: there is none.
  std::vector<int64_t> own_at(executions.size(), -1);
  for (size_t e = 0; e < executions.size(); ++e) {
    const bool is_own = static_cast<int64_t>(e) < current && executions[e] == &recording;
    own_at[e] = is_own ? static_cast<int64_t>(e) : e > 0 ? own_at[e - 1] : -1;
  }
  const int64_t latest = own_at.back();

  // Groups of all recordings, and to which one each node belongs.
  struct Nodes {
    std::vector<Group> groups;
    std::vector<uint32_t> group_of;
  };
  std::unordered_map<const Recording*, Nodes> nodes_of;
  for (const Recording* each : executions) {
    Nodes& nodes = nodes_of[each];
    if (!nodes.groups.empty() || each->calls.empty()) continue;
    nodes.groups = find_groups(*each);
    nodes.group_of.resize(each->node_count);
    for (size_t g = 0; g < nodes.groups.size(); ++g) {
      for (uint32_t k = 0; k < nodes.groups[g].node_count(); ++k)
        nodes.group_of[nodes.groups[g].node + k] = static_cast<uint32_t>(g);
    }
  }

  // How far back an execution of this recording is surely before a node, whatever of its group's later calls
  // happens.
  auto evidence_of = [&](const Group& group, uint32_t node) {
    Evidence evidence;
    auto look = [&](uint32_t begin, uint32_t end) {
      for (uint32_t e = begin; e < end; ++e) {
        const Ref& ref = edges_[e];
        evidence.earliest = std::min<int64_t>(evidence.earliest, ref.execution);
        if (e - begin >= kLookedAt || evidence.conflicting >= latest) continue;
        const Recording& theirs = *executions[ref.execution];
        const Nodes& nodes = nodes_of.at(&theirs);
        const Group& others = nodes.groups[nodes.group_of[ref.node]];
        const bool conflicts = group.for_each_use(recording.calls, node, 0, [&](const NodeUse& used) {
          return others.for_each_use(theirs.calls, ref.node, node - group.node,
                                     [&](const NodeUse& other) { return used.conflicts(other); });
        });
        if (conflicts) evidence.conflicting = std::max<int64_t>(evidence.conflicting, ref.execution);
      }
    };
    for (size_t c = group.first_call; c < group.last_call; ++c) {
      const TraceCall& call = recording.calls[c];
      if (call.kind == TraceCall::Kind::point && call.node != node) continue;
      look(answers_[c].edges_begin, answers_[c].edges_end);
      if (call.kind != TraceCall::Kind::points) continue;
      const uint32_t grain = node - group.node;
      if (grain >= call.count) continue;
      look(rows_[answers_[c].rows + grain], rows_[answers_[c].rows + grain + 1]);
    }
    return evidence;
  };

  auto earliest_of = [&](size_t c) {
    int64_t earliest = INT64_MAX;
    auto look = [&](uint32_t begin, uint32_t end) {
      for (uint32_t e = begin; e < end; ++e) earliest = std::min<int64_t>(earliest, edges_[e].execution);
    };
    look(answers_[c].edges_begin, answers_[c].edges_end);
    const TraceCall& call = recording.calls[c];
    if (call.kind == TraceCall::Kind::points)
      look(rows_[answers_[c].rows], rows_[answers_[c].rows + call.count]);
    return earliest;
  };

  int64_t bound = latest;
  for (const Group& group : nodes_of[&recording].groups) {
    // Looking costs the calls times the nodes that ask.
    const size_t call_count = group.last_call - group.first_call;
    const bool is_short = call_count * call_count <= kLookedAt * kLookedAt * size_t{group.count};
    Group so_far = group;
    for (size_t c = group.first_call; c < group.last_call; ++c) {
      const TraceCall& call = recording.calls[c];
      so_far.last_call = c + 1;
      const bool is_one = call.kind == TraceCall::Kind::operation || call.kind == TraceCall::Kind::point;
      const uint32_t first = is_one ? call.node : group.node, count = is_one ? 1 : group.count;
      answers_[c].is_ordered = is_short && latest >= 0;
      if (!is_short) {
        if (earliest_of(c) < latest) bound = -1;
        continue;
      }
      for (uint32_t node = first; node < first + count; ++node) {
        if (is_empty[node]) continue;
        const bool writes = so_far.for_each_use(recording.calls, node, 0, [](const NodeUse& used) {
          return !used.domain.is_empty() && used.use->is_write && !used.use->is_shared;
        });
        if (writes) continue;
        const Evidence evidence = evidence_of(so_far, node);
        const int64_t after =
            evidence.conflicting < 0 ? -1 : own_at[static_cast<size_t>(evidence.conflicting)];
        if (after < 0) answers_[c].is_ordered = false;
        // What conflicts only with the latest execution of this recording and what came behind it comes after
        // itself there, if it conflicts with anything.
        if (evidence.earliest >= latest) continue;
        bound = std::min(bound, after);
      }
    }
  }
  forgets_before_ = static_cast<uint32_t>(bound + 1);
}

}  // namespace palatine::legion
