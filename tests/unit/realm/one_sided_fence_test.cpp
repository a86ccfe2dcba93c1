// Two threads that each write and then read what the other writes: at least one sees the other's.
#include "runtime/realm/one_sided_fence.h"

#include <gtest/gtest.h>

#include <thread>

namespace palatine::realm {
namespace {

constexpr int kRounds = 20000;

struct alignas(64) Place {
  std::atomic<int> round{0};
};

// In each round both threads begin at about the same time. `fence` stands between the write and the read; how
// often both missed what the other wrote.
template <typename OneFence, typename OtherFence>
int rounds_in_which_both_missed(OneFence one_fence, OtherFence other_fence) {
  Place wrote[2], begun[2];
  int seen[2][kRounds + 1];
  const auto run = [&](int self, auto fence) {
    for (int k = 1; k <= kRounds; ++k) {
      begun[self].round.store(k, std::memory_order_seq_cst);
      for (int looks = 1; begun[1 - self].round.load(std::memory_order_acquire) < k; ++looks) {
        if (looks % 256 == 0) std::this_thread::yield();
      }
      wrote[self].round.store(k, std::memory_order_relaxed);
      fence();
      seen[self][k] = wrote[1 - self].round.load(std::memory_order_relaxed);
    }
  };
  std::thread other(run, 1, other_fence);
  run(0, one_fence);
  other.join();
  int missed = 0;
  for (int k = 1; k <= kRounds; ++k) missed += seen[0][k] < k && seen[1][k] < k;
  return missed;
}

TEST(OneSidedFence, OneOfTwoThreadsSeesTheOther) {
  EXPECT_EQ(rounds_in_which_both_missed(frequent_fence, rare_fence), 0);
  EXPECT_EQ(rounds_in_which_both_missed(rare_fence, frequent_fence), 0);
}

TEST(OneSidedFence, RareOnesDoForEachOther) {
  EXPECT_EQ(rounds_in_which_both_missed(rare_fence, rare_fence), 0);
}

}  // namespace
}  // namespace palatine::realm
