#include "runtime/legion/instance.h"

#include "runtime/legion/schedule_log.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion {

void allocate_fields(Forest& forest, RootRegion& root, uint32_t group, uint64_t mask, const WhoMaps& mapper) {
  std::atomic<uint64_t>& allocated = root.allocated[group];
  // Sequentially consistent: who comes from here looks for the region's places on devices (gpu/places.h).
  if ((allocated.load() & mask) == mask) return;
  std::lock_guard lock(root.mutex);
  uint64_t missing = mask & ~allocated.load(std::memory_order_relaxed);
  uint64_t volume = root.domain.box.volume();
  // What was launched has its bytes; others ask now.
  if (!root.has_reserved(group, missing)) forest.memory_plan().reserve_now(root, group, missing, mapper);
  for (uint32_t k = 0; k < kGroupFields; ++k) {
    if (!(missing >> k & 1)) continue;
    const uint32_t field = group * kGroupFields + k;
    const uint64_t size_bytes = volume * root.fields[field].size_bytes;
    char* address = forest.memory_plan().memory().allocate_reserved(size_bytes);
    if (!address) {
      realm::fatal_error("%sout of memory: the system has no room for %llu bytes of region `%s`",
                         place_in_message(mapper.loc).c_str(), static_cast<unsigned long long>(size_bytes),
                         root.name.c_str());
    }
    root.storage[field].address.store(address, std::memory_order_relaxed);
    if (schedule_log) [[unlikely]]
      schedule_log->allocated(root, field);
  }
  allocated.fetch_or(missing);
}

api::FieldAddress field_address(const RootRegion& root, uint32_t field) {
  const Box& box = root.domain.box;
  api::FieldAddress result;
  char* address = root.storage[field].address.load(std::memory_order_relaxed);
  uint64_t stride = root.fields[field].size_bytes;
  uint64_t shift = 0;
  // Unsigned, so that corners far from the origin wrap instead of overflowing.
  for (int d = 0; d < 3; ++d) {
    result.stride_bytes[d] = static_cast<int64_t>(stride);
    shift += static_cast<uint64_t>(box.lo[d]) * stride;
    stride *= box.extent(d);
  }
  for (int d = 3; d < box.dim; ++d) {
    result.stride_bytes[d] = static_cast<int64_t>(stride);
    shift += static_cast<uint64_t>(box.lo[d]) * stride;
    stride *= box.extent(d);
  }
  result.base = reinterpret_cast<char*>(reinterpret_cast<uint64_t>(address) - shift);
  return result;
}

}  // namespace palatine::legion
