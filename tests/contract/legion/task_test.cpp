// Tasks, futures, argument maps and index launches. Legion's API, sections 2, 3 and 6.
#include <gtest/gtest.h>

#include <atomic>
#include <numeric>

#include "contract/legion/support.h"

namespace palatine::test {
namespace {

using namespace Legion;
typedef const std::vector<PhysicalRegion>& Regions;

int add_futures(const Task* task, Regions, Context, Runtime*) {
  int sum = 0;
  for (const Future& future : task->futures) sum += future.get_result<int>();
  return sum;
}

int fibonacci(const Task* task, Regions, Context ctx, Runtime* runtime) {
  const int n = *static_cast<const int*>(task->args);
  if (n < 2) return n;
  TaskLauncher sum(task_id<int, add_futures>("add", true), TaskArgument());
  for (int k : {n - 1, n - 2}) {
    TaskLauncher part(task->task_id, TaskArgument(&k, sizeof(k)));
    sum.add_future(runtime->execute_task(ctx, part));
  }
  return runtime->execute_task(ctx, sum).get_result<int>();
}

TEST(LegionTask, FuturesCarryResultsBetweenTasks) {
  for (int workers : kWorkerCounts) {
    run_legion(
        [](Context ctx, Runtime* runtime) {
          const int n = 12;
          TaskLauncher launcher(task_id<int, fibonacci>("fibonacci"), TaskArgument(&n, sizeof(n)));
          const Future future = runtime->execute_task(ctx, launcher);
          EXPECT_EQ(future.get_result<int>(), 144);
          EXPECT_TRUE(future.is_ready());
          EXPECT_EQ(future.get_untyped_size(), sizeof(int));
        },
        workers);
  }
}

// A value that serializes itself.
struct Word {
  std::string text;
  size_t legion_buffer_size() const { return text.size() + 1; }
  void legion_serialize(void* buffer) const { memcpy(buffer, text.c_str(), text.size() + 1); }
  void legion_deserialize(const void* buffer) { text = static_cast<const char*>(buffer); }
};

Word repeat(const Task* task, Regions, Context, Runtime*) {
  return Word{std::string(task->arglen, 'x')};
}

TEST(LegionTask, ResultsMaySerializeThemselves) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        char room[5000] = {};
        for (size_t length : {size_t{1}, size_t{5000}}) {
          TaskLauncher launcher(task_id<Word, repeat>("repeat"), TaskArgument(room, length));
          EXPECT_EQ(runtime->execute_task(ctx, launcher).get_result<Word>().text, std::string(length, 'x'));
        }
        const Future given = Future::from_value(Word{"given"});
        EXPECT_EQ(given.get_result<Word>().text, "given");
      },
      2);
}

// Adds up which points ran, and how often.
std::atomic<long> points_run{0};

void note_point(const Task* task, Regions, Context, Runtime*) {
  points_run += 100 * task->index_point[0] + task->index_point[1];
}

