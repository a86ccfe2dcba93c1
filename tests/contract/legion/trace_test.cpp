// Traces of index launches that repeat, which the runtime may run in lanes (docs/runtime.md): each point's
// future has its value when it is ready. Legion's API, sections 2 and 9.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "contract/legion/support.h"

namespace palatine::test {
namespace {

using namespace Legion;
typedef const std::vector<PhysicalRegion>& Regions;

std::atomic<int> delay_us{0};

long slow_sum(const Task* task, Regions regions, Context, Runtime*) {
  if (const int us = delay_us) std::this_thread::sleep_for(std::chrono::microseconds(us));
  const FieldAccessor<LEGION_READ_WRITE, long, 1> cells(regions[0], 1);
  const long value = cells[task->index_point[0]] += *static_cast<const long*>(task->args);
  return value;
}

TEST(LegionTrace, FuturesOfRepeatedIndexLaunchesWaitForTheirPoints) {
  for (int workers : kWorkerCounts) {
    run_legion(
        [](Context ctx, Runtime* runtime) {
          constexpr int kPoints = 6, kTimes = 100;
          const Rect<1> bounds(0, kPoints - 1);
          const Grid grid = make_grid(ctx, runtime, bounds, {{1, sizeof(long)}});
          runtime->fill_field(ctx, grid.region, grid.region, 1, 0L);
          const IndexPartition pieces =
              runtime->create_equal_partition(ctx, grid.space, runtime->create_index_space(ctx, bounds));
          long expected = 0;
          for (long time = 0; time < kTimes; ++time) {
            delay_us = time == kTimes - 1 ? 3000 : 0;
            runtime->begin_trace(ctx, 1);
            IndexTaskLauncher launcher(task_id<long, slow_sum>("slow_sum", true), bounds,
                                       TaskArgument(&time, sizeof(time)), ArgumentMap());
            launcher.add_region_requirement(
                RegionRequirement(runtime->get_logical_partition(ctx, grid.region, pieces), 0,
                                  LEGION_READ_WRITE, LEGION_EXCLUSIVE, grid.region));
            launcher.region_requirements[0].add_field(1);
            const FutureMap results = runtime->execute_index_space(ctx, launcher);
            runtime->end_trace(ctx, 1);
            expected += time;
            for (long k = 0; k < kPoints; ++k) EXPECT_EQ(results.get_result<long>(k), expected);
          }
          delay_us = 0;
          destroy(ctx, runtime, grid);
        },
        workers);
  }
}

}  // namespace
}  // namespace palatine::test
