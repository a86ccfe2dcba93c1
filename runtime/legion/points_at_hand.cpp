#include "runtime/legion/points_at_hand.h"

#include <algorithm>

#include "runtime/legion/instance.h"
#include "runtime/legion/runtime.h"

namespace palatine::legion {

void PointsAtHand::advance(const TaskInfo& info, const char* args, size_t args_stride, uint64_t count) {
  if (state_ == State::unused) {
    state_ = State::used;
    return;
  }
  state_ = State::ready;
  if (info.desc->is_inner) return;
  std::vector<uint32_t> offsets;
  for (const TaskInfo::Access& access : info.accesses) {
    if (std::find(offsets.begin(), offsets.end(), access.offset) == offsets.end())
      offsets.push_back(access.offset);
  }
  per_point_ = static_cast<uint32_t>(offsets.size());
  const Forest& forest = info.runtime->forest;
  for (uint64_t k = 0; k < count; ++k, args += args_stride) {
    for (uint32_t offset : offsets) {
      const api::Region given = *reinterpret_cast<const api::Region*>(args + offset);
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
