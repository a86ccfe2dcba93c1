// Grains: how many consecutive points of an index launch are one operation.
//
// A point that runs for less time than it takes to analyse, queue and complete an operation is not worth one
// of its own. So the points of leaf tasks that do not depend on each other are put together to grains: one
// object, one completion event, and the dependences of all its points. Grains are not larger than what leaves
// each worker two of a launch, and no longer than some microseconds; a grain costs parallelism between
// launches, because it waits for what any of its points waits for. Points that could all run at the same
// time, and those of a must epoch, stay alone.
//
// How long a point takes is measured at one grain of each launch, and kept with the task. Sizes are powers of
// two and change only when the time did by a good part, because a trace (trace.h) begins anew when they do.
//
// Thread safety: `note` may be called by any thread, `shift` by those that launch.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace palatine::legion {

class Grain {
 public:
  using Clock = std::chrono::steady_clock;

  // A grain has 2^shift points.
  uint32_t shift(uint64_t point_count, int workers);
  // Of one point; 0: not known.
  uint32_t typical_ns() const { return typical_ns_.load(std::memory_order_relaxed); }
  // So many points were run one after the other in this time.
  void note(Clock::duration time, uint64_t point_count);

 private:
  static constexpr uint32_t kTargetNs = 8192;
  static constexpr uint32_t kMaxShift = 6;

  // Of one point; 0: not known.
  std::atomic<uint32_t> typical_ns_{0};
  // The shift that the last time asked for.
  std::atomic<uint32_t> shift_{0};
};

}  // namespace palatine::legion
