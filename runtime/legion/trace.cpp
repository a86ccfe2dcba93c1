#include "runtime/legion/trace.h"

#include <algorithm>
#include <unordered_map>

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

// One operation or index launch, whose calls stand together.
struct Trace::Group {
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

void Trace::drop_points() {
  for (TraceExecution& execution : executions) {
    for (PointEvents* events : execution.points) {
      if (events && --events->references == 0) delete events;
    }
    execution.points.clear();
  }
}

void Trace::cut(size_t call_count, uint32_t nodes, bool is_surprise) {
  // Beyond the first time through, this costs what compiling had cost.
  if (is_surprise && execution_count > 1) patience = std::min<uint32_t>(2 * patience + 1, 63);
  repeats = 0;
  calls.resize(call_count);
  node_count = nodes;
  drop_points();
  model_.reset();
  edges_.clear();
  rows_.clear();
}

// Whether an execution's node waits, on some way, for the same node of the execution before, because of the
// calls that `group` has: the next time the operation may go on in another way behind these. What truly
// conflicts is ordered in both directions; the table also finds users that conflict as far as it knows, and
// these prove nothing. Nodes without points were made to wait.
bool Trace::comes_after_itself(const Group& group, uint32_t node, bool is_empty,
                               const std::vector<Group>& groups,
                               const std::vector<uint32_t>& group_of) const {
  if (is_empty) return true;
  const bool writes = group.for_each_use(calls, node, 0, [&](const NodeUse& used) {
    return !used.domain.is_empty() && used.use->is_write && !used.use->is_shared;
  });
  if (writes) return true;
  auto conflicts_with = [&](Ref ref) {
    const uint32_t other = ref >> 1;
    const Group& others = groups[group_of[other]];
    return group.for_each_use(calls, node, 0, [&](const NodeUse& used) {
      return others.for_each_use(calls, other, node - group.node,
                                 [&](const NodeUse& theirs) { return used.conflicts(theirs); });
    });
  };
  for (size_t c = group.first_call; c < group.last_call; ++c) {
    const TraceCall& call = calls[c];
    if (call.kind == TraceCall::Kind::point && call.node != node) continue;
    const uint32_t end = std::min(call.edges_end, call.edges_begin + kLookedAt);
    for (uint32_t e = call.edges_begin; e < end; ++e) {
      if (conflicts_with(edges_[e])) return true;
    }
    if (call.kind != TraceCall::Kind::points) continue;
    const uint32_t* row = rows_.data() + call.rows + (node - group.node);
    for (uint32_t e = row[0]; e < std::min(row[1], row[0] + kLookedAt); ++e) {
      if (conflicts_with(edges_[e])) return true;
    }
  }
  return false;
}

std::vector<Trace::Group> Trace::find_groups() const {
  std::vector<Group> groups;
  for (size_t c = 0; c < calls.size(); ++c) {
    const TraceCall& call = calls[c];
    const uint32_t first = call.kind == TraceCall::Kind::point ? call.node - call.grain() : call.node;
    if (groups.empty() || groups.back().node != first)
      groups.push_back({first, call.count, call.kind != TraceCall::Kind::operation, c, c});
    groups.back().last_call = c + 1;
  }
  return groups;
}

void Trace::compile(Forest& forest) {
  edges_.clear();
  rows_.clear();
  const std::vector<Group> groups = find_groups();
  // Nodes that use no points conflict with nothing. They come after themselves, so that the last execution
  // stands for all.
  std::vector<bool> is_empty(node_count, true);
  for (const Group& group : groups) {
    for (uint32_t k = 0; k < group.count; ++k) {
      is_empty[group.node + k] = !group.for_each_use(
          calls, group.node + k, 0, [](const NodeUse& used) { return !used.domain.is_empty(); });
      if (group.is_launch && !is_empty[group.node + k]) is_empty[group.node + group.count] = false;
    }
  }
  model_ = std::make_unique<DependenceTable>(forest);
  std::vector<realm::UserEvent> stand_ins[2];
  std::unordered_map<uint64_t, Ref> refs;
  refs.reserve(2 * size_t{node_count});
  for (uint32_t round = 0; round < 2; ++round) {
    for (uint32_t node = 0; node < node_count; ++node) {
      stand_ins[round].push_back(realm::UserEvent::create());
      refs[stand_ins[round].back().id()] = 2 * node + (round == 0 ? 1 : 0);
    }
  }
  // Who asked last for a node: edges that an operation has already are left out.
  std::vector<uint32_t> asked(2 * size_t{node_count}, UINT32_MAX);
  auto add_edge = [&](uint32_t self, realm::Event event) {
    const Ref ref = refs.at(event.id());
    if (ref == 2 * self || asked[ref] == self) return;
    asked[ref] = self;
    edges_.push_back(ref);
  };
  auto add_empty = [&](uint32_t self) {
    if (is_empty[self]) edges_.push_back(2 * self + 1);
  };
  for (uint32_t round = 0; round < 2; ++round) {
    const std::vector<realm::UserEvent>& events = stand_ins[round];
    PointEvents* points = nullptr;
    uint32_t points_node = UINT32_MAX;
    auto drop = [&] {
      if (points && --points->references == 0) delete points;
    };
    for (TraceCall& call : calls) {
      call.edges_begin = static_cast<uint32_t>(edges_.size());
      switch (call.kind) {
        case TraceCall::Kind::operation:
        case TraceCall::Kind::point:
          model_->add(call.use, events[call.node], [&](realm::Event event) {
            if (round == 1) add_edge(call.node, event);
          });
          if (round == 1) add_empty(call.node);
          call.edges_end = static_cast<uint32_t>(edges_.size());
          break;
        case TraceCall::Kind::all:
          model_->add(call.use, events[call.node + call.count], [&](realm::Event event) {
            if (round == 1) add_edge(call.node + call.count, event);
          });
          if (round == 1) add_empty(call.node + call.count);
          call.edges_end = static_cast<uint32_t>(edges_.size());
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
          model_->add_points(
              *call.partition, call.first, call.use, *points,
              [&](realm::Event event) {
                if (round == 1) add_edge(call.node + call.count, event);
              },
              [&](uint64_t grain, realm::Event event) { found.push_back({grain, event}); });
          call.edges_end = static_cast<uint32_t>(edges_.size());
          if (round == 0) break;
          std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
            return a.first != b.first ? a.first < b.first : a.second.id() < b.second.id();
          });
          call.rows = static_cast<uint32_t>(rows_.size());
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

  std::vector<uint32_t> group_of(node_count);
  for (size_t g = 0; g < groups.size(); ++g) {
    for (uint32_t k = 0; k < groups[g].node_count(); ++k)
      group_of[groups[g].node + k] = static_cast<uint32_t>(g);
  }
  for (const Group& group : groups) {
    // Looking costs the calls times the nodes that ask.
    const size_t call_count = group.last_call - group.first_call;
    const bool is_short = call_count * call_count <= kLookedAt * kLookedAt * size_t{group.count};
    Group so_far = group;
    for (size_t c = group.first_call; c < group.last_call; ++c) {
      TraceCall& call = calls[c];
      so_far.last_call = c + 1;
      const bool is_one = call.kind == TraceCall::Kind::operation || call.kind == TraceCall::Kind::point;
      const uint32_t first = is_one ? call.node : group.node, count = is_one ? 1 : group.count;
      call.is_ordered = is_short;
      for (uint32_t node = first; node < first + count && call.is_ordered; ++node)
        call.is_ordered = comes_after_itself(so_far, node, is_empty[node], groups, group_of);
    }
  }
}

}  // namespace palatine::legion
