// The end of regions and partitions: after what was launched, once, and found out when a name is used again.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <thread>

#include "contract/runtime/support.h"

namespace palatine::test {
namespace {

struct Args {
  api::Region region;
  int32_t value;
};
const api::ParamDesc kParams[] = {{"r", api::ParamKind::region, 0, sizeof(api::Region)},
                                  {"value", api::ParamKind::value, offsetof(Args, value), 4}};
const uint16_t kX[] = {0};
const api::FieldDesc kFieldDescs[] = {{"x", 8, 8}};
const api::FieldSpaceDesc kFieldSpace{"cell", kFieldDescs, 1};
const api::RequirementDesc kWritesX[] = {{0, api::Privilege::read_write, api::ReductionOp::add, kX, 1}};
const api::SourceLoc kLoc{"test.rg", 10};

// Adds `value` to the first element, a little later.
void add(api::Context& context, const void* data, void*) {
  const Args& args = *static_cast<const Args*>(data);
  std::this_thread::sleep_for(std::chrono::microseconds(args.value % 3 * 50));
  const api::Rect<1> bounds = context.bounds<1>(context.region_ispace(args.region));
  reinterpret_cast<int64_t*>(context.field(args.region, 0).base)[bounds.lo] += args.value;
}

const api::TaskDesc kAdd = task_with<Args>("add", &add, true, kParams, kWritesX, 1);

api::Region make_region(api::Context& context, int64_t size) {
  return context.create_region(context.create_ispace<1>({0, size - 1}), kFieldSpace, {"r", {"test.rg", 7}});
}
api::Partition halves(api::Context& context, api::Region region) {
  return context.create_partition_equal(region, context.create_ispace<1>({0, 1}), kLoc);
}
void launch_add(api::Context& context, api::Region region, int32_t value) {
  const Args args{region, value};
  context.launch({&kAdd, {"test.rg", 33}}, &args, nullptr, 0);
}
void set(api::Context& context, api::Region region, int64_t value) {
  context.fill(region, 0, &value, 8, kLoc);
}
int64_t read(api::Context& context, api::Region region, int64_t index) {
  const api::MapDesc map{region, kX, 1, api::Privilege::read};
  context.map(&map, 1, kLoc);
  const int64_t value = reinterpret_cast<int64_t*>(context.field(region, 0).base)[index];
  context.unmap(&map, 1);
  return value;
}

using Body = void (*)(api::Context&, const void*, void*);

// In every order in which a tree's parts can end, with tasks under way in all of them.
TEST(Deletion, WaitsForWhatUsesAPartition) {
  for (int workers : {1, 2, 3, 7}) {
    const api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
      for (int order = 0; order < 6; ++order) {
        for (int repeat = 0; repeat < 20; ++repeat) {
          const api::Region r = make_region(context, 8);
          set(context, r, 0);
          const api::Partition outer = halves(context, r);
          const api::Region half = context.subregion<1>(outer, 1, kLoc);
          const api::Partition inner = halves(context, half);
          const api::Region quarter = context.subregion<1>(inner, 1, kLoc);
          launch_add(context, quarter, 1);
          launch_add(context, half, 2);
          launch_add(context, quarter, 4);
          if (order == 0) context.destroy_partition(outer);
          if (order == 1) context.destroy_partition(inner);
          if (order == 2) {
            context.destroy_partition(outer);
            context.destroy_partition(inner);
          }
          if (order == 3) {
            context.destroy_partition(inner);
            context.destroy_partition(outer);
            context.destroy_partition(outer);
          }
          launch_add(context, r, 8);
          EXPECT_EQ(read(context, r, 0), 8);
          EXPECT_EQ(read(context, r, 4), 2);
          EXPECT_EQ(read(context, r, 6), 5);
          context.destroy_region(r);
          // Nothing is left of them.
          context.destroy_partition(outer);
          context.destroy_partition(inner);
        }
      }
    });
    run_program(main, workers);
  }
}

