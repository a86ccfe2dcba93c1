// Phase barriers, dynamic collectives and acquiring in programs of Legion's C++ interface.
#include <gtest/gtest.h>

#include <atomic>

#include "contract/legion/support.h"

namespace palatine::test {
namespace {

using namespace Legion;
typedef const std::vector<PhysicalRegion>& Regions;

std::atomic<int> arrived;

// Who waits at a phase waits for the one before it.
void meet_at_barrier(const Task* task, Regions, Context ctx, Runtime* runtime) {
  PhaseBarrier barrier = *static_cast<const PhaseBarrier*>(task->args);
  for (int round = 1; round <= 5; round++) {
    arrived++;
    barrier.arrive();
    barrier = runtime->advance_phase_barrier(ctx, barrier);
    barrier.wait();
    EXPECT_GE(arrived, round * 4);
    barrier.arrive();
    barrier = runtime->advance_phase_barrier(ctx, barrier);
    barrier.wait();
  }
}

TEST(LegionSync, PointsMeetAtPhases) {
  for (int workers : kWorkerCounts) {
    run_legion(
        [](Context ctx, Runtime* runtime) {
          arrived = 0;
          const PhaseBarrier barrier = runtime->create_phase_barrier(ctx, 4);
          IndexLauncher launcher(task_id<void, meet_at_barrier>("meet_at_barrier"), Domain(Rect<1>(0, 3)),
                                 TaskArgument(&barrier, sizeof(barrier)), ArgumentMap());
          launcher.concurrent = true;
          runtime->execute_index_space(ctx, launcher);
          runtime->destroy_phase_barrier(ctx, barrier);
        },
        workers);
    EXPECT_EQ(arrived, 20);
  }
}

void count_arrival(const Task*, Regions, Context, Runtime*) {
  arrived++;
}

TEST(LegionSync, AnIndexLaunchArrivesOnce) {
  for (int workers : kWorkerCounts) {
    run_legion(
        [](Context ctx, Runtime* runtime) {
          arrived = 0;
          PhaseBarrier barrier = runtime->create_phase_barrier(ctx, 1);
          for (int round = 1; round <= 20; round++) {
            IndexLauncher launcher(task_id<void, count_arrival>("count_arrival", true), Domain(Rect<1>(0, 6)),
                                   TaskArgument(), ArgumentMap());
            launcher.add_arrival_barrier(barrier);
            runtime->execute_index_space(ctx, launcher);
            barrier = runtime->advance_phase_barrier(ctx, barrier);
            barrier.wait();
            EXPECT_EQ(arrived, round * 7);
          }
          runtime->destroy_phase_barrier(ctx, barrier);
        },
        workers);
  }
}

// Two tasks take turns at one region: each acquires it after the other has released it.
struct Turns {
  PhaseBarrier mine, others;
  int first, rounds;
};

void add_one(const Task* task, Regions regions, Context ctx, Runtime* runtime) {
  const FieldAccessor<READ_WRITE, int, 1> a(regions[0], 1);
  const Domain domain = runtime->get_index_space_domain(ctx, task->regions[0].region.get_index_space());
  const int expected = *static_cast<const int*>(task->args);
  for (Domain::DomainPointIterator it(domain); it; it++) {
    EXPECT_EQ(a[Point<1>(*it)], expected);
    a[Point<1>(*it)] = expected + 1;
  }
}

void take_turns(const Task* task, Regions, Context ctx, Runtime* runtime) {
  Turns turns = *static_cast<const Turns*>(task->args);
  const LogicalRegion region = task->regions[0].region;
  for (int round = 0; round < turns.rounds; round++) {
    AcquireLauncher acquire(region, region);
    acquire.add_field(1);
    // Who begins need not wait the first time.
    if (turns.first == 1 || round > 0) {
      turns.others = runtime->advance_phase_barrier(ctx, turns.others);
      acquire.add_wait_barrier(turns.others);
    }
    runtime->issue_acquire(ctx, acquire);
    const int expected = 2 * round + turns.first;
    TaskLauncher launcher(task_id<void, add_one>("add_one", true), TaskArgument(&expected, sizeof(expected)));
    launcher.add_region_requirement(RegionRequirement(region, READ_WRITE, EXCLUSIVE, region));
    launcher.add_field(0, 1);
    runtime->execute_task(ctx, launcher);
    ReleaseLauncher release(region, region);
    release.add_field(1);
    release.add_arrival_barrier(turns.mine);
    turns.mine = runtime->advance_phase_barrier(ctx, turns.mine);
    runtime->issue_release(ctx, release);
  }
}

TEST(LegionSync, TasksOfAnEpochTakeTurns) {
  for (int workers : kWorkerCounts) {
    run_legion(
        [](Context ctx, Runtime* runtime) {
          const IndexSpace space = runtime->create_index_space(ctx, Rect<1>(0, 99));
          const FieldSpace fields = runtime->create_field_space(ctx);
          runtime->create_field_allocator(ctx, fields).allocate_field(sizeof(int), 1);
          const LogicalRegion region = runtime->create_logical_region(ctx, space, fields);
          runtime->fill_field<int>(ctx, region, region, 1, 0);
          const PhaseBarrier first = runtime->create_phase_barrier(ctx, 1);
          const PhaseBarrier second = runtime->create_phase_barrier(ctx, 1);
          const Turns turns[] = {{first, second, 0, 10}, {second, first, 1, 10}};
          MustEpochLauncher epoch;
          for (int k = 0; k < 2; k++) {
            TaskLauncher launcher(task_id<void, take_turns>("take_turns"),
                                  TaskArgument(&turns[k], sizeof(turns[k])));
            launcher.point = DomainPoint(k);
            launcher.add_region_requirement(
                RegionRequirement(region, READ_WRITE, LEGION_SIMULTANEOUS, region));
            launcher.add_field(0, 1);
            epoch.add_single_task(DomainPoint(k), launcher);
          }
          runtime->execute_must_epoch(ctx, epoch);
          RegionRequirement read(region, READ_ONLY, EXCLUSIVE, region);
          read.add_field(1);
          const PhysicalRegion mapped = runtime->map_region(ctx, read);
          const FieldAccessor<READ_ONLY, int, 1> a(mapped, 1);
          EXPECT_EQ(a[Point<1>(99)], 20);
          runtime->destroy_phase_barrier(ctx, first);
          runtime->destroy_phase_barrier(ctx, second);
        },
        workers);
  }
}

TEST(LegionSync, OneShardAgreesWithItself) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const int mine[] = {3, 1, 2};
        int agreed[3] = {};
        EXPECT_EQ(runtime->consensus_match(ctx, mine, agreed, 3, sizeof(int)).get_result<size_t>(), 3u);
        EXPECT_TRUE(std::equal(mine, mine + 3, agreed));
      },
      1);
}

TEST(LegionSync, CollectivesFoldThePhaseBefore) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const int zero = 0;
        DynamicCollective sum =
            runtime->create_dynamic_collective(ctx, 2, SumReduction<int>::REDOP_ID, &zero, sizeof(zero));
        for (int round = 0; round < 3; round++) {
          const int one = 1 + round, two = 20;
          runtime->arrive_dynamic_collective(ctx, sum, &one, sizeof(one));
          runtime->defer_dynamic_collective_arrival(ctx, sum, Future::from_value(two));
          sum = runtime->advance_dynamic_collective(ctx, sum);
          EXPECT_EQ(runtime->get_dynamic_collective_result(ctx, sum).get_result<int>(), 21 + round);
        }
        runtime->destroy_dynamic_collective(ctx, sum);
      },
      2);
}

}  // namespace
}  // namespace palatine::test