// Futures of points without results: asked for before the points run, while they may run, or never.
TEST(LegionTask, PointsWithoutResultsHaveFutures) {
  const std::vector<Point<2>> sparse = {Point<2>(1, 2), Point<2>(7, 0), Point<2>(3, 9), Point<2>(3, 2)};
  for (int workers : kWorkerCounts) {
    run_legion(
        [&](Context ctx, Runtime* runtime) {
          const Rect<2> rect(Point<2>(-1, 2), Point<2>(1, 4));
          std::vector<Point<2>> dense;
          for (PointInRectIterator<2> it(rect); it(); it++) dense.push_back(*it);
          const TaskID task = task_id<void, note_point>("note_point", true);
          for (const bool is_dense : {true, false}) {
            const std::vector<Point<2>>& points = is_dense ? dense : sparse;
            const IndexSpace space = is_dense ? IndexSpace(runtime->create_index_space(ctx, rect))
                                              : runtime->create_index_space(ctx, points);
            long expected = 0;
            for (const Point<2>& point : points) expected += 100 * point[0] + point[1];
            for (int round = 0; round < 20; round++) {
              points_run = 0;
              PhaseBarrier barrier = runtime->create_phase_barrier(ctx, 1);
              IndexLauncher launcher(task, space, TaskArgument(), ArgumentMap());
              launcher.add_wait_barrier(runtime->advance_phase_barrier(ctx, barrier));
              const FutureMap map = runtime->execute_index_space(ctx, launcher);
              const Future early = map.get_future(points[1]);
              EXPECT_FALSE(early.is_ready());
              barrier.arrive(1);
              map.get_future(points[2]).get_void_result();
              early.get_void_result();
              EXPECT_TRUE(early.is_ready());
              map.wait_all_results();
              EXPECT_EQ(points_run, expected);
              EXPECT_TRUE(map.get_future(points[0]).is_ready());
              EXPECT_EQ(map.get_future(points[0]).get_untyped_size(), 0u);
              runtime->destroy_phase_barrier(ctx, barrier);
            }
          }
        },
        workers);
  }
}

int scaled(const Task* task, Regions, Context, Runtime*) {
  EXPECT_TRUE(task->is_index_space);
  const int global = *static_cast<const int*>(task->args);
  const int local = *static_cast<const int*>(task->local_args);
  EXPECT_EQ(task->local_arglen, sizeof(int));
  return global * local + static_cast<int>(task->index_point[0]);
}

TEST(LegionTask, IndexLaunchGivesEachPointItsArgumentAndResult) {
  for (int workers : kWorkerCounts) {
    run_legion(
        [](Context ctx, Runtime* runtime) {
          const Rect<2> rect({0, 0}, {4, 3});
          ArgumentMap arguments;
          for (PointInRectIterator<2> it(rect); it(); it++) {
            const int value = static_cast<int>(10 * it[0] + it[1]);
            arguments.set_point(*it, TaskArgument(&value, sizeof(value)));
          }
          const int global = 100;
          IndexLauncher launcher(task_id<int, scaled>("scaled", true), Domain(rect),
                                 TaskArgument(&global, sizeof(global)), arguments);
          const FutureMap results = runtime->execute_index_space(ctx, launcher);
          results.wait_all_results();
          for (PointInRectIterator<2> it(rect); it(); it++)
            EXPECT_EQ(results.get_result<int>(*it), 100 * (10 * it[0] + it[1]) + it[0]);
          const Future sum = runtime->execute_index_space(ctx, launcher, SumReduction<int>::REDOP_ID);
          int expected = 0;
          for (PointInRectIterator<2> it(rect); it(); it++)
            expected += static_cast<int>(100 * (10 * it[0] + it[1]) + it[0]);
          EXPECT_EQ(sum.get_result<int>(), expected);
          const Future again = runtime->reduce_future_map(ctx, results, SumReduction<int>::REDOP_ID);
          EXPECT_EQ(again.get_result<int>(), expected);
        },
        workers);
  }
}

std::atomic<int> run_count;

void count_run(const Task*, Regions, Context, Runtime*) {
  run_count++;
}

TEST(LegionTask, FalsePredicateLeavesTheTaskOut) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        run_count = 0;
        TaskLauncher launcher(task_id<void, count_run>("count_run"), TaskArgument());
        launcher.predicate = runtime->create_predicate(ctx, Future::from_value(false));
        const int replacement = 7;
        launcher.set_predicate_false_result(TaskArgument(&replacement, sizeof(replacement)));
        EXPECT_EQ(runtime->execute_task(ctx, launcher).get_result<int>(), 7);
        EXPECT_EQ(run_count, 0);
        launcher.predicate = runtime->predicate_not(ctx, launcher.predicate);
        runtime->execute_task(ctx, launcher).get_void_result();
        EXPECT_EQ(run_count, 1);
      },
      2);
}