TEST(Deletion, UnmappingWhatWentWithItsPartitionDoesNothing) {
  const api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context, 8);
    set(context, r, 3);
    const api::Partition outer = halves(context, r);
    const api::Region half = context.subregion<1>(outer, 1, kLoc);
    const api::Partition inner = halves(context, half);
    const api::Region quarter = context.subregion<1>(inner, 1, kLoc);
    const api::MapDesc map{quarter, kX, 1, api::Privilege::read_write};
    context.map(&map, 1, kLoc);
    context.destroy_partition(outer);
    context.destroy_partition(inner);
    context.unmap(&map, 1);
    launch_add(context, r, 4);
    EXPECT_EQ(read(context, r, 0), 7);
    context.destroy_region(r);
    context.unmap(&map, 1);
  });
  run_program(main, 2);
}

TEST(Deletion, RepartitioningInALoopStaysFlat) {
  const api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context, 8);
    set(context, r, 0);
    for (int k = 0; k < 3000; ++k) {
      const api::Partition p = halves(context, r);
      launch_add(context, context.subregion<1>(p, k % 2, kLoc), 1);
      context.destroy_partition(p);
    }
    EXPECT_EQ(read(context, r, 0), 1500);
    EXPECT_EQ(read(context, r, 4), 1500);
  });
  run_program(main, 2);
}

TEST(Deletion, CrossProductsEndWithTheirPartition) {
  const api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context, 8);
    set(context, r, 0);
    for (int k = 0; k < 100; ++k) {
      const api::Partition a = halves(context, r), b = halves(context, r);
      const api::Partition list[] = {a, b, a};
      const api::CrossProduct product = context.create_cross_product(list, 3);
      const api::CrossProduct next = context.subproduct<1>(product, 1, kLoc);
      const api::Partition part = context.subpartition<1>(next, 1, kLoc);
      launch_add(context, context.subregion<1>(part, 1, kLoc), 1);
      context.destroy_partition(k % 2 ? a : b);
      context.destroy_partition(k % 2 ? b : a);
    }
    EXPECT_EQ(read(context, r, 4), 100);
  });
  run_program(main, 2);
}

class DeletionFailureTest : public testing::Test {
 protected:
  DeletionFailureTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(DeletionFailureTest, ALaunchOnAPieceOfADestroyedPartition) {
  const api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context, 8);
    const api::Partition p = halves(context, r);
    const api::Region half = context.subregion<1>(p, 0, kLoc);
    context.destroy_partition(p);
    launch_add(context, half, 1);
  });
  EXPECT_EXIT(run_program(main, 2), testing::ExitedWithCode(1),
              "test.rg:33: task `main` uses a partition of `r` that it has destroyed");
}

TEST_F(DeletionFailureTest, AMappingOfADestroyedRegion) {
  const api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context, 8);
    context.destroy_region(r);
    read(context, r, 0);
  });
  EXPECT_EXIT(run_program(main, 2), testing::ExitedWithCode(1),
              "test.rg:10: task `main` uses a region `r` that it has destroyed");
}

TEST_F(DeletionFailureTest, APartitionLongAfterItsEnd) {
  const api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    const api::Region first = make_region(context, 8);
    const api::Partition p = halves(context, first);
    context.destroy_region(first);
    // So many that the runtime has forgotten the first one's name.
    for (int k = 0; k < 100; ++k) context.destroy_region(make_region(context, 8));
    context.subregion<1>(p, 0, kLoc);
  });
  EXPECT_EXIT(run_program(main, 2), testing::ExitedWithCode(1),
              "test.rg:10: task `main` uses a partition that does not exist");
}

TEST_F(DeletionFailureTest, ACrossProductOfADestroyedPartition) {
  const api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context, 8);
    const api::Partition list[] = {halves(context, r), halves(context, r)};
    const api::CrossProduct product = context.create_cross_product(list, 2);
    context.destroy_partition(list[1]);
    context.subpartition<1>(product, 0, kLoc);
  });
  EXPECT_EXIT(run_program(main, 2), testing::ExitedWithCode(1),
              "uses a partition of `r` that it has destroyed");
}

}  // namespace
}  // namespace palatine::test
