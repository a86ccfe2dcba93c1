#include "runtime/legion/points_at_hand.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "runtime/legion/instance.h"
#include "runtime/legion/lane_plan.h"
#include "runtime/legion/runtime.h"

namespace palatine::legion {

char* PointsAtHand::own_args(const RecordedLaunch& launch, const char* args) {
  const api::TaskDesc& desc = *launch.info->desc;
  if (!args_) {
    const size_t alignment = std::max<size_t>(desc.args_align_bytes, 16);
    args_room_.reset(new char[desc.args_size_bytes + alignment]);
    const auto place = reinterpret_cast<uintptr_t>(args_room_.get());
    args_ = reinterpret_cast<char*>((place + alignment - 1) / alignment * alignment);
  }
  memcpy(args_, args, desc.args_size_bytes);
  return args_;
}

void PointsAtHand::advance(const RecordedLaunch& launch, uint64_t first, uint64_t count) {
  if (state_ == State::unused) {
    state_ = State::used;
    return;
  }
  state_ = State::ready;
  const TaskInfo& info = *launch.info;
  if (info.desc->is_inner) return;
  per_point_ = static_cast<uint32_t>(launch.offsets.size());
  const Forest& forest = info.runtime->forest;
  for (uint64_t k = 0; k < count; ++k) {
    const uint64_t* word = launch.regions_of(first + k);
    for (uint32_t offset : launch.offsets) {
      const api::Region given = std::bit_cast<api::Region>(*word++);
      const Region& region = *forest.find_region(given.id);
      api::RegionAtHand& known = regions_.emplace_back();
      known = {given, nullptr, {region.ispace.load(std::memory_order_acquire)}, nullptr};
      known.fields = fields_of(info, *region.root, offset);
      if (known.ispace.id == 0) continue;
      const IndexSpace& space = forest.ispace(known.ispace.id);
      if (!space.domain.points && !space.domain.is_empty()) known.box = space.corners();
    }
  }
}

const api::FieldAddress* PointsAtHand::fields_of(const TaskInfo& info, const RootRegion& root,
                                                 uint32_t offset) {
  for (const Fields& known : fields_) {
    if (known.root == &root && known.offset == offset) return known.addresses.get();
  }
  Fields& made = fields_.emplace_back();
  made.root = &root;
  made.offset = offset;
  made.addresses.reset(new api::FieldAddress[root.fields.size()]());
  for (const TaskInfo::Access& access : info.accesses) {
    if (access.offset != offset) continue;
    for (uint32_t k = 0; k < kGroupFields; ++k) {
      const uint32_t field = access.group * kGroupFields + k;
      if (access.mask >> k & 1) made.addresses[field] = field_address(root, field);
    }
  }
  return made.addresses.get();
}

}  // namespace palatine::legion
