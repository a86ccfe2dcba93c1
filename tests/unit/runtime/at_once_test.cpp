#include "runtime/legion/at_once.h"

#include <gtest/gtest.h>

#include <thread>

namespace palatine::legion {
namespace {

// Runs what suits until something is measured as long, or up to `count` times; how many ran.
int run(AtOnce& at_once, int count, std::chrono::microseconds time) {
  int runs = 0;
  for (; runs < count && at_once.suits(50); ++runs) {
    at_once.begin();
    if (time.count() > 0) std::this_thread::sleep_for(time);
    at_once.end();
  }
  return runs;
}

int ordinary_launches(AtOnce& at_once) {
  int count = 0;
  while (count < 100000 && !at_once.suits(50)) ++count;
  return count;
}

TEST(AtOnce, OnlyTasksThatAreKnownToBeShort) {
  AtOnce at_once(true), never(false);
  EXPECT_FALSE(at_once.suits(0));
  EXPECT_TRUE(at_once.suits(50));
  EXPECT_FALSE(at_once.suits(1 << 20));
  EXPECT_FALSE(never.suits(50));
  EXPECT_TRUE(at_once.measures(0));
  EXPECT_FALSE(never.measures(0));
}

TEST(AtOnce, TasksThatTurnOutToBeLongAreOrdinaryForLongerAndLonger) {
  AtOnce at_once(true);
  int last = 0;
  for (int k = 0; k < 3; ++k) {
    EXPECT_LE(run(at_once, 1000, std::chrono::microseconds(500)), 16);
    const int ordinary = ordinary_launches(at_once);
    EXPECT_GT(ordinary, last);
    last = ordinary;
  }
  EXPECT_LT(last, 1000);
}

}  // namespace
}  // namespace palatine::legion
