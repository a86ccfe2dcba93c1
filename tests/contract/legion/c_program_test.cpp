// Programs in C: legion_c_tasks.h, legion_c_launch.h, legion_c_partitions.h.
#include "contract/legion/c_program.h"

#include <gtest/gtest.h>

#include <string>

#include "legion/legion_config.h"

namespace palatine::test {
namespace {

TEST(LegionC, ProgramsLaunchMapCopyAndPartition) {
  for (const char* workers : {"1", "2", "3", "7"}) {
    std::string name = "test", flag = "-ll:cpu", count = workers;
    char* argv[] = {name.data(), flag.data(), count.data(), nullptr};
    CProgramResults results = {};
    ASSERT_EQ(run_c_program(3, argv, &results), 0);
    double sum = 0;
    for (int piece = 0; piece < 4; piece++) {
      double own = 0;
      for (int k = 25 * piece; k < 25 * (piece + 1); k++) own += 1 + 2 * k;
      EXPECT_EQ(results.future_map[piece], own);
      EXPECT_EQ(results.point_arguments[piece], 10 * piece + 3);
      sum += own;
    }
    EXPECT_EQ(results.sum_of_tasks, sum);
    EXPECT_EQ(results.sum_of_pieces, sum);
    EXPECT_EQ(results.projected, 10 * 1 * 2 + 10 * 2 * 1);
    EXPECT_EQ(results.false_result, 3);
    EXPECT_EQ(results.filled, 7);
    EXPECT_EQ(results.copied, 1 + 2 * 50);
    EXPECT_EQ(results.gathered, 1 + 2 * 49);
    EXPECT_EQ(results.reduced, 10 + 1 + 2 + 3 + 4);
    EXPECT_EQ(results.attached, 3 * 99);
    EXPECT_EQ(results.epoch, 42);
    EXPECT_TRUE(results.is_disjoint);
    EXPECT_TRUE(results.parent_is_found);
    EXPECT_EQ(results.image_volume, 13);  // 12 to 24
    EXPECT_EQ(results.preimage_volume, 50);
    EXPECT_EQ(results.by_field_volume, 25);
    EXPECT_EQ(results.restricted_volume, 30);
    EXPECT_EQ(results.weighted_volume, 40);
    EXPECT_EQ(results.union_volume, 30);  // 20 to 49 and 25 to 49
    EXPECT_EQ(results.intersection_volume, 25);
    EXPECT_EQ(results.difference_volume, 0);
    EXPECT_EQ(results.colored_volume, 1010);
    EXPECT_EQ(results.collected, 10);
    EXPECT_EQ(results.requirement, 10 + 100 * LEGION_READ_ONLY + 10000);
    EXPECT_EQ(results.points, 1278);
    EXPECT_EQ(results.index_filled, 3);
    EXPECT_EQ(results.depth, 0);
    EXPECT_EQ(results.shards, 1);
    EXPECT_STREQ(results.name, "top");
  }
}

TEST(LegionCError, NamesTaskRegionAndField) {
  std::string name = "test";
  char* argv[] = {name.data(), nullptr};
  EXPECT_EXIT(run_bad_c_program(1, argv), testing::ExitedWithCode(1),
              "task `careless` \\(c_program.c\\) accesses field `color` of region `cells`");
}

}  // namespace
}  // namespace palatine::test