int meet(const Task* task, Regions, Context ctx, Runtime* runtime) {
  run_count++;
  runtime->concurrent_task_barrier(ctx);
  const int seen = run_count;
  runtime->concurrent_task_barrier(ctx);
  return seen;
}

TEST(LegionTask, PointsOfAConcurrentLaunchMeet) {
  for (int workers : {1, 3}) {
    run_legion(
        [](Context ctx, Runtime* runtime) {
          run_count = 0;
          IndexLauncher launcher(task_id<int, meet>("meet", true), Domain(Rect<1>(0, 9)), TaskArgument(),
                                 ArgumentMap());
          launcher.concurrent = true;
          const Future least = runtime->execute_index_space(ctx, launcher, MinReduction<int>::REDOP_ID);
          EXPECT_EQ(least.get_result<int>(), 10);
        },
        workers);
  }
}

struct Pair {
  long first, second;
};

Pair inlined(const Task* task, Regions, Context ctx, Runtime* runtime) {
  EXPECT_EQ(runtime->get_current_task(ctx), task);
  const long n = *static_cast<const long*>(task->args);
  return {n, n * n};
}

long inlines(const Task* task, Regions, Context ctx, Runtime* runtime) {
  const long n = 12;
  TaskLauncher launcher(task_id<Pair, inlined>("inlined", true), TaskArgument(&n, sizeof(n)));
  launcher.enable_inlining = true;
  const Future result = runtime->execute_task(ctx, launcher);
  EXPECT_EQ(runtime->get_current_task(ctx), task);
  return result.get_result<Pair>().first + result.get_result<Pair>().second;
}

TEST(LegionTask, LeavesAreInlinedIntoLeaves) {
  for (int workers : {1, 3}) {
    run_legion(
        [](Context ctx, Runtime* runtime) {
          IndexLauncher launcher(task_id<long, inlines>("inlines", true), Domain(Rect<1>(0, 19)),
                                 TaskArgument(), ArgumentMap());
          const Future sum = runtime->execute_index_space(ctx, launcher, SumReduction<long>::REDOP_ID);
          EXPECT_EQ(sum.get_result<long>(), 20 * (12 + 144));
        },
        workers);
  }
}

TEST(LegionTask, FenceIsReadyWhenEverythingBeforeItIsDone) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        run_count = 0;
        IndexLauncher launcher(task_id<void, count_run>("count_run"), Domain(Rect<1>(0, 99)), TaskArgument(),
                               ArgumentMap());
        runtime->execute_index_space(ctx, launcher);
        runtime->issue_execution_fence(ctx).get_void_result();
        EXPECT_EQ(run_count, 100);
      },
      3);
}

TEST(LegionTask, ReturnCodeAndArgumentsBelongToTheProgram) {
  const int code = run_legion(
      [](Context, Runtime*) {
        EXPECT_EQ(Runtime::get_input_args().argc, 4);
        EXPECT_STREQ(Runtime::get_input_args().argv[3], "word");
        Runtime::set_return_code(3);
      },
      {"-ll:cpu", "2", "word"});
  EXPECT_EQ(code, 3);
}

TEST(LegionTaskError, SaysWhatIsWrong) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(run_legion(
                  [](Context ctx, Runtime* runtime) {
                    TaskLauncher launcher(123456, TaskArgument());
                    runtime->execute_task(ctx, launcher);
                  },
                  1),
              testing::ExitedWithCode(1),
              "task `top_level` launches task 123456, but no task with this id is registered");
  EXPECT_EXIT(run_legion(
                  [](Context ctx, Runtime* runtime) {
                    const int n = 1;
                    TaskLauncher launcher(task_id<int, fibonacci>("fibonacci"), TaskArgument(&n, sizeof(n)));
                    runtime->execute_task(ctx, launcher).get_result<double>();
                  },
                  1),
              testing::ExitedWithCode(1), "task `top_level` reads 8 bytes from a future that holds 4");
}

}  // namespace
}  // namespace palatine::test
