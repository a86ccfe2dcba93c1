// Memory for work that is captured once and replayed many times (a CUDA graph, a trace).
//
// Addresses that captured work uses must stay its own as long as it can be replayed: nobody else may get them
// between two replays. So while a stream is captured its allocations come from a set of blocks of their own,
// and what is freed is reused inside of the capture only, in the captured order: at once on the same stream,
// and across captured streams where `wait` said so. No timeline is asked anything, as a capture allows no
// queries.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "pool.h"

namespace palatine {

namespace pool {
class CaptureSet;
}

// One capture and its memory. Not thread safe itself; the pool may be used by any thread meanwhile, also for
// the captured streams.
class PoolCapture {
 public:
  // From here to `end`, `pool` serves these streams from the capture's own memory, which counts against the
  // pool's limit as it is now but not in its statistics. None of them may be captured already.
  PoolCapture(Pool& pool, const std::vector<StreamId>& streams);
  // The captured work is not replayed any more, and its last replay is over.
  ~PoolCapture();
  PoolCapture(const PoolCapture&) = delete;
  PoolCapture& operator=(const PoolCapture&) = delete;

  // Captured work of `stream` from now on comes after that of `other` so far.
  void wait(StreamId stream, StreamId other);
  // The streams are the pool's again. What was allocated stays with the capture; freeing it afterwards is
  // right and gives nothing to anybody before the capture is destroyed.
  void end();

  PoolStatistics statistics() const;

 private:
  Pool& pool_;
  const std::shared_ptr<pool::CaptureSet> set_;
};

}  // namespace palatine
