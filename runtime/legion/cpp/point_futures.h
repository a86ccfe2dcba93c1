// The futures of an index launch's points.
//
// A point without a result has a future only when somebody asks for it: most are never asked for, and each
// would cost an event and a block of memory for as long as the point waits.
//
// Thread safety: `open` and `set` are for who makes them, before others know of them; the rest is for any
// thread. Each future is owned by a counted reference.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "runtime/api/palatine_api.h"
#include "runtime/realm/event.h"

namespace Legion {
namespace Internal {

class PointFutures {
 public:
  PointFutures() = default;
  ~PointFutures();
  PointFutures(const PointFutures&) = delete;
  PointFutures& operator=(const PointFutures&) = delete;

  // Of so many points, which will run. `capacity_bytes` for each result; `are_made`: they have results.
  void open(size_t count, size_t capacity_bytes, bool are_made);
  // Of so many points, whose futures are set.
  void open(size_t count);
  // Takes over a reference.
  void set(size_t point, palatine::api::FutureState* future);

  size_t count() const { return count_; }
  bool have_results() const { return have_results_; }
  // The reference stays here.
  palatine::api::FutureState* at(size_t point);
  // The point's result is there, and what it did is seen by who waits for the future.
  void complete(size_t point);
  // The same once `done` has triggered.
  void complete_after(size_t point, palatine::realm::Event done);
  bool is_complete(size_t point) const;

 private:
  // Instead of a future: nobody has asked for it, and the point is not complete, or is.
  static constexpr uintptr_t kNotAsked = 0, kComplete = 1;

  size_t count_ = 0;
  bool have_results_ = false;
  std::unique_ptr<std::atomic<uintptr_t>[]> slots_;
};

}  // namespace Internal
}  // namespace Legion
