// What runtime/api promises about single programs: parallelism, blocking, memory, errors.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <fstream>
#include <thread>

#include "contract/runtime/support.h"
#include "runtime/realm/event.h"
#include "runtime/realm/sanitizers.h"

namespace palatine::test {
namespace {

#if defined(PALATINE_ASAN) || defined(PALATINE_TSAN)
constexpr bool kIsSanitized = true;
#else
constexpr bool kIsSanitized = false;
#endif

struct Args {
  api::Region region;
  int32_t value;
};
const api::ParamDesc kParams[] = {{"r", api::ParamKind::region, 0, sizeof(api::Region)},
                                  {"value", api::ParamKind::value, offsetof(Args, value), 4}};
const uint16_t kBoth[] = {0, 1};
const api::FieldDesc kFieldDescs[] = {{"x", 8, 8}, {"y", 8, 8}};
const api::FieldSpaceDesc kFieldSpace{"pair", kFieldDescs, 2};
const api::RequirementDesc kWritesX[] = {{0, api::Privilege::read_write, api::ReductionOp::add, kBoth, 1}};
const api::SourceLoc kLoc{"test.rg", 10};

api::TaskDesc region_task(const char* name, const api::RequirementDesc* requirement, TaskBody body,
                          bool is_leaf = true) {
  return task_with<Args>(name, body, is_leaf, kParams, requirement, requirement ? 1 : 0);
}

api::Region make_region(api::Context& context, int64_t size, const char* name = "r") {
  return context.create_region(context.create_ispace<1>({0, size - 1}), kFieldSpace, {name, {"test.rg", 7}});
}

int64_t* address_of_x(api::Context& context, api::Region region) {
  return reinterpret_cast<int64_t*>(context.field(region, 0).base);
}

void launch(api::Context& context, const api::TaskDesc& task, const Args& args) {
  api::LaunchSiteDesc site{&task, kLoc};
  context.launch(site, &args, nullptr, 0);
}

// ---- parallelism

std::atomic<int> arrivals;

// Waits until two tasks are inside.
void meet(api::Context&, const void*, void*) {
  ++arrivals;
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (arrivals.load() < 2 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_GE(arrivals.load(), 2) << "tasks on different regions did not run at the same time";
}
const api::TaskDesc kMeet = region_task("meet", kWritesX, &meet);

TEST(Parallel, TasksOnDifferentRegionsRunAtTheSameTime) {
  for (int workers : {2, 3, 7}) {
    arrivals = 0;
    api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
      for (int k = 0; k < 2; ++k) launch(context, kMeet, {make_region(context, 10), 0});
    });
    main.is_inner = true;
    run_program(main, workers);
  }
}

TEST(Parallel, PointsOfADisjointPartitionRunAtTheSameTime) {
  arrivals = 0;
  api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    api::Region region = make_region(context, 10);
    api::Partition partition = context.create_partition_equal(region, context.create_ispace<1>({0, 1}), kLoc);
    for (int64_t k = 0; k < 2; ++k) launch(context, kMeet, {context.subregion<1>(partition, k, kLoc), 0});
  });
  run_program(main, 2);
}

// A parent that works on its own goes on while its children run.
TEST(Parallel, ParentRunsBesideItsChildren) {
  arrivals = 0;
  api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    launch(context, kMeet, {make_region(context, 10), 0});
    meet(context, nullptr, nullptr);
  });
  run_program(main, 2);
}

// ---- blocking

void set_x(api::Context& context, const void* raw, void*) {
  const Args& args = *static_cast<const Args*>(raw);
  int64_t* x = address_of_x(context, args.region);
  for (int k = 0; k < 10; ++k) x[k] = args.value;
}
const api::TaskDesc kSetX = region_task("set_x", kWritesX, &set_x);

