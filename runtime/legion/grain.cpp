#include "runtime/legion/grain.h"

#include <algorithm>
#include <bit>

namespace palatine::legion {

// Two threads may do this at the same time; what one of them finds out is lost then.
void Grain::note(Clock::duration time, uint64_t point_count) {
  const int64_t ns = std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
  const uint32_t measured =
      static_cast<uint32_t>(std::clamp<int64_t>(ns / static_cast<int64_t>(point_count), 1, 1 << 30));
  const uint32_t known = typical_ns_.load(std::memory_order_relaxed);
  uint32_t next = measured;
  if (known != 0) {
    // Longer times are often somebody else's: a page that is touched first, a thread that was interrupted.
    next = measured < known ? (known + measured) / 2 : known + (std::min(measured, 2 * known) - known) / 4;
  }
  typical_ns_.store(next, std::memory_order_relaxed);

  const uint32_t shift = shift_.load(std::memory_order_relaxed);
  const uint64_t grain_ns = uint64_t{next} << shift;
  if (grain_ns > kTargetNs + kTargetNs / 4 && shift > 0) {
    shift_.store(shift - 1, std::memory_order_relaxed);
  } else if (2 * grain_ns < kTargetNs && shift < kMaxShift) {
    shift_.store(shift + 1, std::memory_order_relaxed);
  }
}

uint32_t Grain::shift(uint64_t point_count, int workers) {
  const uint64_t share = point_count / (2 * static_cast<uint64_t>(std::max(workers, 1)));
  if (share <= 1) return 0;
  return std::min(shift_.load(std::memory_order_relaxed), static_cast<uint32_t>(std::bit_width(share)) - 1);
}

}  // namespace palatine::legion
