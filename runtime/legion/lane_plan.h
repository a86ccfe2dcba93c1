// What a replay (trace.h) becomes when it is run in lanes (lanes.h): for each launch, which blocks of earlier
// launches each of its blocks waits for.
//
// A launch's grains are cut into one block for each lane, in order. A dependence on a grain becomes one on
// the block that has it, and one on a whole launch becomes one on each of its blocks. Of several blocks of
// one lane only the latest counts, because a lane runs its blocks in order; so a block never waits for more
// than one of each other lane.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/legion/trace.h"

namespace palatine::legion {

struct TaskInfo;

// An index launch of a recording, as the launcher made it: what must be the same for it to be the same.
struct RecordedLaunch {
  const TaskInfo* info;
  uint64_t count;  // of points
  // The region arguments of all accesses, point by point.
  std::vector<uint64_t> regions;
  // Where they stand in a point's arguments; each once.
  std::vector<uint32_t> offsets;
  // See Batch.
  bool maps_once;

  // Whether `count` points with these arguments are this launch.
  bool has_regions(const char* args, size_t stride_bytes) const;
  const uint64_t* regions_of(uint64_t point) const { return regions.data() + point * offsets.size(); }
  // Those of the access that stands there.
  uint64_t region_at(uint64_t point, uint32_t offset) const;
  // Puts a point's into its arguments.
  void write_regions(uint64_t point, char* args) const;
};

struct LaneStep {
  struct Edge {
    uint32_t lane;
    // The launch `launch` of execution `execution` of the replay's context.
    uint32_t execution;
    uint32_t launch;
  };
  const RecordedLaunch* launch;
  uint32_t call_count, node_count;
  uint64_t longest_block = 0;  // in points
  // Lane l has the points from first_point[l] to first_point[l + 1], and waits for the edges from
  // first_edge[l] to first_edge[l + 1].
  std::vector<uint64_t> first_point;
  std::vector<uint32_t> first_edge;
  // By lane: points of it, next to each other, that wait for no other lane; as many as there are.
  struct Range {
    uint64_t first = 0, last = 0;
  };
  std::vector<Range> own_points;
  std::vector<Edge> edges;
};

struct LanePlan {
  LanePlan(const Replay& replay, const Recording& recording, const std::vector<const Recording*>& context,
           uint32_t lane_count);

  const uint32_t lane_count;
  // False when something other than suitable index launches is in the recording.
  bool is_possible = true;
  std::vector<LaneStep> steps;
  // Kept for the steps.
  std::vector<std::shared_ptr<const RecordedLaunch>> launches;
  // Calls whose answers are not complete: the task's table has to be asked, and to be told of them.
  std::vector<TraceCall> open_calls;
};

}  // namespace palatine::legion