TEST(Blocking, InlineMappingSeesWhatASubTaskWrote) {
  for (int workers : {1, 2, 3, 7}) {
    api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
      api::Region region = make_region(context, 10);
      api::MapDesc map{region, kBoth, 1, api::Privilege::read_write};
      for (int round = 1; round < 20; ++round) {
        launch(context, kSetX, {region, round});
        context.map(&map, 1, kLoc);
        for (int k = 0; k < 10; ++k) ASSERT_EQ(address_of_x(context, region)[k], round);
        address_of_x(context, region)[3] = -1;
        context.unmap(&map, 1);
      }
    });
    run_program(main, workers);
  }
}

// Without the compiler's help too: what is mapped does not change under the task.
TEST(Blocking, LaunchThatConflictsWithAMappingWaits) {
  for (int workers : {1, 3}) {
    api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
      api::Region region = make_region(context, 10);
      api::MapDesc map{region, kBoth, 1, api::Privilege::read_write};
      context.map(&map, 1, kLoc);
      int64_t* x = address_of_x(context, region);
      for (int round = 1; round < 50; ++round) {
        x[5] = 0;
        launch(context, kSetX, {region, round});
        ASSERT_EQ(x[5], round);
      }
    });
    run_program(main, workers);
  }
}

TEST(Blocking, WaitingForAFutureLetsOtherTasksRun) {
  static const api::TaskDesc kFibonacci = [] {
    api::TaskDesc desc = plain_task("fibonacci", [](api::Context& context, const void* raw, void* result) {
      int64_t n = *static_cast<const int64_t*>(raw);
      int64_t& value = *static_cast<int64_t*>(result);
      if (n < 2) {
        value = n;
        return;
      }
      api::LaunchSiteDesc site{&kFibonacci, kLoc};
      int64_t a = n - 1, b = n - 2;
      api::Future first = context.launch(site, &a, nullptr, 0), second = context.launch(site, &b, nullptr, 0);
      value = first.get<int64_t>(context) + second.get<int64_t>(context);
    });
    desc.args_size_bytes = desc.result_size_bytes = 8;
    desc.args_align_bytes = 8;
    return desc;
  }();
  for (int workers : {1, 2, 7}) {
    api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
      api::LaunchSiteDesc site{&kFibonacci, kLoc};
      int64_t n = 14;
      EXPECT_EQ(context.launch(site, &n, nullptr, 0).get<int64_t>(context), 377);
    });
    run_program(main, workers);
  }
}

// ---- run-ahead and memory

std::atomic<int> finished;
void count(api::Context&, const void*, void*) {
  ++finished;
}
const api::TaskDesc kCount = region_task("count", kWritesX, &count);

TEST(RunAhead, IsBoundedByTheWindow) {
  finished = 0;
  api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    api::Region region = make_region(context, 10);
    for (int k = 0; k < 1000; ++k) {
      launch(context, kCount, {region, 0});
      ASSERT_LE(k + 1 - finished.load(), 16);
    }
  });
  for (const char* workers : {"1", "3"}) {
    finished = 0;
    run_program(main, {"-ll:cpu", workers, "-lg:window", "16"});
  }
}

int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  int64_t pages = 0;
  file >> pages >> pages;
  return pages * sysconf(_SC_PAGESIZE);
}

TEST(Memory, StaysFlatOverManyLaunches) {
  for (int workers : {1, 3}) {
    api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
      api::Region region = make_region(context, 10);
      api::Partition partition =
          context.create_partition_equal(region, context.create_ispace<1>({0, 4}), kLoc);
      const int launches = kIsSanitized ? 20000 : 500000;
      auto launch_many = [&](int n) {
        for (int k = 0; k < n; ++k) {
          launch(context, kCount, {k % 7 ? context.subregion<1>(partition, k % 5, kLoc) : region, 0});
          if (k % 1000 == 0) context.execution_fence(k % 2000 == 0);
        }
        context.execution_fence(true);
      };
      launch_many(launches / 10);
      int64_t bytes = resident_bytes();
      uint64_t events = realm::event_slots_used();
      launch_many(launches);
      EXPECT_LE(realm::event_slots_used(), events + 4096);
      if (!kIsSanitized) EXPECT_LE(resident_bytes(), bytes + (4 << 20));
    });
    run_program(main, workers);
  }
}

