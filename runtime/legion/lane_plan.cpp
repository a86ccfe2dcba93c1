#include "runtime/legion/lane_plan.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>

namespace palatine::legion {

namespace {

// The launches of a recording and where their nodes are.
struct Launches {
  struct Launch {
    uint32_t first_node, grain_count;
    size_t first_call;
  };
  std::vector<Launch> launches;
  std::vector<uint32_t> launch_of;  // by node

  explicit Launches(const Recording& recording) : launch_of(recording.node_count) {
    for (size_t c = 0; c < recording.calls.size(); ++c) {
      const TraceCall& call = recording.calls[c];
      const uint32_t first = call.kind == TraceCall::Kind::point ? call.node - call.grain() : call.node;
      if (!launches.empty() && launches.back().first_node == first) continue;
      const uint32_t nodes = call.count + (call.kind == TraceCall::Kind::operation ? 0 : 1);
      for (uint32_t k = 0; k < nodes; ++k) launch_of[first + k] = static_cast<uint32_t>(launches.size());
      launches.push_back({first, call.count, c});
    }
  }
};

uint32_t first_grain(uint32_t grains, uint32_t lane, uint32_t lanes) {
  return static_cast<uint32_t>(uint64_t{grains} * lane / lanes);
}

uint32_t lane_of(uint32_t grain, uint32_t grains, uint32_t lanes) {
  uint32_t lane = static_cast<uint32_t>(uint64_t{grain} * lanes / grains);
  while (grain < first_grain(grains, lane, lanes)) --lane;
  while (grain >= first_grain(grains, lane + 1, lanes)) ++lane;
  return lane;
}

}  // namespace

bool RecordedLaunch::has_regions(const char* args, size_t stride_bytes) const {
  const uint64_t* region = regions.data();
  for (uint64_t k = 0; k < count; ++k, args += stride_bytes) {
    for (uint32_t offset : offsets) {
      uint64_t given;
      memcpy(&given, args + offset, sizeof given);
      if (given != *region++) return false;
    }
  }
  return true;
}

LanePlan::LanePlan(const Replay& replay, const Recording& recording,
                   const std::vector<const Recording*>& context, uint32_t lanes)
    : lane_count(lanes) {
  std::unordered_map<const Recording*, Launches> known;
  for (const Recording* each : context) known.try_emplace(each, *each);
  known.try_emplace(&recording, recording);
  const Launches& own = known.at(&recording);
  is_possible = recording.launches.size() == own.launches.size() &&
                std::none_of(recording.launches.begin(), recording.launches.end(),
                             [](const auto& launch) { return launch == nullptr; });
  if (!is_possible) return;
  launches = recording.launches;
  for (size_t g = 0; g < own.launches.size(); ++g) {
    const Launches::Launch& launch = own.launches[g];
    const size_t end = g + 1 < own.launches.size() ? own.launches[g + 1].first_call : recording.calls.size();
    const TraceCall& first_call = recording.calls[launch.first_call];
    LaneStep& step = steps.emplace_back();
    step.launch = launches[g].get();
    step.call_count = static_cast<uint32_t>(end - launch.first_call);
    step.node_count = launch.grain_count + 1;
    for (uint32_t lane = 0; lane <= lane_count; ++lane) {
      const uint64_t grain = first_grain(launch.grain_count, lane, lane_count);
      step.first_point.push_back(std::min(grain << first_call.grain_shift, first_call.point_count));
      if (lane > 0)
        step.longest_block =
            std::max(step.longest_block, step.first_point[lane] - step.first_point[lane - 1]);
    }

    // By the lane that waits and the one that is waited for.
    std::vector<LaneStep::Edge> latest(size_t{lane_count} * lane_count, {UINT32_MAX, 0, 0});
    auto add = [&](uint32_t lane, uint32_t other, const Replay::Ref& ref, uint32_t of) {
      if (other == lane) return;
      LaneStep::Edge& edge = latest[lane * lane_count + other];
      if (edge.lane == UINT32_MAX || std::pair(edge.execution, edge.launch) < std::pair(ref.execution, of))
        edge = {other, ref.execution, of};
    };
    auto add_edges = [&](uint32_t begin, uint32_t finish, uint32_t first_lane, uint32_t last_lane) {
      for (uint32_t e = begin; e < finish; ++e) {
        const Replay::Ref& ref = replay.edges()[e];
        const Recording* other = ref.execution < context.size() ? context[ref.execution] : &recording;
        const Launches& theirs = known.at(other);
        const uint32_t of = theirs.launch_of[ref.node];
        const Launches::Launch& before = theirs.launches[of];
        const uint32_t grain = ref.node - before.first_node;
        for (uint32_t lane = first_lane; lane <= last_lane; ++lane) {
          if (grain < before.grain_count) {
            add(lane, lane_of(grain, before.grain_count, lane_count), ref, of);
          } else {
            for (uint32_t from = 0; from < lane_count; ++from) add(lane, from, ref, of);
          }
        }
      }
    };
    for (size_t c = launch.first_call; c < end; ++c) {
      const TraceCall& call = recording.calls[c];
      const Replay::Answer& answer = replay.answer(c);
      if (!answer.is_ordered) open_calls.push_back(call);
      if (call.kind == TraceCall::Kind::point) {
        const uint32_t lane = lane_of(call.grain(), launch.grain_count, lane_count);
        add_edges(answer.edges_begin, answer.edges_end, lane, lane);
        continue;
      }
      add_edges(answer.edges_begin, answer.edges_end, 0, lane_count - 1);
      if (call.kind != TraceCall::Kind::points) continue;
      const uint32_t* row = replay.rows() + answer.rows;
      for (uint32_t grain = 0; grain < call.count; ++grain) {
        const uint32_t lane = lane_of(grain, launch.grain_count, lane_count);
        add_edges(row[grain], row[grain + 1], lane, lane);
      }
    }
    for (uint32_t lane = 0; lane < lane_count; ++lane) {
      step.first_edge.push_back(static_cast<uint32_t>(step.edges.size()));
      for (uint32_t other = 0; other < lane_count; ++other) {
        const LaneStep::Edge& edge = latest[lane * lane_count + other];
        if (edge.lane != UINT32_MAX) step.edges.push_back(edge);
      }
    }
    step.first_edge.push_back(static_cast<uint32_t>(step.edges.size()));
  }
}

}  // namespace palatine::legion
