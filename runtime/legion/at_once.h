// Which tasks the launching task runs itself, at once.
//
// A leaf task that runs for less time than it takes to make an operation of it, queue that and complete it is
// better run where it is launched, if nothing that it waits for is outstanding: then it needs no object, no
// event and no entry in the dependence table, because it is over before the next launch. The times are those
// of grain.h, which are typical ones. So that tasks which are much longer now and then do not end up one
// after the other, every few runs are timed together. When they took long, whatever the reason, the next
// launches are ordinary ones: more each time, and fewer again while all goes well.
//
// Thread safety: none; it belongs to one launching task.
#pragma once

#include <algorithm>
#include <cstdint>

#include "runtime/legion/grain.h"
#include "runtime/realm/sanitizers.h"

namespace palatine::legion {

class AtOnce {
 public:
  // `is_possible`: nobody else has a say in where and when tasks run, or follows them.
  explicit AtOnce(bool is_possible) : is_possible_(is_possible) {}
  // Of a launch: whether tasks that take `typical_ns` (0: not known) are run at once now.
  bool suits(uint32_t typical_ns) {
    if (typical_ns - 1 >= kShortNs || !is_possible_) return false;
    if (ordinary_ == 0) return true;
    --ordinary_;
    return false;
  }
  // Of a launch that is an ordinary one: whether the task's time is to be taken.
  bool measures(uint32_t typical_ns) {
    if (!is_possible_) return false;
    return typical_ns == 0 || (++launches_ % (ordinary_ > 0 ? kPerSampleThen : kPerSample)) == 0;
  }
  // Around what is run at once.
  void begin() {
    if (runs_ == 0) start_ = Grain::Clock::now();
  }
  void end() {
    if (++runs_ < kRuns) return;
    runs_ = 0;
    if (Grain::Clock::now() - start_ > kRuns * kLong) {
      ordinary_ = patience_;
      patience_ = std::min(2 * patience_, kMaxPatience);
    } else {
      patience_ = std::max(patience_ - patience_ / 32, kMinPatience);
    }
  }

 private:
#if defined(PALATINE_ASAN) || defined(PALATINE_TSAN)
  static constexpr uint32_t kSlowdown = 100;
#else
  static constexpr uint32_t kSlowdown = 1;
#endif
  static constexpr uint32_t kShortNs = 160 * kSlowdown;
  static constexpr int kRuns = 16;
  static constexpr Grain::Clock::duration kLong = std::chrono::nanoseconds(500 * kSlowdown);
  static constexpr uint32_t kMinPatience = 64, kMaxPatience = 1 << 16;
  static constexpr uint32_t kPerSample = 64, kPerSampleThen = 8;

  const bool is_possible_;
  // The next launches that are ordinary ones, and how many will be next time.
  uint32_t ordinary_ = 0, patience_ = kMinPatience;
  uint32_t launches_ = 0;
  int runs_ = 0;
  Grain::Clock::time_point start_;
};

}  // namespace palatine::legion