TEST(Memory, RegionsThatAreDestroyedGiveTheirMemoryBack) {
  api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    // Together far more than the limit.
    for (int k = 0; k < 200; ++k) {
      api::Region region = make_region(context, 100000);
      context.create_partition_equal(region, context.create_ispace<1>({0, 3}), kLoc);
      int64_t value = k;
      context.fill(region, 0, &value, 8, kLoc);
      launch(context, kSetX, {region, k});
      api::MapDesc map{region, kBoth, 1, api::Privilege::read};
      context.map(&map, 1, kLoc);
      ASSERT_EQ(address_of_x(context, region)[99999], k);
      ASSERT_EQ(address_of_x(context, region)[9], k);
      context.destroy_region(region);
    }
  });
  for (const char* workers : {"1", "3"})
    EXPECT_EQ(run_program(main, {"-ll:cpu", workers, "-ll:csize", "4"}), 0);
}

// Points that run together, each on a tree that nobody has used before.
TEST(Memory, EachPointOfALaunchFindsTheMemoryOfItsTree) {
  static const api::RequirementDesc reads[] = {{0, api::Privilege::read, api::ReductionOp::add, kBoth, 1}};
  static std::atomic<int> without_memory;
  without_memory = 0;
  static const api::TaskDesc reader =
      region_task("reader", reads, [](api::Context& context, const void* raw, void*) {
        const Args& args = *static_cast<const Args*>(raw);
        without_memory += address_of_x(context, args.region) == nullptr;
      });
  const api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    constexpr uint64_t kTrees = 16;
    static const api::Projection projections[] = {api::Projection::computed, api::Projection::value};
    static const api::IndexLaunchSiteDesc site{&reader, kLoc, projections, nullptr, true, false};
    api::IndexLauncher launcher(context, site, kTrees);
    for (uint64_t k = 0; k < kTrees; ++k)
      *static_cast<Args*>(launcher.point_args()) = {make_region(context, 10), 0};
    launcher.issue(nullptr);
    context.execution_fence(true);
  });
  EXPECT_EQ(run_program(main, {"-ll:cpu", "2", "-lg:grain", "8"}), 0);
  EXPECT_EQ(without_memory, 0);
}

TEST(Memory, ARegionFarBeyondMemoryCostsNothingUntilItIsAccessed) {
  api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    int64_t before = resident_bytes();
    api::Region region = make_region(context, 1000000000000000);
    api::Ispace space = context.region_ispace(region);
    EXPECT_EQ(context.volume(space), 1000000000000000u);
    api::Partition partition = context.create_partition_equal(region, context.create_ispace<1>({0, 9}), kLoc);
    api::Region piece = context.subregion<1>(partition, 9, kLoc);
    EXPECT_EQ(context.bounds<1>(context.region_ispace(piece)).lo, 900000000000000);
    // A sanitizer's shadow pages count as resident too; its memory is still far below the region's.
    const int64_t allowed_bytes = kIsSanitized ? 16 << 20 : 1 << 20;
    EXPECT_LE(resident_bytes(), before + allowed_bytes);
  });
  EXPECT_EQ(run_program(main, {"-ll:csize", "16"}), 0);
}

// ---- errors

class FailureTest : public testing::Test {
 protected:
  void SetUp() override { testing::FLAGS_gtest_death_test_style = "threadsafe"; }
};

TEST_F(FailureTest, OutOfMemoryOfAnInlineMappingSaysEverything) {
  api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    api::Region region = make_region(context, 1000000000000000, "big");
    api::MapDesc map{region, kBoth, 2, api::Privilege::read_write};
    context.map(&map, 1, {"test.rg", 33});
  });
  EXPECT_EXIT(run_program(main, {"-ll:csize", "16"}), testing::ExitedWithCode(1),
              "test.rg:33: out of memory: task `main` cannot map `x`, `y` of region `big` \\(created at "
              "test.rg:7\\)\n.*asked: 16000000000000000 bytes; free: 16777216; largest free block: 16777216; "
              "limit: 16777216");
}

