// Programs whose top-level tasks are threads or launched by them, handshakes with threads outside, and
// grants. Legion's API, sections 2 and 6.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "contract/legion/support.h"

namespace palatine::test {
namespace {

using namespace Legion;
typedef const std::vector<PhysicalRegion>& Regions;

void start_in_background(int workers) {
  // The runtime reads the command line while it starts.
  static std::string name = "test", flag = "-ll:cpu", count;
  count = std::to_string(workers);
  static char* argv[3];
  argv[0] = name.data();
  argv[1] = flag.data();
  argv[2] = count.data();
  ASSERT_EQ(start_without_top_level_task(3, argv), 0);
}

int twice(const Task* task, Regions, Context, Runtime*) {
  return 2 * *static_cast<const int*>(task->args);
}

int sum_of_twice(const Task* task, Regions, Context ctx, Runtime* runtime) {
  int sum = 0;
  for (int k = 0; k < *static_cast<const int*>(task->args); k++) {
    TaskLauncher launcher(task_id<int, twice>("twice", true), TaskArgument(&k, sizeof(k)));
    sum += runtime->execute_task(ctx, launcher).get_result<int>();
  }
  return sum;
}

TEST(LegionOutside, ThreadsLaunchTopLevelTasks) {
  const TaskID task = task_id<int, sum_of_twice>("sum_of_twice");
  for (int workers : {1, 3}) {
    start_in_background(workers);
    std::vector<std::thread> threads;
    std::atomic<int> sum{0};
    for (int t = 0; t < 3; t++) {
      threads.emplace_back([&, t] {
        const int count = 10 + t;
        TaskLauncher launcher(task, TaskArgument(&count, sizeof(count)));
        sum += Runtime::get_runtime()->launch_top_level_task(launcher).get_result<int>();
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(sum, 10 * 9 + 11 * 10 + 12 * 11);
    EXPECT_EQ(Runtime::wait_for_shutdown(), 0);
  }
}

// Each with regions of its own.
TEST(LegionOutside, SeveralThreadsAreTasksAtATime) {
  start_in_background(2);
  std::vector<std::thread> threads;
  for (long t = 0; t < 3; t++) {
    threads.emplace_back([t] {
      Runtime* runtime = Runtime::get_runtime();
      const Context ctx = runtime->begin_implicit_task(4711, 0, Processor::LOC_PROC, "outside");
      const Grid world = make_grid(ctx, runtime, Rect<1>(0, 99), {{1, sizeof(long)}});
      for (long round = 0; round < 20; round++)
        runtime->fill_field<long>(ctx, world.region, world.region, 1, 100 * t + round);
      RegionRequirement read(world.region, READ_ONLY, EXCLUSIVE, world.region);
      read.add_field(1);
      const PhysicalRegion mapped = runtime->map_region(ctx, read);
      const FieldAccessor<READ_ONLY, long, 1> a(mapped, 1);
      for (int k = 0; k < 100; k++) EXPECT_EQ(a[k], 100 * t + 19);
      runtime->unmap_region(ctx, mapped);
      destroy(ctx, runtime, world);
      runtime->finish_implicit_task(ctx);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Runtime::wait_for_shutdown(), 0);
}

TEST(LegionOutside, AnotherThreadGoesOnWithATask) {
  start_in_background(1);
  Runtime* runtime = Runtime::get_runtime();
  const Context ctx = runtime->begin_implicit_task(4711, 0, Processor::LOC_PROC, "outside");
  runtime->unbind_implicit_task_from_external_thread(ctx);
  EXPECT_FALSE(Runtime::has_context());
  int result = 0;
  std::thread other([&] {
    runtime->bind_implicit_task_to_external_thread(ctx);
    const int four = 4;
    TaskLauncher launcher(task_id<int, twice>("twice", true), TaskArgument(&four, sizeof(four)));
    result = runtime->execute_task(ctx, launcher).get_result<int>();
    runtime->finish_implicit_task(ctx);
  });
  other.join();
  EXPECT_EQ(result, 8);
  EXPECT_EQ(Runtime::wait_for_shutdown(), 0);
}

// ---- handshakes

int shared_value;  // only touched by the side whose turn it is
MPILegionHandshake handshake;

void take_turns(const Task*, Regions, Context, Runtime*) {
  for (int round = 0; round < 10; round++) {
    handshake.legion_wait_on_mpi();
    shared_value = shared_value * 2 + 1;
    handshake.legion_handoff_to_mpi();
  }
}

void take_one_turn(const Task*, Regions, Context, Runtime*) {
  shared_value = shared_value * 2 + 1;
}

int play(int rounds) {
  for (int round = 0; round < rounds; round++) {
    shared_value += 3;
    handshake.mpi_handoff_to_legion();
    handshake.mpi_wait_on_legion();
  }
  return shared_value;
}

int expected_after(int rounds) {
  int value = 0;
  for (int round = 0; round < rounds; round++) value = (value + 3) * 2 + 1;
  return value;
}

TEST(LegionHandshakes, AThreadAndATaskTakeTurns) {
  for (int workers : {1, 3}) {
    shared_value = 0;
    // Made before the start, as programs do.
    handshake = Runtime::create_handshake(true, 1, 1);
    start_in_background(workers);
    TaskLauncher launcher(task_id<void, take_turns>("take_turns"), TaskArgument());
    const Future done = Runtime::get_runtime()->launch_top_level_task(launcher);
    EXPECT_EQ(play(10), expected_after(10));
    done.get_void_result();
    EXPECT_EQ(Runtime::wait_for_shutdown(), 0);
  }
}

void launch_turns(const Task*, Regions, Context ctx, Runtime* runtime) {
  for (int round = 0; round < 10; round++) {
    TaskLauncher launcher(task_id<void, take_one_turn>("take_one_turn", true), TaskArgument());
    launcher.add_wait_handshake(handshake);
    launcher.add_arrival_handshake(handshake);
    runtime->execute_task(ctx, launcher);
    handshake.advance_legion_handshake();
  }
}

TEST(LegionHandshakes, LaunchesWaitAndHandOff) {
  for (int workers : {1, 3}) {
    shared_value = 0;
    start_in_background(workers);
    handshake = Runtime::create_handshake();
    TaskLauncher launcher(task_id<void, launch_turns>("launch_turns"), TaskArgument());
    Runtime::get_runtime()->launch_top_level_task(launcher);
    EXPECT_EQ(play(10), expected_after(10));
    EXPECT_EQ(Runtime::wait_for_shutdown(), 0);
  }
}

TEST(LegionHandshakes, OneProcessIsOneRank) {
  Runtime::configure_MPI_interoperability(5);
  Runtime* runtime = Runtime::get_runtime();
  EXPECT_TRUE(runtime->is_MPI_interop_configured());
  EXPECT_EQ(runtime->find_local_MPI_rank(), 5);
  EXPECT_EQ(runtime->find_forward_MPI_mapping().at(5), 0u);
  EXPECT_EQ(runtime->find_reverse_MPI_mapping().at(0), 5);
}

// ---- grants

long counter;  // guarded by the lock

void count_slowly(const Task*, Regions, Context, Runtime*) {
  const long seen = counter;
  std::this_thread::yield();
  counter = seen + 1;
}

TEST(LegionGrants, HoldLocksUntilOperationsAreComplete) {
  for (int workers : kWorkerCounts) {
    counter = 0;
    run_legion(
        [](Context ctx, Runtime* runtime) {
          Lock lock = runtime->create_lock(ctx);
          for (int round = 0; round < 20; round++) {
            const Grant grant = runtime->acquire_grant(ctx, {LockRequest(lock)});
            TaskLauncher launcher(task_id<void, count_slowly>("count_slowly", true), TaskArgument());
            launcher.add_grant(grant);
            runtime->execute_task(ctx, launcher);
            runtime->release_grant(ctx, grant);
          }
          lock.acquire();
          EXPECT_EQ(counter, 20);
          lock.release();
          runtime->destroy_lock(ctx, lock);
        },
        workers);
  }
}

enum GrantFields : FieldID { FID_COUNT = 3 };
std::atomic<int> steps;
int unmapped_at, ran_at;

void note_step(const Task*, Regions, Context, Runtime*) {
  ran_at = ++steps;
}

// A region that is mapped with a grant has it until it is unmapped, and arrives then, also at a task's end.
TEST(LegionGrants, AreHeldByMappedRegions) {
  for (int workers : kWorkerCounts) {
    steps = 0;
    run_legion(
        [](Context ctx, Runtime* runtime) {
          const Grid grid = make_grid(ctx, runtime, Rect<1>(0, 3), {{FID_COUNT, 8}});
          Lock lock = runtime->create_lock(ctx);
          RegionRequirement write(grid.region, READ_WRITE, EXCLUSIVE, grid.region);
          write.add_field(FID_COUNT);
          InlineLauncher launcher(write);
          const Grant grant = runtime->acquire_grant(ctx, {LockRequest(lock)});
          launcher.add_grant(grant);
          const PhysicalRegion mapped = runtime->map_region(ctx, launcher);
          runtime->release_grant(ctx, grant);
          const Grant other = runtime->acquire_grant(ctx, {LockRequest(lock)});
          TaskLauncher task(task_id<void, note_step>("note_step", true), TaskArgument());
          task.add_grant(other);
          const Future done = runtime->execute_task(ctx, task);
          runtime->release_grant(ctx, other);
          std::this_thread::sleep_for(std::chrono::milliseconds(5));
          unmapped_at = ++steps;
          runtime->unmap_region(ctx, mapped);
          done.get_void_result();
          EXPECT_LT(unmapped_at, ran_at);
        },
        workers);
  }
}

TEST(LegionGrants, AreHeldByAcquires) {
  steps = 0;
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Grid grid = make_grid(ctx, runtime, Rect<1>(0, 3), {{FID_COUNT, 8}});
        Lock lock = runtime->create_lock(ctx);
        lock.acquire();
        const Grant grant = runtime->acquire_grant(ctx, {LockRequest(lock)});
        AcquireLauncher launcher(grid.region, grid.region);
        launcher.add_field(FID_COUNT);
        launcher.add_grant(grant);
        runtime->issue_acquire(ctx, launcher);
        runtime->release_grant(ctx, grant);
        // Comes after the acquire.
        TaskLauncher task(task_id<void, note_step>("note_step", true), TaskArgument());
        task.add_region_requirement(RegionRequirement(grid.region, READ_WRITE, EXCLUSIVE, grid.region));
        task.add_field(0, FID_COUNT);
        const Future done = runtime->execute_task(ctx, task);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        unmapped_at = ++steps;
        lock.release();
        done.get_void_result();
        EXPECT_LT(unmapped_at, ran_at);
        lock.acquire();
        lock.release();
      },
      2);
}

// With the barrier at which its region arrives. It leaves the region mapped.
void map_and_end(const Task* task, Regions, Context ctx, Runtime* runtime) {
  const Grid grid = make_grid(ctx, runtime, Rect<1>(0, 3), {{FID_COUNT, 8}});
  RegionRequirement write(grid.region, READ_WRITE, EXCLUSIVE, grid.region);
  write.add_field(FID_COUNT);
  InlineLauncher launcher(write);
  launcher.add_arrival_barrier(*static_cast<const PhaseBarrier*>(task->args));
  runtime->map_region(ctx, launcher);
  unmapped_at = ++steps;
}

TEST(LegionMapping, ArrivesWhenTheRegionIsUnmapped) {
  for (int workers : kWorkerCounts) {
    steps = 0;
    run_legion(
        [](Context ctx, Runtime* runtime) {
          PhaseBarrier barrier = runtime->create_phase_barrier(ctx, 1);
          TaskLauncher waiter(task_id<void, note_step>("note_step", true), TaskArgument());
          waiter.add_wait_barrier(runtime->advance_phase_barrier(ctx, barrier));
          const Future done = runtime->execute_task(ctx, waiter);
          runtime->execute_task(ctx, TaskLauncher(task_id<void, map_and_end>("map_and_end"),
                                                  TaskArgument(&barrier, sizeof(barrier))));
          done.get_void_result();
          EXPECT_LT(unmapped_at, ran_at);
          runtime->destroy_phase_barrier(ctx, barrier);
        },
        workers);
  }
}

TEST(LegionOutsideError, SaysWhatIsWrong) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  auto launch_inside = [] {
    run_legion(
        [](Context, Runtime* runtime) {
          runtime->launch_top_level_task(TaskLauncher(task_id<int, twice>("twice", true), TaskArgument()));
        },
        1);
  };
  EXPECT_EXIT(launch_inside(), testing::ExitedWithCode(1),
              "launch_top_level_task needs a program that starts the runtime in the background");
  auto release_twice = [] {
    run_legion(
        [](Context ctx, Runtime* runtime) {
          const Grant grant = runtime->acquire_grant(ctx, {LockRequest(runtime->create_lock(ctx))});
          runtime->release_grant(ctx, grant);
          runtime->release_grant(ctx, grant);
        },
        1);
  };
  EXPECT_EXIT(release_twice(), testing::ExitedWithCode(1), "task `.*` releases a grant twice");
}

}  // namespace
}  // namespace palatine::test
