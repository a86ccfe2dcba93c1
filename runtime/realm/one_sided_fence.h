// Two threads that each write one place and then read the other's must not both miss what the other wrote:
// each needs a full fence between its write and its read. When one of them does so far more often, the fence
// can be paid by the other alone: `rare_fence` makes every running thread of the process pass a full fence
// (membarrier(2), some microseconds), so that for `frequent_fence` it is enough to keep the compiler from
// moving accesses. Where the kernel has no such call both are full fences.
//
// Thread safety: both are for any thread.
#pragma once

#include <atomic>

namespace palatine::realm {

namespace one_sided {
// Whether the kernel was asked, once, to be ready for `rare_fence`, and is.
extern const bool is_there;
void pass_all_threads();
}  // namespace one_sided

inline void frequent_fence() {
  if (one_sided::is_there) [[likely]] {
    std::atomic_signal_fence(std::memory_order_seq_cst);
  } else {
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }
}

inline void rare_fence() {
  if (one_sided::is_there) {
    one_sided::pass_all_threads();
  } else {
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }
}

}  // namespace palatine::realm
