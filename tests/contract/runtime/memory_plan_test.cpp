// Deferred allocation of regions: what is launched waits for memory that earlier deletions give back, nobody
// waits in a circle, and the limit is never passed.
#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>

#include "contract/runtime/support.h"
#include "runtime/legion/process.h"
#include "runtime/legion/runtime.h"

namespace palatine::test {
namespace {

struct Args {
  api::Region a, b;
  int64_t value;
};
const api::ParamDesc kParams[] = {{"a", api::ParamKind::region, offsetof(Args, a), sizeof(api::Region)},
                                  {"b", api::ParamKind::region, offsetof(Args, b), sizeof(api::Region)},
                                  {"value", api::ParamKind::value, offsetof(Args, value), 8}};
const uint16_t kX[] = {0};
const api::FieldDesc kFieldDescs[] = {{"x", 8, 8}, {"y", 8, 8}};
const api::FieldSpaceDesc kFieldSpace{"cell", kFieldDescs, 2};
const api::RequirementDesc kWrites[] = {{0, api::Privilege::read_write, api::ReductionOp::add, kX, 1},
                                        {1, api::Privilege::read_write, api::ReductionOp::add, kX, 1}};
const api::SourceLoc kLoc{"test.rg", 10};

api::TaskDesc task(const char* name, TaskBody body, uint16_t requirements, bool is_leaf = true) {
  return task_with<Args>(name, body, is_leaf, kParams, kWrites, requirements);
}

std::atomic<int64_t> sum;

void check_limit() {
  const realm::SystemMemory& memory = legion::runtime_of_process()->memory;
  EXPECT_LE(memory.used_bytes(), memory.limit_bytes());
}

void use_one(api::Context& context, const void* data, void*) {
  const Args& args = *static_cast<const Args*>(data);
  int64_t* x = reinterpret_cast<int64_t*>(context.field(args.a, 0).base);
  EXPECT_EQ(x[0], args.value);
  x[100] = args.value;
  sum += x[0];
  check_limit();
}
const api::TaskDesc kOne = task("use_one", &use_one, 1);

// Accesses nothing, but has its field mapped.
void hold(api::Context& context, const void* data, void*) {
  const Args& args = *static_cast<const Args*>(data);
  EXPECT_NE(context.field(args.a, 0).base, nullptr);
  sum += args.value;
}
const api::TaskDesc kHolds = task("hold", &hold, 1);

void use_both(api::Context& context, const void* data, void*) {
  const Args& args = *static_cast<const Args*>(data);
  reinterpret_cast<int64_t*>(context.field(args.a, 0).base)[0] += args.value;
  reinterpret_cast<int64_t*>(context.field(args.b, 0).base)[0] += args.value;
  sum += args.value;
  check_limit();
}
const api::TaskDesc kBoth = task("use_both", &use_both, 2);

api::Region make_region(api::Context& context, int64_t kib, const char* name = "r") {
  return context.create_region(context.create_ispace<1>({0, kib * 128 - 1}), kFieldSpace,
                               {name, {"test.rg", 7}});
}
void launch(api::Context& context, const api::TaskDesc& desc, const Args& args) {
  context.launch({&desc, {"test.rg", 33}}, &args, nullptr, 0);
}
void set(api::Context& context, api::Region region, int64_t value) {
  context.fill(region, 0, &value, 8, kLoc);
}

// A task without regions of its own that uses one for a while.
void temporary(api::Context& context, const void* data, void*) {
  const Args& args = *static_cast<const Args*>(data);
  const api::Region r = make_region(context, 3 * 1024, "own");
  set(context, r, args.value);
  launch(context, kOne, {r, {}, args.value});
  context.destroy_region(r);
}
const api::TaskDesc kTemporary = task("temporary", &temporary, 0, false);

class MemoryPlanTest : public testing::TestWithParam<int> {
 protected:
  void run(TaskBody body, const char* mebibytes) {
    sum = 0;
    const api::TaskDesc main = plain_task("main", body);
    ASSERT_EQ(run_program(main, {"-ll:cpu", std::to_string(GetParam()), "-ll:csize", mebibytes}), 0);
  }
};

TEST_P(MemoryPlanTest, LaunchesWaitForEarlierDeletions) {
  run(
      [](api::Context& context, const void*, void*) {
        for (int64_t k = 1; k <= 100; ++k) {
          const api::Region r = make_region(context, 1024 + k % 3 * 1024);
          set(context, r, k);
          launch(context, kOne, {r, {}, k});
          context.destroy_region(r);
        }
      },
      "4");
  EXPECT_EQ(sum, 5050);
}

TEST_P(MemoryPlanTest, TasksOfSeveralRegionsNeverHoldWhatOthersNeed) {
  run(
      [](api::Context& context, const void*, void*) {
        for (int64_t k = 1; k <= 60; ++k) {
          const api::Region a = make_region(context, 1536), b = make_region(context, 1536);
          launch(context, kBoth, k % 2 ? Args{a, b, k} : Args{b, a, k});
          const api::Region small = make_region(context, 512);
          set(context, small, k);
          launch(context, kOne, {small, {}, k});
          context.destroy_region(b);
          context.destroy_region(a);
          context.destroy_region(small);
        }
      },
      "4");
  EXPECT_EQ(sum, 2 * 1830);
}

TEST_P(MemoryPlanTest, SubTasksAllocateBeforeWhatComesAfterTheirParent) {
  run(
      [](api::Context& context, const void*, void*) {
        for (int64_t k = 1; k <= 30; ++k) {
          launch(context, kTemporary, {{}, {}, k});
          const api::Region r = make_region(context, 2048);
          set(context, r, k);
          launch(context, kOne, {r, {}, k});
          context.destroy_region(r);
        }
      },
      "5");
  EXPECT_EQ(sum, 2 * 465);
}

TEST_P(MemoryPlanTest, UsersOfEmptyPiecesAreWaitedForToo) {
  run(
      [](api::Context& context, const void*, void*) {
        for (int64_t k = 1; k <= 60; ++k) {
          // Eight pieces of five elements: the last three have none.
          const api::Region whole =
              context.create_region(context.create_ispace<1>({0, 4}), kFieldSpace, {"r", {"test.rg", 7}});
          const api::Partition p =
              context.create_partition_equal(whole, context.create_ispace<1>({0, 7}), kLoc);
          const api::Region empty = context.subregion<1>(p, 7, kLoc);
          launch(context, kHolds, {empty, {}, k});
          context.destroy_region(whole);
        }
        context.execution_fence(true);
        EXPECT_EQ(legion::runtime_of_process()->memory.used_bytes(), 0u);
      },
      "1");
  EXPECT_EQ(sum, 60 * 61 / 2);
}

TEST_P(MemoryPlanTest, InlineMappingsAndIndexLaunchesWaitToo) {
  run(
      [](api::Context& context, const void*, void*) {
        for (int64_t k = 1; k <= 40; ++k) {
          const api::Region r = make_region(context, 3 * 1024);
          set(context, r, k);
          const api::Partition p = context.create_partition_equal(r, context.create_ispace<1>({0, 3}), kLoc);
          const api::Projection projections[] = {api::Projection::identity, api::Projection::value,
                                                 api::Projection::value};
          const api::IndexLaunchSiteDesc site{&kOne, kLoc, projections, nullptr, false, false};
          api::IndexLauncher launcher(context, site, 1);
          *static_cast<Args*>(launcher.point_args()) = {context.subregion<1>(p, 0, kLoc), {}, k};
          launcher.issue(nullptr);
          context.destroy_region(r);
          if (k % 10 != 0) continue;
          const api::Region mapped = make_region(context, 3 * 1024);
          const api::MapDesc map{mapped, kX, 1, api::Privilege::read_write};
          context.map(&map, 1, kLoc);
          EXPECT_EQ(reinterpret_cast<int64_t*>(context.field(mapped, 0).base)[100], 0) << "memory is zeroed";
          context.unmap(&map, 1);
          context.destroy_region(mapped);
        }
      },
      "4");
  EXPECT_EQ(sum, 820);
}

INSTANTIATE_TEST_SUITE_P(Workers, MemoryPlanTest, testing::Values(1, 2, 3, 7));

class MemoryPlanFailureTest : public testing::Test {
 protected:
  MemoryPlanFailureTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(MemoryPlanFailureTest, NobodyWillGiveTheMemoryBack) {
  const api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    const api::Region first = make_region(context, 3 * 1024, "first");
    set(context, first, 1);
    const api::Region second = make_region(context, 2 * 1024, "second");
    launch(context, kBoth, {first, second, 1});
    context.destroy_region(first);
  });
  for (const char* workers : {"1", "3"}) {
    EXPECT_EXIT(run_program(main, {"-ll:cpu", workers, "-ll:csize", "4"}), testing::ExitedWithCode(1),
                "test.rg:1: out of memory: task `use_both` cannot map `x` of region `second` \\(created at "
                "test.rg:7\\)\n  asked: 2097152 bytes; free: 1048576; largest free block: 1048576; limit: "
                "4194304");
  }
}

}  // namespace
}  // namespace palatine::test
