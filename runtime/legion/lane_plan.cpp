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
      const uint32_t first = call.first_node();
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

uint64_t RecordedLaunch::region_at(uint64_t point, uint32_t offset) const {
  const auto place = std::find(offsets.begin(), offsets.end(), offset);
  return regions_of(point)[place - offsets.begin()];
}

void RecordedLaunch::write_regions(uint64_t point, char* args) const {
  const uint64_t* region = regions_of(point);
  for (uint32_t offset : offsets) memcpy(args + offset, region++, sizeof *region);
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
    // By grain.
    std::vector<bool> waits_for_others(launch.grain_count);
    auto add = [&](uint32_t lane, uint32_t other, const Replay::Ref& ref, uint32_t of) {
      if (other == lane) return false;
      LaneStep::Edge& edge = latest[lane * lane_count + other];
      if (edge.lane == UINT32_MAX || std::pair(edge.execution, edge.launch) < std::pair(ref.execution, of))
        edge = {other, ref.execution, of};
      return true;
    };
    // Of the grains from `first` to `last`, both included.
    auto add_edges = [&](uint32_t begin, uint32_t finish, uint32_t first, uint32_t last) {
      const uint32_t first_lane = lane_of(first, launch.grain_count, lane_count);
      const uint32_t last_lane = lane_of(last, launch.grain_count, lane_count);
      for (uint32_t e = begin; e < finish; ++e) {
        const Replay::Ref& ref = replay.edges()[e];
        const Recording* other = ref.execution < context.size() ? context[ref.execution] : &recording;
        const Launches& theirs = known.at(other);
        const uint32_t of = theirs.launch_of[ref.node];
        const Launches::Launch& before = theirs.launches[of];
        const uint32_t grain = ref.node - before.first_node;
        for (uint32_t lane = first_lane; lane <= last_lane; ++lane) {
          bool waits = false;
          if (grain < before.grain_count) {
            waits = add(lane, lane_of(grain, before.grain_count, lane_count), ref, of);
          } else {
            for (uint32_t from = 0; from < lane_count; ++from) waits = add(lane, from, ref, of) || waits;
          }
          if (!waits) continue;
          const uint32_t lane_end = first_grain(launch.grain_count, lane + 1, lane_count);
          for (uint32_t g = std::max(first, first_grain(launch.grain_count, lane, lane_count));
               g <= last && g < lane_end; ++g)
            waits_for_others[g] = true;
        }
      }
    };
    for (size_t c = launch.first_call; c < end; ++c) {
      const TraceCall& call = recording.calls[c];
      const Replay::Answer& answer = replay.answer(c);
      if (!answer.is_ordered) open_calls.push_back(call);
      if (call.kind == TraceCall::Kind::point) {
        add_edges(answer.edges_begin, answer.edges_end, call.grain(), call.grain());
        continue;
      }
      add_edges(answer.edges_begin, answer.edges_end, 0, launch.grain_count - 1);
      if (call.kind != TraceCall::Kind::points) continue;
      const uint32_t* row = replay.rows() + answer.rows;
      for (uint32_t grain = 0; grain < call.count; ++grain) {
        add_edges(row[grain], row[grain + 1], grain, grain);
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
    for (uint32_t lane = 0; lane < lane_count; ++lane) {
      auto points = [&](uint32_t grain) {
        return std::min(uint64_t{grain} << first_call.grain_shift, first_call.point_count);
      };
      LaneStep::Range& longest = step.own_points.emplace_back();
      uint32_t begin = first_grain(launch.grain_count, lane, lane_count);
      const uint32_t lane_end = first_grain(launch.grain_count, lane + 1, lane_count);
      for (uint32_t grain = begin; grain <= lane_end; ++grain) {
        if (grain < lane_end && !waits_for_others[grain]) continue;
        if (grain > begin && points(grain) - points(begin) > longest.last - longest.first)
          longest = {points(begin), points(grain)};
        begin = grain + 1;
      }
    }
  }
}

}  // namespace palatine::legion
