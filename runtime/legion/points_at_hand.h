// What the bodies of consecutive points ask for that are launched with the same regions again and again: the
// addresses of fields and the boxes of regions, found once and then kept at hand (api::RegionAtHand).
//
// Thread safety: none; one worker at a time runs the points.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/legion/region_tree.h"

namespace palatine::legion {

struct RecordedLaunch;
struct TaskInfo;

class alignas(64) PointsAtHand {
 public:
  // Before `count` points of the launch run, from `first` on: whether there is something at hand. Not the
  // first time, when their data may not have memory yet and nobody may have asked for an index space. The
  // points must be the same each time, and their regions have no views.
  bool prepare(const RecordedLaunch& launch, uint64_t first, uint64_t count) {
    if (state_ != State::ready) advance(launch, first, count);
    return state_ == State::ready;
  }
  bool is_ready() const { return state_ == State::ready; }
  // A copy of arguments that are the same for all of the points, but for the regions, to put these in.
  char* own_args(const RecordedLaunch& launch, const char* args);
  // Of a point, so many.
  const api::RegionAtHand* of(uint64_t point) const { return regions_.data() + point * per_point_; }
  uint32_t per_point() const { return per_point_; }

 private:
  // All fields of a tree that a parameter may access.
  struct Fields {
    const RootRegion* root;
    uint32_t offset;  // of the parameter
    std::unique_ptr<api::FieldAddress[]> addresses;
  };
  enum class State : uint8_t { unused, used, ready };

  void advance(const RecordedLaunch& launch, uint64_t first, uint64_t count);
  const api::FieldAddress* fields_of(const TaskInfo& info, const RootRegion& root, uint32_t offset);

  State state_ = State::unused;
  uint32_t per_point_ = 0;
  std::vector<api::RegionAtHand> regions_;
  std::vector<Fields> fields_;
  std::unique_ptr<char[]> args_room_;
  char* args_ = nullptr;
};

}  // namespace palatine::legion
