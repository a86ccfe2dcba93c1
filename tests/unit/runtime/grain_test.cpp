// How many points of an index launch are one operation.
#include "runtime/legion/grain.h"

#include <gtest/gtest.h>

namespace palatine::legion {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

void note_often(Grain& grain, Grain::Clock::duration time_of_a_point, int times = 40) {
  for (int k = 0; k < times; ++k) grain.note(8 * time_of_a_point, 8);
}

TEST(GrainTest, IsOnePointWhileNothingIsKnown) {
  Grain grain;
  EXPECT_EQ(grain.shift(1 << 20, 2), 0u);
}

TEST(GrainTest, GrowsWithShortPoints) {
  Grain grain;
  note_often(grain, nanoseconds(100));
  const uint32_t shift = grain.shift(1 << 20, 2);
  EXPECT_GE(nanoseconds(100) * (1 << shift), microseconds(4));
  EXPECT_LE(nanoseconds(100) * (1 << shift), microseconds(10));
}

TEST(GrainTest, LongPointsStayAlone) {
  Grain grain;
  note_often(grain, microseconds(20));
  EXPECT_EQ(grain.shift(1 << 20, 2), 0u);
}

TEST(GrainTest, LeavesTwoGrainsForEachWorker) {
  Grain grain;
  note_often(grain, nanoseconds(50));
  for (uint64_t count = 1; count < 100; ++count) {
    for (int workers : {1, 2, 3, 7}) {
      const uint64_t grains =
          (count + (1u << grain.shift(count, workers)) - 1) >> grain.shift(count, workers);
      EXPECT_GE(grains, std::min<uint64_t>(count, 2 * static_cast<uint64_t>(workers)));
    }
  }
}

TEST(GrainTest, ShrinksWhenPointsTakeLonger) {
  Grain grain;
  note_often(grain, nanoseconds(100));
  ASSERT_GT(grain.shift(1 << 20, 2), 0u);
  note_often(grain, microseconds(20));
  EXPECT_EQ(grain.shift(1 << 20, 2), 0u);
}

TEST(GrainTest, OneInterruptionChangesNothing) {
  Grain grain;
  note_often(grain, nanoseconds(100));
  const uint32_t shift = grain.shift(1 << 20, 2);
  grain.note(milliseconds(30), 8);
  note_often(grain, nanoseconds(100), 4);
  EXPECT_EQ(grain.shift(1 << 20, 2), shift);
}

}  // namespace
}  // namespace palatine::legion