TEST_F(FailureTest, OutOfMemoryOfATask) {
  api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    launch(context, kSetX, {make_region(context, 10000000), 1});
  });
  EXPECT_EXIT(run_program(main, {"-ll:csize", "16", "-ll:cpu", "2"}), testing::ExitedWithCode(1),
              "test.rg:1: out of memory: task `set_x` cannot map `x` of region `r`");
}

TEST_F(FailureTest, ColourThatDoesNotExist) {
  api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    api::Partition p =
        context.create_partition_equal(make_region(context, 10), context.create_ispace<1>({0, 3}), kLoc);
    context.subregion<1>(p, 4, {"test.rg", 44});
  });
  EXPECT_EXIT(run_program(main, 1), testing::ExitedWithCode(1),
              "test.rg:44: a partition of `r` has no colour 4");
}

TEST_F(FailureTest, AccessWithoutMapping) {
  api::TaskDesc main = plain_task(
      "main", [](api::Context& context, const void*, void*) { context.field(make_region(context, 10), 1); });
  EXPECT_DEATH(run_program(main, 1), "internal error: task `main` .* accesses field `y` of region `r`");
}

TEST_F(FailureTest, AssertionsAbortWithTheirPlace) {
  api::TaskDesc main = plain_task("main", [](api::Context&, const void*, void*) {
    api::assertion_failed("x is positive", {"test.rg", 55});
  });
  EXPECT_EXIT(run_program(main, 2), testing::KilledBySignal(SIGABRT),
              "assertion failed: x is positive\n  at test.rg:55");
}

TEST_F(FailureTest, CrashNamesTheTask) {
  if (kIsSanitized) GTEST_SKIP() << "the sanitizers report crashes themselves";
  static const api::TaskDesc kCrash = region_task(
      "crash", nullptr, [](api::Context&, const void*, void*) { *reinterpret_cast<volatile int*>(16) = 1; });
  api::TaskDesc main = plain_task(
      "main", [](api::Context& context, const void*, void*) { launch(context, kCrash, {{0}, 0}); });
  EXPECT_EXIT(run_program(main, 2), testing::KilledBySignal(SIGSEGV),
              "test.rg:1: task `crash` accessed memory");
}

int overflow(int depth) {
  volatile char frame[4096];
  frame[0] = static_cast<char>(depth);
  return depth == 0 ? frame[0] : overflow(depth + 1) + frame[0];
}

TEST_F(FailureTest, StackOverflowOnAFiberIsNamed) {
  if (kIsSanitized) GTEST_SKIP() << "the sanitizers report crashes themselves";
  api::TaskDesc main = plain_task("main", [](api::Context&, const void*, void*) { overflow(1); });
  EXPECT_EXIT(run_program(main, 2), testing::KilledBySignal(SIGSEGV), "task `main` ran out of stack");
}

TEST_F(FailureTest, BadFlagIsWrongUsage) {
  api::TaskDesc main = plain_task("main", [](api::Context&, const void*, void*) {});
  EXPECT_EXIT(run_program(main, {"-ll:cpu", "many"}), testing::ExitedWithCode(2), "`-ll:cpu` needs a number");
}

TEST(Flags, OwnFlagsAreRemovedAndOthersStay) {
  api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    ASSERT_EQ(context.argc(), 4);
    EXPECT_STREQ(context.argv()[1], "-n");
    EXPECT_STREQ(context.argv()[2], "7");
    EXPECT_STREQ(context.argv()[3], "-x");
    EXPECT_EQ(context.argv()[4], nullptr);
  });
  EXPECT_EQ(run_program(main, {"-ll:cpu", "2", "-n", "7", "-lg:unknown", "3", "-dm:memoize", "-x", "-level",
                               "a=2", "-ll:csize", "1g"}),
            0);
}

}  // namespace
}  // namespace palatine::test
